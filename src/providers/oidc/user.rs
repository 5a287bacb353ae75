//! The holder that a verified payload describes.

use crate::encoding::split;
use crate::json::{Json, Members};
use crate::jwt::AccessClaims;
use crate::providers::principal::{Projection, project};

const USER: Projection = &[
    ("sub", "sub"),
    ("email", "email"),
    ("emailVerified", "email_verified"),
    ("name", "name"),
    ("issuedAt", "iat"),
    ("expiresAt", "exp"),
];

/// Claims that name the client which the token was issued to.
const CLIENTS: [&str; 3] = ["client_id", "cid", "azp"];

/// Reads a verified payload. Rights are lists of strings, empty where there are none.
pub(super) fn user(claims: Members, access: &AccessClaims) -> Members {
    let client = CLIENTS.iter().find_map(|name| claims.get(name)).cloned();
    let rights = [
        ("roles", rights(&claims, &access.roles, false)),
        ("permissions", rights(&claims, &access.permissions, false)),
        ("scopes", rights(&claims, &access.scopes, true)),
    ];
    let mut user = project(USER, claims);
    user.insert("clientId", client);
    for (name, held) in rights {
        user.insert(name, held);
    }
    user
}

fn rights(claims: &Members, paths: &[String], spaced: bool) -> Vec<Json> {
    match paths.iter().find_map(|path| at_path(claims, path)) {
        Some(Json::String(text)) if spaced => split(text, b' ').map(Json::from).collect(),
        Some(Json::String(text)) => vec![text.as_str().into()],
        Some(Json::Array(items)) if items.iter().all(Json::is_string) => items.clone(),
        _ => Vec::new(),
    }
}

/// The value at a dotted path; names may hold dots themselves, so every split is tried.
fn at_path<'a>(claims: &'a Members, path: &str) -> Option<&'a Json> {
    claims.get(path).or_else(|| {
        path.match_indices('.').find_map(|(dot, _)| {
            let (name, rest) = (path.get(..dot)?, path.get(dot + 1..)?);
            at_path(claims.get(name)?.as_object()?, rest)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn rights_are_lists_wherever_they_stand() {
        let access = AccessClaims {
            roles: vec![
                "https://x.example/roles".into(),
                "realm_access.roles".into(),
            ],
            permissions: vec!["permissions".into()],
            scopes: vec!["scope".into()],
            ..AccessClaims::default()
        };
        let read = |claims: Json| Json::Object(user(claims.as_object().cloned().unwrap(), &access));
        let seen = read(json!({
            "sub": "u", "azp": "c", "realm_access": {"roles": ["a"]}, "permissions": "p q", "scope": "x y"
        }));
        assert_eq!(seen["roles"], json!(["a"]));
        assert_eq!(seen["permissions"], json!(["p q"]));
        assert_eq!(seen["scopes"], json!(["x", "y"]));
        assert_eq!(
            (&seen["clientId"], &seen["email"]),
            (&json!("c"), &json!(null))
        );
        let named = read(json!({"https://x.example/roles": "b", "realm_access": {"roles": ["a"]}}));
        assert_eq!(named["roles"], json!(["b"]));
        for odd in [
            json!({"permissions": [1]}),
            json!({"permissions": {}}),
            json!({}),
        ] {
            assert_eq!(read(odd)["permissions"], json!([]));
        }
    }
}
