//! What the webhook tests share: a sender that signs with other crates than the verifier's own
//! functions, and short words for what is expected.

#![allow(dead_code)]

use std::time::Duration;

use countersign::encoding::{Base64, encode_hex};
use countersign::error::{Error, ErrorCode};
use countersign::http::Headers;
use countersign::time::UnixMillis;
use countersign::webhook::{Event, Options, Scheme, Secret, Stream, Webhook};
use hmac::{Hmac, KeyInit, Mac};

pub(crate) const NOW: u64 = 1_700_000_000;

/// A key of 32 bytes, and the same key as Standard Webhooks writes it.
pub(crate) const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
pub(crate) const WHSEC: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
pub(crate) const OTHER_KEY: &[u8] = b"another key of thirty-two bytes.";
pub(crate) const OTHER_WHSEC: &str = "whsec_YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcy4=";

pub(crate) const BODY: &[u8] = br#"{"type":"user.created","data":{"name":"Zo\u00eb"}}"#;

pub(crate) fn sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

pub(crate) fn sha512(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<sha2::Sha512>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    encode_hex(bytes)
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    Base64::Standard.encode(bytes)
}

/// A `v1` entry of Standard Webhooks.
pub(crate) fn v1(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> String {
    let message = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body].concat();
    format!("v1,{}", base64(&sha256(key, &message)))
}

pub(crate) fn headers(fields: &[(&str, &str)]) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in fields {
        headers.append_received(*name, *value);
    }
    headers
}

/// The headers of Standard Webhooks.
pub(crate) fn standard_headers(id: &str, timestamp: &str, signature: &str) -> Headers {
    headers(&[
        ("webhook-id", id),
        ("webhook-timestamp", timestamp),
        ("webhook-signature", signature),
    ])
}

/// A delivery of `msg_1` at [`NOW`], signed with [`KEY`].
pub(crate) fn signed(body: &[u8]) -> Headers {
    let now = NOW.to_string();
    standard_headers("msg_1", &now, &v1(KEY, "msg_1", &now, body))
}

pub(crate) fn options<S: Into<Secret>>(
    scheme: &str,
    secrets: impl IntoIterator<Item = S>,
) -> Options {
    Options::new(Scheme::named(scheme).unwrap(), secrets)
}

pub(crate) fn webhook<S: Into<Secret>>(
    scheme: &str,
    secrets: impl IntoIterator<Item = S>,
) -> Webhook {
    Webhook::new(options(scheme, secrets)).unwrap()
}

pub(crate) fn standard() -> Webhook {
    webhook("standard", [WHSEC])
}

/// Verifies at a second, whole and in pieces: both must agree.
pub(crate) fn verify_at(
    webhook: &Webhook,
    headers: &Headers,
    body: &[u8],
    secs: u64,
) -> Result<Event, Error> {
    let now = UnixMillis::from_secs(secs);
    let whole = webhook.verify(headers, body, now);
    for size in [1, 7, 64, usize::MAX] {
        let fed = |body: &[u8]| {
            let mut stream = webhook.start(headers, now)?;
            body.chunks(size)
                .try_for_each(|piece| stream.update(piece))?;
            Ok(stream)
        };
        let streamed = fed(body).and_then(Stream::finish);
        assert_eq!(streamed, whole, "in pieces of {size}");
        let last = body.len().saturating_sub(size);
        let (pieces, last) = body.split_at(last);
        let confirmed = fed(pieces).and_then(|stream| stream.confirm_with(last));
        assert_eq!(confirmed, whole.clone().map(drop), "in pieces of {size}");
    }
    whole
}

pub(crate) fn verify(webhook: &Webhook, headers: &Headers, body: &[u8]) -> Result<Event, Error> {
    verify_at(webhook, headers, body, NOW)
}

#[track_caller]
pub(crate) fn assert_code<T: std::fmt::Debug>(result: Result<T, Error>, code: ErrorCode) {
    assert_eq!(result.unwrap_err().code(), code);
}

pub(crate) fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}
