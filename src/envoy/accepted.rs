//! Tokens that were found good, kept so that the same one is not verified again with every
//! request.
//!
//! A kept token counts only while everything that its verdict rested on holds: its times,
//! the key set it was verified with, and that this set may still serve. Only accepted tokens
//! are kept, so strangers cannot fill the cache.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::rc::Rc;

use countersign_text::same;

use super::claim_headers::{ClaimHeaders, Mapped};
use super::requirement::Leaf;
use crate::crypto::{self, SignatureAlgorithm};
use crate::error::TokenError;
use crate::jwt::{Claims, Keyring, Policy, Verified};
use crate::time::{NumericDate, UnixMillis};

/// A token that a provider's verifier has accepted, and what follows from it.
pub struct Accepted {
    /// Whose it is.
    pub provider: usize,
    /// The fields it makes.
    pub mapped: Mapped,
    token: Box<[u8]>,
    payload: Vec<u8>,
    kid: Option<String>,
    algorithm: Option<&'static dyn SignatureAlgorithm>,
    generation: u64,
    since: UnixMillis,
    exp: Option<NumericDate>,
    iat: Option<NumericDate>,
    /// Results for demands that were put to it before.
    rights: RefCell<Vec<(usize, Result<(), TokenError>)>>,
}

impl Accepted {
    /// Keeps what a verifier has just accepted with the keys that are in force.
    pub fn new(
        provider: usize,
        token: &[u8],
        verified: &Verified,
        keyring: Option<&Keyring>,
        headers: &ClaimHeaders,
        now: UnixMillis,
    ) -> Self {
        let payload = verified.payload().to_vec();
        let claims = Claims::parse(&payload).ok();
        let date = |name| claims.as_ref().and_then(|claims| claims.date(name).ok()?);
        let (exp, iat) = (date("exp"), date("iat"));
        let algorithm = crypto::by_name(verified.algorithm().as_str());
        let generation =
            algorithm.and_then(|algorithm| keyring?.serving(verified.kid(), algorithm, now));
        Self {
            provider,
            mapped: headers.map(&payload),
            token: token.into(),
            kid: verified.kid().map(str::to_owned),
            algorithm,
            // Nothing matches it where no set may serve the key any more.
            generation: generation.unwrap_or(u64::MAX),
            since: now,
            exp,
            iat,
            rights: RefCell::default(),
            payload,
        }
    }

    /// Whether the verdict still stands, and stood since it was given.
    fn holds(&self, policy: &Policy, keyring: &Keyring, now: UnixMillis) -> bool {
        let tolerance = policy.clock_tolerance;
        let age = policy
            .max_token_age
            .map(|age| age.saturating_add(tolerance));
        let too_old = age.is_some_and(|age| self.iat.is_none_or(|iat| iat.is_older_than(age, now)));
        let current = || keyring.serving(self.kid.as_deref(), self.algorithm?, now);
        now >= self.since
            && !self.exp.is_some_and(|exp| exp.has_passed(now, tolerance))
            && !too_old
            && current() == Some(self.generation)
    }

    /// Whether the token carries what a demand asks for.
    ///
    /// # Errors
    ///
    /// `ERR_FORBIDDEN`.
    pub fn carries(&self, leaf: &Leaf) -> Result<(), TokenError> {
        let Some(rights) = &leaf.rights else {
            return Ok(());
        };
        let mut known = self.rights.borrow_mut();
        if let Some((_, result)) = known.iter().find(|(id, _)| *id == leaf.id) {
            return result.clone();
        }
        let result = rights.check(&self.payload);
        known.push((leaf.id, result.clone()));
        result
    }
}

/// Claims are personal data: only whose token it is is shown.
impl core::fmt::Debug for Accepted {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Accepted(provider {})", self.provider)
    }
}

/// The kept tokens, in two generations: when the younger one is full it becomes the older one,
/// whose tokens are forgotten unless they were seen again.
#[derive(Debug)]
pub struct TokenCache {
    half: usize,
    young: Tokens,
    old: Tokens,
}

type Tokens = HashMap<u64, Rc<Accepted>, BuildHasherDefault<Ready>>;

impl TokenCache {
    /// A cache for at most `capacity` tokens; none at all for 0.
    pub fn new(capacity: usize) -> Self {
        Self {
            half: capacity.div_ceil(2),
            young: Tokens::default(),
            old: Tokens::default(),
        }
    }

    /// The kept token, if its verdict still stands.
    pub fn find(
        &mut self,
        provider: usize,
        token: &[u8],
        policy: &Policy,
        keyring: &Keyring,
        now: UnixMillis,
    ) -> Option<Rc<Accepted>> {
        let slot = slot(provider, token);
        let young = self.young.get(&slot);
        let found = young.or_else(|| self.old.get(&slot))?;
        let is_it = found.provider == provider && same(&found.token, token);
        if !is_it || !found.holds(policy, keyring, now) {
            return None;
        }
        let found = found.clone();
        if young.is_none() {
            self.keep(found.clone());
        }
        Some(found)
    }

    /// Keeps a token.
    pub fn keep(&mut self, accepted: Rc<Accepted>) {
        if self.half == 0 {
            return;
        }
        if self.young.len() >= self.half {
            self.old = core::mem::take(&mut self.young);
        }
        let slot = slot(accepted.provider, &accepted.token);
        self.young.insert(slot, accepted);
    }
}

/// A token ends with its signature, whose letters nobody can choose without the issuer's key:
/// as good as a hash.
fn slot(provider: usize, token: &[u8]) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let tail = token
        .last_chunk()
        .map_or(0, |tail| u64::from_le_bytes(*tail));
    (tail ^ provider as u64).wrapping_mul(ODD)
}

/// Slots are hashes already.
#[derive(Default)]
struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, slot: u64) {
        self.0 = slot;
    }
}
