//! The parsed keys of a thread.

use core::cell::RefCell;
use std::rc::Rc;

use ::jsonwebtoken::errors::{ErrorKind, Result};
use ::jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind};

use super::convert;
use crate::crypto::{self, VerifyingKey};
use crate::error::KeyError;

/// The most parsed keys a thread keeps; the one used least recently makes room.
pub const MAX_KEYS: usize = 64;

/// A key that is parsed and checked, shared by the thread's table and its verifiers.
pub(super) type Parsed = Rc<RefCell<Box<dyn VerifyingKey>>>;

/// A key under the bytes it was parsed from, which are wiped when it makes room.
struct Entry {
    algorithm: Algorithm,
    source: DecodingKey,
    key: Parsed,
}

impl Entry {
    fn is_of(&self, algorithm: Algorithm, source: &DecodingKey) -> bool {
        self.algorithm == algorithm
            && self.source.family() == source.family()
            && is_same(self.source.kind(), source.kind())
    }
}

fn is_same(one: &DecodingKeyKind, other: &DecodingKeyKind) -> bool {
    use DecodingKeyKind::{RsaModulusExponent, SecretOrDer};
    match (one, other) {
        (SecretOrDer(one), SecretOrDer(other)) => one == other,
        (RsaModulusExponent { n, e }, RsaModulusExponent { n: n2, e: e2 }) => n == n2 && e == e2,
        _ => false,
    }
}

thread_local! {
    /// The one used last at the end.
    static KEYS: RefCell<Vec<Entry>> = const { RefCell::new(Vec::new()) };
}

/// The key of this source for this algorithm: parsed before, or now.
///
/// # Errors
///
/// Why the key is refused, in that crate's words for the kind of key.
pub(super) fn parsed(algorithm: Algorithm, source: &DecodingKey) -> Result<Parsed> {
    KEYS.with_borrow_mut(|keys| {
        let place = keys
            .iter()
            .rposition(|entry| entry.is_of(algorithm, source));
        let entry = match place {
            Some(place) => keys.remove(place),
            None => Entry {
                algorithm,
                source: source.clone(),
                key: parse(algorithm, source)?,
            },
        };
        let key = entry.key.clone();
        if keys.len() == MAX_KEYS {
            keys.remove(0);
        }
        keys.push(entry);
        Ok(key)
    })
}

fn parse(algorithm: Algorithm, source: &DecodingKey) -> Result<Parsed> {
    let name = format!("{algorithm:?}");
    let Some(algorithm) = crypto::by_name(&name) else {
        return Err(ErrorKind::UnsupportedAlgorithm.into());
    };
    let refused = |error| refusal(source.family(), &error);
    let jwk = convert::parsed(source).map_err(refused)?;
    if !jwk.serves(algorithm) {
        return Err(ErrorKind::InvalidKeyFormat.into());
    }
    let key = algorithm.key(&jwk).map_err(refused)?;
    Ok(Rc::new(RefCell::new(key)))
}

fn refusal(family: AlgorithmFamily, error: &KeyError) -> ::jsonwebtoken::errors::Error {
    let kind = match family {
        AlgorithmFamily::Hmac => ErrorKind::InvalidKeyFormat,
        AlgorithmFamily::Rsa => ErrorKind::InvalidRsaKey(error.to_string()),
        AlgorithmFamily::Ec => ErrorKind::InvalidEcdsaKey,
        AlgorithmFamily::Ed => ErrorKind::InvalidEddsaKey,
    };
    kind.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A secret that no other test uses.
    fn secret(number: usize) -> DecodingKey {
        DecodingKey::from_secret(format!("a secret of thirty-two bytes {number:08}").as_bytes())
    }

    fn kept() -> usize {
        KEYS.with_borrow(|keys| keys.len())
    }

    #[test]
    fn a_key_is_parsed_once_for_each_algorithm() {
        let first = parsed(Algorithm::HS256, &secret(1)).unwrap();
        let again = parsed(Algorithm::HS256, &secret(1)).unwrap();
        assert!(Rc::ptr_eq(&first, &again));
        let other = parsed(Algorithm::HS256, &secret(2)).unwrap();
        assert!(!Rc::ptr_eq(&first, &other));
        assert!(parsed(Algorithm::HS512, &secret(1)).is_err());
        assert_eq!(kept(), 2);
    }

    #[test]
    fn a_stream_of_new_keys_does_not_grow_the_table() {
        let used = parsed(Algorithm::HS256, &secret(0)).unwrap();
        for number in 1..4 * MAX_KEYS {
            parsed(Algorithm::HS256, &secret(number)).unwrap();
            assert!(Rc::ptr_eq(
                &used,
                &parsed(Algorithm::HS256, &secret(0)).unwrap()
            ));
        }
        assert_eq!(kept(), MAX_KEYS);
    }

    #[test]
    fn a_refused_key_is_not_kept() {
        assert!(parsed(Algorithm::HS256, &DecodingKey::from_secret(b"short")).is_err());
        assert_eq!(kept(), 0);
    }
}
