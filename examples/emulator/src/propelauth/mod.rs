//! PropelAuth: the backend API, the session endpoints below the auth URL, tokens and webhooks.
//!
//! | Concern | Files |
//! |---|---|
//! | Wire rules for all endpoints | `answers`, `fields`, `routes` |
//! | State | `store`, `seed` |
//! | Tokens | `keys`, `tokens`, `sessions` |
//! | Roles in organizations | `roles` |
//! | Resources | `users`, `accounts`, `organizations`, `members`, `single_sign_on`, `scim`, `api_keys`, `mfa`, `insights` |
//! | Test controls, webhooks | `controls`, `webhooks` |

mod accounts;
mod answers;
mod api_keys;
mod controls;
mod fields;
mod insights;
mod keys;
mod members;
mod mfa;
mod organizations;
mod roles;
mod routes;
mod scim;
mod seed;
mod sessions;
mod single_sign_on;
mod store;
mod tokens;
mod users;
mod webhooks;

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use serde_json::{Value, json};

use self::{keys::KeyPair, store::Store};
use crate::{locked, provider::Provider, world::World};

/// The emulated PropelAuth project.
pub struct PropelAuth {
    world: Arc<World>,
    store: Mutex<Store>,
    key: Mutex<KeyPair>,
}

impl PropelAuth {
    /// A project with the seeded state.
    pub fn new(world: Arc<World>) -> Self {
        Self {
            store: Mutex::new(seed::sow(&world)),
            key: Mutex::new(KeyPair::First),
            world,
        }
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        locked(&self.store)
    }

    fn key(&self) -> KeyPair {
        *locked(&self.key)
    }

    fn api_key(&self) -> String {
        self.world.ids.named_secret("sk_pa_", "propelauth api key")
    }

    fn webhook_secret(&self) -> String {
        webhooks::secret(&self.world.ids.named_bytes("propelauth webhook"))
    }
}

impl Provider for PropelAuth {
    fn name(&self) -> &'static str {
        "propelauth"
    }

    fn serves(&self, path: &str) -> bool {
        ["/api/backend/v1/", "/propelauth/"]
            .iter()
            .any(|prefix| path.starts_with(prefix))
            || routes::SESSION.contains(&path)
    }

    fn routes(self: Arc<Self>) -> Router {
        routes::all(self)
    }

    fn controls(self: Arc<Self>) -> Router {
        controls::routes(self)
    }

    fn ready(&self) -> Value {
        let origin = &self.world.origin;
        json!({
            "auth_url": origin,
            "api_url": origin,
            "api_key": self.api_key(),
            "verifier_key": self.key().public_pem(),
            "issuer": origin,
            "webhook_secret": self.webhook_secret(),
            "orgs": self.store().orgs_by_name(),
            "users": self.store().people(),
        })
    }

    fn reset(&self) {
        *locked(&self.key) = KeyPair::First;
        let store = seed::sow(&self.world);
        *self.store() = store;
    }
}
