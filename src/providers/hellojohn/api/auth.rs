//! `/auth` and `/mfa/verify`: what a user's own client calls.

use crate::api::{
    AnswerKind, CredentialKind, Encoding, Fixed, FixedValue, Operation, Parameter, Place,
};
use crate::providers::hellojohn::records;

const CODE: Parameter = Parameter::secret("code").required();
const EMAIL: Parameter = Parameter::text("email").required();
const NEW_PASSWORD: Parameter = Parameter::secret("newPassword")
    .sent_as("new_password")
    .required();
const PASSWORD: Parameter = Parameter::secret("password").required();
const PROVIDER: Parameter = Parameter::path("provider");
const TOKEN: Parameter = Parameter::secret("token").required();

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::post("auth.signUp", "/auth/sign-up")
        .by(CredentialKind::Publishable)
        .with(&[
            EMAIL,
            PASSWORD,
            Parameter::text("name"),
            Parameter::text("displayName").sent_as("name"),
            Parameter::text("username"),
            Parameter::object("metadata"),
        ])
        .shaped(records::signed_up)
        .once(),
    Operation::post("auth.signIn", "/auth/sign-in")
        .by(CredentialKind::Publishable)
        .with(&[
            EMAIL,
            PASSWORD,
            Parameter::secret("captchaToken").sent_as("captcha_token"),
        ])
        .shaped(records::signed_in)
        .recovering(records::mfa_required)
        .once(),
    Operation::post("auth.signOut", "/auth/sign-out")
        .by(CredentialKind::AccessToken)
        .answering(AnswerKind::Empty),
    Operation::post("auth.refresh", "/auth/token/refresh")
        .by(CredentialKind::PublishableIfAny)
        .with(&[Parameter::secret("refreshToken")
            .sent_as("refresh_token")
            .required()])
        .shaped(records::tokens)
        .once(),
    Operation::get("auth.me", "/auth/me")
        .by(CredentialKind::AccessToken)
        .shaped(records::user)
        .about("user"),
    Operation::post("auth.changePassword", "/auth/password/change")
        .by(CredentialKind::AccessToken)
        .with(&[
            Parameter::secret("currentPassword")
                .sent_as("current_password")
                .required(),
            NEW_PASSWORD,
        ])
        .answering(AnswerKind::JsonOrEmpty)
        .once(),
    Operation::post("auth.forgotPassword", "/auth/password/forgot")
        .by(CredentialKind::Publishable)
        .with(&[EMAIL])
        .answering(AnswerKind::JsonOrEmpty),
    Operation::post("auth.resetPassword", "/auth/password/reset")
        .by(CredentialKind::Publishable)
        .with(&[TOKEN, NEW_PASSWORD])
        .answering(AnswerKind::JsonOrEmpty)
        .once(),
    Operation::post("auth.sendMagicLink", "/auth/magic-link")
        .by(CredentialKind::Publishable)
        .with(&[
            EMAIL,
            Parameter::text("redirectUrl").sent_as("redirect_url"),
        ])
        .answering(AnswerKind::JsonOrEmpty),
    Operation::post("auth.verifyMagicLink", "/auth/magic-link/verify")
        .by(CredentialKind::Publishable)
        .with(&[TOKEN])
        .shaped(records::signed_in)
        .recovering(records::mfa_required)
        .once(),
    Operation::get("auth.oauthAuthorizeUrl", "/auth/oauth/{provider}/authorize")
        .by(CredentialKind::None)
        .with(&[
            PROVIDER,
            Parameter::query("redirectUri")
                .sent_as("redirect_uri")
                .required(),
            Parameter::query("state").required(),
            Parameter::query("codeChallenge")
                .sent_as("code_challenge")
                .required(),
            Parameter::query("connectionId").sent_as("connection_id"),
            Parameter::query("organizationId").sent_as("organization_id"),
        ])
        .sending(&[Fixed {
            wire: "code_challenge_method",
            place: Place::Query,
            value: FixedValue::Text("S256"),
        }])
        .answering(AnswerKind::Url),
    Operation::post("auth.oauthCallback", "/auth/oauth/{provider}/callback")
        .by(CredentialKind::None)
        .with(&[
            PROVIDER,
            CODE,
            Parameter::secret("codeVerifier")
                .sent_as("code_verifier")
                .required(),
            Parameter::text("redirectUri")
                .sent_as("redirect_uri")
                .required(),
        ])
        .shaped(records::signed_in)
        .recovering(records::mfa_required)
        .once(),
    Operation::post("auth.verifyMfa", "/mfa/verify")
        .by(CredentialKind::Publishable)
        .with(&[
            Parameter::text("challengeId")
                .sent_as("challenge_id")
                .required(),
            Parameter::text("factorId").sent_as("factor_id"),
            CODE,
        ])
        .shaped(records::signed_in)
        .once(),
    // The open-source server's grant for programs (RFC 6749 §4.4).
    Operation::post("auth.clientCredentials", "/oauth2/token")
        .at_origin()
        .by(CredentialKind::None)
        .without_tenant()
        .encoded(Encoding::Form)
        .with(&[
            Parameter::text("clientId").sent_as("client_id").required(),
            Parameter::secret("clientSecret")
                .sent_as("client_secret")
                .required(),
            Parameter::text("scope"),
            Parameter::header("tenantSlug").sent_as("x-tenant-slug"),
        ])
        .sending(&[Fixed {
            wire: "grant_type",
            place: Place::Body,
            value: FixedValue::Text("client_credentials"),
        }])
        .shaped(records::client_token)
        .reading(),
];
