//! The error class of every status and code.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;

use api_support::{Script, answer, failure};
use countersign::http::TransportError;
use countersign::providers::hellojohn::{HelloJohn, class, provider_code};
use serde_json::json;

fn server() -> HelloJohn {
    let options = r#"{"apiUrl":"https://a.example","secretKey":"sk_live_1","publishableKey":"pk_live_1","masterKey":"mk_live_1"}"#;
    HelloJohn::from_json(options).unwrap()
}

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
