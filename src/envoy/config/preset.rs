//! The kinds of provider that a configuration can name, one row each.

use crate::error::Error;
use crate::json::{Json, Members};
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
    pub(super) build: fn(Members) -> Result<(Policy, KeySource), Error>,
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
    build: |options| HelloJohn::from_json(&options.to_string())?.issuer(),
};

/// A key is PEM text or a JWK; keys and sets are handed on as text.
fn generic(mut options: Members) -> Result<(Policy, KeySource), Error> {
    if let Some(key) = options.remove("key") {
        let name = if key.is_string() { "pem" } else { "jwk" };
        options.insert(name, key);
    }
    for name in ["jwk", "jwks"] {
        if let Some(value) = options.get_mut(name) {
            *value = Json::String(value.to_string());
        }
    }
    if let Some(Json::Object(headers)) = options.remove("headers") {
        let pairs = headers.into_iter();
        let pairs = pairs.map(|(name, value)| Json::Array(vec![name.into(), value]));
        options.insert("headers", pairs.collect::<Vec<_>>());
    }
    VerifierOptions::from_json(&options.to_string())?.resolve()
}
