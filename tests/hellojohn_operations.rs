//! Every operation's request, one line each, against what the provider's reference says.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;

use api_support::{body, line};
use countersign::error::Error;
use countersign::flow::{Flow, Step, Tick};
use countersign::http::Request;
use countersign::providers::hellojohn::{DIALECT, HelloJohn};
use countersign::time::UnixMillis;
use serde_json::{Value, json};

/// Operation, parameters, method and path with query, body, and who calls: the credential,
/// `tenant` where its header goes out, `key` where an idempotency key does.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const ROWS: &[Row] = &[
    (
        "auth.signUp",
        r#"{"email":"a@x","password":"p","displayName":"N","username":"u","metadata":{"aB":1}}"#,
        "POST /v1/auth/sign-up",
        r#"{"email":"a@x","password":"p","name":"N","username":"u","metadata":{"aB":1}}"#,
        "pk tenant",
    ),
    (
        "auth.signIn",
        r#"{"email":"a@x","password":"p","captchaToken":"c"}"#,
        "POST /v1/auth/sign-in",
        r#"{"email":"a@x","password":"p","captcha_token":"c"}"#,
        "pk tenant",
    ),
    (
        "auth.signOut",
        "",
        "POST /v1/auth/sign-out",
        "",
        "at tenant key",
    ),
    (
        "auth.refresh",
        r#"{"refreshToken":"r"}"#,
        "POST /v1/auth/token/refresh",
        r#"{"refresh_token":"r"}"#,
        "pk tenant",
    ),
    ("auth.me", "", "GET /v1/auth/me", "", "at tenant"),
    (
        "auth.changePassword",
        r#"{"currentPassword":"a","newPassword":"b"}"#,
        "POST /v1/auth/password/change",
        r#"{"current_password":"a","new_password":"b"}"#,
        "at tenant",
    ),
    (
        "auth.forgotPassword",
        r#"{"email":"a@x"}"#,
        "POST /v1/auth/password/forgot",
        r#"{"email":"a@x"}"#,
        "pk tenant key",
    ),
    (
        "auth.resetPassword",
        r#"{"token":"t","newPassword":"b"}"#,
        "POST /v1/auth/password/reset",
        r#"{"token":"t","new_password":"b"}"#,
        "pk tenant",
    ),
    (
        "auth.sendMagicLink",
        r#"{"email":"a@x","redirectUrl":"https://r"}"#,
        "POST /v1/auth/magic-link",
        r#"{"email":"a@x","redirect_url":"https://r"}"#,
        "pk tenant key",
    ),
    (
        "auth.verifyMagicLink",
        r#"{"token":"t"}"#,
        "POST /v1/auth/magic-link/verify",
        r#"{"token":"t"}"#,
        "pk tenant",
    ),
    (
        "auth.oauthCallback",
        r#"{"provider":"google","code":"c","codeVerifier":"v","redirectUri":"https://r"}"#,
        "POST /v1/auth/oauth/google/callback",
        r#"{"code":"c","code_verifier":"v","redirect_uri":"https://r"}"#,
        "tenant",
    ),
    (
        "auth.verifyMfa",
        r#"{"challengeId":"m","factorId":"f","code":"1"}"#,
        "POST /v1/mfa/verify",
        r#"{"challenge_id":"m","factor_id":"f","code":"1"}"#,
        "pk tenant",
    ),
    (
        "users.list",
        r#"{"limit":50,"cursor":"c","email":"a@x","status":"active","role":"admin","q":"z","sort":"created_at","order":"asc","externalId":"e","emailVerified":true,"disabled":false,"createdAfter":"2024-01-01","createdBefore":"2025-01-01"}"#,
        "GET /v1/users?limit=50&cursor=c&email=a%40x&status=active&role=admin&q=z&sort=created_at&order=asc&external_id=e&email_verified=true&disabled=false&created_after=2024-01-01&created_before=2025-01-01",
        "",
        "sk tenant",
    ),
    (
        "users.create",
        r#"{"email":"a@x","password":"p","passwordHash":"h","displayName":"N","username":"u","phone":"+1","emailVerified":true,"role":"member","externalId":"e","avatarUrl":"https://a","publicMetadata":{"aB":1},"privateMetadata":{"cD":2}}"#,
        "POST /v1/users",
        r#"{"email":"a@x","password":"p","password_hash":"h","name":"N","username":"u","phone":"+1","email_verified":true,"role":"member","external_id":"e","avatar_url":"https://a","public_metadata":{"aB":1},"private_metadata":{"cD":2}}"#,
        "sk tenant key",
    ),
    (
        "users.get",
        r#"{"id":"usr_1"}"#,
        "GET /v1/users/usr_1",
        "",
        "sk tenant",
    ),
    (
        "users.getByEmail",
        r#"{"email":"a@x"}"#,
        "GET /v1/users?email=a%40x",
        "",
        "sk tenant",
    ),
    (
        "users.update",
        r#"{"id":"usr_1","displayName":"N","email":"b@x","phone":"+1","avatarUrl":"https://a","role":"admin","emailVerified":false,"externalId":"e","publicMetadata":{},"privateMetadata":{}}"#,
        "PATCH /v1/users/usr_1",
        r#"{"name":"N","email":"b@x","phone_number":"+1","avatar_url":"https://a","role":"admin","email_verified":false,"external_id":"e","public_metadata":{},"private_metadata":{}}"#,
        "sk tenant",
    ),
    (
        "users.disable",
        r#"{"id":"usr_1","revokeSessions":true}"#,
        "POST /v1/users/usr_1/disable",
        r#"{"revoke_sessions":true}"#,
        "sk tenant key",
    ),
    (
        "users.enable",
        r#"{"id":"usr_1"}"#,
        "POST /v1/users/usr_1/enable",
        "",
        "sk tenant key",
    ),
    (
        "users.delete",
        r#"{"id":"usr_1"}"#,
        "DELETE /v1/users/usr_1",
        "",
        "sk tenant",
    ),
    (
        "users.search",
        r#"{"query":"z","filters":{"createdAfter":"2024-01-01","mfaEnrolled":true},"sort":{"field":"created_at","direction":"desc"},"limit":5,"cursor":"c"}"#,
        "POST /v1/admin/users/search",
        r#"{"query":"z","filters":{"created_after":"2024-01-01","mfa_enrolled":true},"sort":{"field":"created_at","direction":"desc"},"limit":5,"cursor":"c"}"#,
        "sk tenant",
    ),
    (
        "users.impersonate",
        r#"{"userId":"usr_1","reason":"support","expiresIn":"1h"}"#,
        "POST /v1/admin/users/impersonate",
        r#"{"user_id":"usr_1","reason":"support","expires_in":"1h"}"#,
        "sk tenant key",
    ),
    (
        "sessions.list",
        r#"{"userId":"usr_1","status":"active","limit":5,"cursor":"c"}"#,
        "GET /v1/sessions?user_id=usr_1&status=active&limit=5&cursor=c",
        "",
        "sk tenant",
    ),
    (
        "sessions.get",
        r#"{"id":"ses_1"}"#,
        "GET /v1/sessions/ses_1",
        "",
        "sk tenant",
    ),
    (
        "sessions.revoke",
        r#"{"id":"ses_1"}"#,
        "DELETE /v1/sessions/ses_1",
        "",
        "sk tenant",
    ),
    (
        "sessions.verify",
        r#"{"token":"t"}"#,
        "POST /v1/sessions/verify",
        r#"{"token":"t"}"#,
        "sk tenant",
    ),
    (
        "mfa.listFactors",
        r#"{"userId":"usr_1"}"#,
        "GET /v1/users/usr_1/mfa/factors",
        "",
        "sk tenant",
    ),
    (
        "mfa.enroll",
        r#"{"userId":"usr_1","type":"sms","name":"N","phoneNumber":"+1"}"#,
        "POST /v1/users/usr_1/mfa/factors",
        r#"{"type":"sms","name":"N","phone_number":"+1"}"#,
        "sk tenant",
    ),
    (
        "mfa.confirm",
        r#"{"userId":"usr_1","factorId":"fac_1","code":"123456"}"#,
        "POST /v1/users/usr_1/mfa/factors/fac_1/confirm",
        r#"{"code":"123456"}"#,
        "sk tenant",
    ),
    (
        "mfa.remove",
        r#"{"userId":"usr_1","factorId":"fac_1"}"#,
        "DELETE /v1/users/usr_1/mfa/factors/fac_1",
        "",
        "sk tenant",
    ),
    (
        "organizations.list",
        r#"{"q":"z","limit":5,"cursor":"c"}"#,
        "GET /v1/organizations?q=z&limit=5&cursor=c",
        "",
        "sk tenant",
    ),
    (
        "organizations.create",
        r#"{"name":"N","slug":"s","logoUrl":"https://l","createdBy":"usr_1","publicMetadata":{"aB":1}}"#,
        "POST /v1/organizations",
        r#"{"name":"N","slug":"s","logo_url":"https://l","created_by":"usr_1","public_metadata":{"aB":1}}"#,
        "sk tenant key",
    ),
    (
        "organizations.get",
        r#"{"id":"org_1"}"#,
        "GET /v1/organizations/org_1",
        "",
        "sk tenant",
    ),
    (
        "organizations.getBySlug",
        r#"{"slug":"acme"}"#,
        "GET /v1/organizations/slug/acme",
        "",
        "sk tenant",
    ),
    (
        "organizations.update",
        r#"{"id":"org_1","name":"N","slug":"s","logoUrl":null,"publicMetadata":{}}"#,
        "PATCH /v1/organizations/org_1",
        r#"{"name":"N","slug":"s","logo_url":null,"public_metadata":{}}"#,
        "sk tenant",
    ),
    (
        "organizations.delete",
        r#"{"id":"org_1"}"#,
        "DELETE /v1/organizations/org_1",
        "",
        "sk tenant",
    ),
    (
        "organizations.listMembers",
        r#"{"organizationId":"org_1","role":"admin","q":"z","limit":5,"cursor":"c"}"#,
        "GET /v1/organizations/org_1/members?role=admin&q=z&limit=5&cursor=c",
        "",
        "sk tenant",
    ),
    (
        "organizations.addMember",
        r#"{"organizationId":"org_1","userId":"usr_1","role":"member"}"#,
        "POST /v1/organizations/org_1/members",
        r#"{"user_id":"usr_1","role":"member"}"#,
        "sk tenant key",
    ),
    (
        "organizations.updateMemberRole",
        r#"{"organizationId":"org_1","userId":"usr_1","role":"admin"}"#,
        "PATCH /v1/organizations/org_1/members/usr_1",
        r#"{"role":"admin"}"#,
        "sk tenant",
    ),
    (
        "organizations.removeMember",
        r#"{"organizationId":"org_1","userId":"usr_1"}"#,
        "DELETE /v1/organizations/org_1/members/usr_1",
        "",
        "sk tenant",
    ),
    (
        "organizations.inviteMember",
        r#"{"organizationId":"org_1","email":"a@x","role":"member","redirectUrl":"https://r","expiresIn":"7d"}"#,
        "POST /v1/organizations/org_1/invitations",
        r#"{"email":"a@x","role":"member","redirect_url":"https://r","expires_in":"7d"}"#,
        "sk tenant key",
    ),
    (
        "organizations.listInvitations",
        r#"{"organizationId":"org_1","limit":5,"cursor":"c"}"#,
        "GET /v1/organizations/org_1/invitations?limit=5&cursor=c",
        "",
        "sk tenant",
    ),
    (
        "organizations.revokeInvitation",
        r#"{"organizationId":"org_1","invitationId":"inv_1"}"#,
        "DELETE /v1/organizations/org_1/invitations/inv_1",
        "",
        "sk tenant",
    ),
    (
        "organizations.acceptInvitation",
        r#"{"token":"tok_1"}"#,
        "POST /v1/invitations/tok_1/accept",
        "",
        "sk tenant",
    ),
    (
        "organizations.createRole",
        r#"{"organizationId":"org_1","name":"N","slug":"s","permissions":["a:b"]}"#,
        "POST /v1/organizations/org_1/roles",
        r#"{"name":"N","slug":"s","permissions":["a:b"]}"#,
        "sk tenant key",
    ),
    (
        "apiKeys.list",
        r#"{"type":"secret","revoked":false}"#,
        "GET /v1/api-keys?type=secret&revoked=false",
        "",
        "sk tenant",
    ),
    (
        "apiKeys.create",
        r#"{"name":"N","type":"secret","scopes":["users:read"],"expiresIn":"90d"}"#,
        "POST /v1/api-keys",
        r#"{"name":"N","type":"secret","scopes":["users:read"],"expires_in":"90d"}"#,
        "sk tenant key",
    ),
    (
        "apiKeys.delete",
        r#"{"id":"key_1"}"#,
        "DELETE /v1/api-keys/key_1",
        "",
        "sk tenant",
    ),
    ("webhooks.list", "", "GET /v1/webhooks", "", "sk tenant"),
    (
        "webhooks.create",
        r#"{"url":"https://w","events":["user.created"],"description":"d"}"#,
        "POST /v1/webhooks",
        r#"{"url":"https://w","events":["user.created"],"description":"d"}"#,
        "sk tenant key",
    ),
    (
        "webhooks.update",
        r#"{"id":"wh_1","url":"https://w","events":["*"],"description":"d","status":"paused"}"#,
        "PATCH /v1/webhooks/wh_1",
        r#"{"url":"https://w","events":["*"],"description":"d","status":"paused"}"#,
        "sk tenant",
    ),
    (
        "webhooks.delete",
        r#"{"id":"wh_1"}"#,
        "DELETE /v1/webhooks/wh_1",
        "",
        "sk tenant",
    ),
    (
        "webhooks.test",
        r#"{"id":"wh_1"}"#,
        "POST /v1/webhooks/wh_1/test",
        "",
        "sk tenant key",
    ),
    ("clients.list", "", "GET /v1/clients", "", "sk tenant"),
    (
        "clients.create",
        r#"{"name":"N","type":"spa","redirectUris":["https://r"],"allowedOrigins":["https://o"],"grantTypes":["g"],"postLogoutRedirectUris":["https://p"],"scopes":["s"]}"#,
        "POST /v1/clients",
        r#"{"name":"N","type":"spa","redirect_uris":["https://r"],"allowed_origins":["https://o"],"grant_types":["g"],"post_logout_redirect_uris":["https://p"],"scopes":["s"]}"#,
        "sk tenant key",
    ),
    ("admin.stats", "", "GET /v1/admin/stats", "", "sk tenant"),
    (
        "admin.config",
        r#"{"idleTimeout":"30m","accessTokenTtl":900,"sessionDuration":"30d","mfaAllowedFactors":["totp"],"hooks":{"pre_sign_in":"https://h"}}"#,
        "PATCH /v1/admin/config",
        r#"{"idle_timeout":"30m","access_token_ttl":900,"session_duration":"30d","mfa_allowed_factors":["totp"],"hooks":{"pre_sign_in":"https://h"}}"#,
        "sk tenant",
    ),
    (
        "auditLogs.list",
        r#"{"actorId":"usr_1","actorType":"user","type":"user.*","result":"success","ipAddress":"::1","country":"NL","from":"2024-01-01","to":"2025-01-01","resourceId":"r","resourceType":"user","limit":200,"cursor":"c"}"#,
        "GET /v1/audit-logs?actor_id=usr_1&actor_type=user&type=user.%2A&result=success&ip_address=%3A%3A1&country=NL&from=2024-01-01&to=2025-01-01&resource_id=r&resource_type=user&limit=200&cursor=c&tenant_id=tnt_1",
        "",
        "sk tenant",
    ),
    (
        "auditLogs.export",
        r#"{"format":"csv","from":"2024-01-01","to":"2025-01-01"}"#,
        "GET /v1/audit-logs/export?format=csv&from=2024-01-01&to=2025-01-01&tenant_id=tnt_1",
        "",
        "sk tenant",
    ),
    (
        "tenants.list",
        r#"{"q":"z","status":"active","plan":"pro","limit":5,"cursor":"c"}"#,
        "GET /v1/tenants?q=z&status=active&plan=pro&limit=5&cursor=c",
        "",
        "mk",
    ),
    (
        "tenants.create",
        r#"{"name":"N","slug":"s","plan":"pro","ownerEmail":"a@x","authConfig":{"mfaRequired":true},"publicMetadata":{"aB":1},"privateMetadata":{"cD":2}}"#,
        "POST /v1/tenants",
        r#"{"name":"N","slug":"s","plan":"pro","owner_email":"a@x","auth_config":{"mfa_required":true},"public_metadata":{"aB":1},"private_metadata":{"cD":2}}"#,
        "mk key",
    ),
    (
        "tenants.get",
        r#"{"id":"tnt_9"}"#,
        "GET /v1/tenants/tnt_9",
        "",
        "mk",
    ),
    (
        "tenants.update",
        r#"{"id":"tnt_9","name":"N","slug":"s","plan":"pro","ownerEmail":"a@x","authConfig":{},"publicMetadata":{},"privateMetadata":{}}"#,
        "PATCH /v1/tenants/tnt_9",
        r#"{"name":"N","slug":"s","plan":"pro","owner_email":"a@x","auth_config":{},"public_metadata":{},"private_metadata":{}}"#,
        "mk",
    ),
    (
        "tenants.delete",
        r#"{"id":"tnt_9"}"#,
        "DELETE /v1/tenants/tnt_9",
        "",
        "mk",
    ),
    (
        "controlPlane.signIn",
        r#"{"email":"a@x","password":"p"}"#,
        "POST /cp/v1/admin/sign-in",
        r#"{"email":"a@x","password":"p"}"#,
        "",
    ),
    (
        "controlPlane.updateTenant",
        r#"{"id":"tnt_9","name":"N","plan":"pro","status":"active","allowedOrigins":["https://o"]}"#,
        "PATCH /cp/v1/tenants/tnt_9",
        r#"{"name":"N","plan":"pro","status":"active","allowed_origins":["https://o"]}"#,
        "cp",
    ),
];

/// Operations that make no JSON request, each with a test of its own below.
const OTHERS: &[&str] = &["auth.clientCredentials", "auth.oauthAuthorizeUrl"];

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

fn caller(request: &Request) -> String {
    let bearer = request.headers.first("authorization");
    let mut parts: Vec<&str> = bearer
        .map(|value| value.strip_prefix("Bearer ").unwrap())
        .into_iter()
        .collect();
    match request.headers.first("x-tenant-id") {
        Some("tnt_1") => parts.push("tenant"),
        Some(other) => parts.push(other),
        None => {}
    }
    if request.headers.first("idempotency-key").is_some() {
        parts.push("key");
    }
    parts.join(" ")
}

#[test]
fn every_row_makes_the_request_that_the_reference_describes() {
    for (operation, parameters, target, expected, who) in ROWS {
        let request = request(operation, parameters).unwrap();
        let (method, path) = target.split_once(' ').unwrap();
        assert_eq!(
            line(&request),
            format!("{method} https://a.example{path}"),
            "{operation}"
        );
        let expected: Value = match *expected {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap(),
        };
        assert_eq!(body(&request), expected, "{operation}");
        assert_eq!(caller(&request), *who, "{operation}");
        let media_type = request.headers.first("content-type");
        assert_eq!(
            media_type,
            request.body.as_ref().map(|_| "application/json"),
            "{operation}"
        );
    }
}

#[test]
fn every_operation_has_its_line() {
    let mut known: Vec<_> = ROWS
        .iter()
        .map(|row| row.0)
        .chain(OTHERS.iter().copied())
        .collect();
    let mut there: Vec<_> = DIALECT.rows().map(|row| row.name).collect();
    known.sort_unstable();
    there.sort_unstable();
    assert_eq!(known, there);
}

/// The lines above give every parameter; this makes sure that none was forgotten.
#[test]
fn every_parameter_stands_in_its_operations_line() {
    // Second names of parameters that are given under their first.
    let twins = ["name", "phoneNumber"];
    for (operation, parameters, ..) in ROWS {
        let given: Value = serde_json::from_str(parameters).unwrap_or(json!({}));
        for parameter in DIALECT.operation(operation).unwrap().parameters {
            let twin = twins.contains(&parameter.name);
            assert!(
                twin || given.get(parameter.name).is_some(),
                "{operation} {}",
                parameter.name
            );
        }
    }
}

#[test]
fn required_parameters_are_demanded_one_by_one() {
    for (operation, parameters, ..) in ROWS {
        let row = DIALECT.operation(operation).unwrap();
        for parameter in row.parameters.iter().filter(|parameter| parameter.required) {
            let mut given: Value = serde_json::from_str(parameters).unwrap();
            given.as_object_mut().unwrap().remove(parameter.name);
            let error = request(operation, &given.to_string()).unwrap_err();
            let expected = format!("{}: is required", parameter.name);
            assert_eq!(error.to_string(), expected, "{operation}");
        }
    }
}

#[test]
fn no_id_leaves_its_segment() {
    let refused = [
        "", ".", "..", "../x", "x/..", "%2e%2e", "..%2fx", "..\\x", "a\0b", "a\r\nb", "%00",
    ];
    let encoded = [
        ("a/b", "a%2Fb"),
        ("?", "%3F"),
        ("#", "%23"),
        ("%2f", "%252f"),
        (";", "%3B"),
        ("\\", "%5C"),
    ];
    for (operation, parameters, ..) in ROWS {
        let row = DIALECT.operation(operation).unwrap();
        let segments = row
            .path
            .split('/')
            .filter(|segment| segment.starts_with('{'));
        for name in segments.map(|segment| segment.trim_matches(['{', '}'])) {
            let with = |id: &str| {
                let mut given: Value = serde_json::from_str(parameters).unwrap();
                given[name] = id.into();
                request(operation, &given.to_string())
            };
            for id in refused {
                let error = with(id).unwrap_err();
                assert_eq!(
                    error.code().as_str(),
                    "ERR_CONFIG_INVALID",
                    "{operation} {id:?}"
                );
                assert!(error.to_string().starts_with(name), "{operation} {id:?}");
            }
            for (id, segment) in encoded {
                let url = with(id).unwrap().url;
                let path = url.split('?').next().unwrap();
                assert!(
                    path.split('/').any(|part| part == segment),
                    "{operation} {url}"
                );
                // Three for the origin, one for /v1 unless the row is at the origin.
                let prefix = if row.path.starts_with("/cp/") { 3 } else { 4 };
                let expected = prefix + row.path.split('/').count() - 1;
                assert_eq!(path.split('/').count(), expected, "{operation} {url}");
            }
        }
    }
}
