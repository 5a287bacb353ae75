//! HelloJohn: multi-tenant sign-in, hosted or self-hosted.
//!
//! | File | Holds |
//! |---|---|
//! | `config` | a configured HelloJohn, and what a verifier is made of |
//! | `rule` | what a payload must be like |
//! | `claims` | the user made of it |
//! | `api` | one row per operation |
//! | `records` | the last touch to answers: aliases, sign-in results |
//! | `errors` | error bodies, classes and codes |
//! | `refresh` | at most one refresh at a time |
//! | `host` | all of it behind the one type that hosts know |
//! | `revoke` | ending all sessions of a user |
//! | `webhook` | reason codes and the event envelope |
//!
//! Where each fact comes from stands in the README beside this file.

mod api;
mod claims;
mod config;
mod errors;
mod host;
mod records;
mod refresh;
mod revoke;
mod rule;
mod webhook;

use crate::api::{Dialect, Names, operations};
use crate::providers::Provider;

pub use api::OPERATIONS;
pub use claims::{User, require_org_role, require_role};
pub use config::{ENVIRONMENT, HelloJohn, is_server_credential};
pub use errors::{class, provider_code};
pub use refresh::{Refresh, RefreshState};
pub use revoke::RevokeAll;
pub use rule::TokenRule;
pub use webhook::{Event, Format, reason};

/// HelloJohn's entry in the list of providers.
pub const PROVIDER: Provider = Provider {
    id: "hellojohn",
    dialect: &DIALECT,
    webhook_scheme: Some("hellojohn"),
    environment: ENVIRONMENT,
    class,
    code: provider_code,
    configure: host::configure,
};

/// HelloJohn's API.
pub const DIALECT: Dialect = Dialect {
    operations: || operations!(OPERATIONS),
    tenant_header: Some("x-tenant-id"),
    idempotency: true,
    exposed: &[
        ("rateLimit", "x-ratelimit-limit"),
        ("rateLimitRemaining", "x-ratelimit-remaining"),
        ("rateLimitReset", "x-ratelimit-reset"),
        ("requestId", "x-request-id"),
        ("version", "x-hellojohn-version"),
    ],
    names: Names::Camel {
        opaque: records::OPAQUE,
    },
    read: errors::read,
};
