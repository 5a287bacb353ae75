//! Nothing secret shows anywhere.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;

use api_support::{NOW, answer};
use countersign::flow::{Flow, Step, Tick};
use countersign::providers::hellojohn::{HelloJohn, Refresh, RefreshState};
use countersign::time::UnixMillis;
use serde_json::{Value, json};

fn hellojohn(options: Value) -> HelloJohn {
    HelloJohn::from_json(&options.to_string()).unwrap()
}

const CANARY: &str = "canary";

fn loaded() -> HelloJohn {
    hellojohn(json!({
        "apiUrl": "https://a.example", "tenantId": "tnt_1", "secretKey": "sk_canary",
        "publishableKey": "pk_canary", "masterKey": "mk_canary",
        "accessToken": "at_canary", "controlPlaneToken": "cp_canary",
        "webhookSecret": "whsec_canary",
    }))
}

/// Operations of every credential, with secrets in every kind of place.
const CALLS: &[(&str, &str)] = &[
    ("users.create", r#"{"email":"a@x","password":"pw_canary"}"#),
    ("auth.signIn", r#"{"email":"a@x","password":"pw_canary"}"#),
    ("auth.refresh", r#"{"refreshToken":"rt_canary"}"#),
    ("auth.me", ""),
    ("tenants.list", ""),
    ("controlPlane.updateTenant", r#"{"id":"t"}"#),
    (
        "auth.clientCredentials",
        r#"{"clientId":"c","clientSecret":"cs_canary"}"#,
    ),
    (
        "organizations.acceptInvitation",
        r#"{"token":"inv_canary"}"#,
    ),
    ("sessions.verify", r#"{"token":"tok_canary"}"#),
];

/// What a server might throw back: everything it was sent.
fn echo(request: &countersign::http::Request) -> String {
    let bearer = request.headers.first("authorization").unwrap_or_default();
    let sent = String::from_utf8_lossy(request.body.as_deref().unwrap_or_default());
    let url = &request.url;
    json!({"error": {"code": bearer, "message": format!("{bearer} {sent} {url}"),
           "request_id": bearer, "echo": {"body": sent, "nested": [bearer, url]}}})
    .to_string()
}

#[test]
fn no_secret_shows_in_any_debug_output_or_error() {
    let hellojohn = loaded();
    assert!(!format!("{hellojohn:?} {:?}", hellojohn.client()).contains(CANARY));
    assert!(!format!("{:?}", hellojohn.webhook_secrets()).contains(CANARY));
    for (operation, parameters) in CALLS {
        for status in [400, 401, 403, 404, 409, 422, 429, 500, 503] {
            for json_body in [true, false] {
                let options = r#"{"maxRetries":0}"#;
                let mut call = hellojohn
                    .client()
                    .call(operation, parameters, options, 1)
                    .unwrap();
                let tick = Tick {
                    now: UnixMillis::from_secs(NOW),
                    entropy: 0,
                };
                let Step::Send(id, request) = call.step(&mut (), tick) else {
                    panic!("{operation}: not sent");
                };
                let shown = format!("{call:?} {request:?}");
                let body = echo(&request);
                let body = if json_body {
                    body
                } else {
                    format!("<p>{body}")
                };
                call.resolve(&mut (), id, answer(status, &body), tick);
                let Step::Done(Err(error)) = call.step(&mut (), tick) else {
                    panic!("{operation}: no error");
                };
                let shown = format!(
                    "{shown} {call:?} {error:?} {error} {:?}",
                    error.www_authenticate()
                );
                assert!(!shown.contains(CANARY), "{operation} {status}: {shown}");
            }
        }
    }
}

#[test]
fn no_secret_shows_in_a_configuration_error() {
    for options in [
        json!({"secretKey": "pk_canary"}),
        json!({"publishableKey": "sk_canary"}),
        json!({"masterKey": "sk_canary"}),
        json!({"secretKey": ["canary"]}),
        json!({"secretKey": "canary\n"}),
        json!({"webhookSecret": ["canary", 1]}),
        json!({"apiUrl": "https://canary@a.example"}),
    ] {
        let error = HelloJohn::from_json(&options.to_string()).unwrap_err();
        assert!(!format!("{error:?} {error}").contains(CANARY));
    }
    let hellojohn = loaded();
    for (operation, parameters) in [
        ("auth.signIn", r#"{"email":"a@x","password":["canary"]}"#),
        ("users.get", r#"{"id":"canary/.."}"#),
        (
            "organizations.acceptInvitation",
            r#"{"token":"canary\u0000"}"#,
        ),
    ] {
        let error = hellojohn
            .client()
            .call(operation, parameters, "", 0)
            .unwrap_err();
        assert!(
            !format!("{error:?} {error}").contains(CANARY),
            "{operation}"
        );
    }
}

#[test]
fn a_refresh_shows_no_token() {
    let mut state = RefreshState::new();
    let parameters = r#"{"refreshToken":"rt_canary"}"#;
    let mut refresh = Refresh::new(loaded().client(), parameters, "").unwrap();
    let tick = Tick {
        now: UnixMillis::from_secs(NOW),
        entropy: 0,
    };
    refresh.step(&mut state, tick);
    assert!(!format!("{refresh:?} {state:?}").contains(CANARY));
}
