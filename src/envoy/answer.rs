//! What a refused request is told (RFC 6750 §3, and JSON for programs).

use crate::error::Error;
use crate::json::Json;

/// An answer that the filter gives in place of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The stable code, as in the body.
    pub code: &'static str,
    /// Header fields.
    pub headers: Vec<(&'static str, String)>,
    /// JSON: `code` and `message`.
    pub body: String,
}

impl Answer {
    /// The answer to a refusal.
    pub fn of(error: &Error) -> Self {
        let code = error.code();
        let mut answer = Self::new(code.status(), code.as_str(), &error.to_string());
        if let Some(challenge) = error.www_authenticate() {
            answer.headers.push(("www-authenticate", challenge));
        }
        if let Some(seconds) = error.retry_after() {
            answer.headers.push(("retry-after", seconds.to_string()));
        }
        answer
    }

    /// The answer to a path with two readings.
    pub fn to_ambiguous_path() -> Self {
        let message = "the path can be read in more than one way";
        Self::new(400, "ERR_PATH_AMBIGUOUS", message)
    }

    /// The answer to a host with two readings, where a rule asks for it.
    pub fn to_ambiguous_host() -> Self {
        let message = "the host can be read in more than one way";
        Self::new(400, "ERR_HOST_AMBIGUOUS", message)
    }

    /// The answer where no rule opens the path.
    pub fn to_unmatched() -> Self {
        Self::new(403, "ERR_FORBIDDEN", "no rule allows this request")
    }

    /// The answer to a header that the filter alone sets, where it may have chosen the route.
    pub fn to_spoofed() -> Self {
        let message = "the request carries a header that no client may send";
        Self::new(403, "ERR_FORBIDDEN", message)
    }

    /// The answer where the route names a policy that is not configured.
    pub fn to_unknown_policy() -> Self {
        let message = "the route's policy is not configured";
        Self::new(500, "ERR_CONFIG_INVALID", message)
    }

    fn new(status: u16, code: &'static str, message: &str) -> Self {
        Self {
            status,
            code,
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("cache-control", "no-store".to_owned()),
            ],
            body: Json::object([("code", code.into()), ("message", message.into())]).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{KeyError, TokenError};

    fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
        let mut headers = answer.headers.iter();
        headers
            .find(|(n, _)| *n == name)
            .map(|(_, value)| value.as_str())
    }

    #[test]
    fn refusals_carry_code_message_and_challenge() {
        let answer = Answer::of(&TokenError::Expired.into());
        assert_eq!((answer.status, answer.code), (401, "ERR_JWT_EXPIRED"));
        assert_eq!(
            answer.body,
            r#"{"code":"ERR_JWT_EXPIRED","message":"the token has expired"}"#
        );
        let challenge = header(&answer, "www-authenticate").unwrap();
        assert!(challenge.starts_with("Bearer error=\"invalid_token\""));
        assert_eq!(header(&answer, "retry-after"), None);
        assert_eq!(header(&answer, "cache-control"), Some("no-store"));
    }

    #[test]
    fn missing_keys_are_503_with_a_time_and_without_a_challenge() {
        let answer = Answer::of(&KeyError::Unavailable { retry_after: 7 }.into());
        assert_eq!(answer.status, 503);
        assert_eq!(header(&answer, "retry-after"), Some("7"));
        assert_eq!(header(&answer, "www-authenticate"), None);
    }
}
