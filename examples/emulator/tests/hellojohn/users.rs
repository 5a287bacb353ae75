//! Users: listing, paging, creating, changing, disabling, deleting, searching.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::Emulator;

/// Follows the cursors to the end; the items and the number of pages.
async fn all_pages(emulator: &Emulator, query: &str) -> (Vec<Value>, usize) {
    let (mut items, mut pages) = (Vec::new(), 0);
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/users?{query}{cursor}");
        let page = emulator.server("GET", &path, None).await.expect(200).body;
        items.extend(page["data"].as_array().unwrap().clone());
        pages += 1;
        let paging = &page["pagination"];
        assert_eq!(paging["has_more"], !paging["next_cursor"].is_null());
        match paging["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (items, pages),
        }
    }
}

#[tokio::test]
async fn paging_visits_every_user_once() {
    let emulator = Emulator::start().await;
    let (items, pages) = all_pages(&emulator, "limit=10").await;
    let ids: HashSet<&str> = items
        .iter()
        .filter_map(|user| user["id"].as_str())
        .collect();
    assert_eq!((items.len(), ids.len(), pages), (48, 48, 5));
}

#[tokio::test]
async fn the_default_page_has_twenty_and_the_longest_a_hundred() {
    let emulator = Emulator::with(&["--users", "150", "--no-rate-limits"]).await;
    for (query, length) in [("", 20), ("?limit=500", 100)] {
        let page = emulator
            .server("GET", &format!("/v1/users{query}"), None)
            .await
            .body;
        assert_eq!(page["data"].as_array().unwrap().len(), length);
        assert_eq!(page["pagination"]["limit"], length);
        assert_eq!(page["pagination"]["total"], 153);
    }
}

#[tokio::test]
async fn a_user_created_meanwhile_neither_repeats_nor_hides_others() {
    let emulator = Emulator::start().await;
    let first = emulator
        .server("GET", "/v1/users?limit=47", None)
        .await
        .body;
    let body = json!({"email": "new@example.com"});
    emulator
        .server("POST", "/v1/users", Some(body))
        .await
        .expect(201);
    let cursor = first["pagination"]["next_cursor"].as_str().unwrap();
    let path = format!("/v1/users?limit=47&cursor={cursor}");
    let rest = emulator.server("GET", &path, None).await.expect(200).body;
    assert_eq!(rest["data"].as_array().unwrap().len(), 1);
    assert_eq!(rest["data"][0]["email"], "alice@example.com");
}

#[tokio::test]
async fn sorting_follows_sort_and_order() {
    let emulator = Emulator::start().await;
    let first = |query: &'static str| {
        let emulator = &emulator;
        async move {
            let path = format!("/v1/users?limit=1&{query}");
            emulator.server("GET", &path, None).await.expect(200).body["data"][0]["email"].clone()
        }
    };
    assert_eq!(first("sort=email&order=asc").await, "alice@example.com");
    assert_eq!(first("sort=email").await, "user045@example.com");
    assert_eq!(first("order=asc").await, "alice@example.com");
    assert_eq!(first("").await, "user045@example.com");
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let emulator = Emulator::start().await;
    let bob = emulator.text("/users/bob/id");
    emulator
        .server("POST", &format!("/v1/users/{bob}/disable"), None)
        .await
        .expect(200);
    for (query, total) in [
        ("email=ALICE@example.com", 1),
        ("role=admin", 1),
        ("status=disabled", 1),
        ("disabled=true", 1),
        ("q=bob", 1),
        ("q=user00", 9),
        ("email_verified=false", 0),
        ("created_before=2024-01-15T00:02:30Z", 3),
        ("created_after=2024-01-15T00:02:30Z", 45),
        ("external_id=none", 0),
    ] {
        let page = emulator
            .server("GET", &format!("/v1/users?{query}"), None)
            .await
            .expect(200);
        assert_eq!(page.body["pagination"]["total"], total, "{query}");
    }
}

#[tokio::test]
async fn bad_queries_are_refused() {
    let emulator = Emulator::start().await;
    for (query, status) in [
        ("limit=0", 422),
        ("limit=many", 422),
        ("order=up", 422),
        ("sort=password", 422),
        ("status=sleeping", 422),
        ("created_after=yesterday", 422),
        ("cursor=nonsense", 400),
    ] {
        let answer = emulator
            .server("GET", &format!("/v1/users?{query}"), None)
            .await;
        assert_eq!(
            (answer.status, answer.code()),
            (status, "validation_error"),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_cursor_belongs_to_its_query() {
    let emulator = Emulator::start().await;
    let page = emulator.server("GET", "/v1/users?limit=5", None).await.body;
    let cursor = page["pagination"]["next_cursor"].as_str().unwrap();
    let path = format!("/v1/users?limit=5&role=member&cursor={cursor}");
    let answer = emulator.server("GET", &path, None).await.expect(400);
    assert_eq!(answer.code(), "validation_error");
}

#[tokio::test]
async fn a_user_lives_from_creation_to_deletion() {
    let emulator = Emulator::start().await;
    let body = json!({"email": "dora@example.com", "password": "long enough", "name": "Dora"});
    let made = emulator
        .server("POST", "/v1/users", Some(body))
        .await
        .expect(201)
        .body;
    assert_eq!(made["role"], "member");
    assert_eq!(made["status"], "active");
    let path = format!("/v1/users/{}", made["id"].as_str().unwrap());
    assert_eq!(
        emulator.server("GET", &path, None).await.expect(200).body,
        made
    );
    let change =
        json!({"name": "Dora D.", "phone_number": "+4912345678", "public_metadata": {"a": 1}});
    let changed = emulator
        .server("PATCH", &path, Some(change))
        .await
        .expect(200)
        .body;
    assert_eq!(changed["name"], "Dora D.");
    assert_eq!(changed["phone"], "+4912345678");
    let more = json!({"public_metadata": {"b": 2}});
    let merged = emulator
        .server("PATCH", &path, Some(more))
        .await
        .expect(200)
        .body;
    assert_eq!(merged["public_metadata"], json!({"a": 1, "b": 2}));
    let disabled = emulator
        .server("POST", &format!("{path}/disable"), None)
        .await
        .expect(200);
    assert_eq!(disabled.body["status"], "disabled");
    let enabled = emulator
        .server("POST", &format!("{path}/enable"), None)
        .await
        .expect(200);
    assert_eq!(enabled.body["status"], "active");
    emulator.server("DELETE", &path, None).await.expect(204);
    let gone = emulator.server("GET", &path, None).await.expect(404);
    assert_eq!(gone.code(), "user_not_found");
}

#[tokio::test]
async fn disabling_ends_sessions_only_when_asked() {
    let emulator = Emulator::start().await;
    let id = emulator.text("/users/bob/id");
    for (revoke, status) in [(false, "active"), (true, "revoked")] {
        let session = emulator.sign_in("bob").await["session"]["id"].clone();
        let body = Some(json!({"revoke_sessions": revoke}));
        emulator
            .server("POST", &format!("/v1/users/{id}/disable"), body)
            .await
            .expect(200);
        let path = format!("/v1/sessions/{}", session.as_str().unwrap());
        let session = emulator.server("GET", &path, None).await.expect(200).body;
        assert_eq!(session["status"], status);
        emulator
            .server("POST", &format!("/v1/users/{id}/enable"), None)
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn every_call_on_an_unknown_user_is_user_not_found() {
    let emulator = Emulator::start().await;
    for (method, path) in [
        ("GET", "/v1/users/usr_no"),
        ("PATCH", "/v1/users/usr_no"),
        ("DELETE", "/v1/users/usr_no"),
        ("POST", "/v1/users/usr_no/disable"),
        ("POST", "/v1/users/usr_no/enable"),
        ("GET", "/v1/users/usr_no/mfa/factors"),
        ("GET", "/v1/users/..%2Fadmin"),
    ] {
        let answer = emulator
            .server(method, path, Some(json!({})))
            .await
            .expect(404);
        assert_eq!(answer.code(), "user_not_found", "{method} {path}");
    }
}

#[tokio::test]
async fn an_address_is_taken_once_per_tenant() {
    let emulator = Emulator::start().await;
    let body = json!({"email": "Alice@example.com"});
    let again = emulator
        .server("POST", "/v1/users", Some(body.clone()))
        .await
        .expect(409);
    assert_eq!(again.code(), "email_already_exists");
    let bob = format!("/v1/users/{}", emulator.text("/users/bob/id"));
    let moved = emulator.server("PATCH", &bob, Some(body)).await.expect(409);
    assert_eq!(moved.code(), "email_already_exists");
}

#[tokio::test]
async fn search_filters_sorts_and_pages() {
    let emulator = Emulator::start().await;
    let body = json!({
        "query": "user", "filters": {"role": "member", "mfa_enrolled": false},
        "sort": {"field": "email", "direction": "asc"}, "limit": 2,
    });
    let path = "/v1/admin/users/search";
    let page = emulator
        .server("POST", path, Some(body.clone()))
        .await
        .expect(200)
        .body;
    assert_eq!(page["data"][0]["email"], "user001@example.com");
    assert_eq!(page["pagination"]["total"], 45);
    let mut next = body;
    next["cursor"] = page["pagination"]["next_cursor"].clone();
    let page = emulator
        .server("POST", path, Some(next))
        .await
        .expect(200)
        .body;
    assert_eq!(page["data"][0]["email"], "user003@example.com");
    let enrolled = json!({"filters": {"mfa_enrolled": true}});
    let page = emulator
        .server("POST", path, Some(enrolled))
        .await
        .expect(200)
        .body;
    assert_eq!(page["data"][0]["email"], "carol@example.com");
}
