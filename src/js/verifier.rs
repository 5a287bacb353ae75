//! Token verification for JavaScript.

use std::cell::RefCell;
use std::rc::Rc;

use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::error::{Failure, given};
use super::fields;
use super::host;
use super::job;
use super::memory::{self, Token, Written};
use super::primitives;
use super::slab::{self, Handle, Object};
use crate::error::{Error, Malformed, TokenError};
use crate::json::Json;
use crate::jwt::{Call, Keyring, Requirement, Verified, Verifier};
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

    fn failure(&self, error: Error) -> Failure {
        Failure::of(self.provider(), error)
    }

    /// The provider whose tokens it verifies, if they are one's.
    pub(super) fn provider(&self) -> Option<&'static Provider> {
        self.provider.as_ref().map(|(provider, _)| *provider)
    }
}

/// Makes a verifier and gives its handle. Two values are read for each issuer: its options as JSON
/// text, and its secret, where there is one.
///
/// Fails with `ERR_CONFIG_INVALID` naming the option, `ERR_JWK_INVALID` for a key.
#[wasm_bindgen(js_name = createVerifier)]
pub fn create_verifier(length: usize, several: bool) -> f64 {
    given(|| {
        let written = memory::written(length);
        let mut fields = written.fields();
        let mut resolved = Vec::new();
        while let (Some((_, options)), Some((kind, secret))) = (fields.next(), fields.next()) {
            let mut options = VerifierOptions::from_json(fields::text(options))?;
            take_secret(&mut options, kind, secret);
            resolved.push(options.resolve()?);
        }
        let (verifier, keyring) = Verifier::new(resolved)?;
        Ok(slab::keep(Tokens::new(verifier, keyring, several)))
    })
}

fn take_secret(options: &mut VerifierOptions, kind: u8, secret: &[u8]) {
    if kind != fields::NONE {
        options.secret = Some(SecretBytes::new(secret.to_vec()));
    }
}

/// Makes a requirement, read as JSON text, for this verifier's tokens and gives its handle.
///
/// Fails for an empty list, and where the verifier knows no claim for what is asked.
#[wasm_bindgen(js_name = createRequirement)]
pub fn create_requirement(verifier: f64, length: usize) -> f64 {
    given(|| {
        let tokens = slab::find::<Tokens>(verifier)?;
        let written = memory::written(length);
        let requirement = Requirement::from_json(written.fields().text())?;
        for policy in tokens.verifier.policies() {
            requirement.validate(&policy.access)?;
        }
        Ok(slab::keep(requirement))
    })
}

/// The token in what was written: all of it (0), the value of an `Authorization` header (1), or
/// nothing at all (2).
fn token(source: u32, written: &Written) -> Result<&[u8], Error> {
    if !written.is_whole() {
        return Err(TokenError::TooLarge.into());
    }
    let authorization = match source {
        0 => return Ok(written.bytes()),
        1 => Some(authorization(written.bytes())?),
        _ => None,
    };
    Ok(bearer(authorization)?.as_bytes())
}

/// A header value with other than ASCII in it is no token; RFC 6750 §2.1 has ASCII only.
fn authorization(text: &[u8]) -> Result<&str, TokenError> {
    core::str::from_utf8(text).map_err(|_| TokenError::Malformed(Malformed::Encoding))
}

/// A requirement by its handle: 0 stands for none.
fn requirement(handle: Handle) -> Result<Option<Rc<Requirement>>, Error> {
    (handle != 0.0).then(|| slab::find(handle)).transpose()
}

/// Leaves a verified token for JavaScript to read, and the user that it describes as JSON text;
/// no text where no provider reads it.
fn leave(verified: Verified, provider: Option<&OfProvider>) -> Result<(), Error> {
    memory::leave_text(match provider {
        Some((_, configured)) => configured.principal(verified.members()).to_string(),
        None => String::new(),
    });
    memory::leave_token(Token::Verified(verified));
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

/// Verifies with the keys in memory and leaves the token.
#[wasm_bindgen(js_name = verifySync)]
pub fn verify_sync(verifier: f64, source: u32, length: usize, now: f64, date_or_nan: f64) -> f64 {
    given(|| {
        let tokens = slab::find::<Tokens>(verifier)?;
        let call = Call {
            now: host::millis(now),
            date: host::date(date_or_nan),
            requirement: None,
        };
        let verified = tokens.verify(source, length, call);
        verified.map_err(|error| tokens.failure(error))
    })
}

impl Tokens {
    fn verify(&self, source: u32, length: usize, call: Call<'_>) -> Result<(), Error> {
        let mut keyring = self.keyring.borrow_mut();
        seed(&mut keyring);
        let written = memory::written(length);
        let token = token(source, &written)?;
        let verified = self.verifier.verify(&mut keyring, token, call)?;
        leave(verified, self.provider.as_ref())
    }
}

/// Begins a verification that may fetch keys; when its job is over, it has left the token.
#[wasm_bindgen(js_name = startVerify)]
pub fn start_verify(
    verifier: f64,
    source: u32,
    length: usize,
    date_or_nan: f64,
    requirement_or_0: f64,
) -> f64 {
    given(|| {
        let tokens = slab::find::<Tokens>(verifier)?;
        let requirement = requirement(requirement_or_0)?.map(|requirement| (*requirement).clone());
        let date = host::date(date_or_nan);
        seed(&mut tokens.keyring.borrow_mut());
        let written = memory::written(length);
        let token = token(source, &written).map_err(|error| tokens.failure(error))?;
        let provider = tokens.provider.clone();
        Ok(job::begin(
            tokens.verifier.verify_flow(token, date, requirement),
            tokens.keyring.clone(),
            move |verified| leave(verified, provider.as_ref()),
            tokens.provider(),
        ))
    })
}

/// Says what becomes of every check, as an object.
#[wasm_bindgen]
pub fn explain(verifier: f64, source: u32, length: usize, now: f64, date_or_nan: f64) -> JsValue {
    let explained = slab::find::<Tokens>(verifier).map_err(Failure::from);
    let call = Call {
        now: host::millis(now),
        date: host::date(date_or_nan),
        requirement: None,
    };
    let explained = explained.and_then(|tokens| tokens.explain(source, length, call));
    match explained {
        Ok(explanation) => value(&explanation),
        Err(failure) => failure.leave().into(),
    }
}

/// A tree of our own making as a JavaScript value. What came from outside goes as text, for the
/// host's own parser: here a member called `__proto__` would be more than a member.
fn value(json: &Json) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    // Plain trees always convert.
    json.serialize(&serializer).unwrap_or_default()
}

impl Tokens {
    fn explain(&self, source: u32, length: usize, call: Call<'_>) -> Result<Json, Failure> {
        // What did not fit into the room is too large, whatever it says.
        let too_large = vec![b'.'; MAX_TOKEN + 1];
        let written = memory::written(length);
        let token = match written.is_whole() {
            true => token(source, &written)?,
            false => &too_large,
        };
        let mut keyring = self.keyring.borrow_mut();
        Ok(self.verifier.explain(&mut keyring, token, call).json())
    }
}

/// Reads a token without verifying it and leaves it.
#[wasm_bindgen]
pub fn decode(length: usize) -> f64 {
    given(|| {
        let decoded = dangerous_decode(token(0, &memory::written(length))?)?;
        memory::leave_token(Token::Decoded(decoded));
        Ok(())
    })
}
