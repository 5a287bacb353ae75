//! Values from JavaScript, checked once more at the border.

use js_sys::Uint8Array;
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use zeroize::Zeroizing;

use crate::error::ConfigError;
use crate::json::Json;

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

/// A tree of our own making as a JavaScript value. What came from outside goes as text, for the
/// host's own parser: here a member called `__proto__` would be more than a member.
pub(super) fn value(json: &Json) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    // Plain trees always convert.
    json.serialize(&serializer).unwrap_or_default()
}
