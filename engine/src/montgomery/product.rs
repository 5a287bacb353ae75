use super::{Integer, Modulus, mask};
use crate::columns::Columns;

/// A number that is multiplied again and again, with the room it takes.
///
/// It stays below twice the modulus; [`reduce`](Self::reduce) brings it below
/// the modulus itself.
pub(crate) struct Product<'m> {
    modulus: &'m Modulus,
    number: Integer,
    /// The number in reverse order: a column of a square is then a row
    /// of pairs side by side.
    mirror: Integer,
    /// The multiple of the modulus that clears the lower half of a product.
    quotient: Integer,
}

impl<'m> Product<'m> {
    /// Starts with a number below the modulus.
    pub(crate) fn new(modulus: &'m Modulus, number: &Integer) -> Self {
        let mut product = Self {
            modulus,
            number: number.clone(),
            mirror: Integer::ZERO,
            quotient: Integer::ZERO,
        };
        product.reflect();
        product
    }

    /// Brings the mirror in line with the number. Products leave it so; what else changes the
    /// number does not, as it may be done many times before the next square.
    pub(super) fn reflect(&mut self) {
        self.mirror.set_reversed(&self.number, self.modulus.limbs);
    }

    pub(crate) fn number(&self) -> &Integer {
        &self.number
    }

    pub(crate) fn into_integer(self) -> Integer {
        self.number
    }

    /// Brings the number into Montgomery form: multiplies it by `R`.
    pub(crate) fn enter(&mut self) {
        self.multiply(&self.modulus.square_of_radix);
    }

    /// Multiplies by `factor / R`.
    pub(crate) fn multiply(&mut self, factor: &Integer) {
        let limbs = self.modulus.limbs;
        // The product's own reflection takes its place column by column.
        self.mirror.set_reversed(factor, limbs);
        self.columns(
            |number, mirror, start, columns| {
                // The zeros behind the mirror end the first columns before the last.
                columns.add(start + 4, number, tail(mirror, limbs - 4 - start));
                [0; 4]
            },
            |number, mirror, start, columns| {
                columns.add(limbs - start, mirror, tail(number, start + 1));
                [0; 4]
            },
        );
    }

    /// Multiplies by the number itself `/ R`. The mirror has to be in line with it.
    ///
    /// Of the products `a[j] * a[k]` with `j + k` equal, those with `j < k` are
    /// summed once and doubled. The rows of a block's columns end in the middle,
    /// where each has products of its own.
    pub(crate) fn square(&mut self) {
        let limbs = self.modulus.limbs;
        self.columns(
            |number, mirror, start, columns| {
                let middle = start / 2;
                columns.add(middle, number, tail(mirror, limbs - 4 - start));
                columns.double();
                let [a, b, c, d] = four(number, middle);
                [a * a, 2 * a * b, 2 * a * c + b * b, 2 * (a * d + b * c)]
            },
            |number, mirror, start, columns| {
                let middle = (limbs + start) / 2;
                columns.add((limbs - start) / 2 - 2, mirror, tail(number, start + 1));
                columns.double();
                let [a, b, c, _] = four(number, middle - 1);
                [2 * a * c + b * b, 2 * b * c, c * c, 0]
            },
        );
    }

    /// Doubles a number below the modulus, and reduces it.
    pub(super) fn double(&mut self) {
        let modulus = self.modulus;
        self.number.double(modulus.limbs, modulus.width);
        self.reduce();
    }

    /// Subtracts the modulus once if the number is not below it.
    pub(crate) fn reduce(&mut self) {
        let modulus = self.modulus;
        if !modulus.exceeds(&self.number) {
            self.number
                .subtract(&modulus.value, modulus.limbs, modulus.width);
        }
    }

    /// Adds up the columns of the product and of the multiple of the modulus
    /// that clears its lower half, four at a time, and keeps the upper half.
    ///
    /// `low` adds the products of a block of columns of the lower half, `high` those of the upper
    /// half, counted from its own start, or returns them where they have none in common. The lower
    /// half's columns are added from the last of a block to the first. The upper half is written
    /// as it appears: `high` must not look at limbs before the block's first, nor at the mirror's
    /// last ones, up to as many.
    #[inline(always)]
    fn columns(
        &mut self,
        low: impl Fn(&[u32], &[u32], usize, &mut Columns) -> [u64; 4],
        high: impl Fn(&[u32], &[u32], usize, &mut Columns) -> [u64; 4],
    ) {
        let (limbs, width) = (self.modulus.limbs, self.modulus.width);
        let (inverse, mask) = (self.modulus.inverse, mask(width));
        let modulus = self.modulus.reversed.padded(limbs);
        let [m, m1, m2, m3] = four(self.modulus.value.padded(limbs), 0);
        let mirror = self.mirror.padded_mut(limbs);
        let number = self.number.padded_mut(limbs);
        let quotient = self.quotient.padded_mut(limbs);
        let mut carry = 0;
        // The digit that clears a column's lowest bits, and what goes on to the next.
        let clear = |sum: u64| {
            let digit = sum.wrapping_mul(inverse) & mask;
            (digit, (sum + digit * m) >> width)
        };
        for start in (0..limbs).step_by(4) {
            let mut columns = Columns::new();
            let own = low(number, mirror, start, &mut columns);
            columns.add(start, quotient, tail(modulus, limbs - 4 - start));
            let [d, c, b, a] = columns.sums();
            // The digits of a block join its columns as they are found.
            let (first, next) = clear(carry + a + own[0]);
            let (second, next) = clear(next + b + own[1] + first * m1);
            let (third, next) = clear(next + c + own[2] + first * m2 + second * m1);
            let (fourth, next) = clear(next + d + own[3] + first * m3 + second * m2 + third * m1);
            carry = next;
            set(quotient, start, [first, second, third, fourth]);
        }
        for start in (0..limbs).step_by(4) {
            let mut columns = Columns::new();
            let own = high(number, mirror, start, &mut columns);
            columns.add(limbs - start, modulus, tail(quotient, start + 1));
            let sums = columns.sums();
            let mut result = [0; 4];
            for ((limb, sum), own) in result.iter_mut().zip(sums).zip(own) {
                let sum = carry + sum + own;
                *limb = sum & mask;
                carry = sum >> width;
            }
            set(number, start, result);
            result.reverse();
            set(mirror, limbs - 4 - start, result);
        }
    }
}

/// Four limbs from `start` on.
#[inline(always)]
fn four(limbs: &[u32], start: usize) -> [u64; 4] {
    let group = tail(limbs, start).first_chunk().unwrap_or(&[0; 4]);
    group.map(u64::from)
}

/// Stores four limbs, which fit 32 bits.
#[inline(always)]
fn set(limbs: &mut [u32], start: usize, values: [u64; 4]) {
    let slots = limbs.iter_mut().skip(start);
    slots
        .zip(values)
        .for_each(|(slot, value)| *slot = value as u32);
}

#[inline(always)]
fn tail(limbs: &[u32], start: usize) -> &[u32] {
    limbs.get(start..).unwrap_or_default()
}
