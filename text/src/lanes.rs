//! Sixteen base64 letters or JSON bytes at once, in the 128-bit vectors of wasm.

use core::arch::wasm32::{
    i8x16_lt, i8x16_shuffle, i8x16_swizzle, i16x8_shl, i32x4_dot_i16x8, u8x16_add, u8x16_bitmask,
    u8x16_eq, u8x16_le, u8x16_splat, u16x8_shr, u16x8_splat, u32x4_extract_lane, u32x4_splat,
    u64x2, u64x2_extract_lane, v128, v128_and, v128_andnot, v128_any_true, v128_or,
};

/// Letters, looked up by their halves: the upper four bits are the row, the lower four the column.
///
/// Rows with letters in the same columns are of one kind, and no alphabet has more than eight.
pub(crate) struct Alphabet {
    /// The kind of each row, one bit.
    kinds: [u8; 16],
    /// Of each column the kinds that have no letter there.
    absent: [u8; 16],
    /// What lies between the letters of a row and their values; eight further on, between the last
    /// letter and its value.
    offsets: [u8; 16],
    /// The letter of value 63, because its row has others at another offset.
    last: u8,
}

impl Alphabet {
    pub(crate) const fn new(letters: &[u8; 64]) -> Self {
        let mut rows = [0u16; 16];
        let mut offsets = [0; 16];
        let mut value = 0;
        while value < 64 {
            let letter = letters[value];
            let row = (letter >> 4) as usize;
            rows[row] |= 1 << (letter & 15);
            offsets[if value < 63 { row } else { row + 8 }] = (value as u8).wrapping_sub(letter);
            value += 1;
        }
        let (mut kinds, mut absent) = ([0; 16], [0; 16]);
        let (mut row, mut next) = (0, 1u8);
        while row < 16 {
            let mut alike = 0;
            while rows[alike] != rows[row] {
                alike += 1;
            }
            if alike == row {
                kinds[row] = next;
                let mut column = 0;
                while column < 16 {
                    if rows[row] >> column & 1 == 0 {
                        absent[column] |= next;
                    }
                    column += 1;
                }
                next <<= 1;
            }
            kinds[row] = kinds[alike];
            row += 1;
        }
        Self {
            kinds,
            absent,
            offsets,
            last: letters[63],
        }
    }

    /// What is not zero where there is no letter.
    #[inline(always)]
    fn strange(&self, bytes: v128) -> v128 {
        let columns = v128_and(bytes, u8x16_splat(15));
        let kinds = i8x16_swizzle(load(&self.kinds), rows(bytes));
        v128_and(kinds, i8x16_swizzle(load(&self.absent), columns))
    }

    /// The values of sixteen letters.
    #[inline(always)]
    fn values(&self, letters: v128) -> v128 {
        let is_last = u8x16_eq(letters, u8x16_splat(self.last));
        let places = v128_or(rows(letters), v128_and(is_last, u8x16_splat(8)));
        u8x16_add(letters, i8x16_swizzle(load(&self.offsets), places))
    }
}

/// The upper four bits of every byte.
#[inline(always)]
fn rows(bytes: v128) -> v128 {
    v128_and(u16x8_shr(bytes, 4), u8x16_splat(15))
}

/// Whether anything but letters has been met.
pub(crate) struct Strange(v128);

impl Strange {
    pub(crate) fn none() -> Self {
        Self(u64x2(0, 0))
    }

    pub(crate) fn is_none(&self) -> bool {
        !v128_any_true(self.0)
    }
}

/// Looks at sixteen letters and dots, and says which are dots, the first in the lowest bit.
#[inline(always)]
pub(crate) fn dots(bytes: &[u8; 16], alphabet: &Alphabet, strange: &mut Strange) -> u16 {
    let bytes = load(bytes);
    let dots = u8x16_eq(bytes, u8x16_splat(b'.'));
    strange.0 = v128_or(strange.0, v128_andnot(alphabet.strange(bytes), dots));
    u8x16_bitmask(dots)
}

/// Writes the bytes that sixteen letters stand for.
#[inline(always)]
pub(crate) fn decode(
    letters: &[u8; 16],
    alphabet: &Alphabet,
    bytes: &mut [u8; 12],
    strange: &mut Strange,
) {
    let letters = load(letters);
    strange.0 = v128_or(strange.0, alphabet.strange(letters));
    let values = alphabet.values(letters);
    // Twelve bits in every 16, then 24 in every 32.
    let first = v128_and(i16x8_shl(values, 6), u16x8_splat(0x0fc0));
    let pairs = v128_or(first, u16x8_shr(values, 8));
    let quads = i32x4_dot_i16x8(pairs, u32x4_splat(0x0001_1000));
    let close = i8x16_shuffle::<2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 3, 3, 3, 3>(quads, quads);
    if let Some((eight, four)) = bytes.split_first_chunk_mut::<8>() {
        *eight = u64x2_extract_lane::<0>(close).to_le_bytes();
        four.copy_from_slice(&u32x4_extract_lane::<2>(close).to_le_bytes());
    }
}

/// Which of sixteen bytes end or interrupt a JSON string, the first in the lowest bit: quotes,
/// backslashes and control characters.
#[inline(always)]
pub(crate) fn special(bytes: &[u8; 16]) -> u16 {
    let bytes = load(bytes);
    let control = u8x16_le(bytes, u8x16_splat(0x1f));
    u8x16_bitmask(v128_or(control, marks(bytes)))
}

/// The same, and what is no ASCII.
#[inline(always)]
pub(crate) fn not_plain(bytes: &[u8; 16]) -> u16 {
    let bytes = load(bytes);
    // With a sign, what is no ASCII is below every control character.
    let others = i8x16_lt(bytes, u8x16_splat(0x20));
    u8x16_bitmask(v128_or(others, marks(bytes)))
}

/// Where quotes and backslashes are.
#[inline(always)]
fn marks(bytes: v128) -> v128 {
    let quotes = u8x16_eq(bytes, u8x16_splat(b'"'));
    v128_or(quotes, u8x16_eq(bytes, u8x16_splat(b'\\')))
}

#[inline(always)]
fn load(bytes: &[u8; 16]) -> v128 {
    let (halves, _) = bytes.as_chunks::<8>();
    let half = |index: usize| u64::from_le_bytes(halves[index]);
    u64x2(half(0), half(1))
}
