//! OpenID Connect's options: checked once, turned into what verifiers and introspection need.

use core::fmt;
use core::time::Duration;

use super::preset::Preset;
use super::rule::{AccessTokenRule, IdTokenRule};
use super::{DIALECT, introspection, user};
use crate::api::{BaseUrl, Client, Dialect, Limits, Secret};
use crate::crypto::{self, SignatureAlgorithm};
use crate::encoding::{Base64, contains, percent_encode, replace};
use crate::error::{ConfigError, Error};
use crate::json::{Json, Members};
use crate::jwk::{CacheTimes, KeySource, Location};
use crate::jwt::{AccessClaims, ClaimRule, DEFAULT_TOKEN_CACHE, Policy};
use crate::providers::settings::Settings;
use crate::url::check_url;

const NAMES: &[&str] = &[
    "algorithms",
    "audience",
    "authorizationServerId",
    "authorizedParties",
    "clientId",
    "clientSecret",
    "domain",
    "introspectionCache",
    "introspectionEndpoint",
    "issuer",
    "permissionsClaim",
    "preset",
    "profile",
    "projectId",
    "projectRef",
    "realm",
    "region",
    "rolesClaim",
    "scopesClaim",
    "tenantId",
    "tokenType",
    "url",
    "userPoolId",
];

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
/// | `cacheMaxAge`, `cooldownDuration`, `timeoutDuration`, `staleWhileRevalidate`, `staleIfError` | key cache, milliseconds | see [`CacheTimes`] |
/// | `timeout`, `maxRetries`, `maxRetryWait` | see [`Limits`] | 10 s, 2, 60 s |
#[derive(Clone)]
pub struct Oidc {
    preset: Option<&'static Preset>,
    issuers: Vec<String>,
    audiences: Option<Vec<String>>,
    rfc9068: bool,
    id_tokens: bool,
    algorithms: Vec<&'static dyn SignatureAlgorithm>,
    jwks: Location,
    access: AccessClaims,
    client_id: Option<String>,
    client_secret: Option<Secret>,
    tolerance: Duration,
    limits: Limits,
    client: Client,
    settings: Settings,
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
        let preset = named_preset(&settings)?;
        let issuers = issuers(&settings, preset)?;
        let main = issuers.first().cloned().unwrap_or_default();
        check_url("issuer", &main)?;
        let limits = settings.limits()?;
        let id_tokens = id_tokens(&settings)?;
        let oidc = Self {
            audiences: audiences(&settings, preset, id_tokens)?,
            id_tokens,
            rfc9068: rfc9068(&settings, preset)?,
            algorithms: algorithms(&settings, preset)?,
            jwks: key_location(&settings, preset, main.clone())?,
            access: access(&settings, preset)?,
            client_id: settings.text("clientId")?,
            client_secret: settings.text("clientSecret")?.map(Secret::new),
            tolerance: settings.clock_tolerance(0, 300)?,
            client: match settings.text("introspectionEndpoint")? {
                Some(endpoint) => introspection_client(&endpoint, dialect, limits)?,
                None => Client::new(dialect, BaseUrl::parse("issuer", &main)?).with_limits(limits),
            },
            preset,
            issuers,
            limits,
            settings,
        };
        oidc.introspection_cache()?;
        // Mistakes in the rest are told now, not when the first token comes.
        oidc.issuer()?;
        Ok(oidc)
    }

    /// The client that introspects, where the options name the endpoint. See
    /// [`Introspect`](super::Introspect), which finds it.
    pub fn client(&self) -> &Client {
        &self.client
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
        if self.id_tokens {
            return self.id_token_issuer();
        }
        let claim = self.preset.map_or("aud", |preset| preset.audience_claim);
        let audiences = self.audiences.clone().filter(|_| !claim.is_empty());
        let (audiences, elsewhere) = match claim {
            "aud" => (audiences, None),
            claim => (None, audiences.map(|accepted| (claim, accepted))),
        };
        let rule = AccessTokenRule {
            fixed: self.preset.map_or(&[], |preset| preset.access),
            audience: elsewhere,
        };
        let required: &[&str] = match self.rfc9068 {
            true => &["exp", "aud", "sub", "client_id", "iat", "jti"],
            false => &["exp", "sub"],
        };
        let typ = self.rfc9068.then(|| "at+jwt".to_owned());
        self.tokens(audiences, required, typ, Box::new(rule))
    }

    /// The rules for ID tokens of this client, and where the keys come from. The nonce is
    /// compared by [`check_nonce`](super::check_nonce), once the token has passed.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] without `clientId`.
    pub fn id_token_issuer(&self) -> Result<(Policy, KeySource), Error> {
        let Some(client) = self.client_id.clone() else {
            return Err(ConfigError::new("clientId", "is needed for ID tokens").into());
        };
        let parties = self.settings.list("authorizedParties")?;
        let rule = IdTokenRule {
            fixed: self.preset.map_or(&[], |preset| preset.id_token),
            authorized_parties: parties.unwrap_or_else(|| vec![client.clone()]),
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
        let policy = Policy {
            token_cache: DEFAULT_TOKEN_CACHE,
            algorithms: self.algorithms.clone(),
            issuers: Some(self.issuers.clone()),
            audiences,
            subjects: None,
            typ,
            required_claims: required.iter().map(|claim| (*claim).to_owned()).collect(),
            clock_tolerance: self.tolerance,
            max_token_age: None,
            refuse_future_iat: false,
            refuse_ambiguous_key: false,
            rule: Some(rule),
            access: self.access.clone(),
        };
        let source = self
            .settings
            .key_source(self.jwks.clone(), CacheTimes::default())?;
        Ok((policy, source))
    }

    /// The holder that a payload describes, once a verifier has passed it: `sub`, `email`,
    /// `emailVerified`, `name`, `clientId`, `roles`, `permissions`, `scopes`, `issuedAt`,
    /// `expiresAt` and the payload as `raw`.
    ///
    /// # Security
    ///
    /// It checks nothing.
    pub fn user(&self, claims: Members) -> Members {
        user::user(claims, &self.access)
    }

    /// The issuer whose metadata name the introspection endpoint.
    pub(super) fn main_issuer(&self) -> &str {
        self.issuers.first().map_or("", String::as_str)
    }

    pub(super) fn is_issuer(&self, iss: &str) -> bool {
        self.issuers.iter().any(|issuer| issuer == iss)
    }

    pub(super) fn is_audience(&self, aud: &Json) -> bool {
        let Some(accepted) = &self.audiences else {
            return true;
        };
        let is_accepted = |value: &Json| accepted.iter().any(|one| value.as_str() == Some(one));
        match aud {
            Json::Array(values) => values.iter().any(is_accepted),
            value => is_accepted(value),
        }
    }

    pub(super) fn has_client_secret(&self) -> bool {
        self.client_secret.is_some()
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) fn has_introspection_endpoint(&self) -> bool {
        self.settings.contains("introspectionEndpoint")
    }

    /// `introspectionCache`, bounded.
    pub(super) fn introspection_cache(&self) -> Result<Duration, ConfigError> {
        self.settings
            .seconds("introspectionCache", 0, MAX_CACHE_SECS)
    }

    /// RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
    pub(super) fn authorization(&self) -> Result<Secret, ConfigError> {
        let missing = |option| ConfigError::new(option, "is needed to introspect");
        let id = self.client_id.as_ref().ok_or(missing("clientId"))?;
        let secret = self.client_secret.as_ref().ok_or(missing("clientSecret"))?;
        let mut pair = zeroize::Zeroizing::new(String::new());
        percent_encode(id, &mut pair);
        pair.push(':');
        percent_encode(secret.expose(), &mut pair);
        let encoded = zeroize::Zeroizing::new(Base64::Standard.encode(pair.as_bytes()));
        Ok(Secret::new(format!("Basic {}", *encoded)))
    }
}

/// A client for an endpoint with an address of its own.
pub(super) fn introspection_client(
    endpoint: &str,
    dialect: &'static Dialect,
    limits: Limits,
) -> Result<Client, ConfigError> {
    let url = BaseUrl::parse("introspectionEndpoint", endpoint)?;
    let origin = BaseUrl::parse("introspectionEndpoint", url.origin())?;
    let client = Client::new(dialect, origin).with_limits(limits);
    client
        .with_path(introspection::NAME, url.path())
        .map_err(|_| ConfigError::new("introspectionEndpoint", "must have a path"))
}

fn named_preset(settings: &Settings) -> Result<Option<&'static Preset>, ConfigError> {
    let unknown = || ConfigError::new("preset", "is not known");
    let name = settings.text("preset")?;
    name.map(|name| Preset::named(&name).ok_or_else(unknown))
        .transpose()
}

/// The issuer that was given, else those of the preset.
fn issuers(
    settings: &Settings,
    preset: Option<&'static Preset>,
) -> Result<Vec<String>, ConfigError> {
    match (settings.text("issuer")?, preset) {
        (Some(issuer), _) => Ok(vec![issuer]),
        (None, None) => Err(ConfigError::new("issuer", "must be given")),
        (None, Some(preset)) => {
            let mut issuers = vec![filled(preset.issuer, preset, settings)?];
            for alias in preset.aliases {
                issuers.push(filled(alias, preset, settings)?);
            }
            Ok(issuers)
        }
    }
}

/// A preset's template with its braces filled.
fn filled(template: &str, preset: &Preset, settings: &Settings) -> Result<String, ConfigError> {
    let mut text = template.to_owned();
    for (name, default) in preset.inputs {
        let brace = format!("{{{name}}}");
        if !contains(&text, &brace) {
            continue;
        }
        let value = match (settings.text(name)?, *default) {
            (Some(value), _) => input(name, &value)?,
            (None, "") => return Err(ConfigError::new(*name, "must be given")),
            (None, default) => default.to_owned(),
        };
        text = replace(&text, &brace, &value);
    }
    Ok(text)
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

fn audiences(
    settings: &Settings,
    preset: Option<&'static Preset>,
    id_tokens: bool,
) -> Result<Option<Vec<String>>, ConfigError> {
    if settings.is_off("audience") || (id_tokens && !settings.contains("audience")) {
        return Ok(None);
    }
    match (settings.list("audience")?, preset) {
        (Some(audiences), _) => Ok(Some(audiences)),
        (None, Some(preset)) if preset.audience_claim.is_empty() => Ok(None),
        (None, Some(preset)) if !preset.audience.is_empty() => {
            Ok(Some(vec![filled(preset.audience, preset, settings)?]))
        }
        (None, _) => Err(ConfigError::new(
            "audience",
            "must be given; null accepts tokens for anyone",
        )),
    }
}

fn id_tokens(settings: &Settings) -> Result<bool, ConfigError> {
    match settings.text("tokenType")?.as_deref() {
        None | Some("access") => Ok(false),
        Some("id") => Ok(true),
        Some(_) => Err(ConfigError::new("tokenType", "must be access or id")),
    }
}

fn rfc9068(settings: &Settings, preset: Option<&'static Preset>) -> Result<bool, ConfigError> {
    match settings.text("profile")?.as_deref() {
        None => Ok(preset.is_none()),
        Some("plain") => Ok(false),
        Some("rfc9068") => Ok(true),
        Some(_) => Err(ConfigError::new("profile", "must be rfc9068 or plain")),
    }
}

fn algorithms(
    settings: &Settings,
    preset: Option<&'static Preset>,
) -> Result<Vec<&'static dyn SignatureAlgorithm>, ConfigError> {
    let given = settings.list("algorithms")?;
    let names: Vec<&str> = match (&given, preset) {
        (Some(names), _) => names.iter().map(String::as_str).collect(),
        (None, Some(preset)) => preset.algorithms.to_vec(),
        (None, None) => {
            let all = crypto::ALL.into_iter();
            return Ok(all.filter(|one| !one.id().is_symmetric()).collect());
        }
    };
    let asymmetric = |name: &str| crypto::by_name(name).filter(|one| !one.id().is_symmetric());
    names
        .into_iter()
        .map(|name| {
            asymmetric(name).ok_or_else(|| {
                ConfigError::new("algorithms", "must name asymmetric algorithms that exist")
            })
        })
        .collect()
}

/// Where the keys are: the preset's own place where its issuer was not replaced.
fn key_location(
    settings: &Settings,
    preset: Option<&'static Preset>,
    issuer: String,
) -> Result<Location, ConfigError> {
    match preset {
        Some(preset) if !preset.jwks.is_empty() && !settings.contains("issuer") => {
            Ok(Location::Urls(vec![filled(preset.jwks, preset, settings)?]))
        }
        _ => Ok(Location::Discovery { issuer }),
    }
}

fn access(
    settings: &Settings,
    preset: Option<&'static Preset>,
) -> Result<AccessClaims, ConfigError> {
    let paths = |option, of_preset: Option<&'static [&'static str]>, usual: &[&str]| {
        let given = settings.text(option)?;
        Ok::<_, ConfigError>(match (given, of_preset) {
            (Some(path), _) => vec![path],
            (None, paths) => paths
                .unwrap_or(usual)
                .iter()
                .map(|path| (*path).to_owned())
                .collect(),
        })
    };
    Ok(AccessClaims {
        // RFC 9068 §2.2.3.1 and §2.2.3.
        roles: paths(
            "rolesClaim",
            preset.map(|row| row.roles),
            &["roles", "groups"],
        )?,
        permissions: paths(
            "permissionsClaim",
            preset.map(|row| row.permissions),
            &["permissions", "entitlements"],
        )?,
        scopes: paths(
            "scopesClaim",
            preset.map(|row| row.scopes),
            &["scope", "scp"],
        )?,
    })
}

/// Only where it talks to is shown.
impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc")
            .field("issuers", &self.issuers)
            .finish_non_exhaustive()
    }
}
