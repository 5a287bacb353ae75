//! The key set, its rotation, and tokens to order.

use serde_json::{Value, json};

use crate::{auth::verified, support::Emulator};

async fn kids(emulator: &Emulator) -> Vec<String> {
    let jwks = emulator
        .send("GET", "/.well-known/jwks.json", &[], None)
        .await;
    let keys = jwks.expect(200).body["keys"].as_array().unwrap().clone();
    let kid = |key: &Value| key["kid"].as_str().unwrap().to_owned();
    keys.iter().map(kid).collect()
}

async fn mint(emulator: &Emulator, order: Value) -> Value {
    emulator
        .control("POST", "/mint", Some(order))
        .await
        .expect(200)
        .body
}

async fn token(emulator: &Emulator, order: Value) -> String {
    mint(emulator, order).await["token"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn both_key_set_urls_serve_the_same_set() {
    let emulator = Emulator::start().await;
    let one = emulator
        .send("GET", "/.well-known/jwks.json", &[], None)
        .await;
    let path = format!("/v1/jwks/{}", emulator.tenant());
    let other = emulator.send("GET", &path, &[], None).await.expect(200);
    assert_eq!(one.body, other.body);
    let unknown = emulator
        .send("GET", "/v1/jwks/tnt_no", &[], None)
        .await
        .expect(404);
    assert_eq!(unknown.code(), "tenant_not_found");
}

#[tokio::test]
async fn a_rotation_with_grace_keeps_old_tokens_valid() {
    let emulator = Emulator::start().await;
    let before = kids(&emulator).await;
    let old = token(&emulator, json!({})).await;
    let body = Some(json!({"grace": true}));
    emulator
        .control("POST", "/keys/rotate", body)
        .await
        .expect(200);
    let after = kids(&emulator).await;
    assert_eq!(after.len(), 2);
    assert_eq!(after.last(), before.last());
    let new = token(&emulator, json!({})).await;
    for token in [&old, &new] {
        verified(&emulator, token).await.expect("verifies");
    }
    emulator
        .control("POST", "/keys/withdraw", None)
        .await
        .expect(200);
    assert_eq!(kids(&emulator).await, after[..1]);
    assert_eq!(verified(&emulator, &old).await, Err("no key".into()));
    verified(&emulator, &new).await.expect("verifies");
}

#[tokio::test]
async fn a_rotation_without_grace_ends_old_tokens() {
    let emulator = Emulator::start().await;
    let old = token(&emulator, json!({})).await;
    emulator
        .control("POST", "/keys/rotate", None)
        .await
        .expect(200);
    assert_eq!(kids(&emulator).await.len(), 1);
    assert_eq!(verified(&emulator, &old).await, Err("no key".into()));
    let me = emulator
        .bearer(&old, "GET", "/v1/auth/me", None)
        .await
        .expect(401);
    assert_eq!(me.code(), "invalid_token");
}

#[tokio::test]
async fn a_named_key_is_withdrawn_alone() {
    let emulator = Emulator::start().await;
    let first = kids(&emulator).await;
    emulator
        .control("POST", "/keys/rotate", Some(json!({"grace": true})))
        .await
        .expect(200);
    let new = kids(&emulator).await[0].clone();
    emulator
        .control("POST", "/keys/withdraw", Some(json!({"kid": new})))
        .await
        .expect(200);
    assert_eq!(kids(&emulator).await, first);
}

#[tokio::test]
async fn minted_tokens_have_the_claims_that_were_ordered() {
    let emulator = Emulator::start().await;
    let order = json!({
        "user": "bob", "role": "owner", "expires_in": 60,
        "claims": {"org_id": null, "custom_claims": {"x": 1}},
        "header": {"typ": "at+jwt"},
    });
    let minted = mint(&emulator, order).await;
    let claims = verified(&emulator, minted["token"].as_str().unwrap())
        .await
        .expect("verifies");
    assert_eq!(claims, minted["claims"]);
    assert_eq!(claims["sub"], emulator.hj["users"]["bob"]["id"]);
    assert_eq!(claims["role"], "owner");
    assert_eq!(claims["custom_claims"], json!({"x": 1}));
    assert!(claims.get("org_id").is_none());
    assert_eq!(minted["header"]["typ"], "at+jwt");
    let me = emulator
        .bearer(
            minted["token"].as_str().unwrap(),
            "GET",
            "/v1/auth/me",
            None,
        )
        .await;
    assert_eq!(me.expect(200).body["email"], "bob@example.com");
}

#[tokio::test]
async fn tokens_spoilt_on_order_do_not_verify() {
    let emulator = Emulator::start().await;
    for (order, problem) in [
        (json!({"expires_in": -10}), "ExpiredSignature"),
        (json!({"tenant": "tnt_other"}), "InvalidAudience"),
        (json!({"kid": "key_unknown"}), "no key"),
        (json!({"tamper": "wrong_key"}), "InvalidSignature"),
        (json!({"tamper": "signature"}), "InvalidSignature"),
        (json!({"tamper": "payload"}), "InvalidSignature"),
        (json!({"tamper": "hs256"}), "InvalidAlgorithm"),
        (
            json!({"claims": {"iss": "https://elsewhere.example"}}),
            "InvalidIssuer",
        ),
    ] {
        let token = token(&emulator, order.clone()).await;
        assert_eq!(
            verified(&emulator, &token).await,
            Err(problem.to_owned()),
            "{order}"
        );
    }
    for tamper in ["alg_none", "padding_bits"] {
        let token = token(&emulator, json!({"tamper": tamper})).await;
        assert!(verified(&emulator, &token).await.is_err(), "{tamper}");
    }
}

#[tokio::test]
async fn a_token_with_changed_padding_bits_decodes_to_the_same_signature() {
    let emulator = Emulator::start().await;
    let order = json!({"claims": {"jti": "fixed", "session_id": "fixed", "iat": 1, "exp": 4_000_000_000_u64}});
    let good = token(&emulator, order.clone()).await;
    let mut order = order;
    order["tamper"] = json!("padding_bits");
    let bad = token(&emulator, order).await;
    assert_eq!(good[..good.len() - 1], bad[..bad.len() - 1]);
    assert_ne!(good, bad);
}

#[tokio::test]
async fn an_order_with_an_unknown_member_is_refused() {
    let emulator = Emulator::start().await;
    let order = Some(json!({"expiry": 5}));
    let answer = emulator.control("POST", "/mint", order).await.expect(400);
    let message = answer.body["error"].as_str().expect("a message");
    assert!(message.contains("expiry"), "{message}");
}

#[tokio::test]
async fn remote_verification_sees_what_the_signature_cannot() {
    let emulator = Emulator::start().await;
    let session = emulator.sign_in("alice").await["session"].clone();
    let body = json!({"token": session["access_token"]});
    let path = "/v1/sessions/verify";
    let valid = emulator
        .server("POST", path, Some(body.clone()))
        .await
        .expect(200)
        .body;
    assert_eq!(valid["valid"], true);
    assert_eq!(valid["session_id"], session["id"]);
    let id = session["id"].as_str().unwrap();
    emulator
        .server("DELETE", &format!("/v1/sessions/{id}"), None)
        .await
        .expect(204);
    let revoked = emulator
        .server("POST", path, Some(body))
        .await
        .expect(200)
        .body;
    assert_eq!(revoked["valid"], false);
    let other = token(&emulator, json!({"tenant": "tnt_other"})).await;
    let other = emulator
        .server("POST", path, Some(json!({"token": other})))
        .await;
    assert_eq!(other.expect(200).body["valid"], false);
}
