//! What an export gives: a number, or a failure, whose report it leaves as JSON text for the façade
//! to make its own classes of.

use wasm_bindgen::prelude::*;

use super::memory;
use crate::error::{Demand, Error, TokenError, WebhookError};
use crate::json::{Json, Members};
use crate::providers::Provider;

/// Runs what an export does and gives the number that comes of it: NaN where it has failed.
pub(super) fn given<T: Given>(run: impl FnOnce() -> Result<T, Failure>) -> f64 {
    match run() {
        Ok(given) => given.number(),
        Err(failure) => failure.leave(),
    }
}

/// What exports yield.
pub(super) trait Given {
    fn number(self) -> f64;
}

impl Given for () {
    fn number(self) -> f64 {
        0.0
    }
}

impl Given for f64 {
    fn number(self) -> f64 {
        self
    }
}

impl Given for bool {
    fn number(self) -> f64 {
        f64::from(u8::from(self))
    }
}

/// A text is left to be taken.
impl Given for String {
    fn number(self) -> f64 {
        memory::leave_text(self);
        0.0
    }
}

/// Why an export fails, and the provider whose callers meet it, where it is one's.
pub(super) struct Failure {
    error: Error,
    provider: Option<&'static Provider>,
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::of(None, error)
    }
}

impl Failure {
    /// The error as the callers of a provider know it, where there is one.
    pub(super) fn of(provider: Option<&'static Provider>, error: impl Into<Error>) -> Self {
        let error = error.into();
        Self { error, provider }
    }

    /// Leaves its report, and gives what says so.
    #[inline(never)]
    pub(super) fn leave(self) -> f64 {
        memory::leave_text(report(&self.error, self.provider).to_string());
        f64::NAN
    }
}

/// Leaves the report of what the façade has found: access that a check of the caller's own denies
/// (0), a delivery that its replay store has seen before (1).
#[wasm_bindgen]
pub fn refusal(found: u32) -> f64 {
    let error: Error = match found {
        0 => TokenError::Forbidden(Demand::Permission).into(),
        _ => WebhookError::Replayed.into(),
    };
    given(|| Ok(report(&error, None).to_string()))
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
