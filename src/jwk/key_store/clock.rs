//! A host's clock that is set back.

use super::{KeyStore, UnknownKids, is_ahead};
use crate::time::UnixMillis;

impl KeyStore {
    /// Takes note of the time, and voids what was timed by a clock that has been set back since.
    pub(super) fn heed_clock(&mut self, now: UnixMillis) {
        let was_set_back = is_ahead(self.latest, now);
        self.latest = match was_set_back {
            true => now,
            false => self.latest.max(now),
        };
        let (true, Some(remote)) = (was_set_back, &self.remote) else {
            return;
        };
        if let Some(loaded) = &mut self.loaded {
            // Nobody knows how old it is. Its time is over, and `stale_if_error` counts from now.
            loaded.fetched_at = now.before(remote.times.max_age);
        }
        self.unknown = UnknownKids::new(remote.times.cooldown);
        (self.failure, self.lease, self.renewed_at, self.discovered) = (None, None, None, None);
    }
}
