//! ECDSA verification (FIPS 186-5 §6.4.2) by the crates `p256`, `p384` and
//! `p521`.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use p256::ecdsa::signature::hazmat::PrehashVerifier;

use crate::{InvalidSignature, KeyError, TableStore};

mod sealed {
    /// What a curve computes.
    pub trait Arithmetic {
        /// The prime of the field, big-endian; its length is a coordinate's.
        const PRIME: &'static [u8];
        type Key: Clone;
        fn key(uncompressed: &[u8]) -> Option<Self::Key>;
        fn verify(key: &Self::Key, digest: &[u8], signature: &[u8]) -> bool;
    }
}

/// A curve of NIST SP 800-186 §3.2.1. Sealed: [`P256`], [`P384`] and [`P521`]
/// are all there are.
pub trait Curve: sealed::Arithmetic {}

macro_rules! curve {
    ($name:ident, $library:ident, $prime:expr, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Curve for $name {}

        impl sealed::Arithmetic for $name {
            const PRIME: &'static [u8] = &$prime;
            type Key = $library::ecdsa::VerifyingKey;

            fn key(uncompressed: &[u8]) -> Option<Self::Key> {
                Self::Key::from_sec1_bytes(uncompressed).ok()
            }

            fn verify(key: &Self::Key, digest: &[u8], signature: &[u8]) -> bool {
                $library::ecdsa::Signature::from_slice(signature)
                    .is_ok_and(|signature| key.verify_prehash(digest, &signature).is_ok())
            }
        }
    };
}

curve!(P256, p256, PRIME_256, "The curve P-256, also secp256r1.");
curve!(P384, p384, PRIME_384, "The curve P-384, also secp384r1.");
curve!(P521, p521, PRIME_521, "The curve P-521, also secp521r1.");

/// An ECDSA public key.
#[derive(Clone)]
pub struct PublicKey<C: Curve>(C::Key);

impl<C: Curve> PublicKey<C> {
    /// Takes the affine coordinates, big-endian and exactly as long as the
    /// field: 32, 48 or 66 bytes.
    ///
    /// # Errors
    /// [`KeyError::Length`] for a shorter or longer coordinate,
    /// [`KeyError::NonCanonical`] for one not below the field's prime,
    /// [`KeyError::NotOnCurve`] for any other pair that is no point.
    pub fn new(x: &[u8], y: &[u8]) -> Result<Self, KeyError> {
        let length = C::PRIME.len();
        if x.len() != length || y.len() != length {
            return Err(KeyError::Length);
        }
        if x >= C::PRIME || y >= C::PRIME {
            return Err(KeyError::NonCanonical);
        }
        C::key(&[UNCOMPRESSED, x, y].concat())
            .map(Self)
            .ok_or(KeyError::NotOnCurve)
    }

    /// Verifies `signature`, `r` and `s` big-endian one behind the other, each
    /// as long as the field, over the hash `digest` of the message. A digest
    /// longer than the order of the curve counts with its leftmost bits.
    ///
    /// # Errors
    /// [`InvalidSignature`] for a signature of another length, for `r` or `s`
    /// outside `1..n`, and for one that does not belong to key and digest.
    pub fn verify(
        &mut self,
        tables: &mut TableStore,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let _ = tables;
        match C::verify(&self.0, &leftmost_bits(digest, C::PRIME), signature) {
            true => Ok(()),
            false => Err(InvalidSignature),
        }
    }
}

impl<C: Curve> fmt::Debug for PublicKey<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PublicKey").finish_non_exhaustive()
    }
}

/// The number that a digest stands for, in as many bytes as the prime has, which
/// is as long as the order: the leftmost bits of a longer digest (FIPS 186-5
/// §6.4.2 step 2), a shorter one as it is. The crates refuse very short digests
/// and take whole bytes of long ones.
fn leftmost_bits(digest: &[u8], prime: &[u8]) -> Vec<u8> {
    let Some(leftmost) = digest.get(..prime.len()) else {
        return [&vec![0; prime.len() - digest.len()], digest].concat();
    };
    let surplus = prime.first().map_or(0, |top| top.leading_zeros());
    let above = core::iter::once(&0).chain(leftmost);
    let pairs = above.zip(leftmost);
    // The lowest eight bits of the shifted pair are meant.
    let shifted = pairs.map(|(above, byte)| (u16::from_be_bytes([*above, *byte]) >> surplus) as u8);
    shifted.collect()
}

/// Tag of an uncompressed point (SEC 1 §2.3.3).
const UNCOMPRESSED: &[u8] = &[0x04];

/// `2^256 - 2^224 + 2^192 + 2^96 - 1`
const PRIME_256: [u8; 32] = {
    let mut prime = [0xff; 32];
    let mut index = 4;
    while index < 20 {
        prime[index] = if index == 7 { 1 } else { 0 };
        index += 1;
    }
    prime
};

/// `2^384 - 2^128 - 2^96 + 2^32 - 1`
const PRIME_384: [u8; 48] = {
    let mut prime = [0xff; 48];
    prime[31] = 0xfe;
    let mut index = 36;
    while index < 44 {
        prime[index] = 0;
        index += 1;
    }
    prime
};

/// `2^521 - 1`
const PRIME_521: [u8; 66] = {
    let mut prime = [0xff; 66];
    prime[0] = 0x01;
    prime
};
