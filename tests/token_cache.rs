//! The cache of verified tokens: what is remembered, and for how long that is any good.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use countersign::error::{ClaimReason, Error, ErrorCode, TokenError};
use countersign::flow::{Flow, Outcome, Step, Tick};
use countersign::http::{Headers, Response, TransportError};
use countersign::jwt::{Call, Keyring, Requirement, Verified, Verifier, VerifierOptions};
use countersign::time::UnixMillis;
use serde_json::json;
use support::{CLAIMS, NOW, TestKey, key_set, token, verifier};

/// A verifier whose cache may be used, as a host with randomness makes it.
fn seeded(more: &[(&str, serde_json::Value)]) -> (Verifier, Keyring) {
    let (verifier, mut keyring) = verifier("EdDSA", more);
    keyring.seed(0x5eed);
    (verifier, keyring)
}

fn at(world: &mut (Verifier, Keyring), secs: u64, token: &str) -> Result<Verified, Error> {
    let call = Call::at(UnixMillis::from_secs(secs));
    world.0.verify(&mut world.1, token.as_bytes(), call)
}

/// A token that was recalled shares its payload with the one that was verified.
fn recalled(one: &Verified, other: &Verified) -> bool {
    std::ptr::eq(one.payload(), other.payload())
}

#[test]
fn a_token_that_comes_again_is_recalled() {
    let mut world = seeded(&[]);
    let token = token("EdDSA", CLAIMS);
    let first = at(&mut world, NOW, &token).unwrap();
    let second = at(&mut world, NOW + 1, &token).unwrap();
    assert!(recalled(&first, &second));
    assert_eq!(first, second);
    assert_eq!(second.payload(), CLAIMS.as_bytes());
}

#[test]
fn a_number_names_one_recalled_token_for_good() {
    let mut world = seeded(&[]);
    let one = token("EdDSA", CLAIMS);
    let other = token("EdDSA", &CLAIMS.replace("\"sub\"", "\"other\":1,\"sub\""));
    let mut number = |secs, token| at(&mut world, secs, token).unwrap().recalled_as();
    assert_eq!((number(NOW, &one), number(NOW, &other)), (0, 0));
    let (first, second) = (number(NOW, &one), number(NOW, &other));
    assert!(first != 0 && second != 0 && first != second);
    assert_eq!((number(NOW, &one), number(NOW, &other)), (first, second));
    // Expired and forgotten, it is verified anew at an earlier moment, and gets another number.
    assert!(at(&mut world, NOW + 600, &one).is_err());
    let mut number = |secs, token| at(&mut world, secs, token).unwrap().recalled_as();
    assert_eq!(number(NOW, &one), 0);
    let third = number(NOW, &one);
    assert!(![0, first, second].contains(&third));
}

#[test]
fn nothing_is_kept_before_there_is_a_seed_or_where_it_is_switched_off() {
    let token = token("EdDSA", CLAIMS);
    let mut unseeded = verifier("EdDSA", &[]);
    let mut off = seeded(&[("tokenCache", json!(false))]);
    assert!(!off.1.wants_seed());
    for world in [&mut unseeded, &mut off] {
        let first = at(world, NOW, &token).unwrap();
        let second = at(world, NOW, &token).unwrap();
        assert!(!recalled(&first, &second));
    }
    assert!(unseeded.1.wants_seed() && !off.1.wants_seed());
}

#[test]
fn one_token_alone_asks_for_no_seed() {
    let token = token("EdDSA", CLAIMS);
    let mut world = verifier("EdDSA", &[]);
    assert!(!world.1.wants_seed());
    at(&mut world, NOW, &token).unwrap();
    assert!(world.1.wants_seed());
    world.1.seed(0x5eed);
    assert!(!world.1.wants_seed());
}

#[test]
fn a_recalled_token_expires_like_any_other() {
    let mut world = seeded(&[("clockTolerance", json!(10))]);
    let token = token("EdDSA", CLAIMS);
    let first = at(&mut world, NOW, &token).unwrap();
    assert!(recalled(
        &first,
        &at(&mut world, NOW + 609, &token).unwrap()
    ));
    let late = at(&mut world, NOW + 610, &token).unwrap_err();
    assert_eq!(late.code(), ErrorCode::JwtExpired);
    // Forgotten by then: an earlier moment verifies it anew.
    assert!(!recalled(&first, &at(&mut world, NOW, &token).unwrap()));
}

#[test]
fn not_before_and_the_greatest_age_are_asked_on_every_use() {
    let claims = format!(
        r#"{{"iss":"https://issuer.example","aud":"api","exp":{},"nbf":{NOW},"iat":{NOW}}}"#,
        NOW + 600
    );
    let token = token("EdDSA", &claims);
    let mut world = seeded(&[("maxTokenAge", json!(60))]);
    at(&mut world, NOW, &token).unwrap();
    let early = at(&mut world, NOW - 1, &token).unwrap_err();
    assert_eq!(early.code(), ErrorCode::JwtNotYetValid);
    at(&mut world, NOW, &token).unwrap();
    let old = at(&mut world, NOW + 61, &token).unwrap_err();
    assert_eq!(old.code(), ErrorCode::JwtExpired);
}

#[test]
fn one_changed_byte_is_another_token() {
    let mut world = seeded(&[]);
    let token = token("EdDSA", CLAIMS);
    at(&mut world, NOW, &token).unwrap();
    for place in (0..token.len()).step_by(7) {
        let mut forged = token.clone().into_bytes();
        forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
        let call = Call::at(UnixMillis::from_secs(NOW));
        assert!(
            world.0.verify(&mut world.1, &forged, call).is_err(),
            "{place}"
        );
    }
    let cut = &token[..token.len() - 1];
    assert!(at(&mut world, NOW, cut).is_err());
    assert!(at(&mut world, NOW, &format!("{token}A")).is_err());
}

#[test]
fn refused_tokens_are_not_remembered() {
    let mut world = seeded(&[]);
    let wrong = token("EdDSA", &CLAIMS.replace("\"api\"", "\"other\""));
    for _ in 0..2 {
        let refusal = at(&mut world, NOW, &wrong).unwrap_err();
        let expected = TokenError::claim("aud", ClaimReason::Mismatch);
        assert_eq!(refusal, Error::Token(expected));
    }
}

#[test]
fn what_a_resource_demands_is_asked_on_every_use() {
    let claims = CLAIMS.replace("\"sub\"", "\"roles\":[\"reader\"],\"sub\"");
    let token = token("EdDSA", &claims);
    let mut world = seeded(&[("rolesClaim", json!("roles"))]);
    at(&mut world, NOW, &token).unwrap();
    let demand = |role: &str| Requirement {
        roles: Some(vec![role.to_owned()]),
        ..Requirement::default()
    };
    for (role, granted) in [("writer", false), ("reader", true), ("writer", false)] {
        let demand = demand(role);
        let call = Call {
            requirement: Some(&demand),
            ..Call::at(UnixMillis::from_secs(NOW))
        };
        let verdict = world.0.verify(&mut world.1, token.as_bytes(), call);
        match granted {
            true => assert!(verdict.is_ok()),
            false => assert_eq!(verdict.unwrap_err().code(), ErrorCode::Forbidden),
        }
    }
}

#[test]
fn a_token_dies_with_the_set_its_key_was_in() {
    let (old, new) = (TestKey::new("old", 1), TestKey::new("new", 2));
    let options = VerifierOptions::from_json(
        r#"{"issuer":"https://issuer.example","audience":"api","jwksUri":"https://issuer.example/jwks"}"#,
    );
    let issuer = options.unwrap().resolve().unwrap();
    let mut world = Verifier::new(vec![issuer]).unwrap();
    world.1.seed(0x5eed);
    let set_at = |secs: u64, keys: &[&TestKey]| {
        format!(
            r#"{{"version":1,"issuers":[{{"version":1,"source":"https://issuer.example/jwks","fetchedAt":{},"jwks":{}}}]}}"#,
            secs * 1_000,
            key_set(keys)
        )
    };
    let now = UnixMillis::from_secs(NOW);
    world.1.restore(&set_at(NOW - 20, &[&old]), now).unwrap();
    let token = old.token(CLAIMS);
    let first = at(&mut world, NOW, &token).unwrap();
    assert!(recalled(&first, &at(&mut world, NOW, &token).unwrap()));

    // The set grows too old to be used: so does what it verified.
    let unusable = at(&mut world, NOW + 590, &token).unwrap_err();
    assert_eq!(unusable.code(), ErrorCode::JwksUnavailable);
    at(&mut world, NOW, &token).unwrap();

    // A newer set has withdrawn the key.
    world.1.restore(&set_at(NOW - 10, &[&new]), now).unwrap();
    let withdrawn = at(&mut world, NOW, &token).unwrap_err();
    assert_ne!(withdrawn.code(), ErrorCode::JwtExpired);
    assert!(withdrawn.code().as_str().starts_with("ERR_JWKS_"));
}

#[test]
fn an_old_set_answers_for_known_tokens_while_somebody_asks_for_a_newer() {
    let key = TestKey::new("k", 1);
    let options = VerifierOptions::from_json(
        r#"{"issuer":"https://issuer.example","audience":"api","jwksUri":"https://issuer.example/jwks","cacheMaxAge":100000}"#,
    );
    let issuer = options.unwrap().resolve().unwrap();
    let mut world = Verifier::new(vec![issuer]).unwrap();
    world.1.seed(0x5eed);
    let fetch = |world: &mut (Verifier, Keyring), secs: u64, outcome: Option<Outcome>| {
        let tick = Tick {
            now: UnixMillis::from_secs(secs),
            entropy: 0,
        };
        let mut flow = world.0.preload_flow();
        let Step::Send(id, _) = flow.step(&mut world.1, tick) else {
            panic!("nothing is sent");
        };
        if let Some(outcome) = outcome {
            flow.resolve(&mut world.1, id, outcome, tick);
        }
    };
    let set = Response {
        status: 200,
        headers: Headers::new(),
        body: key_set(&[&key]).into_bytes(),
    };
    fetch(&mut world, NOW, Some(Ok(set)));
    let token = key.token(CLAIMS);
    let first = at(&mut world, NOW, &token).unwrap();
    fetch(&mut world, NOW + 100, Some(Err(TransportError::Failed)));
    let cooling = at(&mut world, NOW + 101, &token).unwrap();
    assert!(recalled(&first, &cooling), "nobody may ask");
    let due = at(&mut world, NOW + 130, &token).unwrap();
    assert!(!recalled(&first, &due), "somebody has to ask");
    fetch(&mut world, NOW + 130, None);
    let asked = at(&mut world, NOW + 131, &token).unwrap();
    assert!(recalled(&due, &asked), "somebody does");
}

#[test]
fn the_number_of_remembered_tokens_is_bounded() {
    let mut world = seeded(&[("tokenCache", json!(16))]);
    let tokens: Vec<_> = (0..200)
        .map(|number| token("EdDSA", &CLAIMS.replace("u1", &format!("user-{number}"))))
        .collect();
    let firsts: Vec<_> = tokens
        .iter()
        .map(|token| at(&mut world, NOW, token).unwrap())
        .collect();
    let kept = tokens
        .iter()
        .zip(&firsts)
        .rev()
        .take_while(|(token, first)| recalled(first, &at(&mut world, NOW, token).unwrap()))
        .count();
    // Those that came last are there; 200 are not.
    assert!((1..=16).contains(&kept), "{kept}");
    // Long tokens would make the bound on their number one on nothing.
    let long = token("EdDSA", &CLAIMS.replace("u1", &"u".repeat(4_000)));
    let first = at(&mut world, NOW, &long).unwrap();
    assert!(!recalled(&first, &at(&mut world, NOW, &long).unwrap()));
}

#[test]
fn tokens_with_one_signature_are_told_apart() {
    let mut world = seeded(&[]);
    let good = token("EdDSA", CLAIMS);
    at(&mut world, NOW, &good).unwrap();
    let end = good.len() - 64;
    for at_byte in [0, end / 2, end - 1] {
        let mut other = good.clone().into_bytes();
        other[at_byte] = if other[at_byte] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).unwrap();
        assert!(at(&mut world, NOW, &other).is_err(), "{at_byte}");
    }
    assert_ne!(at(&mut world, NOW, &good).unwrap().recalled_as(), 0);
}

#[test]
fn a_remembered_token_is_not_shown() {
    let mut world = seeded(&[]);
    let token = token("EdDSA", CLAIMS);
    at(&mut world, NOW, &token).unwrap();
    let shown = format!("{:?}", world.1);
    assert!(shown.contains("Known(1)"), "{shown}");
    let bytes = format!("{:?}", &token.as_bytes()[token.len() - 8..]);
    assert!(!shown.contains(bytes.trim_matches(['[', ']'])), "{shown}");
}

#[test]
fn an_explanation_walks_through_every_check_again() {
    let mut world = seeded(&[]);
    let token = token("EdDSA", CLAIMS);
    at(&mut world, NOW, &token).unwrap();
    let call = Call::at(UnixMillis::from_secs(NOW));
    let explanation = world.0.explain(&mut world.1, token.as_bytes(), call);
    assert!(explanation.accepted());
    let fresh = verifier("EdDSA", &[]);
    let mut keyring = fresh.1;
    assert_eq!(
        explanation,
        fresh.0.explain(&mut keyring, token.as_bytes(), call)
    );
}
