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

use core::fmt;
use std::borrow::Cow;

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
            Self::Key(KeyError::Unavailable { retry_after }) => Some(*retry_after),
            Self::Key(KeyError::SetInvalid | KeyError::TimedOut) => Some(1),
            _ => None,
        }
    }

    /// The `WWW-Authenticate` value of a refusal (RFC 6750 §3); `None` where none is due.
    pub fn www_authenticate(&self) -> Option<String> {
        let error = match self.code().row().challenge {
            Challenge::None => return None,
            Challenge::Bare => return Some("Bearer".to_owned()),
            Challenge::Error(error) => error,
        };
        Some(format!(
            "Bearer error=\"{error}\", error_description=\"{}\"",
            quotable(&self.to_string())
        ))
    }
}

/// Replaces what RFC 6750 §3 does not allow in `error_description`.
fn quotable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if matches!(c, ' '..='~') && c != '"' && c != '\\' {
                c
            } else {
                '\''
            }
        })
        .collect()
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

/// The stable name of an error. New codes are added, none is ever renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// `ERR_API_RATE_LIMITED`: The provider limits the rate of calls.
    ApiRateLimited,
    /// `ERR_API_RESPONSE_INVALID`: The provider answered with something that cannot be used.
    ApiResponseInvalid,
    /// `ERR_API_STATUS`: The provider refused the call.
    ApiStatus,
    /// `ERR_CONFIG_INVALID`: An option is wrong; the message names it.
    ConfigInvalid,
    /// `ERR_FORBIDDEN`: The token is good; its role, permission, scope or organization is not.
    Forbidden,
    /// `ERR_JOSE_ALG_NOT_ALLOWED`: The algorithm is unknown, not allowed, or not the key's.
    JoseAlgNotAllowed,
    /// `ERR_JOSE_NOT_SUPPORTED`: The header asks for something that is not supported: `crit`, `b64`, encryption.
    JoseNotSupported,
    /// `ERR_JWK_INVALID`: A configured key is malformed, too weak or unfit.
    JwkInvalid,
    /// `ERR_JWKS_INVALID`: The key endpoint's answer is unusable.
    JwksInvalid,
    /// `ERR_JWKS_NO_MATCHING_KEY`: No key fits this token.
    JwksNoMatchingKey,
    /// `ERR_JWKS_TIMEOUT`: The key endpoint is too slow.
    JwksTimeout,
    /// `ERR_JWKS_UNAVAILABLE`: The keys cannot be had.
    JwksUnavailable,
    /// `ERR_JWS_SIGNATURE_VERIFICATION_FAILED`: The signature does not verify.
    JwsSignatureVerificationFailed,
    /// `ERR_JWT_CLAIM_VALIDATION_FAILED`: A claim is missing, of the wrong type, or not what is expected.
    JwtClaimValidationFailed,
    /// `ERR_JWT_EXPIRED`: The token is past its `exp` or older than allowed.
    JwtExpired,
    /// `ERR_JWT_INVALID`: Not a well-formed compact JWS with JSON objects inside.
    JwtInvalid,
    /// `ERR_JWT_NOT_YET_VALID`: The token is not valid yet.
    JwtNotYetValid,
    /// `ERR_TOKEN_AMBIGUOUS`: Several credentials in one request.
    TokenAmbiguous,
    /// `ERR_TOKEN_MISSING`: No credentials in the request.
    TokenMissing,
    /// `ERR_TOKEN_TOO_LARGE`: The token is over the ceiling.
    TokenTooLarge,
    /// `ERR_TRANSPORT`: The request could not be completed.
    Transport,
    /// `ERR_TRANSPORT_TIMEOUT`: The server did not answer in time.
    TransportTimeout,
    /// `ERR_WEBHOOK_HEADER_DUPLICATE`: A header stands there twice.
    WebhookHeaderDuplicate,
    /// `ERR_WEBHOOK_HEADER_INVALID`: A header is malformed.
    WebhookHeaderInvalid,
    /// `ERR_WEBHOOK_HEADER_MISSING`: A header is missing.
    WebhookHeaderMissing,
    /// `ERR_WEBHOOK_PAYLOAD_INVALID`: The signature is good, the payload is not what the scheme promises.
    WebhookPayloadInvalid,
    /// `ERR_WEBHOOK_REPLAYED`: This delivery was accepted before.
    WebhookReplayed,
    /// `ERR_WEBHOOK_SIGNATURE_INVALID`: No signature verifies with any secret.
    WebhookSignatureInvalid,
    /// `ERR_WEBHOOK_TIMESTAMP_EXPIRED`: The timestamp is older than the tolerance.
    WebhookTimestampExpired,
    /// `ERR_WEBHOOK_TIMESTAMP_FUTURE`: The timestamp is further ahead than the tolerance.
    WebhookTimestampFuture,
    /// `ERR_WEBHOOK_TIMESTAMP_INVALID`: The timestamp is not a plain decimal number, or two of them differ.
    WebhookTimestampInvalid,
    /// `ERR_WEBHOOK_TOO_LARGE`: The body is over the ceiling.
    WebhookTooLarge,
    /// `ERR_WEBHOOK_TOO_MANY_SIGNATURES`: More signatures in one header than the ceiling allows.
    WebhookTooManySignatures,
}

/// What a code means to HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeRow {
    /// The code's public spelling.
    pub name: &'static str,
    /// The status a server answers with.
    pub status: u16,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    challenge: Challenge,
}

/// The RFC 6750 challenge of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Challenge {
    /// No challenge: authentication is not what failed.
    None,
    /// The scheme alone: the request carried no credentials (RFC 6750 §3.1).
    Bare,
    /// The scheme with this error code.
    Error(&'static str),
}

const TOKEN: Challenge = Challenge::Error("invalid_token");

impl ErrorCode {
    /// Every code.
    pub const ALL: &'static [Self] = &[
        Self::ApiRateLimited,
        Self::ApiResponseInvalid,
        Self::ApiStatus,
        Self::ConfigInvalid,
        Self::Forbidden,
        Self::JoseAlgNotAllowed,
        Self::JoseNotSupported,
        Self::JwkInvalid,
        Self::JwksInvalid,
        Self::JwksNoMatchingKey,
        Self::JwksTimeout,
        Self::JwksUnavailable,
        Self::JwsSignatureVerificationFailed,
        Self::JwtClaimValidationFailed,
        Self::JwtExpired,
        Self::JwtInvalid,
        Self::JwtNotYetValid,
        Self::TokenAmbiguous,
        Self::TokenMissing,
        Self::TokenTooLarge,
        Self::Transport,
        Self::TransportTimeout,
        Self::WebhookHeaderDuplicate,
        Self::WebhookHeaderInvalid,
        Self::WebhookHeaderMissing,
        Self::WebhookPayloadInvalid,
        Self::WebhookReplayed,
        Self::WebhookSignatureInvalid,
        Self::WebhookTimestampExpired,
        Self::WebhookTimestampFuture,
        Self::WebhookTimestampInvalid,
        Self::WebhookTooLarge,
        Self::WebhookTooManySignatures,
    ];

    /// The code's public spelling, such as `ERR_JWT_EXPIRED`.
    pub const fn as_str(self) -> &'static str {
        self.row().name
    }

    /// The status a server answers with.
    pub const fn status(self) -> u16 {
        self.row().status
    }

    /// The one table of codes.
    pub const fn row(self) -> CodeRow {
        match self {
            Self::ApiRateLimited => row("ERR_API_RATE_LIMITED", 429, true, Challenge::None),
            Self::ApiResponseInvalid => {
                row("ERR_API_RESPONSE_INVALID", 502, false, Challenge::None)
            }
            Self::ApiStatus => row("ERR_API_STATUS", 502, false, Challenge::None),
            Self::ConfigInvalid => row("ERR_CONFIG_INVALID", 500, false, Challenge::None),
            Self::Forbidden => row(
                "ERR_FORBIDDEN",
                403,
                false,
                Challenge::Error("insufficient_scope"),
            ),
            Self::JoseAlgNotAllowed => row("ERR_JOSE_ALG_NOT_ALLOWED", 401, false, TOKEN),
            Self::JoseNotSupported => row("ERR_JOSE_NOT_SUPPORTED", 401, false, TOKEN),
            Self::JwkInvalid => row("ERR_JWK_INVALID", 500, false, Challenge::None),
            Self::JwksInvalid => row("ERR_JWKS_INVALID", 503, true, Challenge::None),
            Self::JwksNoMatchingKey => row("ERR_JWKS_NO_MATCHING_KEY", 401, false, TOKEN),
            Self::JwksTimeout => row("ERR_JWKS_TIMEOUT", 503, true, Challenge::None),
            Self::JwksUnavailable => row("ERR_JWKS_UNAVAILABLE", 503, true, Challenge::None),
            Self::JwsSignatureVerificationFailed => {
                row("ERR_JWS_SIGNATURE_VERIFICATION_FAILED", 401, false, TOKEN)
            }
            Self::JwtClaimValidationFailed => {
                row("ERR_JWT_CLAIM_VALIDATION_FAILED", 401, false, TOKEN)
            }
            Self::JwtExpired => row("ERR_JWT_EXPIRED", 401, false, TOKEN),
            Self::JwtInvalid => row("ERR_JWT_INVALID", 401, false, TOKEN),
            Self::JwtNotYetValid => row("ERR_JWT_NOT_YET_VALID", 401, false, TOKEN),
            Self::TokenAmbiguous => row(
                "ERR_TOKEN_AMBIGUOUS",
                400,
                false,
                Challenge::Error("invalid_request"),
            ),
            Self::TokenMissing => row("ERR_TOKEN_MISSING", 401, false, Challenge::Bare),
            Self::TokenTooLarge => row("ERR_TOKEN_TOO_LARGE", 401, false, TOKEN),
            Self::Transport => row("ERR_TRANSPORT", 502, true, Challenge::None),
            Self::TransportTimeout => row("ERR_TRANSPORT_TIMEOUT", 502, true, Challenge::None),
            Self::WebhookHeaderDuplicate => {
                row("ERR_WEBHOOK_HEADER_DUPLICATE", 400, false, Challenge::None)
            }
            Self::WebhookHeaderInvalid => {
                row("ERR_WEBHOOK_HEADER_INVALID", 400, false, Challenge::None)
            }
            Self::WebhookHeaderMissing => {
                row("ERR_WEBHOOK_HEADER_MISSING", 400, false, Challenge::None)
            }
            Self::WebhookPayloadInvalid => {
                row("ERR_WEBHOOK_PAYLOAD_INVALID", 400, false, Challenge::None)
            }
            Self::WebhookReplayed => row("ERR_WEBHOOK_REPLAYED", 409, false, Challenge::None),
            Self::WebhookSignatureInvalid => {
                row("ERR_WEBHOOK_SIGNATURE_INVALID", 400, false, Challenge::None)
            }
            Self::WebhookTimestampExpired => {
                row("ERR_WEBHOOK_TIMESTAMP_EXPIRED", 400, false, Challenge::None)
            }
            Self::WebhookTimestampFuture => {
                row("ERR_WEBHOOK_TIMESTAMP_FUTURE", 400, false, Challenge::None)
            }
            Self::WebhookTimestampInvalid => {
                row("ERR_WEBHOOK_TIMESTAMP_INVALID", 400, false, Challenge::None)
            }
            Self::WebhookTooLarge => row("ERR_WEBHOOK_TOO_LARGE", 413, false, Challenge::None),
            Self::WebhookTooManySignatures => row(
                "ERR_WEBHOOK_TOO_MANY_SIGNATURES",
                400,
                false,
                Challenge::None,
            ),
        }
    }
}

const fn row(name: &'static str, status: u16, retryable: bool, challenge: Challenge) -> CodeRow {
    CodeRow {
        name,
        status,
        retryable,
        challenge,
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A refused token, or a request that carries none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// The header's `alg` is unknown or not in the allow-list.
    AlgorithmNotAllowed,
    /// Several credentials in one request.
    Ambiguous,
    /// A claim is not as it must be.
    Claim {
        /// The claim's name.
        claim: Cow<'static, str>,
        /// What is wrong with it.
        reason: ClaimReason,
    },
    /// The token is past its `exp`, or older than the caller allows.
    Expired,
    /// The token is good, but does not carry what this resource demands.
    Forbidden(Demand),
    /// Not a compact JWS: what is malformed.
    Malformed(Malformed),
    /// No credentials in the request.
    Missing,
    /// `nbf`, or `iat` where it is checked, lies ahead.
    NotYetValid,
    /// The signature does not verify.
    SignatureInvalid,
    /// Longer than the ceiling of 16 KiB.
    TooLarge,
    /// The header asks for something that is not supported; the member's name.
    Unsupported(&'static str),
}

impl TokenError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::AlgorithmNotAllowed => ErrorCode::JoseAlgNotAllowed,
            Self::Ambiguous => ErrorCode::TokenAmbiguous,
            Self::Claim { .. } => ErrorCode::JwtClaimValidationFailed,
            Self::Expired => ErrorCode::JwtExpired,
            Self::Forbidden(_) => ErrorCode::Forbidden,
            Self::Malformed(_) => ErrorCode::JwtInvalid,
            Self::Missing => ErrorCode::TokenMissing,
            Self::NotYetValid => ErrorCode::JwtNotYetValid,
            Self::SignatureInvalid => ErrorCode::JwsSignatureVerificationFailed,
            Self::TooLarge => ErrorCode::TokenTooLarge,
            Self::Unsupported(_) => ErrorCode::JoseNotSupported,
        }
    }

    /// A claim error in one call.
    pub fn claim(claim: impl Into<Cow<'static, str>>, reason: ClaimReason) -> Self {
        Self::Claim {
            claim: claim.into(),
            reason,
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlgorithmNotAllowed => f.write_str("the token's algorithm is not allowed"),
            Self::Ambiguous => f.write_str("the request carries more than one credential"),
            Self::Claim { claim, reason } => write!(f, "claim {claim}: {reason}"),
            Self::Expired => f.write_str("the token has expired"),
            Self::Forbidden(demand) => {
                write!(f, "the token does not carry the {demand} that is required")
            }
            Self::Malformed(what) => write!(f, "malformed token: {what}"),
            Self::Missing => f.write_str("the request carries no bearer token"),
            Self::NotYetValid => f.write_str("the token is not valid yet"),
            Self::SignatureInvalid => f.write_str("the token's signature does not verify"),
            Self::TooLarge => f.write_str("the token is too large"),
            Self::Unsupported(member) => {
                write!(f, "the token's header member {member} is not supported")
            }
        }
    }
}

/// Why a claim is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimReason {
    /// It is there, but of the wrong type.
    Invalid,
    /// It is there and well-formed, but not the value that is expected.
    Mismatch,
    /// It is required and not there.
    Missing,
}

impl ClaimReason {
    /// The reason's public spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Mismatch => "mismatch",
            Self::Missing => "missing",
        }
    }
}

impl fmt::Display for ClaimReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "has the wrong type",
            Self::Mismatch => "is not what is expected",
            Self::Missing => "is missing",
        })
    }
}

/// What a resource demands beyond a good token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Membership of an organization.
    Organization,
    /// A permission.
    Permission,
    /// A role.
    Role,
    /// An OAuth scope.
    Scope,
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Organization => "organization",
            Self::Permission => "permission",
            Self::Role => "role",
            Self::Scope => "scope",
        })
    }
}

/// Which part of a token is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// A segment is not canonical base64url without padding (RFC 7515 §2).
    Encoding,
    /// The header is not a strict JSON object with a string `alg`.
    Header,
    /// The payload is not a strict JSON object.
    Payload,
    /// Not exactly three segments.
    Segments,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encoding => "a segment is not canonical base64url",
            Self::Header => "the header is not a well-formed JSON object",
            Self::Payload => "the payload is not a well-formed JSON object",
            Self::Segments => "not three segments",
        })
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
    /// The key endpoint answered with something that is not a JWK Set, or refused.
    SetInvalid,
    /// The key endpoint did not answer in time.
    TimedOut,
    /// Keys cannot be had: not loaded yet, or too stale to use.
    Unavailable {
        /// Seconds after which a retry makes sense, at least 1.
        retry_after: u64,
    },
}

impl KeyError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid(_) => ErrorCode::JwkInvalid,
            Self::NoMatch => ErrorCode::JwksNoMatchingKey,
            Self::SetInvalid => ErrorCode::JwksInvalid,
            Self::TimedOut => ErrorCode::JwksTimeout,
            Self::Unavailable { .. } => ErrorCode::JwksUnavailable,
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(why) => write!(f, "the configured key cannot be used: {why}"),
            Self::NoMatch => f.write_str("no key fits this token"),
            Self::SetInvalid => f.write_str("the key endpoint's answer is not a usable key set"),
            Self::TimedOut => f.write_str("the key endpoint did not answer in time"),
            Self::Unavailable { .. } => f.write_str("the issuer's keys are not available"),
        }
    }
}

/// A refused webhook. Headers are named, their values never shown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookError {
    /// A header stands there more than once.
    HeaderDuplicate(Cow<'static, str>),
    /// A header is malformed.
    HeaderInvalid(Cow<'static, str>),
    /// A header is missing.
    HeaderMissing(Cow<'static, str>),
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
    fn code(&self) -> ErrorCode {
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

impl fmt::Display for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeaderDuplicate(name) => {
                write!(f, "webhook header {name} is there more than once")
            }
            Self::HeaderInvalid(name) => write!(f, "webhook header {name} is malformed"),
            Self::HeaderMissing(name) => write!(f, "webhook header {name} is missing"),
            Self::PayloadInvalid => {
                f.write_str("the webhook's payload is not what its scheme promises")
            }
            Self::Replayed => f.write_str("this webhook was delivered before"),
            Self::SignatureInvalid => f.write_str("the webhook's signature does not verify"),
            Self::TimestampExpired => f.write_str("the webhook's timestamp is too old"),
            Self::TimestampFuture => f.write_str("the webhook's timestamp lies too far ahead"),
            Self::TimestampInvalid => f.write_str("the webhook's timestamp is malformed"),
            Self::TooLarge => f.write_str("the webhook's body is too large"),
            Self::TooManySignatures => f.write_str("the webhook carries too many signatures"),
        }
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
    fn code(&self) -> ErrorCode {
        match self.kind {
            ApiErrorKind::RateLimited => ErrorCode::ApiRateLimited,
            ApiErrorKind::ResponseInvalid => ErrorCode::ApiResponseInvalid,
            ApiErrorKind::Status => ErrorCode::ApiStatus,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A mistake of the caller: which option, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
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
        Self {
            option: option.into(),
            problem: problem.into(),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.option, self.problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Renaming a code breaks callers that branch on it: this list only ever grows.
    #[test]
    fn the_list_of_codes_is_frozen() {
        let names: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(
            names,
            [
                "ERR_API_RATE_LIMITED",
                "ERR_API_RESPONSE_INVALID",
                "ERR_API_STATUS",
                "ERR_CONFIG_INVALID",
                "ERR_FORBIDDEN",
                "ERR_JOSE_ALG_NOT_ALLOWED",
                "ERR_JOSE_NOT_SUPPORTED",
                "ERR_JWK_INVALID",
                "ERR_JWKS_INVALID",
                "ERR_JWKS_NO_MATCHING_KEY",
                "ERR_JWKS_TIMEOUT",
                "ERR_JWKS_UNAVAILABLE",
                "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
                "ERR_JWT_CLAIM_VALIDATION_FAILED",
                "ERR_JWT_EXPIRED",
                "ERR_JWT_INVALID",
                "ERR_JWT_NOT_YET_VALID",
                "ERR_TOKEN_AMBIGUOUS",
                "ERR_TOKEN_MISSING",
                "ERR_TOKEN_TOO_LARGE",
                "ERR_TRANSPORT",
                "ERR_TRANSPORT_TIMEOUT",
                "ERR_WEBHOOK_HEADER_DUPLICATE",
                "ERR_WEBHOOK_HEADER_INVALID",
                "ERR_WEBHOOK_HEADER_MISSING",
                "ERR_WEBHOOK_PAYLOAD_INVALID",
                "ERR_WEBHOOK_REPLAYED",
                "ERR_WEBHOOK_SIGNATURE_INVALID",
                "ERR_WEBHOOK_TIMESTAMP_EXPIRED",
                "ERR_WEBHOOK_TIMESTAMP_FUTURE",
                "ERR_WEBHOOK_TIMESTAMP_INVALID",
                "ERR_WEBHOOK_TOO_LARGE",
                "ERR_WEBHOOK_TOO_MANY_SIGNATURES",
            ]
        );
    }

    #[test]
    fn key_trouble_is_503_and_never_401_or_a_challenge() {
        for code in [
            ErrorCode::JwksInvalid,
            ErrorCode::JwksTimeout,
            ErrorCode::JwksUnavailable,
        ] {
            assert_eq!(code.status(), 503);
            assert!(code.row().retryable);
            assert_eq!(code.row().challenge, Challenge::None);
        }
    }

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
