//! What an SDK for HelloJohn must do, case by case: tokens' claims, REST behaviour, error
//! classes, refresh, and that nothing secret shows.

mod api_support;

use api_support::{NOW, Script, answer, answer_with, failure, json};
use countersign::encoding::Base64;
use countersign::error::{ApiError, Error, TokenError};
use countersign::flow::{Flow, RequestId, Step, Tick, drive};
use countersign::http::TransportError;
use countersign::providers::hellojohn::{
    HelloJohn, Refresh, RefreshState, class, provider_code, require_role,
};
use countersign::time::UnixMillis;
use serde_json::{Map, Value, json};

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

/// The payload of a token, as a verifier hands it on once its signature was found good.
fn payload(token: &str) -> Map<String, Value> {
    let segment = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&Base64::Url.decode(segment.as_bytes()).unwrap()).unwrap()
}

mod tokens {
    use super::*;

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
            let verification = hellojohn(case["options"].clone()).verification().unwrap();
            let result = verification.user(payload(token), UnixMillis::from_secs(clock));
            match (result, case["code"].as_str()) {
                (Ok(user), None) => {
                    let user: Value = serde_json::from_str(&user.json()).unwrap();
                    for (field, value) in case["user"].as_object().unwrap() {
                        assert_eq!(&user[field], value, "case {name}: {field}");
                    }
                }
                (Err(error), Some(code)) => {
                    let error = Error::from(error);
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
        let verification = hellojohn(json!({"tenantId": "tnt_01TESTAAAA000001"})).verification();
        let token = fixtures["tokens"]["T2"].as_str().unwrap();
        let now = UnixMillis::from_secs(1_705_316_000);
        let user = verification.unwrap().user(payload(token), now).unwrap();
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
        let rules = hellojohn(options).verification().unwrap().rules;
        rules.check(&claims, UnixMillis::from_secs(NOW))
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
            (json!({"iss": null}), "iss", "missing"),
            (json!({"iss": 1}), "iss", "invalid"),
            (json!({"aud": "other"}), "aud", "mismatch"),
            (json!({"aud": []}), "aud", "mismatch"),
            (json!({"aud": ["t", 1]}), "aud", "invalid"),
            (json!({"aud": {}}), "aud", "invalid"),
            (json!({"aud": null}), "aud", "missing"),
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
            (json!({"sub": null}), "sub", "missing"),
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
                json!({"iss": null}),
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
                json!({"aud": null}),
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

mod classes {
    use super::*;

    /// Status, code, operation, class.
    const ROWS: &[(u16, &str, &str, &str)] = &[
        (401, "missing_token", "users.list", "AuthenticationError"),
        (401, "invalid_api_key", "users.list", "AuthenticationError"),
        (
            401,
            "invalid_publishable_key",
            "users.list",
            "AuthenticationError",
        ),
        (
            401,
            "invalid_credentials",
            "users.list",
            "AuthenticationError",
        ),
        (401, "", "users.list", "AuthenticationError"),
        (401, "invalid_token", "users.list", "InvalidTokenError"),
        (401, "TOKEN_INVALID", "users.list", "InvalidTokenError"),
        (401, "token_expired", "users.list", "InvalidTokenError"),
        (
            401,
            "refresh_token_expired",
            "users.list",
            "InvalidTokenError",
        ),
        (
            401,
            "refresh_token_invalid",
            "users.list",
            "InvalidTokenError",
        ),
        (
            401,
            "REFRESH_TOKEN_REUSE",
            "users.list",
            "InvalidTokenError",
        ),
        (401, "session_revoked", "users.list", "InvalidTokenError"),
        (401, "session_expired", "users.list", "InvalidTokenError"),
        (401, "session_not_found", "users.list", "InvalidTokenError"),
        (
            403,
            "insufficient_permissions",
            "users.list",
            "PermissionError",
        ),
        (403, "tenant_mismatch", "users.list", "PermissionError"),
        (403, "cp_admin_required", "users.list", "PermissionError"),
        (403, "account_locked", "users.list", "PermissionError"),
        (403, "ACCOUNT_DISABLED", "users.list", "PermissionError"),
        (403, "account_suspended", "users.list", "PermissionError"),
        (403, "email_not_verified", "users.list", "PermissionError"),
        (403, "", "users.list", "PermissionError"),
        (403, "mfa_required", "users.list", "MfaRequiredError"),
        (404, "user_not_found", "users.list", "UserNotFoundError"),
        (404, "USER_NOT_FOUND", "sessions.get", "UserNotFoundError"),
        (404, "", "users.get", "UserNotFoundError"),
        (404, "something", "users.get", "UserNotFoundError"),
        (404, "tenant_not_found", "users.get", "TenantNotFoundError"),
        (404, "", "tenants.get", "TenantNotFoundError"),
        (404, "session_not_found", "sessions.get", "NotFoundError"),
        (404, "", "sessions.get", "NotFoundError"),
        (409, "email_already_exists", "users.list", "ConflictError"),
        (409, "EMAIL_ALREADY_IN_USE", "users.list", "ConflictError"),
        (409, "already_exists", "users.list", "ConflictError"),
        (409, "", "users.list", "ConflictError"),
        (422, "invalid_email", "users.list", "ValidationError"),
        (422, "password_too_weak", "users.list", "ValidationError"),
        (400, "validation_error", "users.list", "ValidationError"),
        (400, "", "users.list", "ValidationError"),
        (422, "", "users.list", "ValidationError"),
        (429, "rate_limit_exceeded", "users.list", "RateLimitError"),
        (429, "", "users.list", "RateLimitError"),
        (500, "internal_error", "users.list", "ServerError"),
        (500, "", "users.list", "ServerError"),
        (503, "", "users.list", "ServerError"),
        (418, "", "users.list", "HelloJohnError"),
    ];

    #[test]
    fn every_status_and_code_has_its_class_in_every_body_shape() {
        for (status, code, operation, expected) in ROWS {
            let bodies = match *code {
                "" => vec![json!({}), json!("text"), json!([1])],
                code => vec![
                    json!({"error": {"code": code, "message": "m"}}),
                    json!({"error": code, "message": "m"}),
                    json!({"code": code, "message": "m", "detail": "d"}),
                    json!({"error": code, "error_description": "m"}),
                ],
            };
            for body in bodies {
                let parameters = match *operation {
                    "users.list" => "",
                    _ => r#"{"id":"x"}"#,
                };
                let mut script = Script::of([answer(*status, &body.to_string())]);
                let options = r#"{"maxRetries":0}"#;
                let result = script.run(server().client(), operation, parameters, options);
                let error = result.unwrap_err();
                assert_eq!(class(&error), *expected, "{status} {body}");
                let own = format!("http_{status}");
                let shown = if code.is_empty() { own.as_str() } else { code };
                assert_eq!(provider_code(&error), Some(shown), "{status} {body}");
                if !code.is_empty() {
                    assert_eq!(error.to_string(), "m");
                }
            }
        }
    }

    #[test]
    fn a_failed_exchange_and_an_unusable_answer_are_transport_errors() {
        for outcome in [failure(TransportError::TimedOut), answer(200, "<html>")] {
            let mut script = Script::of([outcome]);
            let options = r#"{"maxRetries":0}"#;
            let error = script
                .run(server().client(), "users.list", "", options)
                .unwrap_err();
            assert_eq!(class(&error), "TransportError");
        }
    }
}

mod refresh {
    use super::*;

    const OLD: &str = r#"{"refreshToken":"rt_old_1"}"#;
    const NEW: &str = r#"{"refreshToken":"rt_new_1"}"#;
    const TOKENS: &str = r#"{"access_token":"a","refresh_token":"rt_new_1","expires_in":900}"#;

    fn flow(parameters: &str) -> Refresh {
        Refresh::new(server().client(), parameters, "").unwrap()
    }

    fn tick(secs: u64) -> Tick {
        Tick {
            now: UnixMillis::from_secs(NOW + secs),
            entropy: 0,
        }
    }

    #[test]
    fn new_tokens_are_handed_on() {
        let mut state = RefreshState::new();
        let mut script = Script::of([answer(200, TOKENS)]);
        let tokens = drive(flow(OLD), &mut state, &mut script).unwrap();
        assert_eq!(
            json(&tokens),
            json!({"accessToken": "a", "refreshToken": "rt_new_1", "expiresIn": 900})
        );
        assert!(!state.is_over());
        let mut script = Script::of([answer(200, TOKENS)]);
        assert!(drive(flow(NEW), &mut state, &mut script).is_ok());
    }

    #[test]
    fn a_second_refresh_waits_for_nobody_and_is_refused() {
        let mut state = RefreshState::new();
        let mut first = flow(OLD);
        assert!(matches!(first.step(&mut state, tick(0)), Step::Send(..)));
        let mut second = flow(NEW);
        let Step::Done(Err(error)) = second.step(&mut state, tick(1)) else {
            panic!("not refused");
        };
        assert_eq!(
            error.to_string(),
            "refreshToken: is being refreshed already"
        );
        first.resolve(&mut state, RequestId(1), answer(200, TOKENS), tick(2));
        assert!(matches!(first.step(&mut state, tick(2)), Step::Done(Ok(_))));
        assert!(matches!(
            flow(NEW).step(&mut state, tick(3)),
            Step::Send(..)
        ));
    }

    #[test]
    fn an_abandoned_refresh_blocks_until_its_lease_ends_and_its_token_for_good() {
        let mut state = RefreshState::new();
        let mut first = flow(OLD);
        assert!(matches!(first.step(&mut state, tick(0)), Step::Send(..)));
        drop(first);
        assert!(matches!(
            flow(NEW).step(&mut state, tick(14)),
            Step::Done(Err(_))
        ));
        let Step::Done(Err(error)) = flow(OLD).step(&mut state, tick(15)) else {
            panic!("not refused");
        };
        assert!(error.to_string().contains("may be spent"));
        assert!(matches!(
            flow(NEW).step(&mut state, tick(15)),
            Step::Send(..)
        ));
    }

    #[test]
    fn a_refresh_whose_answer_was_lost_is_not_repeated() {
        for lost in [failure(TransportError::TimedOut), answer(502, "")] {
            let mut state = RefreshState::new();
            let mut script = Script::of([lost]);
            assert!(drive(flow(OLD), &mut state, &mut script).is_err());
            assert_eq!(script.sent.len(), 1);
            let mut script = Script::of([]);
            assert!(drive(flow(OLD), &mut state, &mut script).is_err());
            assert!(script.sent.is_empty());
        }
    }

    #[test]
    fn a_rate_limited_refresh_may_be_tried_again() {
        let mut state = RefreshState::new();
        let mut script = Script::of([answer(429, ""), answer(200, TOKENS)]);
        assert!(drive(flow(OLD), &mut state, &mut script).is_err());
        assert!(drive(flow(OLD), &mut state, &mut script).is_ok());
    }

    #[test]
    fn a_refused_refresh_ends_the_session() {
        for code in [
            "refresh_token_expired",
            "refresh_token_invalid",
            "session_revoked",
        ] {
            let mut state = RefreshState::new();
            let body = json!({"error": {"code": code, "message": "m"}}).to_string();
            let mut script = Script::of([answer(401, &body)]);
            let error = drive(flow(OLD), &mut state, &mut script).unwrap_err();
            assert_eq!(class(&error), "InvalidTokenError");
            assert!(state.is_over());
        }
    }
}

mod secrecy {
    use super::*;

    const CANARY: &str = "canary";

    fn loaded() -> HelloJohn {
        hellojohn(json!({
            "apiUrl": "https://a.example", "tenantId": "tnt_1", "secretKey": "sk_canary",
            "publishableKey": "pk_canary", "masterKey": "mk_canary",
            "accessToken": "at_canary", "controlPlaneToken": "cp_canary",
            "webhookSecret": "whsec_canary",
        }))
    }

    /// Operations of every credential, with secrets in every kind of place.
    const CALLS: &[(&str, &str)] = &[
        ("users.create", r#"{"email":"a@x","password":"pw_canary"}"#),
        ("auth.signIn", r#"{"email":"a@x","password":"pw_canary"}"#),
        ("auth.refresh", r#"{"refreshToken":"rt_canary"}"#),
        ("auth.me", ""),
        ("tenants.list", ""),
        ("controlPlane.updateTenant", r#"{"id":"t"}"#),
        (
            "auth.clientCredentials",
            r#"{"clientId":"c","clientSecret":"cs_canary"}"#,
        ),
        (
            "organizations.acceptInvitation",
            r#"{"token":"inv_canary"}"#,
        ),
        ("sessions.verify", r#"{"token":"tok_canary"}"#),
    ];

    /// What a server might throw back: everything it was sent.
    fn echo(request: &countersign::http::Request) -> String {
        let bearer = request.headers.first("authorization").unwrap_or_default();
        let sent = String::from_utf8_lossy(request.body.as_deref().unwrap_or_default());
        let url = &request.url;
        json!({"error": {"code": bearer, "message": format!("{bearer} {sent} {url}"),
               "request_id": bearer, "echo": {"body": sent, "nested": [bearer, url]}}})
        .to_string()
    }

    #[test]
    fn no_secret_shows_in_any_debug_output_or_error() {
        let hellojohn = loaded();
        assert!(!format!("{hellojohn:?} {:?}", hellojohn.client()).contains(CANARY));
        assert!(!format!("{:?}", hellojohn.webhook_secrets()).contains(CANARY));
        for (operation, parameters) in CALLS {
            for status in [400, 401, 403, 404, 409, 422, 429, 500, 503] {
                for json_body in [true, false] {
                    let options = r#"{"maxRetries":0}"#;
                    let mut call = hellojohn
                        .client()
                        .call(operation, parameters, options, 1)
                        .unwrap();
                    let tick = Tick {
                        now: UnixMillis::from_secs(NOW),
                        entropy: 0,
                    };
                    let Step::Send(id, request) = call.step(&mut (), tick) else {
                        panic!("{operation}: not sent");
                    };
                    let shown = format!("{call:?} {request:?}");
                    let body = echo(&request);
                    let body = if json_body {
                        body
                    } else {
                        format!("<p>{body}")
                    };
                    call.resolve(&mut (), id, answer(status, &body), tick);
                    let Step::Done(Err(error)) = call.step(&mut (), tick) else {
                        panic!("{operation}: no error");
                    };
                    let shown = format!(
                        "{shown} {call:?} {error:?} {error} {:?}",
                        error.www_authenticate()
                    );
                    assert!(!shown.contains(CANARY), "{operation} {status}: {shown}");
                }
            }
        }
    }

    #[test]
    fn no_secret_shows_in_a_configuration_error() {
        for options in [
            json!({"secretKey": "pk_canary"}),
            json!({"publishableKey": "sk_canary"}),
            json!({"masterKey": "sk_canary"}),
            json!({"secretKey": ["canary"]}),
            json!({"secretKey": "canary\n"}),
            json!({"webhookSecret": ["canary", 1]}),
            json!({"apiUrl": "https://canary@a.example"}),
        ] {
            let error = HelloJohn::from_json(&options.to_string()).unwrap_err();
            assert!(!format!("{error:?} {error}").contains(CANARY));
        }
        let hellojohn = loaded();
        for (operation, parameters) in [
            ("auth.signIn", r#"{"email":"a@x","password":["canary"]}"#),
            ("users.get", r#"{"id":"canary/.."}"#),
            (
                "organizations.acceptInvitation",
                r#"{"token":"canary\u0000"}"#,
            ),
        ] {
            let error = hellojohn
                .client()
                .call(operation, parameters, "", 0)
                .unwrap_err();
            assert!(
                !format!("{error:?} {error}").contains(CANARY),
                "{operation}"
            );
        }
    }

    #[test]
    fn a_refresh_shows_no_token() {
        let mut state = RefreshState::new();
        let parameters = r#"{"refreshToken":"rt_canary"}"#;
        let mut refresh = Refresh::new(loaded().client(), parameters, "").unwrap();
        let tick = Tick {
            now: UnixMillis::from_secs(NOW),
            entropy: 0,
        };
        refresh.step(&mut state, tick);
        assert!(!format!("{refresh:?} {state:?}").contains(CANARY));
    }
}
