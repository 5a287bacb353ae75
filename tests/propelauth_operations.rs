//! What is special about PropelAuth's requests; the recorded ones are in the shared contract.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;

use api_support::{body, line};
use countersign::flow::{Flow, Step, Tick};
use countersign::http::Request;
use countersign::providers::propelauth::{DIALECT, PropelAuth};
use countersign::time::UnixMillis;
use serde_json::{Value, json};

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

#[test]
fn the_backend_has_as_many_operations_as_its_reference() {
    let backend = DIALECT
        .rows()
        .filter(|row| !row.name.starts_with("session."));
    assert_eq!(backend.count(), 80);
}

#[test]
fn a_role_comes_alone_unless_more_are_named() {
    const ID: &str = "0c1f7a2e-8f41-4f0e-9a53-5d3c1b7e9a01";
    for (operation, who) in [
        ("addUserToOrg", "userId"),
        ("changeUserRoleInOrg", "userId"),
        ("inviteUserToOrg", "email"),
        ("inviteUserToOrgByUserId", "userId"),
    ] {
        let mut parameters = json!({ "orgId": ID, "role": "Admin" });
        parameters[who] = json!(ID);
        let sent =
            |parameters: &Value| body(&request(operation, parameters))["additional_roles"].clone();
        assert_eq!(sent(&parameters), json!([]), "{operation}");
        parameters["additionalRoles"] = json!(["X"]);
        assert_eq!(sent(&parameters), json!(["X"]), "{operation}");
    }
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
fn what_is_no_hosted_page_has_no_url() {
    assert!(propelauth().url("session.refresh", "").is_err());
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
