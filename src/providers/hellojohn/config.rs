//! HelloJohn's options: checked once, turned into a client and into what a verifier needs.

use core::fmt;
use std::sync::Arc;

use super::DIALECT;
use super::claims::{User, view};
use super::rule::TokenRule;
use super::webhook::Format;
use crate::api::{BaseUrl, Client, CredentialKind, Dialect, Limits, Secret};
use crate::crypto::EDDSA;
use crate::encoding::percent_encode;
use crate::error::{ConfigError, Error};
use crate::http::Headers;
use crate::json::{Json, Members};
use crate::jwk::{Jwk, JwkSet, KeySource, Location};
use crate::jwt::{AccessClaims, Organizations, Policy};
use crate::options::{Setting, text_of};
use crate::providers::settings::{
    Configuration, Credential, HOURLY, Settings, TokenRow, owned, supplied,
};

const CLOUD: &str = "https://api.hellojohn.dev";

const NAMES: &str = "\
    accessToken allowAnyTenant apiUrl audience cacheMaxAge clockSkewSeconds clockTolerance \
    controlPlaneToken cooldownDuration idempotencyKeys issuer jwks jwksUri jwksUrl masterKey \
    maxRetries maxRetryWait paths publicKey publishableKey secretKey staleIfError \
    systemClaims tenantId timeout timeoutDuration webhookFormat webhookSecret";

/// Seconds: where no option says otherwise, and at most.
const TOLERANCE: (u64, u64) = (30, 300);

static TOKENS: TokenRow = TokenRow {
    algorithms: &[&EDDSA],
    required: &["exp", "sub"],
    tolerance: TOLERANCE,
    // The provider's `Cache-Control` is not heeded.
    times: Some(HOURLY),
    refuse_ambiguous_key: true,
    refuse_future_iat: true,
};

/// A public key grants nothing on a server, and a server's key must not go public.
const CREDENTIALS: &[Credential] = &[
    Credential(
        CredentialKind::AccessToken,
        "accessToken",
        &["pk_", "sk_", "mk_"],
    ),
    Credential(
        CredentialKind::ControlPlane,
        "controlPlaneToken",
        &["pk_", "sk_", "mk_"],
    ),
    Credential(CredentialKind::Master, "masterKey", &["pk_", "sk_"]),
    Credential(
        CredentialKind::Publishable,
        "publishableKey",
        &["sk_", "mk_"],
    ),
    Credential(CredentialKind::Secret, "secretKey", &["pk_"]),
];

/// Options that say where the keys are, of which one may be given.
const SOURCES: [&str; 4] = ["jwks", "jwksUri", "jwksUrl", "publicKey"];

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
/// | `timeout`, `maxRetries`, `maxRetryWait` | see [`Limits`](crate::api::Limits) | 10 s, 2, 60 s |
/// | `idempotencyKeys` | `false` sends none automatically | `true` |
/// | `paths` | other paths, by operation | none |
/// | `issuer` | text or list; `null` checks none | origin of `apiUrl` |
/// | `audience` | text or list; `null` checks none | `tenantId` |
/// | `allowAnyTenant` | `true` takes tokens of any tenant | `false` |
/// | `jwks`, `publicKey`, `jwksUrl` (or `jwksUri`) | the keys, at most one of them | the well-known address, then the tenant's |
/// | `clockTolerance` (or `clockSkewSeconds`) | seconds, at most 300 | 30 |
/// | `systemClaims` | `true` reads roles of the open-source server | `false` |
/// | `cacheMaxAge`, `cooldownDuration`, `timeoutDuration`, `staleIfError` | key cache, milliseconds | 1 h, 60 s, 10 s, 24 h |
/// | `webhookSecret` | text or list, of which any may match | none |
/// | `webhookFormat` | `standard`, `body` or `hook` | `standard` |
#[derive(Clone)]
pub struct HelloJohn(Arc<Inner>);

struct Inner {
    configuration: Configuration,
    webhook_secrets: Vec<Secret>,
}

impl HelloJohn {
    /// Reads the options from JSON text; empty text is an empty object.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the option: unknown, of the wrong type, in conflict with
    /// another one, or a credential in the wrong place.
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
        let client = client(&settings, dialect)?;
        let hellojohn = Self(Arc::new(Inner {
            webhook_secrets: settings.secrets("webhookSecret"),
            configuration: Configuration { settings, client },
        }));
        hellojohn.read_for_tokens()?;
        hellojohn.webhook_format();
        hellojohn.settings().check()?;
        Ok(hellojohn)
    }

    /// Reads what is about tokens, so that every mistake is told now, not when the first token
    /// comes. That nothing binds tokens to the caller is no mistake of one who makes calls only.
    fn read_for_tokens(&self) -> Result<(), ConfigError> {
        self.allows_any_tenant();
        self.audiences();
        self.issuers();
        self.reads_system_claims();
        self.policy(None, false);
        self.remote(Vec::new());
        self.keys().map(drop)
    }

    /// The client that makes calls.
    pub fn client(&self) -> &Client {
        &self.0.configuration.client
    }

    fn settings(&self) -> &Settings {
        &self.0.configuration.settings
    }

    /// The webhook secrets, of which any may match; each is used whole, prefix included.
    pub fn webhook_secrets(&self) -> &[Secret] {
        &self.0.webhook_secrets
    }

    /// How deliveries are signed.
    pub fn webhook_format(&self) -> Format {
        let words = &["standard", "body", "hook"];
        let problem = "must be standard, body or hook";
        match self.settings().word("webhookFormat", words, problem) {
            Some(1) => Format::Body,
            Some(2) => Format::Hook,
            _ => Format::Standard,
        }
    }

    /// The rules for this caller's access tokens, and where their keys come from.
    ///
    /// The algorithm is always `EdDSA`, whatever a token says; a secret key is never a
    /// verification key.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when nothing binds a token to this caller: the cloud's keys may be
    /// shared by all its customers, so one of `tenantId`, `audience` and `allowAnyTenant`
    /// must be given. `ERR_JWK_INVALID` when a configured key cannot be used.
    pub fn issuer(&self) -> Result<(Policy, KeySource), Error> {
        let tenant = self.tenant();
        let audiences = match (self.audiences(), &tenant) {
            (Setting::Given(audiences), _) => Some(audiences),
            (Setting::Absent, Some(tenant)) => Some(vec![tenant.clone()]),
            (Setting::Off, _) | (Setting::Absent, None) => None,
        };
        let bound = audiences.is_some() || tenant.is_some();
        if bound == self.allows_any_tenant() {
            return Err(ConfigError::new("tenantId", tenant_problem(bound)).into());
        }
        let mut policy = self.policy(tenant, audiences.is_none());
        policy.audiences = audiences;
        policy.issuers = match self.issuers() {
            Setting::Absent => Some(vec![self.client().base().origin().to_owned()]),
            Setting::Given(issuers) => Some(issuers),
            Setting::Off if self.reads_system_claims() => {
                let problem = "needs an issuer that is checked";
                return Err(ConfigError::new("systemClaims", problem).into());
            }
            Setting::Off => None,
        };
        policy.access = access_claims();
        Ok((policy, self.key_source()?))
    }

    /// The user that a payload describes, once an issuer's verifier has passed it.
    ///
    /// # Security
    ///
    /// It checks nothing.
    pub fn user(&self, claims: Members) -> User {
        User::from_claims(claims, self.reads_system_claims())
    }

    /// The same user as JSON with camelCase names.
    pub(super) fn principal(&self, claims: Members) -> Members {
        view(claims, self.reads_system_claims())
    }

    fn tenant(&self) -> Option<String> {
        self.settings().segment("tenantId").map(str::to_owned)
    }

    fn audiences(&self) -> Setting<Vec<String>> {
        self.settings().choice("audience")
    }

    fn issuers(&self) -> Setting<Vec<String>> {
        self.settings().choice("issuer")
    }

    fn allows_any_tenant(&self) -> bool {
        let settings = self.settings();
        settings.flag("allowAnyTenant").unwrap_or_default()
    }

    fn reads_system_claims(&self) -> bool {
        self.settings().flag("systemClaims").unwrap_or_default()
    }

    /// The rules that do not depend on who issues tokens for whom.
    fn policy(&self, tenant: Option<String>, tenant_required: bool) -> Policy {
        let settings = self.settings();
        let rule = TokenRule {
            tenant,
            tenant_required,
        };
        let mut policy = settings.policy(&TOKENS, Box::new(rule));
        const OTHER: &str = "clockSkewSeconds";
        if settings.contains(OTHER) {
            if settings.contains("clockTolerance") {
                settings.refuse(OTHER, "cannot stand beside clockTolerance");
            }
            policy.clock_tolerance = settings.seconds(OTHER, TOLERANCE.0, TOLERANCE.1);
        }
        policy
    }

    /// The option that says where the keys are, with its value.
    fn keys(&self) -> Result<Option<(&'static str, &Json)>, ConfigError> {
        let settings = self.settings();
        let mut found = None;
        for name in SOURCES {
            let Some(value) = settings.get(name) else {
                continue;
            };
            if let Some((first, _)) = found {
                let problem = ["cannot stand beside ", first].concat();
                return Err(ConfigError::new(name, problem));
            }
            let problem = match (name, value) {
                ("jwks", Json::Object(_)) | ("publicKey", Json::Object(_) | Json::String(_)) => "",
                ("jwks", _) => "must be a JWK Set",
                ("publicKey", _) => "must be a JWK or PEM text",
                _ => url(name, value).map(|_| "")?,
            };
            if !problem.is_empty() {
                return Err(ConfigError::new(name, problem));
            }
            found = Some((name, value));
        }
        Ok(found)
    }

    fn key_source(&self) -> Result<KeySource, Error> {
        let jwk = match self.keys()? {
            None => return Ok(self.remote(self.key_urls())),
            Some(("jwks", set)) => return supplied(set),
            Some(("publicKey", Json::String(pem))) => Jwk::from_pem(pem),
            Some(("publicKey", jwk)) => Jwk::from_json(jwk.to_string().as_bytes()),
            Some((name, value)) => return Ok(self.remote(vec![url(name, value)?])),
        };
        Ok(KeySource::Keys(jwk.and_then(JwkSet::of)?))
    }

    fn remote(&self, urls: Vec<String>) -> KeySource {
        let location = Location::Urls(urls);
        let settings = self.settings();
        KeySource::Remote(settings.remote(&TOKENS, location, Headers::new()))
    }

    /// Where the keys are looked for when no option says so: the next one is asked when
    /// one answers 404.
    fn key_urls(&self) -> Vec<String> {
        let base = self.client().base();
        let mut urls = vec![base.origin().to_owned() + "/.well-known/jwks.json"];
        if let Some(tenant) = self.tenant() {
            let mut url = base.as_url() + "/jwks/";
            percent_encode(&tenant, &mut url);
            urls.push(url);
        }
        urls
    }
}

/// The client with every option that is about calls.
fn client(settings: &Settings, dialect: &'static Dialect) -> Result<Client, ConfigError> {
    let cloud = settings.get("apiUrl").and_then(Json::as_str) == Some("");
    let base = match cloud {
        true => BaseUrl::parse("apiUrl", CLOUD)?,
        false => settings.base("apiUrl", CLOUD)?,
    };
    let base = base.ending_in("/v1");
    let mut client = settings
        .client(dialect, base, Limits::default(), CREDENTIALS)
        .with_tenant(settings.segment("tenantId").map(str::to_owned));
    if settings.flag("idempotencyKeys") == Some(false) {
        client = client.without_idempotency_keys();
    }
    let Some(paths) = settings.get("paths") else {
        return Ok(client);
    };
    let problem = || ConfigError::new("paths", "must be an object of paths by operation");
    for (operation, path) in paths.as_object().ok_or_else(problem)?.iter() {
        client = client.with_path(operation, path.as_str().ok_or_else(problem)?)?;
    }
    Ok(client)
}

/// An address of keys, spelled as every parser reads it.
fn url(option: &'static str, value: &Json) -> Result<String, ConfigError> {
    Ok(BaseUrl::parse(option, text_of(option, value)?)?.as_url())
}

/// Where the tokens carry rights; the same aliases as the user's.
fn access_claims() -> AccessClaims {
    AccessClaims {
        roles: owned(&["roles", "role"]),
        permissions: owned(&["permissions", "perms"]),
        scopes: owned(&["scp", "scope", "scopes"]),
        // The role inside the organization, as the provider's own helpers look for it.
        organizations: Organizations::Active {
            id: &["org_id", "organization_id", "org"],
            roles: &["org_role", "role"],
        },
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
            .field("client", self.client())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use crate::json::json;
    use crate::jwk::Remote;

    fn made(options: &Json) -> HelloJohn {
        HelloJohn::from_json(&options.to_string()).unwrap()
    }

    fn refused(options: &Json) -> String {
        match HelloJohn::from_json(&options.to_string()) {
            Err(Error::Config(error)) => error.option.to_string(),
            other => panic!("{other:?}"),
        }
    }

    fn unverifiable(options: &Json) -> String {
        match made(options).issuer() {
            Err(Error::Config(error)) => error.option.to_string(),
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

    fn remote(options: &Json) -> Remote {
        match made(options).issuer().unwrap().1 {
            KeySource::Remote(remote) => remote,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn keys_are_looked_for_where_the_contract_says() {
        for (options, urls) in [
            (
                json!({"apiUrl": "https://a.example/v1", "tenantId": "t 1"}),
                &[
                    "https://a.example/.well-known/jwks.json",
                    "https://a.example/v1/jwks/t%201",
                ][..],
            ),
            (
                json!({"audience": "x"}),
                &["https://api.hellojohn.dev/.well-known/jwks.json"],
            ),
            (
                json!({"audience": "x", "jwksUrl": "https://k.example/jwks.json"}),
                &["https://k.example/jwks.json"],
            ),
        ] {
            let urls = urls.iter().map(|url| (*url).to_owned()).collect();
            assert_eq!(remote(&options).location, Location::Urls(urls), "{options}");
        }
    }

    #[test]
    fn the_policy_carries_the_contracts_values() {
        let (policy, _) = made(&json!({"tenantId": "t"})).issuer().unwrap();
        assert_eq!(
            policy.issuers,
            Some(vec!["https://api.hellojohn.dev".to_owned()])
        );
        assert_eq!(policy.audiences, Some(vec!["t".to_owned()]));
        assert_eq!(policy.clock_tolerance, Duration::from_secs(30));
        assert_eq!(policy.algorithms.len(), 1);
        assert!(policy.refuse_future_iat && policy.refuse_ambiguous_key);
        let times = remote(&json!({"tenantId": "t"})).times;
        assert_eq!(times.max_age, Duration::from_secs(3_600));
        assert_eq!(times.cooldown, Duration::from_secs(60));
        assert_eq!(times.timeout, Duration::from_secs(10));
        assert_eq!(times.stale_if_error, Duration::from_secs(86_400));
        let five = made(&json!({"tenantId": "t", "clockTolerance": "5s"}))
            .issuer()
            .unwrap()
            .0;
        assert_eq!(five.clock_tolerance, Duration::from_secs(5));
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
        let (any, _) = made(&json!({"allowAnyTenant": true})).issuer().unwrap();
        assert_eq!(any.audiences, None);
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
    fn server_credentials_are_told_from_public_ones() {
        assert!(!is_server_credential("pk_live_1"));
        for key in ["sk_live_1", "mk_live_1", "hj_live_1", "anything"] {
            assert!(is_server_credential(key));
        }
    }
}
