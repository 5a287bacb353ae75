//! Every path that PropelAuth knows, in the order of its reference.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{delete, get, post, put},
};
use serde_json::{Value, json};

use super::{
    PropelAuth, accounts, answers::Refusal, api_keys, insights, members, mfa, organizations, scim,
    sessions, single_sign_on, users,
};

type Routes = Router<Arc<PropelAuth>>;

/// Where the verifier key is.
const METADATA: &str = "/api/v1/token_verification_metadata";

/// Paths of the auth URL's own that are not below a prefix of this provider alone.
pub(crate) const SESSION: [&str; 3] = ["/api/v1/refresh_token", "/api/v1/logout", METADATA];

/// The whole project.
pub(crate) fn all(pa: Arc<PropelAuth>) -> Router {
    let backend = people()
        .merge(groups())
        .merge(keys_and_factors())
        .route("/refresh_token", post(sessions::exchange))
        .fallback(|| async { Refusal::not_found() });
    let with_key = Router::new()
        .nest("/api/backend/v1", backend)
        .route(METADATA, get(metadata))
        .route("/propelauth/ssr/token", post(sessions::code))
        .layer(middleware::from_fn_with_state(Arc::clone(&pa), demand_key));
    Router::new()
        .merge(with_key)
        .route("/api/v1/refresh_token", get(sessions::refresh))
        .route("/api/v1/logout", post(sessions::logout))
        .route("/propelauth/oauth/userinfo", get(sessions::user_info))
        .fallback(|| async { Refusal::not_found() })
        .with_state(pa)
}

/// The integration API key opens everything but a browser's own endpoints.
async fn demand_key(State(pa): State<Arc<PropelAuth>>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION);
    let given = given.and_then(|value| value.to_str().ok());
    if given == Some(format!("Bearer {}", pa.api_key()).as_str()) {
        next.run(request).await
    } else {
        (StatusCode::UNAUTHORIZED, "Unauthorized").into_response()
    }
}

/// GET `/api/v1/token_verification_metadata`
async fn metadata(State(pa): State<Arc<PropelAuth>>) -> Json<Value> {
    Json(json!({"verifier_key_pem": pa.key().public_pem()}))
}

fn people() -> Routes {
    Router::new()
        .route("/user/", post(accounts::create))
        .route("/user/email", get(users::by_email))
        .route("/user/username", get(users::by_username))
        .route("/user/query", get(users::query))
        .route("/user/user_ids", post(users::batch_by_id))
        .route("/user/emails", post(users::batch_by_email))
        .route("/user/usernames", post(users::batch_by_username))
        .route("/user/org/{org}", get(users::in_org))
        .route(
            "/user/{id}",
            get(users::by_id)
                .put(accounts::update)
                .delete(accounts::delete),
        )
        .route(
            "/user/{id}/signup_query_parameters",
            get(users::signup_query),
        )
        .route("/user/{id}/mfa", get(users::mfa))
        .route("/user/{id}/oauth_token", get(users::oauth_tokens))
        .route("/user/{id}/{provider}/fresh_token", get(users::fresh_token))
        .route("/user/{id}/email", put(accounts::update_email))
        .route("/user/{id}/password", put(accounts::update_password))
        .route("/user/{id}/clear_password", put(accounts::clear_password))
        .route("/user/{id}/{action}", post(accounts::switch))
        .route(
            "/user/{id}/can_create_orgs/{action}",
            put(accounts::can_create_orgs),
        )
        .route(
            "/resend_email_confirmation",
            post(accounts::resend_confirmation),
        )
        .route("/magic_link", post(accounts::magic_link))
        .route("/access_token", post(accounts::access_token))
        .route("/migrate_user/", post(accounts::migrate))
        .route("/migrate_user/password", post(accounts::migrate_password))
        .route("/employee/{id}", get(accounts::employee))
}

fn groups() -> Routes {
    Router::new()
        .route("/org/", post(organizations::create))
        .route(
            "/org/query",
            get(organizations::query).post(organizations::query_by_body),
        )
        .route("/org/add_user", post(members::add))
        .route("/org/change_role", post(members::change_role))
        .route("/org/remove_user", post(members::remove))
        .route(
            "/org/{id}",
            get(organizations::by_id)
                .put(organizations::update)
                .delete(organizations::delete),
        )
        .route("/custom_role_mappings", get(organizations::role_mappings))
        .route("/invite_user", post(members::invite))
        .route("/invite_user_by_id", post(members::invite_by_id))
        .route(
            "/pending_org_invites",
            get(organizations::invites).delete(organizations::revoke_invite),
        )
        .route("/org/{id}/allow_saml", post(single_sign_on::allow))
        .route("/org/{id}/disallow_saml", post(single_sign_on::disallow))
        .route(
            "/org/{id}/create_saml_connection_link",
            post(single_sign_on::connection_link),
        )
        .route("/saml_sp_metadata/{id}", get(single_sign_on::sp_metadata))
        .route("/saml_idp_metadata", post(single_sign_on::set_saml))
        .route("/oidc_idp_metadata", post(single_sign_on::set_oidc))
        .route(
            "/saml_idp_metadata/go_live/{id}",
            post(single_sign_on::go_live),
        )
        .route(
            "/saml_idp_metadata/{id}",
            delete(single_sign_on::disconnect),
        )
        .route("/scim/{org}/groups", get(scim::list))
        .route("/scim/{org}/groups/{group}", get(scim::get))
}

fn keys_and_factors() -> Routes {
    Router::new()
        .route(
            "/end_user_api_keys",
            get(api_keys::current).post(api_keys::create),
        )
        .route("/end_user_api_keys/archived", get(api_keys::archived))
        .route("/end_user_api_keys/import", post(api_keys::import))
        .route("/end_user_api_keys/validate", post(api_keys::validate))
        .route(
            "/end_user_api_keys/validate_imported",
            post(api_keys::validate_imported),
        )
        .route("/end_user_api_keys/usage", get(api_keys::usage))
        .route(
            "/end_user_api_keys/{id}",
            get(api_keys::get)
                .patch(api_keys::update)
                .delete(api_keys::delete),
        )
        .route("/mfa/step-up/verify-totp", post(mfa::verify_totp))
        .route("/mfa/step-up/phone/send", post(mfa::send_sms))
        .route("/mfa/step-up/phone/verify", post(mfa::verify_sms))
        .route("/mfa/step-up/verify-grant", post(mfa::verify_grant))
        .route("/user_report/{report}", get(insights::of_users))
        .route("/org_report/{report}", get(insights::of_orgs))
        .route("/chart_metrics/{metric}", get(insights::chart))
}
