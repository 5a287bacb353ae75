//! Addresses that requests may go to, read in one way for keys, metadata and APIs.
//!
//! The text is parsed strictly and in the spelling that every URL parser agrees on: what this
//! module accepts, a host's own parser cannot read as another origin. No name is resolved here.

use crate::encoding::{contains, split, split_once};
use crate::error::ConfigError;

/// An absolute address, `https` or on a loopback host `http`.
pub(crate) struct Address<'a> {
    pub(crate) secure: bool,
    /// A name or an address in small letters, IPv6 in brackets.
    pub(crate) host: String,
    /// The port where it is not the scheme's own.
    pub(crate) port: Option<u16>,
    /// What follows the authority: empty, or beginning with `/`, `?` or `#`.
    pub(crate) rest: &'a str,
}

impl<'a> Address<'a> {
    /// Takes an address apart; the error is what is wrong with it.
    pub(crate) fn parse(text: &'a str) -> Result<Self, &'static str> {
        let begins = |scheme: &str| {
            let head = text.get(..scheme.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(scheme))
        };
        let (secure, begin) = match (begins("https://"), begins("http://")) {
            (true, _) => (true, 8),
            (_, true) => (false, 7),
            _ => return Err("must start with https://"),
        };
        let behind = text.get(begin..).unwrap_or_default();
        let mut bytes = behind.bytes();
        let end = bytes.position(|b| matches!(b, b'/' | b'?' | b'#'));
        let (authority, rest) = behind
            .split_at_checked(end.unwrap_or(behind.len()))
            .unwrap_or_default();
        if contains(authority, "@") {
            return Err("must not carry user info");
        }
        let (host, port) = host_and_port(authority)?;
        let host = host.to_ascii_lowercase();
        if !is_host(&host) {
            return Err("must name a host in plain ASCII letters");
        }
        if !secure && !is_loopback(&host) {
            return Err("http is allowed on a loopback host only, use https");
        }
        let default_port = if secure { 443 } else { 80 };
        Ok(Self {
            secure,
            host,
            port: port.filter(|port| *port != default_port),
            rest,
        })
    }
}

/// Checks a URL that requests may go to: absolute, `https:` (or `http:` on a loopback host),
/// without user information or fragment, in visible ASCII.
///
/// # Errors
///
/// [`ConfigError`] that names `option`.
pub(crate) fn check_url(option: &'static str, url: &str) -> Result<(), ConfigError> {
    let is_plain = |b: u8| b.is_ascii_graphic() && !b"\\#\"<>".contains(&b);
    let checked = match url.bytes().all(is_plain) {
        true => Address::parse(url).map(|_| ()),
        false => Err("must be a URL in plain ASCII without a fragment"),
    };
    checked.map_err(|problem| ConfigError::new(option, problem))
}

fn host_and_port(authority: &str) -> Result<(&str, Option<u16>), &'static str> {
    // The colons of an IPv6 address stand within its brackets.
    let bracket = authority.bytes().rposition(|b| b == b']');
    let from = bracket.map_or(0, |bracket| bracket + 1);
    let behind = authority.get(from..).unwrap_or_default();
    match behind.bytes().position(|b| b == b':') {
        None => Ok((authority, None)),
        Some(colon) => {
            let (host, port) = authority.split_at_checked(from + colon).unwrap_or_default();
            let port = number(port.get(1..).unwrap_or_default())
                .filter(|port| *port != 0)
                .ok_or("has an invalid port")?;
            Ok((host, Some(port)))
        }
    }
}

/// A decimal number up to 65535 in its shortest spelling.
fn number(digits: &str) -> Option<u16> {
    if digits.is_empty() || digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    digits.bytes().try_fold(0u16, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
        number.checked_mul(10)?.checked_add(u16::from(digit))
    })
}

/// A dotted name, a dotted quad or a bracketed IPv6 address.
///
/// URL parsers turn `2130706433`, `0x7f.1` and the like into addresses, so a name that ends
/// in a number must be an address in its usual form.
pub(crate) fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix("[") {
        return inner.strip_suffix("]").is_some_and(is_ipv6);
    }
    let is_label = |label: &str| {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        matches!(label.len(), 1..=63) && label.bytes().all(is_plain)
    };
    let mut ends_in_number = false;
    let are_labels = split(host, b'.').all(|label| {
        ends_in_number = label.bytes().next().is_some_and(|b| b.is_ascii_digit());
        is_label(label)
    });
    host.len() <= 253 && are_labels && (!ends_in_number || is_ipv4(host))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host == "[::1]" || (host.starts_with("127.") && is_ipv4(host))
}

/// Four decimal numbers (RFC 3986 §3.2.2, `IPv4address`).
fn is_ipv4(host: &str) -> bool {
    let mut parts = 0;
    let are_numbers = split(host, b'.').all(|part| {
        parts += 1;
        number(part).is_some_and(|number| number < 256)
    });
    are_numbers && parts == 4
}

/// Eight groups of hex digits, or fewer around one `::` (RFC 4291 §2.2, forms 1 and 2).
fn is_ipv6(text: &str) -> bool {
    match split_once(text, "::") {
        None => groups(text) == Some(8),
        Some((before, behind)) => {
            let groups = |side: &str| {
                if side.is_empty() {
                    Some(0)
                } else {
                    groups(side)
                }
            };
            let both = groups(before).zip(groups(behind));
            both.is_some_and(|(before, behind)| before + behind < 8)
        }
    }
}

/// How many groups of one to four hex digits a text is made of; `None` where it is not.
fn groups(text: &str) -> Option<usize> {
    let is_group =
        |group: &str| matches!(group.len(), 1..=4) && group.bytes().all(|b| b.is_ascii_hexdigit());
    let mut groups = 0;
    let all = split(text, b':').all(|group| {
        groups += 1;
        is_group(group)
    });
    all.then_some(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_loopback_http_urls_are_taken() {
        for url in [
            "https://a.example/jwks",
            "HTTPS://A.example:8443/x?y=z",
            "https://a.example?y=z",
            "http://127.0.0.1:1/a",
            "http://localhost/",
            "http://[::1]:80",
            "https://[2001:db8::1]/",
        ] {
            assert_eq!(check_url("u", url), Ok(()), "{url}");
        }
        for url in [
            "",
            "a.example",
            "//a.example",
            "https:a.example",
            "https:///x",
            "http://a.example/",
            "file:///etc/passwd",
            "data:application/json,{}",
            "ftp://a.example",
            "https://u:p@a.example/",
            "https://u@a.example/",
            "https://:@a.example/",
            "https://a.example\\@b.example/",
            "https://a.example/#f",
            "https://a.example/\r\nx",
            "https://é.example/",
            "http://127.0.0.1.evil.example/",
            "http://127.1/",
            "http://localhost.evil.example",
            "https://:443/",
            "https://a:b:c/",
            "https://a.example:/",
            "https://[::1]x/",
            "https://[::1]:/",
            "javascript:alert(1)",
            "https://a.example/ x",
        ] {
            assert!(check_url("u", url).is_err(), "{url}");
        }
    }

    #[test]
    fn addresses_are_told_as_the_standard_library_tells_them() {
        for text in [
            "::",
            "::1",
            "1::",
            "1::2",
            "a:b:c:d:e:f:1:2",
            "::2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "1::3:4:5:6:7:8",
            "2001:db8::1",
            ":::",
            "1:::2",
            "::1::",
            "1:2:3:4:5:6:7",
            "12345::",
            "g::",
            ":1",
            "1:",
            "",
            ":",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7:8::",
            "::1:2:3:4:5:6:7:8",
            ":1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7:8:",
            "ABCD::ef",
        ] {
            let theirs = text.parse::<core::net::Ipv6Addr>().is_ok();
            assert_eq!(is_ipv6(text), theirs, "{text}");
        }
        for text in [
            "127.0.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "256.0.0.1",
            "1.2.3",
            "1.2.3.4.5",
            "01.2.3.4",
            "1.2.3.",
            ".1.2.3",
            "1..2.3",
            "",
            "a.b.c.d",
            "1.2.3.4 ",
            "+1.2.3.4",
        ] {
            let theirs = text.parse::<core::net::Ipv4Addr>().is_ok();
            assert_eq!(is_ipv4(text), theirs, "{text}");
        }
    }

    #[test]
    fn ports_have_one_spelling() {
        for (text, port) in [("1", Some(1)), ("65535", Some(65_535)), ("0", Some(0))] {
            assert_eq!(number(text), port);
        }
        for text in ["", "65536", "080", "+1", "1a", "99999999999999999999"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
