//! P-256: field of `p = 2^256 − 2^224 + 2^192 + 2^96 − 1` in nine limbs of 29
//! bits, reduced by Montgomery's method with `R = 2^261`.
//!
//! | element | lower limbs | top limb |
//! |---|---|---|
//! | tight | up to ±(2^28 + 16) | up to ±2^25 |
//! | loose | twice that | twice that |
//! | canonical | `0..2^29` | `0..2^24` |
//!
//! `multiply` and `square` take loose factors, `tidy` takes up to thirteen times
//! the tight range, and all return tight elements. Columns stay below 2^62.

use super::any::AnyField;
use super::columns::columns;
use super::curve::{Curve, Parameters};
use super::digits;
use super::field::{self, Field, products};
use super::point;
use super::sum;
use crate::limb::Limb;
use crate::pair::Pair;
use crate::tables::Group;

/// The curve P-256 of NIST SP 800-186, known as secp256r1 and prime256v1.
#[derive(Clone, Copy, Debug)]
pub struct P256;

const LIMB_BITS: u32 = 29;
/// What the top limb holds below 2^256.
const TOP_BITS: u32 = 24;
const PRIME: &str = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

impl Field<9> for P256 {
    const LIMB_BITS: u32 = LIMB_BITS;
    const MODULUS: [i64; 9] = digits::limbs_of_hex(PRIME, LIMB_BITS);
    const ONE: [i64; 9] = digits::balanced(
        digits::power_of_two(9 * LIMB_BITS, &Self::MODULUS, LIMB_BITS),
        LIMB_BITS,
    );
    const ONE_SQUARED: [i64; 9] = digits::power_of_two(18 * LIMB_BITS, &Self::MODULUS, LIMB_BITS);
    const LOOSE_FACTORS: bool = true;
    const ANY: &'static AnyField = &AnyField::of::<Self, 9>(9);

    products!(9, [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16]);

    #[inline(always)]
    fn tidy<L: Limb>(a: &[L; 9]) -> [L; 9] {
        let mut limbs = *a;
        let (top, multiple) = limbs[8].split_balanced(TOP_BITS);
        limbs[0] = limbs[0] + multiple;
        limbs[3] = limbs[3] - (multiple << 9); // 2^96
        limbs[6] = limbs[6] - (multiple << 18); // 2^192
        limbs[7] = limbs[7] + (multiple << 21); // 2^224
        limbs[8] = top;
        field::carry_round(limbs, LIMB_BITS)
    }
}

/// Divides the columns by `R`: limb after limb, a multiple of the modulus makes
/// the lowest column vanish. As the modulus is −1 there, the multiple is the
/// column's low limb itself, and the products with it are shifts.
#[inline(always)]
fn reduce<L: Limb>(columns: [L; 17]) -> [L; 9] {
    let mut t = [L::constant(0); 18];
    t[..17].copy_from_slice(&columns);
    for i in 0..9 {
        let (multiple, carry) = t[i].split(LIMB_BITS);
        t[i + 1] = t[i + 1] + carry;
        t[i + 3] = t[i + 3] + (multiple << 9); // 2^96
        t[i + 6] = t[i + 6] + (multiple << 18); // 2^192
        t[i + 7] = t[i + 7] - (multiple << 21); // 2^224
        t[i + 8] = t[i + 8] + (multiple << 24); // 2^256
    }
    let [.., a, b, c, d, e, f, g, h, i] = t;
    field::carry_chain([a, b, c, d, e, f, g, h, i], LIMB_BITS)
}

pub(super) static CURVE: Curve = Curve::over::<P256, 9>(&Parameters {
    group: Group::P256,
    bits: 256,
    order: ORDER,
    coefficient: "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
    base: [
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    ],
    // 58 additions for a verification, two at a time; each comb has 535 KB.
    comb_width: 9,
    sum: sum::in_lanes::<P256, 9, Pair>,
    double: point::double::<P256, 9>,
});
