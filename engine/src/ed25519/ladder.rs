//! Multiplication by scalars without tables made beforehand: the digits of
//! both scalars are worked off together, with one doubling for each bit.

use core::ops::Neg;

use super::constants::BASE_ODD_MULTIPLES;
use super::point::{Affine, Completed, Extended, ProjectiveAddend};
use super::scalar::{SCALAR_BITS, Scalar};
use super::windows::sparse_odd_digits;

/// Bits a digit spans: with the odd multiples up to 15 at hand, every sixth
/// bit costs an addition. Eight multiples are cheap enough to compute anew.
const WIDTH: u32 = 5;

/// The odd numbers up to 2^(`WIDTH` − 1).
const MULTIPLES: usize = 1 << (WIDTH - 2);

/// Computes `base_scalar` times the base point plus `scalar` times `point`,
/// which has reduced coordinates; either part may be left out.
#[inline(never)]
pub(super) fn sum(base_scalar: Option<&Scalar>, product: Option<(&Scalar, Affine)>) -> Extended {
    let digits = |scalar: Option<&Scalar>| match scalar {
        Some(scalar) => sparse_odd_digits(scalar, WIDTH),
        None => [0; SCALAR_BITS + 1],
    };
    let base_digits = digits(base_scalar);
    let point_digits = digits(product.map(|(scalar, _)| scalar));
    let multiples = product.map(|(_, point)| odd_multiples(point));

    let mut sum = Completed::neutral();
    let pairs = base_digits.into_iter().zip(point_digits).rev();
    for (base_digit, digit) in pairs.skip_while(|digits| *digits == (0, 0)) {
        sum = sum.projective().double();
        if let Some(addend) = pick(&BASE_ODD_MULTIPLES, base_digit) {
            sum = sum.extended().add_affine(&addend);
        }
        if let Some(addend) = multiples
            .as_ref()
            .and_then(|multiples| pick(multiples, digit))
        {
            sum = sum.extended().add(&addend);
        }
    }
    sum.extended()
}

/// The 1-fold, 3-fold, ... 15-fold of a point.
#[inline(never)]
fn odd_multiples(point: Affine) -> [ProjectiveAddend; MULTIPLES] {
    let point = point.extended();
    let twofold = point.projective().double().extended().addend();
    let mut multiple = point;
    let mut multiples = [point.addend(); MULTIPLES];
    for place in multiples.iter_mut().skip(1) {
        multiple = multiple.add(&twofold).extended();
        *place = multiple.addend();
    }
    multiples
}

/// The multiple an odd digit asks for; none for the digit zero.
fn pick<T: Copy + Neg<Output = T>>(multiples: &[T; MULTIPLES], digit: i8) -> Option<T> {
    let multiple = *multiples.get(usize::from(digit.unsigned_abs() / 2))?;
    match digit {
        0 => None,
        ..0 => Some(-multiple),
        1.. => Some(multiple),
    }
}
