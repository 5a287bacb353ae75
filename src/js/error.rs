//! Errors on their way to JavaScript: one report as JSON text, thrown as a string, so that
//! the façade can tell it from a trap and make its own classes of it.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::error::{ApiError, Error, TokenError};

/// What an exported function throws.
pub struct Thrown(JsValue);

impl From<Thrown> for JsValue {
    fn from(thrown: Thrown) -> Self {
        thrown.0
    }
}

impl<E: Into<Error>> From<E> for Thrown {
    fn from(error: E) -> Self {
        Self::named(error, None)
    }
}

impl Thrown {
    /// The error as the callers of a provider know it, where there is one.
    pub(super) fn named(error: impl Into<Error>, naming: Option<&Naming>) -> Self {
        let error = error.into();
        // Serialising plain strings and numbers cannot fail; if it did, the façade would
        // take the empty text for a trap.
        let text = serde_json::to_string(&Report::of(&error, naming)).unwrap_or_default();
        Self(JsValue::from_str(&text))
    }
}

/// How the callers of a provider know errors.
pub(super) struct Naming {
    /// The provider's name.
    pub(super) provider: &'static str,
    /// The class of an error.
    pub(super) class: fn(&Error) -> &'static str,
    /// The provider's own code of an error.
    pub(super) code: fn(&Error) -> Option<&str>,
}

impl Naming {
    /// The error as this provider's callers know it.
    pub(super) fn thrown(&self, error: impl Into<Error>) -> Thrown {
        Thrown::named(error, Some(self))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    kind: &'static str,
    code: &'static str,
    status: u16,
    retryable: bool,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    www_authenticate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    claim: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_class: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_code: Option<&'a str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    answer: Option<Answer<'a>>,
}

/// What a provider's API said.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    provider_status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
}

impl<'a> Report<'a> {
    fn of(error: &'a Error, naming: Option<&Naming>) -> Self {
        let code = error.code();
        let (claim, reason) = match error {
            Error::Token(TokenError::Claim { claim, reason }) => {
                (Some(claim.as_ref()), Some(reason.as_str()))
            }
            _ => (None, None),
        };
        Self {
            kind: kind(error),
            code: code.as_str(),
            status: code.status(),
            retryable: error.retryable(),
            message: error.to_string(),
            www_authenticate: error.www_authenticate(),
            retry_after: error.retry_after(),
            claim,
            reason,
            provider: naming.map(|naming| naming.provider),
            provider_class: naming.map(|naming| (naming.class)(error)),
            provider_code: match (naming, error) {
                (Some(naming), _) => (naming.code)(error),
                (None, Error::Api(answer)) => answer.provider_code.as_deref(),
                (None, _) => None,
            },
            answer: match error {
                Error::Api(answer) => Some(Answer::of(answer)),
                _ => None,
            },
        }
    }
}

impl<'a> Answer<'a> {
    fn of(error: &'a ApiError) -> Self {
        Self {
            provider_status: error.status,
            request_id: error.request_id.as_deref(),
            body: error.body.as_deref(),
        }
    }
}

/// Which class of the façade it becomes.
fn kind(error: &Error) -> &'static str {
    match error {
        Error::Api(_) => "api",
        Error::Config(_) => "config",
        Error::Key(_) => "key",
        Error::Token(_) => "token",
        Error::Transport(_) => "transport",
        Error::Webhook(_) => "webhook",
    }
}
