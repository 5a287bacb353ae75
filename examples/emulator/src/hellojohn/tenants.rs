//! Tenants, for whoever holds the master key.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{
    HelloJohn,
    credentials::Master,
    errors::{ApiError, Outcome},
    fields::{Fields, Params},
    organizations,
    paging::{self, Page, Row},
    records::{Tenant, TenantConfig},
    seed,
    store::Store,
};
use crate::world::rfc3339;

const PLANS: &[&str] = &["free", "starter", "pro", "enterprise"];
const STATUSES: &[&str] = &["active", "suspended", "deleted"];

/// GET `/tenants`
pub(crate) async fn list(
    State(hj): State<Arc<HelloJohn>>,
    _key: Master,
    params: Params,
) -> Outcome<Json<Value>> {
    let status = params.choice("status", STATUSES)?;
    let plan = params.choice("plan", PLANS)?;
    let text = params.text("q").map(str::to_lowercase);
    let store = hj.store();
    let rows = store
        .tenants
        .iter()
        .filter(|one| match status {
            Some(status) => one.status == status,
            None => one.status != "deleted",
        })
        .filter(|one| plan.is_none_or(|plan| one.plan == plan))
        .filter(|one| {
            text.as_ref().is_none_or(|text| {
                one.name.to_lowercase().contains(text) || one.slug.contains(text)
            })
        })
        .map(|one| Row {
            key: rfc3339(one.created_ms),
            id: one.id.clone(),
            body: view(&store, one),
        })
        .collect();
    Page::cut(rows, &params, paging::USUAL).map(|page| Json(page.paginated()))
}

/// A tenant as clients see it.
pub(crate) fn view(store: &Store, tenant: &Tenant) -> Value {
    let users = store
        .users
        .iter()
        .filter(|user| user.tenant_id == tenant.id);
    let organizations = store
        .organizations
        .iter()
        .filter(|one| one.tenant_id == tenant.id);
    tenant.view(users.count(), organizations.count())
}

/// POST `/tenants`
pub(crate) async fn create(
    State(hj): State<Arc<HelloJohn>>,
    _key: Master,
    fields: Fields,
) -> Outcome<Response> {
    let name = fields.required("name")?;
    let now = hj.world.clock.now_ms();
    let mut store = hj.store();
    let mut tenant = seed::tenant(&hj.world, &hj.options, &name, now);
    tenant.slug = organizations::slug_of(&name);
    change(&store, &mut tenant, &fields)?;
    let body = view(&store, &tenant);
    store.tenants.push(tenant);
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// GET `/tenants/{id}`
pub(crate) async fn get(
    State(hj): State<Arc<HelloJohn>>,
    _key: Master,
    Path(id): Path<String>,
) -> Outcome<Json<Value>> {
    let store = hj.store();
    let tenant = store.tenant(&id)?;
    Ok(Json(view(&store, tenant)))
}

/// PATCH `/tenants/{id}`
pub(crate) async fn update(
    State(hj): State<Arc<HelloJohn>>,
    _key: Master,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome<Json<Value>> {
    apply(&hj, &id, &fields)
}

/// Changes a tenant; the tenant as clients see it.
pub(crate) fn apply(hj: &HelloJohn, id: &str, fields: &Fields) -> Outcome<Json<Value>> {
    let mut store = hj.store();
    let mut tenant = store.tenant(id)?.clone();
    change(&store, &mut tenant, fields)?;
    tenant.updated_ms = hj.world.clock.now_ms();
    let body = view(&store, &tenant);
    *store.tenant_mut(id)? = tenant;
    Ok(Json(body))
}

fn change(store: &Store, tenant: &mut Tenant, fields: &Fields) -> Outcome<()> {
    if let Some(name) = fields.text("name")? {
        tenant.name = name;
    }
    if let Some(slug) = fields.text("slug")? {
        tenant.slug = slug;
    }
    let taken = |one: &&Tenant| one.slug == tenant.slug && one.id != tenant.id;
    if store.tenants.iter().any(|one| taken(&one)) {
        return Err(ApiError::conflict(
            "slug_already_exists",
            "A tenant with this slug exists",
        ));
    }
    if let Some(plan) = fields.choice("plan", PLANS)? {
        tenant.plan = plan;
    }
    if let Some(status) = fields.choice("status", STATUSES)? {
        tenant.status = status;
    }
    if fields.has("owner_email") {
        tenant.owner_email = fields.text("owner_email")?;
    }
    if let Some(metadata) = fields.object("public_metadata")? {
        tenant.public_metadata = metadata;
    }
    if let Some(metadata) = fields.object("private_metadata")? {
        tenant.private_metadata = metadata;
    }
    configure(&mut tenant.config, &fields.inner("auth_config")?)?;
    // The control plane's example sends this one at the top.
    if let Some(origins) = fields.texts("allowed_origins")? {
        tenant.config.allowed_origins = origins;
    }
    Ok(())
}

fn configure(config: &mut TenantConfig, fields: &Fields) -> Outcome<()> {
    if let Some(origins) = fields.texts("allowed_origins")? {
        config.allowed_origins = origins;
    }
    if let Some(span) = fields.span_ms("session_duration")? {
        config.session_duration_s = span / 1_000;
    }
    if let Some(required) = fields.flag("mfa_required")? {
        config.mfa_required = required;
    }
    if let Some(length) = fields.value("password_min_length") {
        config.password_min_length = length
            .as_u64()
            .and_then(|length| usize::try_from(length).ok())
            .ok_or_else(|| ApiError::invalid("password_min_length", "must be a number"))?;
    }
    Ok(())
}

/// DELETE `/tenants/{id}`: the tenant stays listed as deleted, its keys stop working.
pub(crate) async fn delete(
    State(hj): State<Arc<HelloJohn>>,
    _key: Master,
    Path(id): Path<String>,
) -> Outcome<StatusCode> {
    hj.store().tenant_mut(&id)?.status = "deleted".to_owned();
    Ok(StatusCode::NO_CONTENT)
}
