//! A configured PropelAuth: its clients, and what its tokens and webhooks are checked by.

use core::fmt;
use core::time::Duration;

use super::DIALECT;
use super::api::METADATA_PATH;
use super::call::ApiCall;
use super::options::{Metadata, PropelAuthOptions};
use super::rule::TokenRule;
use super::user::User;
use crate::api::{BaseUrl, Client, CredentialKind, Dialect, Secret, Walk};
use crate::crypto::RS256;
use crate::encoding::{replace, split_once};
use crate::error::{ConfigError, Error, KeyError, TokenError};
use crate::http::Headers;
use crate::json::Members;
use crate::jwk::{CacheTimes, Jwk, JwkSet, KeySource, Location, Remote};
use crate::jwt::{AccessClaims, DEFAULT_TOKEN_CACHE, Policy};

/// A configured PropelAuth.
///
/// Options as a JSON object; only `authUrl` must be given:
///
/// | Option | Meaning | Default |
/// |---|---|---|
/// | `authUrl` | the project's auth URL; a path behind its host is dropped | – |
/// | `apiKey` | the integration API key; not needed to verify with `tokenVerificationMetadata` | none |
/// | `tokenVerificationMetadata` | `{ verifierKey, issuer }`: a PEM text or a list of them, and the issuer, which defaults to the auth URL's origin; nothing is fetched then | fetched with `apiKey` |
/// | `apiUrl` | where the backend API is | `https://propelauth-api.com` |
/// | `clockTolerance` | seconds, at most 120 | 60 |
/// | `timeout`, `maxRetries`, `maxRetryWait` | see [`Limits`](crate::api::Limits); only reads are repeated | 10 s, 2, 5 s |
/// | `cacheMaxAge`, `cooldownDuration`, `timeoutDuration`, `staleIfError` | cache of a fetched key, milliseconds | 1 h, 30 s, 10 s, 24 h |
/// | `accessToken` | a user's token, for `session.userInfo` | none |
/// | `webhookSecret` | text or list, of which any may match | none |
#[derive(Clone)]
pub struct PropelAuth {
    /// The backend API.
    backend: Client,
    /// The endpoints under the auth URL.
    session: Client,
    api_key: Option<Secret>,
    metadata: Option<Metadata>,
    leeway: Duration,
    cache: CacheTimes,
    webhook_secrets: Vec<Secret>,
}

impl PropelAuth {
    /// Reads the options from JSON text.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the option: missing, unknown or of the wrong type.
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
        let options = PropelAuthOptions::parse(options)?;
        let auth = options.auth_url()?;
        let api_key = options.text("apiKey").map(Secret::new);
        let mut backend = options.client(dialect, options.api_url()?)?;
        if backend.base().origin() != auth.origin() {
            backend = backend.with_header("x-propelauth-url", host(&auth).to_owned());
        }
        let mut session = options.client(dialect, auth)?;
        if let Some(key) = &api_key {
            backend = backend.with_credential(CredentialKind::Secret, key.clone());
            session = session.with_credential(CredentialKind::Secret, key.clone());
        }
        if let Some(token) = options.text("accessToken") {
            session = session.with_credential(CredentialKind::AccessToken, Secret::new(token));
        }
        let configured = Self {
            backend,
            session,
            api_key,
            metadata: options.metadata()?,
            leeway: options.leeway()?,
            cache: options.cache()?,
            webhook_secrets: options.webhook_secrets()?,
        };
        options.check()?;
        Ok(configured)
    }

    /// The client of the backend API. Calls are begun with [`PropelAuth::call`].
    pub fn client(&self) -> &Client {
        &self.backend
    }

    /// Begins a call. `parameters` and `options` are JSON text of an object, or empty.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] as for [`Client::call`]; also for ids and dates of a wrong form, before
    /// anything is sent.
    pub fn call(
        &self,
        operation: &str,
        parameters: &str,
        options: &str,
        entropy: u128,
    ) -> Result<ApiCall, Error> {
        let parameters = super::parameters::prepared(parameters)?;
        let call = self
            .client_of(operation)
            .call(operation, &parameters, options, entropy);
        Ok(ApiCall::new(call.map_err(with_own_names)?))
    }

    /// The URL of a hosted page.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] as for [`Client::url`].
    pub fn url(&self, operation: &str, parameters: &str) -> Result<String, Error> {
        let parameters = super::parameters::prepared(parameters)?;
        self.client_of(operation).url(operation, &parameters)
    }

    /// Walks through the pages of a list operation.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the operation is no list.
    pub fn walk(&self, operation: &str, parameters: &str) -> Result<Walk, Error> {
        self.backend.walk(operation, parameters)
    }

    fn client_of(&self, operation: &str) -> &Client {
        match operation.starts_with("session.") {
            true => &self.session,
            false => &self.backend,
        }
    }

    /// Whether there is an API key, which must never be where everybody can read it.
    pub fn has_api_key(&self) -> bool {
        self.api_key.is_some()
    }

    /// The webhook secrets, of which any may match.
    pub fn webhook_secrets(&self) -> &[Secret] {
        &self.webhook_secrets
    }

    /// The issuer of this project's tokens.
    pub fn issuer_url(&self) -> &str {
        match self.metadata.as_ref().and_then(|m| m.issuer.as_deref()) {
            Some(issuer) => issuer,
            None => self.session.base().origin(),
        }
    }

    /// The rules for this project's access tokens, and where their keys come from.
    ///
    /// The algorithm is always `RS256`, whatever a token says. The audience is not checked,
    /// for the provider's tokens have none.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when neither keys nor an API key to fetch them with are given,
    /// `ERR_JWK_INVALID` for a verifier key that is no RSA public key of 2048 bits or more.
    pub fn issuer(&self) -> Result<(Policy, KeySource), Error> {
        let policy = Policy {
            token_cache: DEFAULT_TOKEN_CACHE,
            algorithms: vec![&RS256],
            issuers: Some(vec![self.issuer_url().to_owned()]),
            audiences: None,
            subjects: None,
            typ: None,
            required_claims: vec!["exp".to_owned(), "iat".to_owned()],
            clock_tolerance: self.leeway,
            max_token_age: None,
            refuse_future_iat: true,
            refuse_ambiguous_key: false,
            rule: Some(Box::new(TokenRule)),
            access: AccessClaims::default(),
        };
        let source = match &self.metadata {
            Some(metadata) => KeySource::Keys(key_set(&metadata.verifier_keys)?),
            None => KeySource::Remote(self.remote()?),
        };
        Ok((policy, source))
    }

    /// The user that a payload describes, once this provider's verifier has passed it.
    ///
    /// # Errors
    ///
    /// As [`User::from_claims`], which a verified payload never meets.
    ///
    /// # Security
    ///
    /// It checks neither signature nor times.
    pub fn user(&self, claims: Members) -> Result<User, TokenError> {
        User::from_claims(claims)
    }

    /// The key's endpoint, asked with the same headers as the backend API.
    fn remote(&self) -> Result<Remote, ConfigError> {
        let key = self.api_key.as_ref().ok_or_else(|| {
            ConfigError::new(
                "apiKey",
                "or tokenVerificationMetadata must be given to verify tokens",
            )
        })?;
        let mut headers = Headers::new();
        let authorization = format!("Bearer {}", key.expose());
        let fields = [
            ("authorization", authorization.as_str()),
            ("x-propelauth-url", host(self.session.base())),
        ];
        for (name, value) in fields {
            let appended = headers.append(name, value);
            appended.map_err(|_| ConfigError::new("apiKey", "is not fit to be sent"))?;
        }
        Ok(Remote {
            location: Location::Pem {
                url: format!("{}{METADATA_PATH}", self.backend.base().origin()),
                members: &["verifier_key_pem", "public_key_pem"],
            },
            headers,
            times: self.cache,
        })
    }
}

/// Host and, where it is not the scheme's own, port.
fn host(url: &BaseUrl) -> &str {
    let origin = url.origin();
    split_once(origin, "://").map_or(origin, |(_, host)| host)
}

/// The keys as one set; a dashboard shows each as PEM, and environments bend its line ends.
fn key_set(pems: &[String]) -> Result<JwkSet, Error> {
    let keys = pems
        .iter()
        .map(|pem| Jwk::from_pem(&replace(&replace(pem, "\\n", "\n"), "\\r", "")))
        .collect::<Result<Vec<_>, _>>()?;
    for key in &keys {
        // Alone it is refused for what is wrong with it; in a set it would be left out.
        JwkSet::of(key.clone())?;
        if !key.serves(&RS256) {
            return Err(KeyError::Invalid("a verifier key is an RSA public key").into());
        }
    }
    Ok(JwkSet::parse(JwkSet::text_of(&keys).as_bytes())?)
}

/// The API client's word for a credential, in this provider's words.
fn with_own_names(error: Error) -> Error {
    match error {
        Error::Config(mistake) if mistake.option == "secretKey" => {
            ConfigError::new("apiKey", mistake.problem.clone()).into()
        }
        other => other,
    }
}

/// Only where it talks to is shown.
impl fmt::Debug for PropelAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PropelAuth")
            .field("issuer", &self.issuer_url())
            .field("client", &self.backend)
            .finish_non_exhaustive()
    }
}
