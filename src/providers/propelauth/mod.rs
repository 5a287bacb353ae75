//! PropelAuth: users and organizations of a SaaS product, hosted.
//!
//! | File | Holds |
//! |---|---|
//! | `config` | a configured PropelAuth, and what a verifier is made of |
//! | `header` | the token in an `Authorization` header, stricter than RFC 6750 asks |
//! | `rule` | what a payload must be like |
//! | `user`, `member` | the user made of it, and its memberships |
//! | `access` | what may be demanded of a user in an organization |
//! | `api` | one row per operation |
//! | `call` | a call: ids checked before it, results that are no plain answer after it |
//! | `records` | the last touch to answers |
//! | `errors` | error bodies, classes and codes |
//! | `host` | all of it behind the one type by which hosts know every provider |
//! | `webhook` | the event in a delivery |
//!
//! Where each fact comes from stands in the README beside this file.

mod access;
mod api;
mod call;
mod config;
mod errors;
mod header;
mod host;
mod member;
mod parameters;
mod records;
mod rule;
mod user;
mod webhook;

use crate::api::{Dialect, Names, operations};
use crate::providers::Provider;

pub use access::{Demand, Denial, UserAndOrgMemberInfo};
pub use api::OPERATIONS;
pub use call::ApiCall;
pub use config::PropelAuth;
pub use errors::{class, field_errors, provider_code};
pub use header::token_of;
pub use member::{OrgMemberInfo, RoleStructure};
pub use rule::TokenRule;
pub use user::{LoginMethod, User};
pub use webhook::Event;

/// PropelAuth's entry in the list of providers.
pub const PROVIDER: Provider = Provider {
    id: "propelauth",
    dialect: &DIALECT,
    webhook_scheme: Some("propelauth"),
    environment: &[],
    class,
    code: provider_code,
    configure: host::configure,
};

/// PropelAuth's API.
pub const DIALECT: Dialect = Dialect {
    operations: || operations!(OPERATIONS),
    tenant_header: None,
    idempotency: false,
    exposed: &[],
    names: Names::AsSent,
    read: errors::read,
};
