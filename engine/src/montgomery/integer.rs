/// A number in limbs of 27 or 28 bits, least significant first, with zeros
/// behind. How many limbs count, and how wide they are, is the modulus's to say.
#[derive(Clone)]
pub(crate) struct Integer([u32; Integer::LIMBS + PADDING]);

/// Zero limbs behind every number: columns are summed four at a time, and what
/// is read for that goes up to five limbs further than a number.
const PADDING: usize = 5;

impl Integer {
    /// The most limbs a number has: 8194 bits in limbs of 27.
    pub(super) const LIMBS: usize = 304;

    pub(super) const ZERO: Self = Self([0; Self::LIMBS + PADDING]);

    /// Reads big-endian bytes. What exceeds the last limb is dropped, which no
    /// checked modulus or signature does.
    pub(super) fn from_bytes(bytes: &[u8], width: u32) -> Self {
        let mut number = Self::ZERO;
        let (mut window, mut filled, mut index) = (0, 0, 0);
        for byte in bytes.iter().rev() {
            window |= u64::from(*byte) << filled;
            filled += 8;
            if filled >= width {
                number.set(index, window & ((1 << width) - 1));
                window >>= width;
                filled -= width;
                index += 1;
            }
        }
        number.set(index, window);
        number
    }

    pub(super) fn power_of_two(exponent: usize, width: u32) -> Self {
        let mut number = Self::ZERO;
        let width = width as usize;
        number.set(exponent / width, 1 << (exponent % width));
        number
    }

    /// Writes the lowest bytes, big-endian, as many as `out` has.
    pub(super) fn write(&self, width: u32, out: &mut [u8]) {
        let (mut window, mut filled) = (0, 0);
        let mut limbs = self.0.iter();
        for byte in out.iter_mut().rev() {
            if filled < 8 {
                window |= limbs.next().map_or(0, |limb| u64::from(*limb)) << filled;
                filled += width;
            }
            // The lowest eight bits are meant.
            *byte = window as u8;
            window >>= 8;
            filled -= 8;
        }
    }

    pub(super) fn limb(&self, index: usize) -> u64 {
        self.0.get(index).map_or(0, |limb| u64::from(*limb))
    }

    /// Stores a limb, which fits 32 bits.
    fn set(&mut self, index: usize, limb: u64) {
        if let Some(slot) = self.0.get_mut(index) {
            *slot = limb as u32;
        }
    }

    /// The limbs that count and the zeros behind them.
    pub(super) fn padded(&self, limbs: usize) -> &[u32] {
        self.0.get(..limbs + PADDING).unwrap_or_default()
    }

    /// As [`padded`](Self::padded); the zeros must stay zeros.
    pub(super) fn padded_mut(&mut self, limbs: usize) -> &mut [u32] {
        self.0.get_mut(..limbs + PADDING).unwrap_or_default()
    }

    /// Takes the limbs of `other` in reverse order.
    pub(super) fn set_reversed(&mut self, other: &Self, limbs: usize) {
        let source = other.0.iter().take(limbs).rev();
        for (slot, limb) in self.0.iter_mut().zip(source) {
            *slot = *limb;
        }
    }

    /// Compares with the limb behind as well: a number of the modulus's bytes
    /// may have some bits more than its limbs.
    pub(super) fn is_below(&self, other: &Self, limbs: usize) -> bool {
        let mine = self.padded(limbs).iter().rev();
        mine.lt(other.padded(limbs).iter().rev())
    }

    /// Subtracts a number that is not larger.
    pub(super) fn subtract(&mut self, other: &Self, limbs: usize, width: u32) {
        let mut borrow = 0;
        for (limb, other) in self.0.iter_mut().zip(&other.0).take(limbs) {
            let difference = i64::from(*limb) - i64::from(*other) + borrow;
            *limb = (difference & ((1 << width) - 1)) as u32;
            borrow = difference >> width;
        }
    }

    /// Doubles a number whose double fits the limbs.
    pub(super) fn double(&mut self, limbs: usize, width: u32) {
        let mut carry = 0;
        for limb in self.0.iter_mut().take(limbs) {
            let double = *limb << 1 | carry;
            *limb = double & ((1 << width) - 1);
            carry = double >> width;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_as_they_went_in() {
        let bytes: [u8; 256] = core::array::from_fn(|index| 255 - index as u8);
        for width in [27, 28] {
            let mut out = [0; 256];
            Integer::from_bytes(&bytes, width).write(width, &mut out);
            assert_eq!(out, bytes);
        }
    }

    #[test]
    fn numbers_are_compared_from_their_highest_limb() {
        let small = Integer::from_bytes(&[1, 0xff, 0xff, 0xff, 0xff], 28);
        let large = Integer::from_bytes(&[2, 0, 0, 0, 0], 28);
        assert!(small.is_below(&large, 2));
        assert!(!large.is_below(&small, 2));
        assert!(!large.is_below(&large, 2));
    }

    #[test]
    fn bits_behind_the_limbs_are_compared_too() {
        let large = Integer::from_bytes(&[1, 0, 0, 0, 0, 0, 0, 0], 28);
        let small = Integer::from_bytes(&[1], 28);
        assert!(!large.is_below(&small, 2));
        assert!(small.is_below(&large, 2));
    }

    #[test]
    fn differences_and_doubles_carry_over_limbs() {
        let mut number = Integer::from_bytes(&[1, 0, 0, 0, 0, 0, 0, 0], 28);
        number.subtract(&Integer::from_bytes(&[1], 28), 3, 28);
        let mut out = [0; 8];
        number.write(28, &mut out);
        assert_eq!(out, [0, 255, 255, 255, 255, 255, 255, 255]);
        number.double(3, 28);
        number.write(28, &mut out);
        assert_eq!(out, [1, 255, 255, 255, 255, 255, 255, 254]);
    }
}
