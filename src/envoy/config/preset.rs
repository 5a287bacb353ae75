//! The kinds of provider that a configuration can name, one row each.

use serde_json::{Map, Value};

use crate::error::{ConfigError, Error};
use crate::jwk::KeySource;
use crate::jwt::{Policy, VerifierOptions};
use crate::providers::hellojohn::HelloJohn;

/// A kind of provider: its fields, and what makes rules and keys of them.
pub struct Preset {
    /// Its name in `preset`.
    pub id: &'static str,
    /// Its fields as written here, and the same options as the provider's own reader calls
    /// them. `_s` and `_ms` are seconds and milliseconds.
    pub fields: &'static [(&'static str, &'static str)],
    pub(super) build: fn(Map<String, Value>) -> Result<(Policy, KeySource), Error>,
}

/// Every kind. A provider joins with one row here.
pub const PRESETS: &[Preset] = &[GENERIC, HELLOJOHN];

/// Any issuer; what `preset` is when it is left out.
const GENERIC: Preset = Preset {
    id: "generic",
    fields: &[
        ("issuer", "issuer"),
        ("audience", "audience"),
        ("algorithms", "algorithms"),
        ("subject", "subject"),
        ("typ", "typ"),
        ("required_claims", "requiredClaims"),
        ("clock_tolerance_s", "clockTolerance"),
        ("max_token_age_s", "maxTokenAge"),
        ("roles_claim", "rolesClaim"),
        ("permissions_claim", "permissionsClaim"),
        ("scopes_claim", "scopesClaim"),
        ("key", "key"),
        ("secret", "secret"),
        ("jwks.inline", "jwks"),
        ("jwks.uri", "jwksUri"),
        ("jwks.headers", "headers"),
        ("jwks.cache_max_age_ms", "cacheMaxAge"),
        ("jwks.cooldown_ms", "cooldownDuration"),
        ("jwks.timeout_ms", "timeoutDuration"),
        ("jwks.stale_while_revalidate_ms", "staleWhileRevalidate"),
        ("jwks.stale_if_error_ms", "staleIfError"),
    ],
    build: generic,
};

const HELLOJOHN: Preset = Preset {
    id: "hellojohn",
    fields: &[
        ("tenant_id", "tenantId"),
        ("api_url", "apiUrl"),
        ("issuer", "issuer"),
        ("audience", "audience"),
        ("allow_any_tenant", "allowAnyTenant"),
        ("clock_tolerance_s", "clockTolerance"),
        ("system_claims", "systemClaims"),
        ("key", "publicKey"),
        ("jwks.inline", "jwks"),
        ("jwks.uri", "jwksUri"),
        ("jwks.cache_max_age_ms", "cacheMaxAge"),
        ("jwks.cooldown_ms", "cooldownDuration"),
        ("jwks.timeout_ms", "timeoutDuration"),
        ("jwks.stale_if_error_ms", "staleIfError"),
    ],
    build: |options| HelloJohn::from_json(&Value::Object(options).to_string())?.issuer(),
};

fn generic(mut options: Map<String, Value>) -> Result<(Policy, KeySource), Error> {
    if let Some(key) = options.remove("key") {
        let name = if key.is_string() { "pem" } else { "jwk" };
        options.insert(name.to_owned(), key);
    }
    for name in ["jwk", "jwks"] {
        if let Some(value) = options.get_mut(name) {
            *value = Value::String(value.to_string());
        }
    }
    if let Some(Value::Object(headers)) = options.get_mut("headers") {
        let pairs = core::mem::take(headers).into_iter();
        let pairs = pairs.map(|(name, value)| Value::Array(vec![name.into(), value]));
        options.insert("headers".to_owned(), pairs.collect());
    }
    // One at a time, so that a wrong type is blamed on its option.
    for (name, value) in &options {
        let alone = Map::from_iter([(name.clone(), value.clone())]);
        serde_json::from_value::<VerifierOptions>(alone.into())
            .map_err(|_| ConfigError::new(public_name(name), "is of the wrong type"))?;
    }
    let options: VerifierOptions = serde_json::from_value(options.into())
        .map_err(|_| ConfigError::new("provider", "cannot be read"))?;
    options.resolve()
}

fn public_name(option: &str) -> String {
    match option {
        "pem" | "jwk" => "key".to_owned(),
        _ => option.to_owned(),
    }
}
