//! Every path that HelloJohn knows, in the order of its reference.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    middleware,
    routing::{delete, get, patch, post},
};
use serde_json::Value;

use super::{
    HelloJohn, admin, api_keys, audit, auth, clients, control_plane, envelope,
    errors::{ApiError, Outcome},
    invitations, magic_links, members, mfa, oauth, organizations, passwords, sessions, tenants,
    tokens, users, webhooks,
};
use crate::locked;

type Routes = Router<Arc<HelloJohn>>;

/// The whole server.
pub(crate) fn all(hj: Arc<HelloJohn>) -> Router {
    let v1 = signing_in()
        .merge(people())
        .merge(groups())
        .merge(settings())
        .route("/jwks/{tenant}", get(tenant_jwks));
    Router::new()
        .nest("/v1", v1)
        .route("/cp/v1/admin/sign-in", post(control_plane::sign_in))
        .route("/cp/v1/tenants/{id}", patch(control_plane::update_tenant))
        .route("/.well-known/jwks.json", get(jwks))
        .fallback(|| async { ApiError::not_found("not_found") })
        .method_not_allowed_fallback(|| async { ApiError::method_not_allowed() })
        .layer(middleware::from_fn_with_state(
            Arc::clone(&hj),
            envelope::wrap,
        ))
        .with_state(hj)
}

fn signing_in() -> Routes {
    Router::new()
        .route("/auth/sign-up", post(auth::sign_up))
        .route("/auth/sign-in", post(auth::sign_in))
        .route("/auth/sign-out", post(auth::sign_out))
        .route("/auth/token/refresh", post(auth::refresh))
        .route("/auth/me", get(auth::me))
        .route("/auth/password/change", post(passwords::change))
        .route("/auth/password/forgot", post(passwords::forgot))
        .route("/auth/password/reset", post(passwords::reset))
        .route("/auth/magic-link", post(magic_links::send))
        .route("/auth/magic-link/verify", post(magic_links::verify))
        .route("/auth/oauth/{provider}/authorize", get(oauth::authorize))
        .route("/auth/oauth/{provider}/callback", post(oauth::callback))
        .route("/mfa/verify", post(mfa::verify))
}

fn people() -> Routes {
    Router::new()
        .route("/users", get(users::list).post(users::create))
        .route(
            "/users/{id}",
            get(users::get).patch(users::update).delete(users::delete),
        )
        .route("/users/{id}/disable", post(users::disable))
        .route("/users/{id}/enable", post(users::enable))
        .route("/users/{id}/mfa/factors", get(mfa::list).post(mfa::enroll))
        .route(
            "/users/{id}/mfa/factors/{factor}/confirm",
            post(mfa::confirm),
        )
        .route("/users/{id}/mfa/factors/{factor}", delete(mfa::remove))
        .route("/admin/users/search", post(admin::search))
        .route("/admin/users/impersonate", post(admin::impersonate))
        .route("/admin/stats", get(admin::stats))
        .route("/admin/config", patch(admin::configure))
        .route("/sessions", get(sessions::list))
        .route("/sessions/verify", post(sessions::verify))
        .route(
            "/sessions/{id}",
            get(sessions::get).delete(sessions::revoke),
        )
}

fn groups() -> Routes {
    Router::new()
        .route(
            "/organizations",
            get(organizations::list).post(organizations::create),
        )
        .route("/organizations/slug/{slug}", get(organizations::by_slug))
        .route(
            "/organizations/{id}",
            get(organizations::get)
                .patch(organizations::update)
                .delete(organizations::delete),
        )
        .route(
            "/organizations/{id}/members",
            get(members::list).post(members::add),
        )
        .route(
            "/organizations/{id}/members/{user}",
            patch(members::update).delete(members::remove),
        )
        .route(
            "/organizations/{id}/invitations",
            get(invitations::list).post(invitations::create),
        )
        .route(
            "/organizations/{id}/invitations/{invitation}",
            delete(invitations::withdraw),
        )
        .route("/invitations/{token}/accept", post(invitations::accept))
        .route("/organizations/{id}/roles", post(organizations::add_role))
}

fn settings() -> Routes {
    Router::new()
        .route("/api-keys", get(api_keys::list).post(api_keys::create))
        .route("/api-keys/{id}", delete(api_keys::revoke))
        .route("/webhooks", get(webhooks::list).post(webhooks::create))
        .route(
            "/webhooks/{id}",
            patch(webhooks::update).delete(webhooks::delete),
        )
        .route("/webhooks/{id}/test", post(webhooks::test))
        .route("/clients", get(clients::list).post(clients::create))
        .route("/audit-logs", get(audit::list))
        .route("/audit-logs/export", get(audit::export))
        .route("/tenants", get(tenants::list).post(tenants::create))
        .route(
            "/tenants/{id}",
            get(tenants::get)
                .patch(tenants::update)
                .delete(tenants::delete),
        )
}

/// GET `/.well-known/jwks.json`
async fn jwks(State(hj): State<Arc<HelloJohn>>) -> Json<Value> {
    Json(tokens::jwks(&locked(&hj.ring)))
}

/// GET `/v1/jwks/{tenant}`: one key set serves all tenants.
async fn tenant_jwks(
    State(hj): State<Arc<HelloJohn>>,
    Path(tenant): Path<String>,
) -> Outcome<Json<Value>> {
    hj.store().tenant(&tenant)?;
    Ok(Json(tokens::jwks(&locked(&hj.ring))))
}
