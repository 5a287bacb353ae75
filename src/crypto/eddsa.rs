//! EdDSA on Ed25519 (RFC 8037 §3.1), also under its fully-specified name (RFC 9864 §2.2).
//! Verification is strict: one encoding per key and signature, no point of low order.

use countersign_engine::InvalidSignature;
use countersign_engine::ed25519::PublicKey;

use super::{
    Algorithm, Lender, OTHER_KIND, SignatureAlgorithm, VerifyingKey, refused, with_tables,
};
use crate::error::KeyError;
use crate::jwk::{Jwk, Material};

/// EdDSA on Ed25519 under the name `EdDSA`.
pub static EDDSA: EdDsa = EdDsa {
    id: Algorithm::EdDsa,
};
/// EdDSA on Ed25519 under the name `Ed25519`.
pub static ED25519: EdDsa = EdDsa {
    id: Algorithm::Ed25519,
};

/// EdDSA on Ed25519.
#[derive(Debug)]
pub struct EdDsa {
    id: Algorithm,
}

impl SignatureAlgorithm for EdDsa {
    fn id(&self) -> Algorithm {
        self.id
    }

    fn fits(&self, jwk: &Jwk) -> bool {
        matches!(jwk.material(), Material::Ed25519(_))
    }

    fn key(&self, jwk: &Jwk) -> Result<Box<dyn VerifyingKey>, KeyError> {
        match jwk.material() {
            Material::Ed25519(point) => Ok(Box::new(PublicKey::new(point).map_err(refused)?)),
            _ => Err(OTHER_KIND),
        }
    }
}

impl VerifyingKey for PublicKey {
    fn verify(
        &mut self,
        _: Option<&'static dyn Lender>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        with_tables(|tables| PublicKey::verify(self, tables, message, signature))
    }
}
