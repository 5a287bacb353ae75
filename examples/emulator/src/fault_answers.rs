//! Carries out a fault: what the client sees instead of the true answer.

use std::{future::Future, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, channel::Channel};
use serde_json::{Value, json};

use crate::{faults::Fault, server::Dropped};

/// Answers a request as `fault` wants it; `answer` gives the true answer.
///
/// # Errors
/// [`Dropped`] when the connection is to be closed without an answer.
pub async fn apply<F, A>(fault: Fault, answer: F) -> Result<Response, Dropped>
where
    F: FnOnce() -> A,
    A: Future<Output = Response>,
{
    if let Some(latency) = fault.latency_ms {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    if !replaces_the_answer(&fault) {
        return Ok(spoilt(&fault, answer().await).await);
    }
    if fault.execute {
        answer().await;
    }
    if fault.drop {
        return Err(Dropped);
    }
    if fault.stall {
        std::future::pending::<()>().await;
    }
    Ok(instead(&fault))
}

fn replaces_the_answer(fault: &Fault) -> bool {
    fault.drop
        || fault.stall
        || fault.redirect.is_some()
        || fault.status.is_some()
        || fault.body_bytes.is_some()
}

fn instead(fault: &Fault) -> Response {
    let mut response = match (&fault.redirect, fault.body_bytes) {
        (Some(url), _) => redirect(fault, url),
        (None, Some(length)) => (status_of(fault, 200), bomb(fault, length)).into_response(),
        (None, None) => refusal(fault),
    };
    if fault.body_bytes.is_some() {
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
    }
    set_headers(fault, response.headers_mut());
    response
}

fn redirect(fault: &Fault, url: &str) -> Response {
    let mut response = status_of(fault, 302).into_response();
    if let Ok(location) = HeaderValue::from_str(url) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn refusal(fault: &Fault) -> Response {
    let status = status_of(fault, 500);
    match &fault.body {
        Some(Value::String(text)) => (status, text.clone()).into_response(),
        Some(body) => (status, axum::Json(body)).into_response(),
        None if status == StatusCode::NO_CONTENT || status == StatusCode::NOT_MODIFIED => {
            status.into_response()
        }
        None => (status, axum::Json(error_body(status))).into_response(),
    }
}

fn error_body(status: StatusCode) -> Value {
    let code = match status.as_u16() {
        401 => "invalid_token",
        403 => "insufficient_permissions",
        404 => "not_found",
        409 => "conflict",
        429 => "rate_limit_exceeded",
        500 => "internal_error",
        503 => "service_unavailable",
        _ => "fault",
    };
    json!({"error": {
        "code": code,
        "message": "A fault rule of the emulator",
        "status": status.as_u16(),
        "request_id": "req_fault",
    }})
}

fn status_of(fault: &Fault, default: u16) -> StatusCode {
    StatusCode::from_u16(fault.status.unwrap_or(default))
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn set_headers(fault: &Fault, headers: &mut HeaderMap) {
    for (name, value) in &fault.headers {
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(value),
        ) {
            headers.insert(name, value);
        }
    }
    let retry_after = match &fault.retry_after {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => return,
        Some(other) => other.to_string(),
    };
    if let Ok(value) = HeaderValue::from_str(&retry_after) {
        headers.insert(header::RETRY_AFTER, value);
    }
}

/// `["    …    "]`: valid JSON however long it is.
fn bomb(fault: &Fault, length: u64) -> Body {
    let (mut sender, body) = Channel::<Bytes>::new(1);
    let piece = fault.chunk_bytes.unwrap_or(16_384).max(1);
    let pause = fault.drip_ms.map(Duration::from_millis);
    tokio::spawn(async move {
        let filler = Bytes::from(vec![b' '; piece]);
        let mut left = length.saturating_sub(4);
        if sender.send_data(Bytes::from_static(b"[\"")).await.is_err() {
            return;
        }
        while left > 0 {
            let size = usize::try_from(left).unwrap_or(piece).min(piece);
            if sender.send_data(filler.slice(..size)).await.is_err() {
                return;
            }
            left -= size as u64;
            rest(pause).await;
        }
        let _ = sender.send_data(Bytes::from_static(b"\"]")).await;
    });
    Body::new(body)
}

/// The true answer, with its headers changed, dripped or broken off.
async fn spoilt(fault: &Fault, response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    set_headers(fault, &mut parts.headers);
    if !fault.truncate && fault.drip_ms.is_none() {
        return Response::from_parts(parts, body);
    }
    let bytes = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    // The announced length stays whole, so the client can tell that bytes are missing.
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    Response::from_parts(parts, dripped(fault, bytes))
}

fn dripped(fault: &Fault, bytes: Bytes) -> Body {
    let (mut sender, body) = Channel::<Bytes, std::io::Error>::new(1);
    let pause = fault.drip_ms.map(Duration::from_millis);
    let piece = match (fault.chunk_bytes, pause) {
        (Some(size), _) => size.max(1),
        (None, Some(_)) => 1,
        (None, None) => 16_384,
    };
    let end = if fault.truncate {
        bytes.len() / 2
    } else {
        bytes.len()
    };
    let broken = fault.truncate;
    tokio::spawn(async move {
        let mut rest_of_body = bytes.slice(..end);
        while !rest_of_body.is_empty() {
            let size = piece.min(rest_of_body.len());
            if sender.send_data(rest_of_body.split_to(size)).await.is_err() {
                return;
            }
            rest(pause).await;
        }
        if broken {
            // Let the pieces reach the wire before the connection goes.
            tokio::time::sleep(Duration::from_millis(20)).await;
            sender.abort(std::io::Error::other("broken off by a fault"));
        }
    });
    Body::new(body)
}

async fn rest(pause: Option<Duration>) {
    if let Some(pause) = pause {
        tokio::time::sleep(pause).await;
    }
}
