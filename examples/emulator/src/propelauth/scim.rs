//! Directory groups of organizations.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::{
    PropelAuth,
    answers::{Outcome, Refusal, json_of},
    fields::Params,
    store::{ScimGroup, Store},
};

type Project = State<Arc<PropelAuth>>;

const NO_ORG: Refusal = Refusal::plain(StatusCode::NOT_FOUND, "Organization not found");

fn of_org<'a>(store: &'a Store, org: &'a str) -> impl Iterator<Item = &'a ScimGroup> {
    store
        .scim_groups
        .iter()
        .filter(move |group| group.org_id == org)
}

/// GET `/scim/{org}/groups`
pub(crate) async fn list(State(pa): Project, Path(org): Path<String>, params: Params) -> Outcome {
    let store = pa.store();
    store.org(&org).ok_or(NO_ORG)?;
    let user = params.text("user_id");
    let groups = of_org(&store, &org)
        .filter(|group| user.is_none_or(|user| group.members.iter().any(|m| m == user)))
        .map(|group| json!({"group_id": group.group_id, "display_name": group.display_name, "external_id_from_idp": null}));
    let page = params.page("groups", "total_groups", groups.collect())?;
    json_of(json!({
        "groups": page["groups"], "total_groups": page["total_groups"],
        "page_number": page["current_page"], "page_size": page["page_size"],
    }))
}

/// GET `/scim/{org}/groups/{group}`
pub(crate) async fn get(State(pa): Project, Path((org, group)): Path<(String, String)>) -> Outcome {
    let store = pa.store();
    store.org(&org).ok_or(NO_ORG)?;
    let found = of_org(&store, &org).find(|own| own.group_id == group);
    let found = found.ok_or_else(Refusal::not_found)?;
    let members: Vec<Value> = found
        .members
        .iter()
        .map(|id| json!({"user_id": id}))
        .collect();
    json_of(json!({
        "group_id": found.group_id, "display_name": found.display_name,
        "external_id_from_idp": null, "members": members,
    }))
}
