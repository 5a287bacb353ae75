//! What a provider brings: routes, controls and its part of the ready line.

use std::sync::Arc;

use axum::Router;
use serde_json::Value;

use crate::{hellojohn, justauthenticateme, nicelogin, oidc, options::Options, world::World};

/// One emulated auth provider.
pub trait Provider: Send + Sync {
    /// Its name in the ready line and in the path of its controls.
    fn name(&self) -> &'static str;

    /// Whether requests for `path` are its own. The first provider that says
    /// yes gets the request; the first in the list gets what nobody wants.
    fn serves(&self, path: &str) -> bool;

    /// Its endpoints, unknown paths included.
    fn routes(self: Arc<Self>) -> Router;

    /// Its test controls, relative to `/__emulator/{name}`. Those of the first
    /// provider are also found under `/__emulator` itself.
    fn controls(self: Arc<Self>) -> Router;

    /// What a client needs to use it: URLs, keys, seeded users.
    fn ready(&self) -> Value;

    /// Goes back to the state that [`Provider::ready`] described.
    fn reset(&self);
}

/// Every provider, in the order in which they are asked.
pub fn all(world: &Arc<World>, options: &Options) -> Vec<Installed> {
    vec![
        Installed::new(hellojohn::HelloJohn::new(
            Arc::clone(world),
            options.hellojohn.clone(),
        )),
        Installed::new(justauthenticateme::JustAuthenticateMe::new(Arc::clone(
            world,
        ))),
        Installed::new(nicelogin::NiceLogin::new(Arc::clone(world))),
        Installed::new(oidc::Oidc::new(Arc::clone(world))),
    ]
}

/// A provider with its routes built.
#[derive(Clone)]
pub struct Installed {
    /// The provider.
    pub provider: Arc<dyn Provider>,
    /// Its endpoints.
    pub routes: Router,
    /// Its controls.
    pub controls: Router,
}

impl Installed {
    fn new<P: Provider + 'static>(provider: P) -> Self {
        let provider = Arc::new(provider);
        Self {
            routes: Arc::clone(&provider).routes(),
            controls: Arc::clone(&provider).controls(),
            provider,
        }
    }
}
