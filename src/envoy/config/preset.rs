//! The kinds of provider that a configuration can name, one row each.

use crate::api::Dialect;
use crate::error::{ConfigError, Error};
use crate::json::{Json, Members};
use crate::jwk::KeySource;
use crate::jwt::{Policy, VerifierOptions};
use crate::providers::hellojohn::HelloJohn;
use crate::providers::justauthenticateme::JustAuthenticateMe;
use crate::providers::nicelogin::NiceLogin;
use crate::providers::oidc::Oidc;
use crate::providers::propelauth::PropelAuth;

/// A field as written here, and the same option as the provider's own reader calls it. `_s` and
/// `_ms` are seconds and milliseconds.
pub type FieldName = (&'static str, &'static str);

/// A kind of provider: its fields, and what makes rules and keys of them.
pub struct Preset {
    /// Its name in `preset`.
    pub id: &'static str,
    /// Fields of its own.
    pub own: &'static [FieldName],
    /// Fields that it shares with others.
    pub shared: &'static [&'static [FieldName]],
    build: fn(&Self, Members) -> Result<Issuer, Error>,
}

/// The rules of a provider's tokens, and where its keys come from.
pub(super) type Issuer = (Policy, KeySource);

impl Preset {
    /// Every field.
    pub fn fields(&self) -> impl Iterator<Item = FieldName> {
        let shared = self.shared.iter().copied().flatten();
        self.own.iter().chain(shared).copied()
    }

    pub(super) fn build(&self, options: Members) -> Result<Issuer, Error> {
        (self.build)(self, options)
    }
}

/// Every kind; the first is what `preset` is when it is left out. A provider joins with one row
/// here.
pub const PRESETS: &[Preset] = &[
    Preset {
        id: "generic",
        own: &[
            ("issuer", "issuer"),
            ("audience", "audience"),
            ("algorithms", "algorithms"),
            ("subject", "subject"),
            ("typ", "typ"),
            ("required_claims", "requiredClaims"),
            ("max_token_age_s", "maxTokenAge"),
            ("key", "key"),
            ("secret", "secret"),
            ("jwks.headers", "headers"),
        ],
        shared: &[TOLERANCE, RIGHTS, KEY_SET, CACHE, REVALIDATION],
        build: generic,
    },
    Preset {
        id: "hellojohn",
        own: &[
            ("tenant_id", "tenantId"),
            ("api_url", "apiUrl"),
            ("issuer", "issuer"),
            ("audience", "audience"),
            ("allow_any_tenant", "allowAnyTenant"),
            ("system_claims", "systemClaims"),
            ("key", "publicKey"),
        ],
        shared: &[TOLERANCE, KEY_SET, CACHE],
        build: |_, options| HelloJohn::with_dialect(&options.to_string(), &Dialect::NONE)?.issuer(),
    },
    Preset {
        id: "justauthenticateme",
        own: &[("app_id", "appId"), ("base_url", "baseUrl")],
        shared: &[TOLERANCE, KEY_SET, CACHE, REVALIDATION],
        build: |_, options| {
            JustAuthenticateMe::with_dialect(&options.to_string(), &Dialect::NONE)?.issuer()
        },
    },
    Preset {
        id: "nicelogin",
        own: &[
            ("api_key", "apiKey"),
            ("base_url", "baseUrl"),
            ("company_id", "companyId"),
            ("issuer", "issuer"),
            ("audience", "audience"),
        ],
        shared: &[TOLERANCE, KEY_SET, CACHE, REVALIDATION],
        build: |_, options| NiceLogin::with_dialect(&options.to_string(), &Dialect::NONE)?.issuer(),
    },
    Preset {
        id: "propelauth",
        own: &[
            ("auth_url", "authUrl"),
            ("verifier_key", "verifierKey"),
            ("issuer", "issuer"),
            ("api_key", "apiKey"),
            ("api_url", "apiUrl"),
        ],
        shared: &[TOLERANCE, CACHE],
        build: propelauth,
    },
    // RFC 9068 unless `profile` says otherwise.
    vendor("oidc", &[]),
    vendor("auth0", &[("domain", "domain")]),
    vendor("clerk", &[("domain", "domain")]),
    vendor(
        "cognito",
        &[("region", "region"), ("user_pool_id", "userPoolId")],
    ),
    vendor("entra", &[("tenant_id", "tenantId")]),
    vendor("firebase", &[("project_id", "projectId")]),
    vendor("google", &[]),
    vendor("keycloak", &[("url", "url"), ("realm", "realm")]),
    vendor(
        "okta",
        &[
            ("domain", "domain"),
            ("authorization_server_id", "authorizationServerId"),
        ],
    ),
    vendor("supabase", &[("project_ref", "projectRef")]),
    vendor("workos", &[]),
];

const TOLERANCE: &[FieldName] = &[("clock_tolerance_s", "clockTolerance")];

const RIGHTS: &[FieldName] = &[
    ("roles_claim", "rolesClaim"),
    ("permissions_claim", "permissionsClaim"),
    ("scopes_claim", "scopesClaim"),
];

const KEY_SET: &[FieldName] = &[("jwks.inline", "jwks"), ("jwks.uri", "jwksUri")];

const CACHE: &[FieldName] = &[
    ("jwks.cache_max_age_ms", "cacheMaxAge"),
    ("jwks.cooldown_ms", "cooldownDuration"),
    ("jwks.timeout_ms", "timeoutDuration"),
    ("jwks.stale_if_error_ms", "staleIfError"),
];

const REVALIDATION: &[FieldName] = &[("jwks.stale_while_revalidate_ms", "staleWhileRevalidate")];

/// What every OpenID Connect issuer takes.
const OIDC: &[FieldName] = &[
    ("issuer", "issuer"),
    ("audience", "audience"),
    ("algorithms", "algorithms"),
    ("token_type", "tokenType"),
    ("profile", "profile"),
    ("client_id", "clientId"),
    ("authorized_parties", "authorizedParties"),
];

/// A row of [`crate::providers::oidc::PRESETS`], by its name and what its issuer is made of.
const fn vendor(id: &'static str, own: &'static [FieldName]) -> Preset {
    Preset {
        id,
        own,
        shared: &[OIDC, TOLERANCE, RIGHTS, KEY_SET, CACHE, REVALIDATION],
        build: oidc,
    }
}

fn oidc(preset: &Preset, mut options: Members) -> Result<Issuer, Error> {
    if preset.id != "oidc" {
        options.insert("preset", preset.id);
    }
    Oidc::with_dialect(&options.to_string(), &Dialect::NONE)?.issuer()
}

/// The verifier key, with the issuer where it has another name than the auth URL, is what the
/// dashboard shows; without it the key is fetched with the API key.
fn propelauth(_: &Preset, mut options: Members) -> Result<Issuer, Error> {
    let issuer = options.remove("issuer");
    let Some(key) = options.remove("verifierKey") else {
        return match issuer {
            Some(_) => Err(ConfigError::new("issuer", "needs verifier_key beside it").into()),
            None => PropelAuth::with_dialect(&options.to_string(), &Dialect::NONE)?.issuer(),
        };
    };
    let mut metadata = Members::from_iter([("verifierKey", key)]);
    if let Some(issuer) = issuer {
        metadata.insert("issuer", issuer);
    }
    options.insert("tokenVerificationMetadata", metadata);
    PropelAuth::with_dialect(&options.to_string(), &Dialect::NONE)?.issuer()
}

/// A key is PEM text or a JWK; keys and sets are handed on as text.
fn generic(_: &Preset, mut options: Members) -> Result<Issuer, Error> {
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
