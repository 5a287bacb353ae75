//! P-521: field of `p = 2^521 − 1` in eighteen limbs of 29 bits. As `2^522` is
//! 2 modulo `p`, columns beyond the eighteenth join the lower ones twice.
//!
//! | element | all limbs |
//! |---|---|
//! | tight | up to ±(2^28 + 32) |
//! | loose | twice that |
//! | canonical | `0..2^29`, the top one `0..2^28` |
//!
//! `multiply` takes one loose factor, `square` takes a tight one only, `tidy`
//! takes up to thirteen times the tight range, and all return tight elements. Columns stay below 0.6·2^63.

use super::any::AnyField;
use super::columns::columns;
use super::curve::{Curve, Parameters};
use super::digits;
use super::field::{self, Field, products};
use super::point;
use super::sum;
use crate::limb::Limb;
use crate::tables::Group;

/// The curve P-521 of NIST SP 800-186, known as secp521r1.
#[derive(Clone, Copy, Debug)]
pub struct P521;

const LIMB_BITS: u32 = 29;
const PRIME: &str = "1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
                     ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
const ORDER: &str = "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa\
                     51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409";

impl Field<18> for P521 {
    const LIMB_BITS: u32 = LIMB_BITS;
    const MODULUS: [i64; 18] = digits::limbs_of_hex(PRIME, LIMB_BITS);
    const ONE: [i64; 18] = digits::limbs_of_hex("1", LIMB_BITS);
    const ONE_SQUARED: [i64; 18] = Self::ONE;
    const LOOSE_FACTORS: bool = false;
    const ANY: &'static AnyField = &AnyField::of::<Self, 18>(18);

    products!(18, [
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17
        18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34
    ]);

    #[inline(never)]
    fn tidy<L: Limb>(a: &[L; 18]) -> [L; 18] {
        let mut limbs = *a;
        let (top, multiple) = limbs[17].split_balanced(LIMB_BITS);
        limbs[0] = limbs[0] + (multiple << 1); // 2^522
        limbs[17] = top;
        field::carry_round(limbs, LIMB_BITS)
    }
}

/// Joins the upper half to the lower one and carries twice around the end.
#[inline(always)]
fn reduce<L: Limb>(columns: [L; 35]) -> [L; 18] {
    let mut t = [L::constant(0); 18];
    t.copy_from_slice(&columns[..18]);
    for (low, high) in t.iter_mut().zip(&columns[18..]) {
        *low = *low + (*high << 1);
    }
    let mut limbs = field::carry_chain(t, LIMB_BITS);
    let (top, carry) = limbs[17].split_balanced(LIMB_BITS);
    limbs[17] = top;
    let (low, carry) = (limbs[0] + (carry << 1)).split_balanced(LIMB_BITS);
    limbs[0] = low;
    limbs[1] = limbs[1] + carry;
    limbs
}

pub(super) static CURVE: Curve = Curve::over::<P521, 18>(&Parameters {
    group: Group::P521,
    bits: 521,
    order: ORDER,
    coefficient: "051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e1\
         56193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
    base: [
        "0c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dba\
         a14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
        "11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c\
         97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
    ],
    // 174 additions for a verification; a comb has 401 KB.
    comb_width: 6,
    sum: sum::one_by_one,
    double: point::double_any,
});
