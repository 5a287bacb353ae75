//! Signs webhooks in each of the documented formats.

use hmac::{Hmac, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;

/// Which headers carry the signature, and what it covers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Format {
    /// `X-HelloJohn-Signature: v1=…` and `X-HelloJohn-Timestamp`; the default.
    A,
    /// `X-HelloJohn-Signature: t=…,v1=…`.
    B,
    /// `X-HelloJohn-Signature: …` and `X-HelloJohn-Timestamp`.
    C,
    /// `HelloJohn-Signature: sha256=…` over the body alone.
    D,
    /// `HelloJohn-Hook-Signature: sha256=…` over the body alone.
    E,
}

impl Format {
    /// From its letter.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "A" => Some(Self::A),
            "B" => Some(Self::B),
            "C" => Some(Self::C),
            "D" => Some(Self::D),
            "E" => Some(Self::E),
            _ => None,
        }
    }
}

/// HMAC-SHA256 in hex. The key is the whole secret, `whsec_` included.
pub(crate) fn hmac_hex(secret: &str, message: &[u8]) -> String {
    // HMAC takes keys of every length (RFC 2104 §2), so this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(message);
    let bytes = mac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The signature headers of a body.
pub(crate) fn headers(
    format: Format,
    secret: &str,
    timestamp: &str,
    body: &[u8],
) -> Map<String, Value> {
    let timed = || hmac_hex(secret, &[timestamp.as_bytes(), b".", body].concat());
    let plain = || format!("sha256={}", hmac_hex(secret, body));
    let pairs = match format {
        Format::A => vec![
            ("X-HelloJohn-Signature", format!("v1={}", timed())),
            ("X-HelloJohn-Timestamp", timestamp.to_owned()),
        ],
        Format::B => vec![(
            "X-HelloJohn-Signature",
            format!("t={timestamp},v1={}", timed()),
        )],
        Format::C => vec![
            ("X-HelloJohn-Signature", timed()),
            ("X-HelloJohn-Timestamp", timestamp.to_owned()),
        ],
        Format::D => vec![
            ("HelloJohn-Signature", plain()),
            ("HelloJohn-Timestamp", timestamp.to_owned()),
        ],
        Format::E => vec![("HelloJohn-Hook-Signature", plain())],
    };
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), json!(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_test_5f2b8c1d9e7a4630";
    const BODY: &str = r#"{"id":"evt_01TESTEVT000001","type":"user.created","created_at":"2024-03-08T12:13:20Z","tenant_id":"tnt_01TESTAAAA000001","data":{"user":{"id":"usr_01TESTAAAA000001","email":"alice@example.com","name":"Zoë"}}}"#;
    const S1: &str = "047a64fb017eb5ef03c5453eed215ec0baac9927b3a7b6e0280552f700f6113a";
    const S3: &str = "52d2362b7d72d1470ac61e122f271337343d3f0fc84026911d67a0b671e9a2f6";

    fn signed(format: Format) -> Map<String, Value> {
        headers(format, SECRET, "1709900000", BODY.as_bytes())
    }

    #[test]
    fn format_a_equals_the_published_vector() {
        let headers = signed(Format::A);
        assert_eq!(headers["X-HelloJohn-Signature"], format!("v1={S1}"));
        assert_eq!(headers["X-HelloJohn-Timestamp"], "1709900000");
    }

    #[test]
    fn the_other_formats_equal_their_vectors() {
        assert_eq!(
            signed(Format::B)["X-HelloJohn-Signature"],
            format!("t=1709900000,v1={S1}")
        );
        assert_eq!(signed(Format::C)["X-HelloJohn-Signature"], S1);
        assert_eq!(
            signed(Format::D)["HelloJohn-Signature"],
            format!("sha256={S3}")
        );
        assert_eq!(
            signed(Format::E)["HelloJohn-Hook-Signature"],
            format!("sha256={S3}")
        );
    }

    #[test]
    fn another_secret_and_an_empty_body_equal_their_vectors() {
        let other = headers(
            Format::A,
            "whsec_test_0d1e2f3a4b5c6d7e",
            "1709900000",
            BODY.as_bytes(),
        );
        assert_eq!(
            other["X-HelloJohn-Signature"],
            "v1=a1b9e6e0db425c848faa33210017c878137e02aeef0015f7cc38df0ebf4413df"
        );
        assert_eq!(
            headers(Format::A, SECRET, "1709900000", b"")["X-HelloJohn-Signature"],
            "v1=3460c55062859f865f1c40aafac3ca01221469144c95632fd58533c79e8f0d7c"
        );
    }
}
