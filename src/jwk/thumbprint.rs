//! A key's thumbprint: a name that follows from its numbers alone (RFC 7638).

use countersign_engine::sha2::Sha256;

use super::{Jwk, Material};
use crate::encoding::{Base64, shortest};

impl Jwk {
    /// The SHA-256 thumbprint in base64url: the same for every spelling of one key, whatever
    /// `kid`, `alg` or `use` stand beside it. `None` for a shared secret, because whoever sees
    /// the thumbprint of one could test guesses on it (RFC 7638 §7).
    ///
    /// # Example
    ///
    /// ```
    /// use countersign::jwk::Jwk;
    ///
    /// // RFC 8037 appendix A.3.
    /// let key = br#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    /// let thumbprint = Jwk::from_json(key)?.thumbprint();
    /// assert_eq!(thumbprint.as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
    /// # Ok::<(), countersign::error::KeyError>(())
    /// ```
    pub fn thumbprint(&self) -> Option<String> {
        let members = required_members(&self.material)?;
        Some(Base64::Url.encode(Sha256::digest(members.as_bytes()).as_ref()))
    }
}

/// The members that make the key, in the order of their names and without white space
/// (RFC 7638 §3.2 and §3.3, for OKP keys RFC 8037 §2).
pub(super) fn required_members(material: &Material) -> Option<String> {
    let mut text = String::new();
    match material {
        Material::Ec { curve, x, y } => {
            member(&mut text, "crv", curve.as_str());
            member(&mut text, "kty", "EC");
            number(&mut text, "x", x);
            number(&mut text, "y", y);
        }
        Material::Ed25519(x) => {
            member(&mut text, "crv", "Ed25519");
            member(&mut text, "kty", "OKP");
            number(&mut text, "x", x);
        }
        Material::Rsa { modulus, exponent } => {
            number(&mut text, "e", shortest(exponent));
            member(&mut text, "kty", "RSA");
            number(&mut text, "n", shortest(modulus));
        }
        Material::Secret(_) => return None,
    }
    text.push('}');
    Some(text)
}

/// Writes a member whose text needs no escapes.
fn member(text: &mut String, name: &str, value: &str) {
    let before = if text.is_empty() { "{\"" } else { ",\"" };
    for part in [before, name, "\":\"", value, "\""] {
        text.push_str(part);
    }
}

fn number(text: &mut String, name: &str, value: &[u8]) {
    member(text, name, &Base64::Url.encode(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thumbprint(text: &str) -> Option<String> {
        Jwk::from_json(text.as_bytes()).unwrap().thumbprint()
    }

    #[test]
    fn other_members_and_leading_zeros_change_nothing() {
        let plain = thumbprint(r#"{"kty":"RSA","n":"-_8","e":"AQAB"}"#);
        for same in [
            r#"{"e":"AQAB","n":"-_8","kty":"RSA","kid":"k","alg":"RS256","use":"sig"}"#,
            r#"{"kty":"RSA","n":"APv_","e":"AAEAAQ"}"#,
        ] {
            assert_eq!(thumbprint(same), plain, "{same}");
        }
        assert_ne!(thumbprint(r#"{"kty":"RSA","n":"-_8","e":"Aw"}"#), plain);
    }

    #[test]
    fn a_secret_has_none() {
        let secret = Jwk::from_secret(&[7; 32]).unwrap();
        assert_eq!(secret.thumbprint(), None);
    }
}
