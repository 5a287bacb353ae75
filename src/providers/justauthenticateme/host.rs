//! JustAuthenticateMe behind the one type by which hosts know every provider.

use super::{JustAuthenticateMe, Landing};
use crate::api::{Client, Secret};
use crate::error::Error;
use crate::json::{Json, Members};
use crate::jwk::KeySource;
use crate::jwt::Policy;
use crate::providers::{Configured, no_question};

/// Reads the options.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` naming the option.
pub(super) fn configure(options: &str) -> Result<Box<dyn Configured>, Error> {
    Ok(Box::new(JustAuthenticateMe::from_json(options)?))
}

impl Configured for JustAuthenticateMe {
    fn client(&self) -> &Client {
        self.client()
    }

    fn issuer(&self) -> Result<(Policy, KeySource), Error> {
        self.issuer()
    }

    fn principal(&self, claims: Members) -> Json {
        self.user(claims).into()
    }

    /// `landing` takes the tokens out of a `url`, `cleaned` gives it without them.
    fn judge(&self, question: &str, facts: &Members) -> Result<Json, Error> {
        let url = facts.get("url").and_then(Json::as_str).unwrap_or_default();
        match question {
            "cleaned" => return Ok(Landing::cleaned(url).into()),
            "landing" => {}
            _ => return Err(no_question(question)),
        }
        let landing = Landing::parse(url)?;
        let refresh_token = landing.refresh_token.as_ref().map(Secret::expose);
        Ok(Json::object([
            ("idToken", landing.id_token.expose().into()),
            ("refreshToken", refresh_token.into()),
            ("url", landing.url.into()),
        ]))
    }
}
