//! Generated and mutated tokens, judged by this crate and by `jsonwebtoken` with equal
//! settings. Where the two differ, the difference falls in a class that is listed here with
//! its reason, and none lets a token pass that ought not to.
//!
//! `COUNTERSIGN_FUZZ_CASES` sets how many tokens are judged, `COUNTERSIGN_FUZZ_SEED` which.
//! ES512 is not among the algorithms: the other side does not have it.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod mutations;
mod support;

use std::collections::BTreeMap;

use countersign::error::{ClaimReason, Error, TokenError};
use countersign::jwt::{Call, Keyring, Verifier, VerifierOptions};
use countersign::time::UnixMillis;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, get_current_timestamp};
use mutations::{Case, FAMILIES, Family, generate};
use serde_json::{Value, json};
use support::random::{Random, cases};
use support::{SECRET, public_pem};

/// This crate and the other one over one family's key, with equal settings.
struct Judges {
    family: Family,
    verifier: Verifier,
    keyring: Keyring,
    key: DecodingKey,
    validation: Validation,
}

impl Judges {
    fn new(family: Family) -> Self {
        let mut options = json!({
            "issuer": "https://issuer.example",
            "audience": "api",
            "algorithms": family.algorithms,
            "requiredClaims": ["exp", "iss", "aud"],
        });
        let pem = (family.name != "HMAC").then(|| public_pem(family.algorithms[0]));
        match pem {
            Some(pem) => options["pem"] = pem.into(),
            None => options["secret"] = SECRET.into(),
        }
        let options = VerifierOptions::from_json(&options.to_string()).unwrap();
        let (verifier, keyring) = Verifier::new(vec![options.resolve().unwrap()]).unwrap();
        let key = match (family.name, pem) {
            (_, None) => DecodingKey::from_secret(SECRET.as_bytes()),
            ("RSA", Some(pem)) => DecodingKey::from_rsa_pem(pem.as_bytes()).unwrap(),
            ("Ed25519", Some(pem)) => DecodingKey::from_ed_pem(pem.as_bytes()).unwrap(),
            (_, Some(pem)) => DecodingKey::from_ec_pem(pem.as_bytes()).unwrap(),
        };
        Self {
            verifier,
            keyring,
            key,
            validation: validation(&family),
            family,
        }
    }

    /// Both verdicts, at one time.
    fn verdicts(&mut self, token: &[u8]) -> (Option<Error>, Option<ErrorKind>) {
        let now = UnixMillis::from_secs(get_current_timestamp());
        let ours = self
            .verifier
            .verify(&mut self.keyring, token, Call::at(now));
        let theirs = jsonwebtoken::decode::<Value>(token, &self.key, &self.validation);
        (ours.err(), theirs.err().map(|error| error.into_kind()))
    }
}

fn validation(family: &Family) -> Validation {
    let names = family.algorithms.iter();
    let algorithms: Vec<Algorithm> = names.map(|name| name.parse().unwrap()).collect();
    let mut validation = Validation::new(algorithms[0]);
    validation.algorithms = algorithms;
    validation.leeway = 0;
    validation.validate_nbf = true;
    validation.set_issuer(&["https://issuer.example"]);
    validation.set_audience(&["api"]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation
}

/// Why this crate refuses what the other accepts; `None` for a difference nobody foresaw.
fn stricter(refusal: &Error) -> Option<&'static str> {
    match refusal {
        Error::Token(TokenError::Unsupported(_)) => {
            Some("crit, b64, enc and zip are refused (RFC 7515 §4.1.11); the other ignores them")
        }
        Error::Token(TokenError::Malformed(_)) => Some(
            "header and payload are objects without duplicates, kid and typ are strings (RFC 7515 §4, RFC 7519 §4); the other reads arrays as records, null as absent and the last of two members",
        ),
        Error::Token(TokenError::Claim {
            reason: ClaimReason::Invalid,
            ..
        }) => Some(
            "a registered claim of the wrong type is never read as absent (RFC 7519 §4.1); the other passes over a malformed iat or sub, a null nbf, and takes lists of issuers",
        ),
        _ => None,
    }
}

/// Why the other refuses what this crate accepts.
fn looser(refusal: &ErrorKind, token: &[u8]) -> Option<&'static str> {
    let [header, claims] = decoded(token);
    match refusal {
        ErrorKind::Json(_) if has_unread_member(&header) => Some(
            "header members that are never read may be anything: they are neither trusted nor parsed; the other demands their types",
        ),
        ErrorKind::InvalidClaimFormat(_) | ErrorKind::MissingRequiredClaim(_)
            if has_wide_date(&claims) =>
        {
            Some(
                "a date may lie before 1970 or beyond 2^64 seconds (RFC 7519 §2 names no range); the other wants an unsigned number",
            )
        }
        _ => None,
    }
}

fn decoded(token: &[u8]) -> [Value; 2] {
    let decoded = countersign::jwt::dangerous_decode(token).unwrap();
    [&decoded.header, &decoded.payload].map(|text| serde_json::from_slice(text).unwrap_or_default())
}

/// Whether a header has a member, other than those that are read here, whose type the other
/// side knows.
fn has_unread_member(header: &Value) -> bool {
    [
        "cty", "jku", "jwk", "nonce", "url", "x5c", "x5t", "x5t#S256", "x5u",
    ]
    .iter()
    .any(|name| header.get(name).is_some())
}

fn has_wide_date(claims: &Value) -> bool {
    let dates = ["exp", "nbf"].map(|name| claims[name].as_f64());
    dates
        .into_iter()
        .flatten()
        .any(|date| !(0.0..u64::MAX as f64).contains(&date))
}

#[derive(Default)]
struct Tally {
    accepted_by_both: usize,
    refused_by_both: usize,
    differences: BTreeMap<&'static str, usize>,
}

impl Tally {
    fn judge(&mut self, judges: &mut Judges, case: &Case) {
        let class = match judges.verdicts(&case.token) {
            (None, None) => {
                self.accepted_by_both += 1;
                return;
            }
            (Some(_), Some(_)) => {
                self.refused_by_both += 1;
                return;
            }
            (Some(ours), None) => stricter(&ours).ok_or(format!("only we refuse: {ours:?}")),
            (None, Some(theirs)) => {
                looser(&theirs, &case.token).ok_or(format!("only we accept: {theirs:?}"))
            }
        };
        let class = class.unwrap_or_else(|difference| {
            panic!(
                "{difference}\n{} {:?}\n{}",
                judges.family.name,
                case.history,
                String::from_utf8_lossy(&case.token)
            )
        });
        *self.differences.entry(class).or_default() += 1;
    }
}

#[test]
fn every_difference_from_jsonwebtoken_is_listed() {
    let seed = std::env::var("COUNTERSIGN_FUZZ_SEED").ok();
    let seed = seed.and_then(|seed| seed.parse().ok()).unwrap_or(7519);
    let count = cases(3_000);
    let mut random = Random::new(seed);
    let mut judges = FAMILIES.map(Judges::new);
    let mut tally = Tally::default();
    let now = get_current_timestamp();
    for _ in 0..count {
        let case = generate(&mut random, now);
        tally.judge(&mut judges[case.judge], &case);
    }

    let differences: usize = tally.differences.values().sum();
    println!(
        "{count} tokens of seed {seed}: {} accepted and {} refused by both, {differences} judged differently",
        tally.accepted_by_both, tally.refused_by_both
    );
    for (class, times) in &tally.differences {
        println!("{times:>8} {class}");
    }
    // A generator that only makes junk, or none, would show nothing.
    assert!(tally.accepted_by_both * 20 > count);
    assert!(tally.refused_by_both * 5 > count);
}
