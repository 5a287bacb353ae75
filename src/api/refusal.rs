//! From an error answer to an [`ApiError`]. What its fields say is the provider's to read;
//! how long they may get and what must not be in them is decided here.

use crate::json::Json;

use crate::api::operation::Operation;
use crate::api::retry;
use crate::api::secret::{Secret, redact};
use crate::error::{ApiError, ApiErrorKind};
use crate::http::{Headers, Response};
use crate::time::UnixMillis;

const MAX_BODY_BYTES: usize = 4_096;
const MAX_CODE_BYTES: usize = 128;
const MAX_MESSAGE_BYTES: usize = 1_024;

/// An error answer, as a provider's reader sees it.
#[derive(Clone, Copy)]
pub struct Refusal<'a> {
    /// The operation that was refused.
    pub operation: &'a Operation,
    /// The HTTP status.
    pub status: u16,
    /// The response's fields.
    pub headers: &'a Headers,
    /// The decoded body, where it is JSON.
    pub body: Option<&'a Json>,
}

/// What a provider reads from a refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The provider's error code.
    pub code: Option<String>,
    /// The provider's message.
    pub message: Option<String>,
    /// The provider's id of the request.
    pub request_id: Option<String>,
    /// Seconds to wait, from the body.
    pub retry_after: Option<u64>,
    /// The provider's error class.
    pub class: Option<&'static str>,
}

/// Makes the error of a refusal, `retryable` not yet decided.
pub(crate) fn error(
    operation: &Operation,
    read: fn(&Refusal<'_>) -> Reading,
    response: &Response,
    secrets: &[Secret],
    now: UnixMillis,
) -> ApiError {
    let body = Json::parse(&response.body).ok();
    let status = response.status;
    let reading = read(&Refusal {
        operation,
        status,
        headers: &response.headers,
        body: body.as_ref(),
    });
    let limited = status == 429;
    let tidy = |text: String, most| cut(redact(&text, secrets), most);
    ApiError {
        kind: if limited {
            ApiErrorKind::RateLimited
        } else {
            ApiErrorKind::Status
        },
        status,
        provider_code: reading.code.map(|code| tidy(code, MAX_CODE_BYTES)),
        message: tidy(
            reading.message.unwrap_or_else(|| plain_message(status)),
            MAX_MESSAGE_BYTES,
        ),
        request_id: reading.request_id.map(|id| tidy(id, MAX_CODE_BYTES)),
        retry_after: retry::retry_after(&response.headers, reading.retry_after, limited, now),
        retryable: false,
        class: reading.class,
        body: kept(body, &response.body, secrets),
    }
}

/// The error of a success that carries something else than the operation yields.
pub(crate) fn unusable(status: u16) -> ApiError {
    let message = "the provider's answer is not what the operation yields".to_owned();
    bare(ApiErrorKind::ResponseInvalid, status, message)
}

/// The error of a request beside the operations, whose answer says nothing but its status.
pub(crate) fn failed(status: u16) -> ApiError {
    let limited = status == 429;
    let kind = match limited {
        true => ApiErrorKind::RateLimited,
        false => ApiErrorKind::Status,
    };
    ApiError {
        retryable: limited || status >= 500,
        ..bare(kind, status, plain_message(status))
    }
}

fn plain_message(status: u16) -> String {
    format!("the provider answered with status {status}")
}

fn bare(kind: ApiErrorKind, status: u16, message: String) -> ApiError {
    ApiError {
        kind,
        status,
        provider_code: None,
        message,
        request_id: None,
        retry_after: None,
        retryable: false,
        class: None,
        body: None,
    }
}

/// The body for the error: strings redacted one by one where it is JSON, so that escapes
/// hide nothing.
fn kept(body: Option<Json>, bytes: &[u8], secrets: &[Secret]) -> Option<String> {
    let text = match body {
        Some(mut body) => {
            redact_within(&mut body, secrets);
            body.to_string()
        }
        None if bytes.is_empty() => return None,
        // The whole of it, for a cut would leave the beginning of a secret that nothing matches.
        None => redact(&readable(bytes), secrets),
    };
    Some(cut(text, MAX_BODY_BYTES))
}

/// The text in bytes, with U+FFFD for what is none. (`String::from_utf8_lossy` is a kilobyte of
/// code.)
fn readable(mut bytes: &[u8]) -> String {
    let mut text = String::new();
    loop {
        let broken = match core::str::from_utf8(bytes) {
            Ok(rest) => return text + rest,
            Err(broken) => broken,
        };
        let (valid, rest) = bytes
            .split_at_checked(broken.valid_up_to())
            .unwrap_or_default();
        text.push_str(core::str::from_utf8(valid).unwrap_or_default());
        text.push(char::REPLACEMENT_CHARACTER);
        bytes = broken
            .error_len()
            .and_then(|length| rest.get(length..))
            .unwrap_or_default();
    }
}

fn redact_within(value: &mut Json, secrets: &[Secret]) {
    match value {
        Json::String(text) => *text = redact(text, secrets),
        Json::Array(items) => items
            .iter_mut()
            .for_each(|item| redact_within(item, secrets)),
        Json::Object(members) => {
            for (name, member) in members.iter_mut() {
                *name = redact(name, secrets);
                redact_within(member, secrets);
            }
        }
        _ => {}
    }
}

/// The text up to a number of bytes, ending on a whole character.
fn cut(mut text: String, most: usize) -> String {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: Operation = Operation::get("x", "/x");

    fn made(status: u16, body: &str, secrets: &[Secret]) -> ApiError {
        let response = Response {
            status,
            headers: Headers::new(),
            body: body.as_bytes().to_vec(),
        };
        let read = |refusal: &Refusal<'_>| Reading {
            message: refusal
                .body
                .and_then(|body| Some(body.get("m")?.as_str()?.to_owned())),
            ..Reading::default()
        };
        error(&ROW, read, &response, secrets, UnixMillis::new(0))
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let error = made(400, &format!(r#"{{"m":"{}"}}"#, "é".repeat(3_000)), &[]);
        assert_eq!(error.message.len(), 1_024);
        assert!(error.body.unwrap().len() <= 4_096);
        assert_eq!(cut("aé".to_owned(), 2), "a");
    }

    #[test]
    fn an_answer_that_is_not_json_is_kept_as_text() {
        let error = made(502, "<h1>Bad</h1>", &[]);
        assert_eq!(error.message, "the provider answered with status 502");
        assert_eq!(error.body.as_deref(), Some("<h1>Bad</h1>"));
        assert_eq!(made(500, "", &[]).body, None);
    }

    #[test]
    fn what_is_no_text_is_replaced_as_everywhere() {
        for bytes in [
            &b""[..],
            b"a\xc3\xa9",
            b"\xff",
            b"a\xffb\xe2\x82",
            b"\xf0\x9f\x98x\xed\xa0\x80",
            b"\xe2\x82\xac\xc3",
        ] {
            assert_eq!(readable(bytes), String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn secrets_that_the_provider_echoes_are_redacted() {
        let secrets = [Secret::new("pass\"word")];
        let body = r#"{"m":"bad pass\"word","pass\"word":["x pass\"word"]}"#;
        let error = made(400, body, &secrets);
        assert_eq!(error.message, "bad [redacted]");
        assert_eq!(
            error.body.as_deref(),
            Some(r#"{"m":"bad [redacted]","[redacted]":["x [redacted]"]}"#)
        );
        let plain = made(400, "your pass\"word", &secrets);
        assert_eq!(plain.body.as_deref(), Some("your [redacted]"));
        let long = [Secret::new("s".repeat(3_000))];
        let body = [long[0].expose(), "!"].concat().repeat(3);
        let plain = made(400, &body, &long);
        assert_eq!(
            plain.body.as_deref(),
            Some("[redacted]![redacted]![redacted]!")
        );
    }

    #[test]
    fn a_rate_limit_is_its_own_kind() {
        assert_eq!(made(429, "", &[]).kind, ApiErrorKind::RateLimited);
        assert_eq!(made(429, "", &[]).retry_after, Some(1));
        assert_eq!(made(500, "", &[]).kind, ApiErrorKind::Status);
    }
}
