//! One request on its way through the proxy.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::abi::Action;
use super::answer::Answer;
use super::gate::{Decision, Gate};
use super::host::{self, HostClock};
use super::receiving::Receiving;
use super::root::{Parking, Worker};
use crate::time::UnixMillis;

/// The context of one request.
pub(super) struct Filter {
    context: u32,
    worker: Rc<RefCell<Worker>>,
    state: State,
}

enum State {
    /// It waits for keys, and the root will end that.
    Parked(Rc<Cell<Hold>>),
    /// Its body is on its way in.
    Receiving(Box<Receiving>),
    /// It has been decided.
    Settled(Hold),
}

/// What happens to the parts of a request that are still coming.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// They go on.
    Released,
    /// It was answered: they are kept from the service.
    Refused,
    /// They are held back. A part that went on would take the headers with it.
    Waiting,
}

impl Filter {
    pub(super) fn new(context: u32, worker: Rc<RefCell<Worker>>) -> Self {
        Self {
            context,
            worker,
            state: State::Settled(Hold::Refused),
        }
    }

    /// Judges the header fields, which may be the whole request.
    pub(super) fn headers(&mut self, ends: bool) -> Action {
        match self.decide() {
            Some(Decision::Pass(edits)) => {
                host::edit(&edits);
                self.state = State::Settled(Hold::Released);
            }
            Some(Decision::Refuse(answer)) => {
                host::answer(&answer);
                self.state = State::Settled(Hold::Refused);
            }
            Some(Decision::Receive(receiving)) => {
                self.state = State::Receiving(receiving);
                if ends {
                    return self.body(0, true);
                }
            }
            Some(Decision::Park(_)) | None => {}
        }
        match (&self.state, self.hold()) {
            // A body of any size can wait with it.
            (State::Parked(_), Action::Pause) => Action::PauseAll,
            (_, action) => action,
        }
    }

    /// Reads what is new of the body and, at its end, judges it.
    pub(super) fn body(&mut self, size: usize, ends: bool) -> Action {
        let State::Receiving(receiving) = &mut self.state else {
            return self.hold();
        };
        let mut worker = self.worker.borrow_mut();
        let Some(gate) = worker.gate.as_mut() else {
            return Action::Pause;
        };
        // While the proxy holds the body back, the size counts all of it so far.
        let verdict = match (host::body(receiving.fed(), size), ends) {
            (None, _) => Err(receiving.lose(&mut gate.court)),
            (Some(piece), true) => receiving.finish(&piece, &mut gate.court),
            (Some(piece), false) => match receiving.feed(&piece, &mut gate.court) {
                Ok(()) => return Action::Pause,
                Err(answer) => Err(answer),
            },
        };
        match verdict {
            Ok(edits) => {
                host::edit(&edits);
                self.state = State::Settled(Hold::Released);
            }
            Err(answer) => {
                host::answer(&answer);
                self.state = State::Settled(Hold::Refused);
            }
        }
        self.hold()
    }

    /// The end of a body that trailers follow.
    pub(super) fn trailers(&mut self) -> Action {
        self.clean_trailers();
        let size = match &self.state {
            State::Receiving(receiving) => receiving.fed(),
            _ => 0,
        };
        self.body(size, true)
    }

    /// What a client sends under the filter's names goes on in no place: a server may take trailers
    /// for header fields.
    fn clean_trailers(&self) {
        let worker = self.worker.borrow();
        if let Some(gate) = &worker.gate {
            host::remove_trailers(&gate.court.headers.spoofed(&host::trailers()));
        }
    }

    /// Decides, where that can be done now; a request that waits is with the worker.
    fn decide(&mut self) -> Option<Decision> {
        let mut worker = self.worker.borrow_mut();
        let looked = worker.looked;
        match worker.gate.as_mut().map(|gate| decide(gate, looked)) {
            Some(Decision::Park(parked)) => match worker.park(self.context, *parked, host::now()) {
                Parking::Decided(decision) => Some(decision),
                Parking::Waits(hold) => {
                    self.state = State::Parked(hold);
                    None
                }
            },
            Some(decision) => Some(decision),
            // A filter without configuration does not run: the proxy refuses to load it.
            None => Some(Decision::Refuse(Answer::to_unmatched())),
        }
    }

    fn hold(&self) -> Action {
        let hold = match &self.state {
            State::Parked(hold) => hold.get(),
            State::Receiving(_) => Hold::Waiting,
            State::Settled(hold) => *hold,
        };
        match hold {
            Hold::Released => Action::Continue,
            Hold::Refused | Hold::Waiting => Action::Pause,
        }
    }
}

fn decide(gate: &mut Gate, looked: Option<UnixMillis>) -> Decision {
    let metadata = gate.policy_metadata();
    let policy = metadata.and_then(|at| host::route_metadata(&at.namespace, &at.key));
    gate.decide(&host::request(), policy.as_deref(), HostClock { looked })
}

impl Drop for Filter {
    fn drop(&mut self) {
        if matches!(self.state, State::Parked(_))
            && let Ok(mut worker) = self.worker.try_borrow_mut()
        {
            worker.forget(self.context);
        }
    }
}
