//! What an SDK for NiceLogin must do, in the order of its published page. Every token and
//! every status has a row in the provider's fixtures, which the shared contract plays; here
//! stands what rows cannot say.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;
mod support;

use api_support::{Script, answer, answer_with, body, failure};
use countersign::error::{ApiErrorKind, Error, TokenError};
use countersign::flow::{Outcome, drive};
use countersign::http::TransportError;
use countersign::jwt::{Call, Verifier};
use countersign::providers::nicelogin::{
    ChangePassword, NiceLogin, NiceLoginJwks, Unverified, class, status, verdict,
};
use countersign::time::UnixMillis;
use serde_json::{Value, json};

const CONTRACT: &str = include_str!("../src/providers/nicelogin/fixtures/contract.json");
const CLOCK: u64 = 1_790_000_600;
const NOW: UnixMillis = UnixMillis::from_secs(CLOCK);
const USER: &str = r#"{"userId":"550e8400-e29b-41d4-a716-446655440000"}"#;

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

fn nicelogin(options: Value) -> NiceLogin {
    NiceLogin::from_json(&options.to_string()).unwrap()
}

fn with_secret() -> NiceLogin {
    nicelogin(json!({"apiKey": "nicelogin_x", "apiSecret": "secret_y"}))
}

fn refused(options: &Value) -> String {
    match NiceLogin::from_json(&options.to_string()) {
        Err(Error::Config(error)) => error.option.to_string(),
        other => panic!("{options}: {other:?}"),
    }
}

mod constructor {
    use super::*;

    #[test]
    fn the_api_key_is_needed_unless_the_keys_are_there() {
        assert_eq!(refused(&json!({})), "apiKey");
        assert_eq!(refused(&json!({"apiKey": ""})), "apiKey");
        assert_eq!(refused(&json!({"apiKey": ".."})), "apiKey");
        let jwks = fixture("/verifier/jwks");
        assert!(NiceLogin::from_json(&json!({"jwks": jwks}).to_string()).is_ok());
    }

    #[test]
    fn unfit_options_are_named() {
        for (name, value) in [
            ("api_key", json!("x")),
            ("apiSecret", json!("")),
            ("baseUrl", json!("http://a.example")),
            ("companyId", json!(null)),
            ("issuer", json!([])),
            ("audience", json!(1)),
            ("clockTolerance", json!(121)),
            ("cacheMaxAge", json!("1d")),
        ] {
            assert_eq!(refused(&json!({"apiKey": "k", name: value})), name);
        }
    }

    #[test]
    fn slashes_at_the_end_of_the_base_are_dropped() {
        let moved = nicelogin(json!({"apiKey": "k", "baseUrl": "http://localhost:9/x///"}));
        assert_eq!(moved.client().base().as_url(), "http://localhost:9/x");
    }

    #[test]
    fn nothing_secret_shows() {
        let shown = format!(
            "{:?}",
            nicelogin(json!({"apiKey": "canary", "apiSecret": "canary"}))
        );
        assert!(!shown.contains("canary"));
    }
}

mod passwords {
    use super::*;

    fn change(answers: impl IntoIterator<Item = Outcome>) -> (Script, Result<Value, Error>) {
        let mut script = Script::of(answers);
        let parameters = r#"{"email":"a@b","currentPassword":"old","newPassword":"new"}"#;
        let flow = ChangePassword::new(&with_secret(), parameters, "").unwrap();
        let answer = drive(flow, &mut (), &mut script).map(|answer| api_support::json(&answer));
        (script, answer)
    }

    #[test]
    fn changing_a_password_is_two_calls_in_order() {
        let (script, changed) = change([
            answer(200, r#"{"reset_token":"RT"}"#),
            answer(200, r#"{"success":true}"#),
        ]);
        assert_eq!(changed.unwrap(), json!(true));
        assert_eq!(
            script.lines(),
            [
                "POST https://api.v1.nicelogin.com/request_password_reset",
                "POST https://api.v1.nicelogin.com/reset_password",
            ]
        );
        let sent = body(&script.sent[1]);
        assert_eq!(
            (&sent["reset_token"], &sent["confirm_password"]),
            (&json!("RT"), &json!("new"))
        );
    }

    #[test]
    fn the_second_call_is_not_made_when_the_first_fails() {
        let (script, changed) = change([answer(404, r#"{"error":"User not found"}"#)]);
        let error = changed.unwrap_err();
        assert_eq!(
            (status(&error), error.to_string().as_str()),
            (404, "User not found")
        );
        assert_eq!(script.sent.len(), 1);
    }

    #[test]
    fn a_failed_change_tells_its_step() {
        use countersign::flow::{Flow, Host, Step};
        let parameters = r#"{"email":"a@b","currentPassword":"old","newPassword":"new"}"#;
        let mut flow = ChangePassword::new(&with_secret(), parameters, "").unwrap();
        let mut script = Script::of([answer(200, r#"{"reset_token":"RT"}"#), answer(401, "")]);
        assert_eq!(flow.failed_step(), "requestPasswordReset");
        loop {
            let tick = script.tick();
            match flow.step(&mut (), tick) {
                Step::Send(id, request) => {
                    let outcome = script.send(request);
                    flow.resolve(&mut (), id, outcome, tick);
                }
                Step::Done(result) => break assert!(result.is_err()),
                Step::Wait(_) => panic!("nothing to wait for"),
            }
        }
        assert_eq!(flow.failed_step(), "resetPassword");
        assert!(!format!("{flow:?}").contains("old"));
    }

    #[test]
    fn what_is_wrong_with_a_change_is_told_before_anything_is_sent() {
        for (parameters, option) in [
            (
                r#"{"email":"","currentPassword":"o","newPassword":"n"}"#,
                "email",
            ),
            (r#"{"email":"a@b","newPassword":"n"}"#, "currentPassword"),
            (
                r#"{"email":"a@b","currentPassword":"o","newPassword":1}"#,
                "newPassword",
            ),
            (
                r#"{"email":"a@b","currentPassword":"o","newPassword":"n","resetToken":"x"}"#,
                "resetToken",
            ),
        ] {
            match ChangePassword::new(&with_secret(), parameters, "") {
                Err(Error::Config(error)) => assert_eq!(error.option, option),
                other => panic!("{parameters}: {other:?}"),
            }
        }
    }
}

mod administration {
    use super::*;

    #[test]
    fn without_the_secret_nothing_is_sent_and_the_error_is_a_401() {
        let public = nicelogin(json!({"apiKey": "nicelogin_x"}));
        for operation in ["activateUser", "deactivateUser"] {
            let error = public.call(operation, USER, "", 0).unwrap_err();
            assert_eq!(status(&error), 401);
            assert_eq!(
                error.to_string(),
                "api_secret required for user status operations"
            );
        }
    }

    #[test]
    fn a_user_id_is_a_uuid_and_an_address_is_not_empty() {
        for (operation, parameters, option) in [
            ("activateUser", r#"{"userId":"../x"}"#, "userId"),
            ("deactivateUser", r#"{"userId":""}"#, "userId"),
            ("requestPasswordReset", r#"{"email":""}"#, "email"),
        ] {
            match with_secret().call(operation, parameters, "", 0) {
                Err(Error::Config(error)) => assert_eq!(error.option, option),
                other => panic!("{operation}: {other:?}"),
            }
        }
    }

    #[test]
    fn no_call_is_ever_repeated() {
        for outcome in [
            answer_with(429, "", &[("retry-after", "1")]),
            answer(503, ""),
            failure(TransportError::TimedOut),
        ] {
            let mut script = Script::of([outcome]);
            let call = with_secret().call("activateUser", USER, "", 0).unwrap();
            let error = drive(call, &mut (), &mut script).unwrap_err();
            assert_eq!(script.sent.len(), 1, "{error:?}");
        }
    }

    #[test]
    fn a_failed_connection_has_the_status_0() {
        let mut script = Script::of([failure(TransportError::Failed)]);
        let call = with_secret().call("activateUser", USER, "", 0).unwrap();
        let error = drive(call, &mut (), &mut script).unwrap_err();
        assert_eq!((class(&error), status(&error)), ("NiceLoginError", 0));
    }

    #[test]
    fn a_rate_limit_is_a_kind_of_its_own() {
        let mut script = Script::of([answer_with(429, "", &[("retry-after", "9")])]);
        let call = with_secret().call("activateUser", USER, "", 0).unwrap();
        match drive(call, &mut (), &mut script).unwrap_err() {
            Error::Api(error) => {
                assert_eq!(
                    (error.kind, error.retry_after),
                    (ApiErrorKind::RateLimited, Some(9))
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

mod tokens {
    use super::*;

    fn local(options: Value) -> NiceLoginJwks {
        let mut all = json!({"jwks": fixture("/verifier/jwks")});
        for (name, value) in options.as_object().unwrap() {
            all[name] = value.clone();
        }
        NiceLoginJwks::new(&nicelogin(all)).unwrap()
    }

    #[test]
    fn verify_token_is_a_plain_yes_or_no() {
        let mut local = local(json!({}));
        assert!(local.verify_token(&token("NL-1"), NOW).unwrap());
        for row in fixture("/refused").as_array().unwrap() {
            if row.get("options").is_some() || row["clock"] != CLOCK {
                continue;
            }
            let name = row["token"].as_str().unwrap();
            assert!(!local.verify_token(&token(name), NOW).unwrap(), "{name}");
        }
    }

    #[test]
    fn keys_that_are_not_there_are_an_error_and_no_verdict() {
        let (verifier, mut keyring) = Verifier::new(vec![with_secret().issuer().unwrap()]).unwrap();
        let result = verifier.verify(&mut keyring, token("NL-1").as_bytes(), Call::at(NOW));
        let error = verdict(&result).unwrap_err();
        assert_eq!(error.code().as_str(), "ERR_JWKS_UNAVAILABLE");
        let broken_clock = verdict(&local(json!({})).unpack(&token("NL-1"), UnixMillis::new(0)));
        assert_eq!(
            broken_clock.unwrap_err().code().as_str(),
            "ERR_CONFIG_INVALID"
        );
    }

    #[test]
    fn unpack_yields_claims_or_the_reason() {
        let mut local = local(json!({}));
        let claims: Value = local.unpack(&token("NL-1"), NOW).unwrap().claims().unwrap();
        assert_eq!(claims["sub"], "550e8400-e29b-41d4-a716-446655440222");
        let error = local.unpack(&token("NL-N6"), NOW).unwrap_err();
        assert_eq!(error, Error::Token(TokenError::Expired));
    }

    #[test]
    fn unverified_claims_are_a_type_of_their_own() {
        let unverified = Unverified::unpack(&token("NL-N5")).unwrap();
        assert_eq!(
            unverified.claims.get("jti").and_then(|jti| jti.as_str()),
            Some("nl-jti-0001")
        );
        assert_eq!(
            unverified.header.get("kid").and_then(|kid| kid.as_str()),
            Some("nl-key-2026-10")
        );
        assert!(!format!("{unverified:?}").contains("john"));
        assert!(Unverified::unpack("a.b.c").is_err());
    }

    #[test]
    fn keys_are_fetched_once_and_kept_for_a_day() {
        let jwks = fixture("/verifier/jwks").to_string();
        let options = json!({"apiKey": "nicelogin_x/#?"});
        let (verifier, mut keyring) =
            Verifier::new(vec![nicelogin(options).issuer().unwrap()]).unwrap();
        let mut script = Script::of([answer(200, &jwks), answer(200, &jwks)]);
        script.now = NOW;
        for (later, fetches) in [(0, 1), (60, 1), (85_000, 1), (86_401, 2)] {
            script.now = UnixMillis::from_secs(CLOCK + later);
            let flow = verifier.verify_flow(token("NL-1").as_bytes(), Some(NOW), None);
            drive(flow, &mut keyring, &mut script).unwrap();
            assert_eq!(script.sent.len(), fetches, "after {later} s");
        }
        assert_eq!(
            script.lines()[0],
            "GET https://api.v1.nicelogin.com/.well-known/jwks/nicelogin_x%2F%23%3F"
        );
    }

    fn judged(options: Value, changes: Value) -> Result<(), TokenError> {
        let mut claims =
            json!({"sub": "u", "email": "a@b", "company_id": "c", "iat": CLOCK, "exp": CLOCK + 60});
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        let mut all = json!({"jwks": {"keys": [rsa_jwk()]}});
        for (name, value) in options.as_object().unwrap() {
            all[name] = value.clone();
        }
        let mut local = NiceLoginJwks::new(&nicelogin(all)).unwrap();
        match local.unpack(&support::token("RS256", &claims.to_string()), NOW) {
            Ok(_) => Ok(()),
            Err(Error::Token(error)) => Err(error),
            Err(other) => panic!("{other:?}"),
        }
    }

    /// The test key as a JWK, by its modulus and exponent.
    fn rsa_jwk() -> Value {
        use countersign::jwk::{Jwk, Material};
        let text = |bytes: &[u8]| countersign::encoding::Base64::Url.encode(bytes);
        match Jwk::from_pem(support::RSA).unwrap().material() {
            Material::Rsa { modulus, exponent } => {
                json!({"kty": "RSA", "n": text(modulus), "e": text(exponent)})
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_rule_refuses_by_itself() {
        for (changes, claim, reason) in [
            (json!({"sub": null}), "sub", "missing"),
            (json!({"sub": ""}), "sub", "missing"),
            (json!({"sub": 1}), "sub", "invalid"),
            (json!({"email": null}), "email", "missing"),
            (json!({"email": 1}), "email", "invalid"),
            (json!({"company_id": null}), "company_id", "missing"),
            (json!({"company_id": ["c"]}), "company_id", "invalid"),
            (json!({"iat": null}), "iat", "missing"),
            (json!({"iat": "1"}), "iat", "invalid"),
            (json!({"exp": null}), "exp", "missing"),
            (json!({"nbf": "1"}), "nbf", "invalid"),
        ] {
            match judged(json!({}), changes.clone()) {
                Err(TokenError::Claim {
                    claim: named,
                    reason: why,
                }) => {
                    assert_eq!((&*named, why.as_str()), (claim, reason), "{changes}");
                }
                other => panic!("{changes}: {other:?}"),
            }
        }
        assert_eq!(
            judged(json!({}), json!({"nbf": CLOCK + 31})),
            Err(TokenError::NotYetValid)
        );
        assert_eq!(judged(json!({}), json!({"typ": "x", "jti": 1})), Ok(()));
    }

    #[test]
    fn a_pinned_company_issuer_and_audience_are_compared() {
        let options = json!({"companyId": "c", "issuer": "i", "audience": ["a", "b"]});
        assert_eq!(
            judged(options.clone(), json!({"iss": "i", "aud": "b"})),
            Ok(())
        );
        for changes in [
            json!({"iss": "i", "aud": "b", "company_id": "d"}),
            json!({"iss": "j", "aud": "b"}),
            json!({"iss": "i", "aud": "x"}),
            json!({"iss": "i"}),
        ] {
            assert!(
                judged(options.clone(), changes.clone()).is_err(),
                "{changes}"
            );
        }
    }
}
