//! The compression function of SHA-256 (FIPS 180-4 §6.2.2) with its message schedule in the
//! 128-bit vectors of wasm, four words at a time: a third less time than word by word.

use super::compress::{nested_sum, round, sixteen_rounds, sum};
use super::constants::ROUNDS_32;
use crate::vector::{
    i8x16_shuffle, i32x4_add, i32x4_shl, i32x4_shuffle, i32x4_splat, u32x4, u32x4_extract_lane,
    u32x4_shr, u64x2, u64x2_shr, v128, v128_or, v128_xor,
};

/// Absorbs whole blocks into `state`.
#[inline(never)]
pub(super) fn compress_32(state: &mut [u32; 8], blocks: &[[u8; 64]]) {
    for block in blocks {
        let mut words = words_of(block);
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
        let (passes, _) = ROUNDS_32.as_chunks::<16>();
        for (pass, constants) in passes.iter().enumerate() {
            if pass > 0 {
                words = next_words(words);
            }
            let inputs = with_constants(words, constants);
            let input = |index: usize| lane(inputs[index / 4], index % 4);
            sixteen_rounds!(input, a b c d e f g h);
        }
        for (word, add) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *word = word.wrapping_add(add);
        }
    }
}

round!(u32, sum0: [2, 13, 22], sum1: sum [6, 11, 25]);

/// The sixteen words of a block, which are big-endian.
#[inline(always)]
fn words_of(block: &[u8; 64]) -> [v128; 4] {
    let (halves, _) = block.as_chunks::<8>();
    let half = |index: usize| u64::from_le_bytes(halves[index]);
    [0, 2, 4, 6].map(|at| {
        let bytes = u64x2(half(at), half(at + 1));
        i8x16_shuffle::<3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12>(bytes, bytes)
    })
}

/// What the rounds of one pass take in.
#[inline(always)]
fn with_constants(words: [v128; 4], constants: &[u32; 16]) -> [v128; 4] {
    let add = |at: usize| {
        let k = |index: usize| constants[4 * at + index];
        i32x4_add(words[at], u32x4(k(0), k(1), k(2), k(3)))
    };
    [add(0), add(1), add(2), add(3)]
}

#[inline(always)]
fn lane(words: v128, index: usize) -> u32 {
    match index {
        0 => u32x4_extract_lane::<0>(words),
        1 => u32x4_extract_lane::<1>(words),
        2 => u32x4_extract_lane::<2>(words),
        _ => u32x4_extract_lane::<3>(words),
    }
}

/// The sixteen words of the schedule that follow.
#[inline(always)]
fn next_words([a, b, c, d]: [v128; 4]) -> [v128; 4] {
    let e = next_four(a, b, c, d);
    let f = next_four(b, c, d, e);
    let g = next_four(c, d, e, f);
    [e, f, g, next_four(d, e, f, g)]
}

/// The four words that follow sixteen. Two of them depend on the other two.
#[inline(always)]
fn next_four(a: v128, b: v128, c: v128, d: v128) -> v128 {
    let zero = i32x4_splat(0);
    let before15 = i32x4_shuffle::<1, 2, 3, 4>(a, b);
    let before7 = i32x4_shuffle::<1, 2, 3, 4>(c, d);
    let sum = i32x4_add(i32x4_add(a, before7), small_sigma0(before15));
    let first = small_sigma1(i32x4_shuffle::<2, 2, 3, 3>(d, d));
    let sum = i32x4_add(sum, i32x4_shuffle::<0, 2, 4, 4>(first, zero));
    let second = small_sigma1(i32x4_shuffle::<0, 0, 1, 1>(sum, sum));
    i32x4_add(sum, i32x4_shuffle::<4, 4, 0, 2>(second, zero))
}

#[inline(always)]
fn small_sigma0(x: v128) -> v128 {
    let rotated = v128_xor(rotate_right(x, 7), rotate_right(x, 18));
    v128_xor(rotated, u32x4_shr(x, 3))
}

#[inline(always)]
fn rotate_right(x: v128, by: u32) -> v128 {
    v128_or(u32x4_shr(x, by), i32x4_shl(x, 32 - by))
}

/// Of two words that each stand twice: the lower half of a pair shifted is its word rotated. The
/// results are in the even lanes.
#[inline(always)]
fn small_sigma1(pairs: v128) -> v128 {
    let rotated = v128_xor(u64x2_shr(pairs, 17), u64x2_shr(pairs, 19));
    v128_xor(rotated, u32x4_shr(pairs, 10))
}
