//! Initialising PropelAuth's SDK: the auth URL, the verifier key in every spelling, options that
//! are wrong.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod propelauth_support;

use countersign::error::{Error, TokenError};
use countersign::providers::propelauth::PropelAuth;
use propelauth_support::{AUTH_URL, T, fixtures, header, options, validate};
use serde_json::{Value, json};

fn problem(options: &Value) -> String {
    match PropelAuth::from_json(&options.to_string()) {
        Err(Error::Config(error)) => error.option.to_string(),
        other => panic!("{options}: {other:?}"),
    }
}

#[test]
fn an_auth_url_is_taken_with_a_slash_or_a_path_and_only_its_host_counts() {
    for (url, issuer) in [
        ("https://auth.example.com", "https://auth.example.com"),
        ("https://auth.example.com/", "https://auth.example.com"),
        ("https://Auth.Example.com/x/y", "https://auth.example.com"),
        ("https://auth.example.com:443", "https://auth.example.com"),
        (
            "https://auth.example.com:8443/",
            "https://auth.example.com:8443",
        ),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:3000/", "http://127.0.0.1:3000"),
    ] {
        let options = json!({"authUrl": url, "apiKey": "k"}).to_string();
        let propelauth = PropelAuth::from_json(&options).unwrap();
        assert_eq!(propelauth.issuer_url(), issuer, "{url}");
    }
}

#[test]
fn an_auth_url_that_could_lead_elsewhere_is_refused() {
    for url in [
        "",
        "auth.example.com",
        "http://auth.example.com",
        "ftp://auth.example.com",
        "https://user@auth.example.com",
        "https://user:word@auth.example.com",
        "https://auth.example.com?x=1",
        "https://auth.example.com/#x",
    ] {
        assert_eq!(problem(&json!({"authUrl": url})), "authUrl", "{url}");
    }
    assert_eq!(problem(&json!({"apiKey": "k"})), "authUrl");
}

#[test]
fn unfit_options_are_named() {
    for (name, value) in [
        ("apikey", json!("k")),
        ("apiKey", json!("")),
        ("apiKey", json!("k\r\nx: y")),
        ("apiKey", json!(1)),
        ("apiUrl", json!("http://api.example.com")),
        ("accessToken", json!("")),
        ("cacheMaxAge", json!(0)),
        ("clockTolerance", json!(121)),
        ("clockTolerance", json!(-1)),
        ("clockTolerance", json!("soon")),
        ("cooldownDuration", json!("1")),
        ("maxRetries", json!(11)),
        ("maxRetryWait", json!(1.5)),
        ("staleIfError", json!(-1)),
        ("timeout", json!(0)),
        ("timeoutDuration", json!(0)),
        ("tokenVerificationMetadata", json!("pem")),
        ("tokenVerificationMetadata", json!({})),
        ("tokenVerificationMetadata", json!({"verifierKey": []})),
        ("tokenVerificationMetadata", json!({"verifierKey": [1]})),
        ("webhookSecret", json!([])),
        ("webhookSecret", json!("")),
    ] {
        let mut options = json!({"authUrl": AUTH_URL});
        options[name] = value;
        assert_eq!(problem(&options), name, "{options}");
    }
    let key = "k";
    let metadata = json!({"verifierKey": key, "issuer": ""});
    let options = json!({"authUrl": AUTH_URL, "tokenVerificationMetadata": metadata});
    assert_eq!(problem(&options), "issuer");
    let metadata = json!({"verifierKey": key, "verifier_key": key});
    let options = json!({"authUrl": AUTH_URL, "tokenVerificationMetadata": metadata});
    assert_eq!(problem(&options), "verifier_key");
}

#[test]
fn a_verifier_key_is_read_however_its_line_ends_were_bent() {
    let pem = fixtures()["verifierKey"].as_str().unwrap().to_owned();
    for bent in [
        pem.clone(),
        pem.replace('\n', "\r\n"),
        pem.replace('\n', " "),
        pem.replace('\n', ""),
        pem.replace('\n', "\\n"),
        pem.replace('\n', "\\r\\n"),
        format!("  {pem}  "),
    ] {
        let mut options = options();
        options["tokenVerificationMetadata"]["verifierKey"] = bent.clone().into();
        assert!(validate(&options, &header("PA-3"), T).is_ok(), "{bent}");
    }
}

#[test]
fn a_list_of_verifier_keys_lets_one_roll_over() {
    let old = include_str!("support/keys/rsa.pub.pem");
    let new = fixtures()["verifierKey"].clone();
    for keys in [json!([old, new]), json!([new, old])] {
        let mut options = options();
        options["tokenVerificationMetadata"]["verifierKey"] = keys;
        assert!(validate(&options, &header("PA-1"), T).is_ok());
        let error = validate(&options, &header("PA-N9"), T).unwrap_err();
        assert_eq!(
            error.code().as_str(),
            "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"
        );
    }
}

#[test]
fn a_verifier_key_that_is_no_rsa_public_key_is_refused() {
    let private = fixtures()["privateKey"].clone();
    for key in [
        json!("k"),
        json!(""),
        private,
        json!(include_str!("support/keys/p256.pub.pem")),
        json!(include_str!("support/keys/ed25519.pub.pem")),
    ] {
        let mut options = options();
        options["tokenVerificationMetadata"]["verifierKey"] = key;
        let error = validate(&options, &header("PA-3"), T).unwrap_err();
        assert_eq!(error.code().as_str(), "ERR_JWK_INVALID");
    }
}

#[test]
fn the_issuer_defaults_to_the_auth_urls_origin_and_may_be_given() {
    let mut given = options();
    given["tokenVerificationMetadata"]["issuer"] = "https://other.example".into();
    let error = validate(&given, &header("PA-3"), T).unwrap_err();
    assert_eq!(
        error,
        TokenError::claim("iss", countersign::error::ClaimReason::Mismatch).into()
    );
    let mut default = options();
    default["tokenVerificationMetadata"]
        .as_object_mut()
        .unwrap()
        .remove("issuer");
    assert!(validate(&default, &header("PA-3"), T).is_ok());
}

#[test]
fn verifying_needs_keys_or_an_api_key_to_fetch_them_with() {
    let bare = PropelAuth::from_json(&json!({"authUrl": AUTH_URL}).to_string()).unwrap();
    let error = bare.issuer().unwrap_err();
    assert!(error.to_string().starts_with("apiKey:"), "{error}");
}
