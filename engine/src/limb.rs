//! What field arithmetic does to a limb, so that the same code runs on numbers,
//! on pairs of numbers (`pair`) and, in the proofs of bounds, on intervals.

use core::ops::{Add, Mul, Neg, Shl, Sub};

/// A signed digit of a field element, or a column of a product of two elements.
///
/// Arithmetic never overflows: `ecdsa::bounds` and `ed25519::bounds` run every
/// field operation and point formula over intervals that contain all values
/// that can occur.
pub(crate) trait Limb:
    Copy + Add<Output = Self> + Sub<Output = Self> + Neg<Output = Self> + Shl<u32, Output = Self>
{
    /// A limb that is multiplied. It has at most 32 bits, sign included: that is
    /// what the vectors of wasm multiply.
    type Factor: Copy + Mul<Output = Self>;

    /// Takes a constant of the algorithm.
    fn constant(value: i64) -> Self;

    /// Prepares a limb of at most 32 bits for products.
    fn factor(self) -> Self::Factor;

    /// Splits into `(low, carry)` with `self = low + carry·2^bits` and `low` in
    /// `0..2^bits`.
    fn split(self, bits: u32) -> (Self, Self);

    /// Splits into `(low, carry)` with `self = low + carry·2^bits` and `low` in
    /// `-2^(bits − 1)..2^(bits − 1)`, which leaves twice the headroom.
    #[inline(always)]
    fn split_balanced(self, bits: u32) -> (Self, Self) {
        let half = Self::constant(1 << (bits - 1));
        let (low, carry) = (self + half).split(bits);
        (low - half, carry)
    }
}

impl Limb for i64 {
    type Factor = i64;

    #[inline(always)]
    fn constant(value: i64) -> Self {
        value
    }

    #[inline(always)]
    fn factor(self) -> i64 {
        self
    }

    #[inline(always)]
    fn split(self, bits: u32) -> (Self, Self) {
        (self & ((1 << bits) - 1), self >> bits)
    }
}
