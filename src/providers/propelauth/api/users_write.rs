//! Users: writing; magic links, access tokens, migration, employees.

use super::{
    EMAIL, FIRST_NAME, IN_BODY_USER_ID, LAST_NAME, PROPERTIES, USER_ID, USERNAME, done,
    done_if_there, find, fixed, post,
};
use crate::api::{Operation, Parameter};

const ASK_FOR_PASSWORD: Parameter = Parameter::flag("askUserToUpdatePasswordOnLogin")
    .sent_as("ask_user_to_update_password_on_login");
const EMAIL_CONFIRMED: Parameter = Parameter::flag("emailConfirmed").sent_as("email_confirmed");
const PICTURE_URL: Parameter = Parameter::text("pictureUrl").sent_as("picture_url");

pub(super) const OPERATIONS: &[Operation] = &[
    post("createUser", "/user/")
        .with(&[
            EMAIL,
            EMAIL_CONFIRMED,
            Parameter::flag("sendEmailToConfirmEmailAddress")
                .sent_as("send_email_to_confirm_email_address"),
            ASK_FOR_PASSWORD,
            Parameter::secret("password"),
            USERNAME,
            FIRST_NAME,
            LAST_NAME,
            PROPERTIES,
            Parameter::flag("ignoreDomainRestrictions").sent_as("ignore_domain_restrictions"),
        ])
        .sending(&[
            fixed::body("email_confirmed", false),
            fixed::body("send_email_to_confirm_email_address", true),
            fixed::body("ask_user_to_update_password_on_login", false),
            fixed::body("ignore_domain_restrictions", false),
        ]),
    done_if_there(Operation::put("updateUserMetadata", "/user/{userId}")).with(&[
        USER_ID,
        USERNAME,
        FIRST_NAME,
        LAST_NAME,
        Parameter::object("metadata"),
        PROPERTIES,
        PICTURE_URL,
        Parameter::flag("updatePasswordRequired").sent_as("update_password_required"),
        Parameter::text("legacyUserId").sent_as("legacy_user_id"),
    ]),
    done_if_there(Operation::put("updateUserEmail", "/user/{userId}/email")).with(&[
        USER_ID,
        Parameter::text("newEmail").sent_as("new_email").required(),
        Parameter::flag("requireEmailConfirmation")
            .sent_as("require_email_confirmation")
            .required(),
    ]),
    done_if_there(Operation::put(
        "updateUserPassword",
        "/user/{userId}/password",
    ))
    .with(&[
        USER_ID,
        Parameter::secret("password").required(),
        ASK_FOR_PASSWORD,
    ])
    .sending(&[fixed::body("ask_user_to_update_password_on_login", false)]),
    done_if_there(Operation::put(
        "clearUserPassword",
        "/user/{userId}/clear_password",
    ))
    .with(&[USER_ID]),
    done_if_there(Operation::delete("deleteUser", "/user/{userId}")).with(&[USER_ID]),
    done_if_there(Operation::post("disableUser", "/user/{userId}/disable")).with(&[USER_ID]),
    done_if_there(Operation::post("enableUser", "/user/{userId}/enable")).with(&[USER_ID]),
    done_if_there(Operation::post(
        "disableUser2fa",
        "/user/{userId}/disable_2fa",
    ))
    .with(&[USER_ID]),
    done_if_there(Operation::put(
        "enableUserCanCreateOrgs",
        "/user/{userId}/can_create_orgs/enable",
    ))
    .with(&[USER_ID]),
    done_if_there(Operation::put(
        "disableUserCanCreateOrgs",
        "/user/{userId}/can_create_orgs/disable",
    ))
    .with(&[USER_ID]),
    done_if_there(Operation::post(
        "resendEmailConfirmation",
        "/resend_email_confirmation",
    ))
    .with(&[IN_BODY_USER_ID]),
    done_if_there(Operation::post(
        "logoutAllUserSessions",
        "/user/{userId}/logout_all_sessions",
    ))
    .with(&[USER_ID]),
    post("createMagicLink", "/magic_link").with(&[
        EMAIL,
        Parameter::text("redirectToUrl").sent_as("redirect_to_url"),
        Parameter::integer("expiresInHours").sent_as("expires_in_hours"),
        Parameter::flag("createNewUserIfOneDoesntExist")
            .sent_as("create_new_user_if_one_doesnt_exist"),
        Parameter::object("userSignupQueryParameters").sent_as("user_signup_query_parameters"),
        Parameter::flag("expiresAfterFirstUse").sent_as("expire_after_first_use"),
        Parameter::flag("requiresInterstitial").sent_as("requires_interstitial"),
    ]),
    post("createAccessToken", "/access_token").with(&[
        IN_BODY_USER_ID,
        Parameter::integer("durationInMinutes")
            .sent_as("duration_in_minutes")
            .required(),
        Parameter::text("activeOrgId").sent_as("active_org_id"),
    ]),
    post("migrateUserFromExternalSource", "/migrate_user/").with(&[
        EMAIL,
        EMAIL_CONFIRMED.required(),
        Parameter::text("existingUserId").sent_as("existing_user_id"),
        Parameter::secret("existingPasswordHash").sent_as("existing_password_hash"),
        Parameter::secret("existingMfaBase32EncodedSecret")
            .sent_as("existing_mfa_base32_encoded_secret"),
        Parameter::flag("askUserToUpdatePasswordOnLogin").sent_as("update_password_required"),
        Parameter::flag("enabled"),
        FIRST_NAME,
        LAST_NAME,
        USERNAME,
        PICTURE_URL,
        PROPERTIES,
    ]),
    done(Operation::post(
        "migrateUserPassword",
        "/migrate_user/password",
    ))
    .with(&[
        IN_BODY_USER_ID,
        Parameter::secret("passwordHash")
            .sent_as("password_hash")
            .required(),
    ]),
    find("fetchEmployeeById", "/employee/{employeeId}").with(&[Parameter::path("employeeId")]),
];
