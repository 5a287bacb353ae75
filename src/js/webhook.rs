//! Webhooks for JavaScript: headers first, then the body in pieces, then the event.

use core::time::Duration;
use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::convert;
use super::error::Thrown;
use super::host;
use super::memory;
use super::slab::{self, Object};
use crate::error::{ConfigError, Error, WebhookError};
use crate::json::{Json, Members};
use crate::options;
use crate::providers::Provider;
use crate::time;
use crate::webhook::{Event, Options, Scheme, SchemeRow, Secret, Stream, Webhook};

pub(super) struct Configured {
    webhook: Webhook,
    /// Seconds that a delivery is to be remembered, where the caller has a replay store.
    replay_ttl: Option<u64>,
    provider: Option<&'static Provider>,
}

impl Configured {
    /// A provider's webhooks, whose errors are known its way.
    pub(super) fn of_provider(
        webhook: Webhook,
        provider: &'static Provider,
        replay: bool,
    ) -> Result<Self, ConfigError> {
        Self::new(webhook, Some(provider), replay)
    }

    fn new(
        webhook: Webhook,
        provider: Option<&'static Provider>,
        replay: bool,
    ) -> Result<Self, ConfigError> {
        let replay_ttl = match replay {
            true => Some(whole_seconds(webhook.replay_ttl()?)),
            false => None,
        };
        Ok(Self {
            webhook,
            replay_ttl,
            provider,
        })
    }
}

impl Object for Configured {}

/// One delivery on its way in.
struct Delivery {
    stream: RefCell<Option<Stream>>,
    replay_ttl: Option<u64>,
    provider: Option<&'static Provider>,
}

impl Object for Delivery {}

/// Makes a webhook verifier and gives its handle.
///
/// `scheme` is a name, or a row in JSON text; `options` is JSON text; `secrets` holds strings
/// and `Uint8Array`s.
///
/// # Errors
///
/// `ERR_CONFIG_INVALID` naming the option.
#[wasm_bindgen(js_name = createWebhook)]
pub fn create_webhook(
    scheme: &str,
    options: &str,
    #[wasm_bindgen(unchecked_param_type = "unknown[]")] secrets: &Array,
) -> Result<f64, Thrown> {
    let scheme = match scheme.starts_with('{') {
        false => Scheme::named(scheme)?,
        true => Scheme::new(SchemeRow::from_json(scheme)?)?,
    };
    let secrets = secrets
        .iter()
        .map(|secret| self::secret(&secret))
        .collect::<Result<Vec<_>, _>>()?;
    let names = &["maxBodyBytes", "replay", "replayTtl", "tolerance"];
    let given = options::Options::parse("options", options, names)?;
    let mut options = Options::new(scheme, secrets);
    options.tolerance = given.span("tolerance");
    options.max_body_bytes = given.count("maxBodyBytes");
    options.replay_ttl = given.span("replayTtl");
    let replay = given.flag("replay").unwrap_or_default();
    given.check()?;
    let webhook = Webhook::new(options)?;
    Ok(slab::keep(Configured::new(webhook, None, replay)?))
}

/// Text keeps its prefix and its encoding; bytes are the key itself.
pub(super) fn secret(value: &JsValue) -> Result<Secret, ConfigError> {
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
    let now = time::moment(host::millis(now), host::date(date_or_nan))?;
    let stream = configured.webhook.start(&host::received(fields), now);
    let stream = stream.map_err(|error| Thrown::named(error, configured.provider))?;
    Ok(slab::keep(Delivery {
        stream: RefCell::new(Some(stream)),
        replay_ttl: configured.replay_ttl,
        provider: configured.provider,
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
        .map_err(|error| Thrown::named(error, delivery.provider))
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
    let event = event.map_err(|error| Thrown::named(error, delivery.provider))?;
    Ok(report(&event, delivery.replay_ttl))
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

/// The event as JSON text; what it does not have is left out.
fn report(event: &Event, replay_ttl: Option<u64>) -> String {
    let mut report = Members::new();
    if let Some(id) = &event.id {
        report.insert("id", id.as_str());
    }
    if let Some(timestamp) = event.timestamp {
        report.insert("timestamp", timestamp.as_millis());
    }
    if let Some(event_type) = &event.event_type {
        report.insert("type", event_type.as_str());
    }
    report.insert("secretIndex", event.secret_index as u64);
    if let Some(ttl) = replay_ttl {
        let key = event.replay_key.as_str();
        report.insert(
            "replay",
            Json::object([("key", key.into()), ("ttl", ttl.into())]),
        );
    }
    report.to_string()
}
