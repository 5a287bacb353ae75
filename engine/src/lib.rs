//! Verify-only signature arithmetic.
#![no_std]
#![deny(unsafe_code)]

extern crate alloc;

pub mod ed25519;
mod error;
mod inversion;
mod sha2;
mod tables;

pub use error::{InvalidSignature, KeyError};
pub use tables::TableStore;
