//! Which part of the filter a call of the proxy is for.
//!
//! The proxy numbers its contexts: one for each configuration in the worker, which has no parent,
//! and one for each request, whose parent is the configuration that it falls under.
//!
//! Most requests have no body and are decided by their header fields, and nothing is kept of them.
//! The others are kept to their end. Being told of every request that has ended would cost each of
//! them a way into the module; instead, from time to time, the proxy is asked which of those kept
//! are still there, and of the configurations too. A body of which nobody knows is held for ever.

use core::time::Duration;
use std::cell::RefCell;
use std::collections::BTreeMap;

use super::abi::Action;
use super::filter::Filter;
use super::host;
use super::root::Root;
use crate::time::UnixMillis;

/// How long what has ended may be kept, while there is little of it.
const SWEPT_EVERY: Duration = Duration::from_millis(500);

/// So many requests are kept before those that have ended are looked for at once.
const FEW: usize = 256;

/// Everything that the proxy has told this worker of and that may still matter.
struct Contexts {
    /// Few, so that looking through them costs less than a map.
    roots: Vec<(u32, Root)>,
    /// Requests whose header fields have not come, and their parents: hardly ever more than one.
    opened: Vec<(u32, u32)>,
    /// Requests that must not go on, or not yet, or that have more to come.
    kept: BTreeMap<u32, Filter>,
    /// How many requests may be kept before the next look at them.
    room: usize,
    swept: UnixMillis,
}

thread_local! {
    /// A module has one thread, and no call to the proxy calls back here before it returns.
    static CONTEXTS: RefCell<Contexts> = const {
        RefCell::new(Contexts {
            roots: Vec::new(),
            opened: Vec::new(),
            kept: BTreeMap::new(),
            room: FEW,
            swept: UnixMillis::new(0),
        })
    };
}

pub(super) fn create(context: u32, parent: u32) {
    with(|contexts| match parent {
        0 => contexts.roots.push((context, Root::default())),
        _ => {
            contexts.make_room(context);
            contexts.opened.push((context, parent));
        }
    });
}

pub(super) fn configure(context: u32, size: usize) -> bool {
    with(|contexts| {
        let root = contexts.root(context);
        root.is_some_and(|root| root.configure(size))
    })
}

pub(super) fn tick(context: u32) {
    with(|contexts| {
        let Some(now) = contexts.root(context).map(Root::tick) else {
            return;
        };
        if now >= contexts.swept.after(SWEPT_EVERY) {
            contexts.swept = now;
            contexts.sweep();
        }
    });
}

/// The answer to a request that the configuration has sent.
pub(super) fn answered(context: u32, call: u32, fields: usize, size: usize) {
    with(|contexts| {
        let root = contexts.root(context);
        root.map(|root| root.answered(call, fields, size))
    });
}

pub(super) fn headers(context: u32, ends: bool) -> Action {
    with(|contexts| {
        let mut filter = contexts.open(context);
        let action = filter.headers(ends);
        if !(ends && action == Action::Continue) {
            contexts.make_room(context);
            contexts.kept.insert(context, filter);
        }
        action
    })
}

pub(super) fn body(context: u32, size: usize, ends: bool) -> Action {
    more(context, ends, |filter| filter.body(size, ends))
}

pub(super) fn trailers(context: u32) -> Action {
    more(context, true, Filter::trailers)
}

fn with<T>(run: impl FnOnce(&mut Contexts) -> T) -> T {
    CONTEXTS.with_borrow_mut(run)
}

/// More of a request whose header fields have been judged, or the end of it.
fn more(context: u32, ends: bool, run: impl FnOnce(&mut Filter) -> Action) -> Action {
    with(|contexts| {
        let action = contexts.kept.get_mut(&context).map(run);
        if ends && action == Some(Action::Continue) {
            contexts.kept.remove(&context);
        }
        action.unwrap_or(Action::Pause)
    })
}

impl Contexts {
    fn root(&mut self, context: u32) -> Option<&mut Root> {
        let mut roots = self.roots.iter_mut();
        let found = roots.find(|(own, _)| *own == context);
        found.map(|(_, root)| root)
    }

    /// The request under its configuration. A configuration that nobody knows refuses it.
    fn open(&mut self, context: u32) -> Filter {
        let found = self.opened.iter().position(|(own, _)| *own == context);
        let parent = found.map(|at| self.opened.swap_remove(at).1);
        match parent.and_then(|parent| self.root(parent)) {
            Some(root) => root.open(context),
            None => Root::default().open(context),
        }
    }

    /// Sees to it that requests which have ended do not pile up between two ticks. The look costs
    /// as much as has come since the last.
    fn make_room(&mut self, context: u32) {
        if self.opened.len() + self.kept.len() >= self.room {
            self.sweep();
            host::turn_to(context);
        }
    }

    /// Forgets what has ended.
    fn sweep(&mut self) {
        self.opened.retain(|(context, _)| host::turn_to(*context));
        self.kept.retain(|context, _| host::turn_to(*context));
        if self.roots.len() > 1 {
            self.roots.retain(|(context, _)| host::turn_to(*context));
        }
        self.room = FEW.max(2 * (self.opened.len() + self.kept.len()));
    }
}
