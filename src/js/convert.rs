//! Values from JavaScript, checked once more at the border.

use core::time::Duration;

use js_sys::Uint8Array;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use zeroize::Zeroizing;

use crate::error::ConfigError;

/// An object as a Rust type. The façade has checked names and types of its members; what
/// remains, such as a member that is missing, is named by serde's own message.
///
/// # Errors
///
/// [`ConfigError`] when it does not fit.
pub(super) fn object<T: DeserializeOwned>(
    option: &'static str,
    value: JsValue,
) -> Result<T, ConfigError> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|problem| ConfigError::new(option, problem.to_string()))
}

/// A span of time in seconds, fractions allowed.
///
/// # Errors
///
/// [`ConfigError`] for one that is negative or beyond measure.
pub(super) fn seconds(
    option: &'static str,
    value: Option<f64>,
) -> Result<Option<Duration>, ConfigError> {
    value
        .map(Duration::try_from_secs_f64)
        .transpose()
        .map_err(|_| ConfigError::new(option, "must be a number of seconds, not negative"))
}

/// A count.
///
/// # Errors
///
/// [`ConfigError`] for one that is negative, not whole, or beyond 2^32.
pub(super) fn count(
    option: &'static str,
    value: Option<f64>,
) -> Result<Option<usize>, ConfigError> {
    let whole = |number: f64| {
        let count = number as u32;
        (f64::from(count) == number).then_some(count as usize)
    };
    match value {
        None => Ok(None),
        Some(number) => whole(number)
            .map(Some)
            .ok_or_else(|| ConfigError::new(option, "must be a whole number, not negative")),
    }
}

/// The bytes of a secret, wiped when dropped. A string stands for its UTF-8 bytes.
///
/// The façade copies what it is given into a `Uint8Array` of this realm, so anything else here
/// is a mistake: a Promise, a `CryptoKey` or `{}` would otherwise pass for an empty secret.
///
/// # Errors
///
/// [`ConfigError`] for other values, and for secrets that are empty or all zeros: an HMAC
/// cannot tell these apart (RFC 2104 §2), and they are what a mistaken conversion leaves.
pub(super) fn secret(
    option: &'static str,
    value: &JsValue,
) -> Result<Zeroizing<Vec<u8>>, ConfigError> {
    let bytes = match (value.as_string(), value.dyn_ref::<Uint8Array>()) {
        (Some(text), _) => Zeroizing::new(text.into_bytes()),
        (None, Some(bytes)) => Zeroizing::new(bytes.to_vec()),
        (None, None) => {
            return Err(ConfigError::new(option, "must be a string or a Uint8Array"));
        }
    };
    if bytes.iter().all(|byte| *byte == 0) {
        return Err(ConfigError::new(option, "must not be empty or all zeros"));
    }
    Ok(bytes)
}
