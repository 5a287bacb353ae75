//! The instructions of `core::arch::wasm32` that the engine uses, one by one in plain Rust, after
//! the specification of WebAssembly ("Vector Instructions").

#![allow(non_camel_case_types)]

/// Sixteen bytes; the least significant byte of a lane comes first.
#[derive(Clone, Copy)]
pub(crate) struct v128([u8; 16]);

macro_rules! lanes {
    ($read:ident, $write:ident, $lane:ty, $count:literal) => {
        fn $read(self) -> [$lane; $count] {
            let (lanes, _) = self.0.as_chunks();
            core::array::from_fn(|at| <$lane>::from_le_bytes(lanes[at]))
        }

        fn $write(values: [$lane; $count]) -> Self {
            let mut bytes = [0; 16];
            let (lanes, _) = bytes.as_chunks_mut();
            for (lane, value) in lanes.iter_mut().zip(values) {
                *lane = value.to_le_bytes();
            }
            Self(bytes)
        }
    };
}

impl v128 {
    lanes!(i64s, of_i64s, i64, 2);
    lanes!(u64s, of_u64s, u64, 2);
    lanes!(i32s, of_i32s, i32, 4);
    lanes!(u32s, of_u32s, u32, 4);

    fn with(self, other: Self, lane: fn(u64, u64) -> u64) -> Self {
        let [[a, b], [c, d]] = [self.u64s(), other.u64s()];
        Self::of_u64s([lane(a, c), lane(b, d)])
    }
}

/// # Safety
/// Sixteen bytes must be readable there.
#[allow(unsafe_code)]
pub(crate) unsafe fn v128_load(from: *const v128) -> v128 {
    // SAFETY: the caller's promise; this read asks for no alignment.
    unsafe { from.read_unaligned() }
}

pub(crate) fn v128_and(a: v128, b: v128) -> v128 {
    a.with(b, |a, b| a & b)
}

pub(crate) fn v128_or(a: v128, b: v128) -> v128 {
    a.with(b, |a, b| a | b)
}

pub(crate) fn v128_xor(a: v128, b: v128) -> v128 {
    a.with(b, |a, b| a ^ b)
}

pub(crate) fn i64x2(first: i64, second: i64) -> v128 {
    v128::of_i64s([first, second])
}

pub(crate) fn i64x2_splat(value: i64) -> v128 {
    v128::of_i64s([value; 2])
}

pub(crate) fn i64x2_extract_lane<const LANE: usize>(a: v128) -> i64 {
    a.i64s()[LANE]
}

pub(crate) fn i64x2_add(a: v128, b: v128) -> v128 {
    a.with(b, u64::wrapping_add)
}

pub(crate) fn i64x2_sub(a: v128, b: v128) -> v128 {
    a.with(b, u64::wrapping_sub)
}

pub(crate) fn i64x2_neg(a: v128) -> v128 {
    v128::of_i64s(a.i64s().map(i64::wrapping_neg))
}

pub(crate) fn i64x2_shl(a: v128, bits: u32) -> v128 {
    v128::of_i64s(a.i64s().map(|lane| lane.wrapping_shl(bits)))
}

pub(crate) fn i64x2_extend_low_i32x4(a: v128) -> v128 {
    let [first, second, _, _] = a.i32s();
    v128::of_i64s([first.into(), second.into()])
}

pub(crate) fn i64x2_extend_high_i32x4(a: v128) -> v128 {
    let [_, _, first, second] = a.i32s();
    v128::of_i64s([first.into(), second.into()])
}

pub(crate) fn i64x2_extmul_low_i32x4(a: v128, b: v128) -> v128 {
    let [[a0, a1, ..], [b0, b1, ..]] = [a.i32s(), b.i32s()].map(|lanes| lanes.map(i64::from));
    v128::of_i64s([a0 * b0, a1 * b1])
}

pub(crate) fn u64x2(first: u64, second: u64) -> v128 {
    v128::of_u64s([first, second])
}

pub(crate) fn u64x2_extract_lane<const LANE: usize>(a: v128) -> u64 {
    a.u64s()[LANE]
}

pub(crate) fn u64x2_add(a: v128, b: v128) -> v128 {
    i64x2_add(a, b)
}

pub(crate) fn u64x2_shl(a: v128, bits: u32) -> v128 {
    i64x2_shl(a, bits)
}

pub(crate) fn u64x2_shr(a: v128, bits: u32) -> v128 {
    v128::of_u64s(a.u64s().map(|lane| lane.wrapping_shr(bits)))
}

pub(crate) fn u64x2_extmul_low_u32x4(a: v128, b: v128) -> v128 {
    let [[a0, a1, ..], [b0, b1, ..]] = [a.u32s(), b.u32s()].map(|lanes| lanes.map(u64::from));
    v128::of_u64s([a0 * b0, a1 * b1])
}

pub(crate) fn u64x2_extmul_high_u32x4(a: v128, b: v128) -> v128 {
    let [[.., a2, a3], [.., b2, b3]] = [a.u32s(), b.u32s()].map(|lanes| lanes.map(u64::from));
    v128::of_u64s([a2 * b2, a3 * b3])
}

pub(crate) fn i32x4_splat(value: i32) -> v128 {
    v128::of_i32s([value; 4])
}

pub(crate) fn i32x4_add(a: v128, b: v128) -> v128 {
    let (a, b) = (a.i32s(), b.i32s());
    v128::of_i32s(core::array::from_fn(|at| a[at].wrapping_add(b[at])))
}

pub(crate) fn i32x4_shl(a: v128, bits: u32) -> v128 {
    v128::of_i32s(a.i32s().map(|lane| lane.wrapping_shl(bits)))
}

/// Of the eight lanes of both, those with these numbers.
pub(crate) fn i32x4_shuffle<const A: usize, const B: usize, const C: usize, const D: usize>(
    a: v128,
    b: v128,
) -> v128 {
    let lanes = [a.i32s(), b.i32s()];
    v128::of_i32s([A, B, C, D].map(|at| lanes.as_flattened()[at]))
}

pub(crate) fn u32x4(a: u32, b: u32, c: u32, d: u32) -> v128 {
    v128::of_u32s([a, b, c, d])
}

pub(crate) fn u32x4_extract_lane<const LANE: usize>(a: v128) -> u32 {
    a.u32s()[LANE]
}

pub(crate) fn u32x4_shr(a: v128, bits: u32) -> v128 {
    v128::of_u32s(a.u32s().map(|lane| lane.wrapping_shr(bits)))
}

/// Of the 32 bytes of both, those with these numbers.
#[rustfmt::skip]
pub(crate) fn i8x16_shuffle<
    const A: usize, const B: usize, const C: usize, const D: usize,
    const E: usize, const F: usize, const G: usize, const H: usize,
    const I: usize, const J: usize, const K: usize, const L: usize,
    const M: usize, const N: usize, const O: usize, const P: usize,
>(a: v128, b: v128) -> v128 {
    let bytes = [a.0, b.0];
    v128([A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P].map(|at| bytes.as_flattened()[at]))
}
