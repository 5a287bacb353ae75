//! JustAuthenticateMe's error answers and classes.

use crate::api::{Reading, Refusal};
use crate::error::{Error, KeyError, TokenError};
use crate::json::Json;

/// The class of everything that has no class of its own.
const BASE: &str = "JustAuthenticateMeError";

/// Statuses that some operations give a class, as (status, class, operations).
const CLASSES: &[(u16, &str, &[&str])] = &[
    (400, "JAMBadRequest", &["authenticate", "refresh"]),
    (401, "JAMNotVerified", &["verifyRemote"]),
    (
        401,
        "JAMUnauthorized",
        &["refresh", "deleteRefreshToken", "deleteAllRefreshTokens"],
    ),
];

/// Reads an error answer: `{"message": text}` or anything else.
pub(super) fn read(refusal: &Refusal<'_>) -> Reading {
    let message = refusal.body.and_then(|body| body.get("message"));
    Reading {
        class: Some(class_of(refusal.status, refusal.operation.name)),
        message: message.and_then(Json::as_str).map(str::to_owned),
        ..Reading::default()
    }
}

fn class_of(status: u16, operation: &str) -> &'static str {
    match status {
        404 => return "JAMNotFound",
        429 => return "JAMRateLimited",
        _ => {}
    }
    CLASSES
        .iter()
        .find(|(of, _, operations)| *of == status && operations.contains(&operation))
        .map_or(BASE, |(_, class, _)| class)
}

/// The class of any error as JustAuthenticateMe's callers know it. All of them are kinds of
/// `JustAuthenticateMeError`.
pub fn class(error: &Error) -> &'static str {
    match error {
        Error::Api(error) => error.class.unwrap_or(BASE),
        Error::Key(KeyError::NoMatch) => "JAMNotVerified",
        Error::Key(KeyError::NotFound { .. }) => "JAMNotFound",
        Error::Token(TokenError::Forbidden(_)) => BASE,
        Error::Token(_) => "JAMNotVerified",
        Error::Config(_) | Error::Key(_) | Error::Transport(_) | Error::Webhook(_) => BASE,
    }
}
