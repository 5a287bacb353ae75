//! Which part of the filter a call of the proxy is for.
//!
//! The proxy numbers its contexts: one for each configuration in the worker, which has no parent,
//! and one for each request, whose parent is the configuration that it falls under.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::abi::Action;
use super::filter::Filter;
use super::root::Root;

/// Everything that the proxy has told this worker of and has not ended.
struct Contexts {
    /// Few, so that looking through them costs less than a map.
    roots: Vec<(u32, Root)>,
    streams: BTreeMap<u32, Filter>,
}

thread_local! {
    /// A module has one thread, and no call to the proxy calls back here before it returns.
    static CONTEXTS: RefCell<Contexts> = const {
        RefCell::new(Contexts {
            roots: Vec::new(),
            streams: BTreeMap::new(),
        })
    };
}

pub(super) fn create(context: u32, parent: u32) {
    with(|contexts| {
        if parent == 0 {
            contexts.roots.push((context, Root::default()));
        } else if let Some(filter) = contexts.root(parent).map(|root| root.open(context)) {
            contexts.streams.insert(context, filter);
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
    with(|contexts| contexts.root(context).map(Root::tick));
}

/// The answer to a request that the configuration has sent.
pub(super) fn answered(context: u32, call: u32, fields: usize, size: usize) {
    with(|contexts| {
        let root = contexts.root(context);
        root.map(|root| root.answered(call, fields, size))
    });
}

pub(super) fn headers(context: u32, ends: bool) -> Action {
    on(context, |filter| filter.headers(ends))
}

pub(super) fn body(context: u32, size: usize, ends: bool) -> Action {
    on(context, |filter| filter.body(size, ends))
}

pub(super) fn trailers(context: u32) -> Action {
    on(context, Filter::trailers)
}

pub(super) fn delete(context: u32) {
    with(|contexts| {
        if contexts.streams.remove(&context).is_none() {
            contexts.roots.retain(|(own, _)| *own != context);
        }
    });
}

fn with<T>(run: impl FnOnce(&mut Contexts) -> T) -> T {
    CONTEXTS.with_borrow_mut(run)
}

/// A request that nobody has opened is held for ever.
fn on(context: u32, run: impl FnOnce(&mut Filter) -> Action) -> Action {
    with(|contexts| {
        let filter = contexts.streams.get_mut(&context);
        filter.map_or(Action::Pause, run)
    })
}

impl Contexts {
    fn root(&mut self, context: u32) -> Option<&mut Root> {
        let mut roots = self.roots.iter_mut();
        let found = roots.find(|(own, _)| *own == context);
        found.map(|(_, root)| root)
    }
}
