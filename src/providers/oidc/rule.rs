//! What access tokens and ID tokens must be like, beyond the rules for every token.

use crate::error::{ClaimReason, TokenError};
use crate::jwt::{ClaimRule, Claims, Header};
use crate::providers::claim::{expect, expect_text};

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
        expect_text(claims, "sub", false)?;
        let Some((claim, accepted)) = &self.audience else {
            return Ok(());
        };
        let values = claims
            .strings(claim)?
            .ok_or(TokenError::claim(*claim, ClaimReason::Missing))?;
        let fits = values
            .iter()
            .any(|value| accepted.iter().any(|one| one == value));
        match fits {
            true => Ok(()),
            false => Err(TokenError::claim(*claim, ClaimReason::Mismatch)),
        }
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
        match is_access_token {
            true => Err(TokenError::claim("typ", ClaimReason::Mismatch)),
            false => Ok(()),
        }
    }

    fn check(&self, claims: &Claims<'_>) -> Result<(), TokenError> {
        check_fixed(self.fixed, claims)?;
        expect_text(claims, "sub", false)?;
        let audiences = claims.strings("aud")?.unwrap_or_default();
        let parties: Vec<_> = self.authorized_parties.iter().map(String::as_str).collect();
        expect(claims, "azp", audiences.len() <= 1, &parties)
    }
}

fn check_fixed(fixed: Fixed, claims: &Claims<'_>) -> Result<(), TokenError> {
    for (claim, expected) in fixed {
        expect(claims, claim, false, &[expected])?;
    }
    Ok(())
}

/// Compares the `nonce` of a verified ID token with the one that the client sent; `None` where
/// it sent none (OpenID Connect Core 1.0 §3.1.3.7, rule 11).
///
/// # Errors
///
/// A claim error for `nonce`.
pub fn check_nonce(claims: &Claims<'_>, sent: Option<&str>) -> Result<(), TokenError> {
    match sent {
        None => Ok(()),
        // An empty one is no nonce.
        Some("") => expect(claims, "nonce", false, &[]),
        Some(sent) => expect(claims, "nonce", false, &[sent]),
    }
}
