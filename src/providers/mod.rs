//! Auth providers as data: what each one's tokens, API and webhooks are like.
//!
//! A provider is a folder here and one entry in [`ALL`].

use crate::api::Dialect;

pub mod hellojohn;
pub mod propelauth;

/// What is known about a provider before anybody configures it.
#[derive(Clone, Copy, Debug)]
pub struct Provider {
    /// Its name, as in the package's entry points.
    pub id: &'static str,
    /// Its API.
    pub dialect: &'static Dialect,
    /// The webhook scheme its deliveries are signed with, where it sends any.
    pub webhook_scheme: Option<&'static str>,
}

/// Every provider.
pub const ALL: &[Provider] = &[hellojohn::PROVIDER, propelauth::PROVIDER];

/// The provider of this name.
pub fn find(id: &str) -> Option<&'static Provider> {
    ALL.iter().find(|provider| provider.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{AnswerKind, CredentialKind, FixedValue, Operation, Place, Repeat};
    use crate::http::Method;

    fn rows() -> impl Iterator<Item = &'static Operation> {
        ALL.iter().flat_map(|provider| provider.dialect.rows())
    }

    #[test]
    fn providers_and_their_operations_have_names_of_their_own() {
        for (at, provider) in ALL.iter().enumerate() {
            assert!(ALL.iter().skip(at + 1).all(|other| other.id != provider.id));
            let mut names: Vec<_> = provider.dialect.rows().map(|row| row.name).collect();
            names.sort_unstable();
            names
                .windows(2)
                .for_each(|pair| assert_ne!(pair[0], pair[1]));
            assert!(find(provider.id).is_some());
        }
    }

    /// A row that breaks this would send a literal brace or drop a parameter.
    #[test]
    fn every_path_has_exactly_the_parameters_its_row_declares() {
        for row in rows() {
            let mut in_path: Vec<_> = row
                .path
                .split('/')
                .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
                .collect();
            let mut declared: Vec<_> = row
                .parameters
                .iter()
                .filter(|parameter| parameter.place == Place::Path)
                .map(|parameter| parameter.name)
                .collect();
            in_path.sort_unstable();
            declared.sort_unstable();
            assert_eq!(in_path, declared, "{}", row.name);
            assert!(row.path.starts_with('/'), "{}", row.name);
        }
    }

    #[test]
    fn every_row_is_consistent() {
        for row in rows() {
            let mut names: Vec<_> = row
                .parameters
                .iter()
                .map(|parameter| parameter.name)
                .collect();
            names.sort_unstable();
            names
                .windows(2)
                .for_each(|pair| assert_ne!(pair[0], pair[1], "{}", row.name));
            let has_body = row.parameters.iter().any(|p| p.place == Place::Body);
            assert!(!(has_body && row.method == Method::Get), "{}", row.name);
            if row.answer == AnswerKind::Url {
                assert_eq!(row.credential, CredentialKind::None, "{}", row.name);
            }
            for fixed in row.fixed {
                if let FixedValue::CopyOf(name) = fixed.value {
                    assert!(names.contains(&name), "{}", row.name);
                }
            }
            if row.repeat == Repeat::Always {
                assert_eq!(row.method, Method::Post, "{}", row.name);
            }
        }
    }
}
