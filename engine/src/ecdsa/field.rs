//! Elements of the curves' prime fields.
//!
//! An element is a sum of `N` signed limbs, each worth `2^LIMB_BITS` times the
//! one before it. The representation is redundant: limbs may be negative or a
//! little too large, so sums and differences need no carries, and products are
//! gathered in columns of 64 bits before one reduction. The ranges are named
//!
//! - *tight*: what `times`, `squared`, `product_difference` and `tidied` return;
//! - *loose*: a sum or difference of two tight elements.
//!
//! `ecdsa::bounds` states both in figures for every field and proves that no
//! column overflows and that point formulas return tight coordinates.

use super::any::{self, Any, AnyField};
use super::number::Number;
use super::sum::Lanes;
use crate::limb::Limb;
use core::marker::PhantomData;

/// A prime field, whose modulus is −1 modulo `2^LIMB_BITS`.
///
/// Elements are kept in an internal form: times [`Field::ONE`]. For Montgomery's
/// reduction that is a power of two; where the reduction needs no such factor
/// it is 1.
pub(super) trait Field<const N: usize>: Copy + 'static {
    /// The width of a limb.
    const LIMB_BITS: u32;
    /// The modulus in canonical limbs.
    const MODULUS: [i64; N];
    /// One, in internal form: tight.
    const ONE: [i64; N];
    /// What brings a number into internal form: `ONE²`, in canonical limbs.
    const ONE_SQUARED: [i64; N];
    /// Whether two loose elements may be multiplied without tidying them.
    const LOOSE_FACTORS: bool;
    /// The same field for code that is compiled once for all of them.
    const ANY: &'static AnyField;

    /// Puts `a·b`, tight, to its place.
    fn multiply<L: Limb>(product: &mut [L; N], a: &[L; N], b: &[L; N]);

    /// Puts `a²`, tight, to its place.
    fn square<L: Limb>(square: &mut [L; N], a: &[L; N]);

    /// Puts `a·b − c·d` with a single reduction, tight, to its place.
    fn product_difference<L: Limb>(difference: &mut [L; N], factors: [&[L; N]; 4]);

    /// The same element with carries moved on one limb, tight. Limbs may be
    /// thirteen times too large.
    fn tidy<L: Limb>(a: &[L; N]) -> [L; N];
}

/// An element of the field `F`; `L` is `i64` but for the proof of bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<F, const N: usize, L = i64> {
    pub(super) limbs: [L; N],
    field: PhantomData<F>,
}

impl<F: Field<N>, const N: usize, L: Limb> Element<F, N, L> {
    #[inline(always)]
    pub(super) const fn from_limbs(limbs: [L; N]) -> Self {
        Self {
            limbs,
            field: PhantomData,
        }
    }

    #[inline(always)]
    fn zero() -> Self {
        Self::from_limbs([L::constant(0); N])
    }
}

impl<F: Field<N>, const N: usize, L: Limb> Number for Element<F, N, L> {
    #[inline(always)]
    fn one(&self) -> Self {
        Self::from_limbs(F::ONE.map(L::constant))
    }

    #[inline(always)]
    fn times(&self, other: &Self) -> Self {
        let mut product = Self::zero();
        product.set_product(self, other);
        product
    }

    #[inline(always)]
    fn set_product(&mut self, a: &Self, b: &Self) {
        F::multiply(&mut self.limbs, &a.limbs, &b.limbs);
    }

    #[inline(always)]
    fn squared(&self) -> Self {
        let mut square = Self::zero();
        F::square(&mut square.limbs, &self.limbs);
        square
    }

    #[inline(always)]
    fn set_product_difference(&mut self, a: &Self, b: &Self, c: &Self, d: &Self) {
        let factors = [a, b, c, d].map(|factor| &factor.limbs);
        F::product_difference(&mut self.limbs, factors);
    }

    #[inline(always)]
    fn plus(&self, other: &Self) -> Self {
        let mut limbs = self.limbs;
        for (limb, other) in limbs.iter_mut().zip(other.limbs) {
            *limb = *limb + other;
        }
        Self::from_limbs(limbs)
    }

    #[inline(always)]
    fn minus(&self, other: &Self) -> Self {
        let mut limbs = self.limbs;
        for (limb, other) in limbs.iter_mut().zip(other.limbs) {
            *limb = *limb - other;
        }
        Self::from_limbs(limbs)
    }

    #[inline(always)]
    fn doubled(&self, bits: u32) -> Self {
        Self::from_limbs(self.limbs.map(|limb| limb << bits))
    }

    #[inline(always)]
    fn negated(&self) -> Self {
        Self::from_limbs(self.limbs.map(|limb| -limb))
    }

    #[inline(always)]
    fn tidied(&self) -> Self {
        Self::from_limbs(F::tidy(&self.limbs))
    }

    #[inline(always)]
    fn as_factor(&self) -> Self {
        if F::LOOSE_FACTORS {
            *self
        } else {
            self.tidied()
        }
    }
}

impl<F: Field<N>, const N: usize> Element<F, N> {
    /// The same element for code that works on any field.
    #[inline(never)]
    pub(super) fn any(&self) -> Any {
        Any::from_limbs(F::ANY, &self.limbs)
    }

    /// The element of this field that `any` is, too.
    #[inline(never)]
    pub(super) fn from_any(any: &Any) -> Self {
        let mut limbs = [0; N];
        for (to, from) in limbs.iter_mut().zip(any.limbs()) {
            *to = *from;
        }
        Self::from_limbs(limbs)
    }
}

impl<F: Field<N>, const N: usize, L: Lanes> Element<F, N, L> {
    /// A filter: says no only if this loose element is not zero in any lane.
    #[inline(always)]
    pub(super) fn may_be_zero(&self) -> bool {
        (0..L::COUNT).any(|lane| any::may_be_zero(self.limbs[0].lane(lane), F::LIMB_BITS))
    }

    /// The element in one lane.
    #[inline(never)]
    pub(super) fn lane(&self, lane: usize) -> Any {
        let limbs = self.limbs.map(|limb| limb.lane(lane));
        Any::from_limbs(F::ANY, &limbs)
    }
}

/// Implements the products of [`Field`] for one field by its columns and its
/// `reduce` function.
macro_rules! products {
    ($limbs:literal, $places:tt) => {
        #[inline(never)]
        fn multiply<L: Limb>(product: &mut [L; $limbs], a: &[L; $limbs], b: &[L; $limbs]) {
            let (a, b) = (a.map(L::factor), b.map(L::factor));
            *product = reduce(columns!(product([&a, &b]), $places));
        }

        #[inline(never)]
        fn square<L: Limb>(square: &mut [L; $limbs], a: &[L; $limbs]) {
            let a = a.map(L::factor);
            *square = reduce(columns!(square([&a]), $places));
        }

        #[inline(never)]
        fn product_difference<L: Limb>(difference: &mut [L; $limbs], factors: [&[L; $limbs]; 4]) {
            let [a, b, c, d] = factors;
            let (a, b) = (a.map(L::factor), b.map(L::factor));
            let (c, d) = (c.map(L::factor), d.map(L::factor));
            *difference = reduce(columns!(difference([&a, &b, &c, &d]), $places));
        }
    };
}

pub(super) use products;

/// One round of carries, all at once: each limb keeps its balanced remainder
/// and takes its lower neighbour's carry. The top limb keeps its own carry.
#[inline(always)]
pub(super) fn carry_round<L: Limb, const N: usize>(limbs: [L; N], limb_bits: u32) -> [L; N] {
    let mut result = limbs;
    let mut carry = L::constant(0);
    for limb in &mut result[..N - 1] {
        let (low, next) = limb.split_balanced(limb_bits);
        *limb = low + carry;
        carry = next;
    }
    result[N - 1] = result[N - 1] + carry;
    result
}

/// Carries from limb to limb: all but the top one end up balanced.
#[inline(always)]
pub(super) fn carry_chain<L: Limb, const N: usize>(mut limbs: [L; N], limb_bits: u32) -> [L; N] {
    for i in 0..N - 1 {
        let (low, carry) = limbs[i].split_balanced(limb_bits);
        limbs[i] = low;
        limbs[i + 1] = limbs[i + 1] + carry;
    }
    limbs
}
