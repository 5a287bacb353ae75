//! Webhooks for JavaScript: headers first, then the body in pieces, then the event.

use core::time::Duration;
use std::cell::{Cell, RefCell};

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::convert;
use super::error::Thrown;
use super::host;
use super::memory;
use super::primitives;
use super::slab::{self, Object};
use crate::error::{ConfigError, Error, WebhookError};
use crate::options;
use crate::providers::Provider;
use crate::time::{self, UnixMillis};
use crate::webhook::{Event, Options, Scheme, SchemeRow, Secret, Stream, Webhook};

pub(super) struct Configured {
    webhook: Webhook,
    /// The headers that it reads.
    names: Vec<String>,
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
        mut webhook: Webhook,
        provider: Option<&'static Provider>,
        replay: bool,
    ) -> Result<Self, ConfigError> {
        if let Some(lender) = primitives::lender() {
            webhook.borrow_from(lender);
        }
        let names = webhook.scheme().header_names();
        let names = names.into_iter().map(str::to_owned).collect();
        let replay_ttl = match replay {
            true => Some(whole_seconds(webhook.replay_ttl()?)),
            false => None,
        };
        Ok(Self {
            webhook,
            names,
            replay_ttl,
            provider,
        })
    }

    fn start(&self, mut headers: &[u8], now: UnixMillis) -> Result<Stream, Error> {
        let mut fields = Vec::with_capacity(4);
        while let Some(([name, length @ ..], rest)) = headers.split_first_chunk::<5>() {
            let length = u32::from_le_bytes(*length) as usize;
            let (value, behind) = rest.split_at_checked(length).unwrap_or_default();
            let name = self.names.get(usize::from(*name));
            // The façade's encoder writes nothing but UTF-8.
            let value = core::str::from_utf8(value).unwrap_or_default();
            fields.extend(name.map(|name| (name.as_str(), value)));
            headers = behind;
        }
        self.webhook.start_received(&fields, now)
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

/// The headers that a webhook reads, with commas between. No other needs to cross.
///
/// # Errors
///
/// When there is no such webhook.
#[wasm_bindgen(js_name = webhookHeaders)]
pub fn webhook_headers(webhook: f64) -> Result<String, Thrown> {
    Ok(slab::find::<Configured>(webhook)?.names.join(","))
}

/// Makes room for the headers of a delivery and its body behind them, and says where. It is kept,
/// so there is no need to ask again for a delivery that is not longer.
///
/// A header is the number of its name in [`webhook_headers`], one byte, the length of its value,
/// four bytes beginning with the lowest, and the value.
#[wasm_bindgen(js_name = webhookRoom)]
pub fn webhook_room(length: usize) -> usize {
    ROOM.with_borrow_mut(|room| {
        if room.len() < length {
            room.resize(length.max(LEAST_ROOM), 0);
        }
        room.as_ptr() as usize
    })
}

/// Judges a whole delivery and leaves its report.
///
/// # Errors
///
/// The `ERR_WEBHOOK_*` codes.
#[wasm_bindgen(js_name = webhookJudge)]
pub fn webhook_judge(
    webhook: f64,
    headers: usize,
    body: usize,
    now: f64,
    date_or_nan: f64,
) -> Result<(), Thrown> {
    let configured = slab::find::<Configured>(webhook)?;
    let now = time::moment(host::millis(now), host::date(date_or_nan))?;
    let event = read_room(headers, body, |headers, body| {
        configured.start(headers, now)?.finish_with(body)
    });
    let event = event.map_err(|error| Thrown::named(error, configured.provider))?;
    leave(&event, configured.replay_ttl);
    Ok(())
}

/// Judges the headers of a delivery and gives the handle for its body.
///
/// # Errors
///
/// The `ERR_WEBHOOK_*` codes that headers and time decide.
#[wasm_bindgen(js_name = webhookBegin)]
pub fn webhook_begin(
    webhook: f64,
    headers: usize,
    now: f64,
    date_or_nan: f64,
) -> Result<f64, Thrown> {
    let configured = slab::find::<Configured>(webhook)?;
    let now = time::moment(host::millis(now), host::date(date_or_nan))?;
    let stream = read_room(headers, 0, |headers, _| configured.start(headers, now));
    let stream = stream.map_err(|error| Thrown::named(error, configured.provider))?;
    Ok(slab::keep(Delivery {
        stream: RefCell::new(Some(stream)),
        replay_ttl: configured.replay_ttl,
        provider: configured.provider,
    }))
}

/// Says of a body that is collected first whether it is too long already.
///
/// # Errors
///
/// `ERR_WEBHOOK_TOO_LARGE` when it is, at this length.
#[wasm_bindgen(js_name = webhookExpect)]
pub fn webhook_expect(delivery: f64, length: usize) -> Result<(), Thrown> {
    let delivery = slab::find::<Delivery>(delivery)?;
    let stream = delivery.stream.borrow();
    let stream = stream.as_ref().ok_or_else(is_over)?;
    let expected = stream.expect(length);
    expected.map_err(|error| Thrown::named(error, delivery.provider))
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

/// Takes the last piece of the body, or the whole of it, from the room for deliveries, judges it
/// and leaves its report.
///
/// # Errors
///
/// The `ERR_WEBHOOK_*` codes that the body decides.
#[wasm_bindgen(js_name = webhookFinish)]
pub fn webhook_finish(delivery: f64, last: usize) -> Result<(), Thrown> {
    let delivery = slab::find::<Delivery>(delivery)?;
    let stream = delivery.stream.take().ok_or_else(is_over)?;
    let event = read_room(0, last, |_, piece| stream.finish_with(piece));
    let event = event.map_err(|error| Thrown::named(error, delivery.provider))?;
    leave(&event, delivery.replay_ttl);
    Ok(())
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

/// Room for most deliveries.
const LEAST_ROOM: usize = 4 << 10;

thread_local! {
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static TEXT: RefCell<String> = const { RefCell::new(String::new()) };
    static REPORT: Cell<[f64; 7]> = const { Cell::new([0.0; 7]) };
}

/// Lends what JavaScript has written, then wipes it.
fn read_room<R>(
    headers: usize,
    body: usize,
    read: impl FnOnce(&[u8], &[u8]) -> Result<R, Error>,
) -> Result<R, Error> {
    ROOM.with_borrow_mut(|room| {
        let written = room
            .get_mut(..headers.saturating_add(body))
            .unwrap_or_default();
        let (head, rest) = written.split_at_mut_checked(headers).unwrap_or_default();
        let result = read(head, rest);
        written.fill(0);
        result
    })
}

/// Where seven numbers say what is known of the last delivery that verified: where its texts
/// are, the lengths of its id, its kind and its replay key there in a row (-1 for none), its
/// timestamp in milliseconds (-1 for none), which secret signed, and how many seconds a replay
/// store is to remember it (-1 where there is none).
#[wasm_bindgen(js_name = webhookReport)]
pub fn webhook_report() -> usize {
    REPORT.with(Cell::as_ptr) as usize
}

fn leave(event: &Event, replay_ttl: Option<u64>) {
    let replay_key = replay_ttl.map(|_| event.replay_key.as_str());
    let texts = [event.id.as_deref(), event.event_type.as_deref(), replay_key];
    let lengths = texts.map(|text| text.map_or(-1.0, |text| text.len() as f64));
    let [id, event_type, key] = lengths;
    let timestamp = event.timestamp.map_or(-1.0, |at| at.as_millis() as f64);
    let ttl = replay_ttl.map_or(-1.0, |ttl| ttl as f64);
    TEXT.with_borrow_mut(|all| {
        all.clear();
        texts
            .into_iter()
            .flatten()
            .for_each(|text| all.push_str(text));
        let (at, secret) = (all.as_ptr() as usize as f64, event.secret_index as f64);
        REPORT.set([at, id, event_type, key, timestamp, secret, ttl]);
    });
}
