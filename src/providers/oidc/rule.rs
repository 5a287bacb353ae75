//! What access tokens and ID tokens must be like, beyond the rules for every token.

use crate::error::{ClaimReason, TokenError};
use crate::jwt::{ClaimRule, Claims, Header};

/// Claims with the value they must have.
type Fixed = &'static [(&'static str, &'static str)];

/// An access token is of the vendor's kind for access tokens and for this API, whichever claim
/// says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessTokenRule {
    /// Claims that tell access tokens from others.
    pub fixed: Fixed,
    /// The claim that plays the audience where that is not `aud`, and its accepted values.
    pub audience: Option<(&'static str, Vec<String>)>,
}

impl ClaimRule for AccessTokenRule {
    fn check(&self, claims: &Claims<'_>) -> Result<(), TokenError> {
        check_fixed(self.fixed, claims)?;
        check_subject(claims)?;
        let Some((claim, accepted)) = &self.audience else {
            return Ok(());
        };
        let values = claims
            .strings(claim)?
            .ok_or(TokenError::claim(*claim, ClaimReason::Missing))?;
        let fits = values
            .iter()
            .any(|value| accepted.iter().any(|one| one == value));
        mismatch_unless(fits, claim)
    }
}

/// An ID token is for this client and, where it names one, was asked for by a party that is
/// known (OpenID Connect Core 1.0 §3.1.3.7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdTokenRule {
    /// Claims that tell ID tokens from others.
    pub fixed: Fixed,
    /// Accepted values of `azp`.
    pub authorized_parties: Vec<String>,
}

impl ClaimRule for IdTokenRule {
    /// An access token of RFC 9068 is no ID token, even where its audience is the client.
    fn check_header(&self, header: &Header) -> Result<(), TokenError> {
        let typ = header.typ().unwrap_or_default().to_ascii_lowercase();
        let is_access_token = matches!(typ.as_str(), "at+jwt" | "application/at+jwt");
        mismatch_unless(!is_access_token, "typ")
    }

    fn check(&self, claims: &Claims<'_>) -> Result<(), TokenError> {
        check_fixed(self.fixed, claims)?;
        check_subject(claims)?;
        let audiences = claims.strings("aud")?.unwrap_or_default();
        match claims.string("azp")? {
            Some(azp) => {
                let known = self.authorized_parties.iter().any(|party| *party == azp);
                mismatch_unless(known, "azp")
            }
            None if audiences.len() > 1 => Err(TokenError::claim("azp", ClaimReason::Missing)),
            None => Ok(()),
        }
    }
}

fn check_fixed(fixed: Fixed, claims: &Claims<'_>) -> Result<(), TokenError> {
    for (claim, expected) in fixed {
        match claims.string(claim)? {
            None => return Err(TokenError::claim(*claim, ClaimReason::Missing)),
            Some(value) => mismatch_unless(value == *expected, claim)?,
        }
    }
    Ok(())
}

fn check_subject(claims: &Claims<'_>) -> Result<(), TokenError> {
    match claims.string("sub")?.as_deref() {
        Some("") | None => Err(TokenError::claim("sub", ClaimReason::Missing)),
        Some(_) => Ok(()),
    }
}

fn mismatch_unless(fits: bool, claim: &'static str) -> Result<(), TokenError> {
    if fits {
        Ok(())
    } else {
        Err(TokenError::claim(claim, ClaimReason::Mismatch))
    }
}

/// Compares the `nonce` of a verified ID token with the one that the client sent; `None` where
/// it sent none (OpenID Connect Core 1.0 §3.1.3.7, rule 11).
///
/// # Errors
///
/// A claim error for `nonce`.
pub fn check_nonce(claims: &Claims<'_>, sent: Option<&str>) -> Result<(), TokenError> {
    let Some(sent) = sent else { return Ok(()) };
    match claims.string("nonce")? {
        None => Err(TokenError::claim("nonce", ClaimReason::Missing)),
        Some(nonce) => mismatch_unless(nonce == sent && !sent.is_empty(), "nonce"),
    }
}
