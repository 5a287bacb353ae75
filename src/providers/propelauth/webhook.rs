//! The event in a delivery. Verifying it is the webhook module's, by the scheme `propelauth`.

use serde_json::{Map, Value, json};

use crate::error::WebhookError;

/// A delivery's content, read after its signature was found good.
#[derive(Clone, Debug, PartialEq)]
pub struct Event(Map<String, Value>);

impl Event {
    /// Reads a body. A kind of event that nobody knows yet is an event.
    ///
    /// # Errors
    ///
    /// [`WebhookError::PayloadInvalid`] when it is not a JSON object with a text `event_type`.
    pub fn parse(body: &[u8]) -> Result<Self, WebhookError> {
        let event: Map<String, Value> =
            serde_json::from_slice(body).map_err(|_| WebhookError::PayloadInvalid)?;
        match event.get("event_type") {
            Some(Value::String(_)) => Ok(Self(event)),
            _ => Err(WebhookError::PayloadInvalid),
        }
    }

    /// The kind of the event.
    pub fn event_type(&self) -> &str {
        let kind = self.0.get("event_type").and_then(Value::as_str);
        kind.unwrap_or_default()
    }

    /// Every member as it was sent.
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The event as JSON text: `type` and, under `raw`, all of it.
    pub fn json(&self) -> String {
        json!({"type": self.event_type(), "raw": self.0}).to_string()
    }
}
