//! Signing up, in and out, refreshing, and who am I.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    HelloJohn,
    credentials::{Access, Caller, Publishable, TenantOnly},
    errors::{ApiError, Outcome},
    events::{Actor, Event},
    fields::Fields,
    mfa, passwords,
    records::{Session, User},
    store::Store,
    users::{self, NewUser},
};
use crate::world::rfc3339;

/// POST `/auth/sign-up`
pub(crate) async fn sign_up(
    State(hj): State<Arc<HelloJohn>>,
    key: Publishable,
    caller: Caller,
    fields: Fields,
) -> Outcome {
    let new = NewUser {
        password: Some(fields.required("password")?),
        email_verified: false,
        role: "member".to_owned(),
        public_metadata: fields.object("metadata")?,
        ..NewUser::from_fields(&fields)?
    };
    let mut store = hj.store();
    let user_id = users::create_in(&hj, &mut store, &key.tenant_id, new, Actor::System)?;
    let answer = hj.open_session(&mut store, &key.tenant_id, &user_id, &caller, false)?;
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// POST `/auth/sign-in`
pub(crate) async fn sign_in(
    State(hj): State<Arc<HelloJohn>>,
    key: Publishable,
    caller: Caller,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let email = fields.required("email")?;
    let password = fields.required("password")?;
    let mut store = hj.store();
    let user = store.user_by_email(&key.tenant_id, &email).cloned();
    let user = match user {
        Some(user) if passwords::fits(user.password.as_deref(), &password) => user,
        other => {
            note_failure(&hj, &mut store, &key.tenant_id, other.as_ref());
            return Err(ApiError::unauthenticated(
                "invalid_credentials",
                "E-mail or password is not right",
            ));
        }
    };
    hj.check_may_sign_in(&user)?;
    if store.has_active_factor(&user.id) {
        return Err(mfa::challenge(&hj, &mut store, &user));
    }
    hj.open_session(&mut store, &key.tenant_id, &user.id, &caller, false)
        .map(Json)
}

fn note_failure(hj: &Arc<HelloJohn>, store: &mut Store, tenant_id: &str, user: Option<&User>) {
    let id = user.map_or("unknown", |user| user.id.as_str());
    let event = Event {
        kind: "user.login_failed",
        tenant_id,
        actor: Actor::User(id),
        resource: ("user", id),
        data: Value::Null,
    };
    hj.audit(store, &event, "failure");
}

/// POST `/auth/sign-out`; `{"scope": "global"}` ends every session of the user.
pub(crate) async fn sign_out(
    State(hj): State<Arc<HelloJohn>>,
    access: Access,
    fields: Fields,
) -> Outcome<StatusCode> {
    let scope = fields.choice("scope", &["local", "global"])?;
    let mut store = hj.store();
    let actor = Actor::User(&access.user_id);
    if scope.as_deref() == Some("global") {
        hj.revoke_sessions_of(&mut store, &access.tenant_id, &access.user_id, actor);
    } else {
        // A minted token may name a session that was never kept.
        let _ = hj.revoke_session(&mut store, &access.tenant_id, &access.session_id, actor);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// GET `/auth/me`
pub(crate) async fn me(State(hj): State<Arc<HelloJohn>>, access: Access) -> Outcome<Json<Value>> {
    let store = hj.store();
    let user = store.user(&access.tenant_id, &access.user_id)?;
    Ok(Json(user.view(store.has_active_factor(&user.id))))
}

/// POST `/auth/token/refresh`: the old token dies, using it again ends the session.
pub(crate) async fn refresh(
    State(hj): State<Arc<HelloJohn>>,
    key: TenantOnly,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let token = fields.required("refresh_token")?;
    let mut store = hj.store();
    let now = hj.world.clock.now_ms();
    let session_id = session_of_refresh_token(&hj, &mut store, &key.tenant_id, &token)?;
    let next = hj.world.ids.next_secret("rt_");
    let config = store.tenant(&key.tenant_id)?.config.clone();
    let session = store
        .sessions
        .iter_mut()
        .find(|session| session.id == session_id)
        .ok_or_else(refresh_invalid)?;
    let idle_too_long = config
        .idle_timeout_s
        .is_some_and(|idle| session.last_active_ms + idle * 1_000 <= now);
    if session.status(now) == "expired" || idle_too_long {
        return Err(ApiError::unauthenticated(
            "refresh_token_expired",
            "The refresh token has expired",
        ));
    }
    let spent = std::mem::replace(&mut session.refresh_token, next.clone());
    session.spent_refresh_tokens.push(spent);
    session.last_active_ms = now;
    let session = session.clone();
    let user = store.user(&key.tenant_id, &session.user_id)?.clone();
    hj.check_may_sign_in(&user)?;
    let claims = hj.claims(&store, &user, &session, config.access_token_ttl_s);
    Ok(Json(json!({
        "access_token": hj.signed(&claims)?,
        "refresh_token": next,
        "expires_in": config.access_token_ttl_s,
        "token_type": "Bearer",
    })))
}

fn refresh_invalid() -> ApiError {
    ApiError::unauthenticated("refresh_token_invalid", "The refresh token is not valid")
}

/// The live session of a refresh token; a spent token revokes its session.
fn session_of_refresh_token(
    hj: &Arc<HelloJohn>,
    store: &mut Store,
    tenant_id: &str,
    token: &str,
) -> Outcome<String> {
    let spent = |session: &Session| session.spent_refresh_tokens.iter().any(|old| old == token);
    let found = store
        .sessions
        .iter()
        .filter(|session| session.tenant_id == tenant_id)
        .find(|session| session.refresh_token == token || spent(session))
        .ok_or_else(refresh_invalid)?;
    if found.revoked_ms.is_some() {
        return Err(ApiError::unauthenticated(
            "session_revoked",
            "The session was revoked",
        ));
    }
    let id = found.id.clone();
    if spent(found) {
        let actor = Actor::System;
        hj.revoke_session(store, tenant_id, &id, actor)?;
        return Err(refresh_invalid().with("reused", json!(true)));
    }
    Ok(id)
}

impl HelloJohn {
    /// Refuses users that are disabled or banned.
    pub(crate) fn check_may_sign_in(&self, user: &User) -> Outcome<()> {
        match user.status.as_str() {
            "disabled" | "banned" => Err(ApiError::forbidden(
                "account_locked",
                "The account is disabled",
            )),
            _ => Ok(()),
        }
    }

    /// Starts a session; the answer to everything that signs a user in.
    pub(crate) fn open_session(
        self: &Arc<Self>,
        store: &mut Store,
        tenant_id: &str,
        user_id: &str,
        caller: &Caller,
        mfa_verified: bool,
    ) -> Outcome<Value> {
        let now = self.world.clock.now_ms();
        let config = store.tenant(tenant_id)?.config.clone();
        let user = store.user_mut(tenant_id, user_id)?;
        user.last_sign_in_ms = Some(now);
        let user = user.clone();
        let session = Session {
            id: self.world.ids.next("ses_"),
            user_id: user_id.to_owned(),
            tenant_id: tenant_id.to_owned(),
            user_agent: caller.user_agent.clone(),
            mfa_verified,
            refresh_token: self.world.ids.next_secret("rt_"),
            spent_refresh_tokens: Vec::new(),
            created_ms: now,
            last_active_ms: now,
            expires_ms: now + config.session_duration_s * 1_000,
            revoked_ms: None,
        };
        let claims = self.claims(store, &user, &session, config.access_token_ttl_s);
        let access_token = self.signed(&claims)?;
        let answer = json!({
            "user": user.own_view(),
            "session": {
                "id": session.id,
                "access_token": access_token,
                "refresh_token": session.refresh_token,
                "access_token_expires_at": rfc3339(now + config.access_token_ttl_s * 1_000),
                "refresh_token_expires_at": rfc3339(session.expires_ms),
            },
        });
        store.sessions.push(session.clone());
        self.announce_sign_in(store, &user, &session);
        Ok(answer)
    }

    fn announce_sign_in(self: &Arc<Self>, store: &mut Store, user: &User, session: &Session) {
        let now = self.world.clock.now_ms();
        let actor = Actor::User(&user.id);
        let created = Event {
            kind: "session.created",
            tenant_id: &user.tenant_id,
            actor,
            resource: ("session", &session.id),
            data: json!({"session": session.view(now)}),
        };
        self.happened(store, &created);
        let login = Event {
            kind: "user.login",
            resource: ("user", &user.id),
            data: json!({"user": user.own_view(), "session": session.view(now)}),
            ..created
        };
        self.happened(store, &login);
    }
}

/// The answer of calls that open a session.
pub(crate) fn signed_in(answer: Value) -> Response {
    Json(answer).into_response()
}
