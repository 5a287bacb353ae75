use core::ops::{Add, Mul, Neg, Sub};

/// One digit of a number in a redundant, signed representation.
///
/// The arithmetic of this module is written once over this trait: `i64` runs
/// it, and an interval type in the tests runs the very same code to prove that
/// no `i64` can overflow.
pub(super) trait Limb:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Neg<Output = Self>
{
    /// Takes a constant of the algorithm.
    fn constant(value: i64) -> Self;

    /// Splits `self = low + carry · 2^bits` with `low` in `0..2^bits`.
    fn split(self, bits: u32) -> (Self, Self);

    /// Splits `self = low + carry · 2^bits` with `low` in
    /// `-2^(bits-1)..2^(bits-1)`, which leaves twice the headroom of [`Self::split`].
    fn split_balanced(self, bits: u32) -> (Self, Self) {
        let half = Self::constant(1 << (bits - 1));
        let (low, carry) = (self + half).split(bits);
        (low - half, carry)
    }
}

impl Limb for i64 {
    #[inline(always)]
    fn constant(value: i64) -> Self {
        value
    }

    #[inline(always)]
    fn split(self, bits: u32) -> (Self, Self) {
        (self & ((1 << bits) - 1), self >> bits)
    }
}
