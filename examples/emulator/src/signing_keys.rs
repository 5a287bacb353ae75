//! Signing keys of the providers that publish a key set: Ed25519 and ES512 from the seed, RS256
//! from files.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use p521::ecdsa::{Signature, SigningKey, VerifyingKey, signature::Signer, signature::Verifier};
use serde_json::{Value, json};

use crate::world::Ids;

/// The RSA keys, as PKCS #1 and as JWK; the last one is never published.
const RSA: [(&[u8], &str); 3] = [
    (
        include_bytes!("keys/rsa-1.der"),
        include_str!("keys/rsa-1.json"),
    ),
    (
        include_bytes!("keys/rsa-2.der"),
        include_str!("keys/rsa-2.json"),
    ),
    (
        include_bytes!("keys/rsa-3.der"),
        include_str!("keys/rsa-3.json"),
    ),
];

/// What precedes the seed in the PKCS #8 form of an Ed25519 key (RFC 8410 §7).
const PKCS8_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// Which algorithm a ring signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Ed25519.
    EdDsa,
    /// ECDSA on P-521.
    Es512,
    /// RSA with 2048 bits.
    Rs256,
}

impl Kind {
    /// The `alg` of token headers.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es512 => "ES512",
            Self::Rs256 => "RS256",
        }
    }
}

/// A key under its name.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) kid: String,
    material: Material,
}

#[derive(Clone)]
enum Material {
    EdDsa([u8; 32]),
    Es512(Box<p521::SecretKey>),
    Rs256(usize),
}

impl Key {
    /// The key number `turn` of a kind; numbers of RSA keys go round.
    fn new(kind: Kind, kid: String, turn: usize, bytes: [[u8; 32]; 2]) -> Self {
        let material = match kind {
            Kind::EdDsa => Some(Material::EdDsa(bytes[0])),
            Kind::Es512 => es512(bytes).map(|key| Material::Es512(Box::new(key))),
            Kind::Rs256 => None,
        };
        Self {
            kid,
            material: material.unwrap_or(Material::Rs256(turn % 2)),
        }
    }

    /// A key of the same kind that nobody publishes, under the same name.
    pub(crate) fn stranger(&self, ids: &Ids) -> Self {
        let bytes = [ids.named_bytes("stranger"), ids.named_bytes("stranger 2")];
        let material = match self.material {
            Material::EdDsa(_) => Some(Material::EdDsa(bytes[0])),
            Material::Es512(_) => es512(bytes).map(|key| Material::Es512(Box::new(key))),
            Material::Rs256(_) => None,
        };
        Self {
            kid: self.kid.clone(),
            material: material.unwrap_or(Material::Rs256(2)),
        }
    }

    /// The signature segment over `message`; empty when the key cannot sign.
    pub(crate) fn sign(&self, message: &[u8]) -> String {
        match &self.material {
            Material::EdDsa(seed) => {
                let key = EncodingKey::from_ed_der(&[PKCS8_PREFIX.as_slice(), seed].concat());
                jsonwebtoken::crypto::sign(message, &key, Algorithm::EdDSA).unwrap_or_default()
            }
            Material::Es512(key) => {
                let signature: Signature = SigningKey::from(key.as_ref()).sign(message);
                URL_SAFE_NO_PAD.encode(signature.to_bytes())
            }
            Material::Rs256(at) => {
                let der = RSA.get(*at).map_or(&[][..], |(der, _)| *der);
                let key = EncodingKey::from_rsa_der(der);
                jsonwebtoken::crypto::sign(message, &key, Algorithm::RS256).unwrap_or_default()
            }
        }
    }

    /// Whether the key made a signature segment.
    pub(crate) fn verifies(&self, message: &[u8], signature: &str) -> bool {
        match &self.material {
            Material::EdDsa(seed) => {
                let key = DecodingKey::from_ed_der(&ed25519(seed));
                jsonwebtoken::crypto::verify(signature, message, &key, Algorithm::EdDSA)
                    .unwrap_or(false)
            }
            Material::Es512(key) => {
                let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
                let verifying = VerifyingKey::from(&SigningKey::from(key.as_ref()));
                Signature::from_slice(&bytes)
                    .is_ok_and(|signature| verifying.verify(message, &signature).is_ok())
            }
            Material::Rs256(_) => {
                let jwk = self.numbers();
                let part = |name: &str| jwk[name].as_str().unwrap_or_default().to_owned();
                DecodingKey::from_rsa_components(&part("n"), &part("e"))
                    .and_then(|key| {
                        jsonwebtoken::crypto::verify(signature, message, &key, Algorithm::RS256)
                    })
                    .unwrap_or(false)
            }
        }
    }

    /// What a confused verifier takes for the key of an HMAC: the public key's bytes, or their text.
    pub(crate) fn mac_key(&self) -> Vec<u8> {
        match &self.material {
            Material::EdDsa(seed) => ed25519(seed).to_vec(),
            _ => self.numbers().to_string().into_bytes(),
        }
    }

    /// The public numbers as a JWK without a name.
    pub(crate) fn numbers(&self) -> Value {
        match &self.material {
            Material::EdDsa(seed) => {
                let x = URL_SAFE_NO_PAD.encode(ed25519(seed));
                json!({"kty": "OKP", "crv": "Ed25519", "x": x})
            }
            Material::Es512(key) => {
                use p521::elliptic_curve::sec1::ToSec1Point;
                let point = key.public_key().to_sec1_point(false);
                let text = |bytes: Option<&_>| {
                    bytes.map_or_else(String::new, |bytes: &p521::FieldBytes| {
                        URL_SAFE_NO_PAD.encode(bytes)
                    })
                };
                json!({"kty": "EC", "crv": "P-521", "x": text(point.x()), "y": text(point.y())})
            }
            Material::Rs256(at) => RSA
                .get(*at)
                .and_then(|(_, jwk)| serde_json::from_str(jwk).ok())
                .unwrap_or_default(),
        }
    }
}

/// The public key of a seed.
fn ed25519(seed: &[u8; 32]) -> [u8; 32] {
    ed25519_dalek::SigningKey::from_bytes(seed)
        .verifying_key()
        .to_bytes()
}

fn es512(bytes: [[u8; 32]; 2]) -> Option<p521::SecretKey> {
    // Two bytes in front stay zero, so that the scalar is below the order of the curve.
    let scalar = [[0; 2].as_slice(), &bytes[0], &bytes[1]].concat();
    p521::SecretKey::from_slice(&scalar).ok()
}

/// The keys: the first one signs, the others are retiring.
pub(crate) struct Ring {
    kind: Kind,
    keys: Vec<Key>,
    turn: usize,
}

impl Ring {
    /// With the one key that the seed gives to `owner`.
    pub(crate) fn new(kind: Kind, owner: &str, kid: String, ids: &Ids) -> Self {
        let bytes = [
            ids.named_bytes(&format!("{owner} key")),
            ids.named_bytes(&format!("{owner} key 2")),
        ];
        Self {
            kind,
            keys: vec![Key::new(kind, kid, 0, bytes)],
            turn: 0,
        }
    }

    /// The algorithm of its keys.
    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// The key of this name, else the one that signs; none after everything was withdrawn.
    pub(crate) fn key(&self, kid: Option<&str>) -> Option<&Key> {
        let named = kid.and_then(|kid| self.keys.iter().find(|key| key.kid == kid));
        named.or(self.keys.first())
    }

    /// Whether a published key made the token, by its name.
    pub(crate) fn verifies(&self, kid: &str, message: &[u8], signature: &str) -> bool {
        let key = self.keys.iter().find(|key| key.kid == kid);
        key.is_some_and(|key| key.verifies(message, signature))
    }

    /// The published key set, each key with these members besides its numbers.
    pub(crate) fn jwks(&self, members: &Value) -> Value {
        let keys: Vec<Value> = self
            .keys
            .iter()
            .map(|key| {
                let mut jwk = key.numbers();
                jwk["kid"] = key.kid.as_str().into();
                for (name, value) in members.as_object().into_iter().flatten() {
                    jwk[name.as_str()] = value.clone();
                }
                jwk
            })
            .collect();
        json!({"keys": keys})
    }

    /// Puts a new key first; with `grace` the old ones stay published.
    pub(crate) fn rotate(&mut self, kid: String, grace: bool, ids: &Ids) {
        if !grace {
            self.keys.clear();
        }
        self.turn += 1;
        let bytes = [ids.next_bytes(), ids.next_bytes()];
        self.keys
            .insert(0, Key::new(self.kind, kid, self.turn, bytes));
    }

    /// Stops publishing `kid`, or all but the signing key.
    pub(crate) fn withdraw(&mut self, kid: Option<&str>) {
        match kid {
            Some(kid) => self.keys.retain(|key| key.kid != kid),
            None => self.keys.truncate(1),
        }
    }

    /// What the controls answer about keys.
    pub(crate) fn view(&self) -> Value {
        let kids: Vec<&str> = self.keys.iter().map(|key| key.kid.as_str()).collect();
        json!({"signing": kids.first(), "kids": kids})
    }
}
