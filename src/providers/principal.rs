//! What callers get of a verified payload, as rows.

use crate::json::{Json, Members};

/// Members of a user as (public name, claim).
pub(crate) type Projection = &'static [(&'static str, &'static str)];

/// The user that a verified payload describes: one member per row, `null` where the claim is
/// missing, and the whole payload as `raw`.
pub(crate) fn project(rows: Projection, claims: Members) -> Members {
    let rows = rows
        .iter()
        .map(|(name, claim)| (*name, claims.get(claim).cloned().into()));
    let mut user: Members = rows.collect();
    user.insert("raw", claims);
    user
}

/// One member of a user: its public name, what it must be, and the claims that may hold it, in
/// their order.
pub(crate) type Row = (&'static str, Kind, &'static [&'static str]);

/// What a claim must be; one of another type counts as absent.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Anything but null.
    Any,
    /// `true` or `false`.
    Flag,
    /// An object.
    Object,
    /// A string.
    Text,
    /// A list of strings.
    Texts,
    /// A list of strings, or one of them with spaces in between.
    Words,
}

impl Kind {
    fn read(self, claim: &Json) -> Option<Json> {
        let fits = match (self, claim) {
            (Self::Words, Json::String(text)) => {
                let words: Vec<_> = text.split_ascii_whitespace().collect();
                return Some(words.into());
            }
            (Self::Any, claim) => !claim.is_null(),
            (Self::Flag, Json::Bool(_))
            | (Self::Object, Json::Object(_))
            | (Self::Text, Json::String(_)) => true,
            (Self::Texts | Self::Words, Json::Array(items)) => items.iter().all(Json::is_string),
            _ => false,
        };
        fits.then(|| claim.clone())
    }
}

/// The members of some rows, in their order; `null` where no claim fits.
pub(crate) fn read(rows: &[Row], claims: &Members) -> Members {
    let mut user = Members::new();
    for (name, kind, places) in rows {
        let mut places = places.iter();
        let value = places.find_map(|place| kind.read(claims.get(place)?));
        user.insert(*name, value);
    }
    user
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn a_user_has_every_member_of_its_rows() {
        let claims = json!({"sub": "u", "x": 1}).as_object().cloned().unwrap();
        let user = project(&[("id", "sub"), ("mail", "email")], claims);
        let expected = json!({"id": "u", "mail": null, "raw": {"sub": "u", "x": 1}});
        assert_eq!(Json::Object(user), expected);
    }

    #[test]
    fn a_claim_of_another_type_counts_as_absent() {
        let claims = json!({"a": 1, "b": "x  y", "c": ["x", 1], "d": null, "e": {}, "f": true});
        let read = |kind, places| {
            let user = read(&[("name", kind, places)], claims.as_object().unwrap());
            user.get("name").cloned().unwrap()
        };
        assert_eq!(read(Kind::Text, &["a", "b"]), json!("x  y"));
        assert_eq!(read(Kind::Words, &["b"]), json!(["x", "y"]));
        assert_eq!(read(Kind::Texts, &["b", "c"]), json!(null));
        assert_eq!(read(Kind::Any, &["missing", "d", "a"]), json!(1));
        assert_eq!(read(Kind::Object, &["b", "e"]), json!({}));
        assert_eq!(read(Kind::Flag, &["a", "f"]), json!(true));
    }
}
