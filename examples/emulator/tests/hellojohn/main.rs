//! Drives the emulator over HTTP, as a client would.

// Tests stop at the first surprise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod auth;
mod controls;
mod credentials;
mod faults;
mod keys;
mod process;
mod quotas;
mod resources;
mod support;
mod users;
mod webhooks;
