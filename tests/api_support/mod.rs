//! A host that plays a script: no socket, no sleep.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(dead_code, unreachable_pub, missing_docs)]

use std::collections::VecDeque;
use std::time::Duration;

use countersign::api::{Answer, Client};
use countersign::error::Error;
use countersign::flow::{Host, Outcome, Tick, drive};
use countersign::http::{Headers, Request, Response, TransportError};
use countersign::time::UnixMillis;
use serde_json::Value;

/// 2023-11-14T22:13:20Z.
pub const NOW: u64 = 1_700_000_000;

/// Plays answers in order and notes what was sent and waited for. A call that sends more
/// than the script has answers for fails the test.
pub struct Script {
    pub now: UnixMillis,
    pub entropy: u64,
    pub answers: VecDeque<Outcome>,
    pub sent: Vec<Request>,
    pub waits: Vec<Duration>,
}

impl Script {
    pub fn of(answers: impl IntoIterator<Item = Outcome>) -> Self {
        Self {
            now: UnixMillis::from_secs(NOW),
            entropy: 0,
            answers: answers.into_iter().collect(),
            sent: Vec::new(),
            waits: Vec::new(),
        }
    }

    /// Runs one call to its end.
    pub fn run(
        &mut self,
        client: &Client,
        operation: &str,
        parameters: &str,
        options: &str,
    ) -> Result<Answer, Error> {
        drive(
            client.call(operation, parameters, options, 7)?,
            &mut (),
            self,
        )
    }

    pub fn lines(&self) -> Vec<String> {
        self.sent.iter().map(line).collect()
    }
}

impl Host for Script {
    fn tick(&mut self) -> Tick {
        Tick {
            now: self.now,
            entropy: self.entropy,
        }
    }

    fn send(&mut self, request: Request) -> Outcome {
        self.sent.push(request);
        self.answers.pop_front().expect("one request too many")
    }

    fn wait(&mut self, until: UnixMillis) {
        self.waits.push(until.since(self.now));
        self.now = until;
    }
}

/// Method and URL.
pub fn line(request: &Request) -> String {
    format!("{} {}", request.method.as_str(), request.url)
}

pub fn answer(status: u16, body: &str) -> Outcome {
    answer_with(status, body, &[])
}

pub fn answer_with(status: u16, body: &str, fields: &[(&str, &str)]) -> Outcome {
    let mut headers = Headers::new();
    for (name, value) in fields {
        headers.append_received(*name, *value);
    }
    Ok(Response {
        status,
        headers,
        body: body.as_bytes().to_vec(),
    })
}

pub fn failure(error: TransportError) -> Outcome {
    Err(error)
}

pub fn json(answer: &Answer) -> Value {
    serde_json::from_str(answer.json().expect("a JSON answer")).expect("JSON")
}

pub fn body(request: &Request) -> Value {
    match &request.body {
        Some(body) => serde_json::from_slice(body).expect("a JSON body"),
        None => Value::Null,
    }
}
