//! Published attacks on token verifiers, each named by what must hold.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use countersign::encoding::Base64;
use countersign::error::{ClaimReason, Error, ErrorCode, TokenError};
use countersign::jwt::{
    Call, Check, CheckOutcome, Requirement, Verifier, VerifierOptions, dangerous_decode,
};
use countersign::time::UnixMillis;
use serde_json::json;
use support::{
    ALGORITHMS, CLAIMS, NOW, SECRET, TestKey, configure, key_set, public_pem, sign, sign_bytes,
    signature, token, verdict, verifier, verify, verify_at,
};

/// The claims with some members exchanged or added.
fn claims(changes: serde_json::Value) -> String {
    let mut claims: serde_json::Value = serde_json::from_str(CLAIMS).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.to_string()
}

fn eddsa(claims: &str) -> Result<(), ErrorCode> {
    verdict("EdDSA", &token("EdDSA", claims))
}

fn claim_error(claims: &str) -> (String, ClaimReason) {
    match verify(&mut verifier("EdDSA", &[]), &token("EdDSA", claims)) {
        Err(Error::Token(TokenError::Claim { claim, reason })) => (claim.into_owned(), reason),
        other => panic!("{claims}: {other:?}"),
    }
}

/// A token with a segment exchanged.
fn with_segment(token: &str, at: usize, segment: &str) -> String {
    let mut segments: Vec<_> = token.split('.').collect();
    segments[at] = segment;
    segments.join(".")
}

// --- algorithm and key ------------------------------------------------------------------

#[test]
fn a_good_token_of_every_algorithm_is_accepted() {
    for alg in ALGORITHMS {
        assert_eq!(verdict(alg, &token(alg, CLAIMS)), Ok(()), "{alg}");
    }
}

#[test]
fn alg_none_is_refused_in_every_spelling_with_and_without_signature() {
    for spelling in [
        "none",
        "None",
        "NONE",
        "nOnE",
        "none ",
        " none",
        "no\\u006ee",
        "",
        "null",
        "non\\u0435",
        "none\\u0000",
        "nonе",
        "NoNe",
        "n",
    ] {
        let header = format!(r#"{{"alg":"{spelling}"}}"#);
        let signed = sign("EdDSA", &header, CLAIMS);
        let unsigned = with_segment(&signed, 2, "");
        for text in [signed, unsigned] {
            for alg in ["EdDSA", "HS256", "RS256", "ES256"] {
                assert_eq!(
                    verdict(alg, &text),
                    Err(ErrorCode::JoseAlgNotAllowed),
                    "{spelling:?} {alg}"
                );
            }
        }
    }
}

#[test]
fn alg_is_an_exact_name_and_a_string() {
    for spelling in [
        "eddsa", "EDDSA", "EdDSA ", "Ed448", "ES256K", "RS1", "HS1", "HS2560", "A256KW", "dir",
    ] {
        let text = sign("EdDSA", &format!(r#"{{"alg":"{spelling}"}}"#), CLAIMS);
        assert_eq!(
            verdict("EdDSA", &text),
            Err(ErrorCode::JoseAlgNotAllowed),
            "{spelling}"
        );
    }
    for alg in ["1", "null", "true", "[\"EdDSA\"]", "{\"a\":\"EdDSA\"}"] {
        let text = sign("EdDSA", &format!(r#"{{"alg":{alg}}}"#), CLAIMS);
        assert_eq!(verdict("EdDSA", &text), Err(ErrorCode::JwtInvalid), "{alg}");
    }
    assert_eq!(
        verdict("EdDSA", &sign("EdDSA", "{}", CLAIMS)),
        Err(ErrorCode::JwtInvalid)
    );
}

#[test]
fn a_public_key_is_never_an_hmac_secret() {
    use hmac::{Hmac, KeyInit, Mac};
    for alg in ["RS256", "ES256", "EdDSA"] {
        let pem = public_pem(alg);
        let der = Base64::Standard
            .decode(
                pem.lines()
                    .filter(|line| !line.starts_with('-'))
                    .collect::<String>()
                    .as_bytes(),
            )
            .unwrap();
        let raw = der[der.len() - 32..].to_vec();
        let forms = [
            pem.as_bytes().to_vec(),
            pem.trim().as_bytes().to_vec(),
            format!(" {pem}").into_bytes(),
            pem.replace('\n', "\r\n").into_bytes(),
            pem.replace('\n', "").into_bytes(),
            der.clone(),
            Base64::Standard.encode(&der).into_bytes(),
            Base64::Url.encode(&der).into_bytes(),
            raw,
            Vec::new(),
            vec![0; 32],
        ];
        for form in forms {
            let input = format!(
                "{}.{}",
                Base64::Url.encode(br#"{"alg":"HS256"}"#),
                Base64::Url.encode(CLAIMS.as_bytes())
            );
            let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&form).unwrap();
            mac.update(input.as_bytes());
            let forged = format!(
                "{input}.{}",
                Base64::Url.encode(&mac.finalize().into_bytes())
            );
            assert_eq!(verdict(alg, &forged), Err(ErrorCode::JoseAlgNotAllowed));
            let explicit = configure(alg, &[("algorithms", json!([alg, "HS256"]))]);
            assert_eq!(explicit.unwrap_err().code(), ErrorCode::ConfigInvalid);
        }
    }
}

#[test]
fn text_of_a_public_key_is_refused_as_a_secret() {
    for alg in ["RS256", "ES256", "EdDSA"] {
        for secret in [
            public_pem(alg).to_owned(),
            format!("\u{feff}  {}", public_pem(alg)),
            public_pem(alg).replace('\n', ""),
            public_pem(alg)
                .lines()
                .filter(|line| !line.starts_with('-'))
                .collect(),
        ] {
            let options = json!({ "audience": null, "secret": secret });
            let refusal = VerifierOptions::from_json(&options.to_string())
                .unwrap()
                .resolve()
                .unwrap_err();
            assert_eq!(refusal.code(), ErrorCode::ConfigInvalid);
        }
    }
}

#[test]
fn algorithm_key_and_allow_list_must_all_agree() {
    for key in ["RS256", "ES256", "ES384", "ES512", "EdDSA"] {
        for alg in ALGORITHMS {
            let header = format!(r#"{{"alg":"{alg}"}}"#);
            let text = sign(alg, &header, CLAIMS);
            let same_key = !alg.starts_with("HS") && public_pem(alg) == public_pem(key);
            let expected = if same_key {
                Ok(())
            } else {
                Err(ErrorCode::JoseAlgNotAllowed)
            };
            assert_eq!(verdict(key, &text), expected, "{alg} under a key for {key}");
        }
    }
    let mut only_rs384 = verifier("RS256", &[("algorithms", json!(["RS384"]))]);
    assert_eq!(
        verify(&mut only_rs384, &token("RS256", CLAIMS))
            .unwrap_err()
            .code(),
        ErrorCode::JoseAlgNotAllowed
    );
    assert!(verify(&mut only_rs384, &token("RS384", CLAIMS)).is_ok());
}

#[test]
fn a_signature_of_one_padding_or_hash_passes_under_no_other() {
    let family = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];
    for header_alg in family {
        for signed_with in family.into_iter().filter(|alg| *alg != header_alg) {
            let text = sign(signed_with, &format!(r#"{{"alg":"{header_alg}"}}"#), CLAIMS);
            assert_eq!(
                verdict("RS256", &text),
                Err(ErrorCode::JwsSignatureVerificationFailed)
            );
        }
    }
    let text = sign("HS256", r#"{"alg":"HS512"}"#, CLAIMS);
    assert_eq!(
        verdict("HS512", &text),
        Err(ErrorCode::JwsSignatureVerificationFailed)
    );
}

#[test]
fn weak_and_empty_secrets_are_refused_when_configured() {
    for secret in [
        json!(""),
        json!("short"),
        json!("a".repeat(31)),
        json!(vec![0; 64]),
    ] {
        let options = json!({ "audience": null, "secret": secret });
        let refused =
            VerifierOptions::from_json(&options.to_string()).map(|options| options.resolve());
        assert!(!matches!(refused, Ok(Ok(_))), "{secret}");
    }
    let short = json!({ "audience": null, "secret": "a".repeat(32), "algorithms": ["HS512"] });
    let refusal = VerifierOptions::from_json(&short.to_string())
        .unwrap()
        .resolve()
        .unwrap_err();
    assert_eq!(refusal.code(), ErrorCode::JwkInvalid);
}

#[test]
fn zero_short_long_and_der_ecdsa_signatures_are_refused() {
    for (alg, len) in [("ES256", 64), ("ES384", 96), ("ES512", 132)] {
        let good = token(alg, CLAIMS);
        let signature = Base64::Url
            .decode(good.rsplit('.').next().unwrap().as_bytes())
            .unwrap();
        assert_eq!(signature.len(), len);
        let (r, s) = signature.split_at(len / 2);
        let der = [
            &[0x30, len as u8 + 4, 2, len as u8 / 2][..],
            r,
            &[2, len as u8 / 2],
            s,
        ]
        .concat();
        for forged in [
            vec![0; len],
            vec![0xff; len],
            [r, &vec![0; len / 2]].concat(),
            [&vec![0; len / 2], s].concat(),
            [s, r].concat(),
            der,
            signature[1..].to_vec(),
            signature[..len - 1].to_vec(),
            [&signature[..], &[0]].concat(),
            [&[0], &signature[..]].concat(),
        ] {
            let text = with_segment(&good, 2, &Base64::Url.encode(&forged));
            assert_eq!(
                verdict(alg, &text),
                Err(ErrorCode::JwsSignatureVerificationFailed),
                "{alg}"
            );
        }
    }
}

#[test]
fn a_malleable_ed25519_signature_is_refused() {
    let good = token("EdDSA", CLAIMS);
    let mut signature = Base64::Url
        .decode(good.rsplit('.').next().unwrap().as_bytes())
        .unwrap();
    // S + L, RFC 8032 §5.1.7.
    let order = b"\xed\xd3\xf5\x5c\x1a\x63\x12\x58\xd6\x9c\xf7\xa2\xde\xf9\xde\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10";
    let mut carry = 0;
    for (s, l) in signature[32..].iter_mut().zip(order) {
        carry += u16::from(*s) + u16::from(*l);
        *s = carry as u8;
        carry >>= 8;
    }
    let text = with_segment(&good, 2, &Base64::Url.encode(&signature));
    assert_eq!(
        verdict("EdDSA", &text),
        Err(ErrorCode::JwsSignatureVerificationFailed)
    );
}

#[test]
fn keys_of_low_order_off_curve_or_too_weak_are_refused_when_configured() {
    let zero32 = Base64::Url.encode(&[0; 32]);
    let one = Base64::Url.encode(&[[1].as_slice(), &[0; 31]].concat());
    for jwk in [
        json!({ "kty": "OKP", "crv": "Ed25519", "x": zero32 }),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": one }),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": Base64::Url.encode(&[0xff; 32]) }),
        json!({ "kty": "EC", "crv": "P-256", "x": zero32, "y": zero32 }),
        json!({ "kty": "EC", "crv": "P-256", "x": one, "y": one }),
        json!({ "kty": "EC", "crv": "P-256", "x": Base64::Url.encode(&[1; 31]), "y": one }),
        json!({ "kty": "EC", "crv": "P-256", "x": Base64::Url.encode(&[0xff; 32]), "y": one }),
        json!({ "kty": "EC", "crv": "P-384", "x": zero32, "y": zero32 }),
        json!({ "kty": "RSA", "n": Base64::Url.encode(&[0xff; 255]), "e": "AQAB" }),
        json!({ "kty": "RSA", "n": Base64::Url.encode(&[0xff; 256]), "e": "AQ" }),
        json!({ "kty": "RSA", "n": Base64::Url.encode(&[0xff; 256]), "e": "Ag" }),
        json!({ "kty": "RSA", "n": Base64::Url.encode(&[0xff; 256]), "e": Base64::Url.encode(&[0xff; 9]) }),
        json!({ "kty": "RSA", "n": Base64::Url.encode(&[0xff; 2049]), "e": "AQAB" }),
    ] {
        let options = json!({ "audience": null, "jwk": jwk.to_string() });
        let refusal = VerifierOptions::from_json(&options.to_string())
            .unwrap()
            .resolve()
            .unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::JwkInvalid, "{jwk}");
    }
}

#[test]
fn every_flipped_byte_of_a_signature_is_noticed() {
    for alg in ALGORITHMS {
        let good = token(alg, CLAIMS);
        let signature = Base64::Url
            .decode(good.rsplit('.').next().unwrap().as_bytes())
            .unwrap();
        let mut verifier = verifier(alg, &[]);
        let step = if signature.len() > 64 { 16 } else { 3 };
        for at in (0..signature.len())
            .step_by(step)
            .chain([signature.len() - 1])
        {
            let mut forged = signature.clone();
            forged[at] ^= 1;
            let text = with_segment(&good, 2, &Base64::Url.encode(&forged));
            let refusal = verify(&mut verifier, &text).unwrap_err().code();
            assert_eq!(
                refusal,
                ErrorCode::JwsSignatureVerificationFailed,
                "{alg} byte {at}"
            );
        }
        for cut in [0, 1, signature.len() / 2, signature.len() - 1] {
            let text = with_segment(&good, 2, &Base64::Url.encode(&signature[..cut]));
            assert_eq!(
                verify(&mut verifier, &text).unwrap_err().code(),
                ErrorCode::JwsSignatureVerificationFailed
            );
        }
    }
}

#[test]
fn a_changed_header_or_payload_is_noticed() {
    for alg in ALGORITHMS {
        let good = token(alg, CLAIMS);
        let other = Base64::Url.encode(claims(json!({ "sub": "admin" })).as_bytes());
        assert_eq!(
            verdict(alg, &with_segment(&good, 1, &other)),
            Err(ErrorCode::JwsSignatureVerificationFailed)
        );
        let other = Base64::Url.encode(format!(r#"{{"alg":"{alg}","x":1}}"#).as_bytes());
        assert_eq!(
            verdict(alg, &with_segment(&good, 0, &other)),
            Err(ErrorCode::JwsSignatureVerificationFailed)
        );
    }
}

// --- header and key choice -----------------------------------------------------------------

#[test]
fn keys_and_urls_in_the_header_are_never_trusted() {
    let mallory = TestKey::new("mallory", 66);
    for member in [
        format!(r#""jwk":{}"#, mallory.jwk()),
        r#""jku":"https://evil.example/jwks""#.to_owned(),
        r#""x5u":"file:///etc/passwd""#.to_owned(),
        r#""x5c":["MIIB"]"#.to_owned(),
        format!(r#""kid":"mallory","jwk":{}"#, mallory.jwk()),
    ] {
        let forged = mallory.sign(&format!(r#"{{"alg":"EdDSA",{member}}}"#), CLAIMS);
        assert_eq!(
            verdict("EdDSA", &forged),
            Err(ErrorCode::JwsSignatureVerificationFailed),
            "{member}"
        );
        let honest = sign("EdDSA", &format!(r#"{{"alg":"EdDSA",{member}}}"#), CLAIMS);
        assert_eq!(verdict("EdDSA", &honest), Ok(()), "{member} is ignored");
    }
}

#[test]
fn kid_is_bytes_to_compare_and_nothing_else() {
    let key = TestKey::new("k1", 1);
    let options =
        json!({ "issuer": "https://issuer.example", "audience": "api", "jwks": key_set(&[&key]) });
    let options = VerifierOptions::from_json(&options.to_string()).unwrap();
    let mut verifier = Verifier::new(vec![options.resolve().unwrap()]).unwrap();
    assert!(verify(&mut verifier, &key.token(CLAIMS)).is_ok());
    for kid in [
        "K1",
        "k1 ",
        " k1",
        "k1\\u0000",
        "../k1",
        "k1' OR '1'='1",
        "__proto__",
        "constructor",
        "/dev/null",
        "",
        "k\\uff11",
        &"k".repeat(300),
    ] {
        let text = key.sign(&format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#), CLAIMS);
        assert_eq!(
            verify(&mut verifier, &text).unwrap_err().code(),
            ErrorCode::JwksNoMatchingKey,
            "{kid}"
        );
    }
    for kid in ["1", "null", "[\"k1\"]", "{}"] {
        let text = key.sign(&format!(r#"{{"alg":"EdDSA","kid":{kid}}}"#), CLAIMS);
        assert_eq!(
            verify(&mut verifier, &text).unwrap_err().code(),
            ErrorCode::JwtInvalid,
            "{kid}"
        );
    }
}

#[test]
fn every_crit_is_refused() {
    for crit in [
        "[]",
        "null",
        "\"exp\"",
        "1",
        "{}",
        "true",
        "[\"exp\"]",
        "[\"b64\"]",
        "[\"alg\"]",
        "[\"x\"]",
        "[\"x\",\"x\"]",
        "[1]",
        "[\"\"]",
        "[null]",
        "[[\"x\"]]",
        "[\"crit\"]",
        "[\"kid\"]",
        "[\"http://example.invalid/x\"]",
        "[\"cnf\"]",
    ] {
        let text = sign(
            "EdDSA",
            &format!(r#"{{"alg":"EdDSA","x":1,"crit":{crit}}}"#),
            CLAIMS,
        );
        assert_eq!(
            verdict("EdDSA", &text),
            Err(ErrorCode::JoseNotSupported),
            "{crit}"
        );
    }
}

#[test]
fn unencoded_payloads_and_encryption_are_not_supported() {
    for member in [
        r#""b64":false,"crit":["b64"]"#,
        r#""b64":false"#,
        r#""b64":true"#,
        r#""enc":"A128GCM""#,
        r#""zip":"DEF""#,
    ] {
        let text = sign("EdDSA", &format!(r#"{{"alg":"EdDSA",{member}}}"#), CLAIMS);
        assert_eq!(
            verdict("EdDSA", &text),
            Err(ErrorCode::JoseNotSupported),
            "{member}"
        );
    }
}

#[test]
fn typ_tells_access_tokens_from_others() {
    let at = |typ: &str| sign("EdDSA", &format!(r#"{{"alg":"EdDSA"{typ}}}"#), CLAIMS);
    let mut verifier = verifier("EdDSA", &[("typ", json!("at+jwt"))]);
    for typ in [
        r#","typ":"at+jwt""#,
        r#","typ":"AT+JWT""#,
        r#","typ":"application/at+jwt""#,
        r#","typ":"Application/At+Jwt""#,
    ] {
        assert!(verify(&mut verifier, &at(typ)).is_ok(), "{typ}");
    }
    for typ in [
        "",
        r#","typ":"JWT""#,
        r#","typ":"at+jwt ""#,
        r#","typ":"application/application/at+jwt""#,
        r#","typ":"text/at+jwt""#,
        r#","typ":"not-a-prefixat+jwt""#,
        r#","typ":"x-pplication/at+jwt""#,
        r#","typ":"""#,
    ] {
        let refusal = verify(&mut verifier, &at(typ)).unwrap_err().code();
        assert_eq!(refusal, ErrorCode::JwtClaimValidationFailed, "{typ}");
    }
}

#[test]
fn json_serializations_encrypted_and_nested_tokens_are_refused() {
    let good = token("EdDSA", CLAIMS);
    let parts: Vec<_> = good.split('.').collect();
    let flattened =
        json!({ "protected": parts[0], "payload": parts[1], "signature": parts[2] }).to_string();
    let nested = sign("EdDSA", r#"{"alg":"EdDSA","cty":"JWT"}"#, &good);
    for text in [
        flattened.as_str(),
        &format!("{good}.a.b"),
        &format!("{good}."),
        &format!(".{good}"),
        parts[0],
        "",
        &nested,
    ] {
        assert_eq!(verdict("EdDSA", text), Err(ErrorCode::JwtInvalid), "{text}");
    }
}

// --- parsing -------------------------------------------------------------------------------

#[test]
fn duplicate_members_are_refused_in_header_and_payload() {
    for header in [
        r#"{"alg":"EdDSA","alg":"EdDSA"}"#,
        r#"{"alg":"EdDSA","kid":"a","kid":"a"}"#,
        r#"{"alg":"EdDSA","\u0061lg":"none"}"#,
    ] {
        assert_eq!(
            verdict("EdDSA", &sign("EdDSA", header, CLAIMS)),
            Err(ErrorCode::JwtInvalid),
            "{header}"
        );
    }
    for member in [
        r#""exp":9999999999"#,
        r#""sub":"admin""#,
        r#""\u0073ub":"admin""#,
        r#""a":1,"a":1"#,
    ] {
        let payload = CLAIMS.replacen('{', &format!("{{{member},"), 1);
        assert_eq!(eddsa(&payload), Err(ErrorCode::JwtInvalid), "{member}");
    }
}

#[test]
fn text_that_parsers_may_read_differently_is_refused() {
    for (from, to) in [
        ("\"u1\"", "NaN"),
        ("\"u1\"", "'u1'"),
        ("\"u1\"", "\"\\ud800\""),
        ("\"u1\"", "1e400"),
        ("}", ",}"),
        ("}", "}x"),
        ("{", "\u{feff}{"),
        ("{", "/**/{"),
        ("\"u1\"", "\"\u{1}\""),
    ] {
        assert_eq!(
            eddsa(&CLAIMS.replacen(from, to, 1)),
            Err(ErrorCode::JwtInvalid),
            "{to:?}"
        );
    }
    for bytes in [&b"\"\xff\""[..], b"\"\xc0\xaf\"", b"\"\xed\xa0\x80\""] {
        let at = CLAIMS.find("\"u1\"").unwrap();
        let payload = [
            &CLAIMS.as_bytes()[..at],
            bytes,
            &CLAIMS.as_bytes()[at + 4..],
        ]
        .concat();
        let text = sign_bytes("EdDSA", br#"{"alg":"EdDSA"}"#, &payload);
        assert_eq!(verdict("EdDSA", &text), Err(ErrorCode::JwtInvalid));
    }
    let utf16: Vec<u8> = CLAIMS.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        verdict("EdDSA", &sign_bytes("EdDSA", br#"{"alg":"EdDSA"}"#, &utf16)),
        Err(ErrorCode::JwtInvalid)
    );
    for payload in ["[]", "null", "\"x\"", "1", ""] {
        assert_eq!(eddsa(payload), Err(ErrorCode::JwtInvalid), "{payload}");
    }
}

#[test]
fn deep_nesting_is_refused_beyond_128_levels_and_costs_no_stack() {
    let nested = |levels: usize| {
        CLAIMS.replacen(
            "\"u1\"",
            &format!("\"u1\",\"x\":{}{}", "[".repeat(levels), "]".repeat(levels)),
            1,
        )
    };
    assert_eq!(eddsa(&nested(127)), Ok(()));
    assert_eq!(eddsa(&nested(128)), Err(ErrorCode::JwtInvalid));
    assert_eq!(eddsa(&nested(5_000)), Err(ErrorCode::JwtInvalid));
}

#[test]
fn size_is_the_first_check() {
    for text in [
        "a".repeat(16_385),
        ".".repeat(1 << 20),
        format!("{}.{}", token("EdDSA", CLAIMS), "a".repeat(1 << 20)),
    ] {
        assert_eq!(verdict("EdDSA", &text), Err(ErrorCode::TokenTooLarge));
    }
}

#[test]
fn base64_has_one_spelling() {
    let good = token("EdDSA", CLAIMS);
    let last = good.chars().last().unwrap();
    let body = &good[..good.len() - 1];
    let sibling = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = sibling.find(last).unwrap();
    for text in [
        format!("{good}="),
        format!("{good}=="),
        format!("{good} "),
        format!("{good}\n"),
        format!(" {good}"),
        format!("{body}{}", sibling.chars().nth(at ^ 1).unwrap()),
        good.replacen('.', ".\t", 1),
        good.replacen('.', "=.", 1),
    ] {
        assert_eq!(
            verdict("EdDSA", &text),
            Err(ErrorCode::JwtInvalid),
            "{text:?}"
        );
    }
}

#[test]
fn prototype_names_are_claims_like_others() {
    let payload = CLAIMS.replacen(
        '{',
        r#"{"__proto__":{"admin":true},"constructor":1,"then":2,"#,
        1,
    );
    let verified = verify(&mut verifier("EdDSA", &[]), &token("EdDSA", &payload)).unwrap();
    assert_eq!(verified.payload(), payload.as_bytes());
    let mut demanding = verifier("EdDSA", &[("requiredClaims", json!(["toString"]))]);
    assert_eq!(
        verify(&mut demanding, &token("EdDSA", CLAIMS))
            .unwrap_err()
            .code(),
        ErrorCode::JwtClaimValidationFailed
    );
}

// --- claims --------------------------------------------------------------------------------

#[test]
fn a_claim_of_the_wrong_type_is_never_read_as_absent() {
    for (claim, values) in [
        (
            "exp",
            vec![
                json!("1790000600"),
                json!(null),
                json!(true),
                json!([1]),
                json!({}),
            ],
        ),
        (
            "nbf",
            vec![json!("0"), json!(null), json!(false), json!([])],
        ),
        ("iat", vec![json!("0"), json!(null), json!({})]),
        (
            "iss",
            vec![
                json!(["https://issuer.example"]),
                json!(1),
                json!(null),
                json!({}),
            ],
        ),
        (
            "aud",
            vec![
                json!(1),
                json!(null),
                json!({ "0": "api" }),
                json!(["api", 1]),
                json!([["api"]]),
                json!(true),
            ],
        ),
        ("sub", vec![json!(1), json!(null), json!(["u1"])]),
    ] {
        for value in values {
            let error = claim_error(&claims(json!({ claim: value })));
            assert_eq!(
                error,
                (claim.to_owned(), ClaimReason::Invalid),
                "{claim} {value}"
            );
        }
    }
}

#[test]
fn extreme_dates_are_judged_without_overflow() {
    for (exp, expected) in [
        ("0", Err(ErrorCode::JwtExpired)),
        ("-1", Err(ErrorCode::JwtExpired)),
        ("-1e300", Err(ErrorCode::JwtExpired)),
        ("1e300", Ok(())),
        ("18446744073709551615", Ok(())),
        ("9223372036854775808", Ok(())),
        ("1e400", Err(ErrorCode::JwtInvalid)),
    ] {
        assert_eq!(
            eddsa(&CLAIMS.replacen("1790000600", exp, 1)),
            expected,
            "{exp}"
        );
    }
    let digits = "9".repeat(400);
    assert_eq!(
        eddsa(&CLAIMS.replacen("1790000600", &digits, 1)),
        Err(ErrorCode::JwtInvalid)
    );
}

#[test]
fn exp_is_required_unless_opted_out_by_name() {
    let without = r#"{"iss":"https://issuer.example","aud":"api"}"#;
    assert_eq!(
        claim_error(without),
        ("exp".to_owned(), ClaimReason::Missing)
    );
    let mut lenient = verifier("EdDSA", &[("requiredClaims", json!([]))]);
    assert!(verify(&mut lenient, &token("EdDSA", without)).is_ok());
    let mut others = verifier("EdDSA", &[("requiredClaims", json!(["aud", "iss"]))]);
    assert!(verify(&mut others, &token("EdDSA", without)).is_ok());
    let expired = claims(json!({ "exp": 1 }));
    assert_eq!(
        verify(&mut lenient, &token("EdDSA", &expired))
            .unwrap_err()
            .code(),
        ErrorCode::JwtExpired
    );
}

#[test]
fn exp_is_exclusive_nbf_inclusive_and_fractions_count() {
    for (changes, expected) in [
        (json!({ "exp": NOW }), Err(ErrorCode::JwtExpired)),
        (json!({ "exp": NOW as f64 + 0.001 }), Ok(())),
        (json!({ "nbf": NOW }), Ok(())),
        (
            json!({ "nbf": NOW as f64 + 0.5 }),
            Err(ErrorCode::JwtNotYetValid),
        ),
        (json!({ "iat": NOW + 1000 }), Ok(())),
    ] {
        assert_eq!(eddsa(&claims(changes.clone())), expected, "{changes}");
    }
}

#[test]
fn tolerance_is_bounded_and_applies_to_both_edges() {
    let mut tolerant = verifier("EdDSA", &[("clockTolerance", json!("5 min"))]);
    for (changes, expected) in [
        (json!({ "exp": NOW - 299 }), true),
        (json!({ "exp": NOW - 300 }), false),
        (json!({ "nbf": NOW + 300 }), true),
        (json!({ "nbf": NOW + 301 }), false),
    ] {
        assert_eq!(
            verify(&mut tolerant, &token("EdDSA", &claims(changes.clone()))).is_ok(),
            expected,
            "{changes}"
        );
    }
    for tolerance in [
        json!(301),
        json!(-1),
        json!("301s"),
        json!("1h"),
        json!("soon"),
    ] {
        let refusal = configure("EdDSA", &[("clockTolerance", tolerance)]).unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::ConfigInvalid);
    }
}

#[test]
fn max_token_age_counts_from_iat_and_demands_it() {
    let mut verifier = verifier("EdDSA", &[("maxTokenAge", json!("1 min"))]);
    let mut code = |changes| {
        verify(&mut verifier, &token("EdDSA", &claims(changes)))
            .map(drop)
            .map_err(|e| e.code())
    };
    assert_eq!(code(json!({ "iat": NOW - 60 })), Ok(()));
    assert_eq!(code(json!({ "iat": NOW - 61 })), Err(ErrorCode::JwtExpired));
    assert_eq!(
        code(json!({ "iat": NOW + 1 })),
        Err(ErrorCode::JwtNotYetValid)
    );
    assert_eq!(code(json!({})), Err(ErrorCode::JwtClaimValidationFailed));
}

#[test]
fn the_tolerance_is_added_to_the_greatest_age() {
    let options = [("maxTokenAge", json!(60)), ("clockTolerance", json!(5))];
    let mut verifier = verifier("EdDSA", &options);
    let mut code = |iat: u64| {
        verify(
            &mut verifier,
            &token("EdDSA", &claims(json!({ "iat": iat }))),
        )
        .map(drop)
        .map_err(|e| e.code())
    };
    assert_eq!(code(NOW - 65), Ok(()));
    assert_eq!(code(NOW - 66), Err(ErrorCode::JwtExpired));
    assert_eq!(code(NOW + 5), Ok(()));
    assert_eq!(code(NOW + 6), Err(ErrorCode::JwtNotYetValid));
}

#[test]
fn issuer_and_audience_compare_whole_and_exactly() {
    for iss in [
        "https://issuer.example/",
        "https://issuer.exampl",
        "https://issuer.example.evil.example",
        "HTTPS://issuer.example",
        "https://issuer.example ",
        "https://iss\u{fc}er.example",
        "",
    ] {
        assert_eq!(
            claim_error(&claims(json!({ "iss": iss }))),
            ("iss".to_owned(), ClaimReason::Mismatch),
            "{iss}"
        );
    }
    for aud in [
        json!("ap"),
        json!("apis"),
        json!("API"),
        json!(["x"]),
        json!([]),
        json!(""),
        json!("api "),
    ] {
        assert_eq!(
            claim_error(&claims(json!({ "aud": aud }))),
            ("aud".to_owned(), ClaimReason::Mismatch),
            "{aud}"
        );
    }
    assert_eq!(eddsa(&claims(json!({ "aud": ["other", "api"] }))), Ok(()));
    for claim in ["iss", "aud"] {
        let mut without: serde_json::Value = serde_json::from_str(CLAIMS).unwrap();
        without.as_object_mut().unwrap().remove(claim);
        assert_eq!(
            claim_error(&without.to_string()),
            (claim.to_owned(), ClaimReason::Missing)
        );
    }
}

#[test]
fn audience_must_be_configured_or_switched_off_by_name() {
    let options = json!({ "issuer": "https://issuer.example", "pem": public_pem("EdDSA") });
    let refusal = VerifierOptions::from_json(&options.to_string())
        .unwrap()
        .resolve()
        .unwrap_err();
    assert_eq!(refusal.code(), ErrorCode::ConfigInvalid);
    let mut anyone = verifier("EdDSA", &[("audience", json!(null))]);
    assert!(
        verify(
            &mut anyone,
            &token("EdDSA", &claims(json!({ "aud": "someone else" })))
        )
        .is_ok()
    );
}

#[test]
fn an_empty_text_is_no_expectation() {
    for (option, empty) in [
        ("issuer", json!("")),
        ("issuer", json!(["https://issuer.example", ""])),
        ("audience", json!(["api", ""])),
        ("audience", json!([])),
        ("subject", json!(["", "u1"])),
        ("typ", json!("")),
        ("rolesClaim", json!("")),
        ("permissionsClaim", json!("")),
        ("scopesClaim", json!("")),
    ] {
        let refusal = configure("EdDSA", &[(option, empty)]).unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::ConfigInvalid, "{option}");
    }
}

#[test]
fn one_accepted_algorithm_that_fits_the_key_is_enough() {
    let mut either = verifier("EdDSA", &[("algorithms", json!(["ES256", "EdDSA"]))]);
    assert!(verify(&mut either, &token("EdDSA", CLAIMS)).is_ok());
    let neither = configure("EdDSA", &[("algorithms", json!(["ES256", "RS256"]))]);
    assert_eq!(neither.unwrap_err().code(), ErrorCode::JwkInvalid);
}

#[test]
fn a_host_without_a_clock_is_a_configuration_error_and_no_open_gate() {
    let (mut verifier, mut keyring) = verifier("EdDSA", &[]);
    let token = token("EdDSA", CLAIMS);
    for secs in [0, 1, 1_704_067_199] {
        let refusal = verify_at(secs, (&mut verifier, &mut keyring), &token).unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::ConfigInvalid);
    }
    let given = Call {
        now: UnixMillis::new(0),
        date: Some(UnixMillis::from_secs(5)),
        requirement: None,
    };
    assert!(
        verifier
            .verify(&mut keyring, token.as_bytes(), given)
            .is_ok(),
        "a given date is taken as given"
    );
}

#[test]
fn among_several_issuers_each_keeps_to_its_own_keys() {
    let (a, b) = (TestKey::new("k", 1), TestKey::new("k", 2));
    let entry = |issuer: serde_json::Value, key: &TestKey| {
        let options = json!({ "issuer": issuer, "audience": "api", "jwks": key_set(&[key]) });
        VerifierOptions::from_json(&options.to_string())
            .unwrap()
            .resolve()
            .unwrap()
    };
    let mut verifier = Verifier::new(vec![
        entry(json!("https://a.example"), &a),
        entry(json!(["https://b.example", "https://old-b.example"]), &b),
    ])
    .unwrap();
    let from = |issuer: &str| claims(json!({ "iss": issuer }));
    let mut code = |token: String| {
        verify(&mut verifier, &token)
            .map(drop)
            .map_err(|e| e.code())
    };
    assert_eq!(code(a.token(&from("https://a.example"))), Ok(()));
    assert_eq!(code(b.token(&from("https://b.example"))), Ok(()));
    assert_eq!(code(b.token(&from("https://old-b.example"))), Ok(()));
    assert_eq!(
        code(a.token(&from("https://b.example"))),
        Err(ErrorCode::JwsSignatureVerificationFailed)
    );
    assert_eq!(
        code(a.token(&from("https://c.example"))),
        Err(ErrorCode::JwtClaimValidationFailed)
    );
    assert_eq!(
        code(a.token("{}")),
        Err(ErrorCode::JwtClaimValidationFailed)
    );
    for [first, second] in [
        [json!("https://a.example"), json!("https://a.example")],
        [
            json!("https://a.example"),
            json!(["https://b.example", "https://a.example"]),
        ],
        [
            json!(["https://a.example", "https://a.example"]),
            json!("https://b.example"),
        ],
    ] {
        let entries = vec![entry(first, &a), entry(second, &b)];
        let refusal = Verifier::new(entries).unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::ConfigInvalid);
    }
    let refusal = Verifier::new(Vec::new()).unwrap_err();
    assert_eq!(refusal.code(), ErrorCode::ConfigInvalid);
}

#[test]
fn without_a_kid_every_key_of_the_set_is_tried() {
    let [first, last, other] = [1, 2, 3].map(|seed| TestKey::new(&seed.to_string(), seed));
    let options = json!({
        "issuer": "https://issuer.example",
        "audience": "api",
        "jwks": key_set(&[&first, &last]),
    });
    let options = VerifierOptions::from_json(&options.to_string()).unwrap();
    let mut verifier = Verifier::new(vec![options.resolve().unwrap()]).unwrap();
    let mut code = |key: &TestKey| {
        verify(&mut verifier, &key.sign(r#"{"alg":"EdDSA"}"#, CLAIMS))
            .map(drop)
            .map_err(|e| e.code())
    };
    assert_eq!(code(&first), Ok(()));
    assert_eq!(code(&last), Ok(()));
    assert_eq!(code(&other), Err(ErrorCode::JwsSignatureVerificationFailed));
}

#[test]
fn a_payload_that_no_verifier_reads_is_not_decoded() {
    for payload in ["[]", "1", r#"{"a":1,"a":2}"#, "{", ""] {
        let text = token("EdDSA", payload);
        let refusal = dangerous_decode(text.as_bytes()).err().unwrap();
        assert_eq!(refusal.code(), ErrorCode::JwtInvalid, "{payload}");
    }
    let text = token("EdDSA", CLAIMS);
    assert!(dangerous_decode(text.as_bytes()).is_ok());
}

fn of_admins() -> Requirement {
    Requirement {
        roles: Some(vec!["admin".into()]),
        ..Requirement::default()
    }
}

fn demanding(requirement: &Requirement) -> Call<'_> {
    Call {
        requirement: Some(requirement),
        ..Call::at(UnixMillis::from_secs(NOW))
    }
}

#[test]
fn an_explanation_names_the_check_that_refused() {
    let options = [
        ("subject", json!("u1")),
        ("typ", json!("at+jwt")),
        ("requiredClaims", json!(["exp", "jti"])),
        ("maxTokenAge", json!("1 h")),
        ("rolesClaim", json!("roles")),
    ];
    let (verifier, mut keyring) = verifier("EdDSA", &options);
    let requirement = of_admins();
    let call = demanding(&requirement);
    let mut failed = |header: &str, changes: serde_json::Value| {
        let mut members = json!({ "iat": NOW, "jti": "1", "roles": ["admin"] });
        for (name, value) in changes.as_object().unwrap() {
            members[name] = value.clone();
        }
        let token = sign("EdDSA", header, &claims(members));
        let checks = verifier
            .explain(&mut keyring, token.as_bytes(), call)
            .checks;
        let first = checks
            .iter()
            .position(|(_, o)| *o != CheckOutcome::Passed)?;
        let rest = checks.iter().skip(first + 1);
        assert_eq!(checks[first].1, CheckOutcome::Failed);
        assert!(rest.clone().all(|(_, o)| *o == CheckOutcome::NotReached));
        Some(checks[first].0)
    };
    let good = r#"{"alg":"EdDSA","typ":"at+jwt"}"#;
    assert_eq!(failed(good, json!({})), None);
    assert_eq!(failed(r#"{"alg":1}"#, json!({})), Some(Check::Header));
    assert_eq!(
        failed(r#"{"alg":"none"}"#, json!({})),
        Some(Check::Algorithm)
    );
    for (changes, check) in [
        (json!({ "iss": "x" }), Check::Issuer),
        (json!({ "aud": "x" }), Check::Audience),
        (json!({ "exp": NOW }), Check::Expiration),
        (json!({ "nbf": NOW + 1 }), Check::NotBefore),
        (json!({ "iat": NOW - 3601 }), Check::IssuedAt),
        (json!({ "sub": "u2" }), Check::Subject),
        (json!({ "roles": [] }), Check::Access),
    ] {
        assert_eq!(failed(good, changes), Some(check));
    }
    let untyped = r#"{"alg":"EdDSA"}"#;
    assert_eq!(failed(untyped, json!({})), Some(Check::Type));
}

#[test]
fn an_issuer_that_nobody_has_verified_is_not_explained_as_passed() {
    let (own, other) = (TestKey::new("k", 1), TestKey::new("k", 2));
    let issuers = ["https://a.example", "https://b.example"];
    let entries = issuers.map(|issuer| {
        let options = json!({ "issuer": issuer, "audience": "api", "jwks": key_set(&[&own]) });
        let options = VerifierOptions::from_json(&options.to_string()).unwrap();
        options.resolve().unwrap()
    });
    let (verifier, mut keyring) = Verifier::new(entries.into()).unwrap();
    let mut explain = |key: &TestKey, issuer: &str| {
        let token = key.token(&claims(json!({ "iss": issuer })));
        let call = Call::at(UnixMillis::from_secs(NOW));
        let checks = verifier
            .explain(&mut keyring, token.as_bytes(), call)
            .checks;
        let outcome = |check| checks.iter().find(|(other, _)| *other == check).unwrap().1;
        (outcome(Check::Signature), outcome(Check::Issuer))
    };
    use CheckOutcome::{Failed, NotReached, Passed};
    assert_eq!(explain(&own, issuers[1]), (Passed, Passed));
    assert_eq!(explain(&other, issuers[1]), (Failed, NotReached));
    assert_eq!(explain(&own, "https://c.example"), (NotReached, Failed));
}

#[test]
fn demands_are_checked_after_everything_else() {
    let (verifier, mut keyring) = verifier("EdDSA", &[("rolesClaim", json!("realm.roles"))]);
    let requirement = of_admins();
    let call = demanding(&requirement);
    let mut code = |claims: &str| {
        let token = token("EdDSA", claims);
        verifier
            .verify(&mut keyring, token.as_bytes(), call)
            .map(drop)
            .map_err(|e| e.code())
    };
    assert_eq!(
        code(&claims(json!({ "realm": { "roles": ["admin"] } }))),
        Ok(())
    );
    assert_eq!(
        code(&claims(json!({ "realm": { "roles": ["user"] } }))),
        Err(ErrorCode::Forbidden)
    );
    assert_eq!(code(CLAIMS), Err(ErrorCode::Forbidden));
    assert_eq!(
        code(&claims(json!({ "exp": 1 }))),
        Err(ErrorCode::JwtExpired)
    );
}

#[test]
fn no_error_shows_anything_of_the_token_or_secret() {
    let canary = "canary4711";
    let header = format!(r#"{{"alg":"{canary}","kid":"{canary}"}}"#);
    let texts = [
        sign("EdDSA", &header, CLAIMS),
        token("EdDSA", &claims(json!({ "iss": canary }))),
        token("EdDSA", &claims(json!({ "aud": canary }))),
        token("EdDSA", &claims(json!({ "exp": canary }))),
        token("EdDSA", &format!(r#"{{"{canary}":1"#)),
        format!("{canary}.{canary}.{canary}"),
        format!("{canary} {canary}"),
    ];
    let mut verifier = verifier("EdDSA", &[]);
    for text in texts {
        let refusal = verify(&mut verifier, &text).unwrap_err();
        let shown = format!("{refusal} {refusal:?} {:?}", refusal.www_authenticate());
        assert!(!shown.contains(canary), "{shown}");
    }
    let secret = verifier_debug(SECRET);
    assert!(!secret.contains(SECRET), "{secret}");
}

fn verifier_debug(secret: &str) -> String {
    let options = json!({ "audience": null, "secret": secret }).to_string();
    let options = VerifierOptions::from_json(&options).unwrap();
    let shown = format!("{options:?}");
    format!(
        "{shown} {:?}",
        Verifier::new(vec![options.resolve().unwrap()]).unwrap()
    )
}

#[test]
fn the_signature_covers_the_bytes_as_received() {
    // The same JSON in other bytes under the old signature.
    let input = format!(
        "{}.{}",
        Base64::Url.encode(br#"{ "alg":"EdDSA"}"#),
        Base64::Url.encode(CLAIMS.as_bytes())
    );
    let stolen = signature(
        "EdDSA",
        token("EdDSA", CLAIMS)
            .rsplit_once('.')
            .unwrap()
            .0
            .as_bytes(),
    );
    assert_eq!(
        verdict("EdDSA", &format!("{input}.{stolen}")),
        Err(ErrorCode::JwsSignatureVerificationFailed)
    );
}
