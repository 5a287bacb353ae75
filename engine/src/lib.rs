//! Verify-only signature arithmetic: SHA-2, HMAC, RSA, ECDSA and Ed25519.
//!
//! The crate answers one question, whether a signature belongs to a key and a
//! message, and holds no operation that needs a private key. Token formats,
//! key formats and padding schemes are the caller's.
//!
//! | module | what it offers | time |
//! |---|---|---|
//! | [`sha2`] | SHA-256, SHA-384, SHA-512 (FIPS 180-4) | depends on the length only |
//! | [`hmac`] | HMAC over them (RFC 2104), equality of tags | independent of secret and tag |
//! | [`rsa`] | `signature ^ e mod n` (RFC 8017 §5.2.2) | depends on public values |
//! | [`ecdsa`] | P-256, P-384, P-521 (FIPS 186-5 §6.4.2) | depends on public values |
//! | [`ed25519`] | strict verification (RFC 8032 §5.1.7) | depends on public values |
//!
//! A key is checked once, when it is made ([`KeyError`] says why one is
//! refused), and keeps whatever can be computed ahead. A signature that does
//! not verify is [`InvalidSignature`] and nothing more: no reason is given,
//! so none can leak. No input makes a function panic.
//!
//! # Variable time
//!
//! Keys, signatures and messages of a verification are public, hence the
//! asymmetric modules take the fastest path for the value at hand. Only HMAC
//! handles a secret; it branches on lengths alone and compares tags whole.
//!
//! # The feature `rustcrypto`
//!
//! Replaces the arithmetic by the RustCrypto crates behind the same functions.
//! Both ways pass one conformance suite (`tests/`), so verdicts agree.

#![cfg_attr(not(test), no_std)]
#![deny(unsafe_code)]

extern crate alloc;

mod error;
mod hash;
mod padded;
mod rsa_key;

pub use error::{InvalidSignature, KeyError};

// The choice of arithmetic: the only place where a feature decides.

#[cfg(feature = "rustcrypto")]
mod rustcrypto;
#[cfg(feature = "rustcrypto")]
pub use rustcrypto::{TableStore, ecdsa, ed25519, hmac, rsa, sha2};

#[cfg(not(feature = "rustcrypto"))]
pub mod ecdsa;
#[cfg(not(feature = "rustcrypto"))]
pub mod ed25519;
#[cfg(not(feature = "rustcrypto"))]
pub mod hmac;
#[cfg(not(feature = "rustcrypto"))]
mod inversion;
#[cfg(not(feature = "rustcrypto"))]
mod limb;
#[cfg(not(feature = "rustcrypto"))]
mod montgomery;
#[cfg(not(feature = "rustcrypto"))]
pub mod rsa;
#[cfg(not(feature = "rustcrypto"))]
pub mod sha2;
#[cfg(not(feature = "rustcrypto"))]
mod tables;
#[cfg(not(feature = "rustcrypto"))]
pub use tables::TableStore;

// The instructions of wasm's vectors or, to test what is made of them anywhere, plain Rust.

#[cfg(all(not(feature = "rustcrypto"), target_feature = "simd128"))]
use core::arch::wasm32 as vector;
#[cfg(all(test, not(feature = "rustcrypto"), not(target_feature = "simd128")))]
#[path = "vector_tests/instructions.rs"]
mod vector;
#[cfg(all(test, not(feature = "rustcrypto"), not(target_feature = "simd128")))]
mod vector_tests;

#[cfg(all(not(feature = "rustcrypto"), target_feature = "simd128"))]
#[path = "columns/simd128.rs"]
mod columns;
#[cfg(all(not(feature = "rustcrypto"), not(target_feature = "simd128")))]
#[path = "columns/portable.rs"]
mod columns;
#[cfg(all(not(feature = "rustcrypto"), target_feature = "simd128"))]
#[path = "pair/simd128.rs"]
mod pair;
#[cfg(all(not(feature = "rustcrypto"), not(target_feature = "simd128")))]
#[path = "pair/portable.rs"]
mod pair;

/// Random cases, for the tests of modules as for those beside them.
#[cfg(all(test, not(feature = "rustcrypto")))]
#[allow(dead_code, reason = "some of it is for the others")]
#[path = "../tests/support/seeded.rs"]
mod seeded;
