//! The audit log, as pages and as a file.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{
    HelloJohn,
    credentials::Secret,
    errors::{ApiError, Outcome},
    fields::Params,
    paging::{self, Page, Row},
    records,
};
use crate::world::rfc3339;

/// Query parameters and the place in an entry that they are compared with.
const EQUALITIES: &[(&str, &str)] = &[
    ("actor_id", "/actor/id"),
    ("actor_type", "/actor/type"),
    ("result", "/result"),
    ("ip_address", "/ip_address"),
    ("country", "/country"),
    ("resource_id", "/resource/id"),
    ("resource_type", "/resource/type"),
];

/// Columns of the CSV, with their place in an entry.
const COLUMNS: &[(&str, &str)] = &[
    ("id", "/id"),
    ("type", "/type"),
    ("actor_id", "/actor/id"),
    ("actor_email", "/actor/email"),
    ("actor_type", "/actor/type"),
    ("resource_id", "/resource/id"),
    ("resource_type", "/resource/type"),
    ("ip_address", "/ip_address"),
    ("result", "/result"),
    ("created_at", "/created_at"),
];

/// GET `/audit-logs`
pub(crate) async fn list(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    params: Params,
) -> Outcome<Json<Value>> {
    let rows = rows(&hj, &key, &params)?;
    Page::cut(rows, &params, paging::AUDIT).map(|page| Json(page.with_meta()))
}

/// GET `/audit-logs/export`
pub(crate) async fn export(
    State(hj): State<Arc<HelloJohn>>,
    key: Secret,
    params: Params,
) -> Outcome<Response> {
    let format = params.choice("format", &["csv", "json", "ndjson"])?;
    let rows = rows(&hj, &key, &params)?;
    let entries: Vec<Value> = rows.into_iter().map(|row| row.body).collect();
    let lines = |entries: &[Value]| -> String {
        entries.iter().map(|entry| format!("{entry}\n")).collect()
    };
    let (kind, body) = match format {
        Some("ndjson") => ("application/ndjson", lines(&entries)),
        Some("json") => ("application/json", Value::Array(entries).to_string()),
        _ => ("text/csv", csv(&entries)),
    };
    Ok(([(header::CONTENT_TYPE, kind)], body).into_response())
}

fn rows(hj: &HelloJohn, key: &Secret, params: &Params) -> Outcome<Vec<Row>> {
    if params
        .text("tenant_id")
        .is_some_and(|tenant| tenant != key.tenant_id)
    {
        return Err(ApiError::forbidden(
            "tenant_mismatch",
            "The key belongs to another tenant",
        ));
    }
    let (from, to) = (params.time("from")?, params.time("to")?);
    let kind = params.text("type");
    let store = hj.store();
    let wanted = |view: &Value| {
        let at = |pointer: &str| view.pointer(pointer).and_then(Value::as_str);
        kind.is_none_or(|kind| records::matches(kind, at("/type").unwrap_or_default()))
            && EQUALITIES.iter().all(|(name, pointer)| {
                params
                    .text(name)
                    .is_none_or(|value| at(pointer) == Some(value))
            })
    };
    Ok(store
        .audit
        .iter()
        .enumerate()
        .filter(|(_, entry)| entry.tenant_id == key.tenant_id)
        .filter(|(_, entry)| from.is_none_or(|from| entry.created_ms >= from))
        .filter(|(_, entry)| to.is_none_or(|to| entry.created_ms <= to))
        .filter(|(_, entry)| wanted(&entry.view))
        .map(|(number, entry)| Row {
            key: rfc3339(entry.created_ms),
            // Entries of the same millisecond stay in their order.
            id: format!("{number:010}"),
            body: entry.view.clone(),
        })
        .collect())
}

/// RFC 4180, with a heading.
fn csv(entries: &[Value]) -> String {
    let heading: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let mut text = format!("{}\r\n", heading.join(","));
    for entry in entries {
        let cells: Vec<String> = COLUMNS
            .iter()
            .map(|(_, pointer)| cell(entry.pointer(pointer)))
            .collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

fn cell(value: Option<&Value>) -> String {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    if text.contains([',', '"', '\r', '\n']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}
