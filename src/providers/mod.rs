//! Auth providers as data: what each one's tokens, API and webhooks are like.
//!
//! A provider is a folder here and one entry in [`ALL`].

use crate::api::{Answer, Call, Client, Dialect};
use crate::error::{ConfigError, Error, WebhookError};
use crate::flow::Flow;
use crate::json::{Json, Members};
use crate::jwk::KeySource;
use crate::jwt::Policy;
use crate::webhook::{Secret, Webhook};

mod claim;
pub mod hellojohn;
pub mod justauthenticateme;
pub mod nicelogin;
pub mod oidc;
mod principal;
pub mod propelauth;
mod settings;
mod sharing;

/// What is known about a provider before anybody configures it.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// Its name, as in the package's entry points.
    pub id: &'static str,
    /// Its API.
    pub dialect: &'static Dialect,
    /// The webhook scheme its deliveries are signed with, where it sends any.
    pub webhook_scheme: Option<&'static str>,
    /// Environment variables from which a host may fill options that were not given, as
    /// (option, names in order). Reading them is the host's business.
    pub environment: &'static [(&'static str, &'static [&'static str])],
    /// The class of an error, as the provider's callers know it.
    pub class: fn(&Error) -> &'static str,
    /// The provider's own code of an error, where it has one.
    pub code: fn(&Error) -> Option<&str>,
    /// Reads options from JSON text. `ERR_CONFIG_INVALID` names the one that is wrong.
    pub configure: fn(&str) -> Result<Box<dyn Configured>, Error>,
}

/// A call to a provider's API under way.
pub type ApiFlow = Box<dyn Flow<Shared = (), Output = Answer>>;

/// A provider with its options: everything that a host needs of it.
pub trait Configured {
    /// The client that makes calls.
    fn client(&self) -> &Client;

    /// The rules for the caller's tokens, and where their keys come from.
    ///
    /// # Errors
    ///
    /// `ERR_CONFIG_INVALID` when nothing binds a token to this caller, `ERR_JWK_INVALID` for
    /// a configured key.
    fn issuer(&self) -> Result<(Policy, KeySource), Error>;

    /// What callers get of a payload that [`Configured::issuer`]'s verifier has passed.
    ///
    /// # Security
    ///
    /// It checks nothing.
    fn principal(&self, claims: Members) -> Json;

    /// Prepares a call; see [`Client::call`].
    ///
    /// # Errors
    ///
    /// `ERR_CONFIG_INVALID` naming what is wrong.
    fn call(
        &self,
        operation: &str,
        parameters: &str,
        options: &str,
        entropy: u128,
    ) -> Result<ApiFlow, Error> {
        Ok(prepared(
            self.client(),
            operation,
            parameters,
            options,
            entropy,
        )?)
    }

    /// The URL of an operation that a browser is sent to; see [`Client::url`].
    ///
    /// # Errors
    ///
    /// `ERR_CONFIG_INVALID` naming what is wrong.
    fn url(&self, operation: &str, parameters: &str) -> Result<String, Error> {
        self.client().url(operation, parameters)
    }

    /// The verifier of the provider's webhooks: under `secrets`, or the configured ones where
    /// there is none.
    ///
    /// # Errors
    ///
    /// `ERR_CONFIG_INVALID` when there is no secret, or the provider sends no webhooks.
    fn webhook(&self, _secrets: Vec<Secret>) -> Result<Webhook, Error> {
        Err(ConfigError::new("webhook", "is nothing that this provider sends").into())
    }

    /// What callers get of a verified delivery's body.
    ///
    /// # Errors
    ///
    /// [`WebhookError::PayloadInvalid`].
    fn event(&self, _body: &[u8]) -> Result<Json, WebhookError> {
        Err(WebhookError::PayloadInvalid)
    }

    /// Answers a question about what was verified, such as whether a role is held.
    ///
    /// # Errors
    ///
    /// `ERR_FORBIDDEN` where the question demands something, `ERR_CONFIG_INVALID` for one
    /// that the provider does not know.
    fn judge(&self, question: &str, _facts: &Members) -> Result<Json, Error> {
        Err(no_question(question))
    }

    /// The option that holds a credential which must never be where everybody can read it, as
    /// in a browser.
    fn server_credential(&self) -> Option<&'static str> {
        None
    }
}

/// What a provider answers to a question that it does not know.
fn no_question(question: &str) -> Error {
    ConfigError::new(question.to_owned(), "is no question").into()
}

/// A delivery's body: an object whose member `kind` is the text that says what it is about.
fn delivery(body: &[u8], kind: &str) -> Result<Members, WebhookError> {
    match Json::parse(body) {
        Ok(Json::Object(event)) if event.get(kind).is_some_and(Json::is_string) => Ok(event),
        _ => Err(WebhookError::PayloadInvalid),
    }
}

/// A prepared call, kept in one place: it is large, and moves from hand to hand.
fn prepared(
    client: &Client,
    operation: &str,
    parameters: &str,
    options: &str,
    entropy: u128,
) -> Result<Box<Call>, Error> {
    client
        .call(operation, parameters, options, entropy)
        .map(Box::new)
}

/// Every provider.
pub const ALL: &[Provider] = &[
    hellojohn::PROVIDER,
    justauthenticateme::PROVIDER,
    nicelogin::PROVIDER,
    oidc::PROVIDER,
    propelauth::PROVIDER,
];

/// The provider of this name.
pub fn find(id: &str) -> Option<&'static Provider> {
    ALL.iter().find(|provider| provider.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{AnswerKind, CredentialKind, FixedValue, Operation, Place, Repeat};
    use crate::http::Method;

    fn rows() -> impl Iterator<Item = &'static Operation> {
        ALL.iter().flat_map(|provider| provider.dialect.rows())
    }

    #[test]
    fn providers_and_their_operations_have_names_of_their_own() {
        for (at, provider) in ALL.iter().enumerate() {
            assert!(ALL.iter().skip(at + 1).all(|other| other.id != provider.id));
            let mut names: Vec<_> = provider.dialect.rows().map(|row| row.name).collect();
            names.sort_unstable();
            names
                .windows(2)
                .for_each(|pair| assert_ne!(pair[0], pair[1]));
            assert!(find(provider.id).is_some());
        }
    }

    /// A server configures a provider once, for all its threads.
    #[test]
    fn configured_providers_are_shared_between_threads() {
        fn shared<T: Clone + Send + Sync>() {}
        shared::<hellojohn::HelloJohn>();
        shared::<justauthenticateme::JustAuthenticateMe>();
        shared::<nicelogin::NiceLogin>();
        shared::<oidc::Oidc>();
        shared::<propelauth::PropelAuth>();
    }

    /// A row that breaks this would send a literal brace or drop a parameter.
    #[test]
    fn every_path_has_exactly_the_parameters_its_row_declares() {
        for row in rows() {
            let mut in_path: Vec<_> = row
                .path
                .split('/')
                .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
                .collect();
            let mut declared: Vec<_> = row
                .parameters
                .iter()
                .filter(|parameter| parameter.place == Place::Path)
                .map(|parameter| parameter.name)
                .collect();
            in_path.sort_unstable();
            declared.sort_unstable();
            assert_eq!(in_path, declared, "{}", row.name);
            assert!(row.path.starts_with('/'), "{}", row.name);
        }
    }

    #[test]
    fn every_row_is_consistent() {
        for row in rows() {
            let mut names: Vec<_> = row
                .parameters
                .iter()
                .map(|parameter| parameter.name)
                .collect();
            names.sort_unstable();
            names
                .windows(2)
                .for_each(|pair| assert_ne!(pair[0], pair[1], "{}", row.name));
            let has_body = row.parameters.iter().any(|p| p.place == Place::Body);
            assert!(!(has_body && row.method == Method::Get), "{}", row.name);
            if row.answer == AnswerKind::Url {
                assert_eq!(row.credential, CredentialKind::None, "{}", row.name);
            }
            for fixed in row.fixed {
                if let FixedValue::CopyOf(name) = fixed.value {
                    assert!(names.contains(&name), "{}", row.name);
                }
            }
            if row.repeat == Repeat::Always {
                assert_eq!(row.method, Method::Post, "{}", row.name);
            }
        }
    }
}
