//! OpenID Connect's options: checked once, turned into what verifiers and introspection need.

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use super::preset::Preset;
use super::rule::{AccessTokenRule, IdTokenRule};
use super::{DIALECT, introspection, user};
use crate::api::{BaseUrl, Client, CredentialKind, Dialect, Limits, Secret};
use crate::crypto::{self, SignatureAlgorithm};
use crate::encoding::{Base64, contains, percent_encode, replace};
use crate::error::{ConfigError, Error};
use crate::json::{Json, Members};
use crate::jwk::{KeySource, Location};
use crate::jwt::{AccessClaims, ClaimRule, Organizations, Policy};
use crate::options::Setting;
use crate::providers::settings::{Configuration, Credential, Settings, TokenRow, owned};
use crate::url::check_url;

const NAMES: &str = "\
    algorithms audience authorizationServerId authorizedParties cacheMaxAge clientId \
    clientSecret clockTolerance cooldownDuration domain introspectionCache \
    introspectionEndpoint issuer jwks jwksUri maxRetries maxRetryWait permissionsClaim \
    preset profile projectId projectRef realm region rolesClaim scopesClaim staleIfError \
    staleWhileRevalidate tenantId timeout timeoutDuration tokenType url userPoolId";

/// It goes out in `Authorization`, and is held so that no error repeats it.
const CLIENT_SECRET: Credential = Credential(CredentialKind::Secret, "clientSecret", &[]);

/// Algorithms and claims are the preset's or the profile's.
static TOKENS: TokenRow = TokenRow {
    algorithms: &[],
    required: &[],
    tolerance: (0, 300),
    times: None,
    refuse_ambiguous_key: false,
    refuse_future_iat: false,
};

/// The longest that an introspection may be remembered.
const MAX_CACHE_SECS: u64 = 30;

/// A configured issuer.
///
/// Options, as a JSON object:
///
/// | Option | Meaning | Default |
/// |---|---|---|
/// | `issuer` | its identifier, an https URL | the preset's |
/// | `tokenType` | `access` or `id`: which tokens [`issuer`](Self::issuer) is about | `access` |
/// | `audience` | of access tokens: text or list; `null` checks none | the preset's, else must be given |
/// | `preset` | a vendor's name | none |
/// | `domain`, `region`, `tenantId`, … | what the preset's issuer is made of | as the preset says |
/// | `profile` | `rfc9068` or `plain`: which kind access tokens are of | `rfc9068`, `plain` with a preset |
/// | `algorithms` | list of asymmetric algorithms | the preset's, else every one |
/// | `clientId` | the client that ID tokens are for and that introspects | none |
/// | `authorizedParties` | list of accepted `azp` of ID tokens | `clientId` |
/// | `clientSecret` | for introspection | none |
/// | `introspectionEndpoint` | where to introspect | from the issuer's metadata |
/// | `introspectionCache` | seconds for which a yes is remembered, at most 30 and never past `exp` | 0 |
/// | `rolesClaim`, `permissionsClaim`, `scopesClaim` | dotted paths | the preset's, else the usual ones |
/// | `jwks`, `jwksUri` | the keys themselves, or their address | from the issuer's metadata |
/// | `clockTolerance` | seconds, at most 300 | 0 |
/// | `cacheMaxAge`, `cooldownDuration`, `timeoutDuration`, `staleWhileRevalidate`, `staleIfError` | key cache, milliseconds | see [`CacheTimes`](crate::jwk::CacheTimes) |
/// | `timeout`, `maxRetries`, `maxRetryWait` | see [`Limits`] | 10 s, 2, 60 s |
#[derive(Clone)]
pub struct Oidc(Arc<Inner>);

struct Inner {
    preset: Option<&'static Preset>,
    issuers: Vec<String>,
    access: AccessClaims,
    configuration: Configuration,
}

impl Oidc {
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
        let preset = named_preset(&settings);
        let issuers = issuers(&settings, preset);
        settings.check()?;
        let main = issuers.first().map_or("", String::as_str);
        check_url("issuer", main)?;
        let client = match settings.text("introspectionEndpoint") {
            Some(endpoint) => introspection_client(endpoint, dialect, &settings)?,
            None => {
                let base = BaseUrl::parse("issuer", main)?;
                settings.client(dialect, base, Limits::default(), &[CLIENT_SECRET])
            }
        };
        let oidc = Self(Arc::new(Inner {
            preset,
            issuers,
            access: access(&settings, preset),
            configuration: Configuration { settings, client },
        }));
        oidc.introspection_cache();
        rfc9068(oidc.settings(), preset);
        oidc.audiences();
        oidc.parties();
        oidc.client_secret();
        // Every mistake is told now, not when the first token comes.
        oidc.issuer()?;
        Ok(oidc)
    }

    /// The client that introspects, where the options name the endpoint. See
    /// [`Introspect`](super::Introspect), which finds it.
    pub fn client(&self) -> &Client {
        &self.0.configuration.client
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.configuration.settings
    }

    fn audiences(&self) -> Option<Vec<String>> {
        audiences(self.settings(), self.0.preset)
    }

    /// The claim that plays the audience; empty where none does.
    fn audience_claim(&self) -> &'static str {
        let preset = self.0.preset;
        preset.map_or("aud", |preset| preset.audience_claim)
    }

    fn parties(&self) -> Option<Vec<String>> {
        self.settings().list("authorizedParties")
    }

    fn client_id(&self) -> Option<&str> {
        self.settings().text("clientId")
    }

    fn client_secret(&self) -> Option<&str> {
        self.settings().text("clientSecret")
    }

    /// The rules for the tokens of `tokenType`, and where the keys come from.
    ///
    /// Access tokens are by default those of RFC 9068 §4, with the type `at+jwt` and the claims `iss`, `exp`, `aud`,
    /// `sub`, `client_id`, `iat` and `jti`. With a preset, or as `plain`, those of the vendor.
    ///
    /// # Errors
    ///
    /// None that [`from_json`](Self::from_json) has not shown.
    pub fn issuer(&self) -> Result<(Policy, KeySource), Error> {
        let (preset, settings) = (self.0.preset, self.settings());
        if id_tokens(settings) {
            return self.id_token_issuer();
        }
        let claim = self.audience_claim();
        let audiences = self.audiences().filter(|_| !claim.is_empty());
        let (audiences, elsewhere) = match claim {
            "aud" => (audiences, None),
            claim => (None, audiences.map(|accepted| (claim, accepted))),
        };
        let rule = AccessTokenRule {
            fixed: preset.map_or(&[], |preset| preset.access),
            audience: elsewhere,
        };
        let (required, typ): (&[&str], _) = match rfc9068(settings, preset) {
            true => (
                &["exp", "aud", "sub", "client_id", "iat", "jti"],
                Some("at+jwt".to_owned()),
            ),
            false => (&["exp", "sub"], None),
        };
        self.tokens(audiences, required, typ, Box::new(rule))
    }

    /// The rules for ID tokens of this client, and where the keys come from. The nonce is
    /// compared by [`check_nonce`](super::check_nonce), once the token has passed.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] without `clientId`.
    pub fn id_token_issuer(&self) -> Result<(Policy, KeySource), Error> {
        let Some(client) = self.client_id().map(str::to_owned) else {
            return Err(ConfigError::new("clientId", "is needed for ID tokens").into());
        };
        let rule = IdTokenRule {
            fixed: self.0.preset.map_or(&[], |preset| preset.id_token),
            authorized_parties: self.parties().unwrap_or_else(|| vec![client.clone()]),
        };
        let required = ["exp", "iat", "sub"];
        self.tokens(Some(vec![client]), &required, None, Box::new(rule))
    }

    fn tokens(
        &self,
        audiences: Option<Vec<String>>,
        required: &[&str],
        typ: Option<String>,
        rule: Box<dyn ClaimRule>,
    ) -> Result<(Policy, KeySource), Error> {
        let (preset, settings) = (self.0.preset, self.settings());
        let mut policy = settings.policy(&TOKENS, rule);
        policy.algorithms = algorithms(settings, preset);
        policy.issuers = Some(self.0.issuers.clone());
        policy.audiences = audiences;
        policy.typ = typ;
        policy.required_claims = owned(required);
        policy.access = self.0.access.clone();
        let location = key_location(settings, preset, self.main_issuer());
        let source = settings.key_source(&TOKENS, location);
        settings.check()?;
        Ok((policy, source?))
    }

    /// The holder that a payload describes, once a verifier has passed it: `sub`, `email`,
    /// `emailVerified`, `name`, `clientId`, `roles`, `permissions`, `scopes`, `issuedAt`,
    /// `expiresAt` and the payload as `raw`.
    ///
    /// # Security
    ///
    /// It checks nothing.
    pub fn user(&self, claims: Members) -> Members {
        user::user(claims, &self.0.access)
    }

    /// The issuer whose metadata name the introspection endpoint.
    pub(super) fn main_issuer(&self) -> &str {
        self.0.issuers.first().map_or("", String::as_str)
    }

    pub(super) fn is_issuer(&self, iss: &str) -> bool {
        is_among(iss, &self.0.issuers)
    }

    /// Whether what an answer says of its audience, in the claim that plays it, is accepted; it need
    /// not say anything.
    pub(super) fn accepts_audience(&self, answer: &Members) -> bool {
        let claim = self.audience_claim();
        let (Some(accepted), Some(aud)) = (self.audiences(), answer.get(claim)) else {
            return true;
        };
        let mut values = match aud {
            Json::Array(values) => values.iter(),
            value => core::slice::from_ref(value).iter(),
        };
        values.any(|value| accepted.iter().any(|one| value.as_str() == Some(one)))
    }

    pub(super) fn has_client_secret(&self) -> bool {
        self.client_secret().is_some()
    }

    pub(super) fn has_introspection_endpoint(&self) -> bool {
        self.settings().contains("introspectionEndpoint")
    }

    /// `introspectionCache`, bounded.
    pub(super) fn introspection_cache(&self) -> Duration {
        self.settings()
            .seconds("introspectionCache", 0, MAX_CACHE_SECS)
    }

    /// RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
    pub(super) fn authorization(&self) -> Result<Secret, ConfigError> {
        let missing = |option| ConfigError::new(option, "is needed to introspect");
        let Some(id) = self.client_id() else {
            return Err(missing("clientId"));
        };
        let Some(secret) = self.client_secret() else {
            return Err(missing("clientSecret"));
        };
        let mut pair = zeroize::Zeroizing::new(String::new());
        percent_encode(id, &mut pair);
        pair.push(':');
        percent_encode(secret, &mut pair);
        let encoded = zeroize::Zeroizing::new(Base64::Standard.encode(pair.as_bytes()));
        Ok(Secret::new(["Basic ", encoded.as_str()].concat()))
    }
}

/// A client for an endpoint with an address of its own.
pub(super) fn introspection_client(
    endpoint: &str,
    dialect: &'static Dialect,
    settings: &Settings,
) -> Result<Client, ConfigError> {
    let url = BaseUrl::parse("introspectionEndpoint", endpoint)?;
    let origin = BaseUrl::parse("introspectionEndpoint", url.origin())?;
    settings
        .client(dialect, origin, Limits::default(), &[CLIENT_SECRET])
        .with_path(introspection::NAME, url.path())
        .map_err(|_| ConfigError::new("introspectionEndpoint", "must have a path"))
}

fn named_preset(settings: &Settings) -> Option<&'static Preset> {
    let preset = Preset::named(settings.text("preset")?);
    if preset.is_none() {
        settings.refuse("preset", "is not known");
    }
    preset
}

/// The issuer that was given, else those of the preset.
fn issuers(settings: &Settings, preset: Option<&'static Preset>) -> Vec<String> {
    match (settings.text("issuer"), preset) {
        (Some(issuer), _) => vec![issuer.to_owned()],
        (None, None) => {
            settings.refuse("issuer", "must be given");
            Vec::new()
        }
        (None, Some(preset)) => {
            let mut issuers = vec![filled(preset.issuer, preset, settings)];
            for alias in preset.aliases {
                issuers.push(filled(alias, preset, settings));
            }
            issuers
        }
    }
}

/// A preset's template with its braces filled.
fn filled(template: &str, preset: &Preset, settings: &Settings) -> String {
    let mut text = template.to_owned();
    for (name, default) in preset.inputs {
        let brace = ["{", *name, "}"].concat();
        if !contains(&text, &brace) {
            continue;
        }
        let value = match settings.text(name) {
            Some(value) => settings.kept(input(name, value)).unwrap_or_default(),
            None if default.is_empty() => {
                settings.refuse(name, "must be given");
                String::new()
            }
            None => (*default).to_owned(),
        };
        text = replace(&text, &brace, &value);
    }
    text
}

/// One part of a URL: nothing that could make another one of it. Only `url` is one itself.
fn input(name: &'static str, value: &str) -> Result<String, ConfigError> {
    if name == "url" {
        return Ok(BaseUrl::parse(name, value)?.as_url());
    }
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    let placeholder =
        name == "tenantId" && matches!(value, "common" | "organizations" | "consumers");
    if value.bytes().all(plain) && !contains(value, "..") && !placeholder {
        Ok(value.to_owned())
    } else {
        Err(ConfigError::new(name, "is not fit for an issuer's URL"))
    }
}

fn audiences(settings: &Settings, preset: Option<&'static Preset>) -> Option<Vec<String>> {
    match (settings.choice("audience"), preset) {
        (Setting::Given(audiences), _) => Some(audiences),
        (Setting::Off, _) => None,
        (Setting::Absent, _) if id_tokens(settings) => None,
        (Setting::Absent, Some(preset)) if preset.audience_claim.is_empty() => None,
        (Setting::Absent, Some(preset)) if !preset.audience.is_empty() => {
            Some(vec![filled(preset.audience, preset, settings)])
        }
        (Setting::Absent, _) => {
            settings.refuse("audience", "must be given; null accepts tokens for anyone");
            None
        }
    }
}

/// Whether access tokens must be those of RFC 9068.
fn rfc9068(settings: &Settings, preset: Option<&'static Preset>) -> bool {
    let words = &["plain", "rfc9068"];
    match settings.word("profile", words, "must be rfc9068 or plain") {
        Some(word) => word == 1,
        None => preset.is_none(),
    }
}

/// Whether it is ID tokens that the verifier is for.
fn id_tokens(settings: &Settings) -> bool {
    settings.word("tokenType", &["access", "id"], "must be access or id") == Some(1)
}

fn algorithms(
    settings: &Settings,
    preset: Option<&'static Preset>,
) -> Vec<&'static dyn SignatureAlgorithm> {
    let given = settings.list("algorithms");
    let names = given.or_else(|| preset.map(|preset| owned(preset.algorithms)));
    let mut chosen = Vec::new();
    for algorithm in crypto::ALL {
        let id = algorithm.id();
        let named = names
            .as_ref()
            .is_none_or(|names| is_among(id.as_str(), names));
        if named && !id.is_symmetric() {
            chosen.push(algorithm);
        }
    }
    let is_known = |name: &String| chosen.iter().any(|one| one.id().as_str() == name);
    if !names.iter().flatten().all(is_known) {
        settings.refuse("algorithms", "must name asymmetric algorithms that exist");
    }
    chosen
}

fn is_among(text: &str, texts: &[String]) -> bool {
    texts.iter().any(|one| one == text)
}

/// Where the keys are: the preset's own place where its issuer was not replaced.
fn key_location(settings: &Settings, preset: Option<&'static Preset>, issuer: &str) -> Location {
    match preset {
        Some(preset) if !preset.jwks.is_empty() && !settings.contains("issuer") => {
            Location::Urls(vec![filled(preset.jwks, preset, settings)])
        }
        _ => Location::Discovery {
            issuer: issuer.to_owned(),
        },
    }
}

/// Where the tokens carry rights: the option's path, the preset's paths or the usual ones.
fn access(settings: &Settings, preset: Option<&'static Preset>) -> AccessClaims {
    let paths = |option, of_preset: Option<&[&str]>, usual: &[&str]| match settings.text(option) {
        Some(path) => vec![path.to_owned()],
        None => owned(of_preset.unwrap_or(usual)),
    };
    let organization = preset.map_or(&[][..], |row| row.organization);
    AccessClaims {
        organizations: match organization.is_empty() {
            true => Organizations::Unknown,
            false => Organizations::Active {
                id: organization,
                roles: &[],
            },
        },
        // RFC 9068 §2.2.3.1 and §2.2.3.
        roles: paths(
            "rolesClaim",
            preset.map(|row| row.roles),
            &["roles", "groups"],
        ),
        permissions: paths(
            "permissionsClaim",
            preset.map(|row| row.permissions),
            &["permissions", "entitlements"],
        ),
        scopes: paths(
            "scopesClaim",
            preset.map(|row| row.scopes),
            &["scope", "scp"],
        ),
    }
}

/// Only where it talks to is shown.
impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc")
            .field("issuers", &self.0.issuers)
            .finish_non_exhaustive()
    }
}
