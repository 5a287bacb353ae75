//! What the contract that all providers share reads and configures: one fixture per
//! provider, `src/providers/{id}/fixtures/contract.json`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(unreachable_pub, missing_docs)]

use std::fs;
use std::path::Path;

use countersign::api::Client;
use countersign::error::Error;
use countersign::json::{Json, Members};
use countersign::jwk::KeySource;
use countersign::jwt::Policy;
use countersign::providers::{self, Provider, hellojohn, justauthenticateme, nicelogin, oidc};
use serde_json::{Value, json};

/// A provider with the options of a case.
pub struct Configured {
    pub client: Client,
    pub issuer: Result<(Policy, KeySource), Error>,
    pub user: Box<dyn Fn(Members) -> Value>,
}

/// Configures a provider by its name, as an adapter does.
pub fn configure(provider: &Provider, options: &Value) -> Result<Configured, Error> {
    let options = options.to_string();
    Ok(match provider.id {
        "hellojohn" => {
            let made = hellojohn::HelloJohn::from_json(&options)?;
            Configured {
                client: made.client().clone(),
                issuer: made.issuer(),
                user: Box::new(move |claims| {
                    serde_json::from_str(&made.user(claims).json()).unwrap()
                }),
            }
        }
        "justauthenticateme" => {
            let made = justauthenticateme::JustAuthenticateMe::from_json(&options)?;
            Configured {
                client: made.client().clone(),
                issuer: made.issuer(),
                user: Box::new(move |claims| plain(made.user(claims))),
            }
        }
        "nicelogin" => {
            let made = nicelogin::NiceLogin::from_json(&options)?;
            Configured {
                client: made.client().clone(),
                issuer: made.issuer(),
                user: Box::new(move |claims| plain(made.user(claims))),
            }
        }
        "oidc" => {
            let made = oidc::Oidc::from_json(&options)?;
            Configured {
                client: made.client().clone(),
                issuer: made.issuer(),
                user: Box::new(move |claims| plain(made.user(claims))),
            }
        }
        other => panic!("{other} is in the list of providers and not configured here"),
    })
}

/// The same value in the tests' own type.
fn plain(user: Members) -> Value {
    serde_json::from_str(&Json::from(user).to_string()).unwrap()
}

/// The error class under which a provider's callers know an error.
pub fn class(provider: &Provider, error: &Error) -> &'static str {
    match provider.id {
        "hellojohn" => hellojohn::class(error),
        "justauthenticateme" => justauthenticateme::class(error),
        "nicelogin" => nicelogin::class(error),
        "oidc" => oidc::class(error),
        other => panic!("{other} has no error classes here"),
    }
}

/// One provider with its fixture.
pub struct Subject {
    pub provider: &'static Provider,
    fixture: Value,
}

impl Subject {
    /// Every provider that there is. One without a fixture fails the test.
    pub fn all() -> Vec<Self> {
        let subjects = providers::ALL.iter().map(|provider| {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/providers");
            let path = folder.join(provider.id).join("fixtures/contract.json");
            let text = fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let fixture = serde_json::from_str(&text).unwrap();
            Self { provider, fixture }
        });
        subjects.collect()
    }

    /// The rows of one part of the fixture.
    pub fn rows(&self, part: &str) -> Vec<Row> {
        let rows = self.fixture[part].as_array().into_iter().flatten();
        rows.map(|row| Row(row.clone())).collect()
    }

    pub fn token(&self, row: &Row) -> String {
        let name = row.text("token");
        let token = self.fixture["tokens"][name].as_str();
        token
            .unwrap_or_else(|| panic!("no token {name}"))
            .to_owned()
    }

    /// The provider configured for calls.
    pub fn for_calls(&self) -> Configured {
        configure(self.provider, &self.fixture["options"]).unwrap()
    }

    /// The provider configured for a row about a token.
    pub fn for_token(&self, row: &Row) -> Result<Configured, Error> {
        let mut options = json!({});
        let parts = [
            &self.fixture["options"],
            &self.fixture["verifier"],
            &row.0["options"],
        ];
        // What calls are made with and what a token is checked by may exclude each other.
        let parts = if self.fixture["verifierAlone"] == true {
            &parts[1..]
        } else {
            &parts[..]
        };
        for (name, value) in parts.iter().filter_map(|part| part.as_object()).flatten() {
            options[name] = value.clone();
        }
        configure(self.provider, &options)
    }

    /// What must never show.
    pub fn secrets(&self) -> Vec<String> {
        let secrets = self.fixture["secrets"].as_array().into_iter().flatten();
        secrets
            .map(|secret| secret.as_str().unwrap().to_owned())
            .collect()
    }
}

/// One case of a fixture.
pub struct Row(pub Value);

impl Row {
    pub fn text(&self, member: &str) -> &str {
        let text = self.0[member].as_str();
        text.unwrap_or_else(|| panic!("{member} is missing: {}", self.0))
    }

    pub fn operation(&self) -> &str {
        self.text("operation")
    }

    pub fn parameters(&self) -> String {
        self.0
            .get("parameters")
            .map_or(String::new(), Value::to_string)
    }

    /// The parameters with one of them changed.
    pub fn parameters_with(&self, name: &str, value: impl Into<Value>) -> String {
        let mut parameters = self.0["parameters"].clone();
        parameters[name] = value.into();
        parameters.to_string()
    }

    /// The call's options, with retries switched off unless it is about them.
    pub fn options(&self, retries: u32) -> String {
        let mut options = self.0.get("options").cloned().unwrap_or(json!({}));
        options["maxRetries"] = retries.into();
        options.to_string()
    }
}
