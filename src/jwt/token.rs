//! The compact form (RFC 7515 §3.1), cut into segments without a copy.

use countersign_text::three_segments;

use crate::error::{Malformed, TokenError};

/// The longest token that is looked at, in bytes.
pub const MAX_TOKEN: usize = 16 * 1024;

/// A token in three segments of base64url letters; nothing is decoded yet.
#[derive(Clone, Copy)]
pub struct Token<'a> {
    text: &'a [u8],
    signing_input: &'a [u8],
    header: &'a [u8],
    payload: &'a [u8],
    signature: &'a [u8],
}

/// A token is a credential: only its length is shown.
impl core::fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Token({} bytes)", self.text.len())
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
        let [header, payload, signature] = three_segments(text).ok_or_else(|| fault_of(text))?;
        let signed = header.len() + 1 + payload.len();
        Ok(Self {
            text,
            signing_input: text.get(..signed).unwrap_or_default(),
            header,
            payload,
            signature,
        })
    }

    /// The whole token.
    pub fn text(&self) -> &'a [u8] {
        self.text
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

const SEGMENTS: TokenError = TokenError::Malformed(Malformed::Segments);

/// What is wrong with a text that is no token.
fn fault_of(text: &[u8]) -> TokenError {
    let dots = text.iter().filter(|byte| **byte == b'.').count();
    let is_strange = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"-_.".contains(byte);
    if dots >= 2 && text.iter().any(is_strange) {
        TokenError::Malformed(Malformed::Encoding)
    } else {
        SEGMENTS
    }
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
            "a.b.c.d ",
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
