//! Sessions, factors, organizations, keys, clients, audit log, tenants, settings.

use serde_json::{Value, json};

use crate::support::Emulator;

#[tokio::test]
async fn sessions_are_listed_by_user_and_status() {
    let emulator = Emulator::start().await;
    let session = emulator.sign_in("bob").await["session"]["id"].clone();
    emulator.sign_in("alice").await;
    let bob = emulator.text("/users/bob/id");
    let path = format!("/v1/sessions?user_id={bob}&status=active");
    let page = emulator.server("GET", &path, None).await.expect(200).body;
    assert_eq!(page["pagination"]["total"], 1);
    assert_eq!(page["data"][0]["id"], session);
    let one = format!("/v1/sessions/{}", session.as_str().unwrap());
    emulator.server("DELETE", &one, None).await.expect(204);
    let seen = emulator.server("GET", &one, None).await.expect(200).body;
    assert_eq!(seen["status"], "revoked");
    let gone = emulator
        .server("GET", "/v1/sessions/ses_no", None)
        .await
        .expect(404);
    assert_eq!(gone.code(), "session_not_found");
}

#[tokio::test]
async fn a_factor_is_pending_until_its_code_is_given() {
    let emulator = Emulator::start().await;
    let factors = format!("/v1/users/{}/mfa/factors", emulator.text("/users/bob/id"));
    let body = json!({"type": "sms", "phone_number": "+4915112345678", "name": "Phone"});
    let made = emulator
        .server("POST", &factors, Some(body))
        .await
        .expect(201)
        .body;
    assert_eq!(made["status"], "pending");
    assert_eq!(made["phone_number"], "***5678");
    let code = emulator.message("sms").await["content"]["code"].clone();
    let confirm = format!("{factors}/{}/confirm", made["factor_id"].as_str().unwrap());
    let wrong = emulator
        .server("POST", &confirm, Some(json!({"code": "nope"})))
        .await;
    assert_eq!(wrong.expect(422).code(), "validation_error");
    let active = emulator
        .server("POST", &confirm, Some(json!({"code": code})))
        .await
        .expect(200)
        .body;
    assert_eq!(active["status"], "active");
    assert_eq!(active["backup_codes"].as_array().unwrap().len(), 10);
    let listed = emulator
        .server("GET", &factors, None)
        .await
        .expect(200)
        .body;
    assert_eq!(listed["total"], 1);
    let sign_in =
        json!({"email": "bob@example.com", "password": emulator.text("/users/bob/password")});
    let challenge = emulator
        .browser("/v1/auth/sign-in", sign_in)
        .await
        .expect(403);
    let answer = json!({"challenge_id": challenge.body["error"]["challenge_id"], "code": active["backup_codes"][0]});
    emulator.browser("/v1/mfa/verify", answer).await.expect(200);
    let one = format!("{factors}/{}", made["factor_id"].as_str().unwrap());
    emulator.server("DELETE", &one, None).await.expect(204);
    let gone = emulator.server("DELETE", &one, None).await.expect(404);
    assert_eq!(gone.code(), "factor_not_found");
}

#[tokio::test]
async fn an_authenticator_app_is_enrolled_with_its_secret() {
    let emulator = Emulator::start().await;
    let factors = format!("/v1/users/{}/mfa/factors", emulator.text("/users/bob/id"));
    let made = emulator
        .server("POST", &factors, Some(json!({"type": "totp"})))
        .await
        .expect(201)
        .body;
    let secret = made["totp"]["secret"].as_str().unwrap();
    assert!(made["totp"]["uri"].as_str().unwrap().contains(secret));
    let code = emulator
        .control("POST", "/totp", Some(json!({"user": "bob"})))
        .await
        .body["code"]
        .clone();
    let confirm = format!("{factors}/{}/confirm", made["factor_id"].as_str().unwrap());
    emulator
        .server("POST", &confirm, Some(json!({"code": code})))
        .await
        .expect(200);
    for body in [
        json!({"type": "carrier_pigeon"}),
        json!({"type": "sms", "phone_number": "123"}),
        json!({}),
    ] {
        let answer = emulator
            .server("POST", &factors, Some(body))
            .await
            .expect(422);
        assert_eq!(answer.code(), "validation_error");
    }
}

#[tokio::test]
async fn an_organization_lives_with_members_roles_and_invitations() {
    let emulator = Emulator::start().await;
    let (alice, bob) = (
        emulator.text("/users/alice/id"),
        emulator.text("/users/bob/id"),
    );
    let body = json!({"name": "New Org!", "created_by": alice, "public_metadata": {"a": 1}});
    let made = emulator
        .server("POST", "/v1/organizations", Some(body))
        .await
        .expect(201)
        .body;
    assert_eq!(
        (made["slug"].as_str(), made["member_count"].as_u64()),
        (Some("new-org"), Some(1))
    );
    let path = format!("/v1/organizations/{}", made["id"].as_str().unwrap());
    let by_slug = emulator
        .server("GET", "/v1/organizations/slug/new-org", None)
        .await
        .expect(200);
    assert_eq!(by_slug.body, made);
    let replaced = emulator
        .server("PATCH", &path, Some(json!({"public_metadata": {"b": 2}})))
        .await
        .expect(200);
    assert_eq!(replaced.body["public_metadata"], json!({"b": 2}));
    let role = json!({"name": "Billing", "permissions": ["invoices:read"]});
    let role = emulator
        .server("POST", &format!("{path}/roles"), Some(role))
        .await
        .expect(201)
        .body;
    assert_eq!(role["slug"], "billing");
    let members = format!("{path}/members");
    let add = json!({"user_id": bob, "role": "billing"});
    emulator
        .server("POST", &members, Some(add.clone()))
        .await
        .expect(201);
    let twice = emulator
        .server("POST", &members, Some(add))
        .await
        .expect(409);
    assert_eq!(twice.code(), "member_already_exists");
    let one = format!("{members}/{bob}");
    let changed = emulator
        .server("PATCH", &one, Some(json!({"role": "admin"})))
        .await
        .expect(200)
        .body;
    assert_eq!(changed["role"], "admin");
    let wrong = emulator
        .server("PATCH", &one, Some(json!({"role": "emperor"})))
        .await
        .expect(422);
    assert_eq!(wrong.code(), "validation_error");
    let page = emulator
        .server("GET", &format!("{members}?limit=1"), None)
        .await
        .expect(200)
        .body;
    assert_eq!(page["total"], 2);
    assert!(page["next_cursor"].is_string());
    assert!(page.get("pagination").is_none());
    emulator.server("DELETE", &one, None).await.expect(204);
    emulator.server("DELETE", &path, None).await.expect(204);
    let gone = emulator.server("GET", &path, None).await.expect(404);
    assert_eq!(gone.code(), "organization_not_found");
}

#[tokio::test]
async fn an_invitation_creates_the_account_and_works_once() {
    let emulator = Emulator::start().await;
    let path = format!(
        "/v1/organizations/{}/invitations",
        emulator.text("/organization_id")
    );
    let body = json!({"email": "guest@example.com", "role": "member", "redirect_url": "http://127.0.0.1/"});
    let made = emulator
        .server("POST", &path, Some(body))
        .await
        .expect(201)
        .body;
    let listed = emulator.server("GET", &path, None).await.expect(200).body;
    assert_eq!(listed["data"][0]["status"], "pending");
    assert!(listed["data"][0].get("token").is_none());
    let accept = format!("/v1/invitations/{}/accept", made["token"].as_str().unwrap());
    let member = emulator
        .server("POST", &accept, None)
        .await
        .expect(200)
        .body;
    assert_eq!(member["user"]["email"], "guest@example.com");
    let again = emulator.server("POST", &accept, None).await.expect(409);
    assert_eq!(again.code(), "invitation_already_accepted");
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    emulator.server("DELETE", &one, None).await.expect(204);
    let log = emulator.control("GET", "/requests", None).await.text;
    assert!(!log.contains(made["token"].as_str().unwrap()));
}

#[tokio::test]
async fn a_key_is_shown_once_and_dies_when_revoked() {
    let emulator = Emulator::start().await;
    let body = json!({"name": "ci", "type": "secret", "expires_in": "90d"});
    let made = emulator
        .server("POST", "/v1/api-keys", Some(body))
        .await
        .expect(201)
        .body;
    let value = made["key"].as_str().unwrap();
    let listed = emulator
        .server("GET", "/v1/api-keys?type=secret&revoked=false", None)
        .await;
    assert_eq!(listed.body["data"].as_array().unwrap().len(), 2);
    assert!(!listed.text.contains(value));
    let path = format!("/v1/api-keys/{}", made["id"].as_str().unwrap());
    emulator.server("DELETE", &path, None).await.expect(204);
    let dead = emulator
        .bearer(value, "GET", "/v1/users", None)
        .await
        .expect(401);
    assert_eq!(dead.code(), "invalid_api_key");
}

#[tokio::test]
async fn a_key_dies_at_its_end() {
    let emulator = Emulator::start().await;
    let body = json!({"name": "brief", "type": "secret", "expires_in": "1h"});
    let made = emulator
        .server("POST", "/v1/api-keys", Some(body))
        .await
        .expect(201)
        .body;
    emulator
        .control("POST", "/clock", Some(json!({"offset_s": 3_601})))
        .await
        .expect(200);
    let dead = emulator
        .bearer(made["key"].as_str().unwrap(), "GET", "/v1/users", None)
        .await;
    assert_eq!(dead.expect(401).code(), "invalid_api_key");
}

#[tokio::test]
async fn clients_are_registered_and_listed() {
    let emulator = Emulator::start().await;
    let body = json!({"name": "Web", "type": "web", "redirect_uris": ["http://127.0.0.1/cb"]});
    let made = emulator
        .server("POST", "/v1/clients", Some(body))
        .await
        .expect(201)
        .body;
    let secret = made["client_secret"].as_str().unwrap();
    let listed = emulator
        .server("GET", "/v1/clients", None)
        .await
        .expect(200);
    assert_eq!(listed.body["data"][0]["id"], made["id"]);
    assert!(!listed.text.contains(secret));
    let wrong = json!({"name": "Web", "type": "toaster"});
    let wrong = emulator
        .server("POST", "/v1/clients", Some(wrong))
        .await
        .expect(422);
    assert_eq!(wrong.code(), "validation_error");
}

#[tokio::test]
async fn the_audit_log_is_paged_filtered_and_exported() {
    let emulator = Emulator::start().await;
    for name in ["alice", "bob"] {
        emulator.sign_in(name).await;
    }
    let bad = json!({"email": "alice@example.com", "password": "wrong"});
    emulator.browser("/v1/auth/sign-in", bad).await.expect(401);
    let page = emulator
        .server("GET", "/v1/audit-logs?type=user.*&limit=2", None)
        .await
        .expect(200)
        .body;
    assert_eq!(page["meta"]["total"], 3);
    let cursor = page["meta"]["cursor"].as_str().expect("more");
    let path = format!("/v1/audit-logs?type=user.*&limit=2&cursor={cursor}");
    let rest = emulator.server("GET", &path, None).await.expect(200).body;
    assert_eq!(rest["data"].as_array().unwrap().len(), 1);
    assert!(rest["meta"]["cursor"].is_null());
    let failed = emulator
        .server("GET", "/v1/audit-logs?result=failure", None)
        .await
        .body;
    assert_eq!(failed["data"][0]["type"], "user.login_failed");
    let export = |format: &'static str| {
        let emulator = &emulator;
        async move {
            let path = format!("/v1/audit-logs/export?format={format}");
            emulator.server("GET", &path, None).await.expect(200)
        }
    };
    let csv = export("csv").await;
    assert_eq!(csv.header("content-type"), Some("text/csv"));
    assert_eq!(csv.text.lines().count(), 6);
    let lines = export("ndjson").await;
    assert_eq!(lines.header("content-type"), Some("application/ndjson"));
    for line in lines.text.lines() {
        serde_json::from_str::<Value>(line).expect("JSON");
    }
    assert_eq!(export("json").await.body.as_array().unwrap().len(), 5);
    let other = emulator
        .server("GET", "/v1/audit-logs?tenant_id=tnt_x", None)
        .await
        .expect(403);
    assert_eq!(other.code(), "tenant_mismatch");
}

#[tokio::test]
async fn tenants_are_managed_with_the_master_key() {
    let emulator = Emulator::start().await;
    let master = emulator.text("/master_key");
    let body = json!({"name": "Globex", "plan": "pro", "auth_config": {"password_min_length": 12}});
    let made = emulator
        .bearer(master, "POST", "/v1/tenants", Some(body))
        .await
        .expect(201)
        .body;
    assert_eq!(made["slug"], "globex");
    assert_eq!(made["auth_config"]["password_min_length"], 12);
    let path = format!("/v1/tenants/{}", made["id"].as_str().unwrap());
    let change = json!({"status": "suspended"});
    let changed = emulator
        .bearer(master, "PATCH", &path, Some(change))
        .await
        .expect(200)
        .body;
    assert_eq!(changed["status"], "suspended");
    let page = emulator
        .bearer(master, "GET", "/v1/tenants?limit=1", None)
        .await
        .expect(200)
        .body;
    assert_eq!(page["pagination"]["total"], 2);
    emulator
        .bearer(master, "DELETE", &path, None)
        .await
        .expect(204);
    let gone = emulator
        .bearer(master, "GET", &path, None)
        .await
        .expect(404);
    assert_eq!(gone.code(), "tenant_not_found");
}

#[tokio::test]
async fn the_control_plane_takes_its_own_admin() {
    let emulator = Emulator::start().await;
    let body = json!({
        "email": emulator.text("/control_plane/email"),
        "password": emulator.text("/control_plane/password"),
    });
    let signed_in = emulator
        .send("POST", "/cp/v1/admin/sign-in", &[], Some(body))
        .await
        .expect(200);
    let token = signed_in.body["access_token"].as_str().unwrap();
    let path = format!("/cp/v1/tenants/{}", emulator.tenant());
    let change = json!({"allowed_origins": ["https://app.example.com"]});
    let changed = emulator
        .bearer(token, "PATCH", &path, Some(change))
        .await
        .expect(200)
        .body;
    assert_eq!(
        changed["auth_config"]["allowed_origins"][0],
        "https://app.example.com"
    );
    let wrong = json!({"email": "root@example.com", "password": "no"});
    let wrong = emulator
        .send("POST", "/cp/v1/admin/sign-in", &[], Some(wrong))
        .await
        .expect(401);
    assert_eq!(wrong.code(), "invalid_credentials");
}

#[tokio::test]
async fn settings_change_the_lifetime_of_tokens() {
    let emulator = Emulator::start().await;
    let body = json!({"access_token_ttl": "15m", "mfa_allowed_factors": ["totp"]});
    let config = emulator
        .server("PATCH", "/v1/admin/config", Some(body))
        .await
        .expect(200)
        .body;
    assert_eq!(config["access_token_ttl"], 900);
    let token = emulator.sign_in("alice").await["session"]["access_token"].clone();
    let claims = crate::auth::verified(&emulator, token.as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        900
    );
    let stats = emulator
        .server("GET", "/v1/admin/stats", None)
        .await
        .expect(200)
        .body;
    assert_eq!(stats["users"]["total"], 48);
    assert_eq!(stats["auth"]["sign_ins"], 1);
}

#[tokio::test]
async fn impersonation_gives_a_marked_token_that_ends() {
    let emulator = Emulator::start().await;
    let body = json!({"user_id": emulator.text("/users/bob/id"), "reason": "support", "expires_in": "10m"});
    let answer = emulator
        .server("POST", "/v1/admin/users/impersonate", Some(body))
        .await
        .expect(200)
        .body;
    let token = answer["access_token"].as_str().unwrap();
    let claims = crate::auth::verified(&emulator, token).await.unwrap();
    assert!(claims["act"]["sub"].as_str().unwrap().starts_with("key_"));
    assert_eq!(answer["expires_in"], 600);
    let me = emulator
        .bearer(token, "GET", "/v1/auth/me", None)
        .await
        .expect(200);
    assert_eq!(me.body["email"], "bob@example.com");
}
