//! What JustAuthenticateMe asks of a token beyond the rules for every token.

use crate::error::{ClaimReason, TokenError};
use crate::jwt::{ClaimRule, Claims, Header};
use crate::providers::claim::{expect, expect_text};

/// An ID token names its key, is an ID token, and tells whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdTokenRule;

impl ClaimRule for IdTokenRule {
    fn check_header(&self, header: &Header) -> Result<(), TokenError> {
        match header.typ() {
            None => {}
            Some(typ) if typ.eq_ignore_ascii_case("JWT") => {}
            Some(_) => return Err(TokenError::claim("typ", ClaimReason::Mismatch)),
        }
        match header.kid() {
            Some(_) => Ok(()),
            None => Err(TokenError::claim("kid", ClaimReason::Missing)),
        }
    }

    fn check(&self, claims: &Claims<'_>) -> Result<(), TokenError> {
        expect(claims, "token_use", false, &["id"])?;
        expect_text(claims, "email", false)
    }
}
