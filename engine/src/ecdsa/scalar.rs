//! Numbers modulo the order of a curve's base point, and their digits.
//!
//! Scalars are canonical limbs of 30 bits, as division modulo the order wants
//! them. A verification divides once and multiplies twice.

use super::curve::Parameters;
use super::digits;
use crate::inversion::Modulus;

/// The width of a limb.
pub(super) const LIMB_BITS: u32 = 30;
const MASK: i64 = (1 << LIMB_BITS) - 1;

/// The most digits [`Scalar::sparse_digits`] returns.
pub(super) const MAX_BITS: usize = 522;

/// A number below `2^(30·M)`, given by canonical limbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scalar<const M: usize> {
    limbs: [i64; M],
}

impl<const M: usize> Scalar<M> {
    /// Reads one half of a signature: big-endian, and in `1..n` (FIPS 186-5
    /// §6.4.2, step 1), or else `None`.
    pub(super) fn from_signature_half(bytes: &[u8], order: &Modulus<M>) -> Option<Self> {
        let limbs = digits::limbs_of_bytes(bytes, LIMB_BITS);
        let in_range = limbs != [0; M] && digits::is_below(&limbs, &order.limbs().map(i64::from));
        in_range.then_some(Self { limbs })
    }

    /// Reads the leftmost bits of a digest, as many as the order has (FIPS 186-5
    /// §6.4.2, step 2; SEC 1 §4.1.4, step 3). A shorter digest is a number as it
    /// is. The result may exceed the order.
    pub(super) fn from_digest(digest: &[u8], order_bits: u32) -> Self {
        let order_bytes = order_bits.div_ceil(8) as usize;
        let Some(leftmost) = digest.get(..order_bytes) else {
            return Self {
                limbs: digits::limbs_of_bytes(digest, LIMB_BITS),
            };
        };
        let surplus_bits = 8 * order_bytes as u32 - order_bits;
        let mut limbs = digits::limbs_of_bytes(leftmost, LIMB_BITS);
        for i in 0..M {
            let above = limbs.get(i + 1).copied().unwrap_or(0);
            limbs[i] = (limbs[i] | above << LIMB_BITS) >> surplus_bits & MASK;
        }
        Self { limbs }
    }

    /// Computes `numerator / denominator` modulo the order for each of two
    /// numerators. The denominator must be in `1..n`.
    pub(super) fn quotients<C: Parameters<N, M>, const N: usize>(
        numerators: [&Self; 2],
        denominator: &Self,
    ) -> [Self; 2] {
        let divisor = digits::narrow(denominator.limbs);
        // Division of 2^(30·M) makes up for what the multiplications take away.
        let inverse = C::ORDER.divide(&C::SCALAR_FACTOR, &divisor).map(i64::from);
        numerators.map(|numerator| Self {
            limbs: multiply_and_divide_by_factor(&numerator.limbs, &inverse, &C::ORDER),
        })
    }

    /// Returns `self + n` if that is below the field's modulus.
    pub(super) fn plus_order_below_prime<C: Parameters<N, M>, const N: usize>(
        &self,
    ) -> Option<Self> {
        let limbs = digits::sum(&self.limbs, &C::ORDER.limbs().map(i64::from), LIMB_BITS);
        let fits = digits::is_below(&limbs, &C::PRIME.limbs().map(i64::from));
        fits.then_some(Self { limbs })
    }

    /// The same number in the canonical limbs of a field.
    pub(super) fn field_limbs<const N: usize>(&self, limb_bits: u32) -> [i64; N] {
        digits::repack(&self.limbs, LIMB_BITS, limb_bits)
    }

    /// The `count` bits from `position` upwards, at most 30 of them.
    #[inline(always)]
    fn bits(&self, position: usize, count: u32) -> i32 {
        let place = position / LIMB_BITS as usize;
        let low = self.limbs.get(place).copied().unwrap_or(0);
        let high = self.limbs.get(place + 1).copied().unwrap_or(0);
        let both = low | high << LIMB_BITS;
        (both >> (position % LIMB_BITS as usize) & ((1 << count) - 1)) as i32
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

/// `2^(30·M)` modulo the order: the factor that Montgomery's multiplication
/// takes away.
pub(super) const fn scalar_factor<const M: usize>(order: &Modulus<M>) -> [i32; M] {
    let mut limbs = [0; M];
    let mut i = 0;
    while i < M {
        limbs[i] = order.limbs()[i] as i64;
        i += 1;
    }
    digits::narrow(digits::power_of_two(
        LIMB_BITS * M as u32,
        &limbs,
        LIMB_BITS,
    ))
}

/// Computes `a·b / 2^(30·M)` modulo the order, for `b < n`. No sum exceeds
/// `2·(2^30)² + 2^33`.
#[inline(never)]
fn multiply_and_divide_by_factor<const M: usize>(
    a: &[i64; M],
    b: &[i64; M],
    order: &Modulus<M>,
) -> [i64; M] {
    let limbs = order.limbs().map(i64::from);
    let negated_inverse = (1 << LIMB_BITS) - i64::from(order.inverse());
    let mut t = [0; M];
    for digit in a {
        let lowest = t[0] + digit * b[0];
        let multiple = ((lowest & MASK) * negated_inverse) & MASK;
        let mut carry = (lowest + multiple * limbs[0]) >> LIMB_BITS;
        for i in 1..M {
            let column = t[i] + digit * b[i] + multiple * limbs[i] + carry;
            t[i - 1] = column & MASK;
            carry = column >> LIMB_BITS;
        }
        t[M - 1] = carry;
    }
    digits::subtract_once(&t, &limbs, LIMB_BITS)
}
