//! Signing in and everything around it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::Emulator;

/// Verifies a token as a client does: key set from the URL, issuer and audience fixed.
pub(crate) async fn verified(emulator: &Emulator, token: &str) -> Result<Value, String> {
    let jwks = emulator
        .send("GET", "/.well-known/jwks.json", &[], None)
        .await
        .body;
    let jwks: JwkSet = serde_json::from_value(jwks).expect("a key set");
    let header = jsonwebtoken::decode_header(token).map_err(|error| error.to_string())?;
    let kid = header.kid.ok_or("no kid")?;
    let key = jwks.find(&kid).ok_or("no key")?;
    let key = DecodingKey::from_jwk(key).map_err(|error| error.to_string())?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.leeway = 0;
    validation.set_issuer(&[emulator.text("/issuer")]);
    validation.set_audience(&[emulator.tenant()]);
    jsonwebtoken::decode::<Value>(token, &key, &validation)
        .map(|data| data.claims)
        .map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_signed_in_users_token_verifies_against_the_served_key_set() {
    let emulator = Emulator::start().await;
    let answer = emulator.sign_in("alice").await;
    let token = answer["session"]["access_token"].as_str().expect("a token");
    let claims = verified(&emulator, token).await.expect("verifies");
    assert_eq!(claims["sub"], emulator.hj["users"]["alice"]["id"]);
    assert_eq!(claims["email"], "alice@example.com");
    assert_eq!(claims["tenant_id"], emulator.tenant());
    assert_eq!(claims["aud"], emulator.tenant());
    assert_eq!(claims["iss"], emulator.url);
    assert_eq!(claims["role"], "admin");
    assert_eq!(claims["custom_claims"], json!({"plan": "pro", "seats": 42}));
    assert_eq!(claims["session_id"], answer["session"]["id"]);
    assert_eq!(claims["org_id"], emulator.hj["organization_id"]);
    assert_eq!(claims["org_role"], "owner");
    let lifetime = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(lifetime, 3_600);
    assert_eq!(
        answer["user"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        ["created_at", "email", "email_verified", "id", "name"]
    );
}

#[tokio::test]
async fn a_wrong_password_is_invalid_credentials() {
    let emulator = Emulator::start().await;
    for email in ["alice@example.com", "nobody@example.com"] {
        let body = json!({"email": email, "password": "wrong"});
        let answer = emulator.browser("/v1/auth/sign-in", body).await.expect(401);
        assert_eq!(answer.code(), "invalid_credentials");
    }
}

#[tokio::test]
async fn a_disabled_user_is_locked_out() {
    let emulator = Emulator::start().await;
    let id = emulator.text("/users/bob/id");
    emulator
        .server("POST", &format!("/v1/users/{id}/disable"), None)
        .await
        .expect(200);
    let body =
        json!({"email": "bob@example.com", "password": emulator.text("/users/bob/password")});
    let answer = emulator.browser("/v1/auth/sign-in", body).await.expect(403);
    assert_eq!(answer.code(), "account_locked");
}

#[tokio::test]
async fn sign_up_creates_a_user_and_a_session_once() {
    let emulator = Emulator::start().await;
    let body = json!({"email": "dora@example.com", "password": "long enough", "name": "Dora"});
    let answer = emulator
        .browser("/v1/auth/sign-up", body.clone())
        .await
        .expect(201);
    let token = answer.body["session"]["access_token"].as_str().unwrap();
    verified(&emulator, token).await.expect("verifies");
    let again = emulator.browser("/v1/auth/sign-up", body).await.expect(409);
    assert_eq!(again.code(), "email_already_exists");
}

#[tokio::test]
async fn sign_up_refuses_weak_passwords_and_bad_addresses() {
    let emulator = Emulator::start().await;
    for (email, password, code) in [
        ("dora@example.com", "short", "password_too_weak"),
        ("dora", "long enough", "invalid_email"),
        ("", "long enough", "validation_error"),
    ] {
        let body = json!({"email": email, "password": password});
        let answer = emulator.browser("/v1/auth/sign-up", body).await.expect(422);
        assert_eq!(answer.code(), code);
    }
}

#[tokio::test]
async fn refreshing_rotates_the_refresh_token() {
    let emulator = Emulator::start().await;
    let session = emulator.sign_in("alice").await["session"].clone();
    let answer = refresh(&emulator, &session["refresh_token"])
        .await
        .expect(200);
    assert_ne!(answer.body["refresh_token"], session["refresh_token"]);
    assert_ne!(answer.body["access_token"], session["access_token"]);
    assert_eq!(answer.body["expires_in"], 3_600);
    refresh(&emulator, &answer.body["refresh_token"])
        .await
        .expect(200);
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_session() {
    let emulator = Emulator::start().await;
    let session = emulator.sign_in("alice").await["session"].clone();
    let fresh = refresh(&emulator, &session["refresh_token"])
        .await
        .expect(200);
    let reused = refresh(&emulator, &session["refresh_token"])
        .await
        .expect(401);
    assert_eq!(reused.code(), "refresh_token_invalid");
    let victim = refresh(&emulator, &fresh.body["refresh_token"])
        .await
        .expect(401);
    assert_eq!(victim.code(), "session_revoked");
    let token = fresh.body["access_token"].as_str().unwrap();
    let me = emulator
        .bearer(token, "GET", "/v1/auth/me", None)
        .await
        .expect(401);
    assert_eq!(me.code(), "session_revoked");
}

#[tokio::test]
async fn an_old_and_an_unknown_refresh_token_are_told_apart() {
    let emulator = Emulator::start().await;
    let session = emulator.sign_in("alice").await["session"].clone();
    let unknown = refresh(&emulator, &json!("rt_unknown")).await.expect(401);
    assert_eq!(unknown.code(), "refresh_token_invalid");
    let body = Some(json!({"offset_s": 31 * 86_400}));
    emulator.control("POST", "/clock", body).await.expect(200);
    let old = refresh(&emulator, &session["refresh_token"])
        .await
        .expect(401);
    assert_eq!(old.code(), "refresh_token_expired");
}

async fn refresh(emulator: &Emulator, token: &Value) -> crate::support::Answer {
    let headers = [("x-tenant-id", emulator.tenant())];
    let body = Some(json!({"refresh_token": token}));
    emulator
        .send("POST", "/v1/auth/token/refresh", &headers, body)
        .await
}

#[tokio::test]
async fn me_is_the_user_until_sign_out() {
    let emulator = Emulator::start().await;
    let session = emulator.sign_in("alice").await["session"].clone();
    let token = session["access_token"].as_str().unwrap();
    let me = emulator
        .bearer(token, "GET", "/v1/auth/me", None)
        .await
        .expect(200);
    assert_eq!(me.body["email"], "alice@example.com");
    let out = emulator
        .bearer(token, "POST", "/v1/auth/sign-out", None)
        .await;
    assert_eq!((out.status, out.text.as_str()), (204, ""));
    let me = emulator
        .bearer(token, "GET", "/v1/auth/me", None)
        .await
        .expect(401);
    assert_eq!(me.code(), "session_revoked");
}

#[tokio::test]
async fn global_sign_out_ends_the_other_sessions_too() {
    let emulator = Emulator::start().await;
    let (one, other) = (
        emulator.sign_in("alice").await,
        emulator.sign_in("alice").await,
    );
    let token = one["session"]["access_token"].as_str().unwrap();
    let body = Some(json!({"scope": "global"}));
    emulator
        .bearer(token, "POST", "/v1/auth/sign-out", body)
        .await
        .expect(204);
    let refused = refresh(&emulator, &other["session"]["refresh_token"])
        .await
        .expect(401);
    assert_eq!(refused.code(), "session_revoked");
}

#[tokio::test]
async fn an_expired_token_is_told_from_an_invalid_one() {
    let emulator = Emulator::start().await;
    let session = emulator.sign_in("alice").await["session"].clone();
    let token = session["access_token"].as_str().unwrap();
    emulator
        .control("POST", "/clock", Some(json!({"offset_s": 3_601})))
        .await
        .expect(200);
    let old = emulator
        .bearer(token, "GET", "/v1/auth/me", None)
        .await
        .expect(401);
    assert_eq!(old.code(), "token_expired");
    let bad = emulator
        .bearer("x.y.z", "GET", "/v1/auth/me", None)
        .await
        .expect(401);
    assert_eq!(bad.code(), "invalid_token");
}

#[tokio::test]
async fn a_password_is_changed_with_the_current_one_only() {
    let emulator = Emulator::start().await;
    let session = emulator.sign_in("alice").await["session"].clone();
    let token = session["access_token"].as_str().unwrap();
    let path = "/v1/auth/password/change";
    let wrong = json!({"current_password": "wrong", "new_password": "another long one"});
    let refused = emulator
        .bearer(token, "POST", path, Some(wrong))
        .await
        .expect(401);
    assert_eq!(refused.code(), "invalid_credentials");
    let old = emulator.text("/users/alice/password");
    let right = json!({"current_password": old, "new_password": "another long one"});
    emulator
        .bearer(token, "POST", path, Some(right))
        .await
        .expect(204);
    let body = json!({"email": "alice@example.com", "password": "another long one"});
    emulator.browser("/v1/auth/sign-in", body).await.expect(200);
}

#[tokio::test]
async fn a_forgotten_password_is_reset_once_with_the_mailed_token() {
    let emulator = Emulator::start().await;
    let forgot = "/v1/auth/password/forgot";
    let unknown = emulator
        .browser(forgot, json!({"email": "nobody@example.com"}))
        .await;
    let known = emulator
        .browser(forgot, json!({"email": "bob@example.com"}))
        .await;
    assert_eq!(
        unknown.body, known.body,
        "no hint whether an address is known"
    );
    let token = emulator.message("password_reset").await["content"]["token"].clone();
    let body = json!({"token": token, "new_password": "another long one"});
    let reset = "/v1/auth/password/reset";
    emulator.browser(reset, body.clone()).await.expect(204);
    let again = emulator.browser(reset, body).await.expect(401);
    assert_eq!(again.code(), "invalid_token");
    let body = json!({"email": "bob@example.com", "password": "another long one"});
    emulator.browser("/v1/auth/sign-in", body).await.expect(200);
}

#[tokio::test]
async fn a_magic_link_works_once_and_for_fifteen_minutes() {
    let emulator = Emulator::start().await;
    let send = || emulator.browser("/v1/auth/magic-link", json!({"email": "bob@example.com"}));
    let verify = |token| emulator.browser("/v1/auth/magic-link/verify", json!({"token": token}));
    send().await.expect(200);
    let token = emulator.message("magic_link").await["content"]["token"].clone();
    let answer = verify(token.clone()).await.expect(200);
    assert_eq!(answer.body["user"]["email"], "bob@example.com");
    assert_eq!(verify(token).await.expect(401).code(), "invalid_token");
    send().await.expect(200);
    let late = emulator.message("magic_link").await["content"]["token"].clone();
    emulator
        .control("POST", "/clock", Some(json!({"offset_s": 901})))
        .await
        .expect(200);
    assert_eq!(verify(late).await.expect(401).code(), "token_expired");
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_checked() {
    let emulator = Emulator::start().await;
    let body =
        json!({"email": "carol@example.com", "password": emulator.text("/users/carol/password")});
    let answer = emulator.browser("/v1/auth/sign-in", body).await.expect(403);
    assert_eq!(answer.code(), "mfa_required");
    let error = &answer.body["error"];
    assert_eq!(error["available_factors"][0]["type"], "totp");
    let try_code = |code: Value| {
        let body = json!({"challenge_id": error["challenge_id"], "code": code});
        emulator.browser("/v1/mfa/verify", body)
    };
    let wrong = try_code(json!("000000x")).await.expect(401);
    assert_eq!(wrong.code(), "invalid_credentials");
    let code = emulator.control("POST", "/totp", None).await.body["code"].clone();
    let signed_in = try_code(code.clone()).await.expect(200);
    let token = signed_in.body["session"]["access_token"].as_str().unwrap();
    let claims = verified(&emulator, token).await.expect("verifies");
    assert_eq!(claims["mfa_verified"], true);
    assert_eq!(try_code(code).await.expect(401).code(), "invalid_token");
}

#[tokio::test]
async fn social_sign_in_checks_the_code_verifier() {
    let emulator = Emulator::start().await;
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let path = format!(
        "/v1/auth/oauth/github/authorize?redirect_uri=http://127.0.0.1/cb&state=s%26t&code_challenge={challenge}&code_challenge_method=S256"
    );
    for (sent, status) in [("another-verifier", 400), (verifier, 200)] {
        let redirect = emulator.send("GET", &path, &[], None).await.expect(302);
        let location = redirect.header("location").expect("a location");
        let code = location
            .strip_prefix("http://127.0.0.1/cb?code=")
            .and_then(|rest| rest.strip_suffix("&state=s%26t"))
            .expect("code and state");
        let body =
            json!({"code": code, "code_verifier": sent, "redirect_uri": "http://127.0.0.1/cb"});
        let callback = "/v1/auth/oauth/github/callback";
        let answer = emulator
            .send("POST", callback, &[], Some(body))
            .await
            .expect(status);
        if status == 200 {
            assert_eq!(answer.body["user"]["email"], "github.user@example.com");
        } else {
            assert_eq!(answer.code(), "invalid_grant");
        }
    }
    let plain = path.replace("S256", "plain");
    let refused = emulator.send("GET", &plain, &[], None).await.expect(422);
    assert_eq!(refused.code(), "validation_error");
}
