//! Which `kid`s were asked for in vain, and how often the endpoint may be asked for more.

use core::time::Duration;

use crate::time::{UnixMillis, millis_of};

/// How many fetches for unknown `kid`s may follow each other at once.
pub const BURST: u32 = 4;

/// How many unknown `kid`s are remembered. Forgetting one costs at most a fetch of the bucket.
const MAX_REMEMBERED: usize = 128;

/// The `kid`s that a fetch did not bring, and a bucket of [`BURST`] fetches for further ones
/// that refills by one per cooldown. A token without a `kid` counts as one name of its own.
#[derive(Debug)]
pub(super) struct UnknownKids {
    cooldown: Duration,
    /// The latest one first.
    missed: Vec<(Option<String>, UnixMillis)>,
    left: u32,
    refilled_at: UnixMillis,
}

impl UnknownKids {
    pub(super) fn new(cooldown: Duration) -> Self {
        Self {
            cooldown,
            missed: Vec::new(),
            left: BURST,
            refilled_at: UnixMillis::default(),
        }
    }

    /// Whether `kid` was asked for within the cooldown.
    pub(super) fn contains(&self, kid: Option<&str>, now: UnixMillis) -> bool {
        self.in_force(now).any(|missed| missed == kid)
    }

    /// Whether any `kid` was asked for within the cooldown.
    pub(super) fn any(&self, now: UnixMillis) -> bool {
        self.in_force(now).next().is_some()
    }

    fn in_force(&self, now: UnixMillis) -> impl Iterator<Item = Option<&str>> {
        let missed = self
            .missed
            .iter()
            .filter(move |(_, at)| now < at.after(self.cooldown));
        missed.map(|(kid, _)| kid.as_deref())
    }

    /// A fetch did not bring `kid`.
    pub(super) fn remember(&mut self, kid: Option<&str>, now: UnixMillis) {
        self.missed.retain(|(missed, _)| missed.as_deref() != kid);
        self.missed.truncate(MAX_REMEMBERED - 1);
        self.missed.insert(0, (kid.map(str::to_owned), now));
    }

    /// Whether the bucket holds a fetch.
    pub(super) fn may_ask(&self, now: UnixMillis) -> bool {
        self.left > 0 || self.refills(now) > 0
    }

    /// Takes a fetch from the bucket.
    pub(super) fn ask(&mut self, now: UnixMillis) {
        let refills = self.refills(now);
        if refills > 0 || self.left == BURST {
            self.refilled_at = now;
        }
        self.left = BURST.min(self.left + refills).saturating_sub(1);
    }

    /// How many fetches have come into the bucket since it was looked after, [`BURST`] at most.
    fn refills(&self, now: UnixMillis) -> u32 {
        let refills = now.millis_since(self.refilled_at) / millis_of(self.cooldown).max(1);
        refills.min(BURST.into()) as u32
    }
}
