//! The example keys of the JOSE documents: which are read, as what, and under which name.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use countersign::crypto;
use countersign::error::{ErrorCode, KeyError};
use countersign::jwk::{Jwk, JwkSet};
use serde_json::json;
use support::{CLAIMS, TestKey, configure, sign, verdict, verify};

/// RFC 7638 §3.1, which is also the RSA key of RFC 7517 A.1.
const RSA: &str = r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#;

const EC: &str = r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}"#;

#[test]
fn rfc_7517_a1_both_keys_are_read_and_one_is_for_signatures() {
    let set = JwkSet::parse(format!(r#"{{"keys":[{EC},{RSA}]}}"#).as_bytes()).unwrap();
    assert_eq!((set.len(), set.skipped()), (2, 0));
    let names: Vec<_> = set.keys().map(|key| key.kid().unwrap()).collect();
    assert_eq!(names, ["1", "2011-04-29"]);
    let signing: Vec<_> = set.keys().map(Jwk::is_for_signatures).collect();
    assert_eq!(signing, [false, true]);
    let algorithms: Vec<_> = set.algorithms().iter().map(|a| a.id().as_str()).collect();
    assert_eq!(algorithms, ["RS256"]);
}

#[test]
fn rfc_7517_a2_a_private_key_is_refused() {
    let private = r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE","use":"enc","kid":"1"}"#;
    let refusal = Jwk::from_json(private.as_bytes()).unwrap_err();
    assert!(matches!(refusal, KeyError::Invalid(reason) if reason.contains("private")));
    let set = JwkSet::parse(format!(r#"{{"keys":[{private},{RSA}]}}"#).as_bytes()).unwrap();
    assert_eq!((set.len(), set.skipped()), (1, 1));
}

#[test]
fn rfc_7517_a3_symmetric_keys_are_no_key_set() {
    let set = br#"{"keys":[{"kty":"oct","alg":"A128KW","k":"GawgguFyGrWKav7AX4VKUg"},{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow","kid":"HMAC key used in JWS spec Appendix A.1 example"}]}"#;
    assert_eq!(JwkSet::parse(set).unwrap_err(), KeyError::SetInvalid);
}

#[test]
fn rfc_7638_3_1_the_thumbprint_is_as_printed() {
    let thumbprint = Jwk::from_json(RSA.as_bytes()).unwrap().thumbprint();
    let printed = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
    assert_eq!(thumbprint.as_deref(), Some(printed));
}

/// No document prints one for an EC key: the members are in the order of RFC 7638 §3.3, and
/// another implementation's hash of that text is the same.
#[test]
fn rfc_7638_3_3_the_thumbprint_of_an_ec_key_covers_its_four_members() {
    use sha2::Digest;
    let members = r#"{"crv":"P-256","kty":"EC","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#;
    let hash = sha2::Sha256::digest(members);
    let expected = countersign::encoding::Base64::Url.encode(&hash);
    let thumbprint = Jwk::from_json(EC.as_bytes()).unwrap().thumbprint();
    assert_eq!(thumbprint, Some(expected));
}

/// RFC 8037 A.1 to A.3.
#[test]
fn rfc_8037_a1_the_private_key_is_refused() {
    let private = br#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    assert!(matches!(
        Jwk::from_json(private),
        Err(KeyError::Invalid(reason)) if reason.contains("private")
    ));
}

#[test]
fn rfc_8037_a2_the_public_key_serves_both_names_of_its_algorithm() {
    let public =
        br#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let key = Jwk::from_json(public).unwrap();
    let serving = crypto::ALL.into_iter().filter(|a| key.serves(*a));
    let names: Vec<_> = serving.map(|a| a.id().as_str()).collect();
    assert_eq!(names, ["EdDSA", "Ed25519"]);
    let printed = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
    assert_eq!(key.thumbprint().as_deref(), Some(printed));
}

#[test]
fn rfc_8037_a6_an_x25519_key_is_refused() {
    let key = br#"{"kty":"OKP","crv":"X25519","kid":"Bob","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}"#;
    assert!(matches!(Jwk::from_json(key), Err(KeyError::Invalid(_))));
}

/// RFC 9864 §2.2 names the curve in the algorithm; the older `EdDSA` stays valid.
#[test]
fn rfc_9864_ed25519_is_an_algorithm_of_its_own() {
    let token = |alg: &str| sign("Ed25519", &format!(r#"{{"alg":"{alg}"}}"#), CLAIMS);
    assert_eq!(verdict("Ed25519", &token("Ed25519")), Ok(()));
    assert_eq!(verdict("EdDSA", &token("EdDSA")), Ok(()));
    for (accepted, used) in [("EdDSA", "Ed25519"), ("Ed25519", "EdDSA")] {
        let mut only = configure(accepted, &[("algorithms", json!([accepted]))]).unwrap();
        let refusal = verify(&mut only, &token(used)).unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::JoseAlgNotAllowed, "{used}");
    }
}

#[test]
fn rfc_9864_a_key_bound_to_one_name_serves_no_other() {
    let key = TestKey::new("k", 1).jwk();
    for (bound, other) in [("EdDSA", "Ed25519"), ("Ed25519", "EdDSA")] {
        let text = key.replace('{', &format!(r#"{{"alg":"{bound}","#));
        let key = Jwk::from_json(text.as_bytes()).unwrap();
        assert!(key.serves(crypto::by_name(bound).unwrap()));
        assert!(!key.serves(crypto::by_name(other).unwrap()));
    }
}

/// RFC 9864 §2.2 and §4: what is not implemented, and what exists in COSE alone.
#[test]
fn rfc_9864_other_names_are_not_algorithms_here() {
    for name in ["Ed448", "ESP256", "ESP384", "ESP512", "ESB256", "ed25519"] {
        assert!(crypto::by_name(name).is_none(), "{name}");
        let token = sign("Ed25519", &format!(r#"{{"alg":"{name}"}}"#), CLAIMS);
        assert_eq!(
            verdict("Ed25519", &token),
            Err(ErrorCode::JoseAlgNotAllowed)
        );
        let refusal = configure("Ed25519", &[("algorithms", json!([name]))]).unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::ConfigInvalid, "{name}");
    }
}
