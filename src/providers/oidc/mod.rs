//! OpenID Connect: any issuer, by its metadata; and rows for the well-known ones.
//!
//! | File | Holds |
//! |---|---|
//! | `config` | a configured issuer, and what verifiers of its tokens are made of |
//! | `preset` | one row per vendor: issuer, audience, algorithms, rights |
//! | `rule` | what access tokens and ID tokens must be like |
//! | `user` | the holder that a payload describes |
//! | `introspection` | asking the issuer about a token (RFC 7662) |
//!
//! Where each fact comes from stands in the README beside this file.
//!
//! # Security
//!
//! Access tokens are for an API, ID tokens for the client that asked for them: each has its
//! own rules here, and neither passes for the other. Plain `oidc` demands access tokens by
//! RFC 9068; vendors whose tokens are not of that kind have a row, or say
//! `profile: "plain"`.

mod config;
mod host;
mod introspection;
mod preset;
mod rule;
mod user;

use crate::api::{
    CredentialKind, Dialect, Encoding, Fixed, FixedValue, Kind, Names, Operation, Parameter, Place,
    Reading, Refusal, operations,
};
use crate::error::Error;
use crate::json::{Json, Members};
use crate::providers::Provider;

pub use config::Oidc;
pub use introspection::{Introspect, Introspections};
pub use preset::{PRESETS, Preset};
pub use rule::{AccessTokenRule, IdTokenRule, check_nonce};

/// OpenID Connect's entry in the list of providers.
pub const PROVIDER: Provider = Provider {
    id: "oidc",
    dialect: &DIALECT,
    webhook_scheme: None,
    environment: &[],
    class,
    code: provider_code,
    configure: host::configure,
};

/// What an issuer is asked: introspection alone.
pub const DIALECT: Dialect = Dialect {
    operations: || operations!(&[OPERATIONS]),
    tenant_header: None,
    idempotency: false,
    exposed: &[],
    names: Names::AsSent,
    read,
};

/// RFC 7662 §2.1. The client's credentials go into `authorization` (RFC 6749 §2.3.1).
pub const OPERATIONS: &[Operation] = &[Operation::post(introspection::NAME, "/introspect")
    .with(&[
        Parameter::secret("token").required(),
        Parameter::header("authorization")
            .of(Kind::Secret)
            .required(),
    ])
    .sending(&[Fixed {
        wire: "token_type_hint",
        place: Place::Body,
        value: FixedValue::Text("access_token"),
    }])
    .encoded(Encoding::Form)
    .by(CredentialKind::None)
    .without_tenant()
    .only(&[200])
    .shaped(verdict)
    .reading()];

/// RFC 7662 §2.2: `active` decides, and nothing else is said of a token that is not.
fn verdict(answer: Json, _: &Members) -> Option<Json> {
    match answer.get("active")?.as_bool()? {
        true => Some(answer),
        false => Some(Json::object([("active", false.into())])),
    }
}

/// RFC 6749 §5.2: `error` and `error_description`.
fn read(refusal: &Refusal<'_>) -> Reading {
    let text = |name| Some(refusal.body?.get(name)?.as_str()?.to_owned());
    Reading {
        class: Some(CLASS),
        code: text("error"),
        message: text("error_description"),
        ..Reading::default()
    }
}

const CLASS: &str = "OidcError";

/// The class of any error as callers know it: there is one.
pub fn class(_: &Error) -> &'static str {
    CLASS
}

/// The issuer's own code of an error, where it has one (RFC 6749 §5.2).
pub fn provider_code(error: &Error) -> Option<&str> {
    match error {
        Error::Api(error) => error.provider_code.as_deref(),
        _ => None,
    }
}
