//! The endpoints of NiceLogin.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, patch, post},
};
use serde_json::{Map, Value, json};

use super::{NiceLogin, ResetToken};
use crate::locked;

/// How long a reset token is good, in seconds.
const RESET_TTL: i64 = 86_400;

type Nl = State<Arc<NiceLogin>>;
type Checked<T> = Result<T, Box<Response>>;

/// Every endpoint.
pub(super) fn all(nl: Arc<NiceLogin>) -> Router {
    Router::new()
        .route("/request_password_reset", post(request_reset))
        .route("/reset_password", post(reset))
        .route("/toggle_user_status", patch(toggle))
        .route("/.well-known/jwks/{key}", get(jwks))
        .fallback(|| async { refused(StatusCode::NOT_FOUND, "Not found") })
        .with_state(nl)
}

fn refused(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"error": message}))).into_response()
}

fn refuse<T>(status: StatusCode, message: &str) -> Checked<T> {
    Err(Box::new(refused(status, message)))
}

/// A request's JSON object.
struct Body(Map<String, Value>);

impl Body {
    fn read(text: &str) -> Checked<Self> {
        match serde_json::from_str(text) {
            Ok(members) => Ok(Self(members)),
            Err(_) => refuse(StatusCode::BAD_REQUEST, "Invalid JSON"),
        }
    }

    fn text(&self, name: &str) -> Checked<&str> {
        match self.0.get(name).and_then(Value::as_str) {
            Some(text) => Ok(text),
            None => refuse(StatusCode::BAD_REQUEST, &format!("{name} is required")),
        }
    }

    fn demand(&self, name: &str, expected: &str, problem: &str) -> Checked<()> {
        match self.text(name)? == expected {
            true => Ok(()),
            false => refuse(StatusCode::UNAUTHORIZED, problem),
        }
    }
}

fn answer(result: Checked<Value>) -> Response {
    match result {
        Ok(value) => Json(value).into_response(),
        Err(refusal) => *refusal,
    }
}

async fn request_reset(State(nl): Nl, body: String) -> Response {
    answer(nl.request_reset(&body))
}

async fn reset(State(nl): Nl, body: String) -> Response {
    answer(nl.reset_password(&body))
}

async fn toggle(State(nl): Nl, body: String) -> Response {
    answer(nl.toggle(&body))
}

async fn jwks(State(nl): Nl, Path(key): Path<String>) -> Response {
    if key != nl.api_key() {
        return refused(StatusCode::NOT_FOUND, "Company not found");
    }
    Json(locked(&nl.ring).jwks(&json!({"use": "sig", "alg": "RS256"}))).into_response()
}

impl NiceLogin {
    fn request_reset(&self, body: &str) -> Checked<Value> {
        let body = Body::read(body)?;
        body.demand("api_key", &self.api_key(), "Invalid API key")?;
        let email = body.text("email")?;
        if !email.contains('@') {
            return refuse(StatusCode::BAD_REQUEST, "Invalid email");
        }
        if !locked(&self.users).iter().any(|user| user.email == email) {
            return refuse(StatusCode::NOT_FOUND, "User not found");
        }
        let token = self.world.ids.next_secret("rt_");
        locked(&self.reset_tokens).push(ResetToken {
            token: token.clone(),
            email: email.to_owned(),
            expires_s: self.world.clock.now_s() + RESET_TTL,
        });
        Ok(json!({"reset_token": token}))
    }

    fn reset_password(&self, body: &str) -> Checked<Value> {
        let body = Body::read(body)?;
        body.demand("api_key", &self.api_key(), "Invalid API key")?;
        let (email, new) = (body.text("email")?, body.text("new_password")?);
        if body.text("confirm_password")? != new {
            return refuse(StatusCode::BAD_REQUEST, "Passwords do not match");
        }
        if new.len() < 8 {
            return refuse(StatusCode::BAD_REQUEST, "Password is too weak");
        }
        let token = body.text("reset_token")?;
        let mut users = locked(&self.users);
        let Some(user) = users.iter_mut().find(|user| user.email == email) else {
            return refuse(StatusCode::NOT_FOUND, "User not found");
        };
        let now = self.world.clock.now_s();
        let mut tokens = locked(&self.reset_tokens);
        let held = tokens
            .iter()
            .position(|held| held.token == token && held.email == email && now < held.expires_s);
        let (Some(held), true) = (held, body.text("current_password")? == user.password) else {
            return refuse(StatusCode::UNAUTHORIZED, "Invalid credentials");
        };
        tokens.remove(held);
        new.clone_into(&mut user.password);
        Ok(json!({"success": true}))
    }

    fn toggle(&self, body: &str) -> Checked<Value> {
        let body = Body::read(body)?;
        body.demand("api_secret", &self.api_secret(), "Invalid API secret")?;
        let id = body.text("user_id")?;
        let Some(active) = body.0.get("is_active").and_then(Value::as_bool) else {
            return refuse(StatusCode::BAD_REQUEST, "is_active is required");
        };
        let mut users = locked(&self.users);
        match users.iter_mut().find(|user| user.id == id) {
            Some(user) => {
                user.active = active;
                Ok(json!({"is_active": user.active}))
            }
            None => refuse(StatusCode::NOT_FOUND, "User not found"),
        }
    }
}
