//! OpenID Connect behind the one type by which hosts know every provider.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Introspect, Introspections, Oidc, check_nonce, introspection};
use crate::api::Client;
use crate::error::{ConfigError, Error};
use crate::json::{Json, Members};
use crate::jwk::KeySource;
use crate::jwt::{Claims, Policy};
use crate::options::{Options, text};
use crate::providers::sharing::Sharing;
use crate::providers::{ApiFlow, Configured, no_question};

struct Hosted {
    config: Oidc,
    introspections: Rc<RefCell<Introspections>>,
}

/// Reads the options.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` naming the option.
pub(super) fn configure(options: &str) -> Result<Box<dyn Configured>, Error> {
    Ok(Box::new(Hosted {
        config: Oidc::from_json(options)?,
        introspections: Rc::default(),
    }))
}

impl Configured for Hosted {
    fn client(&self) -> &Client {
        self.config.client()
    }

    fn issuer(&self) -> Result<(Policy, KeySource), Error> {
        self.config.issuer()
    }

    fn principal(&self, claims: Members) -> Json {
        self.config.user(claims).into()
    }

    fn call(
        &self,
        operation: &str,
        parameters: &str,
        options: &str,
        entropy: u128,
    ) -> Result<ApiFlow, Error> {
        if operation != introspection::NAME {
            return Err(ConfigError::new(operation.to_owned(), "is not known here").into());
        }
        let parameters = Options::parse("parameters", parameters, "token")?;
        let token = text("token", parameters.get("token").unwrap_or(&Json::Null))?;
        Ok(Box::new(Sharing {
            flow: Introspect::new(&self.config, &token, options, entropy)?,
            state: self.introspections.clone(),
        }))
    }

    /// `nonce` compares the nonce of verified `claims` with the one that was sent as `nonce`.
    fn judge(&self, question: &str, facts: &Members) -> Result<Json, Error> {
        if question != "nonce" {
            return Err(no_question(question));
        }
        let sent = match facts.get("nonce") {
            Some(Json::Null) => None,
            Some(Json::String(nonce)) => Some(nonce.as_str()),
            _ => {
                return Err(
                    ConfigError::new("nonce", "must be given; null where none was sent").into(),
                );
            }
        };
        let claims = facts.get("claims").unwrap_or(&Json::Null).to_string();
        check_nonce(&Claims::parse(claims.as_bytes())?, sent)?;
        Ok(Json::Null)
    }

    fn server_credential(&self) -> Option<&'static str> {
        self.config.has_client_secret().then_some("clientSecret")
    }
}
