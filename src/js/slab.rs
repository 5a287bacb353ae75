//! The objects that JavaScript knows by number.
//!
//! A handle is never given out twice, so one that is stale finds nothing instead of another
//! object. Objects are taken by reference count and not lent out of the slab: no borrow
//! outlives a lookup, and a call that comes in while another one runs cannot find the slab locked.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::error::{ConfigError, Error};

/// What JavaScript holds. A double, because it counts exactly up to 2^53.
pub(super) type Handle = f64;

/// Anything that JavaScript may hold, behind one type so that one `free` serves all.
pub(super) trait Object: 'static {}

thread_local! {
    static SLAB: RefCell<Slab> = const { RefCell::new(Slab { places: Vec::new(), empty: Vec::new() }) };
}

/// Places for objects. A handle is the place's number and how often it was taken before.
struct Slab {
    places: Vec<Place>,
    /// The numbers of empty places.
    empty: Vec<usize>,
}

#[derive(Default)]
struct Place {
    taken: u32,
    object: Option<Rc<dyn std::any::Any>>,
}

/// More objects than a module's memory can hold. With as many turns of each place, a handle
/// stays below 2^53.
const PLACES: u64 = 1 << 26;
const TURNS: u32 = 1 << 26;

impl Slab {
    fn place(&mut self, handle: Handle) -> Option<&mut Place> {
        let (taken, at) = (handle as u64 / PLACES, handle as u64 % PLACES);
        let place = self.places.get_mut(at as usize)?;
        (u64::from(place.taken) == taken).then_some(place)
    }
}

/// Keeps an object and gives its handle.
pub(super) fn keep<T: Object>(object: T) -> Handle {
    keep_any(Rc::new(object))
}

fn keep_any(object: Rc<dyn std::any::Any>) -> Handle {
    SLAB.with_borrow_mut(|slab| {
        let at = slab.empty.pop().unwrap_or(slab.places.len());
        if at == slab.places.len() {
            slab.places.push(Place::default());
        }
        let Some(place) = slab.places.get_mut(at) else {
            return 0.0;
        };
        place.taken += 1;
        place.object = Some(object);
        (u64::from(place.taken) * PLACES + at as u64) as Handle
    })
}

/// The object behind a handle.
///
/// # Errors
///
/// [`ConfigError`] when there is none of this kind.
pub(super) fn find<T: Object>(handle: Handle) -> Result<Rc<T>, Error> {
    find_any(handle)
        .and_then(|object| object.downcast().ok())
        .ok_or_else(|| ConfigError::new("handle", "names no object of this instance").into())
}

fn find_any(handle: Handle) -> Option<Rc<dyn std::any::Any>> {
    SLAB.with_borrow_mut(|slab| slab.place(handle)?.object.clone())
}

/// Drops an object; one that is not there is none to drop.
#[wasm_bindgen]
pub fn free(handle: f64) {
    let dropped = SLAB.with_borrow_mut(|slab| {
        let place = slab.place(handle)?;
        let dropped = place.object.take()?;
        // A place that could repeat a handle is given up.
        if place.taken < TURNS {
            slab.empty.push((handle as u64 % PLACES) as usize);
        }
        Some(dropped)
    });
    // Only now, for the object may hold others: the slab is free again.
    drop(dropped);
}
