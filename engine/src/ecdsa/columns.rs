//! Columns of products: column `K` gathers all products of limbs whose places
//! add up to `K`. Nothing is carried here.
//!
//! Each column is a function of its own, so that the compiler unrolls its short
//! loop and keeps the limbs in registers.

use crate::limb::Limb;

/// Column `K` of `a·b`.
#[inline(always)]
pub(super) fn product<L: Limb, const N: usize, const K: usize>([a, b]: [&[L::Factor; N]; 2]) -> L {
    let mut sum = L::constant(0);
    let mut i = K.saturating_sub(N - 1);
    while i < N && i <= K {
        sum = sum + a[i] * b[K - i];
        i += 1;
    }
    sum
}

/// Column `K` of `a²`: the products of different limbs occur twice.
#[inline(always)]
pub(super) fn square<L: Limb, const N: usize, const K: usize>([a]: [&[L::Factor; N]; 1]) -> L {
    let mut sum = L::constant(0);
    let mut i = K.saturating_sub(N - 1);
    while 2 * i < K {
        sum = sum + a[i] * a[K - i];
        i += 1;
    }
    sum = sum << 1;
    if K.is_multiple_of(2) {
        sum + a[K / 2] * a[K / 2]
    } else {
        sum
    }
}

/// Column `K` of `a·b − c·d`.
#[inline(always)]
pub(super) fn difference<L: Limb, const N: usize, const K: usize>(
    [a, b, c, d]: [&[L::Factor; N]; 4],
) -> L {
    product::<L, N, K>([a, b]) - product::<L, N, K>([c, d])
}

/// Lists the columns `K…` of one of the functions above.
macro_rules! columns {
    ($column:ident($operands:expr), [$($place:literal)*]) => {
        [$($crate::ecdsa::columns::$column::<L, _, $place>($operands)),*]
    };
}

pub(super) use columns;
