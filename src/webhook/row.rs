//! What a sender's signature looks like, as plain data that anybody can write down.

use std::borrow::Cow;

use crate::error::ConfigError;
use crate::options::{Options, is_word_of};

/// A scheme's fields, as a caller writes them down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeRow {
    /// The header that carries the signature or signatures.
    pub signature_header: Cow<'static, str>,
    /// The header that carries the timestamp in Unix seconds. Beside [`Fields::timestamp`]
    /// either place may carry it, and where both do they must agree.
    pub timestamp_header: Option<Cow<'static, str>>,
    /// The header that carries the delivery's id. An id that is not part of
    /// [`Self::signed_content`] is never reported.
    pub id_header: Option<Cow<'static, str>>,
    /// How the signature header is built. Default: one value.
    pub format: Format,
    /// The names in a header of [`Format::Fields`]; given exactly then.
    pub fields: Option<Fields>,
    /// The bytes that are signed: literal text with `{id}`, `{timestamp}` and `{body}`, such as
    /// `{id}.{timestamp}.{body}`. `{body}` stands exactly once and last.
    pub signed_content: Cow<'static, str>,
    /// How a signature is spelled.
    pub encoding: Encoding,
    /// The hash inside the HMAC. Default: SHA-256.
    pub hash: Hash,
    /// What stands before each signature, such as `v1=` or `sha256=`. Default: nothing.
    /// Entries of a list that begin otherwise are other versions and are passed over.
    pub signature_prefix: Cow<'static, str>,
    /// What stands before a secret's own text and is cut off where it is there, such as
    /// `whsec_`. Default: nothing, the whole text is the secret.
    pub secret_prefix: Cow<'static, str>,
    /// How a secret given as text becomes key bytes. Default: its UTF-8 bytes.
    pub secret_encoding: SecretEncoding,
}

/// How a signature header is built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The name before the timestamp, where it is in this header.
    pub timestamp: Option<Cow<'static, str>>,
    /// The name before each signature.
    pub signature: Cow<'static, str>,
}

/// How a signature is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// The standard alphabet with its padding (RFC 4648 §4).
    Base64,
    /// Hexadecimal digits of either case.
    Hex,
}

/// The hash inside the HMAC (RFC 2104).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecretEncoding {
    /// It is base64 with padding (RFC 4648 §4).
    Base64,
    /// Its UTF-8 bytes are the key.
    #[default]
    Utf8,
}

impl SchemeRow {
    /// Reads a row from a JSON object with the names of these fields in camelCase.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the field: unknown, missing, or not what it can be.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let row = Options::parse("scheme", json, NAMES)?;
        let read = Self {
            signature_header: needed(&row, "signatureHeader"),
            timestamp_header: row.string("timestampHeader").map(Cow::Owned),
            id_header: row.string("idHeader").map(Cow::Owned),
            format: word(&row, "format", FORMATS).unwrap_or_default(),
            fields: Fields::of(&row)?,
            signed_content: needed(&row, "signedContent"),
            encoding: word(&row, "encoding", ENCODINGS).unwrap_or_else(|| {
                row.refuse(ConfigError::new("encoding", MISSING));
                Encoding::Hex
            }),
            hash: word(&row, "hash", HASHES).unwrap_or_default(),
            signature_prefix: row.string("signaturePrefix").unwrap_or_default().into(),
            secret_prefix: row.string("secretPrefix").unwrap_or_default().into(),
            secret_encoding: word(&row, "secretEncoding", SECRET_ENCODINGS).unwrap_or_default(),
        };
        row.check()?;
        Ok(read)
    }

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
            timestamp_header: None,
            id_header: None,
            format: Format::default(),
            fields: None,
            hash: Hash::default(),
            signature_prefix: Cow::default(),
            secret_prefix: Cow::default(),
            secret_encoding: SecretEncoding::default(),
        }
    }
}

const NAMES: &str = "\
    encoding fields format hash idHeader secretEncoding secretPrefix signatureHeader \
    signaturePrefix signedContent timestampHeader";

const FORMATS: &[(&str, Format)] = &[
    ("fields", Format::Fields),
    ("list", Format::List),
    ("value", Format::Value),
];
const ENCODINGS: &[(&str, Encoding)] = &[("base64", Encoding::Base64), ("hex", Encoding::Hex)];
const HASHES: &[(&str, Hash)] = &[("sha256", Hash::Sha256), ("sha512", Hash::Sha512)];
const SECRET_ENCODINGS: &[(&str, SecretEncoding)] = &[
    ("base64", SecretEncoding::Base64),
    ("utf8", SecretEncoding::Utf8),
];

const MISSING: &str = "must be given";

impl Fields {
    fn of(row: &Options) -> Result<Option<Self>, ConfigError> {
        let Some(fields) = row.get("fields") else {
            return Ok(None);
        };
        let Some(fields) = fields.as_object() else {
            return Err(ConfigError::new("fields", "must be an object"));
        };
        let fields = Options::known(fields.clone(), &is_word_of("signature timestamp"))?;
        let read = Self {
            timestamp: fields.string("timestamp").map(Cow::Owned),
            signature: needed(&fields, "signature"),
        };
        fields.check()?;
        Ok(Some(read))
    }
}

fn needed(row: &Options, name: &'static str) -> Cow<'static, str> {
    if row.get(name).is_none() {
        row.refuse(ConfigError::new(name, MISSING));
    }
    row.string(name).unwrap_or_default().into()
}

/// What one of a few words stands for.
fn word<T: Copy>(row: &Options, name: &'static str, words: &[(&str, T)]) -> Option<T> {
    let given = row.string(name)?;
    let found = words.iter().find(|(word, _)| *word == given);
    if found.is_none() {
        row.refuse(ConfigError::new(name, "is none of the words it can be"));
    }
    found.map(|(_, meaning)| *meaning)
}
