//! Multiplication by a scalar without doublings: for every window of the scalar
//! a table holds all multiples that its digit may ask for.

use alloc::vec::Vec;

use super::field::Fe;
use super::point::{Affine, AffineAddend, Extended};
use super::scalar::Scalar;
use super::windows::{signed_windows, window_count};

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

    /// Adds `scalar` times the point of a table to `sum`. `None` if the table
    /// is not one that [`Self::build`] made.
    #[inline(never)]
    pub(super) fn add(&self, sum: Extended, table: &[i32], scalar: &Scalar) -> Option<Extended> {
        if table.len() != self.length() {
            return None;
        }
        let (entries, _) = table.as_chunks::<ENTRY>();
        let windows = entries.chunks_exact(self.multiples_in_window());
        let mut sum = sum;
        for (digit, multiples) in signed_windows(scalar, self.width).zip(windows) {
            // The zero digit wraps around to where there is no multiple.
            let index = (digit.unsigned_abs() as usize).wrapping_sub(1);
            if let Some(multiple) = multiples.get(index).map(unpack) {
                let addend = if digit < 0 { -multiple } else { multiple };
                sum = sum.add_affine(&addend).extended();
            }
        }
        Some(sum)
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

#[inline(always)]
fn unpack(entry: &[i32; ENTRY]) -> AffineAddend {
    let (numbers, _) = entry.as_chunks::<9>();
    let number = |index: usize| Fe(numbers[index].map(i64::from));
    AffineAddend {
        y_plus_x: number(0),
        y_minus_x: number(1),
        xy_2d: number(2),
    }
}
