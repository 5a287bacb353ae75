//! Two limbs of two independent computations, in the two halves of a 128-bit
//! vector of wasm.
//!
//! Wasm multiplies 32-bit lanes to 64-bit ones, two at a time, and hosts have an
//! instruction for it. Processors do more of these in the same time than of the
//! multiplications of single 64-bit numbers.

use core::ops::{Add, Mul, Neg, Shl, Sub};

use crate::limb::{Limb, RAISE, nearly_half};
use crate::vector::{
    i32x4_shuffle, i64x2, i64x2_add, i64x2_extend_high_i32x4, i64x2_extend_low_i32x4,
    i64x2_extmul_low_i32x4, i64x2_extract_lane, i64x2_neg, i64x2_shl, i64x2_splat, i64x2_sub,
    u64x2_shr, v128, v128_and, v128_load, v128_xor,
};

/// The same limb of two elements. Whatever is done is done to both.
#[derive(Clone, Copy)]
pub(crate) struct Pair(v128);

/// Both limbs in the lower half of a vector, 32 bits each.
#[derive(Clone, Copy)]
pub(crate) struct Factor(v128);

impl Pair {
    /// Reads two rows of limbs side by side, negated where `negative` says so.
    #[inline(never)]
    pub(crate) fn rows<const N: usize>(
        [first, second]: [&[i32; N]; 2],
        negative: [bool; 2],
    ) -> [Self; N] {
        let [first_sign, second_sign] = negative.map(|is| -i64::from(is));
        let signs = i64x2(first_sign, second_sign);
        let mut pairs = [Self(i64x2_splat(0)); N];
        let (groups, rest) = pairs.as_chunks_mut::<4>();
        let ((first, first_rest), (second, second_rest)) = (first.as_chunks(), second.as_chunks());
        for ((four, first), second) in groups.iter_mut().zip(first).zip(second) {
            let (first, second) = (load(first), load(second));
            let low = i32x4_shuffle::<0, 4, 1, 5>(first, second);
            let high = i32x4_shuffle::<2, 6, 3, 7>(first, second);
            *four = [
                Self(i64x2_extend_low_i32x4(low)),
                Self(i64x2_extend_high_i32x4(low)),
                Self(i64x2_extend_low_i32x4(high)),
                Self(i64x2_extend_high_i32x4(high)),
            ];
        }
        for ((pair, first), second) in rest.iter_mut().zip(first_rest).zip(second_rest) {
            *pair = Self(i64x2((*first).into(), (*second).into()));
        }
        pairs.map(|pair| Self(i64x2_sub(v128_xor(pair.0, signs), signs)))
    }

    /// Joins two limbs.
    #[inline(always)]
    pub(crate) fn of([first, second]: [i64; 2]) -> Self {
        Self(i64x2(first, second))
    }

    /// The two limbs.
    #[inline(always)]
    pub(crate) fn lanes(self) -> [i64; 2] {
        [
            i64x2_extract_lane::<0>(self.0),
            i64x2_extract_lane::<1>(self.0),
        ]
    }
}

impl Limb for Pair {
    type Factor = Factor;

    #[inline(always)]
    fn constant(value: i64) -> Self {
        Self(i64x2_splat(value))
    }

    #[inline(always)]
    fn factor(self) -> Factor {
        Factor(i32x4_shuffle::<0, 2, 0, 2>(self.0, self.0))
    }

    #[inline(always)]
    fn split(self, bits: u32) -> (Self, Self) {
        let raised = i64x2_add(self.0, i64x2_splat(RAISE));
        let low = v128_and(raised, i64x2_splat((1 << bits) - 1));
        let carry = i64x2_sub(u64x2_shr(raised, bits), i64x2_splat(RAISE >> bits));
        (Self(low), Self(carry))
    }

    /// Adds half in one go with what makes limbs positive.
    #[inline(always)]
    fn split_balanced(self, bits: u32) -> (Self, Self) {
        let half = nearly_half(bits);
        let raised = i64x2_add(self.0, i64x2_splat(RAISE + half));
        let low = v128_and(raised, i64x2_splat((1 << bits) - 1));
        let carry = i64x2_sub(u64x2_shr(raised, bits), i64x2_splat(RAISE >> bits));
        (Self(i64x2_sub(low, i64x2_splat(half))), Self(carry))
    }
}

impl Add for Pair {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(i64x2_add(self.0, other.0))
    }
}

impl Sub for Pair {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(i64x2_sub(self.0, other.0))
    }
}

impl Mul for Factor {
    type Output = Pair;

    #[inline(always)]
    fn mul(self, other: Self) -> Pair {
        Pair(i64x2_extmul_low_i32x4(self.0, other.0))
    }
}

impl Neg for Pair {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self(i64x2_neg(self.0))
    }
}

impl Shl<u32> for Pair {
    type Output = Self;

    #[inline(always)]
    fn shl(self, bits: u32) -> Self {
        Self(i64x2_shl(self.0, bits))
    }
}

/// Reads four limbs by one load.
#[inline(always)]
#[allow(unsafe_code)]
fn load(limbs: &[i32; 4]) -> v128 {
    // SAFETY: the reference is valid for the sixteen bytes that are read, and
    // the instruction asks for no alignment.
    unsafe { v128_load(limbs.as_ptr().cast()) }
}
