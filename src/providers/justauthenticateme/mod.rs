//! JustAuthenticateMe: sign-in by e-mailed link, as a hosted service.
//!
//! | File | Holds |
//! |---|---|
//! | `config` | a configured app, and what a verifier is made of |
//! | `rule` | what header and payload must be like |
//! | `api` | one row per operation |
//! | `errors` | error bodies and classes |
//! | `landing` | what comes back when the link was clicked |
//!
//! Where each fact comes from stands in the README beside this file.
//!
//! # Security
//!
//! There is no API key: whoever knows an app's id, which is public, can have it send mail to
//! any address. Limit the rate of [`authenticate`](OPERATIONS) yourself. The return from the
//! link carries no `state`, so bind it to the browser that asked, by a cookie with a nonce of
//! your own, or an attacker can sign somebody else in as themselves. A user has no id but the
//! e-mail address: normalise it for comparison, never rewrite it.

mod api;
mod config;
mod errors;
mod host;
mod landing;
mod rule;

use crate::api::{Dialect, Names, operations};
use crate::providers::Provider;

pub use api::OPERATIONS;
pub use config::JustAuthenticateMe;
pub use errors::class;
pub use landing::Landing;
pub use rule::IdTokenRule;

/// JustAuthenticateMe's entry in the list of providers.
pub const PROVIDER: Provider = Provider {
    id: "justauthenticateme",
    dialect: &DIALECT,
    webhook_scheme: None,
    environment: &[],
    class,
    code: |_| None,
    configure: host::configure,
};

/// JustAuthenticateMe's API.
pub const DIALECT: Dialect = Dialect {
    operations: || operations!(&[OPERATIONS]),
    tenant_header: None,
    idempotency: false,
    exposed: &[],
    names: Names::AsSent,
    read: errors::read,
};
