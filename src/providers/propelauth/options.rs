//! Reading PropelAuth's options: names and types.

use core::time::Duration;

use crate::api::{BaseUrl, Client, Dialect, Limits, Secret};
use crate::error::ConfigError;
use crate::json::Json;
use crate::jwk::CacheTimes;
use crate::options::{Options, millis, text};

const BACKEND: &str = "https://propelauth-api.com";
const PREFIX: &str = "/api/backend/v1";
const DEFAULT_LEEWAY: Duration = Duration::from_secs(60);
const MAX_LEEWAY: Duration = Duration::from_secs(120);

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
pub(super) struct PropelAuthOptions(Options);

impl PropelAuthOptions {
    /// Reads JSON text; no unknown names.
    pub(super) fn parse(json: &str) -> Result<Self, ConfigError> {
        Options::parse("options", json, NAMES).map(Self)
    }

    pub(super) fn text(&self, name: &'static str) -> Option<String> {
        self.0.text(name)
    }

    /// Passes when every option that was read could be.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.0.check()
    }

    /// The auth URL's origin: what stands behind its host has no meaning.
    pub(super) fn auth_url(&self) -> Result<BaseUrl, ConfigError> {
        let url = match self.0.get("authUrl") {
            Some(url) => text("authUrl", url)?,
            None => return Err(ConfigError::new("authUrl", "is required")),
        };
        let url = BaseUrl::parse("authUrl", &url)?;
        BaseUrl::parse("authUrl", url.origin())
    }

    pub(super) fn api_url(&self) -> Result<BaseUrl, ConfigError> {
        let url = self.text("apiUrl");
        BaseUrl::parse("apiUrl", url.as_deref().unwrap_or(BACKEND))
    }

    pub(super) fn client(
        &self,
        dialect: &'static Dialect,
        base: BaseUrl,
    ) -> Result<Client, ConfigError> {
        let mut limits = Limits {
            max_retry_wait: MAX_RETRY_WAIT,
            ..Limits::default()
        };
        for (name, value) in self.0.iter() {
            limits.set(name, value)?;
        }
        Ok(Client::new(dialect, base.ending_in(PREFIX)).with_limits(limits))
    }

    pub(super) fn metadata(&self) -> Result<Option<Metadata>, ConfigError> {
        const OPTION: &str = "tokenVerificationMetadata";
        let problem = || ConfigError::new(OPTION, "must be { verifierKey, issuer }");
        let members = match self.0.get(OPTION) {
            None | Some(Json::Null) => return Ok(None),
            Some(metadata) => metadata.as_object().ok_or_else(problem)?,
        };
        let members = Options::known(members.clone(), &["issuer", "verifierKey"])?;
        let verifier_keys = match members.get("verifierKey") {
            Some(Json::String(key)) => vec![key.clone()],
            Some(Json::Array(keys)) if !keys.is_empty() => {
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
        let given = self
            .0
            .get("clockTolerance")
            .map(|_| self.0.span("clockTolerance"));
        match given.unwrap_or(Some(DEFAULT_LEEWAY)) {
            Some(leeway) if leeway <= MAX_LEEWAY => Ok(leeway),
            _ => Err(ConfigError::new(
                "clockTolerance",
                "must be seconds from 0 to 120",
            )),
        }
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
            Some(Json::Array(items)) if items.is_empty() => {
                Err(ConfigError::new(OPTION, "must not be an empty list"))
            }
            Some(Json::Array(items)) => items.iter().map(secret).collect(),
            Some(one) => Ok(vec![secret(one)?]),
        }
    }
}
