//! Why a token was accepted or refused, check by check, for people who debug.

use crate::error::Error;
use crate::json::{Json, Members};

/// One check of the verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Size and segments.
    Structure,
    /// The header's form and extensions.
    Header,
    /// The algorithm against the allow-list.
    Algorithm,
    /// A key for the token.
    Key,
    /// The signature.
    Signature,
    /// The payload's form.
    Payload,
    /// `iss`
    Issuer,
    /// `aud`
    Audience,
    /// `exp`
    Expiration,
    /// `nbf`
    NotBefore,
    /// `iat` and the token's age.
    IssuedAt,
    /// `sub`
    Subject,
    /// The header's `typ`.
    Type,
    /// Claims that must be there.
    RequiredClaims,
    /// The provider's own rules.
    ProviderRules,
    /// Roles, permissions and scopes that the resource demands.
    Access,
}

impl Check {
    /// Every check, in order.
    pub const ALL: [Self; 16] = [
        Self::Structure,
        Self::Header,
        Self::Algorithm,
        Self::Key,
        Self::Signature,
        Self::Payload,
        Self::Issuer,
        Self::Audience,
        Self::Expiration,
        Self::NotBefore,
        Self::IssuedAt,
        Self::Subject,
        Self::Type,
        Self::RequiredClaims,
        Self::ProviderRules,
        Self::Access,
    ];

    /// The check's public name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Header => "header",
            Self::Algorithm => "algorithm",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Payload => "payload",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Expiration => "expiration",
            Self::NotBefore => "notBefore",
            Self::IssuedAt => "issuedAt",
            Self::Subject => "subject",
            Self::Type => "type",
            Self::RequiredClaims => "requiredClaims",
            Self::ProviderRules => "providerRules",
            Self::Access => "access",
        }
    }
}

/// What became of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckOutcome {
    /// It refused the token.
    Failed,
    /// An earlier one had refused the token already.
    NotReached,
    /// It let the token through.
    Passed,
}

impl CheckOutcome {
    /// The outcome's public name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::NotReached => "notReached",
            Self::Passed => "passed",
        }
    }
}

/// Which checks a verification has entered.
#[derive(Debug, Default)]
pub(super) struct Trace {
    entered: u32,
    last: Option<Check>,
}

impl Trace {
    pub(super) fn enter(&mut self, check: Check) {
        self.entered |= 1 << check as u32;
        self.last = Some(check);
    }

    /// Says of a check that it was looked at and is still to come.
    pub(super) fn put_off(&mut self, check: Check) {
        self.entered &= !(1 << check as u32);
    }
}

/// The verdict on a token with every check on the way to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The checks in order.
    pub checks: Vec<(Check, CheckOutcome)>,
    /// The refusal, if the token was refused.
    pub refusal: Option<Error>,
}

impl Explanation {
    pub(super) fn new(trace: &Trace, refusal: Option<Error>) -> Self {
        let outcome = |check: Check| match trace.entered >> check as u32 & 1 {
            0 => CheckOutcome::NotReached,
            _ if refusal.is_some() && trace.last == Some(check) => CheckOutcome::Failed,
            _ => CheckOutcome::Passed,
        };
        Self {
            checks: Check::ALL
                .into_iter()
                .map(|check| (check, outcome(check)))
                .collect(),
            refusal,
        }
    }

    /// Whether the token was accepted.
    pub fn accepted(&self) -> bool {
        self.refusal.is_none()
    }

    /// The explanation as JSON: `accepted`, the refusal's `code`, and `checks`, of which the
    /// failed one carries `code` and `detail`. It holds no value of the token.
    pub fn json(&self) -> Json {
        let checks: Vec<_> = self
            .checks
            .iter()
            .map(|(check, outcome)| self.check_json(*check, *outcome))
            .collect();
        let code = |refusal: &Error| refusal.code().as_str();
        Json::object([
            ("accepted", self.accepted().into()),
            ("code", self.refusal.as_ref().map(code).into()),
            ("checks", Json::Array(checks)),
        ])
    }

    fn check_json(&self, check: Check, outcome: CheckOutcome) -> Json {
        let mut members = Members::new();
        members.insert("check", check.as_str());
        members.insert("outcome", outcome.as_str());
        if let (CheckOutcome::Failed, Some(refusal)) = (outcome, &self.refusal) {
            members.insert("code", refusal.code().as_str());
            members.insert("detail", refusal.to_string());
        }
        members.into()
    }
}
