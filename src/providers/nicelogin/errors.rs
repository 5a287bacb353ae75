//! NiceLogin's error answers: one class, told apart by status.

use crate::api::{Reading, Refusal};
use crate::error::Error;
use crate::json::Json;

const CLASS: &str = "NiceLoginError";

/// Reads an error answer: `{"error": text}` or anything else.
pub(super) fn read(refusal: &Refusal<'_>) -> Reading {
    let text = refusal.body.and_then(|body| body.get("error"));
    let message = match text.and_then(Json::as_str) {
        Some(message) => message.to_owned(),
        None => format!("HTTP Error {}", refusal.status),
    };
    Reading {
        class: Some(CLASS),
        message: Some(message),
        ..Reading::default()
    }
}

/// The class of any error as NiceLogin's callers know it.
pub fn class(_: &Error) -> &'static str {
    CLASS
}

/// The status that NiceLogin's callers know an error by: that of its answer, 0 where there
/// was none, 401 for a token that is refused.
///
/// It is no status to answer with. That is [`ErrorCode::status`], 502 where the provider
/// failed.
///
/// [`ErrorCode::status`]: crate::error::ErrorCode::status
pub fn status(error: &Error) -> u16 {
    match error {
        Error::Api(error) => error.status,
        Error::Transport(_) => 0,
        other => other.code().status(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{TokenError, TransportError};

    #[test]
    fn a_failed_connection_has_the_status_0_and_is_answered_with_502() {
        let error = Error::from(TransportError::Failed);
        assert_eq!((status(&error), error.code().status()), (0, 502));
        assert_eq!(status(&TokenError::Expired.into()), 401);
    }
}
