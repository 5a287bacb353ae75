//! What an SDK for HelloJohn must do, case by case: tokens' claims and REST behaviour.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;
mod support;

use api_support::{NOW, Script, answer, answer_with, json};
use countersign::error::{ApiError, Error, TokenError};
use countersign::jwt::{Call, Verifier};
use countersign::providers::hellojohn::{HelloJohn, User, class, provider_code, require_role};
use countersign::time::UnixMillis;
use serde_json::{Map, Value, json};
use support::TestKey;

const TOKENS: &str = include_str!("../src/providers/hellojohn/fixtures/tokens.json");

fn hellojohn(options: Value) -> HelloJohn {
    HelloJohn::from_json(&options.to_string()).unwrap()
}

fn server() -> HelloJohn {
    hellojohn(json!({
        "apiUrl": "https://a.example", "secretKey": "sk_live_1", "publishableKey": "pk_live_1",
        "masterKey": "mk_live_1",
    }))
}

mod tokens {
    use super::*;

    /// Verifies with nothing but the options, as any host does.
    fn verify(options: Value, token: &str, clock: u64) -> Result<User, Error> {
        let hellojohn = hellojohn(options);
        let (verifier, mut keyring) = Verifier::new(vec![hellojohn.issuer()?])?;
        let now = UnixMillis::from_secs(clock);
        let call = Call {
            now,
            date: Some(now),
            requirement: None,
        };
        let verified = verifier.verify(&mut keyring, token.as_bytes(), call)?;
        Ok(hellojohn.user(verified.members()))
    }

    /// Cases whose outcome the signature or the key decides.
    #[test]
    fn every_signature_case_has_its_outcome() {
        let fixtures: Value = serde_json::from_str(TOKENS).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let cases = fixtures["signatureCases"].as_array().unwrap();
        assert_eq!(cases.len(), 7);
        for case in cases {
            let mut token = text(&fixtures["tokens"][text(&case["token"])]);
            let (input, signature) = token.rsplit_once('.').unwrap();
            if let Some(change) = case["replaceSignatureStart"].as_array() {
                let rest = signature.strip_prefix(&*text(&change[0])).unwrap();
                token = format!("{input}.{}{rest}", text(&change[1]));
            } else if let Some(change) = case["replaceSignatureEnd"].as_array() {
                let rest = signature.strip_suffix(&*text(&change[0])).unwrap();
                token = format!("{input}.{rest}{}", text(&change[1]));
            } else if let Some(other) = case["payloadOf"].as_str() {
                let header = input.split('.').next().unwrap();
                let payload = text(&fixtures["tokens"][other]);
                let payload = payload.split('.').nth(1).unwrap();
                token = format!("{header}.{payload}.{signature}");
            }
            let mut jwks = fixtures["jwks"].clone();
            if let Some(kept) = case["keys"].as_array() {
                jwks["keys"]
                    .as_array_mut()
                    .unwrap()
                    .retain(|key| kept.contains(&key["kid"]));
            }
            let options = json!({"tenantId": "tnt_01TESTAAAA000001", "jwks": jwks});
            let error = verify(options, &token, fixtures["clock"].as_u64().unwrap()).unwrap_err();
            assert_eq!(
                provider_code(&error),
                case["code"].as_str(),
                "case {}",
                case["name"]
            );
            assert_eq!(class(&error), "InvalidTokenError", "case {}", case["name"]);
        }
    }

    #[test]
    fn every_claims_case_has_its_outcome() {
        let fixtures: Value = serde_json::from_str(TOKENS).unwrap();
        let cases = fixtures["cases"].as_array().unwrap();
        assert_eq!(cases.len(), 10);
        for case in cases {
            let name = case["name"].as_str().unwrap();
            let token = fixtures["tokens"][case["token"].as_str().unwrap()]
                .as_str()
                .unwrap();
            let clock = case["clock"]
                .as_u64()
                .or(fixtures["clock"].as_u64())
                .unwrap();
            let mut options = case["options"].clone();
            options["jwks"] = fixtures["jwks"].clone();
            let result = verify(options, token, clock);
            match (result, case["code"].as_str()) {
                (Ok(user), None) => {
                    let user: Value = serde_json::from_str(&user.json().to_string()).unwrap();
                    for (field, value) in case["user"].as_object().unwrap() {
                        assert_eq!(&user[field], value, "case {name}: {field}");
                    }
                }
                (Err(error), Some(code)) => {
                    assert_eq!(provider_code(&error), Some(code), "case {name}");
                    assert_eq!(class(&error), "InvalidTokenError", "case {name}");
                }
                (other, expected) => panic!("case {name}: {other:?}, not {expected:?}"),
            }
        }
    }

    #[test]
    fn a_user_without_role_passes_no_demand_for_one() {
        let fixtures: Value = serde_json::from_str(TOKENS).unwrap();
        let options = json!({"tenantId": "tnt_01TESTAAAA000001", "jwks": fixtures["jwks"]});
        let token = fixtures["tokens"]["T2"].as_str().unwrap();
        let user = verify(options, token, 1_705_316_000).unwrap();
        let refused = Error::from(require_role(user.role.as_deref(), "admin", false).unwrap_err());
        assert_eq!(refused.code().status(), 403);
        assert_eq!(class(&refused), "PermissionError");
    }

    /// A payload that passes, for the rules to be broken one by one.
    fn good() -> Map<String, Value> {
        json!({"sub": "u", "iss": "https://api.hellojohn.dev", "aud": "t", "tenant_id": "t",
               "iat": 1_700_000_000, "exp": 1_700_003_600})
        .as_object()
        .cloned()
        .unwrap()
    }

    fn verdict(options: Value, changes: Value) -> Result<(), TokenError> {
        let mut claims = good();
        for (name, value) in changes.as_object().unwrap() {
            claims.insert(name.clone(), value.clone());
        }
        let key = TestKey::new("k", 1);
        let mut options = options;
        options["publicKey"] = serde_json::from_str(&key.jwk()).unwrap();
        let token = key.token(&Value::Object(claims).to_string());
        match verify(options, &token, NOW) {
            Ok(_) => Ok(()),
            Err(Error::Token(error)) => Err(error),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_rule_refuses_by_itself() {
        let tenant = json!({"tenantId": "t"});
        assert_eq!(verdict(tenant.clone(), json!({})), Ok(()));
        for (changes, claim, reason) in [
            (json!({"iss": "https://evil"}), "iss", "mismatch"),
            (
                json!({"iss": "https://api.hellojohn.dev/"}),
                "iss",
                "mismatch",
            ),
            (
                json!({"iss": "https://api.hellojohn.dev/v1"}),
                "iss",
                "mismatch",
            ),
            (json!({"iss": null}), "iss", "invalid"),
            (json!({"iss": 1}), "iss", "invalid"),
            (json!({"aud": "other"}), "aud", "mismatch"),
            (json!({"aud": []}), "aud", "mismatch"),
            (json!({"aud": ["t", 1]}), "aud", "invalid"),
            (json!({"aud": {}}), "aud", "invalid"),
            (json!({"aud": null}), "aud", "invalid"),
            (json!({"tenant_id": "other"}), "tenant_id", "mismatch"),
            (
                json!({"tenant_id": null, "tid": "other"}),
                "tenant_id",
                "mismatch",
            ),
            (json!({"tenant_id": 1}), "tenant_id", "invalid"),
            (json!({"token_use": "refresh"}), "token_use", "mismatch"),
            (json!({"token_use": 1}), "token_use", "invalid"),
            (json!({"typ": "refresh_token"}), "typ", "mismatch"),
            (json!({"typ": 1}), "typ", "invalid"),
            (json!({"sub": ""}), "sub", "missing"),
            (json!({"sub": null}), "sub", "invalid"),
            (json!({"sub": 1}), "sub", "invalid"),
            (json!({"exp": "1700003600"}), "exp", "invalid"),
            (json!({"exp": null}), "exp", "invalid"),
            (json!({"iat": "1"}), "iat", "invalid"),
            (json!({"nbf": []}), "nbf", "invalid"),
        ] {
            match verdict(tenant.clone(), changes.clone()) {
                Err(TokenError::Claim {
                    claim: named,
                    reason: why,
                }) => {
                    assert_eq!((&*named, why.as_str()), (claim, reason), "{changes}");
                }
                other => panic!("{changes}: {other:?}"),
            }
        }
        let late = verdict(tenant.clone(), json!({"exp": NOW - 30}));
        assert_eq!(late, Err(TokenError::Expired));
        for name in ["nbf", "iat"] {
            assert_eq!(
                verdict(tenant.clone(), json!({name: NOW + 31})),
                Err(TokenError::NotYetValid)
            );
            assert_eq!(verdict(tenant.clone(), json!({name: NOW + 30})), Ok(()));
        }
    }

    #[test]
    fn what_is_allowed_is_allowed() {
        for (options, changes) in [
            (json!({"tenantId": "t"}), json!({"aud": ["x", "t"]})),
            (
                json!({"tenantId": "t"}),
                json!({"tenant_id": null, "tid": "t"}),
            ),
            (json!({"tenantId": "t"}), json!({"tenant_id": null})),
            (json!({"tenantId": "t"}), json!({"typ": "access_token"})),
            (
                json!({"tenantId": "t"}),
                json!({"typ": "session_token", "token_use": "access"}),
            ),
            (
                json!({"tenantId": "t", "issuer": null}),
                json!({"iss": "x"}),
            ),
            (
                json!({"tenantId": "t", "issuer": ["a", "b"]}),
                json!({"iss": "b"}),
            ),
            (
                json!({"tenantId": "t", "audience": ["app", "x"]}),
                json!({"aud": "app"}),
            ),
            (
                json!({"tenantId": "t", "audience": null}),
                json!({"aud": "x"}),
            ),
            (
                json!({"allowAnyTenant": true}),
                json!({"aud": "y", "tenant_id": "y"}),
            ),
            (
                json!({"tenantId": "t", "apiUrl": "https://s.example/v1"}),
                json!({"iss": "https://s.example"}),
            ),
        ] {
            assert_eq!(
                verdict(options.clone(), changes.clone()),
                Ok(()),
                "{options} {changes}"
            );
        }
        let unbound = verdict(
            json!({"tenantId": "t", "audience": null}),
            json!({"tenant_id": null}),
        );
        assert!(
            unbound.is_err(),
            "without audience the token must name its tenant"
        );
    }
}

mod rest {
    use super::*;

    fn refusal(outcome: countersign::flow::Outcome) -> ApiError {
        let mut script = Script::of([outcome]);
        let options = r#"{"maxRetries":0}"#;
        match script.run(server().client(), "users.get", r#"{"id":"u"}"#, options) {
            Err(Error::Api(error)) => *error,
            other => panic!("{other:?}"),
        }
    }

    /// Case 1.
    #[test]
    fn v1_is_appended_once() {
        for url in [
            "https://a.example",
            "https://a.example/",
            "https://a.example/v1",
            "https://a.example/v1/",
        ] {
            let hellojohn = hellojohn(json!({"apiUrl": url, "secretKey": "sk_live_1"}));
            let mut script = Script::of([answer(200, r#"{"data":[]}"#)]);
            script
                .run(hellojohn.client(), "users.list", "", "")
                .unwrap();
            assert_eq!(script.lines(), ["GET https://a.example/v1/users"]);
        }
    }

    /// Case 2.
    #[test]
    fn a_list_sends_its_limit_tenant_and_key() {
        let mut script = Script::of([answer(200, r#"{"data":[]}"#)]);
        let parameters = r#"{"tenantId":"tnt_x","limit":50}"#;
        script
            .run(server().client(), "users.list", parameters, "")
            .unwrap();
        assert_eq!(script.lines(), ["GET https://a.example/v1/users?limit=50"]);
        let headers = &script.sent[0].headers;
        assert_eq!(headers.first("x-tenant-id"), Some("tnt_x"));
        assert_eq!(headers.first("authorization"), Some("Bearer sk_live_1"));
    }

    #[test]
    fn no_tenant_no_header() {
        let mut script = Script::of([answer(200, r#"{"data":[]}"#)]);
        script.run(server().client(), "users.list", "", "").unwrap();
        assert_eq!(script.sent[0].headers.first("x-tenant-id"), None);
    }

    /// Case 3.
    #[test]
    fn a_missing_user_is_named_by_class_code_message_and_request() {
        let error = refusal(answer(
            404,
            r#"{"error":{"code":"user_not_found","message":"m","status":404,"request_id":"req_1"}}"#,
        ));
        assert_eq!(error.class, Some("UserNotFoundError"));
        assert_eq!(error.provider_code.as_deref(), Some("user_not_found"));
        assert_eq!(error.message, "m");
        assert_eq!(error.request_id.as_deref(), Some("req_1"));
        assert_eq!(error.status, 404);
        assert!(!error.retryable);
    }

    /// Case 4.
    #[test]
    fn a_rate_limits_wait_comes_from_the_header_before_the_body() {
        let body = r#"{"error":"rate_limit_exceeded","message":"m","retry_after":23}"#;
        let error = refusal(answer(429, body));
        assert_eq!(error.class, Some("RateLimitError"));
        assert_eq!(error.retry_after, Some(23));
        assert!(error.retryable);
        let error = refusal(answer_with(429, body, &[("Retry-After", "7")]));
        assert_eq!(error.retry_after, Some(7));
    }

    /// Case 5.
    #[test]
    fn a_rate_limits_wait_may_come_from_its_reset() {
        let error = refusal(answer_with(429, "", &[("X-RateLimit-Reset", "1700000060")]));
        assert_eq!(error.retry_after, Some(60));
    }

    /// Case 6.
    #[test]
    fn both_attempts_of_a_post_carry_one_key() {
        let mut script = Script::of([answer(503, ""), answer(201, r#"{"id":"u"}"#)]);
        script
            .run(server().client(), "users.create", r#"{"email":"a@x"}"#, "")
            .unwrap();
        let keys = script
            .sent
            .iter()
            .map(|r| r.headers.first("idempotency-key"));
        let keys: Vec<_> = keys.collect();
        assert_eq!(keys[0].map(str::len), Some(36));
        assert_eq!(keys[0], keys[1]);
    }

    /// Case 7.
    #[test]
    fn two_pages_are_two_requests() {
        let mut script = Script::of([
            answer(
                200,
                r#"{"data":[{"id":"1"}],"pagination":{"total":2,"limit":1,"has_more":true,"next_cursor":"c1"}}"#,
            ),
            answer(
                200,
                r#"{"data":[{"id":"2"}],"pagination":{"total":2,"limit":1,"has_more":false,"next_cursor":null}}"#,
            ),
        ]);
        let server = server();
        let client = server.client();
        let mut walk = client.walk("users.list", r#"{"q":"z"}"#).unwrap();
        let mut next = Some(r#"{"q":"z"}"#.to_owned());
        let mut ids = Vec::new();
        while let Some(parameters) = next {
            let answer = script.run(client, "users.list", &parameters, "").unwrap();
            for item in json(&answer)["data"].as_array().unwrap() {
                ids.push(item["id"].as_str().unwrap().to_owned());
            }
            next = walk.advance(answer.page.as_ref().unwrap());
        }
        assert_eq!(ids, ["1", "2"]);
        assert_eq!(
            script.lines(),
            [
                "GET https://a.example/v1/users?q=z",
                "GET https://a.example/v1/users?cursor=c1&q=z",
            ]
        );
    }

    /// Case 8.
    #[test]
    fn html_errors_and_empty_successes_are_understood() {
        let error = refusal(answer(502, "<html>Bad gateway</html>"));
        assert_eq!(error.class, Some("ServerError"));
        assert_eq!(error.provider_code.as_deref(), Some("http_502"));
        assert_eq!(error.body.as_deref(), Some("<html>Bad gateway</html>"));
        let mut script = Script::of([answer(204, "")]);
        let deleted = script.run(server().client(), "users.delete", r#"{"id":"u"}"#, "");
        assert_eq!(deleted.unwrap().json(), Some("null"));
    }

    #[test]
    fn a_page_is_handed_on_in_one_shape_whatever_came() {
        for (body, next, total) in [
            (
                r#"{"data":[{"id":"u"}],"pagination":{"total":9,"next_cursor":"c","has_more":true}}"#,
                json!("c"),
                json!(9),
            ),
            (
                r#"{"data":[{"id":"u"}],"total":9,"next_cursor":"c"}"#,
                json!("c"),
                json!(9),
            ),
            (
                r#"{"users":[{"id":"u"}],"nextCursor":"c","total":9}"#,
                json!("c"),
                json!(9),
            ),
            (
                r#"{"data":[{"id":"u"}],"meta":{"total":9,"cursor":"c"}}"#,
                json!("c"),
                json!(9),
            ),
            (
                r#"{"users":[{"id":"u"}],"total":9,"page":1,"limit":20}"#,
                json!(null),
                json!(9),
            ),
            (
                r#"{"users":[{"id":"u"}],"total_count":9,"page":1}"#,
                json!(null),
                json!(9),
            ),
            (r#"{"data":[{"id":"u"}]}"#, json!(null), json!(null)),
            (r#"[{"id":"u"}]"#, json!(null), json!(null)),
        ] {
            let mut script = Script::of([answer(200, body)]);
            let page = script.run(server().client(), "users.list", "", "").unwrap();
            let more = !next.is_null();
            let expected =
                json!({"data": [{"id": "u"}], "nextCursor": next, "total": total, "hasMore": more});
            assert_eq!(json(&page), expected, "{body}");
        }
    }

    #[test]
    fn answers_have_camel_case_names_and_keep_the_callers_data() {
        let body = r#"{"id":"u","created_at":"t","phone_number":"+1","public_metadata":{"my_key":1},"new_field":{"sub_field":2}}"#;
        let mut script = Script::of([answer_with(
            200,
            body,
            &[
                ("X-HelloJohn-Version", "1.4.2"),
                ("X-RateLimit-Remaining", "9"),
            ],
        )]);
        let user = script
            .run(server().client(), "users.get", r#"{"id":"u"}"#, "")
            .unwrap();
        assert_eq!(
            json(&user),
            json!({"id": "u", "createdAt": "t", "phoneNumber": "+1", "phone": "+1",
                   "publicMetadata": {"my_key": 1}, "newField": {"subField": 2}})
        );
        let metadata: Value = serde_json::from_str(&user.metadata_json()).unwrap();
        assert_eq!(
            metadata,
            json!({"version": "1.4.2", "rateLimitRemaining": "9"})
        );
    }

    #[test]
    fn an_export_is_bytes() {
        let mut script = Script::of([answer_with(
            200,
            "a,b\n1,2\n",
            &[("content-type", "text/csv")],
        )]);
        let export = script
            .run(server().client(), "auditLogs.export", "", "")
            .unwrap();
        let countersign::api::Body::Bytes { media_type, bytes } = export.body else {
            panic!("not bytes");
        };
        assert_eq!(media_type.as_deref(), Some("text/csv"));
        assert_eq!(bytes, b"a,b\n1,2\n");
        assert_eq!(script.sent[0].headers.first("accept"), Some("*/*"));
    }

    #[test]
    fn a_second_factor_is_a_result_of_sign_in_and_an_error_elsewhere() {
        let body = r#"{"error":{"code":"mfa_required","message":"m","challenge_id":"mfa_1","available_factors":[{"type":"totp","factor_id":"fac_1"}]}}"#;
        let credentials = r#"{"email":"a@x","password":"secret"}"#;
        let mut script = Script::of([answer(403, body)]);
        let result = script
            .run(server().client(), "auth.signIn", credentials, "")
            .unwrap();
        assert_eq!(
            json(&result),
            json!({"status": "mfa_required", "challengeId": "mfa_1",
                   "availableFactors": [{"type": "totp", "factorId": "fac_1"}]})
        );
        let error = refusal(answer(403, body));
        assert_eq!(error.class, Some("MfaRequiredError"));
        let detail: Value = serde_json::from_str(error.body.as_deref().unwrap()).unwrap();
        assert_eq!(detail["error"]["challenge_id"], "mfa_1");
        let mut script = Script::of([answer(403, r#"{"error":{"code":"account_locked"}}"#)]);
        let locked = script
            .run(server().client(), "auth.signIn", credentials, "")
            .unwrap_err();
        assert_eq!(class(&locked), "PermissionError");
    }

    #[test]
    fn a_remote_verdict_that_is_negative_is_a_result() {
        let verify = |body| {
            let mut script = Script::of([answer(200, body)]);
            script.run(
                server().client(),
                "sessions.verify",
                r#"{"token":"tok_1"}"#,
                "",
            )
        };
        let no = verify(r#"{"valid":false,"error":{"message":"revoked"}}"#).unwrap();
        assert_eq!(
            json(&no),
            json!({"valid": false, "payload": null, "error": {"message": "revoked"}})
        );
        let yes = verify(r#"{"valid":true,"payload":{"sub":"u","tenant_id":"t"}}"#).unwrap();
        assert_eq!(json(&yes)["payload"], json!({"sub": "u", "tenant_id": "t"}));
        for body in ["{}", r#"{"valid":"yes"}"#, "true", ""] {
            let error = verify(body).unwrap_err();
            assert_eq!(error.code().as_str(), "ERR_API_RESPONSE_INVALID", "{body}");
        }
    }

    #[test]
    fn a_lookup_by_address_finds_that_address_or_nobody() {
        let find = |body| {
            let mut script = Script::of([answer(200, body)]);
            let found = script.run(
                server().client(),
                "users.getByEmail",
                r#"{"email":"a@x"}"#,
                "",
            );
            json(&found.unwrap())
        };
        assert_eq!(find(r#"{"data":[{"id":"1","email":"A@x"}]}"#)["id"], "1");
        assert_eq!(find(r#"{"data":[{"id":"2","email":"b@x"}]}"#), Value::Null);
        assert_eq!(find(r#"{"data":[]}"#), Value::Null);
    }
}
