//! Verify-only signature arithmetic.

#![no_std]
#![deny(unsafe_code)]

extern crate alloc;

mod error;
mod inversion;
mod tables;

pub mod ecdsa;

pub use error::{InvalidSignature, KeyError};
pub use tables::TableStore;
