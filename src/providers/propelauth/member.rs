//! A user's membership in one organization.

use crate::encoding::replace;
use crate::error::ClaimReason;
use crate::json::{Json, Members};
use crate::providers::principal::{Kind, Row, read};

/// How an organization's roles relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleStructure {
    /// A member has several roles, and none contains another.
    MultiRole,
    /// A member has one role, which contains those below it.
    SingleRoleInHierarchy,
}

impl RoleStructure {
    /// The provider's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MultiRole => "multi_role",
            Self::SingleRoleInHierarchy => "single_role_in_hierarchy",
        }
    }

    /// What a word of the token means: what is not known is the provider's default.
    fn named(word: Option<&str>) -> Self {
        match word {
            Some("multi_role") => Self::MultiRole,
            _ => Self::SingleRoleInHierarchy,
        }
    }
}

/// A user's membership: the organization, and what the user may do there. Names of roles and
/// permissions compare exactly; which role is above which is never assumed, only read.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OrgMemberInfo {
    /// The organization's id.
    pub org_id: String,
    /// Its name, which another organization may have too.
    pub org_name: String,
    /// Its metadata, as the product set it.
    pub org_metadata: Members,
    /// Its name in a form fit for URLs.
    pub url_safe_org_name: String,
    /// The id it had in another system.
    pub legacy_org_id: Option<String>,
    /// How its roles relate.
    pub org_role_structure: RoleStructure,
    /// The user's role.
    pub user_assigned_role: String,
    /// That role and all that it contains, in no particular order.
    pub user_inherited_roles_plus_current_role: Vec<String>,
    /// The user's permissions.
    pub user_permissions: Vec<String>,
    /// Further roles, where a member may have several.
    pub assigned_additional_roles: Vec<String>,
}

impl OrgMemberInfo {
    /// The membership that a [`view`] shows.
    pub(super) fn of(view: &Members) -> Self {
        let metadata = view.get("orgMetadata").and_then(Json::as_object);
        Self {
            org_id: text(view, "orgId").unwrap_or_default(),
            org_name: text(view, "orgName").unwrap_or_default(),
            org_metadata: metadata.cloned().unwrap_or_default(),
            url_safe_org_name: text(view, "urlSafeOrgName").unwrap_or_default(),
            legacy_org_id: text(view, "legacyOrgId"),
            org_role_structure: RoleStructure::named(
                view.get("orgRoleStructure").and_then(Json::as_str),
            ),
            user_assigned_role: text(view, "userAssignedRole").unwrap_or_default(),
            user_inherited_roles_plus_current_role: texts(
                view,
                "userInheritedRolesPlusCurrentRole",
            ),
            user_permissions: texts(view, "userPermissions"),
            assigned_additional_roles: texts(view, "assignedAdditionalRoles"),
        }
    }

    /// Whether the user has this very role.
    pub fn user_is_role(&self, role: &str) -> bool {
        let further = self.org_role_structure == RoleStructure::MultiRole
            && holds(&self.assigned_additional_roles, role);
        self.user_assigned_role == role || further
    }

    /// Whether the user has this role or one that contains it. Where a member may have several
    /// roles, none contains another.
    pub fn user_is_at_least_role(&self, role: &str) -> bool {
        match self.org_role_structure {
            RoleStructure::MultiRole => self.user_is_role(role),
            RoleStructure::SingleRoleInHierarchy => {
                holds(&self.user_inherited_roles_plus_current_role, role)
            }
        }
    }

    /// Whether the user has this permission.
    pub fn user_has_permission(&self, permission: &str) -> bool {
        holds(&self.user_permissions, permission)
    }

    /// Whether the user has every one of these permissions; so it is when there are none.
    pub fn user_has_all_permissions<S: AsRef<str>>(&self, permissions: &[S]) -> bool {
        permissions
            .iter()
            .all(|permission| self.user_has_permission(permission.as_ref()))
    }
}

/// What callers get of a member object.
const ROWS: &[Row] = &[
    ("orgId", Kind::Text, &["org_id"]),
    ("orgName", Kind::Text, &["org_name"]),
    ("orgMetadata", Kind::Object, &["org_metadata"]),
    ("urlSafeOrgName", Kind::Text, &["url_safe_org_name"]),
    ("legacyOrgId", Kind::Text, &["legacy_org_id"]),
    ("orgRoleStructure", Kind::Text, &["org_role_structure"]),
    ("userAssignedRole", Kind::Text, &["user_role"]),
    (
        "userInheritedRolesPlusCurrentRole",
        Kind::Texts,
        &["inherited_user_roles_plus_current_role"],
    ),
    ("userPermissions", Kind::Texts, &["user_permissions"]),
    (
        "assignedAdditionalRoles",
        Kind::Texts,
        &["additional_roles"],
    ),
];

/// A member object with camelCase names; metadata stays as it was sent. A membership without a
/// role counts as none.
///
/// # Errors
///
/// When something required is missing or of a wrong type.
pub(super) fn view(value: &Json) -> Result<Option<Members>, ClaimReason> {
    let member = value.as_object().ok_or(ClaimReason::Invalid)?;
    let mut view = read(ROWS, member);
    let org_id = view.get("orgId").and_then(Json::as_str);
    if org_id.is_none_or(str::is_empty) {
        return Err(ClaimReason::Invalid);
    }
    if member.get("user_role").is_some_and(Json::is_null) {
        return Ok(None);
    }
    let structure = view.get("orgRoleStructure").and_then(Json::as_str);
    view.insert("orgRoleStructure", RoleStructure::named(structure).as_str());
    if member.get("additional_roles").is_none_or(Json::is_null) {
        view.insert("assignedAdditionalRoles", Json::Array(Vec::new()));
    }
    let missing = |(name, value): (&str, &Json)| value.is_null() && name != "legacyOrgId";
    if view.iter().any(missing) {
        return Err(ClaimReason::Invalid);
    }
    Ok(Some(view))
}

/// The membership in the organization of this id.
pub(super) fn of_org<'a>(members: &'a [OrgMemberInfo], org_id: &str) -> Option<&'a OrgMemberInfo> {
    members.iter().find(|member| member.org_id == org_id)
}

/// The membership in the organization of this name: compared with its name, then with the form
/// for URLs, then in that form itself. `None` where several have it.
pub(super) fn of_org_named<'a>(
    members: &'a [OrgMemberInfo],
    name: &str,
) -> Option<&'a OrgMemberInfo> {
    // A form for URLs is ASCII, so other letters would match none in either case.
    let slug = replace(&name.to_ascii_lowercase(), " ", "-");
    let ways: [fn(&OrgMemberInfo) -> &str; 3] = [
        |member| &member.org_name,
        |member| &member.url_safe_org_name,
        |member| &member.url_safe_org_name,
    ];
    for (way, wanted) in ways.iter().zip([name, name, &slug]) {
        let mut found = members.iter().filter(|member| way(member) == wanted);
        if let Some(first) = found.next() {
            return found.next().is_none().then_some(first);
        }
    }
    None
}

fn holds(texts: &[String], wanted: &str) -> bool {
    texts.iter().any(|text| text == wanted)
}

/// A member's text.
pub(super) fn text(view: &Members, name: &str) -> Option<String> {
    view.get(name)?.as_str().map(str::to_owned)
}

fn texts(view: &Members, name: &str) -> Vec<String> {
    let items = view.get(name).and_then(Json::as_array).unwrap_or_default();
    let texts = items.iter().filter_map(Json::as_str);
    texts.map(str::to_owned).collect()
}
