//! Conversions between bytes, hexadecimal constants and limbs of any width.
//! All limbs here are canonical: not negative, and below two to their width.

use super::any::Wide;
use crate::inversion::{Limbs, MAX_LIMBS};

/// The width of a scalar's limbs, and of all numbers that are divided.
pub(super) const SCALAR_BITS: u32 = 30;

/// Reads big-endian bytes into limbs, least significant first. Bits beyond the
/// last limb are dropped.
#[inline(never)]
pub(super) fn limbs_of_bytes(bytes: &[u8], limb_bits: u32) -> Wide {
    let mut limbs = [0; MAX_LIMBS];
    let mut position = 0;
    for byte in bytes.iter().rev() {
        add_bits(&mut limbs, limb_bits, position, *byte as i64);
        position += 8;
    }
    limbs
}

/// Reads a lower-case hexadecimal constant into `N` limbs, least significant first.
pub(super) const fn limbs_of_hex<const N: usize>(hex: &str, limb_bits: u32) -> [i64; N] {
    let digits = hex.as_bytes();
    let mut limbs = [0; N];
    let mut i = 0;
    while i < digits.len() {
        let digit = match digits[digits.len() - 1 - i] {
            decimal @ b'0'..=b'9' => decimal - b'0',
            letter => letter - b'a' + 10,
        };
        add_bits(&mut limbs, limb_bits, 4 * i as u32, digit as i64);
        i += 1;
    }
    limbs
}

/// Writes limbs of one width as limbs of another.
#[inline(never)]
pub(super) const fn repack(limbs: &Wide, from_bits: u32, to_bits: u32) -> Wide {
    let mut repacked = [0; MAX_LIMBS];
    let mut i = 0;
    while i < MAX_LIMBS {
        add_bits(&mut repacked, to_bits, from_bits * i as u32, limbs[i]);
        i += 1;
    }
    repacked
}

/// Adds `value·2^position`, of which no bit is set yet. `value` has at most 30
/// bits and limbs at least 28, so it meets three limbs at most.
const fn add_bits<const N: usize>(limbs: &mut [i64; N], limb_bits: u32, position: u32, value: i64) {
    let mut place = (position / limb_bits) as usize;
    let mut rest = value << (position % limb_bits);
    while rest != 0 && place < N {
        limbs[place] |= rest & ((1 << limb_bits) - 1);
        rest >>= limb_bits;
        place += 1;
    }
}

/// Computes `2^exponent` modulo an odd modulus given by limbs.
pub(super) const fn power_of_two<const N: usize>(
    exponent: u32,
    modulus: &[i64; N],
    limb_bits: u32,
) -> [i64; N] {
    let mut power = [0; N];
    power[0] = 1;
    let mut i = 0;
    while i < exponent {
        let before = power;
        add(&mut power, &before, limb_bits);
        let twice = power;
        subtract(&mut power, modulus, limb_bits);
        if power[N - 1] < 0 {
            power = twice;
        }
        i += 1;
    }
    power
}

/// Adds a number; the sum must fit, but for the last limb, which takes the rest.
pub(super) const fn add(limbs: &mut [i64], other: &[i64], limb_bits: u32) {
    let mut i = 0;
    while i < limbs.len() && i < other.len() {
        limbs[i] += other[i];
        i += 1;
    }
    carry(limbs, limb_bits);
}

/// Subtracts a number; the last limb takes the sign.
pub(super) const fn subtract(limbs: &mut [i64], other: &[i64], limb_bits: u32) {
    let mut i = 0;
    while i < limbs.len() && i < other.len() {
        limbs[i] -= other[i];
        i += 1;
    }
    carry(limbs, limb_bits);
}

/// Carries from limb to limb: all but the last one, which keeps the rest and
/// the sign, end up in `0..2^limb_bits`.
#[inline(never)]
pub(super) const fn carry(limbs: &mut [i64], limb_bits: u32) {
    let mut i = 0;
    while i + 1 < limbs.len() {
        limbs[i + 1] += limbs[i] >> limb_bits;
        limbs[i] &= (1 << limb_bits) - 1;
        i += 1;
    }
}

/// The same number with limbs balanced around zero, all but the last one.
pub(super) const fn balanced<const N: usize>(mut limbs: [i64; N], limb_bits: u32) -> [i64; N] {
    let half = 1 << (limb_bits - 1);
    let mut i = 0;
    while i + 1 < N {
        let carry = (limbs[i] + half) >> limb_bits;
        limbs[i] -= carry << limb_bits;
        limbs[i + 1] += carry;
        i += 1;
    }
    limbs
}

/// Says whether `a < b`, as far as both reach.
#[inline(never)]
pub(super) fn is_below(a: &[i64], b: &[i64]) -> bool {
    let pairs = a.iter().zip(b).rev();
    let different = pairs.skip_while(|(a, b)| a == b);
    different.take(1).any(|(a, b)| a < b)
}

/// Stores limbs of at most 31 bits and a sign in 32 bits each.
pub(super) const fn narrow(limbs: &Wide) -> Limbs {
    let mut narrow = [0; MAX_LIMBS];
    let mut i = 0;
    while i < MAX_LIMBS {
        narrow[i] = limbs[i] as i32;
        i += 1;
    }
    narrow
}
