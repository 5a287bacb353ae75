//! Request paths in one form, so that no spelling of a path walks around a rule.
//!
//! A proxy, a framework and a file system read odd paths differently. What could be read in two
//! ways is refused before any rule is asked; the rest is compared after decoding the escapes
//! that RFC 3986 §6.2.2.2 calls equivalent.

use crate::encoding::percent_decode;

/// A path whose segments are known: it begins with a slash and holds no empty, `.` or `..`
/// segment. A trailing slash is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NormalPath(String);

/// A path that different readers may take for different resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AmbiguousPath;

/// The longest path that is looked at, without its query.
const MAX_PATH: usize = 8 << 10;

impl NormalPath {
    /// Brings the path of a request target into its normal form. The query is cut off;
    /// escapes of unreserved characters are decoded, all others keep their upper-case form.
    ///
    /// # Errors
    ///
    /// [`AmbiguousPath`] for a target that is not an absolute path, for `\`, `;`, `#`, control
    /// and non-ASCII bytes, for `%2f`, `%5c`, broken escapes and those of control characters or of
    /// no UTF-8, and for empty, `.` and `..` segments in any spelling.
    pub fn of(target: &[u8]) -> Result<Self, AmbiguousPath> {
        let path = target.split(|b| *b == b'?').next().unwrap_or_default();
        if path.len() > MAX_PATH {
            return Err(AmbiguousPath);
        }
        let mut normal = decode(path)?;
        if path.contains(&b'%') && !is_text(&percent_decode(path).0) {
            return Err(AmbiguousPath);
        }
        // One slash at the end says nothing, and two enclose an empty segment.
        if normal.ends_with(b"//") {
            return Err(AmbiguousPath);
        }
        if normal.len() > 1 && normal.last() == Some(&b'/') {
            normal.pop();
        }
        let [b'/', inner @ ..] = normal.as_slice() else {
            return Err(AmbiguousPath);
        };
        let mut segments = inner.split(|byte| *byte == b'/');
        if !inner.is_empty() && segments.any(|segment| matches!(segment, b"" | b"." | b"..")) {
            return Err(AmbiguousPath);
        }
        match String::from_utf8(normal) {
            Ok(normal) => Ok(Self(normal)),
            // Only ASCII is left.
            Err(_) => Err(AmbiguousPath),
        }
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `other` is this path or lies below it.
    pub fn covers(&self, other: &Self) -> bool {
        match other.0.strip_prefix(self.0.as_str()) {
            Some(rest) => self.0 == "/" || rest.is_empty() || rest.starts_with('/'),
            None => false,
        }
    }
}

/// Readers differ in what they make of control characters, and of bytes that are no UTF-8: there are
/// some that take `%c0%ae` for a dot.
fn is_text(decoded: &[u8]) -> bool {
    core::str::from_utf8(decoded).is_ok() && !decoded.iter().any(u8::is_ascii_control)
}

fn decode(path: &[u8]) -> Result<Vec<u8>, AmbiguousPath> {
    let mut normal = Vec::with_capacity(path.len());
    let mut bytes = path.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let (high, low) = (bytes.next().and_then(digit), bytes.next().and_then(digit));
                let (Some(high), Some(low)) = (high, low) else {
                    return Err(AmbiguousPath);
                };
                push_escaped(high << 4 | low, &mut normal)?;
            }
            b'\\' | b';' | b'#' => return Err(AmbiguousPath),
            _ if byte.is_ascii_graphic() => normal.push(byte),
            _ => return Err(AmbiguousPath),
        }
    }
    Ok(normal)
}

/// RFC 3986 §2.3: escapes of unreserved characters are the characters themselves.
fn push_escaped(byte: u8, normal: &mut Vec<u8>) -> Result<(), AmbiguousPath> {
    match byte {
        b'/' | b'\\' => return Err(AmbiguousPath),
        b'-' | b'.' | b'_' | b'~' => normal.push(byte),
        _ if byte.is_ascii_alphanumeric() => normal.push(byte),
        _ => normal.extend([b'%', letter(byte >> 4), letter(byte & 15)]),
    }
    Ok(())
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

fn letter(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' + nibble,
        _ => b'A' - 10 + nibble,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_a_greatest_length_and_a_query_does_not_count() {
        let of = |letters: usize, query: usize| {
            let target = format!("/{}?{}", "a".repeat(letters), "b".repeat(query));
            NormalPath::of(target.as_bytes()).is_ok()
        };
        assert!(of(MAX_PATH - 1, MAX_PATH));
        assert!(!of(MAX_PATH, 0));
    }

    fn normal(path: &str) -> NormalPath {
        NormalPath::of(path.as_bytes()).unwrap()
    }

    #[test]
    fn equal_paths_have_one_form() {
        for (path, form) in [
            ("/", "/"),
            ("/?a=//..", "/"),
            ("/admin", "/admin"),
            ("/admin/", "/admin"),
            ("/%61dmin", "/admin"),
            ("/a%2Db%7e", "/a-b~"),
            ("/caf%c3%a9", "/caf%C3%A9"),
            ("/a%20b", "/a%20b"),
            ("/a%252fb", "/a%252fb"),
            ("/...", "/..."),
            ("/a.b", "/a.b"),
        ] {
            assert_eq!(normal(path).as_str(), form, "{path}");
        }
    }

    #[test]
    fn paths_with_two_readings_are_refused() {
        for path in [
            "",
            "*",
            "admin",
            "?",
            "//",
            "///",
            "//admin",
            "/admin//",
            "/a//b",
            "/.",
            "/..",
            "/./",
            "/../",
            "/a/.",
            "/a/./b",
            "/a/..",
            "/a/../b",
            "/%2e",
            "/%2e%2e/b",
            "/a/.%2E/b",
            "/a%2fb",
            "/a%2Fb",
            "/a%5cb",
            "/a\\b",
            "/a;b",
            "/a;jsessionid=1/b",
            "/a%00",
            "/a%0a",
            "/a%0D%0A",
            "/a%7f",
            "/%c0%ae%c0%ae/b",
            "/%e0%80%ae/b",
            "/a%ff",
            "/caf%e9",
            "/a%",
            "/a%4",
            "/a%zz",
            "/a#b",
            "/a b",
            "/a\tb",
            "/a\u{7f}",
            "/\u{e9}",
            "http://a.example/b",
        ] {
            assert_eq!(
                NormalPath::of(path.as_bytes()),
                Err(AmbiguousPath),
                "{path}"
            );
        }
        assert_eq!(NormalPath::of(b"/\xff"), Err(AmbiguousPath));
        assert_eq!(NormalPath::of(&[b'/'; MAX_PATH + 1]), Err(AmbiguousPath));
    }

    #[test]
    fn a_path_covers_itself_and_what_lies_below_segment_by_segment() {
        for below in ["/admin", "/admin/", "/admin/users", "/%61dmin/x"] {
            assert!(normal("/admin/").covers(&normal(below)), "{below}");
        }
        for other in ["/", "/administrator", "/Admin", "/a", "/x/admin"] {
            assert!(!normal("/admin").covers(&normal(other)), "{other}");
        }
        assert!(normal("/").covers(&normal("/")) && normal("/").covers(&normal("/a/b")));
    }
}
