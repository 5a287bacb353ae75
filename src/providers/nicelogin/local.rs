//! Verification with keys in memory, as `NiceLoginJWKS` of the official package does it: a
//! plain yes or no, or the claims.

use core::fmt;

use super::NiceLogin;
use crate::error::{Error, KeyError};
use crate::json::{Json, Members};
use crate::jwt::{Call, Keyring, Verified, Verifier, dangerous_decode};
use crate::time::UnixMillis;

/// A company's keys, supplied as a JWK Set: no network at all.
#[derive(Debug)]
pub struct NiceLoginJwks {
    verifier: Verifier,
    keyring: Keyring,
}

impl NiceLoginJwks {
    /// Takes the keys of a configuration that holds them as `jwks`.
    ///
    /// # Errors
    ///
    /// `ERR_JWK_INVALID` when none can be used.
    pub fn new(nicelogin: &NiceLogin) -> Result<Self, Error> {
        let (verifier, keyring) = Verifier::new(vec![nicelogin.issuer()?])?;
        Ok(Self { verifier, keyring })
    }

    /// Whether the token passes every check.
    ///
    /// # Errors
    ///
    /// What is no verdict on the token: keys that are not there, a clock that cannot be right.
    pub fn verify_token(&mut self, token: &str, now: UnixMillis) -> Result<bool, Error> {
        verdict(&self.verify(token, now))
    }

    /// The claims of a token that passes every check.
    ///
    /// # Errors
    ///
    /// The reason why it does not.
    pub fn unpack(&mut self, token: &str, now: UnixMillis) -> Result<Verified, Error> {
        self.verify(token, now)
    }

    fn verify(&mut self, token: &str, now: UnixMillis) -> Result<Verified, Error> {
        self.verifier
            .verify(&mut self.keyring, token.as_bytes(), Call::at(now))
    }
}

/// A verification as yes or no.
///
/// # Errors
///
/// Everything that says nothing about the token: missing keys must not look like a forgery.
pub fn verdict<T>(result: &Result<T, Error>) -> Result<bool, Error> {
    match result {
        Ok(_) => Ok(true),
        Err(Error::Token(_) | Error::Key(KeyError::NoMatch)) => Ok(false),
        Err(error) => Err(error.clone()),
    }
}

/// Header and claims of a token that **nobody has verified**: a type of its own, so that it
/// cannot stand where verified claims are expected.
#[derive(Clone, PartialEq)]
pub struct Unverified {
    /// What the header says.
    pub header: Members,
    /// What the payload says.
    pub claims: Members,
}

impl Unverified {
    /// Reads a token without verifying anything.
    ///
    /// # Errors
    ///
    /// `ERR_JWT_INVALID` and the like, for what a verifier would refuse by its form alone.
    ///
    /// # Security
    ///
    /// Anybody can write such a token. Use the result for display and debugging only.
    pub fn unpack(token: &str) -> Result<Self, Error> {
        let decoded = dangerous_decode(token.as_bytes())?;
        // The decoder has found both to be objects; what it passes, this parser does too.
        let object = |text: &[u8]| match Json::parse(text) {
            Ok(Json::Object(members)) => members,
            _ => Members::new(),
        };
        Ok(Self {
            header: object(&decoded.header),
            claims: object(&decoded.payload),
        })
    }
}

/// Claims are personal data and these are not even true.
impl fmt::Debug for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unverified(…)")
    }
}
