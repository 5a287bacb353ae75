//! The hand-written TypeScript types and the operation rows name the same things.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use countersign::api::Place;
use countersign::error::{Error, TokenError, TransportError, WebhookError};
use countersign::providers::hellojohn::{DIALECT, class};

const TYPES: &str = include_str!("../src/providers/hellojohn/api.d.ts");

/// Methods that are several calls, or another name for one.
const FLOWS: &[&str] = &["sessions.revokeAll"];

/// The lines of an interface's body.
fn interface(name: &str) -> Vec<&'static str> {
    let opening = format!("export interface {name} {{");
    let mut lines = TYPES.lines().skip_while(|line| *line != opening);
    assert!(lines.next().is_some(), "{name} is not there");
    lines
        .take_while(|line| *line != "}")
        .map(str::trim)
        .collect()
}

/// Every method of every group, as `group.method`, with the names of its arguments.
fn methods() -> BTreeMap<String, Vec<&'static str>> {
    let groups = interface("HelloJohn").into_iter().filter_map(|line| {
        let (group, api) = line.strip_prefix("readonly ")?.split_once(": ")?;
        api.ends_with("Api").then_some((group, api))
    });
    let mut methods = BTreeMap::new();
    for (group, api) in groups {
        for line in interface(api) {
            if let Some((method, arguments)) = line.split_once('(')
                && method.bytes().all(|b| b.is_ascii_alphanumeric())
            {
                let before = methods.insert(format!("{group}.{method}"), names(arguments));
                assert!(before.is_none(), "{group}.{method} is there twice");
            }
        }
    }
    methods
}

/// The names of arguments, those inside braces left out.
fn names(arguments: &'static str) -> Vec<&'static str> {
    let mut depth = 0;
    let mut names = Vec::new();
    let mut start = 0;
    for (at, letter) in arguments.char_indices() {
        match letter {
            '{' | '[' | '<' | '(' => depth += 1,
            ')' if depth == 0 => break,
            '}' | ']' | '>' | ')' => depth -= 1,
            ',' if depth == 0 => start = at + 1,
            ':' if depth == 0 => names.push(arguments[start..at].trim()),
            _ => {}
        }
    }
    names
}

#[test]
fn every_operation_is_typed_and_nothing_else_is() {
    let typed: BTreeSet<String> = methods().into_keys().collect();
    let rows = DIALECT
        .rows()
        .map(|row| row.name)
        .chain(FLOWS.iter().copied());
    let rows: BTreeSet<String> = rows.map(str::to_owned).collect();
    assert_eq!(typed, rows);
}

#[test]
fn arguments_are_the_path_parameters_then_the_others_then_options() {
    let methods = methods();
    for row in DIALECT.rows() {
        let arguments = &methods[row.name];
        let in_path = row.parameters.iter().filter(|p| p.place == Place::Path);
        let mut expected: Vec<_> = in_path.map(|p| p.name.to_owned()).collect();
        let others = row.parameters.iter().filter(|p| p.place != Place::Path);
        let required = others.clone().any(|p| p.required);
        if others.count() > 0 || row.tenant {
            let given = arguments.contains(&"parameters");
            expected.push(
                if given || required {
                    "parameters"
                } else {
                    "parameters?"
                }
                .to_owned(),
            );
        }
        if row.name != "auth.oauthAuthorizeUrl" {
            expected.push("options?".to_owned());
        }
        assert_eq!(arguments, &expected, "{}", row.name);
    }
}

/// A parameter that is not typed somewhere cannot be used from TypeScript.
#[test]
fn every_parameters_name_is_typed() {
    for row in DIALECT.rows() {
        for parameter in row.parameters {
            let spellings = [
                format!("{}: ", parameter.name),
                format!("{}?: ", parameter.name),
            ];
            let typed = spellings
                .iter()
                .any(|spelling| TYPES.contains(spelling.as_str()));
            assert!(typed, "{} {}", row.name, parameter.name);
        }
    }
}

#[test]
fn every_error_class_is_declared() {
    let errors: [Error; 3] = [
        TokenError::Missing.into(),
        TransportError::Failed.into(),
        WebhookError::SignatureInvalid.into(),
    ];
    let from_api = [
        "AuthenticationError",
        "ConflictError",
        "MfaRequiredError",
        "NotFoundError",
        "PermissionError",
        "RateLimitError",
        "ServerError",
        "TenantNotFoundError",
        "UserNotFoundError",
        "ValidationError",
    ];
    for class in errors.iter().map(class).chain(from_api) {
        let declaration = format!("export class {class} extends HelloJohnError");
        assert!(TYPES.contains(&declaration), "{class}");
    }
}
