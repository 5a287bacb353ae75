//! What a call's parameters must be like beyond their types: ids, dates, and two that go out
//! in another form than they come in.

use zeroize::Zeroizing;

use crate::encoding::Base64;
use crate::error::ConfigError;
use crate::json::{Json, Members};
use crate::options::{object, wipe};
use crate::providers::settings::is_uuid;

/// Changes a value to the form that goes out, or says what is wrong with it.
type Form = fn(&str) -> Result<String, &'static str>;

/// Parameters that have a form wherever they appear.
const FORMS: &[(&str, Form)] = &[
    ("activeOrgId", uuid),
    ("apiKeyId", api_key_id),
    ("apiKeyToken", bare_token),
    ("date", date),
    ("employeeId", uuid),
    ("endDate", date),
    ("orgId", uuid),
    ("returnTo", base64),
    ("startDate", date),
    ("userId", uuid),
    ("userIds", uuid),
];

/// Checks the parameters that have a form, and brings them into it. What is of the wrong type
/// is left to the row's own check.
pub(super) fn prepared(json: &str) -> Result<Zeroizing<String>, ConfigError> {
    let mut parameters = object("parameters", json)?;
    let outcome = bring_into_form(&mut parameters);
    let mut value = Json::Object(parameters);
    let text = Zeroizing::new(value.to_string());
    wipe(&mut value);
    outcome.map(|()| text)
}

fn bring_into_form(parameters: &mut Members) -> Result<(), ConfigError> {
    for (name, form) in FORMS {
        let values = match parameters.get_mut(name) {
            Some(Json::Array(values)) => values.as_mut_slice(),
            Some(value) => core::slice::from_mut(value),
            None => continue,
        };
        for value in values {
            if let Json::String(text) = value {
                let formed = form(text).map_err(|problem| ConfigError::new(*name, problem))?;
                wipe(value);
                *value = formed.into();
            }
        }
    }
    Ok(())
}

/// A UUID as text (RFC 9562 §4) of any version, in lower case.
fn uuid(text: &str) -> Result<String, &'static str> {
    match is_uuid(text) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err("must be a UUID"),
    }
}

/// 32 hexadecimal digits, in lower case.
fn api_key_id(text: &str) -> Result<String, &'static str> {
    match text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err("must be 32 hexadecimal digits"),
    }
}

/// A calendar date: a day, not a moment, so that no time zone can move it.
fn date(text: &str) -> Result<String, &'static str> {
    let digits = |at: core::ops::Range<usize>| {
        let part = text
            .get(at)
            .filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
        part?.parse::<u32>().ok()
    };
    let fits = text.len() == 10
        && text.get(4..5) == Some("-")
        && text.get(7..8) == Some("-")
        && digits(0..4).is_some()
        && digits(5..7).is_some_and(|month| (1..=12).contains(&month))
        && digits(8..10).is_some_and(|day| (1..=31).contains(&day));
    match fits {
        true => Ok(text.to_owned()),
        false => Err("must be a date, YYYY-MM-DD"),
    }
}

/// An API key, without the scheme of the header that it was taken from.
fn bare_token(text: &str) -> Result<String, &'static str> {
    const SCHEME: &str = "bearer ";
    let bare = match text.split_at_checked(SCHEME.len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(SCHEME) => rest,
        _ => text,
    };
    Ok(bare.to_owned())
}

/// Where a hosted page returns to, as its query wants it.
fn base64(text: &str) -> Result<String, &'static str> {
    Ok(Base64::Standard.encode(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_taken_in_any_case_and_go_out_in_lower_case() {
        let upper = r#"{"userId":"5B0E1C52-6F0B-4A39-9D0E-3A1A5F6F2C11","other":"A"}"#;
        assert_eq!(
            prepared(upper).unwrap().as_str(),
            r#"{"userId":"5b0e1c52-6f0b-4a39-9d0e-3a1a5f6f2c11","other":"A"}"#
        );
        let key = r#"{"apiKeyId":"ABCDEF00000000000000000000000000"}"#;
        assert_eq!(
            prepared(key).unwrap().as_str(),
            key.to_ascii_lowercase().replace("apikeyid", "apiKeyId")
        );
    }

    #[test]
    fn what_is_no_id_or_date_is_named() {
        for (json, name) in [
            (r#"{"userId":""}"#, "userId"),
            (r#"{"userId":"../../org/x?"}"#, "userId"),
            (r#"{"orgId":"5b0e1c526f0b4a399d0e3a1a5f6f2c11"}"#, "orgId"),
            (
                r#"{"orgId":"5b0e1c52-6f0b-4a39-9d0e-3a1a5f6f2c1g"}"#,
                "orgId",
            ),
            (
                r#"{"orgId":"5b0e1c52-6f0b-4a39-9d0e-3a1a5f6f2c1é"}"#,
                "orgId",
            ),
            (
                r#"{"userIds":["5b0e1c52-6f0b-4a39-9d0e-3a1a5f6f2c11","x"]}"#,
                "userIds",
            ),
            (r#"{"apiKeyId":"0x1"}"#, "apiKeyId"),
            (
                r#"{"apiKeyId":" b000000000000000000000000000000"}"#,
                "apiKeyId",
            ),
            (r#"{"date":"2026-1-01"}"#, "date"),
            (r#"{"date":"2026-13-01"}"#, "date"),
            (r#"{"startDate":"2026-01-01T00:00:00Z"}"#, "startDate"),
            (r#"{"endDate":"+026-01-01"}"#, "endDate"),
            ("[]", "parameters"),
        ] {
            assert_eq!(prepared(json).unwrap_err().option, name, "{json}");
        }
    }

    #[test]
    fn the_scheme_before_an_api_key_is_dropped() {
        for (given, sent) in [
            ("Bearer abc", "abc"),
            ("bEARER abc", "abc"),
            ("abc", "abc"),
            ("é", "é"),
        ] {
            assert_eq!(bare_token(given).unwrap(), sent);
        }
    }
}
