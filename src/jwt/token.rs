//! The compact form (RFC 7515 §3.1), cut into segments without a copy.

use crate::error::{Malformed, TokenError};

/// The longest token that is looked at, in bytes.
pub const MAX_TOKEN: usize = 16 * 1024;

/// A token in three segments of base64url letters; nothing is decoded yet.
#[derive(Clone, Copy)]
pub struct Token<'a> {
    signing_input: &'a [u8],
    header: &'a [u8],
    payload: &'a [u8],
    signature: &'a [u8],
}

/// A token is a credential: only its length is shown.
impl core::fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "Token({} bytes)",
            self.signing_input.len() + 1 + self.signature.len()
        )
    }
}

impl<'a> Token<'a> {
    /// Cuts `text` at its two dots. Allocates nothing.
    ///
    /// # Errors
    ///
    /// `ERR_TOKEN_TOO_LARGE` over [`MAX_TOKEN`]; `ERR_JWT_INVALID` when there are not exactly
    /// three segments, or when a byte of one is not a base64url letter.
    pub fn parse(text: &'a [u8]) -> Result<Self, TokenError> {
        if text.len() > MAX_TOKEN {
            return Err(TokenError::TooLarge);
        }
        let mut dots = text
            .iter()
            .enumerate()
            .filter(|(_, b)| **b == b'.')
            .map(|(at, _)| at);
        let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else {
            return Err(TokenError::Malformed(Malformed::Segments));
        };
        let token = Self {
            signing_input: text.get(..second).unwrap_or_default(),
            header: text.get(..first).unwrap_or_default(),
            payload: text.get(first + 1..second).unwrap_or_default(),
            signature: text.get(second + 1..).unwrap_or_default(),
        };
        if text.iter().all(|b| is_letter(*b) || *b == b'.') {
            Ok(token)
        } else {
            Err(TokenError::Malformed(Malformed::Encoding))
        }
    }

    /// The bytes that are signed: header, dot, payload, as received (RFC 7515 §5.2 step 8).
    pub fn signing_input(&self) -> &'a [u8] {
        self.signing_input
    }

    /// The header segment, still encoded.
    pub fn header(&self) -> &'a [u8] {
        self.header
    }

    /// The payload segment, still encoded.
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// The signature segment, still encoded.
    pub fn signature(&self) -> &'a [u8] {
        self.signature
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_cut_at_the_dots() {
        let token = Token::parse(b"aa.bb.cc").unwrap();
        assert_eq!(token.signing_input(), b"aa.bb");
        assert_eq!(
            (token.header(), token.payload(), token.signature()),
            (&b"aa"[..], &b"bb"[..], &b"cc"[..])
        );
        assert_eq!(Token::parse(b"aa.bb.").unwrap().signature(), b"");
    }

    #[test]
    fn anything_but_three_segments_of_letters_is_refused() {
        for text in [
            "",
            ".",
            "a",
            "a.b",
            "a.b.c.d",
            "a.b.c.d.e",
            "...",
            "{\"payload\":\"\"}",
        ] {
            assert_eq!(
                Token::parse(text.as_bytes()).unwrap_err(),
                TokenError::Malformed(Malformed::Segments),
                "{text}"
            );
        }
        for text in [
            "a.b.c ",
            " a.b.c",
            "a.b.c\n",
            "a+.b.c",
            "a.b/.c",
            "a.b.c=",
            "a.b.\u{e9}",
            "a.b\0.c",
            "a?.b.c",
        ] {
            assert_eq!(
                Token::parse(text.as_bytes()).unwrap_err(),
                TokenError::Malformed(Malformed::Encoding),
                "{text}"
            );
        }
    }

    #[test]
    fn the_ceiling_comes_first() {
        assert_eq!(
            Token::parse(&[b'.'; MAX_TOKEN + 1]).unwrap_err(),
            TokenError::TooLarge
        );
        let mut longest = vec![b'a'; MAX_TOKEN];
        longest[1] = b'.';
        longest[3] = b'.';
        assert!(Token::parse(&longest).is_ok());
    }
}
