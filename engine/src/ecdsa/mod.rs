//! ECDSA verification on P-256, P-384 and P-521 (FIPS 186-5 §6.4.2).
//!
//! Hashing and the encoding of keys and signatures are the caller's: a key
//! comes as two coordinates, a signature as `r ‖ s` of fixed length, and the
//! message as its digest.
//!
//! # How it is fast
//! A field element is a handful of signed digits with room to spare (`field`),
//! so that additions need no carries. The first verifications of a key share
//! the doublings of both scalars (`window`); after eight of them, combs of the
//! key and of the base point make do with additions alone (`comb`), as long as
//! the [`TableStore`] has room for them. Nothing is divided at the end: `r`
//! is multiplied by the sum's denominator and compared.
//!
//! # Security
//! Everything here runs in variable time. That is sound, because key, digest
//! and signature of a verification are public; never use this arithmetic with
//! a private key.
//!
//! Sums take care of every exceptional case: equal and opposite points, the
//! zero point in between or as the result, scalars that are zero. The proof in
//! `bounds` shows that no intermediate value overflows, on any input.

mod any;
#[cfg(test)]
mod bounds;
mod columns;
mod comb;
mod curve;
mod digits;
mod field;
mod key;
mod number;
mod p256;
mod p384;
mod p521;
mod point;
#[cfg(test)]
mod reference_tests;
mod scalar;
mod sum;
mod window;

use crate::tables::TableStore;
use crate::{InvalidSignature, KeyError};
use core::fmt;
use core::marker::PhantomData;

pub use p256::P256;
pub use p384::P384;
pub use p521::P521;

/// A curve of this module: [`P256`], [`P384`] or [`P521`].
pub trait Curve: sealed::Sealed {}

impl Curve for P256 {}
impl Curve for P384 {}
impl Curve for P521 {}

mod sealed {
    use super::{P256, P384, P521, curve, p256, p384, p521};

    pub trait Sealed {
        #[allow(private_interfaces, reason = "nobody else can name this trait")]
        const CURVE: &'static curve::Curve;
    }

    impl Sealed for P256 {
        #[allow(private_interfaces, reason = "as above")]
        const CURVE: &'static curve::Curve = &p256::CURVE;
    }

    impl Sealed for P384 {
        #[allow(private_interfaces, reason = "as above")]
        const CURVE: &'static curve::Curve = &p384::CURVE;
    }

    impl Sealed for P521 {
        #[allow(private_interfaces, reason = "as above")]
        const CURVE: &'static curve::Curve = &p521::CURVE;
    }
}

/// A public key, checked, with what it has computed for its verifications.
///
/// # Example
/// ```
/// use countersign_engine::ecdsa::{P256, PublicKey};
/// use countersign_engine::{KeyError, TableStore};
///
/// let refused = PublicKey::<P256>::new(&[1; 32], &[2; 32]);
/// assert_eq!(refused.err(), Some(KeyError::NotOnCurve));
/// ```
#[derive(Clone)]
pub struct PublicKey<C: Curve> {
    key: key::Key,
    curve: PhantomData<C>,
}

impl<C: Curve> PublicKey<C> {
    /// Makes a key of its affine coordinates, big-endian and of exactly the
    /// field's length: 32 bytes on P-256, 48 on P-384, 66 on P-521.
    ///
    /// # Errors
    /// - [`KeyError::Length`]: a coordinate is longer or shorter than that;
    /// - [`KeyError::NonCanonical`]: a coordinate is not below the field's modulus;
    /// - [`KeyError::NotOnCurve`]: the point is not on the curve. (The zero point
    ///   has no coordinates; zeros in its place are not on the curve.)
    pub fn new(x: &[u8], y: &[u8]) -> Result<Self, KeyError> {
        let key = key::Key::new(C::CURVE, x, y)?;
        Ok(Self {
            key,
            curve: PhantomData,
        })
    }

    /// Verifies `r ‖ s`, each of the field's length and in `1..n`, for the
    /// digest of a message. Of a digest longer than the curve's order the
    /// leftmost bits count (FIPS 186-5 §6.4.2, SEC 1 §4.1.4).
    ///
    /// `tables` makes it faster and changes no verdict. A verification allocates
    /// nothing, except when it is the one that builds a table.
    ///
    /// # Errors
    /// [`InvalidSignature`] if the signature has a wrong length, a number out of
    /// range, or does not verify.
    pub fn verify(
        &mut self,
        tables: &mut TableStore,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        self.key.verify(tables, digest, signature)
    }
}

impl<C: Curve> fmt::Debug for PublicKey<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PublicKey").finish_non_exhaustive()
    }
}
