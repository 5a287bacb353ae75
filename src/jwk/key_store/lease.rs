//! The one fetch that is under way, and the right to make it.

use core::time::Duration;

use super::answer::{Answer, discovery_url};
use super::{Failure, KeyStore, Location, Lookup};
use crate::error::KeyError;
use crate::flow::{Outcome, RequestId};
use crate::http::{Method, Request};
use crate::time::{UnixMillis, millis_of};

/// The largest answer of a key endpoint that is read, in bytes.
const MAX_ANSWER: usize = 256 * 1024;

/// The longest time for which nobody else takes over from a fetch's owner.
const MAX_LEASE_MILLIS: u64 = 2_000;

/// The first pause after a failure without any set.
const FIRST_BACKOFF_MILLIS: u64 = 250;

/// Stages of one fetch have numbers below this; no source has more.
pub(in crate::jwk) const STAGES: u64 = 16;

/// The right to fetch, for as long as it is renewed.
#[derive(Debug)]
pub(super) struct Lease {
    number: u64,
    pub(super) until: UnixMillis,
    deadline: UnixMillis,
    stage: u64,
    in_flight: bool,
}

impl KeyStore {
    pub(super) fn lease_holder(&self, now: UnixMillis) -> Option<u64> {
        self.lease
            .as_ref()
            .filter(|lease| lease.until > now)
            .map(|lease| lease.number)
    }

    pub(super) fn take_lease(&mut self, deadline: UnixMillis, now: UnixMillis) -> u64 {
        self.last_lease += 1;
        let stage = u64::from(self.knows_endpoint(now));
        self.lease = Some(Lease {
            number: self.last_lease,
            until: now,
            deadline,
            stage,
            in_flight: false,
        });
        self.last_lease
    }

    /// Whether the endpoint that discovery named is still to be asked without a new look: for as
    /// long as a set would be fresh.
    fn knows_endpoint(&self, now: UnixMillis) -> bool {
        let (Some(remote), Some(discovered)) = (&self.remote, &self.discovered) else {
            return false;
        };
        now < discovered.at.after(remote.times.max_age)
    }

    /// Ends the owner's fetch when its time is over and its host has not said what became of it.
    pub(super) fn end_overdue(&mut self, now: UnixMillis) {
        let overdue = |lease: &&Lease| lease.in_flight && now >= lease.deadline;
        if let Some(lease) = self.lease.as_ref().filter(overdue) {
            self.ended_lease = lease.number;
            self.fail(KeyError::TimedOut, now);
        }
    }

    /// The lease's owner asks: its request goes out, or its lease is renewed.
    pub(super) fn go_on(&mut self, now: UnixMillis) -> Lookup {
        let (Some(remote), Some(lease)) = (&self.remote, &mut self.lease) else {
            return Lookup::Refused(KeyError::TimedOut.into());
        };
        let length = (millis_of(remote.times.timeout) / 2).min(MAX_LEASE_MILLIS);
        lease.until = now.after_millis(length);
        if lease.in_flight {
            return Lookup::Wait(now.after_millis(length / 2));
        }
        lease.in_flight = true;
        let url = match &remote.location {
            Location::Discovery { issuer } if lease.stage == 0 => Some(discovery_url(issuer)),
            Location::Discovery { .. } => self.discovered.as_ref().map(|found| found.uri.clone()),
            Location::Pem { url, .. } => Some(url.clone()),
            Location::Urls(urls) => urls.get(self.url_index).or(urls.first()).cloned(),
        };
        let request = Request {
            method: Method::Get,
            url: url.unwrap_or_default(),
            headers: remote.headers.clone(),
            body: None,
            timeout: lease.deadline.since(now).max(Duration::from_millis(1)),
            max_response_bytes: MAX_ANSWER,
        };
        Lookup::Send(RequestId(lease.number * STAGES + lease.stage), request)
    }

    /// Which fetch a request belongs to: those of one have one number, whatever stage they
    /// are of.
    pub(crate) const fn fetch_number(id: RequestId) -> u64 {
        id.0 / STAGES
    }

    /// Takes the outcome of a request that [`Lookup::Send`] asked for, from whichever caller.
    pub fn resolve(&mut self, id: RequestId, outcome: Outcome, now: UnixMillis) {
        let (number, stage) = (id.0 / STAGES, id.0 % STAGES);
        let current = self
            .lease
            .as_ref()
            .is_some_and(|lease| lease.number == number && lease.stage == stage);
        let is_own = (self.applied_lease + 1..=self.last_lease).contains(&number);
        if !is_own || stage >= self.stages() {
            return;
        }
        match self.read(stage, outcome, now) {
            Ok(Answer::Keys(set, text)) => {
                self.apply(set, text, now);
                self.applied_lease = number;
                self.ended_lease = number;
                self.lease.take_if(|lease| lease.number <= number);
            }
            Ok(Answer::GoOn) if current => {
                if let Some(lease) = &mut self.lease {
                    lease.stage += 1;
                    lease.in_flight = false;
                }
            }
            Err(error) if current => {
                self.ended_lease = number;
                self.fail(error, now);
            }
            _ => {}
        }
    }

    /// How many requests a fetch may take: discovery and its endpoint, or one for each URL.
    fn stages(&self) -> u64 {
        match self.remote.as_ref().map(|remote| &remote.location) {
            Some(Location::Discovery { .. }) => 2,
            Some(Location::Pem { .. }) => 1,
            Some(Location::Urls(urls)) => urls.len() as u64,
            None => 0,
        }
    }

    fn fail(&mut self, error: KeyError, now: UnixMillis) {
        let Some(remote) = &self.remote else { return };
        let cooldown = millis_of(remote.times.cooldown);
        let backoff_millis = match &self.failure {
            _ if self.loaded.is_some() => cooldown,
            Some(failure) => failure
                .backoff_millis
                .saturating_add(failure.backoff_millis),
            None => FIRST_BACKOFF_MILLIS,
        };
        let backoff_millis = backoff_millis.min(cooldown);
        self.failure = Some(Failure {
            error,
            at: now,
            retry_at: now.after_millis(backoff_millis),
            backoff_millis,
        });
        self.lease = None;
        self.discovered = None;
    }
}
