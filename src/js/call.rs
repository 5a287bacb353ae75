//! API calls for JavaScript: what every provider's client has in common.

use std::cell::RefCell;

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use super::error::Thrown;
use super::slab::{self, Object};
use crate::api::{Answer, Body, Page, Walk};
use crate::error::{ConfigError, Error};
use crate::json::Json;

thread_local! {
    /// The answer of the job that was over last, until the façade takes it.
    static ANSWER: RefCell<Option<Answer>> = const { RefCell::new(None) };
}

/// Leaves an answer for JavaScript to take.
pub(super) fn leave(answer: Answer) -> Result<(), Error> {
    ANSWER.set(Some(answer));
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

/// The answer's JSON text; nothing where it is bytes.
#[wasm_bindgen(js_name = answerJson)]
pub fn answer_json() -> Option<String> {
    ANSWER.with_borrow(|answer| answer.as_ref()?.json().map(str::to_owned))
}

/// The answer's bytes; nothing where it is JSON.
#[wasm_bindgen(js_name = answerBytes)]
pub fn answer_bytes() -> Option<Uint8Array> {
    ANSWER.with_borrow(|answer| match &answer.as_ref()?.body {
        Body::Bytes { bytes, .. } => Some(Uint8Array::from(bytes.as_slice())),
        _ => None,
    })
}

/// The media type of the answer's bytes.
#[wasm_bindgen(js_name = answerMediaType)]
pub fn answer_media_type() -> Option<String> {
    ANSWER.with_borrow(|answer| match &answer.as_ref()?.body {
        Body::Bytes { media_type, .. } => media_type.clone(),
        _ => None,
    })
}

/// Forgets the answer.
#[wasm_bindgen(js_name = dropAnswer)]
pub fn drop_answer() {
    ANSWER.set(None);
}

/// A walk through the pages of a list.
pub(super) struct Pages(RefCell<Walk>);

impl Object for Pages {}

impl Pages {
    pub(super) fn new(walk: Walk) -> Self {
        Self(RefCell::new(walk))
    }
}

/// The parameters of the page after the one whose `nextCursor` (JSON text) is given; nothing
/// at the end.
///
/// # Errors
///
/// When there is no such walk.
#[wasm_bindgen(js_name = nextPage)]
pub fn next_page(walk: f64, next_cursor: &str) -> Result<Option<String>, Thrown> {
    let walk = slab::find::<Pages>(walk)?;
    let next = Json::parse(next_cursor)
        .map_err(|_| ConfigError::new("nextCursor", "is not what a page gave"))?;
    let next = Some(next).filter(|next| !next.is_null());
    let parameters = walk.0.borrow_mut().advance(&Page { next, total: None });
    Ok(parameters)
}
