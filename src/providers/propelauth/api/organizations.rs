//! Organizations, their members and invitations, single sign-on and SCIM.

use super::{
    ADDITIONAL_ROLES, EMAIL, IN_BODY_ORG_ID, IN_BODY_USER_ID, LEGACY_ORG_ID, LIST, ORG_ID,
    PAGE_NUMBER, PAGE_SIZE, ROLE, done_if_there, find, fixed, post, read,
};
use crate::api::{Fixed, FixedValue, Kind, Operation, Parameter};

const MEMBER: &[Parameter] = &[IN_BODY_USER_ID, IN_BODY_ORG_ID, ROLE, ADDITIONAL_ROLES];
const NAME: Parameter = Parameter::text("name");
/// A role is the only one unless the caller names more: also where a member had more before.
const NO_OTHER_ROLES: &[Fixed] = &[fixed::NO_ADDITIONAL_ROLES];
const ORG_ALONE: &[Parameter] = &[ORG_ID];

pub(super) const OPERATIONS: &[Operation] = &[
    find("fetchOrg", "/org/{orgId}").with(ORG_ALONE),
    read("fetchOrgByQuery", "/org/query")
        .with(&[
            PAGE_SIZE,
            PAGE_NUMBER,
            Parameter::query("orderBy").sent_as("order_by"),
            Parameter::query("name"),
            LEGACY_ORG_ID,
            Parameter::query("domain"),
        ])
        .sending(&[fixed::PAGE_SIZE, fixed::PAGE_NUMBER, fixed::OLDEST_FIRST])
        .paged(&LIST),
    post("createOrg", "/org/")
        .with(&[
            NAME.required(),
            Parameter::flag("enableAutoJoiningByDomain").sent_as("enable_auto_joining_by_domain"),
            Parameter::flag("membersMustHaveMatchingDomain")
                .sent_as("members_must_have_matching_domain"),
            Parameter::text("domain"),
            Parameter::integer("maxUsers").sent_as("max_users"),
            Parameter::text("customRoleMappingName").sent_as("custom_role_mapping_name"),
            Parameter::text("legacyOrgId").sent_as("legacy_org_id"),
        ])
        .sending(&[
            fixed::body("enable_auto_joining_by_domain", false),
            fixed::body("members_must_have_matching_domain", false),
        ]),
    done_if_there(Operation::put("updateOrg", "/org/{orgId}")).with(&[
        ORG_ID,
        NAME,
        Parameter::flag("canSetupSaml").sent_as("can_setup_saml"),
        Parameter::object("metadata"),
        Parameter::integer("maxUsers").sent_as("max_users"),
        Parameter::flag("canJoinOnEmailDomainMatch").sent_as("autojoin_by_domain"),
        Parameter::flag("membersMustHaveEmailDomainMatch").sent_as("restrict_to_domain"),
        Parameter::text("domain"),
        Parameter::text("require2faBy").sent_as("require_2fa_by"),
        Parameter::list("extraDomains").sent_as("extra_domains"),
        Parameter::flag("passwordRotationEnabled").sent_as("password_rotation_enabled"),
        Parameter::integer("passwordRotationHistorySize").sent_as("password_rotation_history_size"),
        Parameter::integer("passwordRotationPeriod").sent_as("password_rotation_period"),
        Parameter::text("legacyOrgId").sent_as("legacy_org_id"),
    ]),
    done_if_there(Operation::put("subscribeOrgToRoleMapping", "/org/{orgId}")).with(&[
        ORG_ID,
        Parameter::text("customRoleMappingName")
            .sent_as("custom_role_mapping_name")
            .required(),
    ]),
    done_if_there(Operation::delete("deleteOrg", "/org/{orgId}")).with(ORG_ALONE),
    read("fetchCustomRoleMappings", "/custom_role_mappings"),
    done_if_there(Operation::post("addUserToOrg", "/org/add_user"))
        .with(MEMBER)
        .sending(NO_OTHER_ROLES),
    done_if_there(Operation::post("changeUserRoleInOrg", "/org/change_role"))
        .with(MEMBER)
        .sending(NO_OTHER_ROLES),
    done_if_there(Operation::post("removeUserFromOrg", "/org/remove_user"))
        .with(&[IN_BODY_USER_ID, IN_BODY_ORG_ID]),
    done_if_there(Operation::post("inviteUserToOrg", "/invite_user"))
        .with(&[EMAIL, IN_BODY_ORG_ID, ROLE, ADDITIONAL_ROLES])
        .sending(NO_OTHER_ROLES),
    done_if_there(Operation::post(
        "inviteUserToOrgByUserId",
        "/invite_user_by_id",
    ))
    .with(MEMBER)
    .sending(NO_OTHER_ROLES),
    read("fetchPendingInvites", "/pending_org_invites")
        .with(&[
            PAGE_NUMBER,
            PAGE_SIZE,
            Parameter::query("orgId").sent_as("org_id"),
        ])
        .sending(&[fixed::PAGE_NUMBER, fixed::PAGE_SIZE])
        .paged(&LIST),
    done_if_there(Operation::delete(
        "revokePendingOrgInvite",
        "/pending_org_invites",
    ))
    .with(&[
        IN_BODY_ORG_ID,
        Parameter::text("inviteeEmail")
            .sent_as("invitee_email")
            .required(),
    ]),
];

pub(super) const SINGLE_SIGN_ON: &[Operation] = &[
    done_if_there(Operation::post(
        "allowOrgToSetupSamlConnection",
        "/org/{orgId}/allow_saml",
    ))
    .with(ORG_ALONE),
    done_if_there(Operation::post(
        "disallowOrgToSetupSamlConnection",
        "/org/{orgId}/disallow_saml",
    ))
    .with(ORG_ALONE),
    post(
        "createOrgSamlConnectionLink",
        "/org/{orgId}/create_saml_connection_link",
    )
    .with(&[
        ORG_ID,
        Parameter::integer("expiresInSeconds").sent_as("expires_in_seconds"),
    ]),
    find("fetchSamlSpMetadata", "/saml_sp_metadata/{orgId}").with(ORG_ALONE),
    done_if_there(Operation::post("setSamlIdpMetadata", "/saml_idp_metadata")).with(&[
        IN_BODY_ORG_ID,
        Parameter::text("idpEntityId")
            .sent_as("idp_entity_id")
            .required(),
        Parameter::text("idpSsoUrl")
            .sent_as("idp_sso_url")
            .required(),
        Parameter::text("idpCertificate")
            .sent_as("idp_certificate")
            .required(),
        Parameter::text("provider").required(),
    ]),
    done_if_there(Operation::post("setOidcIdpMetadata", "/oidc_idp_metadata")).with(&[
        IN_BODY_ORG_ID,
        Parameter::text("clientId").sent_as("client_id").required(),
        Parameter::secret("clientSecret")
            .sent_as("client_secret")
            .required(),
        Parameter::flag("usesPkce").sent_as("uses_pkce").required(),
        Parameter::text("idpType").sent_as("idp_type").required(),
        Parameter::text("authUrl").sent_as("auth_url"),
        Parameter::text("tokenUrl").sent_as("token_url"),
        Parameter::text("userinfoUrl").sent_as("userinfo_url"),
        Parameter::text("oktaSsoDomain").sent_as("okta_sso_domain"),
        Parameter::text("entraTenantId").sent_as("entra_tenant_id"),
    ]),
    done_if_there(Operation::post(
        "samlGoLive",
        "/saml_idp_metadata/go_live/{orgId}",
    ))
    .with(ORG_ALONE),
    done_if_there(Operation::delete(
        "deleteSamlConnection",
        "/saml_idp_metadata/{orgId}",
    ))
    .with(ORG_ALONE),
];

pub(super) const SCIM: &[Operation] = &[
    read("fetchOrgScimGroups", "/scim/{orgId}/groups")
        .with(&[
            ORG_ID,
            PAGE_SIZE,
            PAGE_NUMBER,
            Parameter::query("userId").sent_as("user_id"),
        ])
        .sending(&[fixed::PAGE_SIZE, fixed::PAGE_NUMBER]),
    read("fetchScimGroup", "/scim/{orgId}/groups/{groupId}")
        .with(&[
            ORG_ID,
            Parameter::path("groupId"),
            Parameter::query("membersPageSize")
                .sent_as("members_page_size")
                .of(Kind::Integer),
            Parameter::query("membersPageNumber")
                .sent_as("members_page_number")
                .of(Kind::Integer),
        ])
        .sending(&[
            fixed::query("members_page_size", FixedValue::Integer(10)),
            fixed::query("members_page_number", FixedValue::Integer(0)),
        ]),
];
