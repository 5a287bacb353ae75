//! What a sender's signature looks like, as plain data that anybody can write down.

use std::borrow::Cow;

use serde::Deserialize;

use super::preset;

/// A scheme's fields, as a caller writes them down.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchemeRow {
    /// The header that carries the signature or signatures.
    pub signature_header: Cow<'static, str>,
    /// The header that carries the timestamp in Unix seconds. Beside [`Fields::timestamp`]
    /// either place may carry it, and where both do they must agree.
    #[serde(default)]
    pub timestamp_header: Option<Cow<'static, str>>,
    /// The header that carries the delivery's id. An id that is not part of
    /// [`Self::signed_content`] is never reported.
    #[serde(default)]
    pub id_header: Option<Cow<'static, str>>,
    /// How the signature header is built. Default: one value.
    #[serde(default)]
    pub format: Format,
    /// The names in a header of [`Format::Fields`]; given exactly then.
    #[serde(default)]
    pub fields: Option<Fields>,
    /// The bytes that are signed: literal text with `{id}`, `{timestamp}` and `{body}`, such as
    /// `{id}.{timestamp}.{body}`. `{body}` stands exactly once and last.
    pub signed_content: Cow<'static, str>,
    /// How a signature is spelled.
    pub encoding: Encoding,
    /// The hash inside the HMAC. Default: SHA-256.
    #[serde(default)]
    pub hash: Hash,
    /// What stands before each signature, such as `v1=` or `sha256=`. Default: nothing.
    /// Entries of a list that begin otherwise are other versions and are passed over.
    #[serde(default)]
    pub signature_prefix: Cow<'static, str>,
    /// What stands before a secret's own text and is cut off where it is there, such as
    /// `whsec_`. Default: nothing, the whole text is the secret.
    #[serde(default)]
    pub secret_prefix: Cow<'static, str>,
    /// How a secret given as text becomes key bytes. Default: its UTF-8 bytes.
    #[serde(default)]
    pub secret_encoding: SecretEncoding,
}

/// How a signature header is built.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Pairs between commas: `t=1700000000,v1=…`. Unknown names are passed over.
    Fields,
    /// Signatures between spaces or commas; between spaces only where the prefix itself
    /// holds a comma.
    List,
    /// One signature.
    #[default]
    Value,
}

/// The names in a header of [`Format::Fields`].
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    /// The name before the timestamp, where it is in this header.
    #[serde(default)]
    pub timestamp: Option<Cow<'static, str>>,
    /// The name before each signature.
    pub signature: Cow<'static, str>,
}

/// How a signature is spelled.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// The standard alphabet with its padding (RFC 4648 §4).
    Base64,
    /// Hexadecimal digits of either case.
    Hex,
}

/// The hash inside the HMAC (RFC 2104).
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Hash {
    /// SHA-256.
    #[default]
    Sha256,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// Length of a signature in bytes. No other length is ever compared.
    pub(super) const fn output(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

/// How a secret given as text becomes key bytes.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum SecretEncoding {
    /// It is base64 with padding (RFC 4648 §4).
    Base64,
    /// Its UTF-8 bytes are the key.
    #[default]
    Utf8,
}

impl SchemeRow {
    /// A row with the three fields that every scheme has; the rest stands at its default.
    pub fn new(
        signature_header: impl Into<Cow<'static, str>>,
        signed_content: impl Into<Cow<'static, str>>,
        encoding: Encoding,
    ) -> Self {
        Self {
            signature_header: signature_header.into(),
            signed_content: signed_content.into(),
            encoding,
            ..preset::PLAIN
        }
    }
}
