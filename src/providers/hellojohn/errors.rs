//! HelloJohn's error bodies, codes and classes.

use crate::json::Json;

use crate::api::{Reading, Refusal};
use crate::encoding::split;
use crate::error::{Error, ErrorCode, TokenError};

/// Reads an error answer in any of its shapes: the `error` object, the `error` text, the flat
/// upper-case code of the open-source server, or anything else.
pub(super) fn read(refusal: &Refusal<'_>) -> Reading {
    let parts = refusal.body.map(parts).unwrap_or_default();
    let known = parts.code.unwrap_or_default().to_ascii_lowercase();
    let code = match parts.code {
        Some(code) => code.to_owned(),
        None => format!("http_{}", refusal.status),
    };
    Reading {
        class: Some(class_of(&known, refusal.status, refusal.operation.subject)),
        code: Some(code),
        message: parts.message.map(str::to_owned),
        request_id: parts
            .request_id
            .or_else(|| refusal.headers.first("x-request-id"))
            .map(str::to_owned),
        retry_after: parts.retry_after,
    }
}

#[derive(Default)]
struct Parts<'a> {
    code: Option<&'a str>,
    message: Option<&'a str>,
    request_id: Option<&'a str>,
    retry_after: Option<u64>,
}

fn parts(body: &Json) -> Parts<'_> {
    let error = body.get("error");
    let inner = error.filter(|error| error.is_object()).unwrap_or(body);
    let text = |name| inner.get(name).and_then(Json::as_str);
    let code = match error.and_then(Json::as_str) {
        Some(code) => Some(code),
        None => text("code"),
    };
    Parts {
        code: code.filter(|code| !code.is_empty()),
        message: text("message").or_else(|| text("error_description")),
        request_id: text("request_id"),
        retry_after: [inner, body]
            .iter()
            .find_map(|at| seconds(at.get("retry_after")?)),
    }
}

/// Seconds rounded up; negative ones are zero.
fn seconds(value: &Json) -> Option<u64> {
    // A float cast saturates, and a JSON number is never NaN.
    value.as_f64().map(|secs| secs.ceil() as u64)
}

/// Classes with the codes, in lower case, that are theirs alone.
const CLASSES: [&str; 10] = [
    "AuthenticationError missing_token invalid_api_key invalid_publishable_key invalid_credentials",
    "InvalidTokenError invalid_token token_invalid token_expired refresh_token_expired \
     refresh_token_invalid refresh_token_reuse session_revoked session_expired",
    "PermissionError insufficient_permissions tenant_mismatch cp_admin_required account_locked \
     account_disabled account_suspended email_not_verified",
    "MfaRequiredError mfa_required",
    "UserNotFoundError user_not_found",
    "TenantNotFoundError tenant_not_found",
    "ConflictError email_already_exists email_already_in_use already_exists",
    "ValidationError invalid_email password_too_weak validation_error",
    "RateLimitError rate_limit_exceeded",
    "ServerError internal_error",
];

/// The class of an error, by its code in lower case, else by its status.
fn class_of(code: &str, status: u16, subject: &str) -> &'static str {
    for row in CLASSES {
        let mut words = split(row, b' ');
        if let Some(class) = words.next()
            && words.any(|known| known == code)
        {
            return class;
        }
    }
    match code {
        // The open-source server's word for a token without session; elsewhere a plain 404.
        "session_not_found" if status == 401 => "InvalidTokenError",
        _ => class_of_status(code, status, subject),
    }
}

fn class_of_status(code: &str, status: u16, subject: &str) -> &'static str {
    // A code that names something else than the operation's own subject is about that.
    let names_other = code.ends_with("_not_found");
    match status {
        400 | 422 => "ValidationError",
        401 => "AuthenticationError",
        403 => "PermissionError",
        404 if !names_other && subject == "user" => "UserNotFoundError",
        404 if !names_other && subject == "tenant" => "TenantNotFoundError",
        404 => "NotFoundError",
        409 => "ConflictError",
        429 => "RateLimitError",
        500..=599 => "ServerError",
        _ if names_other => "NotFoundError",
        _ => "HelloJohnError",
    }
}

/// The class of any error as HelloJohn's callers know it.
pub fn class(error: &Error) -> &'static str {
    match error {
        Error::Api(error) => match error.class {
            Some(class) => class,
            // A success that cannot be used is as good as no answer.
            None => "TransportError",
        },
        Error::Config(_) => "HelloJohnError",
        Error::Key(_) if error.code().status() == 401 => "InvalidTokenError",
        Error::Key(_) => "HelloJohnError",
        Error::Token(TokenError::Forbidden(_)) => "PermissionError",
        Error::Token(_) => "InvalidTokenError",
        Error::Transport(_) => "TransportError",
        Error::Webhook(_) => "WebhookVerificationError",
    }
}

/// The provider's own code of any error, where it has one.
pub fn provider_code(error: &Error) -> Option<&str> {
    match error {
        Error::Api(error) => error.provider_code.as_deref(),
        Error::Token(TokenError::Expired) => Some("token_expired"),
        Error::Token(TokenError::Forbidden(_)) => Some("insufficient_permissions"),
        Error::Token(TokenError::Missing) => Some("missing_token"),
        Error::Token(_) => Some("invalid_token"),
        Error::Key(_) if error.code() == ErrorCode::JwksNoMatchingKey => Some("invalid_token"),
        Error::Webhook(error) => Some(super::webhook::reason(error)),
        Error::Config(_) | Error::Key(_) | Error::Transport(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Demand, KeyError, TransportError, WebhookError};
    use crate::json::json;

    #[test]
    fn an_error_object_comes_before_an_error_text_and_a_flat_code() {
        let body = json!({"error": {"code": "a", "message": "m", "request_id": "r"}, "code": "b"});
        let read = parts(&body);
        assert_eq!(
            (read.code, read.message, read.request_id),
            (Some("a"), Some("m"), Some("r"))
        );
        let body = json!({"error": "a", "message": "m", "code": "b", "retry_after": 1.2});
        let read = parts(&body);
        assert_eq!(
            (read.code, read.message, read.retry_after),
            (Some("a"), Some("m"), Some(2))
        );
        let body = json!({"code": "USER_NOT_FOUND", "message": "m", "detail": "d"});
        assert_eq!(parts(&body).code, Some("USER_NOT_FOUND"));
        let body = json!({"error": "invalid_grant", "error_description": "d"});
        let read = parts(&body);
        assert_eq!(
            (read.code, read.message),
            (Some("invalid_grant"), Some("d"))
        );
        for body in [
            json!([]),
            json!(1),
            json!({"error": 1}),
            json!({"error": {}}),
            json!(null),
        ] {
            assert_eq!(parts(&body).code, None, "{body}");
        }
    }

    #[test]
    fn a_bare_404_is_about_what_the_operation_is_about() {
        assert_eq!(class_of("", 404, "user"), "UserNotFoundError");
        assert_eq!(class_of("whatever", 404, "user"), "UserNotFoundError");
        assert_eq!(class_of("", 404, "tenant"), "TenantNotFoundError");
        assert_eq!(class_of("", 404, ""), "NotFoundError");
        assert_eq!(class_of("factor_not_found", 404, "user"), "NotFoundError");
        assert_eq!(
            class_of("tenant_not_found", 404, "user"),
            "TenantNotFoundError"
        );
        assert_eq!(class_of("session_not_found", 404, ""), "NotFoundError");
    }

    #[test]
    fn every_error_has_a_class_and_tokens_and_webhooks_a_code() {
        for (error, expected, code) in [
            (
                TokenError::Expired.into(),
                "InvalidTokenError",
                Some("token_expired"),
            ),
            (
                TokenError::Missing.into(),
                "InvalidTokenError",
                Some("missing_token"),
            ),
            (
                TokenError::SignatureInvalid.into(),
                "InvalidTokenError",
                Some("invalid_token"),
            ),
            (
                TokenError::Forbidden(Demand::Role).into(),
                "PermissionError",
                Some("insufficient_permissions"),
            ),
            (
                KeyError::NoMatch.into(),
                "InvalidTokenError",
                Some("invalid_token"),
            ),
            (KeyError::TimedOut.into(), "HelloJohnError", None),
            (TransportError::TimedOut.into(), "TransportError", None),
            (
                WebhookError::SignatureInvalid.into(),
                "WebhookVerificationError",
                Some("signature_mismatch"),
            ),
        ] {
            let error: Error = error;
            assert_eq!(class(&error), expected);
            assert_eq!(provider_code(&error), code);
        }
    }
}
