//! Sixteen base64 letters or JSON bytes at once, in the 128-bit vectors of wasm.

use core::arch::wasm32::{
    i8x16_lt, i8x16_shuffle, i16x8_shl, i32x4_dot_i16x8, u8x16_add, u8x16_bitmask, u8x16_eq,
    u8x16_lt, u8x16_splat, u8x16_sub, u16x8_shr, u16x8_splat, u32x4_extract_lane, u32x4_splat,
    u64x2, u64x2_extract_lane, v128, v128_and, v128_any_true, v128_bitselect, v128_not, v128_or,
};

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

/// Looks at sixteen letters of base64url and dots, and says which are dots, the first in the
/// lowest bit.
#[inline(always)]
pub(crate) fn dots(bytes: &[u8; 16], strange: &mut Strange) -> u16 {
    let bytes = load(bytes);
    let dots = u8x16_eq(bytes, u8x16_splat(b'.'));
    let letters = v128_bitselect(u8x16_splat(b'A'), bytes, dots);
    offsets(letters, [b'-', b'_'], strange);
    u8x16_bitmask(dots)
}

/// Writes the bytes that sixteen letters stand for.
#[inline(always)]
pub(crate) fn decode(
    letters: &[u8; 16],
    last_two: [u8; 2],
    bytes: &mut [u8; 12],
    strange: &mut Strange,
) {
    let letters = load(letters);
    let values = u8x16_add(letters, offsets(letters, last_two, strange));
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

/// Whether sixteen bytes all stand for themselves inside a JSON text.
#[inline(always)]
pub(crate) fn all_plain(bytes: &[u8; 16]) -> bool {
    let bytes = load(bytes);
    let quotes = u8x16_eq(bytes, u8x16_splat(b'"'));
    let backslashes = u8x16_eq(bytes, u8x16_splat(b'\\'));
    // With a sign, what is no ASCII is below every control character.
    let others = i8x16_lt(bytes, u8x16_splat(0x20));
    !v128_any_true(either(either(quotes, backslashes), others))
}

#[inline(always)]
fn load(letters: &[u8; 16]) -> v128 {
    let (halves, _) = letters.as_chunks::<8>();
    let half = |index: usize| u64::from_le_bytes(halves[index]);
    u64x2(half(0), half(1))
}

/// What lies between each letter and its value.
#[inline(always)]
fn offsets(letters: v128, [sixty_two, sixty_three]: [u8; 2], strange: &mut Strange) -> v128 {
    let (upper, lower) = (run(letters, b'A', 26), run(letters, b'a', 26));
    let digit = run(letters, b'0', 10);
    let second_last = u8x16_eq(letters, u8x16_splat(sixty_two));
    let last = u8x16_eq(letters, u8x16_splat(sixty_three));
    let known = either(
        either(upper, lower),
        either(either(second_last, last), digit),
    );
    strange.0 = either(strange.0, v128_not(known));
    let letters = either(offset(upper, b'A', 0), offset(lower, b'a', 26));
    let others = either(
        offset(second_last, sixty_two, 62),
        offset(last, sixty_three, 63),
    );
    either(letters, either(others, offset(digit, b'0', 52)))
}

/// Where a letter is one of `count` from `first` on.
#[inline(always)]
fn run(letters: v128, first: u8, count: u8) -> v128 {
    u8x16_lt(u8x16_sub(letters, u8x16_splat(first)), u8x16_splat(count))
}

/// The way from `letter` to `value`, where there is one of its run.
#[inline(always)]
fn offset(here: v128, letter: u8, value: u8) -> v128 {
    v128_and(here, u8x16_splat(value.wrapping_sub(letter)))
}

#[inline(always)]
fn either(one: v128, other: v128) -> v128 {
    v128_or(one, other)
}
