//! HTTP messages as plain values: the core builds a [`Request`], a host sends it and
//! hands back a [`Response`] or a [`TransportError`].
//!
//! A host obeys three rules for every request it is handed: **no redirect is followed**
//! (a 3xx answer is [`TransportError::Redirected`]), the answer is complete within
//! [`Request::timeout`], and no more than [`Request::max_response_bytes`] of decoded
//! body are read.

use core::fmt;
use core::time::Duration;

/// Request methods that the providers' APIs use (RFC 9110 §9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// `DELETE`
    Delete,
    /// `GET`
    Get,
    /// `PATCH`
    Patch,
    /// `POST`
    Post,
    /// `PUT`
    Put,
}

impl Method {
    /// The method as it stands in the request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "DELETE",
            Self::Get => "GET",
            Self::Patch => "PATCH",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }

    /// Whether sending it twice has the effect of sending it once (RFC 9110 §9.2.2).
    pub const fn is_idempotent(self) -> bool {
        matches!(self, Self::Delete | Self::Get | Self::Put)
    }
}

/// Header fields in the order they were added; names compare without case.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// No fields at all.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a field, beside others of the same name.
    ///
    /// # Errors
    ///
    /// [`InvalidHeader`] when the name is not an RFC 9110 token or the value holds
    /// anything but visible ASCII, space and tab: nothing that ends a line gets through.
    pub fn append(
        &mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<(), InvalidHeader> {
        let (name, value) = (name.into(), value.into());
        if !is_token(&name) || !is_field_value(&value) {
            return Err(InvalidHeader);
        }
        self.0.push((name, value));
        Ok(())
    }

    /// Adds a field received from a peer, whatever bytes it holds.
    pub fn append_received(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// The first value of a field.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of a field, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    /// Every field, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }
}

/// Values may be credentials, so only the names are shown.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(n, _)| n))
            .finish()
    }
}

/// A header field that could not go over the wire unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidHeader;

/// Whether `name` is a token (RFC 9110 §5.6.2).
pub fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

fn is_field_value(value: &str) -> bool {
    value.bytes().all(|b| matches!(b, b' '..=b'~' | b'\t'))
}

/// A request for the host to send.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The request method.
    pub method: Method,
    /// An absolute `https:` URL (or `http:` where the caller allowed it), already encoded.
    pub url: String,
    /// Header fields to send.
    pub headers: Headers,
    /// The body, if there is one.
    pub body: Option<Vec<u8>>,
    /// How long the whole exchange may take, from sending to the body's last byte.
    pub timeout: Duration,
    /// How many bytes of decoded body the host may read before it gives up with
    /// [`TransportError::TooLarge`].
    pub max_response_bytes: usize,
}

/// URLs may carry ids and headers carry credentials: only the method is shown.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// An answer, complete and within its ceilings.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code; never 3xx with a location, which is [`TransportError::Redirected`].
    pub status: u16,
    /// Header fields received.
    pub headers: Headers,
    /// The decoded body.
    pub body: Vec<u8>,
}

/// Bodies may carry tokens: only the status and the size are shown.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish()
    }
}

/// Why no answer was had. The request may have reached its server all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportError {
    /// The connection could not be made or broke (`ERR_TRANSPORT`).
    Failed,
    /// The server answered with a redirect, which is never followed (`ERR_TRANSPORT`).
    Redirected,
    /// The answer was not complete within the request's timeout (`ERR_TRANSPORT_TIMEOUT`).
    TimedOut,
    /// The answer was larger than the request's ceiling (`ERR_TRANSPORT`).
    TooLarge,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed => "the request could not be completed",
            Self::Redirected => "the server answered with a redirect, which is never followed",
            Self::TimedOut => "the server did not answer in time",
            Self::TooLarge => "the answer is larger than allowed",
        })
    }
}

impl core::error::Error for TransportError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_names_compare_without_case_and_keep_every_value() {
        let mut headers = Headers::new();
        headers.append("X-One", "a").unwrap();
        headers.append("x-one", "b").unwrap();
        assert_eq!(headers.first("X-ONE"), Some("a"));
        assert_eq!(headers.all("x-One").collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn header_values_that_could_break_the_line_are_refused() {
        let mut headers = Headers::new();
        for value in ["a\r\nb", "a\nb", "a\0", "é", "\u{7f}"] {
            assert_eq!(headers.append("x", value), Err(InvalidHeader), "{value:?}");
        }
        for name in ["", "a b", "a:", "a\r", "é"] {
            assert_eq!(headers.append(name, "v"), Err(InvalidHeader), "{name:?}");
        }
    }

    #[test]
    fn debug_output_shows_no_value() {
        let mut headers = Headers::new();
        headers.append("authorization", "Bearer canary").unwrap();
        let request = Request {
            method: Method::Get,
            url: "https://a.example/canary".into(),
            headers: headers.clone(),
            body: Some(b"canary".to_vec()),
            timeout: Duration::from_secs(1),
            max_response_bytes: 1,
        };
        let response = Response {
            status: 200,
            headers,
            body: b"canary".to_vec(),
        };
        assert!(!format!("{request:?} {response:?}").contains("canary"));
    }
}
