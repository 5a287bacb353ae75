//! A verifier's key cache for JavaScript.

use wasm_bindgen::prelude::*;

use super::error::given;
use super::host;
use super::job;
use super::memory;
use super::slab;
use super::verifier::Tokens;
use crate::json::{Json, Members};
use crate::jwk::KeyStatus;

/// Begins to fetch the keys that are not there.
#[wasm_bindgen(js_name = startPreload)]
pub fn start_preload(verifier: f64) -> f64 {
    given(|| {
        let tokens = slab::find::<Tokens>(verifier)?;
        Ok(job::begin(
            tokens.verifier.preload_flow(),
            tokens.keyring.clone(),
            |()| Ok(()),
            tokens.provider(),
        ))
    })
}

/// Begins to fetch keys anew that are near their end.
#[wasm_bindgen(js_name = startRefresh)]
pub fn start_refresh(verifier: f64) -> f64 {
    given(|| {
        let tokens = slab::find::<Tokens>(verifier)?;
        Ok(job::begin(
            tokens.verifier.refresh_flow(),
            tokens.keyring.clone(),
            |()| Ok(()),
            tokens.provider(),
        ))
    })
}

/// Whether it is time to fetch keys anew.
#[wasm_bindgen(js_name = refreshDue)]
pub fn refresh_due(verifier: f64, now: f64) -> f64 {
    given(|| {
        let tokens = slab::find::<Tokens>(verifier)?;
        let due = tokens.keyring.borrow().refresh_due(host::millis(now));
        Ok(due)
    })
}

/// Leaves the fetched keys as JSON text.
#[wasm_bindgen]
pub fn snapshot(verifier: f64) -> f64 {
    given(|| {
        let tokens = slab::find::<Tokens>(verifier)?;
        let text = tokens.keyring.borrow().snapshot();
        Ok(text)
    })
}

/// Reads keys that `snapshot` left; fails when they are not this verifier's.
#[wasm_bindgen]
pub fn restore(verifier: f64, length: usize, now: f64) -> f64 {
    given(|| {
        let tokens = slab::find::<Tokens>(verifier)?;
        let written = memory::written(length);
        let text = written.fields().text();
        let restored = tokens.keyring.borrow_mut().restore(text, host::millis(now));
        Ok(restored?)
    })
}

/// Leaves what the key cache holds, as JSON text: one object, or one for each issuer by its name.
#[wasm_bindgen(js_name = keyStatus)]
pub fn key_status(verifier: f64, now: f64) -> f64 {
    given(|| {
        let tokens = slab::find::<Tokens>(verifier)?;
        let all = tokens.keyring.borrow().status(host::millis(now));
        let mut named = Members::new();
        for (policy, held) in tokens.verifier.policies().iter().zip(&all) {
            if !tokens.several {
                return Ok(status(held).to_string());
            }
            for name in policy.issuers.iter().flatten() {
                named.insert(name.as_str(), status(held));
            }
        }
        Ok(Json::Object(named).to_string())
    })
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
