//! What becomes of answers: results, refusals that are results, errors by status and code,
//! rate limits, pages, sessions, events.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;
mod propelauth_support;

use std::sync::LazyLock;

use api_support::{Script, answer, answer_with, failure, json, line};
use countersign::api::Answer;
use countersign::error::{ApiError, Error, WebhookError};
use countersign::flow::drive;
use countersign::http::TransportError;
use countersign::providers::propelauth::{DIALECT, Event, PropelAuth, class, field_errors};
use propelauth_support::AUTH_URL;
use serde_json::{Value, json};

static CONTRACT: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../src/providers/propelauth/fixtures/contract.json");
    serde_json::from_str(text).unwrap()
});
const USER: &str = "5b0e1c52-6f0b-4a39-9d0e-3a1a5f6f2c11";

fn propelauth() -> PropelAuth {
    PropelAuth::from_json(&json!({"authUrl": AUTH_URL, "apiKey": "canary"}).to_string()).unwrap()
}

fn run(script: &mut Script, operation: &str, parameters: &Value) -> Result<Answer, Error> {
    let call = propelauth().call(operation, &parameters.to_string(), "", 7)?;
    drive(call, &mut (), script)
}

/// The outcome of an operation whose provider answers once.
fn outcome(
    operation: &str,
    parameters: &Value,
    status: u16,
    body: &str,
) -> Result<Value, Box<ApiError>> {
    let mut script = Script::of([answer(status, body)]);
    match run(&mut script, operation, parameters) {
        Ok(answer) => Ok(json(&answer)),
        Err(Error::Api(error)) => Err(error),
        Err(other) => panic!("{operation}: {other:?}"),
    }
}

fn contract(part: &str) -> &'static [Value] {
    CONTRACT[part].as_array().unwrap()
}

/// Parameters that an operation takes, from the recorded requests.
fn parameters(operation: &str) -> Value {
    let rows = contract("requests");
    let row = rows.iter().find(|row| row["operation"] == operation);
    row.unwrap()["parameters"].clone()
}

mod results {
    use super::*;

    #[test]
    fn the_same_fetch_as_an_operation_tells_refusals_apart() {
        for (status, expected) in [
            (401, "InvalidApiKeyException"),
            (400, "BadRequestException"),
            (404, "NotFoundException"),
            (429, "RateLimitedException"),
            (418, "UnexpectedException"),
        ] {
            let call = propelauth()
                .call(
                    "fetchTokenVerificationMetadata",
                    "",
                    r#"{"maxRetries":0}"#,
                    7,
                )
                .unwrap();
            let mut script = Script::of([answer(status, "")]);
            let error = drive(call, &mut (), &mut script).unwrap_err();
            assert_eq!(class(&error), expected);
        }
        let seen = outcome(
            "fetchTokenVerificationMetadata",
            &json!({}),
            200,
            r#"{"verifier_key_pem":"p"}"#,
        );
        assert_eq!(seen.unwrap(), json!({"verifierKeyPem": "p"}));
    }

    /// Besides class and message, which the shared contract compares.
    #[test]
    fn every_recorded_refusal_names_its_fields_and_its_wait() {
        for case in contract("refusals") {
            let operation = case["operation"].as_str().unwrap();
            let body = match &case["answer"]["body"] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let status = u16::try_from(case["answer"]["status"].as_u64().unwrap()).unwrap();
            let parameters = case["parameters"].to_string();
            let call = propelauth().call(operation, &parameters, r#"{"maxRetries":0}"#, 7);
            let mut script = Script::of([answer(status, &body)]);
            let Err(Error::Api(error)) = drive(call.unwrap(), &mut (), &mut script) else {
                panic!("{case}")
            };
            let fields = case.get("fields").cloned().unwrap_or_else(|| json!({}));
            let seen = propelauth_support::value(field_errors(&error));
            assert_eq!(seen, fields, "{case}");
            assert_eq!(error.retry_after, case["retryAfter"].as_u64(), "{case}");
        }
    }

    /// The table of the contract: 404 is false, null or an error, by row.
    #[test]
    fn a_404_is_what_the_reference_says_for_each_operation() {
        const NULL: &[&str] = &[
            "fetchUserMetadataByUserId",
            "fetchUserMetadataByEmail",
            "fetchUserMetadataByUsername",
            "fetchUserSignupQueryParams",
            "fetchUserMfaMethods",
            "fetchUserOAuthTokens",
            "fetchFreshTokenFromProvider",
            "fetchEmployeeById",
            "fetchOrg",
            "fetchSamlSpMetadata",
        ];
        const FALSE: &[&str] = &[
            "updateUserMetadata",
            "updateUserEmail",
            "updateUserPassword",
            "clearUserPassword",
            "deleteUser",
            "disableUser",
            "enableUser",
            "disableUser2fa",
            "enableUserCanCreateOrgs",
            "disableUserCanCreateOrgs",
            "resendEmailConfirmation",
            "logoutAllUserSessions",
            "updateOrg",
            "subscribeOrgToRoleMapping",
            "deleteOrg",
            "addUserToOrg",
            "changeUserRoleInOrg",
            "removeUserFromOrg",
            "inviteUserToOrg",
            "inviteUserToOrgByUserId",
            "revokePendingOrgInvite",
            "allowOrgToSetupSamlConnection",
            "disallowOrgToSetupSamlConnection",
            "setSamlIdpMetadata",
            "setOidcIdpMetadata",
            "samlGoLive",
            "deleteSamlConnection",
        ];
        for row in DIALECT
            .rows()
            .filter(|row| !row.name.starts_with("session."))
        {
            for body in ["", "Not Found", r#"{"error":"x"}"#] {
                let seen = outcome(row.name, &parameters(row.name), 404, body);
                match (seen, row.name) {
                    (Ok(value), name) if NULL.contains(&name) => assert_eq!(value, Value::Null),
                    (Ok(value), name) if FALSE.contains(&name) => {
                        assert_eq!(value, json!(false), "{name}")
                    }
                    (Err(error), name) => {
                        assert!(!NULL.contains(&name) && !FALSE.contains(&name), "{name}");
                        let class = error.class.unwrap();
                        let step_up = name.contains("StepUp") || name.contains("Sms");
                        let expected = match name {
                            "createAccessToken" => "FeatureDisabledException",
                            _ if step_up => "UnexpectedException",
                            _ => "NotFoundException",
                        };
                        assert_eq!(class, expected, "{name}");
                    }
                    (Ok(value), name) => panic!("{name}: {value}"),
                }
            }
        }
    }

    #[test]
    fn a_status_means_the_same_for_every_operation() {
        for row in DIALECT
            .rows()
            .filter(|row| !row.name.starts_with("session."))
        {
            for (status, class) in [
                (401, "InvalidApiKeyException"),
                (426, "FeatureDisabledException"),
                (418, "UnexpectedException"),
            ] {
                let step_up = row.name.contains("StepUp") || row.name.contains("Sms");
                let class = if step_up && status == 426 {
                    "UnexpectedException"
                } else {
                    class
                };
                let error = outcome(row.name, &parameters(row.name), status, "").unwrap_err();
                assert_eq!(error.class, Some(class), "{} {status}", row.name);
            }
        }
    }

    #[test]
    fn an_answer_that_is_not_what_the_operation_yields_is_no_result() {
        for (operation, body) in [
            ("fetchOrg", ""),
            ("fetchOrg", "<html>"),
            ("createMagicLink", "{"),
            ("fetchUsersByQuery", "{}"),
            ("fetchBatchUserMetadataByUserIds", "{}"),
            ("fetchBatchUserMetadataByUserIds", r#"[{"email":"a"}]"#),
            ("fetchUserOAuthTokens", "[]"),
        ] {
            let error = outcome(operation, &parameters(operation), 200, body).unwrap_err();
            assert_eq!(
                Error::Api(error).code().as_str(),
                "ERR_API_RESPONSE_INVALID",
                "{operation}"
            );
        }
    }

    #[test]
    fn numbered_pages_are_walked_to_their_end() {
        let propelauth = propelauth();
        let mut walk = propelauth
            .walk("fetchUsersByQuery", r#"{"pageSize":1}"#)
            .unwrap();
        let mut script = Script::of([answer(
            200,
            r#"{"users":[{"user_id":"u"}],"total_users":2,"current_page":0,"page_size":1,"has_more_results":true}"#,
        )]);
        let page = run(&mut script, "fetchUsersByQuery", &json!({"pageSize": 1})).unwrap();
        assert_eq!(
            json(&page),
            json!({"data": [{"userId": "u"}], "hasMore": true, "nextCursor": 1, "total": 2})
        );
        let next = walk.advance(page.page.as_ref().unwrap()).unwrap();
        assert_eq!(next, r#"{"pageSize":1,"pageNumber":1}"#);
        let mut script = Script::of([answer(
            200,
            r#"{"users":[],"total_users":2,"has_more_results":false}"#,
        )]);
        let page = run(
            &mut script,
            "fetchUsersByQuery",
            &serde_json::from_str(&next).unwrap(),
        )
        .unwrap();
        assert_eq!(walk.advance(page.page.as_ref().unwrap()), None);
        assert!(propelauth.walk("fetchOrg", "").is_err());
    }

    #[test]
    fn no_error_shows_the_key_or_what_was_kept_secret() {
        let body = json!({"password": ["canary is too short", "hunter22 is known"]}).to_string();
        let parameters = json!({"email": "a@x.io", "password": "hunter22"});
        let error = outcome("createUser", &parameters, 400, &body).unwrap_err();
        let shown = format!("{error:?} {error}");
        assert!(
            !shown.contains("canary") && !shown.contains("hunter22"),
            "{shown}"
        );
    }
}

mod limits {
    use super::*;

    const LIMITED: &str =
        r#"{"wait_seconds":1.5,"user_facing_error":"x","error_code":"rate_limit_exceeded"}"#;

    #[test]
    fn a_read_waits_as_it_is_told_and_is_repeated_twice_at_most() {
        let mut script = Script::of([
            answer(429, LIMITED),
            answer(429, "slow down"),
            answer(200, r#"{"org_id":"o"}"#),
        ]);
        let org = run(&mut script, "fetchOrg", &parameters("fetchOrg")).unwrap();
        assert_eq!(json(&org), json!({"orgId": "o"}));
        assert_eq!(
            script
                .waits
                .iter()
                .map(std::time::Duration::as_secs)
                .collect::<Vec<_>>(),
            [2, 1]
        );
        let mut script = Script::of([answer(429, ""), answer(429, ""), answer(429, "")]);
        let error = run(&mut script, "fetchOrg", &parameters("fetchOrg")).unwrap_err();
        assert_eq!(class(&error), "RateLimitedException");
    }

    #[test]
    fn a_wait_of_more_than_five_seconds_is_the_callers() {
        let mut script = Script::of([answer_with(429, "", &[("Retry-After", "6")])]);
        let error = run(&mut script, "fetchOrg", &parameters("fetchOrg")).unwrap_err();
        assert_eq!(error.retry_after(), Some(6));
        assert!(script.waits.is_empty());
    }

    #[test]
    fn nothing_but_a_read_is_ever_sent_twice() {
        for row in DIALECT.rows() {
            let is_page = row.answer == countersign::api::AnswerKind::Url;
            if is_page
                || row.method == countersign::http::Method::Get
                || row.name == "session.userInfo"
            {
                continue;
            }
            for refusal in [
                answer(429, LIMITED),
                answer(503, ""),
                failure(TransportError::Failed),
                failure(TransportError::TimedOut),
            ] {
                let mut script = Script::of([refusal]);
                assert!(
                    run(&mut script, row.name, &parameters(row.name)).is_err(),
                    "{}",
                    row.name
                );
                assert_eq!(script.sent.len(), 1, "{}", row.name);
            }
        }
    }

    #[test]
    fn a_request_has_a_deadline_of_ten_seconds() {
        let mut script = Script::of([answer(200, "{}")]);
        run(&mut script, "fetchCustomRoleMappings", &json!({})).unwrap();
        assert_eq!(script.sent[0].timeout.as_secs(), 10);
    }
}

mod sessions {
    use super::*;

    #[test]
    fn a_session_that_is_gone_is_null() {
        for (operation, statuses) in [
            ("session.refresh", &[401][..]),
            ("session.exchangeRefreshToken", &[400, 401]),
        ] {
            for status in statuses {
                for body in ["", "{}", "gone"] {
                    let seen = outcome(operation, &parameters(operation), *status, body);
                    assert_eq!(seen.unwrap(), Value::Null, "{operation} {status}");
                }
            }
            assert!(outcome(operation, &parameters(operation), 403, "").is_err());
        }
    }

    #[test]
    fn cookies_go_along_and_stay_out_of_sight() {
        let mut script = Script::of([answer(403, "no canary2")]);
        let error = run(
            &mut script,
            "session.refresh",
            &json!({"cookie": "canary2"}),
        )
        .unwrap_err();
        assert_eq!(script.sent[0].headers.first("cookie"), Some("canary2"));
        assert!(!format!("{error:?}").contains("canary2"));
        assert_eq!(
            line(&script.sent[0]),
            format!("GET {AUTH_URL}/api/v1/refresh_token")
        );
    }
}

mod events {
    use super::*;

    #[test]
    fn a_delivery_is_flat_and_a_kind_that_nobody_knows_is_an_event() {
        let body = json!({"event_type": "user.of_the_future", "user_id": USER, "x": {"y_z": 1}});
        let event = Event::parse(body.to_string().as_bytes()).unwrap();
        assert_eq!(event.event_type(), "user.of_the_future");
        assert_eq!(propelauth_support::value(event.members())["user_id"], USER);
        let seen: Value = propelauth_support::value(event.json());
        assert_eq!(seen, json!({"type": "user.of_the_future", "raw": body}));
    }

    #[test]
    fn a_body_that_is_no_event_is_refused() {
        for body in [
            &b""[..],
            b"[]",
            b"{}",
            b"\xff",
            br#"{"event_type":1}"#,
            br#"{"type":"x"}"#,
        ] {
            assert_eq!(Event::parse(body), Err(WebhookError::PayloadInvalid));
        }
    }
}
