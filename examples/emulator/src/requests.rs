//! The requests seen, with nothing secret in them, and their counters.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
    time::Duration,
};

use axum::{
    body::Bytes,
    http::{header, request::Parts},
};
use serde_json::{Map, Value, json};

use crate::{locked, redaction, world};

/// Older requests than these are forgotten.
const KEPT: usize = 10_000;

/// Headers whose value is shown; of all others only the name.
const SHOWN_HEADERS: &[&str] = &[
    "accept",
    "content-length",
    "content-type",
    "host",
    "idempotency-key",
    "origin",
    "user-agent",
    "x-client-id",
    "x-tenant-id",
    "x-tenant-slug",
];

/// One request.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The fault that was applied.
    pub fault: Option<&'static str>,
    at_ms: i64,
    request_id: String,
    method: String,
    path: String,
    query: Option<String>,
    header_names: Vec<String>,
    headers: Map<String, Value>,
    authorization: Option<&'static str>,
    body: Value,
    status: Option<u16>,
    duration_ms: Option<u128>,
}

impl Seen {
    /// What may be remembered of a request.
    pub fn new(parts: &Parts, body: &Bytes, request_id: &str, at_ms: i64) -> Self {
        let authorization = parts.headers.get(header::AUTHORIZATION);
        Self {
            fault: None,
            at_ms,
            request_id: request_id.to_owned(),
            method: parts.method.to_string(),
            path: redaction::masked_path(parts.uri.path()),
            query: parts.uri.query().map(redaction::masked_query),
            header_names: parts.headers.keys().map(ToString::to_string).collect(),
            headers: shown_headers(parts),
            authorization: authorization
                .map(|value| value.to_str().map_or("other", redaction::credential_kind)),
            body: shown_body(body),
            status: None,
            duration_ms: None,
        }
    }

    fn view(&self) -> Value {
        json!({
            "at": world::rfc3339(self.at_ms),
            "request_id": self.request_id,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "header_names": self.header_names,
            "headers": self.headers,
            "authorization": {"present": self.authorization.is_some(), "kind": self.authorization},
            "body": self.body,
            "status": self.status,
            "duration_ms": self.duration_ms,
            "fault": self.fault,
        })
    }
}

fn shown_headers(parts: &Parts) -> Map<String, Value> {
    SHOWN_HEADERS
        .iter()
        .filter_map(|name| {
            let value = parts.headers.get(*name)?;
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            Some(((*name).to_owned(), Value::String(text)))
        })
        .collect()
}

/// JSON with secrets masked; of anything else only its length.
fn shown_body(body: &Bytes) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => redaction::masked(&value),
        Err(_) => json!({"bytes": body.len()}),
    }
}

/// The requests since the start or since they were last forgotten.
#[derive(Default)]
pub struct RequestLog {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    seen: VecDeque<(u64, Seen)>,
    total: u64,
    connections: u64,
    faults: BTreeMap<&'static str, u64>,
    routes: BTreeMap<String, u64>,
    statuses: BTreeMap<String, u64>,
}

impl RequestLog {
    /// Remembers a request before it is answered, so that stalled ones show too.
    pub fn arrived(&self, seen: Seen) -> u64 {
        let mut kept = locked(&self.kept);
        let entry = kept.total;
        kept.total += 1;
        let route = format!("{} {}", seen.method, seen.path);
        *kept.routes.entry(route).or_default() += 1;
        if let Some(fault) = seen.fault {
            *kept.faults.entry(fault).or_default() += 1;
        }
        if kept.seen.len() == KEPT {
            kept.seen.pop_front();
        }
        kept.seen.push_back((entry, seen));
        entry
    }

    /// Adds the outcome; `None` for a connection closed without an answer.
    pub fn answered(&self, entry: u64, status: Option<u16>, took: Duration) {
        let mut kept = locked(&self.kept);
        let shown = status.map_or_else(|| "dropped".to_owned(), |status| status.to_string());
        *kept.statuses.entry(shown).or_default() += 1;
        if let Some((_, seen)) = kept.seen.iter_mut().find(|(number, _)| *number == entry) {
            seen.status = status;
            seen.duration_ms = Some(took.as_millis());
        }
    }

    /// Counts a connection.
    pub fn count_connection(&self) {
        locked(&self.kept).connections += 1;
    }

    /// The requests whose method and start of the path are as asked.
    pub fn list(&self, method: Option<&str>, path: Option<&str>) -> Value {
        let kept = locked(&self.kept);
        let requests: Vec<Value> = kept
            .seen
            .iter()
            .map(|(_, seen)| seen)
            .filter(|seen| method.is_none_or(|method| seen.method.eq_ignore_ascii_case(method)))
            .filter(|seen| path.is_none_or(|path| seen.path.starts_with(path)))
            .map(Seen::view)
            .collect();
        json!({"total": kept.total, "requests": requests})
    }

    /// How many requests, per route, status and fault.
    pub fn counters(&self) -> Value {
        let kept = locked(&self.kept);
        json!({
            "total": kept.total,
            "connections": kept.connections,
            "by_route": kept.routes,
            "by_status": kept.statuses,
            "by_fault": kept.faults,
        })
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *locked(&self.kept) = Kept::default();
    }
}
