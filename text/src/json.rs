//! JSON read strictly: one walk over the text, no tree (RFC 8259).
//!
//! What passes here, every host's own `JSON.parse` accepts with the same meaning; what two
//! parsers might read differently is refused:
//!
//! - anything but one object (RFC 8259 §2), text around it, a byte order mark;
//! - duplicate members at the top level, compared after unescaping (RFC 7515 §4, RFC 7519 §4);
//! - text that is not UTF-8, escapes that form a lone surrogate (RFC 8259 §8.2);
//! - numbers beyond the range of a double;
//! - more than [`MAX_DEPTH`] levels of nesting. The walk is a loop, so depth costs no stack.

mod escapes;
mod reader;

use std::borrow::Cow;

use self::escapes::unescape;
pub use self::reader::Reader;
use crate::member::{self, Member};
use crate::number;

/// How deep arrays and objects may nest, in every host.
pub const MAX_DEPTH: u32 = 128;

/// A text that is not one strict JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotStrict;

/// A JSON object whose text has been checked, with its top-level members in order.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    members: Vec<Member<'a>>,
}

/// One value inside a checked text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// An array; its text with the brackets.
    Array(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A number; its text.
    Number(&'a str),
    /// An object; its text with the braces.
    Object(&'a str),
    /// A string; its text between the quotes, still escaped.
    String(&'a str),
}

impl<'a> Object<'a> {
    /// Checks `bytes` whole and finds the top-level members.
    ///
    /// # Errors
    ///
    /// [`NotStrict`] for everything the module documentation lists.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, NotStrict> {
        let text = core::str::from_utf8(bytes).map_err(|_| NotStrict)?;
        let mut reader = Reader::new(text);
        reader.skip_space();
        let object = reader.object()?;
        match reader.is_at_end() {
            true => Ok(object),
            false => Err(NotStrict),
        }
    }

    /// The member called `name`, compared byte for byte after unescaping.
    pub fn member(&self, name: &str) -> Option<Value<'a>> {
        member::find(&self.members, name).map(|member| member.value)
    }

    /// The meaning of the string called `name`; `None` where there is none.
    pub fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.member(name)?.as_str()
    }

    /// Every member in order.
    pub fn members(&self) -> impl Iterator<Item = (&str, Value<'a>)> {
        self.members
            .iter()
            .map(|member| (member.name.as_ref(), member.value))
    }

    /// The value at a dotted path such as `realm_access.roles`. A member whose own name
    /// holds the whole path wins over the walk, since issuers do use dots in names.
    pub fn at_path(&self, path: &str) -> Option<Value<'a>> {
        if let Some(value) = self.member(path) {
            return Some(value);
        }
        // Names such as `https://example.com/roles` hold dots themselves, so every split is tried.
        path.match_indices('.').find_map(|(dot, _)| {
            let (name, rest) = (path.get(..dot)?, path.get(dot + 1..)?);
            self.member(name)?.as_object()?.at_path(rest)
        })
    }
}

impl<'a> Value<'a> {
    /// The string's meaning, unescaped; `None` for other kinds.
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        match self {
            Self::String(escaped) => Some(unescape(escaped)),
            _ => None,
        }
    }

    /// The number as a double; `None` for other kinds. It is always finite.
    pub fn as_f64(self) -> Option<f64> {
        match self {
            Self::Number(text) => Some(number::to_f64(text)),
            _ => None,
        }
    }

    /// The number, where it is written as a whole one that is not negative; `None` otherwise.
    pub fn as_u64(self) -> Option<u64> {
        match self {
            Self::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The object behind this value; `None` for other kinds, and for objects in which a
    /// member stands twice.
    pub fn as_object(self) -> Option<Object<'a>> {
        match self {
            Self::Object(text) => Object::parse(text.as_bytes()).ok(),
            _ => None,
        }
    }

    /// The elements of an array; `None` for other kinds.
    pub fn as_array(self) -> Option<Vec<Value<'a>>> {
        match self {
            Self::Array(text) => {
                let mut elements = Vec::new();
                Reader::new(text)
                    .elements(&mut |value| {
                        elements.push(value);
                        true
                    })
                    .ok()?;
                Some(elements)
            }
            _ => None,
        }
    }

    /// Whether the string, or one of the strings of an array that holds nothing else, is what is
    /// looked for; `None` for anything else. Each is handed on unescaped.
    pub fn any_string(self, is_it: &dyn Fn(&str) -> bool) -> Option<bool> {
        let Self::Array(text) = self else {
            return self.as_str().map(|text| is_it(&text));
        };
        let mut found = false;
        let read = Reader::new(text).elements(&mut |value| {
            let text = value.as_str();
            found |= text.as_deref().is_some_and(is_it);
            text.is_some()
        });
        read.ok().map(|()| found)
    }

    /// The elements of an array that holds strings only; `None` for anything else.
    pub fn as_strings(self) -> Option<Vec<Cow<'a, str>>> {
        let Self::Array(text) = self else {
            return None;
        };
        let mut texts = Vec::new();
        let mut reader = Reader::new(text);
        let read =
            reader.elements(&mut |value| value.as_str().map(|text| texts.push(text)).is_some());
        read.ok().map(|()| texts)
    }
}

#[cfg(test)]
mod tests;
