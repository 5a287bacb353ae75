//! Countersign verifies who is calling and who sent a webhook, and talks to the auth
//! provider's API, with the same verdict in every host.
//!
//! The core gets bytes and a time and returns values. It has no socket, no clock and no thread:
//! where something has to be fetched it returns a [`flow::Step`], and the host does it.
//!
//! | Module | Holds |
//! |---|---|
//! | [`jwt`] | tokens: the verifier, its policies, and the order of checks |
//! | [`jwk`] | keys, sets of them, and the cache of an issuer's published set |
//! | [`webhook`] | deliveries: schemes, secrets, the order of verification, replay |
//! | [`providers`] | what HelloJohn, PropelAuth, JustAuthenticateMe, NiceLogin and OpenID Connect issuers need |
//! | [`api`] | calls to a provider's API as values |
//! | [`flow`] | work in several steps, for hosts that fetch |
//! | [`crypto`] | JOSE algorithms by name, on the crate `countersign-engine` |
//! | [`json`], [`encoding`] | strict readers, on the crate `countersign-text` |
//! | [`http`], [`time`], [`error`] | requests and answers, moments, and the stable codes |
//! | [`envoy`] | the filter for Envoy |
//!
//! The feature `js` adds the border to JavaScript, `envoy` the calls to and from the proxy, and
//! `jsonwebtoken` makes the engine that crate's `CryptoProvider`. Nothing here signs or encrypts.

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
