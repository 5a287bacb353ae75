//! Starts the emulator in this process and talks to it.

use clap::Parser;
use emulator::{options::Options, server::Server};
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Method, Request, body::Bytes};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use tokio::task::JoinHandle;

/// A running emulator; stops when it is dropped.
pub(crate) struct Emulator {
    pub(crate) url: String,
    pub(crate) hj: Value,
    providers: Value,
    client: Client<HttpConnector, Full<Bytes>>,
    task: JoinHandle<()>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The code of an error, after checking the shape around it.
    pub(crate) fn code(&self) -> &str {
        let error = &self.body["error"];
        assert_eq!(error["status"], self.status, "{self:?}");
        assert!(error["message"].is_string(), "{self:?}");
        let id = error["request_id"].as_str().unwrap_or_default();
        assert!(id.starts_with("req_"), "{self:?}");
        error["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Emulator {
    /// With a fixed seed and without rate limits.
    pub(crate) async fn start() -> Self {
        Self::with(&["--no-rate-limits"]).await
    }

    pub(crate) async fn with(args: &[&str]) -> Self {
        let args = [&["emulator", "--seed", "test"], args].concat();
        let options = Options::try_parse_from(args).expect("options");
        let server = Server::bind(options).await.expect("a free port");
        let ready = server.ready_line();
        Self {
            url: server.origin().to_owned(),
            hj: ready["provider"]["hellojohn"].clone(),
            providers: ready["provider"].clone(),
            client: Client::builder(TokioExecutor::new()).build_http(),
            task: tokio::spawn(async move {
                let _ = server.run().await;
            }),
        }
    }

    /// Another provider's part of the ready line.
    #[allow(dead_code)] // each program of tests has its own provider
    pub(crate) fn provider(&self, name: &str) -> &Value {
        &self.providers[name]
    }

    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.hj
            .pointer(pointer)
            .and_then(Value::as_str)
            .expect("in the ready line")
    }

    pub(crate) fn tenant(&self) -> &str {
        self.text("/tenant_id")
    }

    /// Sends a request; an error when no whole answer came back.
    pub(crate) async fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Answer, String> {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Bytes::from(body.to_string())
            }
            None => Bytes::new(),
        };
        let request = request.body(Full::new(body)).expect("a request");
        let response = self.client.request(request).await;
        let (parts, body) = response.map_err(|error| error.to_string())?.into_parts();
        let collected = body.collect().await.map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&collected.to_bytes()).into_owned();
        Ok(Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_str(&text).unwrap_or_default(),
            text,
        })
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        self.try_send(method, path, headers, body)
            .await
            .expect("an answer")
    }

    /// As a server: secret key and tenant.
    pub(crate) async fn server(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let key = format!("Bearer {}", self.text("/secret_key"));
        let headers = [
            ("authorization", key.as_str()),
            ("x-tenant-id", self.tenant()),
        ];
        self.send(method, path, &headers, body).await
    }

    /// As a browser: publishable key and tenant.
    pub(crate) async fn browser(&self, path: &str, body: Value) -> Answer {
        let key = format!("Bearer {}", self.text("/publishable_key"));
        let headers = [
            ("authorization", key.as_str()),
            ("x-tenant-id", self.tenant()),
        ];
        self.send("POST", path, &headers, Some(body)).await
    }

    /// With any bearer token, without a tenant.
    pub(crate) async fn bearer(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let value = format!("Bearer {token}");
        self.send(method, path, &[("authorization", &value)], body)
            .await
    }

    /// A test control.
    pub(crate) async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.send(method, &format!("/__emulator{path}"), &[], body)
            .await
    }

    /// Signs a seeded user in.
    pub(crate) async fn sign_in(&self, name: &str) -> Value {
        let body = serde_json::json!({
            "email": format!("{name}@example.com"),
            "password": self.text("/users/alice/password"),
        });
        self.browser("/v1/auth/sign-in", body)
            .await
            .expect(200)
            .body
    }

    /// The newest message of a kind in the outbox.
    pub(crate) async fn message(&self, kind: &str) -> Value {
        let outbox = self.control("GET", "/outbox", None).await.body;
        let messages = outbox["messages"].as_array().expect("messages").clone();
        messages
            .into_iter()
            .rfind(|message| message["kind"] == kind)
            .expect("a message of this kind")
    }
}
