//! What NiceLogin asks of a payload beyond the rules for every token.

use crate::error::TokenError;
use crate::jwt::{ClaimRule, Claims};
use crate::providers::claim::{expect, expect_text};

/// A token tells whose it is and of which company, which is the pinned one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompanyRule {
    /// The company that every token must be of; `None` takes any that the keys sign for.
    pub company: Option<String>,
}

impl ClaimRule for CompanyRule {
    fn check(&self, claims: &Claims<'_>) -> Result<(), TokenError> {
        expect_text(claims, "sub", false)?;
        expect_text(claims, "email", true)?;
        expect_text(claims, "company_id", true)?;
        match &self.company {
            Some(pinned) => expect(claims, "company_id", false, &[pinned]),
            None => Ok(()),
        }
    }
}
