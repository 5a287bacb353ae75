//! What one issuer's tokens must be like.

use core::time::Duration;

use countersign_text::same;

use super::access::AccessClaims;
use super::claims::{ClaimRule, Claims};
use super::explain::{Check, Trace};
use super::header::Header;
use super::known::Date;
use crate::crypto::SignatureAlgorithm;
use crate::encoding::contains;
use crate::error::{ClaimReason, TokenError};
use crate::json::Value;
use crate::time::{NumericDate, UnixMillis};

/// How many verified tokens are remembered unless a caller says otherwise.
pub const DEFAULT_TOKEN_CACHE: usize = 1_000;

/// The most tokens that a cache can be asked to remember: its memory grows with them.
pub const MAX_TOKEN_CACHE: usize = 100_000;

/// The most clock tolerance that is accepted.
pub const MAX_CLOCK_TOLERANCE: Duration = Duration::from_secs(300);

/// The rules for one issuer's tokens. `None` means that a rule is switched off.
#[derive(Debug)]
pub struct Policy {
    /// How many verified tokens are remembered; 0 for none. Among several issuers, the greatest
    /// of their numbers holds for all.
    pub token_cache: usize,
    /// Algorithms that are accepted; an empty list accepts none.
    pub algorithms: Vec<&'static dyn SignatureAlgorithm>,
    /// Values of `iss`, of which a token must carry one.
    pub issuers: Option<Vec<String>>,
    /// Values of `aud`, of which a token must carry one.
    pub audiences: Option<Vec<String>>,
    /// Values of `sub`, of which a token must carry one.
    pub subjects: Option<Vec<String>>,
    /// The header's `typ`, without `application/`, compared without case.
    pub typ: Option<String>,
    /// Claims that must be there.
    pub required_claims: Vec<String>,
    /// How far the issuer's clock may be off. Default 0, at most [`MAX_CLOCK_TOLERANCE`].
    pub clock_tolerance: Duration,
    /// How long after its `iat` a token is accepted at most; demands `iat`.
    pub max_token_age: Option<Duration>,
    /// Whether a token whose `iat` lies ahead is refused also without `max_token_age`.
    pub refuse_future_iat: bool,
    /// Whether a token is refused while several keys fit it: for want of a `kid`, or because
    /// several keys have the same one.
    pub refuse_ambiguous_key: bool,
    /// The provider's own rules.
    pub rule: Option<Box<dyn ClaimRule>>,
    /// Where the holder's rights stand.
    pub access: AccessClaims,
}

impl Policy {
    /// The algorithm of this name, if it is accepted.
    ///
    /// # Errors
    ///
    /// `ERR_JOSE_ALG_NOT_ALLOWED`.
    pub(super) fn algorithm(
        &self,
        name: &str,
    ) -> Result<&'static dyn SignatureAlgorithm, TokenError> {
        let mut allowed = self.algorithms.iter().copied();
        allowed
            .find(|algorithm| algorithm.id().as_str() == name)
            .ok_or(TokenError::AlgorithmNotAllowed)
    }

    /// Whether `iss` is one of this policy's.
    pub(super) fn is_from(&self, iss: &str) -> bool {
        self.issuers.iter().flatten().any(|issuer| issuer == iss)
    }

    /// Checks what the verified token says.
    pub(super) fn check(
        &self,
        header: &Header,
        claims: &Claims<'_>,
        now: UnixMillis,
        trace: &mut Trace,
    ) -> Result<(), TokenError> {
        trace.enter(Check::Issuer);
        check_claim(claims, "iss", &self.issuers, false)?;
        trace.enter(Check::Audience);
        check_claim(claims, "aud", &self.audiences, true)?;
        self.check_times(&|date| claims.date(date.claim()), now, trace)?;
        trace.enter(Check::Subject);
        check_claim(claims, "sub", &self.subjects, false)?;
        trace.enter(Check::Type);
        self.check_typ(header)?;
        trace.enter(Check::RequiredClaims);
        if let Some(missing) = self
            .required_claims
            .iter()
            .find(|claim| !claims.contains(claim))
        {
            return Err(TokenError::claim(missing.clone(), ClaimReason::Missing));
        }
        trace.enter(Check::ProviderRules);
        self.rule.as_ref().map_or(Ok(()), |rule| {
            rule.check_header(header)?;
            rule.check(claims)
        })
    }

    /// RFC 7519 §4.1.4 to §4.1.6, with `date` to look one up.
    pub(super) fn check_times(
        &self,
        date: &dyn Fn(Date) -> Result<Option<NumericDate>, TokenError>,
        now: UnixMillis,
        trace: &mut Trace,
    ) -> Result<(), TokenError> {
        let tolerance = self.clock_tolerance;
        trace.enter(Check::Expiration);
        match date(Date::Expiry)? {
            Some(exp) if exp.has_passed(now, tolerance) => return Err(TokenError::Expired),
            None if self.required_claims.iter().any(|claim| claim == "exp") => {
                return Err(TokenError::claim("exp", ClaimReason::Missing));
            }
            _ => {}
        }
        trace.enter(Check::NotBefore);
        if date(Date::NotBefore)?.is_some_and(|nbf| nbf.is_ahead(now, tolerance)) {
            return Err(TokenError::NotYetValid);
        }
        trace.enter(Check::IssuedAt);
        let iat = date(Date::IssuedAt)?;
        if (self.refuse_future_iat || self.max_token_age.is_some())
            && iat.is_some_and(|iat| iat.is_ahead(now, tolerance))
        {
            return Err(TokenError::NotYetValid);
        }
        match (self.max_token_age, iat) {
            (Some(_), None) => Err(TokenError::claim("iat", ClaimReason::Missing)),
            (Some(age), Some(iat)) if iat.is_older_than(age.saturating_add(tolerance), now) => {
                Err(TokenError::Expired)
            }
            _ => Ok(()),
        }
    }

    /// RFC 7515 §4.1.9, RFC 8725 §3.11.
    fn check_typ(&self, header: &Header) -> Result<(), TokenError> {
        let Some(expected) = &self.typ else {
            return Ok(());
        };
        match header.typ() {
            None => Err(TokenError::claim("typ", ClaimReason::Missing)),
            Some(typ) if media_type(typ).eq_ignore_ascii_case(media_type(expected)) => Ok(()),
            Some(_) => Err(TokenError::claim("typ", ClaimReason::Mismatch)),
        }
    }
}

/// A media type without the `application/` that RFC 7515 §4.1.9 lets issuers leave out.
fn media_type(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !contains(rest, "/") => rest,
        _ => typ,
    }
}

/// Passes when a claim is well-formed and has one of the expected values, or nothing is expected
/// of it. Not every claim may be a list of strings.
fn check_claim(
    claims: &Claims<'_>,
    claim: &'static str,
    expected: &Option<Vec<String>>,
    may_be_list: bool,
) -> Result<(), TokenError> {
    let refuse = |reason| Err(TokenError::claim(claim, reason));
    let Some(value) = claims.object().member(claim) else {
        return match expected {
            Some(_) => refuse(ClaimReason::Missing),
            None => Ok(()),
        };
    };
    if !may_be_list && matches!(value, Value::Array(_)) {
        return refuse(ClaimReason::Invalid);
    }
    let is_expected = |text: &str| {
        let mut all = expected.iter().flatten();
        all.any(|expected| same(expected.as_bytes(), text.as_bytes()))
    };
    let Some(found) = value.any_string(&is_expected) else {
        return refuse(ClaimReason::Invalid);
    };
    match found || expected.is_none() {
        true => Ok(()),
        false => refuse(ClaimReason::Mismatch),
    }
}
