//! The user that a verified payload describes.

use super::member::{self, OrgMemberInfo, text};
use crate::error::{ClaimReason, TokenError};
use crate::json::{Json, Members};
use crate::providers::principal::{Kind, Row, read};

type Claims = Members;

/// How the user signed in. A word that is not known is handed on as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginMethod {
    /// `password`, `magic_link`, `social_sso`, `saml_sso`, …; `unknown` where the token does
    /// not say.
    pub login_method: String,
    /// The identity provider of `social_sso` and `saml_sso`.
    pub provider: Option<String>,
    /// The organization of `saml_sso`.
    pub org_id: Option<String>,
}

/// The words that this version knows; all others are `unknown`.
const LOGIN_METHODS: [&str; 7] = [
    "email_confirmation_link",
    "generated_from_backend_api",
    "impersonation",
    "magic_link",
    "password",
    "saml_sso",
    "social_sso",
];

/// What callers get of the claim.
const LOGIN_METHOD: &[Row] = &[
    ("loginMethod", Kind::Text, &["login_method"]),
    ("provider", Kind::Text, &["provider"]),
    ("orgId", Kind::Text, &["org_id"]),
];

fn login_method(claim: Option<&Json>) -> Members {
    let nothing = Members::new();
    let claim = claim.and_then(Json::as_object).filter(|claim| {
        let word = claim.get("login_method").and_then(Json::as_str);
        word.is_some_and(|word| LOGIN_METHODS.contains(&word))
    });
    let mut method = read(LOGIN_METHOD, claim.unwrap_or(&nothing));
    if claim.is_none() {
        method.insert("loginMethod", "unknown");
    }
    method
}

/// The caller that a verified token describes. An optional claim of the wrong type counts as
/// absent; one that grants rights must be as it should.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct User {
    /// The user's id.
    pub user_id: String,
    /// The e-mail address.
    pub email: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The user name.
    pub username: Option<String>,
    /// The id that the user had in another system.
    pub legacy_user_id: Option<String>,
    /// Who acts as this user, where somebody else does.
    pub impersonator_user_id: Option<String>,
    /// The product's own properties of the user.
    pub properties: Option<Members>,
    /// Metadata of older projects.
    pub metadata: Option<Members>,
    /// How the user signed in.
    pub login_method: LoginMethod,
    /// The organization that the token was made for.
    pub active_org_id: Option<String>,
    /// The memberships, those without a role left out; `None` where the token says nothing
    /// of organizations.
    pub members: Option<Vec<OrgMemberInfo>>,
    /// The whole payload.
    pub raw: Claims,
}

impl User {
    /// Reads a payload.
    ///
    /// With an active organization (`org_member_info`) the user is a member of that one alone,
    /// whatever else the token says.
    ///
    /// # Errors
    ///
    /// A claim error for a missing or empty `user_id`, one that is not `sub`, and for
    /// memberships that are not as they must be.
    ///
    /// # Security
    ///
    /// It checks neither signature nor times.
    pub fn from_claims(claims: Claims) -> Result<Self, TokenError> {
        let mut view = view(claims)?;
        let method = members(view.remove("loginMethod")).unwrap_or_default();
        let orgs = members(view.remove("orgIdToOrgMemberInfo"));
        let of_org = |(_, org)| members(Some(org)).as_ref().map(OrgMemberInfo::of);
        Ok(Self {
            user_id: text(&view, "userId").unwrap_or_default(),
            email: text(&view, "email"),
            first_name: text(&view, "firstName"),
            last_name: text(&view, "lastName"),
            username: text(&view, "username"),
            legacy_user_id: text(&view, "legacyUserId"),
            impersonator_user_id: text(&view, "impersonatorUserId"),
            properties: members(view.remove("properties")),
            metadata: members(view.remove("metadata")),
            login_method: LoginMethod {
                login_method: text(&method, "loginMethod").unwrap_or_default(),
                provider: text(&method, "provider"),
                org_id: text(&method, "orgId"),
            },
            active_org_id: text(&view, "activeOrgId"),
            members: orgs.map(|orgs| orgs.into_iter().filter_map(of_org).collect()),
            raw: members(view.remove("raw")).unwrap_or_default(),
        })
    }

    /// Whether somebody else acts as this user.
    pub fn is_impersonated(&self) -> bool {
        self.impersonator_user_id.is_some()
    }

    /// The membership in the active organization.
    pub fn active_org(&self) -> Option<&OrgMemberInfo> {
        self.org(self.active_org_id.as_deref()?)
    }

    /// The membership in the organization of this id.
    pub fn org(&self, org_id: &str) -> Option<&OrgMemberInfo> {
        member::of_org(self.orgs(), org_id)
    }

    /// The membership in the organization of this name: compared with its name, then with the
    /// form for URLs, then in that form itself. `None` where several have it.
    pub fn org_by_name(&self, name: &str) -> Option<&OrgMemberInfo> {
        member::of_org_named(self.orgs(), name)
    }

    /// Every membership.
    pub fn orgs(&self) -> &[OrgMemberInfo] {
        self.members.as_deref().unwrap_or_default()
    }

    /// One of the product's own properties.
    pub fn user_property(&self, name: &str) -> Option<&Json> {
        self.properties.as_ref()?.get(name)
    }

    /// Whether the user has this very role in an organization.
    pub fn is_role_in_org(&self, org_id: &str, role: &str) -> bool {
        self.org(org_id).is_some_and(|org| org.user_is_role(role))
    }

    /// Whether the user has this role, or one that contains it, in an organization.
    pub fn is_at_least_role_in_org(&self, org_id: &str, role: &str) -> bool {
        self.org(org_id)
            .is_some_and(|org| org.user_is_at_least_role(role))
    }

    /// Whether the user has this permission in an organization.
    pub fn has_permission_in_org(&self, org_id: &str, permission: &str) -> bool {
        self.org(org_id)
            .is_some_and(|org| org.user_has_permission(permission))
    }

    /// Whether the user has all of these permissions in an organization.
    pub fn has_all_permissions_in_org<S: AsRef<str>>(
        &self,
        org_id: &str,
        permissions: &[S],
    ) -> bool {
        self.org(org_id)
            .is_some_and(|org| org.user_has_all_permissions(permissions))
    }

    /// The user with camelCase names; what is the product's own stays as sent.
    pub fn json(&self) -> Json {
        // The payload was read before.
        view(self.raw.clone()).ok().into()
    }
}

/// What callers get of a payload, in their order. What is more than one claim is filled in by
/// [`view`].
const ROWS: &[Row] = &[
    ("userId", Kind::Text, &["user_id"]),
    ("email", Kind::Text, &["email"]),
    ("firstName", Kind::Text, &["first_name"]),
    ("lastName", Kind::Text, &["last_name"]),
    ("username", Kind::Text, &["username"]),
    ("legacyUserId", Kind::Text, &["legacy_user_id"]),
    ("impersonatorUserId", Kind::Text, &["impersonator_user_id"]),
    ("properties", Kind::Object, &["properties"]),
    ("metadata", Kind::Object, &["metadata"]),
    ("loginMethod", Kind::Object, &[]),
    ("activeOrgId", Kind::Text, &[]),
    ("orgIdToOrgMemberInfo", Kind::Object, &[]),
];

/// The user that a payload describes, as JSON with camelCase names; see [`User::from_claims`].
pub(super) fn view(claims: Claims) -> Result<Members, TokenError> {
    user_id(&claims)?;
    let orgs = memberships(&claims)?.map(|orgs| {
        let named = |org: Members| (text(&org, "orgId").unwrap_or_default(), org.into());
        orgs.into_iter().map(named).collect::<Members>()
    });
    let mut user = read(ROWS, &claims);
    user.insert("loginMethod", login_method(claims.get("login_method")));
    user.insert("activeOrgId", active_org_id(&claims));
    user.insert("orgIdToOrgMemberInfo", orgs);
    user.insert("raw", claims);
    Ok(user)
}

/// The memberships of the user that a payload describes, of which a rule of the verifier has
/// seen that they are whole.
pub(super) fn orgs(claims: &Claims) -> Result<Vec<OrgMemberInfo>, TokenError> {
    user_id(claims)?;
    let orgs = memberships(claims)?.unwrap_or_default();
    Ok(orgs.iter().map(OrgMemberInfo::of).collect())
}

fn members(value: Option<Json>) -> Option<Members> {
    match value {
        Some(Json::Object(members)) => Some(members),
        _ => None,
    }
}

/// The id, which must be the token's subject where it names one.
pub(super) fn user_id(claims: &Claims) -> Result<&str, TokenError> {
    let refuse = |reason| Err(TokenError::claim("user_id", reason));
    let user_id = match claims.get("user_id") {
        None | Some(Json::Null) => return refuse(ClaimReason::Missing),
        Some(Json::String(id)) if !id.is_empty() => id,
        Some(_) => return refuse(ClaimReason::Invalid),
    };
    match claims.get("sub") {
        None | Some(Json::Null) => Ok(user_id),
        Some(Json::String(sub)) if sub == user_id => Ok(user_id),
        Some(_) => refuse(ClaimReason::Mismatch),
    }
}

const ACTIVE: &str = "org_member_info";
const ALL: &str = "org_id_to_org_member_info";

/// The organization that the token was made for: of `org_member_info`, empty where that is there
/// and does not say.
fn active_org_id(claims: &Claims) -> Option<&str> {
    match claims.get(ACTIVE)? {
        Json::Null => None,
        Json::Object(member) if member.is_empty() => None,
        member => Some(
            member
                .get("org_id")
                .and_then(Json::as_str)
                .unwrap_or_default(),
        ),
    }
}

/// Views of the memberships: the one of `org_member_info` where the token was made for one
/// organization, else those of the map, each of which must stand under its own organization's
/// id. `None` where the token says nothing of organizations.
pub(super) fn memberships(claims: &Claims) -> Result<Option<Vec<Members>>, TokenError> {
    let mut found = Vec::new();
    if active_org_id(claims).is_some() {
        let active = claims.get(ACTIVE).unwrap_or(&Json::Null);
        found.extend(membership(ACTIVE, active)?);
        return Ok(Some(found));
    }
    let entries = match claims.get(ALL) {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::Object(entries)) => entries,
        Some(_) => return Err(TokenError::claim(ALL, ClaimReason::Invalid)),
    };
    for (org_id, entry) in entries.iter() {
        let Some(member) = membership(ALL, entry)? else {
            continue;
        };
        if entry.get("org_id").and_then(Json::as_str) != Some(org_id) {
            return Err(TokenError::claim(ALL, ClaimReason::Mismatch));
        }
        found.push(member);
    }
    Ok(Some(found))
}

fn membership(claim: &'static str, entry: &Json) -> Result<Option<Members>, TokenError> {
    member::view(entry).map_err(|reason| TokenError::claim(claim, reason))
}
