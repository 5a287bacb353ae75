//! Four neighbouring columns of a product of long numbers, by the 128-bit vectors of wasm.
//!
//! Their terms are nearly the same, so that what a column costs beside its products (finding its
//! limbs, starting and leaving a loop) is spent once for four.

use crate::vector::{
    u64x2, u64x2_add, u64x2_extmul_high_u32x4, u64x2_extmul_low_u32x4, u64x2_extract_lane,
    u64x2_shl, v128, v128_load,
};

/// Running sums of products of limbs, each spread over the lanes of a vector. The caller bounds
/// the totals below `2^64`; each lane is smaller still.
pub(crate) struct Columns([v128; 4]);

/// Four limbs that lie side by side.
type Group = [u32; 4];

impl Columns {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self([u64x2(0, 0); 4])
    }

    /// Adds the products of `count` limbs, an even number, with as many of `shifted`: for the
    /// first column from its start, for each further one from a limb later. Limbs are read up to
    /// the end of the last group of four, and of `shifted` one group more; where a row is too
    /// short for that, its end does not count.
    #[inline(always)]
    pub(crate) fn add(&mut self, count: usize, limbs: &[u32], shifted: &[u32]) {
        let (limbs, _) = limbs.as_chunks::<4>();
        let (shifted, _) = shifted.as_chunks::<4>();
        let whole = limbs.get(..count / 4).unwrap_or(limbs).iter();
        for (limbs, row) in whole.zip(shifted.windows(2)) {
            let limbs = load(limbs);
            self.add_each(row, |sum, row| {
                let sum = u64x2_add(sum, u64x2_extmul_low_u32x4(limbs, row));
                u64x2_add(sum, u64x2_extmul_high_u32x4(limbs, row))
            });
        }
        let last = shifted.get(count / 4..).unwrap_or_default();
        if let (2, Some(limbs)) = (count % 4, limbs.get(count / 4)) {
            let limbs = load(limbs);
            self.add_each(last, |sum, row| {
                u64x2_add(sum, u64x2_extmul_low_u32x4(limbs, row))
            });
        }
    }

    #[inline(always)]
    fn add_each(&mut self, row: &[Group], add: impl Fn(v128, v128) -> v128) {
        let [a, b, c, d] = self.0;
        self.0 = [
            add(a, shifted::<0>(row)),
            add(b, shifted::<1>(row)),
            add(c, shifted::<2>(row)),
            add(d, shifted::<3>(row)),
        ];
    }

    /// Doubles what has been added so far.
    #[inline(always)]
    pub(crate) fn double(&mut self) {
        self.0 = self.0.map(|sum| u64x2_shl(sum, 1));
    }

    /// The sums, from the first column to the last.
    #[inline(always)]
    pub(crate) fn sums(&self) -> [u64; 4] {
        self.0
            .map(|sum| u64x2_extract_lane::<0>(sum) + u64x2_extract_lane::<1>(sum))
    }
}

/// The four limbs of a row that begin with the one at `BY`.
#[inline(always)]
fn shifted<const BY: usize>(row: &[Group]) -> v128 {
    let limbs = row.as_flattened().get(BY..).and_then(<[_]>::first_chunk);
    load(limbs.unwrap_or(&[0; 4]))
}

/// Reads four limbs by one load. Lanes put in one by one would have the
/// compiler join load and widening into an instruction that hosts do slowly.
#[inline(always)]
#[allow(unsafe_code)]
fn load(limbs: &Group) -> v128 {
    // SAFETY: the reference is valid for the sixteen bytes that are read, and
    // the instruction asks for no alignment.
    unsafe { v128_load(limbs.as_ptr().cast()) }
}
