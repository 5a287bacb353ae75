//! Each group of endpoints takes its own credential and refuses the others.

use serde_json::json;

use crate::support::Emulator;

#[tokio::test]
async fn nothing_at_all_is_missing_token() {
    let emulator = Emulator::start().await;
    for (method, path) in [
        ("POST", "/v1/auth/sign-in"),
        ("GET", "/v1/auth/me"),
        ("GET", "/v1/users"),
        ("GET", "/v1/sessions"),
        ("GET", "/v1/organizations"),
        ("GET", "/v1/api-keys"),
        ("GET", "/v1/webhooks"),
        ("GET", "/v1/clients"),
        ("GET", "/v1/audit-logs"),
        ("GET", "/v1/admin/stats"),
        ("GET", "/v1/tenants"),
        ("PATCH", "/cp/v1/tenants/tnt_x"),
    ] {
        let headers = [("x-tenant-id", emulator.tenant())];
        let answer = emulator.send(method, path, &headers, Some(json!({}))).await;
        assert_eq!(
            (answer.status, answer.code()),
            (401, "missing_token"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn wrong_credentials_have_the_code_of_their_group() {
    let emulator = Emulator::start().await;
    let secret = emulator.text("/secret_key");
    let publishable = emulator.text("/publishable_key");
    let session = emulator.sign_in("alice").await["session"].clone();
    let access = session["access_token"].as_str().unwrap();
    for (token, method, path, status, code) in [
        (
            secret,
            "POST",
            "/v1/auth/sign-in",
            401,
            "invalid_publishable_key",
        ),
        (
            "pk_live_no",
            "POST",
            "/v1/auth/sign-in",
            401,
            "invalid_publishable_key",
        ),
        ("sk_live_no", "GET", "/v1/users", 401, "invalid_api_key"),
        (access, "GET", "/v1/users", 401, "invalid_api_key"),
        (
            publishable,
            "GET",
            "/v1/users",
            403,
            "insufficient_permissions",
        ),
        (publishable, "GET", "/v1/auth/me", 401, "invalid_token"),
        (
            secret,
            "GET",
            "/v1/tenants",
            403,
            "insufficient_permissions",
        ),
        ("mk_live_no", "GET", "/v1/tenants", 401, "invalid_api_key"),
        (
            secret,
            "PATCH",
            "/cp/v1/tenants/x",
            403,
            "cp_admin_required",
        ),
        (
            access,
            "PATCH",
            "/cp/v1/tenants/x",
            403,
            "cp_admin_required",
        ),
        (
            "nonsense",
            "PATCH",
            "/cp/v1/tenants/x",
            401,
            "invalid_token",
        ),
    ] {
        let value = format!("Bearer {token}");
        let headers = [
            ("authorization", value.as_str()),
            ("x-tenant-id", emulator.tenant()),
        ];
        let answer = emulator.send(method, path, &headers, Some(json!({}))).await;
        assert_eq!(
            (answer.status, answer.code()),
            (status, code),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn the_tenant_header_must_be_there_and_be_the_keys_own() {
    let emulator = Emulator::start().await;
    let other = emulator
        .control("POST", "/tenants", None)
        .await
        .expect(200)
        .body;
    let value = format!("Bearer {}", emulator.text("/secret_key"));
    for (tenant, status, code) in [
        ("", 400, "validation_error"),
        ("tnt_unknown", 404, "tenant_not_found"),
        (other["tenant_id"].as_str().unwrap(), 403, "tenant_mismatch"),
    ] {
        let headers = [("authorization", value.as_str()), ("x-tenant-id", tenant)];
        let answer = emulator.send("GET", "/v1/users", &headers, None).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{tenant}");
    }
}

#[tokio::test]
async fn a_lenient_emulator_takes_the_tenant_from_the_key() {
    let emulator = Emulator::with(&["--lenient-tenant"]).await;
    let key = emulator.text("/secret_key");
    emulator
        .bearer(key, "GET", "/v1/users", None)
        .await
        .expect(200);
}

#[tokio::test]
async fn scopes_bind_a_key() {
    let emulator = Emulator::start().await;
    let body = json!({"name": "reader", "type": "secret", "scopes": ["users:read"]});
    let made = emulator
        .server("POST", "/v1/api-keys", Some(body))
        .await
        .expect(201);
    let value = format!("Bearer {}", made.body["key"].as_str().unwrap());
    let headers = [
        ("authorization", value.as_str()),
        ("x-tenant-id", emulator.tenant()),
    ];
    emulator
        .send("GET", "/v1/users", &headers, None)
        .await
        .expect(200);
    let body = Some(json!({"email": "x@example.com"}));
    let write = emulator
        .send("POST", "/v1/users", &headers, body)
        .await
        .expect(403);
    assert_eq!(write.code(), "insufficient_permissions");
    let sessions = emulator
        .send("GET", "/v1/sessions", &headers, None)
        .await
        .expect(403);
    assert_eq!(sessions.code(), "insufficient_permissions");
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused_in_shape() {
    let emulator = Emulator::start().await;
    let unknown = emulator
        .send("GET", "/v1/nothing", &[], None)
        .await
        .expect(404);
    assert_eq!(unknown.code(), "not_found");
    let method = emulator
        .send("PUT", "/v1/users", &[], None)
        .await
        .expect(405);
    assert_eq!(method.code(), "method_not_allowed");
    assert_eq!(method.header("x-hellojohn-version"), Some("1.4.2"));
}

#[tokio::test]
async fn a_body_that_is_no_object_is_a_validation_error() {
    let emulator = Emulator::start().await;
    for (body, status) in [(json!([1]), 400), (json!({"email": 5}), 422)] {
        let answer = emulator
            .server("POST", "/v1/users", Some(body))
            .await
            .expect(status);
        assert_eq!(answer.code(), "validation_error");
    }
}
