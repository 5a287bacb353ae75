//! The Envoy filter: the same verdict at the proxy.
//!
//! Everything that decides lives in files that name no host, so that native tests cover it:
//!
//! | File | Holds |
//! |---|---|
//! | `config` | JSON to a [`Gate`], or the path of the wrong field |
//! | `gate` | the decision on one request, step by step |
//! | `path`, `authority`, `rule` | the form in which paths and hosts are compared, and which rule a request falls under |
//! | `requirement` | any, all, allow_missing: how findings climb the tree |
//! | `credential` | where tokens are taken from, and how that place is emptied |
//! | `court`, `accepted` | the providers, and tokens known to be good |
//! | `claim_headers` | claims as header fields |
//! | `clock` | the time, read no more often than needed |
//! | `parked`, `receiving` | requests that wait for keys, or for the end of their body |
//! | `background` | keys before anybody asks for them |
//! | `outbox`, `shared` | one fetch of keys for all workers |
//! | `answer`, `counters` | what refused requests are told, and what is counted |
//! | `pairs` | header fields as the proxy lays them out |
//! | `request` | a request's header fields, whatever bytes they hold |
//!
//! With the feature `envoy`, five more connect this to the proxy: `abi` holds the calls in both
//! directions, `dispatch` finds whom a call is for, `root` is a configuration at work and `filter`
//! one request, and `host` says in their terms what `abi` does. The configuration's every field is
//! described by `schema.json` beside this file.

pub mod accepted;
pub mod answer;
pub mod authority;
pub mod background;
pub mod claim_headers;
pub mod clock;
pub mod config;
pub mod counters;
pub mod court;
pub mod credential;
pub mod gate;
pub mod outbox;
mod pairs;
pub mod parked;
pub mod path;
pub mod receiving;
pub mod request;
pub mod requirement;
pub mod rule;
pub mod shared;

#[cfg(feature = "envoy")]
mod abi;
#[cfg(feature = "envoy")]
mod dispatch;
#[cfg(feature = "envoy")]
mod filter;
#[cfg(feature = "envoy")]
mod host;
#[cfg(feature = "envoy")]
mod root;

pub use gate::{Decision, Gate};
