//! The objects that JavaScript knows by number.
//!
//! A handle is never given out twice, so one that is stale finds nothing instead of another
//! object. Objects are taken by reference count and not lent out of the slab: no borrow
//! outlives a lookup, and a call that comes in while another one runs cannot find the slab locked.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::error::{ConfigError, Error};

/// What JavaScript holds. A double, because it counts exactly up to 2^53.
pub(super) type Handle = f64;

/// Anything that JavaScript may hold, behind one type so that one `free` serves all.
pub(super) trait Object: 'static {}

thread_local! {
    static SLAB: RefCell<Slab> = const { RefCell::new(Slab { last: 0, objects: BTreeMap::new() }) };
}

struct Slab {
    last: u64,
    objects: BTreeMap<u64, Rc<dyn std::any::Any>>,
}

/// Keeps an object and gives its handle.
pub(super) fn keep<T: Object>(object: T) -> Handle {
    SLAB.with_borrow_mut(|slab| {
        slab.last += 1;
        slab.objects.insert(slab.last, Rc::new(object));
        slab.last as Handle
    })
}

/// The object behind a handle.
///
/// # Errors
///
/// [`ConfigError`] when there is none of this kind.
pub(super) fn find<T: Object>(handle: Handle) -> Result<Rc<T>, Error> {
    SLAB.with_borrow(|slab| slab.objects.get(&(handle as u64)).cloned())
        .and_then(|object| object.downcast().ok())
        .ok_or_else(|| ConfigError::new("handle", "names no object of this instance").into())
}

/// Drops an object; one that is not there is none to drop.
#[wasm_bindgen]
pub fn free(handle: f64) {
    // The object is dropped after the slab is free again.
    let dropped = SLAB.with_borrow_mut(|slab| slab.objects.remove(&(handle as u64)));
    drop(dropped);
}
