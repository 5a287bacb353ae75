//! Requests and what becomes of them.

use std::cell::Cell;

use countersign::envoy::clock::Clock;
use countersign::envoy::request::Request;
use countersign::envoy::{Decision, Gate};
use countersign::time::UnixMillis;
use serde_json::{Value, json};

use crate::support::{NOW, TestKey};
use crate::{MOMENT, claims, gate, jwks, request, told, with_token};

const CORP: &str = "https://corp.example";
const OTHER: &str = "https://other.example";

struct Scene {
    gate: Gate,
    corp: TestKey,
    other: TestKey,
}

fn scene(more: &Value) -> Scene {
    let (corp, other) = (TestKey::new("c", 1), TestKey::new("o", 2));
    let provider = |issuer: &str, key: &TestKey| {
        json!({ "issuer": issuer, "audience": "api", "roles_claim": "roles", "scopes_claim": "scope",
                "jwks": { "inline": jwks(&[key]) } })
    };
    let mut configuration = json!({
        "providers": { "corp": provider(CORP, &corp), "other": provider(OTHER, &other) },
        "rules": [
            { "match": { "prefix": "/admin" }, "require": { "provider": "corp", "roles": ["admin"] } },
            { "match": { "exact": "/health" }, "require": "none" },
            { "match": { "prefix": "/missing" }, "require": { "allow_missing": "corp" } },
            { "match": { "prefix": "/failed" }, "require": { "allow_missing_or_failed": "corp" } },
            { "match": { "prefix": "/api" }, "require": { "any": ["corp", "other"] } },
        ],
        "forward": { "claim_headers": { "sub": "x-user" } },
    });
    for (name, value) in more.as_object().unwrap() {
        configuration[name] = value.clone();
    }
    Scene {
        gate: gate(&configuration),
        corp,
        other,
    }
}

impl Scene {
    fn decide(&mut self, path: &str, token: &str) -> String {
        told(&self.gate.decide(&with_token(path, token), None, MOMENT))
    }

    fn corp(&self, more: &Value) -> String {
        self.corp.token(&claims(CORP, more))
    }
}

#[test]
fn a_verified_token_becomes_headers_and_stays_behind() {
    let mut scene = scene(&json!({}));
    let token = scene.corp(&json!({}));
    assert_eq!(scene.decide("/api/x", &token), "-authorization x-user=u1");
    assert_eq!(
        scene.decide("/api/x", &token),
        "-authorization x-user=u1",
        "from the cache"
    );
}

#[test]
fn among_several_providers_each_token_meets_the_demands_of_its_own() {
    let demand = json!({ "any": [{ "provider": "corp", "roles": ["admin"] }, "other"] });
    let mut scene = scene(&json!({
        "rules": [{ "match": { "prefix": "/" }, "require": demand }],
    }));
    let admin = scene.corp(&json!({ "roles": ["admin"] }));
    let user = scene.corp(&json!({ "roles": ["user"] }));
    let other = scene.other.token(&claims(OTHER, &json!({})));
    let forged = scene
        .other
        .token(&claims(CORP, &json!({ "roles": ["admin"] })));
    let nobodys = scene
        .other
        .token(&claims("https://nobody.example", &json!({})));
    for (token, expected) in [
        (&admin, "-authorization x-user=u1"),
        (&user, "403 ERR_FORBIDDEN"),
        (&other, "-authorization x-user=u1"),
        (&forged, "401 ERR_JWKS_NO_MATCHING_KEY"),
        (&nobodys, "401 ERR_JWT_CLAIM_VALIDATION_FAILED"),
    ] {
        assert_eq!(scene.decide("/x", token), expected);
    }
}

#[test]
fn the_token_goes_on_where_that_is_configured() {
    let forward = json!({ "forward": { "authorization": true } });
    let mut scene = scene(&forward);
    let token = scene.corp(&json!({}));
    assert_eq!(scene.decide("/api/x", &token), "");
    assert_eq!(
        scene.decide("/failed", "a.b.c"),
        "-authorization",
        "but no unverified one"
    );
}

#[test]
fn refusals_carry_the_verifiers_codes() {
    let mut scene = scene(&json!({}));
    let of_other = scene.other.token(&claims(OTHER, &json!({})));
    let forged = scene.other.token(&claims(CORP, &json!({})));
    for (path, token, expected) in [
        ("/api", "a.b".to_owned(), "401 ERR_JWT_INVALID"),
        (
            "/api",
            scene.corp(&json!({ "exp": NOW - 1 })),
            "401 ERR_JWT_EXPIRED",
        ),
        (
            "/api",
            scene.corp(&json!({ "aud": "x" })),
            "401 ERR_JWT_CLAIM_VALIDATION_FAILED",
        ),
        (
            "/api",
            scene.corp(&json!({ "iss": "x" })),
            "401 ERR_JWT_CLAIM_VALIDATION_FAILED",
        ),
        (
            "/api",
            scene.corp(&json!({ "iss": null })),
            "401 ERR_JWT_CLAIM_VALIDATION_FAILED",
        ),
        ("/api", forged, "401 ERR_JWKS_NO_MATCHING_KEY"),
        ("/admin", of_other, "401 ERR_JWKS_NO_MATCHING_KEY"),
        ("/admin", scene.corp(&json!({})), "403 ERR_FORBIDDEN"),
        (
            "/admin",
            scene.corp(&json!({ "roles": "admin" })),
            "-authorization x-user=u1",
        ),
        ("/nowhere", scene.corp(&json!({})), "403 ERR_FORBIDDEN"),
        (
            "/api/../admin",
            scene.corp(&json!({})),
            "400 ERR_PATH_AMBIGUOUS",
        ),
    ] {
        assert_eq!(scene.decide(path, &token), expected, "{path}");
    }
    let none = scene.gate.decide(&request("/api", &[]), None, MOMENT);
    assert_eq!(told(&none), "401 ERR_TOKEN_MISSING");
}

#[test]
fn a_known_token_is_judged_anew_by_everything_that_can_change() {
    let mut scene = scene(&json!({}));
    let token = scene.corp(&json!({ "exp": NOW + 10 }));
    let mut at = |secs: u64| {
        let now = UnixMillis::from_secs(secs);
        told(&scene.gate.decide(&with_token("/api", &token), None, now))
    };
    assert_eq!(at(NOW), "-authorization x-user=u1");
    assert_eq!(at(NOW + 9), "-authorization x-user=u1");
    assert_eq!(at(NOW + 10), "401 ERR_JWT_EXPIRED");
    assert_eq!(
        at(NOW - 1),
        "-authorization x-user=u1",
        "a clock that was put back"
    );
    assert_eq!(at(0), "500 ERR_CONFIG_INVALID", "no clock at all");
}

/// A clock that counts how often it is read.
struct Counting<'a> {
    read: &'a Cell<u32>,
    now: u64,
    looked: u64,
}

impl Clock for Counting<'_> {
    fn now(&self) -> UnixMillis {
        self.read.set(self.read.get() + 1);
        UnixMillis::from_secs(self.now)
    }

    fn recent(&self) -> Option<UnixMillis> {
        Some(UnixMillis::from_secs(self.looked))
    }
}

#[test]
fn a_known_token_needs_the_clock_only_near_its_end() {
    let mut scene = scene(&json!({}));
    let request = with_token("/api", &scene.corp(&json!({ "exp": NOW + 60 })));
    let read = Cell::new(0);
    let mut at = |now: u64, looked: u64| {
        let clock = Counting {
            read: &read,
            now,
            looked,
        };
        let told = told(&scene.gate.decide(&request, None, clock));
        (told, read.take())
    };
    let passed = "-authorization x-user=u1".to_owned();
    assert_eq!(at(NOW, NOW), (passed.clone(), 1), "a new one");
    assert_eq!(at(NOW + 1, NOW + 1), (passed.clone(), 0));
    assert_eq!(at(NOW + 54, NOW + 54), (passed.clone(), 0));
    assert_eq!(at(NOW + 56, NOW + 55), (passed.clone(), 1));
    assert_eq!(at(NOW + 59, NOW + 55), (passed, 1));
    let expired = "401 ERR_JWT_EXPIRED".to_owned();
    assert_eq!(
        at(NOW + 60, NOW + 55),
        (expired, 1),
        "however old the last look is"
    );
}

#[test]
fn no_cache_is_filled_with_tokens_of_any_length() {
    let mut scene = scene(&json!({}));
    for (length, asked) in [(2_000, 0), (4_000, 1)] {
        let request = with_token("/api", &scene.corp(&json!({ "x": "x".repeat(length) })));
        let read = Cell::new(0);
        for expected in [1, asked] {
            let clock = Counting {
                read: &read,
                now: NOW,
                looked: NOW,
            };
            let decision = scene.gate.decide(&request, None, clock);
            assert_eq!(told(&decision), "-authorization x-user=u1");
            assert_eq!(read.take(), expected, "{length}");
        }
    }
}

#[test]
fn a_known_token_does_not_pass_for_another_provider_or_another_token() {
    let mut scene = scene(&json!({}));
    let token = scene.corp(&json!({}));
    assert_eq!(scene.decide("/api", &token), "-authorization x-user=u1");
    let (start, tail) = token.split_at(token.len() - 20);
    let changed = format!("{}A{tail}", &start[..start.len() - 1]);
    assert_ne!(changed, token);
    assert_eq!(
        scene.decide("/api", &changed),
        "401 ERR_JWS_SIGNATURE_VERIFICATION_FAILED"
    );
}

#[test]
fn the_cache_can_be_small_or_off_without_any_difference() {
    for size in [json!(0), json!(false), json!(1), json!(2), json!(3)] {
        let mut scene = scene(&json!({ "token_cache": size }));
        let tokens: Vec<_> = (0..6)
            .map(|n| scene.corp(&json!({ "sub": format!("u{n}") })))
            .collect();
        for _ in 0..3 {
            for (n, token) in tokens.iter().enumerate() {
                let expected = format!("-authorization x-user=u{n}");
                assert_eq!(scene.decide("/api", token), expected);
            }
        }
    }
}

#[test]
fn anonymous_requests_carry_no_identity_on() {
    let mut scene = scene(&json!({}));
    let spoofed = [
        ("x-user", "root"),
        ("x_user", "root"),
        ("authorization", "Bearer a.b.c"),
    ];
    for (path, expected) in [
        ("/health", "-x-user -x_user"),
        ("/failed", "-x-user -x_user -authorization"),
        ("/missing", "401 ERR_JWT_INVALID"),
    ] {
        let decision = scene.gate.decide(&request(path, &spoofed), None, MOMENT);
        assert_eq!(told(&decision), expected, "{path}");
    }
    let missing = scene
        .gate
        .decide(&request("/missing", &spoofed[..2]), None, MOMENT);
    assert_eq!(told(&missing), "-x-user -x_user");
}

#[test]
fn what_was_not_read_as_a_token_does_not_go_on_as_one() {
    let mut scene = scene(&json!({
        "forward": { "authorization": true },
        "token": { "from_headers": ["authorization", "x-token"], "from_cookies": ["session"] },
    }));
    let cookie = format!("session={}", scene.corp(&json!({})));
    for (name, value, expected) in [
        ("authorization", "Bearer\tforged", "-authorization"),
        ("x_token", "Bearer forged", "-x_token"),
        ("authorization", "Basic eDp5", ""),
    ] {
        for (path, cookie) in [("/missing", "a=1"), ("/missing", cookie.as_str())] {
            let request = request(path, &[(name, value), ("cookie", cookie)]);
            let decision = scene.gate.decide(&request, None, MOMENT);
            assert_eq!(told(&decision), expected, "{name}: {value}");
        }
    }
}

#[test]
fn a_preflight_passes_where_that_is_configured_and_its_path_is_plain() {
    let preflight_with = |path: &str, more: &[(&str, &str)]| {
        let fields = [
            ("origin", "https://a"),
            ("access-control-request-method", "GET"),
        ];
        let request = request(path, &[&fields, more].concat());
        let fields = request.fields().map(|(name, value)| match name {
            b":method" => (name, &b"OPTIONS"[..]),
            _ => (name, value),
        });
        Request::of(&fields.collect::<Vec<_>>())
    };
    let preflight = |path: &str| preflight_with(path, &[]);
    let forward = json!({ "authorization": true });
    let mut open = scene(&json!({ "bypass_cors_preflight": true, "forward": forward }));
    assert_eq!(
        told(&open.gate.decide(&preflight("/api"), None, MOMENT)),
        ""
    );
    let carrying = preflight_with("/api", &[("authorization", "Bearer forged")]);
    assert_eq!(
        told(&open.gate.decide(&carrying, None, MOMENT)),
        "-authorization",
        "nobody has looked at it"
    );
    let unread = preflight_with("/api", &[("authorization", "Bearer\tforged")]);
    assert_eq!(
        told(&open.gate.decide(&unread, None, MOMENT)),
        "-authorization",
        "another reader may take it for a token"
    );
    let odd = open.gate.decide(&preflight("/a//b"), None, MOMENT);
    assert_eq!(told(&odd), "400 ERR_PATH_AMBIGUOUS");
    let closed = scene(&json!({}))
        .gate
        .decide(&preflight("/api"), None, MOMENT);
    assert_eq!(told(&closed), "401 ERR_TOKEN_MISSING");
}

#[test]
fn a_routes_policy_takes_the_place_of_the_rules() {
    let mut scene = scene(&json!({
        "policies": { "open": { "require": "none" }, "members": { "require": "corp" } },
        "policy_metadata": { "namespace": "n", "key": "k" },
    }));
    let plain = request("/nowhere", &[]);
    for (policy, expected) in [
        (&b"open"[..], ""),
        (b"members", "401 ERR_TOKEN_MISSING"),
        (b"nobody", "500 ERR_CONFIG_INVALID"),
        (b"\xff", "500 ERR_CONFIG_INVALID"),
        (b"", "500 ERR_CONFIG_INVALID"),
    ] {
        let decision = scene.gate.decide(&plain, Some(policy), MOMENT);
        assert_eq!(told(&decision), expected);
    }
    for policy in [Some(&b"open"[..]), None] {
        let spoofed = request("/health", &[("x_user", "root")]);
        let decision = scene.gate.decide(&spoofed, policy, MOMENT);
        assert_eq!(told(&decision), "403 ERR_FORBIDDEN", "another route");
    }
}

#[test]
fn outcomes_are_counted_by_provider_and_code() {
    let mut scene = scene(&json!({}));
    let (good, bad) = (
        scene.corp(&json!({})),
        scene.corp(&json!({ "sub": "\u{e9}", "exp": 1 })),
    );
    let odd = scene.corp(&json!({ "sub": "\u{e9}" }));
    for token in [&good, &good, &bad, &odd] {
        scene.decide("/api", token);
    }
    scene.decide("/api/..", &good);
    let counts = scene.gate.court.take_counts();
    let counts: Vec<_> = counts
        .iter()
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    assert_eq!(
        counts,
        [
            ("countersign_corp_accepted", 3),
            ("countersign_corp_err_jwt_expired", 1),
            ("countersign_corp_claim_headers_unfit", 1),
            ("countersign_request_err_path_ambiguous", 1),
        ]
    );
}

#[test]
fn a_webhook_is_judged_by_its_whole_body() {
    let rules = json!([{ "match": { "prefix": "/" }, "webhook":
        { "scheme": "github", "secrets": ["s3cret"], "max_body_bytes": 8 } }]);
    let mut scene = scene(&json!({ "rules": rules }));
    // HMAC-SHA256 of "12345678" under "s3cret".
    let signature = hmac_hex(b"s3cret", b"12345678");
    let fields = [
        ("x-hub-signature-256", signature.as_str()),
        ("x-user", "root"),
    ];
    let mut receive = |pieces: &[&str]| {
        let Decision::Receive(mut body) = scene.gate.decide(&request("/", &fields), None, MOMENT)
        else {
            panic!()
        };
        let (last, pieces) = pieces.split_last().unwrap();
        for piece in pieces {
            if let Err(answer) = body.feed(piece.as_bytes(), &mut scene.gate.court) {
                assert!(body.is_over());
                return told(&Decision::Refuse(answer));
            }
        }
        match body.finish(last.as_bytes(), &mut scene.gate.court) {
            Ok(edits) => told(&Decision::Pass(edits)),
            Err(answer) => told(&Decision::Refuse(answer)),
        }
    };
    assert_eq!(receive(&["12345678"]), "-x-user");
    assert_eq!(receive(&["1", "", "234", "5678"]), "-x-user");
    assert_eq!(receive(&["", "12345678", ""]), "-x-user");
    assert_eq!(receive(&["1234567"]), "400 ERR_WEBHOOK_SIGNATURE_INVALID");
    for pieces in [&["12345678", "9"][..], &["123456789"], &["123456789", ""]] {
        assert_eq!(receive(pieces), "413 ERR_WEBHOOK_TOO_LARGE");
    }
    let declared = [fields[0], ("content-length", "9")];
    let refused = scene.gate.decide(&request("/", &declared), None, MOMENT);
    assert_eq!(told(&refused), "413 ERR_WEBHOOK_TOO_LARGE");
    let unsigned = scene.gate.decide(&request("/", &[]), None, MOMENT);
    assert_eq!(told(&unsigned), "400 ERR_WEBHOOK_HEADER_MISSING");
}

#[test]
fn the_clock_is_asked_for_webhooks_only_where_a_timestamp_is_signed() {
    for (scheme, asked) in [("github", 0), ("hellojohn", 1)] {
        let rules = json!([{ "match": { "prefix": "/" }, "webhook":
            { "scheme": scheme, "secrets": ["a secret of sixteen bytes or more"] } }]);
        let mut scene = scene(&json!({ "rules": rules }));
        let (read, zeros) = (Cell::new(0), "0".repeat(64));
        let clock = Counting {
            read: &read,
            now: NOW,
            looked: NOW - 4_000,
        };
        let fields = [
            ("x-hub-signature-256", format!("sha256={zeros}")),
            ("x-hellojohn-signature", format!("v1={zeros}")),
            ("x-hellojohn-timestamp", NOW.to_string()),
        ];
        let fields = fields
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let decision = scene.gate.decide(&request("/", &fields), None, clock);
        assert_eq!(told(&decision), "receiving", "{scheme}");
        assert_eq!(read.take(), asked, "{scheme}");
    }
}

fn hmac_hex(secret: &[u8], body: &[u8]) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret).unwrap();
    mac.update(body);
    let digits = mac.finalize().into_bytes();
    let digits: String = digits.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digits}")
}
