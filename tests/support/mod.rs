//! What several test programs need: keys that sign.

#![allow(dead_code)] // each program uses its part

use countersign::encoding::Base64;
use ed25519_dalek::{Signer, SigningKey};

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
