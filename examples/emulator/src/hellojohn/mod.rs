//! HelloJohn, dialect D1: the hosted `/v1` API, its tokens and its webhooks.
//!
//! | Concern | Files |
//! |---|---|
//! | Wire rules for all endpoints | `envelope`, `limits`, `idempotency`, `errors`, `fields`, `paging`, `credentials` |
//! | State | `records`, `store`, `seed`, `events`, `outbox` |
//! | Tokens | `tokens`, `mint` |
//! | Webhooks | `signing`, `delivery`, `webhooks` |
//! | Signing in | `auth`, `passwords`, `magic_links`, `oauth`, `mfa`, `totp` |
//! | Resources | `users`, `admin`, `sessions`, `organizations`, `members`, `invitations`, `api_keys`, `clients`, `audit`, `tenants`, `control_plane` |

mod admin;
mod api_keys;
mod audit;
mod auth;
mod clients;
mod control_plane;
mod controls;
mod credentials;
mod delivery;
mod envelope;
mod errors;
mod events;
mod fields;
mod idempotency;
mod invitations;
mod limits;
mod magic_links;
mod members;
mod mfa;
mod mint;
mod oauth;
mod options;
mod organizations;
mod outbox;
mod paging;
mod passwords;
mod records;
mod routes;
mod seed;
mod sessions;
mod signing;
mod store;
mod tenants;
mod tokens;
mod totp;
mod users;
mod webhooks;

use std::sync::{Arc, Mutex};

use axum::Router;
use serde_json::{Value, json};

pub use self::options::{Limits, Options, Wait, Waits};
use self::{idempotency::Replays, limits::RateLimits, seed::Seeded, store::Store};
use crate::{locked, provider::Provider, signing_keys::Ring, world::World};

/// The emulated HelloJohn server.
pub struct HelloJohn {
    world: Arc<World>,
    options: Options,
    store: Mutex<Store>,
    seeded: Mutex<Seeded>,
    ring: Mutex<Ring>,
    limits: RateLimits,
    replays: Replays,
    outbox: Mutex<Vec<Value>>,
    attempts: Mutex<Vec<Value>>,
}

impl HelloJohn {
    /// A server with the seeded state.
    pub fn new(world: Arc<World>, options: Options) -> Self {
        let (store, seeded) = seed::sow(&world, &options);
        Self {
            store: Mutex::new(store),
            seeded: Mutex::new(seeded),
            ring: Mutex::new(tokens::first_ring(&world.ids)),
            limits: RateLimits::new(options.limits),
            replays: Replays::default(),
            outbox: Mutex::default(),
            attempts: Mutex::default(),
            world,
            options,
        }
    }

    /// What the ready line tells.
    fn seeded(&self) -> Seeded {
        locked(&self.seeded).clone()
    }

    /// The key for `/tenants`.
    fn master_key(&self) -> String {
        self.world.ids.named_secret("mk_live_", "master key")
    }
}

impl Provider for HelloJohn {
    fn name(&self) -> &'static str {
        "hellojohn"
    }

    fn serves(&self, path: &str) -> bool {
        ["/v1/", "/cp/", "/.well-known/"]
            .iter()
            .any(|prefix| path.starts_with(prefix))
    }

    fn routes(self: Arc<Self>) -> Router {
        routes::all(self)
    }

    fn controls(self: Arc<Self>) -> Router {
        controls::routes(self)
    }

    fn ready(&self) -> Value {
        let origin = &self.world.origin;
        let seeded = self.seeded();
        json!({
            "api_url": format!("{origin}/v1"),
            "tenant_id": seeded.tenant_id,
            "secret_key": seeded.secret_key,
            "publishable_key": seeded.publishable_key,
            "master_key": self.master_key(),
            "jwks_url": format!("{origin}/.well-known/jwks.json"),
            "issuer": origin,
            "webhook_secret": seeded.webhook_secret,
            "organization_id": seeded.organization_id(),
            "users": seeded.people(),
            "control_plane": {
                "url": format!("{origin}/cp/v1"),
                "email": seed::ADMIN_EMAIL,
                "password": seed::ADMIN_PASSWORD,
            },
        })
    }

    fn reset(&self) {
        *locked(&self.ring) = tokens::first_ring(&self.world.ids);
        let (store, seeded) = seed::sow(&self.world, &self.options);
        *locked(&self.store) = store;
        *locked(&self.seeded) = seeded;
        self.limits.replace(self.options.limits);
        self.replays.clear();
        locked(&self.outbox).clear();
        locked(&self.attempts).clear();
    }
}
