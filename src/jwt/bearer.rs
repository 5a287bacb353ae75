//! The token in a request's `Authorization` header (RFC 6750 §2.1).

use crate::encoding::{split_once, trim};
use crate::error::TokenError;

/// Takes the bearer token out of all values of the header. The scheme compares without case
/// (RFC 9110 §11.1).
///
/// # Errors
///
/// `ERR_TOKEN_MISSING` when there is no value, or one of another scheme or without a token;
/// `ERR_TOKEN_AMBIGUOUS` when there are several values, also joined by a comma.
pub fn bearer<'a>(values: impl IntoIterator<Item = &'a str>) -> Result<&'a str, TokenError> {
    let mut values = values.into_iter();
    match (values.next(), values.next()) {
        (None, _) => Err(TokenError::Missing),
        (Some(value), None) => token_of(value),
        (Some(_), Some(_)) => Err(TokenError::Ambiguous),
    }
}

fn token_of(value: &str) -> Result<&str, TokenError> {
    // By bytes, which are searched several at a time.
    if value.as_bytes().contains(&b',') {
        return Err(TokenError::Ambiguous);
    }
    match split_once(trim(value, b" \t"), " ") {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(trim(token, b" ")),
        _ => Err(TokenError::Missing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_bearer_value_is_taken() {
        assert_eq!(bearer(["Bearer a.b.c"]), Ok("a.b.c"));
        assert_eq!(bearer(["bEARER   a.b.c "]), Ok("a.b.c"));
        for value in [
            "",
            "Bearer",
            "Bearer ",
            "Basic YTpi",
            "a.b.c",
            "Bearera.b.c",
            "Token a.b.c",
        ] {
            assert_eq!(bearer([value]), Err(TokenError::Missing), "{value}");
        }
        assert_eq!(bearer([]), Err(TokenError::Missing));
    }

    #[test]
    fn several_credentials_are_ambiguous() {
        for values in [
            &["Bearer a.b.c", "Bearer a.b.c"][..],
            &["Bearer a.b.c, Bearer d.e.f"],
            &["Basic x", "Bearer a.b.c"],
            &["Basic x,Bearer a.b.c"],
        ] {
            assert_eq!(bearer(values.iter().copied()), Err(TokenError::Ambiguous));
        }
    }
}
