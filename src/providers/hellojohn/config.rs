//! HelloJohn's options: checked once, turned into a client and into what a verifier needs.

use core::fmt;
use core::time::Duration;

use serde_json::{Map, Value, json};

use super::DIALECT;
use super::claims::{Rules, User};
use super::webhook::Format;
use crate::api::{BaseUrl, Client, CredentialKind, Limits, Secret};
use crate::api::{check_segment, millis, object, text, unknown};
use crate::encoding::percent_encode;
use crate::error::{ConfigError, Error, TokenError};
use crate::time::UnixMillis;

const CLOUD: &str = "https://api.hellojohn.dev";
const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);
const MAX_LEEWAY_SECS: f64 = 300.0;

/// Environment variables from which a host may fill options that were not given, as
/// (option, names in order). Reading them is the host's business.
pub const ENVIRONMENT: &[(&str, &[&str])] = &[
    ("apiUrl", &["HJ_API_URL"]),
    ("secretKey", &["HJ_SECRET_KEY", "HELLOJOHN_SECRET_KEY"]),
    ("tenantId", &["HELLOJOHN_TENANT_ID"]),
    (
        "webhookSecret",
        &["WEBHOOK_SECRET", "HELLOJOHN_WEBHOOK_SECRET"],
    ),
];

/// Whether a credential may only be held by a server: the host refuses it in a browser
/// unless the caller insists.
pub fn is_server_credential(credential: &str) -> bool {
    !credential.starts_with("pk_")
}

/// A configured HelloJohn: its client, and what its tokens and webhooks are checked by.
///
/// Options, all of them optional, as a JSON object:
///
/// | Option | Meaning | Default |
/// |---|---|---|
/// | `tenantId` | tenant of calls that name none; audience and tenant of tokens | none |
/// | `secretKey`, `publishableKey`, `masterKey`, `accessToken`, `controlPlaneToken` | credentials of calls | none |
/// | `apiUrl` | base URL, with or without `/v1`; empty means the cloud | the cloud |
/// | `timeout`, `maxRetries`, `maxRetryWait` | see [`Limits`] | 10 s, 2, 60 s |
/// | `idempotencyKeys` | `false` sends none automatically | `true` |
/// | `paths` | other paths, by operation | none |
/// | `issuer` | text or list; `null` checks none | origin of `apiUrl` |
/// | `audience` | text or list; `null` checks none | `tenantId` |
/// | `allowAnyTenant` | `true` takes tokens of any tenant | `false` |
/// | `jwks`, `publicKey`, `jwksUrl` (or `jwksUri`) | the keys, at most one of them | [`Keys::Urls`] |
/// | `clockTolerance` (or `clockSkewSeconds`) | seconds, at most 300 | 30 |
/// | `systemClaims` | `true` reads roles of the open-source server | `false` |
/// | `cacheMaxAge`, `cooldownDuration`, `timeoutDuration`, `staleIfError` | key cache, milliseconds | 1 h, 60 s, 10 s, 24 h |
/// | `webhookSecret` | text or list, of which any may match | none |
/// | `webhookFormat` | `standard`, `body` or `hook` | `standard` |
#[derive(Clone)]
pub struct HelloJohn {
    client: Client,
    tenant: Option<String>,
    issuer: Choice,
    audience: Choice,
    allow_any_tenant: bool,
    keys: Option<Keys>,
    leeway: Duration,
    system_claims: bool,
    cache: KeyCacheTimes,
    webhook_secrets: Vec<Secret>,
    webhook_format: Format,
}

/// An option that may be given, left alone or switched off with `null`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Choice {
    Default,
    Of(Vec<String>),
    Off,
}

/// Where the keys come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Keys {
    /// One key: a JWK object or PEM text.
    Key(Value),
    /// A JWK Set.
    Set(Value),
    /// Addresses of a JWK Set, tried in order: the next one when one answers 404. The one
    /// that worked should be remembered.
    Urls(Vec<String>),
}

/// How long keys are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyCacheTimes {
    /// How long a set is fresh; the provider's `Cache-Control` is not heeded. Default 1 h.
    pub max_age: Duration,
    /// The least time between refetches for unknown key ids. Default 60 s.
    pub cooldown: Duration,
    /// How long a fetch may take. Default 10 s.
    pub timeout: Duration,
    /// How long an old set serves while fetching fails. Default 24 h.
    pub stale_if_error: Duration,
}

impl Default for KeyCacheTimes {
    fn default() -> Self {
        Self {
            max_age: Duration::from_secs(3_600),
            cooldown: Duration::from_secs(60),
            timeout: Duration::from_secs(10),
            stale_if_error: Duration::from_secs(86_400),
        }
    }
}

impl HelloJohn {
    /// Reads the options from JSON text; empty text is an empty object.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the option: unknown, of the wrong type, in conflict with
    /// another one, or a credential in the wrong place.
    pub fn from_json(options: &str) -> Result<Self, Error> {
        let options = Options(object("options", options)?);
        options.refuse_unknown()?;
        let base = options.base()?;
        let tenant = options.text("tenantId")?;
        if let Some(tenant) = &tenant {
            check_segment(tenant).map_err(|problem| ConfigError::new("tenantId", problem))?;
        }
        Ok(Self {
            client: options.client(base, tenant.clone())?,
            tenant,
            issuer: options.choice("issuer")?,
            audience: options.choice("audience")?,
            allow_any_tenant: options.flag("allowAnyTenant")?.unwrap_or(false),
            keys: options.keys()?,
            leeway: options.leeway()?,
            system_claims: options.flag("systemClaims")?.unwrap_or(false),
            cache: options.cache()?,
            webhook_secrets: options.webhook_secrets()?,
            webhook_format: options.webhook_format()?,
        })
    }

    /// The client that makes calls.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The webhook secrets, of which any may match; each is used whole, prefix included.
    pub fn webhook_secrets(&self) -> &[Secret] {
        &self.webhook_secrets
    }

    /// How deliveries are signed.
    pub fn webhook_format(&self) -> Format {
        self.webhook_format
    }

    /// What a verifier of access tokens is made of.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when nothing binds a token to this caller: the cloud's keys may be
    /// shared by all its customers, so one of `tenantId`, `audience` and `allowAnyTenant`
    /// must be given.
    pub fn verification(&self) -> Result<Verification, Error> {
        let audiences = match (&self.audience, &self.tenant) {
            (Choice::Of(audiences), _) => Some(audiences.clone()),
            (Choice::Default, Some(tenant)) => Some(vec![tenant.clone()]),
            (Choice::Off, _) | (Choice::Default, None) => None,
        };
        let bound = audiences.is_some() || self.tenant.is_some();
        if bound == self.allow_any_tenant {
            return Err(ConfigError::new("tenantId", tenant_problem(bound)).into());
        }
        let issuers = match &self.issuer {
            Choice::Default => Some(vec![self.client.base().origin().to_owned()]),
            Choice::Of(issuers) => Some(issuers.clone()),
            Choice::Off if self.system_claims => {
                return Err(
                    ConfigError::new("systemClaims", "needs an issuer that is checked").into(),
                );
            }
            Choice::Off => None,
        };
        Ok(Verification {
            keys: self.keys.clone().unwrap_or_else(|| self.key_urls()),
            cache: self.cache,
            system_claims: self.system_claims,
            rules: Rules {
                issuers,
                tenant_required: audiences.is_none(),
                audiences,
                tenant: self.tenant.clone(),
                leeway: self.leeway,
            },
        })
    }

    fn key_urls(&self) -> Keys {
        let base = self.client.base();
        let mut urls = vec![format!("{}/.well-known/jwks.json", base.origin())];
        if let Some(tenant) = &self.tenant {
            let mut url = format!("{}/jwks/", base.as_url());
            percent_encode(tenant, &mut url);
            urls.push(url);
        }
        Keys::Urls(urls)
    }
}

const fn tenant_problem(bound: bool) -> &'static str {
    if bound {
        "and audience contradict allowAnyTenant"
    } else {
        "or audience must be given, or allowAnyTenant set, to verify tokens"
    }
}

/// Only where it talks to is shown.
impl fmt::Debug for HelloJohn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HelloJohn")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// What a verifier of HelloJohn's access tokens is made of. The algorithm is always `EdDSA`,
/// whatever a token says; a secret key is never a verification key.
#[derive(Clone, Debug, PartialEq)]
pub struct Verification {
    /// The keys.
    pub keys: Keys,
    /// How long they are kept.
    pub cache: KeyCacheTimes,
    /// Whether roles are read from the open-source server's system claims.
    pub system_claims: bool,
    /// The rules on the payload.
    pub rules: Rules,
}

impl Verification {
    /// The same as options of a verifier, in their public spelling, as JSON text. Addresses
    /// of keys stand under `jwksUris`, in the order in which they are tried.
    pub fn verifier_options(&self) -> String {
        let whole_millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let (source, keys) = match &self.keys {
            Keys::Key(key) => ("key", key.clone()),
            Keys::Set(set) => ("jwks", set.clone()),
            Keys::Urls(urls) => ("jwksUris", json!(urls)),
        };
        json!({
            "issuer": self.rules.issuers,
            "audience": self.rules.audiences,
            "algorithms": ["EdDSA"],
            "clockTolerance": self.rules.leeway.as_secs_f64(),
            "requiredClaims": ["exp", "sub"],
            "cacheMaxAge": whole_millis(self.cache.max_age),
            "cooldownDuration": whole_millis(self.cache.cooldown),
            "timeoutDuration": whole_millis(self.cache.timeout),
            "staleIfError": whole_millis(self.cache.stale_if_error),
            source: keys,
        })
        .to_string()
    }

    /// Applies the rules to a payload whose signature was found good.
    ///
    /// # Errors
    ///
    /// [`TokenError`] as [`Rules::check`] says.
    pub fn user(&self, claims: Map<String, Value>, now: UnixMillis) -> Result<User, TokenError> {
        self.rules.check(&claims, now)?;
        Ok(User::from_claims(claims, self.system_claims))
    }
}

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
struct Options(Map<String, Value>);

impl Options {
    fn refuse_unknown(&self) -> Result<(), ConfigError> {
        match self.0.keys().find(|name| !NAMES.contains(&name.as_str())) {
            Some(name) => Err(unknown(name)),
            None => Ok(()),
        }
    }

    fn text(&self, name: &'static str) -> Result<Option<String>, ConfigError> {
        self.0.get(name).map(|value| text(name, value)).transpose()
    }

    fn flag(&self, name: &'static str) -> Result<Option<bool>, ConfigError> {
        let problem = || ConfigError::new(name, "must be true or false");
        let value = self.0.get(name);
        value
            .map(|value| value.as_bool().ok_or_else(problem))
            .transpose()
    }

    /// A text or a list of texts; an empty list is a mistake, not a switch.
    fn list(&self, name: &'static str) -> Result<Option<Vec<String>>, ConfigError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::Array(items)) if items.is_empty() => {
                Err(ConfigError::new(name, "must not be an empty list"))
            }
            Some(Value::Array(items)) => {
                let items = items.iter().map(|item| text(name, item));
                items.collect::<Result<_, _>>().map(Some)
            }
            Some(one) => Ok(Some(vec![text(name, one)?])),
        }
    }

    fn choice(&self, name: &'static str) -> Result<Choice, ConfigError> {
        match self.0.get(name) {
            Some(Value::Null) => Ok(Choice::Off),
            _ => Ok(self.list(name)?.map_or(Choice::Default, Choice::Of)),
        }
    }

    fn base(&self) -> Result<BaseUrl, ConfigError> {
        let given = self.0.get("apiUrl").filter(|url| url.as_str() != Some(""));
        let url = match given {
            Some(url) => text("apiUrl", url)?,
            None => CLOUD.to_owned(),
        };
        Ok(BaseUrl::parse("apiUrl", &url)?.ending_in("/v1"))
    }

    fn client(&self, base: BaseUrl, tenant: Option<String>) -> Result<Client, ConfigError> {
        let mut client = Client::new(&DIALECT, base)
            .with_tenant(tenant)
            .with_limits(self.limits()?);
        if self.flag("idempotencyKeys")? == Some(false) {
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
        for (name, value) in &self.0 {
            limits.set(name, value)?;
        }
        Ok(limits)
    }

    /// A credential, refused where its prefix shows that it was put in the wrong place: a
    /// public key grants nothing on a server, and a server's key must not go public.
    fn credential(&self, kind: CredentialKind) -> Result<Option<Secret>, ConfigError> {
        let option = kind.option();
        let Some(credential) = self.text(option)?.map(Secret::new) else {
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

    fn keys(&self) -> Result<Option<Keys>, ConfigError> {
        const SOURCES: [&str; 4] = ["jwks", "jwksUri", "jwksUrl", "publicKey"];
        let mut given = SOURCES
            .iter()
            .filter_map(|name| Some((*name, self.0.get(*name)?)));
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
            ("jwks", Value::Object(_)) => Ok(Some(Keys::Set(value.clone()))),
            ("jwks", _) => Err(ConfigError::new(name, "must be a JWK Set")),
            ("publicKey", Value::Object(_) | Value::String(_)) => {
                Ok(Some(Keys::Key(value.clone())))
            }
            ("publicKey", _) => Err(ConfigError::new(name, "must be a JWK or PEM text")),
            (name, url) => {
                let url = BaseUrl::parse(name, &text(name, url)?)?.as_url();
                Ok(Some(Keys::Urls(vec![url])))
            }
        }
    }

    fn leeway(&self) -> Result<Duration, ConfigError> {
        let name = match (
            self.0.contains_key("clockSkewSeconds"),
            self.0.contains_key("clockTolerance"),
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
        let secs = match self.0.get(name) {
            Some(Value::String(text)) => text
                .strip_suffix('s')
                .and_then(|t| t.trim_end().parse().ok()),
            other => other.and_then(Value::as_f64),
        };
        secs.filter(|secs| (0.0..=MAX_LEEWAY_SECS).contains(secs))
            .map(Duration::from_secs_f64)
            .ok_or_else(|| ConfigError::new(name, "must be seconds from 0 to 300"))
    }

    fn cache(&self) -> Result<KeyCacheTimes, ConfigError> {
        let mut cache = KeyCacheTimes::default();
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

    fn webhook_secrets(&self) -> Result<Vec<Secret>, ConfigError> {
        let secrets = self.list("webhookSecret")?.unwrap_or_default();
        Ok(secrets.into_iter().map(Secret::new).collect())
    }

    fn webhook_format(&self) -> Result<Format, ConfigError> {
        match self.text("webhookFormat")?.as_deref() {
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

impl Drop for Options {
    fn drop(&mut self) {
        self.0.values_mut().for_each(crate::api::wipe);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(options: &Value) -> HelloJohn {
        HelloJohn::from_json(&options.to_string()).unwrap()
    }

    fn refused(options: &Value) -> String {
        match HelloJohn::from_json(&options.to_string()) {
            Err(Error::Config(error)) => error.option.into_owned(),
            other => panic!("{other:?}"),
        }
    }

    fn unverifiable(options: &Value) -> String {
        match made(options).verification() {
            Err(Error::Config(error)) => error.option.into_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_base_url_is_the_clouds_unless_given() {
        for options in [json!({}), json!({"apiUrl": ""})] {
            let base = made(&options).client().base().as_url();
            assert_eq!(base, "https://api.hellojohn.dev/v1");
        }
    }

    #[test]
    fn keys_are_looked_for_where_the_contract_says() {
        let urls = |options| match made(&options).verification().unwrap().keys {
            Keys::Urls(urls) => urls,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            urls(json!({"apiUrl": "https://a.example/v1", "tenantId": "t 1"})),
            [
                "https://a.example/.well-known/jwks.json",
                "https://a.example/v1/jwks/t%201"
            ]
        );
        assert_eq!(
            urls(json!({"audience": "x"})),
            ["https://api.hellojohn.dev/.well-known/jwks.json"]
        );
        assert_eq!(
            urls(json!({"audience": "x", "jwksUrl": "https://k.example/jwks.json"})),
            ["https://k.example/jwks.json"]
        );
    }

    #[test]
    fn a_verifier_needs_something_that_binds_tokens_to_the_caller() {
        for options in [json!({}), json!({"audience": null}), json!({"issuer": "i"})] {
            assert_eq!(unverifiable(&options), "tenantId", "{options}");
        }
        for options in [
            json!({"tenantId": "t", "allowAnyTenant": true}),
            json!({"audience": "a", "allowAnyTenant": true}),
        ] {
            assert_eq!(unverifiable(&options), "tenantId", "{options}");
        }
        let any = made(&json!({"allowAnyTenant": true}))
            .verification()
            .unwrap();
        assert_eq!((any.rules.audiences, any.rules.tenant), (None, None));
    }

    #[test]
    fn without_an_audience_the_token_itself_must_name_the_tenant() {
        let rules = |options| made(&options).verification().unwrap().rules;
        let default = rules(json!({"tenantId": "t"}));
        assert_eq!(default.audiences, Some(vec!["t".to_owned()]));
        assert!(!default.tenant_required);
        let off = rules(json!({"tenantId": "t", "audience": null}));
        assert_eq!(off.audiences, None);
        assert!(off.tenant_required);
    }

    #[test]
    fn system_claims_need_a_checked_issuer() {
        let options = json!({"tenantId": "t", "issuer": null, "systemClaims": true});
        assert_eq!(unverifiable(&options), "systemClaims");
    }

    #[test]
    fn unfit_options_are_named() {
        for (options, option) in [
            (json!({"tenantid": "t"}), "tenantid"),
            (json!({"tenantId": ""}), "tenantId"),
            (json!({"tenantId": ".."}), "tenantId"),
            (json!({"secretKey": "pk_live_1"}), "secretKey"),
            (json!({"secretKey": 1}), "secretKey"),
            (json!({"publishableKey": "sk_live_1"}), "publishableKey"),
            (json!({"publishableKey": "mk_live_1"}), "publishableKey"),
            (json!({"masterKey": "sk_live_1"}), "masterKey"),
            (json!({"accessToken": "sk_live_1"}), "accessToken"),
            (json!({"apiUrl": "http://a.example"}), "apiUrl"),
            (json!({"apiUrl": 1}), "apiUrl"),
            (json!({"issuer": []}), "issuer"),
            (json!({"issuer": [1]}), "issuer"),
            (json!({"audience": []}), "audience"),
            (json!({"audience": ""}), "audience"),
            (json!({"allowAnyTenant": "yes"}), "allowAnyTenant"),
            (json!({"jwks": []}), "jwks"),
            (json!({"publicKey": 1}), "publicKey"),
            (
                json!({"jwks": {}, "jwksUrl": "https://a.example"}),
                "jwksUrl",
            ),
            (
                json!({"jwksUri": "https://a.example", "jwksUrl": "https://a.example"}),
                "jwksUrl",
            ),
            (json!({"jwksUrl": "http://a.example"}), "jwksUrl"),
            (json!({"clockTolerance": 301}), "clockTolerance"),
            (json!({"clockTolerance": -1}), "clockTolerance"),
            (json!({"clockTolerance": "soon"}), "clockTolerance"),
            (
                json!({"clockTolerance": 1, "clockSkewSeconds": 1}),
                "clockSkewSeconds",
            ),
            (json!({"cacheMaxAge": 0}), "cacheMaxAge"),
            (json!({"timeout": 0}), "timeout"),
            (json!({"maxRetries": 11}), "maxRetries"),
            (json!({"idempotencyKeys": 1}), "idempotencyKeys"),
            (json!({"paths": []}), "paths"),
            (json!({"paths": {"users.get": "/x"}}), "paths"),
            (json!({"paths": {"auth.refresh": "//evil"}}), "paths"),
            (json!({"paths": {"auth.refresh": "@evil"}}), "paths"),
            (json!({"paths": {"auth.refresh": 1}}), "paths"),
            (json!({"webhookSecret": ""}), "webhookSecret"),
            (json!({"webhookSecret": []}), "webhookSecret"),
            (json!({"webhookFormat": "v2"}), "webhookFormat"),
            (json!([]), "options"),
        ] {
            assert_eq!(refused(&options), option, "{options}");
        }
    }

    #[test]
    fn a_verifiers_options_carry_the_contracts_values() {
        let options = made(&json!({"tenantId": "t"})).verification().unwrap();
        let options: Value = serde_json::from_str(&options.verifier_options()).unwrap();
        assert_eq!(
            options,
            json!({
                "issuer": ["https://api.hellojohn.dev"], "audience": ["t"],
                "algorithms": ["EdDSA"], "clockTolerance": 30.0,
                "requiredClaims": ["exp", "sub"], "cacheMaxAge": 3_600_000,
                "cooldownDuration": 60_000, "timeoutDuration": 10_000,
                "staleIfError": 86_400_000,
                "jwksUris": ["https://api.hellojohn.dev/.well-known/jwks.json",
                             "https://api.hellojohn.dev/v1/jwks/t"]
            })
        );
        let five = made(&json!({"tenantId": "t", "clockTolerance": "5s"}));
        assert_eq!(
            five.verification().unwrap().rules.leeway,
            Duration::from_secs(5)
        );
    }

    #[test]
    fn server_credentials_are_told_from_public_ones() {
        assert!(!is_server_credential("pk_live_1"));
        for key in ["sk_live_1", "mk_live_1", "hj_live_1", "anything"] {
            assert!(is_server_credential(key));
        }
    }
}
