//! The endpoints of JustAuthenticateMe.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde_json::{Value, json};

use super::{Jam, JustAuthenticateMe, LANDING};
use crate::{locked, minting};

/// Every endpoint; unknown apps and paths are 404.
pub(super) fn all(jam: Arc<JustAuthenticateMe>) -> Router {
    Router::new()
        .route("/{app}/authenticate", post(authenticate))
        .route("/{app}/verify", post(verify))
        .route("/{app}/refresh", post(refresh))
        .route("/{app}/user/refresh", delete(delete_all))
        .route("/{app}/user/refresh/{token}", delete(delete_one))
        .route("/{app}/.well-known/jwks.json", get(jwks))
        .fallback(|| async { refused(StatusCode::NOT_FOUND, "Not Found") })
        .with_state(jam)
}

fn refused(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"message": message}))).into_response()
}

/// A member of a JSON body that must be a text.
fn text(body: &str, name: &str) -> Result<String, Box<Response>> {
    let value: Value = serde_json::from_str(body).unwrap_or_default();
    match value.get(name).and_then(Value::as_str) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(Box::new(refused(
            StatusCode::BAD_REQUEST,
            &format!("{name} is required"),
        ))),
    }
}

impl JustAuthenticateMe {
    fn known(&self, app: &str) -> Result<(), Box<Response>> {
        match app.eq_ignore_ascii_case(&self.app_id) {
            true => Ok(()),
            false => Err(Box::new(refused(StatusCode::NOT_FOUND, "App not found"))),
        }
    }

    /// The address of the caller's ID token.
    fn caller(&self, headers: &HeaderMap) -> Result<String, Box<Response>> {
        let token = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        token
            .and_then(|token| self.identity(token))
            .ok_or_else(|| Box::new(refused(StatusCode::UNAUTHORIZED, "ID token is invalid")))
    }

    fn identity(&self, token: &str) -> Option<String> {
        let claims = minting::verified(&locked(&self.ring), &self.world, token)?;
        let own = claims.get("aud")?.as_str()? == self.app_id;
        let email = claims.get("email")?.as_str()?;
        own.then(|| email.to_owned())
    }
}

async fn authenticate(State(jam): Jam, Path(app): Path<String>, body: String) -> Response {
    let email = match jam.known(&app).and_then(|()| text(&body, "email")) {
        Ok(email) => email,
        Err(refusal) => return *refusal,
    };
    if !email.contains('@') || email.contains(char::is_whitespace) {
        return refused(StatusCode::BAD_REQUEST, "Invalid email");
    }
    let Some(token) = jam.id_token(&email) else {
        return refused(StatusCode::INTERNAL_SERVER_ERROR, "No signing key");
    };
    let refresh_token = jam.refresh_token(&email);
    let link = format!(
        "{LANDING}?idToken={token}&refreshToken={}",
        escaped(&refresh_token)
    );
    let content = json!({"url": link, "idToken": token, "refreshToken": refresh_token});
    locked(&jam.outbox).push(json!({"kind": "magic_link", "to": email, "content": content}));
    StatusCode::OK.into_response()
}

/// Percent-encoded, everything but letters, digits and `-._~` (RFC 3986 §2.3).
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

async fn verify(State(jam): Jam, Path(app): Path<String>, body: String) -> Response {
    let token = match jam.known(&app).and_then(|()| text(&body, "idToken")) {
        Ok(token) => token,
        Err(refusal) => return *refusal,
    };
    match jam.identity(&token) {
        Some(email) => Json(json!({"email": email})).into_response(),
        None => refused(StatusCode::UNAUTHORIZED, "ID token is invalid"),
    }
}

async fn refresh(State(jam): Jam, Path(app): Path<String>, body: String) -> Response {
    let token = match jam.known(&app).and_then(|()| text(&body, "refreshToken")) {
        Ok(token) => token,
        Err(refusal) => return *refusal,
    };
    let email = locked(&jam.refresh_tokens)
        .iter()
        .find(|known| known.token == token)
        .map(|known| known.email.clone());
    match email.and_then(|email| jam.id_token(&email)) {
        Some(token) => Json(json!({"idToken": token})).into_response(),
        None => refused(
            StatusCode::UNAUTHORIZED,
            "Refresh token was invalid or expired",
        ),
    }
}

async fn delete_one(
    State(jam): Jam,
    Path((app, token)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let email = match jam.known(&app).and_then(|()| jam.caller(&headers)) {
        Ok(email) => email,
        Err(refusal) => return *refusal,
    };
    let mut tokens = locked(&jam.refresh_tokens);
    let before = tokens.len();
    tokens.retain(|known| known.token != token || known.email != email);
    if tokens.len() == before {
        refused(StatusCode::NOT_FOUND, "Refresh token not found")
    } else {
        StatusCode::NO_CONTENT.into_response()
    }
}

async fn delete_all(State(jam): Jam, Path(app): Path<String>, headers: HeaderMap) -> Response {
    let email = match jam.known(&app).and_then(|()| jam.caller(&headers)) {
        Ok(email) => email,
        Err(refusal) => return *refusal,
    };
    locked(&jam.refresh_tokens).retain(|known| known.email != email);
    StatusCode::NO_CONTENT.into_response()
}

async fn jwks(State(jam): Jam, Path(app): Path<String>) -> Response {
    match jam.known(&app) {
        Ok(()) => Json(locked(&jam.ring).jwks(&json!({}))).into_response(),
        Err(refusal) => *refusal,
    }
}
