//! Social sign-in, with the social provider's consent always given.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    HelloJohn,
    credentials::Caller,
    errors::{ApiError, Outcome},
    events::{Actor, Event},
    fields::{Fields, Params},
    records::{Ticket, TicketKind},
    store::Store,
    users::{self, NewUser},
};

/// How long a code works.
const CODE_LIFETIME_MS: i64 = 600_000;

/// GET `/auth/oauth/{provider}/authorize`
///
/// The emulator's own parameters: `login_hint` says who signs in (default
/// `{provider}.user@example.com`, created when new), `tenant_id` in which tenant.
pub(crate) async fn authorize(
    State(hj): State<Arc<HelloJohn>>,
    Path(provider): Path<String>,
    params: Params,
) -> Outcome {
    let redirect_uri = params.required("redirect_uri")?;
    let state = params.required("state")?;
    let challenge = params.required("code_challenge")?;
    params.required("code_challenge_method")?;
    params.choice("code_challenge_method", &["S256"])?;
    check_redirect_uri(redirect_uri)?;
    let default_tenant = hj.seeded().tenant_id;
    let tenant_id = params.text("tenant_id").unwrap_or(&default_tenant);
    let hint = params.text("login_hint").map(str::to_owned);
    let email = hint.unwrap_or_else(|| format!("{provider}.user@example.com"));
    let mut store = hj.store();
    store.tenant(tenant_id)?;
    let user_id = connected_user(&hj, &mut store, tenant_id, &provider, email)?;
    let code = hj.world.ids.next_secret("oac_");
    store.tickets.push(Ticket {
        kind: TicketKind::OauthCode,
        token: code.clone(),
        tenant_id: tenant_id.to_owned(),
        user_id,
        expires_ms: hj.world.clock.now_ms() + CODE_LIFETIME_MS,
        bound_to: json!({
            "provider": provider,
            "redirect_uri": redirect_uri,
            "code_challenge": challenge,
        }),
    });
    redirect(redirect_uri, &code, state)
}

fn check_redirect_uri(text: &str) -> Outcome<()> {
    let absolute = text
        .parse::<Uri>()
        .is_ok_and(|uri| uri.scheme().is_some() && uri.authority().is_some());
    if absolute && !text.contains('#') {
        return Ok(());
    }
    Err(ApiError::invalid(
        "redirect_uri",
        "must be absolute and without a fragment",
    ))
}

fn redirect(redirect_uri: &str, code: &str, state: &str) -> Outcome<Response> {
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    let location = format!(
        "{redirect_uri}{separator}code={code}&state={}",
        percent_encoded(state)
    );
    let location = HeaderValue::from_str(&location)
        .map_err(|_| ApiError::invalid("redirect_uri", "cannot be sent back"))?;
    let mut response = StatusCode::FOUND.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

/// The user of an address, created and connected to the provider as needed.
fn connected_user(
    hj: &Arc<HelloJohn>,
    store: &mut Store,
    tenant_id: &str,
    provider: &str,
    email: String,
) -> Outcome<String> {
    let known = store
        .user_by_email(tenant_id, &email)
        .map(|user| user.id.clone());
    let user_id = match known {
        Some(id) => id,
        None => {
            let new = NewUser {
                email,
                email_verified: true,
                role: "member".to_owned(),
                ..NewUser::default()
            };
            users::create_in(hj, store, tenant_id, new, Actor::System)?
        }
    };
    let user = store.user_mut(tenant_id, &user_id)?;
    if user.connections.iter().any(|name| name == provider) {
        return Ok(user_id);
    }
    user.connections.push(provider.to_owned());
    let data = json!({"user": user.own_view(), "provider": provider});
    hj.happened(
        store,
        &Event {
            kind: "oauth.connected",
            tenant_id,
            actor: Actor::User(&user_id),
            resource: ("user", &user_id),
            data,
        },
    );
    Ok(user_id)
}

/// POST `/auth/oauth/{provider}/callback`
pub(crate) async fn callback(
    State(hj): State<Arc<HelloJohn>>,
    Path(provider): Path<String>,
    caller: Caller,
    fields: Fields,
) -> Outcome<Json<Value>> {
    let code = fields.required("code")?;
    let verifier = fields.required("code_verifier")?;
    let redirect_uri = fields.required("redirect_uri")?;
    let refused = || ApiError::bad_request("invalid_grant", "The code cannot be exchanged");
    let mut store = hj.store();
    let tenant_id = store
        .tickets
        .iter()
        .find(|ticket| ticket.token == code)
        .map(|ticket| ticket.tenant_id.clone())
        .ok_or_else(refused)?;
    let now = hj.world.clock.now_ms();
    let ticket = store
        .take_ticket(TicketKind::OauthCode, &tenant_id, &code, now)
        .map_err(|_| refused())?;
    let bound_to = json!({
        "provider": provider,
        "redirect_uri": redirect_uri,
        "code_challenge": challenge_of(&verifier),
    });
    if bound_to != ticket.bound_to {
        return Err(refused());
    }
    let user = store.user(&tenant_id, &ticket.user_id)?.clone();
    hj.check_may_sign_in(&user)?;
    hj.open_session(&mut store, &tenant_id, &user.id, &caller, false)
        .map(Json)
}

/// `S256` (RFC 7636 §4.2).
fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636 appendix B.
    #[test]
    fn the_challenge_equals_the_rfc_vector() {
        assert_eq!(
            challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
