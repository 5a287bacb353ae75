//! Errors on their way to JavaScript: one report as JSON text, thrown as a string, so that
//! the façade can tell it from a trap and make its own classes of it.

use wasm_bindgen::JsValue;

use crate::error::{Error, TokenError};
use crate::json::{Json, Members};
use crate::providers::Provider;

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
    pub(super) fn named(error: impl Into<Error>, provider: Option<&Provider>) -> Self {
        let text = report(&error.into(), provider).to_string();
        Self(JsValue::from_str(&text))
    }
}

/// The error as a JSON object; what it does not have is left out.
fn report(error: &Error, provider: Option<&Provider>) -> Json {
    let code = error.code();
    let mut report = Report(Members::new());
    report.text("kind", Some(kind(error)));
    report.text("code", Some(code.as_str()));
    report.number("status", Some(code.status().into()));
    report.0.insert("retryable", error.retryable());
    report.text("message", Some(&error.to_string()));
    report.text("wwwAuthenticate", error.www_authenticate().as_deref());
    report.number("retryAfter", error.retry_after());
    if let Error::Token(TokenError::Claim { claim, reason }) = error {
        report.text("claim", Some(claim));
        report.text("reason", Some(reason.as_str()));
    }
    if let Some(provider) = provider {
        report.text("provider", Some(provider.id));
        report.text("providerClass", Some((provider.class)(error)));
        report.text("providerCode", (provider.code)(error));
    }
    if let Error::Api(answer) = error {
        if provider.is_none() {
            report.text("providerCode", answer.provider_code.as_deref());
        }
        report.number("providerStatus", Some(answer.status.into()));
        report.text("requestId", answer.request_id.as_deref());
        report.text("body", answer.body.as_deref());
    }
    report.0.into()
}

struct Report(Members);

impl Report {
    fn text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.0.insert(name, text);
        }
    }

    fn number(&mut self, name: &str, number: Option<u64>) {
        if let Some(number) = number {
            self.0.insert(name, number);
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
