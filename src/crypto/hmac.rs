//! HS256, HS384, HS512: HMAC with SHA-2 (RFC 7518 §3.2).

use countersign_engine::InvalidSignature;
use countersign_engine::hmac::HmacKey;
use countersign_engine::sha2::{Hash, Sha256, Sha384, Sha512};

use super::{Algorithm, Means, OTHER_KIND, SignatureAlgorithm, VerifyingKey};
use crate::error::KeyError;
use crate::jwk::{Jwk, Material};

/// HMAC with SHA-256.
pub static HS256: Hmac<Sha256> = Hmac::new(Algorithm::Hs256);
/// HMAC with SHA-384.
pub static HS384: Hmac<Sha384> = Hmac::new(Algorithm::Hs384);
/// HMAC with SHA-512.
pub static HS512: Hmac<Sha512> = Hmac::new(Algorithm::Hs512);

/// HMAC with one hash.
#[derive(Debug)]
pub struct Hmac<H> {
    id: Algorithm,
    hash: core::marker::PhantomData<fn() -> H>,
}

impl<H> Hmac<H> {
    const fn new(id: Algorithm) -> Self {
        Self {
            id,
            hash: core::marker::PhantomData,
        }
    }
}

impl<H: Hash + 'static> SignatureAlgorithm for Hmac<H> {
    fn id(&self) -> Algorithm {
        self.id
    }

    fn fits(&self, jwk: &Jwk) -> bool {
        matches!(jwk.material(), Material::Secret(secret) if secret.len() >= H::OUTPUT)
    }

    fn key(&self, jwk: &Jwk) -> Result<Box<dyn VerifyingKey>, KeyError> {
        match jwk.material() {
            Material::Secret(secret) if secret.len() >= H::OUTPUT => {
                Ok(Box::new(HmacKey::<H>::new(secret)))
            }
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
        _: &mut Means,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        if HmacKey::verify(self, message, signature) {
            Ok(())
        } else {
            Err(InvalidSignature)
        }
    }
}
