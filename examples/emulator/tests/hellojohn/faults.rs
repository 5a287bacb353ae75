//! Every fault does to a client what it says.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::{Answer, Emulator};

const PATH: &str = "/.well-known/jwks.json";

async fn with_fault(fault: Value) -> Emulator {
    let emulator = Emulator::start().await;
    let rules = json!([{"match": {"path": PATH}, "fault": fault}]);
    emulator
        .control("POST", "/faults", Some(rules))
        .await
        .expect(200);
    emulator
}

async fn fetch(emulator: &Emulator) -> Result<Answer, String> {
    emulator.try_send("GET", PATH, &[], None).await
}

#[tokio::test]
async fn latency_delays_the_true_answer() {
    let emulator = with_fault(json!({"latency_ms": 150})).await;
    let started = Instant::now();
    let answer = fetch(&emulator).await.expect("an answer").expect(200);
    assert!(started.elapsed() >= Duration::from_millis(150));
    assert!(answer.body["keys"].is_array());
}

#[tokio::test]
async fn a_status_comes_with_body_headers_and_retry_after() {
    let fault = json!({"status": 429, "retry_after": 7, "headers": {"x-y": "z"},
        "body": {"error": "rate_limit_exceeded", "message": "m", "retry_after": 23}});
    let emulator = with_fault(fault).await;
    let answer = fetch(&emulator).await.expect("an answer").expect(429);
    assert_eq!(answer.header("retry-after"), Some("7"));
    assert_eq!(answer.header("x-y"), Some("z"));
    assert_eq!(answer.body["retry_after"], 23);
}

#[tokio::test]
async fn a_status_alone_has_an_error_object_and_text_stays_text() {
    let emulator = with_fault(json!({"status": 503})).await;
    let answer = fetch(&emulator).await.expect("an answer").expect(503);
    assert_eq!(answer.code(), "service_unavailable");
    let emulator = with_fault(json!({"status": 502, "body": "<h1>Bad gateway</h1>"})).await;
    let answer = fetch(&emulator).await.expect("an answer").expect(502);
    assert_eq!(answer.text, "<h1>Bad gateway</h1>");
}

#[tokio::test]
async fn drop_closes_the_connection_without_an_answer() {
    let emulator = with_fault(json!({"drop": true})).await;
    assert!(fetch(&emulator).await.is_err());
}

#[tokio::test]
async fn stall_never_answers() {
    let emulator = with_fault(json!({"stall": true})).await;
    let waited = timeout(Duration::from_millis(200), fetch(&emulator)).await;
    assert!(waited.is_err());
}

#[tokio::test]
async fn redirect_points_elsewhere() {
    let emulator = with_fault(json!({"redirect": "http://127.0.0.1:9/x"})).await;
    let answer = fetch(&emulator).await.expect("an answer").expect(302);
    assert_eq!(answer.header("location"), Some("http://127.0.0.1:9/x"));
}

#[tokio::test]
async fn truncate_breaks_off_within_the_body() {
    let emulator = with_fault(json!({"truncate": true})).await;
    assert!(fetch(&emulator).await.is_err());
}

#[tokio::test]
async fn body_bytes_gives_json_of_that_length() {
    let emulator = with_fault(json!({"body_bytes": 100_000})).await;
    let answer = fetch(&emulator).await.expect("an answer").expect(200);
    assert_eq!(answer.text.len(), 100_000);
    assert!(answer.body.is_array());
}

#[tokio::test]
async fn drip_spreads_the_true_answer() {
    let emulator = with_fault(json!({"drip_ms": 20, "chunk_bytes": 30})).await;
    let started = Instant::now();
    let answer = fetch(&emulator).await.expect("an answer").expect(200);
    assert!(started.elapsed() >= Duration::from_millis(60));
    assert!(answer.body["keys"].is_array());
}

#[tokio::test]
async fn headers_alone_are_set_on_the_true_answer() {
    let emulator = with_fault(json!({"headers": {"content-type": "text/html"}})).await;
    let answer = fetch(&emulator).await.expect("an answer").expect(200);
    assert_eq!(answer.header("content-type"), Some("text/html"));
    assert!(answer.body["keys"].is_array());
}

#[tokio::test]
async fn rules_are_used_up_and_cleared() {
    let emulator = Emulator::start().await;
    let rule = json!({"match": {"path": PATH}, "times": 2, "fault": {"status": 503}});
    emulator
        .control("POST", "/faults", Some(rule.clone()))
        .await
        .expect(200);
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(fetch(&emulator).await.expect("an answer").status);
    }
    assert_eq!(statuses, [503, 503, 200]);
    emulator
        .control("POST", "/faults", Some(rule))
        .await
        .expect(200);
    emulator
        .control("DELETE", "/faults", None)
        .await
        .expect(204);
    fetch(&emulator).await.expect("an answer").expect(200);
}

#[tokio::test]
async fn a_rule_that_cannot_be_read_says_why() {
    let emulator = Emulator::start().await;
    let rules = json!([{"fault": {"latencyms": 5}}]);
    let answer = emulator
        .control("POST", "/faults", Some(rules))
        .await
        .expect(400);
    let message = answer.body["error"].as_str().unwrap();
    assert!(message.contains("latencyms"), "{message}");
}
