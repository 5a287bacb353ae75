//! What the JavaScript host lends: time, entropy, requests and answers.

use std::cell::Cell;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Request as JsRequest, RequestInit, RequestRedirect};

use super::error::Failure;
use super::fields::{self, Fields};
use super::memory;
use crate::error::TransportError;
use crate::flow::Tick;
use crate::http::{Headers, Request, Response};
use crate::time::UnixMillis;

/// A moment that JavaScript gives in milliseconds.
pub(super) fn millis(millis: f64) -> UnixMillis {
    // A cast saturates; NaN becomes 0.
    UnixMillis::new(millis as u64)
}

/// The moment that a caller names to judge at: NaN stands for none.
pub(super) fn date(millis_or_nan: f64) -> Option<UnixMillis> {
    (!millis_or_nan.is_nan()).then(|| millis(millis_or_nan))
}

/// Time and entropy for one step of a job.
pub(super) fn tick(now: f64) -> Tick {
    let now = millis(now);
    Tick {
        now,
        entropy: entropy(now),
    }
}

thread_local! {
    static STATE: Cell<Option<u64>> = const { Cell::new(None) };
    static REQUEST: Cell<Option<Request>> = const { Cell::new(None) };
}

/// The next number of a SplitMix64 sequence that the host's randomness has started. It is asked
/// for inside of a call and once, because Workers have none while a module is loaded.
fn entropy(now: UnixMillis) -> u64 {
    let state = STATE.get().or_else(|| getrandom::u64().ok());
    let next = state
        .unwrap_or_else(|| now.as_millis())
        .wrapping_add(0x9e37_79b9_7f4a_7c15);
    // Without randomness nothing is kept, and the next call asks again.
    STATE.set(state.map(|_| next));
    let mixed = (next ^ next >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

/// Leaves a request for the façade to take and send, and reports within how many milliseconds the
/// whole exchange must be over and how many bytes of the answer's body may be read.
pub(super) fn leave(request: Request) {
    let timeout = request.timeout.as_millis() as f64;
    let ceiling = request.max_response_bytes as f64;
    memory::leave_report([timeout, ceiling, 0.0, 0.0, 0.0, 0.0, 0.0]);
    REQUEST.set(Some(request));
}

/// Takes the request that the last step has left, as a `Request`. It follows no redirect.
///
/// Fails where the host refuses to make it.
#[wasm_bindgen(js_name = takeRequest)]
pub fn take_request() -> JsValue {
    let made = REQUEST.take().and_then(|request| made(&request).ok());
    match made {
        Some(request) => request.into(),
        None => Failure::of(None, TransportError::Failed).leave().into(),
    }
}

fn made(request: &Request) -> Result<JsRequest, JsValue> {
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_redirect(RequestRedirect::Manual);
    let headers = Array::new();
    for (name, value) in request.headers.iter() {
        headers.push(&Array::of2(&name.into(), &value.into()));
    }
    init.set_headers(&headers);
    if let Some(body) = &request.body {
        init.set_body(&Uint8Array::from(body.as_slice()));
    }
    JsRequest::new_with_str_and_init(&request.url, &init)
}

/// An answer from its parts; `headers` holds names and values in turn.
///
/// A redirect is none: RFC 9110 §15.4 gives it a `Location`, and it is never followed.
pub(super) fn response(
    status: u16,
    headers: &[u8],
    body: Vec<u8>,
) -> Result<Response, TransportError> {
    let headers = received(headers);
    if (300..400).contains(&status) && headers.first("location").is_some() {
        return Err(TransportError::Redirected);
    }
    Ok(Response {
        status,
        headers,
        body,
    })
}

/// Header fields from names and values in turn.
fn received(fields: &[u8]) -> Headers {
    let mut headers = Headers::new();
    let mut fields = Fields(fields);
    while let (Some((_, name)), Some((_, value))) = (fields.next(), fields.next()) {
        headers.append_received(fields::text(name), fields::text(value));
    }
    headers
}

/// Why there is no answer, by the façade's number for it.
pub(super) fn no_answer(reason: u32) -> TransportError {
    match reason {
        1 => TransportError::Redirected,
        2 => TransportError::TimedOut,
        3 => TransportError::TooLarge,
        _ => TransportError::Failed,
    }
}
