//! Sessions: listing, ending and checking them.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::{
    HelloJohn,
    credentials::Secret,
    errors::Outcome,
    events::{Actor, Event},
    fields::{Fields, Params},
    paging::{self, Page, Row},
    store::Store,
};
use crate::world::rfc3339;

/// GET `/sessions`
pub(crate) async fn list(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    params: Params,
) -> Outcome<Json<Value>> {
    let status = params.choice("status", &["active", "expired", "revoked"])?;
    let user = params.text("user_id");
    let now = hj.world.clock.now_ms();
    let rows = hj
        .store()
        .sessions
        .iter()
        .filter(|session| session.tenant_id == key.tenant_id)
        .filter(|session| user.is_none_or(|user| session.user_id == user))
        .filter(|session| status.is_none_or(|status| session.status(now) == status))
        .map(|session| Row {
            key: rfc3339(session.created_ms),
            id: session.id.clone(),
            body: session.view(now),
        })
        .collect();
    Page::cut(rows, &params, paging::USUAL).map(|page| Json(page.paginated()))
}

/// GET `/sessions/{id}`
pub(crate) async fn get(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
) -> Outcome<Json<Value>> {
    let store = hj.store();
    let session = store.session(&key.tenant_id, &id)?;
    Ok(Json(session.view(hj.world.clock.now_ms())))
}

/// DELETE `/sessions/{id}`
pub(crate) async fn revoke(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
) -> Outcome<StatusCode> {
    let actor = Actor::Key(&key.key_id);
    hj.revoke_session(&mut hj.store(), &key.tenant_id, &id, actor)?;
    Ok(StatusCode::NO_CONTENT)
}

/// POST `/sessions/verify`: an invalid token is a result, not an error.
pub(crate) async fn verify(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let token = fields.required("token")?;
    let store = hj.store();
    let now = hj.world.clock.now_ms();
    let claims = hj.checked(&token).ok().filter(|claims| {
        let claim = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        claim("tenant_id") == key.tenant_id
            && store.check_session_lives(claim("session_id"), now).is_ok()
    });
    Ok(Json(match claims {
        None => json!({"valid": false, "error": {"message": "The token is not valid"}}),
        Some(claims) => {
            let id = claims.get("session_id").and_then(Value::as_str);
            let session = id.and_then(|id| store.session(&key.tenant_id, id).ok());
            json!({
                "valid": true,
                "session_id": id,
                "user_id": claims.get("sub"),
                "tenant_id": key.tenant_id,
                "payload": claims,
                "session": session.map(|session| session.view(now)),
            })
        }
    }))
}

impl HelloJohn {
    /// Ends a session; ending it again changes nothing.
    pub(crate) fn revoke_session(
        self: &Arc<Self>,
        store: &mut Store,
        tenant_id: &str,
        id: &str,
        actor: Actor<'_>,
    ) -> Outcome<()> {
        let now = self.world.clock.now_ms();
        store.session(tenant_id, id)?;
        let live = store
            .sessions
            .iter_mut()
            .find(|session| session.id == id && session.revoked_ms.is_none());
        let Some(session) = live else {
            return Ok(());
        };
        session.revoked_ms = Some(now);
        let data = json!({"session": session.view(now)});
        self.happened(
            store,
            &Event {
                kind: "session.revoked",
                tenant_id,
                actor,
                resource: ("session", id),
                data,
            },
        );
        Ok(())
    }

    /// Ends every session of a user.
    pub(crate) fn revoke_sessions_of(
        self: &Arc<Self>,
        store: &mut Store,
        tenant_id: &str,
        user_id: &str,
        actor: Actor<'_>,
    ) {
        let ids: Vec<String> = store
            .sessions
            .iter()
            .filter(|session| session.tenant_id == tenant_id && session.user_id == user_id)
            .map(|session| session.id.clone())
            .collect();
        for id in ids {
            // The ids were read from this very table.
            let _ = self.revoke_session(store, tenant_id, &id, actor);
        }
    }
}
