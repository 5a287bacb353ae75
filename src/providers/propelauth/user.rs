//! The user that a verified payload describes.

use super::member::{self, OrgMemberInfo};
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

impl LoginMethod {
    fn read(claim: Option<&Json>) -> Self {
        let text = |name: &str| claim?.get(name)?.as_str().map(str::to_owned);
        match text("login_method").filter(|word| LOGIN_METHODS.contains(&word.as_str())) {
            Some(word) => Self {
                login_method: word,
                provider: text("provider"),
                org_id: text("org_id"),
            },
            None => Self {
                login_method: "unknown".to_owned(),
                provider: None,
                org_id: None,
            },
        }
    }
}

impl LoginMethod {
    fn value(&self) -> Json {
        Json::object([
            ("loginMethod", self.login_method.as_str().into()),
            ("provider", self.provider.clone().into()),
            ("orgId", self.org_id.clone().into()),
        ])
    }
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
        let user_id = user_id(&claims)?.to_owned();
        let Memberships {
            active_org_id,
            members,
        } = memberships(&claims)?;
        let text = |name: &str| claims.get(name)?.as_str().map(str::to_owned);
        let object = |name: &str| claims.get(name)?.as_object().cloned();
        Ok(Self {
            user_id,
            email: text("email"),
            first_name: text("first_name"),
            last_name: text("last_name"),
            username: text("username"),
            legacy_user_id: text("legacy_user_id"),
            impersonator_user_id: text("impersonator_user_id"),
            properties: object("properties"),
            metadata: object("metadata"),
            login_method: LoginMethod::read(claims.get("login_method")),
            active_org_id,
            members,
            raw: claims,
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
        let text = |value: &Option<String>| value.clone().into();
        let members = self.members.as_deref().map(by_id);
        Json::object([
            ("userId", self.user_id.as_str().into()),
            ("email", text(&self.email)),
            ("firstName", text(&self.first_name)),
            ("lastName", text(&self.last_name)),
            ("username", text(&self.username)),
            ("legacyUserId", text(&self.legacy_user_id)),
            ("impersonatorUserId", text(&self.impersonator_user_id)),
            ("properties", self.properties.clone().into()),
            ("metadata", self.metadata.clone().into()),
            ("loginMethod", self.login_method.value()),
            ("activeOrgId", text(&self.active_org_id)),
            ("orgIdToOrgMemberInfo", members.into()),
            ("raw", self.raw.clone().into()),
        ])
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

/// The user that a payload describes, as JSON with camelCase names; see [`User::json`].
pub(super) fn view(claims: Claims) -> Result<Members, TokenError> {
    let Memberships {
        active_org_id,
        members,
    } = memberships(&claims)?;
    let mut user = read(ROWS, &claims);
    let login_method = LoginMethod::read(claims.get("login_method"));
    user.insert("loginMethod", login_method.value());
    user.insert("activeOrgId", active_org_id);
    user.insert("orgIdToOrgMemberInfo", members.as_deref().map(by_id));
    user.insert("raw", claims);
    Ok(user)
}

fn by_id(members: &[OrgMemberInfo]) -> Members {
    let mut map = Members::new();
    for member in members {
        map.insert(member.org_id.as_str(), member.value());
    }
    map
}

/// The organizations that a payload tells of.
pub(super) struct Memberships {
    /// The one that the token was made for.
    pub(super) active_org_id: Option<String>,
    /// The memberships; `None` where the token says nothing of organizations.
    pub(super) members: Option<Vec<OrgMemberInfo>>,
}

/// Reads the memberships, of which a rule of the verifier has seen that they are whole.
pub(super) fn memberships(claims: &Claims) -> Result<Memberships, TokenError> {
    let active_org_id = active_org_id(claims);
    let members = match &active_org_id {
        Some(_) => Some(active(claims)?),
        None => all(claims)?,
    };
    Ok(Memberships {
        active_org_id,
        members,
    })
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

/// The organization of `org_member_info`; empty where it does not say, for it is there.
fn active_org_id(claims: &Claims) -> Option<String> {
    match claims.get(ACTIVE)? {
        Json::Null => None,
        Json::Object(members) if members.is_empty() => None,
        member => {
            let org_id = member.get("org_id").and_then(Json::as_str);
            Some(org_id.unwrap_or_default().to_owned())
        }
    }
}

/// The one membership that `org_member_info` holds, or none.
fn active(claims: &Claims) -> Result<Vec<OrgMemberInfo>, TokenError> {
    let member = OrgMemberInfo::read(claims.get(ACTIVE).unwrap_or(&Json::Null));
    let member = member.map_err(|reason| TokenError::claim(ACTIVE, reason))?;
    Ok(member.into_iter().collect())
}

/// The memberships of the map; each must stand under its own organization's id.
fn all(claims: &Claims) -> Result<Option<Vec<OrgMemberInfo>>, TokenError> {
    const CLAIM: &str = "org_id_to_org_member_info";
    let invalid = || TokenError::claim(CLAIM, ClaimReason::Invalid);
    let entries = match claims.get(CLAIM) {
        None | Some(Json::Null) => return Ok(None),
        Some(entries) => entries.as_object().ok_or_else(invalid)?,
    };
    let mut members = Vec::new();
    for (org_id, entry) in entries.iter() {
        match OrgMemberInfo::read(entry).map_err(|reason| TokenError::claim(CLAIM, reason))? {
            None => {}
            Some(member) if member.org_id == org_id => members.push(member),
            Some(_) => return Err(TokenError::claim(CLAIM, ClaimReason::Mismatch)),
        }
    }
    Ok(Some(members))
}
