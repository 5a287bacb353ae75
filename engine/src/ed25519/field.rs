//! Numbers modulo p = 2^255 − 19 in nine signed limbs of 29 bits.
//!
//! The value is the sum of `limb[k] · 2^(29k)`, known only modulo p, and limbs
//! may leave their 29 bits on either side, so sums and differences need no
//! carry. Three ranges occur, and the tests prove them by running this code
//! over intervals:
//!
//! | range | limbs 0..8 | limb 8 | where |
//! |---|---|---|---|
//! | reduced | at most 2^28 (limb 1: 2^28 + 2^17) | at most 2^22 | results of a product |
//! | unpacked | 0 to 2^29 − 1 | 0 to 2^23 − 1 | numbers taken from bytes and constants |
//! | loose | at most 4 · (2^28 + 2^17) | at most 4 · 2^22 | sums and differences of up to four of these |
//!
//! The limbs' bounds of two factors may come to 2^63 / 9 when multiplied, so
//! three reduced numbers times four are admissible, and the worst that occurs
//! (in the doubling of a point); four times four are not.

use core::ops::{Add, Mul, Neg, Sub};

use super::columns;
use super::radix::{limbs_from_words, words_from_limbs};
use crate::inversion::{Limbs, MAX_LIMBS, Modulus};
use crate::limb::Limb;

const LIMB_BITS: u32 = 29;
/// Bits of a 255-bit number that fall to its top limb.
const TOP_BITS: u32 = 23;
/// 2^261, the weight of a tenth limb, modulo p.
const OVERFLOW_WEIGHT: i64 = 19 << 6;

/// p, as 32-bit words.
pub(super) const P: [u32; 8] = [
    0xffff_ffed,
    0xffff_ffff,
    0xffff_ffff,
    0xffff_ffff,
    0xffff_ffff,
    0xffff_ffff,
    0xffff_ffff,
    0x7fff_ffff,
];

/// p, for division: 30-bit limbs.
static MODULUS: Modulus = Modulus::new(limbs_for_division(&P), 9);

/// Limbs of 30 bits, with zeros behind.
const fn limbs_for_division(words: &[u32; 8]) -> Limbs {
    let limbs = limbs_from_words(words, 30);
    let mut wide = [0; MAX_LIMBS];
    let mut k = 0;
    while k < 9 {
        wide[k] = limbs[k];
        k += 1;
    }
    wide
}

/// A number modulo p.
#[derive(Clone, Copy)]
pub(super) struct Fe<L = i64>(pub(super) [L; 9]);

impl Fe {
    pub(super) const ZERO: Self = Self([0; 9]);
    pub(super) const ONE: Self = Self([1, 0, 0, 0, 0, 0, 0, 0, 0]);

    /// Takes a number below 2^255 from 32-bit words, least significant first.
    /// The result is unpacked.
    pub(super) const fn from_words(words: &[u32; 8]) -> Self {
        let limbs = limbs_from_words(words, LIMB_BITS);
        let mut wide = [0; 9];
        let mut k = 0;
        while k < 9 {
            wide[k] = limbs[k] as i64;
            k += 1;
        }
        Self(wide)
    }

    /// The number in `0..p` that a loose `self` stands for, as 32-bit words,
    /// least significant first.
    #[inline(never)]
    pub(super) fn to_words(self) -> [u32; 8] {
        // Lossless: canonical limbs have 29 bits.
        words_from_limbs(&self.canonical().0.map(|limb| limb as i32), LIMB_BITS)
    }

    /// Divides loose numbers. Division by zero gives zero.
    #[inline(never)]
    pub(super) fn divide(self, denominator: Self) -> Self {
        let [numerator, denominator] =
            [self, denominator].map(|number| limbs_for_division(&number.to_words()));
        let quotient = MODULUS.divide(&numerator, &denominator);
        let (limbs, _) = quotient.split_first_chunk().unwrap_or((&[0; 9], &[]));
        Self::from_words(&words_from_limbs(limbs, 30))
    }

    /// Says whether loose numbers are equal modulo p.
    #[inline(never)]
    pub(super) fn equals(self, other: Self) -> bool {
        (self - other).to_words() == [0; 8]
    }
}

impl<L: Limb> Fe<L> {
    /// Takes a constant of the curve.
    #[inline(always)]
    pub(super) fn constant(value: Fe) -> Self {
        Self(value.0.map(L::constant))
    }

    /// Reduces a loose number without multiplying.
    #[inline(never)]
    pub(super) fn settle(self) -> Self {
        let (limbs, carry) = carry_up(self.0, L::split_balanced);
        Self(wrap_around(limbs, carry))
    }

    /// Squares a sum of up to three reduced numbers; the result is reduced.
    #[inline(never)]
    pub(super) fn square(&self) -> Self {
        Self::reduce(columns::square(&self.0))
    }

    /// Squares `times` times.
    #[inline(never)]
    pub(super) fn square_repeatedly(&self, times: u32) -> Self {
        (0..times).fold(*self, |power, _| power.square())
    }

    /// Raises to (p − 5) / 8 = 2^252 − 3. In the names, `ones_n` has the
    /// exponent 2^n − 1.
    #[inline(never)]
    pub(super) fn power_p_minus_5_over_8(&self) -> Self {
        let squared = self.square();
        let nine = squared.square_repeatedly(2) * *self;
        let eleven = nine * squared;
        let ones_5 = eleven.square() * nine;
        let ones_10 = ones_5.square_repeatedly(5) * ones_5;
        let ones_20 = ones_10.square_repeatedly(10) * ones_10;
        let ones_40 = ones_20.square_repeatedly(20) * ones_20;
        let ones_50 = ones_40.square_repeatedly(10) * ones_10;
        let ones_100 = ones_50.square_repeatedly(50) * ones_50;
        let ones_200 = ones_100.square_repeatedly(100) * ones_100;
        let ones_250 = ones_200.square_repeatedly(50) * ones_50;
        ones_250.square_repeatedly(2) * *self
    }

    /// Becomes `a·b`, as by multiplication. Spares a copy.
    #[inline(never)]
    pub(super) fn set_product(&mut self, a: &Self, b: &Self) {
        *self = Self::reduce(columns::product(&a.0, &b.0));
    }

    /// Brings columns down to a reduced number.
    #[inline(always)]
    fn reduce(columns: [L; 17]) -> Self {
        let folded = fold_high_columns(columns);
        let (limbs, carry) = carry_up(folded, L::split_balanced);
        Self(wrap_around(limbs, carry))
    }

    /// The unique representation: the value in `0..p`, the limbs in `0..2^29`.
    #[inline(never)]
    pub(super) fn canonical(self) -> Self {
        // The first pass leaves a value in -2^20..2^255 + 2^20, the second
        // one in 0..2^255.
        let near = Self::carry_once(self.0);
        let below_2_255 = Self::carry_once(near);
        // Adding 19 carries out of bit 255 exactly if the value is p or more,
        // and dropping that carry subtracts p.
        let mut raised = below_2_255;
        raised[0] = raised[0] + L::constant(19);
        let (_, at_least_p) = carry_up(raised, L::split);
        let mut reduced = below_2_255;
        reduced[0] = reduced[0] + times_19(at_least_p);
        Self(carry_up(reduced, L::split).0)
    }

    /// Carries upwards once and adds 19 times what leaves bit 255 at the bottom.
    fn carry_once(limbs: [L; 9]) -> [L; 9] {
        let (mut limbs, carry) = carry_up(limbs, L::split);
        limbs[0] = limbs[0] + times_19(carry);
        limbs
    }
}

/// Adds columns 9 and up to the lower ones, by 2^261 = 1216 modulo p.
#[inline(always)]
fn fold_high_columns<L: Limb>(columns: [L; 17]) -> [L; 9] {
    let weight = L::constant(OVERFLOW_WEIGHT).factor();
    let mut folded = [columns[0]; 9];
    let mut carry = L::constant(0);
    for k in 0..8 {
        let (low, next) = (columns[k + 9] + carry).split(LIMB_BITS);
        folded[k] = columns[k] + low.factor() * weight;
        carry = next;
    }
    folded[8] = columns[8] + carry.factor() * weight;
    folded
}

/// Carries from the bottom to the top and returns what leaves bit 255.
#[inline(always)]
fn carry_up<L: Limb>(mut limbs: [L; 9], split: fn(L, u32) -> (L, L)) -> ([L; 9], L) {
    let mut carry = L::constant(0);
    for limb in &mut limbs[..8] {
        (*limb, carry) = split(*limb + carry, LIMB_BITS);
    }
    (limbs[8], carry) = split(limbs[8] + carry, TOP_BITS);
    (limbs, carry)
}

/// 19 times a carry, which may be too long for a factor.
#[inline(always)]
fn times_19<L: Limb>(carry: L) -> L {
    (carry << 4) + (carry << 1) + carry
}

/// Adds what left bit 255 at the bottom, by 2^255 = 19 modulo p.
#[inline(always)]
fn wrap_around<L: Limb>(mut limbs: [L; 9], carry: L) -> [L; 9] {
    let (low, next) = (limbs[0] + times_19(carry)).split_balanced(LIMB_BITS);
    limbs[0] = low;
    limbs[1] = limbs[1] + next;
    limbs
}

impl<L: Limb> Add for Fe<L> {
    type Output = Self;

    #[inline(always)]
    fn add(mut self, other: Self) -> Self {
        for (limb, other) in self.0.iter_mut().zip(other.0) {
            *limb = *limb + other;
        }
        self
    }
}

impl<L: Limb> Sub for Fe<L> {
    type Output = Self;

    #[inline(always)]
    fn sub(mut self, other: Self) -> Self {
        for (limb, other) in self.0.iter_mut().zip(other.0) {
            *limb = *limb - other;
        }
        self
    }
}

impl<L: Limb> Mul for Fe<L> {
    type Output = Self;

    /// Multiplies sums of up to three and up to four reduced numbers; the
    /// result is reduced.
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let mut product = Self([L::constant(0); 9]);
        product.set_product(&self, &other);
        product
    }
}

impl<L: Limb> Neg for Fe<L> {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self(self.0.map(Neg::neg))
    }
}
