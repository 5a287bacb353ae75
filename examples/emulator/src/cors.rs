//! Lets pages served from this machine call the emulator from a browser.

use axum::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Response},
};

const ALLOWED_HEADERS: &str = "authorization, content-type, idempotency-key, x-client-id, x-request-id, x-tenant-id, x-tenant-slug";
const EXPOSED_HEADERS: &str =
    "retry-after, x-hellojohn-version, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset";

/// The answer to a preflight from a page on this machine; none for anything else.
pub fn preflight(parts: &Parts) -> Option<Response> {
    let asked = parts.method == Method::OPTIONS
        && parts.headers.contains_key("access-control-request-method");
    let origin = parts.headers.get(header::ORIGIN).filter(|_| asked)?;
    if !is_loopback_origin(origin) {
        return Some(StatusCode::FORBIDDEN.into_response());
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    allow(Some(origin), response.headers_mut());
    let headers = response.headers_mut();
    headers.insert(
        "access-control-allow-methods",
        HeaderValue::from_static("GET, POST, PATCH, PUT, DELETE"),
    );
    headers.insert(
        "access-control-allow-headers",
        HeaderValue::from_static(ALLOWED_HEADERS),
    );
    Some(response)
}

/// Adds the headers that let a loopback page read an answer.
pub fn allow(origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
    let Some(origin) = origin.filter(|origin| is_loopback_origin(origin)) else {
        return;
    };
    headers.insert("access-control-allow-origin", origin.clone());
    headers.insert(
        "access-control-expose-headers",
        HeaderValue::from_static(EXPOSED_HEADERS),
    );
    headers.append(header::VARY, HeaderValue::from_static("origin"));
}

/// Whether a request was addressed to this machine and comes from no foreign
/// page. The controls hand out tokens, so a website that points its own name
/// at 127.0.0.1 must not reach them.
pub fn is_local(headers: &HeaderMap) -> bool {
    let addressed = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .is_none_or(is_loopback_authority);
    let own_page = headers.get(header::ORIGIN).is_none_or(is_loopback_origin);
    addressed && own_page
}

fn is_loopback_origin(origin: &HeaderValue) -> bool {
    origin
        .to_str()
        .ok()
        .and_then(|text| text.parse::<Uri>().ok())
        .and_then(|uri| {
            uri.authority()
                .map(|name| is_loopback_authority(name.as_str()))
        })
        .unwrap_or(false)
}

/// Whether `authority` (`host` or `host:port`) names this machine.
pub fn is_loopback_authority(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "127.0.0.1" | "localhost" | "[::1]") || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_counts_as_loopback() {
        for name in [
            "127.0.0.1",
            "127.0.0.1:80",
            "localhost:3000",
            "[::1]:80",
            "app.localhost",
        ] {
            assert!(is_loopback_authority(name), "{name}");
        }
        for name in [
            "example.com",
            "127.0.0.1.example.com",
            "localhost.example.com:80",
            "10.0.0.1",
        ] {
            assert!(!is_loopback_authority(name), "{name}");
        }
    }

    #[test]
    fn a_foreign_page_does_not_reach_the_controls() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:8080"));
        assert!(is_local(&headers));
        headers.insert(
            header::ORIGIN,
            HeaderValue::from_static("https://example.com"),
        );
        assert!(!is_local(&headers));
        headers.insert(header::ORIGIN, HeaderValue::from_static("null"));
        assert!(!is_local(&headers));
    }
}
