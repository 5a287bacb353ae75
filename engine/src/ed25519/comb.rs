//! Multiplication by a scalar without doublings: for every window of the scalar
//! a table holds all multiples that its digit may ask for.

use alloc::vec::Vec;

use super::field::Fe;
use super::point::{Affine, AffineAddend, Extended};
use super::scalar::Scalar;
use super::windows::{signed_windows, window_count};

/// The limbs of one table entry: three numbers of nine limbs.
const ENTRY: usize = 27;

/// A comb with windows of `WIDTH` bits: 253 / `WIDTH` + 1 windows, each with
/// the 1-fold to 2^(`WIDTH` − 1)-fold of 2^(`WIDTH` · window) times the point.
pub(super) struct Comb<const WIDTH: u32>;

impl<const WIDTH: u32> Comb<WIDTH> {
    /// The length of a table in limbs.
    pub(super) const LENGTH: usize = window_count(WIDTH) * Self::MULTIPLES * ENTRY;

    const MULTIPLES: usize = 1 << (WIDTH - 1);

    /// Computes the table of a point with reduced coordinates.
    pub(super) fn build(point: Affine) -> Vec<i32> {
        let mut table = Vec::with_capacity(Self::LENGTH);
        let mut first = point;
        for _ in 0..window_count(WIDTH) {
            let mut multiples = Self::multiples(first);
            // The last one, 2^WIDTH-fold, starts the next window.
            if let Some(next) = multiples.pop() {
                first = next;
            }
            table.extend(multiples.into_iter().flat_map(pack));
        }
        table
    }

    /// Adds `scalar` times the point of a table to `sum`. `None` if the table
    /// is not one that [`Self::build`] made.
    #[inline(never)]
    pub(super) fn add(sum: Extended, table: &[i32], scalar: &Scalar) -> Option<Extended> {
        let (entries, _) = table.as_chunks::<ENTRY>();
        let windows = entries.chunks_exact(Self::MULTIPLES);
        let mut sum = sum;
        let mut missing = window_count(WIDTH);
        for (digit, multiples) in signed_windows(scalar, WIDTH).zip(windows) {
            missing -= 1;
            let index = (digit.unsigned_abs() as usize).wrapping_sub(1);
            if digit != 0 {
                let multiple = unpack(multiples.get(index)?);
                let addend = if digit < 0 { -multiple } else { multiple };
                sum = sum.add_affine(&addend).to_extended();
            }
        }
        (missing == 0).then_some(sum)
    }

    /// The 1-fold to 2^(`WIDTH` − 1)-fold and the 2^`WIDTH`-fold.
    fn multiples(point: Affine) -> Vec<Affine> {
        let addend = point.to_addend();
        let mut multiple = point.to_extended();
        let mut multiples = Vec::with_capacity(Self::MULTIPLES + 1);
        multiples.push(multiple);
        for _ in 1..Self::MULTIPLES {
            multiple = multiple.add_affine(&addend).to_extended();
            multiples.push(multiple);
        }
        multiples.push(multiple.to_projective().double().to_extended());
        normalise(&multiples)
    }
}

/// Divides all points by their Z with a single division (Montgomery's trick):
/// the product of all Z is inverted and multiplied by all but one of them.
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

fn pack(point: Affine) -> impl Iterator<Item = i32> {
    let AffineAddend {
        y_plus_x,
        y_minus_x,
        xy_2d,
    } = point.to_addend();
    // Lossless: limbs of an addend fit 32 bits, sign included.
    [y_plus_x, y_minus_x, xy_2d]
        .into_iter()
        .flat_map(|number| number.0.map(|limb| limb as i32))
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
