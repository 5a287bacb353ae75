//! An OpenID Connect issuer below `/oidc`: metadata, keys, introspection and tokens to order.
//! Signing in is not emulated.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    controls::read,
    issuing::{self, Issues},
    locked,
    minting::{self, Claims, Order},
    provider::Provider,
    signing_keys::{Kind, Ring},
    world::{Ids, World},
};

/// Where it lives, because other providers have a `/.well-known/` of their own.
const PREFIX: &str = "/oidc";
const AUDIENCE: &str = "https://api.example.com";
const CLIENT: &str = "client-1";

/// The emulated issuer.
pub struct Oidc {
    world: Arc<World>,
    ring: Mutex<Ring>,
    revoked: Mutex<Vec<String>>,
}

impl Oidc {
    /// An issuer with one client.
    pub fn new(world: Arc<World>) -> Self {
        Self {
            ring: Mutex::new(first_ring(&world.ids)),
            revoked: Mutex::default(),
            world,
        }
    }

    fn issuer(&self) -> String {
        format!("{}{PREFIX}", self.world.origin)
    }

    fn client_secret(&self) -> String {
        self.world.ids.named_secret("cs_", "oidc client")
    }

    /// RFC 7662 §2.1, with the client's name and secret as Basic authentication.
    fn knows_client(&self, headers: &HeaderMap) -> bool {
        let expected = STANDARD.encode(format!("{CLIENT}:{}", self.client_secret()));
        let given = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
        given == Some(expected.as_str())
    }
}

fn first_ring(ids: &Ids) -> Ring {
    Ring::new(Kind::Rs256, "oidc", "oidc-key-1".to_owned(), ids)
}

impl Issues for Oidc {
    fn ring(&self) -> &Mutex<Ring> {
        &self.ring
    }

    fn world(&self) -> &World {
        &self.world
    }

    fn next_kid(&self) -> String {
        self.world.ids.next("oidc-key-")
    }

    /// `kind` is `access` (RFC 9068), the default, or `id`.
    fn claims(&self, order: &Order) -> Result<(&'static str, Claims), &'static str> {
        let now = self.world.clock.now_s();
        let expires = now + order.expires_in.unwrap_or(3_600);
        let sub = order.user.as_deref().unwrap_or("alice");
        let mut claims = json!({
            "iss": self.issuer(), "sub": sub, "exp": expires, "iat": now.min(expires - 1),
        });
        let (typ, own) = match order.kind.as_deref() {
            None | Some("access") => (
                "at+jwt",
                json!({
                    "aud": AUDIENCE, "client_id": CLIENT, "jti": self.world.ids.next("at_"),
                    "scope": "read write",
                }),
            ),
            Some("id") => (
                "JWT",
                json!({"aud": CLIENT, "email": format!("{sub}@example.com")}),
            ),
            Some(_) => return Err("kind is access or id"),
        };
        for (name, value) in own.as_object().into_iter().flatten() {
            claims[name.as_str()] = value.clone();
        }
        Ok((typ, claims.as_object().cloned().unwrap_or_default()))
    }
}

impl Provider for Oidc {
    fn name(&self) -> &'static str {
        "oidc"
    }

    fn serves(&self, path: &str) -> bool {
        path.strip_prefix(PREFIX)
            .is_some_and(|rest| rest.starts_with('/'))
    }

    fn routes(self: Arc<Self>) -> Router {
        let own = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(jwks))
            .route("/introspect", post(introspect))
            .fallback(|| async { StatusCode::NOT_FOUND })
            .with_state(self);
        Router::new().nest(PREFIX, own)
    }

    fn controls(self: Arc<Self>) -> Router {
        let own = Router::new()
            .route("/revoke", post(revoke))
            .with_state(Arc::clone(&self));
        issuing::controls(self).merge(own)
    }

    fn ready(&self) -> Value {
        json!({
            "issuer": self.issuer(),
            "audience": AUDIENCE,
            "client_id": CLIENT,
            "client_secret": self.client_secret(),
            "jwks_url": format!("{}/jwks", self.issuer()),
        })
    }

    fn reset(&self) {
        *locked(&self.ring) = first_ring(&self.world.ids);
        locked(&self.revoked).clear();
    }
}

type Shared = State<Arc<Oidc>>;

async fn metadata(State(oidc): Shared) -> Json<Value> {
    let issuer = oidc.issuer();
    Json(json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/jwks"),
        "introspection_endpoint": format!("{issuer}/introspect"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
    }))
}

async fn jwks(State(oidc): Shared) -> Json<Value> {
    Json(locked(&oidc.ring).jwks(&json!({"use": "sig", "alg": "RS256"})))
}

/// RFC 7662 §2.2: a token that is not good is not active, and nothing else is said.
async fn introspect(State(oidc): Shared, headers: HeaderMap, body: String) -> Response {
    if !oidc.knows_client(&headers) {
        let error = json!({"error": "invalid_client", "error_description": "Unknown client"});
        return (StatusCode::UNAUTHORIZED, Json(error)).into_response();
    }
    let token = body.split('&').find_map(|pair| pair.strip_prefix("token="));
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        let error = json!({"error": "invalid_request", "error_description": "token is missing"});
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    };
    let live = !locked(&oidc.revoked).iter().any(|revoked| revoked == token);
    let claims = minting::verified(&locked(&oidc.ring), &oidc.world, token).filter(|_| live);
    Json(match claims {
        Some(mut claims) => {
            claims.insert("active".to_owned(), true.into());
            Value::Object(claims)
        }
        None => json!({"active": false}),
    })
    .into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revocation {
    token: String,
}

/// From now on introspection says no.
async fn revoke(State(oidc): Shared, body: String) -> Response {
    match read::<Revocation>(&body) {
        Ok(revocation) => locked(&oidc.revoked).push(revocation.token),
        Err(refusal) => return *refusal,
    }
    StatusCode::NO_CONTENT.into_response()
}
