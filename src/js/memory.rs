//! How texts cross the border: in through one static buffer, out by pointer and length.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::error::{Error, TokenError};

/// Room for a token of the greatest length (16 KiB) with its scheme, and for a piece of a body.
const CAPACITY: usize = 32 * 1024;

thread_local! {
    static INPUT: RefCell<Box<[u8]>> = RefCell::new(vec![0; CAPACITY].into_boxed_slice());
    static OUTPUT: RefCell<Output> = const { RefCell::new(Output { payload: Vec::new(), header: Vec::new(), user: String::new() }) };
}

/// The last token that was verified or decoded.
#[derive(Default)]
struct Output {
    payload: Vec<u8>,
    header: Vec<u8>,
    /// What a provider makes of the payload, as JSON text.
    user: String,
}

/// Lends the text that JavaScript has written, then wipes it.
///
/// # Errors
///
/// `ERR_TOKEN_TOO_LARGE` when it did not fit.
pub(super) fn read_input<R>(length: usize, read: impl FnOnce(&[u8]) -> R) -> Result<R, Error> {
    INPUT.with_borrow_mut(|input| {
        let text = input.get_mut(..length).ok_or(TokenError::TooLarge)?;
        let result = read(text);
        text.fill(0);
        Ok(result)
    })
}

/// Leaves a token's parts for JavaScript to read.
pub(super) fn leave(payload: Vec<u8>, header: Vec<u8>, user: String) {
    OUTPUT.set(Output {
        payload,
        header,
        user,
    });
}

/// The module's memory, of which JavaScript keeps a view. (`memory` itself is the name under
/// which the module exports it.)
#[wasm_bindgen(js_name = linearMemory)]
pub fn linear_memory() -> JsValue {
    wasm_bindgen::memory()
}

/// Where the input buffer begins.
#[wasm_bindgen(js_name = inputPointer)]
pub fn input_pointer() -> usize {
    INPUT.with_borrow(|input| input.as_ptr() as usize)
}

/// How many bytes the input buffer takes.
#[wasm_bindgen(js_name = inputCapacity)]
pub fn input_capacity() -> usize {
    CAPACITY
}

/// Where the last payload begins.
#[wasm_bindgen(js_name = payloadPointer)]
pub fn payload_pointer() -> usize {
    OUTPUT.with_borrow(|output| output.payload.as_ptr() as usize)
}

/// How many bytes the last payload has.
#[wasm_bindgen(js_name = payloadLength)]
pub fn payload_length() -> usize {
    OUTPUT.with_borrow(|output| output.payload.len())
}

/// Where the last header begins.
#[wasm_bindgen(js_name = headerPointer)]
pub fn header_pointer() -> usize {
    OUTPUT.with_borrow(|output| output.header.as_ptr() as usize)
}

/// How many bytes the last header has.
#[wasm_bindgen(js_name = headerLength)]
pub fn header_length() -> usize {
    OUTPUT.with_borrow(|output| output.header.len())
}

/// The user that the last token describes, as JSON text; empty where no provider reads it.
#[wasm_bindgen(js_name = userJson)]
pub fn user_json() -> String {
    OUTPUT.with_borrow(|output| output.user.clone())
}
