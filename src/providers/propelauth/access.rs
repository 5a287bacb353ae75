//! What may be demanded of a user in an organization.

use super::member::{OrgMemberInfo, of_org};
use super::user::{User, orgs};
use crate::error::{self, TokenError};
use crate::json::Json;
use crate::jwt::{Claims, Memberships, Requirement};

/// What guards demand of a token: any one of the roles, all of the permissions, in the
/// organization. A role counts when the member has it or one that contains it, as the token says.
pub(super) struct InOrganization;

impl Memberships for InOrganization {
    fn check(
        &self,
        claims: &Claims<'_>,
        org: &str,
        demand: &Requirement,
    ) -> Result<(), TokenError> {
        let orgs = match Json::parse(claims.json()) {
            Ok(Json::Object(claims)) => orgs(&claims)?,
            _ => return Err(Denial::NotAMember.into()),
        };
        let member = met(&orgs, org, Demand::Membership)?;
        let mut roles = demand.roles.iter();
        if !roles.all(|any| any.iter().any(|role| member.user_is_at_least_role(role))) {
            return Err(Denial::Role.into());
        }
        let mut permissions = demand.permissions.iter().flatten();
        if !permissions.all(|permission| member.user_has_permission(permission)) {
            return Err(Denial::Permission.into());
        }
        Ok(())
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn member(role: &str, inherited: &str, permissions: &str, more: &str) -> String {
        format!(
            r#"{{"user_id":"u","org_id_to_org_member_info":{{"o":{{"org_id":"o","org_name":"O","org_metadata":{{}},"url_safe_org_name":"o","user_role":"{role}","inherited_user_roles_plus_current_role":{inherited},"user_permissions":{permissions}{more}}}}}}}"#
        )
    }

    #[test]
    fn members_have_the_roles_and_permissions_of_their_organization() {
        let lacks = |demand: &str, org: &str, payload: &str| {
            let demand = Requirement::from_json(demand).unwrap();
            let claims = Claims::parse(payload.as_bytes()).unwrap();
            match InOrganization.check(&claims, org, &demand) {
                Ok(()) => None,
                Err(TokenError::Forbidden(demand)) => Some(demand),
                Err(error) => panic!("{error}"),
            }
        };
        let admin = member("Admin", r#"["Admin","Member"]"#, r#"["read","write"]"#, "");
        for (demand, org, lacked) in [
            ("{}", "o", None),
            ("{}", "p", Some(error::Demand::Organization)),
            (r#"{"roles":["Owner","Admin"]}"#, "o", None),
            (r#"{"roles":["Member"]}"#, "o", None),
            (r#"{"roles":["Owner"]}"#, "o", Some(error::Demand::Role)),
            (
                r#"{"roles":["Admin"]}"#,
                "p",
                Some(error::Demand::Organization),
            ),
            (r#"{"permissions":["read","write"]}"#, "o", None),
            (
                r#"{"permissions":["read","x"]}"#,
                "o",
                Some(error::Demand::Permission),
            ),
        ] {
            assert_eq!(lacks(demand, org, &admin), lacked, "{demand} {org}");
        }
        let several = member(
            "Admin",
            r#"["Admin"]"#,
            "[]",
            r#","org_role_structure":"multi_role","additional_roles":["Billing"]"#,
        );
        assert_eq!(lacks(r#"{"roles":["Billing"]}"#, "o", &several), None);
        let alone = r#"{"user_id":"u"}"#;
        assert_eq!(lacks("{}", "o", alone), Some(error::Demand::Organization));
    }
}
