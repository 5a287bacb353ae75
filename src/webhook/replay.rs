//! Remembering deliveries, so that each is accepted once.

use core::fmt;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::time::UnixMillis;

/// Remembers the keys of accepted deliveries for as long as each could be sent again.
///
/// Keys of several senders may meet in one store: give each sender a store of its own, or a
/// prefix to its keys.
pub trait ReplayStore {
    /// Remembers `key` for `ttl` from `now` on, unless it is remembered already. Says
    /// whether it was new. This is one atomic step: of any number of calls at once with one key,
    /// one hears `true`.
    fn claim(&self, key: &str, ttl: Duration, now: UnixMillis) -> bool;

    /// Forgets `key`, so that the delivery can come again after its handler has failed.
    fn release(&self, key: &str);
}

/// A [`ReplayStore`] for one process, bounded in size.
///
/// A full store claims nothing more until a key has run out: its deliveries are refused and
/// the sender tries again, where forgetting a key early would let a recorded delivery pass.
/// Keys come from verified deliveries only, so nobody but the sender can fill it.
pub struct MemoryReplayStore {
    capacity: usize,
    keys: Mutex<Keys>,
}

#[derive(Default)]
struct Keys {
    expiries: BTreeMap<Arc<str>, UnixMillis>,
    by_expiry: BTreeSet<(UnixMillis, Arc<str>)>,
}

impl MemoryReplayStore {
    /// How many keys [`Self::default`] has room for: ten minutes of 160 deliveries a second.
    pub const DEFAULT_CAPACITY: usize = 100_000;

    /// Makes an empty store with room for `capacity` keys of at most 256 bytes each.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            keys: Mutex::default(),
        }
    }

    /// How many keys are remembered, those that have run out since the last claim included.
    pub fn len(&self) -> usize {
        self.keys().expiries.len()
    }

    /// Whether no key is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        // No step leaves the two collections apart, so a poisoned lock guards good data.
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryReplayStore {
    fn default() -> Self {
        Self::new(Self::DEFAULT_CAPACITY)
    }
}

impl ReplayStore for MemoryReplayStore {
    fn claim(&self, key: &str, ttl: Duration, now: UnixMillis) -> bool {
        let mut keys = self.keys();
        keys.drop_expired(now);
        if keys.expiries.contains_key(key) || keys.expiries.len() >= self.capacity {
            return false;
        }
        keys.insert(key.into(), now.after(ttl));
        true
    }

    fn release(&self, key: &str) {
        self.keys().remove(key);
    }
}

impl Keys {
    fn insert(&mut self, key: Arc<str>, expiry: UnixMillis) {
        self.by_expiry.insert((expiry, key.clone()));
        self.expiries.insert(key, expiry);
    }

    fn remove(&mut self, key: &str) {
        if let Some((key, expiry)) = self.expiries.remove_entry(key) {
            self.by_expiry.remove(&(expiry, key));
        }
    }

    /// A key lasts through its last millisecond, as the timestamp's tolerance is inclusive.
    fn drop_expired(&mut self, now: UnixMillis) {
        while let Some((expiry, key)) = self.by_expiry.pop_first() {
            if expiry >= now {
                self.by_expiry.insert((expiry, key));
                return;
            }
            self.expiries.remove(&key);
        }
    }
}

impl fmt::Debug for MemoryReplayStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryReplayStore")
            .field("capacity", &self.capacity)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis::from_secs(1_700_000_000);
    const TTL: Duration = Duration::from_secs(600);

    #[test]
    fn a_key_is_claimed_once_until_its_time_has_passed() {
        let store = MemoryReplayStore::new(10);
        assert!(store.claim("a", TTL, NOW));
        assert!(!store.claim("a", TTL, NOW));
        assert!(!store.claim("a", TTL, NOW.after(TTL)));
        assert!(store.claim("a", TTL, NOW.after(TTL + Duration::from_millis(1))));
    }

    #[test]
    fn a_released_key_can_be_claimed_again() {
        let store = MemoryReplayStore::new(10);
        assert!(store.claim("a", TTL, NOW));
        store.release("a");
        store.release("unknown");
        assert!(store.is_empty());
        assert!(store.claim("a", TTL, NOW));
    }

    #[test]
    fn a_full_store_refuses_instead_of_forgetting() {
        let store = MemoryReplayStore::new(2);
        assert!(store.claim("a", TTL, NOW));
        assert!(store.claim("b", TTL * 2, NOW));
        assert!(!store.claim("c", TTL, NOW));
        assert!(!store.claim("a", TTL, NOW), "and forgets nothing over it");
        let later = NOW.after(TTL + Duration::from_millis(1));
        assert!(store.claim("c", TTL, later));
        assert!(!store.claim("b", TTL, later));
        assert_eq!(store.len(), 2);
    }

    #[test]
    fn releasing_and_claiming_for_ever_keeps_the_store_small() {
        let store = MemoryReplayStore::new(2);
        for _ in 0..1_000 {
            assert!(store.claim("a", TTL, NOW));
            store.release("a");
        }
        assert_eq!(store.keys().by_expiry.len(), 0);
    }
}
