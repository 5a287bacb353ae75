//! Passwords: hashing, changing, forgetting.
//!
//! The hash is one salted SHA-256, so that tests are quick. That is no
//! protection against whoever reads the store, and no example to follow.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    HelloJohn,
    credentials::{Access, Publishable},
    errors::{ApiError, Outcome},
    events::{Actor, Event},
    fields::Fields,
    records::{Ticket, TicketKind},
    store::Store,
};

/// How long a link from a mail works.
const RESET_LIFETIME_MS: i64 = 3_600_000;

/// `sha256$salt$hash`.
pub(crate) fn hashed(salt: &str, password: &str) -> String {
    let digest = Sha256::digest(format!("{salt}${password}"));
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256${salt}${hex}")
}

/// Whether `password` belongs to a hash of [`hashed`]; an imported hash of
/// another kind fits no password.
pub(crate) fn fits(stored: Option<&str>, password: &str) -> bool {
    let salt = stored
        .and_then(|hash| hash.strip_prefix("sha256$"))
        .and_then(|rest| rest.split_once('$'));
    salt.is_some_and(|(salt, _)| stored == Some(hashed(salt, password).as_str()))
}

/// Refuses passwords shorter than the tenant wants, and the most common one.
pub(crate) fn check_strength(
    store: &Store,
    tenant_id: &str,
    field: &str,
    password: &str,
) -> Outcome<()> {
    let shortest = store.tenant(tenant_id)?.config.password_min_length;
    if password.chars().count() < shortest || password.eq_ignore_ascii_case("password") {
        return Err(ApiError::unprocessable(
            "password_too_weak",
            field,
            &format!("must have at least {shortest} characters and not be common"),
        ));
    }
    Ok(())
}

/// POST `/auth/password/change`
pub(crate) async fn change(
    State(hj): State<Arc<HelloJohn>>,
    access: Access,
    fields: Fields,
) -> Outcome<StatusCode> {
    let current = fields.required("current_password")?;
    let new = fields.required("new_password")?;
    let mut store = hj.store();
    let user = store.user(&access.tenant_id, &access.user_id)?;
    if !fits(user.password.as_deref(), &current) {
        return Err(ApiError::unauthenticated(
            "invalid_credentials",
            "The current password is not right",
        ));
    }
    check_strength(&store, &access.tenant_id, "new_password", &new)?;
    set(&hj, &mut store, &access.tenant_id, &access.user_id, &new)?;
    Ok(StatusCode::NO_CONTENT)
}

/// POST `/auth/password/forgot`: the answer does not tell whether the address is known.
pub(crate) async fn forgot(
    State(hj): State<Arc<HelloJohn>>,
    caller: Publishable,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let email = fields.required("email")?;
    let mut store = hj.store();
    let known = store
        .user_by_email(&caller.tenant_id, &email)
        .map(|user| user.id.clone());
    if let Some(user_id) = known {
        let token = hj.world.ids.next_secret("prt_");
        store.tickets.push(Ticket {
            kind: TicketKind::PasswordReset,
            token: token.clone(),
            tenant_id: caller.tenant_id.clone(),
            user_id,
            expires_ms: hj.world.clock.now_ms() + RESET_LIFETIME_MS,
            bound_to: Value::Null,
        });
        hj.send_message("password_reset", &email, json!({"token": token}));
    }
    Ok(Json(
        json!({"message": "If the address is known, a mail is on its way"}),
    ))
}

/// POST `/auth/password/reset`: ends every session of the user.
pub(crate) async fn reset(
    State(hj): State<Arc<HelloJohn>>,
    caller: Publishable,
    fields: Fields,
) -> Outcome<StatusCode> {
    let token = fields.required("token")?;
    let new = fields.required("new_password")?;
    let mut store = hj.store();
    check_strength(&store, &caller.tenant_id, "new_password", &new)?;
    let now = hj.world.clock.now_ms();
    let ticket = store.take_ticket(TicketKind::PasswordReset, &caller.tenant_id, &token, now)?;
    set(&hj, &mut store, &caller.tenant_id, &ticket.user_id, &new)?;
    hj.revoke_sessions_of(
        &mut store,
        &caller.tenant_id,
        &ticket.user_id,
        Actor::System,
    );
    Ok(StatusCode::NO_CONTENT)
}

fn set(
    hj: &Arc<HelloJohn>,
    store: &mut Store,
    tenant_id: &str,
    user_id: &str,
    password: &str,
) -> Outcome<()> {
    let salt = hj.world.ids.next("");
    let now = hj.world.clock.now_ms();
    let user = store.user_mut(tenant_id, user_id)?;
    user.password = Some(hashed(&salt, password));
    user.updated_ms = now;
    let data = json!({"user": user.own_view()});
    hj.happened(
        store,
        &Event {
            kind: "user.password_changed",
            tenant_id,
            actor: Actor::User(user_id),
            resource: ("user", user_id),
            data,
        },
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_fits_its_password_only() {
        let hash = hashed("salt", "correct horse");
        assert!(fits(Some(&hash), "correct horse"));
        assert!(!fits(Some(&hash), "wrong horse"));
        assert!(!fits(Some("$2b$10$imported"), "correct horse"));
        assert!(!fits(None, ""));
    }
}
