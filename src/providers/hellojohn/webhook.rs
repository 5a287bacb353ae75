//! HelloJohn's webhook formats, reason codes and event envelope. Verifying itself is the
//! webhook module's.

use crate::json::{Json, Members};

use crate::error::WebhookError;
use crate::providers::delivery;
use crate::providers::principal::{Kind, Row, read};

/// A way in which HelloJohn signs deliveries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The body alone, `HelloJohn-Signature`: nothing in it stops a replay, so it must be
    /// asked for.
    Body,
    /// Auth hooks: the body alone, `HelloJohn-Hook-Signature`, under a secret of their own.
    Hook,
    /// Timestamp and body, in any of three spellings that are told apart by themselves.
    #[default]
    Standard,
}

impl Format {
    /// The scheme's name in the webhook module.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Body => "hellojohn-body",
            Self::Hook => "hellojohn-hook",
            Self::Standard => "hellojohn",
        }
    }
}

/// The reason code inside a `WebhookVerificationError`.
pub fn reason(error: &WebhookError) -> &'static str {
    match error {
        WebhookError::HeaderMissing(name) if is_timestamp(name) => "missing_timestamp",
        WebhookError::HeaderMissing(_) => "missing_signature",
        WebhookError::HeaderDuplicate(name) | WebhookError::HeaderInvalid(name)
            if is_timestamp(name) =>
        {
            "invalid_timestamp"
        }
        WebhookError::HeaderDuplicate(_)
        | WebhookError::HeaderInvalid(_)
        | WebhookError::TooManySignatures => "malformed_signature",
        WebhookError::PayloadInvalid | WebhookError::TooLarge => "invalid_payload",
        WebhookError::Replayed => "replayed",
        WebhookError::SignatureInvalid => "signature_mismatch",
        WebhookError::TimestampExpired | WebhookError::TimestampFuture => {
            "timestamp_out_of_tolerance"
        }
        WebhookError::TimestampInvalid => "invalid_timestamp",
    }
}

fn is_timestamp(header: &str) -> bool {
    header.to_ascii_lowercase().ends_with("timestamp")
}

/// A delivery's content, read after its signature was found good.
#[derive(Clone, Debug, PartialEq)]
pub struct Event(Members);

impl Event {
    /// Reads a body.
    ///
    /// # Errors
    ///
    /// [`WebhookError::PayloadInvalid`] when it is not a JSON object with a text `type`.
    pub fn parse(body: &[u8]) -> Result<Self, WebhookError> {
        delivery(body, "type").map(Self)
    }

    /// The event as JSON: `id`, `type`, `createdAt`, `tenantId`, `data` and, under
    /// `raw`, all of it. The open-source server sends flat events, whose `data` is null.
    pub fn json(&self) -> Json {
        let mut event = read(EVENT, &self.0);
        event.insert("raw", self.0.clone());
        event.into()
    }
}

const EVENT: &[Row] = &[
    ("id", Kind::Text, &["id"]),
    ("type", Kind::Text, &["type"]),
    ("createdAt", Kind::Text, &["created_at"]),
    ("tenantId", Kind::Text, &["tenant_id"]),
    ("data", Kind::Object, &["data"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn reasons_are_the_contracts() {
        for (error, code) in [
            (
                WebhookError::HeaderMissing("X-HelloJohn-Signature".into()),
                "missing_signature",
            ),
            (
                WebhookError::HeaderMissing("x-hellojohn-timestamp".into()),
                "missing_timestamp",
            ),
            (
                WebhookError::HeaderInvalid("X-HelloJohn-Signature".into()),
                "malformed_signature",
            ),
            (
                WebhookError::HeaderDuplicate("X-HelloJohn-Timestamp".into()),
                "invalid_timestamp",
            ),
            (WebhookError::TooManySignatures, "malformed_signature"),
            (WebhookError::TimestampInvalid, "invalid_timestamp"),
            (WebhookError::TimestampExpired, "timestamp_out_of_tolerance"),
            (WebhookError::TimestampFuture, "timestamp_out_of_tolerance"),
            (WebhookError::SignatureInvalid, "signature_mismatch"),
            (WebhookError::PayloadInvalid, "invalid_payload"),
        ] {
            assert_eq!(reason(&error), code);
        }
    }

    #[test]
    fn an_event_shows_its_envelope_and_all_of_itself() {
        let event = Event::parse(br#"{"id":"evt_1","type":"new.kind","data":{"user":{}},"x":1}"#);
        let event: Json = event.unwrap().json();
        assert_eq!(event["id"], "evt_1");
        assert_eq!(event["type"], "new.kind");
        assert_eq!(event["data"], json!({"user": {}}));
        assert_eq!(event["raw"]["x"], 1);
        let flat = Event::parse(br#"{"type":"token.issued","actor_id":"a"}"#).unwrap();
        let flat: Json = flat.json();
        assert_eq!(flat["data"], Json::Null);
        assert_eq!(flat["raw"]["actor_id"], "a");
    }

    #[test]
    fn a_body_that_is_no_event_is_refused() {
        for body in [
            &b""[..],
            b"[]",
            b"{}",
            br#"{"type":1}"#,
            b"\xff",
            b"{\"type\":\"a\"} x",
        ] {
            assert_eq!(Event::parse(body), Err(WebhookError::PayloadInvalid));
        }
    }
}
