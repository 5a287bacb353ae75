//! The core names no host, and arrows between its modules point one way.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

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

/// Each module with those it must not know. Lower ones first.
const FORBIDDEN: [(&str, &[&str]); 8] = [
    (
        "error",
        &[
            "flow",
            "crypto",
            "jwk",
            "jwt",
            "webhook",
            "api",
            "providers",
        ],
    ),
    (
        "http",
        &[
            "flow",
            "crypto",
            "jwk",
            "jwt",
            "webhook",
            "api",
            "providers",
        ],
    ),
    (
        "json",
        &[
            "error",
            "http",
            "flow",
            "crypto",
            "jwk",
            "jwt",
            "webhook",
            "api",
            "providers",
        ],
    ),
    (
        "flow",
        &["crypto", "jwk", "jwt", "webhook", "api", "providers"],
    ),
    ("crypto", &["flow", "jwt", "webhook", "api", "providers"]),
    ("jwk", &["jwt", "webhook", "api", "providers"]),
    ("jwt", &["webhook", "api", "providers"]),
    ("webhook", &["jwk", "jwt", "api", "providers"]),
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
    for (module, forbidden) in FORBIDDEN {
        let own = |path: &str| {
            path == format!("src/{module}.rs") || path.starts_with(&format!("src/{module}/"))
        };
        let mut files = 0;
        for (path, text) in sources.iter().filter(|(path, _)| own(path)) {
            files += 1;
            for other in forbidden {
                assert!(
                    !text.contains(&format!("crate::{other}::")),
                    "{path} knows {other}"
                );
            }
        }
        assert!(files > 0, "there is no module {module}");
    }
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
