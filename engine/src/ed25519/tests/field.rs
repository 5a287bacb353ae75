use alloc::vec::Vec;

use num_bigint::BigUint;

use super::reference::{from_words, inverse, minus, p, value, words};
use crate::ed25519::field::{Fe, P};
use crate::ed25519::radix::{limbs_from_words, words_from_bytes, words_from_limbs};
use crate::seeded::Seeded;

const CASES: usize = 300;

/// Numbers below 2^255 around which reductions go wrong.
fn edges() -> Vec<BigUint> {
    let small = [0u32, 1, 2, 18, 19, 20, 1 << 28, (1 << 29) - 1, 1 << 29].map(BigUint::from);
    let near_p = small.iter().take(6).map(|number| p() - number);
    let above_p = small.iter().take(4).map(|number| p() + number);
    small.iter().cloned().chain(near_p).chain(above_p).collect()
}

/// Loose numbers: the edges, and random ones up to the ends of their range.
fn numbers(factor: i64) -> Vec<Fe> {
    let mut random = Seeded(factor as u64);
    let unpacked = edges()
        .into_iter()
        .map(|number| Fe::from_words(&words(&number)));
    unpacked
        .chain((0..CASES).map(|_| random.limbs(factor)))
        .collect()
}

#[test]
fn p_is_two_to_the_255_minus_19() {
    assert_eq!(from_words(&P), p());
}

#[test]
fn products_agree() {
    for (a, b) in numbers(3).into_iter().zip(numbers(4).into_iter().rev()) {
        assert_eq!(value(a * b), value(a) * value(b) % p());
    }
}

#[test]
fn squares_agree() {
    for a in numbers(3) {
        assert_eq!(value(a.square()), value(a) * value(a) % p());
    }
}

#[test]
fn sums_and_differences_agree() {
    for (a, b) in numbers(1).into_iter().zip(numbers(2).into_iter().rev()) {
        assert_eq!(value(a + b), (value(a) + value(b)) % p());
        assert_eq!(value(a - b), (value(a) + minus(&value(b))) % p());
        assert_eq!(value(-a), minus(&value(a)));
    }
}

#[test]
fn settling_keeps_the_value() {
    for a in numbers(4) {
        assert_eq!(value(a.settle()), value(a));
    }
}

#[test]
fn words_are_the_one_reduced_representation() {
    for a in numbers(4) {
        assert_eq!(from_words(&a.to_words()), value(a));
        assert_eq!(from_words(&(-a).to_words()), minus(&value(a)));
    }
}

#[test]
fn numbers_are_equal_modulo_p() {
    for a in numbers(2) {
        assert!(a.equals(a + Fe::from_words(&P)));
        assert!(!a.equals(a + Fe::ONE));
    }
}

#[test]
fn quotients_agree() {
    for (a, b) in numbers(3).into_iter().zip(numbers(2).into_iter().rev()) {
        assert_eq!(value(a.divide(b)), value(a) * inverse(&value(b)) % p());
    }
}

#[test]
fn powers_agree() {
    let exponent = (p() - 5u8) >> 3;
    for a in numbers(1).into_iter().step_by(10) {
        let power = a.settle().power_p_minus_5_over_8();
        assert_eq!(value(power), value(a).modpow(&exponent, &p()));
    }
}

#[test]
fn words_and_limbs_are_the_same_number() {
    let mut random = Seeded(1);
    let all_ones = (BigUint::from(1u8) << 255) - 1u8;
    for number in edges()
        .into_iter()
        .chain([all_ones])
        .chain((0..20).map(|_| random.number(255)))
    {
        for bits in [29, 30] {
            let limbs = limbs_from_words(&words(&number), bits);
            let sum = limbs.iter().rev().fold(BigUint::from(0u8), |sum, limb| {
                (sum << bits) + u32::try_from(*limb).unwrap()
            });
            assert_eq!(sum, number);
            assert_eq!(from_words(&words_from_limbs(&limbs, bits)), number);
        }
        let bytes = super::reference::bytes(&number);
        assert_eq!(from_words(&words_from_bytes(&bytes)), number);
    }
}
