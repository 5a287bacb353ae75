//! The long differential run: every answer of the engine against that of the
//! RustCrypto crates, on random and on purpose-built cases.
//!
//! `COUNTERSIGN_FUZZ_CASES` is the number of cases in all, `COUNTERSIGN_FUZZ_SEED`
//! where they start. [`MIX`] deals them out to the algorithms: what strains the
//! most new arithmetic for its time gets most. Half of the ECDSA and Ed25519
//! cases are left valid, for only a valid signature shows that a whole sum of
//! points came out right; the others are spoilt. `NOTES.md` has the command of
//! the recorded run.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, where a panic is a failure"
)]

mod ecdsa_oracle;
#[allow(dead_code, reason = "only its numbers are used here")]
mod ecdsa_reference;
mod ed25519_spoilt;
mod ed25519_support;
#[path = "fuzz/ecdsa.rs"]
mod fuzz_ecdsa;
#[path = "fuzz/ed25519.rs"]
mod fuzz_ed25519;
#[path = "fuzz/hashes.rs"]
mod fuzz_hashes;
#[path = "fuzz/rsa.rs"]
mod fuzz_rsa;
mod support;
#[path = "fuzz/tally.rs"]
mod tally;

use support::seeded::{cases, seed};
use tally::Tally;

/// Cases of an ordinary test run, all algorithms together.
const DEFAULT_CASES: usize = 4000;

/// How many of a thousand cases go to what.
const MIX: [(&str, usize); 7] = [
    ("P-256", 100),
    ("P-384", 30),
    ("P-521", 10),
    ("Ed25519", 280),
    ("RSA", 80),
    ("SHA-2", 250),
    ("HMAC", 250),
];

/// The share of an algorithm, as a tally to be filled, and its seed.
fn share(name: &'static str) -> (Tally, u64) {
    let total = cases(DEFAULT_CASES);
    let parts = MIX.iter().find(|(other, _)| *other == name).unwrap().1;
    let seed = seed(20_261_122) ^ (parts as u64) << 32;
    (Tally::new(name, total * parts / 1000), seed)
}

#[test]
fn the_mix_deals_out_every_case() {
    let dealt: usize = MIX.iter().map(|(_, parts)| parts).sum();
    assert_eq!(dealt, 1000);
}

#[test]
fn p256_agrees() {
    let (tally, seed) = share("P-256");
    fuzz_ecdsa::agrees::<ecdsa_oracle::OracleP256>(tally, seed);
}

#[test]
fn p384_agrees() {
    let (tally, seed) = share("P-384");
    fuzz_ecdsa::agrees::<ecdsa_oracle::OracleP384>(tally, seed);
}

#[test]
fn p521_agrees() {
    let (tally, seed) = share("P-521");
    fuzz_ecdsa::agrees::<ecdsa_oracle::OracleP521>(tally, seed);
}

#[test]
fn ed25519_agrees() {
    let (tally, seed) = share("Ed25519");
    fuzz_ed25519::agrees(tally, seed);
}

#[test]
fn rsa_agrees() {
    let (tally, seed) = share("RSA");
    fuzz_rsa::agrees(tally, seed);
}

#[test]
fn sha2_agrees() {
    let (tally, seed) = share("SHA-2");
    fuzz_hashes::digests_agree(tally, seed);
}

#[test]
fn hmac_agrees() {
    let (tally, seed) = share("HMAC");
    fuzz_hashes::tags_agree(tally, seed);
}
