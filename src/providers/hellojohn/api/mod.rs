//! Every operation of HelloJohn's API, one row each, in the order of its reference.

mod administration;
mod auth;
mod organizations;
mod users;

use crate::api::{Kind, Next, Operation, Paging, Parameter};

/// Every operation, in groups.
pub const OPERATIONS: &[&[Operation]] = &[
    auth::OPERATIONS,
    users::OPERATIONS,
    organizations::OPERATIONS,
    administration::OPERATIONS,
];

/// Lists in all the shapes that the provider's pages show.
const LIST: Paging = Paging {
    items: &[
        "data",
        "users",
        "sessions",
        "organizations",
        "members",
        "invitations",
        "factors",
        "api_keys",
        "webhooks",
        "clients",
        "tenants",
        "logs",
    ],
    next: Next::Cursor {
        parameter: "cursor",
        at: &[
            &["pagination", "next_cursor"],
            &["next_cursor"],
            &["nextCursor"],
            &["meta", "next_cursor"],
            &["meta", "cursor"],
        ],
    },
    total: &[
        &["pagination", "total"],
        &["total"],
        &["total_count"],
        &["meta", "total"],
    ],
    more: &[
        &["pagination", "has_more"],
        &["has_more"],
        &["meta", "has_more"],
    ],
};

const CURSOR: Parameter = Parameter::query("cursor");
const ID: Parameter = Parameter::path("id");
const LIMIT: Parameter = Parameter::query("limit").of(Kind::Integer);
const PRIVATE_METADATA: Parameter =
    Parameter::object("privateMetadata").sent_as("private_metadata");
const PUBLIC_METADATA: Parameter = Parameter::object("publicMetadata").sent_as("public_metadata");
