//! The Envoy filter's decisions, without any Envoy: configuration in, requests in, decisions
//! out.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod configuration;
mod decisions;
mod keys;
mod presets;

use countersign::envoy::request::Request;
use countersign::envoy::{Decision, Gate};
use countersign::time::UnixMillis;
use serde_json::{Value, json};
use support::{NOW, TestKey, key_set};

const MOMENT: UnixMillis = UnixMillis::from_secs(NOW);

/// A key set as a configuration holds it.
fn jwks(keys: &[&TestKey]) -> Value {
    serde_json::from_str(&key_set(keys)).unwrap()
}

fn gate(configuration: &Value) -> Gate {
    Gate::configure(configuration.to_string().as_bytes()).unwrap()
}

/// The path and the problem that a configuration is refused with.
fn refused(configuration: &Value) -> (String, String) {
    match Gate::configure(configuration.to_string().as_bytes()) {
        Ok(_) => panic!("accepted: {configuration}"),
        Err(error) => (error.option.to_string(), error.problem.to_string()),
    }
}

/// Claims of an issuer's token for the audience `api`.
fn claims(issuer: &str, more: &Value) -> String {
    let mut claims = json!({ "iss": issuer, "aud": "api", "sub": "u1", "exp": NOW + 600 });
    for (name, value) in more.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.to_string()
}

fn request(path: &str, fields: &[(&str, &str)]) -> Request {
    let pseudo = [
        (":method", "GET"),
        (":path", path),
        (":authority", "a.example"),
    ];
    let fields = pseudo.iter().chain(fields);
    let fields: Vec<_> = fields
        .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
        .collect();
    Request::of(&fields)
}

fn with_token(path: &str, token: &str) -> Request {
    request(path, &[("authorization", &format!("Bearer {token}"))])
}

/// A decision in one line: what is set or removed, or the status and code.
fn told(decision: &Decision) -> String {
    match decision {
        Decision::Park(_) => "parked".to_owned(),
        Decision::Receive(_) => "receiving".to_owned(),
        Decision::Refuse(answer) => format!("{} {}", answer.status, answer.code),
        Decision::Pass(edits) => {
            let edits = edits.iter().map(|edit| match &edit.value {
                None => format!("-{}", edit.name),
                Some(value) => format!("{}={}", edit.name, String::from_utf8_lossy(value)),
            });
            edits.collect::<Vec<_>>().join(" ")
        }
    }
}

/// What decides names no host, so that these tests see all of it.
#[test]
fn only_the_files_that_connect_it_to_the_proxy_call_it() {
    const CALLS: [&str; 3] = ["extern \"C\"", "use super::abi::", "use super::host::"];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/envoy");
    let mut naming = Vec::new();
    for folder in [folder.clone(), folder.join("config")] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_rust = path.extension().is_some_and(|extension| extension == "rs");
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            if is_rust && CALLS.iter().any(|call| text.contains(call)) {
                naming.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }
    naming.sort();
    let expected = ["abi.rs", "dispatch.rs", "filter.rs", "host.rs", "root.rs"];
    assert_eq!(naming, expected);
}
