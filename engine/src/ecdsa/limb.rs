//! What field arithmetic does to a limb, so that the same code runs on numbers
//! and, in the proof of bounds, on intervals.

use core::ops::{Add, Mul, Neg, Shl, Sub};

/// A signed digit of a field element, or a column of a product of two elements.
///
/// Arithmetic never overflows: `ecdsa::bounds` runs every field operation and
/// point formula over intervals that contain all values that can occur.
pub(super) trait Limb:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Neg<Output = Self>
    + Shl<u32, Output = Self>
{
    /// Zero.
    const ZERO: Self;

    /// Splits into `(low, carry)` with `self = low + carry·2^bits` and `low` in
    /// `0..2^bits`.
    fn split(self, bits: u32) -> (Self, Self);

    /// Splits into `(low, carry)` with `self = low + carry·2^bits` and `low` in
    /// `-2^(bits − 1)..2^(bits − 1)`.
    fn split_balanced(self, bits: u32) -> (Self, Self);
}

impl Limb for i64 {
    const ZERO: Self = 0;

    #[inline(always)]
    fn split(self, bits: u32) -> (Self, Self) {
        (self & ((1 << bits) - 1), self >> bits)
    }

    #[inline(always)]
    fn split_balanced(self, bits: u32) -> (Self, Self) {
        let half = 1 << (bits - 1);
        let raised = self + half;
        ((raised & ((1 << bits) - 1)) - half, raised >> bits)
    }
}
