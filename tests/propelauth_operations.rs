//! Every operation's request, one line each, against what the provider's reference says.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;

use api_support::{body, line};
use countersign::flow::{Flow, Step, Tick};
use countersign::http::Request;
use countersign::providers::propelauth::{DIALECT, PropelAuth};
use countersign::time::UnixMillis;
use serde_json::{Value, json};

/// Requests that the provider's SDKs send for the same calls: operation, parameters, request
/// line without the base, body.
const RECORDED: &str = include_str!("../src/providers/propelauth/fixtures/requests.json");

const BACKEND: &str = "https://propelauth-api.com/api/backend/v1";
const AUTH: &str = "https://auth.acme-test.example";

fn propelauth() -> PropelAuth {
    let options = json!({"authUrl": AUTH, "apiKey": "k", "accessToken": "t"});
    PropelAuth::from_json(&options.to_string()).unwrap()
}

fn request(operation: &str, parameters: &Value) -> Request {
    let mut call = propelauth()
        .call(operation, &parameters.to_string(), "", 7)
        .unwrap_or_else(|error| panic!("{operation}: {error}"));
    let now = UnixMillis::from_secs(1_790_000_000);
    match call.step(&mut (), Tick { now, entropy: 0 }) {
        Step::Send(_, request) => request,
        other => panic!("{operation}: {other:?}"),
    }
}

fn recorded() -> Vec<Value> {
    let fixtures: Value = serde_json::from_str(RECORDED).unwrap();
    fixtures["requests"].as_array().unwrap().clone()
}

#[test]
fn every_operation_sends_what_the_reference_says() {
    for row in recorded() {
        let operation = row["operation"].as_str().unwrap();
        let sent = request(operation, &row["parameters"]);
        let wanted = row["request"].as_str().unwrap();
        let (method, path) = wanted.split_once(' ').unwrap();
        let base = match path.split_once(':') {
            Some(("auth", _)) => AUTH,
            Some(("origin", _)) => "https://propelauth-api.com",
            _ => BACKEND,
        };
        let path = path
            .trim_start_matches("auth:")
            .trim_start_matches("origin:");
        assert_eq!(line(&sent), format!("{method} {base}{path}"), "{operation}");
        assert_eq!(body(&sent), row["body"], "{operation}");
        let typed = sent.headers.first("content-type");
        assert_eq!(
            typed,
            sent.body.as_ref().map(|_| "application/json"),
            "{operation}"
        );
        assert_eq!(
            sent.headers.first("x-propelauth-url"),
            (base != AUTH).then_some("auth.acme-test.example"),
            "{operation}"
        );
        let caller = match row["caller"].as_str() {
            None => Some("Bearer k"),
            Some("user") => Some("Bearer t"),
            Some(_) => None,
        };
        assert_eq!(sent.headers.first("authorization"), caller, "{operation}");
    }
}

#[test]
fn no_operation_is_without_its_line() {
    let recorded = recorded();
    let has_line = |name: &str| recorded.iter().any(|row| row["operation"] == name);
    for row in DIALECT.rows() {
        let is_page = row.name.ends_with("Url");
        assert!(is_page || has_line(row.name), "{}", row.name);
    }
    let backend = DIALECT
        .rows()
        .filter(|row| !row.name.starts_with("session."));
    assert_eq!(backend.count(), 80);
}

#[test]
fn a_port_of_its_own_goes_into_the_header_and_the_schemes_does_not() {
    for (auth_url, host) in [
        ("https://auth.x.io:8443", "auth.x.io:8443"),
        ("https://auth.x.io:443/", "auth.x.io"),
        ("https://AUTH.x.io/p", "auth.x.io"),
    ] {
        let options = json!({"authUrl": auth_url, "apiKey": "k"}).to_string();
        let propelauth = PropelAuth::from_json(&options).unwrap();
        let mut call = propelauth
            .call("fetchCustomRoleMappings", "", "", 7)
            .unwrap();
        let now = UnixMillis::from_secs(1_790_000_000);
        let Step::Send(_, request) = call.step(&mut (), Tick { now, entropy: 0 }) else {
            panic!("no request")
        };
        assert_eq!(request.headers.first("x-propelauth-url"), Some(host));
    }
}

#[test]
fn the_auth_url_itself_may_be_the_backends_address() {
    let options = json!({"authUrl": AUTH, "apiKey": "k", "apiUrl": AUTH}).to_string();
    let propelauth = PropelAuth::from_json(&options).unwrap();
    let mut call = propelauth
        .call("fetchCustomRoleMappings", "", "", 7)
        .unwrap();
    let now = UnixMillis::from_secs(1_790_000_000);
    let Step::Send(_, request) = call.step(&mut (), Tick { now, entropy: 0 }) else {
        panic!("no request")
    };
    assert_eq!(
        line(&request),
        format!("GET {AUTH}/api/backend/v1/custom_role_mappings")
    );
    assert_eq!(request.headers.first("x-propelauth-url"), None);
}

#[test]
fn hosted_pages_are_urls() {
    let propelauth = propelauth();
    for (operation, parameters, url) in [
        ("session.loginUrl", json!({}), "/login"),
        (
            "session.loginUrl",
            json!({"returnTo": "https://app.example/x?y"}),
            "/login?rt=aHR0cHM6Ly9hcHAuZXhhbXBsZS94P3k%3D",
        ),
        ("session.signupUrl", json!({}), "/signup"),
        ("session.accountUrl", json!({}), "/account"),
        (
            "session.orgUrl",
            json!({"orgId": "0c1f7a2e-8f41-4f0e-9a53-5d3c1b7e9a01"}),
            "/org?id=0c1f7a2e-8f41-4f0e-9a53-5d3c1b7e9a01",
        ),
        ("session.createOrgUrl", json!({}), "/create_org"),
        (
            "session.samlUrl",
            json!({"orgId": "0C1F7A2E-8F41-4F0E-9A53-5D3C1B7E9A01"}),
            "/saml?id=0c1f7a2e-8f41-4f0e-9a53-5d3c1b7e9a01",
        ),
        (
            "session.authorizeUrl",
            json!({"redirectUri": "https://app.example/cb", "state": "s", "signup": true}),
            "/propelauth/ssr/authorize?redirect_uri=https%3A%2F%2Fapp.example%2Fcb&state=s&signup=true",
        ),
    ] {
        let seen = propelauth.url(operation, &parameters.to_string()).unwrap();
        assert_eq!(seen, format!("{AUTH}{url}"));
    }
    assert!(propelauth.url("session.refresh", "").is_err());
}

#[test]
fn an_id_never_leads_to_another_endpoint() {
    const GOOD: &str = "0c1f7a2e-8f41-4f0e-9a53-5d3c1b7e9a01";
    for row in DIALECT.rows() {
        let ids = row.parameters.iter().filter(|p| {
            p.place == countersign::api::Place::Path || matches!(p.name, "userId" | "orgId")
        });
        for id in ids.filter(|p| p.required) {
            for bad in ["..", "../x", "%2e%2e", ".", ""] {
                let mut parameters = json!({
                    "userId": GOOD, "orgId": GOOD, "employeeId": GOOD, "groupId": "g",
                    "apiKeyId": "0".repeat(32), "provider": "google", "metric": "signups",
                });
                parameters
                    .as_object_mut()
                    .unwrap()
                    .retain(|name, _| row.parameters.iter().any(|p| p.name == name));
                for p in row.parameters.iter().filter(|p| p.required) {
                    let filler = match p.kind {
                        countersign::api::Kind::Boolean => json!(true),
                        countersign::api::Kind::Integer => json!(1),
                        countersign::api::Kind::TextList => json!([]),
                        _ => json!("x"),
                    };
                    parameters
                        .as_object_mut()
                        .unwrap()
                        .entry(p.name)
                        .or_insert(filler);
                }
                parameters[id.name] = json!(bad);
                let error = propelauth()
                    .call(row.name, &parameters.to_string(), "", 7)
                    .err();
                let error = match error {
                    Some(error) => error,
                    None => propelauth()
                        .url(row.name, &parameters.to_string())
                        .unwrap_err(),
                };
                let message = error.to_string();
                assert!(message.starts_with(id.name), "{}: {message}", row.name);
                assert_eq!(error.code().as_str(), "ERR_CONFIG_INVALID");
            }
        }
    }
}

#[test]
fn unset_null_and_value_are_three_things() {
    let empty = request("createApiKey", &json!({}));
    assert_eq!(empty.body.as_deref(), Some(&b"{}"[..]));
    let set = json!({"expiresAtSeconds": 0, "metadata": {}, "orgId": null});
    let sent = request("createApiKey", &set);
    assert_eq!(
        body(&sent),
        json!({"expires_at_seconds": 0, "metadata": {}, "org_id": null})
    );
    let id = "0".repeat(32);
    let sent = request(
        "updateApiKey",
        &json!({"apiKeyId": id, "metadata": {}, "setToNeverExpire": false}),
    );
    assert_eq!(
        body(&sent),
        json!({"metadata": {}, "set_to_never_expire": false})
    );
    let org = "0c1f7a2e-8f41-4f0e-9a53-5d3c1b7e9a01";
    let sent = request("updateOrg", &json!({"orgId": org, "domain": ""}));
    assert_eq!(body(&sent), json!({"domain": ""}));
}

#[test]
fn what_is_needed_is_named() {
    let without_key = PropelAuth::from_json(&json!({"authUrl": AUTH}).to_string()).unwrap();
    let error = without_key
        .call("fetchCustomRoleMappings", "", "", 7)
        .unwrap_err();
    assert_eq!(error.to_string(), "apiKey: is needed for this operation");
    let error = propelauth()
        .call("createMagicLink", "{}", "", 7)
        .unwrap_err();
    assert_eq!(error.to_string(), "email: is required");
    let error = propelauth()
        .call("createMagicLink", r#"{"email":"a","role":"x"}"#, "", 7)
        .unwrap_err();
    assert_eq!(error.to_string(), "role: is not known here");
    let error = propelauth().call("nope", "", "", 7).unwrap_err();
    assert_eq!(error.to_string(), "nope: is not known here");
}
