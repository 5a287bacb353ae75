//! Jobs in several steps, driven by the façade: every [`Flow`] behind one type.
//!
//! The state that outlives a flow is borrowed inside one call and given back before it
//! returns. A job that is freed half-way leaves nothing behind but a lease that ends.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

use super::error::Thrown;
use super::host;
use super::slab::{self, Handle, Object};
use crate::error::{ConfigError, Error};
use crate::flow::{Flow, Outcome, RequestId, Step, Tick};
use crate::http::Request;
use crate::providers::Provider;

const DONE: u32 = 0;
const SEND: u32 = 1;
const WAIT: u32 = 2;

/// A job under way.
struct Job {
    steps: RefCell<Box<dyn Steps>>,
    request: RefCell<Option<(RequestId, Request)>>,
    wait_until: Cell<f64>,
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
        request: RefCell::new(None),
        wait_until: Cell::new(0.0),
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

/// Takes a job's next step and says what it wants: nothing more (0), a request (1), time (2).
///
/// # Errors
///
/// What the job fails with.
#[wasm_bindgen]
pub fn step(job: f64, now: f64) -> Result<u32, Thrown> {
    let job = slab::find::<Job>(job)?;
    let wanted = job
        .steps
        .borrow_mut()
        .step(host::tick(now))
        .map_err(|error| Thrown::named(error, job.provider))?;
    Ok(match wanted {
        Wanted::Nothing => DONE,
        Wanted::Send(id, request) => {
            job.request.replace(Some((id, request)));
            SEND
        }
        Wanted::Wait(until) => {
            job.wait_until.set(until);
            WAIT
        }
    })
}

/// When a job that waits wants its next step, in milliseconds since the epoch.
///
/// # Errors
///
/// When there is no such job.
#[wasm_bindgen(js_name = waitUntil)]
pub fn wait_until(job: f64) -> Result<f64, Thrown> {
    Ok(slab::find::<Job>(job)?.wait_until.get())
}

/// The request that a job wants sent.
///
/// # Errors
///
/// When there is none, or the host refuses to make it.
#[wasm_bindgen]
pub fn request(job: f64) -> Result<web_sys::Request, Thrown> {
    Ok(with_request(job, host::to_js_request)??)
}

/// Within how many milliseconds the whole exchange must be over.
///
/// # Errors
///
/// When there is no request.
#[wasm_bindgen(js_name = requestTimeout)]
pub fn request_timeout(job: f64) -> Result<f64, Thrown> {
    Ok(with_request(job, |request| {
        request.timeout.as_millis() as f64
    })?)
}

/// How many bytes of the answer's body may be read.
///
/// # Errors
///
/// When there is no request.
#[wasm_bindgen(js_name = requestCeiling)]
pub fn request_ceiling(job: f64) -> Result<f64, Thrown> {
    Ok(with_request(job, |request| {
        request.max_response_bytes as f64
    })?)
}

fn with_request<R>(job: Handle, read: impl FnOnce(&Request) -> R) -> Result<R, Error> {
    let job = slab::find::<Job>(job)?;
    let request = job.request.borrow();
    match &*request {
        Some((_, request)) => Ok(read(request)),
        None => Err(nothing_sent()),
    }
}

/// Hands a job the answer to its request; `headers` holds names and values in turn.
///
/// # Errors
///
/// When no request is under way.
#[wasm_bindgen]
pub fn resolve(
    job: f64,
    status: u16,
    #[wasm_bindgen(unchecked_param_type = "string[]")] headers: &Array,
    body: &Uint8Array,
    now: f64,
) -> Result<(), Thrown> {
    Ok(settle(job, host::response(status, headers, body), now)?)
}

/// Tells a job why there is no answer: failed (0), redirected (1), timed out (2), too large (3).
///
/// # Errors
///
/// When no request is under way.
#[wasm_bindgen]
pub fn fail(job: f64, reason: u32, now: f64) -> Result<(), Thrown> {
    Ok(settle(job, Err(host::no_answer(reason)), now)?)
}

fn settle(job: Handle, outcome: Outcome, now: f64) -> Result<(), Error> {
    let job = slab::find::<Job>(job)?;
    let (id, _) = job.request.take().ok_or_else(nothing_sent)?;
    job.steps.borrow_mut().resolve(id, outcome, host::tick(now));
    Ok(())
}

fn nothing_sent() -> Error {
    ConfigError::new("job", "has no request under way").into()
}
