//! Tokens to order, the bad ones included, for tests of a verifier.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    HelloJohn,
    errors::{ApiError, Outcome},
    records::Session,
    tokens::{Claims, TYP, WITHDRAWN},
};
use crate::{
    locked,
    minting::{self, Tamper},
};

/// What the token should be like; everything may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Order {
    /// Whose token: a seeded name, an id or an e-mail. Default alice.
    user: Option<String>,
    /// Sets claims; null removes one. Applied last.
    claims: Claims,
    /// Seconds until `exp`; negative for an expired token. Default 3600.
    expires_in: Option<i64>,
    /// `kid` of the header. A published key signs; for an unknown name the
    /// current key does.
    kid: Option<String>,
    /// `tenant_id` and `aud`.
    tenant: Option<String>,
    /// `role`.
    role: Option<String>,
    /// Sets header members; null removes one.
    header: Claims,
    /// How the token is spoilt.
    tamper: Option<Tamper>,
}

/// Makes the token.
pub(crate) fn mint(hj: &HelloJohn, order: Order) -> Outcome<Value> {
    let claims = claims(hj, &order)?;
    let order = minting::Order {
        claims: order.claims,
        header: order.header,
        kid: order.kid,
        tamper: order.tamper,
        ..minting::Order::default()
    };
    minting::mint(&locked(&hj.ring), &hj.world.ids, TYP, claims, &order)
        .ok_or_else(|| ApiError::internal(WITHDRAWN))
}

fn claims(hj: &HelloJohn, order: &Order) -> Outcome<Claims> {
    let store = hj.store();
    let tenant_id = hj.seeded().tenant_id;
    let wanted = order.user.as_deref().unwrap_or("alice");
    let user = store
        .users
        .iter()
        .filter(|user| user.tenant_id == tenant_id || user.id == wanted)
        .find(|user| {
            user.id == wanted || user.email == wanted || user.username.as_deref() == Some(wanted)
        })
        .ok_or_else(|| ApiError::not_found("user_not_found"))?;
    let now = hj.world.clock.now_ms();
    let session = Session {
        id: hj.world.ids.next_aside("ses_"),
        user_id: user.id.clone(),
        tenant_id: user.tenant_id.clone(),
        user_agent: None,
        mfa_verified: false,
        refresh_token: String::new(),
        spent_refresh_tokens: Vec::new(),
        created_ms: now,
        last_active_ms: now,
        expires_ms: now,
        revoked_ms: None,
    };
    let mut claims = hj.claims(&store, user, &session, order.expires_in.unwrap_or(3_600));
    if let Some(tenant) = &order.tenant {
        claims.insert("tenant_id".into(), json!(tenant));
        claims.insert("aud".into(), json!(tenant));
    }
    if let Some(role) = &order.role {
        claims.insert("role".into(), json!(role));
    }
    Ok(claims)
}
