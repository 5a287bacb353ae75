//! Claims of a verified token as header fields for the service behind the proxy.

use std::rc::Rc;

use super::request::{Edit, Request};
use crate::encoding::Base64;
use crate::json::{Object, Value};

/// Which claims go into which fields. Every such field belongs to the filter: what a client
/// sends under its name is removed from every request.
#[derive(Clone, Debug, Default)]
pub struct ClaimHeaders {
    /// Dotted path of the claim, and the field.
    pub claims: Vec<(String, Rc<str>)>,
    /// The field that carries the whole payload in base64url.
    pub payload: Option<Rc<str>>,
}

/// A verified token's fields, made once.
#[derive(Clone, Debug, Default)]
pub struct Mapped {
    /// The changes that set them.
    pub edits: Vec<Edit>,
    /// How many claims were there but could not be written into a field.
    pub unfit: u64,
}

impl ClaimHeaders {
    /// The changes that remove what the client sent under the filter's names, in any case and
    /// with `_` for `-`, which many servers take for the same name.
    pub fn spoofed(&self, request: &Request) -> Vec<Edit> {
        if self.names().next().is_none() {
            return Vec::new();
        }
        let ours = |name: &&[u8]| self.names().any(|own| is_same_name(own, name));
        let spoofed = request.fields().map(|(name, _)| name).filter(ours);
        // Whatever is the same name is ASCII.
        let names = spoofed.filter_map(|name| core::str::from_utf8(name).ok());
        names.map(Edit::remove).collect()
    }

    /// The fields that a payload makes.
    pub fn map(&self, payload: &[u8]) -> Mapped {
        let mut mapped = Mapped::default();
        let Ok(object) = Object::parse(payload) else {
            return mapped;
        };
        for (path, name) in &self.claims {
            match object.at_path(path).map(text) {
                None | Some(Text::Absent) => {}
                Some(Text::Fit(text)) => {
                    mapped
                        .edits
                        .push(Edit::set(name.clone(), text.into_bytes()));
                }
                Some(Text::Unfit) => mapped.unfit += 1,
            }
        }
        if let Some(name) = &self.payload {
            let encoded = Base64::Url.encode(payload).into_bytes();
            mapped.edits.push(Edit::set(name.clone(), encoded));
        }
        mapped
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let claims = self.claims.iter().map(|(_, name)| name);
        claims.chain(&self.payload).map(AsRef::as_ref)
    }
}

/// Whether many servers take a name for this one.
pub(in crate::envoy) fn is_same_name(own: &str, sent: &[u8]) -> bool {
    let same = |byte: u8| {
        if byte == b'_' {
            b'-'
        } else {
            byte.to_ascii_lowercase()
        }
    };
    own.len() == sent.len() && own.bytes().zip(sent).all(|(a, b)| same(a) == same(*b))
}

enum Text {
    Absent,
    Fit(String),
    /// It would arrive changed, or could be read as something else.
    Unfit,
}

/// A claim as a field's value: text, number or truth value, or a list of them with commas
/// between. A part is never sent for the whole.
fn text(value: Value<'_>) -> Text {
    match value {
        Value::Null => Text::Absent,
        Value::Array(_) => {
            let parts = value.as_array().unwrap_or_default().into_iter();
            let parts: Option<Vec<_>> = parts
                .map(|part| scalar(part).filter(|part| !part.contains(',')))
                .collect();
            parts.map_or(Text::Unfit, |parts| Text::Fit(parts.join(",")))
        }
        _ => scalar(value).map_or(Text::Unfit, Text::Fit),
    }
}

/// Visible ASCII with single spaces inside is what every server reads the same
/// (RFC 9110 §5.5).
fn scalar(value: Value<'_>) -> Option<String> {
    let text = match value {
        Value::Bool(truth) => truth.to_string(),
        Value::Number(text) => text.to_owned(),
        Value::String(_) => value.as_str()?.into_owned(),
        Value::Array(_) | Value::Null | Value::Object(_) => return None,
    };
    let fit = text.bytes().all(|b| matches!(b, b' '..=b'~'));
    let trimmed = text.trim_ascii().len() == text.len();
    (fit && trimmed && !text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::super::request::request;
    use super::*;

    fn headers() -> ClaimHeaders {
        ClaimHeaders {
            claims: vec![
                ("sub".into(), "x-user-id".into()),
                ("org.id".into(), "x-org".into()),
                ("roles".into(), "x-user-roles".into()),
            ],
            payload: None,
        }
    }

    fn mapped(payload: &str) -> (Vec<(String, String)>, u64) {
        let mapped = headers().map(payload.as_bytes());
        let text = |edit: &Edit| String::from_utf8(edit.value.clone().unwrap().to_vec()).unwrap();
        let pairs = mapped
            .edits
            .iter()
            .map(|edit| (edit.name.to_string(), text(edit)));
        (pairs.collect(), mapped.unfit)
    }

    #[test]
    fn claims_become_fields_and_lists_get_commas() {
        let (edits, unfit) =
            mapped(r#"{"sub":"u 1","org":{"id":7},"roles":["admin","billing"],"x":1}"#);
        let expected = [
            ("x-user-id", "u 1"),
            ("x-org", "7"),
            ("x-user-roles", "admin,billing"),
        ];
        let expected: Vec<_> = expected
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        assert_eq!((edits, unfit), (expected, 0));
    }

    #[test]
    fn absent_claims_make_no_field_and_no_noise() {
        assert_eq!(mapped(r#"{"sub":null,"org":{}}"#), (Vec::new(), 0));
    }

    #[test]
    fn what_would_arrive_changed_makes_no_field_at_all() {
        for claim in [
            r#"{"sub":"caf\u00e9"}"#,
            r#"{"sub":"a\r\nx-admin: 1"}"#,
            r#"{"sub":"a\u0000"}"#,
            r#"{"sub":" a"}"#,
            r#"{"sub":""}"#,
            r#"{"sub":{"a":1}}"#,
            r#"{"roles":["user","user,admin"]}"#,
            r#"{"roles":["user",["admin"]]}"#,
            r#"{"roles":["user",null]}"#,
            r#"{"roles":["user",""]}"#,
        ] {
            assert_eq!(mapped(claim), (Vec::new(), 1), "{claim}");
        }
    }

    #[test]
    fn an_empty_list_is_an_empty_field() {
        assert_eq!(
            mapped(r#"{"roles":[]}"#).0,
            [("x-user-roles".to_owned(), String::new())]
        );
    }

    #[test]
    fn the_payload_travels_in_base64url() {
        let headers = ClaimHeaders {
            payload: Some("x-jwt-payload".into()),
            ..ClaimHeaders::default()
        };
        let edits = headers.map(b"{}").edits;
        assert_eq!(edits, [Edit::set("x-jwt-payload", *b"e30")]);
    }

    #[test]
    fn every_spelling_of_an_owned_name_is_removed() {
        let sent = request(&[
            ("x-user-id", "1"),
            ("x_user_id", "1"),
            ("x-user_id", "1"),
            ("x-user-ids", "1"),
            ("x-user-ip", "1"),
            ("y-user-id", "1"),
            ("x-org", "1"),
            ("x-org", "2"),
        ]);
        let removed: Vec<_> = headers()
            .spoofed(&sent)
            .iter()
            .map(|edit| edit.name.to_string())
            .collect();
        assert_eq!(
            removed,
            ["x-user-id", "x_user_id", "x-user_id", "x-org", "x-org"]
        );
    }
}
