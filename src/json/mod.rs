//! JSON: a strict reader for tokens, and a tree for everything else.
//!
//! Tokens are judged from their bytes: [`Object::parse`] walks the text once, checks all of it
//! and remembers where each top-level member lies. What passes there, every host's own
//! `JSON.parse` accepts with the same meaning; what two parsers might read differently is
//! refused:
//!
//! - anything but one object (RFC 8259 §2), text around it, a byte order mark;
//! - duplicate members at the top level, compared after unescaping (RFC 7515 §4, RFC 7519 §4);
//! - text that is not UTF-8, escapes that form a lone surrogate (RFC 8259 §8.2);
//! - numbers beyond the range of a double;
//! - more than [`MAX_DEPTH`] levels of nesting. The walk is a loop, so depth costs no stack.
//!
//! Options, answers of APIs and events become a tree, [`Json`]. It keeps the order of members
//! and the spelling of numbers, so that what is handed on says what was received.

#[cfg(test)]
#[allow(dead_code, reason = "most of it is for the tests beside modules")]
#[path = "../../tests/support/random.rs"]
mod random;
mod tree;

pub use countersign_text::{MAX_DEPTH, NotStrict, Object, Value};
pub(crate) use countersign_text::{Reader, repeated, to_f64};
#[cfg(test)]
pub(crate) use tree::json;
pub use tree::{Json, Members};
