//! Where a verifier's keys come from.

use core::time::Duration;

use super::JwkSet;
use super::key_store::STAGES;
use super::select::KidRule;
use crate::crypto::SignatureAlgorithm;
use crate::error::ConfigError;
use crate::http::Headers;
use crate::url::check_url;

/// The source of an issuer's keys.
#[derive(Debug)]
pub enum KeySource {
    /// Keys, or a secret, that the caller configured one by one. One without a `kid` serves
    /// every token.
    Keys(JwkSet),
    /// A published set that the caller supplied; never fetched, never stale.
    Set(JwkSet),
    /// A key endpoint.
    Remote(Remote),
}

/// A key endpoint and how its answers are kept.
#[derive(Clone, Debug)]
pub struct Remote {
    /// Where the set is found.
    pub location: Location,
    /// Header fields sent with every request for keys.
    pub headers: Headers,
    /// How long answers serve.
    pub times: CacheTimes,
}

/// How the URL of a set is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// Asked of the issuer (OpenID Connect Discovery 1.0 §4).
    Discovery {
        /// The issuer's identifier, which the document must repeat exactly (§4.3).
        issuer: String,
    },
    /// Given, and answering with one key in PEM instead of a set: a member of a JSON object.
    /// Such a key has no name, so it serves every token, and a signature that it does not
    /// verify is the only sign that there is a new one.
    Pem {
        /// Where the object is.
        url: String,
        /// Names that the member may have.
        members: &'static [&'static str],
    },
    /// Given. The first is asked; where it answers 404, the next one.
    Urls(Vec<String>),
}

impl KeySource {
    /// Whether a key that is there, or may come, serves an algorithm.
    pub(crate) fn serves(&self, algorithm: &dyn SignatureAlgorithm) -> bool {
        match self {
            Self::Keys(set) | Self::Set(set) => set.serves(algorithm),
            Self::Remote(_) => !algorithm.id().is_symmetric(),
        }
    }
}

impl Location {
    /// Passes when requests may go there.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the option.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        match self {
            Self::Discovery { issuer } => check_url("issuer", issuer),
            Self::Pem { url, .. } => check_url("jwksUri", url),
            Self::Urls(urls) if urls.len() as u64 > STAGES => {
                Err(ConfigError::new("jwksUri", "must be at most 16 addresses"))
            }
            Self::Urls(urls) => urls.iter().try_for_each(|url| check_url("jwksUri", url)),
        }
    }

    /// How tokens may name the keys that are found there.
    pub(super) const fn kid_rule(&self) -> KidRule {
        match self {
            Self::Pem { .. } => KidRule::Lenient,
            Self::Discovery { .. } | Self::Urls(_) => KidRule::Optional,
        }
    }

    /// What a snapshot of these keys is bound to.
    pub(super) fn identity(&self) -> &str {
        match self {
            Self::Discovery { issuer } => issuer,
            Self::Pem { url, .. } => url,
            Self::Urls(urls) => urls.first().map_or("", String::as_str),
        }
    }
}

/// How long a fetched set serves, and how often its endpoint is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheTimes {
    /// How long a set is fresh. Default 10 minutes: a withdrawn key is refused that soon.
    pub max_age: Duration,
    /// The least time between two requests for the same unknown `kid`, and after a failure
    /// while an old set serves. Default 30 seconds.
    pub cooldown: Duration,
    /// How long a caller waits for keys in all. Default 5 seconds.
    pub timeout: Duration,
    /// How long before its end a fresh set is refreshed in the background. Default 1 minute.
    pub stale_while_revalidate: Duration,
    /// How long past its end a set serves while its endpoint fails. Default 24 hours.
    pub stale_if_error: Duration,
}

impl Default for CacheTimes {
    fn default() -> Self {
        Self {
            max_age: Duration::from_secs(600),
            cooldown: Duration::from_secs(30),
            timeout: Duration::from_secs(5),
            stale_while_revalidate: Duration::from_secs(60),
            stale_if_error: Duration::from_secs(86_400),
        }
    }
}
