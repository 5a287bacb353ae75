//! Every verdict must be that of the RustCrypto curves, on signatures made at
//! random and then damaged, before and after a key's comb is built.
//!
//! `COUNTERSIGN_FUZZ_CASES` sets the number of keys for each curve.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, where a panic is a failure"
)]

mod ecdsa_oracle;
mod support;

use countersign_engine::TableStore;
use countersign_engine::ecdsa::PublicKey;
use ecdsa_oracle::{Oracle, OracleP256, OracleP384, OracleP521};
use support::seeded::{Seeded, cases};

/// Keys for each curve unless the environment says otherwise.
const DEFAULT_CASES: usize = 4;

/// Verifications of each key: enough to meet both paths.
const SIGNATURES: usize = 12;

/// Changes one bit, swaps the halves, or leaves the signature alone.
fn damage(random: &mut Seeded, signature: &mut [u8], digest: &mut [u8]) {
    match random.below(4) {
        0 => signature[random.below(signature.len())] ^= 1 << random.below(8),
        1 => digest[random.below(digest.len())] ^= 1 << random.below(8),
        2 => signature.rotate_left(signature.len() / 2),
        _ => {}
    }
}

fn agrees<O: Oracle>(seed: u64) {
    let mut random = Seeded(seed);
    let mut tables = TableStore::default();
    for case in 0..cases(DEFAULT_CASES) {
        let mut secret = random.bytes(O::FIELD_BYTES);
        secret[0] = 0;
        let oracle = O::new(&secret);
        let point = oracle.point();
        let (x, y) = point.split_at(O::FIELD_BYTES);
        let mut key = PublicKey::<O::Curve>::new(x, y).unwrap();
        for use_count in 0..SIGNATURES {
            let mut digest = random.bytes(O::FIELD_BYTES.min(64));
            let mut signature = oracle.sign(&digest);
            assert!(
                key.verify(&mut tables, &digest, &signature).is_ok(),
                "{seed}.{case}.{use_count}"
            );
            damage(&mut random, &mut signature, &mut digest);
            let verdict = key.verify(&mut tables, &digest, &signature).is_ok();
            assert_eq!(
                verdict,
                oracle.accepts(&digest, &signature),
                "{seed}.{case}.{use_count}"
            );
        }
    }
}

#[test]
fn p256_verdicts_are_those_of_the_oracle() {
    agrees::<OracleP256>(256);
}

#[test]
fn p384_verdicts_are_those_of_the_oracle() {
    agrees::<OracleP384>(384);
}

#[test]
fn p521_verdicts_are_those_of_the_oracle() {
    agrees::<OracleP521>(521);
}
