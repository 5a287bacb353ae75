//! The hand-written TypeScript types and the operation rows name the same things.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use countersign::api::{AnswerKind, Operation, Place};
use countersign::providers::propelauth::DIALECT;

const TYPES: &str = include_str!("../src/providers/propelauth/api.d.ts");

/// Methods of the client that are no calls of an operation.
const OWN: &[&str] = &["verifyWebhook"];

/// The lines of an interface's body.
fn interface(name: &str) -> impl Iterator<Item = &'static str> {
    let opening = format!("export interface {name} {{");
    let mut lines = TYPES.lines().skip_while(move |line| *line != opening);
    assert!(lines.next().is_some(), "{name} is not there");
    lines.take_while(|line| *line != "}").map(str::trim)
}

/// Every method that stands for an operation, with its line.
fn methods() -> BTreeMap<String, &'static str> {
    let of = |name: &'static str, prefix: &'static str| {
        interface(name).filter_map(move |line| {
            let (method, rest) = line.split_once('(')?;
            let named = method.bytes().all(|b| b.is_ascii_alphanumeric());
            let own =
                OWN.contains(&method) || method.starts_with("validateA") && method.contains("Get");
            let own = own || method.starts_with("validate") && method.contains("AndGetOrg");
            (named && !own).then(|| (format!("{prefix}{method}"), rest))
        })
    };
    of("PropelAuth", "")
        .chain(of("SessionApi", "session."))
        .collect()
}

#[test]
fn every_operation_is_typed_and_nothing_else_is() {
    let typed: BTreeSet<String> = methods().into_keys().collect();
    let rows: BTreeSet<String> = DIALECT.rows().map(|row| row.name.to_owned()).collect();
    assert_eq!(typed, rows);
}

fn expected_start(row: &Operation) -> String {
    let in_path = row.parameters.iter().filter(|p| p.place == Place::Path);
    let in_path = in_path.map(|p| format!("{}: ", p.name));
    let others: Vec<_> = row
        .parameters
        .iter()
        .filter(|p| p.place != Place::Path)
        .collect();
    let required = others.iter().any(|p| p.required);
    let url = row.answer == AnswerKind::Url;
    let parameters = match (others.is_empty(), required) {
        (true, _) => None,
        (_, true) => Some("parameters: ".to_owned()),
        _ => Some("parameters".to_owned()),
    };
    let options = (!url).then(|| "options?: RequestOptions".to_owned());
    in_path
        .chain(parameters)
        .chain(options)
        .collect::<Vec<_>>()
        .join("|")
}

/// Path parameters in order, then the others in one object that must be there when one of them
/// must, then the options of the call.
#[test]
fn arguments_stand_in_the_order_of_the_facade() {
    let methods = methods();
    for row in DIALECT.rows() {
        let mut rest = methods[row.name];
        for argument in expected_start(row).split('|').filter(|a| !a.is_empty()) {
            let at = rest.find(argument);
            assert!(at.is_some(), "{}: no {argument} in {rest}", row.name);
            rest = &rest[at.unwrap() + argument.len()..];
        }
        if row.paging.is_some() {
            assert!(rest.contains("Listed<"), "{} is a list", row.name);
        }
    }
}

#[test]
fn every_parameters_name_is_typed() {
    for row in DIALECT.rows() {
        for parameter in row.parameters {
            let typed = [": ", "?: "]
                .iter()
                .any(|colon| TYPES.contains(&format!("{}{colon}", parameter.name)));
            assert!(typed, "{} {}", row.name, parameter.name);
        }
    }
}

#[test]
fn every_error_class_is_declared() {
    let fixtures = include_str!("../src/providers/propelauth/fixtures/contract.json");
    let fixtures: serde_json::Value = serde_json::from_str(fixtures).unwrap();
    let refusals = fixtures["refusals"].as_array().unwrap().iter();
    let classes = refusals.map(|case| case["class"].as_str().unwrap());
    for class in classes.chain(["UnauthorizedException", "ForbiddenException"]) {
        let declaration = format!("export class {class} extends PropelAuthError");
        assert!(TYPES.contains(&declaration), "{class}");
    }
}
