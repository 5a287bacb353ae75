//! Webhooks for JavaScript: headers first, then the body in pieces, then the event.

use core::time::Duration;
use std::cell::RefCell;

use js_sys::Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::convert;
use super::error::{Naming, Thrown};
use super::host;
use super::memory;
use super::slab::{self, Object};
use crate::error::{ConfigError, Error, WebhookError};
use crate::webhook::{Event, Options, Scheme, SchemeRow, Secret, Stream, Webhook};

pub(super) struct Configured {
    webhook: Webhook,
    /// Seconds that a delivery is to be remembered, where the caller has a replay store.
    replay_ttl: Option<u64>,
    naming: Option<&'static Naming>,
}

impl Configured {
    /// A provider's webhooks, whose errors are known its way.
    pub(super) fn of_provider(webhook: Webhook, naming: &'static Naming) -> Self {
        Self {
            webhook,
            replay_ttl: None,
            naming: Some(naming),
        }
    }
}

impl Object for Configured {}

/// One delivery on its way in.
struct Delivery {
    stream: RefCell<Option<Stream>>,
    replay_ttl: Option<u64>,
    naming: Option<&'static Naming>,
}

impl Object for Delivery {}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WebhookOptions {
    tolerance: Option<f64>,
    max_body_bytes: Option<f64>,
    replay_ttl: Option<f64>,
    /// Whether the caller has a replay store.
    replay: bool,
}

/// Makes a webhook verifier and gives its handle.
///
/// `scheme` is a name or a row, `secrets` holds strings and `Uint8Array`s.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` naming the option.
#[wasm_bindgen(js_name = createWebhook)]
pub fn create_webhook(
    #[wasm_bindgen(unchecked_param_type = "unknown")] scheme: JsValue,
    #[wasm_bindgen(unchecked_param_type = "object")] options: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown[]")] secrets: &Array,
) -> Result<f64, Thrown> {
    let given: WebhookOptions = convert::object("options", options)?;
    let scheme = match scheme.as_string() {
        Some(name) => Scheme::named(&name)?,
        None => Scheme::new(convert::object::<SchemeRow>("scheme", scheme)?)?,
    };
    let secrets = secrets
        .iter()
        .map(|secret| webhook_secret(&secret))
        .collect::<Result<Vec<_>, _>>()?;
    let mut options = Options::new(scheme, secrets);
    options.tolerance = convert::seconds("tolerance", given.tolerance)?;
    options.max_body_bytes = convert::count("maxBodyBytes", given.max_body_bytes)?;
    options.replay_ttl = convert::seconds("replayTtl", given.replay_ttl)?;
    let webhook = Webhook::new(options)?;
    let replay_ttl = if given.replay {
        Some(whole_seconds(webhook.replay_ttl()?))
    } else {
        None
    };
    Ok(slab::keep(Configured {
        webhook,
        replay_ttl,
        naming: None,
    }))
}

/// Text keeps its prefix and its encoding; bytes are the key itself.
fn webhook_secret(value: &JsValue) -> Result<Secret, ConfigError> {
    let bytes = convert::secret("secrets", value)?;
    Ok(match value.as_string() {
        Some(text) => Secret::from(text),
        None => Secret::from(bytes.as_slice()),
    })
}

/// Seconds rounded up: a claim must not end before the delivery stops verifying.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// Judges the headers of a delivery and gives the handle for its body; `fields` holds names
/// and values in turn.
///
/// # Errors
///
/// The `ERR_WEBHOOK_*` codes that headers and time decide.
#[wasm_bindgen(js_name = webhookBegin)]
pub fn webhook_begin(
    webhook: f64,
    #[wasm_bindgen(unchecked_param_type = "string[]")] fields: &Array,
    now: f64,
    date_or_nan: f64,
) -> Result<f64, Thrown> {
    let configured = slab::find::<Configured>(webhook)?;
    let now = host::moment(now, date_or_nan)?;
    let stream = configured.webhook.start(&host::received(fields), now);
    let stream = stream.map_err(|error| Thrown::named(error, configured.naming))?;
    Ok(slab::keep(Delivery {
        stream: RefCell::new(Some(stream)),
        replay_ttl: configured.replay_ttl,
        naming: configured.naming,
    }))
}

/// Takes the next piece of the body from the input buffer.
///
/// # Errors
///
/// `ERR_WEBHOOK_TOO_LARGE`.
#[wasm_bindgen(js_name = webhookUpdate)]
pub fn webhook_update(delivery: f64, length: usize) -> Result<(), Thrown> {
    let delivery = slab::find::<Delivery>(delivery)?;
    let mut stream = delivery.stream.borrow_mut();
    let stream = stream.as_mut().ok_or_else(is_over)?;
    memory::read_input(length, |piece| stream.update(piece))
        .and_then(|taken| taken)
        .map_err(|error| Thrown::named(error, delivery.naming))
}

/// Ends the body and gives the event as JSON text.
///
/// # Errors
///
/// The `ERR_WEBHOOK_*` codes that the body decides.
#[wasm_bindgen(js_name = webhookFinish)]
pub fn webhook_finish(delivery: f64) -> Result<String, Thrown> {
    let delivery = slab::find::<Delivery>(delivery)?;
    let stream = delivery.stream.take().ok_or_else(is_over)?;
    let event = stream.finish();
    let event = event.map_err(|error| Thrown::named(error, delivery.naming))?;
    Ok(Report::of(&event, delivery.replay_ttl).to_json())
}

/// Throws what a delivery gets that its replay store has seen before.
///
/// # Errors
///
/// `ERR_WEBHOOK_REPLAYED`, always.
#[wasm_bindgen(js_name = refuseReplay)]
pub fn refuse_replay() -> Result<(), Thrown> {
    Err(WebhookError::Replayed.into())
}

fn is_over() -> Error {
    ConfigError::new("delivery", "has been judged already").into()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<u64>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    event_type: Option<&'a str>,
    secret_index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    replay: Option<Claim<'a>>,
}

#[derive(Serialize)]
struct Claim<'a> {
    key: &'a str,
    ttl: u64,
}

impl<'a> Report<'a> {
    fn of(event: &'a Event, replay_ttl: Option<u64>) -> Self {
        Self {
            id: event.id.as_deref(),
            timestamp: event.timestamp.map(|at| at.as_millis()),
            event_type: event.event_type.as_deref(),
            secret_index: event.secret_index,
            replay: replay_ttl.map(|ttl| Claim {
                key: &event.replay_key,
                ttl,
            }),
        }
    }

    fn to_json(&self) -> String {
        // Plain strings and numbers always serialise.
        serde_json::to_string(self).unwrap_or_default()
    }
}
