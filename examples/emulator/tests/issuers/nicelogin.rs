//! NiceLogin's endpoints.

use serde_json::{Value, json};

use crate::service::{Service, read};
use crate::support::Answer;

async fn post(nl: &Service, method: &str, path: &str, body: Value) -> Answer {
    let url = format!("{}{path}", nl.text("base_url"));
    nl.send(method, &url, &[], Some(body)).await
}

#[tokio::test]
async fn a_password_changes_with_a_reset_token_and_the_old_one() {
    let nl = Service::start("nicelogin").await;
    let (key, email) = (nl.text("api_key"), "alice@example.com");
    let asked = post(
        &nl,
        "POST",
        "/request_password_reset",
        json!({"email": email, "api_key": key}),
    )
    .await
    .expect(200);
    let token = asked.body["reset_token"].as_str().unwrap();
    let reset = |current: &str, new: &str, confirm: &str| {
        json!({"email": email, "current_password": current,
        "new_password": new, "confirm_password": confirm, "api_key": key, "reset_token": token})
    };
    let old = nl.ready["users"]["alice"]["password"].as_str().unwrap();
    for (body, status) in [
        (reset("wrong", "long enough", "long enough"), 401),
        (reset(old, "short", "short"), 400),
        (reset(old, "long enough", "other"), 400),
        (reset(old, "long enough", "long enough"), 200),
        (reset("long enough", "long enough", "long enough"), 401),
    ] {
        let answer = post(&nl, "POST", "/reset_password", body)
            .await
            .expect(status);
        let word = if status == 200 { "success" } else { "error" };
        assert!(answer.body.get(word).is_some(), "{answer:?}");
    }
}

#[tokio::test]
async fn users_are_switched_with_the_secret_alone() {
    let nl = Service::start("nicelogin").await;
    let id = nl.ready["users"]["bob"]["id"].as_str().unwrap();
    let toggle = |secret: &str, id: &str, on: bool| json!({"api_secret": secret, "user_id": id, "is_active": on});
    let secret = nl.text("api_secret");
    let off = post(
        &nl,
        "PATCH",
        "/toggle_user_status",
        toggle(secret, id, false),
    )
    .await
    .expect(200);
    assert_eq!(off.body, json!({"is_active": false}));
    post(&nl, "PATCH", "/toggle_user_status", toggle("x", id, true))
        .await
        .expect(401);
    post(
        &nl,
        "PATCH",
        "/toggle_user_status",
        toggle(secret, "x", true),
    )
    .await
    .expect(404);
    post(
        &nl,
        "PATCH",
        "/toggle_user_status",
        json!({"api_secret": secret, "user_id": id}),
    )
    .await
    .expect(400);
}

#[tokio::test]
async fn refusals_carry_an_error() {
    let nl = Service::start("nicelogin").await;
    let key = nl.text("api_key");
    for (body, status) in [
        (json!({"email": "nobody@example.com", "api_key": key}), 404),
        (json!({"email": "nobody", "api_key": key}), 400),
        (json!({"email": "alice@example.com", "api_key": "x"}), 401),
        (json!({"api_key": key}), 400),
        (json!([]), 400),
    ] {
        let answer = post(&nl, "POST", "/request_password_reset", body)
            .await
            .expect(status);
        assert!(answer.body["error"].is_string(), "{answer:?}");
    }
}

#[tokio::test]
async fn tokens_carry_the_documented_claims_and_keys_rotate() {
    let nl = Service::start("nicelogin").await;
    let (header, claims) = read(&nl.mint(json!({"user": "bob@example.com"})).await);
    assert_eq!(header["alg"], "RS256");
    assert_eq!(claims["company_id"], nl.text("company_id"));
    assert_eq!(claims["sub"], nl.ready["users"]["bob"]["id"]);
    nl.control("/mint", json!({"user": "nobody"}))
        .await
        .expect(400);
    nl.control("/keys/rotate", json!({})).await.expect(200);
    let keys = nl
        .send("GET", nl.text("jwks_url"), &[], None)
        .await
        .expect(200)
        .body;
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    assert_ne!(keys["keys"][0]["kid"], header["kid"]);
    nl.send("GET", &format!("{}x", nl.text("jwks_url")), &[], None)
        .await
        .expect(404);
}
