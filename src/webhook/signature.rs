//! From a signature header to the signatures in it.
//!
//! Every signature is decoded to its full, fixed length before anything is compared. One that
//! does not decode to exactly that many bytes is no signature, so a comparison never meets two
//! lengths (RUSTSEC-2024-0010: an empty signature matched).

use crate::encoding::{Base64, contains, decode_hex, split_once, trim};
use crate::error::WebhookError;

use super::delivery::MAX_HEADER_BYTES;
use super::row::{Encoding, Fields, Format};
use super::scheme::Scheme;

/// The most entries a signature header may have, of whatever version.
pub const MAX_SIGNATURES: usize = 16;

/// Length of an Ed25519 signature (RFC 8032 §5.1.6).
const ED25519_BYTES: usize = 64;

/// A signature of the right length.
pub(super) struct Signature {
    pub(super) kind: Kind,
    bytes: Vec<u8>,
}

/// What a signature was made with, by the version it stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Ed25519,
    Mac,
}

impl Signature {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// What a signature header holds.
pub(super) struct SignatureHeader<'a> {
    /// The usable signatures, at least one unless the scheme takes none for a mismatch.
    pub(super) signatures: Vec<Signature>,
    /// The timestamp, where it stands in this header.
    pub(super) timestamp: Option<&'a str>,
}

/// Refuses a header of too many entries before anything is made of it.
///
/// # Errors
///
/// [`WebhookError::TooManySignatures`].
pub(super) fn count(scheme: &Scheme, text: &str) -> Result<(), WebhookError> {
    // The field of the timestamp is not a signature.
    let in_field = |fields: &Fields| usize::from(fields.timestamp.is_some());
    let most = MAX_SIGNATURES + scheme.row.fields.as_ref().map_or(0, in_field);
    // A longer header is refused whatever stands behind this.
    let beginning = (MAX_HEADER_BYTES - 3..=MAX_HEADER_BYTES)
        .rev()
        .find_map(|end| text.get(..end))
        .unwrap_or(text);
    match entries(scheme, beginning).nth(most) {
        None => Ok(()),
        Some(_) => Err(WebhookError::TooManySignatures),
    }
}

/// Reads a header that is not too long and holds visible ASCII only.
///
/// # Errors
///
/// [`WebhookError::HeaderDuplicate`] when it is two headers that a host has joined,
/// [`WebhookError::HeaderInvalid`] when no entry is usable, [`WebhookError::SignatureInvalid`]
/// for schemes that take this for a mismatch, and [`WebhookError::TimestampInvalid`] when two
/// entries are timestamps.
pub(super) fn parse<'a>(
    scheme: &Scheme,
    name: &str,
    text: &'a str,
) -> Result<SignatureHeader<'a>, WebhookError> {
    let mut header = SignatureHeader {
        signatures: Vec::new(),
        timestamp: None,
    };
    for entry in entries(scheme, text) {
        if scheme.row.format == Format::List && is_joined(entry) {
            return Err(WebhookError::HeaderDuplicate(name.to_owned().into()));
        }
        match &scheme.row.fields {
            None => header.signatures.extend(versioned(scheme, entry)),
            Some(fields) => header.take_field(scheme, fields, entry)?,
        }
    }
    if !header.signatures.is_empty() {
        Ok(header)
    } else if scheme.traits.unusable_is_mismatch {
        Err(WebhookError::SignatureInvalid)
    } else {
        Err(WebhookError::HeaderInvalid(name.to_owned().into()))
    }
}

impl<'a> SignatureHeader<'a> {
    fn take_field(
        &mut self,
        scheme: &Scheme,
        fields: &Fields,
        entry: &'a str,
    ) -> Result<(), WebhookError> {
        let (name, value) = match split_once(entry, "=") {
            Some(pair) => pair,
            None if scheme.traits.bare_signature => (fields.signature.as_ref(), entry),
            None => return Ok(()),
        };
        if name == fields.signature {
            self.signatures.extend(versioned(scheme, value));
        } else if Some(name) == fields.timestamp.as_deref() {
            let earlier = self.timestamp.replace(value);
            if earlier.is_some() {
                return Err(WebhookError::TimestampInvalid);
            }
        }
        Ok(())
    }
}

/// Whether a comma stands behind an entry like `v1,…`. In a list that is parted by spaces it is a
/// host's, which has joined two headers (RFC 9110 §5.3).
fn is_joined(entry: &str) -> bool {
    let before = entry.strip_suffix(',');
    before.is_some_and(|entry| contains(entry, ","))
}

/// The entries of a header. Spaces around one are no part of it; empty ones are passed over.
fn entries<'a>(scheme: &Scheme, text: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {
    let commas = match scheme.row.format {
        Format::Fields => true,
        Format::List => !contains(&scheme.row.signature_prefix, ","),
        Format::Value => false,
    };
    let spaces = scheme.row.format == Format::List;
    // By bytes, as both separators are ASCII: searching characters takes as long as the hash.
    let is_separator = move |b: u8| b == b',' && commas || b == b' ' && spaces;
    let separated = commas || spaces;
    let mut rest = Some(text);
    let cut = core::iter::from_fn(move || {
        let text = rest?;
        let mut bytes = text.bytes();
        let end = separated.then(|| bytes.position(is_separator)).flatten();
        rest = end.and_then(|end| text.get(end + 1..));
        text.get(..end.unwrap_or(text.len()))
    });
    cut.map(|entry| trim(entry, b" "))
        .filter(|entry| !entry.is_empty())
}

/// The signature of an entry; `None` for other versions and for text that is none.
fn versioned(scheme: &Scheme, entry: &str) -> Option<Signature> {
    let ed25519 = scheme.traits.ed25519_prefix;
    if let Some(text) = ed25519.and_then(|prefix| entry.strip_prefix(prefix)) {
        return decode(scheme, text, Kind::Ed25519, ED25519_BYTES);
    }
    let text = entry.strip_prefix(scheme.row.signature_prefix.as_ref())?;
    decode(scheme, text, Kind::Mac, scheme.row.hash.output())
}

fn decode(scheme: &Scheme, text: &str, kind: Kind, length: usize) -> Option<Signature> {
    let bytes = match scheme.row.encoding {
        Encoding::Base64 => Base64::Standard.decode(text.as_bytes()),
        Encoding::Hex => decode_hex(text.as_bytes()),
    };
    let bytes = bytes.ok().filter(|bytes| bytes.len() == length)?;
    Some(Signature { kind, bytes })
}
