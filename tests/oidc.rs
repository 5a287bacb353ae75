//! OpenID Connect: options, ID tokens, discovery and introspection. Tokens of every vendor
//! stand in the provider's fixtures, which the shared contract plays.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;
mod support;

use api_support::{Script, answer, answer_with, failure, line};
use countersign::error::{Error, TokenError};
use countersign::flow::{Flow, Outcome, Step, Tick, drive};
use countersign::http::TransportError;
use countersign::jwt::{Call, Claims, Verified, Verifier};
use countersign::providers::oidc::{Introspect, Introspections, Oidc, PRESETS, check_nonce};
use countersign::time::UnixMillis;
use serde_json::{Value, json};

const ISSUER: &str = "https://issuer.example";
const CLOCK: u64 = 1_790_000_600;
const NOW: UnixMillis = UnixMillis::from_secs(CLOCK);
const CONTRACT: &str = include_str!("../src/providers/oidc/fixtures/contract.json");

fn oidc(more: Value) -> Oidc {
    Oidc::from_json(&with(more).to_string()).unwrap()
}

/// Options that are good, with others over them.
fn with(more: Value) -> Value {
    let mut options = json!({
        "issuer": ISSUER, "audience": "api", "clientId": "c1", "clientSecret": "s3cr/t",
    });
    for (name, value) in more.as_object().unwrap() {
        options[name] = value.clone();
    }
    options
}

fn refused(options: &Value) -> String {
    match Oidc::from_json(&options.to_string()) {
        Err(Error::Config(error)) => error.option.to_string(),
        other => panic!("{options}: {other:?}"),
    }
}

mod options {
    use super::*;

    #[test]
    fn unfit_options_are_named() {
        for (name, value) in [
            ("issuer", json!("http://issuer.example")),
            ("issuer", json!("issuer.example")),
            ("issuer", json!(null)),
            ("audience", json!([])),
            ("audience", json!("")),
            ("profile", json!("jwt")),
            ("algorithms", json!(["HS256"])),
            ("algorithms", json!(["none"])),
            ("algorithms", json!([])),
            ("preset", json!("nobody")),
            ("introspectionEndpoint", json!("http://issuer.example/x")),
            ("introspectionEndpoint", json!("https://issuer.example")),
            ("authorizedParties", json!([])),
            ("introspectionCache", json!(31)),
            ("introspectionCache", json!(-1)),
            ("clockTolerance", json!(301)),
            ("rolesClaim", json!("")),
            ("jwksUrl", json!("https://issuer.example/jwks")),
        ] {
            assert_eq!(refused(&with(json!({ name: value }))), name);
        }
        let for_id_tokens = json!({"tokenType": "id", "clientId": "c", "profile": "x"});
        assert_eq!(refused(&with(for_id_tokens)), "profile");
        assert_eq!(refused(&json!({"audience": "api"})), "issuer");
        assert_eq!(refused(&json!({"issuer": ISSUER})), "audience");
    }

    #[test]
    fn what_fills_a_presets_issuer_is_one_plain_part() {
        for domain in [
            "",
            "a.example/x",
            "a.example@evil.example",
            "a.example#",
            "a..b",
            "a b",
            "é.example",
        ] {
            let options = json!({"preset": "auth0", "domain": domain, "audience": "a"});
            assert_eq!(refused(&options), "domain", "{domain}");
        }
        assert_eq!(
            refused(&json!({"preset": "auth0", "audience": "a"})),
            "domain"
        );
        assert_eq!(
            refused(&json!({"preset": "entra", "tenantId": "common", "audience": "a"})),
            "tenantId"
        );
        assert_eq!(
            refused(
                &json!({"preset": "keycloak", "url": "http://kc.example", "realm": "r", "audience": "a"})
            ),
            "url"
        );
    }

    #[test]
    fn a_given_issuer_replaces_the_presets() {
        let options =
            json!({"preset": "firebase", "issuer": "https://id.acme.example", "audience": "a"});
        let (policy, source) = Oidc::from_json(&options.to_string())
            .unwrap()
            .issuer()
            .unwrap();
        assert_eq!(policy.issuers.unwrap(), ["https://id.acme.example"]);
        assert!(format!("{source:?}").contains("Discovery"));
    }

    #[test]
    fn every_preset_has_tokens_that_pass_and_that_do_not() {
        let contract: Value = serde_json::from_str(CONTRACT).unwrap();
        for preset in PRESETS {
            for (part, least) in [("accepted", 1), ("refused", 3)] {
                let rows = contract[part].as_array().unwrap().iter();
                let count = rows
                    .filter(|row| row["options"]["preset"] == preset.id)
                    .count();
                assert!(count >= least, "{} {part}", preset.id);
            }
        }
    }

    #[test]
    fn nothing_secret_shows() {
        let shown = format!(
            "{:?}",
            oidc(json!({"clientSecret": "canary", "clientId": "canary"}))
        );
        assert!(!shown.contains("canary"));
    }
}

mod id_tokens {
    use super::*;

    fn judged(options: Value, header: &str, changes: Value) -> Result<Verified, TokenError> {
        let mut claims =
            json!({"iss": ISSUER, "aud": "c1", "sub": "u", "iat": CLOCK, "exp": CLOCK + 60});
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        let mut options = options;
        options["jwks"] = json!({"keys": [ed25519()]});
        let issuer = oidc(options).id_token_issuer().unwrap();
        let (verifier, mut keyring) = Verifier::new(vec![issuer]).unwrap();
        let token = support::sign("EdDSA", header, &claims.to_string());
        match verifier.verify(&mut keyring, token.as_bytes(), Call::at(NOW)) {
            Ok(verified) => Ok(verified),
            Err(Error::Token(error)) => Err(error),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn ed25519() -> Value {
        use countersign::jwk::{Jwk, Material};
        match Jwk::from_pem(support::ED25519).unwrap().material() {
            Material::Ed25519(x) => {
                json!({"kty": "OKP", "crv": "Ed25519", "x": countersign::encoding::Base64::Url.encode(x)})
            }
            other => panic!("{other:?}"),
        }
    }

    const HEADER: &str = r#"{"alg":"EdDSA"}"#;

    #[test]
    fn each_rule_refuses_by_itself() {
        for (changes, claim, reason) in [
            (json!({"aud": "api"}), "aud", "mismatch"),
            (json!({"aud": null}), "aud", "missing"),
            (json!({"aud": ["c1", "c2"]}), "azp", "missing"),
            (json!({"aud": ["c1", "c2"], "azp": "c2"}), "azp", "mismatch"),
            (json!({"azp": "c2"}), "azp", "mismatch"),
            (json!({"azp": 1}), "azp", "invalid"),
            (json!({"iat": null}), "iat", "missing"),
            (json!({"exp": null}), "exp", "missing"),
            (json!({"sub": null}), "sub", "missing"),
            (json!({"sub": ""}), "sub", "missing"),
            (json!({"iss": "https://evil.example"}), "iss", "mismatch"),
        ] {
            match judged(json!({}), HEADER, changes.clone()) {
                Err(TokenError::Claim {
                    claim: named,
                    reason: why,
                }) => {
                    assert_eq!((&*named, why.as_str()), (claim, reason), "{changes}");
                }
                other => panic!("{changes}: {other:?}"),
            }
        }
    }

    #[test]
    fn what_is_allowed_is_allowed() {
        for (options, changes) in [
            (json!({}), json!({})),
            (json!({}), json!({"azp": "c1"})),
            (json!({}), json!({"aud": ["c1", "c2"], "azp": "c1"})),
            (
                json!({"authorizedParties": ["app", "c1"]}),
                json!({"azp": "app"}),
            ),
        ] {
            assert!(
                judged(options, HEADER, changes.clone()).is_ok(),
                "{changes}"
            );
        }
    }

    #[test]
    fn an_access_token_is_no_id_token_and_an_id_token_no_access_token() {
        for typ in ["at+jwt", "AT+JWT", "application/at+jwt"] {
            let header = format!(r#"{{"alg":"EdDSA","typ":"{typ}"}}"#);
            let refused = judged(json!({}), &header, json!({}));
            assert!(
                matches!(refused, Err(TokenError::Claim { claim, .. }) if claim == "typ"),
                "{typ}"
            );
        }
        let both = oidc(json!({"audience": "c1", "jwks": {"keys": [ed25519()]}}));
        let (verifier, mut keyring) = Verifier::new(vec![both.issuer().unwrap()]).unwrap();
        let claims = json!({"iss": ISSUER, "aud": "c1", "sub": "u", "iat": CLOCK, "exp": CLOCK + 60, "client_id": "c1", "jti": "j"});
        let token = support::sign("EdDSA", HEADER, &claims.to_string());
        let refused = verifier.verify(&mut keyring, token.as_bytes(), Call::at(NOW));
        assert_eq!(refused.unwrap_err().to_string(), "claim typ: is missing");
    }

    #[test]
    fn vendors_tell_their_id_tokens_apart() {
        let cognito = json!({"preset": "cognito", "issuer": ISSUER, "algorithms": ["EdDSA"]});
        assert!(judged(cognito.clone(), HEADER, json!({"token_use": "id"})).is_ok());
        for changes in [json!({"token_use": "access"}), json!({})] {
            assert!(judged(cognito.clone(), HEADER, changes).is_err());
        }
    }

    #[test]
    fn the_nonce_is_the_one_that_was_sent() {
        let check =
            |claims: &str, sent| check_nonce(&Claims::parse(claims.as_bytes()).unwrap(), sent);
        assert_eq!(check(r#"{"nonce":"n"}"#, Some("n")), Ok(()));
        assert_eq!(check("{}", None), Ok(()));
        for (claims, sent, reason) in [
            ("{}", "n", "missing"),
            (r#"{"nonce":"m"}"#, "n", "mismatch"),
            (r#"{"nonce":""}"#, "", "mismatch"),
            (r#"{"nonce":1}"#, "n", "invalid"),
        ] {
            match check(claims, Some(sent)) {
                Err(TokenError::Claim { claim, reason: why }) => {
                    assert_eq!((&*claim, why.as_str()), ("nonce", reason));
                }
                other => panic!("{claims}: {other:?}"),
            }
        }
    }

    #[test]
    fn id_tokens_need_the_clients_id() {
        let options = json!({"issuer": ISSUER, "audience": "api"});
        let oidc = Oidc::from_json(&options.to_string()).unwrap();
        assert!(
            matches!(oidc.id_token_issuer(), Err(Error::Config(error)) if error.option == "clientId")
        );
    }
}

mod introspection {
    use super::*;

    const METADATA: &str = r#"{"issuer":"https://issuer.example","jwks_uri":"https://issuer.example/jwks","introspection_endpoint":"https://auth.example/oauth/introspect"}"#;

    struct Asked {
        oidc: Oidc,
        state: Introspections,
        script: Script,
    }

    impl Asked {
        fn with(options: Value, answers: impl IntoIterator<Item = Outcome>) -> Self {
            let mut script = Script::of(answers);
            script.now = NOW;
            Self {
                oidc: oidc(options),
                state: Introspections::new(),
                script,
            }
        }

        fn at(&mut self, secs: u64, token: &str) -> Result<Value, Error> {
            self.script.now = UnixMillis::from_secs(CLOCK + secs);
            let flow = Introspect::new(&self.oidc, token, "", 7)?;
            let answer = drive(flow, &mut self.state, &mut self.script)?;
            Ok(api_support::json(&answer))
        }

        fn lines(&self) -> Vec<String> {
            self.script.sent.iter().map(line).collect()
        }
    }

    fn active(more: Value) -> String {
        let mut body = json!({"active": true, "sub": "u"});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body.to_string()
    }

    #[test]
    fn the_endpoint_is_discovered_once() {
        let yes = active(json!({}));
        let mut asked = Asked::with(
            json!({}),
            [answer(200, METADATA), answer(200, &yes), answer(200, &yes)],
        );
        assert_eq!(asked.at(0, "token-1").unwrap()["active"], true);
        assert_eq!(asked.at(0, "token-1").unwrap()["sub"], "u");
        assert_eq!(
            asked.lines(),
            [
                "GET https://issuer.example/.well-known/openid-configuration",
                "POST https://auth.example/oauth/introspect",
                "POST https://auth.example/oauth/introspect",
            ]
        );
        let sent = &asked.script.sent[1];
        assert_eq!(
            sent.headers.first("authorization"),
            Some("Basic YzE6czNjciUyRnQ=")
        );
        assert_eq!(
            sent.body.as_deref(),
            Some(&b"token=token-1&token_type_hint=access_token"[..])
        );
    }

    #[test]
    fn a_configured_endpoint_needs_no_discovery() {
        let options = json!({"introspectionEndpoint": "https://auth.example/i"});
        let mut asked = Asked::with(options, [answer(200, r#"{"active":false,"sub":"leak"}"#)]);
        assert_eq!(asked.at(0, "t").unwrap(), json!({"active": false}));
        assert_eq!(asked.lines(), ["POST https://auth.example/i"]);
    }

    #[test]
    fn metadata_that_cannot_be_trusted_are_refused() {
        for outcome in [
            answer(
                200,
                &METADATA.replace("https://issuer.example\"", "https://evil.example\""),
            ),
            answer(200, &METADATA.replace("https://auth", "http://auth")),
            answer(200, r#"{"issuer":"https://issuer.example"}"#),
            answer(200, "<html>"),
            answer(404, ""),
            answer_with(302, "", &[("location", "https://evil.example")]),
            failure(TransportError::TooLarge),
        ] {
            let mut asked = Asked::with(json!({}), [outcome]);
            let error = asked.at(0, "t").unwrap_err();
            assert_eq!(error.code().status(), 502, "{error:?}");
            assert_eq!(asked.script.sent.len(), 1);
        }
    }

    #[test]
    fn the_audience_is_read_where_the_preset_has_it() {
        let options = json!({
            "preset": "clerk", "domain": "a.example", "audience": "https://app.example",
            "issuer": ISSUER, "introspectionEndpoint": "https://auth.example/i",
        });
        for (more, verdict) in [
            (json!({"azp": "https://app.example", "aud": "other"}), true),
            (
                json!({"azp": "https://evil.example", "aud": "https://app.example"}),
                false,
            ),
        ] {
            let mut asked = Asked::with(options.clone(), [answer(200, &active(more.clone()))]);
            let found = asked.at(0, "t").unwrap();
            assert_eq!(found["active"], json!(verdict), "{more}");
        }
    }

    #[test]
    fn metadata_that_cannot_be_had_now_may_be_had_later() {
        for (status, code, retryable) in [
            (404, "ERR_API_STATUS", false),
            (429, "ERR_API_RATE_LIMITED", true),
            (503, "ERR_API_STATUS", true),
        ] {
            let error = Asked::with(json!({}), [answer(status, "")]).at(0, "t");
            let error = error.unwrap_err();
            assert_eq!(
                (error.code().as_str(), error.retryable()),
                (code, retryable)
            );
        }
    }

    #[test]
    fn the_calls_own_timeout_is_also_that_of_the_metadata() {
        let oidc = oidc(json!({"timeout": 9_000}));
        let mut flow = Introspect::new(&oidc, "t", r#"{"timeout":500}"#, 0).unwrap();
        let tick = Tick {
            now: NOW,
            entropy: 0,
        };
        let Step::Send(_, request) = flow.step(&mut Introspections::new(), tick) else {
            panic!("nothing sent");
        };
        assert_eq!(request.timeout.as_millis(), 500);
    }

    #[test]
    fn an_answer_that_contradicts_itself_is_a_no() {
        let options = json!({"introspectionEndpoint": "https://auth.example/i"});
        for (more, verdict) in [
            (json!({}), true),
            (
                json!({"exp": CLOCK + 1, "nbf": CLOCK, "iss": ISSUER, "aud": ["x", "api"]}),
                true,
            ),
            (json!({"exp": CLOCK}), false),
            (json!({"exp": "soon"}), false),
            (json!({"nbf": CLOCK + 1}), false),
            (json!({"iss": "https://evil.example"}), false),
            (json!({"iss": 1}), false),
            (json!({"aud": "other"}), false),
            (json!({"aud": []}), false),
        ] {
            let mut asked = Asked::with(options.clone(), [answer(200, &active(more.clone()))]);
            assert_eq!(asked.at(0, "t").unwrap()["active"], verdict, "{more}");
        }
    }

    fn cached(seconds: u64) -> Value {
        json!({"introspectionEndpoint": "https://auth.example/i", "introspectionCache": seconds})
    }

    #[test]
    fn nothing_is_remembered_unless_asked_for() {
        let yes = active(json!({}));
        let mut asked = Asked::with(cached(0), [answer(200, &yes), answer(200, &yes)]);
        asked.at(0, "t").unwrap();
        asked.at(0, "t").unwrap();
        assert_eq!(asked.script.sent.len(), 2);
    }

    #[test]
    fn a_yes_is_remembered_for_its_time_and_never_past_exp() {
        let yes = active(json!({"exp": CLOCK + 10}));
        let later = active(json!({"exp": CLOCK + 1_000}));
        let mut asked = Asked::with(
            cached(30),
            [answer(200, &yes), answer(200, &later), answer(200, &later)],
        );
        for (secs, sent) in [(0, 1), (9, 1), (10, 2), (39, 2), (40, 3)] {
            asked.at(secs, "t").unwrap();
            assert_eq!(asked.script.sent.len(), sent, "after {secs} s");
        }
    }

    #[test]
    fn a_no_is_not_remembered_and_tokens_are_told_apart() {
        let no = r#"{"active":false}"#;
        let yes = active(json!({}));
        let mut asked = Asked::with(
            cached(30),
            [answer(200, no), answer(200, &yes), answer(200, no)],
        );
        assert_eq!(asked.at(0, "t").unwrap()["active"], false);
        assert_eq!(asked.at(0, "t").unwrap()["active"], true);
        assert_eq!(asked.at(0, "u").unwrap()["active"], false);
        assert_eq!(asked.at(0, "t").unwrap()["active"], true);
    }

    #[test]
    fn the_memory_is_bounded() {
        let yes = active(json!({}));
        let mut asked = Asked::with(cached(30), (0..=300).map(|_| answer(200, &yes)));
        for number in 0..300 {
            asked.at(0, &format!("token-{number}")).unwrap();
        }
        asked.at(0, "token-299").unwrap();
        assert_eq!(asked.script.sent.len(), 300);
        asked.at(0, "token-0").unwrap();
        assert_eq!(asked.script.sent.len(), 301);
        assert!(format!("{:?}", asked.state).contains("256"));
    }

    #[test]
    fn an_outage_is_an_error_and_no_verdict() {
        let options = json!({"introspectionEndpoint": "https://auth.example/i", "maxRetries": 1});
        let mut asked = Asked::with(options, [answer(503, ""), answer(503, "")]);
        assert_eq!(
            asked.at(0, "t").unwrap_err().code().as_str(),
            "ERR_API_STATUS"
        );
    }

    #[test]
    fn what_the_issuer_repeats_of_the_credentials_is_cut() {
        let basic = "YzE6czNjciUyRnQ=";
        for echo in [
            json!({"error": "invalid_client", "error_description": "wrong: s3cr/t"}),
            json!({"error": "invalid_client", "error_description": format!("wrong: {basic}")}),
            json!({"error": format!("Basic {basic} s3cr%2Ft")}),
        ] {
            let options = json!({"introspectionEndpoint": "https://auth.example/i"});
            let mut asked = Asked::with(options, [answer(401, &echo.to_string())]);
            let error = asked.at(0, "t").unwrap_err();
            let sent = asked.script.sent[0].headers.first("authorization").unwrap();
            assert_eq!(sent, format!("Basic {basic}"));
            let Error::Api(told) = &error else {
                panic!("{error:?}");
            };
            let shown = format!("{error:?} {error} {:?}", told.body);
            for secret in ["s3cr", basic] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
    }

    #[test]
    fn credentials_and_token_are_needed_and_shown_nowhere() {
        let public = Oidc::from_json(
            &json!({"issuer": ISSUER, "audience": "api", "clientId": "c"}).to_string(),
        );
        assert!(
            matches!(Introspect::new(&public.unwrap(), "t", "", 0), Err(Error::Config(error)) if error.option == "clientSecret")
        );
        for token in ["", "a b", "a\r\nb", "é"] {
            assert!(
                matches!(Introspect::new(&oidc(json!({})), token, "", 0), Err(Error::Config(error)) if error.option == "token")
            );
        }
        let flow = Introspect::new(&oidc(json!({})), "canary", "", 0).unwrap();
        assert!(!format!("{flow:?}").contains("canary"));
    }
}

mod discovery {
    use super::*;

    #[test]
    fn keys_are_found_by_the_issuers_metadata() {
        let contract: Value = serde_json::from_str(CONTRACT).unwrap();
        let metadata =
            r#"{"issuer":"https://issuer.example","jwks_uri":"https://keys.example/jwks"}"#;
        let mut script = Script::of([
            answer(200, metadata),
            answer(200, &contract["verifier"]["jwks"].to_string()),
        ]);
        script.now = NOW;
        let (verifier, mut keyring) =
            Verifier::new(vec![oidc(json!({})).issuer().unwrap()]).unwrap();
        let token = contract["tokens"]["rfc9068"].as_str().unwrap();
        let flow = verifier.verify_flow(token.as_bytes(), None, None);
        drive(flow, &mut keyring, &mut script).unwrap();
        assert_eq!(
            script.lines(),
            [
                "GET https://issuer.example/.well-known/openid-configuration",
                "GET https://keys.example/jwks"
            ]
        );
    }
}
