//! What several test programs need: keys that sign, and verifiers over them.

#![allow(dead_code)] // each program uses its part
#![allow(clippy::unwrap_used, clippy::panic)]

pub(crate) mod random;

use countersign::encoding::Base64;
use countersign::error::{Error, ErrorCode};
use countersign::jwt::{Call, Keyring, Verified, Verifier, VerifierOptions};
use countersign::time::UnixMillis;
use ed25519_dalek::{Signer, SigningKey};
use jsonwebtoken::EncodingKey;

/// The moment at which tests verify, in seconds.
pub(crate) const NOW: u64 = 1_790_000_000;

/// Claims that every verifier of [`verifier`] accepts.
pub(crate) const CLAIMS: &str =
    r#"{"iss":"https://issuer.example","aud":"api","sub":"u1","exp":1790000600}"#;

/// Every algorithm that is verified.
pub(crate) const ALGORITHMS: [&str; 14] = [
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
    "ES384", "ES512", "EdDSA", "Ed25519",
];

/// The shared secret of tests: long enough for every hash.
pub(crate) const SECRET: &str = "a test secret that is as long as the longest of the three hashes!";

pub(crate) const RSA: &str = include_str!("keys/rsa.pub.pem");
pub(crate) const P256: &str = include_str!("keys/p256.pub.pem");
pub(crate) const P384: &str = include_str!("keys/p384.pub.pem");
pub(crate) const P521: &str = include_str!("keys/p521.pub.pem");
pub(crate) const ED25519: &str = include_str!("keys/ed25519.pub.pem");

/// The public key of an algorithm's test key.
pub(crate) fn public_pem(alg: &str) -> &'static str {
    match alg {
        "ES256" => P256,
        "ES384" => P384,
        "ES512" => P521,
        "EdDSA" | "Ed25519" => ED25519,
        _ if alg.starts_with("HS") => panic!("a secret has no public half"),
        _ => RSA,
    }
}

/// Signs any header and payload text with an algorithm's test key.
pub(crate) fn sign(alg: &str, header: &str, payload: &str) -> String {
    sign_bytes(alg, header.as_bytes(), payload.as_bytes())
}

/// As [`sign`], for what is no text.
pub(crate) fn sign_bytes(alg: &str, header: &[u8], payload: &[u8]) -> String {
    let input = format!(
        "{}.{}",
        Base64::Url.encode(header),
        Base64::Url.encode(payload)
    );
    let signature = signature(alg, input.as_bytes());
    format!("{input}.{signature}")
}

/// The signature segment over `message`.
pub(crate) fn signature(alg: &str, message: &[u8]) -> String {
    use jsonwebtoken::Algorithm as A;
    let rsa = || EncodingKey::from_rsa_pem(include_bytes!("keys/rsa.pem")).unwrap();
    let secret = || EncodingKey::from_secret(SECRET.as_bytes());
    let (key, algorithm) = match alg {
        "HS256" => (secret(), A::HS256),
        "HS384" => (secret(), A::HS384),
        "HS512" => (secret(), A::HS512),
        "RS256" => (rsa(), A::RS256),
        "RS384" => (rsa(), A::RS384),
        "RS512" => (rsa(), A::RS512),
        "PS256" => (rsa(), A::PS256),
        "PS384" => (rsa(), A::PS384),
        "PS512" => (rsa(), A::PS512),
        "ES256" => (
            EncodingKey::from_ec_pem(include_bytes!("keys/p256.pem")).unwrap(),
            A::ES256,
        ),
        "ES384" => (
            EncodingKey::from_ec_pem(include_bytes!("keys/p384.pem")).unwrap(),
            A::ES384,
        ),
        "ES512" => return es512(message),
        _ => (
            EncodingKey::from_ed_pem(include_bytes!("keys/ed25519.pem")).unwrap(),
            A::EdDSA,
        ),
    };
    jsonwebtoken::crypto::sign(message, &key, algorithm).unwrap()
}

fn es512(message: &[u8]) -> String {
    use p521::ecdsa::signature::Signer;
    use p521::pkcs8::DecodePrivateKey;
    let key = p521::SecretKey::from_pkcs8_pem(include_str!("keys/p521.pem")).unwrap();
    let signature: p521::ecdsa::Signature = p521::ecdsa::SigningKey::from(key).sign(message);
    Base64::Url.encode(&signature.to_bytes())
}

/// A good token of an algorithm, with these claims.
pub(crate) fn token(alg: &str, claims: &str) -> String {
    sign(alg, &format!(r#"{{"alg":"{alg}"}}"#), claims)
}

/// A verifier of issuer `https://issuer.example` and audience `api` over an algorithm's key,
/// with further options as JSON members.
pub(crate) fn verifier(alg: &str, more: &[(&str, serde_json::Value)]) -> (Verifier, Keyring) {
    configure(alg, more).unwrap()
}

/// As [`verifier`], where the options may be refused.
pub(crate) fn configure(
    alg: &str,
    more: &[(&str, serde_json::Value)],
) -> Result<(Verifier, Keyring), Error> {
    let mut options = serde_json::json!({ "issuer": "https://issuer.example", "audience": "api" });
    if alg.starts_with("HS") {
        options["secret"] = SECRET.into();
    } else {
        options["pem"] = public_pem(alg).into();
    }
    for (name, value) in more {
        options[*name] = value.clone();
    }
    let options = VerifierOptions::from_json(&options.to_string())?;
    Verifier::new(vec![options.resolve()?])
}

/// Verifies at [`NOW`].
pub(crate) fn verify(
    (verifier, keyring): &mut (Verifier, Keyring),
    token: &str,
) -> Result<Verified, Error> {
    verify_at(NOW, (verifier, keyring), token)
}

/// Verifies at another second.
pub(crate) fn verify_at(
    secs: u64,
    (verifier, keyring): (&mut Verifier, &mut Keyring),
    token: &str,
) -> Result<Verified, Error> {
    verifier.verify(
        keyring,
        token.as_bytes(),
        Call::at(UnixMillis::from_secs(secs)),
    )
}

/// The verdict on a token by its own algorithm's default verifier: a code where refused.
pub(crate) fn verdict(alg: &str, token: &str) -> Result<(), ErrorCode> {
    verify(&mut verifier(alg, &[]), token)
        .map(drop)
        .map_err(|error| error.code())
}

/// A signing key made from one byte, published under one name.
pub(crate) struct TestKey {
    kid: String,
    key: SigningKey,
}

impl TestKey {
    pub(crate) fn new(kid: &str, seed: u8) -> Self {
        Self {
            kid: kid.to_owned(),
            key: SigningKey::from_bytes(&[seed; 32]),
        }
    }

    /// The public key as JWK text.
    pub(crate) fn jwk(&self) -> String {
        let x = Base64::Url.encode(self.key.verifying_key().as_bytes());
        format!(
            r#"{{"kty":"OKP","crv":"Ed25519","kid":"{}","x":"{x}"}}"#,
            self.kid
        )
    }

    /// Signs any header and payload text.
    pub(crate) fn sign(&self, header: &str, payload: &str) -> String {
        let input = format!(
            "{}.{}",
            Base64::Url.encode(header.as_bytes()),
            Base64::Url.encode(payload.as_bytes())
        );
        let signature = self.key.sign(input.as_bytes());
        format!("{input}.{}", Base64::Url.encode(&signature.to_bytes()))
    }

    /// Signs a payload under this key's own name.
    pub(crate) fn token(&self, payload: &str) -> String {
        self.sign(
            &format!(r#"{{"alg":"EdDSA","kid":"{}"}}"#, self.kid),
            payload,
        )
    }
}

/// A key set's text.
pub(crate) fn key_set(keys: &[&TestKey]) -> String {
    let keys: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
    format!("{{\"keys\":[{}]}}", keys.join(","))
}
