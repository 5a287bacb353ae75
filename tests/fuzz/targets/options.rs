//! Options out of any JSON: accepted, or refused by naming an option or a key.

#![no_main]

use countersign::error::ErrorCode;
use countersign::jwt::{Verifier, VerifierOptions};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(text) = core::str::from_utf8(text) else {
        return;
    };
    let Ok(options) = VerifierOptions::from_json(text) else {
        return;
    };
    let resolved = options.resolve();
    if let Err(refusal) = resolved.and_then(|issuer| Verifier::new(vec![issuer])) {
        let expected = [ErrorCode::ConfigInvalid, ErrorCode::JwkInvalid];
        assert!(expected.contains(&refusal.code()), "{refusal}");
    }
});
