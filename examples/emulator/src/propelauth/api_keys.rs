//! API keys of end users and organizations.

use std::sync::Arc;

use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::{
    PropelAuth,
    answers::{Outcome, Refusal, done, json_of},
    fields::{Fields, Params},
    roles,
    store::{ApiKey, Store, hex, text},
};

type Project = State<Arc<PropelAuth>>;

/// GET `/end_user_api_keys/{id}`
pub(crate) async fn get(State(pa): Project, Path(id): Path<String>) -> Outcome {
    let store = pa.store();
    let key = store
        .api_keys
        .iter()
        .find(|key| key.shown["api_key_id"] == id.as_str());
    json_of(key.ok_or_else(Refusal::not_found)?.shown.clone())
}

/// GET `/end_user_api_keys`
pub(crate) async fn current(State(pa): Project, params: Params) -> Outcome {
    list(&pa, false, &params)
}

/// GET `/end_user_api_keys/archived`
pub(crate) async fn archived(State(pa): Project, params: Params) -> Outcome {
    list(&pa, true, &params)
}

fn list(pa: &PropelAuth, archived: bool, params: &Params) -> Outcome {
    let store = pa.store();
    let email = params.text("user_email");
    let owner = email.map(|email| store.known_as(email).map_or("", |user| user.id()));
    let same =
        |key: &Value, member: &str, value: Option<&str>| value.is_none_or(|v| key[member] == v);
    let keys = store.api_keys.iter().filter(|key| {
        key.archived == archived
            && same(&key.shown, "org_id", params.text("org_id"))
            && same(&key.shown, "user_id", params.text("user_id").or(owner))
    });
    let keys = keys.map(|key| key.shown.clone()).collect();
    json_of(params.page("api_keys", "total_api_keys", keys)?)
}

/// POST `/end_user_api_keys`
pub(crate) async fn create(State(pa): Project, fields: Fields) -> Outcome {
    let id = hex(&pa.world).get(..32).unwrap_or_default().to_owned();
    let token = format!("{id}{}", hex(&pa.world));
    keep(&pa, &fields, &id, token.clone(), false)?;
    json_of(json!({"api_key_id": id, "api_key_token": token}))
}

/// POST `/end_user_api_keys/import`
pub(crate) async fn import(State(pa): Project, fields: Fields) -> Outcome {
    let id = hex(&pa.world).get(..32).unwrap_or_default().to_owned();
    keep(
        &pa,
        &fields,
        &id,
        fields.required("imported_api_key")?,
        true,
    )?;
    json_of(json!({"api_key_id": id}))
}

fn keep(
    pa: &PropelAuth,
    fields: &Fields,
    id: &str,
    token: String,
    imported: bool,
) -> Result<(), Refusal> {
    let mut store = pa.store();
    if let Some(user) = fields.text("user_id")? {
        store
            .user(&user)
            .map_err(|_| Refusal::field("user_id", "is not known"))?;
    }
    if let Some(org) = fields.text("org_id")? {
        store
            .org(&org)
            .ok_or_else(|| Refusal::field("org_id", "is not known"))?;
    }
    let mut shown = json!({
        "api_key_id": id, "created_at": pa.world.clock.now_s(), "expires_at_seconds": null,
        "metadata": null, "user_id": null, "org_id": null, "display_name": null,
    });
    if let Value::Object(members) = &mut shown {
        let own = [
            "expires_at_seconds",
            "metadata",
            "user_id",
            "org_id",
            "display_name",
        ];
        fields.copy(&own, members);
    }
    store.api_keys.push(ApiKey {
        shown,
        token,
        imported,
        archived: false,
        uses: 0,
    });
    Ok(())
}

/// PATCH `/end_user_api_keys/{id}`
pub(crate) async fn update(State(pa): Project, Path(id): Path<String>, fields: Fields) -> Outcome {
    let never = fields.flag("set_to_never_expire")?;
    let mut store = pa.store();
    let shown = &mut key_mut(&mut store, &id)?.shown;
    if let Value::Object(members) = shown {
        fields.copy(&["expires_at_seconds", "metadata"], members);
        if never {
            members.insert("expires_at_seconds".into(), Value::Null);
        }
    }
    done()
}

/// DELETE `/end_user_api_keys/{id}`
pub(crate) async fn delete(State(pa): Project, Path(id): Path<String>) -> Outcome {
    key_mut(&mut pa.store(), &id)?.archived = true;
    done()
}

fn key_mut<'a>(store: &'a mut Store, id: &str) -> Result<&'a mut ApiKey, Refusal> {
    let mut keys = store.api_keys.iter_mut();
    let key = keys.find(|key| key.shown["api_key_id"] == id && !key.archived);
    key.ok_or_else(Refusal::not_found)
}

/// POST `/end_user_api_keys/validate`
pub(crate) async fn validate(State(pa): Project, fields: Fields) -> Outcome {
    validated(&pa, &fields, false)
}

/// POST `/end_user_api_keys/validate_imported`
pub(crate) async fn validate_imported(State(pa): Project, fields: Fields) -> Outcome {
    validated(&pa, &fields, true)
}

fn validated(pa: &PropelAuth, fields: &Fields, imported: bool) -> Outcome {
    let token = fields.required("api_key_token")?;
    let now = pa.world.clock.now_s();
    let mut store = pa.store();
    let mut keys = store.api_keys.iter_mut();
    let key = keys.find(|key| key.token == token && key.imported == imported && !key.archived);
    let key = key.ok_or_else(|| Refusal::field("api_key_token", "is not valid"))?;
    if key.shown["expires_at_seconds"]
        .as_i64()
        .is_some_and(|end| end <= now)
    {
        return Err(Refusal::field("api_key_token", "has expired"));
    }
    key.uses += 1;
    let shown = key.shown.clone();
    let user_id = text(&shown, "user_id").unwrap_or_default();
    let org_id = text(&shown, "org_id").unwrap_or_default();
    let user = store
        .user(user_id)
        .ok()
        .map(|user| store.shown(user, false));
    let member = store.membership(user_id, org_id);
    json_of(json!({
        "metadata": shown["metadata"],
        "user_id": shown["user_id"],
        "org_id": shown["org_id"],
        "user": user,
        "org": store.org(org_id).map(|org| json!({
            "org_id": org["org_id"], "org_name": org["name"], "metadata": org["metadata"],
            "max_users": org["max_users"], "is_saml_configured": org["is_saml_configured"],
            "legacy_org_id": org["legacy_org_id"],
            "custom_role_mapping_name": org["custom_role_mapping_name"],
        })),
        "user_in_org": member.and_then(|member| roles::member_info(&store, member)),
    }))
}

/// GET `/end_user_api_keys/usage`
pub(crate) async fn usage(State(pa): Project, params: Params) -> Outcome {
    if params.text("date").is_none_or(|date| date.len() != 10) {
        return Err(Refusal::field("date", "must be YYYY-MM-DD"));
    }
    let store = pa.store();
    let same = |key: &&ApiKey, member: &str| {
        params
            .text(member)
            .is_none_or(|value| key.shown[member] == value)
    };
    let keys = store.api_keys.iter();
    let keys = keys.filter(|key| {
        ["org_id", "user_id", "api_key_id"]
            .iter()
            .all(|m| same(key, m))
    });
    json_of(json!({"count": keys.map(|key| key.uses).sum::<u64>()}))
}
