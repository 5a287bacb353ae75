//! Webhooks for JavaScript: headers first, then the body in pieces, then the event.

use core::time::Duration;
use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use super::error::{Failure, given};
use super::fields::{self, Fields};
use super::host;
use super::memory;
use super::primitives;
use super::slab::{self, Object};
use crate::error::{ConfigError, Error};
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
    /// Where a provider's webhooks are verified, errors are known its way.
    pub(super) fn new(
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

    fn start(&self, headers: &[u8], now: UnixMillis) -> Result<Stream, Error> {
        let mut named = Vec::with_capacity(4);
        for (name, value) in Fields(headers) {
            if let Some(name) = self.names.get(usize::from(name)) {
                named.push((name.as_str(), fields::text(value)));
            }
        }
        self.webhook.start_received(&named, now)
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
/// The scheme is read first, a name or a row in JSON text, then the options as JSON text, then the
/// secrets. Fails with `ERR_CONFIG_INVALID` naming the option.
#[wasm_bindgen(js_name = createWebhook)]
pub fn create_webhook(length: usize) -> f64 {
    given(|| {
        let written = memory::written(length);
        let mut fields = written.fields();
        let (scheme, options) = (fields.text(), fields.text());
        let scheme = match scheme.starts_with('{') {
            false => Scheme::named(scheme)?,
            true => Scheme::new(SchemeRow::from_json(scheme)?)?,
        };
        let secrets = self::secrets(fields);
        let names = "maxBodyBytes replay replayTtl tolerance";
        let given = options::Options::parse("options", options, names)?;
        let mut options = Options::new(scheme, secrets);
        options.tolerance = given.span("tolerance");
        options.max_body_bytes = given.count("maxBodyBytes");
        options.replay_ttl = given.span("replayTtl");
        let replay = given.flag("replay").unwrap_or_default();
        given.check()?;
        let webhook = Webhook::new(options)?;
        Ok(slab::keep(Configured::new(webhook, None, replay)?))
    })
}

/// Text keeps its prefix and its encoding; bytes are the key itself.
pub(super) fn secrets(fields: Fields<'_>) -> Vec<Secret> {
    let secrets = fields.map(|(kind, secret)| match kind {
        fields::TEXT => Secret::from(fields::text(secret)),
        _ => Secret::from(secret),
    });
    secrets.collect()
}

/// Seconds rounded up: a claim must not end before the delivery stops verifying.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// Leaves the names of the headers that a webhook reads, with commas between. No other needs to
/// cross.
#[wasm_bindgen(js_name = webhookHeaders)]
pub fn webhook_headers(webhook: f64) -> f64 {
    given(|| Ok(slab::find::<Configured>(webhook)?.names.join(",")))
}

/// Judges a whole delivery, whose headers and body lie in the room, and leaves its report.
///
/// The number of a header is its name's in [`webhook_headers`].
#[wasm_bindgen(js_name = webhookJudge)]
pub fn webhook_judge(webhook: f64, headers: usize, body: usize, now: f64, date_or_nan: f64) -> f64 {
    given(|| {
        let configured = slab::find::<Configured>(webhook)?;
        let now = time::moment(host::millis(now), host::date(date_or_nan))?;
        let written = memory::written(headers.saturating_add(body));
        let (headers, body) = written
            .bytes()
            .split_at_checked(headers)
            .unwrap_or_default();
        let stream = configured.start(headers, now);
        let event = stream.and_then(|stream| stream.finish_with(body));
        let event = event.map_err(|error| Failure::of(configured.provider, error))?;
        leave(&event, configured.replay_ttl);
        Ok(())
    })
}

/// Judges the headers of a delivery and gives the handle for its body.
#[wasm_bindgen(js_name = webhookBegin)]
pub fn webhook_begin(webhook: f64, headers: usize, now: f64, date_or_nan: f64) -> f64 {
    given(|| {
        let configured = slab::find::<Configured>(webhook)?;
        let now = time::moment(host::millis(now), host::date(date_or_nan))?;
        let stream = configured.start(memory::written(headers).bytes(), now);
        let stream = stream.map_err(|error| Failure::of(configured.provider, error))?;
        Ok(slab::keep(Delivery {
            stream: RefCell::new(Some(stream)),
            replay_ttl: configured.replay_ttl,
            provider: configured.provider,
        }))
    })
}

/// Says of a body that is collected first whether it is too long already, at this length.
#[wasm_bindgen(js_name = webhookExpect)]
pub fn webhook_expect(delivery: f64, length: usize) -> f64 {
    given(|| {
        let delivery = slab::find::<Delivery>(delivery)?;
        let stream = delivery.stream.borrow();
        let expected = stream.as_ref().ok_or_else(is_over)?.expect(length);
        expected.map_err(|error| Failure::of(delivery.provider, error))
    })
}

/// Takes the next piece of the body from the room.
#[wasm_bindgen(js_name = webhookUpdate)]
pub fn webhook_update(delivery: f64, length: usize) -> f64 {
    given(|| {
        let delivery = slab::find::<Delivery>(delivery)?;
        let mut stream = delivery.stream.borrow_mut();
        let taken = stream
            .as_mut()
            .ok_or_else(is_over)?
            .update(memory::written(length).bytes());
        taken.map_err(|error| Failure::of(delivery.provider, error))
    })
}

/// Takes the last piece of the body, or the whole of it, from the room, judges it and leaves its
/// report.
#[wasm_bindgen(js_name = webhookFinish)]
pub fn webhook_finish(delivery: f64, last: usize) -> f64 {
    given(|| {
        let delivery = slab::find::<Delivery>(delivery)?;
        let stream = delivery.stream.take().ok_or_else(is_over)?;
        let event = stream.finish_with(memory::written(last).bytes());
        let event = event.map_err(|error| Failure::of(delivery.provider, error))?;
        leave(&event, delivery.replay_ttl);
        Ok(())
    })
}

fn is_over() -> Error {
    ConfigError::new("delivery", "has been judged already").into()
}

fn leave(event: &Event, replay_ttl: Option<u64>) {
    let replay_key = replay_ttl.map(|_| event.replay_key.as_str());
    let texts = [event.id.as_deref(), event.event_type.as_deref(), replay_key];
    let [id, event_type, key] = texts.map(|text| text.map_or(-1.0, |text| text.len() as f64));
    let timestamp = event.timestamp.map_or(-1.0, |at| at.as_millis() as f64);
    let secret = event.secret_index as f64;
    let ttl = replay_ttl.map_or(-1.0, |ttl| ttl as f64);
    memory::leave_texts(texts, [0.0, id, event_type, key, timestamp, secret, ttl]);
}
