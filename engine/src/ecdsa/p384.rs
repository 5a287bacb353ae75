//! P-384: field of `p = 2^384 − 2^128 − 2^96 + 2^32 − 1` in fourteen limbs of
//! 28 bits, reduced by Montgomery's method with `R = 2^392`.
//!
//! | element | lower limbs | top limb |
//! |---|---|---|
//! | tight | up to ±(2^27 + 16) | up to ±2^21 |
//! | loose | twice that | twice that |
//! | canonical | `0..2^28` | `0..2^20` |
//!
//! `multiply` and `square` take loose factors, `tidy` takes up to thirteen times
//! the tight range, and all return tight elements. Columns stay below 2^61.

use super::any::AnyField;
use super::columns::columns;
use super::curve::{Curve, Parameters};
use super::digits;
use super::field::{self, Field, products};
use super::point;
use super::sum;
use crate::limb::Limb;
use crate::tables::Group;

/// The curve P-384 of NIST SP 800-186, known as secp384r1.
#[derive(Clone, Copy, Debug)]
pub struct P384;

const LIMB_BITS: u32 = 28;
/// What the top limb holds below 2^384.
const TOP_BITS: u32 = 20;
const PRIME: &str = "ffffffffffffffffffffffffffffffffffffffffffffffff\
                     fffffffffffffffeffffffff0000000000000000ffffffff";
const ORDER: &str = "ffffffffffffffffffffffffffffffffffffffffffffffff\
                     c7634d81f4372ddf581a0db248b0a77aecec196accc52973";

impl Field<14> for P384 {
    const LIMB_BITS: u32 = LIMB_BITS;
    const MODULUS: [i64; 14] = digits::limbs_of_hex(PRIME, LIMB_BITS);
    const ONE: [i64; 14] = digits::balanced(
        digits::power_of_two(14 * LIMB_BITS, &Self::MODULUS, LIMB_BITS),
        LIMB_BITS,
    );
    const ONE_SQUARED: [i64; 14] = digits::power_of_two(28 * LIMB_BITS, &Self::MODULUS, LIMB_BITS);
    const LOOSE_FACTORS: bool = true;
    const ANY: &'static AnyField = &AnyField::of::<Self, 14>(13);

    products!(14, [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26]);

    #[inline(always)]
    fn tidy<L: Limb>(a: &[L; 14]) -> [L; 14] {
        let mut limbs = *a;
        let (top, multiple) = limbs[13].split_balanced(TOP_BITS);
        limbs[0] = limbs[0] + multiple;
        limbs[1] = limbs[1] - (multiple << 4); // 2^32
        limbs[3] = limbs[3] + (multiple << 12); // 2^96
        limbs[4] = limbs[4] + (multiple << 16); // 2^128
        limbs[13] = top;
        field::carry_round(limbs, LIMB_BITS)
    }
}

/// Divides the columns by `R`: limb after limb, a multiple of the modulus makes
/// the lowest column vanish. As the modulus is −1 there, the multiple is the
/// column's low limb itself, and the products with it are shifts.
#[inline(always)]
fn reduce<L: Limb>(columns: [L; 27]) -> [L; 14] {
    let mut t = [L::constant(0); 28];
    t[..27].copy_from_slice(&columns);
    for i in 0..14 {
        let (multiple, carry) = t[i].split(LIMB_BITS);
        t[i + 1] = t[i + 1] + carry + (multiple << 4); // 2^32
        t[i + 3] = t[i + 3] - (multiple << 12); // 2^96
        t[i + 4] = t[i + 4] - (multiple << 16); // 2^128
        t[i + 13] = t[i + 13] + (multiple << 20); // 2^384
    }
    let [.., a, b, c, d, e, f, g, h, i, j, k, l, m, n] = t;
    field::carry_chain([a, b, c, d, e, f, g, h, i, j, k, l, m, n], LIMB_BITS)
}

pub(super) static CURVE: Curve = Curve::over::<P384, 14>(&Parameters {
    group: Group::P384,
    bits: 384,
    order: ORDER,
    coefficient: "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe814112\
         0314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
    base: [
        "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b98\
         59f741e082542a385502f25dbf55296c3a545e3872760ab7",
        "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147c\
         e9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
    ],
    // 110 additions for a verification; a comb has 394 KB.
    comb_width: 7,
    sum: sum::in_lanes::<P384, 14, i64>,
    double: point::double_any,
});
