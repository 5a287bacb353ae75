//! Organizations and their invitations.

use std::sync::Arc;

use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::{
    PropelAuth,
    answers::{Outcome, Refusal, done, json_of},
    fields::{Fields, Params},
    roles::MULTI_ROLE,
    store::{text, uuid},
};

type Project = State<Arc<PropelAuth>>;

/// An organization as the API shows it, newly made.
pub(crate) fn new_org(id: String, name: &str, now_s: i64) -> Value {
    json!({
        "org_id": id, "name": name, "url_safe_org_slug": name.to_lowercase().replace(' ', "-"),
        "can_setup_saml": false, "is_saml_configured": false, "is_saml_in_test_mode": false,
        "max_users": null, "metadata": {}, "domain": null, "extra_domains": [],
        "domain_autojoin": false, "domain_restrict": false, "custom_role_mapping_name": null,
        "legacy_org_id": null, "password_rotation_enabled": false,
        "password_rotation_history_size": 0, "password_rotation_period": 0, "created_at": now_s,
    })
}

/// GET `/org/{id}`
pub(crate) async fn by_id(State(pa): Project, Path(id): Path<String>) -> Outcome {
    let mut org = pa.store().has_org(&id)?.clone();
    if let Value::Object(members) = &mut org {
        members.remove("created_at");
    }
    json_of(org)
}

/// GET `/org/query`
pub(crate) async fn query(State(pa): Project, params: Params) -> Outcome {
    let store = pa.store();
    let mut orgs: Vec<&Value> = store
        .orgs
        .iter()
        .filter(|org| wanted(org, &params))
        .collect();
    match params.text("order_by").unwrap_or("CREATED_AT_ASC") {
        "CREATED_AT_ASC" => {}
        "CREATED_AT_DESC" => orgs.reverse(),
        "NAME" => orgs.sort_by_key(|org| text(org, "name").unwrap_or_default()),
        _ => return Err(Refusal::field("order_by", "is not known")),
    }
    let shown = orgs.into_iter().map(|org| {
        json!({
            "org_id": org["org_id"], "name": org["name"], "max_users": org["max_users"],
            "is_saml_configured": org["is_saml_configured"], "metadata": org["metadata"],
            "legacy_org_id": org["legacy_org_id"], "created_at": org["created_at"],
            "custom_role_mapping_name": org["custom_role_mapping_name"],
        })
    });
    json_of(params.page("orgs", "total_orgs", shown.collect())?)
}

/// POST `/org/query`, as some of the provider's own SDKs ask.
pub(crate) async fn query_by_body(state: Project, fields: Fields) -> Outcome {
    query(state, fields.as_params()).await
}

fn wanted(org: &Value, params: &Params) -> bool {
    let name = params.text("name").unwrap_or_default().to_lowercase();
    let same = |member: &str| params.text(member).is_none_or(|value| org[member] == value);
    text(org, "name").is_some_and(|own| own.to_lowercase().contains(&name))
        && same("legacy_org_id")
        && same("domain")
}

/// POST `/org/`
pub(crate) async fn create(State(pa): Project, fields: Fields) -> Outcome {
    let name = fields.required("name")?;
    let id = uuid(&pa.world);
    let mut org = new_org(id.clone(), &name, pa.world.clock.now_s());
    org["domain_autojoin"] = json!(fields.flag("enable_auto_joining_by_domain")?);
    org["domain_restrict"] = json!(fields.flag("members_must_have_matching_domain")?);
    if let Value::Object(members) = &mut org {
        let own = [
            "domain",
            "max_users",
            "custom_role_mapping_name",
            "legacy_org_id",
        ];
        fields.copy(&own, members);
    }
    pa.store().orgs.push(org);
    json_of(json!({"org_id": id, "name": name}))
}

/// PUT `/org/{id}`
pub(crate) async fn update(State(pa): Project, Path(id): Path<String>, fields: Fields) -> Outcome {
    if fields.text("name")?.is_some_and(|name| name.is_empty()) {
        return Err(Refusal::field("name", "must not be empty"));
    }
    let mut store = pa.store();
    let org = store.org_mut(&id)?;
    fields.copy(
        &[
            "name",
            "can_setup_saml",
            "metadata",
            "max_users",
            "domain",
            "extra_domains",
            "require_2fa_by",
            "password_rotation_enabled",
            "password_rotation_history_size",
            "password_rotation_period",
            "legacy_org_id",
            "custom_role_mapping_name",
        ],
        org,
    );
    for (sent, shown) in [
        ("autojoin_by_domain", "domain_autojoin"),
        ("restrict_to_domain", "domain_restrict"),
    ] {
        if let Some(value) = fields.value(sent) {
            org.insert(shown.to_owned(), value.clone());
        }
    }
    done()
}

/// DELETE `/org/{id}`
pub(crate) async fn delete(State(pa): Project, Path(id): Path<String>) -> Outcome {
    let mut store = pa.store();
    store.has_org(&id)?;
    store.orgs.retain(|org| org["org_id"] != id.as_str());
    store.members.retain(|member| member.org_id != id);
    store
        .invites
        .retain(|invite| invite["org_id"] != id.as_str());
    done()
}

/// GET `/custom_role_mappings`
pub(crate) async fn role_mappings(State(pa): Project) -> Outcome {
    let store = pa.store();
    let subscribed = store
        .orgs
        .iter()
        .filter(|org| org["custom_role_mapping_name"] == MULTI_ROLE);
    let mapping = json!({
        "custom_role_mapping_name": MULTI_ROLE,
        "num_orgs_subscribed": subscribed.count(),
    });
    json_of(json!({"custom_role_mappings": [mapping]}))
}

/// GET `/pending_org_invites`
pub(crate) async fn invites(State(pa): Project, params: Params) -> Outcome {
    let store = pa.store();
    let org = params.text("org_id");
    let invites = store.invites.iter();
    let invites = invites.filter(|invite| org.is_none_or(|org| invite["org_id"] == org));
    json_of(params.page("invites", "total_invites", invites.cloned().collect())?)
}

/// DELETE `/pending_org_invites`
pub(crate) async fn revoke_invite(State(pa): Project, fields: Fields) -> Outcome {
    let org = fields.required("org_id")?;
    let email = fields.email("invitee_email")?;
    let mut store = pa.store();
    let before = store.invites.len();
    store.invites.retain(|invite| {
        invite["org_id"] != org.as_str() || invite["invitee_email"] != email.as_str()
    });
    match store.invites.len() < before {
        true => done(),
        false => Err(Refusal::not_found()),
    }
}
