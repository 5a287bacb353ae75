//! The template of what is signed, such as `{id}.{timestamp}.{body}`.

use crate::encoding::contains;
use crate::error::ConfigError;

/// A checked template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignedContent {
    before_body: Vec<Piece>,
    has_timestamp: bool,
    /// The first character of the text behind `{id}`, where there is an id.
    delimiter_of_id: Option<char>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Id,
    Literal(String),
    Timestamp,
}

impl SignedContent {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] on `scheme.signedContent`; see [`super::Scheme::new`].
    pub(super) fn parse(template: &str) -> Result<Self, ConfigError> {
        Self::read(template).map_err(|problem| ConfigError::new("scheme.signedContent", problem))
    }

    fn read(template: &str) -> Result<Self, &'static str> {
        let before_body = match template.strip_suffix("{body}") {
            Some(before_body) if !contains(before_body, "{body}") => before_body,
            _ => return Err("must hold {body} exactly once, at its end"),
        };
        let (mut ids, mut timestamps, mut delimiter_of_id) = (0, 0, None);
        let mut pieces = Vec::new();
        let mut rest = before_body;
        while !rest.is_empty() {
            let Some((piece, behind)) = first_piece(rest) else {
                return Err("may hold {id}, {timestamp} and {body} only");
            };
            match &piece {
                Piece::Id => {
                    ids += 1;
                    delimiter_of_id = behind.chars().next().filter(|first| *first != '{');
                }
                Piece::Literal(_) => {}
                Piece::Timestamp => timestamps += 1,
            }
            pieces.push(piece);
            rest = behind;
        }
        if ids > 1 || timestamps > 1 {
            return Err("holds a placeholder twice");
        }
        if ids > 0 && delimiter_of_id.is_none() {
            return Err("must have text behind {id}, or its end could be moved");
        }
        Ok(Self {
            before_body: pieces,
            has_timestamp: timestamps > 0,
            delimiter_of_id,
        })
    }

    pub(super) const fn has_id(&self) -> bool {
        self.delimiter_of_id.is_some()
    }

    pub(super) const fn has_timestamp(&self) -> bool {
        self.has_timestamp
    }

    /// The text behind `{id}`. An id that holds its first character could end elsewhere and
    /// leave the signed bytes the same (`a.1.b` is `a` at `1.b` or `a.1` at `b`), so such ids
    /// are refused.
    pub(super) const fn delimiter_of_id(&self) -> Option<char> {
        self.delimiter_of_id
    }

    /// The bytes that are signed before the body's. The timestamp is its literal text, never a
    /// number printed again.
    pub(super) fn before_body(&self, id: &str, timestamp: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(id.len() + timestamp.len() + 8);
        for piece in &self.before_body {
            let text = match piece {
                Piece::Id => id,
                Piece::Literal(text) => text,
                Piece::Timestamp => timestamp,
            };
            bytes.extend_from_slice(text.as_bytes());
        }
        bytes
    }
}

/// The literal or placeholder that a text begins with, and what follows; `None` at its end, and
/// where a brace stands alone or around another name.
fn first_piece(template: &str) -> Option<(Piece, &str)> {
    if let Some(behind) = template.strip_prefix("{id}") {
        return Some((Piece::Id, behind));
    }
    if let Some(behind) = template.strip_prefix("{timestamp}") {
        return Some((Piece::Timestamp, behind));
    }
    let mut bytes = template.bytes();
    let brace = bytes.position(|byte| matches!(byte, b'{' | b'}'));
    let (literal, behind) = template.split_at_checked(brace.unwrap_or(template.len()))?;
    (!literal.is_empty()).then(|| (Piece::Literal(literal.to_owned()), behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(template: &str) -> Vec<u8> {
        SignedContent::parse(template)
            .unwrap()
            .before_body("msg_1", "0170")
    }

    #[test]
    fn placeholders_are_filled_and_literals_kept() {
        assert_eq!(before("{body}"), b"");
        assert_eq!(before("v0:{timestamp}:{body}"), b"v0:0170:");
        assert_eq!(before("{id}.{timestamp}.{body}"), b"msg_1.0170.");
        assert_eq!(before("{timestamp}{id}é{body}"), "0170msg_1é".as_bytes());
    }

    #[test]
    fn templates_that_could_mislead_are_refused() {
        for template in [
            "",
            "body",
            "{body}.",
            "{body}{body}",
            "{body}.{timestamp}",
            "{timestamp}{timestamp}{body}",
            "{id}.{id}.{body}",
            "{id}{body}",
            "{id}{timestamp}.{body}",
            "{ID}.{body}",
            "{}{body}",
            "{{body}",
            "}{body}",
            "{id.{body}",
            "{url}{body}",
        ] {
            let error = SignedContent::parse(template).unwrap_err();
            assert_eq!(error.option, "scheme.signedContent", "{template}");
        }
    }
}
