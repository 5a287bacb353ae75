//! Hosts of requests in one form, so that no spelling of a host walks around a rule.
//!
//! What two readers may take for two hosts, such as `a.example:80:80` or `x@a.example`, is none.

use crate::url::is_host;

/// The host of an authority, without its port and without the dot at the end of an absolute name,
/// which is the same name (RFC 1034 §3.1); `None` where it is no plain one.
pub fn host_of(authority: &[u8]) -> Option<&[u8]> {
    let port = authority.iter().rposition(|byte| *byte == b':');
    let (host, port) = match port.map(|at| authority.split_at(at)) {
        // The colons of an IPv6 address are no port's.
        Some((host, port)) if !port.contains(&b']') => (host, port),
        _ => (authority, &b""[..]),
    };
    let host = host.strip_suffix(b".").unwrap_or(host);
    let is_plain = core::str::from_utf8(host).is_ok_and(is_host);
    (is_plain && port.iter().skip(1).all(u8::is_ascii_digit)).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_come_without_port_and_last_dot() {
        for (authority, host) in [
            ("a.example", "a.example"),
            ("a.example:443", "a.example"),
            ("a.example:", "a.example"),
            ("a.example.", "a.example"),
            ("a.example.:443", "a.example"),
            ("A_b-c", "A_b-c"),
            ("127.0.0.1:80", "127.0.0.1"),
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(host_of(authority.as_bytes()), Some(host.as_bytes()));
        }
    }

    #[test]
    fn hosts_with_two_readings_are_none() {
        for authority in [
            "",
            ".",
            ":80",
            "a.example..",
            "a..example",
            ".a.example",
            "a.example:80:80",
            "a.example::",
            "a.example:x",
            "a.example:80.",
            "x@a.example",
            "a.example,b.example",
            "a.example;",
            "a%2eexample",
            "a.example/",
            "[::1",
            "[]",
            "0x7f.1",
            "2130706433",
            "[::1]x",
            "::1",
            "caf\u{e9}",
        ] {
            assert_eq!(host_of(authority.as_bytes()), None, "{authority}");
        }
    }
}
