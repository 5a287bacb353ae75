//! What PropelAuth answers and refuses with.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

/// What handlers return.
pub(crate) type Outcome = Result<Response, Refusal>;

/// A refusal.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Json(Value),
    Text(&'static str),
}

impl Refusal {
    /// 400: messages for one field.
    pub(crate) fn field(field: &str, message: &str) -> Self {
        let mut fields = Map::new();
        fields.insert(field.to_owned(), json!([message]));
        Self {
            status: StatusCode::BAD_REQUEST,
            body: Body::Json(Value::Object(fields)),
        }
    }

    /// 400 of a step-up call: a code.
    pub(crate) fn code(code: &str, message: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            body: Body::Json(json!({"error_code": code, "user_facing_error": message})),
        }
    }

    /// 400 of a step-up call: a field.
    pub(crate) fn step_up_field(field: &str, problem: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            body: Body::Json(json!({
                "error_code": "invalid_request_fields",
                "field_errors": {field: problem},
                "user_facing_errors": {field: "is not valid"},
            })),
        }
    }

    /// 404.
    pub(crate) const fn not_found() -> Self {
        Self::plain(StatusCode::NOT_FOUND, "Not Found")
    }

    /// A status with a plain text.
    pub(crate) const fn plain(status: StatusCode, text: &'static str) -> Self {
        Self {
            status,
            body: Body::Text(text),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self.body {
            Body::Json(body) => (self.status, Json(body)).into_response(),
            Body::Text(text) => (self.status, text).into_response(),
        }
    }
}

/// A JSON answer.
pub(crate) fn json_of(value: Value) -> Outcome {
    Ok(Json(value).into_response())
}

/// The answer of a call that says only that something was done.
pub(crate) fn done() -> Outcome {
    json_of(json!({}))
}
