//! Searching, impersonating, counting and configuring.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{
    HelloJohn,
    credentials::Secret,
    errors::{ApiError, Outcome},
    events::{Actor, Event},
    fields::{Fields, Params},
    paging::{self, Page},
    records::Session,
    users,
};
use crate::world::rfc3339;

/// POST `/admin/users/search`
pub(crate) async fn search(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let sort = fields.inner("sort")?;
    let field = sort.choice("field", &["created_at", "last_sign_in_at", "email"])?;
    let direction = sort.choice("direction", &["asc", "desc"])?;
    let order = Params::from_pairs([("sort", field), ("order", direction)]);
    let params = fields
        .as_params()
        .merged(fields.inner("filters")?.as_params())
        .merged(order);
    let store = hj.store();
    let rows = users::rows(&store, &key.tenant_id, &params)?;
    Page::cut(rows, &params, paging::USUAL).map(|page| Json(page.paginated()))
}

/// POST `/admin/users/impersonate`: a token of the user, marked with who asked for it.
pub(crate) async fn impersonate(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let user_id = fields.required("user_id")?;
    let reason = fields.text("reason")?;
    let lifetime_ms = fields.span_ms("expires_in")?.unwrap_or(3_600_000);
    let mut store = hj.store();
    let user = store.user(&key.tenant_id, &user_id)?.clone();
    let now = hj.world.clock.now_ms();
    let session = Session {
        id: hj.world.ids.next("ses_"),
        user_id: user_id.clone(),
        tenant_id: key.tenant_id.clone(),
        user_agent: None,
        mfa_verified: false,
        // An impersonation cannot be refreshed, so its token is never told.
        refresh_token: hj.world.ids.next_secret("rt_"),
        spent_refresh_tokens: Vec::new(),
        created_ms: now,
        last_active_ms: now,
        expires_ms: now.saturating_add(lifetime_ms),
        revoked_ms: None,
    };
    let mut claims = hj.claims(&store, &user, &session, lifetime_ms / 1_000);
    claims.insert("act".into(), json!({"sub": key.key_id}));
    let access_token = hj.signed(&claims)?;
    let expires_ms = session.expires_ms;
    let session_id = session.id.clone();
    store.sessions.push(session);
    let event = Event {
        kind: "user.impersonated",
        tenant_id: &key.tenant_id,
        actor: Actor::Key(&key.key_id),
        resource: ("user", &user_id),
        data: json!({"user_id": user_id, "reason": reason}),
    };
    hj.audit(&mut store, &event, "success");
    Ok(Json(json!({
        "access_token": access_token,
        "session_id": session_id,
        "expires_in": lifetime_ms / 1_000,
        "expires_at": rfc3339(expires_ms),
    })))
}

/// GET `/admin/stats`
pub(crate) async fn stats(State(hj): State<Arc<HelloJohn>>, key: Secret) -> Json<Value> {
    let store = hj.store();
    let now = hj.world.clock.now_ms();
    let of_tenant = |tenant: &str| tenant == key.tenant_id;
    let users: Vec<_> = store
        .users
        .iter()
        .filter(|user| of_tenant(&user.tenant_id))
        .collect();
    let sessions: Vec<_> = store
        .sessions
        .iter()
        .filter(|session| of_tenant(&session.tenant_id))
        .collect();
    let with_status = |status: &str| users.iter().filter(|user| user.status == status).count();
    let enrolled = users
        .iter()
        .filter(|user| store.has_active_factor(&user.id))
        .count();
    let audited = |kind: &str| {
        store
            .audit
            .iter()
            .filter(|entry| {
                of_tenant(&entry.tenant_id) && entry.view.get("type") == Some(&json!(kind))
            })
            .count()
    };
    let active = sessions
        .iter()
        .filter(|session| session.status(now) == "active");
    let organizations = store.organizations.iter();
    Json(json!({
        "users": {
            "total": users.len(),
            "active": with_status("active"),
            "disabled": with_status("disabled"),
            "verified": users.iter().filter(|user| user.email_verified).count(),
        },
        "sessions": {"total": sessions.len(), "active": active.count()},
        "mfa": {"enrolled": enrolled},
        "organizations": {
            "total": organizations.filter(|one| of_tenant(&one.tenant_id)).count(),
        },
        "auth": {"sign_ins": audited("user.login"), "failures": audited("user.login_failed")},
    }))
}

/// PATCH `/admin/config`
pub(crate) async fn configure(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let mut store = hj.store();
    let mut config = store.tenant(&key.tenant_id)?.config.clone();
    if let Some(span) = fields.span_ms("access_token_ttl")? {
        config.access_token_ttl_s = span / 1_000;
    }
    if let Some(span) = fields.span_ms("session_duration")? {
        config.session_duration_s = span / 1_000;
    }
    if fields.has("idle_timeout") {
        config.idle_timeout_s = fields.span_ms("idle_timeout")?.map(|span| span / 1_000);
    }
    if let Some(factors) = fields.texts("mfa_allowed_factors")? {
        config.mfa_allowed_factors = factors;
    }
    if let Some(hooks) = fields.object("hooks")? {
        config.hooks = hooks;
    }
    if config.access_token_ttl_s < 1 || config.session_duration_s < 1 {
        return Err(ApiError::invalid(
            "access_token_ttl",
            "must be a second or more",
        ));
    }
    let view = config.view();
    store.tenant_mut(&key.tenant_id)?.config = config;
    Ok(Json(view))
}
