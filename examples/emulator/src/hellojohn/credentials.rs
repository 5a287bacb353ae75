//! Who is asking: one type per credential, each refusing the others.
//!
//! Every type is an axum extractor, so a handler that names it in its
//! arguments cannot run without it.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{Method, header, request::Parts},
};
use serde_json::Value;

use super::{
    HelloJohn,
    errors::{ApiError, Outcome},
    records::ApiKey,
    store::Store,
};
use crate::locked;

/// A publishable key and the tenant it acts in.
#[derive(Clone, Debug)]
pub(crate) struct Publishable {
    /// The tenant of key and header.
    pub(crate) tenant_id: String,
}

/// The tenant header, for calls that need no credential.
#[derive(Clone, Debug)]
pub(crate) struct TenantOnly {
    /// The tenant.
    pub(crate) tenant_id: String,
}

/// A secret key, the tenant it acts in and what the path needs of its scopes.
#[derive(Clone, Debug)]
pub(crate) struct Secret {
    /// The tenant of key and header.
    pub(crate) tenant_id: String,
    /// The key's id, for the audit log.
    pub(crate) key_id: String,
}

/// A signed-in user.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// Their tenant.
    pub(crate) tenant_id: String,
    /// Their id.
    pub(crate) user_id: String,
    /// Their session, when the token names one.
    pub(crate) session_id: String,
}

/// The master key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Master;

/// An administrator of the control plane.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ControlPlaneAdmin;

/// Where a request comes from.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// `User-Agent`, when sent.
    pub(crate) user_agent: Option<String>,
}

type State = Arc<HelloJohn>;

/// The value after `Bearer `.
pub(crate) fn bearer(parts: &Parts) -> Outcome<&str> {
    let missing = || ApiError::unauthenticated("missing_token", "Authorization: Bearer is missing");
    let value = parts
        .headers
        .get(header::AUTHORIZATION)
        .ok_or_else(missing)?;
    let text = value.to_str().map_err(|_| missing())?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() => {
            Ok(token)
        }
        _ => Err(missing()),
    }
}

fn tenant_header(parts: &Parts) -> Option<&str> {
    parts
        .headers
        .get("x-tenant-id")
        .and_then(|value| value.to_str().ok())
        .filter(|tenant| !tenant.is_empty())
}

fn required_tenant<'p>(parts: &'p Parts, fallback: Option<&'p str>) -> Outcome<&'p str> {
    tenant_header(parts)
        .or(fallback)
        .ok_or_else(|| ApiError::malformed("The X-Tenant-ID header is required"))
}

/// The tenant of a call made with a key: header and key must agree.
fn tenant_of_key(hj: &HelloJohn, store: &Store, parts: &Parts, key: &ApiKey) -> Outcome<String> {
    let fallback = hj.options.lenient_tenant.then_some(key.tenant_id.as_str());
    let tenant = required_tenant(parts, fallback)?;
    store.tenant(tenant)?;
    if tenant != key.tenant_id {
        return Err(ApiError::forbidden(
            "tenant_mismatch",
            "The key belongs to another tenant",
        ));
    }
    Ok(tenant.to_owned())
}

impl FromRequestParts<State> for Publishable {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, hj: &State) -> Outcome<Self> {
        let value = bearer(parts)?;
        let store = hj.store();
        let key = store
            .live_key(value, hj.world.clock.now_ms())
            .filter(|key| key.kind == "publishable")
            .ok_or_else(|| {
                ApiError::unauthenticated(
                    "invalid_publishable_key",
                    "This endpoint needs a publishable key",
                )
            })?;
        let tenant_id = tenant_of_key(hj, &store, parts, key)?;
        Ok(Self { tenant_id })
    }
}

impl FromRequestParts<State> for TenantOnly {
    type Rejection = ApiError;

    /// A credential may be absent; one that is sent must be good.
    async fn from_request_parts(parts: &mut Parts, hj: &State) -> Outcome<Self> {
        if parts.headers.contains_key(header::AUTHORIZATION) {
            let Publishable { tenant_id } = Publishable::from_request_parts(parts, hj).await?;
            return Ok(Self { tenant_id });
        }
        let tenant = required_tenant(parts, None)?;
        hj.store().tenant(tenant)?;
        Ok(Self {
            tenant_id: tenant.to_owned(),
        })
    }
}

impl FromRequestParts<State> for Secret {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, hj: &State) -> Outcome<Self> {
        let value = bearer(parts)?;
        let mut store = hj.store();
        let now = hj.world.clock.now_ms();
        let key = store.live_key(value, now).cloned().ok_or_else(|| {
            ApiError::unauthenticated("invalid_api_key", "This endpoint needs a secret key")
        })?;
        let scope = scope_of(&parts.method, parts.uri.path());
        if key.kind != "secret" || !key.allows(&scope) {
            return Err(ApiError::forbidden(
                "insufficient_permissions",
                "The key does not allow this",
            ));
        }
        let tenant_id = tenant_of_key(hj, &store, parts, &key)?;
        store.touch_key(&key.id, now);
        Ok(Self {
            tenant_id,
            key_id: key.id,
        })
    }
}

/// `users:read`, `organizations:write` …: the first segment and what is done to it.
fn scope_of(method: &Method, path: &str) -> String {
    let resource = path
        .trim_start_matches("/v1")
        .split('/')
        .find(|segment| !segment.is_empty())
        .unwrap_or_default();
    let searching = path.ends_with("/search") || path.ends_with("/sessions/verify");
    let verb = if method == Method::GET || searching {
        "read"
    } else {
        "write"
    };
    format!("{resource}:{verb}")
}

impl FromRequestParts<State> for Access {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, hj: &State) -> Outcome<Self> {
        let claims = hj.checked(bearer(parts)?)?;
        let claim = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        let access = Self {
            tenant_id: claim("tenant_id").to_owned(),
            user_id: claim("sub").to_owned(),
            session_id: claim("session_id").to_owned(),
        };
        if tenant_header(parts).is_some_and(|tenant| tenant != access.tenant_id) {
            return Err(ApiError::forbidden(
                "tenant_mismatch",
                "The token belongs to another tenant",
            ));
        }
        let store = hj.store();
        store.check_session_lives(&access.session_id, hj.world.clock.now_ms())?;
        store
            .user(&access.tenant_id, &access.user_id)
            .map_err(|_| {
                ApiError::unauthenticated("invalid_token", "The token's user does not exist")
            })?;
        Ok(access)
    }
}

impl FromRequestParts<State> for Master {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, hj: &State) -> Outcome<Self> {
        let value = bearer(parts)?;
        if value == hj.master_key() {
            return Ok(Self);
        }
        let known = hj
            .store()
            .live_key(value, hj.world.clock.now_ms())
            .is_some();
        Err(if known {
            ApiError::forbidden("insufficient_permissions", "Tenants need the master key")
        } else {
            ApiError::unauthenticated("invalid_api_key", "The key is not known")
        })
    }
}

impl FromRequestParts<State> for ControlPlaneAdmin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, hj: &State) -> Outcome<Self> {
        let value = bearer(parts)?;
        let refused =
            || ApiError::forbidden("cp_admin_required", "This needs a control-plane admin");
        let known = hj
            .store()
            .live_key(value, hj.world.clock.now_ms())
            .is_some();
        if known || value == hj.master_key() {
            return Err(refused());
        }
        let claims = hj.checked(value)?;
        let admin = claims.get("token_use").and_then(Value::as_str) == Some("cp_admin");
        if admin { Ok(Self) } else { Err(refused()) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let agent = parts.headers.get(header::USER_AGENT);
        Ok(Self {
            user_agent: agent
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
        })
    }
}

/// What identifies the caller to rate limits and stored answers: the
/// credential's hash, never the credential.
pub(crate) fn caller_key(parts: &Parts) -> String {
    use sha2::{Digest, Sha256};
    let credential = parts
        .headers
        .get(header::AUTHORIZATION)
        .map_or(&b""[..], |value| value.as_bytes());
    let digest = Sha256::digest(credential);
    let short: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{short}/{}", tenant_header(parts).unwrap_or_default())
}

impl HelloJohn {
    /// The store, locked.
    pub(crate) fn store(&self) -> std::sync::MutexGuard<'_, Store> {
        locked(&self.store)
    }
}
