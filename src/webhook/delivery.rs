//! From a request's headers to what verification needs of them.

use core::time::Duration;

use crate::error::WebhookError;
use crate::time::UnixMillis;

use super::scheme::Scheme;
use super::signature::{self, Signature};

/// The most bytes a header may have that a scheme reads.
pub const MAX_HEADER_BYTES: usize = 8 << 10;

/// Header fields as they were received, in order. Names compare without case.
pub type Received<'a> = &'a [(&'a str, &'a str)];

/// The most bytes a delivery's id may have, so that replay stores hold short keys.
const MAX_ID_BYTES: usize = 256;

/// The headers of one delivery, checked.
pub(super) struct Delivery {
    /// The id, where the signature covers it.
    pub(super) id: Option<String>,
    pub(super) signatures: Vec<Signature>,
    /// The timestamp, where the signature covers it.
    pub(super) timestamp: Option<UnixMillis>,
    /// The bytes that are signed before the body's.
    pub(super) before_body: Vec<u8>,
}

impl Delivery {
    /// Reads the headers that the scheme names, and no other.
    ///
    /// # Errors
    ///
    /// As [`super::Webhook::verify`] lists them for headers.
    pub(super) fn read(scheme: &Scheme, headers: Received<'_>) -> Result<Self, WebhookError> {
        let [signature_name, timestamp_name, id_name] = header_names(scheme, headers);
        let text = required(headers, signature_name)?;
        signature::count(scheme, text)?;
        check_text(signature_name, text)?;
        let parsed = signature::parse(scheme, signature_name, text)?;
        let timestamp = if scheme.signs_timestamp() {
            let text = timestamp_text(headers, timestamp_name, parsed.timestamp, signature_name)?;
            Some((text, moment(text)?))
        } else {
            None
        };
        let id = if scheme.signs_id() {
            Some(id(scheme, headers, id_name)?)
        } else {
            None
        };
        let (text, timestamp) = timestamp.unzip();
        let content = &scheme.content;
        Ok(Self {
            before_body: content.before_body(id.unwrap_or_default(), text.unwrap_or_default()),
            id: id.map(str::to_owned),
            signatures: parsed.signatures,
            timestamp,
        })
    }

    /// Checks the timestamp's distance from `now`, which may be `tolerance` in either direction.
    ///
    /// # Errors
    ///
    /// [`WebhookError::TimestampExpired`] and [`WebhookError::TimestampFuture`].
    pub(super) fn check_time(
        &self,
        now: UnixMillis,
        tolerance: Duration,
    ) -> Result<(), WebhookError> {
        match self.timestamp {
            Some(at) if now.since(at) > tolerance => Err(WebhookError::TimestampExpired),
            Some(at) if at.since(now) > tolerance => Err(WebhookError::TimestampFuture),
            _ => Ok(()),
        }
    }
}

/// The names of the signature, timestamp and id headers that are in force; empty for none.
fn header_names<'a>(scheme: &'a Scheme, headers: Received<'_>) -> [&'a str; 3] {
    let own = scheme.signature_header();
    match scheme.traits.other_headers {
        // A family is taken whole, so that no header of the one completes the other.
        Some(other) if !is_there(headers, own) && is_there(headers, other[0]) => *other,
        _ => [
            own,
            scheme.timestamp_header().unwrap_or_default(),
            scheme.id_header().unwrap_or_default(),
        ],
    }
}

/// Every value of a header, in order.
fn values<'a>(headers: Received<'a>, name: &str) -> impl Iterator<Item = &'a str> {
    headers
        .iter()
        .filter(move |(own, _)| own.eq_ignore_ascii_case(name))
        .map(|(_, value)| *value)
}

fn is_there(headers: Received<'_>, name: &str) -> bool {
    values(headers, name).next().is_some()
}

/// The value of a header that may be there once.
fn single<'a>(headers: Received<'a>, name: &str) -> Result<Option<&'a str>, WebhookError> {
    let mut all = values(headers, name);
    let value = all.next();
    match all.next() {
        None => Ok(value),
        // Even equal ones: whoever reads the other one next may see another value.
        Some(_) => Err(WebhookError::HeaderDuplicate(name.to_owned().into())),
    }
}

fn required<'a>(headers: Received<'a>, name: &str) -> Result<&'a str, WebhookError> {
    single(headers, name)?.ok_or_else(|| WebhookError::HeaderMissing(name.to_owned().into()))
}

fn invalid(name: &str) -> WebhookError {
    WebhookError::HeaderInvalid(name.to_owned().into())
}

/// Whether a value is short enough and holds visible ASCII and spaces only.
fn check_text(name: &str, value: &str) -> Result<(), WebhookError> {
    if value.len() <= MAX_HEADER_BYTES && value.bytes().all(|b| matches!(b, b' '..=b'~')) {
        Ok(())
    } else {
        Err(invalid(name))
    }
}

/// The timestamp's text, from its header or from the signature header.
fn timestamp_text<'a>(
    headers: Received<'a>,
    name: &str,
    in_field: Option<&'a str>,
    signature_name: &str,
) -> Result<&'a str, WebhookError> {
    let in_header = if name.is_empty() {
        None
    } else {
        single(headers, name)?
    };
    match (in_header, in_field) {
        (Some(one), Some(other)) if one != other => Err(WebhookError::TimestampInvalid),
        (Some(text), _) if text.bytes().any(|b| b.is_ascii_control()) => Err(invalid(name)),
        (Some(text), _) | (None, Some(text)) => Ok(text),
        (None, None) if name.is_empty() => Err(invalid(signature_name)),
        (None, None) => Err(WebhookError::HeaderMissing(name.to_owned().into())),
    }
}

fn id<'a>(scheme: &Scheme, headers: Received<'a>, name: &str) -> Result<&'a str, WebhookError> {
    let id = required(headers, name)?;
    let delimited = scheme.content.delimiter_of_id();
    let is_fit = |byte: u8| byte.is_ascii_graphic() && Some(char::from(byte)) != delimited;
    if matches!(id.len(), 1..=MAX_ID_BYTES) && id.bytes().all(is_fit) {
        Ok(id)
    } else {
        Err(invalid(name))
    }
}

/// The moment that 1 to 12 decimal digits name: no sign, no point, no exponent, no other
/// alphabet's digits.
///
/// # Errors
///
/// [`WebhookError::TimestampInvalid`].
fn moment(text: &str) -> Result<UnixMillis, WebhookError> {
    if !matches!(text.len(), 1..=12) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(WebhookError::TimestampInvalid);
    }
    let secs = text.parse().map_err(|_| WebhookError::TimestampInvalid)?;
    Ok(UnixMillis::from_secs(secs))
}
