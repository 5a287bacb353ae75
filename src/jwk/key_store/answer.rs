//! What a key endpoint, or an issuer's discovery document, may answer.

use super::{Discovered, Jwk, JwkSet, KeyError, KeyStore, Location, Outcome};
use crate::encoding::{contains, split};
use crate::http::{Headers, Response, TransportError};
use crate::json::Object;
use crate::time::UnixMillis;
use crate::url::check_url;

/// The longest message of a key endpoint that is handed on, in bytes.
const MAX_MESSAGE: usize = 1_024;

/// What a good answer was.
pub(super) enum Answer {
    /// One more request is needed.
    GoOn,
    /// A set, and the text of its usable keys.
    Keys(JwkSet, String),
}

impl KeyStore {
    /// Reads the outcome of one stage of a fetch.
    pub(super) fn read(
        &mut self,
        stage: u64,
        outcome: Outcome,
        now: UnixMillis,
    ) -> Result<Answer, KeyError> {
        let response = outcome.map_err(|error| match error {
            TransportError::Failed => KeyError::Unavailable { retry_after: 1 },
            TransportError::TimedOut => KeyError::TimedOut,
            TransportError::Redirected | TransportError::TooLarge => KeyError::SetInvalid,
        })?;
        let Some(remote) = &self.remote else {
            return Err(KeyError::SetInvalid);
        };
        match (&remote.location, response.status) {
            (Location::Discovery { issuer }, 200) if stage == 0 => {
                let uri = jwks_uri(issuer, &response).ok_or(KeyError::SetInvalid)?;
                self.discovered = Some(Discovered { uri, at: now });
                Ok(Answer::GoOn)
            }
            (Location::Pem { members, .. }, 200) => {
                let text = named_key(&response, members).ok_or(KeyError::SetInvalid)?;
                Ok(Answer::Keys(JwkSet::parse(text.as_bytes())?, text))
            }
            (_, 200) => {
                let (set, text) = JwkSet::parse_and_keep(&response.body)?;
                Ok(Answer::Keys(set, text))
            }
            (Location::Urls(urls), 404) if stage + 1 < urls.len() as u64 => {
                self.url_index = (self.url_index + 1) % urls.len();
                Ok(Answer::GoOn)
            }
            (Location::Urls(_), 404) => Err(KeyError::NotFound {
                message: message(&response.body, &remote.headers),
            }),
            _ => Err(KeyError::Unavailable { retry_after: 1 }),
        }
    }
}

/// What a refusal says in its `message`, unless that is long or repeats a word of a header that was
/// sent, in whatever case: `Bearer` and the secret behind it are two.
fn message(body: &[u8], sent: &Headers) -> Option<Box<str>> {
    let object = Object::parse(body).ok()?;
    let message = object.text("message")?;
    if message.len() > MAX_MESSAGE {
        return None;
    }
    let said = message.to_ascii_lowercase();
    let mut words = sent.iter().flat_map(|(_, value)| split(value, b' '));
    let repeats = words.any(|word| !word.is_empty() && contains(&said, &word.to_ascii_lowercase()));
    (!repeats).then(|| Box::from(&*message))
}

/// The set, as text, of the one key that an object holds in PEM.
fn named_key(response: &Response, members: &[&str]) -> Option<String> {
    let object = Object::parse(&response.body).ok()?;
    let pem = members.iter().find_map(|name| object.member(name))?;
    let key = Jwk::from_pem(&pem.as_str()?).ok()?;
    Some(JwkSet::text_of([&key]))
}

const DISCOVERY_PATH: &str = "/.well-known/openid-configuration";

/// OpenID Connect Discovery 1.0 §4: the path is appended to the issuer's own.
pub(crate) fn discovery_url(issuer: &str) -> String {
    let issuer = issuer.strip_suffix("/").unwrap_or(issuer);
    format!("{issuer}{DISCOVERY_PATH}")
}

/// Whether a request of this address asks an issuer for its metadata.
pub(crate) fn is_discovery(url: &str) -> bool {
    url.ends_with(DISCOVERY_PATH)
}

/// The key endpoint that the issuer's metadata names. Metadata of another issuer is refused
/// (OpenID Connect Discovery 1.0 §4.3).
fn jwks_uri(issuer: &str, response: &Response) -> Option<String> {
    let metadata = Object::parse(&response.body).ok()?;
    if metadata.text("issuer")? != issuer {
        return None;
    }
    let uri = metadata.text("jwks_uri")?.into_owned();
    check_url("jwks_uri", &uri).ok()?;
    Some(uri)
}
