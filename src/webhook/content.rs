//! The template of what is signed, such as `{id}.{timestamp}.{body}`.

use crate::encoding::split_once;
use crate::error::ConfigError;

/// A checked template: what comes before the body, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignedContent {
    before_body: Vec<Piece>,
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
        let wrong = |problem| ConfigError::new("scheme.signedContent", problem);
        let before_body = template
            .strip_suffix("{body}")
            .filter(|rest| split_once(rest, "{body}").is_none())
            .ok_or_else(|| wrong("must hold {body} exactly once, at its end"))?;
        let before_body = pieces(before_body)
            .ok_or_else(|| wrong("may hold {id}, {timestamp} and {body} only"))?;
        let content = Self { before_body };
        if content.count(&Piece::Id) > 1 || content.count(&Piece::Timestamp) > 1 {
            return Err(wrong("holds a placeholder twice"));
        }
        if content.has_id() && content.delimiter_of_id().is_none() {
            return Err(wrong(
                "must have text behind {id}, or its end could be moved",
            ));
        }
        Ok(content)
    }

    fn count(&self, piece: &Piece) -> usize {
        self.before_body.iter().filter(|p| *p == piece).count()
    }

    pub(super) fn has_id(&self) -> bool {
        self.count(&Piece::Id) > 0
    }

    pub(super) fn has_timestamp(&self) -> bool {
        self.count(&Piece::Timestamp) > 0
    }

    /// The text behind `{id}`. An id that holds its first character could end elsewhere and
    /// leave the signed bytes the same (`a.1.b` is `a` at `1.b` or `a.1` at `b`), so such ids
    /// are refused.
    pub(super) fn delimiter_of_id(&self) -> Option<char> {
        let at = self.before_body.iter().position(|p| *p == Piece::Id)?;
        match self.before_body.get(at + 1)? {
            Piece::Literal(text) => text.chars().next(),
            _ => None,
        }
    }

    /// The bytes that are signed before the body's. The timestamp is its literal text, never a
    /// number printed again.
    pub(super) fn before_body(&self, id: &str, timestamp: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(id.len() + timestamp.len() + 8);
        for piece in &self.before_body {
            bytes.extend_from_slice(match piece {
                Piece::Id => id.as_bytes(),
                Piece::Literal(text) => text.as_bytes(),
                Piece::Timestamp => timestamp.as_bytes(),
            });
        }
        bytes
    }
}

/// Cuts a text into literals and placeholders; `None` where a brace stands alone or around
/// another name.
fn pieces(template: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while !rest.is_empty() {
        let literal = rest.find('{').unwrap_or(rest.len());
        let (text, behind) = rest.split_at_checked(literal)?;
        if text.contains('}') {
            return None;
        }
        if !text.is_empty() {
            pieces.push(Piece::Literal(text.to_owned()));
        }
        rest = if let Some(behind) = behind.strip_prefix("{id}") {
            pieces.push(Piece::Id);
            behind
        } else if let Some(behind) = behind.strip_prefix("{timestamp}") {
            pieces.push(Piece::Timestamp);
            behind
        } else if behind.is_empty() {
            behind
        } else {
            return None;
        };
    }
    Some(pieces)
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
