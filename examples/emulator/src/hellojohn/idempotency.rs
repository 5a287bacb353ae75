//! `Idempotency-Key`: the same key within 24 hours gets the first answer again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode, request::Parts},
    response::Response,
};
use http_body_util::BodyExt;
use tokio::sync::Mutex as AsyncMutex;

use super::{
    credentials,
    errors::{ApiError, Outcome},
};
use crate::locked;

/// How long an answer is kept.
const KEPT_MS: i64 = 86_400_000;

/// Names the answers that were not computed anew; the emulator's own header.
const REPLAYED: &str = "x-emulator-replayed";

pub(crate) type Slot = Arc<AsyncMutex<Option<Kept>>>;

/// The answers kept, by credential, path and key.
#[derive(Debug, Default)]
pub(crate) struct Replays {
    slots: Mutex<HashMap<String, Slot>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Kept {
    at_ms: i64,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Replays {
    /// Forgets every answer.
    pub(crate) fn clear(&self) {
        locked(&self.slots).clear();
    }

    /// The slot of a request that has a key; `None` for all others.
    ///
    /// # Errors
    /// `validation_error` for a key that is not 1 to 255 visible ASCII characters.
    pub(crate) fn slot(&self, parts: &Parts) -> Outcome<Option<Slot>> {
        let Some(key) = parts.headers.get("idempotency-key") else {
            return Ok(None);
        };
        if parts.method != Method::POST || !changes_something(parts.uri.path()) {
            return Ok(None);
        }
        let key = key
            .to_str()
            .ok()
            .filter(|key| (1..=255).contains(&key.len()))
            .ok_or_else(|| ApiError::malformed("The Idempotency-Key cannot be used"))?;
        let caller = credentials::caller_key(parts);
        let name = format!("{caller} {} {key}", parts.uri.path());
        Ok(Some(Arc::clone(
            locked(&self.slots).entry(name).or_default(),
        )))
    }
}

fn changes_something(path: &str) -> bool {
    !path.ends_with("/sessions/verify") && !path.ends_with("/users/search")
}

/// Gives the kept answer, or computes it and keeps it. A second request with
/// the same key waits for the first, so that nothing is created twice.
///
/// Failures of the server and rate limits are not kept: they are worth a retry.
pub(crate) async fn once<F: Future<Output = Response>>(
    slot: &Slot,
    now_ms: i64,
    answer: F,
) -> Response {
    let mut kept = slot.lock().await;
    if let Some(first) = kept.as_ref().filter(|first| now_ms < first.at_ms + KEPT_MS) {
        return first.again();
    }
    let (parts, body) = answer.await.into_parts();
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    if !parts.status.is_server_error() && parts.status != StatusCode::TOO_MANY_REQUESTS {
        *kept = Some(Kept {
            at_ms: now_ms,
            status: parts.status,
            headers: parts.headers.clone(),
            body: body.clone(),
        });
    }
    Response::from_parts(parts, Body::from(body))
}

impl Kept {
    fn again(&self) -> Response {
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
        response
    }
}
