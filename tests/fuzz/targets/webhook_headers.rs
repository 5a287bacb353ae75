//! Headers of anybody's making, for every scheme: judged without a panic, never accepted, and
//! whole or in pieces alike. The input's lines are signature, timestamp, id and body.

#![no_main]

use std::sync::LazyLock;

use countersign::http::Headers;
use countersign::time::UnixMillis;
use countersign::webhook::{Options, Scheme, Webhook};
use libfuzzer_sys::fuzz_target;

static WEBHOOKS: LazyLock<Vec<Webhook>> = LazyLock::new(|| {
    let webhook = |name| {
        let scheme = Scheme::named(name).expect("a known scheme");
        Webhook::new(Options::new(scheme, [vec![7; 32]])).expect("a good secret")
    };
    Scheme::NAMES.map(webhook).into()
});

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(4, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (signature, timestamp, id, body) = (line(), line(), line(), line());
    let now = UnixMillis::from_secs(1_700_000_000);
    for webhook in WEBHOOKS.iter() {
        let scheme = webhook.scheme();
        let mut headers = Headers::new();
        headers.append_received(scheme.signature_header(), signature);
        for (name, value) in [
            (scheme.timestamp_header(), timestamp),
            (scheme.id_header(), id),
        ] {
            if let Some(name) = name {
                headers.append_received(name, value);
            }
        }
        let refusal = webhook.verify(&headers, body.as_bytes(), now);
        let refusal = refusal.expect_err("nobody signed this");
        let in_pieces = webhook.start(&headers, now).and_then(|mut stream| {
            for piece in body.as_bytes().chunks(7) {
                stream.update(piece)?;
            }
            stream.finish()
        });
        assert_eq!(in_pieces.expect_err("nor this"), refusal);
    }
});
