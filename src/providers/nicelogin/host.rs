//! NiceLogin behind the one type by which hosts know every provider.

use super::{ChangePassword, NiceLogin};
use crate::api::{Client, CredentialKind};
use crate::error::Error;
use crate::json::{Json, Members};
use crate::jwk::KeySource;
use crate::jwt::Policy;
use crate::providers::{ApiFlow, Configured};

/// Reads the options.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` naming the option.
pub(super) fn configure(options: &str) -> Result<Box<dyn Configured>, Error> {
    Ok(Box::new(NiceLogin::from_json(options)?))
}

impl Configured for NiceLogin {
    fn client(&self) -> &Client {
        self.client()
    }

    fn issuer(&self) -> Result<(Policy, KeySource), Error> {
        self.issuer()
    }

    fn principal(&self, claims: Members) -> Json {
        self.user(claims).into()
    }

    fn call(
        &self,
        operation: &str,
        parameters: &str,
        options: &str,
        entropy: u128,
    ) -> Result<ApiFlow, Error> {
        Ok(match operation {
            "changePassword" => Box::new(ChangePassword::new(self, parameters, options)?),
            _ => self.prepared(operation, parameters, options, entropy)?,
        })
    }

    fn server_credential(&self) -> Option<&'static str> {
        self.client()
            .held(CredentialKind::Secret)
            .map(|_| "apiSecret")
    }
}
