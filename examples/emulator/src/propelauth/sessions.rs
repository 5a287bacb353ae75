//! The endpoints below the auth URL that browsers and servers of their pages call.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use serde_json::{Value, json};

use super::{
    PropelAuth,
    answers::{Outcome, Refusal, json_of},
    fields::{Fields, Params},
    store::{Session, Store, User, hex},
    tokens,
};

type Project = State<Arc<PropelAuth>>;

/// The cookie that holds a browser's refresh token.
pub(crate) const COOKIE: &str = "refresh_token";

const SIGNED_OUT: Refusal = Refusal::plain(StatusCode::UNAUTHORIZED, "Unauthorized");
const TTL_S: i64 = 1_800;

/// Signs a user in and gives the refresh token.
pub(crate) fn sign_in(pa: &PropelAuth, name: &str) -> Result<String, Refusal> {
    let mut store = pa.store();
    let user = store.known_as(name).ok_or_else(Refusal::not_found)?;
    let user_id = user.id().to_owned();
    let refresh_token = format!("rt_{}", hex(&pa.world));
    store.sessions.push(Session {
        user_id,
        refresh_token: refresh_token.clone(),
    });
    Ok(refresh_token)
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then(|| value.to_owned())
    })
}

fn of_token<'a>(store: &'a Store, token: Option<&str>) -> Option<&'a User> {
    let token = token?;
    let mut sessions = store.sessions.iter();
    let session = sessions.find(|session| session.refresh_token == token)?;
    store.user(&session.user_id).ok()
}

fn fresh(
    pa: &PropelAuth,
    store: &Store,
    user: &User,
    active: Option<&str>,
) -> Result<Value, Refusal> {
    let claims = tokens::claims(pa, store, user, active, TTL_S)?;
    Ok(json!({
        "access_token": tokens::signed(pa, &claims)?,
        "expires_at_seconds": claims["exp"],
    }))
}

/// GET `/api/v1/refresh_token`
pub(crate) async fn refresh(State(pa): Project, headers: HeaderMap, params: Params) -> Outcome {
    let store = pa.store();
    let user = of_token(&store, cookie(&headers).as_deref()).ok_or(SIGNED_OUT)?;
    let mut answer = fresh(&pa, &store, user, params.text("active_org_id"))?;
    answer["user"] = store.shown(user, false);
    answer["org_id_to_org_member_info"] = Value::Object(store.member_infos(user.id()));
    json_of(answer)
}

/// POST `/api/v1/logout`
pub(crate) async fn logout(State(pa): Project, headers: HeaderMap) -> Outcome {
    let token = cookie(&headers).unwrap_or_default();
    pa.store()
        .sessions
        .retain(|session| session.refresh_token != token);
    json_of(json!({"redirect_to": format!("{}/login", pa.world.origin)}))
}

/// POST `/api/backend/v1/refresh_token`
pub(crate) async fn exchange(State(pa): Project, params: Params, fields: Fields) -> Outcome {
    let token = fields.required("refresh_token")?;
    let store = pa.store();
    let user = of_token(&store, Some(&token));
    let user = user.ok_or_else(|| Refusal::field("refresh_token", "is not valid"))?;
    let access = fresh(&pa, &store, user, params.text("active_org_id"))?;
    json_of(json!({"refresh_token": token, "access_token": access}))
}

/// POST `/propelauth/ssr/token`: every code is a user's name.
pub(crate) async fn code(State(pa): Project, fields: Fields) -> Outcome {
    let (name, _) = (fields.required("code")?, fields.required("redirect_uri")?);
    let wrong = |_| Refusal::field("code", "is not valid");
    let refresh_token = sign_in(&pa, &name).map_err(wrong)?;
    let store = pa.store();
    let user = of_token(&store, Some(&refresh_token)).ok_or(SIGNED_OUT)?;
    let access = fresh(&pa, &store, user, None)?;
    json_of(json!({"access_token": access["access_token"], "refresh_token": refresh_token}))
}

/// GET `/propelauth/oauth/userinfo`
pub(crate) async fn user_info(State(pa): Project, headers: HeaderMap) -> Outcome {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = value.and_then(|value| value.strip_prefix("Bearer "));
    let user_id = token
        .and_then(|token| subject(&pa, token))
        .ok_or(SIGNED_OUT)?;
    let store = pa.store();
    let user = store.user(&user_id).map_err(|_| SIGNED_OUT)?;
    json_of(store.shown(user, true))
}

/// The subject of a token whose signature is ours: the same bytes sign to the same signature
/// (RFC 8017 §8.2).
fn subject(pa: &PropelAuth, token: &str) -> Option<String> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let (input, signature) = token.rsplit_once('.')?;
    let ours = pa
        .key()
        .sign(input.as_bytes(), jsonwebtoken::Algorithm::RS256)
        .ok()?;
    let payload = URL_SAFE_NO_PAD.decode(input.split_once('.')?.1).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    let current = claims["exp"].as_i64()? > pa.world.clock.now_s();
    (ours == signature && current).then(|| claims["sub"].as_str().map(str::to_owned))?
}
