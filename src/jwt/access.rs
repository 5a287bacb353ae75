//! What a resource demands beyond a good token: roles, permissions, scopes, an organization.

use core::fmt;
use std::borrow::Cow;

use super::claims::{Claims, one_or_many};
use crate::encoding::split;
use crate::error::{ConfigError, Demand, TokenError};
use crate::json::Value;
use crate::options::Options;

/// Where a token carries its holder's rights: dotted paths, the first one that is there
/// counts. An empty list means that the issuer has no such thing.
#[derive(Clone, Debug, Default)]
pub struct AccessClaims {
    /// Paths of the roles: a string or a list of strings.
    pub roles: Vec<String>,
    /// Paths of the permissions: a string or a list of strings.
    pub permissions: Vec<String>,
    /// Paths of the scopes: a list of strings, or one string with spaces between them
    /// (RFC 8693 §4.2).
    pub scopes: Vec<String>,
    /// Where they say to which organization the rights belong.
    pub organizations: Organizations,
}

/// Where tokens say to which organization their holder's rights belong.
#[derive(Clone, Copy, Default)]
pub enum Organizations {
    /// The token is for one organization.
    Active {
        /// Dotted paths of its id; the first one that holds text counts.
        id: &'static [&'static str],
        /// Paths of the roles in it, where they stand elsewhere than roles without one.
        roles: &'static [&'static str],
    },
    /// The token lists memberships, each with roles and permissions of its own: there is no right
    /// without an organization, and no scope.
    Members(&'static dyn Memberships),
    /// They do not say it.
    #[default]
    Unknown,
}

/// A provider whose tokens list the organizations of their holder.
pub trait Memberships: Sync {
    /// Passes when the holder is a member of `org` and has there what `demand` asks for.
    ///
    /// # Errors
    ///
    /// `ERR_FORBIDDEN`, or a claim error where the memberships are malformed.
    fn check(&self, claims: &Claims<'_>, org: &str, demand: &Requirement)
    -> Result<(), TokenError>;
}

impl fmt::Debug for Organizations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Active { .. } => "Active",
            Self::Members(_) => "Members",
            Self::Unknown => "Unknown",
        })
    }
}

/// The rights a resource demands. What is `None` is not asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirement {
    /// Any one of these roles.
    pub roles: Option<Vec<String>>,
    /// All of these permissions.
    pub permissions: Option<Vec<String>>,
    /// All of these scopes.
    pub scopes: Option<Vec<String>>,
    /// The id of the organization that the token must be for, or its holder a member of. Roles and
    /// permissions are then those in it.
    pub org: Option<String>,
}

impl Requirement {
    /// Reads a demand from a JSON object.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the member: unknown, or no list of strings.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let names = "roles permissions scopes org";
        let demand = Options::parse("requirement", json, names)?;
        let read = Self {
            roles: demand.strings("roles"),
            permissions: demand.strings("permissions"),
            scopes: demand.strings("scopes"),
            org: demand.string("org"),
        };
        demand.check()?;
        Ok(read)
    }

    /// Checks the demand itself against what the issuer's tokens can carry.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] on an empty list, right or organization, and where the issuer has no claim for
    /// what is asked.
    pub fn validate(&self, access: &AccessClaims) -> Result<(), ConfigError> {
        self.validate_org(&access.organizations)?;
        let of_members = matches!(access.organizations, Organizations::Members(_));
        for (name, demanded, known) in [
            ("roles", &self.roles, of_members || !access.roles.is_empty()),
            (
                "permissions",
                &self.permissions,
                of_members || !access.permissions.is_empty(),
            ),
            ("scopes", &self.scopes, !access.scopes.is_empty()),
        ] {
            let Some(demanded) = demanded else { continue };
            let problem = if demanded.is_empty() {
                "must not be empty; leave it out to demand nothing"
            } else if demanded.iter().any(String::is_empty) {
                // Whoever demands it has left a setting blank, and a claim without text carries it.
                "must not hold an empty text"
            } else if !known {
                "no option of the verifier names the claim that carries them"
            } else {
                continue;
            };
            return Err(ConfigError::new(name, problem));
        }
        Ok(())
    }

    fn validate_org(&self, organizations: &Organizations) -> Result<(), ConfigError> {
        let rights = [&self.roles, &self.permissions, &self.scopes];
        let nothing = rights.iter().all(|right| right.is_none());
        let problem = match (organizations, self.org.as_deref()) {
            (_, Some("")) => "must not be empty",
            (Organizations::Unknown, Some(_)) => "is nothing that the verifier's tokens name",
            (Organizations::Members(_), None) if !nothing => {
                "must be given, as roles and permissions belong to one"
            }
            _ => return Ok(()),
        };
        Err(ConfigError::new("org", problem))
    }

    /// Passes when the claims carry everything that is demanded.
    ///
    /// # Errors
    ///
    /// `ERR_FORBIDDEN`. A claim that is missing or of the wrong type carries nothing.
    pub fn check(&self, claims: &Claims<'_>, access: &AccessClaims) -> Result<(), TokenError> {
        let mut roles = borrowed(&access.roles);
        match (&self.org, access.organizations) {
            (None, _) => {}
            (Some(org), Organizations::Members(memberships)) => {
                return memberships.check(claims, org, self);
            }
            (Some(org), Organizations::Active { id, roles: inside }) => {
                let mut paths = id.iter();
                let active = paths.find_map(|path| claims.object().at_path(path)?.as_str());
                if active.as_deref() != Some(org) {
                    return Err(TokenError::Forbidden(Demand::Organization));
                }
                if !inside.is_empty() {
                    roles = inside.to_vec();
                }
            }
            (Some(_), Organizations::Unknown) => {
                return Err(TokenError::Forbidden(Demand::Organization));
            }
        }
        if let Some(wanted) = &self.roles {
            let held = held(claims, &roles, one_or_many);
            if !wanted.iter().any(|role| held.iter().any(|h| h == role)) {
                return Err(TokenError::Forbidden(Demand::Role));
            }
        }
        if let Some(wanted) = &self.permissions {
            let held = held(claims, &borrowed(&access.permissions), one_or_many);
            if !has_all(&held, wanted) {
                return Err(TokenError::Forbidden(Demand::Permission));
            }
        }
        if let Some(wanted) = &self.scopes {
            let held = held(claims, &borrowed(&access.scopes), scopes);
            if !has_all(&held, wanted) {
                return Err(TokenError::Forbidden(Demand::Scope));
            }
        }
        Ok(())
    }
}

fn has_all(held: &[Cow<'_, str>], wanted: &[String]) -> bool {
    let is_held = |right: &String| held.iter().any(|held| held == right);
    wanted.iter().all(is_held)
}

fn borrowed(paths: &[String]) -> Vec<&str> {
    paths.iter().map(String::as_str).collect()
}

/// What stands at the first path that is there.
fn held<'a>(
    claims: &Claims<'a>,
    paths: &[&str],
    read: fn(Value<'a>) -> Option<Vec<Cow<'a, str>>>,
) -> Vec<Cow<'a, str>> {
    let mut paths = paths.iter();
    let found = paths.find_map(|path| claims.object().at_path(path));
    found.and_then(read).unwrap_or_default()
}

fn scopes(value: Value<'_>) -> Option<Vec<Cow<'_, str>>> {
    match value.as_str() {
        Some(text) => {
            let mut scopes = Vec::new();
            for scope in split(&text, b' ') {
                scopes.push(Cow::Owned(scope.to_owned()));
            }
            Some(scopes)
        }
        None => value.as_strings(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access() -> AccessClaims {
        AccessClaims {
            roles: vec!["role".into(), "roles".into()],
            permissions: vec!["perms.api".into()],
            scopes: vec!["scope".into()],
            organizations: Organizations::Unknown,
        }
    }

    fn check(claims: &str, requirement: &str) -> Result<(), TokenError> {
        let requirement = Requirement::from_json(requirement).unwrap();
        requirement.check(&Claims::parse(claims.as_bytes()).unwrap(), &access())
    }

    #[test]
    fn roles_are_any_of_and_compared_exactly() {
        let wanted = r#"{"roles":["admin","owner"]}"#;
        assert_eq!(check(r#"{"role":"owner"}"#, wanted), Ok(()));
        assert_eq!(check(r#"{"roles":["x","admin"]}"#, wanted), Ok(()));
        for claims in [
            "{}",
            r#"{"role":"Admin"}"#,
            r#"{"role":"administrator"}"#,
            r#"{"role":null,"roles":["admin"]}"#,
            r#"{"role":{"0":"admin"}}"#,
            r#"{"role":["admin",1]}"#,
        ] {
            assert_eq!(
                check(claims, wanted),
                Err(TokenError::Forbidden(Demand::Role)),
                "{claims}"
            );
        }
    }

    #[test]
    fn permissions_and_scopes_are_all_of() {
        assert_eq!(
            check(
                r#"{"perms":{"api":["a","b"]}}"#,
                r#"{"permissions":["a","b"]}"#
            ),
            Ok(())
        );
        assert_eq!(
            check(r#"{"perms":{"api":["a"]}}"#, r#"{"permissions":["a","b"]}"#),
            Err(TokenError::Forbidden(Demand::Permission))
        );
        assert_eq!(
            check(
                r#"{"scope":"read write"}"#,
                r#"{"scopes":["write","read"]}"#
            ),
            Ok(())
        );
        assert_eq!(
            check(r#"{"scope":["read","write"]}"#, r#"{"scopes":["write"]}"#),
            Ok(())
        );
        assert_eq!(
            check(r#"{"scope":"readwrite"}"#, r#"{"scopes":["read"]}"#),
            Err(TokenError::Forbidden(Demand::Scope))
        );
    }

    #[test]
    fn empty_demands_and_demands_without_a_claim_are_configuration_errors() {
        let empty = Requirement {
            roles: Some(Vec::new()),
            ..Requirement::default()
        };
        assert_eq!(empty.validate(&access()).unwrap_err().option, "roles");
        for right in ["roles", "permissions", "scopes"] {
            let blank = format!(r#"{{"{right}":["a",""]}}"#);
            let blank = Requirement::from_json(&blank).unwrap();
            assert_eq!(blank.validate(&access()).unwrap_err().option, right);
        }
        let scopes = Requirement {
            scopes: Some(vec!["a".into()]),
            ..Requirement::default()
        };
        assert_eq!(
            scopes
                .validate(&AccessClaims::default())
                .unwrap_err()
                .option,
            "scopes"
        );
        assert_eq!(scopes.validate(&access()), Ok(()));
        for (demand, option) in [
            (r#"{"roles":["a"]}"#, "roles"),
            (r#"{"permissions":["a"]}"#, "permissions"),
        ] {
            let demand = Requirement::from_json(demand).unwrap();
            let refusal = demand.validate(&AccessClaims::default()).unwrap_err();
            assert_eq!(refusal.option, option);
            assert_eq!(demand.validate(&access()), Ok(()));
        }
    }

    const ACTIVE: Organizations = Organizations::Active {
        id: &["o.id", "org_id"],
        roles: &["org_role", "role"],
    };

    fn of(organizations: Organizations) -> AccessClaims {
        AccessClaims {
            organizations,
            ..access()
        }
    }

    fn lacks(demand: &str, claims: &str) -> Option<Demand> {
        let demand = Requirement::from_json(demand).unwrap();
        let claims = Claims::parse(claims.as_bytes()).unwrap();
        match demand.check(&claims, &of(ACTIVE)) {
            Ok(()) => None,
            Err(TokenError::Forbidden(demand)) => Some(demand),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn the_active_organization_must_be_the_demanded_one() {
        let demand = r#"{"org":"org_1"}"#;
        for claims in [r#"{"org_id":"org_1"}"#, r#"{"o":{"id":"org_1"}}"#] {
            assert_eq!(lacks(demand, claims), None, "{claims}");
        }
        for claims in [
            "{}",
            r#"{"org_id":"org_2"}"#,
            r#"{"org_id":["org_1"]}"#,
            r#"{"org_id":null}"#,
            r#"{"org_id":"ORG_1"}"#,
            r#"{"o":{"id":"org_2"},"org_id":"org_1"}"#,
        ] {
            assert_eq!(
                lacks(demand, claims),
                Some(Demand::Organization),
                "{claims}"
            );
        }
    }

    #[test]
    fn roles_in_an_organization_are_not_those_without_one() {
        let inside = r#"{"roles":["admin"],"org":"o"}"#;
        let without = r#"{"roles":["admin"]}"#;
        let (of_org, general) = (
            r#"{"org_id":"o","org_role":"admin","roles":["member"]}"#,
            r#"{"org_id":"o","org_role":"member","roles":["admin"]}"#,
        );
        assert_eq!(lacks(inside, of_org), None);
        assert_eq!(lacks(inside, general), Some(Demand::Role));
        assert_eq!(lacks(without, general), None);
        assert_eq!(lacks(without, of_org), Some(Demand::Role));
        assert_eq!(lacks(inside, r#"{"org_id":"o","role":"admin"}"#), None);
    }

    #[test]
    fn where_organizations_have_no_roles_of_their_own_the_general_ones_count() {
        let organizations = Organizations::Active {
            id: &["org_id"],
            roles: &[],
        };
        let demand = Requirement::from_json(r#"{"roles":["admin"],"org":"o"}"#).unwrap();
        let check = |claims: &str| {
            let claims = Claims::parse(claims.as_bytes()).unwrap();
            demand.check(&claims, &of(organizations))
        };
        assert_eq!(check(r#"{"org_id":"o","roles":["admin"]}"#), Ok(()));
        assert_eq!(
            check(r#"{"org_id":"o","roles":["member"]}"#),
            Err(TokenError::Forbidden(Demand::Role))
        );
    }

    /// Nobody is a member of anything.
    struct Nobody;

    impl Memberships for Nobody {
        fn check(&self, _: &Claims<'_>, _: &str, _: &Requirement) -> Result<(), TokenError> {
            Err(TokenError::Forbidden(Demand::Organization))
        }
    }

    #[test]
    fn demands_that_no_token_could_meet_are_refused_by_name() {
        const MEMBERS: Organizations = Organizations::Members(&Nobody);
        for (demand, organizations, option) in [
            (r#"{"org":"o"}"#, Organizations::Unknown, "org"),
            (r#"{"org":""}"#, ACTIVE, "org"),
            (r#"{"org":""}"#, MEMBERS, "org"),
            (r#"{"roles":["a"]}"#, MEMBERS, "org"),
            (r#"{"roles":[],"org":"o"}"#, ACTIVE, "roles"),
        ] {
            let demand = Requirement::from_json(demand).unwrap();
            let error = demand.validate(&of(organizations)).unwrap_err();
            assert_eq!(error.option, option, "{demand:?}");
        }
        let members = AccessClaims {
            organizations: MEMBERS,
            ..AccessClaims::default()
        };
        for (demand, refused) in [
            ("{}", None),
            (r#"{"roles":["a"],"permissions":["b"],"org":"o"}"#, None),
            (r#"{"scopes":["a"],"org":"o"}"#, Some("scopes")),
        ] {
            let judged = Requirement::from_json(demand).unwrap().validate(&members);
            let option = judged.err().map(|error| error.option.to_string());
            assert_eq!(option.as_deref(), refused, "{demand}");
        }
        assert!(Requirement::from_json(r#"{"org":1}"#).is_err());
    }
}
