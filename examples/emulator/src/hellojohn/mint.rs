//! Tokens to order, the bad ones included, for tests of a verifier.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::Sha256;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};

use super::{
    HelloJohn,
    errors::{ApiError, Outcome},
    keys::Key,
    records::Session,
    tokens::{self, Claims},
};
use crate::locked;

/// What the token should be like; everything may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Order {
    /// Whose token: a seeded name, an id or an e-mail. Default alice.
    user: Option<String>,
    /// Sets claims; null removes one. Applied last.
    claims: Map<String, Value>,
    /// Seconds until `exp`; negative for an expired token. Default 3600.
    expires_in: Option<i64>,
    /// `kid` of the header. A published key signs; for an unknown name the
    /// current key does.
    kid: Option<String>,
    /// `tenant_id` and `aud`.
    tenant: Option<String>,
    /// `role`.
    role: Option<String>,
    /// Sets header members; null removes one.
    header: Map<String, Value>,
    /// How the token is spoilt.
    tamper: Option<Tamper>,
}

/// How a token is spoilt.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Tamper {
    /// `alg` is `none`, the signature empty.
    AlgNone,
    /// `alg` is `HS256`, the MAC key is the public key's bytes.
    Hs256,
    /// Only unused bits of the last signature character differ.
    PaddingBits,
    /// The payload was changed after signing.
    Payload,
    /// One character of the signature differs.
    Signature,
    /// Signed by a key that is not published, under the current `kid`.
    WrongKey,
}

/// Makes the token.
pub(crate) fn mint(hj: &HelloJohn, order: Order) -> Outcome<Value> {
    let mut claims = claims(hj, &order)?;
    apply(&mut claims, &order.claims);
    let (key, header_kid) = key(hj, order.kid.as_deref())?;
    let mut header = tokens::header(&header_kid);
    if let Value::Object(members) = &mut header {
        apply(members, &order.header);
    }
    let token = match order.tamper {
        Some(tamper) => spoilt(hj, tamper, &key, header.clone(), &claims)?,
        None => tokens::compact(&header, &claims, &key)?,
    };
    Ok(json!({"token": token, "kid": header_kid, "header": header, "claims": claims}))
}

fn claims(hj: &HelloJohn, order: &Order) -> Outcome<Claims> {
    let store = hj.store();
    let tenant_id = hj.seeded().tenant_id;
    let wanted = order.user.as_deref().unwrap_or("alice");
    let user = store
        .users
        .iter()
        .filter(|user| user.tenant_id == tenant_id || user.id == wanted)
        .find(|user| {
            user.id == wanted || user.email == wanted || user.username.as_deref() == Some(wanted)
        })
        .ok_or_else(|| ApiError::not_found("user_not_found"))?;
    let now = hj.world.clock.now_ms();
    let session = Session {
        id: hj.world.ids.next_aside("ses_"),
        user_id: user.id.clone(),
        tenant_id: user.tenant_id.clone(),
        user_agent: None,
        mfa_verified: false,
        refresh_token: String::new(),
        spent_refresh_tokens: Vec::new(),
        created_ms: now,
        last_active_ms: now,
        expires_ms: now,
        revoked_ms: None,
    };
    let mut claims = hj.claims(&store, user, &session, order.expires_in.unwrap_or(3_600));
    if let Some(tenant) = &order.tenant {
        claims.insert("tenant_id".into(), json!(tenant));
        claims.insert("aud".into(), json!(tenant));
    }
    if let Some(role) = &order.role {
        claims.insert("role".into(), json!(role));
    }
    Ok(claims)
}

fn apply(target: &mut Map<String, Value>, changes: &Map<String, Value>) {
    for (name, value) in changes {
        if value.is_null() {
            target.remove(name);
        } else {
            target.insert(name.clone(), value.clone());
        }
    }
}

fn key(hj: &HelloJohn, kid: Option<&str>) -> Outcome<(Key, String)> {
    let keys = locked(&hj.keys);
    let found = kid.and_then(|kid| keys.find(kid)).or(keys.signing());
    let key = found
        .cloned()
        .ok_or_else(|| ApiError::internal("Every signing key was withdrawn"))?;
    let name = kid.map_or_else(|| key.kid.clone(), str::to_owned);
    Ok((key, name))
}

fn spoilt(
    hj: &HelloJohn,
    tamper: Tamper,
    key: &Key,
    mut header: Value,
    claims: &Claims,
) -> Outcome<String> {
    let set_alg = |header: &mut Value, alg: &str| {
        if let Value::Object(members) = header {
            members.insert("alg".into(), json!(alg));
        }
    };
    Ok(match tamper {
        Tamper::AlgNone => {
            set_alg(&mut header, "none");
            format!("{}.", tokens::signing_input(&header, claims))
        }
        Tamper::Hs256 => {
            set_alg(&mut header, "HS256");
            let input = tokens::signing_input(&header, claims);
            let mac = mac(&key.public_bytes(), input.as_bytes());
            format!("{input}.{mac}")
        }
        Tamper::PaddingBits => with_last_letter_changed(&tokens::compact(&header, claims, key)?),
        Tamper::Payload => {
            let token = tokens::compact(&header, claims, key)?;
            let mut other = claims.clone();
            other.insert("role".into(), json!("super_admin"));
            let signature = token.rsplit('.').next().unwrap_or_default();
            format!("{}.{signature}", tokens::signing_input(&header, &other))
        }
        Tamper::Signature => with_signature_changed(&tokens::compact(&header, claims, key)?),
        Tamper::WrongKey => {
            let stranger = Key::new(key.kid.clone(), hj.world.ids.named_bytes("wrong key"));
            tokens::compact(&header, claims, &stranger)?
        }
    })
}

fn mac(key: &[u8], message: &[u8]) -> String {
    // HMAC takes keys of every length (RFC 2104 §2), so this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(message);
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// 64 bytes leave four unused bits in the last of 86 characters: `A` (000000)
/// and `B` (000001) stand for the same byte, `Q` and `R` as well, and so on.
fn with_last_letter_changed(token: &str) -> String {
    let mut token = token.to_owned();
    let twin = match token.pop() {
        Some('A') => 'B',
        Some('Q') => 'R',
        Some('g') => 'h',
        _ => 'x',
    };
    token.push(twin);
    token
}

fn with_signature_changed(token: &str) -> String {
    let (input, signature) = token.rsplit_once('.').unwrap_or((token, ""));
    let mut letters = signature.chars();
    let first = match letters.next() {
        Some('A') => 'B',
        _ => 'A',
    };
    format!("{input}.{first}{}", letters.as_str())
}
