//! Elements of whichever field: what runs rarely is compiled once, for all
//! curves, instead of once for each.
//!
//! Only the sum of a comb's multiples, which is most of a verification, works on
//! `field::Element`. Building tables, the sum without tables, checks of points
//! and the comparison at the end work on [`Any`]: its products are those of its
//! field, called through a pointer, and everything else is a short loop.

use super::digits;
use super::field::Field;
use super::number::Number;
use crate::inversion::{Limbs, MAX_LIMBS, Modulus};
use crate::limb::Limb;

/// The limbs of an element, zeros behind.
pub(super) type Wide = [i64; MAX_LIMBS];

/// A field whose elements have `limbs` limbs.
pub(super) struct AnyField {
    pub(super) limbs: usize,
    pub(super) limb_bits: u32,
    modulus: Wide,
    one: Wide,
    one_squared: Wide,
    loose_factors: bool,
    /// The modulus in limbs of 30 bits, for division.
    pub(super) prime: Modulus,
    multiply: fn(&mut Wide, &Wide, &Wide),
    square: fn(&mut Wide, &Wide),
    product_difference: fn(&mut Wide, [&Wide; 4]),
    tidy: fn(&Wide) -> Wide,
}

impl AnyField {
    /// Describes the field `F` of a prime of `length` limbs of 30 bits.
    pub(super) const fn of<F: Field<N>, const N: usize>(length: usize) -> Self {
        let narrow = repacked(&F::MODULUS, F::LIMB_BITS);
        Self {
            limbs: N,
            limb_bits: F::LIMB_BITS,
            modulus: widened(&F::MODULUS),
            one: widened(&F::ONE),
            one_squared: widened(&F::ONE_SQUARED),
            loose_factors: F::LOOSE_FACTORS,
            prime: Modulus::new(narrow, length),
            multiply: multiply::<F, N>,
            square: square::<F, N>,
            product_difference: product_difference::<F, N>,
            tidy: tidy::<F, N>,
        }
    }
}

fn multiply<F: Field<N>, const N: usize>(product: &mut Wide, a: &Wide, b: &Wide) {
    if let Some(product) = product.first_chunk_mut() {
        F::multiply(product, first(a), first(b));
    }
}

fn square<F: Field<N>, const N: usize>(square: &mut Wide, a: &Wide) {
    if let Some(square) = square.first_chunk_mut() {
        F::square(square, first(a));
    }
}

fn product_difference<F: Field<N>, const N: usize>(difference: &mut Wide, factors: [&Wide; 4]) {
    if let Some(difference) = difference.first_chunk_mut() {
        F::product_difference(difference, factors.map(first));
    }
}

fn tidy<F: Field<N>, const N: usize>(a: &Wide) -> Wide {
    wide(F::tidy(first(a)))
}

/// The first `N` of eighteen limbs.
#[inline(always)]
fn first<const N: usize>(wide: &Wide) -> &[i64; N] {
    // There always are so many; the zeros are never used.
    wide.first_chunk().unwrap_or(const { &[0; N] })
}

#[inline(always)]
fn wide<const N: usize>(limbs: [i64; N]) -> Wide {
    core::array::from_fn(|i| limbs.get(i).copied().unwrap_or(0))
}

/// Limbs with zeros behind.
pub(super) const fn widened<const N: usize>(limbs: &[i64; N]) -> Wide {
    let mut wide = [0; MAX_LIMBS];
    let mut i = 0;
    while i < N {
        wide[i] = limbs[i];
        i += 1;
    }
    wide
}

/// Limbs of a field as limbs of 30 bits.
const fn repacked<const N: usize>(limbs: &[i64; N], limb_bits: u32) -> Limbs {
    digits::narrow(&digits::repack(
        &widened(limbs),
        limb_bits,
        digits::SCALAR_BITS,
    ))
}

/// An element of a field that is known only when the program runs.
#[derive(Clone, Copy)]
pub(super) struct Any {
    limbs: Wide,
    field: &'static AnyField,
}

impl Any {
    #[inline(never)]
    pub(super) fn from_limbs(field: &'static AnyField, limbs: &[i64]) -> Self {
        let mut any = Self::zero(field);
        for (to, from) in any.limbs.iter_mut().zip(limbs) {
            *to = *from;
        }
        any
    }

    fn zero(field: &'static AnyField) -> Self {
        let limbs = [0; MAX_LIMBS];
        Self { limbs, field }
    }

    /// One.
    pub(super) fn one_of(field: &'static AnyField) -> Self {
        Self {
            limbs: field.one,
            field,
        }
    }

    /// Reads a number below the modulus, given by canonical limbs.
    #[inline(never)]
    pub(super) fn from_canonical(field: &'static AnyField, limbs: &Wide) -> Self {
        let [number, factor] = [*limbs, field.one_squared].map(|limbs| Self { limbs, field });
        number.times(&factor)
    }

    /// Reads an entry of a table.
    pub(super) fn from_entry(field: &'static AnyField, entry: &[i32]) -> Self {
        let mut limbs = [0; MAX_LIMBS];
        for (to, from) in limbs.iter_mut().zip(entry) {
            *to = i64::from(*from);
        }
        Self { limbs, field }
    }

    /// Writes as many limbs as `entry` has.
    pub(super) fn write_entry(&self, entry: &mut [i32]) {
        for (to, from) in entry.iter_mut().zip(&self.limbs) {
            // Lossless: the limbs of tight elements fit 32 bits.
            *to = *from as i32;
        }
    }

    pub(super) fn field(&self) -> &'static AnyField {
        self.field
    }

    /// The limbs, with zeros behind.
    #[inline(always)]
    pub(super) fn limbs(&self) -> &Wide {
        &self.limbs
    }

    /// Says whether this loose element is zero, that is, a multiple of the modulus.
    #[inline(never)]
    pub(super) fn is_zero(&self) -> bool {
        may_be_zero(self.limbs[0], self.field.limb_bits)
            && self.canonical().iter().all(|limb| *limb == 0)
    }

    /// The limbs of this element's internal form, brought to `0..modulus`.
    pub(super) fn canonical(&self) -> Wide {
        let bits = self.field.limb_bits;
        let mut wide = self.limbs;
        let limbs = wide.get_mut(..self.field.limbs).unwrap_or_default();
        digits::carry(limbs, bits);
        while limbs.last().is_some_and(|top| *top < 0) {
            digits::add(limbs, &self.field.modulus, bits);
        }
        while !digits::is_below(limbs, &self.field.modulus) {
            digits::subtract(limbs, &self.field.modulus, bits);
        }
        wide
    }

    /// `1/self`, or zero for zero. Slow: some eighty multiplications' time.
    #[inline(never)]
    pub(super) fn inverse(&self) -> Self {
        let Self { field, .. } = self;
        let packed =
            |limbs| digits::narrow(&digits::repack(limbs, field.limb_bits, digits::SCALAR_BITS));
        // Divides `ONE²`, since the internal form holds the factor `ONE`.
        let quotient = field
            .prime
            .divide(&packed(&field.one_squared), &packed(&self.canonical()));
        let quotient = quotient.map(i64::from);
        let limbs = digits::repack(&quotient, digits::SCALAR_BITS, field.limb_bits);
        Self { limbs, field }.tidied()
    }

    /// The element with limbs made from those of `self` and `other`.
    #[inline(always)]
    fn with(&self, other: &Self, limb: impl Fn(i64, i64) -> i64) -> Self {
        Self {
            limbs: core::array::from_fn(|i| limb(self.limbs[i], other.limbs[i])),
            field: self.field,
        }
    }
}

impl Number for Any {
    fn one(&self) -> Self {
        Self::one_of(self.field)
    }

    #[inline(never)]
    fn times(&self, other: &Self) -> Self {
        let mut product = Self::zero(self.field);
        (self.field.multiply)(&mut product.limbs, &self.limbs, &other.limbs);
        product
    }

    #[inline(never)]
    fn squared(&self) -> Self {
        let mut square = Self::zero(self.field);
        (self.field.square)(&mut square.limbs, &self.limbs);
        square
    }

    #[inline(never)]
    fn set_product_difference(&mut self, a: &Self, b: &Self, c: &Self, d: &Self) {
        let factors = [a, b, c, d].map(|factor| &factor.limbs);
        (self.field.product_difference)(&mut self.limbs, factors);
    }

    #[inline(never)]
    fn plus(&self, other: &Self) -> Self {
        self.with(other, |a, b| a + b)
    }

    #[inline(never)]
    fn minus(&self, other: &Self) -> Self {
        self.with(other, |a, b| a - b)
    }

    #[inline(never)]
    fn doubled(&self, bits: u32) -> Self {
        self.with(self, |a, _| a << bits)
    }

    #[inline(never)]
    fn negated(&self) -> Self {
        self.with(self, |a, _| -a)
    }

    #[inline(never)]
    fn tidied(&self) -> Self {
        let Self { field, .. } = *self;
        let limbs = (field.tidy)(&self.limbs);
        Self { limbs, field }
    }

    fn as_factor(&self) -> Self {
        if self.field.loose_factors {
            *self
        } else {
            self.tidied()
        }
    }
}

/// A cheap filter, given the lowest limb of a loose element. The modulus is −1
/// there, so `k` times the modulus is `−k`, and `k` is small: below 64.
#[inline(always)]
pub(super) fn may_be_zero(lowest: i64, limb_bits: u32) -> bool {
    let (low, _) = lowest.split_balanced(limb_bits);
    (-64..=64).contains(&low)
}

/// Replaces all elements, none of them zero, by their inverses with a single
/// inversion (Montgomery's trick). `products` is scratch of the same length.
#[inline(never)]
pub(super) fn invert_all(values: &mut [Any], products: &mut [Any]) {
    let Some(first) = values.first() else {
        return;
    };
    let mut product = first.one();
    for (value, before) in values.iter().zip(products.iter_mut()) {
        *before = product;
        product = product.times(value);
    }
    let mut inverse = product.inverse();
    for (value, before) in values.iter_mut().zip(products.iter()).rev() {
        let next = inverse.times(value);
        *value = inverse.times(before);
        inverse = next;
    }
}
