//! Field operations and scalars against big integers.

use super::curve::Parameters;
use super::digits;
use super::field::{Element, invert_all};
use super::scalar::{LIMB_BITS, Scalar};
use super::{P256, P384, P521};
use alloc::vec::Vec;
use num_bigint::{BigInt, BigUint};

/// SplitMix64: the same numbers in every run.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Any of `-magnitude..=magnitude`, often one of the ends.
    fn limb(&mut self, magnitude: i64) -> i64 {
        match self.next() % 4 {
            0 => magnitude,
            1 => -magnitude,
            _ => (self.next() % (2 * magnitude as u64 + 1)) as i64 - magnitude,
        }
    }
}

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
struct Comparison<C, const N: usize, const M: usize> {
    modulus: BigInt,
    /// The internal form's factor.
    one: BigInt,
    top_limb: i64,
    random: Seeded,
    curve: core::marker::PhantomData<C>,
}

impl<C: Parameters<N, M>, const N: usize, const M: usize> Comparison<C, N, M> {
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
        for limb in &mut limbs {
            *limb = self.random.limb(1 << (C::LIMB_BITS - 1));
        }
        limbs[N - 1] = self.random.limb(self.top_limb);
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
                value(&a.minus(&b).canonical(), C::LIMB_BITS),
                residue(&(&ra - &rb), &self.modulus)
            );
            assert!(a.minus(&a).is_zero());
            assert_eq!(a.minus(&b).is_zero(), ra == rb);
        }
    }

    /// Inversion one by one and all at once.
    fn invert(&mut self) {
        let elements: Vec<_> = (0..20).map(|_| self.element()).collect();
        let mut inverses = elements.clone();
        invert_all(&mut inverses, &mut elements.clone());
        for (element, inverse) in elements.iter().zip(&inverses) {
            assert!(element.times(inverse).minus(&Element::ONE).is_zero());
            assert!(element.inverse().minus(inverse).is_zero());
        }
        let zero = Element::<C, N>::ONE.minus(&Element::ONE);
        assert!(zero.inverse().is_zero());
    }

    /// Multiples of the modulus in other limbs than zero's are zero as well.
    fn zeros(&self) {
        let modulus = Element::<C, N>::from_limbs(C::MODULUS);
        let mut multiple = modulus.minus(&modulus);
        for _ in 0..4 {
            assert!(multiple.is_zero() && multiple.negated().is_zero());
            assert!(!multiple.plus(&Element::ONE).is_zero());
            multiple = multiple.plus(&modulus);
        }
    }
}

#[test]
fn p256_field_operations_are_those_of_integers() {
    let mut comparison = Comparison::<P256, 9, 9>::new(1 << 25);
    comparison.run();
    comparison.invert();
    comparison.zeros();
}

#[test]
fn p384_field_operations_are_those_of_integers() {
    let mut comparison = Comparison::<P384, 14, 13>::new(1 << 21);
    comparison.run();
    comparison.invert();
    comparison.zeros();
}

#[test]
fn p521_field_operations_are_those_of_integers() {
    let mut comparison = Comparison::<P521, 18, 18>::new(1 << 28);
    comparison.run();
    comparison.invert();
    comparison.zeros();
}

/// Scalars at the edges and in between, as big-endian halves of a signature.
fn scalars<C: Parameters<N, M>, const N: usize, const M: usize>() -> Vec<BigUint> {
    let order = value(&C::ORDER.limbs().map(i64::from), LIMB_BITS)
        .to_biguint()
        .unwrap();
    let one = BigUint::from(1u32);
    let mut scalars: Vec<_> = (0..C::BITS - 1).step_by(7).map(|bit| &one << bit).collect();
    scalars.extend((1..C::BITS - 1).step_by(5).map(|bit| (&one << bit) - 1u32));
    scalars.extend((1..40u32).map(|part| &order / part - 1u32));
    scalars.push(&order / 3u32 * 2u32);
    scalars
}

fn read<C: Parameters<N, M>, const N: usize, const M: usize>(number: &BigUint) -> Scalar<M> {
    Scalar::from_signature_half(&number.to_bytes_be(), &C::ORDER).unwrap()
}

/// Both kinds of digits add up to the scalar and keep their promised ranges.
fn digits_add_up<C: Parameters<N, M>, const N: usize, const M: usize>() {
    for number in scalars::<C, N, M>() {
        let scalar = read::<C, N, M>(&number);
        for width in 5..=8 {
            let windows = (C::BITS + 1).div_ceil(width) as usize;
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
        let sparse_digits = scalar.sparse_digits(5, C::BITS).map(i64::from);
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
    digits_add_up::<P256, 9, 9>();
    digits_add_up::<P384, 14, 13>();
    digits_add_up::<P521, 18, 18>();
}

/// Quotients modulo the order, and the range of what is read.
fn scalars_divide<C: Parameters<N, M>, const N: usize, const M: usize>() {
    let order = value(&C::ORDER.limbs().map(i64::from), LIMB_BITS)
        .to_biguint()
        .unwrap();
    let all = scalars::<C, N, M>();
    let digest = [0xff; 70];
    let full: BigUint = (BigUint::from(1u32) << C::BITS) - 1u32;
    for (numerator, denominator) in all.iter().zip(all.iter().rev()) {
        let numerators = [
            &read::<C, N, M>(numerator),
            &Scalar::from_digest(&digest, C::BITS),
        ];
        let quotients = Scalar::quotients::<C, N>(numerators, &read::<C, N, M>(denominator));
        for (quotient, numerator) in quotients.iter().zip([numerator, &full]) {
            let limbs = quotient.field_limbs::<N>(C::LIMB_BITS);
            let quotient = value(&limbs, C::LIMB_BITS).to_biguint().unwrap();
            assert!(quotient < order);
            assert_eq!(quotient * denominator % &order, numerator % &order);
        }
    }
    let half = |number: &BigUint| Scalar::from_signature_half(&number.to_bytes_be(), &C::ORDER);
    assert!(half(&BigUint::from(0u32)).is_none());
    assert!(half(&order).is_none());
    assert!(half(&(&order - 1u32)).is_some());
}

#[test]
fn scalars_divide_modulo_the_order() {
    scalars_divide::<P256, 9, 9>();
    scalars_divide::<P384, 14, 13>();
    scalars_divide::<P521, 18, 18>();
}

#[test]
fn the_leftmost_bits_of_a_digest_count() {
    let read = |digest: &[u8], bits| {
        let limbs = Scalar::<18>::from_digest(digest, bits).field_limbs::<18>(29);
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
    let limbs = digits::limbs_of_bytes::<14>(&[0xa5; 48], 28);
    let repacked = digits::repack::<14, 13>(&limbs, 28, LIMB_BITS);
    assert_eq!(value(&repacked, LIMB_BITS), value(&limbs, 28));
    assert_eq!(
        value(&limbs, 28),
        BigInt::from(BigUint::from_bytes_be(&[0xa5; 48]))
    );
}
