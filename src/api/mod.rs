//! Calls to a provider's API as values: no socket, no clock, one interpreter for every
//! provider.
//!
//! A provider is a list of [`Operation`] rows and a [`Dialect`]. A [`Client`] turns an
//! operation's name and JSON parameters into a [`Call`], a [`Flow`](crate::flow::Flow) that
//! a host drives to an [`Answer`].
//!
//! What holds for every call of every provider:
//!
//! - The origin is fixed when the client is made and compared again before each request.
//!   Redirects are never followed.
//! - Parameters are checked against the row by name and type. Every path parameter is one
//!   percent-encoded segment; empty ones, dot segments and control characters are refused,
//!   also behind percent-encodings.
//! - Header values are visible ASCII, so nothing can start a new line.
//! - Answers are limited to 8 MiB and to a JSON depth of 128.
//! - A call is repeated only where that is safe: by its method, or as a `POST` with an
//!   idempotency key that stays the same over all attempts. Waits are jittered, advised
//!   ones obeyed up to a ceiling.
//! - Credentials, passwords, tokens and codes are wiped after use, shown in no `Debug`
//!   output, and cut from error texts when a server echoes them. A [`Request`] handed to a
//!   host holds copies, which are the host's to forget.
//!
//! [`Request`]: crate::http::Request

mod answer;
mod base;
mod call;
mod client;
mod date;
mod operation;
mod options;
mod page;
mod parameters;
mod refusal;
mod retry;
mod secret;
pub(crate) mod table;

pub use answer::{Answer, Body, Names};
pub use base::BaseUrl;
pub use call::Call;
pub use client::{Client, Dialect};
pub use operation::{
    AnswerKind, Base, CredentialKind, Encoding, Fixed, FixedValue, Kind, Operation, Parameter,
    Place, Recover, Repeat, Shape, Success,
};
pub use options::Limits;
pub use page::{Next, Page, Paging, Walk};
pub use refusal::{Reading, Refusal};
pub use secret::Secret;

pub(crate) use answer::renamed;
pub(crate) use parameters::check_segment;
pub(crate) use refusal::{failed, unusable};
pub(crate) use table::operations;
