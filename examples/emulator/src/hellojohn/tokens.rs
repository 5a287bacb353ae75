//! Access tokens: their claims, making them and checking them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, Validation};
use serde_json::{Map, Value, json};

use super::{
    HelloJohn,
    errors::{ApiError, Outcome},
    keys::Key,
    records::{Session, User},
    store::Store,
};
use crate::locked;

/// Claims of a token.
pub(crate) type Claims = Map<String, Value>;

/// A token in compact form: `header.payload.signature`.
pub(crate) fn compact(header: &Value, claims: &Claims, key: &Key) -> Outcome<String> {
    let input = signing_input(header, claims);
    let signature = key
        .sign(input.as_bytes())
        .map_err(|_| ApiError::internal("The token could not be signed"))?;
    Ok(format!("{input}.{signature}"))
}

/// `header.payload`, what a signature covers (RFC 7515 §5.1).
pub(crate) fn signing_input(header: &Value, claims: &Claims) -> String {
    let claims = Value::Object(claims.clone());
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    )
}

/// The header of a token signed by `kid`.
pub(crate) fn header(kid: &str) -> Value {
    json!({"alg": "EdDSA", "kid": kid, "typ": "JWT"})
}

impl HelloJohn {
    /// The claims of a user's access token.
    pub(crate) fn claims(
        &self,
        store: &Store,
        user: &User,
        session: &Session,
        ttl_s: i64,
    ) -> Claims {
        let now = self.world.clock.now_s();
        let membership = store.first_membership(&user.id);
        let mut claims = Claims::new();
        let mut set = |name: &str, value: Value| claims.insert(name.to_owned(), value);
        set("iss", json!(self.world.origin));
        set("sub", json!(user.id));
        set("aud", json!(user.tenant_id));
        set("iat", json!(now));
        set("exp", json!(now.saturating_add(ttl_s)));
        set("jti", json!(self.world.ids.next("jti_")));
        set("tenant_id", json!(user.tenant_id));
        set("session_id", json!(session.id));
        set("email", json!(user.email));
        set("email_verified", json!(user.email_verified));
        set("name", json!(user.name));
        set("role", json!(user.role));
        set("mfa_verified", json!(session.mfa_verified));
        set(
            "org_id",
            json!(membership.map(|member| &member.organization_id)),
        );
        if let Some(member) = membership {
            set("org_role", json!(member.role));
        }
        set("custom_claims", user.public_metadata.clone());
        claims
    }

    /// Signs claims with the current key.
    pub(crate) fn signed(&self, claims: &Claims) -> Outcome<String> {
        let keys = locked(&self.keys);
        let key = keys
            .signing()
            .ok_or_else(|| ApiError::internal("Every signing key was withdrawn"))?;
        compact(&header(&key.kid), claims, key)
    }

    /// The claims of an access token that is genuine and current. Whether its
    /// session still lives is not checked here.
    pub(crate) fn checked(&self, token: &str) -> Outcome<Claims> {
        let invalid = || ApiError::unauthenticated("invalid_token", "The token is not valid");
        let kid = jsonwebtoken::decode_header(token)
            .ok()
            .and_then(|header| header.kid)
            .ok_or_else(invalid)?;
        let key = locked(&self.keys).find(&kid).map(Key::verifying);
        let mut validation = Validation::new(Algorithm::EdDSA);
        // The emulator's clock may be shifted, so the time is compared below.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_issuer(&[&self.world.origin]);
        let data = jsonwebtoken::decode::<Claims>(token, &key.ok_or_else(invalid)?, &validation)
            .map_err(|_| invalid())?;
        let expires = data.claims.get("exp").and_then(Value::as_i64);
        match expires {
            None => Err(invalid()),
            Some(exp) if exp <= self.world.clock.now_s() => Err(ApiError::unauthenticated(
                "token_expired",
                "The token has expired",
            )),
            Some(_) => Ok(data.claims),
        }
    }
}
