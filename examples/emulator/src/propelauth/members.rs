//! Who belongs to an organization, and who is invited to.

use std::sync::Arc;

use axum::{extract::State, response::IntoResponse};
use serde_json::json;

use super::{
    PropelAuth,
    answers::{Outcome, Refusal, done},
    fields::Fields,
    roles,
    store::{Member, Store, text},
};

type Project = State<Arc<PropelAuth>>;

/// An invitation lasts a week.
const INVITE_S: i64 = 7 * 86_400;

fn ordered(store: &Store, fields: &Fields, user_id: String) -> Result<Member, Refusal> {
    let org_id = fields.required("org_id")?;
    let org = store.has_org(&org_id)?;
    let role = fields.required("role")?;
    let additional_roles = fields.texts("additional_roles")?;
    let all = additional_roles.iter().chain([&role]);
    if let Some(unknown) = all.into_iter().find(|role| !roles::knows(org, role)) {
        return Err(Refusal::field("role", &format!("{unknown} is not a role")));
    }
    Ok(Member {
        user_id,
        org_id,
        role,
        additional_roles,
    })
}

fn known_user(store: &Store, fields: &Fields) -> Result<String, Refusal> {
    let id = fields.required("user_id")?;
    Ok(store.user(&id)?.id().to_owned())
}

/// POST `/org/add_user`
pub(crate) async fn add(State(pa): Project, fields: Fields) -> Outcome {
    let mut store = pa.store();
    let user = known_user(&store, &fields)?;
    let member = ordered(&store, &fields, user)?;
    if store.membership(&member.user_id, &member.org_id).is_some() {
        return Err(Refusal::field("user_id", "is a member already"));
    }
    store.members.push(member);
    done()
}

/// POST `/org/change_role`
pub(crate) async fn change_role(State(pa): Project, fields: Fields) -> Outcome {
    let mut store = pa.store();
    let user = known_user(&store, &fields)?;
    let changed = ordered(&store, &fields, user)?;
    let mut members = store.members.iter_mut();
    let member = members.find(|m| m.user_id == changed.user_id && m.org_id == changed.org_id);
    *member.ok_or_else(Refusal::not_found)? = changed;
    done()
}

/// POST `/org/remove_user`
pub(crate) async fn remove(State(pa): Project, fields: Fields) -> Outcome {
    let mut store = pa.store();
    let user = known_user(&store, &fields)?;
    let org = fields.required("org_id")?;
    let before = store.members.len();
    store
        .members
        .retain(|m| m.user_id != user || m.org_id != org);
    match store.members.len() < before {
        true => done(),
        false => Err(Refusal::not_found()),
    }
}

/// POST `/invite_user`; the answer is plain text.
pub(crate) async fn invite(State(pa): Project, fields: Fields) -> Outcome {
    let email = fields.email("email")?;
    invited(&pa, &fields, &email)
}

/// POST `/invite_user_by_id`
pub(crate) async fn invite_by_id(State(pa): Project, fields: Fields) -> Outcome {
    let id = fields.required("user_id")?;
    let email = text(&pa.store().user(&id)?.shown, "email").map(str::to_owned);
    invited(&pa, &fields, &email.unwrap_or_default())
}

fn invited(pa: &PropelAuth, fields: &Fields, email: &str) -> Outcome {
    let mut store = pa.store();
    let member = ordered(&store, fields, String::new())?;
    let now = pa.world.clock.now_s();
    let org_name = store.has_org(&member.org_id)?["name"].clone();
    store.invites.push(json!({
        "invitee_email": email, "org_id": member.org_id, "org_name": org_name,
        "role_in_org": member.role, "additional_roles_in_org": member.additional_roles,
        "created_at": now, "expires_at": now + INVITE_S,
        "inviter_email": null, "inviter_user_id": null,
    }));
    Ok("invited".into_response())
}
