//! The controls that tell what happened, and their limits.

use serde_json::json;

use crate::support::Emulator;

#[tokio::test]
async fn the_request_log_shows_requests_without_their_secrets() {
    let emulator = Emulator::start().await;
    let session = emulator.sign_in("alice").await["session"].clone();
    let access = session["access_token"].as_str().unwrap();
    emulator
        .bearer(access, "GET", "/v1/auth/me?token=canary1", None)
        .await;
    let log = emulator.control("GET", "/requests", None).await.expect(200);
    for secret in [
        emulator.text("/secret_key"),
        emulator.text("/users/alice/password"),
        access,
        "canary1",
    ] {
        assert!(!log.text.contains(secret));
    }
    let seen = &log.body["requests"][0];
    assert_eq!(seen["path"], "/v1/auth/sign-in");
    assert_eq!(seen["status"], 200);
    assert_eq!(
        seen["authorization"],
        json!({"present": true, "kind": "publishable_key"})
    );
    assert_eq!(seen["headers"]["x-tenant-id"], emulator.tenant());
    assert_eq!(
        seen["body"],
        json!({"email": "alice@example.com", "password": "***"})
    );
    assert_eq!(log.body["requests"][1]["authorization"]["kind"], "jwt");
    assert_eq!(log.body["requests"][1]["query"], "token=***");
}

#[tokio::test]
async fn the_log_is_filtered_counted_and_forgotten() {
    let emulator = Emulator::start().await;
    emulator.server("GET", "/v1/users", None).await.expect(200);
    emulator
        .server("GET", "/v1/sessions", None)
        .await
        .expect(200);
    let log = emulator
        .control("GET", "/requests?path=/v1/users&method=get", None)
        .await;
    assert_eq!(log.body["requests"].as_array().unwrap().len(), 1);
    let counters = emulator.control("GET", "/counters", None).await.body;
    assert_eq!(counters["total"], 2);
    assert_eq!(counters["by_route"]["GET /v1/users"], 1);
    assert_eq!(counters["by_status"]["200"], 2);
    emulator
        .control("DELETE", "/requests", None)
        .await
        .expect(204);
    assert_eq!(
        emulator.control("GET", "/counters", None).await.body["total"],
        0
    );
}

#[tokio::test]
async fn reset_goes_back_to_the_ready_line() {
    let emulator = Emulator::start().await;
    let before = emulator
        .server("GET", "/v1/users?limit=100", None)
        .await
        .text;
    let jwks = emulator
        .send("GET", "/.well-known/jwks.json", &[], None)
        .await
        .text;
    let alice = format!("/v1/users/{}", emulator.text("/users/alice/id"));
    emulator.server("DELETE", &alice, None).await.expect(204);
    emulator
        .control("POST", "/keys/rotate", None)
        .await
        .expect(200);
    emulator
        .control("POST", "/clock", Some(json!({"offset_s": 99_999})))
        .await
        .expect(200);
    emulator.control("POST", "/reset", None).await.expect(204);
    let after = emulator
        .server("GET", "/v1/users?limit=100", None)
        .await
        .text;
    assert_eq!(before, after);
    let now = emulator
        .send("GET", "/.well-known/jwks.json", &[], None)
        .await
        .text;
    assert_eq!(jwks, now);
    emulator.sign_in("alice").await;
}

#[tokio::test]
async fn a_seed_gives_the_same_ready_line_but_for_the_port() {
    let (one, two) = (Emulator::start().await, Emulator::start().await);
    for pointer in [
        "/tenant_id",
        "/secret_key",
        "/users/alice/id",
        "/webhook_secret",
    ] {
        assert_eq!(one.text(pointer), two.text(pointer));
    }
    let other = Emulator::with(&["--seed", "another"]).await;
    assert_ne!(one.tenant(), other.tenant());
}

#[tokio::test]
async fn no_controls_means_none() {
    let emulator = Emulator::with(&["--no-controls"]).await;
    emulator.control("GET", "/requests", None).await.expect(404);
    emulator.control("POST", "/mint", None).await.expect(404);
    emulator.server("GET", "/v1/users", None).await.expect(200);
}

#[tokio::test]
async fn a_foreign_page_or_name_does_not_reach_the_controls() {
    let emulator = Emulator::start().await;
    for header in [("origin", "https://example.com"), ("host", "example.com")] {
        let answer = emulator
            .send("POST", "/__emulator/mint", &[header], None)
            .await;
        assert_eq!(answer.status, 403, "{header:?}");
    }
}

#[tokio::test]
async fn pages_on_this_machine_may_call_and_read() {
    let emulator = Emulator::start().await;
    let origin = ("origin", "http://localhost:5173");
    let asks = ("access-control-request-method", "POST");
    let path = "/v1/auth/sign-in";
    let preflight = emulator
        .send("OPTIONS", path, &[origin, asks], None)
        .await
        .expect(204);
    let allowed = preflight.header("access-control-allow-headers").unwrap();
    assert!(allowed.contains("x-tenant-id"));
    let answer = emulator
        .send("GET", "/.well-known/jwks.json", &[origin], None)
        .await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("http://localhost:5173")
    );
    let foreign = ("origin", "https://example.com");
    emulator
        .send("OPTIONS", path, &[foreign, asks], None)
        .await
        .expect(403);
}

#[tokio::test]
async fn controls_are_found_under_the_providers_name_too() {
    let emulator = Emulator::start().await;
    emulator
        .control("POST", "/hellojohn/mint", None)
        .await
        .expect(200);
    emulator.control("GET", "/nothing", None).await.expect(404);
}
