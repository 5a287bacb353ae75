//! API calls as data: one const row per operation, read by one interpreter.
//!
//! A row is written with the builder below, so that it reads like the line of the
//! provider's reference that it stands for:
//!
//! ```
//! use countersign::api::{Operation, Parameter};
//!
//! const UPDATE: Operation = Operation::patch("users.update", "/users/{id}").with(&[
//!     Parameter::path("id"),
//!     Parameter::text("displayName").sent_as("name"),
//!     Parameter::flag("emailVerified").sent_as("email_verified"),
//! ]);
//! assert_eq!(UPDATE.parameters.len(), 3);
//! ```

use crate::json::{Json, Members};

use crate::api::page::Paging;
use crate::http::Method;

/// Turns a decoded answer into what the caller gets; `None` when it is not what the
/// operation yields. The second argument holds the call's parameters.
pub type Shape = fn(Json, &Members) -> Option<Json>;

/// Turns a refusal that is a regular outcome (status and decoded body) into a result.
pub type Recover = fn(u16, &Json) -> Option<Json>;

/// One operation of a provider's API.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The name by which it is called, such as `users.list`.
    pub name: &'static str,
    /// The request method.
    pub method: Method,
    /// What the path is relative to.
    pub base: Base,
    /// The path; `{name}` stands for the path parameter of that name.
    pub path: &'static str,
    /// What the caller may and must give.
    pub parameters: &'static [Parameter],
    /// What is sent besides.
    pub fixed: &'static [Fixed],
    /// How body parameters are written.
    pub encoding: Encoding,
    /// Who the caller is to be.
    pub credential: CredentialKind,
    /// Whether the tenant goes into its header. The caller may then name another one in a
    /// parameter `tenantId` that every such operation takes.
    pub tenant: bool,
    /// Which statuses are a success.
    pub success: Success,
    /// What a success carries.
    pub answer: AnswerKind,
    /// How a list goes on, where the answer is one page of it.
    pub paging: Option<&'static Paging>,
    /// The last touch to a decoded answer, or to each item of a page.
    pub shape: Option<Shape>,
    /// Makes a result of a refusal that is one.
    pub recover: Option<Recover>,
    /// Whether the call may be sent again.
    pub repeat: Repeat,
    /// What a bare 404 says is missing, for the provider's error classes; or nothing.
    pub subject: &'static str,
}

impl Operation {
    /// A `GET`.
    pub const fn get(name: &'static str, path: &'static str) -> Self {
        Self::new(Method::Get, name, path)
    }

    /// A `POST`.
    pub const fn post(name: &'static str, path: &'static str) -> Self {
        Self::new(Method::Post, name, path)
    }

    /// A `PATCH`.
    pub const fn patch(name: &'static str, path: &'static str) -> Self {
        Self::new(Method::Patch, name, path)
    }

    /// A `PUT`.
    pub const fn put(name: &'static str, path: &'static str) -> Self {
        Self::new(Method::Put, name, path)
    }

    /// A `DELETE`, whose answer is taken to be empty.
    pub const fn delete(name: &'static str, path: &'static str) -> Self {
        Self::new(Method::Delete, name, path).answering(AnswerKind::Empty)
    }

    /// The row as [`Dialect::describe`](crate::api::Dialect::describe) lists it.
    pub(crate) fn describe(&self) -> Json {
        let names = |in_path: bool| {
            self.parameters
                .iter()
                .filter(move |parameter| (parameter.place == Place::Path) == in_path)
                .map(|parameter| parameter.name)
                .collect::<Vec<_>>()
        };
        let answer = match self.answer {
            AnswerKind::Bytes => "bytes",
            AnswerKind::Empty => "empty",
            AnswerKind::Json | AnswerKind::JsonOrEmpty => "json",
            AnswerKind::Url => "url",
        };
        Json::object([
            ("name", self.name.into()),
            ("path", names(true).into()),
            ("parameters", names(false).into()),
            ("paged", self.paging.is_some().into()),
            ("answer", answer.into()),
        ])
    }

    const fn new(method: Method, name: &'static str, path: &'static str) -> Self {
        Self {
            name,
            method,
            base: Base::Api,
            path,
            parameters: &[],
            fixed: &[],
            encoding: Encoding::Json,
            credential: CredentialKind::Secret,
            tenant: true,
            success: Success::Any,
            answer: AnswerKind::Json,
            paging: None,
            shape: None,
            recover: None,
            repeat: Repeat::ByMethod,
            subject: "",
        }
    }

    /// The operation with these parameters.
    #[must_use]
    pub const fn with(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// The operation with these values sent besides.
    #[must_use]
    pub const fn sending(mut self, fixed: &'static [Fixed]) -> Self {
        self.fixed = fixed;
        self
    }

    /// The operation with its body in this encoding.
    #[must_use]
    pub const fn encoded(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// The operation called with this credential.
    #[must_use]
    pub const fn by(mut self, credential: CredentialKind) -> Self {
        self.credential = credential;
        self
    }

    /// The operation without the tenant header.
    #[must_use]
    pub const fn without_tenant(mut self) -> Self {
        self.tenant = false;
        self
    }

    /// The operation with its path relative to the origin.
    #[must_use]
    pub const fn at_origin(mut self) -> Self {
        self.base = Base::Origin;
        self
    }

    /// The operation that succeeds with these statuses alone.
    #[must_use]
    pub const fn only(mut self, statuses: &'static [u16]) -> Self {
        self.success = Success::Only(statuses);
        self
    }

    /// The operation with this kind of answer.
    #[must_use]
    pub const fn answering(mut self, answer: AnswerKind) -> Self {
        self.answer = answer;
        self
    }

    /// The operation whose answer is one page of a list.
    #[must_use]
    pub const fn paged(mut self, paging: &'static Paging) -> Self {
        self.paging = Some(paging);
        self
    }

    /// The operation with its decoded answer, or each item of its page, given a last touch.
    #[must_use]
    pub const fn shaped(mut self, shape: Shape) -> Self {
        self.shape = Some(shape);
        self
    }

    /// The operation with some refusals turned into results.
    #[must_use]
    pub const fn recovering(mut self, recover: Recover) -> Self {
        self.recover = Some(recover);
        self
    }

    /// The operation that is never sent twice.
    #[must_use]
    pub const fn once(mut self) -> Self {
        self.repeat = Repeat::Never;
        self
    }

    /// The operation that changes nothing, whatever its method.
    #[must_use]
    pub const fn reading(mut self) -> Self {
        self.repeat = Repeat::Always;
        self
    }

    /// The operation whose bare 404 means that this is missing.
    #[must_use]
    pub const fn about(mut self, subject: &'static str) -> Self {
        self.subject = subject;
        self
    }
}

/// What an operation's path is relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// The client's base URL.
    Api,
    /// The origin of the client's base URL.
    Origin,
}

/// Who is calling. A client holds at most one credential of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// The token of a signed-in user, given with the client or the call.
    AccessToken,
    /// The token of an operator of the provider's control plane.
    ControlPlane,
    /// A key above all tenants.
    Master,
    /// Nobody in particular.
    None,
    /// A key that may be public.
    Publishable,
    /// The publishable key where one is configured, nobody otherwise.
    PublishableIfAny,
    /// A server's key.
    Secret,
}

impl CredentialKind {
    /// The option in which the caller gives it.
    pub const fn option(self) -> &'static str {
        match self {
            Self::AccessToken => "accessToken",
            Self::ControlPlane => "controlPlaneToken",
            Self::Master => "masterKey",
            Self::None => "",
            Self::Publishable | Self::PublishableIfAny => "publishableKey",
            Self::Secret => "secretKey",
        }
    }
}

/// How body parameters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-www-form-urlencoded`
    Form,
    /// `application/json`
    Json,
}

/// Which statuses are a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Success {
    /// Every 2xx.
    Any,
    /// These.
    Only(&'static [u16]),
}

impl Success {
    /// Whether `status` is one.
    pub fn includes(self, status: u16) -> bool {
        match self {
            Self::Any => (200..300).contains(&status),
            Self::Only(statuses) => statuses.contains(&status),
        }
    }
}

/// What a success carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// Bytes of some media type, passed on untouched.
    Bytes,
    /// Nothing that matters.
    Empty,
    /// A JSON value.
    Json,
    /// A JSON value or nothing.
    JsonOrEmpty,
    /// No request is made: the result is the URL itself.
    Url,
}

/// Whether a call may be sent again when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Always: it changes nothing.
    Always,
    /// As its method allows (RFC 9110 §9.2.2), a `POST` with its idempotency key.
    ByMethod,
    /// Never: a second attempt would burn a code, a token or a try.
    Never,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A member of the body.
    Body,
    /// A header field.
    Header,
    /// A segment of the path.
    Path,
    /// A query parameter.
    Query,
}

/// What values a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any JSON value.
    Any,
    /// `true` or `false`.
    Boolean,
    /// An object of options, whose names go from camelCase to snake_case.
    Fields,
    /// A whole number that is not negative.
    Integer,
    /// An object, sent as it is.
    Object,
    /// A string that must not show anywhere: a password, token or code.
    Secret,
    /// A string.
    Text,
    /// An array of strings.
    TextList,
}

/// A parameter of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name the caller uses, in camelCase.
    pub name: &'static str,
    /// The name the provider uses.
    pub wire: &'static str,
    /// Where it goes.
    pub place: Place,
    /// What values it takes.
    pub kind: Kind,
    /// Whether it must be given.
    pub required: bool,
}

impl Parameter {
    const fn new(name: &'static str, place: Place, kind: Kind) -> Self {
        Self {
            name,
            wire: name,
            place,
            kind,
            required: false,
        }
    }

    /// A segment of the path, always required.
    pub const fn path(name: &'static str) -> Self {
        Self::new(name, Place::Path, Kind::Text).required()
    }

    /// A string in the query.
    pub const fn query(name: &'static str) -> Self {
        Self::new(name, Place::Query, Kind::Text)
    }

    /// A string in a header.
    pub const fn header(name: &'static str) -> Self {
        Self::new(name, Place::Header, Kind::Text)
    }

    /// A string in the body.
    pub const fn text(name: &'static str) -> Self {
        Self::new(name, Place::Body, Kind::Text)
    }

    /// A password, token or code in the body.
    pub const fn secret(name: &'static str) -> Self {
        Self::new(name, Place::Body, Kind::Secret)
    }

    /// A boolean in the body.
    pub const fn flag(name: &'static str) -> Self {
        Self::new(name, Place::Body, Kind::Boolean)
    }

    /// An object in the body, sent as it is.
    pub const fn object(name: &'static str) -> Self {
        Self::new(name, Place::Body, Kind::Object)
    }

    /// An object of options in the body, sent with its names in snake_case.
    pub const fn fields(name: &'static str) -> Self {
        Self::new(name, Place::Body, Kind::Fields)
    }

    /// An array of strings in the body.
    pub const fn list(name: &'static str) -> Self {
        Self::new(name, Place::Body, Kind::TextList)
    }

    /// A whole number in the body.
    pub const fn integer(name: &'static str) -> Self {
        Self::new(name, Place::Body, Kind::Integer)
    }

    /// The parameter under the provider's own name for it.
    #[must_use]
    pub const fn sent_as(mut self, wire: &'static str) -> Self {
        self.wire = wire;
        self
    }

    /// The parameter with values of this kind.
    #[must_use]
    pub const fn of(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// The parameter that must be given.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// A value that is sent unless the caller gave one under the same wire name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The name the provider uses.
    pub wire: &'static str,
    /// Where it goes; never the path.
    pub place: Place,
    /// Where it comes from.
    pub value: FixedValue,
}

/// Where a fixed value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixedValue {
    /// This boolean.
    Boolean(bool),
    /// The value of the caller's parameter of this name.
    CopyOf(&'static str),
    /// The client's credential of this kind.
    Credential(CredentialKind),
    /// This number.
    Integer(u64),
    /// A list without items.
    NoItems,
    /// The tenant of the call, where there is one.
    Tenant,
    /// This string.
    Text(&'static str),
}
