//! The verifier key that is fetched: once, with the API key, anew when a signature fails.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;
mod propelauth_support;

use api_support::{Script, answer, failure};
use countersign::error::Error;
use countersign::flow::drive;
use countersign::http::TransportError;
use countersign::jwt::{Keyring, Verified, Verifier};
use countersign::providers::propelauth::{PropelAuth, class};
use countersign::time::UnixMillis;
use propelauth_support::{AUTH_URL, T, fixtures};
use serde_json::json;

fn propelauth() -> PropelAuth {
    PropelAuth::from_json(&json!({"authUrl": AUTH_URL, "apiKey": "canary"}).to_string()).unwrap()
}

fn metadata(pem: &str) -> String {
    json!({"verifier_key_pem": pem}).to_string()
}

fn good() -> String {
    metadata(fixtures()["verifierKey"].as_str().unwrap())
}

fn other() -> String {
    metadata(include_str!("support/keys/rsa.pub.pem"))
}

fn verifier() -> (Verifier, Keyring) {
    Verifier::new(vec![propelauth().issuer().unwrap()]).unwrap()
}

fn verify(
    verifier: &Verifier,
    keyring: &mut Keyring,
    script: &mut Script,
    name: &str,
) -> Result<Verified, Error> {
    let token = fixtures()["tokens"][name].as_str().unwrap().to_owned();
    let date = Some(UnixMillis::from_secs(T));
    drive(
        verifier.verify_flow(token.as_bytes(), date, None),
        keyring,
        script,
    )
}

fn script(answers: impl IntoIterator<Item = countersign::flow::Outcome>, secs: u64) -> Script {
    let mut script = Script::of(answers);
    script.now = UnixMillis::from_secs(secs);
    script
}

#[test]
fn is_asked_for_once_with_the_api_key() {
    for body in [good(), good().replace("verifier_key_pem", "public_key_pem")] {
        let (verifier, mut keyring) = verifier();
        let mut script = script([answer(200, &body)], T);
        verify(&verifier, &mut keyring, &mut script, "PA-1").unwrap();
        verify(&verifier, &mut keyring, &mut script, "PA-2").unwrap();
        assert_eq!(
            script.lines(),
            ["GET https://propelauth-api.com/api/v1/token_verification_metadata"]
        );
        let headers = &script.sent[0].headers;
        assert_eq!(headers.first("authorization"), Some("Bearer canary"));
        assert_eq!(
            headers.first("x-propelauth-url"),
            Some("auth.acme-test.example")
        );
        let snapshot = keyring.snapshot();
        let (_, mut restored) = self::verifier();
        restored
            .restore(&snapshot, UnixMillis::from_secs(T))
            .unwrap();
        verify(&verifier, &mut restored, &mut script, "PA-1").unwrap();
        assert_eq!(script.sent.len(), 1);
    }
}

#[test]
fn serves_tokens_that_name_a_key_too() {
    // No token of the provider names its key; one that did would not be refused for it.
    let key = include_bytes!("support/keys/rsa.pem");
    let key = jsonwebtoken::EncodingKey::from_rsa_pem(key).unwrap();
    let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256);
    header.kid = Some("any".to_owned());
    let claims = json!({"user_id": "u", "iss": AUTH_URL, "iat": T, "exp": T + 60});
    let token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
    let (verifier, mut keyring) = verifier();
    let mut script = script([answer(200, &other())], T);
    let flow = verifier.verify_flow(token.as_bytes(), None, None);
    assert!(drive(flow, &mut keyring, &mut script).is_ok());
}

#[test]
fn a_failed_fetch_is_an_unavailable_key_and_not_kept() {
    for refusal in [
        answer(401, ""),
        answer(404, ""),
        answer(429, ""),
        answer(500, ""),
        failure(TransportError::Failed),
    ] {
        let (verifier, mut keyring) = verifier();
        let mut script = script([refusal, answer(200, &good())], T);
        let error = verify(&verifier, &mut keyring, &mut script, "PA-1").unwrap_err();
        assert_eq!(
            (error.code().status(), class(&error)),
            (503, "UnexpectedException")
        );
        script.now = UnixMillis::from_secs(T + 1);
        verify(&verifier, &mut keyring, &mut script, "PA-1").unwrap();
    }
}

#[test]
fn an_answer_without_a_key_is_none() {
    for body in [
        "",
        "{}",
        "[]",
        r#"{"verifier_key_pem":"x"}"#,
        r#"{"verifier_key_pem":1}"#,
    ] {
        let (verifier, mut keyring) = verifier();
        let mut script = script([answer(200, body)], T);
        let error = verify(&verifier, &mut keyring, &mut script, "PA-1").unwrap_err();
        assert_eq!(error.code().as_str(), "ERR_JWKS_INVALID", "{body}");
    }
}

#[test]
fn is_fetched_anew_when_a_signature_fails_and_five_minutes_have_passed() {
    let (verifier, mut keyring) = verifier();
    let mut script = script([answer(200, &other()), answer(200, &good())], T);
    let refused = |result: Result<Verified, Error>| result.unwrap_err().code().as_str();
    let at = |script: &mut Script, keyring: &mut Keyring, secs, name| {
        script.now = UnixMillis::from_secs(secs);
        verify(&verifier, keyring, script, name)
    };
    const BAD: &str = "ERR_JWS_SIGNATURE_VERIFICATION_FAILED";
    assert_eq!(refused(at(&mut script, &mut keyring, T, "PA-1")), BAD);
    assert_eq!(refused(at(&mut script, &mut keyring, T + 299, "PA-1")), BAD);
    assert_eq!(script.sent.len(), 1);
    at(&mut script, &mut keyring, T + 300, "PA-1").unwrap();
    assert_eq!(script.sent.len(), 2);
}

#[test]
fn a_flood_of_bad_signatures_makes_one_fetch_in_five_minutes() {
    let (verifier, mut keyring) = verifier();
    let mut script = script(
        [
            answer(200, &good()),
            answer(200, &good()),
            answer(500, ""),
            answer(200, &good()),
        ],
        T,
    );
    for (secs, fetches) in [
        (T, 1),
        (T + 300, 2),
        (T + 301, 2),
        (T + 599, 2),
        (T + 600, 3),
        (T + 700, 3),
        (T + 899, 3),
        (T + 900, 4),
    ] {
        script.now = UnixMillis::from_secs(secs);
        let error = verify(&verifier, &mut keyring, &mut script, "PA-N9").unwrap_err();
        assert_eq!(
            error.code().as_str(),
            "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
            "{secs}"
        );
        assert_eq!(script.sent.len(), fetches, "{secs}");
    }
}

#[test]
fn a_given_key_is_never_fetched_for() {
    let propelauth = PropelAuth::from_json(&propelauth_support::options().to_string()).unwrap();
    let (verifier, mut keyring) = Verifier::new(vec![propelauth.issuer().unwrap()]).unwrap();
    let mut script = script([], T + 100_000);
    assert!(verify(&verifier, &mut keyring, &mut script, "PA-N9").is_err());
    assert!(script.sent.is_empty());
}
