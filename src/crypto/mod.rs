//! Signature algorithms of JOSE: names, encodings, paddings and key checks.
//!
//! One static per algorithm stands behind [`SignatureAlgorithm`], so that a Rust program
//! which names only the ones it uses gets only those linked. The arithmetic lives in
//! `countersign-engine`; here stands what RFC 7518 §3, RFC 8037 §3.1 and RFC 9864 say about
//! how a key, a hash and the bytes of a signature belong together.
//!
//! A host may lend two pure functions that it computes faster ([`Lender`]); every verdict is the
//! same with them and without.
//!
//! There is no variant for `none`, and no name is read in any other spelling: what is not
//! in [`ALL`], byte for byte, is not an algorithm.

mod ecdsa;
mod eddsa;
mod hmac;
mod lender;
mod lent_hmac;
mod rsa;
mod rsa_power;
mod tables;

use core::fmt;

use countersign_engine::InvalidSignature;

use crate::error::KeyError;
use crate::jwk::Jwk;

pub use ecdsa::{ES256, ES384, ES512};
pub use eddsa::{ED25519, EDDSA};
pub(crate) use hmac::is_blank;
pub use hmac::{HS256, HS384, HS512};
pub use lender::{Lender, Offer, Power};
pub(crate) use lent_hmac::LentHmac;
pub use rsa::{PS256, PS384, PS512, RS256, RS384, RS512};
pub use tables::TABLE_BYTES;
pub(crate) use tables::with_tables;

/// An algorithm that this crate verifies, by its registered name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// EdDSA on Ed25519 (RFC 8037); Ed448 is not supported.
    EdDsa,
    /// EdDSA on Ed25519 under its fully-specified name (RFC 9864).
    Ed25519,
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
}

impl Algorithm {
    /// The name as the IANA registry spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
        }
    }

    /// Whether it takes a shared secret instead of a public key.
    pub const fn is_symmetric(self) -> bool {
        matches!(self, Self::Hs256 | Self::Hs384 | Self::Hs512)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Every algorithm of this crate.
pub static ALL: [&dyn SignatureAlgorithm; 14] = [
    &ES256, &ES384, &ES512, &EDDSA, &ED25519, &HS256, &HS384, &HS512, &PS256, &PS384, &PS512,
    &RS256, &RS384, &RS512,
];

/// The algorithm of exactly this name.
pub fn by_name(name: &str) -> Option<&'static dyn SignatureAlgorithm> {
    let mut known = ALL.iter().copied();
    known.find(|algorithm| algorithm.id().as_str() == name)
}

/// One way to sign, seen from the verifying side.
pub trait SignatureAlgorithm: Sync {
    /// Which algorithm this is.
    fn id(&self) -> Algorithm;

    /// Whether a key of this kind (`kty` and `crv`) can be used with it at all.
    fn fits(&self, jwk: &Jwk) -> bool;

    /// Checks a key once and prepares it.
    ///
    /// # Errors
    ///
    /// [`KeyError::Invalid`] when the key is of another kind, weak or malformed.
    fn key(&self, jwk: &Jwk) -> Result<Box<dyn VerifyingKey>, KeyError>;
}

impl fmt::Debug for dyn SignatureAlgorithm + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id().fmt(f)
    }
}

/// A checked key, ready to verify with one algorithm.
pub trait VerifyingKey {
    /// Verifies `signature`, decoded, over `message`, with functions of `lender` where there is
    /// one. Tables that make the next verification faster are kept by the thread.
    ///
    /// # Errors
    ///
    /// [`InvalidSignature`] on anything but a valid signature, without a reason.
    fn verify(
        &mut self,
        lender: Option<&'static dyn Lender>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature>;
}

/// Says why the engine refuses a key, in the words of this crate's errors.
fn refused(error: countersign_engine::KeyError) -> KeyError {
    use countersign_engine::KeyError as Engine;
    KeyError::Invalid(match error {
        Engine::Exponent => "the RSA exponent must be odd, at least 3 and below 2^64",
        Engine::Length => "it has the wrong length for its kind",
        Engine::LowOrder => "its point is of low order",
        Engine::NonCanonical => "a coordinate is not reduced",
        Engine::NotOnCurve => "its point is not on the curve",
        Engine::WeakModulus => "the RSA modulus must be odd and have 2048 bits or more",
    })
}

/// The kind of key is not the algorithm's.
const OTHER_KIND: KeyError = KeyError::Invalid("its kind does not fit the algorithm");
