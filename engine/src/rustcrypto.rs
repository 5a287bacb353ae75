//! The RustCrypto crates behind the crate's own functions.
//!
//! Their private-key operations are not reachable from here. Where one of them
//! is laxer than [`crate`] promises (point encodings, lengths), the check
//! stands in these files.

pub mod ecdsa;
pub mod ed25519;
pub mod hmac;
pub mod rsa;
pub mod sha2;
mod tables;

pub use tables::TableStore;
