//! Two ways to write a scalar in signed digits, so that few multiples of a
//! point add up to any multiple of it.

use super::scalar::{SCALAR_BITS, Scalar};

/// How many digits of `width` bits a scalar has, with room for the last carry.
pub(super) const fn window_count(width: u32) -> usize {
    SCALAR_BITS / width as usize + 1
}

/// The digits d of the scalar = Σ d[i] · 2^(width · i), lowest first, each in
/// `-2^(width-1) + 1..=2^(width-1)`.
pub(super) fn signed_windows(scalar: &Scalar, width: u32) -> impl Iterator<Item = i32> {
    let mut carry = 0;
    (0..window_count(width)).map(move |index| {
        let digit = scalar.bits(index * width as usize, width) + carry;
        carry = i32::from(digit > 1 << (width - 1));
        digit - (carry << width)
    })
}

/// The digits d of the scalar = Σ d[i] · 2^i: zero, or odd and at most
/// 2^(width-1) on either side, and then followed by `width - 1` zeros.
#[inline(never)]
pub(super) fn sparse_odd_digits(scalar: &Scalar, width: u32) -> [i8; SCALAR_BITS + 1] {
    let mut digits = [0; SCALAR_BITS + 1];
    let mut carry = 0;
    let mut position = 0;
    while let Some(place) = digits.get_mut(position) {
        let window = scalar.bits(position, width) + carry;
        if window & 1 == 0 {
            // Even with a carry taken in: the carry moves on.
            position += 1;
            continue;
        }
        carry = i32::from(window > 1 << (width - 1));
        // Lossless: widths are far below eight.
        *place = (window - (carry << width)) as i8;
        position += width as usize;
    }
    digits
}
