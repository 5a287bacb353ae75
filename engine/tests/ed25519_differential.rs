//! The same verdicts as `ed25519-dalek`'s `verify_strict`, on signatures that
//! were made well and then spoilt in every way that came to mind.
//!
//! `COUNTERSIGN_FUZZ_CASES` says how many cases to run, `COUNTERSIGN_FUZZ_SEED`
//! where to start; a failure names the case.

// A test may fail by `unwrap`, also in its helpers.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod ed25519_spoilt;
mod ed25519_support;
mod support;

use countersign_engine::ed25519::PublicKey;
use curve25519_dalek::constants::EIGHT_TORSION;
use ed25519_dalek::{Signature, VerifyingKey};
use ed25519_spoilt::spoil;
use ed25519_support::{Judge, Signer, unreduced};
use support::seeded::{Seeded, cases, seed};

const DEFAULT_CASES: usize = 600;
const CASES_PER_KEY: usize = 100;

fn oracle(key: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    let key = VerifyingKey::from_bytes(key).unwrap();
    Signature::from_slice(signature)
        .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
}

#[test]
fn verdicts_agree_on_good_and_spoilt_signatures() {
    let cases = cases(DEFAULT_CASES);
    let mut random = Seeded(seed(20_261_122));
    let mut judge = Judge::new();
    let mut accepted = 0;
    for first in (0..cases).step_by(CASES_PER_KEY) {
        // Every other key is of mixed order.
        let torsion = random.below(8) * random.below(2);
        let signer = Signer::new(random.next(), torsion);
        let bytes = signer.public_key();
        let mut key = judge.key(&bytes).unwrap();
        for case in first..cases.min(first + CASES_PER_KEY) {
            let length = random.below(300);
            let mut message = random.bytes(length);
            let good = signer.sign(&message, 0).0;
            let signature = spoil(&mut random, &signer, &mut message, &good);
            let verdict = judge.verdict(&mut key, &message, &signature);
            assert_eq!(verdict, oracle(&bytes, &message, &signature), "case {case}");
            accepted += usize::from(verdict);
        }
    }
    assert!(
        cases < 100 || (cases / 50..cases / 2).contains(&accepted),
        "{accepted} of {cases}"
    );
}

#[test]
fn the_same_keys_are_refused() {
    let cases = cases(DEFAULT_CASES);
    let mut random = Seeded(seed(20_261_122));
    let mut accepted = 0;
    for case in 0..cases {
        let mut bytes: [u8; 32] = random.bytes(32).try_into().unwrap();
        match random.below(4) {
            0 => bytes = unreduced(random.below(19) as u8, random.below(2) == 0),
            1 => bytes = EIGHT_TORSION[random.below(8)].compress().to_bytes(),
            _ => {}
        }
        // Dalek reduces a y that is not reduced; the encoding tells.
        let oracle = VerifyingKey::from_bytes(&bytes).is_ok_and(|key| {
            let canonical = key.to_edwards().compress().to_bytes() == bytes;
            canonical && !key.is_weak()
        });
        assert_eq!(PublicKey::new(&bytes).is_ok(), oracle, "case {case}");
        accepted += usize::from(oracle);
    }
    assert!(
        cases < 100 || (cases / 8..cases / 2).contains(&accepted),
        "{accepted} of {cases}"
    );
}
