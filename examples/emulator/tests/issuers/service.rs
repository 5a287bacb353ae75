//! One provider of a running emulator.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use clap::Parser;
use emulator::{options::Options, server::Server};
use serde_json::Value;

use crate::support::{Answer, Emulator};

pub(crate) struct Service {
    emulator: Emulator,
    name: &'static str,
    pub(crate) ready: Value,
}

impl Service {
    pub(crate) async fn start(name: &'static str) -> Self {
        let emulator = Emulator::start().await;
        // The same seed gives the same ready line but for the port.
        let args = ["emulator", "--seed", "test"];
        let twin = Server::bind(Options::try_parse_from(args).unwrap())
            .await
            .unwrap();
        let text = twin.ready_line()["provider"][name].to_string();
        let ready = serde_json::from_str(&text.replace(twin.origin(), &emulator.url)).unwrap();
        Self {
            emulator,
            name,
            ready,
        }
    }

    pub(crate) fn text(&self, member: &str) -> &str {
        self.ready[member].as_str().expect("in the ready line")
    }

    /// Sends a request to a path below a base URL of the ready line.
    pub(crate) async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let path = url
            .strip_prefix(&self.emulator.url)
            .expect("a URL of the emulator");
        self.emulator.send(method, path, headers, body).await
    }

    pub(crate) async fn control(&self, path: &str, body: Value) -> Answer {
        let path = format!("/{}{path}", self.name);
        self.emulator.control("POST", &path, Some(body)).await
    }

    pub(crate) async fn common(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.emulator.control(method, path, body).await
    }

    pub(crate) async fn outbox(&self) -> Value {
        let path = format!("/{}/outbox", self.name);
        self.emulator.control("GET", &path, None).await.body
    }

    pub(crate) async fn mint(&self, order: Value) -> String {
        let minted = self.control("/mint", order).await.expect(200);
        minted.body["token"].as_str().unwrap().to_owned()
    }
}

/// Header and payload of a token.
pub(crate) fn read(token: &str) -> (Value, Value) {
    let part = |at: usize| {
        let text = token.split('.').nth(at).expect("a part");
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
    };
    (part(0), part(1))
}
