//! The OpenID Connect issuer's endpoints.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::service::{Service, read};
use crate::support::Answer;

async fn introspect(oidc: &Service, secret: &str, token: &str) -> Answer {
    let basic = format!("Basic {}", STANDARD.encode(format!("client-1:{secret}")));
    let url = format!("{}/introspect", oidc.text("issuer"));
    // The driver sends JSON; a string body is the form between its quotes.
    let form = Value::String(format!("&token={token}&"));
    oidc.send("POST", &url, &[("authorization", &basic)], Some(form))
        .await
}

#[tokio::test]
async fn metadata_lead_to_the_keys() {
    let oidc = Service::start("oidc").await;
    let url = format!("{}/.well-known/openid-configuration", oidc.text("issuer"));
    let metadata = oidc.send("GET", &url, &[], None).await.expect(200).body;
    assert_eq!(metadata["issuer"], oidc.text("issuer"));
    let keys = oidc
        .send("GET", metadata["jwks_uri"].as_str().unwrap(), &[], None)
        .await
        .expect(200);
    assert_eq!(keys.body["keys"][0]["kty"], "RSA");
}

#[tokio::test]
async fn introspection_knows_live_tokens_and_its_client() {
    let oidc = Service::start("oidc").await;
    let secret = oidc.text("client_secret");
    let token = oidc.mint(json!({})).await;
    let yes = introspect(&oidc, secret, &token).await.expect(200).body;
    assert_eq!(
        (&yes["active"], &yes["sub"]),
        (&json!(true), &json!("alice"))
    );
    introspect(&oidc, "wrong", &token).await.expect(401);
    introspect(&oidc, secret, "").await.expect(400);
    for order in [json!({"expires_in": -1}), json!({"tamper": "wrong_key"})] {
        let bad = oidc.mint(order).await;
        assert_eq!(
            introspect(&oidc, secret, &bad).await.expect(200).body,
            json!({"active": false})
        );
    }
    oidc.control("/revoke", json!({"token": token}))
        .await
        .expect(204);
    assert_eq!(
        introspect(&oidc, secret, &token).await.expect(200).body,
        json!({"active": false})
    );
}

#[tokio::test]
async fn access_tokens_and_id_tokens_are_told_apart() {
    let oidc = Service::start("oidc").await;
    let (header, claims) = read(&oidc.mint(json!({"kind": "access"})).await);
    assert_eq!(
        (&header["typ"], &claims["client_id"]),
        (&json!("at+jwt"), &json!("client-1"))
    );
    let (header, claims) = read(
        &oidc
            .mint(json!({"kind": "id", "claims": {"nonce": "n"}}))
            .await,
    );
    assert_eq!(
        (&header["typ"], &claims["aud"], &claims["nonce"]),
        (&json!("JWT"), &json!("client-1"), &json!("n"))
    );
    oidc.control("/mint", json!({"kind": "other"}))
        .await
        .expect(400);
}
