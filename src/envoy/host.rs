//! The calls to the proxy, all in one place.
//!
//! Two rules of the library below matter. Its getters that return text panic on bytes that are
//! not UTF-8, so only those that return bytes are called here. And every call panics on a
//! status that it does not expect, so nothing is called outside the phase it belongs to.

use core::time::Duration;
use std::time::UNIX_EPOCH;

use proxy_wasm::hostcalls;
use proxy_wasm::types::{BufferType, LogLevel, MapType, MetricType};

use super::answer::Answer;
use super::clock::Clock;
use super::outbox::Proxy;
use super::request::{Edit, Request};
use super::shared::SharedStore;
use crate::encoding::split_once;
use crate::flow::Outcome;
use crate::http::{self, Headers, Response, TransportError};
use crate::time::UnixMillis;

/// The proxy's clock; the epoch, which no verifier accepts, where it has none.
pub(super) fn now() -> UnixMillis {
    let time = hostcalls::get_current_time().ok();
    let elapsed = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    UnixMillis::new(elapsed.map_or(0, |elapsed| elapsed.as_millis() as u64))
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

pub(super) fn log(level: LogLevel, message: &str) {
    let _ = hostcalls::log(level, message);
}

pub(super) fn configuration(size: usize) -> Vec<u8> {
    let bytes = hostcalls::get_buffer(BufferType::PluginConfiguration, 0, size);
    bytes.ok().flatten().unwrap_or_default()
}

pub(super) fn wake_after(period: Duration) {
    let _ = hostcalls::set_tick_period(period);
}

pub(super) fn request() -> Request {
    Request::new(hostcalls::get_map_bytes(MapType::HttpRequestHeaders).unwrap_or_default())
}

/// What the route's metadata holds under a namespace and a key.
pub(super) fn route_metadata(namespace: &str, key: &str) -> Option<Vec<u8>> {
    let path = vec!["xds", "route_metadata", "filter_metadata", namespace, key];
    hostcalls::get_property(path).ok().flatten()
}

pub(super) fn edit(edits: &[Edit]) {
    for edit in edits {
        let value = edit.value.as_deref();
        let _ = hostcalls::set_map_value_bytes(MapType::HttpRequestHeaders, &edit.name, value);
    }
}

pub(super) fn body(from: usize, to: usize) -> Vec<u8> {
    let size = to.saturating_sub(from);
    if size == 0 {
        return Vec::new();
    }
    let bytes = hostcalls::get_buffer(BufferType::HttpRequestBody, from, size);
    bytes.ok().flatten().unwrap_or_default()
}

pub(super) fn answer(answer: &Answer) {
    let headers = answer
        .headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()));
    let body = Some(answer.body.as_bytes());
    let _ = hostcalls::send_http_response(answer.status.into(), headers.collect(), body);
}

/// Turns to a waiting request; whether it is still there.
pub(super) fn turn_to(context: u32) -> bool {
    hostcalls::set_effective_context(context).is_ok()
}

pub(super) fn resume() {
    let _ = hostcalls::resume_http_request();
}

pub(super) fn define_counter(name: &str) -> Option<u32> {
    hostcalls::define_metric(MetricType::Counter, name).ok()
}

pub(super) fn count(metric: u32, count: u64) {
    let _ = hostcalls::increment_metric(metric, i64::try_from(count).unwrap_or(i64::MAX));
}

/// The answer to a request that was sent, no larger than its ceiling. No fields at all means
/// that there was none.
pub(super) fn outcome(fields: usize, size: usize, ceiling: usize) -> Outcome {
    if fields == 0 {
        return Err(TransportError::Failed);
    }
    let status = hostcalls::get_map_value_bytes(MapType::HttpCallResponseHeaders, ":status");
    let status = status.ok().flatten().and_then(|text| status_of(&text));
    match status {
        None => Err(TransportError::Failed),
        Some(300..=399) => Err(TransportError::Redirected),
        // The proxy's own answer when the time is up.
        Some(504) => Err(TransportError::TimedOut),
        Some(_) if size > ceiling => Err(TransportError::TooLarge),
        Some(status) => {
            let body = hostcalls::get_buffer(BufferType::HttpCallResponseBody, 0, size);
            Ok(Response {
                status,
                headers: Headers::new(),
                body: body.ok().flatten().unwrap_or_default(),
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
        let (value, write) = hostcalls::get_shared_data(key).unwrap_or_default();
        (value, write.unwrap_or_default())
    }

    fn store(&mut self, key: &str, value: &[u8], last: Option<u32>) -> bool {
        hostcalls::set_shared_data(key, Some(value), last).is_ok()
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
        let body = request.body.as_deref();
        let call =
            hostcalls::dispatch_http_call(cluster, headers, body, Vec::new(), request.timeout);
        call.ok()
    }
}
