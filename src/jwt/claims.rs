//! The payload's claims (RFC 7519 §4), each in one of three states: absent, good, bad.

use std::borrow::Cow;

use super::header::Header;
use crate::error::{ClaimReason, Malformed, TokenError};
use crate::json::{Object, Value};
use crate::time::NumericDate;

/// The claims of a payload. What was read before the signature passed is good for choosing an
/// issuer's entry and nothing else.
#[derive(Debug)]
pub struct Claims<'a> {
    object: Object<'a>,
    text: &'a [u8],
}

/// A provider's own rule about claims, applied after the general ones.
pub trait ClaimRule {
    /// Passes or refuses what the header says, once the signature has passed. By default
    /// nothing is asked of it.
    ///
    /// # Errors
    ///
    /// A claim error that names the header's member.
    fn check_header(&self, _header: &Header) -> Result<(), TokenError> {
        Ok(())
    }

    /// Passes or refuses.
    ///
    /// # Errors
    ///
    /// A claim error, or an expiry one.
    fn check(&self, claims: &Claims<'_>) -> Result<(), TokenError>;
}

/// A rule is not a supertype of `Debug`: modules that never print one need not carry the code.
impl core::fmt::Debug for dyn ClaimRule + '_ {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ClaimRule")
    }
}

impl<'a> Claims<'a> {
    /// Reads a payload.
    ///
    /// # Errors
    ///
    /// `ERR_JWT_INVALID` when it is not a strict JSON object.
    pub fn parse(text: &'a [u8]) -> Result<Self, TokenError> {
        let object = Object::parse(text).map_err(|_| TokenError::Malformed(Malformed::Payload))?;
        Ok(Self { object, text })
    }

    /// The payload's JSON text.
    pub fn json(&self) -> &'a [u8] {
        self.text
    }

    /// The payload's members.
    pub fn object(&self) -> &Object<'a> {
        &self.object
    }

    /// Whether the claim is there, with whatever value.
    pub fn contains(&self, claim: &str) -> bool {
        self.object.member(claim).is_some()
    }

    /// A string claim; `None` when absent.
    ///
    /// # Errors
    ///
    /// A claim error with the reason `invalid` when it is there but no string.
    pub fn string(&self, claim: &'static str) -> Result<Option<Cow<'a, str>>, TokenError> {
        self.typed(claim, Value::as_str)
    }

    /// A claim that is a string or a list of strings, such as `aud` (RFC 7519 §4.1.3).
    ///
    /// # Errors
    ///
    /// A claim error with the reason `invalid` when it is anything else.
    pub fn strings(&self, claim: &'static str) -> Result<Option<Vec<Cow<'a, str>>>, TokenError> {
        self.typed(claim, one_or_many)
    }

    /// A numeric date (RFC 7519 §2); `None` when absent.
    ///
    /// # Errors
    ///
    /// A claim error with the reason `invalid` when it is there but no number.
    pub fn date(&self, claim: &'static str) -> Result<Option<NumericDate>, TokenError> {
        self.typed(claim, |value| value.as_f64().and_then(NumericDate::new))
    }

    fn typed<T>(
        &self,
        claim: &'static str,
        read: impl FnOnce(Value<'a>) -> Option<T>,
    ) -> Result<Option<T>, TokenError> {
        let Some(value) = self.object.member(claim) else {
            return Ok(None);
        };
        match read(value) {
            None => Err(TokenError::claim(claim, ClaimReason::Invalid)),
            read => Ok(read),
        }
    }
}

/// The texts of a string or of a list of strings.
pub(super) fn one_or_many(value: Value<'_>) -> Option<Vec<Cow<'_, str>>> {
    match value.as_str() {
        Some(text) => Some(vec![text]),
        None => value.as_strings(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_good_and_bad_are_three_states() {
        let claims =
            Claims::parse(br#"{"exp":1.5,"nbf":"1","iat":null,"aud":["a","b"],"sub":7}"#).unwrap();
        assert_eq!(claims.date("exp").unwrap().unwrap().as_secs_f64(), 1.5);
        assert_eq!(claims.date("xyz").unwrap(), None);
        assert_eq!(
            claims.date("nbf").unwrap_err(),
            TokenError::claim("nbf", ClaimReason::Invalid)
        );
        assert_eq!(
            claims.date("iat").unwrap_err(),
            TokenError::claim("iat", ClaimReason::Invalid)
        );
        assert_eq!(claims.strings("aud").unwrap().unwrap(), ["a", "b"]);
        assert_eq!(
            claims.string("aud").unwrap_err(),
            TokenError::claim("aud", ClaimReason::Invalid)
        );
        assert_eq!(
            claims.string("sub").unwrap_err(),
            TokenError::claim("sub", ClaimReason::Invalid)
        );
        assert!(claims.contains("iat") && !claims.contains("toString"));
    }
}
