//! JustAuthenticateMe: one app with its key, its mails and its refresh tokens.
//!
//! It lives at `/{app id}/…`, as the service does. Other app ids are unknown apps.

mod routes;

use std::sync::{Arc, Mutex};

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use serde_json::{Value, json};

use crate::{
    issuing::{self, Issues},
    locked,
    minting::{self, Claims, Order},
    provider::Provider,
    signing_keys::{Kind, Ring},
    world::{Ids, World},
};

/// How long ID tokens are good, in seconds.
const ID_TOKEN_TTL: i64 = 1_800;

/// Where the links of its mails lead.
const LANDING: &str = "https://app.example.com/welcome";

/// The emulated service.
pub struct JustAuthenticateMe {
    world: Arc<World>,
    app_id: String,
    ring: Mutex<Ring>,
    refresh_tokens: Mutex<Vec<Refresh>>,
    outbox: Mutex<Vec<Value>>,
}

/// A refresh token that is good.
struct Refresh {
    token: String,
    email: String,
}

impl JustAuthenticateMe {
    /// The service with one app.
    pub fn new(world: Arc<World>) -> Self {
        Self {
            app_id: uuid(&world.ids.named_bytes("jam app")),
            ring: Mutex::new(first_ring(&world.ids)),
            refresh_tokens: Mutex::default(),
            outbox: Mutex::default(),
            world,
        }
    }

    fn issuer(&self) -> String {
        format!("{}/{}", self.world.origin, self.app_id)
    }

    fn id_claims(&self, email: &str, lifetime: i64) -> Claims {
        let now = self.world.clock.now_s();
        // A token that is to be expired was issued before it expired.
        let issued = now.min(now + lifetime - 1);
        let claims = json!({
            "email": email, "sub": email, "aud": self.app_id, "iss": self.issuer(),
            "jti": uuid(&self.world.ids.next_bytes()), "token_use": "id",
            "iat": issued, "nbf": issued, "exp": now + lifetime,
        });
        claims.as_object().cloned().unwrap_or_default()
    }

    fn id_token(&self, email: &str) -> Option<String> {
        let claims = self.id_claims(email, ID_TOKEN_TTL);
        minting::compact(&locked(&self.ring), "JWT", &claims)
    }

    /// Base64 of random bits, then the address, as the service's own are.
    fn refresh_token(&self, email: &str) -> String {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let bits: Vec<u8> = (0..4).flat_map(|_| self.world.ids.next_bytes()).collect();
        let token = format!("rt_{}+/=.{email}", STANDARD.encode(bits));
        locked(&self.refresh_tokens).push(Refresh {
            token: token.clone(),
            email: email.to_owned(),
        });
        token
    }
}

fn first_ring(ids: &Ids) -> Ring {
    let kid = uuid(&ids.named_bytes("jam kid"));
    Ring::new(Kind::Es512, "jam", kid, ids)
}

/// A version 4 UUID of these bytes (RFC 9562 §5.4).
pub(crate) fn uuid(bytes: &[u8; 32]) -> String {
    let hex: String = bytes
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-4{}-a{}-{}",
        part(0, 8),
        part(8, 12),
        part(13, 16),
        part(17, 20),
        part(20, 32)
    )
}

/// Whether a path segment has the form of a UUID.
fn is_uuid(segment: &str) -> bool {
    segment.len() == 36
        && segment.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

impl Issues for JustAuthenticateMe {
    fn ring(&self) -> &Mutex<Ring> {
        &self.ring
    }

    fn world(&self) -> &World {
        &self.world
    }

    fn next_kid(&self) -> String {
        uuid(&self.world.ids.next_bytes())
    }

    fn claims(&self, order: &Order) -> Result<(&'static str, Claims), &'static str> {
        let email = order.user.as_deref().unwrap_or("alice@example.com");
        let lifetime = order.expires_in.unwrap_or(ID_TOKEN_TTL);
        Ok(("JWT", self.id_claims(email, lifetime)))
    }
}

impl Provider for JustAuthenticateMe {
    fn name(&self) -> &'static str {
        "justauthenticateme"
    }

    fn serves(&self, path: &str) -> bool {
        path.split('/').nth(1).is_some_and(is_uuid)
    }

    fn routes(self: Arc<Self>) -> Router {
        routes::all(self)
    }

    fn controls(self: Arc<Self>) -> Router {
        issuing::controls(Arc::clone(&self)).merge(
            Router::new()
                .route("/outbox", get(outbox).delete(forget_outbox))
                .with_state(self),
        )
    }

    fn ready(&self) -> Value {
        json!({
            "base_url": self.world.origin,
            "app_id": self.app_id,
            "issuer": self.issuer(),
            "jwks_url": format!("{}/.well-known/jwks.json", self.issuer()),
        })
    }

    fn reset(&self) {
        *locked(&self.ring) = first_ring(&self.world.ids);
        locked(&self.refresh_tokens).clear();
        locked(&self.outbox).clear();
    }
}

type Jam = State<Arc<JustAuthenticateMe>>;

async fn outbox(State(jam): Jam) -> Json<Value> {
    Json(json!({"messages": *locked(&jam.outbox)}))
}

async fn forget_outbox(State(jam): Jam) -> StatusCode {
    locked(&jam.outbox).clear();
    StatusCode::NO_CONTENT
}
