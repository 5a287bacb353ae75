//! The members of an organization.

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
    events::{Actor, Event},
    fields::{Fields, Params},
    organizations,
    paging::{self, Page, Row},
    records::Member,
    store::Store,
};
use crate::world::rfc3339;

/// GET `/organizations/{id}/members`
pub(crate) async fn list(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
    params: Params,
) -> Outcome<Json<Value>> {
    let store = hj.store();
    store.organization(&key.tenant_id, &id)?;
    let role = params.text("role");
    let text = params.text("q").map(str::to_lowercase);
    let rows = store
        .members_of(&id)
        .filter(|member| role.is_none_or(|role| member.role == role))
        .map(|member| (member, store.user(&key.tenant_id, &member.user_id).ok()))
        .filter(|(_, user)| {
            text.as_ref().is_none_or(|text| {
                user.is_some_and(|user| {
                    let name = user.name.as_deref().unwrap_or_default();
                    format!("{} {name}", user.email)
                        .to_lowercase()
                        .contains(text)
                })
            })
        })
        .map(|(member, user)| Row {
            key: rfc3339(member.joined_ms),
            id: member.user_id.clone(),
            body: member.view(user),
        })
        .collect();
    Page::cut(rows, &params, paging::USUAL).map(|page| Json(page.flat()))
}

/// POST `/organizations/{id}/members`
pub(crate) async fn add(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome<Response> {
    let user_id = fields.required("user_id")?;
    let role = fields.required("role")?;
    let mut store = hj.store();
    store.organization(&key.tenant_id, &id)?;
    check_role(&store, &id, &role)?;
    let actor = Actor::Key(&key.key_id);
    let body = join(&hj, &mut store, &key.tenant_id, &id, &user_id, &role, actor)?;
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

pub(crate) fn check_role(store: &Store, organization_id: &str, role: &str) -> Outcome<()> {
    if organizations::known_role(store, organization_id, role) {
        return Ok(());
    }
    Err(ApiError::invalid(
        "role",
        "is not a role of the organization",
    ))
}

/// Makes a user a member and tells the webhooks; the member as clients see it.
pub(crate) fn join(
    hj: &Arc<HelloJohn>,
    store: &mut Store,
    tenant_id: &str,
    organization_id: &str,
    user_id: &str,
    role: &str,
    actor: Actor<'_>,
) -> Outcome<Value> {
    store.user(tenant_id, user_id)?;
    if store
        .members_of(organization_id)
        .any(|member| member.user_id == user_id)
    {
        return Err(ApiError::conflict(
            "member_already_exists",
            "The user is a member",
        ));
    }
    let member = Member {
        organization_id: organization_id.to_owned(),
        user_id: user_id.to_owned(),
        role: role.to_owned(),
        joined_ms: hj.world.clock.now_ms(),
    };
    let body = member.view(store.user(tenant_id, user_id).ok());
    store.members.push(member);
    announce(hj, store, tenant_id, "org.member.added", &body, actor);
    Ok(body)
}

fn announce(
    hj: &Arc<HelloJohn>,
    store: &mut Store,
    tenant_id: &str,
    kind: &str,
    member: &Value,
    actor: Actor<'_>,
) {
    let organization_id = member
        .get("organization_id")
        .and_then(Value::as_str)
        .unwrap_or_default();
    hj.happened(
        store,
        &Event {
            kind,
            tenant_id,
            actor,
            resource: ("organization", organization_id),
            data: json!({"member": member}),
        },
    );
}

/// PATCH `/organizations/{id}/members/{user_id}`
pub(crate) async fn update(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path((id, user_id)): Path<(String, String)>,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let role = fields.required("role")?;
    let mut store = hj.store();
    store.organization(&key.tenant_id, &id)?;
    check_role(&store, &id, &role)?;
    let member = store
        .members
        .iter_mut()
        .find(|member| member.organization_id == id && member.user_id == user_id)
        .ok_or_else(|| ApiError::not_found("member_not_found"))?;
    member.role = role;
    let member = member.clone();
    let user = store.user(&key.tenant_id, &user_id).ok();
    Ok(Json(member.view(user)))
}

/// DELETE `/organizations/{id}/members/{user_id}`
pub(crate) async fn remove(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path((id, user_id)): Path<(String, String)>,
) -> Outcome<StatusCode> {
    let mut store = hj.store();
    store.organization(&key.tenant_id, &id)?;
    let place = store
        .members
        .iter()
        .position(|member| member.organization_id == id && member.user_id == user_id)
        .ok_or_else(|| ApiError::not_found("member_not_found"))?;
    let member = store.members.remove(place);
    let body = member.view(store.user(&key.tenant_id, &user_id).ok());
    let actor = Actor::Key(&key.key_id);
    announce(
        &hj,
        &mut store,
        &key.tenant_id,
        "org.member.removed",
        &body,
        actor,
    );
    Ok(StatusCode::NO_CONTENT)
}
