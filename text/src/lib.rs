//! The two texts that a token is made of, read strictly: base64 and JSON.
//!
//! Every token is walked through several times here, so what every byte passes through is written
//! out wide, in words and vectors, and inlined; that is why this crate is compiled a little less
//! for size than the rest of Countersign. It knows nothing of tokens beyond their letters.

#![forbid(unsafe_code)]

mod base64;
mod bytes;
mod json;
#[cfg(target_feature = "simd128")]
mod lanes;
mod member;
mod number;
#[cfg(test)]
#[allow(dead_code, reason = "some of it is for the tests beside modules")]
#[path = "../tests/support/random.rs"]
mod random;
#[cfg(not(target_feature = "simd128"))]
mod table;

pub use base64::{Base64, NotCanonical, three_segments};
pub use bytes::{fingerprint, plain_run, same};
pub use json::{MAX_DEPTH, NotStrict, Object, Reader, Value};
pub use member::repeated;
pub use number::to_f64;
