//! JSON Web Tokens in compact form (RFC 7515, RFC 7519), verified.
//!
//! # The order of checks
//!
//! 1. **Structure**: at most 16 KiB, three segments of base64url letters, before anything is
//!    allocated.
//! 2. **Header**: a strict JSON object. `crit`, `b64`, `enc` and `zip` are refused; `jwk`,
//!    `jku`, `x5u` and `x5c` are never read.
//! 3. **Algorithm**: an exact name from the policy's list.
//! 4. **Key**: by `kid`, and fit for the algorithm by kind, binding and use.
//! 5. **Signature**, over the bytes as received.
//! 6. **Payload**: the bytes that were verified, as a strict JSON object.
//! 7. **Policy**: `iss`, `aud`, `exp`, `nbf`, `iat`, `sub`, `typ`, required claims, the
//!    provider's own rules, and what the resource demands.
//!
//! With several issuers the payload's `iss`, which nobody has verified yet, picks the policy between
//! steps 2 and 3; a token of none of them, or without one, is refused there under that claim's name,
//! and step 7 checks `iss` again. Nothing else that the payload says appears in an error before the
//! signature has passed.
//!
//! # Attacks that shaped it
//!
//! | attack | what stops it |
//! |---|---|
//! | `alg: none` in any spelling (CVE-2022-23540) | there is no such algorithm here |
//! | a public key used as HMAC secret (CVE-2022-29217) | keys carry their family; only an explicit secret is one |
//! | keys from the token's own header (CVE-2018-0114) | such members are never read |
//! | unknown `crit` members ignored (CVE-2025-59420) | all are refused |
//! | `exp` of the wrong type read as absent (CVE-2026-25537) | absent, good and bad are three states |
//! | duplicate members read differently by two parsers | refused, in every spelling of the name |
//! | a zero ECDSA signature (CVE-2022-21449) | refused by the engine before any arithmetic |
//!
//! # What it does not do
//!
//! No JWE, no JSON serialization, no nested tokens, no signing. Revocation is not visible to
//! any local check: a revoked session's token is good until its `exp`.
//!
//! # Example
//!
//! ```
//! use countersign::error::ErrorCode;
//! use countersign::jwt::{Call, Verifier, VerifierOptions};
//! use countersign::time::UnixMillis;
//!
//! let options = VerifierOptions::from_json(r#"{
//!     "issuer": "https://issuer.example",
//!     "audience": "api",
//!     "pem": "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----"
//! }"#)?;
//! let (verifier, mut keyring) = Verifier::new(vec![options.resolve()?])?;
//! let refusal = verifier.verify(&mut keyring, b"not a token", Call::at(UnixMillis::from_secs(1_790_000_000)));
//! assert_eq!(refusal.unwrap_err().code(), ErrorCode::JwtInvalid);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
mod bearer;
mod claims;
mod explain;
mod flow;
mod header;
mod known;
mod options;
mod policy;
mod token;
mod verifier;

pub use crate::options::Setting;
pub use access::{AccessClaims, Memberships, Organizations, Requirement};
pub use bearer::bearer;
pub use claims::{ClaimRule, Claims};
pub use explain::{Check, CheckOutcome, Explanation};
pub(crate) use flow::fetch_number;
pub use flow::{Preload, Refresh, Verify};
pub use header::Header;
pub(crate) use known::LONGEST;
pub use options::{SecretBytes, VerifierOptions};
pub use policy::{DEFAULT_TOKEN_CACHE, MAX_CLOCK_TOLERANCE, MAX_TOKEN_CACHE, Policy};
pub use token::{MAX_TOKEN, Token};
pub use verifier::{Call, Decoded, Keyring, Verified, Verifier, dangerous_decode};
