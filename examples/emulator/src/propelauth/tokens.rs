//! Access tokens: their claims, making them, spoiling them to order.

use jsonwebtoken::Algorithm;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    PropelAuth,
    answers::Refusal,
    roles,
    store::{Store, User},
};

pub(crate) use crate::minting::Claims;
use crate::minting::{input, mac, with_signature_changed};

/// The claims of a user's token; with an active organization it tells of that one alone.
pub(crate) fn claims(
    pa: &PropelAuth,
    store: &Store,
    user: &User,
    active_org: Option<&str>,
    ttl_s: i64,
) -> Result<Claims, Refusal> {
    let now = pa.world.clock.now_s();
    let mut claims = Claims::new();
    let mut set = |name: &str, value: Value| {
        if !value.is_null() {
            claims.insert(name.to_owned(), value);
        }
    };
    set("sub", json!(user.id()));
    set("user_id", json!(user.id()));
    set("iss", json!(pa.world.origin));
    set("iat", json!(now));
    set("exp", json!(now.saturating_add(ttl_s)));
    for name in [
        "email",
        "first_name",
        "last_name",
        "username",
        "legacy_user_id",
        "properties",
    ] {
        set(name, user.shown[name].clone());
    }
    set("login_method", json!({"login_method": "password"}));
    match active_org {
        None => set(
            "org_id_to_org_member_info",
            Value::Object(store.member_infos(user.id())),
        ),
        Some(org) => {
            let member = store.membership(user.id(), org);
            let info = member.and_then(|member| roles::member_info(store, member));
            let info = info.ok_or_else(|| Refusal::field("active_org_id", "is not the user's"))?;
            set("org_member_info", info);
        }
    }
    Ok(claims)
}

const UNSIGNABLE: Refusal = Refusal::plain(
    axum::http::StatusCode::INTERNAL_SERVER_ERROR,
    "The token could not be signed",
);

/// The claims as a token of the current key.
pub(crate) fn signed(pa: &PropelAuth, claims: &Claims) -> Result<String, Refusal> {
    spoilt(pa, Tamper::Nothing, claims)
}

/// A token to order.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Order {
    /// A user name, an address or an id. Default alice.
    pub(crate) user: Option<String>,
    /// The organization that it is made for.
    pub(crate) active_org_id: Option<String>,
    /// Seconds until it ends. Default half an hour.
    pub(crate) expires_in: Option<i64>,
    /// Claims to set; null removes one.
    pub(crate) claims: Claims,
    /// What is to be wrong with it.
    pub(crate) tamper: Tamper,
}

/// What may be wrong with a token.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tamper {
    AlgNone,
    Hs256,
    #[default]
    Nothing,
    Rs512,
    Signature,
    WrongKey,
}

/// Makes the token.
pub(crate) fn ordered(pa: &PropelAuth, order: &Order) -> Result<Value, Refusal> {
    let store = pa.store();
    let user = store.known_as(order.user.as_deref().unwrap_or("alice"));
    let user = user.ok_or_else(Refusal::not_found)?;
    let seconds = order.expires_in.unwrap_or(1_800);
    let mut claims = claims(pa, &store, user, order.active_org_id.as_deref(), seconds)?;
    for (name, value) in &order.claims {
        claims.insert(name.clone(), value.clone());
    }
    super::accounts::without_nulls(&mut claims);
    let token = spoilt(pa, order.tamper, &claims)?;
    Ok(json!({"token": token, "claims": claims}))
}

fn spoilt(pa: &PropelAuth, tamper: Tamper, claims: &Claims) -> Result<String, Refusal> {
    let alg = match tamper {
        Tamper::AlgNone => "none",
        Tamper::Hs256 => "HS256",
        Tamper::Rs512 => "RS512",
        _ => "RS256",
    };
    let header = json!({"alg": alg, "typ": "JWT"});
    let input = input(&header.as_object().cloned().unwrap_or_default(), claims);
    let (key, algorithm) = match tamper {
        Tamper::WrongKey => (pa.key().other(), Algorithm::RS256),
        Tamper::Rs512 => (pa.key(), Algorithm::RS512),
        _ => (pa.key(), Algorithm::RS256),
    };
    let signature = match tamper {
        Tamper::AlgNone => String::new(),
        Tamper::Hs256 => mac(key.public_pem().as_bytes(), input.as_bytes()),
        _ => key
            .sign(input.as_bytes(), algorithm)
            .map_err(|_| UNSIGNABLE)?,
    };
    let token = format!("{input}.{signature}");
    Ok(match tamper {
        Tamper::Signature => with_signature_changed(&token),
        _ => token,
    })
}
