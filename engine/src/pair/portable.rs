//! Two limbs of two independent computations, for any target.

use core::ops::{Add, Mul, Neg, Shl, Sub};

use crate::limb::Limb;

/// The same limb of two elements. Whatever is done is done to both.
#[derive(Clone, Copy)]
pub(crate) struct Pair([i64; 2]);

impl Pair {
    /// Reads two rows of limbs side by side.
    #[inline(always)]
    pub(crate) fn rows<const N: usize>(first: &[i32; N], second: &[i32; N]) -> [Self; N] {
        core::array::from_fn(|i| Self([first[i], second[i]].map(i64::from)))
    }

    /// Joins two limbs.
    #[inline(always)]
    pub(crate) fn of(limbs: [i64; 2]) -> Self {
        Self(limbs)
    }

    /// The two limbs.
    #[inline(always)]
    pub(crate) fn lanes(self) -> [i64; 2] {
        self.0
    }

    /// The limbs, negated where `negative` says so.
    #[inline(always)]
    pub(crate) fn negated_where(self, negative: [bool; 2]) -> Self {
        let [[a, b], [first, second]] = [self.0, negative.map(|is| -i64::from(is))];
        Self([(a ^ first) - first, (b ^ second) - second])
    }

    #[inline(always)]
    fn with(self, other: Self, lane: fn(i64, i64) -> i64) -> Self {
        let [[a, b], [c, d]] = [self.0, other.0];
        Self([lane(a, c), lane(b, d)])
    }
}

impl Limb for Pair {
    type Factor = Self;

    #[inline(always)]
    fn constant(value: i64) -> Self {
        Self([value; 2])
    }

    #[inline(always)]
    fn factor(self) -> Self {
        self
    }

    #[inline(always)]
    fn split(self, bits: u32) -> (Self, Self) {
        let [(a, b), (c, d)] = self.0.map(|limb| limb.split(bits));
        (Self([a, c]), Self([b, d]))
    }
}

impl Add for Pair {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.with(other, |a, b| a + b)
    }
}

impl Sub for Pair {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.with(other, |a, b| a - b)
    }
}

impl Mul for Pair {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.with(other, |a, b| a * b)
    }
}

impl Neg for Pair {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self(self.0.map(|limb| -limb))
    }
}

impl Shl<u32> for Pair {
    type Output = Self;

    #[inline(always)]
    fn shl(self, bits: u32) -> Self {
        Self(self.0.map(|limb| limb << bits))
    }
}
