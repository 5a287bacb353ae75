//! Request paths in one form, so that no spelling of a path walks around a rule.
//!
//! A proxy, a framework and a file system read odd paths differently. What could be read in two
//! ways is refused before any rule is asked; the rest is compared after decoding the escapes
//! that RFC 3986 §6.2.2.2 calls equivalent.

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
    /// and non-ASCII bytes, for `%2f`, `%5c`, `%00` and broken escapes, and for empty, `.` and
    /// `..` segments in any spelling.
    pub fn of(target: &[u8]) -> Result<Self, AmbiguousPath> {
        let path = target.split(|b| *b == b'?').next().unwrap_or_default();
        if path.len() > MAX_PATH {
            return Err(AmbiguousPath);
        }
        let mut normal = decode(path)?;
        let inner = normal.strip_prefix('/').ok_or(AmbiguousPath)?;
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        if !inner.is_empty() && inner.split('/').any(|s| matches!(s, "" | "." | "..")) {
            return Err(AmbiguousPath);
        }
        // "//": an empty segment at the very end.
        if normal.ends_with("//") {
            return Err(AmbiguousPath);
        }
        if normal.len() > 1 && normal.ends_with('/') {
            normal.pop();
        }
        Ok(Self(normal))
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

fn decode(path: &[u8]) -> Result<String, AmbiguousPath> {
    let mut normal = String::with_capacity(path.len());
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
            _ if byte.is_ascii_graphic() => normal.push(byte.into()),
            _ => return Err(AmbiguousPath),
        }
    }
    Ok(normal)
}

/// RFC 3986 §2.3: escapes of unreserved characters are the characters themselves.
fn push_escaped(byte: u8, normal: &mut String) -> Result<(), AmbiguousPath> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    match byte {
        b'/' | b'\\' | 0 => return Err(AmbiguousPath),
        b'-' | b'.' | b'_' | b'~' => normal.push(byte.into()),
        _ if byte.is_ascii_alphanumeric() => normal.push(byte.into()),
        _ => {
            normal.push('%');
            for nibble in [byte >> 4, byte & 15] {
                normal.push(
                    DIGITS
                        .get(usize::from(nibble))
                        .copied()
                        .unwrap_or_default()
                        .into(),
                );
            }
        }
    }
    Ok(())
}

fn digit(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

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
