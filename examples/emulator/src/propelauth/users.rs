//! Users: reading.

use std::sync::Arc;

use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::{
    PropelAuth,
    answers::{Outcome, Refusal, json_of},
    fields::{Fields, Params},
    store::{Store, User, text},
};

type Project = State<Arc<PropelAuth>>;

/// GET `/user/{id}`
pub(crate) async fn by_id(State(pa): Project, Path(id): Path<String>, params: Params) -> Outcome {
    let store = pa.store();
    let user = store.user(&id)?;
    json_of(store.shown(user, params.flag("include_orgs")))
}

/// GET `/user/email`
pub(crate) async fn by_email(State(pa): Project, params: Params) -> Outcome {
    by_member(&pa.store(), "email", &params)
}

/// GET `/user/username`
pub(crate) async fn by_username(State(pa): Project, params: Params) -> Outcome {
    by_member(&pa.store(), "username", &params)
}

fn by_member(store: &Store, member: &str, params: &Params) -> Outcome {
    let wanted = params
        .text(member)
        .ok_or_else(|| Refusal::field(member, "is required"))?;
    let user = store.users.iter().find(|user| user.is(member, wanted));
    let user = user.ok_or_else(Refusal::not_found)?;
    json_of(store.shown(user, params.flag("include_orgs")))
}

/// GET `/user/{id}/signup_query_parameters`
pub(crate) async fn signup_query(State(pa): Project, Path(id): Path<String>) -> Outcome {
    let store = pa.store();
    json_of(json!({"user_signup_query_parameters": store.user(&id)?.signup_query}))
}

/// GET `/user/{id}/mfa`
pub(crate) async fn mfa(State(pa): Project, Path(id): Path<String>) -> Outcome {
    json_of(json!({"mfa_setup": pa.store().user(&id)?.mfa}))
}

/// GET `/user/{id}/oauth_token`
pub(crate) async fn oauth_tokens(State(pa): Project, Path(id): Path<String>) -> Outcome {
    json_of(Value::Object(pa.store().user(&id)?.oauth_tokens.clone()))
}

/// GET `/user/{id}/{provider}/fresh_token`
pub(crate) async fn fresh_token(
    State(pa): Project,
    Path((id, provider)): Path<(String, String)>,
) -> Outcome {
    let store = pa.store();
    let token = store.user(&id)?.oauth_tokens.get(&provider);
    json_of(token.cloned().ok_or_else(Refusal::not_found)?)
}

/// POST `/user/user_ids`
pub(crate) async fn batch_by_id(State(pa): Project, params: Params, fields: Fields) -> Outcome {
    batch(&pa.store(), "user_id", &params, fields.texts("user_ids")?)
}

/// POST `/user/emails`
pub(crate) async fn batch_by_email(State(pa): Project, params: Params, fields: Fields) -> Outcome {
    batch(&pa.store(), "email", &params, fields.texts("emails")?)
}

/// POST `/user/usernames`
pub(crate) async fn batch_by_username(
    State(pa): Project,
    params: Params,
    fields: Fields,
) -> Outcome {
    batch(&pa.store(), "username", &params, fields.texts("usernames")?)
}

fn batch(store: &Store, member: &str, params: &Params, wanted: Vec<String>) -> Outcome {
    let found = |user: &&User| wanted.iter().any(|value| user.is(member, value));
    let users = store.users.iter().filter(found);
    let shown = users.map(|user| store.shown(user, params.flag("include_orgs")));
    json_of(shown.collect())
}

/// GET `/user/query`
pub(crate) async fn query(State(pa): Project, params: Params) -> Outcome {
    let store = pa.store();
    let wanted = params.text("email_or_username").unwrap_or_default();
    let matches = |user: &&User| {
        let holds = |name: &str| {
            text(&user.shown, name)
                .is_some_and(|own| own.to_lowercase().contains(&wanted.to_lowercase()))
        };
        let legacy = params.text("legacy_user_id");
        (wanted.is_empty() || holds("email") || holds("username"))
            && legacy.is_none_or(|legacy| user.is("legacy_user_id", legacy))
    };
    let mut users: Vec<&User> = store.users.iter().filter(matches).collect();
    sort(
        &mut users,
        params.text("order_by").unwrap_or("CREATED_AT_ASC"),
    )?;
    let shown = users
        .into_iter()
        .map(|user| store.shown(user, params.flag("include_orgs")));
    json_of(params.page("users", "total_users", shown.collect())?)
}

fn sort(users: &mut [&User], order: &str) -> Result<(), Refusal> {
    let (member, descending) = match order {
        "CREATED_AT_ASC" => ("created_at", false),
        "CREATED_AT_DESC" => ("created_at", true),
        "LAST_ACTIVE_AT_ASC" => ("last_active_at", false),
        "LAST_ACTIVE_AT_DESC" => ("last_active_at", true),
        "EMAIL" => ("email", false),
        "USERNAME" => ("username", false),
        _ => return Err(Refusal::field("order_by", "is not known")),
    };
    users.sort_by_key(|user| {
        let value = &user.shown[member];
        (
            value.as_i64(),
            value.as_str().unwrap_or_default().to_owned(),
        )
    });
    if descending {
        users.reverse();
    }
    Ok(())
}

/// GET `/user/org/{org}`
pub(crate) async fn in_org(State(pa): Project, Path(org): Path<String>, params: Params) -> Outcome {
    let store = pa.store();
    store.has_org(&org)?;
    let members = store.members.iter().filter(|member| member.org_id == org);
    let members =
        members.filter(|member| params.text("role").is_none_or(|role| member.role == role));
    let mut shown = Vec::new();
    for member in members {
        let mut user = store.shown(store.user(&member.user_id)?, params.flag("include_orgs"));
        user["role_in_org"] = json!(member.role);
        user["additional_roles_in_org"] = json!(member.additional_roles);
        shown.push(user);
    }
    json_of(params.page("users", "total_users", shown)?)
}
