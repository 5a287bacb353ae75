//! A configured client: one origin, its credentials, and calls made from them.

use core::fmt;

use crate::api::answer::Names;
use crate::api::base::{BaseUrl, is_plain_path};
use crate::api::call::{Call, Plan};
use crate::api::operation::{AnswerKind, Base, CredentialKind, FixedValue, Operation, Repeat};
use crate::api::options::{CallOptions, IdempotencyKey, Limits};
use crate::api::page::Walk;
use crate::api::parameters::{Context, Layout, Parameters};
use crate::api::refusal::{Reading, Refusal};
use crate::api::secret::Secret;
use crate::encoding::contains;
use crate::error::{ConfigError, Error};
use crate::http::Method;
use crate::json::Json;
use crate::options::unknown;

/// What one provider's API does its own way.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// Every operation.
    pub operations: fn() -> &'static [Operation],
    /// The header that names the tenant, where there is one.
    pub tenant_header: Option<&'static str>,
    /// Whether the API knows `Idempotency-Key`.
    pub idempotency: bool,
    /// Response fields that callers may see, as (public name, field name).
    pub exposed: &'static [(&'static str, &'static str)],
    /// How member names of answers are handed on.
    pub names: Names,
    /// Reads an error answer.
    pub read: fn(&Refusal<'_>) -> Reading,
}

impl Dialect {
    /// One without operations, for hosts that configure a provider and never call its API: what
    /// they are linked into holds no row then.
    pub const NONE: Self = Self {
        operations: || &[],
        tenant_header: None,
        idempotency: false,
        exposed: &[],
        names: Names::AsSent,
        read: |_| Reading::default(),
    };

    /// Every operation.
    pub fn rows(&self) -> impl Iterator<Item = &'static Operation> {
        (self.operations)().iter()
    }

    /// The operation of this name.
    pub fn operation(&self, name: &str) -> Option<&'static Operation> {
        self.rows().find(|row| row.name == name)
    }

    /// What a façade needs to offer every operation as a method, as JSON text: an array of
    /// `{name, path, parameters, paged, answer}`. `path` holds the names of the path
    /// parameters in order, which are a method's first arguments; `parameters` those of all
    /// others, which follow in one object; `answer` is `json`, `bytes`, `empty` or `url`.
    pub fn describe(&self) -> String {
        Json::Array(self.rows().map(Operation::describe).collect()).to_string()
    }
}

/// A client of one provider's API, ready to make calls. It holds no connection.
#[derive(Clone)]
pub struct Client {
    dialect: &'static Dialect,
    base: BaseUrl,
    credentials: Vec<(CredentialKind, Secret)>,
    tenant: Option<String>,
    headers: Vec<(&'static str, String)>,
    paths: Vec<(&'static str, String)>,
    limits: Limits,
    idempotency: bool,
}

impl Client {
    /// A client without credentials.
    pub fn new(dialect: &'static Dialect, base: BaseUrl) -> Self {
        Self {
            dialect,
            base,
            credentials: Vec::new(),
            tenant: None,
            headers: Vec::new(),
            paths: Vec::new(),
            limits: Limits::default(),
            idempotency: dialect.idempotency,
        }
    }

    /// The client with a credential.
    #[must_use]
    pub fn with_credential(mut self, kind: CredentialKind, secret: Secret) -> Self {
        self.credentials.retain(|(held, _)| *held != kind);
        self.credentials.push((kind, secret));
        self
    }

    /// The client with a tenant for calls that name none.
    #[must_use]
    pub fn with_tenant(mut self, tenant: Option<String>) -> Self {
        self.tenant = tenant;
        self
    }

    /// The client with a header sent on every call.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The client with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The client with automatic idempotency keys switched off.
    #[must_use]
    pub fn without_idempotency_keys(mut self) -> Self {
        self.idempotency = false;
        self
    }

    /// The client with another path for an operation whose path takes no parameters.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] on an unknown operation, one with path parameters, or a path that is
    /// not made of plain segments.
    pub fn with_path(mut self, operation: &str, path: &str) -> Result<Self, ConfigError> {
        let row = self.dialect.operation(operation);
        let row = row.filter(|row| !contains(row.path, "{"));
        let Some(row) = row else {
            return Err(ConfigError::new(
                "paths",
                "names no operation with a fixed path",
            ));
        };
        if path.is_empty() || !is_plain_path(path) {
            return Err(ConfigError::new(
                "paths",
                "must hold paths of plain segments",
            ));
        }
        self.paths.push((row.name, path.to_owned()));
        Ok(self)
    }

    /// The base URL.
    pub fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// What the provider does its own way.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// Starts a call.
    ///
    /// `parameters` and `options` are JSON text of an object, or empty. `entropy` is fresh
    /// random bits, of which an idempotency key is made where one is due.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming what is wrong: an unknown operation, parameter or option, a
    /// value of the wrong type, an id that cannot be a path segment, a missing credential.
    pub fn call(
        &self,
        operation: &str,
        parameters: &str,
        options: &str,
        entropy: u128,
    ) -> Result<Call, Error> {
        let row = self.dialect.operation(operation);
        let row = row.ok_or_else(|| unknown(operation))?;
        let mut options = CallOptions::parse(options, self.limits)?;
        self.check_known(&options)?;
        let mut parameters = Parameters::parse(row, parameters)?;
        if let Some(tenant) = parameters.take_tenant()? {
            options.tenant = Some(tenant);
        }
        Ok(Call::new(self.plan(row, parameters, options, entropy)?)?)
    }

    /// Refuses what this provider's API has no use for: it would be silently ignored.
    fn check_known(&self, options: &CallOptions) -> Result<(), ConfigError> {
        if options.tenant.is_some() && self.dialect.tenant_header.is_none() {
            return Err(unknown("tenantId"));
        }
        if options.idempotency_key.is_some() && !self.dialect.idempotency {
            return Err(unknown("idempotencyKey"));
        }
        Ok(())
    }

    /// The credential of a kind that the client was given.
    pub(crate) fn held(&self, kind: CredentialKind) -> Option<&Secret> {
        let held = self.credentials.iter().find(|(held, _)| *held == kind);
        held.map(|(_, secret)| secret)
    }

    /// The URL of an operation that a browser is sent to.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] as for [`Client::call`], or when the operation is a request.
    pub fn url(&self, operation: &str, parameters: &str) -> Result<String, Error> {
        let row = self.dialect.operation(operation);
        let row = row.ok_or_else(|| unknown(operation))?;
        if row.answer != AnswerKind::Url {
            return Err(ConfigError::new(row.name, "is a request, not a URL").into());
        }
        let mut parameters = Parameters::parse(row, parameters)?;
        let tenant = parameters.take_tenant()?.or_else(|| self.tenant.clone());
        let context = Context {
            credential: None,
            tenant: tenant.as_deref(),
        };
        let layout = parameters.laid_out(self.path(row), &context)?;
        Ok(self.address(row, &layout))
    }

    /// Walks through the pages of a list operation.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the operation is no list.
    pub fn walk(&self, operation: &str, parameters: &str) -> Result<Walk, Error> {
        let row = self.dialect.operation(operation);
        let row = row.ok_or_else(|| unknown(operation))?;
        match row.paging {
            Some(paging) => Ok(Walk::new(paging, parameters)?),
            None => Err(ConfigError::new(row.name, "does not come in pages").into()),
        }
    }

    fn plan(
        &self,
        row: &'static Operation,
        parameters: Parameters,
        options: CallOptions,
        entropy: u128,
    ) -> Result<Plan, ConfigError> {
        let idempotency_key = self.idempotency_key(row, options.idempotency_key, entropy);
        let tenant = options.tenant.or_else(|| self.tenant.clone());
        let in_body = row.fixed.iter().find_map(|fixed| match fixed.value {
            FixedValue::Credential(kind) => Some(kind),
            _ => None,
        });
        let in_body = match in_body {
            Some(kind) => self.credential(kind, None)?,
            None => None,
        };
        let context = Context {
            credential: in_body.as_ref(),
            tenant: tenant.as_deref(),
        };
        let mut layout = parameters.laid_out(self.path(row), &context)?;
        let body = layout.body(row);
        let bearer = self.credential(row.credential, options.access_token)?;
        let mut headers = self.headers.clone();
        headers.append(&mut layout.headers);
        headers.extend(self.tenant_field(row, tenant));
        let mut secrets = Vec::new();
        secrets.extend(bearer.clone());
        secrets.extend(in_body);
        // A server may know more of them than it is sent.
        secrets.extend(self.credentials.iter().map(|(_, secret)| secret.clone()));
        secrets.append(&mut layout.secrets);
        Ok(Plan {
            row,
            dialect: self.dialect,
            base: self.base.clone(),
            url: self.address(row, &layout),
            headers,
            bearer,
            idempotency_key,
            body,
            secrets,
            parameters,
            limits: options.limits,
        })
    }

    fn tenant_field(
        &self,
        row: &Operation,
        tenant: Option<String>,
    ) -> Option<(&'static str, String)> {
        row.tenant
            .then_some(self.dialect.tenant_header)
            .flatten()
            .zip(tenant)
    }

    /// The path of an operation, which the caller may have moved.
    fn path(&self, row: &Operation) -> &str {
        let other = self.paths.iter().find(|(name, _)| *name == row.name);
        other.map_or(row.path, |(_, path)| path)
    }

    fn address(&self, row: &Operation, layout: &Layout) -> String {
        let path = match row.base {
            Base::Api => self.base.path(),
            Base::Origin => "",
        };
        [self.base.origin(), path, &layout.target()].concat()
    }

    /// The credential of a kind: the call's own where it takes one, else the client's.
    fn credential(
        &self,
        kind: CredentialKind,
        own: Option<Secret>,
    ) -> Result<Option<Secret>, ConfigError> {
        let takes_own = matches!(
            kind,
            CredentialKind::AccessToken | CredentialKind::ControlPlane
        );
        if own.is_some() && !takes_own {
            return Err(ConfigError::new("accessToken", "is not for this operation"));
        }
        let held = match kind {
            CredentialKind::None => return Ok(None),
            CredentialKind::PublishableIfAny => CredentialKind::Publishable,
            kind => kind,
        };
        let configured = self.credentials.iter().find(|(other, _)| *other == held);
        match own.or_else(|| configured.map(|(_, secret)| secret.clone())) {
            None if kind != CredentialKind::PublishableIfAny => Err(ConfigError::new(
                kind.option(),
                "is needed for this operation",
            )),
            secret => Ok(secret),
        }
    }

    fn idempotency_key(
        &self,
        row: &Operation,
        asked: Option<IdempotencyKey>,
        entropy: u128,
    ) -> Option<String> {
        if row.method != Method::Post || !self.dialect.idempotency {
            return None;
        }
        let default = if self.idempotency {
            IdempotencyKey::Automatic
        } else {
            IdempotencyKey::Off
        };
        match asked.unwrap_or(default) {
            IdempotencyKey::Automatic if row.repeat == Repeat::ByMethod => Some(uuid(entropy)),
            IdempotencyKey::Automatic | IdempotencyKey::Off => None,
            IdempotencyKey::Given(key) => Some(key),
        }
    }
}

/// Credentials, tenants and paths are nobody's business: only the origin is shown.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("origin", &self.base.origin())
            .finish_non_exhaustive()
    }
}

/// A version 4 UUID of these random bits (RFC 9562 §5.4).
fn uuid(entropy: u128) -> String {
    let version = 4u128 << 76;
    let variant = 2u128 << 62;
    let bits = entropy & !(0xf << 76) & !(3 << 62) | version | variant;
    let hex = format!("{bits:032x}");
    let mut text = String::with_capacity(36);
    for (at, digit) in hex.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_are_of_version_4_and_the_rfc_variant() {
        assert_eq!(uuid(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(
            uuid(0x919108f7_52d1_3320_5bac_f847db4148a8),
            "919108f7-52d1-4320-9bac-f847db4148a8"
        );
    }
}
