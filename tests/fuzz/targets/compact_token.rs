//! A token of anybody's making: judged without a panic, and never accepted.

#![no_main]

use std::cell::RefCell;

use countersign::jwt::{Call, Keyring, Verifier, VerifierOptions, bearer, dangerous_decode};
use countersign::time::UnixMillis;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static JUDGE: RefCell<(Verifier, Keyring)> = RefCell::new(judge());
}

/// Two keys, so that the fuzzer cannot guess a signature of either.
fn judge() -> (Verifier, Keyring) {
    let options = serde_json::json!({
        "issuer": "https://issuer.example",
        "audience": null,
        "jwks": r#"{"keys":[
            {"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
            {"kty":"EC","crv":"P-256","kid":"b","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
        ]}"#,
    });
    let options = VerifierOptions::from_json(&options.to_string()).expect("known options");
    Verifier::new(vec![options.resolve().expect("good options")]).expect("one issuer")
}

fuzz_target!(|token: &[u8]| {
    let now = UnixMillis::from_secs(1_300_000_000);
    JUDGE.with_borrow_mut(|(verifier, keyring)| {
        let call = Call {
            date: Some(now),
            ..Call::at(now)
        };
        let verdict = verifier.verify(keyring, token, call);
        let explanation = verifier.explain(keyring, token, call);
        assert_eq!(verdict.is_ok(), explanation.accepted());
        if let Err(refusal) = verdict {
            // What comes after the signature is reached by the seeds that are signed alone.
            assert_eq!(Some(refusal), explanation.refusal);
        }
    });
    if let Ok(decoded) = dangerous_decode(token) {
        for text in [&decoded.header, &decoded.payload] {
            serde_json::from_slice::<serde_json::Value>(text).expect("strict JSON");
        }
    }
    let _ = bearer([String::from_utf8_lossy(token).as_ref()]);
});
