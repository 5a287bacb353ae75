//! Reading HelloJohn's options: names, types, and what cannot stand together.

use core::time::Duration;

use super::config::{Choice, Keys};
use super::webhook::Format;
use crate::api::{BaseUrl, Client, CredentialKind, Dialect, Limits, Secret};
use crate::error::ConfigError;
use crate::json::Json;
use crate::jwk::CacheTimes;
use crate::options::{Options, millis, text};

const CLOUD: &str = "https://api.hellojohn.dev";
const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);
const MAX_LEEWAY: Duration = Duration::from_secs(300);

/// How long keys are kept; the provider's `Cache-Control` is not heeded.
const DEFAULT_CACHE: CacheTimes = CacheTimes {
    max_age: Duration::from_secs(3_600),
    cooldown: Duration::from_secs(60),
    timeout: Duration::from_secs(10),
    stale_while_revalidate: Duration::from_secs(60),
    stale_if_error: Duration::from_secs(86_400),
};

const NAMES: &[&str] = &[
    "accessToken",
    "allowAnyTenant",
    "apiUrl",
    "audience",
    "cacheMaxAge",
    "clockSkewSeconds",
    "clockTolerance",
    "controlPlaneToken",
    "cooldownDuration",
    "idempotencyKeys",
    "issuer",
    "jwks",
    "jwksUri",
    "jwksUrl",
    "masterKey",
    "maxRetries",
    "maxRetryWait",
    "paths",
    "publicKey",
    "publishableKey",
    "secretKey",
    "staleIfError",
    "systemClaims",
    "tenantId",
    "timeout",
    "timeoutDuration",
    "webhookFormat",
    "webhookSecret",
];

/// The options as they came in.
pub(super) struct HelloJohnOptions(Options);

impl HelloJohnOptions {
    /// Reads JSON text; no unknown names.
    pub(super) fn parse(json: &str) -> Result<Self, ConfigError> {
        Options::parse("options", json, NAMES).map(Self)
    }

    pub(super) fn text(&self, name: &'static str) -> Option<String> {
        self.0.text(name)
    }

    pub(super) fn flag(&self, name: &'static str) -> bool {
        self.0.flag(name).unwrap_or_default()
    }

    /// Passes when every option that was read could be.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.0.check()
    }

    /// A text or a list of texts; an empty list is a mistake, not a switch.
    fn list(&self, name: &'static str) -> Result<Option<Vec<String>>, ConfigError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Json::Array(items)) if items.is_empty() => {
                Err(ConfigError::new(name, "must not be an empty list"))
            }
            Some(Json::Array(items)) => {
                let items = items.iter().map(|item| text(name, item));
                items.collect::<Result<_, _>>().map(Some)
            }
            Some(one) => Ok(Some(vec![text(name, one)?])),
        }
    }

    pub(super) fn choice(&self, name: &'static str) -> Result<Choice, ConfigError> {
        match self.0.get(name) {
            Some(Json::Null) => Ok(Choice::Off),
            _ => Ok(self.list(name)?.map_or(Choice::Default, Choice::Of)),
        }
    }

    pub(super) fn base(&self) -> Result<BaseUrl, ConfigError> {
        let given = self.0.get("apiUrl").filter(|url| url.as_str() != Some(""));
        let url = match given {
            Some(url) => text("apiUrl", url)?,
            None => CLOUD.to_owned(),
        };
        Ok(BaseUrl::parse("apiUrl", &url)?.ending_in("/v1"))
    }

    pub(super) fn client(
        &self,
        dialect: &'static Dialect,
        base: BaseUrl,
        tenant: Option<String>,
    ) -> Result<Client, ConfigError> {
        let mut client = Client::new(dialect, base)
            .with_tenant(tenant)
            .with_limits(self.limits()?);
        if self.0.flag("idempotencyKeys") == Some(false) {
            client = client.without_idempotency_keys();
        }
        for kind in [
            CredentialKind::AccessToken,
            CredentialKind::ControlPlane,
            CredentialKind::Master,
            CredentialKind::Publishable,
            CredentialKind::Secret,
        ] {
            if let Some(credential) = self.credential(kind)? {
                client = client.with_credential(kind, credential);
            }
        }
        let problem = || ConfigError::new("paths", "must be an object of paths by operation");
        let paths = match self.0.get("paths") {
            None => return Ok(client),
            Some(paths) => paths.as_object().ok_or_else(problem)?,
        };
        paths.iter().try_fold(client, |client, (operation, path)| {
            client.with_path(operation, path.as_str().ok_or_else(problem)?)
        })
    }

    fn limits(&self) -> Result<Limits, ConfigError> {
        let mut limits = Limits::default();
        for (name, value) in self.0.iter() {
            limits.set(name, value)?;
        }
        Ok(limits)
    }

    /// A credential, refused where its prefix shows that it was put in the wrong place: a
    /// public key grants nothing on a server, and a server's key must not go public.
    fn credential(&self, kind: CredentialKind) -> Result<Option<Secret>, ConfigError> {
        let option = kind.option();
        let Some(credential) = self.text(option).map(Secret::new) else {
            return Ok(None);
        };
        let foreign: &[&str] = match kind {
            CredentialKind::Publishable => &["sk_", "mk_"],
            CredentialKind::Master => &["pk_", "sk_"],
            CredentialKind::Secret => &["pk_"],
            _ => &["pk_", "sk_", "mk_"],
        };
        if foreign
            .iter()
            .any(|prefix| credential.expose().starts_with(prefix))
        {
            return Err(ConfigError::new(option, "holds a key of another kind"));
        }
        Ok(Some(credential))
    }

    pub(super) fn keys(&self) -> Result<Option<Keys>, ConfigError> {
        const SOURCES: [&str; 4] = ["jwks", "jwksUri", "jwksUrl", "publicKey"];
        let mut given = SOURCES
            .iter()
            .filter_map(|name| Some((*name, self.0.get(name)?)));
        let Some((name, value)) = given.next() else {
            return Ok(None);
        };
        if let Some((second, _)) = given.next() {
            return Err(ConfigError::new(
                second,
                format!("cannot stand beside {name}"),
            ));
        }
        match (name, value) {
            ("jwks", Json::Object(_)) => Ok(Some(Keys::Set(value.clone()))),
            ("jwks", _) => Err(ConfigError::new(name, "must be a JWK Set")),
            ("publicKey", Json::Object(_) | Json::String(_)) => Ok(Some(Keys::Key(value.clone()))),
            ("publicKey", _) => Err(ConfigError::new(name, "must be a JWK or PEM text")),
            (name, url) => {
                let url = BaseUrl::parse(name, &text(name, url)?)?.as_url();
                Ok(Some(Keys::Url(url)))
            }
        }
    }

    pub(super) fn leeway(&self) -> Result<Duration, ConfigError> {
        let name = match (
            self.0.get("clockSkewSeconds").is_some(),
            self.0.get("clockTolerance").is_some(),
        ) {
            (false, false) => return Ok(DEFAULT_LEEWAY),
            (true, true) => {
                return Err(ConfigError::new(
                    "clockSkewSeconds",
                    "cannot stand beside clockTolerance",
                ));
            }
            (true, false) => "clockSkewSeconds",
            (false, true) => "clockTolerance",
        };
        match self.0.span(name) {
            Some(leeway) if leeway <= MAX_LEEWAY => Ok(leeway),
            _ => Err(ConfigError::new(name, "must be seconds from 0 to 300")),
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
        let secrets = self.list("webhookSecret")?.unwrap_or_default();
        Ok(secrets.into_iter().map(Secret::new).collect())
    }

    pub(super) fn webhook_format(&self) -> Result<Format, ConfigError> {
        match self.text("webhookFormat").as_deref() {
            None | Some("standard") => Ok(Format::Standard),
            Some("body") => Ok(Format::Body),
            Some("hook") => Ok(Format::Hook),
            Some(_) => Err(ConfigError::new(
                "webhookFormat",
                "must be standard, body or hook",
            )),
        }
    }
}
