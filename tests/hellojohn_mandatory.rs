//! What an SDK for HelloJohn must do, as its two primary pages show it (the Python SDK and the
//! API reference index), in their order. Every operation and status has a row in the provider's
//! fixtures, which the shared contract plays.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;

use api_support::{Script, answer, answer_with, body, json};
use countersign::api::Answer;
use countersign::error::{Error, WebhookError};
use countersign::http::{Headers, Request};
use countersign::jwt::{Call, Verifier, bearer};
use countersign::providers::hellojohn::{
    ENVIRONMENT, Event, HelloJohn, User, class, provider_code, require_role,
};
use countersign::time::UnixMillis;
use countersign::webhook::{Options, Scheme, Webhook};
use serde_json::{Value, json};

const TENANT: &str = "tnt_01TESTAAAA000001";
const CLOCK: u64 = 1_705_316_000;

fn hellojohn(options: Value) -> HelloJohn {
    HelloJohn::from_json(&options.to_string()).unwrap()
}

fn server() -> HelloJohn {
    hellojohn(json!({
        "apiUrl": "https://auth.yourdomain.com", "secretKey": "sk_live_1",
        "publishableKey": "pk_live_1", "accessToken": "at", "controlPlaneToken": "cp",
    }))
}

/// The request of a call that is answered with `text`, and its outcome.
fn sent(
    hellojohn: &HelloJohn,
    operation: &str,
    parameters: Value,
    text: &str,
) -> (Request, Result<Answer, Error>) {
    let mut script = Script::of([answer(200, text)]);
    let result = script.run(hellojohn.client(), operation, &parameters.to_string(), "");
    (script.sent.pop().expect("a request"), result)
}

fn field(request: &Request, name: &str) -> Option<String> {
    request.headers.first(name).map(str::to_owned)
}

mod construction {
    use super::*;

    #[test]
    fn takes_a_secret_key_and_for_the_cloud_nothing_else() {
        let cloud = hellojohn(json!({"secretKey": "sk_live_1"}));
        let base = cloud.client().base().as_url();
        assert_eq!(base, "https://api.hellojohn.dev/v1");
    }

    #[test]
    fn takes_the_address_of_a_host_of_ones_own_with_or_without_v1() {
        for url in ["https://auth.yourdomain.com", "http://localhost:3000"] {
            for end in ["", "/", "/v1", "/v1/"] {
                let given = hellojohn(json!({"apiUrl": format!("{url}{end}")}));
                assert_eq!(given.client().base().as_url(), format!("{url}/v1"));
            }
        }
    }

    #[test]
    fn may_take_its_options_from_the_environment() {
        let names = |option| ENVIRONMENT.iter().find(|(name, _)| *name == option);
        for (option, name) in [
            ("secretKey", "HJ_SECRET_KEY"),
            ("apiUrl", "HJ_API_URL"),
            ("webhookSecret", "WEBHOOK_SECRET"),
        ] {
            assert_eq!(names(option).unwrap().1[0], name);
        }
    }
}

mod requests {
    use super::*;

    #[test]
    fn of_each_group_carry_the_credential_of_that_group() {
        for (operation, parameters, credential) in [
            (
                "auth.signIn",
                json!({"email": "a@x", "password": "p"}),
                "pk_live_1",
            ),
            (
                "auth.signUp",
                json!({"email": "a@x", "password": "p"}),
                "pk_live_1",
            ),
            ("auth.me", json!({}), "at"),
            ("users.list", json!({}), "sk_live_1"),
            ("sessions.list", json!({}), "sk_live_1"),
            ("organizations.list", json!({}), "sk_live_1"),
        ] {
            let (request, _) = sent(&server(), operation, parameters, "{}");
            let expected = format!("Bearer {credential}");
            assert_eq!(
                field(&request, "authorization"),
                Some(expected),
                "{operation}"
            );
        }
    }

    #[test]
    fn name_the_clients_tenant_the_calls_or_none() {
        let tenant = |client: &HelloJohn, parameters| {
            let (request, _) = sent(client, "users.list", parameters, r#"{"data":[]}"#);
            field(&request, "x-tenant-id")
        };
        let of_one = hellojohn(json!({"secretKey": "sk_live_1", "tenantId": "tnt_1"}));
        assert_eq!(tenant(&of_one, json!({})).as_deref(), Some("tnt_1"));
        let other = tenant(&of_one, json!({"tenantId": "tnt_2"}));
        assert_eq!(other.as_deref(), Some("tnt_2"));
        assert_eq!(tenant(&server(), json!({})), None);
    }

    #[test]
    fn with_a_body_are_json_and_a_post_has_an_idempotency_key() {
        let parameters = json!({"email": "a@x", "password": "p"});
        let (request, _) = sent(&server(), "users.create", parameters, "{}");
        let typed = field(&request, "content-type");
        assert_eq!(typed.as_deref(), Some("application/json"));
        assert_eq!(field(&request, "idempotency-key").unwrap().len(), 36);
        let mut script = Script::of([answer(201, r#"{"id":"u"}"#)]);
        let parameters = r#"{"email":"a@x","password":"p"}"#;
        let own = r#"{"idempotencyKey":"mine"}"#;
        let run = script.run(server().client(), "users.create", parameters, own);
        assert!(run.is_ok());
        assert_eq!(field(&script.sent[0], "idempotency-key").unwrap(), "mine");
    }
}

mod answers {
    use super::*;

    #[test]
    fn tell_the_quota_and_the_servers_build() {
        let fields = [
            ("X-RateLimit-Limit", "1000"),
            ("X-RateLimit-Remaining", "999"),
            ("X-RateLimit-Reset", "1705316060"),
            ("X-HelloJohn-Version", "1.4.2"),
        ];
        let mut script = Script::of([answer_with(200, r#"{"id":"u"}"#, &fields)]);
        let user = script.run(server().client(), "users.get", r#"{"id":"u"}"#, "");
        let seen: Value = serde_json::from_str(&user.unwrap().metadata_json()).unwrap();
        assert_eq!(
            seen,
            json!({"rateLimit": "1000", "rateLimitRemaining": "999", "rateLimitReset": "1705316060", "version": "1.4.2"})
        );
    }

    #[test]
    fn keep_members_and_words_that_are_not_known_yet() {
        let text = r#"{"id":"u","status":"hibernating","of_the_future":{"a":1}}"#;
        let (_, user) = sent(&server(), "users.get", json!({"id": "u"}), text);
        let user = json(&user.unwrap());
        assert_eq!(user["status"], "hibernating");
        assert_eq!(user["ofTheFuture"], json!({"a": 1}));
    }

    #[test]
    fn of_lists_are_pages_that_go_on_with_the_same_filters() {
        let asked = json!({
            "limit": 2, "email": "a@x", "status": "active", "sort": "email", "order": "asc", "q": "a",
        });
        let text = r#"{"data":[{"id":"u1"},{"id":"u2"}],"pagination":{"total":3,"limit":2,"has_more":true,"next_cursor":"c/1"}}"#;
        let (request, page) = sent(&server(), "users.list", asked.clone(), text);
        let base = "https://auth.yourdomain.com/v1/users";
        let query = "limit=2&email=a%40x&status=active&q=a&sort=email&order=asc";
        let mut given: Vec<_> = request.url.split(['?', '&']).collect();
        let mut expected: Vec<_> = [base].into_iter().chain(query.split('&')).collect();
        given.sort_unstable();
        expected.sort_unstable();
        assert_eq!(given, expected);
        let page = page.unwrap();
        assert_eq!(json(&page)["total"], 3);
        let walk = server().client().walk("users.list", &asked.to_string());
        let next = walk.unwrap().advance(page.page.as_ref().unwrap()).unwrap();
        let next: Value = serde_json::from_str(&next).unwrap();
        let mut expected = asked;
        expected["cursor"] = "c/1".into();
        assert_eq!(next, expected);
    }
}

mod users {
    use super::*;

    #[test]
    fn are_listed_read_created_changed_disabled_and_deleted() {
        let one = json!({"id": "usr_1"});
        let created = json!({
            "email": "a@x", "password": "p", "displayName": "Ada", "tenantId": "tnt_1", "role": "admin",
        });
        for (operation, parameters, line, sent_body) in [
            (
                "users.list",
                json!({"tenantId": "tnt_1", "limit": 50}),
                "GET /users?limit=50",
                Value::Null,
            ),
            ("users.get", one.clone(), "GET /users/usr_1", Value::Null),
            (
                "users.create",
                created,
                "POST /users",
                json!({"email": "a@x", "password": "p", "name": "Ada", "role": "admin"}),
            ),
            (
                "users.update",
                json!({"id": "usr_1", "displayName": "Ada"}),
                "PATCH /users/usr_1",
                json!({"name": "Ada"}),
            ),
            (
                "users.disable",
                one.clone(),
                "POST /users/usr_1/disable",
                Value::Null,
            ),
            ("users.delete", one, "DELETE /users/usr_1", Value::Null),
        ] {
            let text = match operation {
                "users.list" => r#"{"data":[]}"#,
                _ => r#"{"id":"usr_1"}"#,
            };
            let (request, result) = sent(&server(), operation, parameters, text);
            assert!(result.is_ok(), "{operation}: {result:?}");
            let base = server().client().base().as_url();
            let seen = api_support::line(&request).replacen(&base, "", 1);
            assert_eq!(seen, line, "{operation}");
            assert_eq!(body(&request), sent_body, "{operation}");
        }
    }
}

mod tokens {
    use super::*;

    const TOKENS: &str = include_str!("../src/providers/hellojohn/fixtures/tokens.json");

    fn fixtures() -> Value {
        serde_json::from_str(TOKENS).unwrap()
    }

    /// Verifies a vector without a request, as with keys that were fetched before.
    fn verify(name: &str, clock: u64) -> Result<User, Error> {
        let fixtures = fixtures();
        let options =
            json!({"secretKey": "sk_live_1", "tenantId": TENANT, "jwks": fixtures["jwks"]});
        let hellojohn = hellojohn(options);
        let (verifier, mut keyring) = Verifier::new(vec![hellojohn.issuer()?])?;
        let token = fixtures["tokens"][name].as_str().unwrap();
        let call = Call::at(UnixMillis::from_secs(clock));
        let verified = verifier.verify(&mut keyring, token.as_bytes(), call)?;
        Ok(hellojohn.user(verified.members()))
    }

    #[test]
    fn come_behind_the_scheme_bearer() {
        assert_eq!(bearer(["Bearer a.b.c"]), Ok("a.b.c"));
        let error = Error::from(bearer(["a.b.c"]).unwrap_err());
        assert_eq!(error.code().status(), 401);
        let missing = Error::from(bearer([]).unwrap_err());
        assert_eq!(
            (missing.code().status(), provider_code(&missing)),
            (401, Some("missing_token"))
        );
    }

    #[test]
    fn give_sub_email_tenant_role_and_custom_claims() {
        let user = verify("T1", CLOCK).unwrap();
        assert_eq!(user.sub, "usr_01TESTAAAA000001");
        assert_eq!(user.email.as_deref(), Some("alice@example.com"));
        assert_eq!(user.tenant_id.as_deref(), Some(TENANT));
        assert_eq!(user.role.as_deref(), Some("admin"));
        let custom = json!({"plan": "pro", "seats": 42}).to_string();
        assert_eq!(
            countersign::json::Json::Object(user.custom_claims).to_string(),
            custom
        );
    }

    #[test]
    fn may_have_no_role() {
        assert_eq!(verify("T2", CLOCK).unwrap().role, None);
    }

    #[test]
    fn that_are_bad_or_expired_are_invalid_tokens_and_401() {
        for (name, clock, code) in [
            ("T1", 1_705_319_430, "token_expired"),
            ("N1", CLOCK, "invalid_token"),
            ("N2", CLOCK, "invalid_token"),
            ("N3", CLOCK, "invalid_token"),
        ] {
            let error = verify(name, clock).unwrap_err();
            assert_eq!(class(&error), "InvalidTokenError", "{name}");
            assert_eq!(provider_code(&error), Some(code), "{name}");
            assert_eq!(error.code().status(), 401, "{name}");
        }
    }

    /// The page's call has a secret key; what it keeps secret is no key to verify with.
    #[test]
    fn are_never_verified_with_the_secret_key() {
        let (policy, _) = hellojohn(json!({"secretKey": "sk_live_1", "tenantId": TENANT}))
            .issuer()
            .unwrap();
        let symmetric =
            |one: &&dyn countersign::crypto::SignatureAlgorithm| one.id().is_symmetric();
        assert!(!policy.algorithms.iter().any(symmetric));
    }

    #[test]
    fn hold_a_role_exactly_as_it_is_demanded() {
        assert!(require_role(Some("admin"), "admin", false).is_ok());
        for held in [None, Some("owner"), Some("Admin")] {
            let refused = Error::from(require_role(held, "admin", false).unwrap_err());
            assert_eq!(refused.code().status(), 403, "{held:?}");
        }
    }
}

mod webhooks {
    use super::*;

    const FIXTURES: &str = include_str!("../src/providers/hellojohn/fixtures/contract.json");

    /// The first recorded delivery: secret, headers, body and clock.
    fn delivery() -> Value {
        let fixtures: Value = serde_json::from_str(FIXTURES).unwrap();
        fixtures["webhooks"][0].clone()
    }

    fn verify(headers: &[(&str, &str)], body: &str) -> Result<(), Error> {
        let recorded = delivery();
        let secret = recorded["secrets"][0].as_str().unwrap().to_owned();
        let webhook = Webhook::new(Options::new(Scheme::named("hellojohn")?, [secret]))?;
        let mut received = Headers::new();
        for (name, value) in headers {
            received.append_received(*name, *value);
        }
        let now = UnixMillis::from_secs(recorded["clock"].as_u64().unwrap());
        webhook.verify(&received, body.as_bytes(), now).map(drop)
    }

    #[test]
    fn are_signed_by_a_pair_of_headers_over_the_bytes_as_they_came() {
        let recorded = delivery();
        let text = |name: &str| recorded["headers"][name].as_str().unwrap();
        let pair = [
            ("X-HelloJohn-Signature", text("X-HelloJohn-Signature")),
            ("X-HelloJohn-Timestamp", text("X-HelloJohn-Timestamp")),
        ];
        let body = recorded["body"].as_str().unwrap();
        assert!(verify(&pair, body).is_ok());
        for (headers, body) in [
            (&pair[..], format!("{body} ").as_str()),
            (&pair[..1], body),
            (&pair[1..], body),
        ] {
            let error = verify(headers, body).unwrap_err();
            assert_eq!(class(&error), "WebhookVerificationError");
            assert_eq!(error.code().status(), 400);
        }
    }

    #[test]
    fn hold_a_type_and_data() {
        for kind in ["user.created", "user.login", "of.the.future"] {
            let body = json!({"type": kind, "data": {"user": {"id": "usr_1"}}}).to_string();
            let event: Value =
                serde_json::from_str(&Event::parse(body.as_bytes()).unwrap().json().to_string())
                    .unwrap();
            assert_eq!(event["type"], kind);
            assert_eq!(event["data"]["user"]["id"], "usr_1");
        }
        assert_eq!(Event::parse(b"{}"), Err(WebhookError::PayloadInvalid));
    }
}

mod errors {
    use super::*;

    #[test]
    fn have_a_class_a_code_and_a_message() {
        for (status, code, expected) in [
            (401, "invalid_token", "InvalidTokenError"),
            (401, "token_expired", "InvalidTokenError"),
            (404, "user_not_found", "UserNotFoundError"),
            (404, "tenant_not_found", "TenantNotFoundError"),
            (422, "password_too_weak", "ValidationError"),
            (400, "", "ValidationError"),
            (429, "rate_limit_exceeded", "RateLimitError"),
        ] {
            let text = json!({"error": {"code": code, "message": "M"}}).to_string();
            let mut script = Script::of([answer(status, &text)]);
            let once = r#"{"maxRetries":0}"#;
            let run = script.run(server().client(), "users.get", r#"{"id":"u"}"#, once);
            let error = run.unwrap_err();
            assert_eq!(class(&error), expected, "{status} {code}");
            assert_eq!(error.to_string(), "M");
            if !code.is_empty() {
                assert_eq!(provider_code(&error), Some(code));
            }
        }
    }

    #[test]
    fn of_a_limit_tell_when_to_come_back() {
        let limited = answer_with(429, "{}", &[("Retry-After", "7")]);
        let once = r#"{"maxRetries":0}"#;
        let run = Script::of([limited]).run(server().client(), "users.get", r#"{"id":"u"}"#, once);
        assert_eq!(run.unwrap_err().retry_after(), Some(7));
    }
}
