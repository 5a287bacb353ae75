//! What every answer goes through: rate limits, replays, headers, request ids.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::HeaderValue,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{HelloJohn, errors::ApiError, idempotency};
use crate::server::RequestId;

/// The version of HelloJohn's server that is imitated.
const VERSION: HeaderValue = HeaderValue::from_static("1.4.2");

/// Wraps the handlers.
pub(crate) async fn wrap(
    State(hj): State<Arc<HelloJohn>>,
    request: Request,
    next: Next,
) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let id = id.map_or_else(|| hj.world.ids.next_aside("req_"), |RequestId(id)| id);
    let now_ms = hj.world.clock.now_ms();
    let (parts, body) = request.into_parts();
    let standing = hj.limits.count(&parts, now_ms);
    let slot = hj.replays.slot(&parts);
    let run = async {
        let request = Request::from_parts(parts, body);
        named(next.run(request).await, &id)
    };
    let mut response = match (standing.refused_for_s, slot) {
        (Some(seconds), _) => named(ApiError::rate_limited(seconds).into_response(), &id),
        (None, Err(error)) => named(error.into_response(), &id),
        (None, Ok(Some(slot))) => idempotency::once(&slot, now_ms, run).await,
        (None, Ok(None)) => run.await,
    };
    standing.write(response.headers_mut());
    response
        .headers_mut()
        .insert("x-hellojohn-version", VERSION);
    response
}

/// Puts the request's id into an error body.
fn named(response: Response, id: &str) -> Response {
    match response.extensions().get::<ApiError>() {
        Some(error) => error.answer(Some(id)),
        None => response,
    }
}
