//! Montgomery multiplication for odd moduli of 2048 to 8192 bits (Montgomery,
//! "Modular multiplication without trial division", 1985).
//!
//! # Numbers
//!
//! A number is a row of limbs of `width` bits in 32-bit words, least
//! significant first, and `R = 2^(width * limbs) > 4n`. Products of two limbs
//! have at most `2 * width` bits, so that whole columns of them are added in 64
//! bits and carries wait until a column is complete (product scanning; Koç,
//! Acar, Kaliski, "Analyzing and comparing Montgomery multiplication
//! algorithms", IEEE Micro 16, 1996, method FIPS). Columns are summed in blocks
//! of four, and the number of limbs is a multiple of that.
//!
//! # Ranges
//!
//! * A limb is below `2^width`, in every stored number.
//! * A column sums at most `2 * limbs` products and the carry of the column
//!   before, which is below `2^(64 - width)`. With 28 bits and at most 124
//!   limbs that is below `248 * 2^56 + 2^36 < 2^64`; larger moduli take 27 bits,
//!   304 limbs at most, and stay below `608 * 2^54 + 2^37 < 2^64`.
//! * Factors below `2n` give a product below `(4n^2 + Rn) / R < 2n`, thanks to
//!   `R > 4n`: products need no subtraction in between.
//!
//! Time depends on the values: all of them are public here.

mod integer;
mod product;

pub(crate) use integer::Integer;
pub(crate) use product::Product;

/// The largest modulus, in bits, for which limbs of 28 bits are narrow enough:
/// 124 of them, less the two bits that `R > 4n` asks for.
const LARGEST_WITH_28: usize = 124 * 28 - 2;

/// An odd modulus `n` with what is computed once for it.
#[derive(Clone)]
pub(crate) struct Modulus {
    limbs: usize,
    width: u32,
    value: Integer,
    /// The limbs of `n` in reverse order.
    reversed: Integer,
    /// `-1 / n mod 2^width`
    inverse: u64,
    /// `R^2 mod n`: multiplying by it brings a number into Montgomery form.
    square_of_radix: Integer,
}

impl Modulus {
    /// Takes an odd modulus, big-endian, of exactly `bits` bits, 2048 to 8192.
    pub(crate) fn new(modulus: &[u8], bits: usize) -> Self {
        let width = if bits <= LARGEST_WITH_28 { 28 } else { 27 };
        let limbs = limbs_for(bits, width);
        let value = Integer::from_bytes(modulus, width);
        let mut new = Self {
            limbs,
            width,
            inverse: negated_inverse(value.limb(0)) & mask(width),
            reversed: Integer::ZERO,
            value,
            square_of_radix: Integer::ZERO,
        };
        new.reversed.set_reversed(&new.value, limbs);
        new.square_of_radix = new.square_of_radix(bits);
        new
    }

    /// Reads a big-endian number that is no longer than the modulus.
    pub(crate) fn integer(&self, bytes: &[u8]) -> Integer {
        Integer::from_bytes(bytes, self.width)
    }

    /// Writes a number below the modulus, big-endian.
    pub(crate) fn write(&self, number: &Integer, out: &mut [u8]) {
        number.write(self.width, out);
    }

    /// Whether `number` is below the modulus.
    pub(crate) fn exceeds(&self, number: &Integer) -> bool {
        number.is_below(&self.value, self.limbs)
    }

    /// `R^2 mod n`, from `2^(bits - 1)`, the largest power of two below `n`:
    /// doubled until it is `2R`, the Montgomery form of two, which is then
    /// raised to the `width * limbs`-th power.
    fn square_of_radix(&self, bits: usize) -> Integer {
        let exponent = self.width as usize * self.limbs;
        let mut power = Product::new(self, &Integer::power_of_two(bits - 1, self.width));
        for _ in bits - 1..=exponent {
            power.double();
        }
        for bit in (0..exponent.ilog2()).rev() {
            power.reflect();
            power.square();
            power.reduce();
            if exponent >> bit & 1 == 1 {
                power.double();
            }
        }
        power.into_integer()
    }
}

/// How many limbs a modulus of so many bits has, with room for `R > 4n`.
fn limbs_for(bits: usize, width: u32) -> usize {
    (bits + 2).div_ceil(width as usize).next_multiple_of(4)
}

fn mask(width: u32) -> u64 {
    (1 << width) - 1
}

/// `-1 / odd mod 2^64`. Newton's iteration doubles the correct bits: any odd
/// number is its own inverse modulo 8, and five steps make 96 bits of three.
fn negated_inverse(odd: u64) -> u64 {
    let inverse = (0..5).fold(odd, |inverse, _| {
        inverse.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(inverse)))
    });
    inverse.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_the_largest_moduli_fit_64_bits() {
        for (width, limbs) in [(28, 124), (27, 304)] {
            let product = u128::from(mask(width)).pow(2);
            let mut carry = 0;
            for _ in 0..2 * limbs {
                let sum = carry + 2 * limbs * product;
                assert!(sum < 1 << 64);
                carry = sum >> width;
            }
        }
    }

    #[test]
    fn every_size_has_room_for_its_limbs_and_four_times_the_modulus() {
        for bits in 2048..=8192 {
            let width = if bits <= LARGEST_WITH_28 { 28 } else { 27 };
            let limbs = limbs_for(bits, width);
            assert!(width as usize * limbs >= bits + 2);
            assert_eq!(limbs % 4, 0);
            assert!(limbs <= if width == 28 { 124 } else { 304 });
            assert!(limbs <= Integer::LIMBS);
        }
    }

    #[test]
    fn the_inverse_cancels_the_lowest_limb() {
        for odd in (1..1_000_000).step_by(2).chain([mask(28), mask(64 - 1)]) {
            assert_eq!(negated_inverse(odd).wrapping_mul(odd), u64::MAX);
        }
    }
}
