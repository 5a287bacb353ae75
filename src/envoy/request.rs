//! What a request's header fields say, whatever bytes they hold.

use std::borrow::Cow;

use super::authority::host_of;
use super::pairs;

/// The header fields of one request, pseudo headers included, names in lower case. They stay
/// where the proxy has put them.
#[derive(Clone, Default)]
pub struct Request {
    pairs: Vec<u8>,
}

/// A change to a request's header fields before it goes on.
#[derive(Clone, PartialEq, Eq)]
pub struct Edit {
    /// The field.
    pub name: std::rc::Rc<str>,
    /// Its only value from now on; `None` removes every copy.
    pub value: Option<std::rc::Rc<[u8]>>,
}

impl Edit {
    /// Removes every copy of a field.
    pub fn remove(name: impl Into<std::rc::Rc<str>>) -> Self {
        Self {
            name: name.into(),
            value: None,
        }
    }

    /// Leaves a field with one value.
    pub fn set(name: impl Into<std::rc::Rc<str>>, value: impl Into<std::rc::Rc<[u8]>>) -> Self {
        Self {
            name: name.into(),
            value: Some(value.into()),
        }
    }
}

/// Values may be claims: only the name is shown.
impl core::fmt::Debug for Edit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let verb = if self.value.is_some() {
            "Set"
        } else {
            "Remove"
        };
        write!(f, "{verb}({})", self.name)
    }
}

impl Request {
    /// Takes the fields in the layout in which the proxy hands them over.
    pub fn new(pairs: Vec<u8>) -> Self {
        Self { pairs }
    }

    /// A request of these fields.
    pub fn of(fields: &[(&[u8], &[u8])]) -> Self {
        Self::new(pairs::write(fields))
    }

    /// Every field in order, as name and value.
    pub fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        pairs::read(&self.pairs)
    }

    /// Every value of a field.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let same = move |(field, value)| (field == name.as_bytes()).then_some(value);
        self.fields().filter_map(same)
    }

    /// The first value of a field; empty where there is none.
    pub fn first(&self, name: &str) -> &[u8] {
        self.all(name).next().unwrap_or_default()
    }

    /// The request target: path and query.
    pub fn target(&self) -> &[u8] {
        self.first(":path")
    }

    /// The method.
    pub fn method(&self) -> &[u8] {
        self.first(":method")
    }

    /// The host, where it is a plain one.
    pub fn host(&self) -> Option<&[u8]> {
        host_of(self.first(":authority"))
    }

    /// Whether this is a browser's question before the real request (Fetch Standard, "CORS
    /// preflight"), which carries no credentials by design.
    pub fn is_cors_preflight(&self) -> bool {
        self.method() == b"OPTIONS"
            && !self.first("origin").is_empty()
            && !self.first("access-control-request-method").is_empty()
    }
}

/// The text of a value. Bytes that are none become one that is no good value either.
pub(super) fn text_of(value: &[u8]) -> Cow<'_, str> {
    // Nearly all are, which this finds out sooner than the conversion does.
    match core::str::from_utf8(value) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(value),
    }
}

/// Fields may be credentials: only their number is shown.
impl core::fmt::Debug for Request {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Request({} fields)", self.fields().count())
    }
}

#[cfg(test)]
pub(super) fn request(fields: &[(&str, &str)]) -> Request {
    let fields = fields.iter();
    let fields: Vec<_> = fields
        .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
        .collect();
    Request::of(&fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_true_preflight_counts_as_one() {
        let origin = ("origin", "https://a.example");
        let asked = ("access-control-request-method", "GET");
        assert!(request(&[(":method", "OPTIONS"), origin, asked]).is_cors_preflight());
        for fields in [
            &[(":method", "OPTIONS"), origin][..],
            &[(":method", "OPTIONS"), asked],
            &[(":method", "GET"), origin, asked],
            &[(":method", "options"), origin, asked],
        ] {
            assert!(!request(fields).is_cors_preflight());
        }
    }

    #[test]
    fn debug_output_shows_no_value() {
        let shown = format!(
            "{:?} {:?}",
            request(&[("a", "canary")]),
            Edit::set("a", *b"canary")
        );
        assert!(!shown.contains("canary"), "{shown}");
    }
}
