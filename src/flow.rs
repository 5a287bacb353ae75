//! Multi-step jobs without I/O: a [`Flow`] says what it needs, a host does it.
//!
//! Verifying with remote keys, calling a provider's API or paging through a list all take
//! several steps with the network in between. Here such a job is a value that a host
//! drives:
//!
//! ```text
//!        ┌──────────── Step::Send(id, request) ──▶ send it, then resolve(id, outcome) ─┐
//! step ──┼──────────── Step::Wait(until) ────────▶ sleep until then ────────────────────┼─▶ step …
//!        └──────────── Step::Done(result) ───────▶ finished
//! ```
//!
//! A flow never owns the state that outlives it (key store, table store): that is `Shared`,
//! lent to each call and given back before the host does anything asynchronous. A flow may
//! be dropped at any point; whatever it had under way is taken over by the next one when
//! its lease ends.

use crate::error::Error;
use crate::http::{Request, Response, TransportError};
use crate::time::UnixMillis;

/// What a host lends to one step: the time, and randomness for jitter.
#[derive(Clone, Copy, Debug)]
pub struct Tick {
    /// The host's clock, read for this step.
    pub now: UnixMillis,
    /// Random bits, used for jitter and idempotency keys, not for secrets.
    pub entropy: u64,
}

/// Names one request of a flow, so that its answer can be told from an older one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestId(pub u64);

/// What became of a request.
pub type Outcome = Result<Response, TransportError>;

/// What a flow wants next.
#[derive(Debug)]
pub enum Step<T> {
    /// Send this request, then call [`Flow::resolve`] with the same id.
    Send(RequestId, Request),
    /// Call [`Flow::step`] again at this time, or earlier when something has changed.
    Wait(UnixMillis),
    /// The job is over. The flow must not be stepped again.
    Done(Result<T, Error>),
}

/// A job in several steps.
pub trait Flow {
    /// State that outlives the flow, lent to every call.
    type Shared: ?Sized;
    /// What the job yields.
    type Output;

    /// Says what is to be done next.
    fn step(&mut self, shared: &mut Self::Shared, tick: Tick) -> Step<Self::Output>;

    /// Takes the outcome of the request named `id`; one that nobody waits for is dropped.
    fn resolve(&mut self, shared: &mut Self::Shared, id: RequestId, outcome: Outcome, tick: Tick);
}

impl<F: Flow + ?Sized> Flow for Box<F> {
    type Shared = F::Shared;
    type Output = F::Output;

    fn step(&mut self, shared: &mut Self::Shared, tick: Tick) -> Step<Self::Output> {
        (**self).step(shared, tick)
    }

    fn resolve(&mut self, shared: &mut Self::Shared, id: RequestId, outcome: Outcome, tick: Tick) {
        (**self).resolve(shared, id, outcome, tick);
    }
}

/// The means by which [`drive`] runs a flow to its end, one blocking call at a time.
pub trait Host {
    /// Reads the clock and some entropy.
    fn tick(&mut self) -> Tick;
    /// Sends a request under the rules of [`crate::http`] and waits for its outcome.
    fn send(&mut self, request: Request) -> Outcome;
    /// Sleeps until `until`.
    fn wait(&mut self, until: UnixMillis);
}

/// Runs a flow to its end on a blocking host.
///
/// # Errors
///
/// Whatever the flow ends with.
pub fn drive<F: Flow>(
    mut flow: F,
    shared: &mut F::Shared,
    host: &mut impl Host,
) -> Result<F::Output, Error> {
    loop {
        let tick = host.tick();
        match flow.step(shared, tick) {
            Step::Send(id, request) => {
                let outcome = host.send(request);
                let tick = host.tick();
                flow.resolve(shared, id, outcome, tick);
            }
            Step::Wait(until) => host.wait(until),
            Step::Done(result) => return result,
        }
    }
}
