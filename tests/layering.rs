//! The core names no host, and arrows between its modules point one way.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Words that only a host's adapter may use.
const HOST_WORDS: [&str; 11] = [
    "wasm_bindgen",
    "js_sys",
    "web_sys",
    "extern \"C\"",
    "SystemTime",
    "Instant",
    "getrandom",
    "target_arch",
    "cfg(feature",
    "std::net::Tcp",
    "std::env",
];

/// Adapters, and the one file that chooses between them.
const ADAPTERS: [&str; 3] = ["src/js/", "src/envoy/", "src/lib.rs"];

/// Hosts, which know the core and which it does not know.
const HOSTS: [&str; 3] = ["envoy", "js", "jsonwebtoken"];

/// Every other module with all that it knows of this crate. Lower ones first: a module knows
/// none that stands behind it.
const KNOWS: [(&str, &[&str]); 14] = [
    ("encoding", &[]),
    ("http", &[]),
    ("json", &[]),
    ("error", &["encoding", "http"]),
    ("time", &["error"]),
    ("url", &["encoding", "error"]),
    ("options", &["encoding", "error", "json"]),
    ("flow", &["error", "http", "time"]),
    (
        "api",
        &[
            "encoding", "error", "flow", "http", "json", "options", "time", "url",
        ],
    ),
    // An algorithm takes keys and a key knows its algorithms: two halves of one.
    ("crypto", &["encoding", "error", "jwk"]),
    (
        "jwk",
        &[
            "crypto", "encoding", "error", "flow", "http", "json", "time", "url",
        ],
    ),
    (
        "jwt",
        &[
            "crypto", "encoding", "error", "flow", "http", "json", "jwk", "options", "time",
        ],
    ),
    (
        "webhook",
        &[
            "crypto", "encoding", "error", "http", "json", "options", "time",
        ],
    ),
    (
        "providers",
        &[
            "api", "crypto", "encoding", "error", "flow", "http", "json", "jwk", "jwt", "options",
            "time", "url", "webhook",
        ],
    ),
];

#[test]
fn the_core_names_no_host() {
    for (path, text) in sources() {
        if ADAPTERS.iter().any(|adapter| path.starts_with(adapter)) {
            continue;
        }
        for word in HOST_WORDS {
            let line = text.lines().position(|line| holds_word(line, word));
            assert_eq!(line, None, "{path} names {word}");
        }
    }
}

#[test]
fn arrows_point_one_way() {
    let sources = sources();
    for (module, known) in KNOWS {
        let own = |path: &str| module_of(path) == module;
        let mut seen = BTreeSet::new();
        for (path, text) in sources.iter().filter(|(path, _)| own(path)) {
            for other in named(text).filter(|other| other != module) {
                assert!(known.contains(&&*other), "{path} knows {other}");
                seen.insert(other);
            }
        }
        let unused = known.iter().find(|known| !seen.contains(**known));
        assert_eq!(unused, None, "{module} need not know it");
    }
}

#[test]
fn lower_modules_know_no_higher_ones() {
    for (place, (module, known)) in KNOWS.iter().enumerate() {
        let higher = known.iter().find(|known| {
            let lower = KNOWS[..place].iter();
            !lower.clone().any(|(lower, _)| lower == *known)
        });
        let halves = (*module == "crypto").then_some(&"jwk");
        assert_eq!(higher, halves, "{module}");
    }
}

#[test]
fn every_module_has_its_place() {
    let rows = KNOWS.map(|(module, _)| module).into_iter().chain(HOSTS);
    let rows: BTreeSet<_> = rows.map(str::to_owned).collect();
    let modules = sources().into_iter().map(|(path, _)| module_of(&path));
    let mut modules: BTreeSet<_> = modules.collect();
    // The root, and what hands out its memory.
    assert!(modules.remove("lib") && modules.remove("allocator"));
    assert_eq!(modules, rows);
}

#[test]
fn a_module_is_found_however_it_is_named() {
    let text = "use crate::jwk::Jwk; // crate::webhook\nuse crate::{api, error::{Error, Code},\n\
                http};\nfn f() -> crate::jwt::Verifier { $crate::time::now() }";
    let found: Vec<_> = named(text).collect();
    assert_eq!(found, ["jwk", "api", "error", "http", "jwt", "time"]);
}

/// The module that a file belongs to: `src/jwk/pem.rs` and `src/jwk.rs` both to `jwk`.
fn module_of(path: &str) -> String {
    let inside = path.strip_prefix("src/").unwrap();
    inside.split(['/', '.']).next().unwrap().to_owned()
}

/// The modules of this crate that code names, by paths and in groups of imports.
fn named(text: &str) -> impl Iterator<Item = String> {
    let code = text.lines().map(|line| line.split("//").next().unwrap());
    let code = code.collect::<Vec<_>>().join("\n");
    let behind: Vec<_> = code.split("crate::").skip(1).map(str::to_owned).collect();
    behind
        .into_iter()
        .flat_map(|path| match path.strip_prefix('{') {
            Some(group) => members(group),
            None => vec![first_name(&path)],
        })
}

/// What stands first in each member of a group of imports, whose brace is open.
fn members(group: &str) -> Vec<String> {
    let mut depth = 1;
    let inside = group.chars().take_while(|letter| {
        depth += match letter {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        depth > 0
    });
    let mut depth = 0;
    let flat: String = inside
        .filter(|letter| {
            let outside = depth == 0;
            depth += match letter {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            outside
        })
        .collect();
    flat.split(',').map(first_name).collect()
}

fn first_name(path: &str) -> String {
    let is_name = |letter: &char| letter.is_alphanumeric() || *letter == '_';
    path.trim_start().chars().take_while(is_name).collect()
}

/// `word` in code, not in a comment and not as a part of a longer name.
fn holds_word(line: &str, word: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(is_name) && !after.is_some_and(is_name)
    })
}

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("src")];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                sources.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(sources.len() > 20);
    sources
}
