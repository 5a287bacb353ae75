//! The RSA public operation (RFC 8017 §5.2.2) by the `crypto-bigint` crate.

use core::fmt;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

use crate::rsa_key;
use crate::{InvalidSignature, KeyError};

/// An RSA public key with its Montgomery constants.
#[derive(Clone)]
pub struct PublicKey {
    parameters: BoxedMontyParams,
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
        let odd = Odd::new(BoxedUint::from_be_slice_vartime(modulus)).into_option();
        Ok(Self {
            parameters: BoxedMontyParams::new_vartime(odd.ok_or(KeyError::WeakModulus)?),
            exponent,
            bits: rsa_key::bits(modulus),
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
        let precision = self.parameters.bits_precision();
        let base = BoxedUint::from_be_slice(signature, precision).map_err(|_| InvalidSignature)?;
        if base >= *self.parameters.modulus().as_ref() {
            return Err(InvalidSignature);
        }
        let exponent_bits = u64::BITS - self.exponent.leading_zeros();
        let power = BoxedMontyForm::new(base, &self.parameters)
            .pow_bounded_exp(&BoxedUint::from(self.exponent), exponent_bits)
            .retrieve()
            .to_be_bytes();
        let padding = power.len().saturating_sub(out.len());
        out.copy_from_slice(power.get(padding..).ok_or(InvalidSignature)?);
        Ok(())
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
