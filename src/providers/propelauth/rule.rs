//! What PropelAuth asks of a payload beyond the rules for every token.

use super::user::{memberships, user_id};
use crate::error::{Malformed, TokenError};
use crate::json::Json;
use crate::jwt::{ClaimRule, Claims};

/// The payload describes a user: an id that is the subject's, memberships that are whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenRule;

impl ClaimRule for TokenRule {
    fn check(&self, claims: &Claims<'_>) -> Result<(), TokenError> {
        match Json::parse(claims.json()) {
            Ok(Json::Object(claims)) => {
                user_id(&claims)?;
                memberships(&claims).map(drop)
            }
            _ => Err(TokenError::Malformed(Malformed::Payload)),
        }
    }
}
