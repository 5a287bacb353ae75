//! Keys that are fetched: several workers over one shared store.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use countersign::envoy::background::Background;
use countersign::envoy::outbox::{Outbox, Proxy};
use countersign::envoy::parked::{Parked, Progress};
use countersign::envoy::shared::SharedStore;
use countersign::envoy::{Decision, Gate};
use countersign::http::{self, Headers, Response, TransportError};
use countersign::time::UnixMillis;
use serde_json::{Value, json};

use crate::support::{NOW, TestKey, key_set};
use crate::{claims, gate, told, with_token};

const ISSUER: &str = "https://corp.example";

/// What all workers share, and what has been sent.
#[derive(Default)]
struct Wire {
    values: HashMap<String, (Vec<u8>, u32)>,
    writes: u32,
    /// Worker, cluster and address of every request, in order.
    sent: Vec<(usize, String, String)>,
    /// Whether requests can be sent at all.
    cut: bool,
}

struct Port<'a> {
    wire: &'a RefCell<Wire>,
    worker: usize,
}

impl SharedStore for Port<'_> {
    fn load(&mut self, key: &str) -> (Option<Vec<u8>>, u32) {
        let wire = self.wire.borrow();
        wire.values
            .get(key)
            .map_or((None, 0), |(value, write)| (Some(value.clone()), *write))
    }

    fn store(&mut self, key: &str, value: &[u8], last: Option<u32>) -> bool {
        let mut wire = self.wire.borrow_mut();
        if let (Some(last), Some((_, write))) = (last, wire.values.get(key))
            && last != *write
        {
            return false;
        }
        wire.writes += 1;
        let write = wire.writes;
        wire.values.insert(key.to_owned(), (value.to_vec(), write));
        true
    }
}

impl Proxy for Port<'_> {
    fn send(&mut self, cluster: &str, request: &http::Request) -> Option<u32> {
        let mut wire = self.wire.borrow_mut();
        if wire.cut {
            return None;
        }
        wire.sent
            .push((self.worker, cluster.to_owned(), request.url.clone()));
        Some(wire.sent.len() as u32 - 1)
    }
}

struct Worker {
    number: usize,
    gate: Gate,
    outbox: Outbox,
    background: Background,
    parked: Vec<Parked>,
    wire: Rc<RefCell<Wire>>,
}

impl Worker {
    fn port(&self) -> Port<'static> {
        // The wire lives as long as the test.
        Port {
            wire: Box::leak(Box::new(self.wire.clone())),
            worker: self.number,
        }
    }

    /// A request; one that has to wait waits.
    fn ask(&mut self, token: &str, now: UnixMillis) -> String {
        let decision = self.gate.decide(&with_token("/x", token), None, now);
        let Decision::Park(mut parked) = decision else {
            return told(&decision);
        };
        let mut port = self.port();
        self.outbox.listen(&mut self.gate.court, &mut port, now);
        match parked.advance(&mut self.gate.court, now) {
            Progress::Decided(decision) => told(&decision),
            Progress::Fetch(provider, id, request) => {
                self.outbox
                    .push(&mut self.gate.court, (provider, id, request), now);
                self.parked.push(*parked);
                "waits".to_owned()
            }
            Progress::Waits => {
                self.parked.push(*parked);
                "waits".to_owned()
            }
        }
    }

    /// A tick, with or without the fetching of keys that nobody asked for.
    fn tick(&mut self, background: bool, now: UnixMillis) -> Vec<String> {
        let mut port = self.port();
        self.outbox.listen(&mut self.gate.court, &mut port, now);
        if background {
            self.background
                .run(&mut self.gate.court, &mut self.outbox, now);
        }
        self.outbox.pump(&mut self.gate.court, &mut port, now);
        let mut settled = Vec::new();
        for mut parked in std::mem::take(&mut self.parked) {
            match parked.advance(&mut self.gate.court, now) {
                Progress::Decided(decision) => settled.push(told(&decision)),
                Progress::Fetch(provider, id, request) => {
                    self.outbox
                        .push(&mut self.gate.court, (provider, id, request), now);
                    self.parked.push(parked);
                }
                Progress::Waits => self.parked.push(parked),
            }
        }
        settled
    }

    fn answer(&mut self, call: u32, status: u16, body: &str, now: UnixMillis) {
        let response = Response {
            status,
            headers: Headers::new(),
            body: body.as_bytes().to_vec(),
        };
        let mut port = self.port();
        self.outbox
            .answered(call, Ok(response), &mut self.gate.court, &mut port, now);
    }

    fn fail(&mut self, call: u32, now: UnixMillis) {
        let mut port = self.port();
        let outcome = Err(TransportError::Failed);
        self.outbox
            .answered(call, outcome, &mut self.gate.court, &mut port, now);
    }
}

fn workers(count: usize, jwks: &Value) -> (Vec<Worker>, Rc<RefCell<Wire>>) {
    let configuration = json!({
        "providers": { "corp": { "issuer": ISSUER, "audience": "api", "jwks": jwks } },
        "rules": [{ "match": { "prefix": "/" }, "require": "corp" }],
    });
    let wire = Rc::new(RefCell::new(Wire::default()));
    let worker = |number| Worker {
        number,
        gate: gate(&configuration),
        outbox: Outbox::default(),
        background: Background::default(),
        parked: Vec::new(),
        wire: wire.clone(),
    };
    ((0..count).map(worker).collect(), wire)
}

fn remote() -> Value {
    json!({ "uri": "https://corp.example/keys", "cluster": "c" })
}

fn at(millis: u64) -> UnixMillis {
    UnixMillis::new(NOW * 1_000 + millis)
}

fn token(key: &TestKey) -> String {
    key.token(&claims(ISSUER, &json!({ "exp": NOW + 3_600 })))
}

const PASSED: &str = "-authorization";

#[test]
fn one_worker_fetches_for_all() {
    let key = TestKey::new("k1", 1);
    let (mut workers, wire) = workers(3, &remote());
    for worker in &mut workers {
        assert_eq!(worker.ask(&token(&key), at(0)), "waits");
        assert_eq!(worker.tick(false, at(1)), [""; 0]);
    }
    assert_eq!(wire.borrow().sent.len(), 1);
    workers[0].answer(0, 200, &key_set(&[&key]), at(50));
    for worker in &mut workers {
        assert_eq!(worker.tick(false, at(60)), [PASSED]);
        assert_eq!(worker.ask(&token(&key), at(61)), PASSED);
    }
    assert_eq!(wire.borrow().sent.len(), 1);
}

#[test]
fn a_worker_that_starts_later_takes_the_keys_that_are_there() {
    let key = TestKey::new("k1", 1);
    let (mut workers, wire) = workers(2, &remote());
    workers[0].tick(true, at(0));
    workers[0].answer(0, 200, &key_set(&[&key]), at(20));
    workers[1].tick(true, at(5_000));
    assert_eq!(workers[1].ask(&token(&key), at(5_001)), PASSED);
    assert_eq!(wire.borrow().sent.len(), 1);
}

#[test]
fn a_rotated_key_that_another_worker_has_fetched_needs_no_fetch() {
    let (old, new) = (TestKey::new("k1", 1), TestKey::new("k2", 2));
    let (mut workers, wire) = workers(2, &remote());
    workers[0].tick(true, at(0));
    workers[0].answer(0, 200, &key_set(&[&old]), at(20));
    workers[1].tick(true, at(30));
    assert_eq!(workers[0].ask(&token(&new), at(1_000)), "waits");
    workers[0].tick(false, at(1_001));
    workers[0].answer(1, 200, &key_set(&[&old, &new]), at(1_050));
    assert_eq!(
        workers[1].ask(&token(&new), at(1_060)),
        PASSED,
        "at once, without a tick"
    );
    assert_eq!(wire.borrow().sent.len(), 2);
}

#[test]
fn a_withdrawn_key_is_refused_by_every_worker_also_for_known_tokens() {
    let (old, new) = (TestKey::new("k1", 1), TestKey::new("k2", 2));
    let (mut workers, _) = workers(2, &remote());
    workers[0].tick(true, at(0));
    workers[0].answer(0, 200, &key_set(&[&old]), at(20));
    workers[1].tick(true, at(30));
    for worker in &mut workers {
        assert_eq!(worker.ask(&token(&old), at(40)), PASSED);
    }
    workers[0].ask(&token(&new), at(1_000));
    workers[0].tick(false, at(1_001));
    workers[0].answer(1, 200, &key_set(&[&new]), at(1_050));
    for worker in &mut workers {
        worker.tick(false, at(1_500));
        let told = worker.ask(&token(&old), at(1_501));
        assert!(
            told == "waits" || told == "401 ERR_JWKS_NO_MATCHING_KEY",
            "{told}"
        );
        worker.tick(false, at(1_502));
    }
}

#[test]
fn keys_that_came_through_another_cluster_are_not_taken_over() {
    let key = TestKey::new("k1", 1);
    let (mut before, wire) = workers(1, &remote());
    before[0].tick(true, at(0));
    before[0].answer(0, 200, &key_set(&[&key]), at(20));
    let moved = json!({ "uri": "https://corp.example/keys", "cluster": "moved" });
    let (mut after, _) = workers(1, &moved);
    after[0].wire = wire.clone();
    assert_eq!(after[0].ask(&token(&key), at(1_000)), "waits");
    after[0].tick(false, at(1_001));
    assert_eq!(wire.borrow().sent.len(), 2);
}

#[test]
fn a_failure_is_shared_as_an_answer_is() {
    let key = TestKey::new("k1", 1);
    let (mut workers, wire) = workers(3, &remote());
    for worker in &mut workers {
        worker.ask(&token(&key), at(0));
        worker.tick(false, at(1));
    }
    workers[0].fail(0, at(50));
    for worker in &mut workers {
        assert_eq!(worker.tick(false, at(60)), ["503 ERR_JWKS_UNAVAILABLE"]);
        assert_eq!(worker.ask(&token(&key), at(61)), "503 ERR_JWKS_UNAVAILABLE");
    }
    assert_eq!(wire.borrow().sent.len(), 1);
}

#[test]
fn an_abandoned_fetch_is_taken_over_when_its_lease_ends() {
    let key = TestKey::new("k1", 1);
    let (mut workers, wire) = workers(2, &remote());
    for worker in &mut workers {
        worker.ask(&token(&key), at(0));
        worker.tick(false, at(1));
    }
    // The first worker dies; the second one keeps looking.
    for millis in (100..2_000).step_by(100) {
        workers[1].tick(false, at(millis));
    }
    assert_eq!(wire.borrow().sent.len(), 1);
    for millis in (2_000..2_300).step_by(100) {
        workers[1].tick(false, at(millis));
    }
    assert_eq!(
        wire.borrow().sent.last().map(|(worker, ..)| *worker),
        Some(1)
    );
    workers[1].answer(1, 200, &key_set(&[&key]), at(2_310));
    assert_eq!(workers[1].tick(false, at(2_320)), [PASSED]);
}

#[test]
fn a_clock_that_is_set_back_leaves_no_old_answer_and_no_old_lease_in_force() {
    let (old, new) = (TestKey::new("k1", 1), TestKey::new("k2", 2));
    let ahead = 1_800_000;
    let (mut answered, wire) = workers(1, &remote());
    answered[0].tick(true, at(ahead));
    answered[0].answer(0, 200, &key_set(&[&old]), at(ahead + 20));
    assert_eq!(answered[0].ask(&token(&new), at(0)), "waits");
    assert_eq!(answered[0].tick(false, at(1)), [""; 0]);
    assert_eq!(wire.borrow().sent.len(), 2, "the old answer is none");
    answered[0].answer(1, 200, &key_set(&[&new]), at(50));
    assert_eq!(answered[0].tick(false, at(51)), [PASSED]);

    let (mut leased, wire) = workers(2, &remote());
    leased[0].tick(true, at(ahead));
    assert_eq!(leased[1].ask(&token(&new), at(0)), "waits");
    leased[1].tick(false, at(1));
    assert_eq!(wire.borrow().sent.len(), 2, "the old lease is over");
}

#[test]
fn a_lease_is_renewed_while_its_owner_lives() {
    let key = TestKey::new("k1", 1);
    let (mut workers, wire) = workers(2, &remote());
    for worker in &mut workers {
        worker.ask(&token(&key), at(0));
    }
    for millis in (0..4_500).step_by(100) {
        for worker in &mut workers {
            worker.tick(false, at(millis));
        }
    }
    assert_eq!(wire.borrow().sent.len(), 1);
}

#[test]
fn a_cluster_that_is_not_there_is_an_outage() {
    let key = TestKey::new("k1", 1);
    let (mut workers, wire) = workers(1, &remote());
    wire.borrow_mut().cut = true;
    workers[0].ask(&token(&key), at(0));
    let settled = (1..4)
        .flat_map(|n| workers[0].tick(false, at(n)))
        .collect::<Vec<_>>();
    assert_eq!(settled, ["503 ERR_JWKS_UNAVAILABLE"]);
    wire.borrow_mut().cut = false;
    assert_eq!(
        workers[0].ask(&token(&key), at(1_000)),
        "waits",
        "it is tried again"
    );
}

#[test]
fn discovery_asks_the_issuer_and_then_the_keys_each_through_its_cluster() {
    let key = TestKey::new("k1", 1);
    let jwks = json!({ "cluster": "keys", "discovery_cluster": "metadata" });
    let (mut workers, wire) = workers(2, &jwks);
    for worker in &mut workers {
        worker.ask(&token(&key), at(0));
        worker.tick(false, at(1));
    }
    let metadata = json!({ "issuer": ISSUER, "jwks_uri": "https://keys.example/jwks" });
    workers[0].answer(0, 200, &metadata.to_string(), at(20));
    workers[0].tick(false, at(21));
    workers[0].tick(false, at(22));
    workers[0].answer(1, 200, &key_set(&[&key]), at(40));
    assert_eq!(workers[0].tick(false, at(41)), [PASSED]);
    let settled = (0..4)
        .flat_map(|n| workers[1].tick(false, at(50 + n)))
        .collect::<Vec<_>>();
    assert_eq!(settled, [PASSED], "the laggard takes both answers");
    let sent: Vec<_> = wire
        .borrow()
        .sent
        .iter()
        .map(|(_, c, u)| format!("{c} {u}"))
        .collect();
    assert_eq!(
        sent,
        [
            "metadata https://corp.example/.well-known/openid-configuration",
            "keys https://keys.example/jwks"
        ]
    );
}

#[test]
fn a_worker_that_starts_between_metadata_and_keys_asks_for_neither() {
    let key = TestKey::new("k1", 1);
    let jwks = json!({ "cluster": "keys", "discovery_cluster": "metadata" });
    let metadata = json!({ "issuer": ISSUER, "jwks_uri": "https://keys.example/jwks" });
    // A failure from before is no answer: the next worker tries for itself.
    for (status, last) in [(200, (0, "keys")), (500, (1, "metadata"))] {
        let (mut workers, wire) = workers(2, &jwks);
        workers[0].ask(&token(&key), at(0));
        workers[0].tick(false, at(1));
        workers[0].answer(0, status, &metadata.to_string(), at(20));
        workers[0].tick(false, at(21));
        workers[0].tick(false, at(300));
        workers[0].tick(false, at(301));
        workers[1].ask(&token(&key), at(400));
        workers[1].tick(false, at(401));
        workers[1].tick(false, at(402));
        let sent = wire.borrow();
        let sent = sent
            .sent
            .iter()
            .map(|(worker, cluster, _)| (*worker, cluster.as_str()));
        assert_eq!(
            sent.collect::<Vec<_>>(),
            [(0, "metadata"), last],
            "{status}"
        );
    }
}

#[test]
fn keys_are_renewed_before_they_run_out_and_only_once() {
    let key = TestKey::new("k1", 1);
    let (mut workers, wire) = workers(2, &remote());
    workers[0].tick(true, at(0));
    workers[0].answer(0, 200, &key_set(&[&key]), at(10));
    workers[1].tick(true, at(20));
    let due = 9 * 60_000 + 100;
    for worker in &mut workers {
        worker.tick(true, at(due - 1_000));
    }
    assert_eq!(wire.borrow().sent.len(), 1);
    for worker in &mut workers {
        worker.tick(true, at(due));
    }
    assert_eq!(wire.borrow().sent.len(), 2);
    workers[0].answer(1, 200, &key_set(&[&key]), at(due + 20));
    for n in 0..5 {
        for worker in &mut workers {
            worker.tick(true, at(due + 30 + n));
        }
    }
    assert_eq!(wire.borrow().sent.len(), 2);
    for worker in &mut workers {
        assert_eq!(worker.ask(&token(&key), at(11 * 60_000)), PASSED);
    }
}
