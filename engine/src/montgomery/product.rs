use super::{Integer, Modulus, mask};
use crate::column::Column;

/// A number that is multiplied again and again, with the room it takes.
///
/// It stays below twice the modulus; [`reduce`](Self::reduce) brings it below
/// the modulus itself.
pub(crate) struct Product<'m> {
    modulus: &'m Modulus,
    number: Integer,
    /// The other factor in reverse order: a column of a product is then a row
    /// of pairs side by side.
    mirror: Integer,
    /// The multiple of the modulus that clears the lower half of a product.
    quotient: Integer,
}

impl<'m> Product<'m> {
    /// Starts with a number below the modulus.
    pub(crate) fn new(modulus: &'m Modulus, number: &Integer) -> Self {
        Self {
            modulus,
            number: number.clone(),
            mirror: Integer::ZERO,
            quotient: Integer::ZERO,
        }
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
        self.mirror.set_reversed(factor, limbs);
        self.columns(
            |number, mirror, index, column| column.add(number, tail(mirror, limbs - 1 - index)),
            |number, mirror, index, column| column.add(tail(number, index + 1), mirror),
        );
    }

    /// Multiplies by the number itself `/ R`.
    ///
    /// Of the products `a[j] * a[k]` with `j + k` equal, those with `j < k` are
    /// summed once and doubled.
    pub(crate) fn square(&mut self) {
        let limbs = self.modulus.limbs;
        self.mirror.set_reversed(&self.number, limbs);
        self.columns(
            |number, mirror, index, column| {
                let partners = tail(mirror, limbs - 1 - index);
                column.add_exactly(index.div_ceil(2), number, partners);
                column.double();
                add_middle(number, index, column);
            },
            |number, mirror, index, column| {
                let pairs = (limbs - 1 - index) / 2;
                column.add_exactly(pairs, tail(number, index + 1), mirror);
                column.double();
                add_middle(number, limbs + index, column);
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
    /// that clears its lower half, and keeps the upper half.
    ///
    /// `low` adds the products of a column of the lower half, `high` those of
    /// the upper half, counted from its own start. The upper half is written as
    /// it appears: `high` must not look at limbs up to the column's number.
    #[inline(always)]
    fn columns(
        &mut self,
        low: impl Fn(&[u32], &[u32], usize, &mut Column),
        high: impl Fn(&[u32], &[u32], usize, &mut Column),
    ) {
        let (limbs, width) = (self.modulus.limbs, self.modulus.width);
        let modulus = self.modulus.reversed.padded(limbs);
        let lowest = self.modulus.value.limb(0);
        let mirror = self.mirror.padded(limbs);
        let number = self.number.padded_mut(limbs);
        let quotient = self.quotient.padded_mut(limbs);
        let mut carry = 0;
        for index in 0..limbs {
            // The digit of this column is not known yet: its term comes below.
            set(quotient, index, 0);
            let mut column = Column::new();
            low(number, mirror, index, &mut column);
            column.add(quotient, tail(modulus, limbs - 1 - index));
            let sum = carry + column.sum();
            let digit = sum.wrapping_mul(self.modulus.inverse) & mask(width);
            set(quotient, index, digit);
            carry = (sum + digit * lowest) >> width;
        }
        for index in 0..limbs {
            let mut column = Column::new();
            high(number, mirror, index, &mut column);
            column.add(tail(quotient, index + 1), modulus);
            let sum = carry + column.sum();
            set(number, index, sum & mask(width));
            carry = sum >> width;
        }
    }
}

/// Adds the square in the middle of an even column of a square.
#[inline(always)]
fn add_middle(number: &[u32], index: usize, column: &mut Column) {
    if index.is_multiple_of(2) {
        let middle = number.get(index / 2).map_or(0, |limb| u64::from(*limb));
        column.add_scalar(middle * middle);
    }
}

/// Stores a limb, which fits 32 bits.
#[inline(always)]
fn set(limbs: &mut [u32], index: usize, limb: u64) {
    if let Some(slot) = limbs.get_mut(index) {
        *slot = limb as u32;
    }
}

#[inline(always)]
fn tail(limbs: &[u32], start: usize) -> &[u32] {
    limbs.get(start..).unwrap_or_default()
}
