//! Configurations that are refused, each by the path of its field.

use serde_json::{Value, json};

use crate::support::TestKey;
use crate::{gate, jwks, refused};

fn good() -> Value {
    let key = TestKey::new("k1", 1);
    json!({
        "providers": {
            "corp": { "issuer": "https://corp.example", "audience": ["api"], "roles_claim": "roles",
                      "jwks": { "inline": jwks(&[&key]) } },
            "hj": { "preset": "hellojohn", "tenant_id": "t1",
                    "jwks": { "uri": "https://hj.example/keys", "cluster": "hj" } },
        },
        "rules": [
            { "match": { "prefix": "/" }, "require": { "any": ["corp", "hj"] } },
            { "match": { "exact": "/hook" }, "webhook": { "scheme": "github", "secrets": ["s3cret"] } },
        ],
    })
}

#[test]
fn a_whole_configuration_is_read() {
    gate(&good());
    let mut by_method = good();
    by_method["rules"][0]["match"]["methods"] = json!(["GET", "X-PURGE"]);
    gate(&by_method);
}

/// Puts a value at a JSON pointer whose parent is there; `null` members are given as such.
fn put(configuration: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = configuration.pointer_mut(parent).unwrap();
    match parent {
        Value::Array(list) => list[name.parse::<usize>().unwrap()] = value,
        parent => parent[name] = value,
    }
}

#[test]
fn every_wrong_field_is_named_by_its_path() {
    let webhook = |more: Value| {
        let mut webhook = json!({ "scheme": "github", "secrets": ["s3cret"] });
        for (name, value) in more.as_object().unwrap() {
            webhook[name] = value.clone();
        }
        json!({ "match": { "prefix": "/" }, "webhook": webhook })
    };
    let rule = |require: Value| json!({ "match": { "prefix": "/" }, "require": require });
    let own = |scheme: Value| webhook(json!({ "scheme": scheme }));
    for (pointer, value, path) in [
        ("/rulez", json!([]), "rulez"),
        ("/rules", json!({}), "rules"),
        ("/rules/0", json!(1), "rules[0]"),
        (
            "/rules/0",
            json!({ "match": { "prefix": "/" } }),
            "rules[0]",
        ),
        (
            "/rules/0/webhook",
            webhook(json!({}))["webhook"].clone(),
            "rules[0]",
        ),
        ("/rules/0/extra", json!(1), "rules[0].extra"),
        ("/rules/0/match", json!({}), "rules[0].match"),
        ("/rules/0/match/exact", json!("/"), "rules[0].match"),
        ("/rules/0/match/prefix", json!("a"), "rules[0].match.prefix"),
        (
            "/rules/0/match/prefix",
            json!("/a/../b"),
            "rules[0].match.prefix",
        ),
        (
            "/rules/0/match/prefix",
            json!("/a?b"),
            "rules[0].match.prefix",
        ),
        ("/rules/0/match/regex", json!("/"), "rules[0].match.regex"),
        (
            "/rules/0/match/methods",
            json!([]),
            "rules[0].match.methods",
        ),
        (
            "/rules/0/match/methods",
            json!(["G T"]),
            "rules[0].match.methods",
        ),
        (
            "/rules/0/match/methods",
            json!(["GET", "Post"]),
            "rules[0].match.methods",
        ),
        (
            "/rules/0/match/hosts",
            json!([1]),
            "rules[0].match.hosts[0]",
        ),
        (
            "/rules/0/match/methods",
            json!(["get"]),
            "rules[0].match.methods",
        ),
        ("/rules/0", rule(json!("nobody")), "rules[0].require"),
        ("/rules/0", rule(json!(null)), "rules[0].require"),
        ("/rules/0", rule(json!({})), "rules[0].require.provider"),
        (
            "/rules/0",
            rule(json!({ "provider": "x" })),
            "rules[0].require.provider",
        ),
        (
            "/rules/0",
            rule(json!({ "provider": "corp", "roles": [] })),
            "rules[0].require.roles",
        ),
        (
            "/rules/0",
            rule(json!({ "provider": "corp", "scopes": ["a"] })),
            "rules[0].require.scopes",
        ),
        (
            "/rules/0",
            rule(json!({ "provider": "corp", "org": "o" })),
            "rules[0].require.org",
        ),
        (
            "/rules/0",
            rule(json!({ "any": [] })),
            "rules[0].require.any",
        ),
        (
            "/rules/0",
            rule(json!({ "any": ["corp", "x"] })),
            "rules[0].require.any[1]",
        ),
        (
            "/rules/0",
            rule(json!({ "all": ["corp"], "any": ["corp"] })),
            "rules[0].require.all",
        ),
        (
            "/rules/0",
            rule(json!({ "allow_missing": "x" })),
            "rules[0].require.allow_missing",
        ),
        (
            "/rules/0",
            rule(json!({ "any": ["none"] })),
            "rules[0].require.any[0]",
        ),
        (
            "/rules/1",
            webhook(json!({ "secrets": [] })),
            "rules[1].webhook.secrets",
        ),
        (
            "/rules/1",
            webhook(json!({ "secrets": [""] })),
            "rules[1].webhook.secrets[0]",
        ),
        (
            "/rules/1",
            webhook(json!({ "scheme": "nobody" })),
            "rules[1].webhook.scheme",
        ),
        (
            "/rules/1",
            webhook(json!({ "tolerance_s": 5 })),
            "rules[1].webhook.tolerance_s",
        ),
        (
            "/rules/1",
            webhook(json!({ "tolerance_s": -1 })),
            "rules[1].webhook.tolerance_s",
        ),
        (
            "/rules/1",
            webhook(json!({ "max_body_bytes": 0 })),
            "rules[1].webhook.max_body_bytes",
        ),
        (
            "/rules/1",
            webhook(json!({ "max_body_bytes": 1.5 })),
            "rules[1].webhook.max_body_bytes",
        ),
        (
            "/rules/1",
            webhook(json!({ "maxBodyBytes": 1 })),
            "rules[1].webhook.maxBodyBytes",
        ),
        (
            "/rules/1",
            own(json!({ "signature_header": "a" })),
            "rules[1].webhook.scheme.signed_content",
        ),
        (
            "/rules/1",
            own(
                json!({ "signature_header": "a b", "signed_content": "{body}", "encoding": "hex" }),
            ),
            "rules[1].webhook.scheme.signature_header",
        ),
        ("/providers", json!([]), "providers"),
        ("/providers/a-b", json!({}), "providers.a-b"),
        ("/providers/webhook", json!({}), "providers.webhook"),
        (
            "/providers/x",
            json!({ "preset": "nobody" }),
            "providers.x.preset",
        ),
        (
            "/providers/corp/jwksUri",
            json!("https://a.example"),
            "providers.corp.jwksUri",
        ),
        (
            "/providers/corp/tenant_id",
            json!("t"),
            "providers.corp.tenant_id",
        ),
        ("/providers/corp/issuer", json!(5), "providers.corp.issuer"),
        (
            "/providers/corp/audience",
            json!([]),
            "providers.corp.audience",
        ),
        (
            "/providers/corp/algorithms",
            json!(["none"]),
            "providers.corp.algorithms",
        ),
        (
            "/providers/corp/algorithms",
            json!("ES256"),
            "providers.corp.algorithms",
        ),
        (
            "/providers/corp/clock_tolerance_s",
            json!(301),
            "providers.corp.clock_tolerance_s",
        ),
        (
            "/providers/corp/clock_tolerance_s",
            json!("5s"),
            "providers.corp.clock_tolerance_s",
        ),
        (
            "/providers/corp/max_token_age_s",
            json!(0),
            "providers.corp.max_token_age_s",
        ),
        (
            "/providers/corp/secret",
            json!("short"),
            "providers.corp.jwks.uri",
        ),
        (
            "/providers/corp/key",
            json!("no pem"),
            "providers.corp.jwks.uri",
        ),
        (
            "/providers/corp/jwks",
            json!({ "inline": { "keys": [] } }),
            "providers.corp.jwks",
        ),
        (
            "/providers/corp/jwks",
            json!({ "inline": "{}" }),
            "providers.corp.jwks.inline",
        ),
        (
            "/providers/corp/jwks/url",
            json!("https://a.example"),
            "providers.corp.jwks.url",
        ),
        (
            "/providers/corp/jwks/cluster",
            json!("c"),
            "providers.corp.jwks.cluster",
        ),
        (
            "/providers/corp/jwks",
            json!({ "uri": "https://a.example" }),
            "providers.corp.jwks.cluster",
        ),
        (
            "/providers/corp/jwks",
            json!({ "uri": "http://a.example", "cluster": "c" }),
            "providers.corp.jwks.uri",
        ),
        (
            "/providers/corp/jwks",
            json!({ "uri": "https://a.example", "cluster": "c", "discovery_cluster": "d" }),
            "providers.corp.jwks.discovery_cluster",
        ),
        (
            "/providers/corp/jwks",
            json!({ "uri": "https://a.example", "cluster": "c", "timeout_ms": 0 }),
            "providers.corp.jwks.timeout_ms",
        ),
        (
            "/providers/hj/tenant_id",
            json!(""),
            "providers.hj.tenant_id",
        ),
        (
            "/providers/hj/algorithms",
            json!(["ES256"]),
            "providers.hj.algorithms",
        ),
        (
            "/providers/hj/allow_any_tenant",
            json!(1),
            "providers.hj.allow_any_tenant",
        ),
        (
            "/forward",
            json!({ "authorisation": true }),
            "forward.authorisation",
        ),
        (
            "/forward",
            json!({ "authorization": "yes" }),
            "forward.authorization",
        ),
        (
            "/forward",
            json!({ "claim_headers": { "sub": ":path" } }),
            "forward.claim_headers.sub",
        ),
        (
            "/forward",
            json!({ "claim_headers": { "sub": "Host" } }),
            "forward.claim_headers.sub",
        ),
        (
            "/forward",
            json!({ "claim_headers": { "a": "x-a", "b": "X-A" } }),
            "forward.claim_headers.b",
        ),
        (
            "/forward",
            json!({ "claim_headers": { "a": "x-a" }, "payload_header": "x-a" }),
            "forward.payload_header",
        ),
        (
            "/forward",
            json!({ "claim_headers": { "a": "x-a-b", "b": "x_a-b" } }),
            "forward.claim_headers.b",
        ),
        (
            "/token",
            json!({ "from_headers": ["x-a", "x_a"] }),
            "token.from_headers[1]",
        ),
        ("/token", json!({ "from_headers": [] }), "token"),
        (
            "/token",
            json!({ "from_headers": ["a b"] }),
            "token.from_headers[0]",
        ),
        (
            "/token",
            json!({ "from_headers": [{ "name": "x" }] }),
            "token.from_headers[0].prefix",
        ),
        ("/token", json!({ "from_header": [] }), "token.from_header"),
        ("/token_cache", json!(-1), "token_cache"),
        ("/token_cache", json!(true), "token_cache"),
        ("/bypass_cors_preflight", json!(1), "bypass_cors_preflight"),
        ("/policies", json!({}), "policies"),
        (
            "/policy_metadata",
            json!({ "namespace": "a" }),
            "policy_metadata.key",
        ),
    ] {
        let mut configuration = good();
        put(&mut configuration, pointer, value.clone());
        if pointer == "/policies" {
            configuration["policies"] = json!({ "p": { "require": "none" } });
        }
        let (named, problem) = refused(&configuration);
        assert_eq!(named, path, "{pointer} = {value}: {problem}");
        assert!(!problem.contains("s3cret"), "{problem}");
    }
}

#[test]
fn a_rule_for_hosts_that_no_request_can_name_is_refused() {
    let with = |host: &str| {
        let mut configuration = good();
        configuration["rules"][0]["match"]["hosts"] = json!([host]);
        configuration
    };
    for host in [
        "a.example",
        "A.Example",
        "*.example",
        "localhost",
        "127.0.0.1",
        "[::1]",
    ] {
        gate(&with(host));
    }
    for host in [
        "a.example:8443",
        "a.example.",
        "https://a.example",
        "a.example/",
        "*",
        "*.",
        "*a.example",
        "a.*.example",
        ".example",
        "caf\u{e9}.example",
        "a example",
        "[::1]:80",
        "[x]",
        "a..example",
        "::1",
    ] {
        assert_eq!(refused(&with(host)).0, "rules[0].match.hosts", "{host}");
    }
}

#[test]
fn a_header_cannot_carry_the_token_in_and_claims_out() {
    let mut configuration = good();
    configuration["forward"] = json!({ "claim_headers": { "sub": "x-token" } });
    configuration["token"] = json!({ "from_headers": ["x-token"] });
    assert_eq!(refused(&configuration).0, "token.from_headers");
}

#[test]
fn two_providers_that_one_issuer_could_select_are_refused_in_one_rule_only() {
    let key = TestKey::new("k1", 1);
    let provider = |audience: &str, issuer: Value| json!({ "issuer": issuer, "audience": audience, "jwks": { "inline": jwks(&[&key]) } });
    let configuration = |second: Value, require: Value| {
        let first = provider("a", json!("https://i.example"));
        json!({
            "providers": { "a": first, "b": provider("b", second) },
            "rules": [{ "match": { "exact": "/a" }, "require": "a" }, { "match": { "exact": "/b" }, "require": require }],
        })
    };
    let both = json!({ "any": ["a", "b"] });
    gate(&configuration(json!("https://i.example"), json!("b")));
    gate(&configuration(json!("https://j.example"), both.clone()));
    for second in [
        json!("https://i.example"),
        json!(["https://j.example", "https://i.example"]),
        json!(null),
    ] {
        let (path, _) = refused(&configuration(second, both.clone()));
        assert_eq!(path, "rules[1].require");
    }
}

#[test]
fn a_prefix_without_its_slash_is_refused_with_what_is_missing() {
    let mut configuration = good();
    configuration["rules"][0]["match"]["prefix"] = json!("admin");
    let error = countersign::envoy::Gate::configure(configuration.to_string().as_bytes());
    let error = error.unwrap_err();
    assert_eq!(
        error.to_string(),
        "rules[0].match.prefix: must begin with /"
    );
}

#[test]
fn what_is_no_json_object_is_refused_without_being_quoted() {
    for text in [
        "",
        "[]",
        "null",
        "{\"rules\":[s3cret]}",
        "{\"rules\":[],\"rules\":[]}",
        "{\"rules\":[],\"policies\":{\"a\":{\"require\":\"x\",\"require\":\"none\"}}}",
        "{\"rules\":[{\"match\":{\"prefix\":\"/a\",\"pr\\u0065fix\":\"/\"}}]}",
    ] {
        let error = countersign::envoy::Gate::configure(text.as_bytes()).unwrap_err();
        assert_eq!(error.option, "configuration", "{text}");
        assert!(!error.problem.contains("s3cret"));
    }
}

#[test]
fn demands_do_not_nest_without_end() {
    let mut require = json!("corp");
    for _ in 0..20 {
        require = json!({ "any": [require] });
    }
    let mut configuration = good();
    configuration["rules"][0]["require"] = require;
    assert!(refused(&configuration).1.contains("deep"));
}

/// The schema beside the code names exactly the fields that are read.
#[test]
fn the_schema_knows_every_presets_fields() {
    let schema: Value = serde_json::from_str(include_str!("../../src/envoy/schema.json")).unwrap();
    for preset in countersign::envoy::config::PRESETS {
        let definition = &schema["$defs"][format!("provider_{}", preset.id)];
        let mut described = Vec::new();
        for (name, property) in definition["properties"].as_object().unwrap() {
            match name.as_str() {
                "preset" => {}
                "jwks" => {
                    let names = property["properties"].as_object().unwrap().keys();
                    let own = names.filter(|name| !name.ends_with("cluster"));
                    described.extend(own.map(|name| format!("jwks.{name}")));
                }
                name => described.push(name.to_owned()),
            }
        }
        let mut fields: Vec<_> = preset.fields().map(|(name, _)| name.to_owned()).collect();
        fields.sort();
        described.sort();
        assert_eq!(described, fields, "{}", preset.id);
    }
}
