//! Token verification for JavaScript.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::convert;
use super::error::Thrown;
use super::host;
use super::job;
use super::memory;
use super::primitives;
use super::slab::{self, Handle, Object};
use crate::error::{Demand, Error, Malformed, TokenError};
use crate::jwk::KeySource;
use crate::jwt::{Call, Keyring, Policy, Requirement, Verified, Verifier};
use crate::jwt::{MAX_TOKEN, SecretBytes, VerifierOptions, bearer, dangerous_decode};
use crate::providers::{Configured, Provider};

/// A verifier with its keys.
pub(super) struct Tokens {
    pub(super) verifier: Verifier,
    pub(super) keyring: Rc<RefCell<Keyring>>,
    /// Whether it was made of an array of options.
    pub(super) several: bool,
    provider: Option<OfProvider>,
}

/// What makes a user of a payload, and how its callers know errors.
type OfProvider = (&'static Provider, Rc<dyn Configured>);

impl Object for Tokens {}
impl Object for Requirement {}

impl Tokens {
    pub(super) fn new(verifier: Verifier, mut keyring: Keyring, several: bool) -> Self {
        if let Some(lender) = primitives::lender() {
            keyring.borrow_from(lender);
        }
        Self {
            verifier,
            keyring: Rc::new(RefCell::new(keyring)),
            several,
            provider: None,
        }
    }

    /// The verifier of a provider, which reads a user out of its tokens.
    pub(super) fn of_provider(
        mut self,
        provider: &'static Provider,
        configured: Rc<dyn Configured>,
    ) -> Self {
        self.provider = Some((provider, configured));
        self
    }

    fn thrown(&self, error: Error) -> Thrown {
        Thrown::named(error, self.provider())
    }

    /// The provider whose tokens it verifies, if they are one's.
    pub(super) fn provider(&self) -> Option<&'static Provider> {
        self.provider.as_ref().map(|(provider, _)| *provider)
    }
}

/// Makes a verifier of the options of one issuer or several, each as JSON text, and gives its
/// handle. `secrets` has a string, a `Uint8Array` or nothing for each issuer.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` naming the option, `ERR_JWK_INVALID` for a key.
#[wasm_bindgen(js_name = createVerifier)]
pub fn create_verifier(
    #[wasm_bindgen(unchecked_param_type = "string[]")] issuers: &Array,
    #[wasm_bindgen(unchecked_param_type = "unknown[]")] secrets: &Array,
    several: bool,
) -> Result<f64, Thrown> {
    let resolved = issuers
        .iter()
        .zip(secrets.iter())
        .map(|(options, secret)| resolve(&options, &secret))
        .collect::<Result<Vec<_>, Error>>()?;
    let (verifier, keyring) = Verifier::new(resolved)?;
    Ok(slab::keep(Tokens::new(verifier, keyring, several)))
}

fn resolve(options: &JsValue, secret: &JsValue) -> Result<(Policy, KeySource), Error> {
    let text = options.as_string().unwrap_or_default();
    let mut options = VerifierOptions::from_json(&text)?;
    if !secret.is_undefined() {
        let bytes = convert::secret("secret", secret)?;
        options.secret = Some(SecretBytes::new(bytes.to_vec()));
    }
    options.resolve()
}

/// Makes a requirement, given as JSON text, for this verifier's tokens and gives its handle.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` for an empty list, and where the verifier knows no claim for what is asked.
#[wasm_bindgen(js_name = createRequirement)]
pub fn create_requirement(verifier: f64, requirement: &str) -> Result<f64, Thrown> {
    let tokens = slab::find::<Tokens>(verifier)?;
    let requirement = Requirement::from_json(requirement)?;
    for policy in tokens.verifier.policies() {
        requirement.validate(&policy.access)?;
    }
    Ok(slab::keep(requirement))
}

/// Lends the token that lies in the input buffer: as it stands (0), as the value of an
/// `Authorization` header (1), or not there at all (2).
fn with_token<R>(source: u32, length: usize, call: impl FnOnce(&[u8]) -> R) -> Result<R, Error> {
    memory::read_input(length, |text| {
        let token = match source {
            0 => text,
            1 => bearer([authorization(text)?])?.as_bytes(),
            _ => bearer([])?.as_bytes(),
        };
        Ok(call(token))
    })?
}

/// A header value with other than ASCII in it is no token; RFC 6750 §2.1 has ASCII only.
fn authorization(text: &[u8]) -> Result<&str, TokenError> {
    core::str::from_utf8(text).map_err(|_| TokenError::Malformed(Malformed::Encoding))
}

/// A requirement by its handle: 0 stands for none.
fn requirement(handle: Handle) -> Result<Option<Rc<Requirement>>, Error> {
    (handle != 0.0).then(|| slab::find(handle)).transpose()
}

/// Leaves a verified token for JavaScript to read.
fn leave(verified: Verified, provider: Option<&OfProvider>) -> Result<(), Error> {
    let user = match provider {
        Some((_, configured)) => configured.principal(verified.members()).to_string(),
        None => String::new(),
    };
    memory::leave(verified, user);
    Ok(())
}

/// Lends the cache of tokens its randomness, where the host has any yet: Workers have none at
/// global scope, and keep no tokens there.
fn seed(keyring: &mut Keyring) {
    if keyring.wants_seed()
        && let Ok(seed) = getrandom::u64()
    {
        keyring.seed(seed);
    }
}

/// Verifies with the keys in memory and leaves payload and header to be read.
///
/// # Errors
///
/// What the token or the keys are refused for.
#[wasm_bindgen(js_name = verifySync)]
pub fn verify_sync(
    verifier: f64,
    source: u32,
    length: usize,
    now: f64,
    date_or_nan: f64,
    requirement_or_0: f64,
) -> Result<(), Thrown> {
    let tokens = slab::find::<Tokens>(verifier)?;
    let requirement = requirement(requirement_or_0)?;
    let call = Call {
        now: host::millis(now),
        date: host::date(date_or_nan),
        requirement: requirement.as_deref(),
    };
    let mut keyring = tokens.keyring.borrow_mut();
    seed(&mut keyring);
    let verdict = with_token(source, length, |token| {
        tokens.verifier.verify(&mut keyring, token, call)
    });
    let left = verdict
        .and_then(|verdict| verdict)
        .and_then(|verified| leave(verified, tokens.provider.as_ref()));
    left.map_err(|error| tokens.thrown(error))
}

/// Begins a verification that may fetch keys; when its job is over, payload and header can be
/// read.
///
/// # Errors
///
/// When there is no token.
#[wasm_bindgen(js_name = startVerify)]
pub fn start_verify(
    verifier: f64,
    source: u32,
    length: usize,
    date_or_nan: f64,
    requirement_or_0: f64,
) -> Result<f64, Thrown> {
    let tokens = slab::find::<Tokens>(verifier)?;
    let requirement = requirement(requirement_or_0)?.map(|requirement| (*requirement).clone());
    let date = host::date(date_or_nan);
    seed(&mut tokens.keyring.borrow_mut());
    let flow = with_token(source, length, |token| {
        tokens.verifier.verify_flow(token, date, requirement)
    });
    let flow = flow.map_err(|error| tokens.thrown(error))?;
    let provider = tokens.provider.clone();
    Ok(job::begin(
        flow,
        tokens.keyring.clone(),
        move |verified| leave(verified, provider.as_ref()),
        tokens.provider(),
    ))
}

/// Says what becomes of every check, as an object.
///
/// # Errors
///
/// When there is no token to explain.
#[wasm_bindgen]
pub fn explain(
    verifier: f64,
    source: u32,
    length: usize,
    now: f64,
    date_or_nan: f64,
) -> Result<JsValue, Thrown> {
    let tokens = slab::find::<Tokens>(verifier)?;
    let call = Call {
        now: host::millis(now),
        date: host::date(date_or_nan),
        requirement: None,
    };
    let mut keyring = tokens.keyring.borrow_mut();
    let mut explain = |token: &[u8]| tokens.verifier.explain(&mut keyring, token, call);
    // What did not fit into the buffer is too large, whatever it says.
    let explanation = match with_token(source, length, &mut explain) {
        Err(Error::Token(TokenError::TooLarge)) => explain(&vec![b'.'; MAX_TOKEN + 1]),
        explained => explained?,
    };
    Ok(convert::value(&explanation.json()))
}

/// Reads a token without verifying it and leaves payload and header to be read.
///
/// # Errors
///
/// `ERR_JWT_INVALID`, `ERR_TOKEN_TOO_LARGE` or `ERR_JOSE_NOT_SUPPORTED`.
#[wasm_bindgen]
pub fn decode(length: usize) -> Result<(), Thrown> {
    let decoded = memory::read_input(length, dangerous_decode)??;
    memory::leave_decoded(decoded);
    Ok(())
}

/// Throws what a good token gets that a check of the caller's own does not pass.
///
/// # Errors
///
/// `ERR_FORBIDDEN`, always.
#[wasm_bindgen(js_name = refuseAccess)]
pub fn refuse_access() -> Result<(), Thrown> {
    Err(TokenError::Forbidden(Demand::Permission).into())
}
