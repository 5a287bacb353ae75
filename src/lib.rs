//! Countersign verifies who is calling and who sent a webhook, and talks to the auth
//! provider's API, with the same verdict in every host.

// The calls to and from the proxy cannot do without it: src/envoy/abi.rs.
#![cfg_attr(feature = "envoy", deny(unsafe_code))]
#![cfg_attr(not(feature = "envoy"), forbid(unsafe_code))]

pub mod api;
pub mod crypto;
pub mod encoding;
pub mod envoy;
pub mod error;
pub mod flow;
pub mod http;
pub mod json;
pub mod jwk;
pub mod jwt;
mod options;
pub mod providers;
pub mod time;
mod url;
pub mod webhook;

#[cfg(feature = "js")]
mod js;

#[cfg(all(target_family = "wasm", any(feature = "js", feature = "envoy")))]
mod allocator;

#[cfg(feature = "jsonwebtoken")]
pub mod jsonwebtoken;
