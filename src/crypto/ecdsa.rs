//! ES256, ES384, ES512: ECDSA on the NIST curves (RFC 7518 §3.4). Each algorithm is bound to
//! one curve and one hash; a signature is `r ‖ s`, both of the field's length, never DER.

use core::marker::PhantomData;

use countersign_engine::InvalidSignature;
use countersign_engine::ecdsa::{Curve, P256, P384, P521, PublicKey};
use countersign_engine::sha2::{Hash, Sha256, Sha384, Sha512};

use super::{
    Algorithm, Lender, OTHER_KIND, SignatureAlgorithm, VerifyingKey, refused, with_tables,
};
use crate::error::KeyError;
use crate::jwk::{EcCurve, Jwk, Material};

/// ECDSA on P-256 with SHA-256.
pub static ES256: Ecdsa<P256, Sha256> = Ecdsa::new(Algorithm::Es256, EcCurve::P256);
/// ECDSA on P-384 with SHA-384.
pub static ES384: Ecdsa<P384, Sha384> = Ecdsa::new(Algorithm::Es384, EcCurve::P384);
/// ECDSA on P-521 with SHA-512.
pub static ES512: Ecdsa<P521, Sha512> = Ecdsa::new(Algorithm::Es512, EcCurve::P521);

/// ECDSA on one curve with one hash.
#[derive(Debug)]
pub struct Ecdsa<C, H> {
    id: Algorithm,
    curve: EcCurve,
    parts: PhantomData<fn() -> (C, H)>,
}

impl<C, H> Ecdsa<C, H> {
    const fn new(id: Algorithm, curve: EcCurve) -> Self {
        Self {
            id,
            curve,
            parts: PhantomData,
        }
    }
}

impl<C: Curve + 'static, H: Hash + 'static> SignatureAlgorithm for Ecdsa<C, H> {
    fn id(&self) -> Algorithm {
        self.id
    }

    fn fits(&self, jwk: &Jwk) -> bool {
        matches!(jwk.material(), Material::Ec { curve, .. } if *curve == self.curve)
    }

    fn key(&self, jwk: &Jwk) -> Result<Box<dyn VerifyingKey>, KeyError> {
        match jwk.material() {
            Material::Ec { curve, x, y } if *curve == self.curve => {
                let key = PublicKey::<C>::new(x, y).map_err(refused)?;
                Ok(Box::new(EcdsaKey {
                    key,
                    hash: PhantomData::<fn() -> H>,
                }))
            }
            _ => Err(OTHER_KIND),
        }
    }
}

struct EcdsaKey<C: Curve, H> {
    key: PublicKey<C>,
    hash: PhantomData<fn() -> H>,
}

impl<C: Curve, H: Hash> VerifyingKey for EcdsaKey<C, H> {
    fn verify(
        &mut self,
        _: Option<&'static dyn Lender>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let digest = H::digest(message);
        with_tables(|tables| self.key.verify(tables, digest.as_ref(), signature))
    }
}
