//! One worker's share of the filter: configuration, keys, waiting requests, metrics.

use core::time::Duration;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::answer::Answer;
use super::background::Background;
use super::filter::{Filter, Hold};
use super::gate::{Decision, Gate};
use super::host::{self, Envoy};
use super::outbox::Outbox;
use super::parked::{MAX_PARKED, Parked, Progress};
use crate::time::UnixMillis;

/// The first look for keys: a configuration comes before the proxy's clusters are ready.
const FIRST_LOOK: Duration = Duration::from_millis(20);

/// As soon as the proxy's event loop comes round again.
const AT_ONCE: Duration = Duration::from_millis(1);

/// How often the root looks around while something is on its way.
const BUSY: Duration = Duration::from_millis(10);

/// How often it looks for others' keys, for keys that are due, and tells its counts.
const IDLE: Duration = Duration::from_millis(500);

/// What the root and its requests share. One worker is one thread, and no call to the proxy
/// calls back before it returns, so a borrow never meets another.
#[derive(Default)]
pub(super) struct Worker {
    pub(super) gate: Option<Gate>,
    outbox: Outbox,
    background: Background,
    /// At most [`MAX_PARKED`].
    parked: Vec<Waiting>,
    /// Names that the proxy has been told, with its numbers for them.
    metrics: Vec<(String, u32)>,
    /// When it last looked around.
    pub(super) looked: Option<UnixMillis>,
    period: Duration,
}

/// A request that waits, and the word to its context how it ended.
struct Waiting {
    context: u32,
    parked: Parked,
    hold: Rc<Cell<Hold>>,
}

/// A request that was to wait.
pub(super) enum Parking {
    Decided(Decision),
    Waits(Rc<Cell<Hold>>),
}

/// A request that waits no longer.
struct Settled {
    context: u32,
    decision: Decision,
    hold: Rc<Cell<Hold>>,
}

/// The root context.
#[derive(Default)]
pub(super) struct Root {
    worker: Rc<RefCell<Worker>>,
}

impl Worker {
    /// Lets a request wait for keys, unless a look around brings them at once.
    pub(super) fn park(&mut self, context: u32, mut parked: Parked, now: UnixMillis) -> Parking {
        let Some(gate) = self.gate.as_mut() else {
            return Parking::Decided(Decision::Refuse(Answer::to_unmatched()));
        };
        if self.parked.len() >= MAX_PARKED {
            return Parking::Decided(parked.give_up(&mut gate.court));
        }
        self.outbox.listen(&mut gate.court, &mut Envoy, now);
        if let Progress::Decided(decision) = self.advance(&mut parked, now) {
            return Parking::Decided(decision);
        }
        let hold = Rc::new(Cell::new(Hold::Waiting));
        self.parked.push(Waiting {
            context,
            parked,
            hold: hold.clone(),
        });
        // The root sends the request, as its answer must find somebody when this one is gone.
        self.wake(AT_ONCE);
        Parking::Waits(hold)
    }

    pub(super) fn forget(&mut self, context: u32) {
        self.parked.retain(|waiting| waiting.context != context);
    }

    fn advance(&mut self, parked: &mut Parked, now: UnixMillis) -> Progress {
        let Some(gate) = self.gate.as_mut() else {
            return Progress::Waits;
        };
        match parked.advance(&mut gate.court, now) {
            Progress::Fetch(provider, id, request) => {
                self.outbox
                    .push(&mut gate.court, (provider, id, request), now);
                Progress::Waits
            }
            progress => progress,
        }
    }

    /// Looks around once: others' keys, keys that are due, answers, waiting requests.
    fn look(&mut self, now: UnixMillis) -> Vec<Settled> {
        self.looked = Some(now);
        let Some(gate) = self.gate.as_mut() else {
            return Vec::new();
        };
        self.outbox.listen(&mut gate.court, &mut Envoy, now);
        self.background.run(&mut gate.court, &mut self.outbox, now);
        self.outbox.pump(&mut gate.court, &mut Envoy, now);
        self.settled(now)
    }

    /// Takes out the requests that wait no longer.
    fn settled(&mut self, now: UnixMillis) -> Vec<Settled> {
        let mut settled = Vec::new();
        for mut waiting in core::mem::take(&mut self.parked) {
            match self.advance(&mut waiting.parked, now) {
                Progress::Decided(decision) => settled.push(Settled {
                    context: waiting.context,
                    decision,
                    hold: waiting.hold,
                }),
                Progress::Fetch(..) | Progress::Waits => self.parked.push(waiting),
            }
        }
        settled
    }

    /// Goes on after an answer without waiting for the next look: discovery asks for the keys,
    /// and requests that have theirs go.
    fn go_on(&mut self, now: UnixMillis) -> Vec<Settled> {
        let settled = self.settled(now);
        if let Some(gate) = self.gate.as_mut() {
            self.background.run(&mut gate.court, &mut self.outbox, now);
            self.outbox.pump(&mut gate.court, &mut Envoy, now);
        }
        settled
    }

    fn tell_counts(&mut self) {
        let counts = self.gate.as_mut().map(|gate| gate.court.take_counts());
        for (name, count) in counts.unwrap_or_default() {
            let metric = match self.metrics.iter().find(|(own, _)| *own == name) {
                Some((_, metric)) => *metric,
                None => {
                    let metric = host::define_counter(&name);
                    self.metrics.push((name, metric));
                    metric
                }
            };
            host::count(metric, count);
        }
    }

    fn rest(&mut self) {
        let busy = !(self.parked.is_empty() && self.outbox.is_empty() && self.background.is_idle());
        self.wake(if busy { BUSY } else { IDLE });
    }

    fn wake(&mut self, period: Duration) {
        if self.period != period {
            self.period = period;
            host::wake_after(period);
        }
    }
}

impl Root {
    /// A new request that falls under this configuration.
    pub(super) fn open(&self, context: u32) -> Filter {
        Filter::new(context, self.worker.clone())
    }

    /// Reads the configuration, of which the proxy has told the size; whether it can be used.
    pub(super) fn configure(&mut self, size: usize) -> bool {
        match Gate::configure(&host::configuration(size)) {
            Ok(gate) => {
                let mut worker = self.worker.borrow_mut();
                *worker = Worker {
                    gate: Some(gate),
                    ..Worker::default()
                };
                worker.wake(FIRST_LOOK);
                true
            }
            Err(error) => {
                host::log(&format!("countersign: configuration: {error}"));
                false
            }
        }
    }

    /// Looks around; gives the time.
    pub(super) fn tick(&mut self) -> UnixMillis {
        let now = host::now();
        let settled = {
            let mut worker = self.worker.borrow_mut();
            let settled = worker.look(now);
            worker.tell_counts();
            worker.rest();
            settled
        };
        release(settled);
        now
    }

    /// Takes the answer to a request for keys.
    pub(super) fn answered(&mut self, call: u32, fields: usize, size: usize) {
        let now = host::now();
        let settled = {
            let mut worker = self.worker.borrow_mut();
            let Worker { gate, outbox, .. } = &mut *worker;
            let (Some(gate), Some(ceiling)) = (gate.as_mut(), outbox.ceiling(call)) else {
                return;
            };
            let outcome = host::outcome(fields, size, ceiling);
            outbox.answered(call, outcome, &mut gate.court, &mut Envoy, now);
            worker.go_on(now)
        };
        release(settled);
    }
}

/// Lets requests that wait no longer go, each in its own context.
fn release(settled: Vec<Settled>) {
    for request in settled {
        if !host::turn_to(request.context) {
            continue;
        }
        match request.decision {
            Decision::Pass(edits) => {
                host::edit(&edits);
                request.hold.set(Hold::Released);
                host::resume();
            }
            Decision::Refuse(answer) => {
                request.hold.set(Hold::Refused);
                host::answer(&answer);
            }
            // A demand for a token never ends in these.
            Decision::Park(_) | Decision::Receive(_) => {}
        }
    }
}
