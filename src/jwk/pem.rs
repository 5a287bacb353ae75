//! Public keys in PEM (RFC 7468): SPKI, PKCS#1 and X.509 certificates.

use zeroize::Zeroizing;

use super::der::{Der, NULL, OBJECT_IDENTIFIER, SEQUENCE, VERSION};
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
    let key = match label {
        "PUBLIC KEY" => spki(&der).and_then(key_of),
        "RSA PUBLIC KEY" => rsa_public_key(&der),
        "CERTIFICATE" => certificate(&der).and_then(key_of),
        _ => return Err("its PEM label is not that of a public key or certificate"),
    };
    key.ok_or("its PEM holds no key of a supported kind")
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

/// A key and what it is for (`SubjectPublicKeyInfo`, RFC 5280 §4.1.2.7).
struct Info<'a> {
    algorithm: &'a [u8],
    parameters: Der<'a>,
    key: &'a [u8],
}

impl<'a> Info<'a> {
    fn of(mut sequence: Der<'a>) -> Option<Self> {
        let mut parameters = sequence.sequence()?;
        let key = sequence.bytes()?;
        sequence.end()?;
        Some(Self {
            algorithm: parameters.value(OBJECT_IDENTIFIER)?,
            parameters,
            key,
        })
    }
}

fn spki(der: &[u8]) -> Option<Info<'_>> {
    let mut outer = Der::new(der);
    let info = outer.sequence()?;
    outer.end()?;
    Info::of(info)
}

/// The key itself, if its algorithm has no parameters but its own.
fn key_of(info: Info<'_>) -> Option<Material> {
    let Info {
        algorithm,
        parameters,
        key,
    } = info;
    match (algorithm, parameters.rest()) {
        // RFC 3279 §2.3.1 asks for NULL; some writers leave it out.
        (RSA_ENCRYPTION, [] | [NULL, 0]) => rsa_public_key(key),
        (EC_PUBLIC_KEY, _) => ec_point(named_curve(parameters)?, key),
        // RFC 8410 §3: none at all.
        (ED25519, []) => (key.len() == 32).then(|| Material::Ed25519(key.to_vec())),
        _ => None,
    }
}

/// A curve by its name alone (RFC 5480 §2.1.1): neither implied nor spelt out in numbers.
fn named_curve(mut parameters: Der<'_>) -> Option<EcCurve> {
    let name = parameters.value(OBJECT_IDENTIFIER)?;
    parameters.end()?;
    let (_, curve) = CURVES.into_iter().find(|(id, _)| *id == name)?;
    Some(curve)
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

/// The key of a `Certificate` (RFC 5280 §4.1): it is the seventh field of the signed part, the
/// version before it being optional.
fn certificate(der: &[u8]) -> Option<Info<'_>> {
    let mut outer = Der::new(der);
    let mut certificate = outer.sequence()?;
    outer.end()?;
    let mut signed = certificate.sequence()?;
    let _algorithm = certificate.sequence()?;
    let _signature = certificate.bytes()?;
    certificate.end()?;
    signed.skip_optional(VERSION)?;
    for _serial_signature_issuer_validity_subject in 0..5 {
        signed.skip()?;
    }
    Info::of(signed.sequence()?)
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
        || (text.first() == Some(&SEQUENCE_LETTER) && is_der_key_in_base64(text))
}

/// Whether it is a key at all, of whichever algorithm. Kept apart, as hardly any secret begins
/// like one.
#[inline(never)]
fn is_der_key(bytes: &[u8]) -> bool {
    spki(bytes).is_some() || rsa_public_key(bytes).is_some() || certificate(bytes).is_some()
}

/// What the base64 of a sequence begins with, in both alphabets.
const SEQUENCE_LETTER: u8 = b'M';

/// Whether it is the body of a PEM block alone, as some consoles show their realm's key, or the
/// same in base64url.
#[inline(never)]
fn is_der_key_in_base64(text: &[u8]) -> bool {
    // Most texts that come here are honest secrets, of which no copy may stay.
    let mut letters = Zeroizing::new(text.to_vec());
    letters.retain(|byte| !byte.is_ascii_whitespace());
    let is_key_in = |alphabet: Base64| {
        let mut der = Zeroizing::new(Vec::new());
        alphabet.decode_into(&letters, &mut der).is_ok() && is_der_key(&der)
    };
    is_key_in(Base64::Standard) || is_key_in(Base64::Url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwk::der::{BIT_STRING, INTEGER};

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
        assert!(certificate(&der).and_then(key_of).is_none());
    }

    #[test]
    fn a_certificate_ends_with_its_signature() {
        let (_, der) = decode(CERTIFICATE).unwrap();
        let [0x30, 0x82, high, low, fields @ ..] = &der[..] else {
            panic!()
        };
        let length = u16::from_be_bytes([*high, *low]);
        let with_fields = |fields: &[u8], length: u16| {
            let length = length.to_be_bytes();
            [&[0x30, 0x82], &length[..], fields].concat()
        };
        assert!(certificate(&with_fields(fields, length)).is_some());
        // The signature is a bit string of 64 bytes.
        let unsigned = &fields[..fields.len() - 67];
        assert!(certificate(&with_fields(unsigned, length - 67)).is_none());
        let longer = [fields, &[NULL, 0]].concat();
        assert!(certificate(&with_fields(&longer, length + 2)).is_none());
    }

    /// A value of up to 64 KiB.
    fn der(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
        let contents = contents.concat();
        let mut length = match contents.len() {
            short @ 0..=0x7f => vec![short as u8],
            long @ 0x80..=0xff => vec![0x81, long as u8],
            longer => vec![0x82, (longer >> 8) as u8, longer as u8],
        };
        length.insert(0, tag);
        [length, contents].concat()
    }

    /// A `PUBLIC KEY` whose algorithm has these parameters.
    fn pem(algorithm: &[u8], parameters: &[u8], key: &[u8]) -> String {
        let oid = der(OBJECT_IDENTIFIER, &[algorithm]);
        let algorithm = der(SEQUENCE, &[&oid, parameters]);
        let key = der(BIT_STRING, &[&[0], key]);
        let body = Base64::Standard.encode(&der(SEQUENCE, &[&algorithm, &key]));
        format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    }

    fn rsa_key() -> Vec<u8> {
        let modulus = der(INTEGER, &[&[0], &[0xc5; 256]]);
        der(SEQUENCE, &[&modulus, &der(INTEGER, &[&[1, 0, 1]])])
    }

    #[test]
    fn a_key_has_no_values_behind_its_own() {
        let null = der(NULL, &[]);
        let labelled = |label: &str, der: &[u8]| {
            let body = Base64::Standard.encode(der);
            public_key(&format!(
                "-----BEGIN {label}-----\n{body}\n-----END {label}-----"
            ))
        };
        let rsa = |behind_exponent: &[u8], behind: &[u8]| {
            let modulus = der(INTEGER, &[&[0], &[0xc5; 256]]);
            let exponent = der(INTEGER, &[&[1, 0, 1]]);
            let key = der(SEQUENCE, &[&modulus, &exponent, behind_exponent]);
            labelled("RSA PUBLIC KEY", &[&key[..], behind].concat())
        };
        assert!(matches!(rsa(&[], &[]), Ok(Material::Rsa { .. })));
        assert!(rsa(&null, &[]).is_err());
        assert!(rsa(&[], &null).is_err());
        let ed25519 = |behind_key: &[u8], behind: &[u8]| {
            let algorithm = der(SEQUENCE, &[&der(OBJECT_IDENTIFIER, &[ED25519])]);
            let key = der(BIT_STRING, &[&[0], &[9; 32]]);
            let info = der(SEQUENCE, &[&algorithm, &key, behind_key]);
            labelled("PUBLIC KEY", &[&info[..], behind].concat())
        };
        assert!(ed25519(&[], &[]).is_ok());
        assert!(ed25519(&null, &[]).is_err());
        assert!(ed25519(&[], &null).is_err());
        let (_, certificate) = decode(CERTIFICATE).unwrap();
        assert!(labelled("CERTIFICATE", &certificate).is_ok());
        assert!(labelled("CERTIFICATE", &[certificate, null].concat()).is_err());
    }

    #[test]
    fn a_point_has_two_whole_coordinates() {
        let p256 = der(OBJECT_IDENTIFIER, &[CURVES[0].0]);
        for (len, is_good) in [
            (64, true),
            (63, false),
            (65, false),
            (66, false),
            (32, false),
        ] {
            let point = [&[4][..], &vec![7; len]].concat();
            let key = public_key(&pem(EC_PUBLIC_KEY, &p256, &point));
            assert_eq!(key.is_ok(), is_good, "{len}");
        }
    }

    #[test]
    fn an_algorithm_has_no_parameters_but_its_own() {
        let p256 = der(OBJECT_IDENTIFIER, &[CURVES[0].0]);
        let null = &der(NULL, &[])[..];
        let [rsa, point, ed25519] = [rsa_key(), [&[4], &[7; 64][..]].concat(), vec![9; 32]];
        let odd = [
            vec![0],
            vec![NULL],
            der(NULL, &[&[0]]),
            [null, null].concat(),
            der(SEQUENCE, &[]),
            der(INTEGER, &[&[1]]),
            der(OBJECT_IDENTIFIER, &[ED25519]),
            [&p256[..], null].concat(),
            [null, &p256].concat(),
            [&p256[..], &p256].concat(),
        ];
        type Bytes<'a> = &'a [u8];
        let kinds: [(Bytes, Bytes, &[Bytes]); 3] = [
            (RSA_ENCRYPTION, &rsa, &[&[], null]),
            (EC_PUBLIC_KEY, &point, &[&p256]),
            (ED25519, &ed25519, &[&[]]),
        ];
        for (algorithm, key, good) in kinds {
            let all = [&[], null, &p256].into_iter();
            for parameters in all.chain(odd.iter().map(Vec::as_slice)) {
                assert_eq!(
                    public_key(&pem(algorithm, parameters, key)).is_ok(),
                    good.contains(&parameters),
                    "{algorithm:x?} {parameters:x?}"
                );
            }
        }
    }

    #[test]
    fn a_der_key_given_as_a_secret_is_recognised() {
        let (_, der) = decode(ED25519_PEM).unwrap();
        assert!(looks_like_a_key(&der));
        assert!(looks_like_a_key(ED25519_PEM.as_bytes()));
        assert!(!looks_like_a_key(b"an honest secret of thirty-two bytes"));
        assert!(!looks_like_a_key(b"MCowBQYDK2VwAyEA and nothing of a key"));
        assert!(!looks_like_a_key(
            Base64::Standard.encode(&[0x30; 64]).as_bytes()
        ));
        // Whatever it is for, and whether it could be used or not.
        let x25519 = pem(b"\x2b\x65\x6e", &[], &[9; 32]);
        let with_parameters = pem(RSA_ENCRYPTION, &[1, 1, 0xff], &rsa_key());
        for text in [&x25519[..], &with_parameters, CERTIFICATE] {
            let (_, der) = decode(text).unwrap();
            let (body, url) = (Base64::Standard.encode(&der), Base64::Url.encode(&der));
            let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('-')).collect();
            assert!(looks_like_a_key(&der), "{text}");
            for spelling in [body, url, format!(" {}\n", lines.join("\r\n"))] {
                assert!(looks_like_a_key(spelling.as_bytes()), "{spelling}");
            }
        }
        assert!(looks_like_a_key(&rsa_key()));
    }
}
