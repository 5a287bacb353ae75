//! What NiceLogin asks of a payload beyond the rules for every token.

use crate::error::{ClaimReason, TokenError};
use crate::jwt::{ClaimRule, Claims};

/// A token tells whose it is and of which company, which is the pinned one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompanyRule {
    /// The company that every token must be of; `None` takes any that the keys sign for.
    pub company: Option<String>,
}

impl ClaimRule for CompanyRule {
    fn check(&self, claims: &Claims<'_>) -> Result<(), TokenError> {
        for name in ["sub", "email", "company_id"] {
            match claims.string(name)?.as_deref() {
                Some("") if name == "sub" => {}
                Some(_) => continue,
                None => {}
            }
            return Err(TokenError::claim(name, ClaimReason::Missing));
        }
        let company = claims.string("company_id")?;
        match &self.company {
            Some(pinned) if company.as_deref() != Some(pinned) => {
                Err(TokenError::claim("company_id", ClaimReason::Mismatch))
            }
            _ => Ok(()),
        }
    }
}
