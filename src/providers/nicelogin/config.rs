//! NiceLogin's options: checked once, turned into a client and into what a verifier needs.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use super::DIALECT;
use super::rule::CompanyRule;
use crate::api::{Call, Client, CredentialKind, Dialect, Limits};
use crate::crypto::RS256;
use crate::encoding::percent_encode;
use crate::error::{ApiError, ApiErrorKind, ConfigError, Error};
use crate::json::{Json, Members};
use crate::jwk::{CacheTimes, KeySource, Location};
use crate::jwt::Policy;
use crate::options::object;
use crate::providers::prepared;
use crate::providers::principal::{Projection, project};
use crate::providers::settings::{Configuration, Credential, Settings, TokenRow, is_uuid};

const CLOUD: &str = "https://api.v1.nicelogin.com";

const NAMES: &str = "\
    apiKey apiSecret audience baseUrl cacheMaxAge clockTolerance companyId cooldownDuration \
    issuer jwks jwksUri maxRetries maxRetryWait staleIfError staleWhileRevalidate timeout \
    timeoutDuration";

const CREDENTIALS: &[Credential] = &[
    Credential(CredentialKind::Publishable, "apiKey", &[]),
    Credential(CredentialKind::Secret, "apiSecret", &[]),
];

static TOKENS: TokenRow = TokenRow {
    algorithms: &[&RS256],
    required: &["exp", "iat", "sub"],
    tolerance: (30, 120),
    // The provider asks its callers to keep keys for a day.
    times: Some(CacheTimes {
        max_age: Duration::from_secs(86_400),
        cooldown: Duration::from_secs(60),
        timeout: Duration::from_secs(10),
        stale_while_revalidate: Duration::from_secs(3_600),
        stale_if_error: Duration::from_secs(86_400),
    }),
    refuse_ambiguous_key: true,
    refuse_future_iat: true,
};

const USER: Projection = &[
    ("userId", "sub"),
    ("email", "email"),
    ("companyId", "company_id"),
    ("tokenId", "jti"),
    ("sessionId", "sid"),
    ("issuedAt", "iat"),
    ("expiresAt", "exp"),
    ("userData", "user_data"),
];

/// A configured company: its client, and what its tokens are checked by.
///
/// Options, as a JSON object:
///
/// | Option | Meaning | Default |
/// |---|---|---|
/// | `apiKey` | names the company, public | must be given, unless there are `jwks` and no calls |
/// | `apiSecret` | for activating and deactivating users; a server's alone | none |
/// | `baseUrl` | where the service is | `https://api.v1.nicelogin.com` |
/// | `companyId` | the company that every token must be of | not checked |
/// | `issuer`, `audience` | text or list that tokens must carry; today's carry none | not checked |
/// | `jwks`, `jwksUri` | the keys themselves, or another address of them | the company's well-known address |
/// | `clockTolerance` | seconds, at most 120 | 30 |
/// | `cacheMaxAge`, `cooldownDuration`, `timeoutDuration`, `staleWhileRevalidate`, `staleIfError` | key cache, milliseconds | 24 h, 60 s, 10 s, 1 h, 24 h |
/// | `timeout`, `maxRetries`, `maxRetryWait` | see [`Limits`](crate::api::Limits); no call is repeated | 10 s, 2, 60 s |
#[derive(Clone)]
pub struct NiceLogin(Arc<Configuration>);

impl NiceLogin {
    /// Reads the options from JSON text.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the option: unknown, missing or of the wrong type;
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
        let base = settings.base("baseUrl", CLOUD)?;
        if settings.segment("apiKey").is_none() && !settings.contains("jwks") {
            settings.refuse("apiKey", "must be given");
        }
        let client = settings.client(dialect, base, Limits::default(), CREDENTIALS);
        let nicelogin = Self(Arc::new(Configuration { settings, client }));
        // Every mistake is told now, not when the first token comes.
        nicelogin.issuer()?;
        Ok(nicelogin)
    }

    /// The client that makes calls. [`call`](Self::call) checks more before it does.
    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// Starts a call.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] as for [`Client::call`], also for an empty `email` and a `userId` that
    /// is no UUID. Without `apiSecret`, the operations that need it fail with the status 401
    /// that the provider would answer with, and nothing is sent.
    ///
    /// # Security
    ///
    /// - `requestPasswordReset` hands the reset token to whoever holds the public API key, for
    ///   any address, and its 404 tells which addresses have an account. Never call it from a
    ///   browser, never pass the token or that difference on, and limit its rate by address
    ///   and by caller.
    /// - `resetPassword` needs the current password: it changes a password that is known. It
    ///   is no way back in for somebody who forgot theirs.
    /// - `activateUser` and `deactivateUser` act on any user of the company. A valid token of
    ///   a caller is not enough: check that they may, and that both are of one company.
    pub fn call(
        &self,
        operation: &str,
        parameters: &str,
        options: &str,
        entropy: u128,
    ) -> Result<Call, Error> {
        self.prepared(operation, parameters, options, entropy)
            .map(|call| *call)
    }

    /// The same, in the place where it stays.
    pub(super) fn prepared(
        &self,
        operation: &str,
        parameters: &str,
        options: &str,
        entropy: u128,
    ) -> Result<Box<Call>, Error> {
        let needs_secret = matches!(operation, "activateUser" | "deactivateUser");
        if needs_secret && self.client().held(CredentialKind::Secret).is_none() {
            return Err(no_secret().into());
        }
        let given = object("parameters", parameters)?;
        let text = |name: &str| given.get(name).and_then(Json::as_str);
        if text("email") == Some("") {
            return Err(ConfigError::new("email", "must not be empty").into());
        }
        if text("userId").is_some_and(|id| !is_uuid(id)) {
            return Err(ConfigError::new("userId", "must be a UUID").into());
        }
        prepared(self.client(), operation, parameters, options, entropy)
    }

    /// The rules for this company's tokens, and where its keys come from.
    ///
    /// # Errors
    ///
    /// None that [`from_json`](Self::from_json) has not shown.
    pub fn issuer(&self) -> Result<(Policy, KeySource), Error> {
        let Configuration { client, settings } = &*self.0;
        let rule = CompanyRule {
            company: settings.text("companyId").map(str::to_owned),
        };
        let mut policy = settings.policy(&TOKENS, Box::new(rule));
        policy.issuers = settings.list("issuer");
        policy.audiences = settings.list("audience");
        let mut jwks = client.base().as_url() + "/.well-known/jwks/";
        if let Some(key) = client.held(CredentialKind::Publishable) {
            percent_encode(key.expose(), &mut jwks);
        }
        let source = settings.key_source(&TOKENS, Location::Urls(vec![jwks]));
        settings.check()?;
        Ok((policy, source?))
    }

    /// The user that a payload describes, once the issuer's verifier has passed it: `userId`,
    /// `email`, `companyId`, `tokenId`, `sessionId`, `issuedAt`, `expiresAt`, `userData` and
    /// the payload as `raw`.
    ///
    /// # Security
    ///
    /// It checks nothing.
    pub fn user(&self, claims: Members) -> Members {
        project(USER, claims)
    }
}

fn no_secret() -> ApiError {
    ApiError {
        kind: ApiErrorKind::Status,
        status: 401,
        provider_code: None,
        message: "api_secret required for user status operations".to_owned(),
        request_id: None,
        retry_after: None,
        retryable: false,
        class: Some("NiceLoginError"),
        body: None,
    }
}

/// Only where it talks to is shown.
impl fmt::Debug for NiceLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NiceLogin")
            .field("client", self.client())
            .finish_non_exhaustive()
    }
}
