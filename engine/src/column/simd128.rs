//! One column of a product of long numbers, by the 128-bit vectors of wasm.

use core::arch::wasm32::{
    u32x4, u64x2_add, u64x2_extmul_high_u32x4, u64x2_extmul_low_u32x4, u64x2_extract_lane,
    u64x2_shl, u64x2_splat, v128, v128_and,
};

/// A running sum of products of limbs, spread over the lanes of four vectors
/// and a scalar. The caller bounds the total below `2^64`; each part is smaller
/// still.
pub(crate) struct Column {
    even: [v128; 2],
    odd: [v128; 2],
    scalar: u64,
}

impl Column {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        let zero = u64x2_splat(0);
        Self {
            even: [zero; 2],
            odd: [zero; 2],
            scalar: 0,
        }
    }

    /// Adds the products of the limbs that stand side by side, in groups of
    /// four as far as both rows reach. Two groups at a time go to separate
    /// sums, so that one addition need not wait for the other.
    #[inline(always)]
    pub(crate) fn add(&mut self, left: &[u32], right: &[u32]) {
        let (left, _) = left.as_chunks::<4>();
        let (right, _) = right.as_chunks::<4>();
        let (left_pairs, left_rest) = left.as_chunks::<2>();
        let (right_pairs, right_rest) = right.as_chunks::<2>();
        for ([left, left_next], [right, right_next]) in left_pairs.iter().zip(right_pairs) {
            accumulate(&mut self.even, load(left), load(right));
            accumulate(&mut self.odd, load(left_next), load(right_next));
        }
        let groups = left.len().min(right.len());
        let _ = (left_rest, right_rest);
        if groups % 2 == 1
            && let (Some(left), Some(right)) = (left.get(groups - 1), right.get(groups - 1))
        {
            accumulate(&mut self.even, load(left), load(right));
        }
    }

    /// Adds exactly `count` products.
    #[inline(always)]
    pub(crate) fn add_exactly(&mut self, count: usize, left: &[u32], right: &[u32]) {
        let (left, _) = left.as_chunks::<4>();
        let (right, _) = right.as_chunks::<4>();
        let groups = count / 4;
        let whole = left.get(..groups).unwrap_or(left);
        self.add(whole.as_flattened(), right.as_flattened());
        if let (Some(left), Some(right)) = (left.get(groups), right.get(groups)) {
            let counting = load(&MASKS[count % 4]);
            accumulate(&mut self.odd, v128_and(load(left), counting), load(right));
        }
    }

    #[inline(always)]
    pub(crate) fn add_scalar(&mut self, product: u64) {
        self.scalar += product;
    }

    #[inline(always)]
    pub(crate) fn double(&mut self) {
        for sum in self.even.iter_mut().chain(&mut self.odd) {
            *sum = u64x2_shl(*sum, 1);
        }
        self.scalar *= 2;
    }

    #[inline(always)]
    pub(crate) fn sum(&self) -> u64 {
        let [low, high] = self.even;
        let [odd_low, odd_high] = self.odd;
        let sum = u64x2_add(u64x2_add(low, high), u64x2_add(odd_low, odd_high));
        self.scalar + u64x2_extract_lane::<0>(sum) + u64x2_extract_lane::<1>(sum)
    }
}

/// Lanes that count in a last group of 0, 1, 2 or 3 limbs.
const MASKS: [[u32; 4]; 4] = [
    [0, 0, 0, 0],
    [u32::MAX, 0, 0, 0],
    [u32::MAX, u32::MAX, 0, 0],
    [u32::MAX, u32::MAX, u32::MAX, 0],
];

#[inline(always)]
fn accumulate(sums: &mut [v128; 2], left: v128, right: v128) {
    sums[0] = u64x2_add(sums[0], u64x2_extmul_low_u32x4(left, right));
    sums[1] = u64x2_add(sums[1], u64x2_extmul_high_u32x4(left, right));
}

/// Compiles to one vector load.
#[inline(always)]
fn load(limbs: &[u32; 4]) -> v128 {
    u32x4(limbs[0], limbs[1], limbs[2], limbs[3])
}
