//! What a call may choose, and the operations that are not one plain request.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;

use api_support::{Script, line};
use countersign::error::Error;
use countersign::flow::{Flow, Step, Tick};
use countersign::http::Request;
use countersign::providers::hellojohn::{DIALECT, HelloJohn, RevokeAll};
use countersign::time::UnixMillis;
use serde_json::{Value, json};

fn hellojohn() -> HelloJohn {
    HelloJohn::from_json(
        r#"{"apiUrl":"https://a.example","tenantId":"tnt_1","secretKey":"sk","publishableKey":"pk",
            "masterKey":"mk","accessToken":"at","controlPlaneToken":"cp"}"#,
    )
    .unwrap()
}

fn request(operation: &str, parameters: &str) -> Result<Request, Error> {
    let mut call = hellojohn().client().call(operation, parameters, "", 7)?;
    let tick = Tick {
        now: UnixMillis::from_secs(1_700_000_000),
        entropy: 0,
    };
    match call.step(&mut (), tick) {
        Step::Send(_, request) => Ok(request),
        other => panic!("{operation}: {other:?}"),
    }
}

#[test]
fn header_values_cannot_end_their_line() {
    for options in [
        r#"{"tenantId":"t\r\nx: y"}"#,
        r#"{"idempotencyKey":"k\r\nx: y"}"#,
    ] {
        let call = hellojohn()
            .client()
            .call("users.create", r#"{"email":"a"}"#, options, 0);
        assert_eq!(call.unwrap_err().code().as_str(), "ERR_CONFIG_INVALID");
    }
    let call = hellojohn()
        .client()
        .call("auth.me", "", r#"{"accessToken":"a\nb"}"#, 0);
    assert_eq!(call.unwrap_err().code().as_str(), "ERR_CONFIG_INVALID");
    let parameters = r#"{"clientId":"c","clientSecret":"s","tenantSlug":"a\r\nb"}"#;
    let call = hellojohn()
        .client()
        .call("auth.clientCredentials", parameters, "", 0);
    assert_eq!(call.unwrap_err().code().as_str(), "ERR_CONFIG_INVALID");
}

#[test]
fn a_call_names_its_own_tenant_and_token() {
    let client = hellojohn();
    let client = client.client();
    let mut script = Script::of([api_support::answer(200, r#"{"data":[]}"#)]);
    script
        .run(client, "users.list", "", r#"{"tenantId":"tnt_2"}"#)
        .unwrap();
    assert_eq!(script.sent[0].headers.first("x-tenant-id"), Some("tnt_2"));
    let mut script = Script::of([api_support::answer(200, r#"{"data":[]}"#)]);
    script
        .run(client, "users.list", r#"{"tenantId":"tnt_3"}"#, "")
        .unwrap();
    assert_eq!(
        script.sent[0]
            .headers
            .all("x-tenant-id")
            .collect::<Vec<_>>(),
        ["tnt_3"]
    );
    let mut script = Script::of([api_support::answer(200, r#"{"id":"u"}"#)]);
    script
        .run(client, "auth.me", "", r#"{"accessToken":"own"}"#)
        .unwrap();
    assert_eq!(
        script.sent[0].headers.first("authorization"),
        Some("Bearer own")
    );
    let wrong = client.call("users.list", "", r#"{"accessToken":"own"}"#, 0);
    assert_eq!(
        wrong.unwrap_err().to_string(),
        "accessToken: is not for this operation"
    );
}

#[test]
fn a_credential_that_is_not_there_is_named() {
    let bare = HelloJohn::from_json("").unwrap();
    for (operation, parameters, option) in [
        ("users.list", "", "secretKey"),
        ("tenants.list", "", "masterKey"),
        ("auth.me", "", "accessToken"),
        (
            "auth.forgotPassword",
            r#"{"email":"a@x"}"#,
            "publishableKey",
        ),
        (
            "controlPlane.updateTenant",
            r#"{"id":"t"}"#,
            "controlPlaneToken",
        ),
    ] {
        let error = bare
            .client()
            .call(operation, parameters, "", 0)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{option}: is needed for this operation")
        );
    }
    assert!(
        bare.client()
            .call("auth.refresh", r#"{"refreshToken":"r"}"#, "", 0)
            .is_ok()
    );
}

#[test]
fn an_unknown_operation_is_named() {
    let error = hellojohn()
        .client()
        .call("users.nope", "", "", 0)
        .unwrap_err();
    assert_eq!(error.to_string(), "users.nope: is not known here");
}

#[test]
fn the_authorize_url_is_built_without_a_request() {
    let parameters = r#"{"provider":"google","redirectUri":"https://r/x?y","state":"s","codeChallenge":"c","connectionId":"n","organizationId":"o"}"#;
    let expected = "https://a.example/v1/auth/oauth/google/authorize?redirect_uri=https%3A%2F%2Fr%2Fx%3Fy&state=s&code_challenge=c&connection_id=n&organization_id=o&code_challenge_method=S256";
    let client = hellojohn();
    let client = client.client();
    assert_eq!(
        client.url("auth.oauthAuthorizeUrl", parameters).unwrap(),
        expected
    );
    let mut script = Script::of([]);
    let answer = script
        .run(client, "auth.oauthAuthorizeUrl", parameters, "")
        .unwrap();
    assert_eq!(api_support::json(&answer), expected);
    assert!(client.url("users.get", r#"{"id":"u"}"#).is_err());
    for missing in ["redirectUri", "state", "codeChallenge"] {
        let mut given: Value = serde_json::from_str(parameters).unwrap();
        given.as_object_mut().unwrap().remove(missing);
        assert!(
            client
                .url("auth.oauthAuthorizeUrl", &given.to_string())
                .is_err()
        );
    }
}

#[test]
fn a_client_credentials_grant_is_a_form() {
    let parameters = r#"{"clientId":"c","clientSecret":"s&s","scope":"a b","tenantSlug":"acme"}"#;
    let request = request("auth.clientCredentials", parameters).unwrap();
    assert_eq!(line(&request), "POST https://a.example/oauth2/token");
    assert_eq!(
        request.body.as_deref(),
        Some(&b"client_id=c&client_secret=s%26s&scope=a%20b&grant_type=client_credentials"[..])
    );
    assert_eq!(
        request.headers.first("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(request.headers.first("x-tenant-slug"), Some("acme"));
    assert_eq!(request.headers.first("authorization"), None);
}

#[test]
fn a_path_may_be_replaced_where_the_reference_is_not_sure() {
    let hellojohn = HelloJohn::from_json(
        r#"{"apiUrl":"https://a.example","paths":{"auth.refresh":"/auth/refresh"}}"#,
    )
    .unwrap();
    let mut script = Script::of([api_support::answer(200, r#"{"access_token":"a"}"#)]);
    script
        .run(
            hellojohn.client(),
            "auth.refresh",
            r#"{"refreshToken":"r"}"#,
            "",
        )
        .unwrap();
    assert_eq!(script.lines(), ["POST https://a.example/v1/auth/refresh"]);
}

#[test]
fn ending_all_sessions_lists_the_active_ones_and_ends_each() {
    let hellojohn = hellojohn();
    let mut script = Script::of([
        api_support::answer(
            200,
            r#"{"data":[{"id":"s1"}],"pagination":{"next_cursor":"c","has_more":true}}"#,
        ),
        api_support::answer(
            200,
            r#"{"data":[{"id":"s2"},{"id":"s3"}],"pagination":{"next_cursor":null}}"#,
        ),
        api_support::answer(204, ""),
        api_support::answer(404, r#"{"error":{"code":"session_not_found"}}"#),
        api_support::answer(503, ""),
        api_support::answer(204, ""),
    ]);
    let flow = RevokeAll::new(hellojohn.client(), "usr_1", "").unwrap();
    let answer = countersign::flow::drive(flow, &mut (), &mut script).unwrap();
    assert_eq!(api_support::json(&answer), json!({"revoked": 3}));
    assert_eq!(
        script.lines(),
        [
            "GET https://a.example/v1/sessions?user_id=usr_1&status=active",
            "GET https://a.example/v1/sessions?user_id=usr_1&status=active&cursor=c",
            "DELETE https://a.example/v1/sessions/s3",
            "DELETE https://a.example/v1/sessions/s2",
            "DELETE https://a.example/v1/sessions/s1",
            "DELETE https://a.example/v1/sessions/s1",
        ]
    );
    let mut script = Script::of([api_support::answer(200, r#"{"data":[{}]}"#)]);
    let flow = RevokeAll::new(hellojohn.client(), "usr_1", "").unwrap();
    let error = countersign::flow::drive(flow, &mut (), &mut script).unwrap_err();
    assert_eq!(error.code().as_str(), "ERR_API_RESPONSE_INVALID");
    assert!(RevokeAll::new(hellojohn.client(), "..", "").is_err());
}

#[test]
fn sessions_of_other_users_are_left_alone() {
    let hellojohn = hellojohn();
    let listed = r#"{"data":[{"id":"s1","user_id":"usr_2"},{"id":"s2","user_id":"usr_1"}]}"#;
    let answers = [
        api_support::answer(200, listed),
        api_support::answer(204, ""),
    ];
    let mut script = Script::of(answers);
    let flow = RevokeAll::new(hellojohn.client(), "usr_1", "").unwrap();
    let answer = countersign::flow::drive(flow, &mut (), &mut script).unwrap();
    assert_eq!(api_support::json(&answer), json!({"revoked": 1}));
    assert_eq!(
        script.lines()[1..],
        ["DELETE https://a.example/v1/sessions/s2"]
    );
}

#[test]
fn a_facade_can_be_made_from_the_description() {
    let described: Value = serde_json::from_str(&DIALECT.describe()).unwrap();
    let rows = described.as_array().unwrap();
    assert_eq!(rows.len(), DIALECT.rows().count());
    let row = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap();
    assert_eq!(
        *row("users.disable"),
        json!({"name": "users.disable", "path": ["id"], "parameters": ["revokeSessions"],
               "paged": false, "answer": "json"})
    );
    assert_eq!(row("users.list")["paged"], true);
    assert_eq!(row("auditLogs.export")["answer"], "bytes");
    assert_eq!(row("auth.oauthAuthorizeUrl")["answer"], "url");
    assert_eq!(row("users.delete")["answer"], "empty");
}
