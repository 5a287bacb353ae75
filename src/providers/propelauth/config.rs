//! A configured PropelAuth: its clients, and what its tokens and webhooks are checked by.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use super::DIALECT;
use super::access::InOrganization;
use super::api::METADATA_PATH;
use super::call::ApiCall;
use super::rule::TokenRule;
use super::user::User;
use crate::api::{BaseUrl, Client, CredentialKind, Dialect, Limits, Secret, Walk};
use crate::crypto::RS256;
use crate::encoding::{replace, split_once};
use crate::error::{ConfigError, Error, KeyError, TokenError};
use crate::http::Headers;
use crate::json::{Json, Members};
use crate::jwk::{CacheTimes, Jwk, JwkSet, KeySource, Location};
use crate::jwt::{Organizations, Policy};
use crate::options::{Options, Setting, is_word_of};
use crate::providers::prepared;
use crate::providers::settings::{Configuration, Credential, Settings, TokenRow};

const BACKEND: &str = "https://propelauth-api.com";
const PREFIX: &str = "/api/backend/v1";

/// The longest wait for which a rate-limited read is repeated.
const MAX_RETRY_WAIT: Duration = Duration::from_secs(5);

const NAMES: &str = "\
    accessToken apiKey apiUrl authUrl cacheMaxAge clockTolerance cooldownDuration maxRetries \
    maxRetryWait staleIfError timeout timeoutDuration tokenVerificationMetadata \
    webhookSecret";

const METADATA: &str = "tokenVerificationMetadata";

static TOKENS: TokenRow = TokenRow {
    algorithms: &[&RS256],
    required: &["exp", "iat"],
    tolerance: (60, 120),
    // The provider's own SDKs keep a fetched key for ever; an hour lets a replaced one go.
    times: Some(CacheTimes {
        max_age: Duration::from_secs(3_600),
        cooldown: Duration::from_secs(30),
        timeout: Duration::from_secs(10),
        stale_while_revalidate: Duration::from_secs(60),
        stale_if_error: Duration::from_secs(86_400),
    }),
    refuse_ambiguous_key: false,
    refuse_future_iat: true,
};

const API_KEY: Credential = Credential(CredentialKind::Secret, "apiKey", &[]);
const ACCESS_TOKEN: Credential = Credential(CredentialKind::AccessToken, "accessToken", &[]);

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
pub struct PropelAuth(Arc<Inner>);

struct Inner {
    /// With the client of the backend API.
    configuration: Configuration,
    /// The endpoints under the auth URL.
    session: Client,
    issuer: String,
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
        let settings = Settings::parse(options, NAMES)?;
        let auth = auth_url(&settings)?;
        let given = Metadata::read(&settings)?;
        let issuer = given.and_then(|given| given.issuer);
        let issuer = issuer.unwrap_or_else(|| auth.origin().to_owned());
        let limits = Limits {
            max_retry_wait: MAX_RETRY_WAIT,
            ..Limits::default()
        };
        let base = settings.base("apiUrl", BACKEND)?.ending_in(PREFIX);
        let mut client = settings.client(dialect, base, limits, &[API_KEY]);
        if client.base().origin() != auth.origin() {
            client = client.with_header("x-propelauth-url", host(&auth).to_owned());
        }
        let session = auth.ending_in(PREFIX);
        let propelauth = Self(Arc::new(Inner {
            session: settings.client(dialect, session, limits, &[API_KEY, ACCESS_TOKEN]),
            issuer,
            webhook_secrets: settings.secrets("webhookSecret"),
            configuration: Configuration { settings, client },
        }));
        // What is wrong with the options about tokens is told now.
        propelauth.policy();
        let settings = propelauth.settings();
        settings.remote(&TOKENS, key_url(""), Headers::new());
        settings.check()?;
        Ok(propelauth)
    }

    fn settings(&self) -> &Settings {
        &self.0.configuration.settings
    }

    /// The client of the backend API. Calls are begun with [`PropelAuth::call`].
    pub fn client(&self) -> &Client {
        &self.0.configuration.client
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
        let client = self.client_of(operation);
        let call = prepared(client, operation, &parameters, options, entropy);
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
        self.client().walk(operation, parameters)
    }

    fn client_of(&self, operation: &str) -> &Client {
        match operation.starts_with("session.") {
            true => &self.0.session,
            false => self.client(),
        }
    }

    /// Whether there is an API key, which must never be where everybody can read it.
    pub fn has_api_key(&self) -> bool {
        self.api_key().is_some()
    }

    /// The webhook secrets, of which any may match.
    pub fn webhook_secrets(&self) -> &[Secret] {
        &self.0.webhook_secrets
    }

    /// The issuer of this project's tokens.
    pub fn issuer_url(&self) -> &str {
        &self.0.issuer
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
        let mut policy = self.policy();
        policy.issuers = Some(vec![self.0.issuer.clone()]);
        let source = match Metadata::read(self.settings())? {
            Some(given) => KeySource::Keys(key_set(&given.verifier_keys)?),
            None => self.remote()?,
        };
        Ok((policy, source))
    }

    fn policy(&self) -> Policy {
        let mut policy = self.settings().policy(&TOKENS, Box::new(TokenRule));
        policy.access.organizations = Organizations::Members(&InOrganization);
        policy
    }

    fn api_key(&self) -> Option<&Secret> {
        self.client().held(CredentialKind::Secret)
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
    fn remote(&self) -> Result<KeySource, ConfigError> {
        let Some(key) = self.api_key() else {
            let problem = "or tokenVerificationMetadata must be given to verify tokens";
            return Err(ConfigError::new("apiKey", problem));
        };
        let mut headers = Headers::new();
        let authorization = ["Bearer ", key.expose()].concat();
        for (name, value) in [
            ("authorization", authorization.as_str()),
            ("x-propelauth-url", host(self.0.session.base())),
        ] {
            let appended = headers.append(name, value);
            appended.map_err(|_| ConfigError::new("apiKey", "is not fit to be sent"))?;
        }
        let location = key_url(self.client().base().origin());
        let remote = self.settings().remote(&TOKENS, location, headers);
        Ok(KeySource::Remote(remote))
    }
}

/// The auth URL's origin: what stands behind its host has no meaning.
fn auth_url(settings: &Settings) -> Result<BaseUrl, ConfigError> {
    let option = "authUrl";
    if !settings.contains(option) {
        return Err(ConfigError::new(option, "is required"));
    }
    let url = settings.base(option, "")?;
    BaseUrl::parse(option, url.origin())
}

/// What tokens are verified with when nothing is to be fetched.
struct Metadata {
    verifier_keys: Vec<String>,
    issuer: Option<String>,
}

impl Metadata {
    fn read(settings: &Settings) -> Result<Option<Self>, ConfigError> {
        let problem = || ConfigError::new(METADATA, "must be { verifierKey, issuer }");
        let members = match settings.get(METADATA) {
            None | Some(Json::Null) => return Ok(None),
            Some(metadata) => metadata.as_object().ok_or_else(problem)?,
        };
        let members = Options::known(members.clone(), &is_word_of("issuer verifierKey"))?;
        let verifier_keys = match members.setting("verifierKey") {
            Setting::Given(keys) if !keys.is_empty() => keys,
            _ => return Err(problem()),
        };
        let issuer = members.text("issuer");
        members.check()?;
        Ok(Some(Self {
            verifier_keys,
            issuer,
        }))
    }
}

/// Where the verifier key is published.
fn key_url(origin: &str) -> Location {
    Location::Pem {
        url: [origin, METADATA_PATH].concat(),
        members: &["verifier_key_pem", "public_key_pem"],
    }
}

/// Host and, where it is not the scheme's own, port.
fn host(url: &BaseUrl) -> &str {
    let origin = url.origin();
    split_once(origin, "://").map_or(origin, |(_, host)| host)
}

/// The keys as one set; a dashboard shows each as PEM, and environments bend its line ends.
fn key_set(pems: &[String]) -> Result<JwkSet, Error> {
    let mut keys = JwkSet::default();
    for pem in pems {
        let pem = replace(&replace(pem, "\\n", "\n"), "\\r", "");
        keys.add(Jwk::from_pem(&pem)?)?;
        if !keys.keys().all(|key| key.serves(&RS256)) {
            return Err(KeyError::Invalid("a verifier key is an RSA public key").into());
        }
    }
    Ok(keys)
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
            .field("client", self.client())
            .finish_non_exhaustive()
    }
}
