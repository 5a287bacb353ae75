//! Which keys of a set may verify a token (RFC 7515 §4.1.4, RFC 7517 §4).

use super::JwkSet;
use crate::crypto::{Lender, SignatureAlgorithm};
use crate::error::{Error, KeyError, TokenError};

/// How many keys are tried for one token without a `kid`. More would let a token buy work.
pub const MAX_CANDIDATES: usize = 8;

/// How a token may name its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KidRule {
    /// The set was configured key by key: one without a `kid` serves every token.
    Lenient,
    /// A token without a `kid` may be verified by any key that fits it.
    Optional,
    /// A token is taken only while a single key fits it, whether it has a `kid` or not.
    Unambiguous,
}

/// What a set has for a token.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Selection {
    /// Positions of the keys to try, one at least.
    Candidates(Vec<usize>),
    /// No key of this name, or none for this kind of token: a newer set may have one.
    Unknown,
    /// The key is there but not for this algorithm; no newer set changes that.
    OtherAlgorithm,
}

impl JwkSet {
    pub(crate) fn select(
        &self,
        kid: Option<&str>,
        algorithm: &dyn SignatureAlgorithm,
        rule: KidRule,
    ) -> Selection {
        let named = |own: Option<&str>| match (kid, own) {
            (None, _) => true,
            (Some(_), None) => rule == KidRule::Lenient,
            (Some(kid), Some(own)) => kid == own,
        };
        let mut candidates = Vec::with_capacity(1);
        let mut other_algorithm = false;
        for (position, key) in self
            .keys
            .iter()
            .enumerate()
            .filter(|(_, key)| named(key.jwk.kid()))
        {
            if key.jwk.serves(algorithm) {
                candidates.push(position);
            } else if key.jwk.is_for_signatures() {
                other_algorithm = kid.is_some();
            }
        }
        candidates.truncate(MAX_CANDIDATES);
        let ambiguous = rule == KidRule::Unambiguous && candidates.len() > 1;
        match candidates.len() {
            _ if ambiguous => Selection::Unknown,
            0 if other_algorithm => Selection::OtherAlgorithm,
            0 => Selection::Unknown,
            _ => Selection::Candidates(candidates),
        }
    }

    /// Verifies with the candidates in turn.
    ///
    /// # Errors
    ///
    /// `ERR_JWS_SIGNATURE_VERIFICATION_FAILED` when none of them made the signature.
    pub(crate) fn verify(
        &mut self,
        candidates: &[usize],
        algorithm: &dyn SignatureAlgorithm,
        lender: Option<&'static dyn Lender>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), Error> {
        let mut verdict = Err(KeyError::NoMatch.into());
        for position in candidates {
            if let Some(key) = self.keys.get_mut(*position) {
                verdict = key.verify(algorithm, lender, message, signature);
            }
            if verdict.is_ok() {
                break;
            }
        }
        verdict
    }
}

impl Selection {
    /// The candidates, or the refusal where a newer set would not help.
    ///
    /// # Errors
    ///
    /// `ERR_JOSE_ALG_NOT_ALLOWED` or `ERR_JWKS_NO_MATCHING_KEY`.
    pub(crate) fn candidates(self) -> Result<Vec<usize>, Error> {
        match self {
            Self::Candidates(candidates) => Ok(candidates),
            Self::Unknown => Err(KeyError::NoMatch.into()),
            Self::OtherAlgorithm => Err(TokenError::AlgorithmNotAllowed.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{EDDSA, ES256};

    fn set(members: &[&str]) -> JwkSet {
        let keys: Vec<_> = members
            .iter()
            .map(|members| {
                format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"{members}}}"#)
            })
            .collect();
        JwkSet::parse(format!("{{\"keys\":[{}]}}", keys.join(",")).as_bytes()).unwrap()
    }

    #[test]
    fn a_kid_is_compared_exactly() {
        let set = set(&[r#","kid":"a""#, r#","kid":"b""#, ""]);
        assert_eq!(
            set.select(Some("b"), &EDDSA, KidRule::Optional),
            Selection::Candidates(vec![1])
        );
        for kid in ["", "A", "a ", "a/../b", "__proto__"] {
            assert_eq!(
                set.select(Some(kid), &EDDSA, KidRule::Optional),
                Selection::Unknown,
                "{kid}"
            );
        }
        assert_eq!(
            set.select(Some("x"), &EDDSA, KidRule::Lenient),
            Selection::Candidates(vec![2])
        );
    }

    #[test]
    fn without_a_kid_only_fit_keys_are_tried_and_at_most_eight() {
        let set = set(&[r#","use":"enc""#, "", "", "", "", "", "", "", "", ""]);
        let Selection::Candidates(found) = set.select(None, &EDDSA, KidRule::Optional) else {
            panic!()
        };
        assert_eq!(found, [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(
            set.select(None, &ES256, KidRule::Optional),
            Selection::Unknown
        );
        assert_eq!(
            set.select(None, &EDDSA, KidRule::Unambiguous),
            Selection::Unknown
        );
    }

    #[test]
    fn a_key_of_another_algorithm_is_not_asked_for_again() {
        let set = set(&[r#","kid":"a""#, r#","kid":"e","use":"enc""#]);
        assert_eq!(
            set.select(Some("a"), &ES256, KidRule::Optional),
            Selection::OtherAlgorithm
        );
        assert_eq!(
            set.select(Some("e"), &EDDSA, KidRule::Optional),
            Selection::Unknown
        );
    }
}
