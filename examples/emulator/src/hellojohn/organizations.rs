//! Organizations and the roles of their own.

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
    members,
    paging::{self, Page, Row},
    records::{Organization, Role},
    store::Store,
};
use crate::world::rfc3339;

/// GET `/organizations`
pub(crate) async fn list(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    params: Params,
) -> Outcome<Json<Value>> {
    let text = params.text("q").map(str::to_lowercase);
    let store = hj.store();
    let rows = store
        .organizations
        .iter()
        .filter(|one| one.tenant_id == key.tenant_id)
        .filter(|one| {
            text.as_ref().is_none_or(|text| {
                one.name.to_lowercase().contains(text) || one.slug.contains(text)
            })
        })
        .map(|one| Row {
            key: rfc3339(one.created_ms),
            id: one.id.clone(),
            body: view(&store, one),
        })
        .collect();
    Page::cut(rows, &params, paging::USUAL).map(|page| Json(page.paginated()))
}

fn view(store: &Store, organization: &Organization) -> Value {
    organization.view(store.members_of(&organization.id).count())
}

/// POST `/organizations`
pub(crate) async fn create(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    fields: Fields,
) -> Outcome {
    let name = fields.required("name")?;
    let slug = fields.text("slug")?.unwrap_or_else(|| slug_of(&name));
    let logo_url = fields.text("logo_url")?;
    let metadata = fields.object("public_metadata")?;
    let creator = fields.text("created_by")?;
    let mut store = hj.store();
    check_slug_is_free(&store, &key.tenant_id, &slug, "")?;
    if let Some(creator) = &creator {
        store.user(&key.tenant_id, creator)?;
    }
    let now = hj.world.clock.now_ms();
    let organization = Organization {
        id: hj.world.ids.next("org_"),
        tenant_id: key.tenant_id.clone(),
        name,
        slug,
        logo_url,
        public_metadata: metadata.unwrap_or_else(|| json!({})),
        created_ms: now,
        updated_ms: now,
    };
    store.organizations.push(organization.clone());
    announce(&hj, &mut store, &key, &organization, "org.created");
    if let Some(creator) = &creator {
        let actor = Actor::Key(&key.key_id);
        members::join(
            &hj,
            &mut store,
            &key.tenant_id,
            &organization.id,
            creator,
            "owner",
            actor,
        )?;
    }
    let body = view(&store, &organization);
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Small letters, digits and hyphens.
pub(crate) fn slug_of(name: &str) -> String {
    let letter = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase(),
        _ => '-',
    };
    let text: String = name.chars().map(letter).collect();
    let words: Vec<&str> = text.split('-').filter(|word| !word.is_empty()).collect();
    words.join("-")
}

fn check_slug_is_free(store: &Store, tenant_id: &str, slug: &str, own_id: &str) -> Outcome<()> {
    let taken = store
        .organizations
        .iter()
        .any(|one| one.tenant_id == tenant_id && one.slug == slug && one.id != own_id);
    if taken {
        return Err(ApiError::conflict(
            "slug_already_exists",
            "An organization with this slug exists",
        ));
    }
    Ok(())
}

fn announce(
    hj: &Arc<HelloJohn>,
    store: &mut Store,
    key: &Secret,
    organization: &Organization,
    kind: &str,
) {
    let data = json!({"organization": view(store, organization)});
    hj.happened(
        store,
        &Event {
            kind,
            tenant_id: &key.tenant_id,
            actor: Actor::Key(&key.key_id),
            resource: ("organization", &organization.id),
            data,
        },
    );
}

/// GET `/organizations/{id}`
pub(crate) async fn get(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
) -> Outcome<Json<Value>> {
    let store = hj.store();
    let organization = store.organization(&key.tenant_id, &id)?;
    Ok(Json(view(&store, organization)))
}

/// GET `/organizations/slug/{slug}`
pub(crate) async fn by_slug(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(slug): Path<String>,
) -> Outcome<Json<Value>> {
    let store = hj.store();
    let organization = store
        .organizations
        .iter()
        .find(|one| one.tenant_id == key.tenant_id && one.slug == slug)
        .ok_or_else(|| ApiError::not_found("organization_not_found"))?;
    Ok(Json(view(&store, organization)))
}

/// PATCH `/organizations/{id}`: `public_metadata` replaces the whole object.
pub(crate) async fn update(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let mut store = hj.store();
    let mut organization = store.organization(&key.tenant_id, &id)?.clone();
    if let Some(name) = fields.text("name")? {
        organization.name = name;
    }
    if let Some(slug) = fields.text("slug")? {
        check_slug_is_free(&store, &key.tenant_id, &slug, &id)?;
        organization.slug = slug;
    }
    if fields.has("logo_url") {
        organization.logo_url = fields.text("logo_url")?;
    }
    if let Some(metadata) = fields.object("public_metadata")? {
        organization.public_metadata = metadata;
    }
    organization.updated_ms = hj.world.clock.now_ms();
    let body = view(&store, &organization);
    if let Some(kept) = store.organizations.iter_mut().find(|one| one.id == id) {
        *kept = organization;
    }
    Ok(Json(body))
}

/// DELETE `/organizations/{id}`
pub(crate) async fn delete(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
) -> Outcome<StatusCode> {
    let mut store = hj.store();
    let organization = store.organization(&key.tenant_id, &id)?.clone();
    announce(&hj, &mut store, &key, &organization, "org.deleted");
    store.organizations.retain(|one| one.id != id);
    store.members.retain(|one| one.organization_id != id);
    store.invitations.retain(|one| one.organization_id != id);
    store.roles.retain(|one| one.organization_id != id);
    Ok(StatusCode::NO_CONTENT)
}

/// POST `/organizations/{id}/roles`
pub(crate) async fn add_role(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome<Response> {
    let name = fields.required("name")?;
    let slug = fields.text("slug")?.unwrap_or_else(|| slug_of(&name));
    let permissions = fields.texts("permissions")?.unwrap_or_default();
    if permissions
        .iter()
        .any(|permission| !permission.contains(':'))
    {
        return Err(ApiError::invalid(
            "permissions",
            "must be of the form resource:verb",
        ));
    }
    let mut store = hj.store();
    store.organization(&key.tenant_id, &id)?;
    if known_role(&store, &id, &slug) {
        return Err(ApiError::conflict(
            "role_already_exists",
            "A role with this slug exists",
        ));
    }
    let role = Role {
        id: hj.world.ids.next("role_"),
        organization_id: id,
        name,
        slug,
        permissions,
        created_ms: hj.world.clock.now_ms(),
    };
    let body = role.view();
    store.roles.push(role);
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// Whether a role is built in or one of the organization's own.
pub(crate) fn known_role(store: &Store, organization_id: &str, slug: &str) -> bool {
    ["owner", "admin", "member"].contains(&slug)
        || store
            .roles
            .iter()
            .any(|role| role.organization_id == organization_id && role.slug == slug)
}
