//! What can go wrong, and what a caller can do about it.
//!
//! Every error has a stable [`ErrorCode`], the same in every host. The code alone decides the
//! HTTP status, whether a retry makes sense and the RFC 6750 challenge: there is one table,
//! [`ErrorCode::row`]. The variants of [`Error`] say who is at fault: the token's bearer
//! ([`TokenError`]), the issuer's keys ([`KeyError`]), a webhook's sender
//! ([`WebhookError`]), a provider's API ([`ApiError`]), the network
//! ([`TransportError`]) or the caller ([`ConfigError`]).
//!
//! No message holds a token, a secret, key text or a signature. Names of claims, headers and
//! options appear; their values do not.

mod code;
mod name;
mod token;

use core::fmt;
use core::ops::Deref;
use std::borrow::Cow;

use self::code::Challenge;
pub use self::code::{CodeRow, ErrorCode};
pub use self::name::Name;
pub use self::token::{ClaimReason, Demand, Malformed, TokenError};
use crate::encoding::split_once;
pub use crate::http::TransportError;

/// Anything that Countersign refuses or fails to do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The provider's API refused, or its answer could not be used.
    Api(Box<ApiError>),
    /// The caller configured something that cannot work.
    Config(ConfigError),
    /// The issuer's keys are missing, unusable or do not fit.
    Key(KeyError),
    /// The token, or the request that should carry it, is refused.
    Token(TokenError),
    /// No answer was had from a server.
    Transport(TransportError),
    /// The webhook is refused.
    Webhook(WebhookError),
}

impl Error {
    /// The stable code, as every host reports it.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Api(e) => e.code(),
            Self::Config(_) => ErrorCode::ConfigInvalid,
            Self::Key(e) => e.code(),
            Self::Token(e) => e.code(),
            Self::Transport(TransportError::TimedOut) => ErrorCode::TransportTimeout,
            Self::Transport(_) => ErrorCode::Transport,
            Self::Webhook(e) => e.code(),
        }
    }

    /// Whether the same call may succeed later. For API errors this depends on the call.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Api(e) => e.retryable,
            _ => self.code().row().retryable,
        }
    }

    /// Seconds after which a retry makes sense, where that is known.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Api(e) => e.retry_after,
            Self::Key(KeyError::Unavailable { retry_after }) => Some(u64::from(*retry_after)),
            Self::Key(KeyError::NotFound { .. } | KeyError::SetInvalid | KeyError::TimedOut) => {
                Some(1)
            }
            _ => None,
        }
    }

    /// The `WWW-Authenticate` value of a refusal (RFC 6750 §3); `None` where none is due.
    pub fn www_authenticate(&self) -> Option<String> {
        let error = match self.code().row().challenge {
            Challenge::None => return None,
            Challenge::Bare => return Some("Bearer".to_owned()),
            Challenge::InsufficientScope => "insufficient_scope",
            Challenge::InvalidRequest => "invalid_request",
            Challenge::InvalidToken => "invalid_token",
        };
        let description = quotable(&self.to_string());
        let parts = [
            "Bearer error=\"",
            error,
            "\", error_description=\"",
            &description,
            "\"",
        ];
        Some(parts.concat())
    }
}

/// Replaces what RFC 6750 §3 does not allow in `error_description`.
fn quotable(text: &str) -> String {
    let mut quotable = String::with_capacity(text.len());
    for c in text.chars() {
        let fits = matches!(c, ' '..='~') && c != '"' && c != '\\';
        quotable.push(if fits { c } else { '\'' });
    }
    quotable
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(e) => e.fmt(f),
            Self::Config(e) => e.fmt(f),
            Self::Key(e) => e.fmt(f),
            Self::Token(e) => e.fmt(f),
            Self::Transport(e) => e.fmt(f),
            Self::Webhook(e) => e.fmt(f),
        }
    }
}

/// Writes a message with what it is about in the place of `{}`.
fn write_about(f: &mut fmt::Formatter<'_>, message: &str, subject: &str) -> fmt::Result {
    match split_once(message, "{}") {
        None => f.write_str(message),
        Some((before, behind)) => {
            f.write_str(before)?;
            f.write_str(subject)?;
            f.write_str(behind)
        }
    }
}

impl core::error::Error for Error {}

impl From<ApiError> for Error {
    fn from(e: ApiError) -> Self {
        Self::Api(Box::new(e))
    }
}

impl From<ConfigError> for Error {
    fn from(e: ConfigError) -> Self {
        Self::Config(e)
    }
}

impl From<KeyError> for Error {
    fn from(e: KeyError) -> Self {
        Self::Key(e)
    }
}

impl From<TokenError> for Error {
    fn from(e: TokenError) -> Self {
        Self::Token(e)
    }
}

impl From<TransportError> for Error {
    fn from(e: TransportError) -> Self {
        Self::Transport(e)
    }
}

impl From<WebhookError> for Error {
    fn from(e: WebhookError) -> Self {
        Self::Webhook(e)
    }
}

/// Trouble with the keys that tokens are verified with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// A configured key is malformed, too weak or unfit; why.
    Invalid(&'static str),
    /// No key fits this token.
    NoMatch,
    /// The key endpoint answered 404: it knows no such issuer.
    NotFound {
        /// What it said about that, where it said something.
        message: Option<Box<str>>,
    },
    /// The key endpoint answered with something that is not a JWK Set, or refused.
    SetInvalid,
    /// The key endpoint did not answer in time.
    TimedOut,
    /// Keys cannot be had: not loaded yet, or too stale to use.
    Unavailable {
        /// Seconds after which a retry makes sense, at least 1.
        retry_after: u32,
    },
}

impl KeyError {
    /// The stable code, as every host reports it.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid(_) => ErrorCode::JwkInvalid,
            Self::NoMatch => ErrorCode::JwksNoMatchingKey,
            Self::SetInvalid => ErrorCode::JwksInvalid,
            Self::TimedOut => ErrorCode::JwksTimeout,
            Self::NotFound { .. } | Self::Unavailable { .. } => ErrorCode::JwksUnavailable,
        }
    }
}

impl core::error::Error for KeyError {}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (message, subject) = match self {
            Self::Invalid(why) => ("the configured key cannot be used: {}", *why),
            Self::NoMatch => ("no key fits this token", ""),
            Self::NotFound { message } => match message {
                Some(message) => ("{}", &**message),
                None => ("the key endpoint knows no such issuer", ""),
            },
            Self::SetInvalid => ("the key endpoint's answer is not a usable key set", ""),
            Self::TimedOut => ("the key endpoint did not answer in time", ""),
            Self::Unavailable { .. } => ("the issuer's keys are not available", ""),
        };
        write_about(f, message, subject)
    }
}

/// A refused webhook. Headers are named, their values never shown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookError {
    /// A header stands there more than once.
    HeaderDuplicate(Name),
    /// A header is malformed.
    HeaderInvalid(Name),
    /// A header is missing.
    HeaderMissing(Name),
    /// The signature is good, the payload is not what the scheme promises.
    PayloadInvalid,
    /// This delivery was accepted before.
    Replayed,
    /// No signature verifies with any secret.
    SignatureInvalid,
    /// The timestamp is older than the tolerance.
    TimestampExpired,
    /// The timestamp is further ahead than the tolerance.
    TimestampFuture,
    /// The timestamp is not a plain decimal number, or two of them differ.
    TimestampInvalid,
    /// The body is over the ceiling.
    TooLarge,
    /// More signatures in one header than the ceiling allows.
    TooManySignatures,
}

impl WebhookError {
    /// The stable code, as every host reports it.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::HeaderDuplicate(_) => ErrorCode::WebhookHeaderDuplicate,
            Self::HeaderInvalid(_) => ErrorCode::WebhookHeaderInvalid,
            Self::HeaderMissing(_) => ErrorCode::WebhookHeaderMissing,
            Self::PayloadInvalid => ErrorCode::WebhookPayloadInvalid,
            Self::Replayed => ErrorCode::WebhookReplayed,
            Self::SignatureInvalid => ErrorCode::WebhookSignatureInvalid,
            Self::TimestampExpired => ErrorCode::WebhookTimestampExpired,
            Self::TimestampFuture => ErrorCode::WebhookTimestampFuture,
            Self::TimestampInvalid => ErrorCode::WebhookTimestampInvalid,
            Self::TooLarge => ErrorCode::WebhookTooLarge,
            Self::TooManySignatures => ErrorCode::WebhookTooManySignatures,
        }
    }
}

impl core::error::Error for WebhookError {}

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = match self {
            Self::HeaderDuplicate(name) | Self::HeaderInvalid(name) | Self::HeaderMissing(name) => {
                name
            }
            _ => "",
        };
        let message = match self {
            Self::HeaderDuplicate(_) => "webhook header {} is there more than once",
            Self::HeaderInvalid(_) => "webhook header {} is malformed",
            Self::HeaderMissing(_) => "webhook header {} is missing",
            Self::PayloadInvalid => "the webhook's payload is not what its scheme promises",
            Self::Replayed => "this webhook was delivered before",
            Self::SignatureInvalid => "the webhook's signature does not verify",
            Self::TimestampExpired => "the webhook's timestamp is too old",
            Self::TimestampFuture => "the webhook's timestamp lies too far ahead",
            Self::TimestampInvalid => "the webhook's timestamp is malformed",
            Self::TooLarge => "the webhook's body is too large",
            Self::TooManySignatures => "the webhook carries too many signatures",
        };
        write_about(f, message, subject)
    }
}

/// A provider's refusal, or an answer of its that cannot be used.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// What kind of failure this is.
    pub kind: ApiErrorKind,
    /// The answer's HTTP status.
    pub status: u16,
    /// The provider's own error code, as it spelled it.
    pub provider_code: Option<String>,
    /// The provider's message, cut to 1 KiB, or one made from the status.
    pub message: String,
    /// The provider's id of the request, for its support.
    pub request_id: Option<String>,
    /// Seconds after which the provider wants to be asked again.
    pub retry_after: Option<u64>,
    /// Whether sending the same call again is safe and may succeed.
    pub retryable: bool,
    /// The provider's error class, such as `UserNotFoundError`, where its contract names one.
    pub class: Option<&'static str>,
    /// The answer's body as JSON text where it was JSON, cut to 4 KiB, for what the fields
    /// above do not carry.
    pub body: Option<String>,
}

/// What kind of API failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiErrorKind {
    /// The provider limits the rate of calls.
    RateLimited,
    /// A success status with a body that is not what the operation yields.
    ResponseInvalid,
    /// An error status.
    Status,
}

impl ApiError {
    /// The stable code, as every host reports it.
    pub fn code(&self) -> ErrorCode {
        match self.kind {
            ApiErrorKind::RateLimited => ErrorCode::ApiRateLimited,
            ApiErrorKind::ResponseInvalid => ErrorCode::ApiResponseInvalid,
            ApiErrorKind::Status => ErrorCode::ApiStatus,
        }
    }
}

impl core::error::Error for ApiError {}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A mistake of the caller, as wide as a pointer; [`Mistake`] says which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(Box<Mistake>);

/// Which option is wrong, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The option's name as the caller spells it.
    pub option: Cow<'static, str>,
    /// What is wrong with it.
    pub problem: Cow<'static, str>,
}

impl ConfigError {
    /// Names the option and the problem.
    pub fn new(
        option: impl Into<Cow<'static, str>>,
        problem: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self(Box::new(Mistake {
            option: option.into(),
            problem: problem.into(),
        }))
    }
}

impl Deref for ConfigError {
    type Target = Mistake;

    fn deref(&self) -> &Mistake {
        &self.0
    }
}

impl core::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.option)?;
        f.write_str(": ")?;
        f.write_str(&self.problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_follow_rfc_6750() {
        let missing = Error::from(TokenError::Missing);
        assert_eq!(missing.www_authenticate().as_deref(), Some("Bearer"));
        let expired = Error::from(TokenError::Expired).www_authenticate().unwrap();
        assert_eq!(
            expired,
            "Bearer error=\"invalid_token\", error_description=\"the token has expired\""
        );
        let forbidden = Error::from(TokenError::Forbidden(Demand::Role))
            .www_authenticate()
            .unwrap();
        assert!(forbidden.starts_with("Bearer error=\"insufficient_scope\""));
        assert_eq!(
            Error::from(ConfigError::new("a", "b")).www_authenticate(),
            None
        );
    }

    #[test]
    fn each_kind_is_an_error_of_its_own_with_its_code() {
        fn boxed(error: impl core::error::Error + 'static) -> String {
            Box::<dyn core::error::Error>::from(error).to_string()
        }
        let (token, key) = (TokenError::Expired, KeyError::SetInvalid);
        assert_eq!(token.code(), Error::from(token.clone()).code());
        assert_eq!(key.code(), Error::from(key.clone()).code());
        assert_eq!(boxed(token), "the token has expired");
        assert_eq!(boxed(key.clone()), Error::from(key).to_string());
    }

    #[test]
    fn a_claim_name_cannot_break_out_of_the_challenge() {
        let claim = TokenError::claim("a\"\\\r\nx: \u{e9}", ClaimReason::Missing);
        let challenge = Error::from(claim).www_authenticate().unwrap();
        assert_eq!(challenge.matches('"').count(), 4);
        assert!(
            challenge
                .bytes()
                .all(|b| matches!(b, b' '..=b'~') && b != b'\\')
        );
    }
}
