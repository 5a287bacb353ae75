//! What a text claim must be, for the rules of several providers.

use crate::error::{ClaimReason, TokenError};
use crate::jwt::Claims;

/// Passes when a claim is one of `values`, or missing where it may be.
pub(crate) fn expect(
    claims: &Claims<'_>,
    claim: &'static str,
    may_be_missing: bool,
    values: &[&str],
) -> Result<(), TokenError> {
    match claims.string(claim)?.as_deref() {
        Some(text) if values.contains(&text) => Ok(()),
        Some(_) => Err(TokenError::claim(claim, ClaimReason::Mismatch)),
        None if may_be_missing => Ok(()),
        None => Err(TokenError::claim(claim, ClaimReason::Missing)),
    }
}

/// Passes when a claim is there and, unless it may be, not empty.
pub(crate) fn expect_text(
    claims: &Claims<'_>,
    claim: &'static str,
    may_be_empty: bool,
) -> Result<(), TokenError> {
    match claims.string(claim)? {
        Some(text) if may_be_empty || !text.is_empty() => Ok(()),
        _ => Err(TokenError::claim(claim, ClaimReason::Missing)),
    }
}
