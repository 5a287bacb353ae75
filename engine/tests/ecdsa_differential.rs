//! Every verdict must be that of the RustCrypto curves, on signatures made at
//! random and then damaged, before and after a key's comb is built.
//!
//! `COUNTERSIGN_FUZZ_CASES` sets the number of keys for each curve.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, where a panic is a failure"
)]

use countersign_engine::TableStore;
use countersign_engine::ecdsa::{Curve, P256, P384, P521, PublicKey};

/// Keys for each curve unless the environment says otherwise.
const DEFAULT_CASES: usize = 4;

/// Verifications of each key: enough to meet both paths.
const SIGNATURES: usize = 12;

fn cases() -> usize {
    let from_environment = std::env::var("COUNTERSIGN_FUZZ_CASES");
    from_environment
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(DEFAULT_CASES)
}

/// SplitMix64: the same cases in every run.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }
}

/// One key of the oracle.
trait Oracle {
    type Curve: Curve;
    const FIELD_BYTES: usize;
    fn new(secret: &[u8]) -> Self;
    fn point(&self) -> Vec<u8>;
    fn sign(&self, digest: &[u8]) -> Vec<u8>;
    fn accepts(&self, digest: &[u8], signature: &[u8]) -> bool;
}

macro_rules! oracle {
    ($name:ident, $curve:ident, $krate:ident, $bytes:literal) => {
        struct $name($krate::ecdsa::SigningKey);

        impl Oracle for $name {
            type Curve = $curve;
            const FIELD_BYTES: usize = $bytes;

            fn new(secret: &[u8]) -> Self {
                Self($krate::ecdsa::SigningKey::from_slice(secret).unwrap())
            }

            fn point(&self) -> Vec<u8> {
                self.0.verifying_key().to_sec1_point(false).as_bytes()[1..].to_vec()
            }

            fn sign(&self, digest: &[u8]) -> Vec<u8> {
                use $krate::ecdsa::signature::hazmat::PrehashSigner;
                let signature: $krate::ecdsa::Signature = self.0.sign_prehash(digest).unwrap();
                signature.to_bytes().to_vec()
            }

            fn accepts(&self, digest: &[u8], signature: &[u8]) -> bool {
                use $krate::ecdsa::signature::hazmat::PrehashVerifier;
                let Ok(signature) = $krate::ecdsa::Signature::from_slice(signature) else {
                    return false;
                };
                self.0
                    .verifying_key()
                    .verify_prehash(digest, &signature)
                    .is_ok()
            }
        }
    };
}

oracle!(OracleP256, P256, p256, 32);
oracle!(OracleP384, P384, p384, 48);
oracle!(OracleP521, P521, p521, 66);

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
    for case in 0..cases() {
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
