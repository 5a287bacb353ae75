//! The curve in plain big integers: slow, and with nothing in common with the
//! code under test but the equations of RFC 8032 §5.1.

use num_bigint::{BigInt, BigUint, Sign};

use crate::ed25519::field::Fe;
use crate::ed25519::point::{Affine, Extended};
use crate::seeded::Seeded;

pub(super) fn p() -> BigUint {
    (BigUint::from(1u8) << 255) - 19u8
}

/// The order of the base point.
pub(super) fn order() -> BigUint {
    let c = BigUint::parse_bytes(b"27742317777372353535851937790883648493", 10).unwrap();
    (BigUint::from(1u8) << 252) + c
}

pub(super) fn inverse(number: &BigUint) -> BigUint {
    number.modpow(&(p() - 2u8), &p())
}

pub(super) fn minus(number: &BigUint) -> BigUint {
    (p() - number % p()) % p()
}

pub(super) fn d() -> BigUint {
    minus(&BigUint::from(121_665u32)) * inverse(&BigUint::from(121_666u32)) % p()
}

/// What the limbs of a number stand for, modulo p.
pub(super) fn value(number: Fe) -> BigUint {
    let weighted = number
        .0
        .iter()
        .rev()
        .fold(BigInt::from(0), |sum, limb| (sum << 29) + limb);
    let modulus = BigInt::from(p());
    ((weighted % &modulus + &modulus) % &modulus)
        .to_biguint()
        .unwrap()
}

pub(super) fn words(number: &BigUint) -> [u32; 8] {
    let mut digits = number.to_u32_digits();
    digits.resize(8, 0);
    digits.try_into().unwrap()
}

pub(super) fn from_words(words: &[u32; 8]) -> BigUint {
    BigUint::from_slice(words)
}

pub(super) fn bytes<const N: usize>(number: &BigUint) -> [u8; N] {
    let mut bytes = number.to_bytes_le();
    bytes.resize(N, 0);
    bytes.try_into().unwrap()
}

/// (x, y), both in `0..p`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) x: BigUint,
    pub(super) y: BigUint,
}

impl Point {
    pub(super) fn neutral() -> Self {
        Self {
            x: BigUint::from(0u8),
            y: BigUint::from(1u8),
        }
    }

    /// The point with this y and an even or odd x, if there is one.
    pub(super) fn with_y(y: BigUint, x_is_odd: bool) -> Option<Self> {
        let one = BigUint::from(1u8);
        let yy = &y * &y % p();
        let xx = (&yy + p() - &one) * inverse(&(d() * &yy + &one)) % p();
        let candidate = xx.modpow(&((p() + 3u8) >> 3), &p());
        let root_of_minus_one = BigUint::from(2u8).modpow(&((p() - 1u8) >> 2), &p());
        let roots = [candidate.clone(), candidate * root_of_minus_one % p()];
        let x = roots.into_iter().find(|root| root * root % p() == xx)?;
        let x = if x.bit(0) == x_is_odd { x } else { minus(&x) };
        (x.bit(0) == x_is_odd).then_some(Self { x, y })
    }

    /// B: y = 4/5, x even.
    pub(super) fn base() -> Self {
        let y = BigUint::from(4u8) * inverse(&BigUint::from(5u8)) % p();
        Self::with_y(y, false).unwrap()
    }

    /// The affine addition law.
    pub(super) fn add(&self, other: &Self) -> Self {
        let one = BigUint::from(1u8);
        let product = d() * &self.x * &other.x * &self.y * &other.y % p();
        let x = (&self.x * &other.y + &other.x * &self.y) * inverse(&(&one + &product));
        let y = (&self.y * &other.y + &self.x * &other.x) * inverse(&(&one + p() - &product));
        Self {
            x: x % p(),
            y: y % p(),
        }
    }

    pub(super) fn times(&self, scalar: &BigUint) -> Self {
        (0..scalar.bits()).rev().fold(Self::neutral(), |sum, bit| {
            let doubled = sum.add(&sum);
            if scalar.bit(bit) {
                doubled.add(self)
            } else {
                doubled
            }
        })
    }

    pub(super) fn negate(&self) -> Self {
        Self {
            x: minus(&self.x),
            y: self.y.clone(),
        }
    }

    /// A point of order 8, which generates all points of low order.
    pub(super) fn of_order_eight() -> Self {
        let points = (2u32..).filter_map(|y| Self::with_y(BigUint::from(y), false));
        let mut torsion = points.map(|point| point.times(&order()));
        let four = BigUint::from(4u8);
        torsion
            .find(|point| point.times(&four) != Self::neutral())
            .unwrap()
    }

    /// The same point for the code under test.
    pub(super) fn affine(&self) -> Affine {
        let [x, y] = [&self.x, &self.y].map(|number| Fe::from_words(&words(number)).settle());
        Affine { x, y }
    }
}

/// The point that coordinates under test stand for; T is checked on the way.
pub(super) fn point(extended: Extended) -> Point {
    let [x, y, z, t] = [extended.x, extended.y, extended.z, extended.t].map(value);
    assert_eq!(&x * &y % p(), &z * t % p(), "T is not X·Y/Z");
    let inverse_z = inverse(&z);
    Point {
        x: x * &inverse_z % p(),
        y: y * inverse_z % p(),
    }
}

impl Seeded {
    pub(super) fn number(&mut self, bits: u64) -> BigUint {
        let words: [u64; 8] = core::array::from_fn(|_| self.next());
        let digits: [u8; 64] = core::array::from_fn(|i| words[i / 8].to_le_bytes()[i % 8]);
        BigUint::from_bytes_le(&digits) >> (512 - bits)
    }

    /// Limbs of a number that is up to `factor` times a reduced one; often at
    /// the very end of the range.
    pub(super) fn limbs(&mut self, factor: i64) -> Fe {
        Fe(core::array::from_fn(|k| {
            let bound = factor * if k == 8 { 1 << 22 } else { 1 << 28 };
            self.between(-bound, bound)
        }))
    }
}

#[test]
fn the_reference_knows_its_base_point_and_order() {
    let base = Point::base();
    assert_eq!(base.times(&order()), Point::neutral());
    let eight = BigUint::from(8u8);
    assert_eq!(Point::of_order_eight().times(&eight), Point::neutral());
    assert_eq!(
        BigInt::from_biguint(Sign::Plus, order()) % 8,
        BigInt::from(5)
    );
}
