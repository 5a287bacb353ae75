//! The signed examples of the JOSE documents, byte for byte.
//!
//! Some examples sign other things than JSON. Those count as accepted when their payload is all
//! there is to refuse: it is looked at after the signature has passed.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use countersign::encoding::Base64;
use countersign::error::{Error, ErrorCode, Malformed, TokenError};
use countersign::jwt::{Call, Verified, Verifier, VerifierOptions};
use countersign::time::UnixMillis;
use serde_json::{Value, json};

/// The `exp` of the examples of RFC 7515 and RFC 7519.
const EXP: u64 = 1_300_819_380;

/// The claims of the same examples, with their own line ends.
const JOE: &str =
    "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

/// Judges a token one second before [`EXP`].
fn judge(key: Value, token: &str) -> Result<Verified, Error> {
    judge_at(EXP - 1, key, token)
}

fn judge_at(secs: u64, mut options: Value, token: &str) -> Result<Verified, Error> {
    options["audience"] = Value::Null;
    let options = VerifierOptions::from_json(&options.to_string()).unwrap();
    let (verifier, mut keyring) = Verifier::new(vec![options.resolve()?])?;
    let call = Call {
        date: Some(UnixMillis::from_secs(secs)),
        ..Call::at(UnixMillis::CLOCK_FLOOR)
    };
    verifier.verify(&mut keyring, token.as_bytes(), call)
}

fn code(verdict: Result<Verified, Error>) -> ErrorCode {
    verdict.unwrap_err().code()
}

fn secret(base64url: &str) -> Value {
    json!({ "secret": Base64::Url.decode(base64url.as_bytes()).unwrap() })
}

fn jwk(text: &str) -> Value {
    json!({ "jwk": text })
}

/// What every signed token must show: it is accepted for its claims, its `exp` counts, and
/// neither another payload nor another signature passes.
fn assert_accepted(key: &Value, token: &str) {
    let verified = judge(key.clone(), token).unwrap();
    assert_eq!(verified.payload(), JOE.as_bytes());
    assert_eq!(
        code(judge_at(EXP, key.clone(), token)),
        ErrorCode::JwtExpired
    );
    assert_forgeries_refused(key, token);
}

/// As [`assert_accepted`], where the payload is no JSON object.
fn assert_only_payload_refused(key: &Value, token: &str) {
    let refusal = judge(key.clone(), token).unwrap_err();
    let payload_only = Error::Token(TokenError::Malformed(Malformed::Payload));
    assert_eq!(refusal, payload_only, "{token}");
    assert_forgeries_refused(key, token);
}

fn assert_forgeries_refused(key: &Value, token: &str) {
    let (input, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = input.split_once('.').unwrap();
    let mut other = Base64::Url.decode(signature.as_bytes()).unwrap();
    other[20] ^= 1;
    for forged in [
        format!("{header}.e30.{signature}"),
        format!("{input}.{}", Base64::Url.encode(&other)),
        format!("{input}."),
    ] {
        assert_eq!(
            code(judge(key.clone(), &forged)),
            ErrorCode::JwsSignatureVerificationFailed
        );
    }
}

/// The key of RFC 7515 A.1, used again by RFC 7797 §4.
const HMAC_KEY: &str =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

const JOE_SEGMENT: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

/// RFC 7515 A.1, which RFC 7519 §3.1 prints again.
#[test]
fn rfc_7515_a1_hs256_is_accepted() {
    let token = format!(
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{JOE_SEGMENT}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    );
    assert_accepted(&secret(HMAC_KEY), &token);
}

const A2_KEY: &str = r#"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#;
const A2_SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

#[test]
fn rfc_7515_a2_rs256_is_accepted() {
    let token = format!("eyJhbGciOiJSUzI1NiJ9.{JOE_SEGMENT}.{A2_SIGNATURE}");
    assert_accepted(&jwk(A2_KEY), &token);
}

const A3_KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
const A3_SIGNATURE: &str =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

#[test]
fn rfc_7515_a3_es256_is_accepted() {
    let token = format!("eyJhbGciOiJFUzI1NiJ9.{JOE_SEGMENT}.{A3_SIGNATURE}");
    assert_accepted(&jwk(A3_KEY), &token);
}

#[test]
fn rfc_7515_a4_es512_is_accepted_but_for_its_payload() {
    let key = r#"{"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}"#;
    let token = "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";
    assert_only_payload_refused(&jwk(key), token);
}

/// RFC 7515 A.5, which RFC 7519 §6.1 prints again.
#[test]
fn rfc_7515_a5_an_unsecured_token_is_refused_under_every_key() {
    let token = format!("eyJhbGciOiJub25lIn0.{JOE_SEGMENT}.");
    for key in [secret(HMAC_KEY), jwk(A2_KEY), jwk(A3_KEY)] {
        assert_eq!(code(judge(key, &token)), ErrorCode::JoseAlgNotAllowed);
    }
}

#[test]
fn rfc_7515_a6_the_json_serialization_is_refused() {
    let token = json!({
        "payload": JOE_SEGMENT,
        "signatures": [
            { "protected": "eyJhbGciOiJSUzI1NiJ9", "header": { "kid": "2010-12-29" }, "signature": A2_SIGNATURE },
            { "protected": "eyJhbGciOiJFUzI1NiJ9", "header": { "kid": "e9bc097a-ce51-4036-9562-d2ade882db0d" }, "signature": A3_SIGNATURE },
        ],
    });
    for key in [A2_KEY, A3_KEY] {
        let verdict = judge(jwk(key), &token.to_string());
        assert_eq!(code(verdict), ErrorCode::JwtInvalid);
    }
}

#[test]
fn rfc_7515_a7_the_flattened_json_serialization_is_refused() {
    let token = json!({
        "payload": JOE_SEGMENT,
        "protected": "eyJhbGciOiJFUzI1NiJ9",
        "header": { "kid": "e9bc097a-ce51-4036-9562-d2ade882db0d" },
        "signature": A3_SIGNATURE,
    });
    let verdict = judge(jwk(A3_KEY), &token.to_string());
    assert_eq!(code(verdict), ErrorCode::JwtInvalid);
}

/// What the examples of RFC 7520 §4 sign: a sentence.
const FRODO: &str = "SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4";

/// RFC 7520 §3.4, the public half.
const BILBO_RSA: &str = r#"{"kty":"RSA","kid":"bilbo.baggins@hobbiton.example","use":"sig","n":"n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw","e":"AQAB"}"#;

#[test]
fn rfc_7520_4_1_rsa_v1_5_is_accepted_but_for_its_payload() {
    let token = format!(
        "eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.{FRODO}.MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg"
    );
    assert_only_payload_refused(&jwk(BILBO_RSA), &token);
}

#[test]
fn rfc_7520_4_2_rsa_pss_is_accepted_but_for_its_payload() {
    let token = format!(
        "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.{FRODO}.cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw"
    );
    assert_only_payload_refused(&jwk(BILBO_RSA), &token);
}

#[test]
fn rfc_7520_4_3_ecdsa_is_accepted_but_for_its_payload() {
    let key = r#"{"kty":"EC","kid":"bilbo.baggins@hobbiton.example","use":"sig","crv":"P-521","x":"AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7ytDyRXYgCF5cj0Kt","y":"AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsUdaQkAgDPrwQrJmbnX9cwlGfP-HqHZR1"}"#;
    let token = format!(
        "eyJhbGciOiJFUzUxMiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.{FRODO}.AE_R_YZCChjn4791jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7KRTzoNEuT4Va2cmL1eJAQy3mtPBu_u_sDDyYjnAMDxXPn7XrT0lw-kvAD890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2"
    );
    assert_only_payload_refused(&jwk(key), &token);
}

/// RFC 7520 §3.5.
const HOBBIT_SECRET: &str = "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg";
const HOBBIT_HEADER: &str =
    "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9";
const HOBBIT_SIGNATURE: &str = "s0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0";

#[test]
fn rfc_7520_4_4_hmac_is_accepted_but_for_its_payload() {
    let token = format!("{HOBBIT_HEADER}.{FRODO}.{HOBBIT_SIGNATURE}");
    assert_only_payload_refused(&secret(HOBBIT_SECRET), &token);
}

#[test]
fn rfc_7520_4_5_detached_content_is_refused() {
    let token = format!("{HOBBIT_HEADER}..{HOBBIT_SIGNATURE}");
    assert_eq!(
        code(judge(secret(HOBBIT_SECRET), &token)),
        ErrorCode::JwsSignatureVerificationFailed
    );
    let flattened = json!({ "protected": HOBBIT_HEADER, "signature": HOBBIT_SIGNATURE });
    assert_eq!(
        code(judge(secret(HOBBIT_SECRET), &flattened.to_string())),
        ErrorCode::JwtInvalid
    );
}

#[test]
fn rfc_7797_4_1_the_encoded_control_is_accepted_but_for_its_payload() {
    let token = "eyJhbGciOiJIUzI1NiJ9.JC4wMg.5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ";
    assert_only_payload_refused(&secret(HMAC_KEY), token);
}

/// RFC 7797 §7 forbids `b64` in JWTs; a `.` in an unencoded payload would end it besides.
#[test]
fn rfc_7797_4_2_an_unencoded_payload_is_refused() {
    let header = "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19";
    let signature = "A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY";
    for (payload, expected) in [
        ("", ErrorCode::JoseNotSupported),
        ("JC4wMg", ErrorCode::JoseNotSupported),
        ("$.02", ErrorCode::JwtInvalid),
    ] {
        let token = format!("{header}.{payload}.{signature}");
        assert_eq!(code(judge(secret(HMAC_KEY), &token)), expected, "{payload}");
    }
    let flattened = json!({ "protected": header, "payload": "$.02", "signature": signature });
    assert_eq!(
        code(judge(secret(HMAC_KEY), &flattened.to_string())),
        ErrorCode::JwtInvalid
    );
}

/// RFC 8037 A.4: the signature is a function of key and message, so that it can be made anew
/// from the private key of A.1.
#[test]
fn rfc_8037_a4_signs_as_printed() {
    use ed25519_dalek::{Signer, SigningKey};
    let seed = Base64::Url
        .decode(b"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
        .unwrap();
    let key = SigningKey::from_bytes(&seed.try_into().unwrap());
    let input = A4_TOKEN.rsplit_once('.').unwrap().0;
    let signature = key.sign(input.as_bytes()).to_bytes();
    assert_eq!(
        format!("{input}.{}", Base64::Url.encode(&signature)),
        A4_TOKEN
    );
}

const A4_TOKEN: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

/// RFC 8037 A.5, with the key of A.2.
#[test]
fn rfc_8037_a5_eddsa_is_accepted_but_for_its_payload() {
    let key = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    assert_only_payload_refused(&jwk(key), A4_TOKEN);
}
