//! Reading PropelAuth's options: names and types.

use core::time::Duration;

use serde_json::{Map, Value};

use super::DIALECT;
use crate::api::{BaseUrl, Client, Limits, Secret};
use crate::api::{millis, object, text, unknown};
use crate::error::ConfigError;
use crate::jwk::CacheTimes;

const BACKEND: &str = "https://propelauth-api.com";
const PREFIX: &str = "/api/backend/v1";
const DEFAULT_LEEWAY: Duration = Duration::from_secs(60);
const MAX_LEEWAY_SECS: u64 = 120;

/// The longest wait for which a rate-limited read is repeated.
const MAX_RETRY_WAIT: Duration = Duration::from_secs(5);

/// The provider's own SDKs keep a fetched key for ever; an hour lets a replaced one go.
const DEFAULT_CACHE: CacheTimes = CacheTimes {
    max_age: Duration::from_secs(3_600),
    cooldown: Duration::from_secs(30),
    timeout: Duration::from_secs(10),
    stale_while_revalidate: Duration::from_secs(60),
    stale_if_error: Duration::from_secs(86_400),
};

const NAMES: &[&str] = &[
    "accessToken",
    "apiKey",
    "apiUrl",
    "authUrl",
    "cacheMaxAge",
    "clockTolerance",
    "cooldownDuration",
    "maxRetries",
    "maxRetryWait",
    "staleIfError",
    "timeout",
    "timeoutDuration",
    "tokenVerificationMetadata",
    "webhookSecret",
];

/// What tokens are verified with when nothing is to be fetched.
#[derive(Clone)]
pub(super) struct Metadata {
    pub(super) verifier_keys: Vec<String>,
    pub(super) issuer: Option<String>,
}

/// The options as they came in.
pub(super) struct Options(Map<String, Value>);

impl Options {
    /// Reads JSON text; no unknown names.
    pub(super) fn parse(json: &str) -> Result<Self, ConfigError> {
        let options = Self(object("options", json)?);
        known(&options.0, NAMES)?;
        Ok(options)
    }

    pub(super) fn text(&self, name: &'static str) -> Result<Option<String>, ConfigError> {
        self.0.get(name).map(|value| text(name, value)).transpose()
    }

    /// The auth URL's origin: what stands behind its host has no meaning.
    pub(super) fn auth_url(&self) -> Result<BaseUrl, ConfigError> {
        let url = self.text("authUrl")?;
        let url = url.ok_or_else(|| ConfigError::new("authUrl", "is required"))?;
        let url = BaseUrl::parse("authUrl", &url)?;
        BaseUrl::parse("authUrl", url.origin())
    }

    pub(super) fn api_url(&self) -> Result<BaseUrl, ConfigError> {
        let url = self.text("apiUrl")?;
        BaseUrl::parse("apiUrl", url.as_deref().unwrap_or(BACKEND))
    }

    pub(super) fn client(&self, base: BaseUrl) -> Result<Client, ConfigError> {
        let mut limits = Limits {
            max_retry_wait: MAX_RETRY_WAIT,
            ..Limits::default()
        };
        for (name, value) in &self.0 {
            limits.set(name, value)?;
        }
        Ok(Client::new(&DIALECT, base.ending_in(PREFIX)).with_limits(limits))
    }

    pub(super) fn metadata(&self) -> Result<Option<Metadata>, ConfigError> {
        const OPTION: &str = "tokenVerificationMetadata";
        let problem = || ConfigError::new(OPTION, "must be { verifierKey, issuer }");
        let members = match self.0.get(OPTION) {
            None | Some(Value::Null) => return Ok(None),
            Some(metadata) => metadata.as_object().ok_or_else(problem)?,
        };
        known(members, &["issuer", "verifierKey"])?;
        let verifier_keys = match members.get("verifierKey") {
            Some(Value::String(key)) => vec![key.clone()],
            Some(Value::Array(keys)) if !keys.is_empty() => {
                let keys = keys.iter().map(|key| key.as_str().map(str::to_owned));
                keys.collect::<Option<Vec<_>>>().ok_or_else(problem)?
            }
            _ => return Err(problem()),
        };
        Ok(Some(Metadata {
            verifier_keys,
            issuer: match members.get("issuer") {
                None => None,
                Some(issuer) => Some(text("issuer", issuer)?),
            },
        }))
    }

    pub(super) fn leeway(&self) -> Result<Duration, ConfigError> {
        let Some(value) = self.0.get("clockTolerance") else {
            return Ok(DEFAULT_LEEWAY);
        };
        let secs = match value {
            Value::String(text) => text
                .strip_suffix('s')
                .and_then(|secs| secs.trim_end().parse().ok()),
            other => other.as_u64(),
        };
        secs.filter(|secs| *secs <= MAX_LEEWAY_SECS)
            .map(Duration::from_secs)
            .ok_or_else(|| ConfigError::new("clockTolerance", "must be seconds from 0 to 120"))
    }

    pub(super) fn cache(&self) -> Result<CacheTimes, ConfigError> {
        let mut cache = DEFAULT_CACHE;
        for (name, least, time) in [
            ("cacheMaxAge", 1, &mut cache.max_age),
            ("cooldownDuration", 1, &mut cache.cooldown),
            ("timeoutDuration", 1, &mut cache.timeout),
            ("staleIfError", 0, &mut cache.stale_if_error),
        ] {
            if let Some(value) = self.0.get(name) {
                *time = millis(name, value, least)?;
            }
        }
        Ok(cache)
    }

    pub(super) fn webhook_secrets(&self) -> Result<Vec<Secret>, ConfigError> {
        const OPTION: &str = "webhookSecret";
        let secret = |value| text(OPTION, value).map(Secret::new);
        match self.0.get(OPTION) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) if items.is_empty() => {
                Err(ConfigError::new(OPTION, "must not be an empty list"))
            }
            Some(Value::Array(items)) => items.iter().map(secret).collect(),
            Some(one) => Ok(vec![secret(one)?]),
        }
    }
}

impl Drop for Options {
    fn drop(&mut self) {
        self.0.values_mut().for_each(crate::api::wipe);
    }
}

fn known(members: &Map<String, Value>, names: &[&str]) -> Result<(), ConfigError> {
    match members.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(unknown(name)),
        None => Ok(()),
    }
}
