//! What an SDK for JustAuthenticateMe must do, in the order of its published page. Every
//! token and every status has a row in the provider's fixtures, which the shared contract
//! plays; here stands what rows cannot say.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;
mod support;

use api_support::{Script, answer, answer_with, failure};
use countersign::error::{Error, TokenError};
use countersign::flow::drive;
use countersign::http::TransportError;
use countersign::jwt::{Call, Keyring, Verified, Verifier};
use countersign::providers::justauthenticateme::{JustAuthenticateMe, class};
use countersign::time::UnixMillis;
use serde_json::{Value, json};

const CONTRACT: &str = include_str!("../src/providers/justauthenticateme/fixtures/contract.json");
const APP: &str = "3f8b2f64-5d0e-4f1c-9e52-7a6b1c2d3e44";
const ISSUER: &str = "https://api.justauthenticate.me/3f8b2f64-5d0e-4f1c-9e52-7a6b1c2d3e44";
const CLOCK: u64 = 1_790_000_600;

fn app(options: Value) -> JustAuthenticateMe {
    let mut all = json!({ "appId": APP });
    for (name, value) in options.as_object().unwrap() {
        all[name] = value.clone();
    }
    JustAuthenticateMe::from_json(&all.to_string()).unwrap()
}

fn refused(options: &Value) -> String {
    match JustAuthenticateMe::from_json(&options.to_string()) {
        Err(Error::Config(error)) => error.option.to_string(),
        other => panic!("{options}: {other:?}"),
    }
}

fn fixture(pointer: &str) -> Value {
    let all: Value = serde_json::from_str(CONTRACT).unwrap();
    all.pointer(pointer).unwrap().clone()
}

fn token(name: &str) -> String {
    fixture(&format!("/tokens/{name}"))
        .as_str()
        .unwrap()
        .to_owned()
}

fn keys() -> String {
    fixture("/verifier/jwks").to_string()
}

struct Session {
    verifier: Verifier,
    keyring: Keyring,
    script: Script,
}

impl Session {
    fn of(answers: impl IntoIterator<Item = countersign::flow::Outcome>) -> Self {
        let (verifier, keyring) = Verifier::new(vec![app(json!({})).issuer().unwrap()]).unwrap();
        let mut script = Script::of(answers);
        script.now = UnixMillis::from_secs(CLOCK);
        Self {
            verifier,
            keyring,
            script,
        }
    }

    fn verify(&mut self, token: &str) -> Result<Verified, Error> {
        let flow = self.verifier.verify_flow(token.as_bytes(), None, None);
        drive(flow, &mut self.keyring, &mut self.script)
    }
}

mod constructor {
    use super::*;

    #[test]
    fn an_app_id_is_all_it_takes_and_nothing_is_fetched() {
        let session = Session::of([]);
        assert!(session.script.sent.is_empty());
        assert_eq!(app(json!({})).client().base().as_url(), ISSUER);
    }

    #[test]
    fn the_app_id_must_be_a_uuid() {
        for id in [
            json!(""),
            json!("x"),
            json!("../../evil"),
            json!(1),
            json!(null),
            json!("3f8b2f64-5d0e-4f1c-9e52-7a6b1c2d3e4g"),
        ] {
            assert_eq!(refused(&json!({ "appId": id })), "appId");
        }
        assert_eq!(refused(&json!({})), "appId");
    }

    #[test]
    fn unfit_options_are_named() {
        for (name, value) in [
            ("appid", json!(APP)),
            ("baseUrl", json!("http://a.example")),
            ("clockTolerance", json!(121)),
            ("cacheMaxAge", json!(0)),
            ("timeout", json!(0)),
            ("jwks", json!([])),
            ("jwksUri", json!("ftp://a.example/x")),
        ] {
            assert_eq!(refused(&json!({"appId": APP, name: value})), name);
        }
        let unusable =
            JustAuthenticateMe::from_json(&json!({"appId": APP, "jwks": {"keys": []}}).to_string());
        assert_eq!(unusable.unwrap_err().code().as_str(), "ERR_JWK_INVALID");
    }

    #[test]
    fn another_base_moves_calls_keys_and_the_expected_issuer() {
        let app = app(json!({"baseUrl": "http://127.0.0.1:9/x/"}));
        let (policy, source) = app.issuer().unwrap();
        let issuer = format!("http://127.0.0.1:9/x/{APP}");
        assert!(policy.issuers.unwrap().contains(&issuer));
        assert!(format!("{source:?}").contains(&format!("{issuer}/.well-known/jwks.json")));
    }
}

mod verify_token {
    use super::*;

    #[test]
    fn the_first_verification_fetches_the_keys_and_the_second_does_not() {
        let mut session = Session::of([answer(200, &keys())]);
        let verified = session.verify(&token("J-1")).unwrap();
        session.verify(&token("J-2")).unwrap();
        assert_eq!(
            session.script.lines(),
            [format!("GET {ISSUER}/.well-known/jwks.json")]
        );
        assert_eq!(verified.kid(), Some("6f1d2c3b-4a59-4687-9c0d-1e2f3a4b5c6d"));
    }

    #[test]
    fn an_unknown_key_is_asked_for_once_and_then_refused() {
        let mut session = Session::of([answer(200, &keys()), answer(200, &keys())]);
        session.verify(&token("J-1")).unwrap();
        for _ in 0..3 {
            let error = session.verify(&token("J-N4")).unwrap_err();
            assert_eq!(class(&error), "JAMNotVerified");
        }
        assert_eq!(session.script.sent.len(), 2);
    }

    #[test]
    fn an_unknown_app_is_not_found_with_the_services_words_and_not_remembered() {
        let mut session = Session::of([answer(404, r#"{"message":"M"}"#), answer(200, &keys())]);
        let error = session.verify(&token("J-1")).unwrap_err();
        assert_eq!(
            (class(&error), error.to_string().as_str()),
            ("JAMNotFound", "M")
        );
        assert_eq!(error.code().as_str(), "ERR_JWKS_UNAVAILABLE");
        session.script.now = UnixMillis::from_secs(CLOCK + 1);
        session.verify(&token("J-1")).unwrap();
    }

    #[test]
    fn a_failed_fetch_is_no_verdict_on_the_token() {
        for outcome in [
            failure(TransportError::Failed),
            failure(TransportError::TimedOut),
            answer(503, ""),
            answer(200, "<html>"),
        ] {
            let error = Session::of([outcome]).verify(&token("J-1")).unwrap_err();
            assert_eq!(class(&error), "JustAuthenticateMeError", "{error:?}");
            assert_eq!(error.code().status(), 503);
        }
    }

    fn verdict(header: &str, changes: Value) -> Result<(), TokenError> {
        let mut claims = json!({
            "email": "a@x", "sub": "a@x", "aud": APP, "iss": ISSUER, "token_use": "id",
            "iat": CLOCK, "exp": CLOCK + 60,
        });
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        let mut jwk: Value = serde_json::from_str(&es512_jwk()).unwrap();
        jwk["kid"] = "k".into();
        let app = app(json!({"jwks": {"keys": [jwk]}}));
        let (verifier, mut keyring) = Verifier::new(vec![app.issuer().unwrap()]).unwrap();
        let token = support::sign("ES512", header, &claims.to_string());
        let call = Call::at(UnixMillis::from_secs(CLOCK));
        match verifier.verify(&mut keyring, token.as_bytes(), call) {
            Ok(_) => Ok(()),
            Err(Error::Token(error)) => Err(error),
            Err(other) => panic!("{other:?}"),
        }
    }

    /// The test key as a JWK, by its two coordinates.
    fn es512_jwk() -> String {
        use countersign::encoding::Base64;
        use p521::elliptic_curve::sec1::ToSec1Point;
        use p521::pkcs8::DecodePrivateKey;
        let key = p521::SecretKey::from_pkcs8_pem(include_str!("support/keys/p521.pem")).unwrap();
        let point = key.public_key().to_sec1_point(false);
        let text = |bytes: &[u8]| Base64::Url.encode(bytes);
        let (x, y) = (text(point.x().unwrap()), text(point.y().unwrap()));
        json!({"kty": "EC", "crv": "P-521", "x": x, "y": y}).to_string()
    }

    const HEADER: &str = r#"{"alg":"ES512","kid":"k"}"#;

    #[test]
    fn typ_may_be_absent_or_jwt_in_any_case() {
        assert_eq!(verdict(HEADER, json!({})), Ok(()));
        for typ in ["JWT", "jwt", "Jwt"] {
            let header = format!(r#"{{"alg":"ES512","kid":"k","typ":"{typ}"}}"#);
            assert_eq!(verdict(&header, json!({})), Ok(()), "{typ}");
        }
        let refused = verdict(r#"{"alg":"ES512","kid":"k","typ":"at+jwt"}"#, json!({}));
        assert!(matches!(refused, Err(TokenError::Claim { claim, .. }) if claim == "typ"));
    }

    #[test]
    fn a_token_must_name_its_key() {
        let refused = verdict(r#"{"alg":"ES512"}"#, json!({}));
        assert!(matches!(refused, Err(TokenError::Claim { claim, .. }) if claim == "kid"));
    }

    #[test]
    fn each_rule_refuses_by_itself() {
        for (changes, claim, reason) in [
            (json!({"email": null}), "email", "missing"),
            (json!({"email": ""}), "email", "missing"),
            (json!({"email": ["a@x"]}), "email", "invalid"),
            (json!({"sub": null}), "sub", "missing"),
            (json!({"sub": 1}), "sub", "invalid"),
            (json!({"aud": null}), "aud", "missing"),
            (json!({"aud": [APP, 1]}), "aud", "invalid"),
            (json!({"iss": format!("{ISSUER}/")}), "iss", "mismatch"),
            (json!({"iss": null}), "iss", "missing"),
            (json!({"token_use": null}), "token_use", "missing"),
            (json!({"token_use": "ID"}), "token_use", "mismatch"),
            (json!({"token_use": 1}), "token_use", "invalid"),
            (json!({"iat": null}), "iat", "missing"),
            (json!({"iat": "1"}), "iat", "invalid"),
            (json!({"nbf": "1"}), "nbf", "invalid"),
            (json!({"exp": "1790000660"}), "exp", "invalid"),
        ] {
            match verdict(HEADER, changes.clone()) {
                Err(TokenError::Claim {
                    claim: named,
                    reason: why,
                }) => {
                    assert_eq!((&*named, why.as_str()), (claim, reason), "{changes}");
                }
                other => panic!("{changes}: {other:?}"),
            }
        }
        for changes in [
            json!({"nbf": null, "jti": null}),
            json!({"aud": ["x", APP]}),
            json!({"sub": "other"}),
        ] {
            assert_eq!(verdict(HEADER, changes.clone()), Ok(()), "{changes}");
        }
        let ahead = verdict(HEADER, json!({"iat": CLOCK + 31}));
        assert_eq!(ahead, Err(TokenError::NotYetValid));
        assert_eq!(verdict(HEADER, json!({"iat": CLOCK + 30})), Ok(()));
    }
}

mod calls {
    use super::*;

    #[test]
    fn nothing_is_sent_twice_that_sends_mail_or_spends_a_token() {
        for (operation, parameters) in [
            ("authenticate", r#"{"email":"a@x"}"#),
            ("refresh", r#"{"refreshToken":"r"}"#),
        ] {
            for outcome in [
                answer_with(429, "", &[("retry-after", "1")]),
                answer(503, ""),
                failure(TransportError::Failed),
            ] {
                let mut script = Script::of([outcome]);
                let error = script
                    .run(app(json!({})).client(), operation, parameters, "")
                    .unwrap_err();
                assert_eq!(script.sent.len(), 1, "{operation}: {error:?}");
            }
        }
    }

    #[test]
    fn a_rate_limit_tells_when_to_come_back() {
        let mut script = Script::of([answer_with(429, "", &[("retry-after", "7")])]);
        let parameters = r#"{"email":"a@x"}"#;
        let error = script
            .run(app(json!({})).client(), "authenticate", parameters, "")
            .unwrap_err();
        assert_eq!(
            (class(&error), error.retry_after()),
            ("JAMRateLimited", Some(7))
        );
    }

    #[test]
    fn failures_on_the_way_are_of_the_common_class() {
        for error in [
            TransportError::Failed,
            TransportError::TimedOut,
            TransportError::Redirected,
            TransportError::TooLarge,
        ] {
            let mut script = Script::of([failure(error)]);
            let failed = script.run(
                app(json!({})).client(),
                "authenticate",
                r#"{"email":"a@x"}"#,
                "",
            );
            assert_eq!(class(&failed.unwrap_err()), "JustAuthenticateMeError");
        }
    }

    #[test]
    fn the_deletes_need_the_users_id_token() {
        for (operation, parameters) in [
            ("deleteRefreshToken", r#"{"refreshToken":"r"}"#),
            ("deleteAllRefreshTokens", ""),
        ] {
            for options in ["", r#"{"accessToken":"a\r\nx: y"}"#] {
                match app(json!({}))
                    .client()
                    .call(operation, parameters, options, 0)
                {
                    Err(Error::Config(error)) => assert_eq!(error.option, "accessToken"),
                    other => panic!("{operation}: {other:?}"),
                }
            }
        }
    }
}
