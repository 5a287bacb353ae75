//! Users, their sessions and their factors.

use super::{CURSOR, ID, LIMIT, LIST, PRIVATE_METADATA, PUBLIC_METADATA};
use crate::api::{AnswerKind, Kind, Operation, Parameter};
use crate::providers::hellojohn::records;

const AVATAR_URL: Parameter = Parameter::text("avatarUrl").sent_as("avatar_url");
const DISPLAY_NAME: Parameter = Parameter::text("displayName").sent_as("name");
const EMAIL_VERIFIED: Parameter = Parameter::flag("emailVerified").sent_as("email_verified");
const EXTERNAL_ID: Parameter = Parameter::text("externalId").sent_as("external_id");
const FACTOR_ID: Parameter = Parameter::path("factorId");
const NAME: Parameter = Parameter::text("name");
const ROLE: Parameter = Parameter::text("role");
const USER_ID: Parameter = Parameter::path("userId");

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("users.list", "/users")
        .with(&[
            LIMIT,
            CURSOR,
            Parameter::query("email"),
            Parameter::query("status"),
            Parameter::query("role"),
            Parameter::query("q"),
            Parameter::query("sort"),
            Parameter::query("order"),
            Parameter::query("externalId").sent_as("external_id"),
            Parameter::query("emailVerified")
                .sent_as("email_verified")
                .of(Kind::Boolean),
            Parameter::query("disabled").of(Kind::Boolean),
            Parameter::query("createdAfter").sent_as("created_after"),
            Parameter::query("createdBefore").sent_as("created_before"),
        ])
        .paged(&LIST)
        .shaped(records::user),
    Operation::post("users.create", "/users")
        .with(&[
            Parameter::text("email").required(),
            Parameter::secret("password"),
            Parameter::secret("passwordHash").sent_as("password_hash"),
            NAME,
            DISPLAY_NAME,
            Parameter::text("username"),
            Parameter::text("phone"),
            EMAIL_VERIFIED,
            ROLE,
            EXTERNAL_ID,
            AVATAR_URL,
            PUBLIC_METADATA,
            PRIVATE_METADATA,
        ])
        .shaped(records::user),
    Operation::get("users.get", "/users/{id}")
        .with(&[ID])
        .shaped(records::user)
        .about("user"),
    Operation::get("users.getByEmail", "/users")
        .with(&[Parameter::query("email").required()])
        .shaped(records::user_by_email),
    Operation::patch("users.update", "/users/{id}")
        .with(&[
            ID,
            NAME,
            DISPLAY_NAME,
            Parameter::text("email"),
            Parameter::text("phone").sent_as("phone_number"),
            Parameter::text("phoneNumber").sent_as("phone_number"),
            AVATAR_URL,
            ROLE,
            EMAIL_VERIFIED,
            EXTERNAL_ID,
            PUBLIC_METADATA,
            PRIVATE_METADATA,
        ])
        .shaped(records::user)
        .about("user"),
    Operation::post("users.disable", "/users/{id}/disable")
        .with(&[
            ID,
            Parameter::flag("revokeSessions").sent_as("revoke_sessions"),
        ])
        .answering(AnswerKind::JsonOrEmpty)
        .shaped(records::user)
        .about("user"),
    Operation::post("users.enable", "/users/{id}/enable")
        .with(&[ID])
        .answering(AnswerKind::JsonOrEmpty)
        .shaped(records::user)
        .about("user"),
    Operation::delete("users.delete", "/users/{id}")
        .with(&[ID])
        .about("user"),
    Operation::post("users.search", "/admin/users/search")
        .with(&[
            Parameter::text("query"),
            Parameter::fields("filters"),
            Parameter::object("sort"),
            Parameter::integer("limit"),
            Parameter::text("cursor"),
        ])
        .paged(&LIST)
        .shaped(records::user)
        .reading(),
    Operation::post("users.impersonate", "/admin/users/impersonate")
        .with(&[
            Parameter::text("userId").sent_as("user_id").required(),
            Parameter::text("reason"),
            Parameter::text("expiresIn").sent_as("expires_in"),
        ])
        .about("user"),
    Operation::get("sessions.list", "/sessions")
        .with(&[
            Parameter::query("userId").sent_as("user_id"),
            Parameter::query("status"),
            LIMIT,
            CURSOR,
        ])
        .paged(&LIST),
    Operation::get("sessions.get", "/sessions/{id}").with(&[ID]),
    Operation::delete("sessions.revoke", "/sessions/{id}").with(&[ID]),
    Operation::post("sessions.verify", "/sessions/verify")
        .with(&[Parameter::secret("token").required()])
        .shaped(records::verdict)
        .reading(),
    Operation::get("mfa.listFactors", "/users/{userId}/mfa/factors")
        .with(&[USER_ID])
        .paged(&LIST)
        .about("user"),
    Operation::post("mfa.enroll", "/users/{userId}/mfa/factors")
        .with(&[
            USER_ID,
            Parameter::text("type").required(),
            NAME,
            Parameter::text("phoneNumber").sent_as("phone_number"),
        ])
        .once()
        .about("user"),
    Operation::post(
        "mfa.confirm",
        "/users/{userId}/mfa/factors/{factorId}/confirm",
    )
    .with(&[USER_ID, FACTOR_ID, Parameter::secret("code").required()])
    .answering(AnswerKind::JsonOrEmpty)
    .once()
    .about("user"),
    Operation::delete("mfa.remove", "/users/{userId}/mfa/factors/{factorId}")
        .with(&[USER_ID, FACTOR_ID])
        .about("user"),
];
