//! Products of numbers of nine limbs, column by column, without carries.
//!
//! Column `k` is the sum of all `a[i] · b[j]` with `i + j = k`. The sums are
//! spelt out because compilers turn the equivalent loops into vector code that
//! takes twice the time in WebAssembly with `simd128`.

use crate::limb::Limb;

/// Multiplies. Every column must stay within `i64`, which holds as long as
/// nine times the largest limb of `a` times the largest of `b` is below 2^63.
#[inline(always)]
pub(super) fn product<L: Limb>(a: &[L; 9], b: &[L; 9]) -> [L; 17] {
    let [a0, a1, a2, a3, a4, a5, a6, a7, a8] = a.map(L::factor);
    let [b0, b1, b2, b3, b4, b5, b6, b7, b8] = b.map(L::factor);
    [
        a0 * b0,
        a0 * b1 + a1 * b0,
        a0 * b2 + a1 * b1 + a2 * b0,
        a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0,
        a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0,
        a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0,
        a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0,
        a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0,
        a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0,
        a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1,
        a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2,
        a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3,
        a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4,
        a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5,
        a6 * b8 + a7 * b7 + a8 * b6,
        a7 * b8 + a8 * b7,
        a8 * b8,
    ]
}

/// Squares, with 45 multiplications for 81. Same bound as [`product`].
#[inline(always)]
pub(super) fn square<L: Limb>(a: &[L; 9]) -> [L; 17] {
    let [a0, a1, a2, a3, a4, a5, a6, a7, a8] = a.map(L::factor);
    [
        a0 * a0,
        twice(a0 * a1),
        twice(a0 * a2) + a1 * a1,
        twice(a0 * a3 + a1 * a2),
        twice(a0 * a4 + a1 * a3) + a2 * a2,
        twice(a0 * a5 + a1 * a4 + a2 * a3),
        twice(a0 * a6 + a1 * a5 + a2 * a4) + a3 * a3,
        twice(a0 * a7 + a1 * a6 + a2 * a5 + a3 * a4),
        twice(a0 * a8 + a1 * a7 + a2 * a6 + a3 * a5) + a4 * a4,
        twice(a1 * a8 + a2 * a7 + a3 * a6 + a4 * a5),
        twice(a2 * a8 + a3 * a7 + a4 * a6) + a5 * a5,
        twice(a3 * a8 + a4 * a7 + a5 * a6),
        twice(a4 * a8 + a5 * a7) + a6 * a6,
        twice(a5 * a8 + a6 * a7),
        twice(a6 * a8) + a7 * a7,
        twice(a7 * a8),
        a8 * a8,
    ]
}

#[inline(always)]
fn twice<L: Limb>(column: L) -> L {
    column + column
}
