//! Every provider behind the filter: its own fixtures' tokens, with the verdicts that they name.

use std::path::Path;

use countersign::envoy::config::{PRESETS, Preset};
use countersign::envoy::{Decision, Gate};
use countersign::providers::oidc;
use countersign::time::UnixMillis;
use serde_json::{Value, json};

use super::{refused, with_token};

fn fixture(path: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/providers");
    serde_json::from_str(&std::fs::read_to_string(folder.join(path)).unwrap()).unwrap()
}

fn preset(id: &str) -> &'static Preset {
    PRESETS.iter().find(|preset| preset.id == id).unwrap()
}

/// A provider's options as the filter spells them.
fn provider(preset: &Preset, options: &Value) -> Value {
    let mut fields = json!({ "preset": preset.id });
    for (option, value) in options.as_object().unwrap() {
        if option == "preset" {
            continue;
        }
        let (field, _) = preset
            .fields()
            .find(|(_, own)| own == option)
            .unwrap_or_else(|| panic!("{} has no field for {option}", preset.id));
        match field.strip_prefix("jwks.") {
            Some(inner) => fields["jwks"][inner] = value.clone(),
            None => fields[field] = value.clone(),
        }
    }
    fields
}

fn configuration(provider: &Value, require: &Value) -> Value {
    json!({
        "providers": { "own": provider },
        "rules": [{ "match": { "prefix": "/" }, "require": require }],
    })
}

/// What the filter says of a token: its code, or nothing where it passes.
fn verdict(configuration: &Value, token: &str, clock: u64) -> Option<&'static str> {
    let mut gate = match Gate::configure(configuration.to_string().as_bytes()) {
        Ok(gate) => gate,
        Err(error) => panic!("{error}: {configuration}"),
    };
    match gate.decide(&with_token("/", token), None, UnixMillis::from_secs(clock)) {
        Decision::Pass(_) => None,
        Decision::Refuse(answer) => Some(answer.code),
        other => panic!("{other:?}"),
    }
}

/// What a fixture's client is made with and its tokens are checked without.
const FOR_CALLS: [&str; 2] = ["apiSecret", "timeout"];

/// Plays the rows of a provider's contract; gives how many there were.
fn plays(id: &str) -> usize {
    let contract = fixture(&format!("{id}/fixtures/contract.json"));
    let rows = ["accepted", "refused"].map(|part| contract[part].as_array().unwrap());
    let mut played = 0;
    for row in rows.into_iter().flatten() {
        let mut options = contract["verifier"].clone();
        let general = match contract["verifierAlone"] == true {
            true => None,
            false => contract["options"].as_object(),
        };
        let own = row["options"].as_object();
        for (name, value) in general.into_iter().chain(own).flatten() {
            if !FOR_CALLS.contains(&name.as_str()) {
                options[name] = value.clone();
            }
        }
        let preset = preset(options["preset"].as_str().unwrap_or(id));
        let configuration = configuration(&provider(preset, &options), &json!("own"));
        let expected = row["code"].as_str();
        if expected == Some("ERR_CONFIG_INVALID") || expected == Some("ERR_JWK_INVALID") {
            refused(&configuration);
        } else {
            let token = contract["tokens"][row["token"].as_str().unwrap()].as_str();
            let clock = row["clock"].as_u64().unwrap();
            let came = verdict(&configuration, token.unwrap(), clock);
            assert_eq!(came, expected, "{id}: {row}");
        }
        played += 1;
    }
    played
}

#[test]
fn a_presets_verdicts_are_those_of_its_provider() {
    for (id, rows) in [
        ("hellojohn", 17),
        ("justauthenticateme", 29),
        ("nicelogin", 38),
        ("oidc", 70),
    ] {
        assert!(plays(id) >= rows, "{id}");
    }
}

#[test]
fn every_vendor_of_openid_connect_has_a_preset_with_all_its_inputs() {
    for vendor in oidc::PRESETS {
        let preset = preset(vendor.id);
        for (input, _) in vendor.inputs {
            let mut options = preset.fields().map(|(_, option)| option);
            assert!(options.any(|option| option == *input), "{}", vendor.id);
        }
    }
}

fn propelauth(more: &[(&str, Value)]) -> Value {
    let tokens = fixture("propelauth/fixtures/tokens.json");
    let mut provider = json!({
        "preset": "propelauth",
        "auth_url": tokens["issuer"],
        "verifier_key": tokens["verifierKey"],
    });
    for (name, value) in more {
        provider[*name] = value.clone();
    }
    provider
}

#[test]
fn propelauths_tokens_are_judged_by_its_verifier_key() {
    let tokens = fixture("propelauth/fixtures/tokens.json");
    let token = |name: &str| tokens["tokens"][name].as_str().unwrap();
    let clock = tokens["clock"].as_u64().unwrap();
    let configuration = configuration(&propelauth(&[]), &json!("own"));
    for name in ["PA-1", "PA-2", "PA-3"] {
        assert_eq!(verdict(&configuration, token(name), clock), None, "{name}");
    }
    for row in tokens["refused"].as_array().unwrap() {
        let came = verdict(&configuration, token(row["token"].as_str().unwrap()), clock);
        assert_eq!(came, row["code"].as_str(), "{row}");
    }
}

#[test]
fn a_propelauth_that_cannot_work_is_refused_by_its_field() {
    let whole = |provider: Value| configuration(&provider, &json!("own"));
    let without_key = |more: &[(&str, Value)]| {
        let mut provider = propelauth(more);
        provider.as_object_mut().unwrap().remove("verifier_key");
        provider
    };
    for (provider, field) in [
        (
            propelauth(&[("verifier_key", json!("no PEM"))]),
            "verifier_key",
        ),
        (propelauth(&[("verifier_key", json!([]))]), "verifier_key"),
        (
            propelauth(&[("auth_url", json!("http://a.example"))]),
            "auth_url",
        ),
        (
            propelauth(&[("clock_tolerance_s", json!(121))]),
            "clock_tolerance_s",
        ),
        (propelauth(&[("tenant_id", json!("t"))]), "tenant_id"),
        (without_key(&[]), "api_key"),
        (
            without_key(&[("issuer", json!("https://a.example"))]),
            "issuer",
        ),
        (without_key(&[("api_key", json!("k"))]), "jwks.cluster"),
    ] {
        let (path, _) = refused(&whole(provider.clone()));
        assert_eq!(path, format!("providers.own.{field}"), "{provider}");
    }
}

const ORG: &str = "0c1f7a2e-8f41-4f0e-9a53-5d3c1b7e9a01";

#[test]
fn propelauths_roles_and_permissions_are_those_in_the_organization() {
    let tokens = fixture("propelauth/fixtures/tokens.json");
    let token = tokens["tokens"]["PA-1"].as_str().unwrap();
    let clock = tokens["clock"].as_u64().unwrap();
    for (more, expected) in [
        (json!({ "org": ORG }), None),
        (json!({ "org": ORG, "roles": ["Owner", "Admin"] }), None),
        (json!({ "org": ORG, "roles": ["Member"] }), None),
        (
            json!({ "org": ORG, "roles": ["Owner"] }),
            Some("ERR_FORBIDDEN"),
        ),
        (
            json!({ "org": ORG, "permissions": ["can_view_billing"] }),
            None,
        ),
        (
            json!({ "org": ORG, "permissions": ["can_view_billing", "x"] }),
            Some("ERR_FORBIDDEN"),
        ),
        (json!({ "org": "another" }), Some("ERR_FORBIDDEN")),
    ] {
        let mut require = more.clone();
        require["provider"] = "own".into();
        let configuration = configuration(&propelauth(&[]), &require);
        assert_eq!(verdict(&configuration, token, clock), expected, "{more}");
    }
}

#[test]
fn an_organization_is_demanded_where_tokens_name_one() {
    let contract = fixture("hellojohn/fixtures/contract.json");
    let options =
        json!({ "tenantId": "tnt_01TESTAAAA000001", "jwks": contract["verifier"]["jwks"] });
    let hellojohn = provider(preset("hellojohn"), &options);
    let token = contract["tokens"]["T1"].as_str().unwrap();
    for (more, expected) in [
        (json!({ "org": "org_01TESTAAAA000001" }), None),
        (
            json!({ "org": "org_01TESTAAAA000001", "roles": ["admin"] }),
            None,
        ),
        (
            json!({ "org": "org_01TESTAAAA000001", "roles": ["owner"] }),
            Some("ERR_FORBIDDEN"),
        ),
        (json!({ "org": "org_2" }), Some("ERR_FORBIDDEN")),
        (
            json!({ "org": "org_2", "roles": ["admin"] }),
            Some("ERR_FORBIDDEN"),
        ),
    ] {
        let mut require = more.clone();
        require["provider"] = "own".into();
        let configuration = configuration(&hellojohn, &require);
        let came = verdict(&configuration, token, 1_705_316_000);
        assert_eq!(came, expected, "{more}");
    }
}

#[test]
fn an_organization_that_no_token_could_name_is_refused_at_load() {
    let nicelogin = json!({ "preset": "nicelogin", "api_key": "k", "jwks": { "cluster": "c" } });
    let require = json!({ "provider": "own", "org": "o" });
    let (path, _) = refused(&configuration(&nicelogin, &require));
    assert_eq!(path, "rules[0].require.org");
    for (require, path) in [
        (json!({ "provider": "own", "roles": ["Admin"] }), "org"),
        (
            json!({ "provider": "own", "org": "o", "scopes": ["a"] }),
            "scopes",
        ),
        (json!({ "provider": "own", "org": "" }), "org"),
        (json!({ "provider": "own", "org": ["o"] }), "org"),
    ] {
        let (came, _) = refused(&configuration(&propelauth(&[]), &require));
        assert_eq!(came, format!("rules[0].require.{path}"), "{require}");
    }
}
