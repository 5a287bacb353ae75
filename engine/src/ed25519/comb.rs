//! Multiplication by a scalar without doublings: for every window of the scalar
//! a table holds all multiples that its digit may ask for.

use alloc::vec::Vec;
use core::slice::IterMut;

use super::field::Fe;
use super::point::{Affine, AffineAddend, Extended};
use super::scalar::Scalar;
use super::windows::{signed_windows, window_count};
use crate::pair::Pair;

/// The limbs of one table entry: three numbers of nine limbs.
const ENTRY: usize = 27;

/// A comb with windows of `width` bits: 253 / `width` + 1 windows, each with
/// the 1-fold to 2^(`width` − 1)-fold of 2^(`width` · window) times the point.
pub(super) struct Comb {
    width: u32,
}

impl Comb {
    /// Windows of `width` bits, at most eight.
    pub(super) const fn of_width(width: u32) -> Self {
        Self { width }
    }

    /// The length of a table in limbs.
    pub(super) const fn length(&self) -> usize {
        window_count(self.width) * self.multiples_in_window() * ENTRY
    }

    /// Computes the table of a point with reduced coordinates.
    #[inline(never)]
    pub(super) fn build(&self, point: Affine) -> Vec<i32> {
        let mut table = Vec::with_capacity(self.length());
        let mut first = point;
        for _ in 0..window_count(self.width) {
            let mut multiples = self.multiples(first);
            // The last one, 2^width-fold, starts the next window.
            if let Some(next) = multiples.pop() {
                first = next;
            }
            for multiple in &multiples {
                pack(multiple, &mut table);
            }
        }
        table
    }

    /// Puts the multiples that add up to `scalar` times the point of a table into
    /// the next places. `None` if the table is not one that [`Self::build`] made.
    #[inline(never)]
    pub(super) fn collect<'a>(
        &self,
        table: &'a [i32],
        scalar: &Scalar,
        places: &mut IterMut<'_, Multiple<'a>>,
    ) -> Option<()> {
        if table.len() != self.length() {
            return None;
        }
        let (entries, _) = table.as_chunks::<ENTRY>();
        let windows = entries.chunks_exact(self.multiples_in_window());
        for (digit, multiples) in signed_windows(scalar, self.width).zip(windows) {
            // The zero digit wraps around to where there is no multiple.
            let index = (digit.unsigned_abs() as usize).wrapping_sub(1);
            if let (Some(entry), negative) = (multiples.get(index), digit < 0) {
                *places.next()? = Multiple { entry, negative };
            }
        }
        Some(())
    }

    /// The 1-fold to 2^(`width` − 1)-fold and the 2^`width`-fold.
    #[inline(never)]
    fn multiples(&self, point: Affine) -> Vec<Affine> {
        let count = self.multiples_in_window();
        let addend = point.addend();
        let mut multiple = point.extended();
        let mut multiples = Vec::with_capacity(count + 1);
        multiples.push(multiple);
        for _ in 1..count {
            multiple = multiple.add_affine(&addend).extended();
            multiples.push(multiple);
        }
        multiples.push(multiple.projective().double().extended());
        normalise(&multiples)
    }

    const fn multiples_in_window(&self) -> usize {
        1 << (self.width - 1)
    }
}

/// Divides all points by their Z with a single division (Montgomery's trick):
/// the product of all Z is inverted and multiplied by all but one of them.
#[inline(never)]
fn normalise(points: &[Extended]) -> Vec<Affine> {
    let mut products = Vec::with_capacity(points.len());
    let mut product = Fe::ONE;
    for point in points {
        products.push(product);
        product = product * point.z;
    }
    let mut inverse = Fe::ONE.divide(product);
    let mut affine = Vec::with_capacity(points.len());
    for (point, before) in points.iter().zip(products).rev() {
        let inverse_z = inverse * before;
        inverse = inverse * point.z;
        affine.push(Affine {
            x: point.x * inverse_z,
            y: point.y * inverse_z,
        });
    }
    affine.reverse();
    affine
}

/// Appends a point to a table.
#[inline(never)]
fn pack(point: &Affine, table: &mut Vec<i32>) {
    let addend = point.addend();
    for number in [addend.y_plus_x, addend.y_minus_x, addend.xy_2d] {
        // Lossless: limbs of an addend fit 32 bits, sign included.
        table.extend_from_slice(&number.0.map(|limb| limb as i32));
    }
}

/// What a digit asks for: an entry of a table, or the inverse of that point.
#[derive(Clone, Copy)]
pub(super) struct Multiple<'a> {
    entry: &'a [i32; ENTRY],
    negative: bool,
}

/// The neutral element.
static NEUTRAL: [i32; ENTRY] = {
    let mut entry = [0; ENTRY];
    entry[0] = 1;
    entry[9] = 1;
    entry
};

impl Multiple<'_> {
    /// No multiple: the neutral element.
    pub(super) const NONE: Self = Multiple {
        entry: &NEUTRAL,
        negative: false,
    };

    /// The three numbers, with the first two exchanged for the inverse.
    fn numbers(&self) -> [&[i32; 9]; 3] {
        match (self.entry.as_chunks().0, self.negative) {
            ([plus, minus, product], false) => [plus, minus, product],
            ([plus, minus, product], true) => [minus, plus, product],
            _ => [&[0; 9]; 3],
        }
    }
}

/// Adds multiples to a point: the first of all pairs and the second of all
/// pairs, the same operations at the same time, and at last both sums.
#[inline(never)]
pub(super) fn add(start: &Extended, pairs: &[[Multiple<'_>; 2]]) -> Extended {
    let mut sums = [Extended::in_lanes([start, &Extended::neutral()]); 2];
    let [sum, next] = &mut sums;
    let (mut sum, mut next) = (sum, next);
    for pair in pairs {
        sum.add_affine_to(&addend_of(pair), next);
        core::mem::swap(&mut sum, &mut next);
    }
    let [first, second] = [0, 1].map(|lane| sum.lane(lane));
    first.add(&second.addend()).extended()
}

/// The addends for both lanes.
#[inline(always)]
fn addend_of(pair: &[Multiple<'_>; 2]) -> AffineAddend<Pair> {
    let [a, b] = pair.each_ref().map(Multiple::numbers);
    let number = |index: usize| Fe(Pair::rows(a[index], b[index]));
    let negative = pair.map(|multiple| multiple.negative);
    AffineAddend {
        y_plus_x: number(0),
        y_minus_x: number(1),
        xy_2d: Fe(number(2).0.map(|limb| limb.negated_where(negative))),
    }
}
