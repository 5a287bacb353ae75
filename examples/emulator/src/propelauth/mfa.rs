//! Step-up authentication. The code of every authenticator app and message is [`CODE`].

use std::sync::Arc;

use axum::extract::State;
use serde_json::json;

use super::{
    PropelAuth,
    answers::{Outcome, Refusal, done, json_of},
    fields::Fields,
    store::{Challenge, Grant, Store, User, hex, uuid},
};

type Project = State<Arc<PropelAuth>>;

/// The code that is always right.
const CODE: &str = "123456";

fn user<'a>(store: &'a Store, fields: &Fields) -> Result<&'a User, Refusal> {
    let id = fields.required("user_id")?;
    let unknown = |_| Refusal::code("user_not_found", "User not found");
    store.user(&id).map_err(unknown)
}

fn check_code(fields: &Fields) -> Result<(), Refusal> {
    match fields.required("code")?.as_str() {
        CODE => Ok(()),
        code if code.bytes().all(|b| b.is_ascii_digit()) => {
            Err(Refusal::code("incorrect_mfa_code", "The code is not right"))
        }
        _ => Err(Refusal::step_up_field("code", "must be digits")),
    }
}

fn once_and_seconds(fields: &Fields) -> Result<(bool, i64), Refusal> {
    let once = match fields.required("grant_type")?.as_str() {
        "ONE_TIME_USE" => true,
        "TIME_BASED" => false,
        _ => return Err(Refusal::step_up_field("grant_type", "is not known")),
    };
    Ok((once, fields.integer("valid_for_seconds")?.unwrap_or(60)))
}

fn granted(pa: &PropelAuth, store: &mut Store, grant: Grant) -> Outcome {
    let value = grant.value.clone();
    let now = pa.world.clock.now_s();
    store.grants.retain(|grant| grant.expires_s > now);
    store.grants.push(grant);
    json_of(json!({"step_up_grant": value}))
}

/// POST `/mfa/step-up/verify-totp`
pub(crate) async fn verify_totp(State(pa): Project, fields: Fields) -> Outcome {
    let mut store = pa.store();
    let found = user(&store, &fields)?;
    if found.mfa["type"] != "Totp" {
        return Err(Refusal::code("mfa_not_enabled", "MFA is not enabled"));
    }
    let user_id = found.id().to_owned();
    check_code(&fields)?;
    let (once, seconds) = once_and_seconds(&fields)?;
    let grant = Grant {
        user_id,
        action: fields.required("action_type")?,
        value: hex(&pa.world),
        once,
        expires_s: pa.world.clock.now_s() + seconds,
    };
    granted(&pa, &mut store, grant)
}

/// POST `/mfa/step-up/phone/send`
pub(crate) async fn send_sms(State(pa): Project, fields: Fields) -> Outcome {
    let mut store = pa.store();
    let user_id = user(&store, &fields)?.id().to_owned();
    let (once, valid_for_s) = once_and_seconds(&fields)?;
    fields.required("mfa_phone_id")?;
    let id = uuid(&pa.world);
    store.challenges.push(Challenge {
        id: id.clone(),
        user_id,
        action: fields.required("action_type")?,
        once,
        valid_for_s,
    });
    json_of(json!({"challenge_id": id}))
}

/// POST `/mfa/step-up/phone/verify`
pub(crate) async fn verify_sms(State(pa): Project, fields: Fields) -> Outcome {
    let mut store = pa.store();
    let user_id = user(&store, &fields)?.id().to_owned();
    let id = fields.required("challenge_id")?;
    let mut challenges = store.challenges.iter();
    let at = challenges.position(|own| own.id == id && own.user_id == user_id);
    let at = at.ok_or_else(|| Refusal::step_up_field("challenge_id", "challenge_not_found"))?;
    check_code(&fields)?;
    let challenge = store.challenges.remove(at);
    let grant = Grant {
        user_id,
        action: challenge.action,
        value: hex(&pa.world),
        once: challenge.once,
        expires_s: pa.world.clock.now_s() + challenge.valid_for_s,
    };
    granted(&pa, &mut store, grant)
}

/// POST `/mfa/step-up/verify-grant`
pub(crate) async fn verify_grant(State(pa): Project, fields: Fields) -> Outcome {
    let mut store = pa.store();
    let user_id = user(&store, &fields)?.id().to_owned();
    let (action, value) = (fields.required("action_type")?, fields.required("grant")?);
    let now = pa.world.clock.now_s();
    let at = store.grants.iter().position(|grant| {
        grant.value == value
            && grant.user_id == user_id
            && grant.action == action
            && grant.expires_s > now
    });
    let at = at.ok_or_else(|| Refusal::step_up_field("grant", "grant_not_found"))?;
    if store.grants.get(at).is_some_and(|grant| grant.once) {
        store.grants.remove(at);
    }
    done()
}
