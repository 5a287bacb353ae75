//! A set of keys as its issuer publishes it (RFC 7517 §5).

use super::Jwk;
use super::thumbprint::required_members;
use crate::crypto::{Algorithm, Lender, SignatureAlgorithm, VerifyingKey};
use crate::error::{Error, KeyError, TokenError};
use crate::json::{Object, Value};

/// How many keys a set may hold; a larger one is refused whole.
pub const MAX_KEYS: usize = 64;

/// Keys, each parsed once and kept ready.
#[derive(Debug, Default)]
pub struct JwkSet {
    pub(super) keys: Vec<Key>,
    skipped: usize,
}

impl JwkSet {
    /// Reads a key endpoint's answer. Keys that are malformed, weak or of an unknown kind are
    /// left out and counted (RFC 7517 §5); the good ones stay.
    ///
    /// # Errors
    ///
    /// [`KeyError::SetInvalid`] when the text is no strict JSON object with a `keys` array,
    /// holds more than [`MAX_KEYS`] keys, or holds keys of which none can be used.
    pub fn parse(text: &[u8]) -> Result<Self, KeyError> {
        Ok(Self::parse_and_keep(text)?.0)
    }

    /// The same, and the text of a set of the keys that can be used alone, as they were written.
    pub(super) fn parse_and_keep(text: &[u8]) -> Result<(Self, String), KeyError> {
        let object = Object::parse(text).map_err(|_| KeyError::SetInvalid)?;
        let elements = object
            .member("keys")
            .and_then(|keys| keys.as_array())
            .ok_or(KeyError::SetInvalid)?;
        if elements.len() > MAX_KEYS {
            return Err(KeyError::SetInvalid);
        }
        let mut set = Self::default();
        let mut kept = Vec::new();
        for element in &elements {
            let jwk = element
                .as_object()
                .and_then(|object| Jwk::from_object(&object).ok());
            match (jwk.and_then(|jwk| Key::new(jwk).ok()), element) {
                (Some(key), Value::Object(text)) => {
                    set.keys.push(key);
                    kept.push(*text);
                }
                _ => set.skipped += 1,
            }
        }
        if set.keys.is_empty() && set.skipped > 0 {
            return Err(KeyError::SetInvalid);
        }
        Ok((set, format!("{{\"keys\":[{}]}}", kept.join(","))))
    }

    /// A set of one key.
    ///
    /// # Errors
    ///
    /// [`KeyError::Invalid`] when the key is weak or fits no algorithm.
    pub fn of(jwk: Jwk) -> Result<Self, KeyError> {
        Ok(Self {
            keys: vec![Key::new(jwk)?],
            skipped: 0,
        })
    }

    /// Adds a key.
    ///
    /// # Errors
    ///
    /// As for a set [`of`](Self::of) that key; [`KeyError::SetInvalid`] when it is one too many.
    pub(crate) fn add(&mut self, jwk: Jwk) -> Result<(), KeyError> {
        let key = Key::new(jwk)?;
        if self.keys.len() == MAX_KEYS {
            return Err(KeyError::SetInvalid);
        }
        self.keys.push(key);
        Ok(())
    }

    /// The text of a set of public keys that were given one by one; secrets are left out.
    pub fn text_of<'a>(keys: impl IntoIterator<Item = &'a Jwk>) -> String {
        let mut text = String::from("{\"keys\":[");
        for key in keys {
            if let Some(members) = required_members(key.material()) {
                text.push_str(if text.ends_with('[') { "" } else { "," });
                text.push_str(&members);
            }
        }
        text.push_str("]}");
        text
    }

    /// How many keys can be used.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is no key at all.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// How many keys were left out because they could not be used.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// The keys as they were read.
    pub fn keys(&self) -> impl Iterator<Item = &Jwk> {
        self.keys.iter().map(|key| &key.jwk)
    }

    /// Every algorithm that some key of the set serves.
    pub fn algorithms(&self) -> Vec<&'static dyn SignatureAlgorithm> {
        crate::crypto::ALL
            .into_iter()
            .filter(|algorithm| self.serves(*algorithm))
            .collect()
    }

    /// Whether some key of the set serves an algorithm.
    pub fn serves(&self, algorithm: &dyn SignatureAlgorithm) -> bool {
        self.keys.iter().any(|key| key.jwk.serves(algorithm))
    }
}

/// One key with what has been prepared from it.
pub(super) struct Key {
    pub(super) jwk: Jwk,
    ready: Vec<(Algorithm, Box<dyn VerifyingKey>)>,
}

impl core::fmt::Debug for Key {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.jwk.fmt(f)
    }
}

impl Key {
    /// Checks the key under the first algorithm it fits; the checks are the same for all of
    /// them but the length of secrets, which [`SignatureAlgorithm::fits`] looks at.
    fn new(jwk: Jwk) -> Result<Self, KeyError> {
        let mut known = crate::crypto::ALL.iter();
        let Some(algorithm) = known.find(|algorithm| jwk.is_of(**algorithm)) else {
            return Err(KeyError::Invalid(
                "its alg is unknown or does not fit its kind",
            ));
        };
        let ready = vec![(algorithm.id(), algorithm.key(&jwk)?)];
        Ok(Self { jwk, ready })
    }

    /// Verifies with this key, which the caller has found to serve `algorithm`.
    pub(super) fn verify(
        &mut self,
        algorithm: &dyn SignatureAlgorithm,
        lender: Option<&'static dyn Lender>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Error> {
        let id = algorithm.id();
        if !self.ready.iter().any(|(ready, _)| *ready == id) {
            self.ready.push((id, algorithm.key(&self.jwk)?));
        }
        let key = self.ready.iter_mut().find(|(ready, _)| *ready == id);
        let verdict = key.map(|(_, key)| key.verify(lender, message, signature));
        if verdict == Some(Ok(())) {
            Ok(())
        } else {
            Err(TokenError::SignatureInvalid.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    fn set(keys: &[&str]) -> Result<JwkSet, KeyError> {
        JwkSet::parse(format!("{{\"keys\":[{}]}}", keys.join(",")).as_bytes())
    }

    #[test]
    fn a_bad_key_never_spoils_the_set() {
        let off_curve = format!(
            r#"{{"kty":"EC","crv":"P-256","x":"{0}","y":"{0}"}}"#,
            "A".repeat(43)
        );
        let set = set(&[r#"{"kty":"oct","k":"AA"}"#, GOOD, "3", "{}", &off_curve]).unwrap();
        assert_eq!((set.len(), set.skipped()), (1, 4));
    }

    #[test]
    fn an_empty_set_is_a_set_but_one_without_a_usable_key_is_not() {
        assert!(set(&[]).unwrap().is_empty());
        assert_eq!(set(&["{}"]).unwrap_err(), KeyError::SetInvalid);
    }

    #[test]
    fn answers_that_are_no_set_are_refused() {
        for text in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"keys":{}}"#,
            r#"{"keys":null}"#,
            r#"{"keys":[],"keys":[]}"#,
            "<html>",
        ] {
            assert_eq!(
                JwkSet::parse(text.as_bytes()).unwrap_err(),
                KeyError::SetInvalid,
                "{text}"
            );
        }
        assert!(set(&[GOOD; MAX_KEYS]).is_ok());
        assert_eq!(
            set(&[GOOD; MAX_KEYS + 1]).unwrap_err(),
            KeyError::SetInvalid
        );
    }

    #[test]
    fn a_set_knows_its_algorithms() {
        let names: Vec<_> = set(&[GOOD])
            .unwrap()
            .algorithms()
            .iter()
            .map(|a| a.id().as_str())
            .collect();
        assert_eq!(names, ["EdDSA", "Ed25519"]);
    }
}
