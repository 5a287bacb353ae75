//! The sum of the multiples that a verification takes from combs: most of its
//! time.
//!
//! Which multiples these are is found out first. Then they are added up, by code
//! of the curve's own or by code for any field.

use super::any::{Any, AnyField};
use super::comb::Shape;
use super::curve::Curve;
use super::field::{Element, Field};
use super::point::{Affine, Extended};
use super::scalar::Scalar;
use crate::limb::Limb;
use crate::pair::Pair;
use core::slice::IterMut;

/// A scalar and the comb of the point it multiplies.
pub(super) struct Part<'a> {
    pub(super) comb: &'a [i32],
    pub(super) shape: &'a Shape,
    pub(super) scalar: &'a Scalar,
}

/// What a digit asks for: an entry of a comb, or the inverse of that point.
#[derive(Clone, Copy)]
pub(super) struct Multiple<'a> {
    entry: &'a [i32],
    negative: bool,
}

/// The most multiples a sum has: those of two scalars of P-521.
const MAX_MULTIPLES: usize = 2 * 88;

/// How a curve adds up: [`in_lanes`] or [`one_by_one`].
pub(super) type Sum = fn(&'static AnyField, &[Multiple<'_>]) -> Option<Extended<Any>>;

/// Computes the sum of the parts, two at most; `None` is the zero point.
#[inline(never)]
pub(super) fn of_parts(curve: &Curve, parts: &[&Part<'_>]) -> Option<Extended<Any>> {
    let nothing = Multiple {
        entry: &[],
        negative: false,
    };
    let mut multiples = [nothing; MAX_MULTIPLES];
    let mut places = multiples.iter_mut();
    for part in parts {
        part.collect(&mut places);
    }
    let count = MAX_MULTIPLES - places.len();
    (curve.sum)(curve.field, multiples.get(..count).unwrap_or_default())
}

impl<'a> Part<'a> {
    /// Puts the multiples whose sum this is into the next places.
    fn collect(&self, places: &mut IterMut<'_, Multiple<'a>>) {
        let Self {
            comb,
            shape,
            scalar,
        } = self;
        let digits = scalar.window_digits(shape.width, shape.windows);
        for (digit, window) in digits.zip(comb.chunks_exact(shape.window())) {
            // The zero digit wraps around to where there is no multiple.
            let place = (digit.unsigned_abs() as usize).wrapping_sub(1);
            let start = place.wrapping_mul(shape.entry);
            let Some(entry) = window.get(start..start.wrapping_add(shape.entry)) else {
                continue;
            };
            if let Some(place) = places.next() {
                *place = Multiple {
                    entry,
                    negative: digit < 0,
                };
            }
        }
    }
}

/// Adds up by code for any field.
#[inline(never)]
pub(super) fn one_by_one(
    field: &'static AnyField,
    multiples: &[Multiple<'_>],
) -> Option<Extended<Any>> {
    let points = multiples.iter().map(|multiple| multiple.point(field));
    points.fold(None, |sum: Option<Extended<Any>>, point| match sum {
        Some(sum) => sum.plus_affine(&point),
        None => Some(point.into()),
    })
}

impl Multiple<'_> {
    fn point(&self, field: &'static AnyField) -> Affine<Any> {
        let point = Affine::from_entry_of(field, self.entry);
        if self.negative {
            point.negated()
        } else {
            point
        }
    }
}

/// Limbs of one computation or of several ones that are done at once.
pub(super) trait Lanes: Limb {
    /// How many computations.
    const COUNT: usize;

    /// Reads the entries of `COUNT` multiples: both coordinates.
    fn read<const N: usize>(multiples: &[Multiple<'_>]) -> Option<[[Self; N]; 2]>;

    /// The limb of the lane before `COUNT`.
    fn lane(self, lane: usize) -> i64;
}

impl Lanes for i64 {
    const COUNT: usize = 1;

    #[inline(always)]
    fn read<const N: usize>(multiples: &[Multiple<'_>]) -> Option<[[i64; N]; 2]> {
        let [Multiple { entry, negative }] = multiples else {
            return None;
        };
        let x: &[i32; N] = entry.first_chunk()?;
        let y: &[i32; N] = entry.last_chunk()?;
        let sign = -i64::from(*negative);
        let y = y.map(|limb| (i64::from(limb) ^ sign) - sign);
        Some([x.map(i64::from), y])
    }

    #[inline(always)]
    fn lane(self, _: usize) -> i64 {
        self
    }
}

impl Lanes for Pair {
    const COUNT: usize = 2;

    #[inline(always)]
    fn read<const N: usize>(multiples: &[Multiple<'_>]) -> Option<[[Pair; N]; 2]> {
        let [first, second] = multiples else {
            return None;
        };
        let x = Pair::rows(first.entry.first_chunk()?, second.entry.first_chunk()?);
        let y: [_; N] = Pair::rows(first.entry.last_chunk()?, second.entry.last_chunk()?);
        let negative = [first.negative, second.negative];
        Some([x, y.map(|limb| limb.negated_where(negative))])
    }

    #[inline(always)]
    fn lane(self, lane: usize) -> i64 {
        let [first, second] = self.lanes();
        if lane == 0 { first } else { second }
    }
}

/// Adds up by code of one field, whose operations are part of it, in as many
/// lanes at once as `L` has; each has a sum of its own until the end. Points that
/// might be equal or opposite leave it all to [`one_by_one`]: only somebody who
/// looks for such a sum will ever see one.
#[inline(never)]
pub(super) fn in_lanes<F: Field<N>, const N: usize, L: Lanes>(
    field: &'static AnyField,
    multiples: &[Multiple<'_>],
) -> Option<Extended<Any>> {
    let groups = multiples.chunks_exact(L::COUNT);
    let rest = one_by_one(field, groups.remainder());
    match sums_of_lanes::<F, N, L>(groups) {
        Some(sums) => (0..L::COUNT).fold(rest, |sum, lane| {
            Extended::sum(sum, Some(sums.map(|coordinate| coordinate.lane(lane))))
        }),
        None => one_by_one(field, multiples),
    }
}

/// `None` if there is nothing to add, or if two points might be equal or opposite.
#[inline(always)]
fn sums_of_lanes<'a, F: Field<N>, const N: usize, L: Lanes>(
    mut groups: impl Iterator<Item = &'a [Multiple<'a>]>,
) -> Option<Extended<Element<F, N, L>>> {
    let mut sums = [Extended::from(read::<F, N, L>(groups.next()?)?); 2];
    let [sum, next] = &mut sums;
    let (mut sum, mut next) = (sum, next);
    for group in groups {
        let gap = sum.gap(&read(group)?);
        if gap.x.may_be_zero() {
            return None;
        }
        sum.across_to(&gap, next);
        core::mem::swap(&mut sum, &mut next);
    }
    Some(*sum)
}

#[inline(always)]
fn read<F: Field<N>, const N: usize, L: Lanes>(
    multiples: &[Multiple<'_>],
) -> Option<Affine<Element<F, N, L>>> {
    let [x, y] = L::read(multiples)?.map(Element::from_limbs);
    Some(Affine { x, y })
}
