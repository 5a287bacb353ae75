//! Tokens to order, the bad ones included, for the providers with a [`Ring`] of keys.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::Sha256;

use crate::{
    signing_keys::{Key, Ring},
    world::{Ids, World},
};

/// Claims of a token.
pub(crate) type Claims = Map<String, Value>;

/// What the token should be like; everything may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Order {
    /// Whose token; what names are known is the provider's business.
    pub(crate) user: Option<String>,
    /// Which of several kinds of token; the provider's business, too.
    pub(crate) kind: Option<String>,
    /// Seconds until `exp`; negative for an expired token.
    pub(crate) expires_in: Option<i64>,
    /// Sets claims; null removes one. Applied last.
    pub(crate) claims: Claims,
    /// Sets header members; null removes one.
    pub(crate) header: Claims,
    /// `kid` of the header. A published key signs; for an unknown name the current key does.
    pub(crate) kid: Option<String>,
    /// How the token is spoilt.
    pub(crate) tamper: Option<Tamper>,
}

/// How a token is spoilt.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tamper {
    /// `alg` is `none`, the signature empty.
    AlgNone,
    /// `alg` is `HS256`, the MAC key is the public key.
    Hs256,
    /// Only unused bits of the last signature character differ. Those of ES512 have none.
    PaddingBits,
    /// The payload was changed after signing.
    Payload,
    /// One character of the signature differs.
    Signature,
    /// Signed by a key that is not published, under the current `kid`.
    WrongKey,
}

/// A header for tokens of a ring.
pub(crate) fn header(ring: &Ring, typ: &str, kid: &str) -> Claims {
    let members = json!({"alg": ring.kind().name(), "typ": typ, "kid": kid});
    members.as_object().cloned().unwrap_or_default()
}

/// A good token.
pub(crate) fn compact(ring: &Ring, typ: &str, claims: &Claims) -> Option<String> {
    let key = ring.key(None)?;
    Some(signed(key, &header(ring, typ, &key.kid), claims))
}

/// The token that was ordered, with what is in it; none after every key was withdrawn.
pub(crate) fn mint(
    ring: &Ring,
    ids: &Ids,
    typ: &str,
    mut claims: Claims,
    order: &Order,
) -> Option<Value> {
    let key = ring.key(order.kid.as_deref())?;
    let kid = order.kid.as_deref().unwrap_or(&key.kid);
    let mut header = header(ring, typ, kid);
    apply(&mut header, &order.header);
    apply(&mut claims, &order.claims);
    let token = match order.tamper {
        None => signed(key, &header, &claims),
        Some(tamper) => spoilt(tamper, key, ids, &mut header, &claims),
    };
    Some(json!({"token": token, "kid": kid, "header": header, "claims": claims}))
}

fn apply(target: &mut Claims, changes: &Claims) {
    for (name, value) in changes {
        if value.is_null() {
            target.remove(name);
        } else {
            target.insert(name.clone(), value.clone());
        }
    }
}

/// `header.payload`, what a signature covers (RFC 7515 §5.1).
pub(crate) fn input(header: &Claims, claims: &Claims) -> String {
    let part = |part: &Claims| URL_SAFE_NO_PAD.encode(Value::Object(part.clone()).to_string());
    format!("{}.{}", part(header), part(claims))
}

fn signed(key: &Key, header: &Claims, claims: &Claims) -> String {
    let input = input(header, claims);
    let signature = key.sign(input.as_bytes());
    format!("{input}.{signature}")
}

fn spoilt(tamper: Tamper, key: &Key, ids: &Ids, header: &mut Claims, claims: &Claims) -> String {
    match tamper {
        Tamper::AlgNone => {
            header.insert("alg".into(), json!("none"));
            format!("{}.", input(header, claims))
        }
        Tamper::Hs256 => {
            header.insert("alg".into(), json!("HS256"));
            let input = input(header, claims);
            let mac = mac(&key.mac_key(), input.as_bytes());
            format!("{input}.{mac}")
        }
        Tamper::PaddingBits => with_last_letter_changed(signed(key, header, claims)),
        Tamper::Payload => {
            let token = signed(key, header, claims);
            let mut other = claims.clone();
            other.insert("sub".into(), json!("somebody-else"));
            let signature = token.rsplit('.').next().unwrap_or_default();
            format!("{}.{signature}", input(header, &other))
        }
        Tamper::Signature => with_signature_changed(&signed(key, header, claims)),
        Tamper::WrongKey => signed(&key.stranger(ids), header, claims),
    }
}

/// The token with one letter of its signature changed: the tenth, for the first ones of an ES512
/// signature may stand for zero bits.
pub(crate) fn with_signature_changed(token: &str) -> String {
    let (input, signature) = token.rsplit_once('.').unwrap_or((token, ""));
    let (start, rest) = signature.split_at(signature.len().min(10));
    let letter = if rest.starts_with('A') { 'B' } else { 'A' };
    let rest = rest.get(1..).unwrap_or_default();
    format!("{input}.{start}{letter}{rest}")
}

/// Four bits of the last letter are unused where one byte is left over: `A` (000000) and `B`
/// (000001) stand for the same byte, `Q` and `R` as well, and so on.
fn with_last_letter_changed(mut token: String) -> String {
    let twin = match token.pop() {
        Some('A') => 'B',
        Some('Q') => 'R',
        Some('g') => 'h',
        _ => 'x',
    };
    token.push(twin);
    token
}

/// HMAC-SHA256 as a signature segment.
pub(crate) fn mac(key: &[u8], message: &[u8]) -> String {
    // HMAC takes keys of every length (RFC 2104 §2), so this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(message);
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// The claims of a token that a published key signed and that is valid now.
pub(crate) fn verified(ring: &Ring, world: &World, token: &str) -> Option<Claims> {
    let claims = genuine(ring, token)?;
    (claims.get("exp")?.as_i64()? > world.clock.now_s()).then_some(claims)
}

/// The claims of a token that a published key signed, whenever that was.
pub(crate) fn genuine(ring: &Ring, token: &str) -> Option<Claims> {
    let (input, signature) = token.rsplit_once('.')?;
    let (header, payload) = input.split_once('.')?;
    let object = |part: &str| -> Option<Claims> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
    };
    let header = object(header)?;
    let alg = header.get("alg")?.as_str()?;
    let kid = header.get("kid")?.as_str()?;
    let good = alg == ring.kind().name() && ring.verifies(kid, input.as_bytes(), signature);
    object(payload).filter(|_| good)
}
