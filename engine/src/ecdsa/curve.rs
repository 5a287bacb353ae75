//! What tells one short Weierstrass curve `y² = x³ − 3x + b` of prime order
//! from another.

use super::digits;
use super::field::{Element, Field};
use super::limb::Limb;
use super::scalar;
use crate::inversion::Modulus;
use crate::tables::Group;

/// The numbers of a curve. `M` limbs of 30 bits hold an element of its field or
/// a scalar in canonical form, for inversion.
pub(super) trait Parameters<const N: usize, const M: usize>: Field<N> {
    /// Tells its tables from other curves'.
    const GROUP: Group;
    /// The bits of the field's modulus, and of the group's order as well.
    const BITS: u32;
    /// The width of a comb's windows. One bit more saves an eighth of the
    /// additions and takes 1.7 times the memory and the time to build.
    const COMB_WIDTH: u32;
    /// The field's modulus `p`.
    const PRIME: Modulus<M>;
    /// The order `n` of the base point, a prime.
    const ORDER: Modulus<M>;
    /// The coefficient `b`, in canonical limbs.
    const COEFFICIENT: [i64; N];
    /// The base point, in canonical limbs.
    const BASE_X: [i64; N];
    /// See [`Parameters::BASE_X`].
    const BASE_Y: [i64; N];

    /// The bytes of a coordinate and of either half of a signature.
    const BYTES: usize = Self::BITS.div_ceil(8) as usize;

    /// The factor that a multiplication of scalars takes away.
    const SCALAR_FACTOR: [i32; M] = scalar::scalar_factor(&Self::ORDER);
}

/// Reads a modulus for [`Parameters`].
pub(super) const fn modulus<const M: usize>(hex: &str) -> Modulus<M> {
    Modulus::new(digits::narrow(digits::limbs_of_hex(hex, scalar::LIMB_BITS)))
}

/// Implements [`Field::invert`]: divides `ONE²`, since `a` holds the factor `ONE`.
pub(super) fn invert<C: Parameters<N, M>, const N: usize, const M: usize>(
    a: &[i64; N],
) -> [i64; N] {
    let repacked = |limbs| {
        digits::narrow(digits::repack::<N, M>(
            limbs,
            C::LIMB_BITS,
            scalar::LIMB_BITS,
        ))
    };
    let quotient = C::PRIME.divide(&repacked(&C::ONE_SQUARED), &repacked(a));
    digits::repack(&quotient.map(i64::from), scalar::LIMB_BITS, C::LIMB_BITS)
}

/// Says whether `y² = x³ − 3x + b`.
pub(super) fn contains<C: Parameters<N, M>, const N: usize, const M: usize>(
    x: &Element<C, N>,
    y: &Element<C, N>,
) -> bool {
    defect(
        x,
        y,
        &Element::ONE,
        &Element::from_canonical(C::COEFFICIENT),
    )
    .is_zero()
}

/// Computes `y² − x·(x² − 3) − b`.
pub(super) fn defect<F: Field<N>, const N: usize, L: Limb>(
    x: &Element<F, N, L>,
    y: &Element<F, N, L>,
    one: &Element<F, N, L>,
    coefficient: &Element<F, N, L>,
) -> Element<F, N, L> {
    let cofactor = x.squared().minus(&one.tripled()).tidied();
    Element::product_difference(y, y, x, &cofactor).minus(coefficient)
}
