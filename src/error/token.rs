//! Refused tokens.

use core::fmt;

use super::{ErrorCode, Name, write_about};

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
        claim: Name,
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
    Unsupported(Name),
}

impl TokenError {
    /// The stable code, as every host reports it.
    pub fn code(&self) -> ErrorCode {
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
    pub fn claim(claim: impl Into<Name>, reason: ClaimReason) -> Self {
        Self::Claim {
            claim: claim.into(),
            reason,
        }
    }
}

impl core::error::Error for TokenError {}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = match self {
            Self::Claim { claim, .. } => claim,
            Self::Forbidden(demand) => demand.as_str(),
            Self::Malformed(what) => what.as_str(),
            Self::Unsupported(member) => member,
            _ => "",
        };
        let message = match self {
            Self::AlgorithmNotAllowed => "the token's algorithm is not allowed",
            Self::Ambiguous => "the request carries more than one credential",
            Self::Claim { reason, .. } => match reason {
                ClaimReason::Invalid => "claim {}: has the wrong type",
                ClaimReason::Mismatch => "claim {}: is not what is expected",
                ClaimReason::Missing => "claim {}: is missing",
            },
            Self::Expired => "the token has expired",
            Self::Forbidden(_) => "the token does not carry the {} that is required",
            Self::Malformed(_) => "malformed token: {}",
            Self::Missing => "the request carries no bearer token",
            Self::NotYetValid => "the token is not valid yet",
            Self::SignatureInvalid => "the token's signature does not verify",
            Self::TooLarge => "the token is too large",
            Self::Unsupported(_) => "the token's header member {} is not supported",
        };
        write_about(f, message, subject)
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

impl Demand {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Permission => "permission",
            Self::Role => "role",
            Self::Scope => "scope",
        }
    }
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which part of a token is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The `Authorization` header is not a scheme and one token.
    Authorization,
    /// A segment is not canonical base64url without padding (RFC 7515 §2).
    Encoding,
    /// The header is not a strict JSON object with a string `alg`.
    Header,
    /// The payload is not a strict JSON object.
    Payload,
    /// Not exactly three segments.
    Segments,
}

impl Malformed {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Authorization => "the Authorization header is not Bearer and one token",
            Self::Encoding => "a segment is not canonical base64url",
            Self::Header => "the header is not a well-formed JSON object",
            Self::Payload => "the payload is not a well-formed JSON object",
            Self::Segments => "not three segments",
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
