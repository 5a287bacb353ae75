//! The core inside a wasm module: the same verdicts on the same fixed input.
//!
//! Every test here runs twice, natively by `cargo test` and under Node by
//! `wasm-pack test --node`, from the one body: that is what makes the verdicts equal.

#![allow(clippy::unwrap_used, clippy::panic)]

use countersign::error::{ErrorCode, KeyError};
use countersign::http::Headers;
use countersign::json::{MAX_DEPTH, Object};
use countersign::jwk::{Jwk, JwkSet};
use countersign::jwt::{Call, Keyring, Verifier, VerifierOptions, dangerous_decode};
use countersign::time::UnixMillis;
use countersign::webhook::{Options, Scheme, Webhook};
use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

const TOKENS: &str = include_str!("support/fixtures/tokens.txt");
const SECRET: &str = "a test secret that is as long as the longest of the three hashes!";
/// Ten minutes before the tokens expire, in seconds.
const NOW: u64 = 1_790_000_000;

/// Each algorithm with its token.
fn tokens() -> impl Iterator<Item = (&'static str, &'static str)> {
    TOKENS.lines().map(|line| line.split_once(' ').unwrap())
}

fn key_of(alg: &str) -> (&'static str, &'static str) {
    match alg {
        "ES256" => ("pem", include_str!("support/keys/p256.pub.pem")),
        "ES384" => ("pem", include_str!("support/keys/p384.pub.pem")),
        "ES512" => ("pem", include_str!("support/keys/p521.pub.pem")),
        "EdDSA" | "Ed25519" => ("pem", include_str!("support/keys/ed25519.pub.pem")),
        _ if alg.starts_with("HS") => ("secret", SECRET),
        _ => ("pem", include_str!("support/keys/rsa.pub.pem")),
    }
}

fn verifier(alg: &str, audience: Value) -> (Verifier, Keyring) {
    let (kind, key) = key_of(alg);
    let options = json!({ "issuer": "https://issuer.example", "audience": audience, kind: key });
    let options = VerifierOptions::from_json(&options.to_string()).unwrap();
    Verifier::new(vec![options.resolve().unwrap()]).unwrap()
}

fn verdict_at(
    secs: u64,
    (verifier, keyring): &mut (Verifier, Keyring),
    token: &str,
) -> Result<(), ErrorCode> {
    let call = Call::at(UnixMillis::from_secs(secs));
    let verdict = verifier.verify(keyring, token.as_bytes(), call);
    verdict.map(drop).map_err(|error| error.code())
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_token_of_every_algorithm_is_accepted() {
    assert_eq!(tokens().count(), countersign::crypto::ALL.len());
    for (alg, token) in tokens() {
        let mut judge = verifier(alg, json!("api"));
        // A key's ninth and tenth verification build its tables (engine/src/tables.rs).
        for time in 1..=12 {
            assert_eq!(
                verdict_at(NOW, &mut judge, token),
                Ok(()),
                "{alg}, time {time}"
            );
        }
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_changed_token_of_every_algorithm_is_refused() {
    for (alg, token) in tokens() {
        let mut judge = verifier(alg, json!("api"));
        let (input, signature) = token.rsplit_once('.').unwrap();
        let (header, payload) = input.split_once('.').unwrap();
        let letter = if signature.starts_with('A') { 'B' } else { 'A' };
        for forged in [
            format!("{header}.e30.{signature}"),
            format!("{input}.{letter}{}", &signature[1..]),
            format!("{input}."),
            format!("{input}.{}", &signature[..signature.len() / 4 * 4 - 4]),
        ] {
            assert_eq!(
                verdict_at(NOW, &mut judge, &forged),
                Err(ErrorCode::JwsSignatureVerificationFailed),
                "{alg}"
            );
        }
        for (unsigned, code) in [
            (format!("{payload}.{payload}."), ErrorCode::JwtInvalid),
            (
                format!("eyJhbGciOiJub25lIn0.{payload}."),
                ErrorCode::JoseAlgNotAllowed,
            ),
            (format!("{token}.x"), ErrorCode::JwtInvalid),
            (format!("{token}="), ErrorCode::JwtInvalid),
        ] {
            assert_eq!(verdict_at(NOW, &mut judge, &unsigned), Err(code), "{alg}");
        }
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn claims_are_judged_after_the_signature() {
    let expired = ErrorCode::JwtExpired;
    let mismatch = ErrorCode::JwtClaimValidationFailed;
    for (alg, token) in tokens() {
        let mut judge = verifier(alg, json!(["other", "api"]));
        assert_eq!(verdict_at(NOW + 599, &mut judge, token), Ok(()), "{alg}");
        assert_eq!(
            verdict_at(NOW + 600, &mut judge, token),
            Err(expired),
            "{alg}"
        );
        let mut judge = verifier(alg, json!("other"));
        assert_eq!(verdict_at(NOW, &mut judge, token), Err(mismatch), "{alg}");
    }
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn no_token_passes_under_another_key() {
    for (alg, token) in tokens() {
        for (other, _) in tokens() {
            if key_of(other) != key_of(alg) {
                let mut judge = verifier(other, json!("api"));
                assert_eq!(
                    verdict_at(NOW, &mut judge, token),
                    Err(ErrorCode::JoseAlgNotAllowed),
                    "{alg} under {other}"
                );
            }
        }
    }
}

/// The example of the Standard Webhooks documentation.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn a_webhook_is_accepted_once_signed_and_in_time() {
    let scheme = Scheme::named("standard").unwrap();
    let webhook = Webhook::new(Options::new(
        scheme,
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    ))
    .unwrap();
    let mut headers = Headers::new();
    headers.append_received("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek");
    headers.append_received("webhook-timestamp", "1614265330");
    headers.append_received(
        "webhook-signature",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    );
    let verdict = |body: &str, secs: u64| {
        let now = UnixMillis::from_secs(secs);
        let verdict = webhook.verify(&headers, body.as_bytes(), now);
        verdict.map(drop).map_err(|error| error.code())
    };
    let body = r#"{"test": 2432232314}"#;
    assert_eq!(verdict(body, 1_614_265_330), Ok(()));
    assert_eq!(verdict(body, 1_614_265_630), Ok(()));
    for (body, secs, code) in [
        (
            r#"{"test": 2432232315}"#,
            1_614_265_330,
            ErrorCode::WebhookSignatureInvalid,
        ),
        (body, 1_614_265_631, ErrorCode::WebhookTimestampExpired),
        (body, 1_614_265_029, ErrorCode::WebhookTimestampFuture),
    ] {
        assert_eq!(verdict(body, secs), Err(code));
    }
}

/// A module's stack is small: depth must cost none of it.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn json_nests_as_deep_as_everywhere() {
    let nested = |levels: usize| {
        let inside = levels - 1; // the object around is a level itself
        format!("{{\"a\":{}{}}}", "[".repeat(inside), "]".repeat(inside))
    };
    let limit = MAX_DEPTH as usize;
    assert!(Object::parse(nested(limit).as_bytes()).is_ok());
    for levels in [limit + 1, 10_000, 1_000_000] {
        assert!(Object::parse(nested(levels).as_bytes()).is_err());
    }
    let mebibyte = "[".repeat(1 << 20);
    let refusal = dangerous_decode(mebibyte.as_bytes()).err().unwrap();
    assert_eq!(refusal.code(), ErrorCode::TokenTooLarge);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn keys_are_read_and_refused_alike() {
    let good = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let key = Jwk::from_json(good.as_bytes()).unwrap();
    let printed = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
    assert_eq!(key.thumbprint().as_deref(), Some(printed));
    let off_curve = format!(
        r#"{{"kty":"EC","crv":"P-256","x":"{0}","y":"{0}"}}"#,
        "A".repeat(43)
    );
    let low_order = format!(
        r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#,
        "A".repeat(43)
    );
    let weak = format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB"}}"#, "_".repeat(172));
    let set = format!(r#"{{"keys":[{off_curve},{good},{low_order},{weak}]}}"#);
    let set = JwkSet::parse(set.as_bytes()).unwrap();
    assert_eq!((set.len(), set.skipped()), (1, 3));
    let refusal = JwkSet::parse(br#"{"keys":[{"kty":"oct","k":"AA"}]}"#).unwrap_err();
    assert_eq!(refusal, KeyError::SetInvalid);
}
