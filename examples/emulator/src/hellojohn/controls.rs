//! HelloJohn's test controls: keys, tokens, webhooks, messages, tenants, limits.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    HelloJohn,
    mint::{self, Order},
    options::Limits,
    seed,
    signing::{self, Format},
    tokens, totp,
};
use crate::{
    controls::{read, refused},
    locked,
};

type Hj = State<Arc<HelloJohn>>;

/// The controls, relative to `/__emulator` and `/__emulator/hellojohn`.
pub(crate) fn routes(hj: Arc<HelloJohn>) -> Router {
    Router::new()
        .route("/keys/rotate", post(rotate))
        .route("/keys/withdraw", post(withdraw))
        .route("/mint", post(mint_token))
        .route("/webhooks/sign", post(sign))
        .route("/webhooks/send", post(send))
        .route(
            "/webhooks/deliveries",
            get(deliveries).delete(forget_deliveries),
        )
        .route("/outbox", get(outbox).delete(forget_outbox))
        .route("/totp", post(totp_code))
        .route("/tenants", post(tenant))
        .route("/rate-limits", get(limits).post(set_limits))
        .with_state(hj)
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Rotation {
    grace: bool,
}

async fn rotate(State(hj): Hj, body: String) -> Response {
    let rotation = match read::<Rotation>(&body) {
        Ok(rotation) => rotation,
        Err(refusal) => return *refusal,
    };
    let ids = &hj.world.ids;
    let mut ring = locked(&hj.ring);
    ring.rotate(tokens::next_kid(ids), rotation.grace, ids);
    Json(ring.view()).into_response()
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Withdrawal {
    kid: Option<String>,
}

async fn withdraw(State(hj): Hj, body: String) -> Response {
    let withdrawal = match read::<Withdrawal>(&body) {
        Ok(withdrawal) => withdrawal,
        Err(refusal) => return *refusal,
    };
    let mut ring = locked(&hj.ring);
    ring.withdraw(withdrawal.kid.as_deref());
    Json(ring.view()).into_response()
}

async fn mint_token(State(hj): Hj, body: String) -> Response {
    match read::<Order>(&body) {
        Ok(order) => match mint::mint(&hj, order) {
            Ok(minted) => Json(minted).into_response(),
            Err(error) => error.into_response(),
        },
        Err(refusal) => *refusal,
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ToSign {
    /// A string is signed as it is, anything else as compact JSON.
    body: Option<Value>,
    /// Unix seconds, or any text. Default: now.
    timestamp: Option<Value>,
    /// Default: the ready line's.
    secret: Option<String>,
    /// `A` to `E`. Default `A`.
    format: Option<String>,
}

async fn sign(State(hj): Hj, body: String) -> Response {
    let order = match read::<ToSign>(&body) {
        Ok(order) => order,
        Err(refusal) => return *refusal,
    };
    let body = match order.body {
        Some(Value::String(text)) => text,
        Some(value) => value.to_string(),
        None => String::new(),
    };
    let timestamp = match order.timestamp {
        Some(Value::String(text)) => text,
        Some(value) => value.to_string(),
        None => hj.world.clock.now_s().to_string(),
    };
    let Some(format) = Format::named(order.format.as_deref().unwrap_or("A")) else {
        return refused(StatusCode::BAD_REQUEST, "format is one of A, B, C, D, E");
    };
    let secret = order.secret.unwrap_or(hj.seeded().webhook_secret);
    let headers = signing::headers(format, &secret, &timestamp, body.as_bytes());
    Json(json!({"headers": headers, "body": body})).into_response()
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ToSend {
    #[serde(rename = "type")]
    kind: String,
    data: Map<String, Value>,
    tenant: Option<String>,
}

async fn send(State(hj): Hj, body: String) -> Response {
    let order = match read::<ToSend>(&body) {
        Ok(order) if !order.kind.is_empty() => order,
        Ok(_) => return refused(StatusCode::BAD_REQUEST, "type is required"),
        Err(refusal) => return *refusal,
    };
    let tenant_id = order.tenant.unwrap_or(hj.seeded().tenant_id);
    let sent = hj.send_event(&order.kind, &tenant_id, &Value::Object(order.data));
    Json(json!({"endpoints": sent})).into_response()
}

async fn deliveries(State(hj): Hj) -> Json<Value> {
    Json(json!({"deliveries": *locked(&hj.attempts)}))
}

async fn forget_deliveries(State(hj): Hj) -> StatusCode {
    locked(&hj.attempts).clear();
    StatusCode::NO_CONTENT
}

async fn outbox(State(hj): Hj) -> Json<Value> {
    Json(json!({"messages": *locked(&hj.outbox)}))
}

async fn forget_outbox(State(hj): Hj) -> StatusCode {
    locked(&hj.outbox).clear();
    StatusCode::NO_CONTENT
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct WhoseCode {
    /// A seeded name, an id or an e-mail. Default carol.
    user: Option<String>,
}

/// What the user's authenticator app shows now.
async fn totp_code(State(hj): Hj, body: String) -> Response {
    let wanted = match read::<WhoseCode>(&body) {
        Ok(order) => order.user.unwrap_or_else(|| "carol".to_owned()),
        Err(refusal) => return *refusal,
    };
    let store = hj.store();
    let user = store.users.iter().find(|user| {
        user.id == wanted
            || user.email == wanted
            || user.username.as_deref() == Some(wanted.as_str())
    });
    let factor = store
        .factors
        .iter()
        .find(|factor| factor.kind == "totp" && user.is_some_and(|user| user.id == factor.user_id));
    match factor {
        Some(factor) => {
            let code = totp::code_at(&factor.totp_secret, hj.world.clock.now_s().div_euclid(30));
            Json(json!({"factor_id": factor.id, "code": code})).into_response()
        }
        None => refused(StatusCode::NOT_FOUND, "the user has no authenticator app"),
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct NewTenant {
    name: Option<String>,
}

/// Another tenant with keys of its own, which no documented endpoint gives.
async fn tenant(State(hj): Hj, body: String) -> Response {
    let name = match read::<NewTenant>(&body) {
        Ok(order) => order.name.unwrap_or_else(|| "Other".to_owned()),
        Err(refusal) => return *refusal,
    };
    let now = hj.world.clock.now_ms();
    let mut store = hj.store();
    let tenant = seed::tenant(&hj.world, &hj.options, &name, now);
    let tenant_id = tenant.id.clone();
    store.tenants.push(tenant);
    let (secret_key, publishable_key) = seed::sow_keys(&hj.world, &mut store, &tenant_id, now);
    Json(json!({
        "tenant_id": tenant_id,
        "secret_key": secret_key,
        "publishable_key": publishable_key,
    }))
    .into_response()
}

async fn limits(State(hj): Hj) -> Json<Limits> {
    Json(hj.limits.limits())
}

async fn set_limits(State(hj): Hj, body: String) -> Response {
    match read::<Limits>(&body) {
        Ok(limits) => hj.limits.replace(limits),
        Err(refusal) => return *refusal,
    }
    Json(hj.limits.limits()).into_response()
}
