//! What the tests of PropelAuth share: its vectors, and a verification as any host makes it.

#![allow(dead_code, unreachable_pub, missing_docs)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use countersign::error::Error;
use countersign::json::{Json, Members};
use countersign::jwt::{Call, Verifier};
use countersign::providers::propelauth::{PropelAuth, User, token_of};
use countersign::time::UnixMillis;
use serde_json::{Value, json};

pub const AUTH_URL: &str = "https://auth.acme-test.example";

/// The moment at which the vectors are judged, in seconds.
pub const T: u64 = 1_790_000_600;

const TOKENS: &str = include_str!("../../src/providers/propelauth/fixtures/tokens.json");

pub fn fixtures() -> Value {
    serde_json::from_str(TOKENS).unwrap()
}

/// Options with which nothing is fetched.
pub fn options() -> Value {
    let fixtures = fixtures();
    json!({
        "authUrl": AUTH_URL,
        "apiKey": "k",
        "tokenVerificationMetadata": {
            "verifierKey": fixtures["verifierKey"],
            "issuer": fixtures["issuer"],
        },
    })
}

/// The `Authorization` header with a vector's token.
pub fn header(name: &str) -> String {
    format!("Bearer {}", fixtures()["tokens"][name].as_str().unwrap())
}

/// Validates a header and gives the user, with nothing but the options.
pub fn validate(options: &Value, header: &str, secs: u64) -> Result<User, Error> {
    let propelauth = PropelAuth::from_json(&options.to_string())?;
    let (verifier, mut keyring) = Verifier::new(vec![propelauth.issuer()?])?;
    let call = Call::at(UnixMillis::from_secs(secs));
    let verified = verifier.verify(&mut keyring, token_of(header)?.as_bytes(), call)?;
    Ok(propelauth.user(verified.members())?)
}

pub fn user(name: &str) -> User {
    validate(&options(), &header(name), T).unwrap()
}

pub fn refused(name: &str) -> Error {
    validate(&options(), &header(name), T).unwrap_err()
}

/// A tree of the crate's own as one that tests can build and change.
pub fn value(json: impl ToString) -> Value {
    serde_json::from_str(&json.to_string()).unwrap()
}

/// The other way round.
pub fn members(value: &Value) -> Members {
    match Json::parse(value.to_string()) {
        Ok(Json::Object(members)) => members,
        other => panic!("{other:?}"),
    }
}
