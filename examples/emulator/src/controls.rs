//! The test controls that belong to no provider: faults, clock, logs, reset.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{faults::Rule, server::Emulator};

/// Where the controls live.
const PREFIX: &str = "/__emulator";

/// Whether a path is a control.
pub fn is_control(path: &str) -> bool {
    path.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The controls of the emulator and of its providers.
pub fn routes(emulator: &Arc<Emulator>) -> Router {
    let own = Router::new()
        .route("/faults", get(faults).post(add_faults).delete(clear_faults))
        .route("/requests", get(requests).delete(clear_requests))
        .route("/counters", get(counters))
        .route("/clock", get(clock).post(shift_clock))
        .route("/reset", post(reset))
        .with_state(Arc::clone(emulator));
    let mut controls = own;
    for (index, installed) in emulator.providers.iter().enumerate() {
        let name = installed.provider.name();
        controls = controls.nest(&format!("/{name}"), installed.controls.clone());
        if index == 0 {
            controls = controls.merge(installed.controls.clone());
        }
    }
    Router::new()
        .nest(PREFIX, controls)
        .fallback(|| async { refused(StatusCode::NOT_FOUND, "no such control") })
}

/// An answer that says what is wrong with a control request.
pub fn refused(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"error": message}))).into_response()
}

/// Reads a control's body whatever its content type; an empty one means all
/// defaults, if there are any.
///
/// # Errors
/// A 400 that says what could not be read.
pub fn read<T: DeserializeOwned>(body: &str) -> Result<T, Box<Response>> {
    let text = if body.trim().is_empty() { "{}" } else { body };
    serde_json::from_str(text)
        .map_err(|error| Box::new(refused(StatusCode::BAD_REQUEST, &error.to_string())))
}

/// A list of rules, or one rule.
#[derive(Deserialize)]
#[serde(untagged)]
enum Rules {
    Many(Vec<Rule>),
    One(Box<Rule>),
}

async fn faults(State(emulator): State<Arc<Emulator>>) -> Json<Value> {
    Json(json!({"rules": emulator.faults.list()}))
}

async fn add_faults(State(emulator): State<Arc<Emulator>>, body: String) -> Response {
    // Parsed in two steps, because an untagged enum cannot say what was wrong.
    let rules = match serde_json::from_str::<Rules>(&body) {
        Ok(Rules::Many(rules)) => rules,
        Ok(Rules::One(rule)) => vec![*rule],
        Err(_) => match serde_json::from_str::<Vec<Rule>>(&body) {
            Err(error) => return refused(StatusCode::BAD_REQUEST, &error.to_string()),
            Ok(rules) => rules,
        },
    };
    emulator.faults.add(rules);
    Json(json!({"rules": emulator.faults.list()})).into_response()
}

async fn clear_faults(State(emulator): State<Arc<Emulator>>) -> StatusCode {
    emulator.faults.clear();
    StatusCode::NO_CONTENT
}

async fn requests(
    State(emulator): State<Arc<Emulator>>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Value> {
    let (method, path) = (query.get("method"), query.get("path"));
    Json(
        emulator
            .requests
            .list(method.map(String::as_str), path.map(String::as_str)),
    )
}

async fn clear_requests(State(emulator): State<Arc<Emulator>>) -> StatusCode {
    emulator.requests.clear();
    StatusCode::NO_CONTENT
}

async fn counters(State(emulator): State<Arc<Emulator>>) -> Json<Value> {
    Json(emulator.requests.counters())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shift {
    offset_s: i64,
}

async fn clock(State(emulator): State<Arc<Emulator>>) -> Json<Value> {
    Json(clock_view(&emulator))
}

async fn shift_clock(State(emulator): State<Arc<Emulator>>, body: String) -> Response {
    match read::<Shift>(&body) {
        Ok(shift) => emulator.world.clock.shift(shift.offset_s),
        Err(refusal) => return *refusal,
    }
    Json(clock_view(&emulator)).into_response()
}

fn clock_view(emulator: &Emulator) -> Value {
    let clock = &emulator.world.clock;
    json!({"offset_s": clock.offset_s(), "now": clock.now_s()})
}

async fn reset(State(emulator): State<Arc<Emulator>>) -> StatusCode {
    emulator.faults.clear();
    emulator.requests.clear();
    emulator.world.clock.shift(0);
    emulator.world.ids.restart();
    for installed in &emulator.providers {
        installed.provider.reset();
    }
    StatusCode::NO_CONTENT
}
