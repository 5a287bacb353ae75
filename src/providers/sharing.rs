//! Calls that learn from each other.

use std::cell::RefCell;
use std::rc::Rc;

use crate::api::Answer;
use crate::flow::{Flow, Outcome, RequestId, Step, Tick};

/// A call that brings along what others have learnt.
pub(crate) struct Sharing<F: Flow> {
    pub(crate) flow: F,
    pub(crate) state: Rc<RefCell<F::Shared>>,
}

impl<F: Flow<Output = Answer>> Flow for Sharing<F> {
    type Shared = ();
    type Output = Answer;

    fn step(&mut self, (): &mut (), tick: Tick) -> Step<Answer> {
        self.flow.step(&mut self.state.borrow_mut(), tick)
    }

    fn resolve(&mut self, (): &mut (), id: RequestId, outcome: Outcome, tick: Tick) {
        let state = &mut self.state.borrow_mut();
        self.flow.resolve(state, id, outcome, tick);
    }
}
