//! JustAuthenticateMe's options: checked once, turned into a client and into what a verifier
//! needs.

use core::fmt;
use core::time::Duration;

use super::DIALECT;
use super::rule::IdTokenRule;
use crate::api::{BaseUrl, Client, Dialect};
use crate::crypto::ES512;
use crate::encoding::replace;
use crate::error::{ConfigError, Error};
use crate::json::Members;
use crate::jwk::{CacheTimes, KeySource, Location};
use crate::jwt::{AccessClaims, DEFAULT_TOKEN_CACHE, Policy};
use crate::providers::settings::{Projection, Settings, is_uuid, project};

const CLOUD: &str = "https://api.justauthenticate.me";
const NAMES: &[&str] = &["appId", "baseUrl"];

/// An app has one key that hardly ever changes.
const CACHE: CacheTimes = CacheTimes {
    max_age: Duration::from_secs(3_600),
    cooldown: Duration::from_secs(60),
    timeout: Duration::from_secs(10),
    stale_while_revalidate: Duration::from_secs(60),
    stale_if_error: Duration::from_secs(86_400),
};

const USER: Projection = &[
    ("email", "email"),
    ("sub", "sub"),
    ("tokenId", "jti"),
    ("issuedAt", "iat"),
    ("notBefore", "nbf"),
    ("expiresAt", "exp"),
];

/// A configured app: its client, and what its ID tokens are checked by.
///
/// Options, as a JSON object:
///
/// | Option | Meaning | Default |
/// |---|---|---|
/// | `appId` | the app's UUID, which is public | must be given |
/// | `baseUrl` | where the service is; tokens must be issued there | `https://api.justauthenticate.me` |
/// | `jwks`, `jwksUri` | the app's keys themselves, or another address of them | the app's well-known address |
/// | `clockTolerance` | seconds, at most 120 | 30 |
/// | `cacheMaxAge`, `cooldownDuration`, `timeoutDuration`, `staleWhileRevalidate`, `staleIfError` | key cache, milliseconds | 1 h, 60 s, 10 s, 60 s, 24 h |
/// | `timeout`, `maxRetries`, `maxRetryWait` | see [`Limits`](crate::api::Limits) | 10 s, 2, 60 s |
#[derive(Clone)]
pub struct JustAuthenticateMe {
    app_id: String,
    client: Client,
    tolerance: Duration,
    settings: Settings,
}

impl JustAuthenticateMe {
    /// Reads the options from JSON text.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the option: unknown, missing, of the wrong type or not a UUID;
    /// `ERR_JWK_INVALID` when `jwks` holds no usable key.
    pub fn from_json(options: &str) -> Result<Self, Error> {
        Self::with_dialect(options, &DIALECT)
    }

    /// As [`from_json`](Self::from_json), for the operations of another dialect than the
    /// provider's own.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn with_dialect(options: &str, dialect: &'static Dialect) -> Result<Self, Error> {
        let settings = Settings::parse(options, NAMES)?;
        let app_id = settings.required("appId")?;
        if !is_uuid(&app_id) {
            return Err(ConfigError::new("appId", "must be a UUID").into());
        }
        let base: BaseUrl = settings.base("baseUrl", CLOUD)?;
        let base = base.ending_in(&format!("/{app_id}"));
        let app = Self {
            app_id,
            client: Client::new(dialect, base).with_limits(settings.limits()?),
            tolerance: settings.clock_tolerance(30, 120)?,
            settings,
        };
        // Mistakes in the keys are told now, not when the first token comes.
        app.issuer()?;
        Ok(app)
    }

    /// The client that makes calls.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The rules for this app's ID tokens, and where its keys come from. They are fetched
    /// when the first token is verified.
    ///
    /// # Errors
    ///
    /// None that [`from_json`](Self::from_json) has not shown.
    pub fn issuer(&self) -> Result<(Policy, KeySource), Error> {
        let address = self.client.base().as_url();
        let jwks = Location::Urls(vec![format!("{address}/.well-known/jwks.json")]);
        let policy = Policy {
            token_cache: DEFAULT_TOKEN_CACHE,
            algorithms: vec![&ES512],
            issuers: Some(self.spellings(&address)),
            audiences: Some(self.spellings(&self.app_id)),
            subjects: None,
            typ: None,
            required_claims: ["exp", "iat", "sub"].map(str::to_owned).into(),
            clock_tolerance: self.tolerance,
            max_token_age: None,
            refuse_future_iat: true,
            refuse_ambiguous_key: true,
            rule: Some(Box::new(IdTokenRule)),
            access: AccessClaims::default(),
        };
        Ok((policy, self.settings.key_source(jwks, CACHE)?))
    }

    /// The user that a payload describes, once the issuer's verifier has passed it: `email`
    /// (the identity), `sub`, `appId`, `tokenId`, `issuedAt`, `notBefore`, `expiresAt` and the
    /// payload as `raw`.
    ///
    /// # Security
    ///
    /// It checks nothing.
    pub fn user(&self, claims: Members) -> Members {
        let mut user = project(USER, claims);
        user.insert("appId", self.app_id.as_str());
        user
    }

    /// A text with the app's id as it was given, in lower and in upper case: UUIDs compare
    /// without case, and the service spells them as it likes.
    fn spellings(&self, text: &str) -> Vec<String> {
        let spelled = |id: &str| replace(text, &self.app_id, id);
        let mut spellings = vec![text.to_owned()];
        for spelling in [
            spelled(&self.app_id.to_ascii_lowercase()),
            spelled(&self.app_id.to_ascii_uppercase()),
        ] {
            // Without sorting, whose code is larger than all of this.
            if !spellings.contains(&spelling) {
                spellings.push(spelling);
            }
        }
        spellings
    }
}

/// Only where it talks to is shown.
impl fmt::Debug for JustAuthenticateMe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JustAuthenticateMe")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}
