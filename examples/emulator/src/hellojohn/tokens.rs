//! Access tokens: their claims, making them and checking them.

use serde_json::{Value, json};

use super::{
    HelloJohn,
    errors::{ApiError, Outcome},
    records::{Session, User},
    store::Store,
};
pub(crate) use crate::minting::Claims;
use crate::{
    locked, minting,
    signing_keys::{Kind, Ring},
    world::Ids,
};

/// The header's `typ`.
pub(crate) const TYP: &str = "JWT";

/// Why no token can be made.
pub(crate) const WITHDRAWN: &str = "Every signing key was withdrawn";

/// The keys at the start.
pub(crate) fn first_ring(ids: &Ids) -> Ring {
    let kid = short(&ids.named_secret("key_", "first key"));
    Ring::new(Kind::EdDsa, "first", kid, ids)
}

/// A name for a new key.
pub(crate) fn next_kid(ids: &Ids) -> String {
    short(&ids.next("key_"))
}

fn short(kid: &str) -> String {
    kid.chars().take(20).collect()
}

/// The key set, as it is published.
pub(crate) fn jwks(ring: &Ring) -> Value {
    ring.jwks(&json!({"use": "sig", "alg": ring.kind().name()}))
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
        minting::compact(&locked(&self.ring), TYP, claims)
            .ok_or_else(|| ApiError::internal(WITHDRAWN))
    }

    /// The claims of an access token that is genuine and current. Whether its
    /// session still lives is not checked here.
    pub(crate) fn checked(&self, token: &str) -> Outcome<Claims> {
        let invalid = || ApiError::unauthenticated("invalid_token", "The token is not valid");
        let claims = minting::genuine(&locked(&self.ring), token).ok_or_else(invalid)?;
        let issuer = claims.get("iss").and_then(Value::as_str);
        if issuer != Some(self.world.origin.as_str()) {
            return Err(invalid());
        }
        match claims.get("exp").and_then(Value::as_i64) {
            None => Err(invalid()),
            Some(exp) if exp <= self.world.clock.now_s() => Err(ApiError::unauthenticated(
                "token_expired",
                "The token has expired",
            )),
            Some(_) => Ok(claims),
        }
    }
}
