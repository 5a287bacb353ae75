//! What a rule demands of a good token: roles, permissions, scopes, an organization.

use crate::error::{ConfigError, Demand, TokenError};
use crate::json::Json;
use crate::jwt::{AccessClaims, Claims, Requirement};
use crate::providers::propelauth::{OrgMemberInfo, User};

/// Where a provider's tokens say to which organization their holder's rights belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Organizations {
    /// The token is for one organization.
    Active {
        /// Dotted paths of its id; the first one that holds text counts.
        id: &'static [&'static str],
        /// Paths of the roles in it, where they stand elsewhere than roles without one.
        roles: &'static [&'static str],
    },
    /// The token lists memberships, each with roles and permissions of its own: no right
    /// without an organization.
    Members,
    /// They do not say it.
    Unknown,
}

/// A demand, bound to the claims of the provider that it is put to.
#[derive(Debug)]
pub struct Rights {
    demand: Requirement,
    /// The organization's id.
    org: Option<String>,
    organizations: Organizations,
    access: AccessClaims,
}

impl Rights {
    /// Binds a demand. `access` is where the provider's tokens carry rights.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the member that no token of this provider could ever meet, or
    /// that demands nothing.
    pub fn new(
        demand: Requirement,
        org: Option<String>,
        organizations: Organizations,
        access: Option<&AccessClaims>,
    ) -> Result<Self, ConfigError> {
        let mut access = access.cloned().unwrap_or_default();
        match (organizations, &org) {
            (Organizations::Members, None) if demand != Requirement::default() => {
                let problem = "must be given, as roles and permissions belong to one";
                return Err(ConfigError::new("org", problem));
            }
            (Organizations::Members, Some(_)) => access = members_access(),
            (Organizations::Active { roles, .. }, Some(_)) if !roles.is_empty() => {
                access.roles = owned(roles);
            }
            (Organizations::Unknown, Some(_)) => {
                let problem = "is nothing that this provider's tokens name";
                return Err(ConfigError::new("org", problem));
            }
            _ => {}
        }
        demand.validate(&access)?;
        Ok(Self {
            demand,
            org,
            organizations,
            access,
        })
    }

    /// Passes when a verified payload carries everything that is demanded.
    ///
    /// # Errors
    ///
    /// `ERR_FORBIDDEN`.
    pub fn check(&self, payload: &[u8]) -> Result<(), TokenError> {
        let claims = Claims::parse(payload)?;
        match (&self.org, self.organizations) {
            (Some(org), Organizations::Members) => self.check_member(org, payload),
            (Some(org), Organizations::Active { id, .. }) => {
                let mut paths = id.iter();
                let active = paths.find_map(|path| claims.object().at_path(path)?.as_str());
                if active.as_deref() != Some(org) {
                    return Err(TokenError::Forbidden(Demand::Organization));
                }
                self.demand.check(&claims, &self.access)
            }
            _ => self.demand.check(&claims, &self.access),
        }
    }

    fn check_member(&self, org: &str, payload: &[u8]) -> Result<(), TokenError> {
        let user = match Json::parse(payload) {
            Ok(Json::Object(claims)) => User::from_claims(claims)?,
            _ => return Err(TokenError::Forbidden(Demand::Organization)),
        };
        let member = user.org(org);
        let member = member.ok_or(TokenError::Forbidden(Demand::Organization))?;
        self.check_rights(member)
    }

    /// A role counts when the member has it or one that contains it, as the token says.
    fn check_rights(&self, member: &OrgMemberInfo) -> Result<(), TokenError> {
        let Requirement {
            roles, permissions, ..
        } = &self.demand;
        let mut roles = roles.iter().map(|roles| roles.iter());
        if !roles.all(|mut roles| roles.any(|role| member.user_is_at_least_role(role))) {
            return Err(TokenError::Forbidden(Demand::Role));
        }
        let mut permissions = permissions.iter().flatten();
        if !permissions.all(|permission| member.user_has_permission(permission)) {
            return Err(TokenError::Forbidden(Demand::Permission));
        }
        Ok(())
    }
}

/// What memberships carry, for [`Requirement::validate`] alone: there are no scopes.
fn members_access() -> AccessClaims {
    AccessClaims {
        roles: owned(&["user_role"]),
        permissions: owned(&["user_permissions"]),
        scopes: Vec::new(),
    }
}

fn owned(paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| (*path).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTIVE: Organizations = Organizations::Active {
        id: &["o.id", "org_id"],
        roles: &["org_role", "role"],
    };

    fn access() -> AccessClaims {
        AccessClaims {
            roles: owned(&["roles"]),
            permissions: owned(&["permissions"]),
            scopes: Vec::new(),
        }
    }

    fn rights(demand: &str, org: Option<&str>, organizations: Organizations) -> Rights {
        made(demand, org, organizations).unwrap()
    }

    fn made(
        demand: &str,
        org: Option<&str>,
        organizations: Organizations,
    ) -> Result<Rights, ConfigError> {
        let demand = Requirement::from_json(demand).unwrap();
        Rights::new(
            demand,
            org.map(str::to_owned),
            organizations,
            Some(&access()),
        )
    }

    fn lacks(rights: &Rights, payload: &str) -> Option<Demand> {
        match rights.check(payload.as_bytes()) {
            Ok(()) => None,
            Err(TokenError::Forbidden(demand)) => Some(demand),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn the_active_organization_must_be_the_demanded_one() {
        let rights = rights("{}", Some("org_1"), ACTIVE);
        for payload in [r#"{"org_id":"org_1"}"#, r#"{"o":{"id":"org_1"}}"#] {
            assert_eq!(lacks(&rights, payload), None, "{payload}");
        }
        for payload in [
            "{}",
            r#"{"org_id":"org_2"}"#,
            r#"{"org_id":["org_1"]}"#,
            r#"{"org_id":null}"#,
            r#"{"org_id":"ORG_1"}"#,
            r#"{"o":{"id":"org_2"},"org_id":"org_1"}"#,
        ] {
            let lacked = lacks(&rights, payload);
            assert_eq!(lacked, Some(Demand::Organization), "{payload}");
        }
    }

    #[test]
    fn roles_in_an_organization_are_not_those_without_one() {
        let inside = rights(r#"{"roles":["admin"]}"#, Some("o"), ACTIVE);
        let without = rights(r#"{"roles":["admin"]}"#, None, ACTIVE);
        let (of_org, general) = (
            r#"{"org_id":"o","org_role":"admin","roles":["member"]}"#,
            r#"{"org_id":"o","org_role":"member","roles":["admin"]}"#,
        );
        assert_eq!(lacks(&inside, of_org), None);
        assert_eq!(lacks(&inside, general), Some(Demand::Role));
        assert_eq!(lacks(&without, general), None);
        assert_eq!(lacks(&without, of_org), Some(Demand::Role));
        assert_eq!(lacks(&inside, r#"{"org_id":"o","role":"admin"}"#), None);
    }

    fn member(role: &str, inherited: &str, permissions: &str, more: &str) -> String {
        format!(
            r#"{{"user_id":"u","org_id_to_org_member_info":{{"o":{{"org_id":"o","org_name":"O","org_metadata":{{}},"url_safe_org_name":"o","user_role":"{role}","inherited_user_roles_plus_current_role":{inherited},"user_permissions":{permissions}{more}}}}}}}"#
        )
    }

    #[test]
    fn members_have_the_roles_and_permissions_of_their_organization() {
        let members = |demand, org| rights(demand, Some(org), Organizations::Members);
        let admin = member("Admin", r#"["Admin","Member"]"#, r#"["read","write"]"#, "");
        for (demand, org, lacked) in [
            ("{}", "o", None),
            ("{}", "p", Some(Demand::Organization)),
            (r#"{"roles":["Owner","Admin"]}"#, "o", None),
            (r#"{"roles":["Member"]}"#, "o", None),
            (r#"{"roles":["Owner"]}"#, "o", Some(Demand::Role)),
            (r#"{"roles":["Admin"]}"#, "p", Some(Demand::Organization)),
            (r#"{"permissions":["read","write"]}"#, "o", None),
            (
                r#"{"permissions":["read","x"]}"#,
                "o",
                Some(Demand::Permission),
            ),
        ] {
            assert_eq!(
                lacks(&members(demand, org), &admin),
                lacked,
                "{demand} {org}"
            );
        }
        let several = member(
            "Admin",
            r#"["Admin"]"#,
            "[]",
            r#","org_role_structure":"multi_role","additional_roles":["Billing"]"#,
        );
        let billing = members(r#"{"roles":["Billing"]}"#, "o");
        assert_eq!(lacks(&billing, &several), None);
    }

    #[test]
    fn demands_that_nobody_could_meet_are_refused_by_name() {
        for (demand, org, organizations, option) in [
            ("{}", Some("o"), Organizations::Unknown, "org"),
            (r#"{"roles":["a"]}"#, None, Organizations::Members, "org"),
            (
                r#"{"scopes":["a"]}"#,
                Some("o"),
                Organizations::Members,
                "scopes",
            ),
            (r#"{"scopes":["a"]}"#, None, ACTIVE, "scopes"),
            (r#"{"roles":[]}"#, Some("o"), ACTIVE, "roles"),
        ] {
            let error = made(demand, org, organizations).unwrap_err();
            assert_eq!(error.option, option, "{demand}");
        }
        assert!(made("{}", None, Organizations::Members).is_ok());
    }
}
