//! The controls of a provider with a ring of keys: rotation, withdrawal, tokens to order.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use serde::Deserialize;

use crate::{
    controls::{read, refused},
    locked,
    minting::{self, Claims, Order},
    signing_keys::Ring,
    world::World,
};

/// A provider that issues tokens.
pub(crate) trait Issues: Send + Sync + 'static {
    /// Its keys.
    fn ring(&self) -> &Mutex<Ring>;
    /// Clock and ids.
    fn world(&self) -> &World;
    /// A name for a new key.
    fn next_kid(&self) -> String;
    /// The header's `typ` and the claims of a good token that fits an order; or what is wrong
    /// with the order.
    fn claims(&self, order: &Order) -> Result<(&'static str, Claims), &'static str>;
}

/// `keys/rotate`, `keys/withdraw` and `mint`.
pub(crate) fn controls<P: Issues>(provider: Arc<P>) -> Router {
    Router::new()
        .route("/keys/rotate", post(rotate::<P>))
        .route("/keys/withdraw", post(withdraw::<P>))
        .route("/mint", post(mint::<P>))
        .with_state(provider)
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Rotation {
    grace: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Withdrawal {
    kid: Option<String>,
}

async fn rotate<P: Issues>(State(provider): State<Arc<P>>, body: String) -> Response {
    let rotation = match read::<Rotation>(&body) {
        Ok(rotation) => rotation,
        Err(refusal) => return *refusal,
    };
    let kid = provider.next_kid();
    let mut ring = locked(provider.ring());
    ring.rotate(kid, rotation.grace, &provider.world().ids);
    Json(ring.view()).into_response()
}

async fn withdraw<P: Issues>(State(provider): State<Arc<P>>, body: String) -> Response {
    let withdrawal = match read::<Withdrawal>(&body) {
        Ok(withdrawal) => withdrawal,
        Err(refusal) => return *refusal,
    };
    let mut ring = locked(provider.ring());
    ring.withdraw(withdrawal.kid.as_deref());
    Json(ring.view()).into_response()
}

async fn mint<P: Issues>(State(provider): State<Arc<P>>, body: String) -> Response {
    let order = match read::<Order>(&body) {
        Ok(order) => order,
        Err(refusal) => return *refusal,
    };
    let (typ, claims) = match provider.claims(&order) {
        Ok(claims) => claims,
        Err(problem) => return refused(StatusCode::BAD_REQUEST, problem),
    };
    let ring = locked(provider.ring());
    match minting::mint(&ring, &provider.world().ids, typ, claims, &order) {
        Some(minted) => Json(minted).into_response(),
        None => refused(StatusCode::CONFLICT, "every signing key was withdrawn"),
    }
}
