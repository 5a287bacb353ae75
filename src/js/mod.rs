//! The wasm-bindgen adapter behind the npm package: it converts and forwards.
//!
//! Exports are synchronous functions over integer handles. Each gives one number, NaN where it has
//! failed; texts, bytes and the report of a failure are left in the module, from where JavaScript
//! takes them. No class is exported, no future is made, nothing is borrowed when a call returns, so
//! a Worker request that ends half-way leaves nothing locked. The façade (`pkg-template/src`) checks
//! names and types of options, does the waiting, and makes error classes of the reports.
//!
//! | File | Holds |
//! |---|---|
//! | `call` | answers and pages of API calls |
//! | `error` | what an export gives, and the reports of failures |
//! | `fields` | lists of values as bytes |
//! | `host` | clock, entropy, requests and answers |
//! | `job` | flows, driven step by step |
//! | `keys` | a verifier's key cache |
//! | `memory` | the room for input and the place of results |
//! | `primitives` | functions that the host lends |
//! | `provider` | auth providers |
//! | `slab` | handles |
//! | `verifier` | tokens |
//! | `webhook` | webhooks |
//!
//! A panic is a trap like any other: the façade has the glue make a new instance, and makes its
//! objects again from the options it kept.

// wasm-bindgen exports public functions only, and no Rust program can reach these.
#![allow(unreachable_pub)]

mod call;
mod error;
mod fields;
mod host;
mod job;
mod keys;
mod memory;
mod primitives;
mod provider;
mod slab;
mod verifier;
mod webhook;
