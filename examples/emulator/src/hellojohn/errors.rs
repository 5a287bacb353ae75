//! What HelloJohn refuses with: `{"error": {code, message, status, request_id}}`.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

/// A refusal.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    extra: Map<String, Value>,
    retry_after_s: Option<u64>,
}

/// What handlers return.
pub(crate) type Outcome<T = Response> = Result<T, ApiError>;

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            extra: Map::new(),
            retry_after_s: None,
        }
    }

    /// 400: the request cannot be read at all.
    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "validation_error", message)
    }

    /// 400 with a code of its own.
    pub(crate) fn bad_request(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 401: who is asking is not known.
    pub(crate) fn unauthenticated(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, message)
    }

    /// 403: who is asking is known and may not.
    pub(crate) fn forbidden(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    /// 404 with the code of the thing that is not there.
    pub(crate) fn not_found(code: &'static str) -> Self {
        let what = code.strip_suffix("_not_found").unwrap_or("path");
        let message = format!("No such {}", what.replace('_', " "));
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    /// 405: the path exists, the method does not.
    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "This path does not know the method",
        )
    }

    /// 409: it would collide with something that exists.
    pub(crate) fn conflict(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// 422: one field is missing or wrong.
    pub(crate) fn invalid(field: &str, message: &str) -> Self {
        Self::unprocessable("validation_error", field, message)
    }

    /// 422 with a code of its own.
    pub(crate) fn unprocessable(code: &'static str, field: &str, message: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            code,
            format!("{field}: {message}"),
        )
        .with("details", json!([{"field": field, "message": message}]))
    }

    /// 429: the quota is used up for so many seconds.
    pub(crate) fn rate_limited(retry_after_s: u64) -> Self {
        let mut error = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limit_exceeded",
            "Too many requests",
        )
        .with("retry_after", json!(retry_after_s));
        error.retry_after_s = Some(retry_after_s);
        error
    }

    /// 500: the emulator itself failed.
    pub(crate) fn internal(message: &str) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message)
    }

    /// Adds a member to the error object.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.extra.insert(name.to_owned(), value);
        self
    }

    /// The answer, naming the request.
    pub(crate) fn answer(&self, request_id: Option<&str>) -> Response {
        let mut error = self.extra.clone();
        error.insert("code".into(), json!(self.code));
        error.insert("message".into(), json!(self.message));
        error.insert("status".into(), json!(self.status.as_u16()));
        error.insert("request_id".into(), json!(request_id));
        let mut response = (self.status, Json(json!({"error": error}))).into_response();
        if let Some(seconds) = self.retry_after_s {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl IntoResponse for ApiError {
    /// The id of the request is added further out, where it is known.
    fn into_response(self) -> Response {
        let mut response = self.answer(None);
        response.extensions_mut().insert(self);
        response
    }
}
