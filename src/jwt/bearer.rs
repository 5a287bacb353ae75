//! The token in a request's `Authorization` header (RFC 6750 §2.1).

use crate::encoding::{split, split_once, trim};
use crate::error::TokenError;
use crate::http::is_token;

/// Takes the bearer token out of all values of the header. The scheme compares without case
/// (RFC 9110 §11.1).
///
/// # Errors
///
/// `ERR_TOKEN_MISSING` when there is no value, or one of another scheme or without a token;
/// `ERR_TOKEN_AMBIGUOUS` when there are several values, also joined by a comma. Commas may stand
/// between the parameters of another scheme alone.
///
/// # Example
///
/// ```
/// use countersign::http::Headers;
/// use countersign::jwt::bearer;
///
/// let mut headers = Headers::new();
/// headers.append_received("authorization", "Bearer a.b.c");
/// // What `Verifier::verify` takes is the token's bytes.
/// let token = bearer(headers.all("authorization"))?.as_bytes();
/// assert_eq!(token, b"a.b.c");
/// # Ok::<(), countersign::error::Error>(())
/// ```
pub fn bearer<'a>(values: impl IntoIterator<Item = &'a str>) -> Result<&'a str, TokenError> {
    let mut values = values.into_iter();
    match (values.next(), values.next()) {
        (None, _) => Err(TokenError::Missing),
        (Some(value), None) => token_of(value),
        (Some(_), Some(_)) => Err(TokenError::Ambiguous),
    }
}

fn token_of(value: &str) -> Result<&str, TokenError> {
    let credentials = split_once(trim(value, b" \t"), " ");
    // By bytes, which are searched several at a time.
    if value.as_bytes().contains(&b',') {
        return Err(match credentials {
            Some((scheme, parameters)) if is_of_another(scheme, parameters) => TokenError::Missing,
            _ => TokenError::Ambiguous,
        });
    }
    match credentials {
        Some((scheme, token)) if is_bearer(scheme) => Ok(trim(token, b" ")),
        _ => Err(TokenError::Missing),
    }
}

fn is_bearer(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("bearer")
}

/// Whether this is one credential of another scheme (RFC 9110 §11.4), as Digest's, and cannot be
/// several that were joined: what begins a second one is a scheme, which is no parameter. A comma
/// within quotes counts like any other, since the quotes may be those of two values.
fn is_of_another(scheme: &str, parameters: &str) -> bool {
    is_token(scheme) && !is_bearer(scheme) && split(parameters, b',').all(is_parameter)
}

/// Whether this is a name, `=` and a value without white space, or in quotes.
fn is_parameter(text: &str) -> bool {
    let Some((name, value)) = split_once(trim(text, b" \t"), "=") else {
        return false;
    };
    let quoted = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let is_value = match quoted {
        Some(inner) => inner
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'!' | b'#'..=b'[' | b']'..=b'~')),
        None => !value.is_empty() && value.bytes().all(|byte| matches!(byte, b'!' | b'#'..=b'~')),
    };
    is_token(name) && is_value
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
            r#"Digest username="a b", realm="c", qop=auth , nc=00000001"#,
            r#"OAuth realm="",oauth_token="kkk9d7dh3k39sjv7""#,
            "AWS4-HMAC-SHA256 Credential=AKIA/us-east-1/s3, SignedHeaders=host;range, Signature=fe5f==",
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
            &["Basic,Bearer a.b.c"],
            &["Negotiate, Bearer a.b.c"],
            &["Bearer a=b, c=d"],
            &["bearer  a=b, c=d"],
            &["Digest a=b, Bearer c=d"],
            &["Digest a=b,\tBearer\tc=d"],
            &["Digest a=b, Bearer =c"],
            &["Digest a=b, Bearer = c"],
            &[r#"Digest a=b, Bearer "c=d""#],
            &[r#"Digest a="b, Bearer c", d="e""#],
            &[r#"Digest a="b\", Bearer c="d""#],
            &[r#"Digest a=b", Bearer c"#],
            &["Digest a=b, c=d, Bearer"],
            &["Digest a=b,, c=d"],
            &["Digest a=b,"],
            &["Digest a=b, c="],
            &["Digest a=b c, d=e"],
            &["Digest , a=b"],
            &[r#"Digest a="b"c", d=e"#],
            &["Digest a=\"\u{e9}\", d=e"],
            &["Digest a=\"\u{1}\", d=e"],
            &["Digest a=\"\t\", d=e"],
        ] {
            assert_eq!(bearer(values.iter().copied()), Err(TokenError::Ambiguous));
        }
    }

    #[test]
    fn no_other_value_hides_a_bearer_value_that_is_joined_to_it() {
        for other in [
            "Basic YTpi==",
            "Negotiate",
            "Digest a=b",
            r#"Digest a="b", c=d"#,
            r#"Digest a="b"#,
            r#"Digest a="b\"#,
            "Digest a=",
            "Digest a=b,",
            "",
        ] {
            for bearer_value in [
                "Bearer a.b.c",
                "Bearer a=",
                "Bearer a=b",
                r#"Bearer c", d="e""#,
            ] {
                for joined in [
                    format!("{other},{bearer_value}"),
                    format!("{other}, {bearer_value}"),
                    format!("{bearer_value}, {other}"),
                ] {
                    let found = bearer([joined.as_str()]);
                    assert_eq!(found, Err(TokenError::Ambiguous), "{joined}");
                }
            }
        }
    }
}
