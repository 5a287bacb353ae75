//! The cache of an issuer's published keys, as a state machine without I/O.
//!
//! Many callers share one store; each brings a [`Fetch`], its place in the queue, and asks
//! [`KeyStore::obtain`] until it has keys or a refusal. The rules:
//!
//! | state of the set | a caller gets |
//! |---|---|
//! | fresh, its key is there | the key |
//! | fresh, its key is not there | one fetch per `kid` and cooldown; all unknown `kid`s share a bucket of [`BURST`] fetches, refilled by one per cooldown, so that a flood of invented ones neither reaches the endpoint nor starves a real rotation |
//! | past `max_age` | a fetch; when that fails or takes the caller's whole time, the old key until `stale_if_error` has passed too, with one try per cooldown |
//! | older still, or none | a fetch; when that fails, `ERR_JWKS_*` (503), with tries backing off from 250 ms up to the cooldown |
//!
//! One fetch is under way at a time, held by a **lease** of min(timeout / 2, 2 s) that its
//! owner renews by asking again. Callers that arrive meanwhile wait for the result. An owner
//! that is dropped (a Worker's request has ended, a stream was closed) blocks the others no
//! longer than its lease: the next one takes over. Every lease has a number, and an answer
//! that belongs to an older one than the last applied is dropped.
//!
//! A clock that is set back would stop all of this: sets would not age, failures and leases not
//! end. From a minute on ([`CLOCK_SKEW_MILLIS`]) it is noticed: the set counts as past `max_age` at
//! once, and every other time is forgotten.

use core::time::Duration;

mod answer;
mod clock;
mod lease;
mod renewal;
mod snapshot;
mod unknown;

use self::lease::Lease;
use self::unknown::UnknownKids;
use super::select::{KidRule, Selection};
use super::source::{KeySource, Location, Remote};
use super::{Jwk, JwkSet, MAX_KID};
use crate::crypto::SignatureAlgorithm;
use crate::error::{ConfigError, Error, KeyError};
use crate::flow::{Outcome, RequestId};
use crate::http::Request;
use crate::time::{UnixMillis, millis_of};

pub(crate) use self::answer::{discovery_url, is_discovery};
pub(super) use self::lease::STAGES;
pub use self::unknown::BURST;

/// How far a time may lie ahead of a caller's. The clocks of requests that run side by side differ
/// a little in Workers, where a request's stands still between its own I/O.
const CLOCK_SKEW_MILLIS: u64 = 60_000;

/// How soon a waiting caller looks again.
const POLL_MILLIS: u64 = 20;

/// The keys of one issuer.
#[derive(Debug)]
pub struct KeyStore {
    remote: Option<Remote>,
    rule: KidRule,
    loaded: Option<Loaded>,
    generation: u64,
    lease: Option<Lease>,
    last_lease: u64,
    applied_lease: u64,
    /// The last lease whose fetch has ended, well or badly.
    ended_lease: u64,
    failure: Option<Failure>,
    unknown: UnknownKids,
    /// When a bad signature was last a reason to fetch.
    renewed_at: Option<UnixMillis>,
    /// Which of the configured URLs answered last.
    url_index: usize,
    discovered: Option<Discovered>,
    /// The latest time that a caller has brought.
    latest: UnixMillis,
}

/// What discovery said.
#[derive(Debug)]
struct Discovered {
    /// The key endpoint.
    uri: String,
    at: UnixMillis,
}

#[derive(Debug)]
struct Loaded {
    set: JwkSet,
    text: String,
    fetched_at: UnixMillis,
}

#[derive(Debug)]
struct Failure {
    error: KeyError,
    at: UnixMillis,
    retry_at: UnixMillis,
    backoff_millis: u64,
}

/// One caller's place in the queue.
#[derive(Clone, Debug)]
pub struct Fetch {
    arrived: Option<Arrival>,
    lease: Option<u64>,
    /// Whether a fetch of this caller's own has ended. It makes no second one.
    tried: bool,
}

#[derive(Clone, Copy, Debug)]
struct Arrival {
    deadline: UnixMillis,
    applied_lease: u64,
}

impl Fetch {
    /// A caller that has just arrived.
    pub const fn new() -> Self {
        Self {
            arrived: None,
            lease: None,
            tried: false,
        }
    }
}

impl Default for Fetch {
    fn default() -> Self {
        Self::new()
    }
}

/// What a caller needs from the store.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Need<'a> {
    /// Any set that can be used.
    AnySet,
    /// A newer set, if it is time for one; this caller would not wait for another's.
    Refresh,
    /// A newer set, because a key without a name did not verify a signature.
    Renewal,
    /// A key for this token.
    Key {
        kid: Option<&'a str>,
        algorithm: &'a dyn SignatureAlgorithm,
    },
}

/// What a caller is to do.
#[derive(Debug)]
pub enum Lookup {
    /// Go on: these are the positions of the keys to try (none where any set will do).
    Ready(Vec<usize>),
    /// Send this request and hand its outcome to [`KeyStore::resolve`].
    Send(RequestId, Request),
    /// Ask again at this time.
    Wait(UnixMillis),
    /// There is no key.
    Refused(Error),
}

/// What a store holds at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyStatus {
    /// Whether a set is there and within its `max_age`.
    pub fresh: bool,
    /// Whether the endpoint is left alone for now after a failure or an unknown `kid`.
    pub cooling_down: bool,
    /// Whether a fetch is under way.
    pub reloading: bool,
    /// When the set was fetched; `None` for configured keys and while there is none.
    pub fetched_at: Option<UnixMillis>,
    /// How many usable keys there are.
    pub count: usize,
}

/// How old the set is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    Fresh,
    /// Past its time, but good enough while the endpoint fails.
    Stale,
    /// None, or too old for anything.
    Unusable,
}

impl KeyStore {
    /// A store over `source`, empty where the keys are remote.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when a URL is not one that requests may go to.
    pub fn new(source: KeySource) -> Result<Self, ConfigError> {
        let (remote, set, rule) = match source {
            KeySource::Keys(set) => (None, Some(set), KidRule::Lenient),
            KeySource::Set(set) => (None, Some(set), KidRule::Optional),
            KeySource::Remote(remote) => {
                let rule = remote.location.kid_rule();
                (Some(remote), None, rule)
            }
        };
        if let Some(remote) = &remote {
            remote.location.check()?;
        }
        let cooldown = remote
            .as_ref()
            .map_or(Duration::ZERO, |remote| remote.times.cooldown);
        Ok(Self {
            remote,
            rule,
            loaded: set.map(|set| Loaded {
                set,
                text: String::new(),
                fetched_at: UnixMillis::default(),
            }),
            generation: 0,
            lease: None,
            last_lease: 0,
            applied_lease: 0,
            ended_lease: 0,
            failure: None,
            unknown: UnknownKids::new(cooldown),
            renewed_at: None,
            url_index: 0,
            discovered: None,
            latest: UnixMillis::default(),
        })
    }

    /// Refuses tokens while several keys of a set fit them.
    #[must_use]
    pub fn with_unambiguous_key(mut self) -> Self {
        if self.rule == KidRule::Optional {
            self.rule = KidRule::Unambiguous;
        }
        self
    }

    /// Counts the sets that were applied; whatever was derived from an older one is void.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The set, whatever its age.
    pub(crate) fn set_mut(&mut self) -> Option<&mut JwkSet> {
        self.loaded.as_mut().map(|loaded| &mut loaded.set)
    }

    /// What the store holds now.
    pub fn status(&self, now: UnixMillis) -> KeyStatus {
        let remote = self.remote.is_some();
        KeyStatus {
            fresh: self.age(now) == Age::Fresh,
            cooling_down: remote && (!self.may_try(now) || self.unknown.any(now)),
            reloading: self.lease_holder(now).is_some(),
            fetched_at: self
                .loaded
                .as_ref()
                .filter(|_| remote)
                .map(|loaded| loaded.fetched_at),
            count: self.loaded.as_ref().map_or(0, |loaded| loaded.set.len()),
        }
    }

    /// Whether a background refresh makes sense: the set is near its end and nobody fetches.
    pub fn refresh_due(&self, now: UnixMillis) -> bool {
        let (Some(remote), Some(loaded)) = (&self.remote, &self.loaded) else {
            return false;
        };
        let age = millis_of(remote.times.max_age);
        // A set that is due from the start would be fetched behind every answer.
        let ahead = millis_of(remote.times.stale_while_revalidate).min(age / 2);
        let due = now >= loaded.fetched_at.after_millis(age - ahead) && age > 0;
        (due || is_ahead(loaded.fetched_at, now))
            && self.lease_holder(now).is_none()
            && self.may_try(now)
    }

    /// Finds keys without any fetch: what is in memory, or the reason why that is not enough.
    ///
    /// # Errors
    ///
    /// `ERR_JWKS_UNAVAILABLE` (retryable) while a fetch could still bring the key,
    /// `ERR_JWKS_NO_MATCHING_KEY` where none would or none may be made,
    /// `ERR_JOSE_ALG_NOT_ALLOWED` when the key is there but of another algorithm.
    pub(crate) fn in_memory(
        &self,
        kid: Option<&str>,
        algorithm: &dyn SignatureAlgorithm,
        now: UnixMillis,
    ) -> Result<Vec<usize>, Error> {
        let selection = match self.age(now) {
            Age::Fresh => self.select(kid, algorithm),
            Age::Stale if self.failed_since_expiry() => self.select(kid, algorithm),
            _ => return Err(self.unavailable(now)),
        };
        let may_come =
            self.remote.is_some() && !self.is_hopeless(kid, now) && self.unknown.may_ask(now);
        match selection {
            Selection::Unknown if may_come => Err(self.unavailable(now)),
            selection => selection.candidates(),
        }
    }

    /// Whether what was verified with the present set may be taken for good without another
    /// look: where it is time to ask the endpoint again, somebody has to, unless somebody does.
    pub(crate) fn serves(&self, now: UnixMillis) -> bool {
        match self.age(now) {
            Age::Fresh => true,
            Age::Stale => {
                let is_asked = !self.may_try(now) || self.lease_holder(now).is_some();
                self.failed_since_expiry() && is_asked
            }
            Age::Unusable => false,
        }
    }

    /// Says what the caller behind `fetch` is to do for what it needs.
    pub(crate) fn obtain(&mut self, fetch: &mut Fetch, need: Need<'_>, now: UnixMillis) -> Lookup {
        let Some(times) = self.remote.as_ref().map(|remote| remote.times) else {
            return self.serve(need);
        };
        self.heed_clock(now);
        let arrival = *fetch.arrived.get_or_insert(Arrival {
            deadline: now.after(times.timeout),
            applied_lease: self.applied_lease,
        });
        if fetch.lease.is_some() && self.lease_holder(now) == fetch.lease {
            self.end_overdue(now);
            if self.lease.is_some() {
                return self.go_on(now);
            }
        }
        let own = fetch.lease.take();
        fetch.tried |= own.is_some_and(|own| own <= self.ended_lease);
        let must_fetch = match self.must_fetch(need, arrival, now) {
            Ok(true) if fetch.tried => return self.serve_what_came(need, arrival, now),
            Ok(must_fetch) => must_fetch,
            Err(refusal) => return Lookup::Refused(refusal),
        };
        if !must_fetch {
            return self.serve(need);
        }
        if now >= arrival.deadline {
            // That the endpoint hangs may be known in a moment; to this caller it does already.
            return match self.age(now) == Age::Stale && !self.lacks(need) {
                true => self.serve(need),
                false => Lookup::Refused(KeyError::TimedOut.into()),
            };
        }
        if let Some(lease) = &self.lease
            && lease.until > now
        {
            return Lookup::Wait(lease.until.min(now.after_millis(POLL_MILLIS)));
        }
        if matches!(need, Need::Key { .. }) && self.age(now) == Age::Fresh {
            self.unknown.ask(now);
        }
        if matches!(need, Need::Renewal) {
            self.renewed_at = Some(now);
        }
        fetch.lease = Some(self.take_lease(arrival.deadline, now));
        self.go_on(now)
    }

    /// Whether the caller's need calls for a newer set, or why there is no point in one.
    fn must_fetch(
        &mut self,
        need: Need<'_>,
        arrival: Arrival,
        now: UnixMillis,
    ) -> Result<bool, Error> {
        let age = self.age(now);
        match need {
            Need::Refresh => Ok(self.refresh_due(now)),
            Need::Renewal => Ok(self.must_renew(arrival, now)),
            _ if age != Age::Fresh => {
                let known_outage = age == Age::Stale && self.failed_since_expiry();
                let other_tries = known_outage && self.lease_holder(now).is_some();
                if self.may_try(now) && !other_tries {
                    return Ok(true);
                }
                if age == Age::Stale && !self.lacks(need) {
                    Ok(false)
                } else {
                    Err(self.unavailable(now))
                }
            }
            Need::AnySet => Ok(false),
            Need::Key { kid, algorithm } => match self.select(kid, algorithm) {
                Selection::Unknown => self.must_fetch_for(kid, arrival, now),
                _ => Ok(false),
            },
        }
    }

    /// The set is fresh, but has no key of this name.
    fn must_fetch_for(
        &mut self,
        kid: Option<&str>,
        arrival: Arrival,
        now: UnixMillis,
    ) -> Result<bool, Error> {
        if self.is_hopeless(kid, now) {
            return Err(KeyError::NoMatch.into());
        }
        if self.applied_lease > arrival.applied_lease {
            self.unknown.remember(kid, now);
            return Err(KeyError::NoMatch.into());
        }
        if self.lease_holder(now).is_some() {
            return Ok(true);
        }
        if !self.may_try(now) {
            return Err(self.unavailable(now));
        }
        if self.unknown.may_ask(now) {
            Ok(true)
        } else {
            Err(KeyError::NoMatch.into())
        }
    }

    /// Whether the set has no key of the name that is needed.
    fn lacks(&self, need: Need<'_>) -> bool {
        matches!(need, Need::Key { kid, algorithm }
            if self.select(kid, algorithm) == Selection::Unknown)
    }

    /// Whether no fetch brings a key of this name: no set has one so long, or a fetch has just not
    /// brought it.
    fn is_hopeless(&self, kid: Option<&str>, now: UnixMillis) -> bool {
        kid.is_some_and(|kid| kid.len() > MAX_KID) || self.unknown.contains(kid, now)
    }

    /// The caller's own fetch is over, and it would be due again already (`max_age` or
    /// `cooldown` of zero): what it brought serves this one call.
    fn serve_what_came(&self, need: Need<'_>, arrival: Arrival, now: UnixMillis) -> Lookup {
        let refreshing = matches!(need, Need::Refresh | Need::Renewal);
        let came = self.applied_lease > arrival.applied_lease;
        if refreshing || came || self.age(now) == Age::Stale {
            self.serve(need)
        } else {
            Lookup::Refused(self.unavailable(now))
        }
    }

    /// Hands over what the set has, which the caller has been found to have a right to.
    fn serve(&self, need: Need<'_>) -> Lookup {
        match need {
            Need::AnySet | Need::Refresh | Need::Renewal => Lookup::Ready(Vec::new()),
            Need::Key { kid, algorithm } => match self.select(kid, algorithm).candidates() {
                Ok(candidates) => Lookup::Ready(candidates),
                Err(refusal) => Lookup::Refused(refusal),
            },
        }
    }

    fn select(&self, kid: Option<&str>, algorithm: &dyn SignatureAlgorithm) -> Selection {
        match &self.loaded {
            Some(loaded) => loaded.set.select(kid, algorithm, self.rule),
            None => Selection::Unknown,
        }
    }

    /// A set that has come: the same one again keeps its keys and what was computed from them.
    fn apply(&mut self, set: JwkSet, text: String, now: UnixMillis) {
        self.failure = None;
        match &mut self.loaded {
            Some(loaded) if loaded.text == text => loaded.fetched_at = now,
            _ => {
                self.loaded = Some(Loaded {
                    set,
                    text,
                    fetched_at: now,
                });
                self.generation += 1;
            }
        }
    }

    fn age(&self, now: UnixMillis) -> Age {
        let Some(loaded) = &self.loaded else {
            return Age::Unusable;
        };
        let Some(remote) = &self.remote else {
            return Age::Fresh;
        };
        let expiry = loaded.fetched_at.after(remote.times.max_age);
        if is_ahead(loaded.fetched_at, now) {
            Age::Stale
        } else if now < expiry {
            Age::Fresh
        } else if now < expiry.after(remote.times.stale_if_error) {
            Age::Stale
        } else {
            Age::Unusable
        }
    }

    fn failed_since_expiry(&self) -> bool {
        let (Some(remote), Some(loaded), Some(failure)) =
            (&self.remote, &self.loaded, &self.failure)
        else {
            return false;
        };
        failure.at >= loaded.fetched_at.after(remote.times.max_age)
    }

    /// Whether the endpoint may be asked again after its last failure.
    fn may_try(&self, now: UnixMillis) -> bool {
        self.failure
            .as_ref()
            .is_none_or(|failure| now >= failure.retry_at)
    }

    /// The error of the last failure, or that the keys are not there yet.
    fn unavailable(&self, now: UnixMillis) -> Error {
        match &self.failure {
            Some(Failure {
                error: KeyError::Unavailable { .. },
                retry_at,
                ..
            }) => {
                let wait = retry_at.millis_since(now).div_ceil(1_000);
                KeyError::Unavailable {
                    retry_after: u32::try_from(wait).unwrap_or(u32::MAX).max(1),
                }
                .into()
            }
            Some(failure) => failure.error.clone().into(),
            None => KeyError::Unavailable { retry_after: 1 }.into(),
        }
    }
}

/// Whether a time lies so far ahead of `now` that it is of another clock.
const fn is_ahead(time: UnixMillis, now: UnixMillis) -> bool {
    time.millis_since(now) > CLOCK_SKEW_MILLIS
}
