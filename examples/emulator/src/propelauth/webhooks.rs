//! Deliveries in the form of Svix.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

const PREFIX: &str = "whsec_";

/// The secret of these bytes.
pub(crate) fn secret(bytes: &[u8; 32]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(bytes))
}

/// The headers of a delivery; a secret that is no base64 signs as if it were empty.
pub(crate) fn headers(secret: &str, id: &str, timestamp: &str, body: &[u8]) -> Value {
    let key = STANDARD
        .decode(secret.trim_start_matches(PREFIX))
        .unwrap_or_default();
    // HMAC takes keys of every length (RFC 2104 §2), so this cannot fail.
    let signature = Hmac::<Sha256>::new_from_slice(&key).map(|mut mac| {
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        STANDARD.encode(mac.finalize().into_bytes())
    });
    json!({
        "svix-id": id,
        "svix-timestamp": timestamp,
        "svix-signature": format!("v1,{}", signature.unwrap_or_default()),
    })
}
