//! Jobs in several steps, driven by the façade: every [`Flow`] behind one type.
//!
//! The state that outlives a flow is borrowed inside one call and given back before it
//! returns. A job that is freed half-way leaves nothing behind but a lease that ends.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::error::{Failure, given};
use super::host;
use super::slab::{self, Handle, Object};
use crate::error::{ConfigError, Error};
use crate::flow::{Flow, Outcome, RequestId, Step, Tick};
use crate::http::Request;
use crate::providers::Provider;

const DONE: f64 = -1.0;
const SEND: f64 = -2.0;

/// A job under way.
struct Job {
    steps: RefCell<Box<dyn Steps>>,
    /// The request under way.
    sent: Cell<Option<RequestId>>,
    provider: Option<&'static Provider>,
}

impl Object for Job {}

/// Who lends a flow the state that outlives it.
pub(super) trait Lender<S: ?Sized> {
    /// Lends it for one call.
    fn lend<R>(&self, call: impl FnOnce(&mut S) -> R) -> R;
}

impl Lender<()> for () {
    fn lend<R>(&self, call: impl FnOnce(&mut ()) -> R) -> R {
        call(&mut ())
    }
}

impl<S> Lender<S> for Rc<RefCell<S>> {
    fn lend<R>(&self, call: impl FnOnce(&mut S) -> R) -> R {
        call(&mut self.borrow_mut())
    }
}

/// Begins a job; `finish` takes what it yields, `provider` says how its errors are known.
pub(super) fn begin<F, L>(
    flow: F,
    lender: L,
    finish: impl FnMut(F::Output) -> Result<(), Error> + 'static,
    provider: Option<&'static Provider>,
) -> Handle
where
    F: Flow + 'static,
    L: Lender<F::Shared> + 'static,
{
    slab::keep(Job {
        provider,
        steps: RefCell::new(Box::new(Running {
            flow,
            lender,
            finish,
        })),
        sent: Cell::new(None),
    })
}

/// What a step asks for, without the kind of result.
enum Wanted {
    Nothing,
    Send(RequestId, Request),
    Wait(f64),
}

trait Steps {
    fn step(&mut self, tick: Tick) -> Result<Wanted, Error>;
    fn resolve(&mut self, id: RequestId, outcome: Outcome, tick: Tick);
}

struct Running<F, L, D> {
    flow: F,
    lender: L,
    finish: D,
}

impl<F, L, D> Steps for Running<F, L, D>
where
    F: Flow,
    L: Lender<F::Shared>,
    D: FnMut(F::Output) -> Result<(), Error>,
{
    fn step(&mut self, tick: Tick) -> Result<Wanted, Error> {
        match self.lender.lend(|shared| self.flow.step(shared, tick)) {
            Step::Send(id, request) => Ok(Wanted::Send(id, request)),
            Step::Wait(until) => Ok(Wanted::Wait(until.as_millis() as f64)),
            Step::Done(result) => {
                (self.finish)(result?)?;
                Ok(Wanted::Nothing)
            }
        }
    }

    fn resolve(&mut self, id: RequestId, outcome: Outcome, tick: Tick) {
        self.lender
            .lend(|shared| self.flow.resolve(shared, id, outcome, tick));
    }
}

/// Takes a job's next step and gives the time of the one after it, in milliseconds since the epoch;
/// or says that nothing more is to be done (-1), or that a request is to be sent (-2), which it
/// leaves.
#[wasm_bindgen]
pub fn step(job: f64, now: f64) -> f64 {
    given(|| {
        let job = slab::find::<Job>(job)?;
        let wanted = job.steps.borrow_mut().step(host::tick(now));
        match wanted.map_err(|error| Failure::of(job.provider, error))? {
            Wanted::Nothing => Ok(DONE),
            Wanted::Send(id, request) => {
                job.sent.set(Some(id));
                host::leave(request);
                Ok(SEND)
            }
            Wanted::Wait(until) => Ok(until),
        }
    })
}

/// Hands a job the answer to its request; `headers` holds names and values in turn.
#[wasm_bindgen]
pub fn resolve(job: f64, status: u16, headers: &[u8], body: &[u8], now: f64) -> f64 {
    given(|| settle(job, host::response(status, headers, body.to_vec()), now))
}

/// Tells a job why there is no answer: failed (0), redirected (1), timed out (2), too large (3).
#[wasm_bindgen]
pub fn fail(job: f64, reason: u32, now: f64) -> f64 {
    given(|| settle(job, Err(host::no_answer(reason)), now))
}

fn settle(job: Handle, outcome: Outcome, now: f64) -> Result<(), Failure> {
    let job = slab::find::<Job>(job)?;
    let id = job.sent.take();
    let id = id.ok_or_else(|| ConfigError::new("job", "has no request under way"))?;
    job.steps.borrow_mut().resolve(id, outcome, host::tick(now));
    Ok(())
}
