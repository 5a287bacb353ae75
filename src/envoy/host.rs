//! The proxy, in the filter's own terms.
//!
//! A call that the proxy does not expect stops the module, so nothing is called outside the phase
//! it belongs to.

use core::time::Duration;

use super::abi::{self, Buffer, Fields};
use super::answer::Answer;
use super::clock::Clock;
use super::outbox::Proxy;
use super::pairs;
use super::request::{Edit, Request};
use super::shared::SharedStore;
use crate::encoding::split_once;
use crate::flow::Outcome;
use crate::http::{self, Headers, Response, TransportError};
use crate::time::UnixMillis;

/// The proxy's clock.
pub(super) fn now() -> UnixMillis {
    UnixMillis::new(abi::time() / 1_000_000)
}

/// The proxy's clock, and when this worker last looked around.
pub(super) struct HostClock {
    pub(super) looked: Option<UnixMillis>,
}

impl Clock for HostClock {
    fn now(&self) -> UnixMillis {
        now()
    }

    fn recent(&self) -> Option<UnixMillis> {
        self.looked
    }
}

pub(super) fn log(message: &str) {
    abi::log_critical(message);
}

pub(super) fn configuration(size: usize) -> Vec<u8> {
    abi::bytes(Buffer::Configuration, 0, size).unwrap_or_default()
}

pub(super) fn wake_after(period: Duration) {
    abi::tick_every(millis(period));
}

pub(super) fn request() -> Request {
    Request::new(abi::fields(Fields::Request))
}

/// What the route's metadata holds under a namespace and a key.
pub(super) fn route_metadata(namespace: &str, key: &str) -> Option<Vec<u8>> {
    let path = ["xds", "route_metadata", "filter_metadata", namespace, key];
    abi::property(path.join("\0").as_bytes())
}

pub(super) fn edit(edits: &[Edit]) {
    for edit in edits {
        match &edit.value {
            Some(value) => abi::set_field(&edit.name, value),
            None => abi::remove_field(Fields::Request, &edit.name),
        }
    }
}

/// The fields behind a request's body.
pub(super) fn trailers() -> Request {
    Request::new(abi::fields(Fields::RequestTrailers))
}

/// Takes fields out of those behind the body.
pub(super) fn remove_trailers(edits: &[Edit]) {
    for edit in edits {
        abi::remove_field(Fields::RequestTrailers, &edit.name);
    }
}

/// A part of the body that the proxy holds; `None` where it does not hold all of that part.
pub(super) fn body(from: usize, to: usize) -> Option<Vec<u8>> {
    let size = to.checked_sub(from)?;
    let piece = match size {
        0 => Vec::new(),
        _ => abi::bytes(Buffer::RequestBody, from, size)?,
    };
    (piece.len() == size).then_some(piece)
}

pub(super) fn answer(answer: &Answer) {
    let fields = answer.headers.iter();
    let fields: Vec<_> = fields
        .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
        .collect();
    abi::answer(
        answer.status,
        &pairs::write(&fields),
        answer.body.as_bytes(),
    );
}

/// Turns to a waiting request; whether it is still there.
pub(super) fn turn_to(context: u32) -> bool {
    abi::turn_to(context)
}

pub(super) fn resume() {
    abi::resume_request();
}

pub(super) fn define_counter(name: &str) -> u32 {
    abi::define_counter(name)
}

pub(super) fn count(metric: u32, count: u64) {
    abi::count(metric, i64::try_from(count).unwrap_or(i64::MAX));
}

/// The answer to a request that was sent, no larger than its ceiling. No fields at all means
/// that there was none.
pub(super) fn outcome(fields: usize, size: usize, ceiling: usize) -> Outcome {
    if fields == 0 {
        return Err(TransportError::Failed);
    }
    let status = abi::field(Fields::CallResponse, ":status");
    let status = status.and_then(|text| status_of(&text));
    match status {
        None => Err(TransportError::Failed),
        Some(300..=399) => Err(TransportError::Redirected),
        // The proxy's own answer when the time is up.
        Some(504) => Err(TransportError::TimedOut),
        Some(_) if size > ceiling => Err(TransportError::TooLarge),
        Some(status) => {
            let body = abi::bytes(Buffer::CallResponseBody, 0, size);
            Ok(Response {
                status,
                headers: Headers::new(),
                body: body.unwrap_or_default(),
            })
        }
    }
}

fn status_of(text: &[u8]) -> Option<u16> {
    core::str::from_utf8(text).ok()?.parse().ok()
}

/// The proxy, as the key fetching sees it.
pub(super) struct Envoy;

impl SharedStore for Envoy {
    fn load(&mut self, key: &str) -> (Option<Vec<u8>>, u32) {
        match abi::shared(key) {
            Some((value, write)) => (Some(value), write),
            None => (None, 0),
        }
    }

    fn store(&mut self, key: &str, value: &[u8], last: Option<u32>) -> bool {
        abi::share(key, value, last.unwrap_or_default())
    }
}

impl Proxy for Envoy {
    fn send(&mut self, cluster: &str, request: &http::Request) -> Option<u32> {
        let (scheme, rest) = split_once(&request.url, "://")?;
        let mut bytes = rest.bytes();
        let path_at = bytes.position(|byte| matches!(byte, b'/' | b'?'));
        let (authority, path) = rest.split_at_checked(path_at.unwrap_or(rest.len()))?;
        let path = match path.as_bytes().first() {
            Some(b'/') => path.to_owned(),
            _ => ["/", path].concat(),
        };
        let mut headers = vec![
            (":method", request.method.as_str()),
            (":scheme", scheme),
            (":authority", authority),
            (":path", path.as_str()),
            ("accept", "application/json"),
        ];
        headers.extend(request.headers.iter());
        let fields: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
            .collect();
        let body = request.body.as_deref().unwrap_or_default();
        abi::send(
            cluster,
            &pairs::write(&fields),
            body,
            millis(request.timeout),
        )
    }
}

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}
