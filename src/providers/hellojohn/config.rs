//! HelloJohn's options: checked once, turned into a client and into what a verifier needs.

use core::fmt;
use core::time::Duration;

use serde_json::{Map, Value, json};

use super::claims::{Rules, User};
use super::options::Options;
use super::webhook::Format;
use crate::api::{Client, Secret, check_segment};
use crate::encoding::percent_encode;
use crate::error::{ConfigError, Error, TokenError};
use crate::time::UnixMillis;

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
pub(super) enum Choice {
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
        let options = Options::parse(options)?;
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
