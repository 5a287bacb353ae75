//! Deliveries: who gets what, how it is signed, and what happens on failure.

use std::{convert::Infallible, sync::Arc, time::Duration};

use hmac::{Hmac, Mac};
use http_body_util::{BodyExt, Empty};
use hyper::{HeaderMap, Response, body::Bytes, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
};

use crate::support::Emulator;

/// One delivery as an endpoint got it.
struct Delivery {
    headers: HeaderMap,
    body: Bytes,
}

impl Delivery {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().expect("text")
    }

    fn event(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    /// The signature, computed here from the contract's words.
    fn expected_signature(&self, secret: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
        mac.update(self.header("x-hellojohn-timestamp").as_bytes());
        mac.update(b".");
        mac.update(&self.body);
        let bytes = mac.finalize().into_bytes();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("v1={hex}")
    }
}

/// An endpoint that answers with each status in turn, then with the last again.
async fn endpoint(statuses: &[u16]) -> (String, mpsc::UnboundedReceiver<Delivery>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("bound"));
    let (sender, receiver) = mpsc::unbounded_channel();
    let statuses = Arc::new(Mutex::new(statuses.to_vec()));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (sender, statuses) = (sender.clone(), Arc::clone(&statuses));
            let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let (sender, statuses) = (sender.clone(), Arc::clone(&statuses));
                async move {
                    let (parts, body) = request.into_parts();
                    let body = body.collect().await.expect("a body").to_bytes();
                    let _ = sender.send(Delivery {
                        headers: parts.headers,
                        body,
                    });
                    let mut left = statuses.lock().await;
                    let status = if left.len() > 1 {
                        left.remove(0)
                    } else {
                        left[0]
                    };
                    let answer = Response::builder()
                        .status(status)
                        .body(Empty::<Bytes>::new());
                    Ok::<_, Infallible>(answer.expect("an answer"))
                }
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    (url, receiver)
}

async fn next(deliveries: &mut mpsc::UnboundedReceiver<Delivery>) -> Delivery {
    tokio::time::timeout(Duration::from_secs(20), deliveries.recv())
        .await
        .expect("in time")
        .expect("a delivery")
}

async fn register(emulator: &Emulator, url: &str, events: &[&str]) -> Value {
    let body = json!({"url": url, "events": events});
    emulator
        .server("POST", "/v1/webhooks", Some(body))
        .await
        .expect(201)
        .body
}

/// The statuses of the attempts, as soon as there are so many.
async fn attempted(emulator: &Emulator, wanted: usize) -> Vec<Value> {
    loop {
        let path = "/webhooks/deliveries";
        let answer = emulator.control("GET", path, None).await.body;
        let attempts = answer["deliveries"].as_array().expect("a list").clone();
        if attempts.len() >= wanted {
            return attempts.iter().map(|one| one["status"].clone()).collect();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_registered_endpoint_gets_signed_events() {
    let emulator = Emulator::start().await;
    let (url, mut deliveries) = endpoint(&[200]).await;
    let webhook = register(&emulator, &url, &["user.created"]).await;
    let secret = webhook["signing_secret"].as_str().expect("told once");
    assert!(secret.starts_with("whsec_"));
    let body = json!({"email": "dora@example.com"});
    let user = emulator
        .server("POST", "/v1/users", Some(body))
        .await
        .expect(201)
        .body;
    let delivery = next(&mut deliveries).await;
    assert_eq!(
        delivery.header("x-hellojohn-signature"),
        delivery.expected_signature(secret)
    );
    assert_eq!(delivery.header("x-hellojohn-event"), "user.created");
    assert!(
        delivery
            .header("x-hellojohn-delivery-id")
            .starts_with("del_")
    );
    let event = delivery.event();
    assert_eq!(event["type"], "user.created");
    assert_eq!(event["tenant_id"], emulator.tenant());
    assert_eq!(event["data"]["user"]["id"], user["id"]);
    assert!(event["id"].as_str().unwrap().starts_with("evt_"));
    assert!(event["created_at"].as_str().unwrap().ends_with('Z'));
    let listed = emulator.server("GET", "/v1/webhooks", None).await.body;
    assert!(listed["data"][0].get("signing_secret").is_none());
}

#[tokio::test]
async fn a_failed_delivery_is_repeated_with_the_same_event_signed_anew() {
    let emulator = Emulator::with(&["--webhook-retry-delays", "10ms,1100ms"]).await;
    let (url, mut deliveries) = endpoint(&[500, 302, 200]).await;
    let webhook = register(&emulator, &url, &["*"]).await;
    let secret = webhook["signing_secret"].as_str().unwrap();
    let body = json!({"type": "user.updated", "data": {"n": 1}});
    emulator
        .control("POST", "/webhooks/send", Some(body))
        .await
        .expect(200);
    let first = next(&mut deliveries).await;
    next(&mut deliveries).await;
    let third = next(&mut deliveries).await;
    assert_eq!(first.body, third.body);
    assert_ne!(
        first.header("x-hellojohn-delivery-id"),
        third.header("x-hellojohn-delivery-id")
    );
    assert_ne!(
        first.header("x-hellojohn-timestamp"),
        third.header("x-hellojohn-timestamp")
    );
    assert_eq!(
        third.header("x-hellojohn-signature"),
        third.expected_signature(secret)
    );
    let statuses = attempted(&emulator, 3).await;
    assert_eq!(statuses, [500, 302, 200]);
}

#[tokio::test]
async fn signing_in_and_out_tells_the_session_and_the_login() {
    let (url, mut deliveries) = endpoint(&[200]).await;
    let emulator = Emulator::with(&["--webhook-url", &url]).await;
    let session = emulator.sign_in("alice").await["session"].clone();
    let token = session["access_token"].as_str().unwrap();
    emulator
        .bearer(token, "POST", "/v1/auth/sign-out", None)
        .await
        .expect(204);
    let mut kinds = Vec::new();
    for _ in 0..3 {
        let delivery = next(&mut deliveries).await;
        let secret = emulator.text("/webhook_secret");
        assert_eq!(
            delivery.header("x-hellojohn-signature"),
            delivery.expected_signature(secret)
        );
        kinds.push(delivery.header("x-hellojohn-event").to_owned());
    }
    kinds.sort();
    assert_eq!(kinds, ["session.created", "session.revoked", "user.login"]);
}

#[tokio::test]
async fn only_wanted_events_are_delivered() {
    let emulator = Emulator::start().await;
    let (url, mut deliveries) = endpoint(&[200]).await;
    register(&emulator, &url, &["org.*"]).await;
    let body = json!({"email": "dora@example.com"});
    emulator
        .server("POST", "/v1/users", Some(body))
        .await
        .expect(201);
    let body = json!({"name": "New Org"});
    emulator
        .server("POST", "/v1/organizations", Some(body))
        .await
        .expect(201);
    assert_eq!(next(&mut deliveries).await.event()["type"], "org.created");
}

#[tokio::test]
async fn a_test_delivery_reports_its_outcome() {
    let emulator = Emulator::start().await;
    for (status, delivered) in [(204, true), (400, false)] {
        let (url, mut deliveries) = endpoint(&[status]).await;
        let webhook = register(&emulator, &url, &["user.created"]).await;
        let path = format!("/v1/webhooks/{}/test", webhook["id"].as_str().unwrap());
        let answer = emulator.server("POST", &path, None).await.expect(200);
        assert_eq!(answer.body["delivered"], delivered);
        next(&mut deliveries).await;
    }
}

#[tokio::test]
async fn endpoints_are_changed_removed_and_checked() {
    let emulator = Emulator::start().await;
    for url in ["http://example.com/hook", "ftp://127.0.0.1/", "hook"] {
        let body = json!({"url": url, "events": ["*"]});
        let answer = emulator
            .server("POST", "/v1/webhooks", Some(body))
            .await
            .expect(422);
        assert_eq!(answer.code(), "validation_error");
    }
    let webhook = register(&emulator, "https://example.com/hook", &["*"]).await;
    let path = format!("/v1/webhooks/{}", webhook["id"].as_str().unwrap());
    let change = json!({"status": "disabled", "events": ["user.created"]});
    let changed = emulator
        .server("PATCH", &path, Some(change))
        .await
        .expect(200)
        .body;
    assert_eq!(changed["status"], "disabled");
    emulator.server("DELETE", &path, None).await.expect(204);
    let gone = emulator.server("DELETE", &path, None).await.expect(404);
    assert_eq!(gone.code(), "webhook_not_found");
}

#[tokio::test]
async fn headers_for_a_body_equal_the_published_vector() {
    let emulator = Emulator::start().await;
    let body = r#"{"id":"evt_01TESTEVT000001","type":"user.created","created_at":"2024-03-08T12:13:20Z","tenant_id":"tnt_01TESTAAAA000001","data":{"user":{"id":"usr_01TESTAAAA000001","email":"alice@example.com","name":"Zoë"}}}"#;
    assert_eq!(body.len(), 209);
    let order =
        json!({"body": body, "timestamp": 1_709_900_000, "secret": "whsec_test_5f2b8c1d9e7a4630"});
    let answer = emulator
        .control("POST", "/webhooks/sign", Some(order))
        .await
        .expect(200)
        .body;
    assert_eq!(
        answer["headers"],
        json!({
            "X-HelloJohn-Signature": "v1=047a64fb017eb5ef03c5453eed215ec0baac9927b3a7b6e0280552f700f6113a",
            "X-HelloJohn-Timestamp": "1709900000",
        })
    );
    let odd = json!({"body": "", "format": "Z"});
    emulator
        .control("POST", "/webhooks/sign", Some(odd))
        .await
        .expect(400);
}
