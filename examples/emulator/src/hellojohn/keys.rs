//! The signing keys and the key set they are published in.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::SigningKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use serde_json::{Value, json};

use crate::world::Ids;

/// What precedes the seed in the PKCS #8 form of an Ed25519 key (RFC 8410 §7).
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// An Ed25519 key.
#[derive(Clone)]
pub(crate) struct Key {
    /// Its name in token headers.
    pub(crate) kid: String,
    seed: [u8; 32],
}

impl Key {
    /// The key of a seed.
    pub(crate) fn new(kid: String, seed: [u8; 32]) -> Self {
        Self { kid, seed }
    }

    /// Signs `message`; base64url.
    pub(crate) fn sign(&self, message: &[u8]) -> jsonwebtoken::errors::Result<String> {
        let key = EncodingKey::from_ed_der(&[PKCS8_PREFIX.as_slice(), &self.seed].concat());
        jsonwebtoken::crypto::sign(message, &key, Algorithm::EdDSA)
    }

    /// The public key, base64url.
    pub(crate) fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.public_bytes())
    }

    /// The public key.
    pub(crate) fn public_bytes(&self) -> [u8; 32] {
        SigningKey::from_bytes(&self.seed)
            .verifying_key()
            .to_bytes()
    }

    /// The key that verifies its tokens.
    pub(crate) fn verifying(&self) -> DecodingKey {
        DecodingKey::from_ed_der(&self.public_bytes())
    }

    fn jwk(&self) -> Value {
        json!({
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
            "kid": self.kid, "x": self.public(),
        })
    }
}

/// The keys: the first one signs, the others are retiring.
pub(crate) struct KeyRing {
    keys: Vec<Key>,
}

impl KeyRing {
    /// With the one key that the seed gives.
    pub(crate) fn new(ids: &Ids) -> Self {
        let kid = ids
            .named_secret("key_", "first key")
            .chars()
            .take(20)
            .collect();
        Self {
            keys: vec![Key::new(kid, ids.named_bytes("first key"))],
        }
    }

    /// The key that signs; none after everything was withdrawn.
    pub(crate) fn signing(&self) -> Option<&Key> {
        self.keys.first()
    }

    /// A published key.
    pub(crate) fn find(&self, kid: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.kid == kid)
    }

    /// The published key set, the signing key first.
    pub(crate) fn jwks(&self) -> Value {
        let keys: Vec<Value> = self.keys.iter().map(Key::jwk).collect();
        json!({"keys": keys})
    }

    /// Puts a new key first. The old ones stay published with `grace`, else
    /// they go at once and the tokens they signed no longer verify.
    pub(crate) fn rotate(&mut self, ids: &Ids, grace: bool) {
        if !grace {
            self.keys.clear();
        }
        let kid = ids.next("key_").chars().take(20).collect();
        self.keys.insert(0, Key::new(kid, ids.next_bytes()));
    }

    /// Stops publishing `kid`, or all but the signing key.
    pub(crate) fn withdraw(&mut self, kid: Option<&str>) {
        match kid {
            Some(kid) => self.keys.retain(|key| key.kid != kid),
            None => self.keys.truncate(1),
        }
    }

    /// The names of the published keys.
    pub(crate) fn kids(&self) -> Vec<&str> {
        self.keys.iter().map(|key| key.kid.as_str()).collect()
    }
}
