//! Verify-only signature arithmetic.
#![no_std]

extern crate alloc;

mod inversion;
mod tables;

pub use tables::TableStore;
