//! Text that decodes is the one encoding of what it decodes to, in every alphabet.

#![no_main]

use countersign::encoding::{Base64, decode_hex, encode_hex};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    for base64 in [Base64::Url, Base64::Standard] {
        if let Ok(bytes) = base64.decode(text) {
            assert_eq!(base64.encode(&bytes).as_bytes(), text);
        }
        let encoded = base64.encode(text);
        assert_eq!(base64.decode(encoded.as_bytes()).as_deref(), Ok(text));
    }
    if let Ok(bytes) = decode_hex(text) {
        assert!(encode_hex(&bytes).as_bytes().eq_ignore_ascii_case(text));
    }
});
