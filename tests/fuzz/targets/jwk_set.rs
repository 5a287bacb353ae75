//! A key endpoint's answer, a configured key, a PEM block: read or refused, and every key that
//! is read can be used without a panic.

#![no_main]

use countersign::jwk::{Jwk, JwkSet, MAX_KEYS};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    if let Ok(set) = JwkSet::parse(text) {
        assert!(set.len() + set.skipped() <= MAX_KEYS);
        for key in set.keys() {
            assert!(key.thumbprint().is_some(), "a set holds no secret");
        }
        let _ = set.algorithms();
    }
    if let Ok(key) = Jwk::from_json(text) {
        let _ = JwkSet::of(key);
    }
    if let Ok(text) = core::str::from_utf8(text)
        && let Ok(key) = Jwk::from_pem(text)
    {
        let _ = JwkSet::of(key);
    }
    if let Ok(secret) = Jwk::from_secret(text) {
        assert!(secret.thumbprint().is_none());
    }
});
