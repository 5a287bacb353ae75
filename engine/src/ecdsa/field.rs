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

    /// `a·b`, tight.
    fn multiply<L: Limb>(a: &[L; N], b: &[L; N]) -> [L; N];

    /// `a²`, tight.
    fn square<L: Limb>(a: &[L; N]) -> [L; N];

    /// `a·b − c·d` with a single reduction, tight.
    fn product_difference<L: Limb>(factors: [&[L; N]; 4]) -> [L; N];

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
}

impl<F: Field<N>, const N: usize, L: Limb> Number for Element<F, N, L> {
    #[inline(always)]
    fn one(&self) -> Self {
        Self::from_limbs(F::ONE.map(L::constant))
    }

    #[inline(always)]
    fn times(&self, other: &Self) -> Self {
        Self::from_limbs(F::multiply(&self.limbs, &other.limbs))
    }

    #[inline(always)]
    fn squared(&self) -> Self {
        Self::from_limbs(F::square(&self.limbs))
    }

    #[inline(always)]
    fn product_difference(a: &Self, b: &Self, c: &Self, d: &Self) -> Self {
        Self::from_limbs(F::product_difference([
            &a.limbs, &b.limbs, &c.limbs, &d.limbs,
        ]))
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
    /// Says whether this loose element is zero, that is, a multiple of the modulus.
    #[inline(always)]
    pub(super) fn is_zero(&self) -> bool {
        any::may_be_zero(self.limbs[0], F::LIMB_BITS) && self.any().is_zero()
    }

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

/// Implements the products of [`Field`] for one field by its columns and its
/// `reduce` function.
macro_rules! products {
    ($limbs:literal, $places:tt) => {
        #[inline(never)]
        fn multiply<L: Limb>(a: &[L; $limbs], b: &[L; $limbs]) -> [L; $limbs] {
            reduce(columns!(product([a, b]), $places))
        }

        #[inline(never)]
        fn square<L: Limb>(a: &[L; $limbs]) -> [L; $limbs] {
            reduce(columns!(square([a]), $places))
        }

        #[inline(never)]
        fn product_difference<L: Limb>(factors: [&[L; $limbs]; 4]) -> [L; $limbs] {
            reduce(columns!(difference(factors), $places))
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
