//! Keys and signatures that lax verifiers accept: points of low and of mixed
//! order, encodings that are not canonical, S beyond the order.

// A test may fail by `unwrap`, also in its helpers.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod ed25519_support;

use countersign_engine::ed25519::PublicKey;
use countersign_engine::{InvalidSignature, KeyError, TableStore};
use curve25519_dalek::Scalar;
use curve25519_dalek::constants::EIGHT_TORSION;
use ed25519_support::{Judge, JudgedKey, ORDER, Signer, unreduced, with_s_plus_order};

fn refusal(bytes: &[u8]) -> Option<KeyError> {
    PublicKey::new(bytes).err()
}

/// One signer's key, ready on all paths.
struct Verifier {
    judge: Judge,
    key: JudgedKey,
}

impl Verifier {
    fn of(signer: &Signer) -> Self {
        let mut judge = Judge::new();
        let key = judge.key(&signer.public_key()).unwrap();
        Self { judge, key }
    }

    fn accepts(&mut self, message: &[u8], signature: &[u8]) -> bool {
        self.judge.verdict(&mut self.key, message, signature)
    }
}

#[test]
fn a_key_has_32_bytes() {
    let key = Signer::new(1, 0).public_key();
    assert_eq!(refusal(&key), None);
    for length in [0, 1, 31] {
        assert_eq!(refusal(&key[..length]), Some(KeyError::Length));
    }
    assert_eq!(refusal(&[&key[..], &[0]].concat()), Some(KeyError::Length));
    assert_eq!(
        refusal(&[&key[..], &key[..]].concat()),
        Some(KeyError::Length)
    );
}

#[test]
fn keys_of_low_order_are_refused() {
    for point in EIGHT_TORSION {
        assert_eq!(
            refusal(point.compress().as_bytes()),
            Some(KeyError::LowOrder)
        );
    }
}

#[test]
fn keys_with_x_zero_and_a_sign_are_refused() {
    for y in [1u8, 0xec] {
        let mut bytes = if y == 1 { [0; 32] } else { [0xff; 32] };
        bytes[0] = y;
        bytes[31] |= 0x80;
        assert_eq!(refusal(&bytes), Some(KeyError::LowOrder));
    }
}

#[test]
fn keys_that_are_not_reduced_are_refused() {
    for excess in 0..19 {
        for sign in [false, true] {
            assert_eq!(
                refusal(&unreduced(excess, sign)),
                Some(KeyError::NonCanonical)
            );
        }
    }
}

#[test]
fn keys_off_the_curve_are_refused() {
    // There is no point with y = 2, nor with y = 7.
    for y in [2, 7] {
        let mut bytes = [0; 32];
        bytes[0] = y;
        assert_eq!(refusal(&bytes), Some(KeyError::NotOnCurve));
        bytes[31] = 0x80;
        assert_eq!(refusal(&bytes), Some(KeyError::NotOnCurve));
    }
}

#[test]
fn a_signature_has_64_bytes() {
    let signer = Signer::new(2, 0);
    let mut verifier = Verifier::of(&signer);
    let (signature, _) = signer.sign(b"message", 0);
    assert!(verifier.accepts(b"message", &signature));
    for length in [0, 1, 32, 63] {
        assert!(!verifier.accepts(b"message", &signature[..length]));
    }
    assert!(!verifier.accepts(b"message", &[&signature[..], &[0]].concat()));
    assert!(!verifier.accepts(b"message", &[&signature[..], &signature[..]].concat()));
}

#[test]
fn s_must_be_below_the_order() {
    let signer = Signer::new(3, 0);
    let mut verifier = Verifier::of(&signer);
    let (signature, _) = signer.sign(b"message", 0);
    let mut raised = signature;
    for multiple in 1..=14 {
        raised = with_s_plus_order(&raised);
        assert!(!verifier.accepts(b"message", &raised), "S + {multiple}·L");
    }
}

#[test]
fn s_at_the_ends_of_its_range_does_not_verify_by_itself() {
    let signer = Signer::new(4, 0);
    let mut verifier = Verifier::of(&signer);
    let (mut signature, _) = signer.sign(b"message", 0);
    let mut below = ORDER;
    below[0] -= 1;
    for s in [[0; 32], below, ORDER, [0xff; 32]] {
        signature[32..].copy_from_slice(&s);
        assert!(!verifier.accepts(b"message", &signature), "{s:?}");
    }
}

#[test]
fn r_of_low_order_is_refused_though_the_equation_holds() {
    // With R = T of low order and S = k·a, [S]B − [k]A is the neutral element;
    // so R = 0 satisfies the equation, and must be refused all the same.
    let signer = Signer::new(5, 0);
    let mut verifier = Verifier::of(&signer);
    for point in EIGHT_TORSION {
        let signature = signer.sign_with_nonce(b"message", Scalar::ZERO, point).0;
        assert!(!verifier.accepts(b"message", &signature));
    }
}

#[test]
fn r_that_is_not_reduced_is_refused() {
    let signer = Signer::new(6, 0);
    let mut verifier = Verifier::of(&signer);
    for excess in 0..19 {
        for sign in [false, true] {
            let r = unreduced(excess, sign);
            let s = signer.challenge(&r, b"message") * signer.secret();
            let signature = [r, s.to_bytes()].concat();
            assert!(
                !verifier.accepts(b"message", &signature),
                "p + {excess}, {sign}"
            );
        }
    }
}

#[test]
fn r_with_the_other_sign_is_refused() {
    let signer = Signer::new(7, 0);
    let mut verifier = Verifier::of(&signer);
    let (mut signature, _) = signer.sign(b"message", 0);
    signature[31] ^= 0x80;
    assert!(!verifier.accepts(b"message", &signature));
}

/// With A = a·B + i·T, R = r·B + j·T, T of order eight and S = r + k·a, the
/// equation without cofactor holds exactly if j + k·i is divisible by eight.
#[test]
fn components_of_low_order_must_cancel_in_the_equation() {
    let mut accepted = [0, 0];
    let mut judge = Judge::new();
    for i in 0..8 {
        let signer = Signer::new(8, i);
        let mut key = judge.key(&signer.public_key()).unwrap();
        for j in 0..8 {
            for message in [b"one", b"two"] {
                let (signature, k) = signer.sign(message, j);
                let expected = (j + usize::from(k.as_bytes()[0]) * i) % 8 == 0;
                let verdict = judge.verdict(&mut key, message, &signature);
                assert_eq!(verdict, expected, "i = {i}, j = {j}, {message:?}");
                accepted[usize::from(i > 0)] += usize::from(verdict);
            }
        }
    }
    // The honest key twice, and keys of mixed order about one time in eight.
    assert_eq!(accepted[0], 2);
    assert!(accepted[1] > 0);
}

#[test]
fn neither_key_nor_error_shows_bytes() {
    let key = PublicKey::new(&Signer::new(9, 0).public_key()).unwrap();
    assert_eq!(format!("{key:?}"), "ed25519::PublicKey { .. }");
    let mut key = key;
    let refused = key.verify(&mut TableStore::default(), b"", &[]);
    assert_eq!(refused, Err(InvalidSignature));
}
