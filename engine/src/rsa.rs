//! The RSA public operation (RFC 8017 §5.2.2): `signature ^ e mod n`.
//!
//! Padding is the caller's: [`PublicKey::power`] returns the encoded message,
//! which must be compared whole with the expected one (RFC 8017 §8.2.2) or
//! decoded by the rules of PSS (§9.1.2).

use core::fmt;

use crate::montgomery::{Integer, Modulus, Product};
use crate::rsa_key;
use crate::{InvalidSignature, KeyError};

/// An RSA public key with its Montgomery constants.
#[derive(Clone)]
pub struct PublicKey {
    modulus: Modulus,
    exponent: u64,
    bits: usize,
}

impl PublicKey {
    /// Takes modulus and exponent as big-endian bytes. Leading zero bytes are
    /// skipped, as ASN.1 writes them; a caller whose format forbids them must
    /// refuse them itself.
    ///
    /// # Errors
    /// [`KeyError::WeakModulus`] for an even modulus or one below 2048 bits,
    /// [`KeyError::Length`] above 8192 bits, [`KeyError::Exponent`] unless the
    /// exponent is odd and `3 <= e < 2^64`.
    ///
    /// # Security
    /// That the modulus is a product of two primes cannot be seen and is not
    /// checked.
    pub fn new(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        let modulus = rsa_key::modulus(modulus)?;
        let exponent = rsa_key::exponent(exponent)?;
        let bits = rsa_key::bits(modulus);
        Ok(Self {
            modulus: Modulus::new(modulus, bits),
            exponent,
            bits,
        })
    }

    /// Length of the modulus, and so of every signature, in bytes.
    pub fn size(&self) -> usize {
        self.bits.div_ceil(8)
    }

    /// Length of the modulus in bits.
    pub fn bits(&self) -> usize {
        self.bits
    }

    /// Writes `signature ^ e mod n` to `out`, big-endian with leading zeros.
    ///
    /// # Errors
    /// [`InvalidSignature`] unless the signature has [`size`](Self::size) bytes
    /// and a value below the modulus (RFC 8017 §5.2.2 step 1), and `out` has
    /// the same length. `out` is then left as it was.
    pub fn power(&self, signature: &[u8], out: &mut [u8]) -> Result<(), InvalidSignature> {
        if signature.len() != self.size() || out.len() != self.size() {
            return Err(InvalidSignature);
        }
        let signature = self.modulus.integer(signature);
        if !self.modulus.exceeds(&signature) {
            return Err(InvalidSignature);
        }
        self.modulus.write(&self.raise(&signature), out);
        Ok(())
    }

    /// Squares and multiplies from the second highest bit of the exponent down.
    ///
    /// The exponent is odd, so the last step is a multiplication; it takes the
    /// signature itself instead of its Montgomery form and so converts the
    /// result back. 65537 costs 18 products.
    fn raise(&self, signature: &Integer) -> Integer {
        let mut power = Product::new(&self.modulus, signature);
        power.enter();
        let factor = power.number().clone();
        for bit in (1..self.exponent.ilog2()).rev() {
            power.square();
            if self.exponent >> bit & 1 == 1 {
                power.multiply(&factor);
            }
        }
        power.square();
        power.multiply(signature);
        power.reduce();
        power.into_integer()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("rsa::PublicKey")
            .field("bits", &self.bits)
            .finish_non_exhaustive()
    }
}
