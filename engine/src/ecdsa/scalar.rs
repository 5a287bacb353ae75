//! Numbers modulo the order of a curve's base point, and their digits.
//!
//! Scalars are canonical limbs of 30 bits, as division modulo the order wants
//! them. A verification divides once and multiplies twice.

use super::any::Wide;
use super::curve::Curve;
use super::digits::{self, SCALAR_BITS};
use crate::inversion::{Limbs, MAX_LIMBS, Modulus};

const MASK: i64 = (1 << SCALAR_BITS) - 1;

/// The most digits [`Scalar::sparse_digits`] returns.
pub(super) const MAX_BITS: usize = 522;

/// A number by its canonical limbs, as many as the curve's order has, and zeros
/// behind them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Scalar {
    limbs: Wide,
}

impl Scalar {
    /// Reads one half of a signature: big-endian, and in `1..n` (FIPS 186-5
    /// §6.4.2, step 1), or else `None`.
    pub(super) fn from_signature_half(bytes: &[u8], order: &Modulus) -> Option<Self> {
        let limbs = digits::limbs_of_bytes(bytes, SCALAR_BITS);
        let is_zero = limbs.iter().all(|limb| *limb == 0);
        let in_range = !is_zero && digits::is_below(&limbs, &wide(order));
        in_range.then_some(Self { limbs })
    }

    /// Reads the leftmost bits of a digest, as many as the order has (FIPS 186-5
    /// §6.4.2, step 2; SEC 1 §4.1.4, step 3). A shorter digest is a number as it
    /// is. The result may exceed the order.
    pub(super) fn from_digest(digest: &[u8], order_bits: u32) -> Self {
        let order_bytes = order_bits.div_ceil(8) as usize;
        let Some(leftmost) = digest.get(..order_bytes) else {
            return Self {
                limbs: digits::limbs_of_bytes(digest, SCALAR_BITS),
            };
        };
        let surplus_bits = 8 * order_bytes as u32 - order_bits;
        let mut limbs = digits::limbs_of_bytes(leftmost, SCALAR_BITS);
        for i in 0..MAX_LIMBS {
            let above = limbs.get(i + 1).copied().unwrap_or(0);
            limbs[i] = (limbs[i] | above << SCALAR_BITS) >> surplus_bits & MASK;
        }
        Self { limbs }
    }

    /// Computes `numerator / denominator` modulo the order for each of two
    /// numerators. The denominator must be in `1..n`.
    pub(super) fn quotients(
        curve: &Curve,
        numerators: [&Self; 2],
        denominator: &Self,
    ) -> [Self; 2] {
        let divisor = digits::narrow(&denominator.limbs);
        // Division of 2^(30·length) makes up for what the multiplications take away.
        let inverse = curve.order.divide(&curve.scalar_factor, &divisor);
        let inverse = inverse.map(i64::from);
        numerators.map(|numerator| Self {
            limbs: multiply_and_divide_by_factor(&numerator.limbs, &inverse, &curve.order),
        })
    }

    /// Returns `self + n` if that is below the field's modulus.
    pub(super) fn plus_order_below_prime(&self, curve: &Curve) -> Option<Self> {
        let mut limbs = self.limbs;
        digits::add(&mut limbs, &wide(&curve.order), SCALAR_BITS);
        let fits = digits::is_below(&limbs, &wide(&curve.field.prime));
        fits.then_some(Self { limbs })
    }

    /// The same number in the canonical limbs of a field.
    pub(super) fn field_limbs(&self, limb_bits: u32) -> Wide {
        digits::repack(&self.limbs, SCALAR_BITS, limb_bits)
    }

    /// The `count` bits from `position` upwards, at most 30 of them.
    #[inline(always)]
    fn bits(&self, position: usize, count: u32) -> i32 {
        let place = position / SCALAR_BITS as usize;
        let low = self.limbs.get(place).copied().unwrap_or(0);
        let high = self.limbs.get(place + 1).copied().unwrap_or(0);
        let both = low | high << SCALAR_BITS;
        (both >> (position % SCALAR_BITS as usize) & ((1 << count) - 1)) as i32
    }

    /// The signed digits to the base `2^width`, least significant first:
    /// `self = Σ digit·2^(width·i)` with `|digit| <= 2^(width − 1)`. Enough
    /// windows must be asked for that the last digit has a bit to spare.
    pub(super) fn window_digits(
        &self,
        width: u32,
        windows: usize,
    ) -> impl Iterator<Item = i32> + '_ {
        let mut carry = 0;
        (0..windows).map(move |window| {
            let digit = self.bits(window * width as usize, width) + carry;
            carry = i32::from(digit > 1 << (width - 1));
            digit - (carry << width)
        })
    }

    /// The non-adjacent form: `self = Σ digit·2^i` where every digit is zero or
    /// odd, below `2^(width − 1)` in absolute value, and followed by `width − 1`
    /// zeros at least. `bits` is the length of `self`.
    pub(super) fn sparse_digits(&self, width: u32, bits: u32) -> [i8; MAX_BITS] {
        let mut digits = [0; MAX_BITS];
        let mut carry = 0;
        let mut position = 0;
        while position <= bits as usize {
            if self.bits(position, 1) == carry {
                position += 1;
                continue;
            }
            let digit = self.bits(position, width) + carry;
            carry = digit >> (width - 1);
            if let Some(place) = digits.get_mut(position) {
                *place = (digit - (carry << width)) as i8;
            }
            position += width as usize;
        }
        digits
    }
}

fn wide(modulus: &Modulus) -> Wide {
    modulus.limbs().map(i64::from)
}

/// `2^(30·length)` modulo the order: the factor that Montgomery's multiplication
/// takes away.
pub(super) const fn factor(order: &Modulus) -> Limbs {
    let mut limbs = [0; MAX_LIMBS];
    let mut i = 0;
    while i < MAX_LIMBS {
        limbs[i] = order.limbs()[i] as i64;
        i += 1;
    }
    let exponent = SCALAR_BITS * order.length() as u32;
    digits::narrow(&digits::power_of_two(exponent, &limbs, SCALAR_BITS))
}

/// Computes `a·b / 2^(30·length)` modulo the order, for `b < n`. No sum exceeds
/// `2·(2^30)² + 2^33`.
#[inline(never)]
fn multiply_and_divide_by_factor(a: &Wide, b: &Wide, order: &Modulus) -> Wide {
    let length = order.length();
    let limbs = wide(order);
    let negated_inverse = (1 << SCALAR_BITS) - i64::from(order.inverse());
    let mut t = [0; MAX_LIMBS];
    for digit in a.iter().take(length) {
        let lowest = t[0] + digit * b[0];
        let multiple = ((lowest & MASK) * negated_inverse) & MASK;
        let mut carry = (lowest + multiple * limbs[0]) >> SCALAR_BITS;
        for i in 1..length.min(MAX_LIMBS) {
            let column = t[i] + digit * b[i] + multiple * limbs[i] + carry;
            t[i - 1] = column & MASK;
            carry = column >> SCALAR_BITS;
        }
        t[length - 1] = carry;
    }
    let product = t;
    digits::subtract(&mut t, &limbs, SCALAR_BITS);
    match t {
        [.., ..0] => product,
        _ => t,
    }
}
