//! One column of a product of long numbers, by the 128-bit vectors of wasm.

use core::arch::wasm32::{
    u64x2, u64x2_add, u64x2_extmul_high_u32x4, u64x2_extmul_low_u32x4, u64x2_extract_lane,
    u64x2_shl, v128, v128_and, v128_load,
};

/// A running sum of products of limbs, spread over the lanes of four vectors
/// and a scalar. The caller bounds the total below `2^64`; each part is smaller
/// still.
pub(crate) struct Column {
    even: Lanes,
    odd: Lanes,
    scalar: u64,
}

/// Sums of the products of the first two limbs of a group and of the others.
struct Lanes {
    low: v128,
    high: v128,
}

impl Column {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self {
            even: Lanes::ZERO,
            odd: Lanes::ZERO,
            scalar: 0,
        }
    }

    /// Adds the products of the limbs that stand side by side, in groups of
    /// four as far as both rows reach. Two groups at a time go to separate
    /// sums, so that one addition need not wait for the other.
    #[inline(always)]
    pub(crate) fn add(&mut self, left: &[u32], right: &[u32]) {
        let groups = left.len().min(right.len()) / 4;
        self.add_groups(groups, left, right);
    }

    /// Adds exactly `count` products, or none if a row is shorter.
    #[inline(always)]
    pub(crate) fn add_exactly(&mut self, count: usize, left: &[u32], right: &[u32]) {
        self.add_groups(count / 4, left, right);
        let (left, _) = left.as_chunks();
        let (right, _) = right.as_chunks();
        if let (Some(left), Some(right)) = (left.get(count / 4), right.get(count / 4)) {
            let counting = load(&MASKS[count % 4]);
            self.odd.add(v128_and(load(left), counting), load(right));
        }
    }

    #[inline(always)]
    fn add_groups(&mut self, groups: usize, left: &[u32], right: &[u32]) {
        let (Some(left), Some(right)) = (left.get(..4 * groups), right.get(..4 * groups)) else {
            return;
        };
        let (left, last_left) = left.as_chunks::<4>().0.as_chunks();
        let (right, last_right) = right.as_chunks::<4>().0.as_chunks();
        for ([a, b], [c, d]) in left.iter().zip(right) {
            self.even.add(load(a), load(c));
            self.odd.add(load(b), load(d));
        }
        if let ([left], [right]) = (last_left, last_right) {
            self.even.add(load(left), load(right));
        }
    }

    #[inline(always)]
    pub(crate) fn add_scalar(&mut self, product: u64) {
        self.scalar += product;
    }

    #[inline(always)]
    pub(crate) fn double(&mut self) {
        self.even.double();
        self.odd.double();
        self.scalar *= 2;
    }

    #[inline(always)]
    pub(crate) fn sum(&self) -> u64 {
        let sum = u64x2_add(self.even.sum(), self.odd.sum());
        self.scalar + u64x2_extract_lane::<0>(sum) + u64x2_extract_lane::<1>(sum)
    }
}

impl Lanes {
    const ZERO: Self = Self {
        low: u64x2(0, 0),
        high: u64x2(0, 0),
    };

    #[inline(always)]
    fn add(&mut self, left: v128, right: v128) {
        self.low = u64x2_add(self.low, u64x2_extmul_low_u32x4(left, right));
        self.high = u64x2_add(self.high, u64x2_extmul_high_u32x4(left, right));
    }

    #[inline(always)]
    fn double(&mut self) {
        self.low = u64x2_shl(self.low, 1);
        self.high = u64x2_shl(self.high, 1);
    }

    #[inline(always)]
    fn sum(&self) -> v128 {
        u64x2_add(self.low, self.high)
    }
}

/// Lanes that count in a last group of 0, 1, 2 or 3 limbs.
const MASKS: [[u32; 4]; 4] = [
    [0, 0, 0, 0],
    [u32::MAX, 0, 0, 0],
    [u32::MAX, u32::MAX, 0, 0],
    [u32::MAX, u32::MAX, u32::MAX, 0],
];

/// Reads four limbs by one load. Lanes put in one by one would have the
/// compiler join load and widening into an instruction that hosts do slowly.
#[inline(always)]
#[allow(unsafe_code)]
fn load(limbs: &[u32; 4]) -> v128 {
    // SAFETY: the reference is valid for the sixteen bytes that are read, and
    // the instruction asks for no alignment.
    unsafe { v128_load(limbs.as_ptr().cast()) }
}
