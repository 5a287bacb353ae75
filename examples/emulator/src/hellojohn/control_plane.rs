//! The control plane, `/cp/v1`.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::{Value, json};

use super::{
    HelloJohn,
    credentials::ControlPlaneAdmin,
    errors::{ApiError, Outcome},
    fields::Fields,
    seed, tenants,
    tokens::Claims,
};
use crate::world::rfc3339;

/// Lifetime of an administrator's token.
const LIFETIME_S: i64 = 3_600;

/// POST `/cp/v1/admin/sign-in`
pub(crate) async fn sign_in(
    State(hj): State<Arc<HelloJohn>>,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let email = fields.required("email")?;
    let password = fields.required("password")?;
    if email != seed::ADMIN_EMAIL || password != seed::ADMIN_PASSWORD {
        return Err(ApiError::unauthenticated(
            "invalid_credentials",
            "E-mail or password is not right",
        ));
    }
    let now = hj.world.clock.now_s();
    let mut claims = Claims::new();
    claims.insert("iss".into(), json!(hj.world.origin));
    claims.insert("sub".into(), json!("adm_root"));
    claims.insert("email".into(), json!(email));
    claims.insert("role".into(), json!("super_admin"));
    claims.insert("token_use".into(), json!("cp_admin"));
    claims.insert("iat".into(), json!(now));
    claims.insert("exp".into(), json!(now + LIFETIME_S));
    Ok(Json(json!({
        "access_token": hj.signed(&claims)?,
        "expires_in": LIFETIME_S,
        "expires_at": rfc3339((now + LIFETIME_S) * 1_000),
        "admin": {"id": "adm_root", "email": email},
    })))
}

/// PATCH `/cp/v1/tenants/{id}`
pub(crate) async fn update_tenant(
    State(hj): State<Arc<HelloJohn>>,
    _admin: ControlPlaneAdmin,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome<Json<Value>> {
    tenants::apply(&hj, &id, &fields)
}
