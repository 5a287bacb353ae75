use alloc::vec::Vec;

use num_bigint::{BigInt, BigUint};

use super::reference::{bytes, order};
use crate::ed25519::scalar::Scalar;
use crate::ed25519::windows::{signed_windows, sparse_odd_digits};
use crate::seeded::Seeded;

/// Zero, one, the ends of the range and random scalars.
pub(super) fn scalars() -> Vec<BigUint> {
    let mut random = Seeded(2);
    let edges = [
        BigUint::from(0u8),
        BigUint::from(1u8),
        order() - 1u8,
        order() >> 1,
        order() >> 3,
    ];
    let powers = [28, 56, 251, 252].map(|exponent| BigUint::from(1u8) << exponent);
    let ones = [252, 140].map(|bits| (BigUint::from(1u8) << bits) - 1u8);
    let random = (0..40).map(|_| random.number(252));
    edges
        .into_iter()
        .chain(powers)
        .chain(ones)
        .chain(random)
        .collect()
}

pub(super) fn scalar(number: &BigUint) -> Scalar {
    Scalar::from_canonical_bytes(&bytes(number)).unwrap()
}

fn value(scalar: &Scalar) -> BigUint {
    let bits = (0..270).map(|position| scalar.bits(position, 1));
    bits.rev().fold(BigUint::from(0u8), |sum, bit| {
        (sum << 1) + u8::try_from(bit).unwrap()
    })
}

#[test]
fn a_scalar_is_below_the_order() {
    for number in scalars() {
        assert_eq!(value(&scalar(&number)), number);
    }
    let beyond = [
        order(),
        order() + 1u8,
        BigUint::from(1u8) << 253,
        (BigUint::from(1u8) << 256) - 1u8,
    ];
    for number in beyond {
        assert!(
            Scalar::from_canonical_bytes(&bytes(&number)).is_none(),
            "{number}"
        );
    }
}

#[test]
fn a_hash_is_reduced_modulo_the_order() {
    let mut random = Seeded(3);
    let highest = (BigUint::from(1u8) << 512) - 1u8;
    let highest_multiple = &highest / order() * order();
    let near_multiples = [order(), order() << 1, order() << 128, highest_multiple]
        .into_iter()
        .flat_map(|multiple| [&multiple - 1u8, multiple.clone(), multiple + 1u8]);
    let hashes = (0..500).map(|_| random.number(512));
    for hash in near_multiples
        .chain([BigUint::from(0u8), highest])
        .chain(scalars())
        .chain(hashes)
    {
        assert_eq!(
            value(&Scalar::from_wide_bytes(&bytes(&hash))),
            &hash % order()
        );
    }
}

#[test]
fn signed_windows_add_up_to_the_scalar() {
    for number in scalars() {
        for width in 4..=8 {
            let digits: Vec<i32> = signed_windows(&scalar(&number), width).collect();
            let sum = digits
                .iter()
                .rev()
                .fold(BigInt::from(0), |sum, digit| (sum << width) + digit);
            assert_eq!(sum, BigInt::from(number.clone()));
            let half = 1 << (width - 1);
            assert!(
                digits.iter().all(|digit| (1 - half..=half).contains(digit)),
                "{digits:?}"
            );
        }
    }
}

#[test]
fn sparse_digits_add_up_to_the_scalar() {
    for number in scalars() {
        for width in 4..=7 {
            let digits = sparse_odd_digits(&scalar(&number), width);
            let sum = digits
                .iter()
                .rev()
                .fold(BigInt::from(0), |sum, digit| (sum << 1) + digit);
            assert_eq!(sum, BigInt::from(number.clone()));
            assert!(digits.iter().all(|digit| *digit == 0 || digit % 2 != 0));
            assert!(
                digits
                    .iter()
                    .all(|digit| i32::from(*digit).abs() < 1 << (width - 1))
            );
            let apart = digits.windows(width as usize);
            assert!(
                apart
                    .into_iter()
                    .all(|few| few.iter().filter(|digit| **digit != 0).count() <= 1)
            );
        }
    }
}
