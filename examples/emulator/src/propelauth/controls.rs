//! PropelAuth's test controls, below `/__emulator/propelauth`.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::post,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    PropelAuth, sessions,
    tokens::{self, Order},
    webhooks,
};
use crate::{controls::read, locked};

type Project = State<Arc<PropelAuth>>;

/// The controls.
pub(crate) fn routes(pa: Arc<PropelAuth>) -> Router {
    Router::new()
        .route("/keys/rotate", post(rotate))
        .route("/mint", post(mint))
        .route("/sign-in", post(sign_in))
        .route("/webhooks/sign", post(sign))
        .with_state(pa)
}

/// The other key signs from now on, and is the one that is published.
async fn rotate(State(pa): Project) -> Json<Value> {
    let mut key = locked(&pa.key);
    *key = key.other();
    Json(json!({"verifier_key": key.public_pem()}))
}

async fn mint(State(pa): Project, body: String) -> Response {
    match read::<Order>(&body) {
        Ok(order) => match tokens::ordered(&pa, &order) {
            Ok(minted) => Json(minted).into_response(),
            Err(refusal) => refusal.into_response(),
        },
        Err(refusal) => *refusal,
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Who {
    /// A user name, an address or an id. Default alice.
    user: Option<String>,
}

/// What a browser holds after the hosted page has signed somebody in.
async fn sign_in(State(pa): Project, body: String) -> Response {
    let who = match read::<Who>(&body) {
        Ok(who) => who.user.unwrap_or_else(|| "alice".to_owned()),
        Err(refusal) => return *refusal,
    };
    match sessions::sign_in(&pa, &who) {
        Ok(token) => {
            let cookie = format!("{}={token}", sessions::COOKIE);
            Json(json!({"refresh_token": token, "cookie": cookie})).into_response()
        }
        Err(refusal) => refusal.into_response(),
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ToSign {
    /// A string is signed as it is, anything else as compact JSON.
    body: Option<Value>,
    /// Default: a new one.
    id: Option<String>,
    /// Unix seconds. Default: now.
    timestamp: Option<Value>,
    /// Default: the ready line's.
    secret: Option<String>,
}

async fn sign(State(pa): Project, body: String) -> Response {
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
        None => pa.world.clock.now_s().to_string(),
    };
    let id = order.id.unwrap_or_else(|| pa.world.ids.next_aside("msg_"));
    let secret = order.secret.unwrap_or_else(|| pa.webhook_secret());
    let headers = webhooks::headers(&secret, &id, &timestamp, body.as_bytes());
    Json(json!({"headers": headers, "body": body})).into_response()
}
