//! A user's membership in one organization.

use crate::encoding::replace;
use crate::error::ClaimReason;
use crate::json::{Json, Members};

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
    /// Reads a member object. A membership without a role counts as none.
    ///
    /// # Errors
    ///
    /// When something required is missing or of a wrong type.
    pub(super) fn read(value: &Json) -> Result<Option<Self>, ClaimReason> {
        let roleless = value.get("user_role") == Some(&Json::Null);
        match value.get("org_id").and_then(Json::as_str) {
            Some(org_id) if !org_id.is_empty() && roleless => Ok(None),
            Some(org_id) if !org_id.is_empty() => Self::whole(org_id, value)
                .map(Some)
                .ok_or(ClaimReason::Invalid),
            _ => Err(ClaimReason::Invalid),
        }
    }

    fn whole(org_id: &str, value: &Json) -> Option<Self> {
        let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
        let optional = |name: &str| value.get(name).filter(|value| !value.is_null());
        Some(Self {
            org_id: org_id.to_owned(),
            org_name: text("org_name")?,
            org_metadata: value.get("org_metadata")?.as_object()?.clone(),
            url_safe_org_name: text("url_safe_org_name")?,
            legacy_org_id: text("legacy_org_id"),
            org_role_structure: match optional("org_role_structure").and_then(Json::as_str) {
                Some("multi_role") => RoleStructure::MultiRole,
                _ => RoleStructure::SingleRoleInHierarchy,
            },
            user_assigned_role: text("user_role")?,
            user_inherited_roles_plus_current_role: texts(
                value.get("inherited_user_roles_plus_current_role")?,
            )?,
            user_permissions: texts(value.get("user_permissions")?)?,
            assigned_additional_roles: match optional("additional_roles") {
                Some(roles) => texts(roles)?,
                None => Vec::new(),
            },
        })
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

    /// The membership with camelCase names; metadata stays as it was sent.
    pub(super) fn value(&self) -> Json {
        let texts = |texts: &Vec<String>| texts.clone().into();
        Json::object([
            ("orgId", self.org_id.as_str().into()),
            ("orgName", self.org_name.as_str().into()),
            ("orgMetadata", self.org_metadata.clone().into()),
            ("urlSafeOrgName", self.url_safe_org_name.as_str().into()),
            ("legacyOrgId", self.legacy_org_id.clone().into()),
            ("orgRoleStructure", self.org_role_structure.as_str().into()),
            ("userAssignedRole", self.user_assigned_role.as_str().into()),
            (
                "userInheritedRolesPlusCurrentRole",
                texts(&self.user_inherited_roles_plus_current_role),
            ),
            ("userPermissions", texts(&self.user_permissions)),
            (
                "assignedAdditionalRoles",
                texts(&self.assigned_additional_roles),
            ),
        ])
    }
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

fn texts(value: &Json) -> Option<Vec<String>> {
    let items = value.as_array()?.iter();
    items.map(|item| item.as_str().map(str::to_owned)).collect()
}
