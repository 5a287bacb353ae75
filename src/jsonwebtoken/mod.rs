//! This crate's engine under the `jsonwebtoken` crate (feature `jsonwebtoken`).
//!
//! Programs that verify with that crate keep their code and get this engine, with keys that
//! are parsed once and elliptic-curve tables that are computed once, by one line at start-up:
//!
//! ```
//! countersign::jsonwebtoken::PROVIDER.install_default().expect("no provider is installed yet");
//! ```
//!
//! [`Jwk`](crate::jwk::Jwk) converts to that crate's type and back, both by `try_from`.
//!
//! # What it does not do
//!
//! - It signs nothing: `encode` and everything else that needs a private key answers with
//!   [`ErrorKind::Provider`].
//! - It refuses keys that this crate refuses: RSA below 2048 bits, secrets shorter than the
//!   hash, secrets that look like public keys, points that are not on the curve.
//! - Claims, `crit` and everything but the signature stay that crate's business. For this
//!   crate's own checks use [`crate::jwt::Verifier`].
//!
//! # Memory
//!
//! That crate asks for a verifier for each token, so parsed keys are found by their bytes.
//! Each thread keeps the [`MAX_KEYS`] that it used last, and tables within
//! [`TABLE_BYTES`]: threads never wait for each other, and no stream of new keys makes the
//! memory grow.

mod convert;
mod keys;
mod provider;

pub use crate::crypto::TABLE_BYTES;
pub use keys::MAX_KEYS;
pub use provider::PROVIDER;

#[cfg(doc)]
use ::jsonwebtoken::errors::ErrorKind;
