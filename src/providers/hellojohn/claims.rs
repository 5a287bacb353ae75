//! The user that a verified payload describes.

use crate::error::{Demand, TokenError};
use crate::json::{Json, Members};
use crate::options::is_word_of;
use crate::providers::principal::{Kind, Row, read};

type Claims = Members;

/// The caller that a verified token describes. Claims of the wrong type count as absent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct User {
    /// The user's id.
    pub sub: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The tenant, from `tenant_id` or `tid`.
    pub tenant_id: Option<String>,
    /// The role, from `role` or a `roles` of one element.
    pub role: Option<String>,
    /// The roles, from `roles` or `role`.
    pub roles: Vec<String>,
    /// The permissions, from `permissions` or `perms`.
    pub permissions: Vec<String>,
    /// The scopes, from `scp`, `scope` or `scopes`.
    pub scopes: Vec<String>,
    /// Custom claims from all places where they may stand.
    pub custom_claims: Members,
    /// The session, from `session_id` or `sid`.
    pub session_id: Option<String>,
    /// The active organization.
    pub org_id: Option<String>,
    /// The role in it.
    pub org_role: Option<String>,
    /// Whether the e-mail address is verified.
    pub email_verified: Option<bool>,
    /// Whether a second factor was used.
    pub mfa_verified: Option<bool>,
    /// The display name.
    pub name: Option<String>,
    /// The OAuth client.
    pub client_id: Option<String>,
    /// Public metadata.
    pub public_metadata: Option<Json>,
    /// The issuer.
    pub iss: Option<String>,
    /// The audience as it stands in the token.
    pub aud: Option<Json>,
    /// When the token was made, in seconds.
    pub iat: Option<Json>,
    /// From when it is valid, in seconds.
    pub nbf: Option<Json>,
    /// Until when it is valid, in seconds.
    pub exp: Option<Json>,
    /// The whole payload.
    pub raw: Members,
}

impl User {
    /// Reads a verified payload.
    ///
    /// Roles, permissions and the like are never taken from custom areas. The one exception
    /// is the open-source server's `custom["{iss}/claims/sys"]`, where `system_claims` asks
    /// for it: it fills roles and permissions that are not there otherwise.
    ///
    /// # Security
    ///
    /// It checks nothing. `system_claims` is sound only where the issuer was checked.
    pub fn from_claims(claims: Claims, system_claims: bool) -> Self {
        let mut view = view(claims, system_claims);
        let mut take = |name| view.remove(name).filter(|value| !value.is_null());
        let mut text = |name| match take(name) {
            Some(Json::String(text)) => Some(text),
            _ => None,
        };
        let (sub, email, tenant_id) = (text("sub"), text("email"), text("tenantId"));
        let (role, session_id) = (text("role"), text("sessionId"));
        let (org_id, org_role) = (text("orgId"), text("orgRole"));
        let (name, client_id, iss) = (text("name"), text("clientId"), text("iss"));
        let mut texts = |name| take(name).as_ref().and_then(owned_texts);
        let (roles, permissions) = (texts("roles"), texts("permissions"));
        let scopes = texts("scopes");
        let mut members = |name| match take(name) {
            Some(Json::Object(members)) => members,
            _ => Members::new(),
        };
        let (custom_claims, raw) = (members("customClaims"), members("raw"));
        Self {
            sub: sub.unwrap_or_default(),
            email,
            tenant_id,
            role,
            roles: roles.unwrap_or_default(),
            permissions: permissions.unwrap_or_default(),
            scopes: scopes.unwrap_or_default(),
            custom_claims,
            session_id,
            org_id,
            org_role,
            email_verified: take("emailVerified").and_then(|flag| flag.as_bool()),
            mfa_verified: take("mfaVerified").and_then(|flag| flag.as_bool()),
            name,
            client_id,
            public_metadata: take("publicMetadata"),
            iss,
            aud: take("aud"),
            iat: take("iat"),
            nbf: take("nbf"),
            exp: take("exp"),
            raw,
        }
    }

    /// The user as JSON with camelCase names.
    pub fn json(&self) -> Json {
        let text = |value: &Option<String>| value.clone().into();
        Json::object([
            ("sub", self.sub.as_str().into()),
            ("email", text(&self.email)),
            ("tenantId", text(&self.tenant_id)),
            ("role", text(&self.role)),
            ("roles", self.roles.clone().into()),
            ("permissions", self.permissions.clone().into()),
            ("scopes", self.scopes.clone().into()),
            ("customClaims", self.custom_claims.clone().into()),
            ("sessionId", text(&self.session_id)),
            ("orgId", text(&self.org_id)),
            ("orgRole", text(&self.org_role)),
            ("emailVerified", self.email_verified.into()),
            ("mfaVerified", self.mfa_verified.into()),
            ("name", text(&self.name)),
            ("clientId", text(&self.client_id)),
            ("publicMetadata", self.public_metadata.clone().into()),
            ("iss", text(&self.iss)),
            ("aud", self.aud.clone().into()),
            ("iat", self.iat.clone().into()),
            ("nbf", self.nbf.clone().into()),
            ("exp", self.exp.clone().into()),
            ("raw", self.raw.clone().into()),
        ])
    }
}

/// Demands a role, exactly as it is spelled.
///
/// With `owner_passes`, an `owner` passes where `admin` is demanded, as in some of the
/// provider's own samples; the default there is exact equality.
///
/// # Errors
///
/// [`TokenError::Forbidden`] when the role is another one or none.
pub fn require_role(
    held: Option<&str>,
    wanted: &str,
    owner_passes: bool,
) -> Result<(), TokenError> {
    let passes = match held {
        Some(held) => held == wanted || (owner_passes && held == "owner" && wanted == "admin"),
        None => false,
    };
    if passes && !wanted.is_empty() {
        Ok(())
    } else {
        Err(TokenError::Forbidden(Demand::Role))
    }
}

/// Demands a role within the active organization: `org_role`, or `role` where an
/// organization is active and no `org_role` is given.
///
/// # Errors
///
/// [`TokenError::Forbidden`] when the role is another one or none.
pub fn require_org_role(
    org_id: Option<&str>,
    org_role: Option<&str>,
    role: Option<&str>,
    wanted: &str,
) -> Result<(), TokenError> {
    let in_organization = org_role.or_else(|| org_id.and(role));
    require_role(in_organization, wanted, false)
}

fn owned_texts(value: &Json) -> Option<Vec<String>> {
    let items = value.as_array()?.iter();
    items.map(|item| item.as_str().map(str::to_owned)).collect()
}

/// What callers get of a payload, in their order. Rights that come from several places are
/// completed by [`view`].
const ROWS: &[Row] = &[
    ("sub", Kind::Text, &["sub"]),
    ("email", Kind::Text, &["email"]),
    ("tenantId", Kind::Text, &["tenant_id", "tid"]),
    ("role", Kind::Text, &["role"]),
    ("roles", Kind::Texts, &["roles"]),
    ("permissions", Kind::Texts, &["permissions", "perms"]),
    ("scopes", Kind::Words, &["scp", "scope", "scopes"]),
    ("customClaims", Kind::Object, &[]),
    ("sessionId", Kind::Text, &["session_id", "sid"]),
    ("orgId", Kind::Text, &["org_id", "organization_id", "org"]),
    ("orgRole", Kind::Text, &["org_role"]),
    ("emailVerified", Kind::Flag, &["email_verified"]),
    ("mfaVerified", Kind::Flag, &["mfa_verified"]),
    ("name", Kind::Text, &["name"]),
    ("clientId", Kind::Text, &["client_id"]),
    ("publicMetadata", Kind::Any, &["public_metadata"]),
    ("iss", Kind::Text, &["iss"]),
    ("aud", Kind::Any, &["aud"]),
    ("iat", Kind::Any, &["iat"]),
    ("nbf", Kind::Any, &["nbf"]),
    ("exp", Kind::Any, &["exp"]),
];

/// The same in the open-source server's own claim.
const SYSTEM: &[Row] = &[
    ("roles", Kind::Texts, &["roles"]),
    ("permissions", Kind::Texts, &["perms"]),
];

/// The user that a payload describes, as JSON with camelCase names; see [`User::from_claims`].
pub(super) fn view(claims: Claims, system_claims: bool) -> Members {
    let mut user = read(ROWS, &claims);
    let system = system_of(&claims).filter(|_| system_claims);
    let mut system = system.map_or_else(Members::new, |system| read(SYSTEM, system));
    if let Some(Json::String(role)) = user.get("role") {
        system.insert("roles", vec![role.as_str()]);
    }
    for name in ["roles", "permissions", "scopes"] {
        complete(&mut user, name, system.remove(name).unwrap_or(Json::Null));
        complete(&mut user, name, Json::Array(Vec::new()));
    }
    if let Some([one]) = user.get("roles").and_then(Json::as_array) {
        let sole = one.clone();
        complete(&mut user, "role", sole);
    }
    complete(&mut user, "sub", "".into());
    user.insert("customClaims", custom_claims(&claims));
    user.insert("raw", claims);
    user
}

/// Fills a member that nothing has filled.
fn complete(user: &mut Members, name: &str, value: Json) {
    if let Some(empty @ Json::Null) = user.get_mut(name) {
        *empty = value;
    }
}

fn system_of(claims: &Claims) -> Option<&Members> {
    let issuer = claims.get("iss")?.as_str()?;
    let name = [issuer, "/claims/sys"].concat();
    claims.get("custom")?.get(&name)?.as_object()
}

/// Names that are never custom claims: HelloJohn's own and those registered for JWT
/// (RFC 7519 §4.1) and OpenID Connect (Core 1.0 §2, §5.1).
const OWN_NAMES: &str = "\
    acr act address amr at_hash aud auth_time azp birthdate c_hash client_id cnf custom \
    custom_claims email email_verified exp family_name gender given_name iat iss jti locale \
    mfa_verified middle_name name nbf nickname nonce org org_id org_role organization_id \
    permissions perms phone_number phone_number_verified picture preferred_username profile \
    public_metadata role roles scope scopes scp session_id sid sub tenant_id tid token_use \
    typ updated_at website zoneinfo";

/// Custom claims of all places; what an earlier place says is not overwritten.
fn custom_claims(claims: &Claims) -> Members {
    let mut merged = Members::new();
    for area in ["custom_claims", "custom"] {
        if let Some(Json::Object(area)) = claims.get(area) {
            merge(&mut merged, area, "");
        }
    }
    merge(&mut merged, claims, OWN_NAMES);
    merged
}

/// Adds the members that are not there yet, but those whose names are among `left_out`.
fn merge(merged: &mut Members, members: &Members, left_out: &str) {
    let is_left_out = is_word_of(left_out);
    for (name, value) in members.iter() {
        if !is_left_out(name) {
            merged.insert_if_absent(name, value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn claims(value: Json) -> Claims {
        value.as_object().cloned().unwrap()
    }

    fn user(value: Json) -> User {
        User::from_claims(claims(value), false)
    }

    #[test]
    fn aliases_resolve_in_their_order() {
        let seen = user(json!({
            "sub": "u", "tid": "t", "sid": "s", "organization_id": "o", "org": "p",
            "roles": ["admin"], "perms": ["a:b"], "scope": "x  y"
        }));
        assert_eq!(seen.tenant_id.as_deref(), Some("t"));
        assert_eq!(seen.session_id.as_deref(), Some("s"));
        assert_eq!(seen.org_id.as_deref(), Some("o"));
        assert_eq!(seen.role.as_deref(), Some("admin"));
        assert_eq!(seen.permissions, ["a:b"]);
        assert_eq!(seen.scopes, ["x", "y"]);
        let seen = user(json!({
            "sub": "u", "tenant_id": "t1", "tid": "t2", "session_id": "s1", "sid": "s2",
            "role": "member", "roles": ["a", "b"], "scp": ["q"]
        }));
        assert_eq!(seen.tenant_id.as_deref(), Some("t1"));
        assert_eq!(seen.session_id.as_deref(), Some("s1"));
        assert_eq!(seen.role.as_deref(), Some("member"));
        assert_eq!(seen.roles, ["a", "b"]);
        assert_eq!(seen.scopes, ["q"]);
        assert_eq!(user(json!({"sub": "u", "roles": ["a", "b"]})).role, None);
        assert_eq!(user(json!({"sub": "u", "role": "x"})).roles, ["x"]);
        assert_eq!(user(json!({"sub": "u", "role": ["admin"]})).role, None);
    }

    #[test]
    fn the_view_of_a_payload_is_its_user_as_json() {
        for payload in [
            json!({}),
            json!({"sub": "u", "roles": ["admin"], "scope": "a b", "plan": "pro", "exp": 1}),
            json!({"sub": 1, "role": "x", "perms": ["p"], "email_verified": true, "aud": ["a"]}),
            json!({"iss": "i", "custom": {"i/claims/sys": {"roles": ["r"], "perms": ["p"]}}}),
        ] {
            for system in [false, true] {
                let seen = Json::Object(view(claims(payload.clone()), system)).to_string();
                let user = User::from_claims(claims(payload.clone()), system);
                assert_eq!(seen, user.json().to_string());
            }
        }
    }

    #[test]
    fn custom_claims_merge_and_the_first_place_wins() {
        let seen = user(json!({
            "sub": "u", "custom_claims": {"a": 1}, "custom": {"a": 2, "b": 2},
            "a": 3, "b": 3, "c": 3, "jti": "j", "public_metadata": {"d": 4}
        }));
        assert_eq!(seen.custom_claims, claims(json!({"a": 1, "b": 2, "c": 3})));
        assert_eq!(seen.public_metadata, Some(json!({"d": 4})));
    }

    #[test]
    fn nothing_that_grants_rights_comes_from_a_custom_area() {
        let grants = json!({
            "role": "admin", "roles": ["admin"], "sub": "x", "tenant_id": "x",
            "org_role": "owner", "permissions": ["*"], "perms": ["*"]
        });
        let seen = user(json!({
            "sub": "u", "custom_claims": grants, "custom": grants, "public_metadata": grants
        }));
        assert_eq!(seen.sub, "u");
        assert_eq!(
            (seen.role, seen.tenant_id, seen.org_role),
            (None, None, None)
        );
        assert!(seen.roles.is_empty() && seen.permissions.is_empty());
    }

    #[test]
    fn system_claims_count_only_when_asked_for_and_of_the_same_issuer() {
        let token = |issuer: &str| {
            claims(json!({
                "sub": "u", "iss": issuer,
                "custom": {"https://a.example/claims/sys": {"roles": ["admin"], "perms": ["x"]}}
            }))
        };
        let asked = User::from_claims(token("https://a.example"), true);
        assert_eq!(asked.roles, ["admin"]);
        assert_eq!(asked.permissions, ["x"]);
        let other = User::from_claims(token("https://b.example"), true);
        assert!(other.roles.is_empty());
        let unasked = User::from_claims(token("https://a.example"), false);
        assert!(unasked.roles.is_empty());
    }

    #[test]
    fn a_role_is_demanded_exactly() {
        assert!(require_role(Some("admin"), "admin", false).is_ok());
        for held in [None, Some("Admin"), Some("owner"), Some("")] {
            let refused = Err(TokenError::Forbidden(Demand::Role));
            assert_eq!(require_role(held, "admin", false), refused, "{held:?}");
        }
        assert!(require_role(Some("owner"), "admin", true).is_ok());
        assert!(require_role(Some("owner"), "editor", true).is_err());
        assert!(require_role(Some(""), "", false).is_err());
    }

    #[test]
    fn an_organization_role_needs_an_organization() {
        assert!(require_org_role(Some("o"), Some("owner"), None, "owner").is_ok());
        assert!(require_org_role(Some("o"), None, Some("owner"), "owner").is_ok());
        assert!(require_org_role(None, None, Some("owner"), "owner").is_err());
        assert!(require_org_role(Some("o"), Some("member"), Some("owner"), "owner").is_err());
    }
}
