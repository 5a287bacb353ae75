//! Field operations and scalars against big integers.

use super::any::{Any, invert_all, widened};
use super::curve::Curve;
use super::digits::{self, SCALAR_BITS};
use super::field::{Element, Field};
use super::number::Number;
use super::scalar::Scalar;
use super::{P256, P384, P521, p256, p384, p521};
use crate::seeded::Seeded;
use alloc::vec::Vec;
use num_bigint::{BigInt, BigUint};

fn value(limbs: &[i64], limb_bits: u32) -> BigInt {
    limbs
        .iter()
        .rev()
        .fold(BigInt::from(0), |sum, limb| (sum << limb_bits) + limb)
}

fn residue(number: &BigInt, modulus: &BigInt) -> BigInt {
    ((number % modulus) + modulus) % modulus
}

/// Compares operations on elements of all shapes with those on integers.
struct Comparison<C, const N: usize> {
    modulus: BigInt,
    /// The internal form's factor.
    one: BigInt,
    top_limb: i64,
    random: Seeded,
    curve: core::marker::PhantomData<C>,
}

impl<C: Field<N>, const N: usize> Comparison<C, N> {
    fn new(top_limb: i64) -> Self {
        Self {
            modulus: value(&C::MODULUS, C::LIMB_BITS),
            one: value(&C::ONE, C::LIMB_BITS),
            top_limb,
            random: Seeded(N as u64),
            curve: core::marker::PhantomData,
        }
    }

    /// A tight element.
    fn element(&mut self) -> Element<C, N> {
        let mut limbs = [0; N];
        let most = 1 << (C::LIMB_BITS - 1);
        for limb in &mut limbs {
            *limb = self.random.between(-most, most);
        }
        limbs[N - 1] = self.random.between(-self.top_limb, self.top_limb);
        Element::from_limbs(limbs)
    }

    /// The number an element stands for, times the internal factor.
    fn raw(&self, element: &Element<C, N>) -> BigInt {
        residue(&value(&element.limbs, C::LIMB_BITS), &self.modulus)
    }

    fn assert_product(&self, result: &Element<C, N>, product: BigInt) {
        let expected = residue(&product, &self.modulus);
        assert_eq!(
            residue(&(self.raw(result) * &self.one), &self.modulus),
            expected
        );
    }

    fn run(&mut self) {
        for _ in 0..500 {
            let [a, b, c, d] = core::array::from_fn(|_| self.element());
            let [ra, rb, rc, rd] = [&a, &b, &c, &d].map(|element| self.raw(element));
            self.assert_product(&a.times(&b), &ra * &rb);
            self.assert_product(&a.plus(&b).times(&c), (&ra + &rb) * &rc);
            self.assert_product(&a.squared(), &ra * &ra);
            let difference = Element::product_difference(&a, &b, &c, &d);
            self.assert_product(&difference, &ra * &rb - &rc * &rd);
            assert_eq!(
                self.raw(&a.plus(&b).tripled().tidied()),
                residue(&((&ra + &rb) * 3), &self.modulus)
            );
            assert_eq!(
                value(&a.minus(&b).any().canonical(), C::LIMB_BITS),
                residue(&(&ra - &rb), &self.modulus)
            );
            assert!(a.minus(&a).any().is_zero());
            assert_eq!(a.minus(&b).any().is_zero(), ra == rb);
            self.assert_any_agrees([&a, &b, &c, &d]);
        }
    }

    /// The operations on elements of whichever field are those of this one.
    fn assert_any_agrees(&self, [a, b, c, d]: [&Element<C, N>; 4]) {
        let [any_a, any_b, any_c, any_d] = [a, b, c, d].map(Element::any);
        let pairs = [
            (any_a.times(&any_b), a.times(b)),
            (any_a.squared(), a.squared()),
            (any_a.plus(&any_b), a.plus(b)),
            (any_a.minus(&any_b), a.minus(b)),
            (any_a.doubled(2), a.doubled(2)),
            (any_a.tripled().tidied(), a.tripled().tidied()),
            (any_a.negated(), a.negated()),
            (any_a.minus(&any_b).as_factor(), a.minus(b).as_factor()),
            (any_a.one(), a.one()),
            (
                Any::product_difference(&any_a, &any_b, &any_c, &any_d),
                Element::product_difference(a, b, c, d),
            ),
        ];
        for (any, element) in pairs {
            assert_eq!(any.limbs(), &widened(&element.limbs));
            assert_eq!(Element::<C, N>::from_any(&any).limbs, element.limbs);
        }
    }

    /// Inversion one by one and all at once.
    fn invert(&mut self) {
        let elements: Vec<_> = (0..20).map(|_| self.element().any()).collect();
        let one = Any::one_of(C::ANY);
        let mut inverses = elements.clone();
        invert_all(&mut inverses, &mut elements.clone());
        for (element, inverse) in elements.iter().zip(&inverses) {
            assert!(element.times(inverse).minus(&one).is_zero());
            assert!(element.inverse().minus(inverse).is_zero());
        }
        assert!(one.minus(&one).inverse().is_zero());
    }

    /// Multiples of the modulus in other limbs than zero's are zero as well.
    fn zeros(&self) {
        let modulus = Element::<C, N>::from_limbs(C::MODULUS);
        let mut multiple = modulus.minus(&modulus);
        for _ in 0..4 {
            assert!(multiple.any().is_zero() && multiple.negated().any().is_zero());
            assert!(!multiple.plus(&multiple.one()).any().is_zero());
            multiple = multiple.plus(&modulus);
        }
    }
}

#[test]
fn p256_field_operations_are_those_of_integers() {
    let mut comparison = Comparison::<P256, 9>::new(1 << 25);
    comparison.run();
    comparison.invert();
    comparison.zeros();
}

#[test]
fn p384_field_operations_are_those_of_integers() {
    let mut comparison = Comparison::<P384, 14>::new(1 << 21);
    comparison.run();
    comparison.invert();
    comparison.zeros();
}

#[test]
fn p521_field_operations_are_those_of_integers() {
    let mut comparison = Comparison::<P521, 18>::new(1 << 28);
    comparison.run();
    comparison.invert();
    comparison.zeros();
}

/// Scalars at the edges and in between, as big-endian halves of a signature.
fn scalars(curve: &Curve) -> Vec<BigUint> {
    let order = value(&curve.order.limbs().map(i64::from), SCALAR_BITS)
        .to_biguint()
        .unwrap();
    let one = BigUint::from(1u32);
    let mut scalars: Vec<_> = (0..curve.bits - 1)
        .step_by(7)
        .map(|bit| &one << bit)
        .collect();
    scalars.extend(
        (1..curve.bits - 1)
            .step_by(5)
            .map(|bit| (&one << bit) - 1u32),
    );
    scalars.extend((1..40u32).map(|part| &order / part - 1u32));
    scalars.push(&order / 3u32 * 2u32);
    scalars
}

fn read(curve: &Curve, number: &BigUint) -> Scalar {
    Scalar::from_signature_half(&number.to_bytes_be(), &curve.order).unwrap()
}

/// Both kinds of digits add up to the scalar and keep their promised ranges.
fn digits_add_up(curve: &Curve) {
    for number in scalars(curve) {
        let scalar = read(curve, &number);
        for width in 5..=8 {
            let windows = (curve.bits + 1).div_ceil(width) as usize;
            let window_digits: Vec<i64> = scalar
                .window_digits(width, windows)
                .map(i64::from)
                .collect();
            assert!(
                window_digits
                    .iter()
                    .all(|digit| digit.abs() <= 1 << (width - 1))
            );
            assert_eq!(value(&window_digits, width), number.clone().into());
        }
        let sparse_digits = scalar.sparse_digits(5, curve.bits).map(i64::from);
        assert!(
            sparse_digits
                .iter()
                .all(|digit| *digit == 0 || digit % 2 != 0 && digit.abs() < 16)
        );
        assert_eq!(value(&sparse_digits, 1), number.into());
    }
}

#[test]
fn digits_of_scalars_add_up() {
    digits_add_up(&p256::CURVE);
    digits_add_up(&p384::CURVE);
    digits_add_up(&p521::CURVE);
}

/// Quotients modulo the order, and the range of what is read.
fn scalars_divide(curve: &Curve) {
    let order = value(&curve.order.limbs().map(i64::from), SCALAR_BITS)
        .to_biguint()
        .unwrap();
    let all = scalars(curve);
    let digest = [0xff; 70];
    let full: BigUint = (BigUint::from(1u32) << curve.bits) - 1u32;
    for (numerator, denominator) in all.iter().zip(all.iter().rev()) {
        let numerators = [
            &read(curve, numerator),
            &Scalar::from_digest(&digest, curve.bits),
        ];
        let quotients = Scalar::quotients(curve, numerators, &read(curve, denominator));
        for (quotient, numerator) in quotients.iter().zip([numerator, &full]) {
            let limbs = quotient.field_limbs(curve.field.limb_bits);
            let quotient = value(&limbs, curve.field.limb_bits).to_biguint().unwrap();
            assert!(quotient < order);
            assert_eq!(quotient * denominator % &order, numerator % &order);
        }
    }
    let half = |number: &BigUint| Scalar::from_signature_half(&number.to_bytes_be(), &curve.order);
    assert!(half(&BigUint::from(0u32)).is_none());
    assert!(half(&order).is_none());
    assert!(half(&(&order - 1u32)).is_some());
}

#[test]
fn scalars_divide_modulo_the_order() {
    scalars_divide(&p256::CURVE);
    scalars_divide(&p384::CURVE);
    scalars_divide(&p521::CURVE);
}

#[test]
fn the_leftmost_bits_of_a_digest_count() {
    let read = |digest: &[u8], bits| {
        let limbs = Scalar::from_digest(digest, bits).field_limbs(29);
        value(&limbs, 29)
    };
    assert_eq!(read(&[], 256), BigInt::from(0));
    assert_eq!(read(&[1, 2], 256), BigInt::from(0x0102));
    assert_eq!(
        read(&[0xab; 64], 256),
        BigInt::from(BigUint::from_bytes_be(&[0xab; 32]))
    );
    assert_eq!(
        read(&[0xab; 65], 521),
        BigInt::from(BigUint::from_bytes_be(&[0xab; 65]))
    );
    assert_eq!(
        read(&[0xab; 66], 521),
        BigInt::from(BigUint::from_bytes_be(&[0xab; 66])) >> 7
    );
    assert_eq!(
        read(&[0xab; 90], 521),
        BigInt::from(BigUint::from_bytes_be(&[0xab; 66])) >> 7
    );
}

#[test]
fn repacked_limbs_keep_their_value() {
    let limbs = digits::limbs_of_bytes(&[0xa5; 48], 28);
    let repacked = digits::repack(&limbs, 28, SCALAR_BITS);
    assert_eq!(value(&repacked, SCALAR_BITS), value(&limbs, 28));
    assert_eq!(
        value(&limbs, 28),
        BigInt::from(BigUint::from_bytes_be(&[0xa5; 48]))
    );
}
