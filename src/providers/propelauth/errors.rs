//! PropelAuth's error bodies and classes: by status first, since bodies come in many shapes.

use super::access::Denial;
use crate::api::{Reading, Refusal};
use crate::error::{ApiError, ApiErrorKind, Demand, Error, Malformed, TokenError};
use crate::json::{Json, Members};

const B2B: &str = "the project's plan does not include organizations (B2B support)";

/// Reads an error answer.
pub(super) fn read(refusal: &Refusal<'_>) -> Reading {
    let text = |name: &str| refusal.body?.get(name)?.as_str();
    let code = text("error_code");
    let class = class_of(
        refusal.operation.name,
        refusal.status,
        code.unwrap_or_default(),
    );
    let message = match (class, refusal.operation.name) {
        ("FeatureDisabledException", "createAccessToken") => {
            Some("the project does not allow access tokens to be created")
        }
        ("FeatureDisabledException", _) => Some(B2B),
        ("InvalidApiKeyException", _) => Some("the API key is not accepted"),
        _ => text("user_facing_error").or_else(|| text("message")),
    };
    let wait = refusal.body.and_then(|body| body.get("wait_seconds"));
    Reading {
        class: Some(class),
        code: code.map(str::to_owned),
        message: message.map(str::to_owned),
        request_id: None,
        retry_after: wait.and_then(seconds),
    }
}

/// Seconds rounded up; negative ones are zero.
fn seconds(value: &Json) -> Option<u64> {
    // A float cast saturates, and a JSON number is never NaN.
    value.as_f64().map(|secs| secs.ceil() as u64)
}

/// Calls of step-up authentication, whose errors are told by a code.
const STEP_UP: [&str; 4] = [
    "sendSmsMfaCode",
    "verifySmsChallenge",
    "verifyStepUpGrant",
    "verifyStepUpTotpChallenge",
];

/// Their codes and classes.
const STEP_UP_CLASSES: [(&str, &str); 6] = [
    ("user_not_found", "UserNotFoundException"),
    ("mfa_not_enabled", "MfaNotEnabledException"),
    ("incorrect_mfa_code", "IncorrectMfaCodeException"),
    ("feature_gated", "FeatureGatedException"),
    ("unauthorized", "InvalidApiKeyException"),
    ("invalid_request_fields", "BadRequestException"),
];

fn class_of(operation: &str, status: u16, code: &str) -> &'static str {
    match (status, operation) {
        (401, _) => "InvalidApiKeyException",
        (429, _) => "RateLimitedException",
        (_, operation) if STEP_UP.contains(&operation) => {
            let mut classes = STEP_UP_CLASSES.iter();
            let class = classes.find(|(of, _)| *of == code);
            class.map_or("UnexpectedException", |(_, class)| class)
        }
        (400, _) => "BadRequestException",
        (403, "createAccessToken") => "UserNotFoundException",
        (404, "createAccessToken") | (426, _) => "FeatureDisabledException",
        (404, _) => "NotFoundException",
        _ => "UnexpectedException",
    }
}

/// Says in the error what only a plain text said: such bodies are a message as they are.
pub(super) fn add_plain_message(error: &mut ApiError) {
    let plain = error.body.as_deref();
    if let Some(plain) = plain.filter(|_| matches!(error.status, 400 | 429))
        && Json::parse(plain).is_err()
    {
        error.message = plain.chars().take(256).collect();
    }
}

/// The messages that a refused call has for its fields, by the provider's names for them.
/// Whatever else the body holds is left out.
pub fn field_errors(error: &ApiError) -> Members {
    let Some(Ok(Json::Object(mut body))) = error.body.as_deref().map(Json::parse) else {
        return Members::new();
    };
    let fields = match body
        .remove("user_facing_errors")
        .or_else(|| body.remove("field_errors"))
    {
        Some(Json::Object(fields)) => fields,
        _ if body.contains_key("error_code") => return Members::new(),
        _ => body,
    };
    let messages = fields.into_iter().filter_map(|(name, value)| match value {
        Json::String(text) => Some((name, Json::Array(vec![text.into()]))),
        Json::Array(texts) if texts.iter().all(Json::is_string) => Some((name, Json::Array(texts))),
        _ => None,
    });
    messages.collect()
}

/// A refusal that this side finds in an answer, as if the provider had sent it.
pub(super) fn bad_request(field: &str, problem: &str) -> Error {
    let body = Json::object([(field, vec![problem].into())]);
    ApiError {
        kind: ApiErrorKind::Status,
        status: 400,
        provider_code: None,
        message: problem.to_owned(),
        request_id: None,
        retry_after: None,
        retryable: false,
        class: Some("BadRequestException"),
        body: Some(body.to_string()),
    }
    .into()
}

/// The class of any error as PropelAuth's callers know it.
pub fn class(error: &Error) -> &'static str {
    match error {
        Error::Api(error) => error.class.unwrap_or("UnexpectedException"),
        Error::Key(_) if error.code().status() == 401 => "UnauthorizedException",
        Error::Token(TokenError::Forbidden(_)) => "ForbiddenException",
        Error::Token(_) => "UnauthorizedException",
        Error::Key(_) | Error::Transport(_) => "UnexpectedException",
        Error::Config(_) | Error::Webhook(_) => "PropelAuthError",
    }
}

/// The provider's own code of any error, where it has one. What is wrong with a token is not
/// told by it: that is for logs, and in the error's code.
pub fn provider_code(error: &Error) -> Option<&str> {
    match error {
        Error::Api(error) => error.provider_code.as_deref(),
        Error::Token(TokenError::Missing) => Some("no_authorization_header"),
        Error::Token(TokenError::Malformed(Malformed::Authorization)) => {
            Some("invalid_authorization_header")
        }
        Error::Token(TokenError::Forbidden(Demand::Organization)) => {
            Some(Denial::NotAMember.code())
        }
        Error::Token(TokenError::Forbidden(Demand::Role)) => Some(Denial::Role.code()),
        Error::Token(TokenError::Forbidden(_)) => Some(Denial::Permission.code()),
        Error::Token(_) => Some("invalid_access_token"),
        Error::Key(_) if error.code().status() == 401 => Some("invalid_access_token"),
        Error::Config(_) | Error::Key(_) | Error::Transport(_) | Error::Webhook(_) => None,
    }
}
