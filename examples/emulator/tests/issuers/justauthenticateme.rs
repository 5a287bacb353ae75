//! JustAuthenticateMe's endpoints.

use serde_json::{Value, json};

use crate::service::{Service, read};

async fn start() -> Service {
    Service::start("justauthenticateme").await
}

async fn call(
    jam: &Service,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: Option<Value>,
) -> u16 {
    let bearer = format!("Bearer {}", token.unwrap_or_default());
    let headers = [("authorization", bearer.as_str())];
    let headers = if token.is_some() { &headers[..] } else { &[] };
    let url = format!("{}{path}", jam.text("issuer"));
    jam.send(method, &url, headers, body).await.status
}

#[tokio::test]
async fn a_mail_brings_both_tokens_and_they_serve_until_deleted() {
    let jam = start().await;
    let email = json!({"email": "ada@example.com"});
    assert_eq!(
        call(&jam, "POST", "/authenticate", None, Some(email)).await,
        200
    );
    let mail = jam.outbox().await["messages"][0].clone();
    assert_eq!(
        (&mail["kind"], &mail["to"]),
        (&json!("magic_link"), &json!("ada@example.com"))
    );
    let (id, refresh) = (
        mail["content"]["idToken"].as_str().unwrap(),
        mail["content"]["refreshToken"].as_str().unwrap(),
    );
    assert!(
        mail["content"]["url"]
            .as_str()
            .unwrap()
            .contains("?idToken=")
    );
    let (header, claims) = read(id);
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&json!("ES512"), &json!("JWT"))
    );
    assert_eq!(claims["iss"], jam.text("issuer"));
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        1_800
    );

    let body = json!({"refreshToken": refresh});
    let url = format!("{}/refresh", jam.text("issuer"));
    let fresh = jam
        .send("POST", &url, &[], Some(body.clone()))
        .await
        .expect(200);
    let fresh = fresh.body["idToken"].as_str().unwrap().to_owned();
    assert_eq!(
        call(
            &jam,
            "POST",
            "/verify",
            None,
            Some(json!({"idToken": fresh}))
        )
        .await,
        200
    );

    let path = format!(
        "/user/refresh/{}",
        refresh
            .replace('+', "%2B")
            .replace('/', "%2F")
            .replace('=', "%3D")
            .replace('@', "%40")
    );
    assert_eq!(call(&jam, "DELETE", &path, Some("abc"), None).await, 401);
    assert_eq!(call(&jam, "DELETE", &path, Some(&fresh), None).await, 204);
    assert_eq!(call(&jam, "DELETE", &path, Some(&fresh), None).await, 404);
    assert_eq!(call(&jam, "POST", "/refresh", None, Some(body)).await, 401);
    assert_eq!(
        call(&jam, "DELETE", "/user/refresh", Some(&fresh), None).await,
        204
    );
}

#[tokio::test]
async fn refusals_carry_a_message() {
    let jam = start().await;
    for (path, body, status) in [
        ("/authenticate", json!({"email": "nobody"}), 400),
        ("/authenticate", json!({}), 400),
        ("/refresh", json!({"refreshToken": "x"}), 401),
        ("/verify", json!({"idToken": "x"}), 401),
        ("/nothing", json!({}), 404),
    ] {
        let url = format!("{}{path}", jam.text("issuer"));
        let answer = jam.send("POST", &url, &[], Some(body)).await.expect(status);
        assert!(answer.body["message"].is_string(), "{answer:?}");
    }
    let unknown = jam
        .text("issuer")
        .replace(jam.text("app_id"), "00000000-0000-4000-8000-000000000000");
    let url = format!("{unknown}/.well-known/jwks.json");
    let answer = jam.send("GET", &url, &[], None).await.expect(404);
    assert_eq!(answer.body["message"], "App not found");
}

#[tokio::test]
async fn keys_rotate_and_tokens_come_to_order() {
    let jam = start().await;
    let keys = jam
        .send("GET", jam.text("jwks_url"), &[], None)
        .await
        .expect(200)
        .body;
    assert_eq!(keys["keys"][0]["crv"], "P-521");
    let rotated = jam
        .control("/keys/rotate", json!({"grace": true}))
        .await
        .expect(200)
        .body;
    assert_eq!(rotated["kids"].as_array().unwrap().len(), 2);
    let (_, claims) = read(
        &jam.mint(json!({"user": "b@x", "expires_in": -10, "claims": {"jti": null}}))
            .await,
    );
    assert!(claims["exp"].as_i64() < Some(claims["iat"].as_i64().unwrap() + 10_000));
    assert_eq!((claims.get("jti"), &claims["email"]), (None, &json!("b@x")));
    for tamper in ["signature", "payload", "wrong_key", "alg_none", "hs256"] {
        let token = jam.mint(json!({"tamper": tamper})).await;
        let verdict = call(
            &jam,
            "POST",
            "/verify",
            None,
            Some(json!({"idToken": token})),
        )
        .await;
        assert_eq!(verdict, 401, "{tamper}");
    }
    let good = jam.mint(json!({})).await;
    assert_eq!(
        call(
            &jam,
            "POST",
            "/verify",
            None,
            Some(json!({"idToken": good}))
        )
        .await,
        200
    );
}

#[tokio::test]
async fn nothing_secret_is_logged() {
    let jam = start().await;
    let token = jam.mint(json!({})).await;
    call(
        &jam,
        "POST",
        "/refresh",
        None,
        Some(json!({"refreshToken": "canary"})),
    )
    .await;
    call(
        &jam,
        "DELETE",
        "/user/refresh/rt_canary",
        Some(&token),
        None,
    )
    .await;
    let seen = jam.common("GET", "/requests", None).await.text;
    assert!(!seen.contains("canary") && !seen.contains(&token), "{seen}");
}
