//! Every operation of PropelAuth's API, one row each, in the order of its reference. Names are
//! those of the provider's Node SDK.

mod api_keys;
mod insights;
mod mfa;
mod organizations;
mod session;
mod users;
mod users_write;

use super::records;
use crate::api::{Kind, Next, Operation, Paging, Parameter};

/// Where the verifier key is published, below the backend's origin.
pub(super) const METADATA_PATH: &str = "/api/v1/token_verification_metadata";

/// Every operation, in groups.
pub const OPERATIONS: &[&[Operation]] = &[
    METADATA,
    users::OPERATIONS,
    users_write::OPERATIONS,
    organizations::OPERATIONS,
    organizations::SINGLE_SIGN_ON,
    organizations::SCIM,
    api_keys::OPERATIONS,
    mfa::OPERATIONS,
    insights::OPERATIONS,
    session::OPERATIONS,
];

const METADATA: &[Operation] = &[read("fetchTokenVerificationMetadata", METADATA_PATH).at_origin()];

/// Lists of every kind.
const LIST: Paging = Paging {
    items: &[
        "users",
        "orgs",
        "api_keys",
        "invites",
        "groups",
        "user_reports",
        "org_reports",
    ],
    next: Next::Number {
        parameter: "pageNumber",
    },
    total: &[
        &["total_users"],
        &["total_orgs"],
        &["total_api_keys"],
        &["total_invites"],
        &["total_groups"],
        &["total_count"],
    ],
    more: &[&["has_more_results"]],
};

/// A read: repeated where that may help, its answer with names in camelCase.
const fn read(name: &'static str, path: &'static str) -> Operation {
    Operation::get(name, path)
        .without_tenant()
        .shaped(records::camel)
}

/// A read of something that may not be there.
const fn find(name: &'static str, path: &'static str) -> Operation {
    read(name, path).recovering(records::missing_is_null)
}

/// A `POST` that answers with something. No write is ever sent twice.
const fn post(name: &'static str, path: &'static str) -> Operation {
    Operation::post(name, path)
        .without_tenant()
        .shaped(records::camel)
        .once()
}

/// A write that says only that it is done.
const fn done(row: Operation) -> Operation {
    row.without_tenant()
        .answering(crate::api::AnswerKind::Empty)
        .once()
}

/// A write that is done, or cannot be because its object is not there.
const fn done_if_there(row: Operation) -> Operation {
    done(row).recovering(records::missing_is_false)
}

const ADDITIONAL_ROLES: Parameter = Parameter::list("additionalRoles").sent_as("additional_roles");
const EMAIL: Parameter = Parameter::text("email").required();
const FIRST_NAME: Parameter = Parameter::text("firstName").sent_as("first_name");
const IN_BODY_ORG_ID: Parameter = Parameter::text("orgId").sent_as("org_id").required();
const IN_BODY_USER_ID: Parameter = Parameter::text("userId").sent_as("user_id").required();
const INCLUDE_ORGS: Parameter = Parameter::query("includeOrgs")
    .sent_as("include_orgs")
    .of(Kind::Boolean);
const LAST_NAME: Parameter = Parameter::text("lastName").sent_as("last_name");
const LEGACY_ORG_ID: Parameter = Parameter::query("legacyOrgId").sent_as("legacy_org_id");
const ORG_ID: Parameter = Parameter::path("orgId");
const PAGE_NUMBER: Parameter = Parameter::query("pageNumber")
    .sent_as("page_number")
    .of(Kind::Integer);
const PAGE_SIZE: Parameter = Parameter::query("pageSize")
    .sent_as("page_size")
    .of(Kind::Integer);
const PROPERTIES: Parameter = Parameter::object("properties");
const ROLE: Parameter = Parameter::text("role").required();
const USER_ID: Parameter = Parameter::path("userId");
const USERNAME: Parameter = Parameter::text("username");

mod fixed {
    //! Values that go out where the caller gives none.

    use crate::api::{Fixed, FixedValue, Place};

    pub(super) const fn query(wire: &'static str, value: FixedValue) -> Fixed {
        Fixed {
            wire,
            place: Place::Query,
            value,
        }
    }

    pub(super) const fn body(wire: &'static str, value: bool) -> Fixed {
        Fixed {
            wire,
            place: Place::Body,
            value: FixedValue::Boolean(value),
        }
    }

    pub(super) const NO_ADDITIONAL_ROLES: Fixed = Fixed {
        wire: "additional_roles",
        place: Place::Body,
        value: FixedValue::NoItems,
    };
    pub(super) const NO_ORGS: Fixed = query("include_orgs", FixedValue::Boolean(false));
    pub(super) const OLDEST_FIRST: Fixed = query("order_by", FixedValue::Text("CREATED_AT_ASC"));
    pub(super) const PAGE_NUMBER: Fixed = query("page_number", FixedValue::Integer(0));
    pub(super) const PAGE_SIZE: Fixed = query("page_size", FixedValue::Integer(10));
}
