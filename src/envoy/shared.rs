//! What the workers of one proxy tell each other: who fetches, what came of it, and the keys.
//!
//! Every worker is a machine of its own. They share a store of small texts, where a write can be
//! made to depend on nobody else having written since. On it stand three kinds of record:
//!
//! | record | holds |
//! |---|---|
//! | lease | until when its holder alone fetches an address |
//! | answer | the last answer of an address, or how it failed, and when |
//! | keys | a provider's keys as [`crate::jwt::Keyring::snapshot`] gives them |
//!
//! All of it is public: addresses, and what key endpoints say to anybody.

use core::time::Duration;

use crate::flow::Outcome;
use crate::http::{Headers, Response, TransportError};
use crate::time::UnixMillis;

/// The store that all workers see.
pub trait SharedStore {
    /// The value under a key, and the number of the write that made it (0 for none).
    fn load(&mut self, key: &str) -> (Option<Vec<u8>>, u32);

    /// Writes a value. With `last`, only if no write has followed that one; says whether it
    /// was written.
    fn store(&mut self, key: &str, value: &[u8], last: Option<u32>) -> bool;
}

/// The number of no write, as they are counted up from 1: it makes a first write depend on
/// there being none, where 0 would ask for nothing.
const NO_WRITE: u32 = u32::MAX;

/// How far a record may lie ahead of a worker's own time: longer than any lease, and than a worker
/// takes from reading the clock to reading the record. What lies further ahead is of a clock that
/// has been set back since. It would hold the others off, and pass for new, until then.
const MOST_AHEAD: Duration = Duration::from_secs(5);

/// Takes the lease on an address until a moment. One of any number of workers at once gets it.
pub(super) fn take_lease(
    store: &mut impl SharedStore,
    address: &str,
    until: UnixMillis,
    now: UnixMillis,
) -> bool {
    let key = lease_key(address);
    let (value, last) = store.load(&key);
    let held_until = value.map_or(UnixMillis::default(), |value| moment(&value));
    if held_until > now && !is_void(held_until, now) {
        return false;
    }
    let last = if last == 0 { NO_WRITE } else { last };
    store.store(&key, &until.as_millis().to_le_bytes(), Some(last))
}

/// Moves the end of a lease that is held; a moment gone by gives it back.
pub(super) fn move_lease(store: &mut impl SharedStore, address: &str, until: UnixMillis) {
    let value = until.as_millis().to_le_bytes();
    // It is the holder's own record: nobody else writes while it lasts.
    store.store(&lease_key(address), &value, None);
}

/// How long a lease lasts unless it is moved: so soon another worker takes over from one that
/// has died.
pub(super) fn lease_length(timeout: Duration) -> Duration {
    (timeout / 2).min(Duration::from_secs(2))
}

/// Tells the other workers what came of a request.
pub(super) fn publish_answer(
    store: &mut impl SharedStore,
    address: &str,
    outcome: &Outcome,
    now: UnixMillis,
) {
    let mut record = now.as_millis().to_le_bytes().to_vec();
    match outcome {
        Ok(response) => {
            record.extend(response.status.to_le_bytes());
            record.extend(&response.body);
        }
        Err(error) => record.extend(failure_number(*error).to_le_bytes()),
    }
    store.store(&answer_key(address), &record, None);
}

/// What any worker was answered at `since` or later.
pub(super) fn answer_since(
    store: &mut impl SharedStore,
    address: &str,
    since: UnixMillis,
    now: UnixMillis,
) -> Option<Outcome> {
    let record = store.load(&answer_key(address)).0?;
    let at = moment(&record);
    if at < since || is_void(at, now) {
        return None;
    }
    let (number, body) = record.get(8..)?.split_first_chunk()?;
    Some(match u16::from_le_bytes(*number) {
        0 => Err(TransportError::Failed),
        1 => Err(TransportError::Redirected),
        2 => Err(TransportError::TimedOut),
        3 => Err(TransportError::TooLarge),
        status => Ok(Response {
            status,
            headers: Headers::new(),
            body: body.to_vec(),
        }),
    })
}

/// Below every status.
const fn failure_number(error: TransportError) -> u16 {
    match error {
        TransportError::Failed => 0,
        TransportError::Redirected => 1,
        TransportError::TimedOut => 2,
        TransportError::TooLarge => 3,
    }
}

/// Tells the other workers a provider's keys.
pub(super) fn publish_keys(store: &mut impl SharedStore, provider: &str, snapshot: &str) -> u32 {
    let key = keys_key(provider);
    store.store(&key, snapshot.as_bytes(), None);
    store.load(&key).1
}

/// A provider's keys, where another worker has told them since the write `seen`.
pub(super) fn keys_after(
    store: &mut impl SharedStore,
    provider: &str,
    seen: u32,
) -> Option<(String, u32)> {
    let (value, write) = store.load(&keys_key(provider));
    let text = String::from_utf8(value.filter(|_| write != seen)?).ok()?;
    Some((text, write))
}

fn lease_key(address: &str) -> String {
    format!("countersign/lease/{address}")
}

fn answer_key(address: &str) -> String {
    format!("countersign/answer/{address}")
}

fn keys_key(provider: &str) -> String {
    format!("countersign/keys/{provider}")
}

fn is_void(moment: UnixMillis, now: UnixMillis) -> bool {
    moment > now.after(MOST_AHEAD)
}

/// The moment that a record begins with.
fn moment(record: &[u8]) -> UnixMillis {
    let millis = record
        .first_chunk()
        .map_or(0, |bytes| u64::from_le_bytes(*bytes));
    UnixMillis::new(millis)
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::HashMap;

    use super::*;

    /// A store as the proxy keeps it.
    #[derive(Default)]
    pub(crate) struct Store {
        values: HashMap<String, (Vec<u8>, u32)>,
        writes: u32,
    }

    impl SharedStore for Store {
        fn load(&mut self, key: &str) -> (Option<Vec<u8>>, u32) {
            match self.values.get(key) {
                Some((value, write)) => (Some(value.clone()), *write),
                None => (None, 0),
            }
        }

        fn store(&mut self, key: &str, value: &[u8], last: Option<u32>) -> bool {
            if let (Some(last), Some((_, write))) = (last, self.values.get(key))
                && last != *write
            {
                return false;
            }
            self.writes += 1;
            self.values
                .insert(key.to_owned(), (value.to_vec(), self.writes));
            true
        }
    }

    const NOW: UnixMillis = UnixMillis::from_secs(1_790_000_000);
    const SOON: UnixMillis = UnixMillis::from_secs(1_790_000_002);

    #[test]
    fn one_worker_gets_the_lease_until_it_ends_or_is_given_back() {
        let mut store = Store::default();
        assert!(take_lease(&mut store, "a", SOON, NOW));
        assert!(!take_lease(&mut store, "a", SOON, NOW));
        assert!(take_lease(&mut store, "b", SOON, NOW), "another address");
        assert!(take_lease(&mut store, "a", SOON, SOON), "it has ended");
        move_lease(&mut store, "b", NOW);
        assert!(take_lease(&mut store, "b", SOON, NOW), "it was given back");
        let before = NOW.before(Duration::from_secs(60));
        assert!(take_lease(&mut store, "a", NOW, before), "a clock set back");
    }

    /// Between the look and the write another worker's write comes.
    #[test]
    fn a_worker_that_was_overtaken_does_not_get_the_lease() {
        struct Overtaken(Store);
        impl SharedStore for Overtaken {
            fn load(&mut self, key: &str) -> (Option<Vec<u8>>, u32) {
                let seen = self.0.load(key);
                self.0.store(key, &SOON.as_millis().to_le_bytes(), None);
                seen
            }
            fn store(&mut self, key: &str, value: &[u8], last: Option<u32>) -> bool {
                self.0.store(key, value, last)
            }
        }
        let mut store = Overtaken(Store::default());
        assert!(!take_lease(&mut store, "a", SOON, NOW), "the very first");
        assert!(!take_lease(&mut store, "a", SOON, SOON), "and a later one");
    }

    #[test]
    fn answers_and_failures_reach_those_who_asked_before() {
        let mut store = Store::default();
        let answer = Response {
            status: 200,
            headers: Headers::new(),
            body: b"{}".to_vec(),
        };
        for outcome in [
            Ok(answer),
            Err(TransportError::Failed),
            Err(TransportError::Redirected),
            Err(TransportError::TimedOut),
            Err(TransportError::TooLarge),
        ] {
            publish_answer(&mut store, "a", &outcome, NOW);
            assert_eq!(answer_since(&mut store, "a", NOW, NOW), Some(outcome));
            assert_eq!(answer_since(&mut store, "a", SOON, SOON), None);
            assert_eq!(answer_since(&mut store, "b", NOW, NOW), None);
            let before = NOW.before(Duration::from_secs(60));
            let old = answer_since(&mut store, "a", before, before);
            assert_eq!(old, None, "a clock set back");
        }
    }

    #[test]
    fn keys_are_taken_over_once() {
        let mut store = Store::default();
        assert_eq!(keys_after(&mut store, "p", 0), None);
        let own = publish_keys(&mut store, "p", "{}");
        assert_eq!(keys_after(&mut store, "p", own), None);
        assert_eq!(keys_after(&mut store, "p", 0), Some(("{}".to_owned(), own)));
    }
}
