//! The one origin that a client talks to, fixed when the client is made.
//!
//! The text is parsed strictly and kept in the spelling that every URL parser agrees on:
//! what this module accepts, a host's own parser cannot read as another origin.

use crate::error::ConfigError;

/// A checked base URL: `https`, or `http` on a loopback host, with a plain path and nothing
/// else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    origin: String,
    path: String,
}

impl BaseUrl {
    /// Checks a base URL given by the caller as `option`. Trailing slashes are dropped.
    ///
    /// Letters outside ASCII are refused: a name such as `bücher.example` must be given in
    /// its `xn--` form, so that nobody else's mapping decides where a credential goes.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming `option` on any other scheme, user info, a query, a fragment,
    /// a host that is not a plain name or a canonical address, an odd port, or a path with
    /// anything but unreserved characters.
    pub fn parse(option: &'static str, text: &str) -> Result<Self, ConfigError> {
        Self::checked(text).map_err(|problem| ConfigError::new(option, problem))
    }

    fn checked(text: &str) -> Result<Self, &'static str> {
        let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
        let (scheme, rest) = match (lower.starts_with("https://"), lower.starts_with("http://")) {
            (true, _) => ("https", text.get(8..)),
            (_, true) => ("http", text.get(7..)),
            _ => return Err("must start with https://"),
        };
        let rest = rest.unwrap_or_default();
        let path_begins = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(path_begins).unwrap_or_default();
        let (host, port) = authority_of(authority)?;
        if scheme == "http" && !is_loopback(&host) {
            return Err("http is allowed on a loopback host only, use https");
        }
        let path = path.trim_end_matches('/');
        if !is_plain_path(path) {
            return Err("its path must be made of plain segments, without query or fragment");
        }
        let default_port = if scheme == "https" { 443 } else { 80 };
        let port = port
            .filter(|port| *port != default_port)
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        Ok(Self {
            origin: format!("{scheme}://{host}{port}"),
            path: path.to_owned(),
        })
    }

    /// Scheme, host and port, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The path, empty or starting with a slash and not ending in one.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Origin and path.
    pub fn as_url(&self) -> String {
        format!("{}{}", self.origin, self.path)
    }

    /// The same origin with `segment` (such as `/v1`) at the end of the path, once.
    #[must_use]
    pub fn ending_in(mut self, segment: &str) -> Self {
        if !self.path.ends_with(segment) {
            self.path.push_str(segment);
        }
        self
    }

    /// Whether `url` leads to this origin, compared as the last thing before it is sent.
    pub fn is_origin_of(&self, url: &str) -> bool {
        url.strip_prefix(&self.origin)
            .is_some_and(|rest| rest.starts_with('/'))
    }
}

fn authority_of(authority: &str) -> Result<(String, Option<u16>), &'static str> {
    if authority.contains('@') {
        return Err("must not carry user info");
    }
    let name_ends = match authority.rfind(']') {
        Some(bracket) => bracket + 1,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (name, port) = authority.split_at_checked(name_ends).unwrap_or_default();
    let name = name.to_ascii_lowercase();
    if !is_host(&name) {
        return Err("must name a host in plain ASCII letters");
    }
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => None,
        Some(digits) if is_port(digits) => digits.parse().ok(),
        _ => return Err("has an invalid port"),
    };
    Ok((name, port))
}

fn is_port(digits: &str) -> bool {
    digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0')
        && digits.parse::<u16>().is_ok()
}

/// A dotted name, a dotted quad or a bracketed IPv6 address.
///
/// URL parsers turn `2130706433`, `0x7f.1` and the like into addresses, so a name that ends
/// in a number must be an address in its usual form.
fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        return inner.parse::<core::net::Ipv6Addr>().is_ok();
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let ends_in_number = host
        .rsplit('.')
        .next()
        .is_some_and(|last| last.starts_with(|c: char| c.is_ascii_digit()));
    host.len() <= 253
        && host.split('.').all(is_label)
        && (!ends_in_number || host.parse::<core::net::Ipv4Addr>().is_ok())
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host
            .parse::<core::net::Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Whether a path is empty or made of non-empty segments of unreserved characters
/// (RFC 3986 §2.3), none of them a dot segment.
pub(crate) fn is_plain_path(path: &str) -> bool {
    path.is_empty()
        || path.strip_prefix('/').is_some_and(|segments| {
            segments.split('/').all(|segment| {
                !matches!(segment, "" | "." | "..")
                    && segment
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_base_urls_keep_origin_and_path() {
        for (text, url) in [
            ("https://a.example", "https://a.example"),
            ("https://a.example/", "https://a.example"),
            ("HTTPS://A.Example:443/v1//", "https://a.example/v1"),
            ("https://a.example:8443/x/v1", "https://a.example:8443/x/v1"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.1:80/v1", "http://127.0.0.1/v1"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            (
                "https://xn--bcher-kva.example",
                "https://xn--bcher-kva.example",
            ),
        ] {
            assert_eq!(BaseUrl::parse("apiUrl", text).unwrap().as_url(), url);
        }
    }

    #[test]
    fn a_base_url_that_could_lead_elsewhere_is_refused() {
        for text in [
            "",
            "a.example",
            "//a.example",
            "\\\\a.example",
            "https:a.example",
            "https:/a.example",
            "https://",
            "https:///a",
            "ftp://a.example",
            "http://a.example",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "http://10.0.0.1",
            "https://u@a.example",
            "https://u:p@a.example",
            "https://a.example\\@b.example",
            "https://a.example?x",
            "https://a.example/?x",
            "https://a.example/#x",
            "https://a.example#@b.example",
            "https://a.example/a//b",
            "https://a.example/../b",
            "https://a.example/%2e%2e",
            "https://a.example/;x",
            "https://a.example:0",
            "https://a.example:",
            "https://a.example:065",
            "https://a.example:65536",
            "https://a.example:80:80",
            "https://2130706433",
            "https://0x7f.1",
            "https://127.1",
            "https://bücher.example",
            "https://a。example",
            "https://a example",
            " https://a.example",
            "https://a.example\n",
            "https://[::1",
            "https://[::g]",
            "https://a..b",
        ] {
            let error = BaseUrl::parse("apiUrl", text).unwrap_err();
            assert_eq!(error.option, "apiUrl", "{text:?}");
        }
    }

    #[test]
    fn a_segment_is_appended_once() {
        for text in ["https://a.example", "https://a.example/v1/"] {
            let base = BaseUrl::parse("apiUrl", text).unwrap().ending_in("/v1");
            assert_eq!(base.as_url(), "https://a.example/v1");
        }
    }

    #[test]
    fn origins_are_compared_whole() {
        let base = BaseUrl::parse("apiUrl", "https://a.example").unwrap();
        assert!(base.is_origin_of("https://a.example/v1"));
        for url in [
            "https://a.example.evil/v1",
            "https://a.example:8443/",
            "https://a.example@evil/",
            "http://a.example/",
        ] {
            assert!(!base.is_origin_of(url), "{url}");
        }
    }
}
