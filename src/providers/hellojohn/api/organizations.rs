//! Organizations, their members, invitations and roles.

use super::{CURSOR, ID, LIMIT, LIST, PUBLIC_METADATA};
use crate::api::{AnswerKind, Kind, Operation, Parameter};

const LOGO_URL: Parameter = Parameter::text("logoUrl").sent_as("logo_url");
const NAME: Parameter = Parameter::text("name");
const ORGANIZATION_ID: Parameter = Parameter::path("organizationId");
const ROLE: Parameter = Parameter::text("role").required();
const SLUG: Parameter = Parameter::text("slug");
const USER_ID: Parameter = Parameter::path("userId");

const MEMBER: &str = "/organizations/{organizationId}/members/{userId}";
const MEMBERS: &str = "/organizations/{organizationId}/members";
const INVITATIONS: &str = "/organizations/{organizationId}/invitations";

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("organizations.list", "/organizations")
        .with(&[Parameter::query("q"), LIMIT, CURSOR])
        .paged(&LIST),
    Operation::post("organizations.create", "/organizations").with(&[
        NAME.required(),
        SLUG,
        LOGO_URL,
        Parameter::text("createdBy").sent_as("created_by"),
        PUBLIC_METADATA,
    ]),
    Operation::get("organizations.get", "/organizations/{id}").with(&[ID]),
    Operation::get("organizations.getBySlug", "/organizations/slug/{slug}")
        .with(&[Parameter::path("slug")]),
    Operation::patch("organizations.update", "/organizations/{id}").with(&[
        ID,
        NAME,
        SLUG,
        LOGO_URL,
        PUBLIC_METADATA,
    ]),
    Operation::delete("organizations.delete", "/organizations/{id}").with(&[ID]),
    Operation::get("organizations.listMembers", MEMBERS)
        .with(&[
            ORGANIZATION_ID,
            Parameter::query("role"),
            Parameter::query("q"),
            LIMIT,
            CURSOR,
        ])
        .paged(&LIST),
    Operation::post("organizations.addMember", MEMBERS).with(&[
        ORGANIZATION_ID,
        Parameter::text("userId").sent_as("user_id").required(),
        ROLE,
    ]),
    Operation::patch("organizations.updateMemberRole", MEMBER).with(&[
        ORGANIZATION_ID,
        USER_ID,
        ROLE,
    ]),
    Operation::delete("organizations.removeMember", MEMBER).with(&[ORGANIZATION_ID, USER_ID]),
    Operation::post("organizations.inviteMember", INVITATIONS).with(&[
        ORGANIZATION_ID,
        Parameter::text("email").required(),
        ROLE,
        Parameter::text("redirectUrl")
            .sent_as("redirect_url")
            .required(),
        Parameter::text("expiresIn").sent_as("expires_in"),
    ]),
    Operation::get("organizations.listInvitations", INVITATIONS)
        .with(&[ORGANIZATION_ID, LIMIT, CURSOR])
        .paged(&LIST),
    Operation::delete(
        "organizations.revokeInvitation",
        "/organizations/{organizationId}/invitations/{invitationId}",
    )
    .with(&[ORGANIZATION_ID, Parameter::path("invitationId")]),
    Operation::post(
        "organizations.acceptInvitation",
        "/invitations/{token}/accept",
    )
    .with(&[Parameter::path("token").of(Kind::Secret)])
    .answering(AnswerKind::JsonOrEmpty)
    .once(),
    Operation::post(
        "organizations.createRole",
        "/organizations/{organizationId}/roles",
    )
    .with(&[
        ORGANIZATION_ID,
        NAME.required(),
        SLUG,
        Parameter::list("permissions"),
    ]),
];
