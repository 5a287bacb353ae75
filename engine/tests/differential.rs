//! The same answers as the RustCrypto crates, on seeded random input and on
//! input made to strain carries.
//!
//! `COUNTERSIGN_FUZZ_CASES` sets the number of cases of each test:
//! `COUNTERSIGN_FUZZ_CASES=10000000 cargo test --release --test differential`.
#![allow(clippy::unwrap_used)]

mod support;

use ::hmac::{Hmac, KeyInit, Mac};
use ::sha2::Digest;
use countersign_engine::hmac::HmacKey;
use countersign_engine::rsa::PublicKey;
use countersign_engine::sha2::{Hash, Sha256, Sha384, Sha512};
use support::oracle::RsaCase;
use support::seeded::{Seeded, cases};

/// Signatures for each RSA key: making the oracle's key costs more than a power.
const SIGNATURES: usize = 8;

#[test]
fn digests_agree_however_the_input_is_cut() {
    let mut seeded = Seeded(1);
    for case in 0..cases(3000) {
        let length = seeded.below(600);
        let input = seeded.runs(length);
        assert_eq!(
            pieces::<Sha256>(&mut seeded, &input)[..],
            ::sha2::Sha256::digest(&input)[..],
            "case {case}"
        );
        assert_eq!(
            pieces::<Sha384>(&mut seeded, &input)[..],
            ::sha2::Sha384::digest(&input)[..],
            "case {case}"
        );
        assert_eq!(
            pieces::<Sha512>(&mut seeded, &input)[..],
            ::sha2::Sha512::digest(&input)[..],
            "case {case}"
        );
    }
}

#[test]
fn tags_agree_for_secrets_of_any_length() {
    let mut seeded = Seeded(2);
    for case in 0..cases(3000) {
        let length = seeded.below(300);
        let secret = seeded.bytes(length);
        let length = seeded.below(600);
        let input = seeded.runs(length);
        tag_agrees::<Sha256, Hmac<::sha2::Sha256>>(case, &secret, &input);
        tag_agrees::<Sha384, Hmac<::sha2::Sha384>>(case, &secret, &input);
        tag_agrees::<Sha512, Hmac<::sha2::Sha512>>(case, &secret, &input);
    }
}

#[test]
fn powers_agree_for_all_sizes_and_exponents() {
    let mut seeded = Seeded(3);
    let mut accepted = 0;
    let count = cases(2000);
    for case in 0..count.div_ceil(SIGNATURES) {
        let oracle = RsaCase::random(&mut seeded);
        let key = PublicKey::new(&oracle.modulus, &oracle.exponent.to_be_bytes()).unwrap();
        for _ in 0..SIGNATURES {
            let signature = oracle.signature(&mut seeded);
            let mut out = vec![0; key.size()];
            let power = key.power(&signature, &mut out).ok().map(|()| out);
            assert_eq!(power, oracle.power(&signature), "case {case}");
            accepted += usize::from(power.is_some());
        }
    }
    assert!(accepted > count / 2);
}

#[test]
fn the_largest_columns_do_not_overflow() {
    // All limbs of modulus, signature and quotient close to their maximum.
    for bits in [2048, 3554, 3555, 4096, 8191, 8192] {
        let mut modulus = vec![0xff; bits / 8 + usize::from(bits % 8 > 0)];
        modulus[0] = 0xff >> (8 * modulus.len() - bits);
        for low in [0xff, 0xfd, 0x01] {
            *modulus.last_mut().unwrap() = low;
            let oracle = RsaCase::new(modulus.clone(), 3);
            let key = PublicKey::new(&modulus, &[3]).unwrap();
            let mut signature = modulus.clone();
            for below in 0..16 {
                let last = signature.len() - 2;
                signature[last] = 0xfe - below;
                let mut out = vec![0; key.size()];
                key.power(&signature, &mut out).unwrap();
                assert_eq!(Some(out), oracle.power(&signature), "{bits} bits");
            }
        }
    }
}

/// Hashes the input in pieces of random length.
fn pieces<H: Hash>(seeded: &mut Seeded, mut input: &[u8]) -> Vec<u8> {
    let mut hash = H::new();
    while !input.is_empty() {
        let (piece, rest) = input.split_at(1 + seeded.below(input.len()));
        hash.update(piece);
        input = rest;
    }
    hash.finish().as_ref().to_vec()
}

fn tag_agrees<H: Hash, M: Mac + KeyInit>(case: usize, secret: &[u8], input: &[u8]) {
    let mut oracle = <M as KeyInit>::new_from_slice(secret).unwrap();
    oracle.update(input);
    let expected = oracle.finalize().into_bytes();
    let tag = HmacKey::<H>::new(secret).mac(input);
    assert_eq!(tag.as_ref(), &expected[..], "case {case}");
}
