//! API calls for JavaScript: what every provider's client has in common.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use super::error::given;
use super::memory;
use super::slab::{self, Object};
use crate::api::{Answer, Body, Page, Walk};
use crate::error::{ConfigError, Error};
use crate::json::Json;

/// Leaves an answer for JavaScript to take: its JSON text, or the JSON text of its media type beside
/// its bytes.
pub(super) fn leave(answer: Answer) -> Result<(), Error> {
    match answer.body {
        Body::Bytes { media_type, bytes } => {
            memory::leave_bytes(Json::from(media_type).to_string(), Some(bytes));
        }
        Body::Empty => memory::leave_bytes(Json::Null.to_string(), None),
        Body::Json(text) => memory::leave_bytes(text, None),
    }
    Ok(())
}

/// Fresh random bits for an idempotency key.
///
/// # Errors
///
/// [`ConfigError`] where the host has no randomness, as Workers have none at global scope.
pub(super) fn entropy() -> Result<u128, ConfigError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|_| ConfigError::new("call", "this host has no randomness outside of requests"))?;
    Ok(u128::from_le_bytes(bytes))
}

/// A walk through the pages of a list.
pub(super) struct Pages(RefCell<Walk>);

impl Object for Pages {}

impl Pages {
    pub(super) fn new(walk: Walk) -> Self {
        Self(RefCell::new(walk))
    }
}

/// Leaves the parameters of the page after the one whose `nextCursor` (JSON text) is read; nothing
/// at the end.
#[wasm_bindgen(js_name = nextPage)]
pub fn next_page(walk: f64, length: usize) -> f64 {
    given(|| {
        let walk = slab::find::<Pages>(walk)?;
        let written = memory::written(length);
        let next = Json::parse(written.fields().text())
            .map_err(|_| ConfigError::new("nextCursor", "is not what a page gave"))?;
        let next = Some(next).filter(|next| !next.is_null());
        let parameters = walk.0.borrow_mut().advance(&Page { next, total: None });
        Ok(parameters.unwrap_or_default())
    })
}
