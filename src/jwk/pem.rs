//! Public keys in PEM (RFC 7468): SPKI, PKCS#1 and X.509 certificates.

use super::der::{Der, OBJECT_IDENTIFIER, SEQUENCE, VERSION};
use super::{EcCurve, Material};
use crate::encoding::{Base64, find, split_once};
use crate::error::KeyError;

/// The longest PEM text that is read; certificates rarely pass a tenth of it.
const MAX_LEN: usize = 64 * 1024;

const RSA_ENCRYPTION: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
const EC_PUBLIC_KEY: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
const ED25519: &[u8] = b"\x2b\x65\x70";
const CURVES: [(&[u8], EcCurve); 3] = [
    (b"\x2a\x86\x48\xce\x3d\x03\x01\x07", EcCurve::P256),
    (b"\x2b\x81\x04\x00\x22", EcCurve::P384),
    (b"\x2b\x81\x04\x00\x23", EcCurve::P521),
];

/// Reads the one public key that `text` holds. White space around it and in its base64 is
/// allowed, other text and further blocks are not.
pub(super) fn public_key(text: &str) -> Result<Material, KeyError> {
    read(text).map_err(KeyError::Invalid)
}

fn read(text: &str) -> Result<Material, &'static str> {
    let (label, der) = decode(text).ok_or("it is not a PEM block")?;
    let material = match label {
        "PUBLIC KEY" => spki(&der),
        "RSA PUBLIC KEY" => rsa_public_key(&der),
        "CERTIFICATE" => certificate(&der),
        _ => return Err("its PEM label is not that of a public key or certificate"),
    };
    material.ok_or("its PEM holds no key of a supported kind")
}

/// The label and the bytes of the one block in `text`.
fn decode(text: &str) -> Option<(&str, Vec<u8>)> {
    if text.len() > MAX_LEN {
        return None;
    }
    let rest = text.trim_ascii().strip_prefix("-----BEGIN ")?;
    let (label, rest) = split_once(rest, "-----")?;
    let (body, end) = split_once(rest, "-----END ")?;
    if end.strip_suffix("-----")? != label {
        return None;
    }
    let mut letters = body.as_bytes().to_vec();
    letters.retain(|b| !b.is_ascii_whitespace());
    Some((label, Base64::Standard.decode(&letters).ok()?))
}

/// `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7).
fn spki(der: &[u8]) -> Option<Material> {
    let mut outer = Der::new(der);
    let info = outer.sequence()?;
    outer.end()?;
    subject_public_key(info)
}

fn subject_public_key(mut info: Der<'_>) -> Option<Material> {
    let mut algorithm = info.sequence()?;
    let key = info.bytes()?;
    info.end()?;
    match algorithm.value(OBJECT_IDENTIFIER)? {
        RSA_ENCRYPTION => rsa_public_key(key),
        EC_PUBLIC_KEY => {
            let oid = algorithm.value(OBJECT_IDENTIFIER)?;
            let (_, curve) = CURVES.into_iter().find(|(id, _)| *id == oid)?;
            ec_point(curve, key)
        }
        ED25519 => (key.len() == 32).then(|| Material::Ed25519(key.to_vec())),
        _ => None,
    }
}

/// An uncompressed point (SEC 1 §2.3.3).
fn ec_point(curve: EcCurve, key: &[u8]) -> Option<Material> {
    let coordinates = key.strip_prefix(&[4])?;
    if coordinates.len() != 2 * curve.coordinate_len() {
        return None;
    }
    let (x, y) = coordinates.split_at_checked(curve.coordinate_len())?;
    Some(Material::Ec {
        curve,
        x: x.to_vec(),
        y: y.to_vec(),
    })
}

/// `RSAPublicKey` (RFC 8017 appendix A.1.1).
fn rsa_public_key(der: &[u8]) -> Option<Material> {
    let mut outer = Der::new(der);
    let mut key = outer.sequence()?;
    outer.end()?;
    let modulus = key.unsigned()?.to_vec();
    let exponent = key.unsigned()?.to_vec();
    key.end()?;
    Some(Material::Rsa { modulus, exponent })
}

/// `Certificate` (RFC 5280 §4.1): the key is the seventh field of the signed part, the
/// version before it being optional.
fn certificate(der: &[u8]) -> Option<Material> {
    let mut outer = Der::new(der);
    let mut signed = outer.sequence()?.sequence()?;
    outer.end()?;
    signed.skip_optional(VERSION)?;
    for _serial_signature_issuer_validity_subject in 0..5 {
        signed.skip()?;
    }
    subject_public_key(signed.sequence()?)
}

/// Whether bytes that were given as a secret are a public key in some usual form.
pub(super) fn looks_like_a_key(secret: &[u8]) -> bool {
    let holds = |mark: &[u8]| find(secret, mark).is_some();
    let text = secret
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(secret)
        .trim_ascii();
    holds(b"-----BEGIN ")
        || text.starts_with(b"ssh-")
        || text.starts_with(b"ecdsa-sha2-")
        || (text.starts_with(b"{") && (holds(b"\"kty\"") || holds(b"\"keys\"")))
        || (secret.first() == Some(&SEQUENCE) && is_der_key(secret))
}

/// Kept apart, as hardly any secret begins like one.
#[inline(never)]
fn is_der_key(bytes: &[u8]) -> bool {
    spki(bytes).is_some() || rsa_public_key(bytes).is_some() || certificate(bytes).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8410 §10.1.
    const ED25519_PEM: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
    /// Made by `openssl req -x509 -newkey ed25519 -nodes -subj "/CN=countersign test" -days 36500`.
    const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----
MIIBTDCB/6ADAgECAhR1loW2NidRejgD2VovAEa59rBKaDAFBgMrZXAwGzEZMBcG
A1UEAwwQY291bnRlcnNpZ24gdGVzdDAgFw0yNjExMjIwMTI4MzJaGA8yMTI2MTAy
OTAxMjgzMlowGzEZMBcGA1UEAwwQY291bnRlcnNpZ24gdGVzdDAqMAUGAytlcAMh
ALUe86ZziPvWWfyShICgxZT4K3Dm8uZcy7AlU+gG6Gdno1MwUTAdBgNVHQ4EFgQU
z/WdqLS5iOacxhOFVwS42Ardv80wHwYDVR0jBBgwFoAUz/WdqLS5iOacxhOFVwS4
2Ardv80wDwYDVR0TAQH/BAUwAwEB/zAFBgMrZXADQQCfs23XYYUyft7G7cUYXFel
1A7nLFLR3C3Vm0udEDNxM4YckodPDz9r0pW2BuLGa1maDvMvpioPcI/KjPNDCO0B
-----END CERTIFICATE-----";

    #[test]
    fn an_spki_key_is_found_whatever_its_line_ends() {
        for text in [
            ED25519_PEM.to_owned(),
            ED25519_PEM.replace('\n', "\r\n"),
            format!("  \n{ED25519_PEM}\n\n"),
            ED25519_PEM.replace('\n', ""),
        ] {
            assert!(
                matches!(public_key(&text), Ok(Material::Ed25519(_))),
                "{text:?}"
            );
        }
    }

    #[test]
    fn other_text_labels_and_blocks_are_refused() {
        for text in [
            String::new(),
            "x".to_owned(),
            format!("x{ED25519_PEM}"),
            format!("{ED25519_PEM}{ED25519_PEM}"),
            ED25519_PEM.replace("END PUBLIC", "END PRIVATE"),
            ED25519_PEM.replace("PUBLIC KEY", "PRIVATE KEY"),
            ED25519_PEM.replace("PUBLIC KEY", "RSA PUBLIC KEY"),
            ED25519_PEM.replace("MCow", "MCo="),
            ED25519_PEM.replace("VwAyEA", "VwAyEB"),
            "a".repeat(MAX_LEN + 1),
        ] {
            assert!(
                matches!(public_key(&text), Err(KeyError::Invalid(_))),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_certificate_yields_its_subjects_key() {
        let Ok(Material::Ed25519(point)) = public_key(CERTIFICATE) else {
            panic!()
        };
        assert_eq!(
            crate::encoding::encode_hex(&point),
            "b51ef3a67388fbd659fc928480a0c594f82b70e6f2e65ccbb02553e806e86767"
        );
    }

    #[test]
    fn a_certificate_with_a_key_of_another_kind_is_refused() {
        let (_, mut der) = decode(CERTIFICATE).unwrap();
        // The subject's algorithm becomes X25519, which signs nothing.
        let at = der
            .windows(4)
            .position(|window| window == b"\x2b\x65\x70\x03")
            .unwrap();
        der[at + 2] = 0x6e;
        assert!(certificate(&der).is_none());
    }

    #[test]
    fn a_der_key_given_as_a_secret_is_recognised() {
        let (_, der) = decode(ED25519_PEM).unwrap();
        assert!(looks_like_a_key(&der));
        assert!(looks_like_a_key(ED25519_PEM.as_bytes()));
        assert!(!looks_like_a_key(b"an honest secret of thirty-two bytes"));
    }
}
