//! A user's session: the endpoints and pages below the auth URL.

use super::{find, fixed, post};
use crate::api::{AnswerKind, CredentialKind, FixedValue, Kind, Operation, Parameter};
use crate::providers::propelauth::records;

/// The browser's cookies, which a server passes on.
const COOKIE: Parameter = Parameter::header("cookie").of(Kind::Secret);
const RETURN_TO: Parameter = Parameter::query("returnTo").sent_as("rt");
const ACTIVE_ORG: Parameter = Parameter::query("activeOrgId").sent_as("active_org_id");
const ID: Parameter = Parameter::query("orgId").sent_as("id").required();

const fn page(name: &'static str, path: &'static str) -> Operation {
    Operation::get(name, path)
        .without_tenant()
        .at_origin()
        .by(CredentialKind::None)
        .answering(AnswerKind::Url)
}

pub(super) const OPERATIONS: &[Operation] = &[
    find("session.refresh", "/api/v1/refresh_token")
        .with(&[ACTIVE_ORG, COOKIE])
        .at_origin()
        .by(CredentialKind::None)
        .recovering(records::signed_out),
    post("session.logout", "/api/v1/logout")
        .with(&[COOKIE])
        .at_origin()
        .by(CredentialKind::None),
    post(
        "session.exchangeRefreshToken",
        "/api/backend/v1/refresh_token",
    )
    .with(&[
        Parameter::secret("refreshToken")
            .sent_as("refresh_token")
            .required(),
        ACTIVE_ORG,
    ])
    .sending(&[fixed::query(
        "with_active_org_support",
        FixedValue::Boolean(true),
    )])
    .at_origin()
    .recovering(records::session_gone),
    post("session.exchangeCode", "/propelauth/ssr/token")
        .with(&[
            Parameter::text("redirectUri")
                .sent_as("redirect_uri")
                .required(),
            Parameter::secret("code").required(),
        ])
        .at_origin(),
    find("session.userInfo", "/propelauth/oauth/userinfo")
        .at_origin()
        .by(CredentialKind::AccessToken)
        .recovering(records::signed_out),
    page("session.authorizeUrl", "/propelauth/ssr/authorize").with(&[
        Parameter::query("redirectUri")
            .sent_as("redirect_uri")
            .required(),
        Parameter::query("state").required(),
        Parameter::query("signup").of(Kind::Boolean),
    ]),
    page("session.loginUrl", "/login").with(&[RETURN_TO]),
    page("session.signupUrl", "/signup").with(&[RETURN_TO]),
    page("session.accountUrl", "/account").with(&[RETURN_TO]),
    page("session.orgUrl", "/org").with(&[ID, RETURN_TO]),
    page("session.createOrgUrl", "/create_org").with(&[RETURN_TO]),
    page("session.samlUrl", "/saml").with(&[ID, RETURN_TO]),
];
