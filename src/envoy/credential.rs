//! Where a request carries its token, and how that place is emptied.

use std::borrow::Cow;
use std::rc::Rc;

use super::claim_headers::is_same_name;
use super::request::{Edit, Request, text_of};
use crate::encoding::percent_decode;
use crate::error::TokenError;
use crate::jwt::bearer;

/// The places in which a token is looked for. A request that carries one in several of them
/// is ambiguous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSources {
    /// Header fields.
    pub headers: Vec<HeaderSource>,
    /// Cookies, by name.
    pub cookies: Vec<String>,
    /// Query parameters, by name. None by default: addresses end up in logs.
    pub params: Vec<String>,
}

/// A header field that may carry a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderSource {
    /// The field's name in lower case.
    pub name: Rc<str>,
    /// What stands before the token. `None` reads a bearer credential (RFC 6750 §2.1).
    pub prefix: Option<String>,
}

impl Default for TokenSources {
    fn default() -> Self {
        Self {
            headers: vec![HeaderSource::bearer("authorization")],
            cookies: Vec::new(),
            params: Vec::new(),
        }
    }
}

impl HeaderSource {
    /// A field that carries `Bearer` and the token.
    pub fn bearer(name: &str) -> Self {
        Self {
            name: name.into(),
            prefix: None,
        }
    }
}

/// What a request carries.
#[derive(Debug)]
pub struct Credential<'a> {
    /// The token, or why there is not exactly one.
    pub token: Result<Cow<'a, [u8]>, TokenError>,
    /// Where something was found.
    places: Vec<Place<'a>>,
    /// Fields in which another reader may find a token that nobody has looked at.
    unread: Vec<Edit>,
}

#[derive(Debug)]
enum Place<'a> {
    Cookie(&'a str),
    Header(&'a Rc<str>),
    Param(&'a str),
}

impl TokenSources {
    /// Looks in every place.
    pub fn find<'a>(&'a self, request: &'a Request) -> Credential<'a> {
        let mut found = Credential {
            token: Err(TokenError::Missing),
            places: Vec::new(),
            unread: Vec::new(),
        };
        for source in &self.headers {
            match source.read(request) {
                Err(TokenError::Missing) if source.is_meant(request) => {
                    found.unread.push(Edit::remove(source.name.clone()));
                }
                Err(TokenError::Missing) => {}
                token => found.add(Place::Header(&source.name), token),
            }
            found.unread.extend(source.other_spellings(request));
        }
        for name in &self.cookies {
            for value in cookies(request).filter_map(|pair| value_of(pair, name)) {
                found.add(Place::Cookie(name), Ok(Cow::Borrowed(value)));
            }
        }
        for name in &self.params {
            for (_, value) in params(request).filter(|(n, _)| n.as_ref() == name.as_bytes()) {
                found.add(Place::Param(name), Ok(value));
            }
        }
        found
    }
}

impl HeaderSource {
    fn read<'a>(&self, request: &'a Request) -> Result<Cow<'a, [u8]>, TokenError> {
        let mut values = request.all(&self.name);
        let Some(prefix) = &self.prefix else {
            return bearer_of(values);
        };
        let value = values.next().ok_or(TokenError::Missing)?;
        if values.next().is_some() {
            return Err(TokenError::Ambiguous);
        }
        match value.strip_prefix(prefix.as_bytes()) {
            Some([]) | None => Err(TokenError::Missing),
            Some(token) => Ok(Cow::Borrowed(token)),
        }
    }

    /// Whether a value that holds no token for this source names its scheme all the same, in
    /// another case or with something else than a space behind it.
    fn is_meant(&self, request: &Request) -> bool {
        let scheme = self.prefix.as_deref().unwrap_or("Bearer").trim_ascii();
        let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let is_meant = |value: &[u8]| {
            let at = value.trim_ascii_start().split_at_checked(scheme.len());
            at.is_some_and(|(start, rest)| {
                let goes_on = is_letter(start.last()) && is_letter(rest.first());
                !goes_on && start.eq_ignore_ascii_case(scheme.as_bytes())
            })
        };
        request.all(&self.name).any(is_meant)
    }

    /// The removal of fields that many servers take for this one.
    fn other_spellings(&self, request: &Request) -> impl Iterator<Item = Edit> {
        let own = self.name.as_ref();
        // A name of one word has no other.
        let several = own.contains(['-', '_']).then(|| request.fields());
        let names = several.into_iter().flatten().map(|(name, _)| name);
        let others = names.filter(move |name| *name != own.as_bytes() && is_same_name(own, name));
        others.filter_map(|name| core::str::from_utf8(name).ok().map(Edit::remove))
    }
}

fn bearer_of<'a>(mut values: impl Iterator<Item = &'a [u8]>) -> Result<Cow<'a, [u8]>, TokenError> {
    let value = values.next().ok_or(TokenError::Missing)?;
    if values.next().is_some() {
        return Err(TokenError::Ambiguous);
    }
    Ok(match text_of(value) {
        Cow::Borrowed(text) => Cow::Borrowed(bearer([text])?.as_bytes()),
        Cow::Owned(text) => Cow::Owned(bearer([text.as_str()])?.as_bytes().to_vec()),
    })
}

impl<'a> Credential<'a> {
    fn add(&mut self, place: Place<'a>, token: Result<Cow<'a, [u8]>, TokenError>) {
        self.token = match self.places.is_empty() {
            true => token,
            false => Err(TokenError::Ambiguous),
        };
        self.places.push(place);
    }

    /// Adds the changes that take out what nobody has looked at. It goes on to no service.
    pub fn remove_unread(&self, edits: &mut Vec<Edit>) {
        edits.extend(self.unread.iter().cloned());
    }

    /// Adds the changes that take the credential out of the request.
    pub fn remove(&self, request: &Request, edits: &mut Vec<Edit>) {
        let (mut cookies, mut params) = (Vec::new(), Vec::new());
        for place in &self.places {
            match place {
                Place::Cookie(name) => cookies.push(*name),
                Place::Header(name) => edits.push(Edit::remove(Rc::clone(name))),
                Place::Param(name) => params.push(*name),
            }
        }
        if !cookies.is_empty() {
            edits.push(without_cookies(request, &cookies));
        }
        if !params.is_empty() {
            edits.push(Edit::set(
                ":path",
                without_params(request.target(), &params),
            ));
        }
    }
}

/// The `name=value` pairs of every cookie field (RFC 6265 §4.2.1).
fn cookies(request: &Request) -> impl Iterator<Item = &[u8]> {
    let pairs = request
        .all("cookie")
        .flat_map(|field| field.split(|b| *b == b';'));
    pairs
        .map(<[u8]>::trim_ascii)
        .filter(|pair| !pair.is_empty())
}

fn value_of<'a>(pair: &'a [u8], name: &str) -> Option<&'a [u8]> {
    pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=")
}

fn without_cookies(request: &Request, names: &[&str]) -> Edit {
    let kept: Vec<_> = cookies(request)
        .filter(|pair| names.iter().all(|name| value_of(pair, name).is_none()))
        .collect();
    if kept.is_empty() {
        Edit::remove("cookie")
    } else {
        Edit::set("cookie", kept.join(&b"; "[..]))
    }
}

fn params(request: &Request) -> impl Iterator<Item = (Cow<'_, [u8]>, Cow<'_, [u8]>)> {
    let query = query(request.target()).unwrap_or_default();
    query.split(|b| *b == b'&').map(pair)
}

fn query(target: &[u8]) -> Option<&[u8]> {
    let at = target.iter().position(|b| *b == b'?')?;
    target.get(at + 1..)
}

fn pair(parameter: &[u8]) -> (Cow<'_, [u8]>, Cow<'_, [u8]>) {
    let at = parameter.iter().position(|b| *b == b'=');
    let (name, value) = match at {
        Some(at) => (parameter.get(..at), parameter.get(at + 1..)),
        None => (Some(parameter), None),
    };
    (
        unescaped(name.unwrap_or_default()),
        unescaped(value.unwrap_or_default()),
    )
}

/// A broken escape stays as it is, which no token holds.
fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    match text.contains(&b'%') {
        true => Cow::Owned(percent_decode(text).0),
        false => Cow::Borrowed(text),
    }
}

fn without_params(target: &[u8], names: &[&str]) -> Vec<u8> {
    let path = target.split(|b| *b == b'?').next().unwrap_or_default();
    let kept: Vec<_> = query(target)
        .unwrap_or_default()
        .split(|b| *b == b'&')
        .filter(|parameter| {
            names
                .iter()
                .all(|name| pair(parameter).0.as_ref() != name.as_bytes())
        })
        .collect();
    match kept.is_empty() {
        true => path.to_vec(),
        false => [path, &kept.join(&b'&')].join(&b'?'),
    }
}

#[cfg(test)]
mod tests {
    use super::super::request::request;
    use super::*;

    fn everywhere() -> TokenSources {
        TokenSources {
            headers: vec![
                HeaderSource::bearer("authorization"),
                HeaderSource {
                    name: "x-token".into(),
                    prefix: Some("JWT ".into()),
                },
            ],
            cookies: vec!["session".into()],
            params: vec!["access_token".into()],
        }
    }

    fn found(fields: &[(&str, &str)]) -> Result<String, TokenError> {
        let request = request(fields);
        let sources = everywhere();
        let credential = sources.find(&request);
        credential
            .token
            .map(|token| String::from_utf8(token.into_owned()).unwrap())
    }

    fn removal(request: &Request) -> Vec<Edit> {
        let mut edits = Vec::new();
        everywhere().find(request).remove(request, &mut edits);
        edits
    }

    #[test]
    fn a_token_is_found_in_every_configured_place() {
        for field in [
            ("authorization", "Bearer a.b.c"),
            ("authorization", "bearer  a.b.c"),
            ("x-token", "JWT a.b.c"),
            ("cookie", "x=1; session=a.b.c"),
            (":path", "/x?y=1&access_token=a.b.c"),
            (":path", "/x?access%5Ftoken=a%2Eb.c"),
        ] {
            assert_eq!(found(&[field]), Ok("a.b.c".to_owned()), "{field:?}");
        }
        for field in [
            ("authorization", "Basic eA=="),
            ("x-token", "a.b.c"),
            ("x-token", "JWT "),
            ("cookie", "sessions=a.b.c; session"),
            (":path", "/x?token=a.b.c"),
            (":path", "/x"),
        ] {
            assert_eq!(found(&[field]), Err(TokenError::Missing), "{field:?}");
        }
    }

    #[test]
    fn what_another_reader_may_take_for_a_token_is_marked_for_removal() {
        let unread = |name: &[u8], value: &[u8]| {
            let (request, mut edits) = (Request::of(&[(name, value)]), Vec::new());
            let sources = everywhere();
            let found = sources.find(&request);
            assert_eq!(found.token, Err(TokenError::Missing), "{name:?} {value:?}");
            found.remove_unread(&mut edits);
            edits
        };
        for value in ["Bearer\ta.b.c", "bearer", " BEARER:a.b.c"] {
            let edits = unread(b"authorization", value.as_bytes());
            assert_eq!(edits, [Edit::remove("authorization")], "{value}");
        }
        let space = unread(b"authorization", b"Bearer\xa0a.b.c");
        assert_eq!(space, [Edit::remove("authorization")], "a space in Latin-1");
        assert_eq!(unread(b"x-token", b"jwt a.b.c"), [Edit::remove("x-token")]);
        assert_eq!(unread(b"x_token", b"JWT a.b.c"), [Edit::remove("x_token")]);
        for other in ["Basic eA==", "Bearers a.b.c", ""] {
            assert_eq!(unread(b"authorization", other.as_bytes()), [], "{other}");
        }
        assert_eq!(unread(b"x-tokens", b"JWT a.b.c"), []);
    }

    #[test]
    fn several_credentials_are_ambiguous_wherever_they_stand() {
        for fields in [
            &[("authorization", "Bearer a"), ("authorization", "Bearer a")][..],
            &[("authorization", "Bearer a,Bearer b")],
            &[("authorization", "Bearer a"), ("cookie", "session=a")],
            &[("cookie", "session=a; session=b")],
            &[("cookie", "session=a"), ("cookie", "session=b")],
            &[(":path", "/?access_token=a&access_token=a")],
            &[("x-token", "JWT a"), ("x-token", "JWT b")],
        ] {
            assert_eq!(found(fields), Err(TokenError::Ambiguous), "{fields:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_a_token_that_cannot_be_good() {
        let request = Request::of(&[(b"authorization", b"Bearer a.\xff.c")]);
        let sources = TokenSources::default();
        let token = sources.find(&request).token.unwrap();
        assert!(!token.is_ascii());
    }

    #[test]
    fn removal_takes_out_the_credential_and_nothing_else() {
        let request = request(&[
            (":path", "/x?a=1&access_token=t&b=%20"),
            ("authorization", "Bearer t"),
            ("cookie", "a=1; session=t"),
            ("cookie", "b=2"),
        ]);
        let edits = removal(&request);
        assert_eq!(
            edits,
            [
                Edit::remove("authorization"),
                Edit::set("cookie", *b"a=1; b=2"),
                Edit::set(":path", *b"/x?a=1&b=%20"),
            ]
        );
    }

    #[test]
    fn removal_takes_out_the_credential_under_each_of_several_names() {
        let sources = TokenSources {
            headers: Vec::new(),
            cookies: vec!["session".into(), "token".into()],
            params: vec!["access_token".into(), "jwt".into()],
        };
        let removed = |field: (&str, &str)| {
            let (request, mut edits) = (request(&[(":path", "/x"), field]), Vec::new());
            sources.find(&request).remove(&request, &mut edits);
            edits
        };
        for name in ["session", "token"] {
            let cookie = format!("a=1; {name}=t");
            let edits = removed(("cookie", &cookie));
            assert_eq!(edits, [Edit::set("cookie", *b"a=1")], "{name}");
        }
        for name in ["access_token", "jwt"] {
            let path = format!("/x?a=1&{name}=t");
            let mut edits = Vec::new();
            let request = request(&[(":path", path.as_str())]);
            sources.find(&request).remove(&request, &mut edits);
            assert_eq!(edits, [Edit::set(":path", *b"/x?a=1")], "{name}");
        }
        // Two of them are no credential, and neither goes on as one.
        let edits = removed(("cookie", "a=1; session=t; token=u"));
        assert_eq!(edits, [Edit::set("cookie", *b"a=1")]);
        let mut edits = Vec::new();
        let request = request(&[(":path", "/x?a=1&access_token=t&jwt=u")]);
        sources.find(&request).remove(&request, &mut edits);
        assert_eq!(edits, [Edit::set(":path", *b"/x?a=1")]);
    }

    #[test]
    fn nothing_is_left_of_a_field_that_held_only_the_credential() {
        let request = request(&[(":path", "/x?access_token=t"), ("cookie", "session=t")]);
        let edits = removal(&request);
        assert_eq!(edits, [Edit::remove("cookie"), Edit::set(":path", *b"/x")]);
    }
}
