//! The two texts that a token is made of, read strictly: base64 and JSON.
//!
//! Every token is walked through several times here, so this crate is compiled for speed while
//! the rest of Countersign is compiled for size. It knows nothing of tokens beyond their letters.

#![forbid(unsafe_code)]

mod base64;
mod bytes;
mod json;
mod number;

pub use base64::{Base64, NotCanonical, dots_among_letters};
pub use bytes::{fingerprint, plain_run, same};
pub use json::{MAX_DEPTH, NotStrict, Object, Reader, Value, repeated};
pub use number::to_f64;
