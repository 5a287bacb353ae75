//! The users of a tenant, as servers with a secret key manage them.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    HelloJohn,
    credentials::Secret,
    errors::{ApiError, Outcome},
    events::{Actor, Event},
    fields::{Fields, Params},
    paging::{self, Page, Row},
    passwords,
    records::User,
    store::Store,
};
use crate::world::{Ids, rfc3339};

/// What a user is created from.
#[derive(Debug, Default)]
pub(crate) struct NewUser {
    pub(crate) email: String,
    pub(crate) password: Option<String>,
    pub(crate) password_hash: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) email_verified: bool,
    pub(crate) role: String,
    pub(crate) public_metadata: Option<Value>,
    pub(crate) private_metadata: Option<Value>,
}

impl NewUser {
    pub(crate) fn from_fields(fields: &Fields) -> Outcome<Self> {
        Ok(Self {
            email: fields.required("email")?,
            password: fields.text("password")?,
            password_hash: fields.text("password_hash")?,
            username: fields.text("username")?,
            name: fields.text("name")?,
            phone: fields.text("phone")?,
            external_id: fields.text("external_id")?,
            email_verified: fields.flag("email_verified")?.unwrap_or(false),
            role: fields.text("role")?.unwrap_or_else(|| "member".to_owned()),
            public_metadata: fields.object("public_metadata")?,
            private_metadata: fields.object("private_metadata")?,
        })
    }
}

/// Creates a user and tells the webhooks; the new id.
pub(crate) fn create_in(
    hj: &Arc<HelloJohn>,
    store: &mut Store,
    tenant_id: &str,
    new: NewUser,
    actor: Actor<'_>,
) -> Outcome<String> {
    check_email(&new.email)?;
    if let Some(password) = &new.password {
        passwords::check_strength(store, tenant_id, "password", password)?;
    }
    if store.user_by_email(tenant_id, &new.email).is_some() {
        return Err(ApiError::conflict(
            "email_already_exists",
            "A user with this e-mail exists",
        ));
    }
    let now = hj.world.clock.now_ms();
    let user = build(&hj.world.ids, tenant_id, new, now);
    let id = user.id.clone();
    let data = json!({"user": user.view(false)});
    store.users.push(user);
    hj.happened(
        store,
        &Event {
            kind: "user.created",
            tenant_id,
            actor,
            resource: ("user", &id),
            data,
        },
    );
    Ok(id)
}

/// A user that is not stored yet.
pub(crate) fn build(ids: &Ids, tenant_id: &str, new: NewUser, now_ms: i64) -> User {
    let password = new
        .password
        .map(|password| passwords::hashed(&ids.next(""), &password));
    User {
        id: ids.next("usr_"),
        tenant_id: tenant_id.to_owned(),
        email: new.email,
        password: password.or(new.password_hash),
        username: new.username,
        name: new.name,
        phone: new.phone,
        avatar_url: None,
        external_id: new.external_id,
        email_verified: new.email_verified,
        role: new.role,
        status: "active".to_owned(),
        public_metadata: new.public_metadata.unwrap_or_else(|| json!({})),
        private_metadata: new.private_metadata.unwrap_or_else(|| json!({})),
        backup_codes: Vec::new(),
        connections: Vec::new(),
        created_ms: now_ms,
        updated_ms: now_ms,
        last_sign_in_ms: None,
    }
}

/// Refuses what has not the shape of an address.
pub(crate) fn check_email(email: &str) -> Outcome<()> {
    let plausible = email
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
        && !email.contains(char::is_whitespace)
        && email.matches('@').count() == 1;
    if plausible {
        return Ok(());
    }
    Err(ApiError::unprocessable(
        "invalid_email",
        "email",
        "is not an e-mail address",
    ))
}

/// GET `/users`
pub(crate) async fn list(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    params: Params,
) -> Outcome<Json<Value>> {
    let store = hj.store();
    Page::cut(
        rows(&store, &key.tenant_id, &params)?,
        &params,
        paging::USUAL,
    )
    .map(|page| Json(page.paginated()))
}

/// The users that the filters let through, with what they are sorted by.
pub(crate) fn rows(store: &Store, tenant_id: &str, params: &Params) -> Outcome<Vec<Row>> {
    let filter = Filter::from_params(params)?;
    let sort = params
        .choice("sort", &["created_at", "last_sign_in_at", "email"])?
        .unwrap_or("created_at");
    let wanted = |user: &&User| user.tenant_id == tenant_id && filter.lets(store, user);
    let row = |user: &User| Row {
        key: match sort {
            "email" => user.email.to_ascii_lowercase(),
            "last_sign_in_at" => user.last_sign_in_ms.map(rfc3339).unwrap_or_default(),
            _ => rfc3339(user.created_ms),
        },
        id: user.id.clone(),
        body: user.view(store.has_active_factor(&user.id)),
    };
    Ok(store.users.iter().filter(wanted).map(row).collect())
}

/// Which users are wanted; what is `None` does not matter.
struct Filter<'p> {
    email: Option<&'p str>,
    status: Option<&'p str>,
    role: Option<&'p str>,
    external_id: Option<&'p str>,
    email_verified: Option<bool>,
    disabled: Option<bool>,
    mfa_enrolled: Option<bool>,
    organization_id: Option<&'p str>,
    created_after: Option<i64>,
    created_before: Option<i64>,
    last_active_after: Option<i64>,
    text: Option<String>,
}

impl<'p> Filter<'p> {
    fn from_params(params: &'p Params) -> Outcome<Self> {
        let text = params.text("q").or_else(|| params.text("query"));
        Ok(Self {
            email: params.text("email"),
            status: params.choice("status", &["active", "disabled", "banned"])?,
            role: params.text("role"),
            external_id: params.text("external_id"),
            email_verified: params.flag("email_verified")?,
            disabled: params.flag("disabled")?,
            mfa_enrolled: params.flag("mfa_enrolled")?,
            organization_id: params.text("organization_id"),
            created_after: params.time("created_after")?,
            created_before: params.time("created_before")?,
            last_active_after: params.time("last_active_after")?,
            text: text.map(str::to_lowercase),
        })
    }

    fn lets(&self, store: &Store, user: &User) -> bool {
        self.lets_fields(user)
            && self.lets_times(user)
            && self
                .mfa_enrolled
                .is_none_or(|wanted| wanted == store.has_active_factor(&user.id))
            && self.organization_id.is_none_or(|organization| {
                store
                    .members_of(organization)
                    .any(|member| member.user_id == user.id)
            })
    }

    fn lets_fields(&self, user: &User) -> bool {
        self.email
            .is_none_or(|email| user.email.eq_ignore_ascii_case(email))
            && self.status.is_none_or(|status| user.status == status)
            && self.role.is_none_or(|role| user.role == role)
            && (self.external_id.is_none() || self.external_id == user.external_id.as_deref())
            && self
                .email_verified
                .is_none_or(|verified| user.email_verified == verified)
            && self
                .disabled
                .is_none_or(|disabled| (user.status == "disabled") == disabled)
            && self.text.as_ref().is_none_or(|text| mentions(user, text))
    }

    fn lets_times(&self, user: &User) -> bool {
        self.created_after
            .is_none_or(|after| user.created_ms > after)
            && self
                .created_before
                .is_none_or(|before| user.created_ms < before)
            && self
                .last_active_after
                .is_none_or(|after| user.last_sign_in_ms.is_some_and(|seen| seen > after))
    }
}

fn mentions(user: &User, text: &str) -> bool {
    [
        Some(&user.email),
        user.name.as_ref(),
        user.username.as_ref(),
    ]
    .into_iter()
    .flatten()
    .any(|field| field.to_lowercase().contains(text))
}

/// POST `/users`
pub(crate) async fn create(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    fields: Fields,
) -> Outcome {
    let new = NewUser::from_fields(&fields)?;
    let mut store = hj.store();
    let actor = Actor::Key(&key.key_id);
    let id = create_in(&hj, &mut store, &key.tenant_id, new, actor)?;
    let user = store.user(&key.tenant_id, &id)?;
    Ok((StatusCode::CREATED, Json(user.view(false))).into_response())
}

/// GET `/users/{id}`
pub(crate) async fn get(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
) -> Outcome {
    shown(&hj.store(), &key.tenant_id, &id)
}

fn shown(store: &Store, tenant_id: &str, id: &str) -> Outcome<Response> {
    let user = store.user(tenant_id, id)?;
    Ok(Json(user.view(store.has_active_factor(id))).into_response())
}

/// PATCH `/users/{id}`: what is not sent stays, metadata is merged.
pub(crate) async fn update(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome {
    let mut store = hj.store();
    store.user(&key.tenant_id, &id)?;
    if let Some(email) = fields.text("email")? {
        check_email(&email)?;
        let other = store.user_by_email(&key.tenant_id, &email);
        if other.is_some_and(|other| other.id != id) {
            return Err(ApiError::conflict(
                "email_already_exists",
                "A user with this e-mail exists",
            ));
        }
    }
    let mut user = store.user(&key.tenant_id, &id)?.clone();
    change(&mut user, &fields)?;
    user.updated_ms = hj.world.clock.now_ms();
    *store.user_mut(&key.tenant_id, &id)? = user;
    announce(&hj, &mut store, &key, &id, "user.updated")?;
    shown(&store, &key.tenant_id, &id)
}

fn change(user: &mut User, fields: &Fields) -> Outcome<()> {
    let optional = |name: &str, old: &Option<String>| -> Outcome<Option<String>> {
        if fields.has(name) {
            fields.text(name)
        } else {
            Ok(old.clone())
        }
    };
    let phone = if fields.has("phone") {
        "phone"
    } else {
        "phone_number"
    };
    user.name = optional("name", &user.name)?;
    user.username = optional("username", &user.username)?;
    user.phone = optional(phone, &user.phone)?;
    user.avatar_url = optional("avatar_url", &user.avatar_url)?;
    user.external_id = optional("external_id", &user.external_id)?;
    if let Some(email) = fields.text("email")? {
        user.email = email;
    }
    if let Some(role) = fields.text("role")? {
        user.role = role;
    }
    if let Some(verified) = fields.flag("email_verified")? {
        user.email_verified = verified;
    }
    merge(&mut user.public_metadata, fields.object("public_metadata")?);
    merge(
        &mut user.private_metadata,
        fields.object("private_metadata")?,
    );
    Ok(())
}

/// Adds members, and removes those that are null.
fn merge(target: &mut Value, change: Option<Value>) {
    let (Value::Object(target), Some(Value::Object(change))) = (target, change) else {
        return;
    };
    for (name, value) in change {
        if value.is_null() {
            target.remove(&name);
        } else {
            target.insert(name, value);
        }
    }
}

fn announce(
    hj: &Arc<HelloJohn>,
    store: &mut Store,
    key: &Secret,
    id: &str,
    kind: &str,
) -> Outcome<()> {
    let mfa = store.has_active_factor(id);
    let data = json!({"user": store.user(&key.tenant_id, id)?.view(mfa)});
    hj.happened(
        store,
        &Event {
            kind,
            tenant_id: &key.tenant_id,
            actor: Actor::Key(&key.key_id),
            resource: ("user", id),
            data,
        },
    );
    Ok(())
}

/// POST `/users/{id}/disable`
pub(crate) async fn disable(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome {
    let revoke = fields.flag("revoke_sessions")?.unwrap_or(false);
    let mut store = hj.store();
    set_status(&hj, &mut store, &key, &id, "disabled")?;
    announce(&hj, &mut store, &key, &id, "user.disabled")?;
    if revoke {
        let actor = Actor::Key(&key.key_id);
        hj.revoke_sessions_of(&mut store, &key.tenant_id, &id, actor);
    }
    shown(&store, &key.tenant_id, &id)
}

/// POST `/users/{id}/enable`
pub(crate) async fn enable(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
) -> Outcome {
    let mut store = hj.store();
    set_status(&hj, &mut store, &key, &id, "active")?;
    announce(&hj, &mut store, &key, &id, "user.updated")?;
    shown(&store, &key.tenant_id, &id)
}

fn set_status(
    hj: &HelloJohn,
    store: &mut Store,
    key: &Secret,
    id: &str,
    status: &str,
) -> Outcome<()> {
    let now = hj.world.clock.now_ms();
    let user = store.user_mut(&key.tenant_id, id)?;
    user.status = status.to_owned();
    user.updated_ms = now;
    Ok(())
}

/// DELETE `/users/{id}`: sessions, factors and memberships go with it, the audit log stays.
pub(crate) async fn delete(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
) -> Outcome<StatusCode> {
    let mut store = hj.store();
    store.user(&key.tenant_id, &id)?;
    hj.revoke_sessions_of(&mut store, &key.tenant_id, &id, Actor::Key(&key.key_id));
    announce(&hj, &mut store, &key, &id, "user.deleted")?;
    store.users.retain(|user| user.id != id);
    store.sessions.retain(|session| session.user_id != id);
    store.factors.retain(|factor| factor.user_id != id);
    store.members.retain(|member| member.user_id != id);
    store.tickets.retain(|ticket| ticket.user_id != id);
    Ok(StatusCode::NO_CONTENT)
}
