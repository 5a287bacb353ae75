//! The return from a clicked link: `?idToken=…`, and `&refreshToken=…` where the app has
//! refreshing switched on.

use core::fmt;

use crate::api::Secret;
use crate::encoding::{percent_decode, split_once};
use crate::error::{Error, Malformed, TokenError};

/// What a URL brought back, and the URL without it.
///
/// Nothing here is verified. A browser must put [`url`](Self::url) in the place of the one it
/// was opened with (`history.replaceState`) before anything else, so that the tokens stay out
/// of history, referrers and logs.
#[derive(Clone)]
pub struct Landing {
    /// The ID token, **not verified**.
    pub id_token: Secret,
    /// The refresh token, where there is one.
    pub refresh_token: Option<Secret>,
    /// The URL without the tokens.
    pub url: String,
}

impl Landing {
    /// Takes the tokens out of a URL, or out of a path with its query.
    ///
    /// A `+` stands for itself: tokens hold no spaces, and the links of this service are not
    /// form-encoded.
    ///
    /// # Errors
    ///
    /// `ERR_TOKEN_MISSING` without an `idToken`, `ERR_TOKEN_AMBIGUOUS` with a parameter twice,
    /// `ERR_JWT_INVALID` when one is not text behind its percent-encoding.
    pub fn parse(url: &str) -> Result<Self, Error> {
        let (mut id_token, mut refresh_token) = (None, None);
        let mut kept = Ok(());
        let url = without_tokens(url, &mut |name, value| {
            let place = match name {
                "idToken" => &mut id_token,
                _ => &mut refresh_token,
            };
            if kept.is_ok() {
                kept = keep(place, value);
            }
        });
        kept?;
        Ok(Self {
            id_token: id_token.ok_or(TokenError::Missing)?,
            refresh_token,
            url,
        })
    }

    /// The URL without tokens, also where [`parse`](Self::parse) refuses those that it has.
    pub fn cleaned(url: &str) -> String {
        without_tokens(url, &mut |_, _| {})
    }
}

/// The URL without the parameters that are tokens, which go to `take` by name and value.
fn without_tokens(url: &str, take: &mut dyn FnMut(&str, &str)) -> String {
    let (rest, fragment) = cut(url, "#");
    let (path, mut query) = cut(rest, "?");
    let mut clean = path.to_owned();
    let mut mark = "?";
    while !query.is_empty() {
        let (pair, rest) = cut(query, "&");
        query = rest;
        let (name, value) = cut(pair, "=");
        match name {
            "idToken" | "refreshToken" => take(name, value),
            _ if pair.is_empty() => {}
            _ => {
                clean.push_str(mark);
                clean.push_str(pair);
                mark = "&";
            }
        }
    }
    if !fragment.is_empty() {
        clean.push('#');
        clean.push_str(fragment);
    }
    clean
}

/// The text before and after the first `mark`.
fn cut<'a>(text: &'a str, mark: &str) -> (&'a str, &'a str) {
    split_once(text, mark).unwrap_or((text, ""))
}

fn keep(place: &mut Option<Secret>, value: &str) -> Result<(), TokenError> {
    if place.is_some() {
        return Err(TokenError::Ambiguous);
    }
    // An empty one is as good as none.
    if !value.is_empty() {
        *place = Some(Secret::new(decoded(value)?));
    }
    Ok(())
}

fn decoded(value: &str) -> Result<String, TokenError> {
    let malformed = TokenError::Malformed(Malformed::Encoding);
    match percent_decode(value.as_bytes()) {
        (bytes, true) => String::from_utf8(bytes).map_err(|_| malformed),
        (_, false) => Err(malformed),
    }
}

/// The URL may hold what its owner keeps private: nothing is shown.
impl fmt::Debug for Landing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Landing").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_taken_out_of_the_url() {
        for (url, refresh, rest) in [
            (
                "https://a.example/in?idToken=a.b.c",
                None,
                "https://a.example/in",
            ),
            (
                "https://a.example/in?x=1&idToken=a.b.c&refreshToken=R%2BT%2F%3D&y#top",
                Some("R+T/="),
                "https://a.example/in?x=1&y#top",
            ),
            ("/in?refreshToken=R+T&idToken=a.b.c", Some("R+T"), "/in"),
            ("?idToken=a.b.c&refreshToken=", None, ""),
            ("?idToken=a.b.c#", None, ""),
        ] {
            let landing = Landing::parse(url).unwrap();
            assert_eq!(landing.id_token.expose(), "a.b.c", "{url}");
            let found = landing.refresh_token.as_ref().map(Secret::expose);
            assert_eq!(found, refresh, "{url}");
            assert_eq!(landing.url, rest);
        }
    }

    #[test]
    fn a_url_without_exactly_one_id_token_is_refused() {
        for (url, code) in [
            ("https://a.example/", "ERR_TOKEN_MISSING"),
            ("https://a.example/?idToken=", "ERR_TOKEN_MISSING"),
            ("https://a.example/#?idToken=a.b.c", "ERR_TOKEN_MISSING"),
            ("?idToken=a.b.c&idToken=d.e.f", "ERR_TOKEN_AMBIGUOUS"),
            (
                "?idToken=a&refreshToken=1&refreshToken=2",
                "ERR_TOKEN_AMBIGUOUS",
            ),
            ("?idToken=%zz", "ERR_JWT_INVALID"),
            ("?idToken=%", "ERR_JWT_INVALID"),
            ("?idToken=%ff", "ERR_JWT_INVALID"),
        ] {
            assert_eq!(
                Landing::parse(url).unwrap_err().code().as_str(),
                code,
                "{url}"
            );
        }
    }

    #[test]
    fn tokens_that_are_refused_are_removed_as_well() {
        for (url, rest) in [
            ("?idToken=a&idToken=b&x=1#top", "?x=1#top"),
            ("/in?refreshToken=R", "/in"),
            ("/in?idToken=%zz", "/in"),
            ("/in?x#y", "/in?x#y"),
        ] {
            assert!(Landing::parse(url).is_err(), "{url}");
            assert_eq!(Landing::cleaned(url), rest);
        }
    }

    #[test]
    fn debug_output_shows_no_token() {
        let landing = Landing::parse("?idToken=canary&refreshToken=canary&x=canary").unwrap();
        assert!(!format!("{landing:?}").contains("canary"));
    }
}
