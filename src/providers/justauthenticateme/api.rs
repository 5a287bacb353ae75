//! Every operation of JustAuthenticateMe's API, one row each.

use crate::api::{AnswerKind, CredentialKind, Kind, Operation, Parameter};
use crate::json::{Json, Members};

/// A signed-in user's ID token, given with the call as `accessToken`.
const ID_TOKEN: CredentialKind = CredentialKind::AccessToken;

const fn open(row: Operation) -> Operation {
    row.by(CredentialKind::None).without_tenant()
}

/// Every operation.
pub const OPERATIONS: &[Operation] = &[
    // It sends mail, so nothing ever repeats it.
    open(Operation::post("authenticate", "/authenticate"))
        .with(&[Parameter::text("email").required()])
        .only(&[200])
        .answering(AnswerKind::Empty)
        .once(),
    // The answer to a good token is not read: a yes says nothing about the claims.
    open(Operation::post("verifyRemote", "/verify"))
        .with(&[Parameter::secret("idToken").required()])
        .only(&[200])
        .answering(AnswerKind::Empty)
        .reading(),
    open(Operation::post("refresh", "/refresh"))
        .with(&[Parameter::secret("refreshToken").required()])
        .only(&[200])
        .shaped(id_token)
        .once(),
    Operation::delete("deleteRefreshToken", "/user/refresh/{refreshToken}")
        .with(&[Parameter::path("refreshToken").of(Kind::Secret)])
        .by(ID_TOKEN)
        .without_tenant()
        .only(&[204]),
    Operation::delete("deleteAllRefreshTokens", "/user/refresh")
        .by(ID_TOKEN)
        .without_tenant()
        .only(&[204]),
    open(Operation::get("jwks", "/.well-known/jwks.json"))
        .only(&[200])
        .shaped(key_set),
];

fn id_token(answer: Json, _: &Members) -> Option<Json> {
    let token = answer.get("idToken")?;
    token.as_str().filter(|token| !token.is_empty())?;
    Some(token.clone())
}

fn key_set(answer: Json, _: &Members) -> Option<Json> {
    let keys = answer.get("keys")?.as_array()?;
    (!keys.is_empty()).then_some(answer)
}
