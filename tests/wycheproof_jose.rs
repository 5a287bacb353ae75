//! The Wycheproof JSON Web vectors, by label or listed exception.
//!
//! Their payloads are not JSON, so a token counts as accepted when that is all there is to
//! refuse: the payload is looked at after the signature has passed. The files lie beside the checkout; where they are absent, the
//! tests say so and check nothing.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use countersign::encoding::Base64;
use countersign::error::{Error, Malformed, TokenError};
use countersign::jwk::{Jwk, JwkSet, KeySource};
use countersign::jwt::{Call, Policy, Verifier, VerifierOptions};
use countersign::time::UnixMillis;
use serde_json::{Value, json};

/// Vectors on which this crate disagrees with the label, and why.
const SIGNATURE_EXCEPTIONS: [(u64, &str); 8] = [
    (
        346,
        "refused: the key is bound to PS256, the token says PS384",
    ),
    (350, "refused: as 346"),
    (
        347,
        "refused: the key is bound to ES521, which does not exist",
    ),
    (351, "refused: as 347"),
    (
        367,
        "accepted: byte for byte the token of 357, which is labelled valid",
    ),
    (370, "accepted: as 367"),
    (372, "refused: a '?' inside the header segment"),
    (373, "refused: a '?' inside the payload segment"),
];

/// A modulus with the ROCA fingerprint (CVE-2017-15361) is the issuer's fault to find; a check
/// for it would cost every key and protect no verifier.
const ROCA: &str = "accepted: no check for the ROCA fingerprint";

#[test]
fn json_web_signature_verdicts_match_labels_or_exceptions() {
    check("json_web_signature_test.json", 401, &SIGNATURE_EXCEPTIONS);
}

#[test]
fn json_web_key_verdicts_match_labels_or_exceptions() {
    check("json_web_key_test.json", 26, &[(7, ROCA)]);
}

#[test]
fn json_web_crypto_verdicts_match_labels_or_exceptions() {
    let encrypted: Vec<_> = [50, 67]
        .map(|id| (id, "refused: no JWE is accepted"))
        .into();
    check(
        "json_web_crypto_test.json",
        83,
        &[&[(46, ROCA)], encrypted.as_slice()].concat(),
    );
}

#[test]
fn every_json_web_encryption_token_is_refused() {
    let Some(file) = read("json_web_encryption_test.json") else {
        return;
    };
    let tests = tests(&file);
    assert_eq!(tests.len(), 139);
    for (group, test) in tests {
        assert!(
            !accepted(group, &text(&test["jwe"])),
            "tcId {}",
            test["tcId"]
        );
    }
}

fn check(name: &str, count: usize, exceptions: &[(u64, &str)]) {
    let Some(file) = read(name) else { return };
    let tests = tests(&file);
    assert_eq!(tests.len(), count);
    for (group, test) in tests {
        let id = test["tcId"].as_u64().unwrap();
        let token = text(test.get("jws").or(test.get("jwe")).unwrap());
        let labelled_valid = test["result"] == "valid";
        let is_exception = exceptions.iter().any(|(exception, _)| *exception == id);
        assert_eq!(
            accepted(group, &token),
            labelled_valid != is_exception,
            "{name} tcId {id}: {}",
            test["comment"]
        );
    }
}

fn read(name: &str) -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/wycheproof")
        .join(name);
    match std::fs::read(path) {
        Ok(text) => Some(serde_json::from_slice(&text).unwrap()),
        Err(_) => {
            eprintln!("skipped: ../shared/wycheproof/{name} is not there");
            None
        }
    }
}

fn tests(file: &Value) -> Vec<(&Value, &Value)> {
    let groups = file["testGroups"].as_array().unwrap();
    groups
        .iter()
        .flat_map(|group| {
            group["tests"]
                .as_array()
                .unwrap()
                .iter()
                .map(move |t| (group, t))
        })
        .collect()
}

/// The compact form, or the text of a JSON serialization.
fn text(token: &Value) -> String {
    token
        .as_str()
        .map_or_else(|| token.to_string(), str::to_owned)
}

/// Whether the token's signature passes under the group's keys.
fn accepted(group: &Value, token: &str) -> bool {
    let key = group.get("public").or(group.get("private")).unwrap();
    let Some((verifier, mut keyring)) =
        issuer(key, token).and_then(|issuer| Verifier::new(vec![issuer]).ok())
    else {
        return false;
    };
    let verdict = verifier.verify(
        &mut keyring,
        token.as_bytes(),
        Call::at(UnixMillis::CLOCK_FLOOR),
    );
    matches!(
        verdict,
        Err(Error::Token(TokenError::Malformed(Malformed::Payload)))
    )
}

/// The entry a user would configure for these keys. A secret is never given as a set, so a set
/// with one among its keys is used key by key, and not at all when the names are ambiguous.
fn issuer(key: &Value, token: &str) -> Option<(Policy, KeySource)> {
    match key.get("keys").and_then(Value::as_array) {
        Some(keys) => {
            let families: Vec<_> = keys.iter().map(|key| key["kty"] == "oct").collect();
            let kid = kid(token);
            let mut named = keys
                .iter()
                .filter(|key| key["kid"].as_str() == kid.as_deref());
            let (first, second) = (named.next()?, named.next());
            if second.is_some() || families.windows(2).any(|pair| pair[0] != pair[1]) {
                return None;
            }
            issuer(first, token)
        }
        None if key["kty"] == "oct" => {
            // One of the vectors' secrets is all zeros, which options refuse and the core does not.
            let placeholder =
                json!({ "audience": null, "secret": "7".repeat(64), "algorithms": [key["alg"]] });
            let (policy, _) = resolve(placeholder)?;
            let secret = Base64::Url.decode(key["k"].as_str()?.as_bytes()).ok()?;
            let set = JwkSet::of(Jwk::from_secret(&secret).ok()?).ok()?;
            (key["use"] == "sig").then_some((policy, KeySource::Keys(set)))
        }
        None => resolve(json!({ "audience": null, "jwk": key.to_string() })),
    }
}

fn resolve(options: Value) -> Option<(Policy, KeySource)> {
    VerifierOptions::from_json(&options.to_string())
        .ok()?
        .resolve()
        .ok()
}

fn kid(token: &str) -> Option<String> {
    let header = Base64::Url
        .decode(token.split('.').next()?.as_bytes())
        .ok()?;
    Some(
        serde_json::from_slice::<Value>(&header).ok()?["kid"]
            .as_str()?
            .to_owned(),
    )
}

/// Refusals of keys carry the code of a key error.
#[test]
fn weak_keys_are_refused_as_keys() {
    for key in [
        json!({ "kty": "RSA", "n": Base64::Url.encode(&[0xff; 128]), "e": "AQAB" }),
        json!({ "kty": "RSA", "n": Base64::Url.encode(&[0xff; 256]), "e": "AQ" }),
        json!({ "kty": "RSA", "n": Base64::Url.encode(&[0xff; 256]), "e": "Ag" }),
        json!({ "kty": "RSA", "n": Base64::Url.encode(&[0xfe; 256]), "e": "AQAB" }),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": Base64::Url.encode(&[0; 32]) }),
        json!({ "kty": "EC", "crv": "P-256", "x": Base64::Url.encode(&[0; 32]), "y": Base64::Url.encode(&[0; 32]) }),
    ] {
        let options = json!({ "audience": null, "jwk": key.to_string() });
        let refusal = VerifierOptions::from_json(&options.to_string())
            .unwrap()
            .resolve()
            .unwrap_err();
        assert!(matches!(refusal, Error::Key(_)), "{key}: {refusal:?}");
    }
}
