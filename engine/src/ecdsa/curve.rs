//! What tells one short Weierstrass curve `y² = x³ − 3x + b` of prime order
//! from another.

use super::any::{Any, AnyField, Wide, widened};
use super::comb;
use super::digits;
use super::field::Field;
use super::number::Number;
use super::point::{Affine, Jacobian};
use super::scalar::{self, Scalar};
use super::sum::Sum;
use crate::inversion::{Limbs, Modulus};
use crate::tables::Group;

/// The numbers of a curve, as standards write them: in hexadecimal.
pub(super) struct Parameters {
    /// Tells its tables from other curves'.
    pub(super) group: Group,
    /// The bits of the field's modulus, and of the group's order as well.
    pub(super) bits: u32,
    /// The order `n` of the base point, a prime.
    pub(super) order: &'static str,
    /// The coefficient `b`.
    pub(super) coefficient: &'static str,
    /// The base point.
    pub(super) base: [&'static str; 2],
    /// The width of the windows in a comb, the base point's as well as a key's. One
    /// bit more saves an eighth of the additions and takes 1.7 times the memory and
    /// the time to build.
    pub(super) comb_width: u32,
    /// `sum::in_lanes`, or `sum::one_by_one` where code of the curve's own is not
    /// worth its size.
    pub(super) sum: Sum,
    /// `point::double`, or `point::double_any` where code of the curve's own is
    /// not worth its size.
    pub(super) double: Double,
}

/// Doubles a point a number of times.
pub(super) type Double = fn(Jacobian<Any>, u32) -> Jacobian<Any>;

/// A curve.
pub(super) struct Curve {
    pub(super) group: Group,
    pub(super) bits: u32,
    pub(super) field: &'static AnyField,
    pub(super) order: Modulus,
    /// The factor that a multiplication of scalars takes away.
    pub(super) scalar_factor: Limbs,
    coefficient: Wide,
    base: [Wide; 2],
    pub(super) comb: comb::Shape,
    /// How multiples from combs are added up.
    pub(super) sum: Sum,
    /// Doubles a point a number of times.
    pub(super) double: Double,
}

impl Curve {
    /// The curve over the field `F`.
    pub(super) const fn over<F: Field<N>, const N: usize>(parameters: &Parameters) -> Self {
        let length = F::ANY.prime.length();
        let order = widened(&digits::limbs_of_hex::<18>(
            parameters.order,
            digits::SCALAR_BITS,
        ));
        let order = Modulus::new(digits::narrow(&order), length);
        let [x, y] = parameters.base;
        Self {
            group: parameters.group,
            bits: parameters.bits,
            field: F::ANY,
            scalar_factor: scalar::factor(&order),
            order,
            coefficient: canonical::<F, N>(parameters.coefficient),
            base: [canonical::<F, N>(x), canonical::<F, N>(y)],
            comb: comb::Shape::new(parameters.bits, parameters.comb_width, N),
            sum: parameters.sum,
            double: parameters.double,
        }
    }

    /// The bytes of a coordinate and of either half of a signature.
    pub(super) const fn bytes(&self) -> usize {
        self.bits.div_ceil(8) as usize
    }

    pub(super) fn base_point(&self) -> Affine<Any> {
        let [x, y] = &self.base;
        Affine {
            x: Any::from_canonical(self.field, x),
            y: Any::from_canonical(self.field, y),
        }
    }

    /// Says whether `y² = x³ − 3x + b`.
    pub(super) fn contains(&self, point: &Affine<Any>) -> bool {
        defect(point, &Any::from_canonical(self.field, &self.coefficient)).is_zero()
    }

    /// Reads a scalar as an element of the field.
    pub(super) fn element(&self, scalar: &Scalar) -> Any {
        Any::from_canonical(self.field, &scalar.field_limbs(self.field.limb_bits))
    }
}

/// A constant in the canonical limbs of a field.
const fn canonical<F: Field<N>, const N: usize>(hex: &str) -> Wide {
    widened(&digits::limbs_of_hex::<N>(hex, F::LIMB_BITS))
}

/// Computes `y² − x·(x² − 3) − b`.
pub(super) fn defect<E: Number>(point: &Affine<E>, coefficient: &E) -> E {
    let Affine { x, y } = point;
    let cofactor = x.squared().minus(&x.one().tripled()).tidied();
    E::product_difference(y, y, x, &cofactor).minus(coefficient)
}
