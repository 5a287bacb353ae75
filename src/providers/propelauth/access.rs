//! What may be demanded of a user in an organization.

use super::member::{OrgMemberInfo, of_org};
use super::user::User;
use crate::error::{self, TokenError};

/// A demand on a member of an organization, besides being one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand<'a> {
    /// All of these permissions.
    AllPermissions(&'a [&'a str]),
    /// This very role.
    ExactRole(&'a str),
    /// Nothing more.
    Membership,
    /// This role or one that contains it.
    MinimumRole(&'a str),
    /// This permission.
    Permission(&'a str),
}

/// A verified user and the membership that was demanded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UserAndOrgMemberInfo<'a> {
    /// The user.
    pub user: &'a User,
    /// The membership.
    pub org_member_info: &'a OrgMemberInfo,
}

/// Why a good token does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The user is no member of the organization.
    NotAMember,
    /// No organization was asked for.
    OrgUnspecified,
    /// The user lacks the permission.
    Permission,
    /// The user lacks the role.
    Role,
}

impl Denial {
    /// What to tell the caller. It does not repeat the organization's id, which may come from
    /// the request.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NotAMember => "User is not a member of the required org",
            Self::OrgUnspecified => "Required org is unspecified",
            Self::Permission => "User doesn't have required permission",
            Self::Role => "User doesn't have required role",
        }
    }

    /// The reason's stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAMember => "not_a_member",
            Self::OrgUnspecified => "org_unspecified",
            Self::Permission => "permission_missing",
            Self::Role => "role_missing",
        }
    }
}

impl From<Denial> for TokenError {
    fn from(denial: Denial) -> Self {
        Self::Forbidden(match denial {
            Denial::NotAMember | Denial::OrgUnspecified => error::Demand::Organization,
            Denial::Permission => error::Demand::Permission,
            Denial::Role => error::Demand::Role,
        })
    }
}

impl User {
    /// Passes when the user is a member of the organization and meets the demand. An empty
    /// role or permission is met by nobody.
    ///
    /// # Errors
    ///
    /// [`Denial`], which is `ERR_FORBIDDEN` (403).
    pub fn demand(
        &self,
        org_id: &str,
        demand: Demand<'_>,
    ) -> Result<UserAndOrgMemberInfo<'_>, Denial> {
        Ok(UserAndOrgMemberInfo {
            user: self,
            org_member_info: met(self.orgs(), org_id, demand)?,
        })
    }
}

/// The membership that meets a demand; see [`User::demand`].
pub(super) fn met<'a>(
    members: &'a [OrgMemberInfo],
    org_id: &str,
    demand: Demand<'_>,
) -> Result<&'a OrgMemberInfo, Denial> {
    if org_id.is_empty() {
        return Err(Denial::OrgUnspecified);
    }
    let member = of_org(members, org_id).ok_or(Denial::NotAMember)?;
    let (met, denial) = match demand {
        Demand::Membership => (true, Denial::NotAMember),
        Demand::ExactRole(role) => (member.user_is_role(role), Denial::Role),
        Demand::MinimumRole(role) => (member.user_is_at_least_role(role), Denial::Role),
        Demand::Permission(permission) => {
            (member.user_has_permission(permission), Denial::Permission)
        }
        Demand::AllPermissions(permissions) => (
            member.user_has_all_permissions(permissions),
            Denial::Permission,
        ),
    };
    match met {
        true => Ok(member),
        false => Err(denial),
    }
}
