//! SAML and OIDC connections of organizations.

use std::sync::Arc;

use axum::extract::{Path, State};
use serde_json::json;

use super::{
    PropelAuth,
    answers::{Outcome, Refusal, done, json_of},
    fields::Fields,
};

type Project = State<Arc<PropelAuth>>;

/// POST `/org/{id}/allow_saml`
pub(crate) async fn allow(State(pa): Project, Path(id): Path<String>) -> Outcome {
    set(&pa, &id, "can_setup_saml", true)
}

/// POST `/org/{id}/disallow_saml`
pub(crate) async fn disallow(State(pa): Project, Path(id): Path<String>) -> Outcome {
    set(&pa, &id, "can_setup_saml", false)
}

fn set(pa: &PropelAuth, id: &str, member: &str, value: bool) -> Outcome {
    let mut store = pa.store();
    store.org_mut(id)?.insert(member.to_owned(), json!(value));
    done()
}

/// POST `/org/{id}/create_saml_connection_link`
pub(crate) async fn connection_link(
    State(pa): Project,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome {
    pa.store().has_org(&id)?;
    if fields
        .integer("expires_in_seconds")?
        .is_some_and(|seconds| seconds <= 0)
    {
        return Err(Refusal::field("expires_in_seconds", "must be positive"));
    }
    json_of(json!({"url": format!("{}/saml?id={id}", pa.world.origin)}))
}

/// GET `/saml_sp_metadata/{id}`
pub(crate) async fn sp_metadata(State(pa): Project, Path(id): Path<String>) -> Outcome {
    pa.store().has_org(&id)?;
    let origin = &pa.world.origin;
    json_of(json!({
        "entity_id": format!("{origin}/saml/{id}/metadata"),
        "acs_url": format!("{origin}/saml/{id}/acs"),
        "logout_url": format!("{origin}/saml/{id}/logout"),
    }))
}

/// POST `/saml_idp_metadata`
pub(crate) async fn set_saml(State(pa): Project, fields: Fields) -> Outcome {
    for member in [
        "idp_entity_id",
        "idp_sso_url",
        "idp_certificate",
        "provider",
    ] {
        fields.required(member)?;
    }
    connect(&pa, &fields)
}

/// POST `/oidc_idp_metadata`
pub(crate) async fn set_oidc(State(pa): Project, fields: Fields) -> Outcome {
    for member in ["client_id", "client_secret"] {
        fields.required(member)?;
    }
    let needed: &[&str] = match fields.required("idp_type")?.as_str() {
        "Generic" => &["auth_url", "token_url", "userinfo_url"],
        "Okta" => &["okta_sso_domain"],
        "Azure" => &["entra_tenant_id"],
        _ => return Err(Refusal::field("idp_type", "is not known")),
    };
    for member in needed {
        fields.required(member)?;
    }
    connect(&pa, &fields)
}

fn connect(pa: &PropelAuth, fields: &Fields) -> Outcome {
    let id = fields.required("org_id")?;
    let mut store = pa.store();
    let org = store.org_mut(&id)?;
    org.insert("is_saml_configured".into(), json!(true));
    org.insert("is_saml_in_test_mode".into(), json!(true));
    store.idps.push(id);
    done()
}

/// POST `/saml_idp_metadata/go_live/{id}`
pub(crate) async fn go_live(State(pa): Project, Path(id): Path<String>) -> Outcome {
    if pa.store().has_org(&id)?["is_saml_configured"] != true {
        return Err(Refusal::field("org_id", "has no connection"));
    }
    set(&pa, &id, "is_saml_in_test_mode", false)
}

/// DELETE `/saml_idp_metadata/{id}`
pub(crate) async fn disconnect(State(pa): Project, Path(id): Path<String>) -> Outcome {
    pa.store().idps.retain(|org| *org != id);
    set(&pa, &id, "is_saml_configured", false)
}
