//! Façades that are written by hand, their TypeScript types and the operation rows name the
//! same things. HelloJohn's and PropelAuth's façades are made from the rows; their types have
//! tests of their own.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use countersign::providers::oidc::PRESETS;
use countersign::providers::{ALL, Provider};

/// Providers whose façade comes from the rows.
const GENERATED: [&str; 2] = ["hellojohn", "propelauth"];

/// Flows of several calls, beside the rows.
const FLOWS: [(&str, &str); 1] = [("nicelogin", "changePassword")];

/// What a flow gives a row by itself.
const INTERNAL: [(&str, &str); 1] = [("oidc", "authorization")];

struct Facade {
    provider: &'static Provider,
    /// The façade's TypeScript.
    code: String,
    /// The types that users get.
    types: String,
}

impl Facade {
    fn all() -> Vec<Self> {
        let read = |path: String| std::fs::read_to_string(path).unwrap();
        let own = ALL.iter().filter(|p| !GENERATED.contains(&p.id));
        let facades: Vec<_> = own
            .map(|provider| Self {
                provider,
                code: read(format!("pkg-template/src/{}.ts", provider.id)),
                types: read(format!("src/providers/{}/api.d.ts", provider.id)),
            })
            .collect();
        assert_eq!(facades.len(), 3);
        facades
    }

    /// The operations that the façade calls.
    fn calls(&self) -> BTreeSet<&str> {
        let behind = |word: &'static str| self.code.split(word).skip(1);
        behind(".call('")
            .chain(behind(".send('"))
            .map(|rest| rest.split('\'').next().unwrap())
            .collect()
    }

    /// The methods of the classes whose clients users hold, with their arguments.
    fn methods(&self) -> BTreeMap<&str, Vec<&str>> {
        bodies(&self.code, "class ")
            .filter_map(|line| method(line.strip_prefix("async ").unwrap_or(line)))
            .filter(|(name, _)| *name != "constructor")
            .collect()
    }

    /// The methods that the interfaces promise.
    fn typed(&self) -> BTreeMap<&str, Vec<&str>> {
        bodies(&self.types, "export interface ")
            .filter_map(method)
            .collect()
    }
}

/// The lines of one step of indentation within blocks that begin so.
fn bodies<'a>(text: &'a str, opening: &'a str) -> impl Iterator<Item = &'a str> {
    let mut within = false;
    text.lines().filter_map(move |line| {
        if line.starts_with(opening) {
            within = true;
        } else if line == "}" {
            within = false;
        }
        let own = line.strip_prefix("  ").filter(|own| !own.starts_with(' '));
        own.filter(|_| within)
    })
}

/// A method's name and those of its arguments.
fn method(line: &str) -> Option<(&str, Vec<&str>)> {
    let (name, rest) = line.split_once('(')?;
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
    plain.then(|| (name, arguments(rest)))
}

fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut names) = (0, Some(0), Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '{' | '[' | '<' | '(' => depth += 1,
            ')' if depth == 0 => break,
            '}' | ']' | '>' | ')' => depth -= 1,
            ',' if depth == 0 => start = Some(at + 1),
            ':' if depth == 0 => {
                // A second colon belongs to the type.
                if let Some(begin) = start.take() {
                    names.push(text[begin..at].trim().trim_end_matches('?'));
                }
            }
            _ => {}
        }
    }
    names
}

#[test]
fn every_operation_is_called_and_nothing_else_is() {
    for facade in Facade::all() {
        let id = facade.provider.id;
        let flows = FLOWS.iter().filter(|(of, _)| *of == id);
        let rows = facade.provider.dialect.rows().map(|row| row.name);
        let rows: BTreeSet<_> = rows.chain(flows.map(|(_, name)| *name)).collect();
        assert_eq!(facade.calls(), rows, "{id}");
    }
}

#[test]
fn every_method_is_typed_with_its_arguments_and_no_other_is() {
    for facade in Facade::all() {
        let id = facade.provider.id;
        let (methods, typed) = (facade.methods(), facade.typed());
        assert!(!methods.is_empty(), "{id}");
        let names = |methods: &BTreeMap<&str, Vec<&str>>| {
            let names: Vec<_> = methods.keys().map(|name| (*name).to_owned()).collect();
            names
        };
        assert_eq!(names(&methods), names(&typed), "{id}");
        for (name, arguments) in methods {
            assert_eq!(arguments.len(), typed[name].len(), "{id} {name}");
        }
    }
}

/// What a row takes is an argument of the method that calls it.
#[test]
fn every_parameter_of_a_row_is_typed() {
    for facade in Facade::all() {
        for row in facade.provider.dialect.rows() {
            for parameter in row.parameters {
                let id = facade.provider.id;
                if INTERNAL.contains(&(id, parameter.name)) {
                    continue;
                }
                let typed = format!("{}: ", parameter.name);
                assert!(facade.types.contains(&typed), "{id} {} {typed}", row.name);
            }
        }
    }
}

#[test]
fn every_preset_has_its_factory_and_its_types() {
    let facades = Facade::all();
    let oidc = facades.iter().find(|f| f.provider.id == "oidc").unwrap();
    let names = |text: &str, opening: &str, end: &str| -> BTreeSet<String> {
        let (_, rest) = text.split_once(opening).unwrap();
        let (body, _) = rest.split_once(end).unwrap();
        let rows = body.lines().filter_map(|line| line.trim().split_once(": "));
        let names = rows.map(|(name, _)| name.to_owned());
        names.filter(|name| !name.contains(' ')).collect()
    };
    let rows: BTreeSet<_> = PRESETS.iter().map(|p| p.id.to_owned()).collect();
    assert_eq!(names(&oidc.code, "export const presets = {", "};"), rows);
    assert_eq!(names(&oidc.types, "export const presets: {", "\n}"), rows);
}

#[test]
fn the_reader_of_methods_sees_what_is_there() {
    let text = "class A {\n  async b(c: unknown, d?: { e: [f, g] }): void {\n    h(i: j)\n  }\n}\nk(l: m)\n";
    let methods: BTreeMap<_, _> = bodies(text, "class ")
        .filter_map(|line| method(line.strip_prefix("async ").unwrap_or(line)))
        .collect();
    assert_eq!(methods, BTreeMap::from([("b", vec!["c", "d"])]));
}
