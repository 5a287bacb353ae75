//! The path without a comb, for the first uses of a key: doublings, shared by
//! both scalars, and additions of a few odd multiples.

use super::any::{Any, AnyField, invert_all};
use super::curve::Curve;
use super::number::Number;
use super::point::{Affine, Jacobian};
use super::scalar::{MAX_BITS, Scalar};
use crate::inversion::MAX_LIMBS;

/// The width of the digits: additions are six bits apart on average. A wider
/// window costs more to prepare than it saves.
const WIDTH: u32 = 5;

/// The odd multiples that digits of [`WIDTH`] need: 1, 3, … 15 times a point.
const MULTIPLES: usize = 1 << (WIDTH - 2);

/// The odd multiples of a point, 1 to 15 times.
#[derive(Clone)]
pub(super) struct Window {
    entries: [[i32; 2 * MAX_LIMBS]; MULTIPLES],
    field: &'static AnyField,
}

/// A scalar and the multiples of the point it multiplies.
pub(super) struct Term<'a> {
    pub(super) scalar: &'a Scalar,
    pub(super) window: &'a Window,
}

impl Window {
    /// The limbs of a window as a table.
    pub(super) const LENGTH: usize = MULTIPLES * 2 * MAX_LIMBS;

    /// Computes the odd multiples of a point whose order exceeds 16.
    #[inline(never)]
    pub(super) fn new(point: &Affine<Any>) -> Self {
        let field = point.x.field();
        let points = odd_multiples(point);
        let mut inverses = points.map(|multiple| multiple.z);
        invert_all(&mut inverses, &mut [Any::one_of(field); MULTIPLES]);
        let mut window = Self::zeroed(field);
        for ((point, inverse), entry) in points.iter().zip(&inverses).zip(&mut window.entries) {
            point.with_inverse_of_z(inverse).write_entry(entry);
        }
        window
    }

    /// Reads a window back from a table of `LENGTH` limbs.
    pub(super) fn from_table(field: &'static AnyField, table: &[i32]) -> Self {
        let mut window = Self::zeroed(field);
        let limbs = window.entries.as_flattened_mut();
        for (to, from) in limbs.iter_mut().zip(table) {
            *to = *from;
        }
        window
    }

    /// The window as a table of `LENGTH` limbs.
    pub(super) fn as_table(&self) -> &[i32] {
        self.entries.as_flattened()
    }

    fn zeroed(field: &'static AnyField) -> Self {
        Self {
            entries: [[0; 2 * MAX_LIMBS]; MULTIPLES],
            field,
        }
    }

    /// The multiple by a digit; `None` for the digit zero.
    fn multiple(&self, digit: i8) -> Option<Affine<Any>> {
        if digit == 0 {
            return None;
        }
        let entry = self.entries.get(usize::from(digit.unsigned_abs() / 2))?;
        let mut point = Affine::from_entry_of(self.field, entry);
        if digit < 0 {
            point = point.negated();
        }
        Some(point)
    }
}

impl<E: Number> Jacobian<E> {
    /// The affine form, given `1/Z`.
    pub(super) fn with_inverse_of_z(&self, inverse: &E) -> Affine<E> {
        let squared = inverse.squared();
        Affine {
            x: self.x.times(&squared),
            y: self.y.times(&squared.times(inverse)),
        }
    }
}

/// Computes 1, 3, … 15 times a point. All additions are of twice the point:
/// on the isomorphic curve where that has `Z = 1`, they are additions of an
/// affine point. No two of the points added are equal or opposite, because the
/// order exceeds 16.
fn odd_multiples(point: &Affine<Any>) -> [Jacobian<Any>; MULTIPLES] {
    let double = Jacobian::from(*point).doubled();
    let step = Affine {
        x: double.x,
        y: double.y,
    };
    let zz = double.z.squared();
    let mut multiple = Jacobian {
        x: point.x.times(&zz),
        y: point.y.times(&zz.times(&double.z)),
        z: point.x.one(),
    };
    let mut multiples = [multiple; MULTIPLES];
    for place in multiples.iter_mut().skip(1) {
        multiple = multiple.plus(&step).unwrap_or(multiple);
        *place = multiple;
    }
    for multiple in &mut multiples {
        multiple.z = multiple.z.times(&double.z);
    }
    multiples
}

/// The most terms a sum has: the base point's and the key's.
const MAX_TERMS: usize = 2;

/// Computes the sum of the terms' multiples, two terms at most; `None` is the
/// zero point.
#[inline(never)]
pub(super) fn sum(terms: &[Term<'_>], curve: &Curve) -> Option<Jacobian<Any>> {
    let mut digits = [[0; MAX_BITS]; MAX_TERMS];
    for (term, digits) in terms.iter().zip(&mut digits) {
        *digits = term.scalar.sparse_digits(WIDTH, curve.bits);
    }
    let mut sum: Option<Jacobian<Any>> = None;
    let mut doublings = 0;
    for position in (0..MAX_BITS).rev() {
        doublings += 1;
        for (term, digits) in terms.iter().zip(&digits) {
            let Some(multiple) = term.window.multiple(digits[position]) else {
                continue;
            };
            sum = match sum {
                Some(sum) => (curve.double)(sum, doublings).plus(&multiple),
                None => Some(multiple.into()),
            };
            doublings = 0;
        }
    }
    sum.map(|sum| (curve.double)(sum, doublings))
}
