//! Which RSA keys are taken, and the bounds of the public operation.
#![allow(clippy::unwrap_used)]

use countersign_engine::rsa::PublicKey;
use countersign_engine::{InvalidSignature, KeyError};

const F4: &[u8] = &[1, 0, 1];

#[test]
fn sizes_from_2048_to_8192_bits_are_taken() {
    for bits in [2048, 2049, 2055, 2056, 3072, 3554, 3555, 4096, 8191, 8192] {
        let key = PublicKey::new(&odd_modulus(bits), F4).unwrap();
        assert_eq!(key.bits(), bits);
        assert_eq!(key.size(), bits.div_ceil(8));
    }
}

#[test]
fn a_modulus_below_2048_bits_is_weak() {
    for bits in [1, 512, 1024, 2040, 2047] {
        assert_eq!(refusal(&odd_modulus(bits), F4), KeyError::WeakModulus);
    }
    assert_eq!(refusal(&[], F4), KeyError::WeakModulus);
    assert_eq!(refusal(&[0; 256], F4), KeyError::WeakModulus);
}

#[test]
fn zeros_in_front_add_no_strength() {
    let padded = [&[0; 128], &odd_modulus(1024)[..]].concat();
    assert_eq!(refusal(&padded, F4), KeyError::WeakModulus);
}

#[test]
fn an_even_modulus_is_weak() {
    let mut modulus = odd_modulus(2048);
    *modulus.last_mut().unwrap() = 0xfe;
    assert_eq!(refusal(&modulus, F4), KeyError::WeakModulus);
}

#[test]
fn a_modulus_above_8192_bits_is_too_long() {
    for bits in [8193, 8200, 16384] {
        assert_eq!(refusal(&odd_modulus(bits), F4), KeyError::Length);
    }
}

#[test]
fn odd_exponents_from_3_to_64_bits_are_taken() {
    let modulus = odd_modulus(2048);
    for exponent in [&[3][..], &[17], F4, &[0, 1, 0, 1], &[0xff; 8]] {
        assert!(PublicKey::new(&modulus, exponent).is_ok());
    }
}

#[test]
fn exponents_that_are_even_small_or_huge_are_refused() {
    let modulus = odd_modulus(2048);
    let huge: &[u8] = &[1, 0, 0, 0, 0, 0, 0, 0, 1];
    for exponent in [&[][..], &[0], &[1], &[0, 1], &[2], &[1, 0, 0], huge] {
        assert_eq!(refusal(&modulus, exponent), KeyError::Exponent);
    }
}

#[test]
fn zeros_in_front_of_the_modulus_are_skipped() {
    let modulus = odd_modulus(2048);
    let padded = [&[0], &modulus[..]].concat();
    let key = PublicKey::new(&padded, F4).unwrap();
    assert_eq!((key.bits(), key.size()), (2048, 256));
    let plain = PublicKey::new(&modulus, F4).unwrap();
    assert_eq!(power(&key, &[7; 256]), power(&plain, &[7; 256]));
}

#[test]
fn a_signature_must_be_as_long_as_the_modulus() {
    let key = PublicKey::new(&odd_modulus(2048), F4).unwrap();
    for length in [0, 1, 255, 257, 512] {
        let signature = vec![0; length];
        assert_eq!(power(&key, &signature), Err(InvalidSignature));
    }
}

#[test]
fn a_signature_must_be_below_the_modulus() {
    // Sizes of all remainders modulo byte and limb, and at both ends.
    let sizes = (2048..2304)
        .chain(3540..3580)
        .chain(4096..4112)
        .chain(8176..=8192);
    for bits in sizes {
        let modulus = odd_modulus(bits);
        let key = PublicKey::new(&modulus, F4).unwrap();
        let mut above = modulus.clone();
        *above.last_mut().unwrap() += 1;
        let mut below = modulus.clone();
        *below.last_mut().unwrap() -= 1;
        assert_eq!(power(&key, &modulus), Err(InvalidSignature));
        assert_eq!(power(&key, &above), Err(InvalidSignature));
        assert_eq!(power(&key, &vec![0xff; key.size()]), Err(InvalidSignature));
        for bit in bits % 8..8 * usize::from(bits % 8 > 0) {
            let mut single = vec![0; key.size()];
            single[0] = 1 << bit;
            assert_eq!(power(&key, &single), Err(InvalidSignature));
        }
        // n - 1 is -1, and an odd power of it is itself.
        assert_eq!(power(&key, &below), Ok(below.clone()));
    }
}

#[test]
fn zero_and_one_are_their_own_powers() {
    for bits in [2048, 3072, 4096, 8192] {
        let key = PublicKey::new(&odd_modulus(bits), F4).unwrap();
        let zero = vec![0; key.size()];
        assert_eq!(power(&key, &zero), Ok(zero.clone()));
        let mut one = zero;
        *one.last_mut().unwrap() = 1;
        assert_eq!(power(&key, &one), Ok(one.clone()));
    }
}

#[test]
fn a_small_power_is_the_plain_power() {
    let key = PublicKey::new(&odd_modulus(2048), &[3]).unwrap();
    let mut signature = vec![0; 256];
    signature[254..].copy_from_slice(&[1, 0]);
    let mut cube = vec![0; 256];
    cube[252..].copy_from_slice(&[1, 0, 0, 0]);
    assert_eq!(power(&key, &signature), Ok(cube));
}

#[test]
fn the_output_must_be_as_long_as_the_modulus_and_is_else_untouched() {
    let key = PublicKey::new(&odd_modulus(2048), F4).unwrap();
    for length in [0, 255, 257] {
        let mut out = vec![0x55; length];
        assert_eq!(key.power(&[1; 256], &mut out), Err(InvalidSignature));
        assert!(out.iter().all(|byte| *byte == 0x55));
    }
    let mut out = [0x55; 256];
    assert_eq!(key.power(&[0xff; 256], &mut out), Err(InvalidSignature));
    assert_eq!(out, [0x55; 256]);
}

#[test]
fn debug_output_shows_no_number_of_the_key() {
    let key = PublicKey::new(&odd_modulus(2048), F4).unwrap();
    assert_eq!(format!("{key:?}"), "rsa::PublicKey { bits: 2048, .. }");
}

/// An odd number of `bits` bits with a lowest byte that can be counted up and
/// down.
fn odd_modulus(bits: usize) -> Vec<u8> {
    let mut modulus = vec![0xc5; bits.div_ceil(8)];
    modulus[0] = 0xff >> (8 * modulus.len() - bits);
    *modulus.last_mut().unwrap() |= 1;
    modulus
}

fn power(key: &PublicKey, signature: &[u8]) -> Result<Vec<u8>, InvalidSignature> {
    let mut out = vec![0; key.size()];
    key.power(signature, &mut out).map(|()| out)
}

fn refusal(modulus: &[u8], exponent: &[u8]) -> KeyError {
    PublicKey::new(modulus, exponent).unwrap_err()
}
