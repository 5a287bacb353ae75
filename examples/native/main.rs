//! Verifies a token in a plain Rust program: with this crate's verifier and the keys of an
//! issuer, fetched by a blocking host, or with the crate `jsonwebtoken` over this engine.

mod host;
#[cfg(feature = "jsonwebtoken")]
mod provider;

use std::error::Error;
use std::process::ExitCode;

use countersign::flow::drive;
use countersign::jwt::{Verifier, VerifierOptions};
use host::BlockingHost;

const USAGE: &str = "\
native <issuer> <jwks url> <audience> <token>     with keys fetched from the issuer
native --jsonwebtoken <key.pem> <alg> <token>     through that crate (needs its feature)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let verdict = match arguments[..] {
        #[cfg(feature = "jsonwebtoken")]
        ["--jsonwebtoken", pem, algorithm, token] => provider::verify(pem, algorithm, token),
        ["--jsonwebtoken", ..] => Err(USAGE.into()),
        [issuer, jwks_uri, audience, token] => verify(issuer, jwks_uri, audience, token),
        _ => Err(USAGE.into()),
    };
    match verdict {
        Ok(claims) => {
            println!("{claims}");
            ExitCode::SUCCESS
        }
        Err(refusal) => {
            eprintln!("{refusal}");
            ExitCode::FAILURE
        }
    }
}

/// The claims of a good token. A program keeps `verifier` and `keyring` for its lifetime:
/// keys, tables and the cache's times live in the keyring.
fn verify(
    issuer: &str,
    jwks_uri: &str,
    audience: &str,
    token: &str,
) -> Result<String, Box<dyn Error>> {
    let options: VerifierOptions = serde_json::from_value(serde_json::json!({
        "issuer": issuer,
        "jwksUri": jwks_uri,
        "audience": audience,
    }))?;
    let (verifier, mut keyring) = Verifier::new(vec![options.resolve()?])?;
    let flow = verifier.verify_flow(token.as_bytes(), None, None);
    match drive(flow, &mut keyring, &mut BlockingHost) {
        Ok(verified) => Ok(String::from_utf8_lossy(verified.payload()).into_owned()),
        Err(error) => Err(format!("{}: {error}", error.code()).into()),
    }
}
