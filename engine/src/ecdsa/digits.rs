//! Conversions between bytes, hexadecimal constants and limbs of any width.
//! All limbs here are canonical: not negative, and below two to their width.

/// Reads big-endian bytes into `N` limbs, least significant first. Bits beyond
/// the last limb are dropped.
#[inline(never)]
pub(super) fn limbs_of_bytes<const N: usize>(bytes: &[u8], limb_bits: u32) -> [i64; N] {
    let mut limbs = [0; N];
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
pub(super) fn repack<const FROM: usize, const TO: usize>(
    limbs: &[i64; FROM],
    from_bits: u32,
    to_bits: u32,
) -> [i64; TO] {
    let mut repacked = [0; TO];
    let mut position = 0;
    for limb in limbs {
        add_bits(&mut repacked, to_bits, position, *limb);
        position += from_bits;
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
        power = subtract_once(&sum(&power, &power, limb_bits), modulus, limb_bits);
        i += 1;
    }
    power
}

/// Adds two numbers; the sum must fit into `N` limbs.
pub(super) const fn sum<const N: usize>(a: &[i64; N], b: &[i64; N], limb_bits: u32) -> [i64; N] {
    let mut result = *a;
    let mut i = 0;
    while i < N {
        result[i] += b[i];
        i += 1;
    }
    carried(result, limb_bits)
}

/// Subtracts the modulus if the value is not below it.
pub(super) const fn subtract_once<const N: usize>(
    value: &[i64; N],
    modulus: &[i64; N],
    limb_bits: u32,
) -> [i64; N] {
    let mut result = *value;
    let mut i = 0;
    while i < N {
        result[i] -= modulus[i];
        i += 1;
    }
    let result = carried(result, limb_bits);
    if result[N - 1] < 0 { *value } else { result }
}

/// Carries from limb to limb: all but the last one, which keeps the rest and
/// the sign, end up in `0..2^limb_bits`.
pub(super) const fn carried<const N: usize>(mut limbs: [i64; N], limb_bits: u32) -> [i64; N] {
    let mut i = 0;
    while i + 1 < N {
        limbs[i + 1] += limbs[i] >> limb_bits;
        limbs[i] &= (1 << limb_bits) - 1;
        i += 1;
    }
    limbs
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

/// Says whether `a < b`.
pub(super) fn is_below<const N: usize>(a: &[i64; N], b: &[i64; N]) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

/// Stores limbs of at most 31 bits and a sign in 32 bits each.
pub(super) const fn narrow<const N: usize>(limbs: [i64; N]) -> [i32; N] {
    let mut narrow = [0; N];
    let mut i = 0;
    while i < N {
        narrow[i] = limbs[i] as i32;
        i += 1;
    }
    narrow
}
