//! The same engine under the crate `jsonwebtoken`: one line, and its own functions verify
//! with it.

use std::error::Error;
use std::fs;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};

/// The claims of a good token; audience and issuer are not looked at in this example.
pub(crate) fn verify(pem: &str, algorithm: &str, token: &str) -> Result<String, Box<dyn Error>> {
    // The one line, at the start of a program.
    countersign::jsonwebtoken::PROVIDER
        .install_default()
        .map_err(|_| "another provider is installed")?;

    let algorithm: Algorithm = algorithm.parse()?;
    let mut validation = Validation::new(algorithm);
    validation.validate_aud = false;
    let key = key(&fs::read(pem)?, algorithm)?;
    let token = decode::<serde_json::Value>(token, &key, &validation)?;
    Ok(token.claims.to_string())
}

fn key(pem: &[u8], algorithm: Algorithm) -> Result<DecodingKey, jsonwebtoken::errors::Error> {
    match algorithm {
        Algorithm::ES256 | Algorithm::ES384 => DecodingKey::from_ec_pem(pem),
        Algorithm::EdDSA => DecodingKey::from_ed_pem(pem),
        _ => DecodingKey::from_rsa_pem(pem),
    }
}
