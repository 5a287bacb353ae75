//! Numbers modulo the order L = 2^252 + 277…493 of the base point.

use crate::limb::Limb;

const LIMB_BITS: u32 = 28;

/// L − 2^252, in limbs of 28 bits, least significant first. Nine limbs make
/// 252 bits, so a tenth one weighs −C modulo L.
const C: [i64; 5] = [0x0cf5_d3ed, 0x0126_31a5, 0x079c_d658, 0x0f9d_ea2f, 0x14de];

/// L, in the same limbs.
const L: [i64; 10] = [C[0], C[1], C[2], C[3], C[4], 0, 0, 0, 0, 1];

/// How many bits a scalar can have.
pub(super) const SCALAR_BITS: usize = 253;

/// A number in `0..L`, in ten limbs of 28 bits.
#[derive(Clone, Copy)]
pub(super) struct Scalar([i64; 10]);

impl Scalar {
    /// Reads a little-endian number; `None` unless it is below L (RFC 8032
    /// §5.1.7 step 1), for else a signature had more than one spelling.
    #[inline(never)]
    pub(super) fn from_canonical_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let limbs = limbs_from_bytes(bytes);
        limbs.iter().rev().lt(L.iter().rev()).then_some(Self(limbs))
    }

    /// Reads a little-endian number of 512 bits, modulo L.
    #[inline(never)]
    pub(super) fn from_wide_bytes(bytes: &[u8; 64]) -> Self {
        let near = fold(limbs_from_bytes(bytes));
        // In -2·L..L, so at most two additions follow.
        let mut limbs = add(near, L.map(|limb| -limb));
        while limbs[9] < 0 {
            limbs = add(limbs, L);
        }
        Self(limbs)
    }

    /// Bits `position..position + width` as a number; `width` is at most 28.
    /// Bits beyond the top are zero.
    pub(super) fn bits(&self, position: usize, width: u32) -> i32 {
        let place = position / LIMB_BITS as usize;
        let limb = |index: usize| self.0.get(index).copied().unwrap_or(0);
        let pair = limb(place) | limb(place + 1) << LIMB_BITS;
        let shifted = pair >> (position % LIMB_BITS as usize);
        // Lossless: the mask leaves 28 bits.
        (shifted & ((1 << width) - 1)) as i32
    }
}

/// Cuts little-endian bytes into limbs: seven bytes are two of them.
#[inline(never)]
fn limbs_from_bytes<const N: usize>(bytes: &[u8]) -> [i64; N] {
    let mut limbs = [0; N];
    for (pair, chunk) in limbs.chunks_exact_mut(2).zip(bytes.chunks(7)) {
        let value = chunk
            .iter()
            .rev()
            .fold(0, |sum, byte| sum << 8 | i64::from(*byte));
        pair[0] = value & ((1 << LIMB_BITS) - 1);
        pair[1] = value >> LIMB_BITS;
    }
    limbs
}

/// Brings a number below 2^512 to `-L..2·L`, keeping it modulo L.
pub(super) fn fold<T: Limb>(limbs: [T; 20]) -> [T; 10] {
    // 2^252·high + low = low − C·high, and C has 125 bits: what is above bit
    // 252 shrinks from 260 bits to 133, to 6 and to a sign.
    let first: [T; 15] = fold_once(&limbs);
    let second: [T; 10] = fold_once(&first);
    fold_once(&second)
}

/// Subtracts C times what stands above bit 252 from what stands below.
fn fold_once<T: Limb, const OUT: usize>(limbs: &[T]) -> [T; OUT] {
    let mut columns = [T::constant(0); OUT];
    let (low, high) = limbs.split_at(limbs.len().min(9));
    for (column, limb) in columns.iter_mut().zip(low) {
        *column = *limb;
    }
    subtract_products(&mut columns, high);
    carry_up(&mut columns);
    columns
}

/// Subtracts C times `high`.
#[inline(never)]
fn subtract_products<T: Limb>(columns: &mut [T], high: &[T]) {
    for (i, high) in high.iter().enumerate() {
        for (column, c) in columns.iter_mut().skip(i).zip(C) {
            *column = *column - high.factor() * T::constant(c).factor();
        }
    }
}

fn add(a: [i64; 10], b: [i64; 10]) -> [i64; 10] {
    let mut sum = a;
    for (limb, other) in sum.iter_mut().zip(b) {
        *limb += other;
    }
    carry_up(&mut sum);
    sum
}

/// Carries so that all limbs but the top one lie in `0..2^28`.
#[inline(never)]
fn carry_up<T: Limb>(columns: &mut [T]) {
    let Some((top, lower)) = columns.split_last_mut() else {
        return;
    };
    let mut carry = T::constant(0);
    for column in lower {
        (*column, carry) = (*column + carry).split(LIMB_BITS);
    }
    *top = *top + carry;
}
