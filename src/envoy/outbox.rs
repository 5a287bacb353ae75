//! Requests for keys on their way out: one for all workers, whoever needs them.
//!
//! What a request was asked for is answered by the first of: another worker's answer that came
//! after the asking; this worker's own request, sent under the address's lease. Requests of one
//! fetch (metadata, then keys) count as asked when the first of them was, so that a worker that
//! lags behind takes all of another's answers. An issuer's metadata, which hardly ever change, may
//! have been answered a moment earlier: a worker that starts between another one's metadata and
//! its keys asks for neither.

use core::time::Duration;

use super::config::Route;
use super::court::Court;
use super::shared::{
    self, SharedStore, answer_since, lease_length, move_lease, publish_answer, take_lease,
};
use crate::flow::{Outcome, RequestId};
use crate::http::{Request, TransportError};
use crate::jwk::is_discovery;
use crate::jwt::fetch_number;
use crate::time::UnixMillis;

/// How far back an answer with metadata may lie.
const METADATA_GRACE: Duration = Duration::from_secs(5);

/// A proxy through which requests go out.
pub trait Proxy: SharedStore {
    /// Sends a request through a cluster; its number, or `None` where that cannot be.
    fn send(&mut self, cluster: &str, request: &Request) -> Option<u32>;
}

/// Requests that have no answer yet.
#[derive(Debug, Default)]
pub struct Outbox {
    jobs: Vec<Job>,
    /// Per provider: the last fetch, and when it was asked for.
    fetches: Vec<Option<(u64, UnixMillis)>>,
    /// Per provider: the last write of its keys that was seen.
    seen: Vec<u32>,
}

#[derive(Debug)]
struct Job {
    provider: usize,
    id: RequestId,
    request: Request,
    cluster: String,
    address: String,
    asked_at: UnixMillis,
    metadata: bool,
    sent: Option<Sent>,
}

#[derive(Debug)]
struct Sent {
    call: u32,
    renewed_at: UnixMillis,
}

impl Outbox {
    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Takes a request for a provider's keys.
    pub fn push(
        &mut self,
        court: &mut Court,
        (provider, id, request): (usize, RequestId, Request),
        now: UnixMillis,
    ) {
        let route = court
            .providers
            .get(provider)
            .and_then(|own| own.route.clone());
        let Some(Route {
            cluster,
            discovery_cluster,
        }) = route
        else {
            court.resolve(provider, id, Err(TransportError::Failed), now);
            return;
        };
        let asked_at = self.asked_at(provider, fetch_number(id), now);
        let metadata = is_discovery(&request.url);
        let cluster = if metadata { discovery_cluster } else { cluster };
        self.jobs.push(Job {
            provider,
            id,
            address: format!("{cluster} {}", request.url),
            asked_at,
            metadata,
            request,
            cluster,
            sent: None,
        });
    }

    fn asked_at(&mut self, provider: usize, fetch: u64, now: UnixMillis) -> UnixMillis {
        if self.fetches.len() <= provider {
            self.fetches.resize(provider + 1, None);
        }
        match self.fetches.get_mut(provider) {
            Some(Some((last, asked_at))) if *last == fetch => *asked_at,
            Some(place) => {
                *place = Some((fetch, now));
                now
            }
            None => now,
        }
    }

    /// Brings every request a step further.
    pub fn pump(&mut self, court: &mut Court, proxy: &mut impl Proxy, now: UnixMillis) {
        let mut waiting = Vec::new();
        for mut job in core::mem::take(&mut self.jobs) {
            match job.advance(proxy, now) {
                Some(outcome) => self.settle(&job, outcome, court, proxy, now),
                None => waiting.push(job),
            }
        }
        self.jobs.append(&mut waiting);
    }

    /// Takes the outcome of the request that was sent under this number.
    pub fn answered(
        &mut self,
        call: u32,
        outcome: Outcome,
        court: &mut Court,
        proxy: &mut impl Proxy,
        now: UnixMillis,
    ) {
        let is_it = |job: &Job| job.sent.as_ref().is_some_and(|sent| sent.call == call);
        let Some(place) = self.jobs.iter().position(is_it) else {
            return;
        };
        let job = self.jobs.swap_remove(place);
        publish_answer(proxy, &job.address, &outcome, now);
        move_lease(proxy, &job.address, UnixMillis::default());
        self.settle(&job, outcome, court, proxy, now);
    }

    /// How large an answer to this request may be.
    pub fn ceiling(&self, call: u32) -> Option<usize> {
        let sent = |job: &&Job| job.sent.as_ref().is_some_and(|sent| sent.call == call);
        self.jobs
            .iter()
            .find(sent)
            .map(|job| job.request.max_response_bytes)
    }

    fn settle(
        &mut self,
        job: &Job,
        outcome: Outcome,
        court: &mut Court,
        proxy: &mut impl Proxy,
        now: UnixMillis,
    ) {
        let own = job.sent.is_some();
        if own {
            let name = if outcome.as_ref().is_ok_and(|answer| answer.status == 200) {
                "jwks_fetch_success"
            } else {
                "jwks_fetch_failed"
            };
            court.count(Some(job.provider), name);
        }
        let before = court.fetched_at(job.provider, now);
        court.resolve(job.provider, job.id, outcome, now);
        if own && court.fetched_at(job.provider, now) != before {
            self.tell(job.provider, court, proxy);
        }
    }

    /// Tells the other workers a provider's keys.
    fn tell(&mut self, provider: usize, court: &Court, proxy: &mut impl Proxy) {
        let own = court.providers.get(provider);
        if let Some((own, name)) = own.and_then(|own| Some((own, own.shared_name()?))) {
            let write = shared::publish_keys(proxy, &name, &own.keyring.snapshot());
            self.see(provider, write);
        }
    }

    /// Takes over what other workers have told; says whether there was anything.
    pub fn listen(&mut self, court: &mut Court, proxy: &mut impl Proxy, now: UnixMillis) -> bool {
        let mut heard = false;
        for (place, own) in court.providers.iter_mut().enumerate() {
            let Some(name) = own.shared_name() else {
                continue;
            };
            let seen = self.seen.get(place).copied().unwrap_or_default();
            if let Some((snapshot, write)) = shared::keys_after(proxy, &name, seen) {
                // Keys of an older configuration with another source are not ours: refused.
                heard |= own.keyring.restore(&snapshot, now).is_ok();
                self.see(place, write);
            }
        }
        heard
    }

    fn see(&mut self, provider: usize, write: u32) {
        if self.seen.len() <= provider {
            self.seen.resize(provider + 1, 0);
        }
        if let Some(seen) = self.seen.get_mut(provider) {
            *seen = write;
        }
    }
}

impl Job {
    /// Another worker's answer. A failure from before the asking is none.
    fn answer(&self, proxy: &mut impl Proxy, now: UnixMillis) -> Option<Outcome> {
        let answer = answer_since(proxy, &self.address, self.asked_at, now);
        if answer.is_some() || !self.metadata {
            return answer;
        }
        let since = self.asked_at.before(METADATA_GRACE);
        let earlier = answer_since(proxy, &self.address, since, now);
        earlier.filter(|outcome| outcome.as_ref().is_ok_and(|answer| answer.status == 200))
    }

    /// Sends, renews or waits; the outcome, if there is one.
    fn advance(&mut self, proxy: &mut impl Proxy, now: UnixMillis) -> Option<Outcome> {
        let length = lease_length(self.request.timeout);
        if now >= self.asked_at.after(self.request.timeout).after(length) {
            return Some(Err(TransportError::TimedOut));
        }
        if let Some(sent) = &mut self.sent {
            if now >= sent.renewed_at.after(length / 2) {
                move_lease(proxy, &self.address, now.after(length));
                sent.renewed_at = now;
            }
            return None;
        }
        if let Some(outcome) = self.answer(proxy, now) {
            return Some(outcome);
        }
        if !take_lease(proxy, &self.address, now.after(length), now) {
            return None;
        }
        match proxy.send(&self.cluster, &self.request) {
            Some(call) => {
                self.sent = Some(Sent {
                    call,
                    renewed_at: now,
                });
                None
            }
            None => {
                let outcome = Err(TransportError::Failed);
                publish_answer(proxy, &self.address, &outcome, now);
                move_lease(proxy, &self.address, UnixMillis::default());
                Some(outcome)
            }
        }
    }
}
