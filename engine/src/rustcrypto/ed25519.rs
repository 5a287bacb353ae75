//! Ed25519 verification (RFC 8032 §5.1.7) by the `ed25519-dalek` crate.

use core::fmt;

use ed25519_dalek::{Signature, VerifyingKey};

use crate::{InvalidSignature, KeyError, TableStore};

/// An Ed25519 public key.
#[derive(Clone)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Takes the encoded point (RFC 8032 §5.1.2).
    ///
    /// # Errors
    /// [`KeyError::Length`] unless there are 32 bytes, [`KeyError::NonCanonical`]
    /// when the y-coordinate is not below the field's prime,
    /// [`KeyError::NotOnCurve`] when no point has it, and [`KeyError::LowOrder`]
    /// for the eight points whose order divides the cofactor.
    pub fn new(bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| KeyError::Length)?;
        if !is_canonical(bytes) {
            return Err(KeyError::NonCanonical);
        }
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotOnCurve)?;
        match key.is_weak() {
            true => Err(KeyError::LowOrder),
            false => Ok(Self(key)),
        }
    }

    /// Verifies `signature` over `message` strictly and without the cofactor,
    /// so that no two encodings of one signature pass.
    ///
    /// # Errors
    /// [`InvalidSignature`] unless the signature has 64 bytes, its `S` is below
    /// the group's order, its `R` is a canonical encoding and not of low order,
    /// and the equation `[S]B = R + [k]A` holds.
    pub fn verify(
        &mut self,
        tables: &mut TableStore,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let _ = tables;
        let signature = Signature::from_slice(signature).map_err(|_| InvalidSignature)?;
        if !is_canonical(signature.r_bytes()) {
            return Err(InvalidSignature);
        }
        self.0
            .verify_strict(message, &signature)
            .map_err(|_| InvalidSignature)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ed25519::PublicKey")
            .finish_non_exhaustive()
    }
}

/// Whether the y-coordinate, the low 255 bits, is below `2^255 - 19`. The
/// library reduces it instead.
fn is_canonical(encoded: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = encoded;
    *low < 0xed || high & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff)
}
