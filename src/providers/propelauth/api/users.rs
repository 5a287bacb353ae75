//! Users: reading.

use super::{INCLUDE_ORGS, LIST, ORG_ID, PAGE_NUMBER, PAGE_SIZE, USER_ID, find, fixed, post, read};
use crate::api::{Operation, Parameter};
use crate::providers::propelauth::records;

pub(super) const OPERATIONS: &[Operation] = &[
    find("fetchUserMetadataByUserId", "/user/{userId}")
        .with(&[USER_ID, INCLUDE_ORGS])
        .sending(&[fixed::NO_ORGS]),
    find("fetchUserMetadataByEmail", "/user/email")
        .with(&[Parameter::query("email").required(), INCLUDE_ORGS])
        .sending(&[fixed::NO_ORGS]),
    find("fetchUserMetadataByUsername", "/user/username")
        .with(&[Parameter::query("username").required(), INCLUDE_ORGS])
        .sending(&[fixed::NO_ORGS]),
    find(
        "fetchUserSignupQueryParams",
        "/user/{userId}/signup_query_parameters",
    )
    .with(&[USER_ID]),
    find("fetchUserMfaMethods", "/user/{userId}/mfa").with(&[USER_ID]),
    find("fetchUserOAuthTokens", "/user/{userId}/oauth_token")
        .with(&[USER_ID])
        .shaped(records::map_of_records),
    find(
        "fetchFreshTokenFromProvider",
        "/user/{userId}/{provider}/fresh_token",
    )
    .with(&[USER_ID, Parameter::path("provider")]),
    post("fetchBatchUserMetadataByUserIds", "/user/user_ids")
        .with(&[
            Parameter::list("userIds").sent_as("user_ids").required(),
            INCLUDE_ORGS,
        ])
        .sending(&[fixed::NO_ORGS])
        .shaped(records::by_user_id),
    post("fetchBatchUserMetadataByEmails", "/user/emails")
        .with(&[Parameter::list("emails").required(), INCLUDE_ORGS])
        .sending(&[fixed::NO_ORGS])
        .shaped(records::by_email),
    post("fetchBatchUserMetadataByUsernames", "/user/usernames")
        .with(&[Parameter::list("usernames").required(), INCLUDE_ORGS])
        .sending(&[fixed::NO_ORGS])
        .shaped(records::by_username),
    read("fetchUsersByQuery", "/user/query")
        .with(&[
            PAGE_SIZE,
            PAGE_NUMBER,
            Parameter::query("orderBy").sent_as("order_by"),
            Parameter::query("emailOrUsername").sent_as("email_or_username"),
            INCLUDE_ORGS,
            Parameter::query("legacyUserId").sent_as("legacy_user_id"),
        ])
        .sending(&[
            fixed::PAGE_SIZE,
            fixed::PAGE_NUMBER,
            fixed::OLDEST_FIRST,
            fixed::NO_ORGS,
        ])
        .paged(&LIST),
    read("fetchUsersInOrg", "/user/org/{orgId}")
        .with(&[
            ORG_ID,
            PAGE_SIZE,
            PAGE_NUMBER,
            INCLUDE_ORGS,
            Parameter::query("role"),
        ])
        .sending(&[fixed::PAGE_SIZE, fixed::PAGE_NUMBER, fixed::NO_ORGS])
        .paged(&LIST),
];
