//! The `jsonwebtoken` crate over this crate's engine: tokens that its own provider signed
//! are accepted, everything else is refused with a type, and keys convert both ways.

#![cfg(all(feature = "jsonwebtoken", not(target_arch = "wasm32")))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use countersign::encoding::Base64;
use countersign::error::KeyError;
use countersign::jsonwebtoken::PROVIDER;
use countersign::jwk::{Jwk, Material};
use jsonwebtoken::crypto::rust_crypto;
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk as TheirJwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde_json::{Value, json};

const ALGORITHMS: [Algorithm; 12] = [
    Algorithm::HS256,
    Algorithm::HS384,
    Algorithm::HS512,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

fn private_key(algorithm: Algorithm) -> EncodingKey {
    let pem = |text: &str| text.as_bytes().to_vec();
    match algorithm {
        Algorithm::ES256 => {
            EncodingKey::from_ec_pem(&pem(include_str!("support/keys/p256.pem"))).unwrap()
        }
        Algorithm::ES384 => {
            EncodingKey::from_ec_pem(&pem(include_str!("support/keys/p384.pem"))).unwrap()
        }
        Algorithm::EdDSA => {
            EncodingKey::from_ed_pem(&pem(include_str!("support/keys/ed25519.pem"))).unwrap()
        }
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => {
            EncodingKey::from_secret(support::SECRET.as_bytes())
        }
        _ => EncodingKey::from_rsa_pem(&pem(include_str!("support/keys/rsa.pem"))).unwrap(),
    }
}

fn public_key(algorithm: Algorithm) -> DecodingKey {
    match algorithm {
        Algorithm::ES256 => DecodingKey::from_ec_pem(support::P256.as_bytes()).unwrap(),
        Algorithm::ES384 => DecodingKey::from_ec_pem(support::P384.as_bytes()).unwrap(),
        Algorithm::EdDSA => DecodingKey::from_ed_pem(support::ED25519.as_bytes()).unwrap(),
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => {
            DecodingKey::from_secret(support::SECRET.as_bytes())
        }
        _ => DecodingKey::from_rsa_pem(support::RSA.as_bytes()).unwrap(),
    }
}

/// Signs with that crate's own provider, whichever is installed.
fn token(algorithm: Algorithm, claims: &Value) -> String {
    let header = serde_json::to_vec(&Header::new(algorithm)).unwrap();
    let input = format!(
        "{}.{}",
        Base64::Url.encode(&header),
        Base64::Url.encode(claims.to_string().as_bytes())
    );
    let key = private_key(algorithm);
    let signer = (rust_crypto::DEFAULT_PROVIDER.signer_factory)(&algorithm, &key).unwrap();
    let signature = signer.try_sign(input.as_bytes()).unwrap();
    format!("{input}.{}", Base64::Url.encode(&signature))
}

fn claims() -> Value {
    json!({ "sub": "u1", "exp": 4_000_000_000_u64 })
}

/// Decodes through the installed provider.
fn judge(algorithm: Algorithm, token: &str, key: &DecodingKey) -> Result<Value, Error> {
    // Tests share the process, and with it the one installation.
    let _ = PROVIDER.install_default();
    decode(token, key, &Validation::new(algorithm)).map(|data| data.claims)
}

fn refusal(algorithm: Algorithm, token: &str, key: &DecodingKey) -> ErrorKind {
    judge(algorithm, token, key).unwrap_err().kind().clone()
}

/// The same token with a bit of its signature flipped.
fn forged(token: &str) -> String {
    let (input, signature) = token.rsplit_once('.').unwrap();
    let mut bytes = Base64::Url.decode(signature.as_bytes()).unwrap();
    bytes[7] ^= 1;
    format!("{input}.{}", Base64::Url.encode(&bytes))
}

#[test]
fn every_algorithm_is_accepted_again_and_again() {
    for algorithm in ALGORITHMS {
        let token = token(algorithm, &claims());
        // Enough uses to meet the paths without tables, with some and with all.
        for _ in 0..12 {
            let key = public_key(algorithm);
            assert_eq!(judge(algorithm, &token, &key).unwrap(), claims());
        }
    }
}

#[test]
fn every_forged_signature_is_refused() {
    for algorithm in ALGORITHMS {
        let good = token(algorithm, &claims());
        let key = public_key(algorithm);
        for _ in 0..12 {
            let kind = refusal(algorithm, &forged(&good), &key);
            assert!(matches!(kind, ErrorKind::InvalidSignature), "{kind:?}");
        }
        let (input, _) = good.rsplit_once('.').unwrap();
        let kind = refusal(algorithm, &format!("{input}."), &key);
        assert!(matches!(kind, ErrorKind::InvalidSignature), "{kind:?}");
    }
}

#[test]
fn a_key_of_another_family_is_refused() {
    for algorithm in ALGORITHMS {
        let token = token(algorithm, &claims());
        for other in ALGORITHMS {
            let key = public_key(other);
            if public_key(algorithm).family() == key.family() {
                continue;
            }
            let kind = refusal(algorithm, &token, &key);
            assert!(matches!(kind, ErrorKind::InvalidKeyFormat), "{kind:?}");
        }
    }
}

#[test]
fn a_key_of_another_curve_is_refused() {
    let token = token(Algorithm::ES256, &claims());
    let kind = refusal(Algorithm::ES256, &token, &public_key(Algorithm::ES384));
    assert!(matches!(kind, ErrorKind::InvalidKeyFormat), "{kind:?}");
}

#[test]
fn weak_and_malformed_keys_are_refused_with_the_error_of_their_kind() {
    let refused = |algorithm, key| refusal(algorithm, &token(algorithm, &claims()), &key);
    let kind = refused(Algorithm::HS256, DecodingKey::from_secret(b"short"));
    assert!(matches!(kind, ErrorKind::InvalidKeyFormat), "{kind:?}");
    let public = DecodingKey::from_secret(support::RSA.as_bytes());
    let kind = refused(Algorithm::HS256, public);
    assert!(matches!(kind, ErrorKind::InvalidKeyFormat), "{kind:?}");
    let small = DecodingKey::from_rsa_raw_components(&[0xff; 128], &[1, 0, 1]);
    let kind = refused(Algorithm::RS256, small);
    assert!(matches!(kind, ErrorKind::InvalidRsaKey(_)), "{kind:?}");
    let kind = refused(Algorithm::RS256, DecodingKey::from_rsa_der(b"no DER"));
    assert!(matches!(kind, ErrorKind::InvalidRsaKey(_)), "{kind:?}");
    let kind = refused(Algorithm::ES256, DecodingKey::from_ec_der(&[4; 65]));
    assert!(matches!(kind, ErrorKind::InvalidEcdsaKey), "{kind:?}");
    let kind = refused(Algorithm::ES256, DecodingKey::from_ec_der(&[]));
    assert!(matches!(kind, ErrorKind::InvalidEcdsaKey), "{kind:?}");
    let kind = refused(Algorithm::EdDSA, DecodingKey::from_ed_der(&[0; 32]));
    assert!(matches!(kind, ErrorKind::InvalidEddsaKey), "{kind:?}");
    let kind = refused(Algorithm::EdDSA, DecodingKey::from_ed_der(&[1; 31]));
    assert!(matches!(kind, ErrorKind::InvalidEddsaKey), "{kind:?}");
}

#[test]
fn signing_is_refused_with_a_type() {
    let _ = PROVIDER.install_default();
    for algorithm in ALGORITHMS {
        let error = encode(&Header::new(algorithm), &claims(), &private_key(algorithm));
        let kind = error.unwrap_err().kind().clone();
        assert!(matches!(kind, ErrorKind::Provider(_)), "{kind:?}");
    }
    let key = private_key(Algorithm::ES256);
    let error = TheirJwk::from_encoding_key(&key, Algorithm::ES256).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Provider(_)));
}

#[test]
fn threads_verify_side_by_side() {
    let token = token(Algorithm::ES256, &claims());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let key = public_key(Algorithm::ES256);
                for _ in 0..12 {
                    assert!(judge(Algorithm::ES256, &token, &key).is_ok());
                    assert!(judge(Algorithm::ES256, &forged(&token), &key).is_err());
                }
            });
        }
    });
}

#[test]
fn public_keys_convert_both_ways() {
    for pem in [
        support::RSA,
        support::P256,
        support::P384,
        support::P521,
        support::ED25519,
    ] {
        let ours = Jwk::from_pem(pem).unwrap();
        let theirs = TheirJwk::try_from(&ours).unwrap();
        let back = Jwk::try_from(&theirs).unwrap();
        assert_eq!(numbers(&back), numbers(&ours));
        assert!(back.is_for_signatures());
    }
}

/// A key's numbers, whatever their kind.
fn numbers(jwk: &Jwk) -> Vec<Vec<u8>> {
    match jwk.material().clone() {
        Material::Ec { x, y, .. } => vec![x, y],
        Material::Ed25519(point) => vec![point],
        Material::Rsa { modulus, exponent } => vec![modulus, exponent],
        Material::Secret(_) => panic!("a secret"),
    }
}

#[test]
fn a_converted_key_verifies() {
    let theirs = TheirJwk::try_from(&Jwk::from_pem(support::P256).unwrap()).unwrap();
    let key = DecodingKey::from_jwk(&theirs).unwrap();
    let token = token(Algorithm::ES256, &claims());
    assert_eq!(judge(Algorithm::ES256, &token, &key).unwrap(), claims());
}

#[test]
fn names_and_bindings_convert() {
    let text = json!({
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "kid": "k1", "alg": "EdDSA", "use": "sig",
    });
    let theirs: TheirJwk = serde_json::from_value(text.clone()).unwrap();
    let ours = Jwk::try_from(&theirs).unwrap();
    assert_eq!((ours.kid(), ours.alg()), (Some("k1"), Some("EdDSA")));
    assert_eq!(TheirJwk::try_from(&ours).unwrap(), theirs);
    let mut bound = text.clone();
    bound["alg"] = "Ed25519".into();
    let ours = Jwk::from_json(bound.to_string().as_bytes()).unwrap();
    assert!(!TheirJwk::try_from(&ours).unwrap().is_supported());
}

#[test]
fn secrets_and_keys_for_other_uses_do_not_convert() {
    let secret = Jwk::from_secret(support::SECRET.as_bytes()).unwrap();
    let refused = TheirJwk::try_from(&secret);
    assert!(matches!(refused, Err(KeyError::Invalid(_))));
    let theirs: TheirJwk =
        serde_json::from_value(json!({ "kty": "oct", "k": "c2VjcmV0" })).unwrap();
    assert!(matches!(theirs.algorithm, AlgorithmParameters::OctetKey(_)));
    assert!(matches!(Jwk::try_from(&theirs), Err(KeyError::Invalid(_))));
    let text = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","use":"enc"}"#;
    let ours = Jwk::from_json(text.as_bytes()).unwrap();
    let refused = TheirJwk::try_from(&ours);
    assert!(matches!(refused, Err(KeyError::Invalid(_))));
}

#[test]
fn helpers_for_keys_answer_as_the_default_provider_does() {
    let theirs = &rust_crypto::DEFAULT_PROVIDER.key_utils;
    let key = public_key(Algorithm::RS256);
    let der = key.try_get_as_bytes().unwrap();
    let numbers = PROVIDER.key_utils.rsa_pub_components_from_public_key;
    assert_eq!(
        numbers(der).unwrap(),
        (theirs.rsa_pub_components_from_public_key)(der).unwrap()
    );
    assert!(numbers(b"no DER").is_err());
    for hash in [
        ThumbprintHash::SHA256,
        ThumbprintHash::SHA384,
        ThumbprintHash::SHA512,
    ] {
        let ours = (PROVIDER.key_utils.compute_digest)(b"data", hash.clone()).unwrap();
        assert_eq!(ours, (theirs.compute_digest)(b"data", hash).unwrap());
    }
}
