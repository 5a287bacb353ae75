//! What a keyring remembers of tokens that have passed: their headers, and the tokens themselves.
//!
//! Nothing gets in before the signature has passed, so nobody without a key can fill it. A
//! remembered token is as good as a verified one only while everything that its verdict rested on
//! is the same: the policy (a keyring belongs to one verifier), the set of keys (by the store's
//! generation), and time, which is asked anew on every use.

use std::sync::Arc;

use countersign_text::{fingerprint, same};

use super::claims::Claims;
use super::explain::Trace;
use super::header::Header;
use super::policy::Policy;
use super::verifier::Verified;
use crate::error::TokenError;
use crate::jwk::KeyStore;
use crate::time::{NumericDate, UnixMillis};

/// How many headers are remembered. An issuer's tokens share one, letter for letter.
const HEADERS: usize = 8;

/// How many tokens share one fingerprint's place.
const WAYS: usize = 8;

/// How many bytes at its end a token's fingerprint is made of.
const TELLING: usize = 64;

/// The longest token that is remembered: with the default of 1 000 tokens, no cache comes to more
/// than 8 MB.
pub(crate) const LONGEST: usize = 4 * 1024;

/// Headers of good tokens by their segments.
#[derive(Debug, Default)]
pub(super) struct KnownHeaders(Vec<(Box<[u8]>, Arc<Header>)>);

impl KnownHeaders {
    pub(super) fn find(&self, segment: &[u8]) -> Option<Arc<Header>> {
        let known = self.0.iter().find(|(known, _)| same(known, segment));
        known.map(|(_, header)| header.clone())
    }

    pub(super) fn remember(&mut self, segment: &[u8], header: &Arc<Header>) {
        if self.find(segment).is_none() {
            self.0.truncate(HEADERS - 1);
            self.0.insert(0, (segment.into(), header.clone()));
        }
    }
}

/// Verified tokens, found again by fingerprint and compared whole.
#[derive(Debug, Default)]
pub(super) struct KnownTokens {
    most: usize,
    /// Differs between instances, so that nobody can choose tokens for one place. There is none
    /// until a host lends its randomness, and no token is kept before.
    seed: Option<u64>,
    /// The ways of one place after those of another.
    ways: Vec<Option<Box<Known>>>,
    uses: u64,
    /// How many have been remembered in all: the number of the last one.
    remembered: u64,
}

/// A token that has verified.
pub(super) struct Known {
    token: Box<[u8]>,
    /// What it is known by; never given to another.
    pub(super) number: u64,
    used: u64,
    pub(super) verified: Verified,
}

/// A token is a credential: only its number is shown.
impl core::fmt::Debug for Known {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Known({})", self.number)
    }
}

/// A time that a token may say.
#[derive(Clone, Copy, Debug)]
pub(super) enum Date {
    Expiry,
    IssuedAt,
    NotBefore,
}

impl Date {
    /// The name of its claim.
    pub(super) const fn claim(self) -> &'static str {
        match self {
            Self::Expiry => "exp",
            Self::IssuedAt => "iat",
            Self::NotBefore => "nbf",
        }
    }
}

/// What the verdict on a token rested on and may change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grounds {
    /// The entry whose policy and keys judged it.
    pub(super) issuer: usize,
    /// The set that the key was in.
    pub(super) generation: u64,
    pub(super) dates: Dates,
}

impl Grounds {
    /// Whether they still hold under the entry's policy and keys: at `moment`, which counts for
    /// claims, and `now`, which counts for the set.
    pub(super) fn hold(
        &self,
        policy: &Policy,
        store: &KeyStore,
        moment: UnixMillis,
        now: UnixMillis,
    ) -> bool {
        let date = |date| Ok(self.dates.of(date));
        let in_time = policy.check_times(&date, moment, &mut Trace::default());
        in_time.is_ok() && store.generation() == self.generation && store.serves(now)
    }
}

/// The times of a token, judged on every use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dates {
    exp: Option<NumericDate>,
    iat: Option<NumericDate>,
    nbf: Option<NumericDate>,
}

impl Dates {
    /// Reads the times of claims that a policy has passed.
    ///
    /// # Errors
    ///
    /// A claim error when one is no number.
    pub(super) fn of_claims(claims: &Claims<'_>) -> Result<Self, TokenError> {
        Ok(Self {
            exp: claims.date(Date::Expiry.claim())?,
            iat: claims.date(Date::IssuedAt.claim())?,
            nbf: claims.date(Date::NotBefore.claim())?,
        })
    }

    const fn of(self, date: Date) -> Option<NumericDate> {
        match date {
            Date::Expiry => self.exp,
            Date::IssuedAt => self.iat,
            Date::NotBefore => self.nbf,
        }
    }
}

impl KnownTokens {
    /// A cache of about `most` tokens.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }

    /// Whether it could be used but has no seed yet. The first token asks for none: a process that
    /// verifies once would load its host's generator for nothing, which takes Node milliseconds.
    pub(super) const fn wants_seed(&self) -> bool {
        self.seed.is_none() && self.most > 0 && self.uses > 0
    }

    pub(super) fn seed(&mut self, seed: u64) {
        self.seed.get_or_insert(seed);
    }

    /// Where the ways of a token's place begin, once there is a seed.
    fn place(&self, token: &[u8]) -> Option<usize> {
        let places = self.most.div_ceil(WAYS);
        if places == 0 || token.len() > LONGEST {
            return None;
        }
        // The end of its signature tells a token from every other one that has verified.
        let end = token.last_chunk::<TELLING>().map_or(token, |end| end);
        Some(fingerprint(self.seed?, end) as usize % places * WAYS)
    }

    /// The way that holds a token.
    fn way(&mut self, token: &[u8]) -> Option<&mut Option<Box<Known>>> {
        let place = self.place(token)?;
        let mut ways = self.ways.get_mut(place..place + WAYS)?.iter_mut();
        ways.find(|way| way.as_ref().is_some_and(|known| same(&known.token, token)))
    }

    pub(super) fn find(&mut self, token: &[u8]) -> Option<&Known> {
        self.uses += 1;
        let uses = self.uses;
        let known = self.way(token)?.as_mut()?;
        known.used = uses;
        Some(known)
    }

    /// Remembers a token, in the place of the one that was used longest ago.
    pub(super) fn remember(&mut self, token: &[u8], verified: &Verified) {
        let Some(place) = self.place(token) else {
            return;
        };
        self.remembered += 1;
        let known = Box::new(Known {
            token: token.into(),
            number: self.remembered,
            used: self.uses,
            verified: verified.clone(),
        });
        if self.ways.len() < place + WAYS {
            // Places come to be when they are needed: most verifiers see few tokens.
            self.ways.resize_with(place + WAYS, || None);
        }
        let age = |way: &Option<Box<Known>>| match way {
            Some(known) if same(&known.token, token) => 0,
            None => 1,
            Some(known) => known.used + 2,
        };
        let ways = self.ways.iter_mut().skip(place).take(WAYS);
        if let Some(oldest) = ways.min_by_key(|way| age(way)) {
            *oldest = Some(known);
        }
    }

    /// Forgets a token that is of no use any more.
    pub(super) fn forget(&mut self, token: &[u8]) {
        if let Some(way) = self.way(token) {
            *way = None;
        }
    }
}
