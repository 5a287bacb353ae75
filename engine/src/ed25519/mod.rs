//! Ed25519 verification (RFC 8032 §5.1), strict and without the cofactor.
//!
//! A signature (R, S) of a message M is valid under the key A if
//! `[S]B = R + [k]A` with k = SHA-512(R ‖ A ‖ M) mod L, where B is the base point
//! and L its order. RFC 8032 leaves room for verifiers that disagree on
//! purpose-made signatures; this one takes the strict side everywhere, as
//! `verify_strict` of `ed25519-dalek` does:
//!
//! - S must be below L, else every signature had a second one.
//! - R and A must be encoded canonically: y below p, no sign on x = 0.
//! - R and A must not be of low order, else one signature could hold for many
//!   messages. Points with a component of low order are not refused; for these
//!   it matters that the equation is not multiplied by the cofactor and that k
//!   is reduced modulo L.
//! - The left side minus `[k]A` is computed and must encode to the very bytes of R.
//!
//! # Security
//! Key, signature and message of a verification are public, so the code takes
//! the fastest way for the values at hand, and its time depends on them. It
//! must not be used with secrets.
//!
//! # Layout
//! `columns` and `field` are the arithmetic modulo p, with the proof
//! that nothing overflows in `bounds`; `point` and `encoding` are the curve;
//! `scalar` and `windows` are the arithmetic modulo L; `comb` and `ladder`
//! multiply with and without tables.

#[cfg(test)]
mod bounds;
mod columns;
mod comb;
mod constants;
mod encoding;
mod field;
mod ladder;
mod point;
mod radix;
mod scalar;
#[cfg(test)]
mod tests;
mod windows;

use alloc::vec::Vec;
use core::fmt;

use crate::sha2::Sha512;
use crate::tables::{CombSource, Combs, Group, KeyTables};
use crate::{InvalidSignature, KeyError, TableStore};
use comb::{Comb, Multiple};
use constants::BASE;
use encoding::Encoding;
use point::{Affine, Extended};
use scalar::Scalar;

/// A key's comb: 37 additions and 250 KiB. Windows of 6 bits would make 43 and
/// 145 KiB, windows of 8 bits 32 and 432 KiB.
const KEY_COMB: Comb = Comb::of_width(7);

/// The base point's comb, which all keys share: 32 additions and 432 KiB.
const BASE_COMB: Comb = Comb::of_width(8);

/// The most multiples that two combs have for a sum, and one to make them even.
const MAX_MULTIPLES: usize = 72;

/// An Ed25519 public key.
#[derive(Clone)]
pub struct PublicKey {
    encoded: [u8; 32],
    negated: NegatedKey,
    tables: KeyTables,
}

impl PublicKey {
    /// Takes the encoded point (RFC 8032 §5.1.2).
    ///
    /// # Errors
    /// [`KeyError::Length`] unless there are 32 bytes, [`KeyError::NonCanonical`]
    /// when the y-coordinate is not below the field's prime,
    /// [`KeyError::LowOrder`] for the eight points whose order divides the
    /// cofactor, with or without a sign on x = 0, and [`KeyError::NotOnCurve`]
    /// when no point has the y-coordinate.
    pub fn new(bytes: &[u8]) -> Result<Self, KeyError> {
        let encoded: [u8; 32] = bytes.try_into().map_err(|_| KeyError::Length)?;
        let encoding = Encoding::from_bytes(&encoded).ok_or(KeyError::NonCanonical)?;
        if encoding.is_low_order() {
            return Err(KeyError::LowOrder);
        }
        let point = encoding.decompress().ok_or(KeyError::NotOnCurve)?;
        let tables = KeyTables::new(Group::Ed25519, &encoded);
        Ok(Self {
            encoded,
            negated: NegatedKey(-point),
            tables,
        })
    }

    /// Verifies `signature` over `message`, with the tables of this key and of
    /// the base point if `tables` has them by now.
    ///
    /// # Errors
    /// [`InvalidSignature`] unless the signature has 64 bytes, its S is below
    /// the group's order, its R is a canonical encoding and not of low order,
    /// and the equation `[S]B = R + [k]A` holds.
    pub fn verify(
        &mut self,
        tables: &mut TableStore,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let (r_bytes, s_bytes) = halves(signature).ok_or(InvalidSignature)?;
        let s = Scalar::from_canonical_bytes(s_bytes).ok_or(InvalidSignature)?;
        let r = Encoding::from_bytes(r_bytes).ok_or(InvalidSignature)?;
        if r.is_low_order() {
            return Err(InvalidSignature);
        }
        let k = self.challenge(r_bytes, message);
        let combs = self.tables.combs(tables, &self.negated);
        let expected = self
            .negated
            .combine(&combs, &s, &k)
            .ok_or(InvalidSignature)?;
        if r.is_of(&expected) {
            Ok(())
        } else {
            Err(InvalidSignature)
        }
    }

    /// k of RFC 8032 §5.1.7 step 2, modulo L.
    fn challenge(&self, r: &[u8; 32], message: &[u8]) -> Scalar {
        let mut hash = Sha512::new();
        hash.update(r);
        hash.update(&self.encoded);
        hash.update(message);
        Scalar::from_wide_bytes(&hash.finish())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ed25519::PublicKey")
            .finish_non_exhaustive()
    }
}

/// −A, whose multiples are added where the equation subtracts those of A.
#[derive(Clone)]
struct NegatedKey(Affine);

impl NegatedKey {
    /// `[s]B − [k]A`: each part by its comb if there is one, else by doublings.
    fn combine(&self, combs: &Combs<'_>, s: &Scalar, k: &Scalar) -> Option<Extended> {
        let mut multiples = [Multiple::NONE; MAX_MULTIPLES];
        let mut places = multiples.iter_mut();
        if let Some(table) = combs.base {
            BASE_COMB.collect(table, s, &mut places)?;
        }
        if let Some(table) = combs.key {
            KEY_COMB.collect(table, k, &mut places)?;
        }
        let count = MAX_MULTIPLES - places.len();
        let (pairs, _) = multiples.as_chunks();
        let pairs = pairs.get(..count.div_ceil(2))?;
        let base_part = combs.base.is_none().then_some(s);
        let key_part = combs.key.is_none().then_some((k, self.0));
        Some(comb::add(&ladder::sum(base_part, key_part), pairs))
    }
}

impl CombSource for NegatedKey {
    fn base_length(&self) -> usize {
        BASE_COMB.length()
    }

    fn key_length(&self) -> usize {
        KEY_COMB.length()
    }

    fn base_comb(&self) -> Vec<i32> {
        BASE_COMB.build(Affine {
            x: BASE.x.settle(),
            y: BASE.y.settle(),
        })
    }

    fn key_comb(&self) -> Vec<i32> {
        KEY_COMB.build(self.0)
    }
}

/// R and S.
fn halves(signature: &[u8]) -> Option<(&[u8; 32], &[u8; 32])> {
    let (r, s) = signature.split_first_chunk()?;
    Some((r, s.try_into().ok()?))
}
