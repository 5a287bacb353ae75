//! What a caller may set per client and per call.

use core::time::Duration;

use crate::api::secret::Secret;
use crate::error::ConfigError;
use crate::json::Json;
use crate::options::{millis, object, text, unknown};

/// Times and counts of a client, each of which a call may override.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long one attempt may take; option `timeout` in milliseconds, default 10 s.
    pub timeout: Duration,
    /// How often a failed call is repeated; option `maxRetries`, default 2, at most 10.
    pub max_retries: u32,
    /// The longest wait that the provider may ask for before the call fails instead;
    /// option `maxRetryWait` in milliseconds, default 60 s.
    pub max_retry_wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            max_retries: 2,
            max_retry_wait: Duration::from_secs(60),
        }
    }
}

impl Limits {
    /// Takes one option if it is one of these.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the option when its value is unfit.
    pub fn set(&mut self, name: &str, value: &Json) -> Result<bool, ConfigError> {
        match name {
            "timeout" => self.timeout = millis("timeout", value, 1)?,
            "maxRetries" => {
                let count = value.as_u64().filter(|count| *count <= 10);
                let count = count.and_then(|count| u32::try_from(count).ok());
                self.max_retries = count.ok_or_else(|| {
                    ConfigError::new("maxRetries", "must be a whole number from 0 to 10")
                })?;
            }
            "maxRetryWait" => self.max_retry_wait = millis("maxRetryWait", value, 0)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// The idempotency key of a call.
#[derive(Clone, Debug)]
pub(crate) enum IdempotencyKey {
    /// Made for calls that it makes repeatable.
    Automatic,
    /// The caller's own, sent with any `POST`.
    Given(String),
    /// None.
    Off,
}

impl IdempotencyKey {
    /// Reads the option: a key, `false` for none, `true` for an automatic one.
    pub(crate) fn parse(value: &Json) -> Result<Self, ConfigError> {
        match value {
            Json::Bool(true) => Ok(Self::Automatic),
            Json::Bool(false) => Ok(Self::Off),
            Json::String(key) if is_key(key) => Ok(Self::Given(key.clone())),
            _ => Err(ConfigError::new(
                "idempotencyKey",
                "must be 1 to 255 visible ASCII characters, true or false",
            )),
        }
    }
}

fn is_key(key: &str) -> bool {
    (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
}

/// What a call sets for itself.
pub(crate) struct CallOptions {
    pub(crate) limits: Limits,
    pub(crate) idempotency_key: Option<IdempotencyKey>,
    pub(crate) tenant: Option<String>,
    pub(crate) access_token: Option<Secret>,
}

impl CallOptions {
    /// Reads JSON text over a client's limits.
    pub(crate) fn parse(json: &str, limits: Limits) -> Result<Self, ConfigError> {
        let mut options = Self {
            limits,
            idempotency_key: None,
            tenant: None,
            access_token: None,
        };
        let members = object("options", json)?;
        for (name, value) in members.iter() {
            options.take(name, value)?;
        }
        Ok(options)
    }

    fn take(&mut self, name: &str, value: &Json) -> Result<(), ConfigError> {
        match name {
            "accessToken" => self.access_token = Some(Secret::new(text("accessToken", value)?)),
            "idempotencyKey" => self.idempotency_key = Some(IdempotencyKey::parse(value)?),
            "tenantId" => self.tenant = Some(text("tenantId", value)?),
            _ if self.limits.set(name, value)? => {}
            _ => return Err(unknown(name)),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(json: &str) -> Option<String> {
        CallOptions::parse(json, Limits::default())
            .err()
            .map(|e| e.option.to_string())
    }

    #[test]
    fn a_call_overrides_what_it_names_and_nothing_else() {
        let options = CallOptions::parse(
            r#"{"timeout":500,"tenantId":"t","idempotencyKey":"k"}"#,
            Limits::default(),
        )
        .unwrap();
        assert_eq!(options.limits.timeout, Duration::from_millis(500));
        assert_eq!(options.limits.max_retries, 2);
        assert_eq!(options.limits.max_retry_wait, Duration::from_secs(60));
        assert_eq!(options.tenant.as_deref(), Some("t"));
        assert!(matches!(options.idempotency_key, Some(IdempotencyKey::Given(k)) if k == "k"));
    }

    #[test]
    fn unfit_options_are_named() {
        for (json, option) in [
            (r#"{"timeOut":1}"#, "timeOut"),
            (r#"{"timeout":0}"#, "timeout"),
            (r#"{"timeout":"1"}"#, "timeout"),
            (r#"{"timeout":86400001}"#, "timeout"),
            (r#"{"maxRetries":11}"#, "maxRetries"),
            (r#"{"maxRetries":-1}"#, "maxRetries"),
            (r#"{"maxRetryWait":1.5}"#, "maxRetryWait"),
            (r#"{"idempotencyKey":""}"#, "idempotencyKey"),
            (r#"{"idempotencyKey":"a b"}"#, "idempotencyKey"),
            (r#"{"idempotencyKey":"a\r\nb"}"#, "idempotencyKey"),
            (r#"{"idempotencyKey":null}"#, "idempotencyKey"),
            (r#"{"tenantId":""}"#, "tenantId"),
            (r#"{"tenantId":"a\r\nx: y"}"#, "tenantId"),
            (r#"{"accessToken":"a\nb"}"#, "accessToken"),
            ("[1]", "options"),
        ] {
            assert_eq!(problem(json).as_deref(), Some(option), "{json}");
        }
        let long = format!(r#"{{"idempotencyKey":"{}"}}"#, "k".repeat(256));
        assert_eq!(problem(&long).as_deref(), Some("idempotencyKey"));
        let longest = format!(r#"{{"idempotencyKey":"{}"}}"#, "k".repeat(255));
        assert_eq!(problem(&longest), None);
    }
}
