//! The event in a delivery. Verifying it is the webhook module's, by the scheme `propelauth`.

use crate::error::WebhookError;
use crate::json::{Json, Members};
use crate::providers::delivery;

/// A delivery's content, read after its signature was found good.
#[derive(Clone, Debug, PartialEq)]
pub struct Event(Members);

impl Event {
    /// Reads a body. A kind of event that nobody knows yet is an event.
    ///
    /// # Errors
    ///
    /// [`WebhookError::PayloadInvalid`] when it is not a JSON object with a text `event_type`.
    pub fn parse(body: &[u8]) -> Result<Self, WebhookError> {
        delivery(body, "event_type").map(Self)
    }

    /// The kind of the event.
    pub fn event_type(&self) -> &str {
        let kind = self.0.get("event_type").and_then(Json::as_str);
        kind.unwrap_or_default()
    }

    /// Every member as it was sent.
    pub fn members(&self) -> &Members {
        &self.0
    }

    /// The event: `type` and, under `raw`, all of it.
    pub fn json(&self) -> Json {
        Json::object([
            ("type", self.event_type().into()),
            ("raw", self.0.clone().into()),
        ])
    }
}
