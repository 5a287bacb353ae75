//! Invitations into organizations.

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
    members,
    paging::{self, Page, Row},
    records::Invitation,
    store::Store,
    users::{self, NewUser},
};
use crate::world::rfc3339;

/// How long an invitation stands unless it says otherwise.
const LIFETIME_MS: i64 = 7 * 86_400_000;

/// GET `/organizations/{id}/invitations`
pub(crate) async fn list(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
    params: Params,
) -> Outcome<Json<Value>> {
    let store = hj.store();
    store.organization(&key.tenant_id, &id)?;
    let now = hj.world.clock.now_ms();
    let rows = store
        .invitations
        .iter()
        .filter(|one| one.organization_id == id)
        .map(|one| Row {
            key: rfc3339(one.created_ms),
            id: one.id.clone(),
            body: one.view(now),
        })
        .collect();
    Page::cut(rows, &params, paging::USUAL).map(|page| Json(page.paginated()))
}

/// POST `/organizations/{id}/invitations`: the token is told once, here.
pub(crate) async fn create(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome<Response> {
    let email = fields.required("email")?;
    let role = fields.required("role")?;
    let redirect_url = fields.required("redirect_url")?;
    users::check_email(&email)?;
    let lifetime_ms = fields.span_ms("expires_in")?.unwrap_or(LIFETIME_MS);
    let mut store = hj.store();
    store.organization(&key.tenant_id, &id)?;
    members::check_role(&store, &id, &role)?;
    let now = hj.world.clock.now_ms();
    let invitation = Invitation {
        id: hj.world.ids.next("inv_"),
        organization_id: id,
        email,
        role,
        token: hj.world.ids.next_secret("invt_"),
        accepted: false,
        expires_ms: now.saturating_add(lifetime_ms),
        created_ms: now,
    };
    let mut body = invitation.view(now);
    let content = json!({"token": invitation.token, "redirect_url": redirect_url});
    hj.send_message("invitation", &invitation.email, content);
    store.invitations.push(invitation.clone());
    let actor = Actor::Key(&key.key_id);
    announce(
        &hj,
        &mut store,
        &key.tenant_id,
        "org.invitation.sent",
        &invitation,
        actor,
    );
    if let Value::Object(members) = &mut body {
        members.insert("token".into(), json!(invitation.token));
    }
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

fn announce(
    hj: &Arc<HelloJohn>,
    store: &mut Store,
    tenant_id: &str,
    kind: &str,
    invitation: &Invitation,
    actor: Actor<'_>,
) {
    hj.happened(
        store,
        &Event {
            kind,
            tenant_id,
            actor,
            resource: ("organization", &invitation.organization_id),
            data: json!({"invitation": invitation.view(hj.world.clock.now_ms())}),
        },
    );
}

/// DELETE `/organizations/{id}/invitations/{inv_id}`
pub(crate) async fn withdraw(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path((id, invitation_id)): Path<(String, String)>,
) -> Outcome<StatusCode> {
    let mut store = hj.store();
    store.organization(&key.tenant_id, &id)?;
    let place = store
        .invitations
        .iter()
        .position(|one| one.organization_id == id && one.id == invitation_id)
        .ok_or_else(|| ApiError::not_found("invitation_not_found"))?;
    store.invitations.remove(place);
    Ok(StatusCode::NO_CONTENT)
}

/// POST `/invitations/{token}/accept`: creates the account if there is none.
pub(crate) async fn accept(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(token): Path<String>,
) -> Outcome<Json<Value>> {
    let mut store = hj.store();
    let now = hj.world.clock.now_ms();
    let invitation = store
        .invitations
        .iter()
        .find(|one| one.token == token)
        .cloned()
        .ok_or_else(|| ApiError::not_found("invitation_not_found"))?;
    store.organization(&key.tenant_id, &invitation.organization_id)?;
    if invitation.accepted {
        return Err(ApiError::conflict(
            "invitation_already_accepted",
            "The invitation was accepted before",
        ));
    }
    if invitation.expires_ms <= now {
        return Err(ApiError::bad_request(
            "invitation_expired",
            "The invitation has expired",
        ));
    }
    let user_id = invited_user(&hj, &mut store, &key.tenant_id, &invitation)?;
    let actor = Actor::User(&user_id);
    let body = members::join(
        &hj,
        &mut store,
        &key.tenant_id,
        &invitation.organization_id,
        &user_id,
        &invitation.role,
        actor,
    )?;
    if let Some(kept) = store.invitations.iter_mut().find(|one| one.token == token) {
        kept.accepted = true;
    }
    announce(
        &hj,
        &mut store,
        &key.tenant_id,
        "org.invitation.accepted",
        &invitation,
        actor,
    );
    Ok(Json(body))
}

fn invited_user(
    hj: &Arc<HelloJohn>,
    store: &mut Store,
    tenant_id: &str,
    invitation: &Invitation,
) -> Outcome<String> {
    if let Some(user) = store.user_by_email(tenant_id, &invitation.email) {
        return Ok(user.id.clone());
    }
    let new = NewUser {
        email: invitation.email.clone(),
        email_verified: true,
        role: "member".to_owned(),
        ..NewUser::default()
    };
    users::create_in(hj, store, tenant_id, new, Actor::System)
}
