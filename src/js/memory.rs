//! How texts cross the border: in through one static buffer, out by pointer and length.

use std::cell::{Cell, RefCell};

use wasm_bindgen::prelude::*;

use crate::error::{Error, TokenError};
use crate::jwt::{Decoded, Verified};

/// Room for a token of the greatest length (16 KiB) with its scheme, and for a piece of a body.
const CAPACITY: usize = 32 * 1024;

thread_local! {
    static INPUT: RefCell<Box<[u8]>> = RefCell::new(vec![0; CAPACITY].into_boxed_slice());
    static OUTPUT: RefCell<Option<Output>> = const { RefCell::new(None) };
    static PLACES: Cell<[u32; 7]> = const { Cell::new([0; 7]) };
}

/// The last token that was verified or decoded.
enum Output {
    Decoded(Decoded),
    /// With what a provider makes of the payload, as JSON text.
    Verified(Verified, String),
}

impl Output {
    fn payload(&self) -> &[u8] {
        match self {
            Self::Decoded(decoded) => &decoded.payload,
            Self::Verified(verified, _) => verified.payload(),
        }
    }

    fn recalled_as(&self) -> u64 {
        match self {
            Self::Decoded(_) => 0,
            Self::Verified(verified, _) => verified.recalled_as(),
        }
    }

    fn shares_header(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Verified(one, _), Self::Verified(other, _)) => one.shares_header(other),
            _ => false,
        }
    }

    fn header(&self) -> &[u8] {
        match self {
            Self::Decoded(decoded) => &decoded.header,
            Self::Verified(verified, _) => verified.header(),
        }
    }
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

/// Leaves a verified token for JavaScript to read.
pub(super) fn leave(verified: Verified, user: String) {
    leave_output(Output::Verified(verified, user));
}

/// Leaves a decoded token for JavaScript to read.
pub(super) fn leave_decoded(decoded: Decoded) {
    leave_output(Output::Decoded(decoded));
}

fn leave_output(output: Output) {
    let parts = [output.payload(), output.header()];
    let [payload, header] = parts.map(|part| [part.as_ptr() as u32, part.len() as u32]);
    let recalled_as = output.recalled_as();
    OUTPUT.with_borrow_mut(|last| {
        let same = last
            .as_ref()
            .is_some_and(|last| last.shares_header(&output));
        let [_, _, _, _, number, ..] = PLACES.get();
        let number = if same { number } else { number.wrapping_add(1) };
        let (low, high) = (recalled_as as u32, (recalled_as >> 32) as u32);
        PLACES.set([
            payload[0], payload[1], header[0], header[1], number, low, high,
        ]);
        *last = Some(output);
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

/// Where seven numbers of 32 bits say where the last token's parts are: where the payload begins,
/// how many bytes it has, the same of the header, the header's number, which is the last one's
/// where it is the same header, and in two halves the number under which the verifier has recalled
/// the token, 0 where it was verified anew.
#[wasm_bindgen(js_name = placesPointer)]
pub fn places_pointer() -> usize {
    PLACES.with(|places| places.as_ptr() as usize)
}

/// The user that the last token describes, as JSON text; empty where no provider reads it.
#[wasm_bindgen(js_name = userJson)]
pub fn user_json() -> String {
    OUTPUT.with_borrow(|output| match output {
        Some(Output::Verified(_, user)) => user.clone(),
        _ => String::new(),
    })
}
