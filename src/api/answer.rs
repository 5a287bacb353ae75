//! What a successful call yields.

use core::fmt;

use crate::api::operation::{AnswerKind, Operation};
use crate::api::page::{Page, present};
use crate::http::Response;
use crate::json::{Json, Members};

/// A success, decoded and checked.
#[derive(Clone, PartialEq)]
pub struct Answer {
    /// The HTTP status; 0 where no request was needed.
    pub status: u16,
    /// What it carries.
    pub body: Body,
    /// How the list goes on, where the answer is one page of it.
    pub page: Option<Page>,
    /// Response fields that the provider's callers may see, under their public names.
    pub metadata: Vec<(&'static str, String)>,
}

/// What an answer carries.
#[derive(Clone, PartialEq)]
pub enum Body {
    /// Bytes of some media type, untouched.
    Bytes {
        /// The media type the provider named.
        media_type: Option<String>,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Nothing.
    Empty,
    /// JSON text, ready for the host's parser.
    Json(String),
}

impl Answer {
    /// The JSON text; `null` for an empty answer, nothing for bytes.
    pub fn json(&self) -> Option<&str> {
        match &self.body {
            Body::Bytes { .. } => None,
            Body::Empty => Some("null"),
            Body::Json(text) => Some(text),
        }
    }

    /// The response fields as a JSON object.
    pub fn metadata_json(&self) -> String {
        let fields = self.metadata.iter();
        Json::object(fields.map(|(name, value)| (*name, value.as_str().into()))).to_string()
    }

    pub(crate) fn of_value(status: u16, value: &Json) -> Self {
        Self {
            status,
            body: Body::Json(value.to_string()),
            page: None,
            metadata: Vec::new(),
        }
    }
}

/// Bodies may carry tokens: only the status is shown.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// How a provider's member names are handed on.
#[derive(Clone, Copy, Debug)]
pub enum Names {
    /// Unchanged; a body that nothing else touches is not written anew.
    AsSent,
    /// From `snake_case` to `camelCase`, except inside these members, whose content is the
    /// caller's own.
    Camel {
        /// Wire names of the members left alone.
        opaque: &'static [&'static str],
    },
}

/// What an answer carries, and how its list goes on.
pub(crate) type Content = (Body, Option<Page>);

/// Reads a success, whose bytes it takes; `None` when it is not what the operation yields.
///
/// JSON is limited to the parser's depth of 128.
pub(crate) fn read(
    row: &Operation,
    names: Names,
    asked: &Members,
    response: &mut Response,
) -> Option<Content> {
    match row.answer {
        AnswerKind::Bytes => {
            let media_type = response.headers.first("content-type").map(str::to_owned);
            let bytes = core::mem::take(&mut response.body);
            return Some((Body::Bytes { media_type, bytes }, None));
        }
        AnswerKind::Empty => return Some((Body::Empty, None)),
        AnswerKind::JsonOrEmpty if response.body.trim_ascii().is_empty() => {
            return Some((Body::Empty, None));
        }
        AnswerKind::Json | AnswerKind::JsonOrEmpty | AnswerKind::Url => {}
    }
    let text = core::str::from_utf8(&response.body).ok()?;
    let value = Json::parse(text).ok()?;
    if let Some(paging) = row.paging {
        let (mut items, page) = paging.read(value, asked)?;
        for item in &mut items {
            *item = finished(row, names, asked, item.take())?;
        }
        return Some((Body::Json(present(items, &page).to_string()), Some(page)));
    }
    let text = match (names, row.shape) {
        (Names::AsSent, None) => text.to_owned(),
        _ => finished(row, names, asked, value)?.to_string(),
    };
    Some((Body::Json(text), None))
}

/// A value as callers get it.
fn finished(row: &Operation, names: Names, asked: &Members, value: Json) -> Option<Json> {
    let value = renamed(names, value);
    match row.shape {
        Some(shape) => shape(value, asked),
        None => Some(value),
    }
}

/// Applies the naming rule to a decoded value.
pub(crate) fn renamed(names: Names, mut value: Json) -> Json {
    if let Names::Camel { opaque } = names {
        rename(opaque, &mut value);
    }
    value
}

fn rename(opaque: &[&str], value: &mut Json) {
    match value {
        Json::Array(items) => items.iter_mut().for_each(|item| rename(opaque, item)),
        Json::Object(members) => {
            for (name, member) in members.iter_mut() {
                if !opaque.contains(&name.as_str()) {
                    rename(opaque, member);
                }
                *name = camel(name);
            }
        }
        _ => {}
    }
}

/// `created_at` → `createdAt`; only a small letter or digit after an inner underscore changes.
pub(crate) fn camel(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let mut is_behind_underscore = false;
    for letter in name.chars() {
        if is_behind_underscore {
            is_behind_underscore = false;
            if letter.is_ascii_lowercase() || letter.is_ascii_digit() {
                text.push(letter.to_ascii_uppercase());
                continue;
            }
            text.push('_');
        }
        match letter {
            '_' if !text.is_empty() => is_behind_underscore = true,
            _ => text.push(letter),
        }
    }
    if is_behind_underscore {
        text.push('_');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn names_become_camel_case_and_odd_ones_stay() {
        for (wire, name) in [
            ("created_at", "createdAt"),
            ("id", "id"),
            ("last_4_digits", "last4Digits"),
            ("_private", "_private"),
            ("a__b", "a_B"),
            ("a_", "a_"),
            ("already", "already"),
            ("userId", "userId"),
            ("https://x/y_z", "https://x/yZ"),
            ("", ""),
        ] {
            assert_eq!(camel(wire), name);
        }
    }

    #[test]
    fn the_callers_own_data_is_not_renamed() {
        let names = Names::Camel {
            opaque: &["public_metadata"],
        };
        let value = json!({"a_b": [{"c_d": 1}], "public_metadata": {"e_f": {"g_h": 1}}});
        assert_eq!(
            renamed(names, value.clone()),
            json!({"aB": [{"cD": 1}], "publicMetadata": {"e_f": {"g_h": 1}}})
        );
        assert_eq!(renamed(Names::AsSent, value.clone()), value);
    }

    #[test]
    fn debug_output_shows_no_body() {
        let answer = Answer::of_value(200, &json!({"token": "canary"}));
        assert!(!format!("{answer:?}").contains("canary"));
    }
}
