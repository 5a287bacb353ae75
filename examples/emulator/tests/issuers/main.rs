//! Drives the emulated JustAuthenticateMe, NiceLogin and OpenID Connect issuer over HTTP.

// Tests stop at the first surprise; the shared driver has parts that only HelloJohn needs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(dead_code)]

mod justauthenticateme;
mod nicelogin;
mod oidc;
mod service;
#[path = "../hellojohn/support.rs"]
mod support;
