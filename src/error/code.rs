//! The stable codes, and the one table of what each means to HTTP.

use core::fmt;

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
    pub(super) challenge: Challenge,
}

/// The RFC 6750 challenge of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// No challenge: authentication is not what failed.
    None,
    /// The scheme alone: the request carried no credentials (RFC 6750 §3.1).
    Bare,
    /// The scheme with the error code `insufficient_scope`.
    InsufficientScope,
    /// The scheme with the error code `invalid_request`.
    InvalidRequest,
    /// The scheme with the error code `invalid_token`.
    InvalidToken,
}

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

    /// What the code means to HTTP.
    pub const fn row(self) -> CodeRow {
        ROWS[self as usize]
    }

    /// The one table of codes, from which [`ROWS`] is made.
    const fn meaning(self) -> CodeRow {
        match self {
            Self::ApiRateLimited => row("ERR_API_RATE_LIMITED", 429, true, Challenge::None),
            Self::ApiResponseInvalid => {
                row("ERR_API_RESPONSE_INVALID", 502, false, Challenge::None)
            }
            Self::ApiStatus => row("ERR_API_STATUS", 502, false, Challenge::None),
            Self::ConfigInvalid => row("ERR_CONFIG_INVALID", 500, false, Challenge::None),
            Self::Forbidden => row("ERR_FORBIDDEN", 403, false, Challenge::InsufficientScope),
            Self::JoseAlgNotAllowed => row(
                "ERR_JOSE_ALG_NOT_ALLOWED",
                401,
                false,
                Challenge::InvalidToken,
            ),
            Self::JoseNotSupported => row(
                "ERR_JOSE_NOT_SUPPORTED",
                401,
                false,
                Challenge::InvalidToken,
            ),
            Self::JwkInvalid => row("ERR_JWK_INVALID", 500, false, Challenge::None),
            Self::JwksInvalid => row("ERR_JWKS_INVALID", 503, true, Challenge::None),
            Self::JwksNoMatchingKey => row(
                "ERR_JWKS_NO_MATCHING_KEY",
                401,
                false,
                Challenge::InvalidToken,
            ),
            Self::JwksTimeout => row("ERR_JWKS_TIMEOUT", 503, true, Challenge::None),
            Self::JwksUnavailable => row("ERR_JWKS_UNAVAILABLE", 503, true, Challenge::None),
            Self::JwsSignatureVerificationFailed => row(
                "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
                401,
                false,
                Challenge::InvalidToken,
            ),
            Self::JwtClaimValidationFailed => row(
                "ERR_JWT_CLAIM_VALIDATION_FAILED",
                401,
                false,
                Challenge::InvalidToken,
            ),
            Self::JwtExpired => row("ERR_JWT_EXPIRED", 401, false, Challenge::InvalidToken),
            Self::JwtInvalid => row("ERR_JWT_INVALID", 401, false, Challenge::InvalidToken),
            Self::JwtNotYetValid => {
                row("ERR_JWT_NOT_YET_VALID", 401, false, Challenge::InvalidToken)
            }
            Self::TokenAmbiguous => {
                row("ERR_TOKEN_AMBIGUOUS", 400, false, Challenge::InvalidRequest)
            }
            Self::TokenMissing => row("ERR_TOKEN_MISSING", 401, false, Challenge::Bare),
            Self::TokenTooLarge => row("ERR_TOKEN_TOO_LARGE", 401, false, Challenge::InvalidToken),
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

/// The rows in the order of the codes: a place in memory instead of a walk through the table.
const ROWS: [CodeRow; ErrorCode::ALL.len()] = {
    let mut rows = [ErrorCode::ConfigInvalid.meaning(); ErrorCode::ALL.len()];
    let mut at = 0;
    while at < rows.len() {
        let code = ErrorCode::ALL[at];
        assert!(code as usize == at);
        rows[at] = code.meaning();
        at += 1;
    }
    rows
};

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
}
