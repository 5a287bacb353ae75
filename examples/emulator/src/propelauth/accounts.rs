//! Users: writing; magic links, access tokens, migration, employees.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Map, Value, json};

use super::{
    PropelAuth,
    answers::{Outcome, Refusal, done, json_of},
    fields::Fields,
    store::{Store, User, uuid},
    tokens,
};

type Project = State<Arc<PropelAuth>>;

/// Members that a caller may set in what the API shows of a user.
const OWN: &[&str] = &[
    "username",
    "first_name",
    "last_name",
    "metadata",
    "properties",
    "picture_url",
    "update_password_required",
    "legacy_user_id",
];

/// A user as the API shows it, newly made.
pub(crate) fn new_user(id: &str, email: &str, now_s: i64) -> Value {
    json!({
        "user_id": id, "email": email, "email_confirmed": false, "has_password": false,
        "username": null, "first_name": null, "last_name": null, "picture_url": null,
        "locked": false, "enabled": true, "mfa_enabled": false, "can_create_orgs": false,
        "created_at": now_s, "last_active_at": now_s, "legacy_user_id": null,
        "metadata": null, "properties": {}, "update_password_required": false,
    })
}

fn check_new_names(store: &Store, email: &str, username: Option<&str>) -> Result<(), Refusal> {
    if store.users.iter().any(|user| user.is("email", email)) {
        return Err(Refusal::field("email", "is taken"));
    }
    check_username(store, username, None)
}

fn check_username(store: &Store, username: Option<&str>, own: Option<&str>) -> Result<(), Refusal> {
    let Some(username) = username else {
        return Ok(());
    };
    let mut others = store.users.iter().filter(|user| Some(user.id()) != own);
    match others.any(|user| user.is("username", username)) {
        true => Err(Refusal::field("username", "is taken")),
        false => Ok(()),
    }
}

fn check_password(password: Option<&str>) -> Result<(), Refusal> {
    match password {
        Some(password) if password.chars().count() < 8 => {
            Err(Refusal::field("password", "must have 8 characters or more"))
        }
        _ => Ok(()),
    }
}

/// POST `/user/`
pub(crate) async fn create(State(pa): Project, fields: Fields) -> Outcome {
    let password = fields.text("password")?;
    check_password(password.as_deref())?;
    add(&pa, &fields, password, &fields.flag("email_confirmed")?)
}

/// POST `/migrate_user/`
pub(crate) async fn migrate(State(pa): Project, fields: Fields) -> Outcome {
    let confirmed = fields.flag("email_confirmed")?;
    add(
        &pa,
        &fields,
        fields.text("existing_password_hash")?,
        &confirmed,
    )
}

fn add(pa: &PropelAuth, fields: &Fields, password: Option<String>, confirmed: &bool) -> Outcome {
    let email = fields.email("email")?;
    let mut store = pa.store();
    check_new_names(&store, &email, fields.text("username")?.as_deref())?;
    let id = uuid(&pa.world);
    let mut shown = new_user(&id, &email, pa.world.clock.now_s());
    shown["email_confirmed"] = json!(confirmed);
    shown["legacy_user_id"] = json!(fields.text("existing_user_id")?);
    if let Value::Object(members) = &mut shown {
        fields.copy(OWN, members);
        members.retain(|name, value| name != "properties" || !value.is_null());
    }
    store.users.push(User {
        shown,
        password,
        ..User::default()
    });
    json_of(json!({"user_id": id}))
}

/// PUT `/user/{id}`
pub(crate) async fn update(State(pa): Project, Path(id): Path<String>, fields: Fields) -> Outcome {
    let mut store = pa.store();
    store.user(&id)?;
    check_username(&store, fields.text("username")?.as_deref(), Some(&id))?;
    let user = store.user_mut(&id)?;
    if let Value::Object(members) = &mut user.shown {
        fields.copy(OWN, members);
    }
    done()
}

/// PUT `/user/{id}/email`
pub(crate) async fn update_email(
    State(pa): Project,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome {
    let mut store = pa.store();
    store.user(&id)?;
    let email = fields.email("new_email")?;
    if store
        .users
        .iter()
        .any(|user| user.id() != id && user.is("email", &email))
    {
        return Err(Refusal::field("new_email", "is taken"));
    }
    let confirm = fields.flag("require_email_confirmation")?;
    let user = store.user_mut(&id)?;
    if !confirm {
        user.set("email", json!(email));
    }
    done()
}

/// PUT `/user/{id}/password`
pub(crate) async fn update_password(
    State(pa): Project,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome {
    let mut store = pa.store();
    let user = store.user_mut(&id)?;
    let password = fields.required("password")?;
    check_password(Some(&password))?;
    user.password = Some(password);
    let ask = fields.flag("ask_user_to_update_password_on_login")?;
    user.set("update_password_required", json!(ask));
    done()
}

/// PUT `/user/{id}/clear_password`
pub(crate) async fn clear_password(State(pa): Project, Path(id): Path<String>) -> Outcome {
    pa.store().user_mut(&id)?.password = None;
    done()
}

/// DELETE `/user/{id}`
pub(crate) async fn delete(State(pa): Project, Path(id): Path<String>) -> Outcome {
    let mut store = pa.store();
    store.user(&id)?;
    store.users.retain(|user| user.id() != id);
    store.members.retain(|member| member.user_id != id);
    store.sessions.retain(|session| session.user_id != id);
    done()
}

/// POST `/user/{id}/{action}` and PUT `/user/{id}/can_create_orgs/{action}`
pub(crate) async fn switch(
    State(pa): Project,
    Path((id, action)): Path<(String, String)>,
) -> Outcome {
    let mut store = pa.store();
    let user = store.user_mut(&id)?;
    match action.as_str() {
        "disable" => user.set("enabled", json!(false)),
        "enable" => user.set("enabled", json!(true)),
        "disable_2fa" => user.mfa = Value::Null,
        "logout_all_sessions" => store.sessions.retain(|session| session.user_id != id),
        _ => return Err(Refusal::not_found()),
    }
    done()
}

/// PUT `/user/{id}/can_create_orgs/{action}`
pub(crate) async fn can_create_orgs(
    State(pa): Project,
    Path((id, action)): Path<(String, String)>,
) -> Outcome {
    let mut store = pa.store();
    let user = store.user_mut(&id)?;
    match action.as_str() {
        "enable" | "disable" => user.set("can_create_orgs", json!(action == "enable")),
        _ => return Err(Refusal::not_found()),
    }
    done()
}

/// POST `/resend_email_confirmation`
pub(crate) async fn resend_confirmation(State(pa): Project, fields: Fields) -> Outcome {
    let store = pa.store();
    let user = store.user(&fields.required("user_id")?)?;
    if user.shown["email_confirmed"] == true {
        return Err(Refusal::code(
            "already_confirmed",
            "Email is already confirmed",
        ));
    }
    done()
}

/// POST `/magic_link`
pub(crate) async fn magic_link(State(pa): Project, fields: Fields) -> Outcome {
    let email = fields.email("email")?;
    let known = pa.store().users.iter().any(|user| user.is("email", &email));
    let create = fields.value("create_new_user_if_one_doesnt_exist") != Some(&json!(false));
    if !known && !create {
        return Err(Refusal::field("email", "belongs to no user"));
    }
    let token = super::store::hex(&pa.world);
    json_of(json!({"url": format!("{}/login?t={token}", pa.world.origin)}))
}

/// POST `/access_token`
pub(crate) async fn access_token(State(pa): Project, fields: Fields) -> Outcome {
    let store = pa.store();
    let user = store.known_as(&fields.required("user_id")?);
    let no_user = Refusal::plain(StatusCode::FORBIDDEN, "User not found");
    let user = user.ok_or(no_user)?;
    let minutes = fields
        .integer("duration_in_minutes")?
        .filter(|minutes| *minutes > 0);
    let minutes =
        minutes.ok_or_else(|| Refusal::field("duration_in_minutes", "must be positive"))?;
    let active = fields.text("active_org_id")?;
    let mut claims = tokens::claims(&pa, &store, user, active.as_deref(), minutes * 60)?;
    claims.insert(
        "login_method".into(),
        json!({"login_method": "generated_from_backend_api"}),
    );
    json_of(json!({"access_token": tokens::signed(&pa, &claims)?}))
}

/// POST `/migrate_user/password`
pub(crate) async fn migrate_password(State(pa): Project, fields: Fields) -> Outcome {
    let mut store = pa.store();
    let hash = fields.required("password_hash")?;
    store.user_mut(&fields.required("user_id")?)?.password = Some(hash);
    done()
}

/// GET `/employee/{id}`: carol works for the project's owner.
pub(crate) async fn employee(State(pa): Project, Path(id): Path<String>) -> Outcome {
    let store = pa.store();
    let user = store.user(&id)?;
    match user.is("username", "carol") {
        true => json_of(json!({"email": user.shown["email"]})),
        false => Err(Refusal::not_found()),
    }
}

/// Removes what is null, for answers that leave such members out.
pub(crate) fn without_nulls(members: &mut Map<String, Value>) {
    members.retain(|_, value| !value.is_null());
}
