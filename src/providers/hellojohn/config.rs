//! HelloJohn's options: checked once, turned into a client and into what a verifier needs.

use core::fmt;
use core::time::Duration;

use crate::json::{Json, Members};

use super::DIALECT;
use super::claims::User;
use super::options::HelloJohnOptions;
use super::rule::TokenRule;
use super::webhook::Format;
use crate::api::{Client, Dialect, Secret, check_segment};
use crate::crypto::EDDSA;
use crate::encoding::percent_encode;
use crate::error::{ConfigError, Error, KeyError};
use crate::http::Headers;
use crate::jwk::{CacheTimes, Jwk, JwkSet, KeySource, Location, Remote};
use crate::jwt::{AccessClaims, DEFAULT_TOKEN_CACHE, Policy};

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
pub struct HelloJohn {
    client: Client,
    tenant: Option<String>,
    issuer: Choice,
    audience: Choice,
    allow_any_tenant: bool,
    keys: Option<Keys>,
    leeway: Duration,
    system_claims: bool,
    cache: CacheTimes,
    webhook_secrets: Vec<Secret>,
    webhook_format: Format,
}

/// An option that may be given, left alone or switched off with `null`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Default,
    Of(Vec<String>),
    Off,
}

/// Where the keys come from, where an option says so.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Keys {
    /// One key: a JWK object or PEM text.
    Key(Json),
    /// A JWK Set.
    Set(Json),
    /// The address of a JWK Set.
    Url(String),
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
        let options = HelloJohnOptions::parse(options)?;
        let base = options.base()?;
        let tenant = options.text("tenantId");
        if let Some(tenant) = &tenant {
            check_segment(tenant).map_err(|problem| ConfigError::new("tenantId", problem))?;
        }
        let read = Self {
            client: options.client(dialect, base, tenant.clone())?,
            tenant,
            issuer: options.choice("issuer")?,
            audience: options.choice("audience")?,
            allow_any_tenant: options.flag("allowAnyTenant"),
            keys: options.keys()?,
            leeway: options.leeway()?,
            system_claims: options.flag("systemClaims"),
            cache: options.cache()?,
            webhook_secrets: options.webhook_secrets()?,
            webhook_format: options.webhook_format()?,
        };
        options.check()?;
        Ok(read)
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
        let audiences = match (&self.audience, &self.tenant) {
            (Choice::Of(audiences), _) => Some(audiences.clone()),
            (Choice::Default, Some(tenant)) => Some(vec![tenant.clone()]),
            (Choice::Off, _) | (Choice::Default, None) => None,
        };
        let bound = audiences.is_some() || self.tenant.is_some();
        if bound == self.allow_any_tenant {
            return Err(ConfigError::new("tenantId", tenant_problem(bound)).into());
        }
        let rule = TokenRule {
            tenant: self.tenant.clone(),
            tenant_required: audiences.is_none(),
        };
        let policy = Policy {
            token_cache: DEFAULT_TOKEN_CACHE,
            algorithms: vec![&EDDSA],
            issuers: self.issuers()?,
            audiences,
            subjects: None,
            typ: None,
            required_claims: vec!["exp".to_owned(), "sub".to_owned()],
            clock_tolerance: self.leeway,
            max_token_age: None,
            refuse_future_iat: true,
            refuse_ambiguous_key: true,
            rule: Some(Box::new(rule)),
            access: access_claims(),
        };
        Ok((policy, self.key_source()?))
    }

    /// The user that a payload describes, once an issuer's verifier has passed it.
    ///
    /// # Security
    ///
    /// It checks nothing.
    pub fn user(&self, claims: Members) -> User {
        User::from_claims(claims, self.system_claims)
    }

    fn issuers(&self) -> Result<Option<Vec<String>>, ConfigError> {
        match &self.issuer {
            Choice::Default => Ok(Some(vec![self.client.base().origin().to_owned()])),
            Choice::Of(issuers) => Ok(Some(issuers.clone())),
            Choice::Off if self.system_claims => Err(ConfigError::new(
                "systemClaims",
                "needs an issuer that is checked",
            )),
            Choice::Off => Ok(None),
        }
    }

    fn key_source(&self) -> Result<KeySource, KeyError> {
        let one = |jwk| Ok(KeySource::Keys(JwkSet::of(jwk)?));
        match &self.keys {
            Some(Keys::Key(Json::String(pem))) => one(Jwk::from_pem(pem)?),
            Some(Keys::Key(jwk)) => one(Jwk::from_json(jwk.to_string().as_bytes())?),
            Some(Keys::Set(set)) => match JwkSet::parse(set.to_string().as_bytes()) {
                Ok(set) if !set.is_empty() => Ok(KeySource::Set(set)),
                _ => Err(KeyError::Invalid("jwks holds no usable key")),
            },
            Some(Keys::Url(url)) => Ok(self.remote(vec![url.clone()])),
            None => Ok(self.remote(self.key_urls())),
        }
    }

    fn remote(&self, urls: Vec<String>) -> KeySource {
        KeySource::Remote(Remote {
            location: Location::Urls(urls),
            headers: Headers::new(),
            times: self.cache,
        })
    }

    /// Where the keys are looked for when no option says so: the next one is asked when
    /// one answers 404.
    fn key_urls(&self) -> Vec<String> {
        let base = self.client.base();
        let mut urls = vec![format!("{}/.well-known/jwks.json", base.origin())];
        if let Some(tenant) = &self.tenant {
            let mut url = format!("{}/jwks/", base.as_url());
            percent_encode(tenant, &mut url);
            urls.push(url);
        }
        urls
    }
}

/// Where the tokens carry rights; the same aliases as the user's.
fn access_claims() -> AccessClaims {
    let paths = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    AccessClaims {
        roles: paths(&["roles", "role"]),
        permissions: paths(&["permissions", "perms"]),
        scopes: paths(&["scp", "scope", "scopes"]),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

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
