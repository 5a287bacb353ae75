//! Rate limits and idempotency keys.

use serde_json::json;

use crate::support::{Answer, Emulator};

#[tokio::test]
async fn the_eleventh_sign_in_of_a_minute_is_refused() {
    let emulator = Emulator::with(&[]).await;
    let body = json!({"email": "alice@example.com", "password": "wrong"});
    for left in (0..10).rev() {
        let answer = emulator
            .browser("/v1/auth/sign-in", body.clone())
            .await
            .expect(401);
        assert_eq!(answer.header("x-ratelimit-limit"), Some("10"));
        assert_eq!(
            answer.header("x-ratelimit-remaining"),
            Some(left.to_string().as_str())
        );
    }
    let refused = emulator
        .browser("/v1/auth/sign-in", body.clone())
        .await
        .expect(429);
    assert_eq!(refused.code(), "rate_limit_exceeded");
    let wait: i64 = refused
        .header("retry-after")
        .unwrap()
        .parse()
        .expect("whole seconds");
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(refused.header("x-ratelimit-remaining"), Some("0"));
    let shift = Some(json!({"offset_s": wait}));
    emulator.control("POST", "/clock", shift).await.expect(200);
    emulator.browser("/v1/auth/sign-in", body).await.expect(401);
}

#[tokio::test]
async fn reads_and_writes_have_quotas_of_their_own() {
    let emulator = Emulator::with(&["--limit-read", "2", "--limit-write", "1"]).await;
    let statuses = [
        emulator.server("GET", "/v1/users", None).await.status,
        emulator.server("GET", "/v1/users", None).await.status,
        emulator.server("GET", "/v1/users", None).await.status,
        emulator
            .server("POST", "/v1/users", Some(json!({})))
            .await
            .status,
        emulator
            .server("POST", "/v1/users", Some(json!({})))
            .await
            .status,
    ];
    assert_eq!(statuses, [200, 200, 429, 422, 429]);
}

#[tokio::test]
async fn limits_change_while_it_runs() {
    let emulator = Emulator::with(&["--limit-read", "1"]).await;
    emulator.server("GET", "/v1/users", None).await.expect(200);
    emulator.server("GET", "/v1/users", None).await.expect(429);
    let limits = Some(json!({"off": true}));
    emulator
        .control("POST", "/rate-limits", limits)
        .await
        .expect(200);
    emulator.server("GET", "/v1/users", None).await.expect(200);
}

#[tokio::test]
async fn every_answer_tells_quota_and_version() {
    let emulator = Emulator::start().await;
    for path in ["/.well-known/jwks.json", "/v1/users", "/v1/nothing"] {
        let answer = emulator.send("GET", path, &[], None).await;
        for name in [
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset",
            "x-hellojohn-version",
        ] {
            assert!(answer.header(name).is_some(), "{path} {name}");
        }
    }
}

async fn create(emulator: &Emulator, key: &str, email: &str) -> Answer {
    let secret = format!("Bearer {}", emulator.text("/secret_key"));
    let headers = [
        ("authorization", secret.as_str()),
        ("x-tenant-id", emulator.tenant()),
        ("idempotency-key", key),
    ];
    let body = Some(json!({"email": email}));
    emulator.send("POST", "/v1/users", &headers, body).await
}

#[tokio::test]
async fn the_same_key_gets_the_first_answer_and_creates_once() {
    let emulator = Emulator::start().await;
    let first = create(&emulator, "k1", "dora@example.com")
        .await
        .expect(201);
    let again = create(&emulator, "k1", "dora@example.com")
        .await
        .expect(201);
    assert_eq!(first.text, again.text);
    assert_eq!(again.header("x-emulator-replayed"), Some("true"));
    let other = create(&emulator, "k2", "dora@example.com")
        .await
        .expect(409);
    assert_eq!(other.code(), "email_already_exists");
}

#[tokio::test]
async fn two_requests_at_once_with_one_key_create_once() {
    let emulator = Emulator::start().await;
    let (one, two) = tokio::join!(
        create(&emulator, "k1", "dora@example.com"),
        create(&emulator, "k1", "dora@example.com"),
    );
    assert_eq!((one.status, one.text), (201, two.text));
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let emulator = Emulator::start().await;
    create(&emulator, "k1", "dora@example.com")
        .await
        .expect(201);
    let shift = Some(json!({"offset_s": 86_401}));
    emulator.control("POST", "/clock", shift).await.expect(200);
    create(&emulator, "k1", "dora@example.com")
        .await
        .expect(409);
}

#[tokio::test]
async fn an_answer_lost_on_the_way_is_had_by_trying_again() {
    let emulator = Emulator::start().await;
    let rules = json!([{"match": {"method": "POST", "path": "/v1/users"}, "times": 1,
        "fault": {"drop": true, "execute": true}}]);
    emulator
        .control("POST", "/faults", Some(rules))
        .await
        .expect(200);
    let secret = format!("Bearer {}", emulator.text("/secret_key"));
    let headers = [
        ("authorization", secret.as_str()),
        ("x-tenant-id", emulator.tenant()),
        ("idempotency-key", "k1"),
    ];
    let body = Some(json!({"email": "dora@example.com"}));
    let lost = emulator.try_send("POST", "/v1/users", &headers, body).await;
    assert!(lost.is_err());
    let again = create(&emulator, "k1", "dora@example.com")
        .await
        .expect(201);
    assert_eq!(again.header("x-emulator-replayed"), Some("true"));
}

#[tokio::test]
async fn a_key_too_long_is_refused() {
    let emulator = Emulator::start().await;
    let answer = create(&emulator, &"k".repeat(256), "dora@example.com")
        .await
        .expect(400);
    assert_eq!(answer.code(), "validation_error");
}
