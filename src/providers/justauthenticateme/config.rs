//! JustAuthenticateMe's options: checked once, turned into a client and into what a verifier
//! needs.

use core::fmt;
use std::sync::Arc;

use super::DIALECT;
use super::rule::IdTokenRule;
use crate::api::{Client, Dialect, Limits};
use crate::crypto::ES512;
use crate::encoding::replace;
use crate::error::Error;
use crate::json::Members;
use crate::jwk::{KeySource, Location};
use crate::jwt::Policy;
use crate::providers::principal::{Projection, project};
use crate::providers::settings::{Configuration, HOURLY, Settings, TokenRow, is_uuid};

const CLOUD: &str = "https://api.justauthenticate.me";

const NAMES: &str = "\
    appId baseUrl cacheMaxAge clockTolerance cooldownDuration jwks jwksUri maxRetries \
    maxRetryWait staleIfError staleWhileRevalidate timeout timeoutDuration";

/// An app has one key that hardly ever changes.
static TOKENS: TokenRow = TokenRow {
    algorithms: &[&ES512],
    required: &["exp", "iat", "sub"],
    tolerance: (30, 120),
    times: Some(HOURLY),
    refuse_ambiguous_key: true,
    refuse_future_iat: true,
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
pub struct JustAuthenticateMe(Arc<Configuration>);

impl JustAuthenticateMe {
    /// Reads the options from JSON text.
    ///
    /// # Errors
    ///
    /// [`ConfigError`](crate::error::ConfigError) naming the option: unknown, missing, of the wrong type or not a UUID;
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
        let app_id = settings.required("appId");
        if !is_uuid(app_id) {
            settings.refuse("appId", "must be a UUID");
        }
        let segment = ["/", app_id].concat();
        let base = settings.base("baseUrl", CLOUD)?.ending_in(&segment);
        let client = settings.client(dialect, base, Limits::default(), &[]);
        let app = Self(Arc::new(Configuration { settings, client }));
        // Every mistake is told now, not when the first token comes.
        app.issuer()?;
        Ok(app)
    }

    /// The client that makes calls.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// The rules for this app's ID tokens, and where its keys come from. They are fetched
    /// when the first token is verified.
    ///
    /// # Errors
    ///
    /// None that [`from_json`](Self::from_json) has not shown.
    pub fn issuer(&self) -> Result<(Policy, KeySource), Error> {
        let Configuration { client, settings } = &*self.0;
        let address = client.base().as_url();
        let mut policy = settings.policy(&TOKENS, Box::new(IdTokenRule));
        policy.issuers = Some(self.spellings(&address));
        policy.audiences = Some(self.spellings(self.app_id()));
        let jwks = Location::Urls(vec![address + "/.well-known/jwks.json"]);
        let source = settings.key_source(&TOKENS, jwks);
        settings.check()?;
        Ok((policy, source?))
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
        user.insert("appId", self.app_id());
        user
    }

    fn app_id(&self) -> &str {
        self.0.settings.required("appId")
    }

    /// A text with the app's id as it was given, in lower and in upper case: UUIDs compare
    /// without case, and the service spells them as it likes.
    fn spellings(&self, text: &str) -> Vec<String> {
        let id = self.app_id();
        let others = [id.to_ascii_lowercase(), id.to_ascii_uppercase()];
        let mut spellings = vec![text.to_owned()];
        for other in others.iter().filter(|other| *other != id) {
            spellings.push(replace(text, id, other));
        }
        spellings
    }
}

/// Only where it talks to is shown.
impl fmt::Debug for JustAuthenticateMe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JustAuthenticateMe")
            .field("client", self.client())
            .finish_non_exhaustive()
    }
}
