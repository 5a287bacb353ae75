//! Second factors: enrolling them, and the challenge at sign-in.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    HelloJohn, auth,
    credentials::{Caller, Publishable, Secret},
    errors::{ApiError, Outcome},
    events::{Actor, Event},
    fields::Fields,
    records::{Factor, Ticket, TicketKind, User},
    store::Store,
    totp,
};

/// How long a challenge may be answered.
const CHALLENGE_LIFETIME_MS: i64 = 300_000;

const KINDS: &[&str] = &["totp", "sms", "email_otp", "webauthn"];

/// GET `/users/{uid}/mfa/factors`
pub(crate) async fn list(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(user_id): Path<String>,
) -> Outcome<Json<Value>> {
    let store = hj.store();
    store.user(&key.tenant_id, &user_id)?;
    let factors: Vec<Value> = store
        .factors
        .iter()
        .filter(|factor| factor.user_id == user_id)
        .map(Factor::view)
        .collect();
    Ok(Json(json!({"total": factors.len(), "data": factors})))
}

/// POST `/users/{uid}/mfa/factors`
pub(crate) async fn enroll(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(user_id): Path<String>,
    fields: Fields,
) -> Outcome {
    fields.required("type")?;
    let kind = fields.choice("type", KINDS)?.unwrap_or_default();
    let name = fields.text("name")?;
    let mut store = hj.store();
    let allowed = &store.tenant(&key.tenant_id)?.config.mfa_allowed_factors;
    if !allowed.contains(&kind) {
        return Err(ApiError::invalid("type", "is not allowed by the tenant"));
    }
    let user = store.user(&key.tenant_id, &user_id)?.clone();
    let phone_number = phone_for(&kind, &fields)?;
    let mut factor = Factor {
        id: hj.world.ids.next("fac_"),
        user_id,
        kind,
        name,
        status: "pending",
        totp_secret: hj.world.ids.next_bytes().into_iter().take(20).collect(),
        phone_number,
        sent_code: None,
        created_ms: hj.world.clock.now_ms(),
        last_used_ms: None,
    };
    send_code(&hj, &mut factor, &user);
    let answer = enrolment(&factor, &user);
    store.factors.push(factor);
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// A phone number in E.164, which SMS needs.
fn phone_for(kind: &str, fields: &Fields) -> Outcome<Option<String>> {
    if kind != "sms" {
        return Ok(None);
    }
    let number = fields.required("phone_number")?;
    let digits = number.strip_prefix('+').unwrap_or_default();
    if (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Some(number));
    }
    Err(ApiError::invalid("phone_number", "must be in E.164 form"))
}

/// Sends a code for the factors that are not an authenticator app. A security
/// key is not emulated: its stand-in is a code in the outbox, too.
fn send_code(hj: &HelloJohn, factor: &mut Factor, user: &User) {
    if factor.kind == "totp" {
        return;
    }
    let number = hj
        .world
        .ids
        .next_bytes()
        .into_iter()
        .take(4)
        .fold(0_u32, |number, byte| (number << 8) | u32::from(byte));
    let code = format!("{:06}", number % 1_000_000);
    let to = factor.phone_number.as_deref().unwrap_or(&user.email);
    hj.send_message(
        &factor.kind,
        to,
        json!({"code": code, "factor_id": factor.id}),
    );
    factor.sent_code = Some(code);
}

fn enrolment(factor: &Factor, user: &User) -> Value {
    let mut answer = json!({
        "factor_id": factor.id, "type": factor.kind, "status": factor.status,
    });
    match factor.kind.as_str() {
        "totp" => {
            let secret = totp::base32(&factor.totp_secret);
            let uri = format!(
                "otpauth://totp/HelloJohn:{}?secret={secret}&issuer=HelloJohn",
                user.email
            );
            // A real server draws the URI as an image; the emulator has none.
            let qr_code = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";
            answer["totp"] = json!({"secret": secret, "uri": uri, "qr_code": qr_code});
        }
        "sms" => answer["phone_number"] = json!(masked_end(factor.phone_number.as_deref())),
        _ => answer["email"] = json!(masked_start(&user.email)),
    }
    answer
}

fn masked_end(number: Option<&str>) -> String {
    let number = number.unwrap_or_default();
    let tail = number.get(number.len().saturating_sub(4)..);
    format!("***{}", tail.unwrap_or_default())
}

fn masked_start(email: &str) -> String {
    let (local, domain) = email.split_once('@').unwrap_or((email, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}***@{domain}")
}

/// POST `/users/{uid}/mfa/factors/{fid}/confirm`
pub(crate) async fn confirm(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path((user_id, factor_id)): Path<(String, String)>,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let code = fields.required("code")?;
    let mut store = hj.store();
    let first = !store.has_active_factor(&user_id);
    let now_s = hj.world.clock.now_s();
    let factor = factor_mut(&mut store, &key.tenant_id, &user_id, &factor_id)?;
    if !takes(factor, &code, now_s) {
        return Err(ApiError::invalid("code", "is not right"));
    }
    factor.status = "active";
    let mut answer = factor.view();
    if first {
        let codes: Vec<String> = (0..10)
            .map(|_| hj.world.ids.next("").chars().take(10).collect())
            .collect();
        answer["backup_codes"] = json!(codes);
        store.user_mut(&key.tenant_id, &user_id)?.backup_codes = codes;
    }
    announce(&hj, &mut store, &key, &user_id, &factor_id, "mfa.enrolled");
    Ok(Json(answer))
}

/// DELETE `/users/{uid}/mfa/factors/{fid}`
pub(crate) async fn remove(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path((user_id, factor_id)): Path<(String, String)>,
) -> Outcome<StatusCode> {
    let mut store = hj.store();
    factor_mut(&mut store, &key.tenant_id, &user_id, &factor_id)?;
    store.factors.retain(|factor| factor.id != factor_id);
    announce(&hj, &mut store, &key, &user_id, &factor_id, "mfa.removed");
    Ok(StatusCode::NO_CONTENT)
}

fn factor_mut<'s>(
    store: &'s mut Store,
    tenant_id: &str,
    user_id: &str,
    factor_id: &str,
) -> Outcome<&'s mut Factor> {
    store.user(tenant_id, user_id)?;
    store
        .factors
        .iter_mut()
        .find(|factor| factor.user_id == user_id && factor.id == factor_id)
        .ok_or_else(|| ApiError::not_found("factor_not_found"))
}

fn announce(
    hj: &Arc<HelloJohn>,
    store: &mut Store,
    key: &Secret,
    user_id: &str,
    factor_id: &str,
    kind: &str,
) {
    hj.happened(
        store,
        &Event {
            kind,
            tenant_id: &key.tenant_id,
            actor: Actor::Key(&key.key_id),
            resource: ("mfa_factor", factor_id),
            data: json!({"user_id": user_id, "factor_id": factor_id}),
        },
    );
}

/// Whether a factor takes a code; a code that was sent works once.
fn takes(factor: &mut Factor, code: &str, now_s: i64) -> bool {
    let right = match factor.kind.as_str() {
        "totp" => totp::fits(&factor.totp_secret, code, now_s),
        _ => factor.sent_code.as_deref() == Some(code),
    };
    if right {
        factor.sent_code = None;
        factor.last_used_ms = Some(now_s * 1_000);
    }
    right
}

/// The refusal that asks for a second factor.
pub(crate) fn challenge(hj: &HelloJohn, store: &mut Store, user: &User) -> ApiError {
    let challenge_id = hj.world.ids.next("mfa_");
    store.tickets.push(Ticket {
        kind: TicketKind::MfaChallenge,
        token: challenge_id.clone(),
        tenant_id: user.tenant_id.clone(),
        user_id: user.id.clone(),
        expires_ms: hj.world.clock.now_ms() + CHALLENGE_LIFETIME_MS,
        bound_to: Value::Null,
    });
    let own = |factor: &&mut Factor| factor.user_id == user.id && factor.status == "active";
    for factor in store.factors.iter_mut().filter(own) {
        send_code(hj, factor, user);
    }
    let factors: Vec<Value> = store
        .active_factors(&user.id)
        .map(|factor| json!({"id": factor.id, "type": factor.kind, "name": factor.name}))
        .collect();
    ApiError::forbidden("mfa_required", "A second factor is required")
        .with("challenge_id", json!(challenge_id))
        .with("available_factors", json!(factors))
}

/// POST `/mfa/verify`
pub(crate) async fn verify(
    State(hj): State<Arc<HelloJohn>>,
    key: Publishable,
    caller: Caller,
    fields: Fields,
) -> Outcome<Response> {
    let challenge_id = fields.required("challenge_id")?;
    let code = fields.required("code")?;
    let wanted = fields.text("factor_id")?;
    let mut store = hj.store();
    let now = hj.world.clock.now_ms();
    let kind = TicketKind::MfaChallenge;
    let ticket = store.take_ticket(kind, &key.tenant_id, &challenge_id, now)?;
    let user = store.user(&key.tenant_id, &ticket.user_id)?.clone();
    if !answers(&hj, &mut store, &user, wanted.as_deref(), &code) {
        // A wrong code leaves the challenge open, a right one uses it up.
        store.tickets.push(ticket);
        return Err(ApiError::unauthenticated(
            "invalid_credentials",
            "The code is not right",
        ));
    }
    let verified = Event {
        kind: "mfa.verified",
        tenant_id: &key.tenant_id,
        actor: Actor::User(&user.id),
        resource: ("user", &user.id),
        data: json!({"user_id": user.id}),
    };
    hj.happened(&mut store, &verified);
    hj.open_session(&mut store, &key.tenant_id, &user.id, &caller, true)
        .map(auth::signed_in)
}

/// Whether a factor or a backup code of the user fits.
fn answers(
    hj: &HelloJohn,
    store: &mut Store,
    user: &User,
    factor_id: Option<&str>,
    code: &str,
) -> bool {
    let now_s = hj.world.clock.now_s();
    let by_factor = store
        .factors
        .iter_mut()
        .filter(|factor| factor.user_id == user.id && factor.status == "active")
        .filter(|factor| factor_id.is_none_or(|id| factor.id == id))
        .any(|factor| takes(factor, code, now_s));
    if by_factor {
        return true;
    }
    let Ok(user) = store.user_mut(&user.tenant_id, &user.id) else {
        return false;
    };
    let place = user.backup_codes.iter().position(|backup| backup == code);
    place.map(|place| user.backup_codes.remove(place)).is_some()
}
