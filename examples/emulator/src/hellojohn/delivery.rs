//! Delivers webhooks to loopback endpoints and tries again when that fails.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    http::{Request, Uri, header},
};
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::{Value, json};
use tracing::{info, warn};

use super::{
    HelloJohn,
    records::Webhook,
    signing::{self, Format},
};
use crate::{cors, locked, world};

/// Attempts kept for `/__emulator/webhooks/deliveries`.
const KEPT: usize = 1_000;

/// Starts the delivery of `body` to a webhook; the caller does not wait.
pub(crate) fn start(hj: &Arc<HelloJohn>, webhook: &Webhook, kind: &str, body: String) {
    tokio::spawn(deliver(
        Arc::clone(hj),
        webhook.clone(),
        kind.to_owned(),
        body,
    ));
}

/// Attempts a delivery at once and then after each configured delay.
async fn deliver(hj: Arc<HelloJohn>, webhook: Webhook, kind: String, body: String) {
    let delays = hj.options.webhook_retry_delays.0.clone();
    let waits = std::iter::once(Duration::ZERO).chain(delays);
    for (index, wait) in waits.enumerate() {
        tokio::time::sleep(wait).await;
        let outcome = attempt(&hj, &webhook, &kind, &body, index + 1).await;
        if outcome {
            return;
        }
    }
    warn!(webhook = webhook.id, kind, "webhook given up");
}

/// Attempts a delivery once; true when the endpoint took it.
pub(crate) async fn attempt(
    hj: &Arc<HelloJohn>,
    webhook: &Webhook,
    kind: &str,
    body: &str,
    number: usize,
) -> bool {
    let delivery_id = hj.world.ids.next_aside("del_");
    let outcome = send(hj, webhook, kind, body, &delivery_id).await;
    let (status, error) = match &outcome {
        Ok(status) => (Some(*status), None),
        Err(error) => (None, Some(error.as_str())),
    };
    let taken = status.is_some_and(|status| (200..300).contains(&status));
    info!(
        webhook = webhook.id,
        kind,
        attempt = number,
        status,
        error,
        "webhook"
    );
    let mut attempts = locked(&hj.attempts);
    if attempts.len() == KEPT {
        attempts.remove(0);
    }
    attempts.push(json!({
        "at": world::rfc3339(hj.world.clock.now_ms()),
        "webhook_id": webhook.id,
        "url": webhook.url,
        "event": kind,
        "event_id": event_id(body),
        "delivery_id": delivery_id,
        "attempt": number,
        "status": status,
        "error": error,
        "delivered": taken,
    }));
    taken
}

fn event_id(body: &str) -> Value {
    serde_json::from_str::<Value>(body)
        .ok()
        .and_then(|event| event.get("id").cloned())
        .unwrap_or_default()
}

/// Posts the body, signed anew with the present time; the status on any answer.
async fn send(
    hj: &HelloJohn,
    webhook: &Webhook,
    kind: &str,
    body: &str,
    delivery_id: &str,
) -> Result<u16, String> {
    let uri = loopback(&webhook.url)?;
    let timestamp = hj.world.clock.now_s().to_string();
    let mut request = Request::post(uri)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, "HelloJohn-Webhooks/1.0 (emulator)")
        .header("X-HelloJohn-Event", kind)
        .header("X-HelloJohn-Delivery-ID", delivery_id);
    let signature = signing::headers(
        Format::A,
        &webhook.signing_secret,
        &timestamp,
        body.as_bytes(),
    );
    for (name, value) in &signature {
        request = request.header(name, value.as_str().unwrap_or_default());
    }
    let request = request
        .body(Full::new(Bytes::from(body.to_owned())))
        .map_err(|error| error.to_string())?;
    // A client of its own, so that attempts share no connection: an endpoint
    // that is restarted between two attempts must be met afresh.
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let answer = tokio::time::timeout(hj.options.webhook_timeout.0, async {
        let response = client
            .request(request)
            .await
            .map_err(|error| chain(&error))?;
        let status = response.status().as_u16();
        let _ = response.into_body().collect().await;
        Ok(status)
    });
    answer.await.unwrap_or_else(|_| Err("timed out".into()))
}

/// The URL, if it is plain HTTP to this machine: an emulator must not be a way
/// to send requests anywhere else.
pub(crate) fn loopback(url: &str) -> Result<Uri, String> {
    let uri: Uri = url.parse().map_err(|_| "not a URL".to_owned())?;
    let local = uri
        .authority()
        .is_some_and(|name| cors::is_loopback_authority(name.as_str()));
    if uri.scheme_str() == Some("http") && local {
        return Ok(uri);
    }
    Err("the emulator delivers to http:// on loopback only".into())
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_http_to_this_machine_is_delivered_to() {
        assert!(loopback("http://127.0.0.1:9/hook").is_ok());
        assert!(loopback("http://localhost/hook").is_ok());
        for url in [
            "https://127.0.0.1/hook",
            "http://example.com/hook",
            "http://127.0.0.1@example.com/",
            "hook",
        ] {
            assert!(loopback(url).is_err(), "{url}");
        }
    }
}
