//! Keys of the `jsonwebtoken` crate as keys of this crate, and back.

use ::jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters,
    EllipticCurveKeyType, Jwk as TheirJwk, KeyAlgorithm, OctetKeyPairParameters, OctetKeyPairType,
    PublicKeyUse, RSAKeyParameters, RSAKeyType,
};
use ::jsonwebtoken::{AlgorithmFamily, DecodingKey, DecodingKeyKind};
use zeroize::Zeroizing;

use crate::encoding::Base64;
use crate::error::KeyError;
use crate::jwk::{EcCurve, Jwk, Material};

impl TryFrom<&TheirJwk> for Jwk {
    type Error = KeyError;

    /// Checks the key by this crate's rules.
    ///
    /// # Errors
    ///
    /// [`KeyError::Invalid`] when [`Jwk::from_json`] refuses its text; an `oct` key always:
    /// a secret is given as such, by [`Jwk::from_secret`].
    fn try_from(jwk: &TheirJwk) -> Result<Self, KeyError> {
        let text = serde_json::to_vec(jwk).map(Zeroizing::new);
        let text = text.map_err(|_| KeyError::Invalid("it has no JSON form"))?;
        Self::from_json(&text)
    }
}

impl TryFrom<&Jwk> for TheirJwk {
    type Error = KeyError;

    /// Keeps `kid` and `alg`; an `alg` that is unknown over there stays one that fits nothing.
    ///
    /// # Errors
    ///
    /// [`KeyError::Invalid`] for a shared secret, and for a key that is not for verifying
    /// signatures.
    fn try_from(jwk: &Jwk) -> Result<Self, KeyError> {
        if !jwk.is_for_signatures() {
            return Err(KeyError::Invalid("it is not for signatures"));
        }
        let algorithm = |name: &str| name.parse().unwrap_or(KeyAlgorithm::UNKNOWN_ALGORITHM);
        Ok(Self {
            common: CommonParameters {
                public_key_use: Some(PublicKeyUse::Signature),
                key_algorithm: jwk.alg().map(algorithm),
                key_id: jwk.kid().map(str::to_owned),
                ..CommonParameters::default()
            },
            algorithm: parameters(jwk.material())?,
        })
    }
}

fn parameters(material: &Material) -> Result<AlgorithmParameters, KeyError> {
    let text = |bytes: &[u8]| Base64::Url.encode(bytes);
    Ok(match material {
        Material::Ec { curve, x, y } => {
            AlgorithmParameters::EllipticCurve(EllipticCurveKeyParameters {
                key_type: EllipticCurveKeyType::EC,
                curve: match curve {
                    EcCurve::P256 => EllipticCurve::P256,
                    EcCurve::P384 => EllipticCurve::P384,
                    EcCurve::P521 => EllipticCurve::P521,
                },
                x: text(x),
                y: text(y),
            })
        }
        Material::Ed25519(point) => AlgorithmParameters::OctetKeyPair(OctetKeyPairParameters {
            key_type: OctetKeyPairType::OctetKeyPair,
            curve: EllipticCurve::Ed25519,
            x: text(point),
        }),
        Material::Rsa { modulus, exponent } => AlgorithmParameters::RSA(RSAKeyParameters {
            key_type: RSAKeyType::RSA,
            n: text(modulus),
            e: text(exponent),
        }),
        Material::Secret(_) => return Err(KeyError::Invalid("a secret has no public form")),
    })
}

/// Reads what a `DecodingKey` holds: a secret, RSA numbers or their PKCS#1 form, or a bare
/// point.
pub(super) fn parsed(key: &DecodingKey) -> Result<Jwk, KeyError> {
    match (key.family(), key.kind()) {
        (AlgorithmFamily::Hmac, DecodingKeyKind::SecretOrDer(secret)) => Jwk::from_secret(secret),
        (AlgorithmFamily::Rsa, DecodingKeyKind::RsaModulusExponent { n, e }) => {
            let members = [("n", &n[..]), ("e", &e[..])];
            of_members("RSA", None, &members)
        }
        (AlgorithmFamily::Rsa, DecodingKeyKind::SecretOrDer(der)) => of_pkcs1(der),
        (AlgorithmFamily::Ec, DecodingKeyKind::SecretOrDer(point)) => of_point(point),
        (AlgorithmFamily::Ed, DecodingKeyKind::SecretOrDer(point)) => {
            of_members("OKP", Some("Ed25519"), &[("x", point)])
        }
        _ => Err(KeyError::Invalid("its form is not that of its kind")),
    }
}

/// Reads a PKCS#1 public key (RFC 8017 appendix A.1.1).
pub(super) fn of_pkcs1(der: &[u8]) -> Result<Jwk, KeyError> {
    let body = Base64::Standard.encode(der);
    Jwk::from_pem(&format!(
        "-----BEGIN RSA PUBLIC KEY-----\n{body}\n-----END RSA PUBLIC KEY-----\n"
    ))
}

/// Reads an uncompressed point (SEC 1 §2.3.4), whose length tells the curve.
fn of_point(point: &[u8]) -> Result<Jwk, KeyError> {
    let Some((4, coordinates)) = point.split_first() else {
        return Err(KeyError::Invalid("its point is not uncompressed"));
    };
    let curve = match coordinates.len() {
        64 => EcCurve::P256,
        96 => EcCurve::P384,
        _ => return Err(KeyError::Invalid("its curve is not supported")),
    };
    let (x, y) = coordinates.split_at(curve.coordinate_len());
    of_members("EC", Some(curve.as_str()), &[("x", x), ("y", y)])
}

/// Reads numbers as if they stood in a JWK, so that the same checks apply.
fn of_members(kty: &str, crv: Option<&str>, numbers: &[(&str, &[u8])]) -> Result<Jwk, KeyError> {
    let mut members = serde_json::Map::new();
    members.insert("kty".to_owned(), kty.into());
    if let Some(crv) = crv {
        members.insert("crv".to_owned(), crv.into());
    }
    for (name, number) in numbers {
        members.insert((*name).to_owned(), Base64::Url.encode(number).into());
    }
    Jwk::from_json(serde_json::Value::Object(members).to_string().as_bytes())
}
