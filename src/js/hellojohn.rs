//! HelloJohn for JavaScript: its configuration, its tokens and its calls.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use super::call;
use super::convert;
use super::error::{Naming, Thrown};
use super::job;
use super::slab::{self, Object};
use super::verifier::Tokens;
use super::webhook::Configured;
use crate::api::{AnswerKind, Operation, Place, Secret};
use crate::error::ConfigError;
use crate::json::Json;
use crate::jwt::Verifier;
use crate::options;
use crate::providers::hellojohn::{
    DIALECT, ENVIRONMENT, Event, HelloJohn, Refresh, RefreshState, RevokeAll, class,
    is_server_credential, provider_code, require_org_role, require_role,
};
use crate::webhook::{Options, Scheme, Webhook};

/// How HelloJohn's callers know errors.
pub(super) static NAMING: Naming = Naming {
    provider: "hellojohn",
    class,
    code: provider_code,
};

/// How many refresh tokens are remembered as sent.
const REFRESHES: usize = 256;

struct Client {
    config: HelloJohn,
    /// One state for each refresh token that was sent: a client may serve many sessions.
    refreshes: RefCell<VecDeque<(Secret, Rc<RefCell<RefreshState>>)>>,
}

impl Object for Client {}

/// The environment variables that may stand in for options, as JSON text.
#[wasm_bindgen(js_name = helloJohnEnvironment)]
pub fn hellojohn_environment() -> String {
    let names = ENVIRONMENT.iter();
    Json::object(names.map(|(option, variables)| (*option, variables.to_vec().into()))).to_string()
}

/// Every operation as JSON text: its name, its path parameters in order, whether it takes other
/// parameters, whether it is a list, and whether it is a URL instead of a request.
#[wasm_bindgen(js_name = helloJohnOperations)]
pub fn hellojohn_operations() -> String {
    Json::Array(DIALECT.rows().map(operation).collect()).to_string()
}

fn operation(row: &Operation) -> Json {
    let of_path = |place: Place| place == Place::Path;
    let path: Vec<_> = row
        .path
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .collect();
    let others = row.tenant || row.parameters.iter().any(|p| !of_path(p.place));
    Json::object([
        ("name", row.name.into()),
        ("path", path.into()),
        ("others", others.into()),
        ("list", row.paging.is_some().into()),
        ("url", (row.answer == AnswerKind::Url).into()),
    ])
}

/// Makes a client of options in JSON text and gives its handle. `public` says that the code
/// runs where anybody can read its memory, as in a browser.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` naming the option.
#[wasm_bindgen(js_name = createHelloJohn)]
pub fn create_hellojohn(options: String, public: bool) -> Result<f64, Thrown> {
    let options = Zeroizing::new(options);
    if public {
        refuse_server_credentials(&options)?;
    }
    Ok(slab::keep(Client {
        config: HelloJohn::from_json(&options)?,
        refreshes: RefCell::default(),
    }))
}

fn refuse_server_credentials(options: &str) -> Result<(), ConfigError> {
    let options = options::object("options", options)?;
    for name in ["secretKey", "masterKey", "controlPlaneToken"] {
        let credential = options.get(name).and_then(Json::as_str);
        if credential.is_some_and(is_server_credential) {
            return Err(ConfigError::new(
                name,
                "must not be in a browser, where anybody can read it; dangerouslyAllowBrowser insists",
            ));
        }
    }
    Ok(())
}

/// Makes the verifier of a client's access tokens and gives its handle.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` when nothing binds a token to this caller, `ERR_JWK_INVALID` for a key.
#[wasm_bindgen(js_name = helloJohnVerifier)]
pub fn hellojohn_verifier(client: f64) -> Result<f64, Thrown> {
    let config = slab::find::<Client>(client)?.config.clone();
    let (verifier, keyring) = Verifier::new(vec![config.issuer()?])?;
    let user = move |claims| config.user(claims).json();
    let tokens = Tokens::new(verifier, keyring, false).of_provider(&NAMING, user);
    Ok(slab::keep(tokens))
}

/// Makes the verifier of a client's webhooks and gives its handle; `secrets` go before the
/// client's own.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` when there is no secret.
#[wasm_bindgen(js_name = helloJohnWebhook)]
pub fn hellojohn_webhook(
    client: f64,
    #[wasm_bindgen(unchecked_param_type = "unknown[]")] secrets: &Array,
) -> Result<f64, Thrown> {
    let client = slab::find::<Client>(client)?;
    let given = secrets
        .iter()
        .map(|secret| text_secret(&secret))
        .collect::<Result<Vec<_>, _>>()?;
    let own = client.config.webhook_secrets().iter();
    let secrets: Vec<String> = if given.is_empty() {
        own.map(|secret| secret.expose().to_owned()).collect()
    } else {
        given
    };
    if secrets.is_empty() {
        return Err(ConfigError::new("webhookSecret", "is needed to verify webhooks").into());
    }
    let scheme = Scheme::named(client.config.webhook_format().scheme())?;
    let webhook = Webhook::new(Options::new(scheme, secrets))?;
    Ok(slab::keep(Configured::of_provider(webhook, &NAMING)))
}

fn text_secret(value: &JsValue) -> Result<String, ConfigError> {
    convert::secret("secret", value)?;
    value
        .as_string()
        .ok_or_else(|| ConfigError::new("secret", "must be a string"))
}

/// Reads a verified delivery's body and gives the event as JSON text.
///
/// # Errors
///
/// `ERR_WEBHOOK_PAYLOAD_INVALID`.
#[wasm_bindgen(js_name = helloJohnEvent)]
pub fn hellojohn_event(body: &Uint8Array) -> Result<String, Thrown> {
    let event = Event::parse(&body.to_vec()).map_err(|error| NAMING.thrown(error))?;
    Ok(event.json())
}

/// Begins a call. `parameters` and `options` are JSON texts of objects.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` naming what is wrong.
#[wasm_bindgen(js_name = startHelloJohnCall)]
pub fn start_call(
    client: f64,
    operation: &str,
    parameters: String,
    options: String,
) -> Result<f64, Thrown> {
    let client = slab::find::<Client>(client)?;
    let (parameters, options) = (Zeroizing::new(parameters), Zeroizing::new(options));
    let api = client.config.client();
    if operation == "auth.refresh" {
        let flow = Refresh::new(api, &parameters, &options)?;
        let state = client.refresh_state(&parameters);
        return Ok(job::begin(flow, state, call::leave, Some(&NAMING)));
    }
    let flow = api.call(operation, &parameters, &options, call::entropy()?)?;
    Ok(job::begin(flow, (), call::leave, Some(&NAMING)))
}

/// Begins to end all sessions of a user.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` naming what is wrong.
#[wasm_bindgen(js_name = startHelloJohnRevokeAll)]
pub fn start_revoke_all(client: f64, user_id: &str, options: &str) -> Result<f64, Thrown> {
    let client = slab::find::<Client>(client)?;
    let flow = RevokeAll::new(client.config.client(), user_id, options)?;
    Ok(job::begin(flow, (), call::leave, Some(&NAMING)))
}

/// The URL of an operation that a browser is sent to.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` naming what is wrong.
#[wasm_bindgen(js_name = helloJohnUrl)]
pub fn hellojohn_url(client: f64, operation: &str, parameters: &str) -> Result<String, Thrown> {
    let client = slab::find::<Client>(client)?;
    Ok(client.config.client().url(operation, parameters)?)
}

/// Begins to walk through the pages of a list and gives the walk's handle.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` when the operation is no list.
#[wasm_bindgen(js_name = helloJohnWalk)]
pub fn hellojohn_walk(client: f64, operation: &str, parameters: &str) -> Result<f64, Thrown> {
    let client = slab::find::<Client>(client)?;
    let walk = client.config.client().walk(operation, parameters)?;
    Ok(slab::keep(call::Pages::new(walk)))
}

/// Demands a role of a user.
///
/// # Errors
///
/// `ERR_FORBIDDEN`.
#[wasm_bindgen(js_name = helloJohnRequireRole)]
pub fn hellojohn_require_role(
    held: Option<String>,
    wanted: &str,
    owner_passes: bool,
) -> Result<(), Thrown> {
    require_role(held.as_deref(), wanted, owner_passes).map_err(|error| NAMING.thrown(error))
}

/// Demands a role of a user in the active organization.
///
/// # Errors
///
/// `ERR_FORBIDDEN`.
#[wasm_bindgen(js_name = helloJohnRequireOrgRole)]
pub fn hellojohn_require_org_role(
    org_id: Option<String>,
    org_role: Option<String>,
    role: Option<String>,
    wanted: &str,
) -> Result<(), Thrown> {
    let met = require_org_role(
        org_id.as_deref(),
        org_role.as_deref(),
        role.as_deref(),
        wanted,
    );
    met.map_err(|error| NAMING.thrown(error))
}

impl Client {
    /// The state of the session whose refresh token the parameters hold. Tokens that were sent
    /// longest ago are forgotten first.
    fn refresh_state(&self, parameters: &str) -> Rc<RefCell<RefreshState>> {
        let token = refresh_token(parameters);
        let mut known = self.refreshes.borrow_mut();
        if let Some((_, state)) = known.iter().find(|(known, _)| known.is(&token)) {
            return state.clone();
        }
        if known.len() >= REFRESHES {
            known.pop_front();
        }
        let state = Rc::new(RefCell::new(RefreshState::new()));
        known.push_back((Secret::new(token), state.clone()));
        state
    }
}

fn refresh_token(parameters: &str) -> String {
    let parameters = options::object("parameters", parameters).unwrap_or_default();
    let token = parameters.get("refreshToken").and_then(Json::as_str);
    token.unwrap_or_default().to_owned()
}
