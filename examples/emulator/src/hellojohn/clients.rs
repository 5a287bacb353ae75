//! Applications registered with the tenant.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{HelloJohn, credentials::Secret, errors::Outcome, fields::Fields, records::Client};
use crate::world::rfc3339;

/// GET `/clients`
pub(crate) async fn list(State(hj): State<Arc<HelloJohn>>, key: Secret) -> Json<Value> {
    let store = hj.store();
    let clients: Vec<&Value> = store
        .clients
        .iter()
        .filter(|one| one.tenant_id == key.tenant_id)
        .map(|one| &one.view)
        .collect();
    Json(json!({"data": clients}))
}

/// POST `/clients`: a machine's secret is told once, here.
pub(crate) async fn create(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    fields: Fields,
) -> Outcome<Response> {
    let name = fields.required("name")?;
    fields.required("type")?;
    let kind = fields.choice("type", &["web", "spa", "native", "machine"])?;
    let list = |name: &str| fields.texts(name).map(Option::unwrap_or_default);
    let view = json!({
        "id": hj.world.ids.next("cli_"),
        "name": name,
        "type": kind,
        "redirect_uris": list("redirect_uris")?,
        "allowed_origins": list("allowed_origins")?,
        "grant_types": list("grant_types")?,
        "post_logout_redirect_uris": list("post_logout_redirect_uris")?,
        "scopes": list("scopes")?,
        "created_at": rfc3339(hj.world.clock.now_ms()),
    });
    let mut body = view.clone();
    if let (Some("machine" | "web"), Value::Object(members)) = (kind.as_deref(), &mut body) {
        let secret = hj.world.ids.next_secret("cs_");
        members.insert("client_secret".into(), json!(secret));
    }
    hj.store().clients.push(Client {
        tenant_id: key.tenant_id,
        view,
    });
    Ok((StatusCode::CREATED, Json(body)).into_response())
}
