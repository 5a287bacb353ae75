//! How values cross the border: in through one room of the module's memory, out as numbers, a
//! text and bytes, each of which stays until a call leaves another one.

use std::cell::{Cell, RefCell};

use wasm_bindgen::prelude::*;

use super::fields::Fields;
use crate::jwt::{Decoded, Verified};

/// Room for a token of the greatest length (16 KiB) with its scheme, and for most deliveries.
const LEAST_ROOM: usize = 32 << 10;

thread_local! {
    static ROOM: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static REPORT: Cell<[f64; 7]> = const { Cell::new([0.0; 7]) };
    static TEXT: RefCell<String> = const { RefCell::new(String::new()) };
    static BYTES: Cell<Option<Vec<u8>>> = const { Cell::new(None) };
    static TOKEN: RefCell<Option<Token>> = const { RefCell::new(None) };
    /// The number of the last token's header.
    static HEADER: Cell<f64> = const { Cell::new(0.0) };
}

/// Makes room for so many bytes at least, and says where JavaScript may write them. It is kept, so
/// there is no need to ask again for what is not longer.
#[wasm_bindgen]
pub fn room(length: usize) -> usize {
    let mut room = ROOM.take();
    if room.len() < length {
        room.resize(length.max(LEAST_ROOM), 0);
    }
    let at = room.as_ptr() as usize;
    ROOM.set(room);
    at
}

/// What JavaScript has written into the room; wiped when dropped.
pub(super) struct Written {
    room: Vec<u8>,
    length: usize,
}

/// Takes what JavaScript has written, so many bytes.
pub(super) fn written(length: usize) -> Written {
    let room = ROOM.take();
    Written { room, length }
}

impl Written {
    /// Whether it did fit. It did not where no room was made for it, which is so for tokens.
    pub(super) fn is_whole(&self) -> bool {
        self.length <= self.room.len()
    }

    /// All of it; nothing where it did not fit.
    #[inline(never)]
    pub(super) fn bytes(&self) -> &[u8] {
        self.room.get(..self.length).unwrap_or_default()
    }

    /// The values in it.
    pub(super) fn fields(&self) -> Fields<'_> {
        Fields(self.bytes())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let mut room = core::mem::take(&mut self.room);
        room.get_mut(..self.length).unwrap_or_default().fill(0);
        ROOM.set(room);
    }
}

/// Leaves a text for JavaScript to take.
pub(super) fn leave_text(text: String) {
    TEXT.set(text);
}

/// Leaves a text with bytes, where there are any.
pub(super) fn leave_bytes(text: String, bytes: Option<Vec<u8>>) {
    TEXT.set(text);
    BYTES.set(bytes);
}

/// Takes the text that the last call has left; empty where it left none.
#[wasm_bindgen]
pub fn text() -> String {
    TEXT.take()
}

/// Takes the bytes that the last call has left beside its text.
#[wasm_bindgen]
pub fn bytes() -> Option<Vec<u8>> {
    BYTES.take()
}

/// Leaves numbers for JavaScript to read.
pub(super) fn leave_report(report: [f64; 7]) {
    REPORT.set(report);
}

/// Leaves numbers, and texts in a row for JavaScript to read where they stand, of which the first
/// number says where that is.
pub(super) fn leave_texts(texts: [Option<&str>; 3], mut report: [f64; 7]) {
    TEXT.with_borrow_mut(|all| {
        all.clear();
        texts
            .into_iter()
            .flatten()
            .for_each(|text| all.push_str(text));
        report[0] = all.as_ptr() as usize as f64;
    });
    REPORT.set(report);
}

/// Where seven numbers say what the last token, delivery or request was.
///
/// Of a token that was verified or decoded: where its payload begins, how many bytes it has, the
/// same of its header, the header's number, which is the last one's where it is the same header,
/// and the number under which the verifier has recalled the token, 0 where it was verified anew.
///
/// Of a delivery that verified: where its texts are, the lengths of its id, its kind and its replay
/// key there in a row (-1 for none), its timestamp in milliseconds (-1 for none), which secret
/// signed, and how many seconds a replay store is to remember it (-1 where there is none).
///
/// Of a request to be sent: its deadline in milliseconds, and how many bytes may be read.
#[wasm_bindgen]
pub fn report() -> usize {
    REPORT.with(Cell::as_ptr) as usize
}

/// The last token that was verified or decoded, kept for JavaScript to read where it stands.
pub(super) enum Token {
    Decoded(Decoded),
    Verified(Verified),
}

impl Token {
    fn parts(&self) -> [&[u8]; 2] {
        match self {
            Self::Decoded(decoded) => [&decoded.payload, &decoded.header],
            Self::Verified(verified) => [verified.payload(), verified.header()],
        }
    }

    fn shares_header(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Verified(one), Self::Verified(other)) => one.shares_header(other),
            _ => false,
        }
    }

    fn recalled_as(&self) -> u64 {
        match self {
            Self::Decoded(_) => 0,
            Self::Verified(verified) => verified.recalled_as(),
        }
    }
}

/// Leaves a token for JavaScript to read.
pub(super) fn leave_token(token: Token) {
    TOKEN.with_borrow_mut(|last| {
        let is_same = |last: &Token| last.shares_header(&token);
        if !last.as_ref().is_some_and(is_same) {
            HEADER.set(HEADER.get() + 1.0);
        }
        let [payload, header] = token
            .parts()
            .map(|part| [part.as_ptr() as usize as f64, part.len() as f64]);
        let recalled_as = token.recalled_as() as f64;
        REPORT.set([
            payload[0],
            payload[1],
            header[0],
            header[1],
            HEADER.get(),
            recalled_as,
            0.0,
        ]);
        *last = Some(token);
    });
}

/// The module's memory, of which JavaScript keeps a view. (`memory` itself is the name under
/// which the module exports it.)
#[wasm_bindgen(js_name = linearMemory)]
pub fn linear_memory() -> JsValue {
    wasm_bindgen::memory()
}
