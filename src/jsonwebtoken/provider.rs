//! The provider itself: functions behind that crate's traits.

use ::jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use ::jsonwebtoken::errors::{ErrorKind, Result};
use ::jsonwebtoken::jwk::{EllipticCurve, ThumbprintHash};
use ::jsonwebtoken::signature::{self, Verifier};
use ::jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use countersign_engine::sha2::{Sha256, Sha384, Sha512};

use super::convert;
use super::keys::{self, Parsed};
use crate::jwk::Material;

/// Verifies with this crate's engine; refuses to sign.
///
/// # Example
///
/// ```
/// use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
///
/// countersign::jsonwebtoken::PROVIDER.install_default().expect("no provider is installed yet");
///
/// // From here on, `decode` verifies with this crate's engine.
/// let key = DecodingKey::from_ed_components("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")?;
/// let refused = decode::<serde_json::Value>("a.b.c", &key, &Validation::new(Algorithm::EdDSA));
/// assert!(refused.is_err());
/// # Ok::<(), jsonwebtoken::errors::Error>(())
/// ```
pub static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: refuse_to_sign,
    verifier_factory: verifier,
    key_utils: KeyUtils {
        rsa_pub_components_from_private_key: |_| Err(no_private_keys()),
        rsa_pub_components_from_public_key: rsa_numbers,
        ec_pub_components_from_private_key: |_, _| Err(no_private_keys()),
        ed_pub_components_from_private_key: |_, _: &EllipticCurve| Err(no_private_keys()),
        compute_digest: digest,
    },
};

/// A key ready to verify one token.
struct EngineVerifier {
    algorithm: Algorithm,
    key: Parsed,
}

impl Verifier<Vec<u8>> for EngineVerifier {
    fn verify(
        &self,
        message: &[u8],
        signature: &Vec<u8>,
    ) -> core::result::Result<(), signature::Error> {
        let verdict = self.key.borrow_mut().verify(None, message, signature);
        verdict.map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for EngineVerifier {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    Ok(Box::new(EngineVerifier {
        algorithm: *algorithm,
        key: keys::parsed(*algorithm, key)?,
    }))
}

fn refuse_to_sign(_: &Algorithm, _: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    Err(no_private_keys())
}

fn no_private_keys() -> ::jsonwebtoken::errors::Error {
    ErrorKind::Provider("countersign verifies only: it uses no private key".to_owned()).into()
}

fn rsa_numbers(der: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    match convert::of_pkcs1(der).map(|jwk| jwk.material().clone()) {
        Ok(Material::Rsa { modulus, exponent }) => Ok((modulus, exponent)),
        _ => Err(ErrorKind::InvalidRsaKey("it is not a PKCS#1 public key".to_owned()).into()),
    }
}

fn digest(data: &[u8], hash: ThumbprintHash) -> Result<Vec<u8>> {
    Ok(match hash {
        ThumbprintHash::SHA256 => Sha256::digest(data).to_vec(),
        ThumbprintHash::SHA384 => Sha384::digest(data).to_vec(),
        ThumbprintHash::SHA512 => Sha512::digest(data).to_vec(),
        _ => return Err(ErrorKind::UnsupportedAlgorithm.into()),
    })
}
