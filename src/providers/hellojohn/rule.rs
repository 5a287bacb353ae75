//! What HelloJohn asks of a payload beyond the rules for every token.

use std::borrow::Cow;

use crate::error::{ClaimReason, TokenError};
use crate::json::Value;
use crate::jwt::{ClaimRule, Claims};

/// A token belongs to the configured tenant, is no refresh token, and has a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRule {
    /// The tenant that the token must be of where it names one.
    pub tenant: Option<String>,
    /// Whether a token must name its tenant: so where no audience binds it.
    pub tenant_required: bool,
}

impl ClaimRule for TokenRule {
    fn check(&self, claims: &Claims<'_>) -> Result<(), TokenError> {
        self.check_tenant(claims)?;
        check_use(claims)?;
        match text(claims, "sub")? {
            Some(sub) if !sub.is_empty() => Ok(()),
            _ => Err(TokenError::claim("sub", ClaimReason::Missing)),
        }
    }
}

impl TokenRule {
    fn check_tenant(&self, claims: &Claims<'_>) -> Result<(), TokenError> {
        let Some(tenant) = &self.tenant else {
            return Ok(());
        };
        match text(claims, "tenant_id")?.or(text(claims, "tid")?) {
            Some(named) if named == *tenant => Ok(()),
            Some(_) => Err(TokenError::claim("tenant_id", ClaimReason::Mismatch)),
            None if self.tenant_required => {
                Err(TokenError::claim("tenant_id", ClaimReason::Missing))
            }
            None => Ok(()),
        }
    }
}

/// A refresh token is no access token, even where it is a JWT of the same key.
fn check_use(claims: &Claims<'_>) -> Result<(), TokenError> {
    if text(claims, "token_use")?.as_deref() == Some("refresh") {
        return Err(TokenError::claim("token_use", ClaimReason::Mismatch));
    }
    match text(claims, "typ")?.as_deref() {
        None | Some("access_token" | "session_token") => Ok(()),
        Some(_) => Err(TokenError::claim("typ", ClaimReason::Mismatch)),
    }
}

/// A text claim; null counts as absent.
fn text<'a>(claims: &Claims<'a>, name: &'static str) -> Result<Option<Cow<'a, str>>, TokenError> {
    match claims.object().member(name) {
        Some(Value::Null) => Ok(None),
        _ => claims.string(name),
    }
}
