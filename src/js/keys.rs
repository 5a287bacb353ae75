//! A verifier's key cache for JavaScript.

use wasm_bindgen::prelude::*;

use super::error::Thrown;
use super::host;
use super::job;
use super::slab;
use super::verifier::Tokens;
use crate::json::{Json, Members};
use crate::jwk::KeyStatus;
use crate::jwt::Verifier;

/// Begins to fetch the keys that are not there.
///
/// # Errors
///
/// When there is no such verifier.
#[wasm_bindgen(js_name = startPreload)]
pub fn start_preload(verifier: f64) -> Result<f64, Thrown> {
    let tokens = slab::find::<Tokens>(verifier)?;
    let flow = tokens.verifier.preload_flow();
    Ok(job::begin(
        flow,
        tokens.keyring.clone(),
        |()| Ok(()),
        tokens.provider(),
    ))
}

/// Begins to fetch keys anew that are near their end.
///
/// # Errors
///
/// When there is no such verifier.
#[wasm_bindgen(js_name = startRefresh)]
pub fn start_refresh(verifier: f64) -> Result<f64, Thrown> {
    let tokens = slab::find::<Tokens>(verifier)?;
    let flow = tokens.verifier.refresh_flow();
    Ok(job::begin(
        flow,
        tokens.keyring.clone(),
        |()| Ok(()),
        tokens.provider(),
    ))
}

/// Whether it is time to fetch keys anew.
///
/// # Errors
///
/// When there is no such verifier.
#[wasm_bindgen(js_name = refreshDue)]
pub fn refresh_due(verifier: f64, now: f64) -> Result<bool, Thrown> {
    let tokens = slab::find::<Tokens>(verifier)?;
    let due = tokens.keyring.borrow().refresh_due(host::millis(now));
    Ok(due)
}

/// The fetched keys as JSON text.
///
/// # Errors
///
/// When there is no such verifier.
#[wasm_bindgen]
pub fn snapshot(verifier: f64) -> Result<String, Thrown> {
    let tokens = slab::find::<Tokens>(verifier)?;
    let text = tokens.keyring.borrow().snapshot();
    Ok(text)
}

/// Takes keys that `snapshot` gave.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` when they are not this verifier's.
#[wasm_bindgen]
pub fn restore(verifier: f64, text: &str, now: f64) -> Result<(), Thrown> {
    let tokens = slab::find::<Tokens>(verifier)?;
    let restored = tokens.keyring.borrow_mut().restore(text, host::millis(now));
    Ok(restored?)
}

/// What the key cache holds, as JSON text: one object, or one for each issuer by its name.
///
/// # Errors
///
/// When there is no such verifier.
#[wasm_bindgen(js_name = keyStatus)]
pub fn key_status(verifier: f64, now: f64) -> Result<String, Thrown> {
    let tokens = slab::find::<Tokens>(verifier)?;
    let all = tokens.keyring.borrow().status(host::millis(now));
    let json = if tokens.several {
        by_issuer(&tokens.verifier, &all)
    } else {
        all.first().map_or(Json::Null, status)
    };
    Ok(json.to_string())
}

fn by_issuer(verifier: &Verifier, all: &[KeyStatus]) -> Json {
    let entries = verifier.policies().iter().zip(all);
    let named = entries.flat_map(|(policy, held)| {
        let names = policy.issuers.iter().flatten();
        names.map(move |name| (name.clone(), status(held)))
    });
    Json::Object(named.collect())
}

fn status(held: &KeyStatus) -> Json {
    let mut status = Members::new();
    status.insert("fresh", held.fresh);
    status.insert("coolingDown", held.cooling_down);
    status.insert("reloading", held.reloading);
    status.insert("count", held.count as u64);
    if let Some(at) = held.fetched_at {
        status.insert("fetchedAt", at.as_millis());
    }
    status.into()
}
