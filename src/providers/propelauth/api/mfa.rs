//! Step-up authentication: a second factor for one action.

use super::{IN_BODY_USER_ID, done, post};
use crate::api::{Operation, Parameter};
use crate::providers::propelauth::records;

const ACTION: Parameter = Parameter::text("actionType")
    .sent_as("action_type")
    .required();
const CHALLENGE: Parameter = Parameter::text("challengeId")
    .sent_as("challenge_id")
    .required();
const CODE: Parameter = Parameter::secret("code").required();
const GRANT_TYPE: Parameter = Parameter::text("grantType")
    .sent_as("grant_type")
    .required();
const VALID_FOR: Parameter = Parameter::integer("validForSeconds")
    .sent_as("valid_for_seconds")
    .required();

pub(super) const OPERATIONS: &[Operation] = &[
    post("verifyStepUpTotpChallenge", "/mfa/step-up/verify-totp").with(&[
        ACTION,
        IN_BODY_USER_ID,
        CODE,
        GRANT_TYPE,
        VALID_FOR,
    ]),
    post("sendSmsMfaCode", "/mfa/step-up/phone/send").with(&[
        ACTION,
        IN_BODY_USER_ID,
        Parameter::text("mfaPhoneId")
            .sent_as("mfa_phone_id")
            .required(),
        GRANT_TYPE,
        VALID_FOR,
    ]),
    post("verifySmsChallenge", "/mfa/step-up/phone/verify").with(&[
        CHALLENGE,
        IN_BODY_USER_ID,
        CODE,
    ]),
    done(Operation::post(
        "verifyStepUpGrant",
        "/mfa/step-up/verify-grant",
    ))
    .with(&[
        ACTION,
        IN_BODY_USER_ID,
        Parameter::secret("grant").required(),
    ])
    .recovering(records::grant_not_found),
];
