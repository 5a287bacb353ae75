//! NiceLogin: a hosted sign-in service with keys of their own per company.
//!
//! | File | Holds |
//! |---|---|
//! | `config` | a configured company, and what a verifier is made of |
//! | `rule` | what a payload must be like |
//! | `local` | verification with keys in memory: yes or no, or the claims |
//! | `api` | one row per operation |
//! | `change` | a changed password in two calls |
//! | `errors` | error bodies and the class |
//!
//! Where each fact comes from stands in the README beside this file.
//!
//! # Security
//!
//! Tokens have neither issuer nor audience: the company's own keys and, where it is pinned,
//! the `company_id` are all that binds a token to you. Pin it.

mod api;
mod change;
mod config;
mod errors;
mod host;
mod local;
mod rule;

use crate::api::{Dialect, Names, operations};
use crate::providers::Provider;

pub use api::OPERATIONS;
pub use change::ChangePassword;
pub use config::NiceLogin;
pub use errors::{class, status};
pub use local::{NiceLoginJwks, Unverified, verdict};
pub use rule::CompanyRule;

/// NiceLogin's entry in the list of providers.
pub const PROVIDER: Provider = Provider {
    id: "nicelogin",
    dialect: &DIALECT,
    webhook_scheme: None,
    environment: &[],
    class,
    code: |_| None,
    configure: host::configure,
};

/// NiceLogin's API.
pub const DIALECT: Dialect = Dialect {
    operations: || operations!(&[OPERATIONS]),
    tenant_header: None,
    idempotency: false,
    exposed: &[],
    names: Names::AsSent,
    read: errors::read,
};
