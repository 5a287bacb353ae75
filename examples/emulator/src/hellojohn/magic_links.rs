//! Signing in with a link from a mail.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{
    HelloJohn,
    credentials::{Caller, Publishable},
    errors::Outcome,
    fields::Fields,
    records::{Ticket, TicketKind},
    users,
};

/// How long a link works.
const LIFETIME_MS: i64 = 900_000;

/// POST `/auth/magic-link`: the answer does not tell whether the address is known.
pub(crate) async fn send(
    State(hj): State<Arc<HelloJohn>>,
    key: Publishable,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let email = fields.required("email")?;
    users::check_email(&email)?;
    let redirect_url = fields.text("redirect_url")?;
    let mut store = hj.store();
    let known = store
        .user_by_email(&key.tenant_id, &email)
        .map(|user| user.id.clone());
    if let Some(user_id) = known {
        let token = hj.world.ids.next_secret("mlt_");
        store.tickets.push(Ticket {
            kind: TicketKind::MagicLink,
            token: token.clone(),
            tenant_id: key.tenant_id.clone(),
            user_id,
            expires_ms: hj.world.clock.now_ms() + LIFETIME_MS,
            bound_to: Value::Null,
        });
        let content = json!({"token": token, "redirect_url": redirect_url});
        hj.send_message("magic_link", &email, content);
    }
    Ok(Json(
        json!({"message": "If the address is known, a mail is on its way"}),
    ))
}

/// POST `/auth/magic-link/verify`: the link proves the address.
pub(crate) async fn verify(
    State(hj): State<Arc<HelloJohn>>,
    key: Publishable,
    caller: Caller,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let token = fields.required("token")?;
    let mut store = hj.store();
    let now = hj.world.clock.now_ms();
    let ticket = store.take_ticket(TicketKind::MagicLink, &key.tenant_id, &token, now)?;
    let user = store.user_mut(&key.tenant_id, &ticket.user_id)?;
    user.email_verified = true;
    let user = user.clone();
    hj.check_may_sign_in(&user)?;
    hj.open_session(&mut store, &key.tenant_id, &user.id, &caller, false)
        .map(Json)
}
