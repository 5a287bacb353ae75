//! Secrets as callers hold them, and how each scheme turns them into keys.

use core::fmt;

use zeroize::Zeroizing;

use crate::crypto::is_blank;
use crate::encoding::Base64;
use crate::error::ConfigError;

use super::key::Key;
use super::row::SecretEncoding;
use super::scheme::Scheme;

/// The most secrets one webhook may have. Two are a rotation; every one costs a MAC over the
/// whole body.
pub const MAX_SECRETS: usize = 16;

/// A webhook's secret: text as the sender shows it, or the key's own bytes. It is wiped when
/// it is dropped and never shown.
///
/// # Example
///
/// ```
/// use countersign::webhook::Secret;
///
/// let secrets = [Secret::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), Secret::from(vec![7; 32])];
/// assert_eq!(format!("{secrets:?}"), "[Secret, Secret]");
/// ```
#[derive(Clone)]
pub struct Secret(Form);

#[derive(Clone)]
enum Form {
    Bytes(Zeroizing<Vec<u8>>),
    Text(Zeroizing<String>),
}

/// What stands before a public Ed25519 key, and before its private half, as text
/// (Standard Webhooks, "Signature scheme").
const PUBLIC_KEY: &str = "whpk_";
const PRIVATE_KEY: &str = "whsk_";

impl Secret {
    /// Makes the key that the scheme wants of this secret.
    pub(super) fn key(&self, scheme: &Scheme) -> Result<Key, ConfigError> {
        let key = match &self.0 {
            Form::Bytes(bytes) => key_of_bytes(bytes, scheme),
            Form::Text(text) => key_of_text(text, scheme),
        };
        key.map_err(|problem| ConfigError::new("secrets", problem))
    }
}

fn key_of_text(text: &str, scheme: &Scheme) -> Result<Key, &'static str> {
    if text.trim().is_empty() {
        return Err("a secret is blank");
    }
    if text.trim() != text {
        return Err("a secret begins or ends with white space");
    }
    let has_public_keys = scheme.traits.ed25519_prefix.is_some();
    match (text.strip_prefix(PUBLIC_KEY), has_public_keys) {
        (Some(encoded), true) => return ed25519_key(encoded),
        // Anybody knows it, so anybody could sign with it.
        (Some(_), false) => return Err("a secret is a public key, which this scheme does not use"),
        (None, _) => {}
    }
    if has_public_keys && text.starts_with(PRIVATE_KEY) {
        return Err("a secret is a private key; give its public half, which begins with whpk_");
    }
    let secret = text
        .strip_prefix(scheme.row.secret_prefix.as_ref())
        .unwrap_or(text);
    match scheme.row.secret_encoding {
        SecretEncoding::Base64 => mac_key(&base64(secret)?, scheme),
        SecretEncoding::Utf8 => mac_key(secret.as_bytes(), scheme),
    }
}

fn key_of_bytes(bytes: &[u8], scheme: &Scheme) -> Result<Key, &'static str> {
    let prefix = scheme.row.secret_prefix.as_bytes();
    if bytes.trim_ascii().is_empty() {
        return Err("a secret is blank");
    }
    if !prefix.is_empty() && bytes.starts_with(prefix) {
        return Err("a secret's text was given as bytes; give it as text, or its decoded bytes");
    }
    mac_key(bytes, scheme)
}

fn mac_key(bytes: &[u8], scheme: &Scheme) -> Result<Key, &'static str> {
    if is_blank(bytes) {
        return Err("a secret is blank or all zeros");
    }
    let (least, most) = scheme.traits.key_bytes;
    if !(least..=most).contains(&bytes.len()) {
        return Err("a secret is shorter or longer than its scheme allows");
    }
    Ok(Key::mac(scheme.row.hash, bytes))
}

fn ed25519_key(encoded: &str) -> Result<Key, &'static str> {
    Key::ed25519(&base64(encoded)?).ok_or("a secret is not a usable Ed25519 public key")
}

fn base64(text: &str) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    // As much room as the result needs from the start, so that no copy is left behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    Base64::Standard
        .decode_into(text.as_bytes(), &mut bytes)
        .map_err(|_| "a secret is not base64 with its padding")?;
    Ok(bytes)
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Form::Text(Zeroizing::new(text)))
    }
}

impl From<&[u8]> for Secret {
    fn from(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }
}

impl From<Vec<u8>> for Secret {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Form::Bytes(Zeroizing::new(bytes)))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
