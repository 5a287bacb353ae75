//! What a resource demands beyond a good token: roles, permissions, scopes.

use std::borrow::Cow;

use super::claims::{Claims, one_or_many};
use crate::error::{ConfigError, Demand, TokenError};
use crate::json::Value;
use crate::options::Options;

/// Where a token carries its holder's rights: dotted paths, the first one that is there
/// counts. An empty list means that the issuer has no such thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessClaims {
    /// Paths of the roles: a string or a list of strings.
    pub roles: Vec<String>,
    /// Paths of the permissions: a string or a list of strings.
    pub permissions: Vec<String>,
    /// Paths of the scopes: a list of strings, or one string with spaces between them
    /// (RFC 8693 §4.2).
    pub scopes: Vec<String>,
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
}

impl Requirement {
    /// Reads a demand from a JSON object.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the member: unknown, or no list of strings.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let names = &["roles", "permissions", "scopes"];
        let demand = Options::parse("requirement", json, names)?;
        let read = Self {
            roles: demand.strings("roles"),
            permissions: demand.strings("permissions"),
            scopes: demand.strings("scopes"),
        };
        demand.check()?;
        Ok(read)
    }

    /// Checks the demand itself against what the issuer's tokens can carry.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] on an empty list, and where the issuer has no claim for what is asked.
    pub fn validate(&self, access: &AccessClaims) -> Result<(), ConfigError> {
        for (name, demanded, paths) in [
            ("roles", &self.roles, &access.roles),
            ("permissions", &self.permissions, &access.permissions),
            ("scopes", &self.scopes, &access.scopes),
        ] {
            let Some(demanded) = demanded else { continue };
            if demanded.is_empty() {
                return Err(ConfigError::new(
                    name,
                    "must not be empty; leave it out to demand nothing",
                ));
            }
            if paths.is_empty() {
                return Err(ConfigError::new(
                    name,
                    "the verifier knows no claim that carries them",
                ));
            }
        }
        Ok(())
    }

    /// Passes when the claims carry everything that is demanded.
    ///
    /// # Errors
    ///
    /// `ERR_FORBIDDEN`. A claim that is missing or of the wrong type carries nothing.
    pub fn check(&self, claims: &Claims<'_>, access: &AccessClaims) -> Result<(), TokenError> {
        if let Some(roles) = &self.roles {
            let held = held(claims, &access.roles, one_or_many);
            if !roles.iter().any(|role| held.iter().any(|h| h == role)) {
                return Err(TokenError::Forbidden(Demand::Role));
            }
        }
        let all = |demanded: &Option<Vec<String>>, held: Vec<Cow<'_, str>>| {
            demanded
                .iter()
                .flatten()
                .all(|right| held.iter().any(|h| h == right))
        };
        if !all(
            &self.permissions,
            held(claims, &access.permissions, one_or_many),
        ) {
            return Err(TokenError::Forbidden(Demand::Permission));
        }
        if !all(&self.scopes, held(claims, &access.scopes, scopes)) {
            return Err(TokenError::Forbidden(Demand::Scope));
        }
        Ok(())
    }
}

fn held<'a>(
    claims: &Claims<'a>,
    paths: &[String],
    read: impl Fn(Value<'a>) -> Option<Vec<Cow<'a, str>>>,
) -> Vec<Cow<'a, str>> {
    paths
        .iter()
        .find_map(|path| claims.object().at_path(path))
        .and_then(read)
        .unwrap_or_default()
}

fn scopes(value: Value<'_>) -> Option<Vec<Cow<'_, str>>> {
    match value.as_str() {
        Some(text) => Some(
            text.split(' ')
                .map(|scope| Cow::Owned(scope.to_owned()))
                .collect(),
        ),
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
    }
}
