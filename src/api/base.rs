//! The one origin that a client talks to, fixed when the client is made.

use crate::encoding::split;
use crate::error::ConfigError;
use crate::url::Address;

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
        let address = Address::parse(text)?;
        let path = address.rest.trim_end_matches('/');
        if !is_plain_path(path) {
            return Err("its path must be made of plain segments, without query or fragment");
        }
        let scheme = if address.secure {
            "https://"
        } else {
            "http://"
        };
        let mut origin = scheme.to_owned();
        origin.push_str(&address.host);
        if let Some(port) = address.port {
            origin.push_str(&format!(":{port}"));
        }
        Ok(Self {
            origin,
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
        [self.origin(), self.path()].concat()
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

/// Whether a path is empty or made of non-empty segments of unreserved characters
/// (RFC 3986 §2.3), none of them a dot segment.
pub(crate) fn is_plain_path(path: &str) -> bool {
    path.is_empty()
        || path.strip_prefix('/').is_some_and(|segments| {
            split(segments, b'/').all(|segment| {
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
