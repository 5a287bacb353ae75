//! The auth providers on 127.0.0.1, for offline development and for tests.
//!
//! An independent implementation of the providers' documented wire behaviour:
//! it shares no code with the `countersign` crate, so that agreement between
//! the two means something. Nothing here is fit for production: passwords are
//! hashed cheaply, state lives in memory and the controls hand out tokens.
//!
//! | Part | File |
//! |---|---|
//! | Command line | [`options`], [`shutdown`] |
//! | Accepting, logging, answering | [`server`], [`requests`], [`redaction`], [`cors`] |
//! | Going wrong on purpose | [`faults`], [`fault_answers`] |
//! | Clock, ids, origin shared by all providers | [`world`] |
//! | What a provider is | [`provider`] |
//! | Test controls | [`controls`] |
//! | HelloJohn | [`hellojohn`] |
//! | JustAuthenticateMe | [`justauthenticateme`] |
//! | NiceLogin | [`nicelogin`] |
//! | OpenID Connect | [`oidc`] |

#![forbid(unsafe_code)]

pub mod controls;
pub mod cors;
pub mod durations;
pub mod fault_answers;
pub mod faults;
pub mod hellojohn;
mod issuing;
pub mod justauthenticateme;
mod minting;
pub mod nicelogin;
pub mod oidc;
pub mod options;
pub mod provider;
pub mod redaction;
pub mod requests;
pub mod server;
pub mod shutdown;
mod signing_keys;
pub mod world;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks `mutex`; a panic in another request does not poison the emulator.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
