//! The token in an `Authorization` header.

use crate::encoding::{contains, split_once};
use crate::error::{Malformed, TokenError};

/// Takes the token out of a whole header value: `Bearer`, in any case, one space, one token.
///
/// It is stricter than RFC 6750 asks, as the provider's own SDKs are: two spaces, a tab or a
/// token without its scheme is refused.
///
/// # Errors
///
/// `ERR_TOKEN_MISSING` for an empty value, `ERR_JWT_INVALID` for one of another form.
pub fn token_of(header: &str) -> Result<&str, TokenError> {
    if header.is_empty() {
        return Err(TokenError::Missing);
    }
    match split_once(header, " ") {
        Some((scheme, token))
            if scheme.eq_ignore_ascii_case("bearer")
                && !token.is_empty()
                && !contains(token, " ") =>
        {
            Ok(token)
        }
        _ => Err(TokenError::Malformed(Malformed::Authorization)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_a_scheme_a_space_and_a_token() {
        for header in ["Bearer a.b.c", "bearer a.b.c", "BEARER a.b.c"] {
            assert_eq!(token_of(header), Ok("a.b.c"));
        }
        assert_eq!(token_of(""), Err(TokenError::Missing));
        for header in [
            "a.b.c",
            "Token a.b.c",
            "Bearer",
            "Bearer ",
            "Bearer  a.b.c",
            "Bearer\ta.b.c",
            " Bearer a.b.c",
            "Bearer a.b.c ",
            "Bearer a.b.c d",
            "Bearé a.b.c",
        ] {
            assert_eq!(
                token_of(header),
                Err(TokenError::Malformed(Malformed::Authorization)),
                "{header}"
            );
        }
    }
}
