//! Tokens that were found good, kept so that the same one is not verified again with every
//! request.
//!
//! A kept token counts only while its verifier says that the verdict stands. Only accepted tokens
//! are kept, so strangers cannot fill the cache.

use std::cell::RefCell;
use std::rc::Rc;

use countersign_text::same;

use super::claim_headers::{ClaimHeaders, Mapped};
use super::requirement::Leaf;
use crate::error::TokenError;
use crate::jwt::{Call, Keyring, LONGEST, Verified, Verifier};
use crate::time::UnixMillis;

/// A token that a provider's verifier has accepted, and what follows from it.
pub struct Accepted {
    /// Whose it is.
    pub provider: usize,
    /// The fields it makes.
    pub mapped: Mapped,
    token: Box<[u8]>,
    verified: Verified,
    /// Results for demands that were put to it before.
    rights: RefCell<Vec<(usize, Result<(), TokenError>)>>,
}

impl Accepted {
    /// Keeps what a verifier has just accepted.
    pub fn new(provider: usize, token: &[u8], verified: Verified, headers: &ClaimHeaders) -> Self {
        Self {
            provider,
            mapped: headers.map(verified.payload()),
            token: token.into(),
            verified,
            rights: RefCell::default(),
        }
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
        let result = rights.check(self.verified.payload());
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

/// How many tokens share one place of the table.
const WAYS: usize = 8;

/// The kept tokens, each in one of the ways of the place that its slot names. A new token takes
/// the first way and moves the others on; the last one is forgotten, unless it comes again in
/// time, which moves it towards the first.
#[derive(Debug)]
pub struct TokenCache {
    places: Vec<Vec<(u64, Rc<Accepted>)>>,
    ways: usize,
}

impl TokenCache {
    /// A cache for about `capacity` tokens; none at all for 0.
    pub fn new(capacity: usize) -> Self {
        Self {
            places: vec![Vec::new(); capacity.div_ceil(WAYS)],
            ways: capacity.min(WAYS),
        }
    }

    /// The kept token, if its verdict still stands.
    pub fn find(
        &mut self,
        provider: usize,
        token: &[u8],
        (verifier, keyring): (&Verifier, &Keyring),
        now: UnixMillis,
    ) -> Option<Rc<Accepted>> {
        let slot = slot(provider, token);
        let place = self.place(slot)?;
        let way = place.iter().position(|(own, found)| {
            *own == slot && found.provider == provider && same(&found.token, token)
        })?;
        let (_, found) = place.get(way)?;
        if !verifier.stands(keyring, &found.verified, Call::at(now)) {
            return None;
        }
        let found = found.clone();
        if way > 0 {
            place.swap(way, way - 1);
        }
        Some(found)
    }

    /// Keeps a token, unless it is so long that the kept ones could fill a worker's memory.
    pub fn keep(&mut self, accepted: Rc<Accepted>) {
        if accepted.token.len() > LONGEST {
            return;
        }
        let slot = slot(accepted.provider, &accepted.token);
        let ways = self.ways;
        let Some(place) = self.place(slot) else {
            return;
        };
        // The same token with an older verdict.
        place.retain(|(own, _)| *own != slot);
        place.truncate(ways.saturating_sub(1));
        place.insert(0, (slot, accepted));
    }

    fn place(&mut self, slot: u64) -> Option<&mut Vec<(u64, Rc<Accepted>)>> {
        let at = (slot >> 32).checked_rem(self.places.len() as u64)?;
        self.places.get_mut(at as usize)
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
