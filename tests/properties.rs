//! What must hold for every input, shown on random ones.
//!
//! `COUNTERSIGN_FUZZ_CASES` replaces each property's number of cases.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::time::Duration;

use countersign::api::BaseUrl;
use countersign::encoding::{Base64, decode_hex, encode_hex, percent_encode};
use countersign::error::ErrorCode;
use countersign::http::Headers;
use countersign::json::{MAX_DEPTH, Object, Value as Member};
use countersign::jwk::{Jwk, JwkSet};
use countersign::jwt::{Header, Token, VerifierOptions, bearer, dangerous_decode};
use countersign::time::{NumericDate, UnixMillis};
use countersign::webhook::{Options, Scheme, Webhook};
use serde_json::{Map, Value, json};
use support::random::{Random, cases};
use support::{ALGORITHMS, CLAIMS, NOW, token, verifier, verify};

/// Claims that pass, with random ones beside them.
fn claims(random: &mut Random) -> Map<String, Value> {
    let mut claims = random.object(3);
    let good: Map<String, Value> = serde_json::from_str(CLAIMS).unwrap();
    claims.extend(good);
    claims
}

#[test]
fn what_is_signed_verifies_and_comes_out_as_it_went_in() {
    let mut random = Random::new(1);
    for alg in ALGORITHMS {
        let mut judge = verifier(alg, &[]);
        let signing_is_slow = alg.starts_with("RS") || alg.starts_with("PS") || alg == "ES512";
        for _ in 0..cases(if signing_is_slow { 4 } else { 40 }) {
            let claims = claims(&mut random);
            let text = Value::Object(claims).to_string();
            let verified = verify(&mut judge, &token(alg, &text)).unwrap();
            assert_eq!(verified.algorithm().as_str(), alg);
            assert_eq!(verified.payload(), text.as_bytes());
            // Read from the text, as the verifier's result is: numbers lose their last digit.
            let expected: Map<String, Value> = serde_json::from_str(&text).unwrap();
            assert_eq!(verified.claims::<Map<String, Value>>().unwrap(), expected);
        }
    }
}

/// Every bit of header, payload and signature, decoded, so that no flip is undone by a lenient
/// reader; the letters themselves are flipped in the test below.
#[test]
fn one_flipped_bit_in_any_part_never_verifies() {
    let mut random = Random::new(2);
    for alg in ALGORITHMS {
        let mut judge = verifier(alg, &[]);
        let good = token(alg, CLAIMS);
        assert!(verify(&mut judge, &good).is_ok());
        let parts: Vec<Vec<u8>> = good
            .split('.')
            .map(|part| Base64::Url.decode(part.as_bytes()).unwrap())
            .collect();
        for _ in 0..cases(60) {
            let mut forged = parts.clone();
            let part = random.below(3);
            let bit = random.below(8 * forged[part].len());
            forged[part][bit / 8] ^= 1 << (bit % 8);
            let forged: Vec<_> = forged.iter().map(|part| Base64::Url.encode(part)).collect();
            let verdict = verify(&mut judge, &forged.join("."));
            assert!(verdict.is_err(), "{alg}: bit {bit} of part {part}");
        }
    }
}

#[test]
fn one_flipped_bit_of_the_text_never_verifies() {
    for alg in ["HS256", "EdDSA"] {
        let mut judge = verifier(alg, &[]);
        let good = token(alg, CLAIMS).into_bytes();
        for bit in 0..8 * good.len() {
            let mut forged = good.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            let (verifier, keyring) = &mut judge;
            let call = countersign::jwt::Call::at(UnixMillis::from_secs(NOW));
            assert!(
                verifier.verify(keyring, &forged, call).is_err(),
                "bit {bit}"
            );
        }
    }
}

#[test]
fn base64_and_hex_give_back_what_they_took() {
    let mut random = Random::new(3);
    for _ in 0..cases(5_000) {
        let bytes = random.bytes(80);
        for base64 in [Base64::Url, Base64::Standard] {
            let text = base64.encode(&bytes);
            assert_eq!(base64.decode(text.as_bytes()).unwrap(), bytes);
        }
        let text = encode_hex(&bytes);
        assert_eq!(decode_hex(text.as_bytes()).unwrap(), bytes);
        assert_eq!(
            decode_hex(text.to_ascii_uppercase().as_bytes()).unwrap(),
            bytes
        );
    }
}

/// No two texts decode to the same bytes: what decodes at all is its own encoding.
#[test]
fn base64_text_that_decodes_is_the_encoding_of_what_it_decodes_to() {
    let mut random = Random::new(4);
    let mut decoded = 0;
    for _ in 0..cases(20_000) {
        let letters = b"AQgwEIMabcz019-_+/= \n";
        let text: Vec<u8> = (0..random.below(9))
            .map(|_| *random.pick(letters))
            .collect();
        for base64 in [Base64::Url, Base64::Standard] {
            if let Ok(bytes) = base64.decode(&text) {
                assert_eq!(base64.encode(&bytes).as_bytes(), text);
                decoded += 1;
            }
        }
    }
    assert!(decoded > 0);
}

#[test]
fn percent_encoding_leaves_only_unreserved_characters_and_can_be_read_back() {
    let mut random = Random::new(5);
    for _ in 0..cases(5_000) {
        let text = random.text(40);
        let mut encoded = String::new();
        percent_encode(&text, &mut encoded);
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~%".contains(&b);
        assert!(encoded.bytes().all(allowed), "{encoded}");
        assert_eq!(percent_decode(&encoded), text.as_bytes());
    }
}

fn percent_decode(text: &str) -> Vec<u8> {
    let (first, rest) = text
        .split_once('%')
        .map_or((text, None), |(a, b)| (a, Some(b)));
    let mut bytes = first.as_bytes().to_vec();
    for escape in rest.into_iter().flat_map(|rest| rest.split('%')) {
        let (digits, plain) = escape.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        bytes.extend_from_slice(plain.as_bytes());
    }
    bytes
}

/// The one reader of JSON here and the usual one see the same members, kinds and meanings.
#[test]
fn json_objects_read_as_serde_json_reads_them() {
    let mut random = Random::new(6);
    for _ in 0..cases(3_000) {
        let expected = random.object(4);
        let value = Value::Object(expected.clone());
        let text = match random.chance(50) {
            true => value.to_string(),
            false => serde_json::to_string_pretty(&value).unwrap(),
        };
        let object = Object::parse(text.as_bytes()).unwrap();
        assert_same_object(&object, &expected);
    }
}

fn assert_same_object(object: &Object<'_>, expected: &Map<String, Value>) {
    assert_eq!(object.members().count(), expected.len());
    for (name, value) in expected {
        assert_same(object.member(name).unwrap(), value);
    }
}

fn assert_same(member: Member<'_>, expected: &Value) {
    match (member, expected) {
        (Member::Null, Value::Null) => {}
        (Member::Bool(a), Value::Bool(b)) => assert_eq!(a, *b),
        (Member::Number(_), Value::Number(b)) => {
            let (a, b) = (member.as_f64().unwrap(), b.as_f64().unwrap());
            // Neither is exact where a number has more digits than any date or count.
            assert!((a - b).abs() <= a.abs() * 64.0 * f64::EPSILON, "{a} {b}");
        }
        (Member::String(_), Value::String(b)) => assert_eq!(member.as_str().unwrap(), *b),
        (Member::Array(_), Value::Array(b)) => {
            let elements = member.as_array().unwrap();
            assert_eq!(elements.len(), b.len());
            for (element, value) in elements.into_iter().zip(b) {
                assert_same(element, value);
            }
        }
        (Member::Object(text), Value::Object(b)) => match member.as_object() {
            Some(object) => assert_same_object(&object, b),
            None => assert!(has_duplicate(text.as_bytes(), b), "{text}"),
        },
        other => panic!("{other:?}"),
    }
}

/// Texts that are JSON no longer: never a panic, and never accepted where the usual reader
/// refuses. The other way round only duplicates and depth are refused besides.
#[test]
fn broken_json_is_refused_wherever_serde_json_refuses_it() {
    let mut random = Random::new(7);
    let mut refused = 0;
    for _ in 0..cases(20_000) {
        let mut text = Value::Object(random.object(3)).to_string().into_bytes();
        for _ in 0..1 + random.below(2) {
            let at = random.below(text.len());
            match random.below(3) {
                0 => text[at] = *random.pick(b"{}[]\",:\\u0e-+. \n\x00\xff"),
                1 => drop(text.remove(at)),
                _ => text.insert(at, *random.pick(b"{}[]\",:\\u0e-+. \n\x00\xff")),
            }
            if text.is_empty() {
                break;
            }
        }
        let theirs = serde_json::from_slice::<Map<String, Value>>(&text);
        match Object::parse(&text) {
            Ok(object) => assert_same_object(&object, &theirs.unwrap()),
            Err(_) => {
                refused += 1;
                if let Ok(members) = theirs {
                    let shown = String::from_utf8_lossy(&text);
                    assert!(has_duplicate(&text, &members), "{shown}");
                }
            }
        }
    }
    assert!(refused > 0);
}

/// Whether the text has more top-level members than distinct names.
fn has_duplicate(text: &[u8], members: &Map<String, Value>) -> bool {
    struct Count(usize);
    impl<'de> serde::Deserialize<'de> for Count {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Count;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(
                    self,
                    mut map: A,
                ) -> Result<Count, A::Error> {
                    let mut count = 0;
                    while map.next_entry::<String, Value>()?.is_some() {
                        count += 1;
                    }
                    Ok(Count(count))
                }
            }
            deserializer.deserialize_map(Visitor)
        }
    }
    serde_json::from_slice::<Count>(text).unwrap().0 > members.len()
}

#[test]
fn json_may_nest_to_the_depth_limit_and_no_deeper() {
    let nested = |levels: usize| {
        let inside = levels - 1; // the object around is a level itself
        format!("{{\"a\":{}{}}}", "[".repeat(inside), "]".repeat(inside))
    };
    let limit = MAX_DEPTH as usize;
    assert!(Object::parse(nested(limit).as_bytes()).is_ok());
    assert!(Object::parse(nested(limit + 1).as_bytes()).is_err());
    assert!(Object::parse(nested(100_000).as_bytes()).is_err());
}

/// At every moment a date has passed, lies ahead, or neither; with a tolerance that is not
/// negative never both.
#[test]
fn time_comparisons_are_total() {
    let mut random = Random::new(8);
    let edges = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        f64::EPSILON,
        9_007_199_254_740_993.0,
        NOW as f64,
    ];
    for _ in 0..cases(50_000) {
        let secs = match random.chance(30) {
            true => *random.pick(&edges),
            false => f64::from_bits(random.next()),
        };
        let Some(date) = NumericDate::new(secs) else {
            assert!(!secs.is_finite());
            continue;
        };
        let now = UnixMillis::new(random.next() >> random.below(64));
        let tolerance = Duration::new(random.next() >> random.below(64), 0);
        let (passed, ahead) = (
            date.has_passed(now, tolerance),
            date.is_ahead(now, tolerance),
        );
        assert!(!(passed && ahead), "{secs} {now:?} {tolerance:?}");
        // Later can only turn "ahead" off and "passed" on.
        let later = now.after(Duration::from_millis(random.next() >> random.below(64)));
        assert!(later >= now);
        assert!(!passed || date.has_passed(later, tolerance));
        assert!(ahead || !date.is_ahead(later, tolerance));
        // Without a tolerance one of the two holds, or now is the very second.
        let (passed, ahead) = (
            date.has_passed(now, Duration::ZERO),
            date.is_ahead(now, Duration::ZERO),
        );
        assert!(passed != ahead, "{secs} {now:?}");
        let _ = date.to_millis();
    }
}

/// Options out of random JSON: accepted, or refused with a code of a configuration error.
#[test]
fn options_of_any_json_are_accepted_or_refused_in_words() {
    const NAMES: [&str; 18] = [
        "issuer",
        "audience",
        "jwksUri",
        "jwksFallbackUris",
        "jwks",
        "jwk",
        "pem",
        "secret",
        "algorithms",
        "subject",
        "typ",
        "requiredClaims",
        "clockTolerance",
        "maxTokenAge",
        "cacheMaxAge",
        "timeoutDuration",
        "rolesClaim",
        "headers",
    ];
    let mut random = Random::new(9);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..cases(4_000) {
        let mut options = Map::new();
        for _ in 0..random.below(6) {
            options.insert((*random.pick(&NAMES)).to_owned(), option_value(&mut random));
        }
        let Ok(options) = VerifierOptions::from_json(&Value::Object(options).to_string()) else {
            continue;
        };
        match options.resolve() {
            Ok(_) => accepted += 1,
            Err(error) => {
                let code = error.code();
                let expected = [ErrorCode::ConfigInvalid, ErrorCode::JwkInvalid];
                assert!(expected.contains(&code), "{error}");
                refused += 1;
            }
        }
    }
    assert!(accepted > 0 && refused > 0, "{accepted} and {refused}");
}

fn option_value(random: &mut Random) -> Value {
    match random.below(10) {
        0 => json!("https://issuer.example"),
        1 => json!(support::ED25519),
        2 => json!(support::SECRET),
        3 => json!(["EdDSA"]),
        4 => json!("5 min"),
        5 => json!(random.below(400)),
        6 => json!(f64::MAX),
        7 => Value::Null,
        _ => random.json(2),
    }
}

/// Input for readers: noise, or good text with noise in it.
fn junk(random: &mut Random, good: &[&str]) -> Vec<u8> {
    if random.chance(20) {
        return random.bytes(200);
    }
    let mut text = random.pick(good).as_bytes().to_vec();
    for _ in 0..random.below(4) {
        if text.is_empty() {
            break;
        }
        let at = random.below(text.len());
        match random.below(4) {
            0 => text[at] = random.next() as u8,
            1 => drop(text.remove(at)),
            2 => text.truncate(at),
            _ => {
                let noise = random.bytes(6);
                text.splice(at..at, noise);
            }
        }
    }
    text
}

#[test]
fn key_readers_take_any_bytes() {
    let mut random = Random::new(10);
    let set = format!(
        r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}},{}]}}"#,
        r#"{"kty":"RSA","n":"AQAB","e":"AQAB","use":"sig","key_ops":["verify"],"kid":"1"}"#
    );
    let good = [
        set.as_str(),
        support::RSA,
        support::P256,
        support::P521,
        support::ED25519,
        include_str!("support/keys/rsa.crt.pem"),
        include_str!("support/keys/p256.crt.pem"),
    ];
    let mut read = 0;
    for _ in 0..cases(4_000) {
        let bytes = junk(&mut random, &good);
        let text = String::from_utf8_lossy(&bytes);
        let (set, jwk) = (JwkSet::parse(&bytes), Jwk::from_json(&bytes));
        let pem = Jwk::from_pem(&text);
        read += [set.is_ok(), jwk.is_ok(), pem.is_ok()]
            .iter()
            .filter(|ok| **ok)
            .count();
        if let Ok(key) = pem {
            let _ = JwkSet::of(key);
        }
        let _ = Jwk::from_secret(&bytes);
    }
    assert!(read > 0);
}

#[test]
fn token_readers_take_any_bytes() {
    let mut random = Random::new(11);
    let tokens = ["HS256", "EdDSA", "ES256"].map(|alg| token(alg, CLAIMS));
    let good: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let mut read = 0;
    for _ in 0..cases(4_000) {
        let bytes = junk(&mut random, &good);
        if let Ok(token) = Token::parse(&bytes) {
            assert_eq!(
                token.signing_input().len() + 1 + token.signature().len(),
                bytes.len()
            );
            let _ = Header::decode(token.header());
        }
        read += usize::from(dangerous_decode(&bytes).is_ok());
        let value = format!("Bearer {}", String::from_utf8_lossy(&bytes));
        let _ = bearer([value.as_str()]);
    }
    assert!(read > 0);
}

#[test]
fn webhook_headers_may_hold_anything() {
    let mut random = Random::new(12);
    for name in Scheme::NAMES {
        let scheme = Scheme::named(name).unwrap();
        let names: Vec<String> = [
            Some(scheme.signature_header()),
            scheme.timestamp_header(),
            scheme.id_header(),
        ]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .collect();
        let webhook = Webhook::new(Options::new(scheme, [vec![7; 32]])).unwrap();
        for _ in 0..cases(400) {
            let mut headers = Headers::new();
            for name in &names {
                for _ in 0..[1, 1, 1, 0, 2][random.below(5)] {
                    let good = [
                        "1700000000",
                        "msg_1",
                        "t=1700000000,v1=00,v1=zz",
                        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1a,AA==",
                        "sha256=5d61605c3feea9799210ddcb71307d4ba264225f",
                        "v0=00",
                    ];
                    let value = junk(&mut random, &good);
                    let value = String::from_utf8_lossy(&value).into_owned();
                    headers.append_received(name.as_str(), value);
                }
            }
            let now = UnixMillis::from_secs(1_700_000_000);
            assert!(webhook.verify(&headers, b"{}", now).is_err());
        }
    }
}

/// Whatever is taken for a base URL, what is sent goes to its origin.
#[test]
fn base_urls_keep_their_origin() {
    let mut random = Random::new(13);
    let good = [
        "https://api.example.com",
        "https://API.example.com:8443/v1/",
        "http://127.0.0.1:3000",
        "https://[::1]/a/b",
        "https://user@api.example.com",
        "https://api.example.com/../x",
    ];
    let mut taken = 0;
    for _ in 0..cases(10_000) {
        let text = junk(&mut random, &good);
        let text = String::from_utf8_lossy(&text);
        let Ok(base) = BaseUrl::parse("apiUrl", &text) else {
            continue;
        };
        taken += 1;
        let url = base.as_url();
        let plain = |b: u8| b.is_ascii_graphic() && !b"@\\?#%\"<>^`{|}".contains(&b);
        assert!(url.bytes().all(plain), "{text:?} gives {url}");
        assert!(base.is_origin_of(&format!("{url}/users")));
        assert_eq!(BaseUrl::parse("apiUrl", &url).unwrap(), base);
    }
    assert!(taken > 0);
}
