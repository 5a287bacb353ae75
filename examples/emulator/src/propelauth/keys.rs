//! The key that signs tokens, and the one it may be replaced by. They are fixed, because
//! making RSA keys takes seconds.

use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, EncodingKey};

/// One of the two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyPair {
    /// The key at the start.
    First,
    /// Its replacement.
    Second,
}

impl KeyPair {
    /// The other one.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    /// What tokens are verified with.
    pub(crate) const fn public_pem(self) -> &'static str {
        match self {
            Self::First => include_str!("keys/first.pub.pem"),
            Self::Second => include_str!("keys/second.pub.pem"),
        }
    }

    /// Signs `message`; base64url.
    pub(crate) fn sign(
        self,
        message: &[u8],
        algorithm: Algorithm,
    ) -> jsonwebtoken::errors::Result<String> {
        let pem = match self {
            Self::First => include_str!("keys/first.pem"),
            Self::Second => include_str!("keys/second.pem"),
        };
        let body: String = pem
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .collect();
        // The two files are part of the program.
        let der = STANDARD.decode(body).unwrap_or_default();
        jsonwebtoken::crypto::sign(message, &EncodingKey::from_rsa_der(&der), algorithm)
    }
}
