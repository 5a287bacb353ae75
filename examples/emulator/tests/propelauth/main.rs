//! Drives the emulated PropelAuth over HTTP, as a client would.

// Tests stop at the first surprise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../hellojohn/support.rs"]
#[allow(dead_code)]
mod support;

use serde_json::{Value, json};
use support::{Answer, Emulator};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// The emulator and PropelAuth's part of its ready line.
struct Project {
    emulator: Emulator,
    ready: Value,
}

impl Project {
    async fn start() -> Self {
        let emulator = Emulator::start().await;
        let ready = emulator.provider("propelauth").clone();
        Self { emulator, ready }
    }

    fn id(&self, pointer: &str) -> String {
        self.ready
            .pointer(pointer)
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// With the API key.
    async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let key = format!("Bearer {}", self.id("/api_key"));
        let headers = [("authorization", key.as_str())];
        self.emulator.send(method, path, &headers, body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", &format!("/api/backend/v1{path}"), None)
            .await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", &format!("/api/backend/v1{path}"), Some(body))
            .await
    }

    async fn control(&self, path: &str, body: Value) -> Answer {
        let path = format!("/propelauth{path}");
        self.emulator
            .control("POST", &path, Some(body))
            .await
            .expect(200)
    }
}

#[tokio::test]
async fn everything_behind_the_api_key_needs_it() {
    let project = Project::start().await;
    for path in [
        "/api/v1/token_verification_metadata",
        "/api/backend/v1/user/query",
        "/api/backend/v1/nope",
        "/propelauth/ssr/token",
    ] {
        for headers in [&[][..], &[("authorization", "Bearer x")]] {
            let method = if path.ends_with("token") {
                "POST"
            } else {
                "GET"
            };
            let answer = project.emulator.send(method, path, headers, None).await;
            assert_eq!(
                (answer.status, answer.text.as_str()),
                (401, "Unauthorized"),
                "{path}"
            );
        }
    }
    project.get("/nope").await.expect(404);
}

#[tokio::test]
async fn the_verifier_key_is_that_of_the_ready_line_and_may_be_replaced() {
    let project = Project::start().await;
    const PATH: &str = "/api/v1/token_verification_metadata";
    let before = project.send("GET", PATH, None).await.expect(200).body;
    assert_eq!(before["verifier_key_pem"], project.ready["verifier_key"]);
    let rotated = project.control("/keys/rotate", json!({})).await.body;
    let after = project.send("GET", PATH, None).await.expect(200).body;
    assert_eq!(after["verifier_key_pem"], rotated["verifier_key"]);
    assert_ne!(after, before);
    project
        .emulator
        .control("POST", "/reset", None)
        .await
        .expect(204);
    assert_eq!(project.send("GET", PATH, None).await.body, before);
}

#[tokio::test]
async fn a_token_to_order_has_the_claims_of_its_user() {
    let project = Project::start().await;
    let (acme, alice) = (project.id("/orgs/acme-inc"), project.id("/users/alice/id"));
    let claims = project.control("/mint", json!({})).await.body["claims"].clone();
    assert_eq!(
        (&claims["sub"], &claims["user_id"]),
        (&json!(alice), &json!(alice))
    );
    assert_eq!(
        claims["org_id_to_org_member_info"][&acme]["user_role"],
        "Owner"
    );
    let order = json!({"active_org_id": acme, "claims": {"exp": null, "x": 1}});
    let claims = project.control("/mint", order).await.body["claims"].clone();
    assert_eq!(claims["org_member_info"]["org_id"], acme.as_str());
    assert_eq!(
        (
            claims.get("org_id_to_org_member_info"),
            claims.get("exp"),
            &claims["x"]
        ),
        (None, None, &json!(1))
    );
}

#[tokio::test]
async fn refusals_name_their_fields_and_what_is_missing_is_404() {
    let project = Project::start().await;
    let refused = project
        .post("/magic_link", json!({"email": "bad"}))
        .await
        .expect(400);
    assert_eq!(refused.body, json!({"email": ["is not an e-mail address"]}));
    let taken = json!({"email": "alice@example.com"});
    let refused = project.post("/user/", taken).await.expect(400);
    assert_eq!(refused.body, json!({"email": ["is taken"]}));
    for path in [
        "/user/",
        "/org/",
        "/saml_sp_metadata/",
        "/end_user_api_keys/",
    ] {
        project.get(&format!("{path}{NOBODY}")).await.expect(404);
    }
    project
        .post(
            "/access_token",
            json!({"user_id": NOBODY, "duration_in_minutes": 1}),
        )
        .await
        .expect(403);
    let code = project
        .post("/mfa/step-up/verify-totp", json!({"user_id": NOBODY}))
        .await
        .expect(400);
    assert_eq!(code.body["error_code"], "user_not_found");
}

#[tokio::test]
async fn lists_come_in_pages() {
    let project = Project::start().await;
    let page = project
        .get("/user/query?page_size=2&page_number=1&order_by=EMAIL")
        .await
        .expect(200)
        .body;
    assert_eq!(page["users"][0]["email"], "carol@example.com");
    assert_eq!(
        (&page["total_users"], &page["has_more_results"]),
        (&json!(3), &json!(false))
    );
    project.get("/user/query?page_size=0").await.expect(400);
    project.get("/user/query?order_by=nope").await.expect(400);
}

#[tokio::test]
async fn a_grant_is_good_once_and_for_its_action() {
    let project = Project::start().await;
    let carol = project.id("/users/carol/id");
    let order = json!({"user_id": carol, "action_type": "A", "code": "123456", "grant_type": "ONE_TIME_USE", "valid_for_seconds": 60});
    let grant = project
        .post("/mfa/step-up/verify-totp", order)
        .await
        .expect(200)
        .body["step_up_grant"]
        .clone();
    let check = |action: &str| json!({"user_id": carol, "action_type": action, "grant": grant});
    const PATH: &str = "/mfa/step-up/verify-grant";
    project.post(PATH, check("B")).await.expect(400);
    project.post(PATH, check("A")).await.expect(200);
    let spent = project.post(PATH, check("A")).await.expect(400);
    assert_eq!(spent.body["field_errors"]["grant"], "grant_not_found");
}

#[tokio::test]
async fn a_session_lives_until_it_is_left() {
    let project = Project::start().await;
    let signed_in = project
        .control("/sign-in", json!({"user": "bob"}))
        .await
        .body;
    let cookie = signed_in["cookie"].as_str().unwrap().to_owned();
    let headers = [("cookie", cookie.as_str())];
    const PATH: &str = "/api/v1/refresh_token";
    let session = project
        .emulator
        .send("GET", PATH, &headers, None)
        .await
        .expect(200)
        .body;
    assert_eq!(session["user"]["email"], "bob@example.com");
    let bearer = format!("Bearer {}", session["access_token"].as_str().unwrap());
    let headers_of_token = [("authorization", bearer.as_str())];
    let info = project
        .emulator
        .send("GET", "/propelauth/oauth/userinfo", &headers_of_token, None)
        .await
        .expect(200);
    assert_eq!(info.body["email"], "bob@example.com");
    project
        .emulator
        .send("POST", "/api/v1/logout", &headers, None)
        .await
        .expect(200);
    project
        .emulator
        .send("GET", PATH, &headers, None)
        .await
        .expect(401);
    project
        .emulator
        .send("GET", PATH, &[], None)
        .await
        .expect(401);
}

#[tokio::test]
async fn faults_and_the_request_log_cover_it_too() {
    let project = Project::start().await;
    let rules = json!([{"match": {"path": "/api/backend/v1/org/query"}, "times": 1, "fault": {"status": 426}}]);
    project
        .emulator
        .control("POST", "/faults", Some(rules))
        .await
        .expect(200);
    project.get("/org/query").await.expect(426);
    project.get("/org/query").await.expect(200);
    project
        .post(
            "/end_user_api_keys/validate",
            json!({"api_key_token": "canary"}),
        )
        .await
        .expect(400);
    let log = project
        .emulator
        .control("GET", "/requests", None)
        .await
        .expect(200);
    assert!(!log.text.contains("canary") && !log.text.contains(&project.id("/api_key")));
}

#[tokio::test]
async fn a_delivery_is_signed_as_svix_does() {
    let project = Project::start().await;
    // The interoperability vector that Svix publishes.
    let order = json!({
        "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "timestamp": 1_614_265_330, "body": "{\"test\": 2432232314}",
    });
    let signed = project.control("/webhooks/sign", order).await.body;
    assert_eq!(
        signed["headers"]["svix-signature"],
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    );
}

#[tokio::test]
async fn the_same_seed_gives_the_same_project() {
    let (one, other) = (Project::start().await, Project::start().await);
    for pointer in ["/users", "/orgs", "/api_key", "/webhook_secret"] {
        assert_eq!(
            one.ready.pointer(pointer),
            other.ready.pointer(pointer),
            "{pointer}"
        );
    }
}
