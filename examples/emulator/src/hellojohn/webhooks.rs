//! Registered webhook endpoints.

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
    delivery,
    errors::{ApiError, Outcome},
    fields::Fields,
    records::Webhook,
    store::Store,
};

/// GET `/webhooks`
pub(crate) async fn list(State(hj): State<Arc<HelloJohn>>, key: Secret) -> Json<Value> {
    let webhooks: Vec<Value> = hj
        .store()
        .webhooks
        .iter()
        .filter(|one| one.tenant_id == key.tenant_id)
        .map(Webhook::view)
        .collect();
    Json(json!({"data": webhooks}))
}

/// POST `/webhooks`: the signing secret is told once, here.
pub(crate) async fn create(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    fields: Fields,
) -> Outcome<Response> {
    let url = fields.required("url")?;
    check_url(&url)?;
    let events = fields
        .texts("events")?
        .filter(|events| !events.is_empty())
        .ok_or_else(|| ApiError::invalid("events", "is required"))?;
    let webhook = Webhook {
        id: hj.world.ids.next("wh_"),
        tenant_id: key.tenant_id,
        url,
        description: fields.text("description")?,
        events,
        status: "active".to_owned(),
        signing_secret: hj.world.ids.next_secret("whsec_"),
        created_ms: hj.world.clock.now_ms(),
        last_triggered_ms: None,
    };
    let mut body = webhook.view();
    if let Value::Object(members) = &mut body {
        members.insert("signing_secret".into(), json!(webhook.signing_secret));
    }
    hj.store().webhooks.push(webhook);
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

/// HTTPS as documented, or plain HTTP to this machine, which is what is delivered to.
fn check_url(url: &str) -> Outcome<()> {
    if url.starts_with("https://") || delivery::loopback(url).is_ok() {
        return Ok(());
    }
    Err(ApiError::invalid(
        "url",
        "must be https, or http on loopback",
    ))
}

fn found<'s>(store: &'s mut Store, key: &Secret, id: &str) -> Outcome<&'s mut Webhook> {
    store
        .webhooks
        .iter_mut()
        .find(|one| one.tenant_id == key.tenant_id && one.id == id)
        .ok_or_else(|| ApiError::not_found("webhook_not_found"))
}

/// PATCH `/webhooks/{id}`
pub(crate) async fn update(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let url = fields.text("url")?;
    if let Some(url) = &url {
        check_url(url)?;
    }
    let events = fields.texts("events")?;
    let status = fields.choice("status", &["active", "disabled"])?;
    let description = fields.text("description")?;
    let mut store = hj.store();
    let webhook = found(&mut store, &key, &id)?;
    webhook.url = url.unwrap_or_else(|| webhook.url.clone());
    webhook.events = events.unwrap_or_else(|| webhook.events.clone());
    webhook.status = status.unwrap_or_else(|| webhook.status.clone());
    if fields.has("description") {
        webhook.description = description;
    }
    Ok(Json(webhook.view()))
}

/// DELETE `/webhooks/{id}`
pub(crate) async fn delete(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
) -> Outcome<StatusCode> {
    let mut store = hj.store();
    found(&mut store, &key, &id)?;
    store.webhooks.retain(|one| one.id != id);
    Ok(StatusCode::NO_CONTENT)
}

/// POST `/webhooks/{id}/test`: one attempt, whose outcome is the answer.
pub(crate) async fn test(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    Path(id): Path<String>,
) -> Outcome<Json<Value>> {
    let webhook = found(&mut hj.store(), &key, &id)?.clone();
    let kind = webhook.events.first().map_or("user.created", |kind| {
        if kind.contains('*') {
            "user.created"
        } else {
            kind
        }
    });
    let data = json!({"test": true, "user": {
        "id": "usr_test", "email": "test@example.com", "roles": ["member"],
    }});
    let body = hj.envelope(kind, &webhook.tenant_id, &data);
    let delivered = delivery::attempt(&hj, &webhook, kind, &body, 1).await;
    Ok(Json(json!({"delivered": delivered, "event": kind})))
}
