//! The tenant's API keys.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    HelloJohn,
    credentials::Secret,
    errors::{ApiError, Outcome},
    fields::{Fields, Params},
    records::ApiKey,
};

const KINDS: &[&str] = &["publishable", "secret"];

/// GET `/api-keys`
pub(crate) async fn list(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    params: Params,
) -> Outcome<Json<Value>> {
    let kind = params.choice("type", KINDS)?;
    let revoked = params.flag("revoked")?;
    let keys: Vec<Value> = hj
        .store()
        .api_keys
        .iter()
        .filter(|one| one.tenant_id == key.tenant_id)
        .filter(|one| kind.is_none_or(|kind| one.kind == kind))
        .filter(|one| revoked.is_none_or(|revoked| one.revoked == revoked))
        .map(ApiKey::view)
        .collect();
    Ok(Json(json!({"data": keys})))
}

/// POST `/api-keys`: the value is told once, here.
pub(crate) async fn create(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    fields: Fields,
) -> Outcome<Response> {
    let name = fields.required("name")?;
    fields.required("type")?;
    let kind = fields.choice("type", KINDS)?.unwrap_or_default();
    let scopes = fields.texts("scopes")?.unwrap_or_else(|| vec!["*".into()]);
    let lifetime_ms = fields.span_ms("expires_in")?;
    let now = hj.world.clock.now_ms();
    let prefix = if kind == "secret" {
        "sk_test_"
    } else {
        "pk_test_"
    };
    let new = ApiKey {
        id: hj.world.ids.next("key_"),
        tenant_id: key.tenant_id,
        name,
        kind,
        value: hj.world.ids.next_secret(prefix),
        scopes,
        revoked: false,
        created_ms: now,
        last_used_ms: None,
        expires_ms: lifetime_ms.map(|span| now.saturating_add(span)),
    };
    let mut body = new.view();
    if let Value::Object(members) = &mut body {
        members.insert("key".into(), json!(new.value));
    }
    hj.store().api_keys.push(new);
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// DELETE `/api-keys/{id}`: the key stays listed as revoked.
pub(crate) async fn revoke(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
) -> Outcome<StatusCode> {
    let mut store = hj.store();
    let found = store
        .api_keys
        .iter_mut()
        .find(|one| one.tenant_id == key.tenant_id && one.id == id)
        .ok_or_else(|| ApiError::not_found("api_key_not_found"))?;
    found.revoked = true;
    Ok(StatusCode::NO_CONTENT)
}
