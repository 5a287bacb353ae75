//! NiceLogin: one company with its users and its keys, below `/nicelogin`.

mod routes;

use std::sync::{Arc, Mutex};

use axum::Router;
use serde_json::{Map, Value, json};

use crate::{
    issuing::{self, Issues},
    justauthenticateme::uuid,
    locked,
    minting::{Claims, Order},
    provider::Provider,
    signing_keys::{Kind, Ring},
    world::{Ids, World},
};

/// Where it lives, because other providers have a `/.well-known/` of their own.
const PREFIX: &str = "/nicelogin";

/// How long tokens are good, in seconds.
const TOKEN_TTL: i64 = 86_400;

/// The emulated service.
pub struct NiceLogin {
    world: Arc<World>,
    ring: Mutex<Ring>,
    users: Mutex<Vec<User>>,
    reset_tokens: Mutex<Vec<ResetToken>>,
}

struct User {
    id: String,
    email: String,
    password: String,
    active: bool,
}

struct ResetToken {
    token: String,
    email: String,
    expires_s: i64,
}

impl NiceLogin {
    /// The service with one company.
    pub fn new(world: Arc<World>) -> Self {
        Self {
            ring: Mutex::new(first_ring(&world.ids)),
            users: Mutex::new(seeded(&world.ids)),
            reset_tokens: Mutex::default(),
            world,
        }
    }

    fn api_key(&self) -> String {
        self.world.ids.named_secret("nicelogin_", "api key")
    }

    fn api_secret(&self) -> String {
        self.world.ids.named_secret("secret_", "api secret")
    }

    fn company_id(&self) -> String {
        uuid(&self.world.ids.named_bytes("nicelogin company"))
    }
}

fn first_ring(ids: &Ids) -> Ring {
    Ring::new(Kind::Rs256, "nicelogin", "nl-key-1".to_owned(), ids)
}

fn seeded(ids: &Ids) -> Vec<User> {
    ["alice", "bob"]
        .map(|name| User {
            id: uuid(&ids.named_bytes(&format!("nicelogin {name}"))),
            email: format!("{name}@example.com"),
            password: format!("{name}-password-1"),
            active: true,
        })
        .into()
}

impl Issues for NiceLogin {
    fn ring(&self) -> &Mutex<Ring> {
        &self.ring
    }

    fn world(&self) -> &World {
        &self.world
    }

    fn next_kid(&self) -> String {
        self.world.ids.next("nl-key-")
    }

    fn claims(&self, order: &Order) -> Result<(&'static str, Claims), &'static str> {
        let wanted = order.user.as_deref().unwrap_or("alice@example.com");
        let users = locked(&self.users);
        let user = users
            .iter()
            .find(|user| user.email == wanted || user.id == wanted)
            .ok_or("no such user")?;
        let now = self.world.clock.now_s();
        let expires = now + order.expires_in.unwrap_or(TOKEN_TTL);
        let claims = json!({
            "sub": user.id, "email": user.email, "company_id": self.company_id(),
            "exp": expires, "iat": now.min(expires - 1),
            "jti": self.world.ids.next("nl-jti-"), "sid": self.world.ids.next("nl-sess-"),
            "user_data": {"name": user.email.split('@').next()},
        });
        Ok(("JWT", claims.as_object().cloned().unwrap_or_default()))
    }
}

impl Provider for NiceLogin {
    fn name(&self) -> &'static str {
        "nicelogin"
    }

    fn serves(&self, path: &str) -> bool {
        path.strip_prefix(PREFIX)
            .is_some_and(|rest| rest.starts_with('/'))
    }

    fn routes(self: Arc<Self>) -> Router {
        Router::new().nest(PREFIX, routes::all(self))
    }

    fn controls(self: Arc<Self>) -> Router {
        issuing::controls(self)
    }

    fn ready(&self) -> Value {
        let base = format!("{}{PREFIX}", self.world.origin);
        let users: Map<String, Value> = locked(&self.users)
            .iter()
            .map(|user| {
                let name = user.email.split('@').next().unwrap_or_default();
                let entry = json!({"id": user.id, "email": user.email, "password": user.password});
                (name.to_owned(), entry)
            })
            .collect();
        json!({
            "base_url": base,
            "api_key": self.api_key(),
            "api_secret": self.api_secret(),
            "company_id": self.company_id(),
            "jwks_url": format!("{base}/.well-known/jwks/{}", self.api_key()),
            "users": users,
        })
    }

    fn reset(&self) {
        *locked(&self.ring) = first_ring(&self.world.ids);
        *locked(&self.users) = seeded(&self.world.ids);
        locked(&self.reset_tokens).clear();
    }
}
