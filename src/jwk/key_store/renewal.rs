//! Keys without names: what a signature that does not verify is a reason for.
//!
//! Where an endpoint publishes one key and tokens name none, a replaced key shows in nothing
//! but failing signatures.

use core::time::Duration;

use super::{Arrival, KeyStore, Location};
use crate::time::UnixMillis;

/// The least time between two fetches for which a bad signature is the reason.
const RENEWAL: Duration = Duration::from_secs(300);

impl KeyStore {
    /// Whether a signature that did not verify is a reason to fetch anew: only where keys have
    /// no names, and once per [`RENEWAL`], for anybody can send a bad signature.
    pub(crate) fn renewal_due(&self, now: UnixMillis) -> bool {
        let (Some(remote), Some(loaded)) = (&self.remote, &self.loaded) else {
            return false;
        };
        let last = self.renewed_at.map_or(loaded.fetched_at, |renewed_at| {
            renewed_at.max(loaded.fetched_at)
        });
        matches!(remote.location, Location::Pem { .. })
            && now >= last.after(RENEWAL)
            && self.may_try(now)
    }

    /// Whether this caller's renewal is still to be fetched, by itself or by another.
    pub(super) fn must_renew(&self, arrival: Arrival, now: UnixMillis) -> bool {
        self.applied_lease == arrival.applied_lease
            && (self.renewal_due(now) || self.lease_holder(now).is_some())
    }
}
