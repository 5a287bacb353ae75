//! HS256, HS384, HS512: HMAC with SHA-2 (RFC 7518 §3.2).

use countersign_engine::InvalidSignature;
use countersign_engine::hmac::{HmacKey, constant_time_eq};
use countersign_engine::sha2::{Hash, Sha256, Sha384, Sha512};

use super::lent_hmac::LentHmac;
use super::{Algorithm, Lender, OTHER_KIND, SignatureAlgorithm, VerifyingKey};
use crate::error::KeyError;
use crate::jwk::{Jwk, Material};

/// HMAC with SHA-256.
pub static HS256: Hmac = Hmac {
    id: Algorithm::Hs256,
    output: Sha256::OUTPUT,
    key: |secret| Box::new(LentHmac::new(secret)),
};
/// HMAC with SHA-384.
pub static HS384: Hmac = Hmac {
    id: Algorithm::Hs384,
    output: Sha384::OUTPUT,
    key: |secret| Box::new(HmacKey::<Sha384>::new(secret)),
};
/// HMAC with SHA-512.
pub static HS512: Hmac = Hmac {
    id: Algorithm::Hs512,
    output: Sha512::OUTPUT,
    key: |secret| Box::new(HmacKey::<Sha512>::new(secret)),
};

/// HMAC with one hash.
#[derive(Debug)]
pub struct Hmac {
    id: Algorithm,
    /// Length of the hash in bytes: a secret may not be shorter (RFC 7518 §3.2).
    output: usize,
    key: fn(&[u8]) -> Box<dyn VerifyingKey>,
}

impl SignatureAlgorithm for Hmac {
    fn id(&self) -> Algorithm {
        self.id
    }

    fn fits(&self, jwk: &Jwk) -> bool {
        matches!(jwk.material(), Material::Secret(secret) if secret.len() >= self.output)
    }

    fn key(&self, jwk: &Jwk) -> Result<Box<dyn VerifyingKey>, KeyError> {
        match jwk.material() {
            Material::Secret(secret) if secret.len() >= self.output => Ok((self.key)(secret)),
            Material::Secret(_) => Err(KeyError::Invalid(
                "a secret must be at least as long as the hash",
            )),
            _ => Err(OTHER_KIND),
        }
    }
}

impl<H: Hash> VerifyingKey for HmacKey<H> {
    fn verify(
        &mut self,
        _: Option<&'static dyn Lender>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        verdict(HmacKey::verify(self, message, signature))
    }
}

impl VerifyingKey for LentHmac {
    fn verify(
        &mut self,
        lender: Option<&'static dyn Lender>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let tag = self.tag(lender, [message, &[]]);
        verdict(constant_time_eq(&tag, signature))
    }
}

/// Whether a secret is none. HMAC fills secrets up with zeros (RFC 2104 §2), so no bytes and any
/// number of zeros are one key, and everybody has it: a buffer that was never filled.
pub(crate) fn is_blank(secret: &[u8]) -> bool {
    secret.iter().all(|byte| *byte == 0)
}

fn verdict(is_good: bool) -> Result<(), InvalidSignature> {
    match is_good {
        true => Ok(()),
        false => Err(InvalidSignature),
    }
}
