//! Keys as issuers publish them (RFC 7517), and how a token finds its own.
//!
//! A [`Jwk`] is one key, parsed and checked once. A [`JwkSet`] is what an issuer publishes:
//! one bad key in it never spoils the others. [`KeySource`] says where a verifier's keys come
//! from, [`KeyStore`] keeps those of a remote issuer fresh.
//!
//! A key is public here or it is a [`Secret`](Material::Secret), and the two never mix: no
//! JWK, PEM or other text that a key endpoint can serve becomes an HMAC secret. Confusing the
//! two is how forged `HS256` tokens verified under published RSA keys (CVE-2022-29217 and
//! many since).

mod der;
mod key_store;
mod pem;
mod select;
mod set;
mod source;
mod thumbprint;

use zeroize::Zeroizing;

use crate::crypto::SignatureAlgorithm;
use crate::encoding::Base64;
use crate::error::KeyError;
use crate::json::{Object, Value};

pub use key_store::{BURST, Fetch, KeyStatus, KeyStore, Lookup};
pub(crate) use key_store::{Need, discovery_url, is_discovery};
pub use select::MAX_CANDIDATES;
pub use set::{JwkSet, MAX_KEYS};
pub use source::{CacheTimes, KeySource, Location, Remote};

/// The longest `kid` that is compared at all, in bytes.
pub const MAX_KID: usize = 256;

/// One key with what its issuer says about its use.
#[derive(Clone, Debug)]
pub struct Jwk {
    kid: Option<String>,
    alg: Option<String>,
    for_signatures: bool,
    material: Material,
}

/// The numbers of a key.
#[derive(Clone)]
pub enum Material {
    /// A point on a NIST curve (RFC 7518 §6.2); coordinates of exactly the field's length.
    Ec {
        /// The curve.
        curve: EcCurve,
        /// Big-endian x.
        x: Vec<u8>,
        /// Big-endian y.
        y: Vec<u8>,
    },
    /// An Ed25519 public key (RFC 8037 §2).
    Ed25519(Vec<u8>),
    /// An RSA public key (RFC 7518 §6.3), both numbers big-endian.
    Rsa {
        /// The modulus.
        modulus: Vec<u8>,
        /// The public exponent.
        exponent: Vec<u8>,
    },
    /// A shared secret, wiped when dropped.
    Secret(Zeroizing<Vec<u8>>),
}

/// Key material is not for logs, public or not: only its kind is shown.
impl core::fmt::Debug for Material {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Ec { curve, .. } => curve.as_str(),
            Self::Ed25519(_) => "Ed25519",
            Self::Rsa { .. } => "RSA",
            Self::Secret(_) => "secret",
        })
    }
}

/// A NIST curve (RFC 7518 §6.2.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EcCurve {
    /// secp256r1
    P256,
    /// secp384r1
    P384,
    /// secp521r1
    P521,
}

impl EcCurve {
    const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// The curve's `crv` name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// The length of a coordinate in bytes.
    pub const fn coordinate_len(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

impl Jwk {
    /// Reads a public key from the text of a JWK.
    ///
    /// # Errors
    ///
    /// [`KeyError::Invalid`] when it is not a strict JSON object, lacks a member of its kind,
    /// is malformed, of a kind that is not supported, secret or private.
    pub fn from_json(text: &[u8]) -> Result<Self, KeyError> {
        let object =
            Object::parse(text).map_err(|_| KeyError::Invalid("it is not a strict JSON object"))?;
        Self::from_object(&object)
    }

    pub(crate) fn from_object(object: &Object<'_>) -> Result<Self, KeyError> {
        if PRIVATE_MEMBERS
            .iter()
            .any(|name| object.member(name).is_some())
        {
            return Err(KeyError::Invalid("it holds a private or secret key"));
        }
        let kid = text_member(object, "kid")?;
        if kid.as_ref().is_some_and(|kid| kid.len() > MAX_KID) {
            return Err(KeyError::Invalid("its kid is longer than 256 bytes"));
        }
        Ok(Self {
            kid,
            alg: text_member(object, "alg")?,
            for_signatures: is_for_signatures(object)?,
            material: public_material(object)?,
        })
    }

    /// Reads a public key from PEM: `PUBLIC KEY` (SPKI, RFC 7468 §13), `RSA PUBLIC KEY`
    /// (PKCS#1, RFC 8017 appendix A.1.1) or `CERTIFICATE` (X.509, whose trust is the caller's
    /// business: neither its dates nor its issuer are looked at).
    ///
    /// # Errors
    ///
    /// [`KeyError::Invalid`] when it is none of these.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        Ok(Self::bare(pem::public_key(text)?))
    }

    /// Takes a shared secret for HMAC.
    ///
    /// # Errors
    ///
    /// [`KeyError::Invalid`] when it is shorter than the shortest hash (32 bytes,
    /// RFC 7518 §3.2), or looks like a public key: whoever knows that key could sign with it.
    ///
    /// # Security
    ///
    /// Zeros are taken as they are. Options of verifiers refuse them: whoever configures such a
    /// secret has forgotten to fill it.
    pub fn from_secret(secret: &[u8]) -> Result<Self, KeyError> {
        if secret.len() < 32 {
            return Err(KeyError::Invalid("a secret must have 32 bytes or more"));
        }
        if pem::looks_like_a_key(secret) {
            return Err(KeyError::Invalid(
                "a public key cannot be a secret; give it as `key` or `jwks`",
            ));
        }
        Ok(Self::bare(Material::Secret(Zeroizing::new(
            secret.to_vec(),
        ))))
    }

    /// Takes the 32 bytes of an Ed25519 public key (RFC 8032 §5.1.2). That they are a point that
    /// can be used is checked by whatever takes the key.
    pub fn from_ed25519(point: [u8; 32]) -> Self {
        Self::bare(Material::Ed25519(point.to_vec()))
    }

    fn bare(material: Material) -> Self {
        Self {
            kid: None,
            alg: None,
            for_signatures: true,
            material,
        }
    }

    /// The key's name in its set.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The only algorithm that the issuer wants this key used with, as it spells it.
    pub fn alg(&self) -> Option<&str> {
        self.alg.as_deref()
    }

    /// The key's numbers.
    pub fn material(&self) -> &Material {
        &self.material
    }

    /// Whether `use` and `key_ops` allow the verification of signatures (RFC 7517 §4.2, §4.3).
    pub fn is_for_signatures(&self) -> bool {
        self.for_signatures
    }

    /// Whether this key may verify tokens of `algorithm`: its kind fits, its issuer binds it to
    /// no other algorithm, and it is for signatures.
    pub fn serves(&self, algorithm: &dyn SignatureAlgorithm) -> bool {
        self.for_signatures && self.is_of(algorithm)
    }

    /// Whether kind and binding fit, whatever the key is for.
    pub(crate) fn is_of(&self, algorithm: &dyn SignatureAlgorithm) -> bool {
        algorithm.fits(self) && self.alg().is_none_or(|alg| alg == algorithm.id().as_str())
    }
}

/// Members that only secret and private keys have (RFC 7518 §6.2.2, §6.3.2, §6.4).
const PRIVATE_MEMBERS: [&str; 8] = ["d", "dp", "dq", "k", "oth", "p", "q", "qi"];

fn public_material(object: &Object<'_>) -> Result<Material, KeyError> {
    let curve = object.text("crv");
    let curve = curve.as_deref().unwrap_or_default();
    let problem = match object.text("kty").as_deref() {
        Some("EC") => match EcCurve::ALL.iter().find(|known| known.as_str() == curve) {
            Some(curve) => {
                return Ok(Material::Ec {
                    curve: *curve,
                    x: number(object, "x", curve.coordinate_len())?,
                    y: number(object, "y", curve.coordinate_len())?,
                });
            }
            None => "its curve is not supported",
        },
        Some("OKP") if curve == "Ed25519" => {
            return number(object, "x", 32).map(Material::Ed25519);
        }
        Some("OKP") => "its curve is not supported",
        Some("RSA") => {
            return Ok(Material::Rsa {
                modulus: number(object, "n", 0)?,
                exponent: number(object, "e", 0)?,
            });
        }
        Some(_) => "its kty is not supported",
        None => "its kty is missing",
    };
    Err(KeyError::Invalid(problem))
}

/// A base64url number of exactly `len` bytes, or of any length where that is 0.
fn number(object: &Object<'_>, name: &str, len: usize) -> Result<Vec<u8>, KeyError> {
    let Some(text) = object.text(name) else {
        return Err(KeyError::Invalid("a number of it is missing"));
    };
    match Base64::Url.decode(text.as_bytes()) {
        Ok(bytes) if len == 0 || bytes.len() == len => Ok(bytes),
        Ok(_) => Err(KeyError::Invalid("a number of it has the wrong length")),
        Err(_) => Err(KeyError::Invalid(
            "a number of it is not canonical base64url",
        )),
    }
}

fn text_member(object: &Object<'_>, name: &str) -> Result<Option<String>, KeyError> {
    match object.member(name).map(Value::as_str) {
        None => Ok(None),
        Some(Some(text)) => Ok(Some(text.into_owned())),
        Some(None) => Err(KeyError::Invalid("a member of it is not a string")),
    }
}

fn is_for_signatures(object: &Object<'_>) -> Result<bool, KeyError> {
    let usage = text_member(object, "use")?;
    let may_verify = match object.member("key_ops").map(Value::as_strings) {
        None => true,
        Some(Some(operations)) => operations.iter().any(|operation| operation == "verify"),
        Some(None) => return Err(KeyError::Invalid("its key_ops is not a list of strings")),
    };
    Ok(may_verify && usage.is_none_or(|usage| usage == "sig"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto;

    /// RFC 8037 appendix A.2.
    const ED25519: &str =
        r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    fn jwk(text: &str) -> Result<Jwk, KeyError> {
        Jwk::from_json(text.as_bytes())
    }

    #[test]
    fn use_key_ops_and_alg_bind_a_key() {
        let with = |members: &str| jwk(&ED25519.replace("{", &format!("{{{members},"))).unwrap();
        assert!(with(r#""use":"sig""#).serves(&crypto::EDDSA));
        assert!(!with(r#""use":"enc""#).serves(&crypto::EDDSA));
        assert!(with(r#""key_ops":["sign","verify"]"#).serves(&crypto::EDDSA));
        assert!(!with(r#""key_ops":["sign"]"#).serves(&crypto::EDDSA));
        assert!(!with(r#""key_ops":[]"#).serves(&crypto::EDDSA));
        assert!(with(r#""alg":"EdDSA""#).serves(&crypto::EDDSA));
        assert!(!with(r#""alg":"Ed25519""#).serves(&crypto::EDDSA));
        assert!(!with(r#""alg":"RS256""#).serves(&crypto::EDDSA));
        assert!(!jwk(ED25519).unwrap().serves(&crypto::RS256));
    }

    #[test]
    fn malformed_secret_and_private_keys_are_refused() {
        for text in [
            "",
            "[]",
            "{}",
            r#"{"kty":1}"#,
            r#"{"kty":"oct","k":"AAAA"}"#,
            r#"{"kty":"oct"}"#,
            r#"{"kty":"XX"}"#,
            r#"{"kty":"OKP","crv":"Ed448","x":"AA"}"#,
            r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#,
            r#"{"kty":"OKP","crv":"Ed25519"}"#,
            r#"{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}"#,
            r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#,
            r#"{"kty":"RSA","n":"AA"}"#,
            r#"{"kty":"RSA","n":"A A","e":"AQAB"}"#,
        ] {
            assert!(matches!(jwk(text), Err(KeyError::Invalid(_))), "{text}");
        }
        for members in [
            r#""d":"AA""#,
            r#""kid":1"#,
            r#""alg":null"#,
            r#""use":[]"#,
            r#""key_ops":"verify""#,
            r#""key_ops":[1]"#,
        ] {
            let text = ED25519.replace("{", &format!("{{{members},"));
            assert!(matches!(jwk(&text), Err(KeyError::Invalid(_))), "{text}");
        }
    }

    #[test]
    fn a_secret_is_long_and_no_public_key() {
        assert!(Jwk::from_secret(b"0123456789abcdef0123456789abcdef").is_ok());
        for secret in [
            &b""[..],
            b"short",
            b"  -----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA",
            b"\xef\xbb\xbf-----BEGIN CERTIFICATE-----",
            b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ",
            br#" { "kty":"RSA","n":"AQAB","e":"AQAB" } "#,
            br#"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#,
        ] {
            assert!(matches!(
                Jwk::from_secret(secret),
                Err(KeyError::Invalid(_))
            ));
        }
    }

    #[test]
    fn the_bytes_of_an_ed25519_key_are_that_key() {
        let named = jwk(ED25519).unwrap();
        let Material::Ed25519(point) = named.material() else {
            panic!()
        };
        let bare = Jwk::from_ed25519(point[..].try_into().unwrap());
        assert_eq!(bare.thumbprint(), named.thumbprint());
        assert_eq!((bare.kid(), bare.alg()), (None, None));
        assert!(bare.serves(&crypto::EDDSA) && bare.serves(&crypto::ED25519));
        assert!(!bare.serves(&crypto::ES256));
        assert!(JwkSet::of(bare).is_ok());
        // Bytes are checked when a key is made of them: y = 0 is of low order, y = 2 on no curve.
        for y in [0, 2] {
            let mut point = [0; 32];
            point[0] = y;
            let refused = JwkSet::of(Jwk::from_ed25519(point));
            assert!(matches!(refused, Err(KeyError::Invalid(_))), "{y}");
        }
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let secret = Jwk::from_secret(b"canary-canary-canary-canary-canary").unwrap();
        assert!(!format!("{secret:?}").contains("canary"));
        assert!(!format!("{secret:?}").contains("99, 97"));
    }
}
