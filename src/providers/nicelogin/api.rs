//! Every operation of NiceLogin's API, one row each. Credentials travel in the body. None of
//! them is ever repeated: each spends a token, changes an account or makes a new secret.

use crate::api::{CredentialKind, Fixed, FixedValue, Operation, Parameter, Place};
use crate::json::{Json, Members};

const API_KEY: Fixed = in_body(
    "api_key",
    FixedValue::Credential(CredentialKind::Publishable),
);
const API_SECRET: Fixed = in_body("api_secret", FixedValue::Credential(CredentialKind::Secret));
const EMAIL: Parameter = Parameter::text("email").required();
const USER_ID: Parameter = Parameter::text("userId").sent_as("user_id").required();

const fn in_body(wire: &'static str, value: FixedValue) -> Fixed {
    Fixed {
        wire,
        place: Place::Body,
        value,
    }
}

const fn own(row: Operation) -> Operation {
    row.by(CredentialKind::None).without_tenant().once()
}

/// Every operation.
pub const OPERATIONS: &[Operation] = &[
    own(Operation::post(
        "requestPasswordReset",
        "/request_password_reset",
    ))
    .with(&[EMAIL])
    .sending(&[API_KEY])
    .shaped(reset_token),
    own(Operation::post("resetPassword", "/reset_password"))
        .with(&[
            EMAIL,
            Parameter::secret("currentPassword")
                .sent_as("current_password")
                .required(),
            Parameter::secret("newPassword")
                .sent_as("new_password")
                .required(),
            Parameter::secret("resetToken")
                .sent_as("reset_token")
                .required(),
        ])
        .sending(&[
            in_body("confirm_password", FixedValue::CopyOf("newPassword")),
            API_KEY,
        ])
        .shaped(success),
    own(Operation::patch("activateUser", "/toggle_user_status"))
        .with(&[USER_ID])
        .sending(&[API_SECRET, in_body("is_active", FixedValue::Boolean(true))])
        .shaped(is_active),
    own(Operation::patch("deactivateUser", "/toggle_user_status"))
        .with(&[USER_ID])
        .sending(&[API_SECRET, in_body("is_active", FixedValue::Boolean(false))])
        .shaped(is_inactive),
];

fn reset_token(answer: Json, _: &Members) -> Option<Json> {
    let token = answer.get("reset_token")?;
    token.is_string().then(|| token.clone())
}

fn success(answer: Json, _: &Members) -> Option<Json> {
    Some((flag(&answer, "success")? == Some(true)).into())
}

fn is_active(answer: Json, _: &Members) -> Option<Json> {
    Some((flag(&answer, "is_active")? == Some(true)).into())
}

fn is_inactive(answer: Json, _: &Members) -> Option<Json> {
    Some((flag(&answer, "is_active")? == Some(false)).into())
}

/// A member that is true, false or absent; `None` when it is anything else.
fn flag(answer: &Json, name: &str) -> Option<Option<bool>> {
    match answer.as_object()?.get(name) {
        None => Some(None),
        Some(value) => value.as_bool().map(Some),
    }
}
