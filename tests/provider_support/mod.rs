//! What the contract that all providers share reads and configures: one fixture per
//! provider, `src/providers/{id}/fixtures/contract.json`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(unreachable_pub, missing_docs)]

use std::fs;
use std::path::Path;

use countersign::error::Error;
use countersign::providers::{self, Configured, Provider};
use serde_json::{Value, json};

/// One provider with its fixture.
pub struct Subject {
    pub provider: &'static Provider,
    fixture: Value,
}

impl Subject {
    /// Every provider. One without a fixture fails the test.
    pub fn all() -> Vec<Self> {
        let subjects = providers::ALL.iter().map(|provider| {
            let mut fixture = read(provider, "contract.json");
            // Tokens that other tests use, too, stand in a file of their own.
            if let Some(file) = fixture["tokens"].as_str() {
                fixture["tokens"] = read(provider, file)["tokens"].take();
            }
            Self { provider, fixture }
        });
        subjects.collect()
    }

    fn configured(&self, options: &Value) -> Result<Box<dyn Configured>, Error> {
        (self.provider.configure)(&options.to_string())
    }

    /// The rows of one part of the fixture.
    pub fn rows(&self, part: &str) -> Vec<Row> {
        let rows = self.fixture[part].as_array().into_iter().flatten();
        rows.map(|row| Row(row.clone())).collect()
    }

    /// The row about a parameter whose values are checked before anything is sent.
    pub fn form_of(&self, parameter: &str) -> Option<Row> {
        let mut forms = self.rows("ids").into_iter();
        forms.find(|row| row.text("parameter") == parameter)
    }

    /// Whether an operation has a result, though its answer has this status.
    pub fn yields(&self, operation: &str, status: u16) -> bool {
        let rows = self.rows("requests");
        rows.iter()
            .any(|row| row.operation() == operation && row.0["answer"]["status"] == status)
    }

    pub fn token(&self, row: &Row) -> String {
        let name = row.text("token");
        let token = self.fixture["tokens"][name].as_str();
        token
            .unwrap_or_else(|| panic!("no token {name}"))
            .to_owned()
    }

    /// The provider configured for calls.
    pub fn for_calls(&self) -> Box<dyn Configured> {
        self.configured(&self.fixture["options"]).unwrap()
    }

    /// The provider configured for a row about a token.
    pub fn for_token(&self, row: &Row) -> Result<Box<dyn Configured>, Error> {
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
        self.configured(&options)
    }

    /// What must never show.
    pub fn secrets(&self) -> Vec<String> {
        let secrets = self.fixture["secrets"].as_array().into_iter().flatten();
        secrets
            .map(|secret| secret.as_str().unwrap().to_owned())
            .collect()
    }
}

fn read(provider: &Provider, file: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/providers");
    let path = folder.join(provider.id).join("fixtures").join(file);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
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
