//! The key store, one scenario per rule, against a scripted endpoint and clock.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use countersign::error::{Error, ErrorCode};
use countersign::flow::{Flow, Outcome, RequestId, Step, Tick};
use countersign::http::{Headers, Request, Response, TransportError};
use countersign::jwt::{Call, Keyring, Verified, Verifier, VerifierOptions, Verify};
use countersign::time::UnixMillis;
use support::{TestKey, key_set};

const START: u64 = 1_790_000_000_000;
const CLAIMS: &str = r#"{"iss":"https://issuer.example","aud":"api","exp":1990000000}"#;
const BY_URI: &str = r#"{"issuer":"https://issuer.example","audience":"api","jwksUri":"https://issuer.example/jwks"}"#;
const BY_DISCOVERY: &str = r#"{"issuer":"https://issuer.example","audience":"api"}"#;

/// A verifier, its keys, the time, and how often its endpoint was asked.
struct World {
    verifier: Verifier,
    keyring: Keyring,
    now: u64,
    requests: usize,
}

/// A caller whose request is under way.
struct Pending(Verify, RequestId, Request);

impl World {
    fn new(options: &str) -> Self {
        let options = VerifierOptions::from_json(options).unwrap();
        let (verifier, mut keyring) = Verifier::new(vec![options.resolve().unwrap()]).unwrap();
        keyring.seed(START);
        Self {
            verifier,
            keyring,
            now: START,
            requests: 0,
        }
    }

    /// A world that has fetched this set.
    fn warm(keys: &[&TestKey]) -> Self {
        let mut world = Self::new(BY_URI);
        let Pending(flow, id, _) = world.asks(&TestKey::new("warm", 99));
        world.answers(flow, id, ok(&key_set(keys))).unwrap_err();
        world.requests = 0;
        world
    }

    fn pass(&mut self, millis: u64) {
        self.now += millis;
    }

    fn tick(&self) -> Tick {
        Tick {
            now: UnixMillis::new(self.now),
            entropy: 7,
        }
    }

    fn caller(&self, key: &TestKey) -> Verify {
        self.verifier
            .verify_flow(key.token(CLAIMS).as_bytes(), None, None)
    }

    fn step(&mut self, flow: &mut Verify) -> Step<Verified> {
        let tick = self.tick();
        let step = flow.step(&mut self.keyring, tick);
        self.requests += usize::from(matches!(step, Step::Send(..)));
        step
    }

    /// A caller that must send a request.
    fn asks(&mut self, key: &TestKey) -> Pending {
        let mut flow = self.caller(key);
        match self.step(&mut flow) {
            Step::Send(id, request) => Pending(flow, id, request),
            other => panic!("sends nothing: {other:?}"),
        }
    }

    /// A caller that has been told by discovery where the keys are, and must ask there.
    fn discovers(&mut self, key: &TestKey, metadata: &str) -> Pending {
        let Pending(mut flow, id, request) = self.asks(key);
        assert_eq!(
            request.url,
            "https://issuer.example/.well-known/openid-configuration"
        );
        let tick = self.tick();
        flow.resolve(&mut self.keyring, id, ok(metadata), tick);
        match self.step(&mut flow) {
            Step::Send(id, request) => Pending(flow, id, request),
            other => panic!("asks for no keys: {other:?}"),
        }
    }

    /// A caller that gets its verdict without any request.
    fn verdict(&mut self, key: &TestKey) -> Result<Verified, Error> {
        let mut flow = self.caller(key);
        done(self.step(&mut flow))
    }

    /// The answer to a caller's request, and the verdict that follows.
    fn answers(
        &mut self,
        mut flow: Verify,
        id: RequestId,
        outcome: Outcome,
    ) -> Result<Verified, Error> {
        let tick = self.tick();
        flow.resolve(&mut self.keyring, id, outcome, tick);
        done(self.step(&mut flow))
    }

    /// One caller from the request to the verdict.
    fn fetches(&mut self, key: &TestKey, outcome: Outcome) -> Result<Verified, Error> {
        let Pending(flow, id, _) = self.asks(key);
        self.answers(flow, id, outcome)
    }

    fn sync(&mut self, key: &TestKey) -> Result<Verified, Error> {
        let call = Call::at(UnixMillis::new(self.now));
        self.verifier
            .verify(&mut self.keyring, key.token(CLAIMS).as_bytes(), call)
    }
}

fn done(step: Step<Verified>) -> Result<Verified, Error> {
    match step {
        Step::Done(verdict) => verdict,
        other => panic!("not done: {other:?}"),
    }
}

fn answer(status: u16, body: &str) -> Outcome {
    Ok(Response {
        status,
        headers: Headers::new(),
        body: body.as_bytes().to_vec(),
    })
}

fn ok(body: &str) -> Outcome {
    answer(200, body)
}

fn code(verdict: Result<Verified, Error>) -> ErrorCode {
    verdict.unwrap_err().code()
}

fn keys() -> (TestKey, TestKey) {
    (TestKey::new("a", 1), TestKey::new("b", 2))
}

#[test]
fn fifty_cold_callers_make_one_fetch() {
    let (a, _) = keys();
    let mut world = World::new(BY_URI);
    let Pending(owner, id, request) = world.asks(&a);
    assert_eq!(request.url, "https://issuer.example/jwks");
    let mut others: Vec<_> = (0..49).map(|_| world.caller(&a)).collect();
    for other in &mut others {
        assert!(matches!(world.step(other), Step::Wait(_)));
    }
    world.pass(100);
    assert!(world.answers(owner, id, ok(&key_set(&[&a]))).is_ok());
    for mut other in others {
        assert!(done(world.step(&mut other)).is_ok());
    }
    assert_eq!(world.requests, 1);
}

#[test]
fn an_abandoned_fetch_is_taken_over_when_its_lease_ends() {
    let (a, _) = keys();
    let mut world = World::new(BY_URI);
    drop(world.asks(&a));
    let mut heir = world.caller(&a);
    assert!(matches!(world.step(&mut heir), Step::Wait(_)));
    world.pass(1_999);
    assert!(matches!(world.step(&mut heir), Step::Wait(_)));
    world.pass(1);
    let Step::Send(id, _) = world.step(&mut heir) else {
        panic!("the lease has ended")
    };
    assert!(world.answers(heir, id, ok(&key_set(&[&a]))).is_ok());
}

#[test]
fn a_lease_lives_as_long_as_its_owner_asks() {
    let (a, _) = keys();
    let mut world = World::new(BY_URI);
    let Pending(mut owner, id, _) = world.asks(&a);
    let mut other = world.caller(&a);
    for _ in 0..4 {
        world.pass(1_000);
        assert!(matches!(world.step(&mut owner), Step::Wait(_)));
        assert!(matches!(world.step(&mut other), Step::Wait(_)));
    }
    assert!(world.answers(owner, id, ok(&key_set(&[&a]))).is_ok());
    assert!(done(world.step(&mut other)).is_ok());
    assert_eq!(world.requests, 1);
}

#[test]
fn an_answer_older_than_the_last_applied_is_dropped() {
    let (a, b) = keys();
    let mut world = World::new(BY_URI);
    let Pending(slow, slow_id, _) = world.asks(&a);
    world.pass(2_000);
    assert!(world.fetches(&b, ok(&key_set(&[&b]))).is_ok());
    assert_eq!(
        code(world.answers(slow, slow_id, ok(&key_set(&[&a])))),
        ErrorCode::JwksNoMatchingKey
    );
    assert!(world.verdict(&b).is_ok(), "the newer set stays");
}

#[test]
fn an_older_failure_does_not_disturb_a_newer_fetch() {
    let (a, _) = keys();
    let mut world = World::new(BY_URI);
    let Pending(mut slow, slow_id, _) = world.asks(&a);
    world.pass(2_000);
    let Pending(owner, id, _) = world.asks(&a);
    let tick = world.tick();
    slow.resolve(
        &mut world.keyring,
        slow_id,
        Err(TransportError::Failed),
        tick,
    );
    assert!(matches!(world.step(&mut slow), Step::Wait(_)));
    assert!(world.answers(owner, id, ok(&key_set(&[&a]))).is_ok());
}

#[test]
fn twenty_unknown_kids_at_once_make_one_fetch() {
    let (a, _) = keys();
    let mut world = World::warm(&[&a]);
    let invented: Vec<_> = (0..20)
        .map(|i| TestKey::new(&format!("invented-{i}"), 9))
        .collect();
    let Pending(owner, id, _) = world.asks(&invented[0]);
    let mut others: Vec<_> = invented[1..].iter().map(|key| world.caller(key)).collect();
    for other in &mut others {
        assert!(matches!(world.step(other), Step::Wait(_)));
    }
    world.pass(50);
    assert_eq!(
        code(world.answers(owner, id, ok(&key_set(&[&a])))),
        ErrorCode::JwksNoMatchingKey
    );
    for mut other in others {
        assert_eq!(
            code(done(world.step(&mut other))),
            ErrorCode::JwksNoMatchingKey
        );
    }
    assert_eq!(world.requests, 1);
    assert!(world.verdict(&a).is_ok());
}

#[test]
fn a_flood_of_unknown_kids_makes_four_fetches_plus_one_per_cooldown() {
    let (a, _) = keys();
    let mut world = World::warm(&[&a]);
    let flood = |world: &mut World, from: usize| {
        for i in from..from + 300 {
            let invented = TestKey::new(&format!("invented-{i}"), 9);
            let mut flow = world.caller(&invented);
            let verdict = match world.step(&mut flow) {
                Step::Send(id, _) => world.answers(flow, id, ok(&key_set(&[&a]))),
                step => done(step),
            };
            assert_eq!(code(verdict), ErrorCode::JwksNoMatchingKey);
            assert!(world.verdict(&a).is_ok(), "good tokens go on");
        }
    };
    flood(&mut world, 0);
    assert_eq!(world.requests, 4);
    world.pass(30_000);
    flood(&mut world, 300);
    assert_eq!(world.requests, 5);
    world.pass(60_000);
    flood(&mut world, 600);
    assert_eq!(world.requests, 7);
}

#[test]
fn a_bad_signature_under_a_known_kid_is_no_reason_to_fetch() {
    let (a, _) = keys();
    let mut world = World::warm(&[&a]);
    let forger = TestKey::new("a", 2);
    for _ in 0..2 {
        assert_eq!(
            code(world.verdict(&forger)),
            ErrorCode::JwsSignatureVerificationFailed
        );
        world.pass(301_000);
    }
    assert_eq!(world.requests, 0);
}

#[test]
fn a_real_new_key_is_accepted_right_after_an_invented_one() {
    let (a, b) = keys();
    let mut world = World::warm(&[&a]);
    let refused = world.fetches(&TestKey::new("invented", 9), ok(&key_set(&[&a])));
    assert_eq!(code(refused), ErrorCode::JwksNoMatchingKey);
    assert!(world.fetches(&b, ok(&key_set(&[&a, &b]))).is_ok());
}

#[test]
fn one_unknown_kid_is_asked_for_once_per_cooldown() {
    let (a, b) = keys();
    let mut world = World::warm(&[&a]);
    assert_eq!(
        code(world.fetches(&b, ok(&key_set(&[&a])))),
        ErrorCode::JwksNoMatchingKey
    );
    world.pass(29_999);
    assert_eq!(code(world.verdict(&b)), ErrorCode::JwksNoMatchingKey);
    world.pass(1);
    assert!(world.fetches(&b, ok(&key_set(&[&a, &b]))).is_ok());
}

#[test]
fn an_unknown_kid_during_an_outage_is_503_and_never_401() {
    let (a, b) = keys();
    let mut world = World::warm(&[&a]);
    assert_eq!(
        code(world.fetches(&b, answer(500, ""))),
        ErrorCode::JwksUnavailable
    );
    assert_eq!(
        code(world.verdict(&b)),
        ErrorCode::JwksUnavailable,
        "within the cooldown, without a request"
    );
    assert!(world.verdict(&a).is_ok());
}

#[test]
fn an_outage_within_stale_if_error_refuses_nobody_and_tries_once_per_cooldown() {
    let (a, _) = keys();
    let mut world = World::warm(&[&a]);
    world.pass(600_000);
    for _ in 0..100 {
        assert!(world.fetches(&a, Err(TransportError::Failed)).is_ok());
        for _ in 0..10 {
            world.pass(2_900);
            assert!(world.verdict(&a).is_ok());
            assert!(world.sync(&a).is_ok());
        }
        world.pass(1_000);
    }
    assert_eq!(world.requests, 100);
    assert!(world.fetches(&a, ok(&key_set(&[&a]))).is_ok());
    world.pass(599_999);
    assert!(world.verdict(&a).is_ok(), "fresh again");
}

#[test]
fn in_a_known_outage_nobody_waits_for_the_one_who_tries() {
    let (a, _) = keys();
    let mut world = World::warm(&[&a]);
    world.pass(600_000);
    assert!(world.fetches(&a, Err(TransportError::TimedOut)).is_ok());
    world.pass(30_000);
    let Pending(owner, id, _) = world.asks(&a);
    assert!(world.verdict(&a).is_ok());
    assert!(
        world
            .answers(owner, id, Err(TransportError::TimedOut))
            .is_ok()
    );
}

#[test]
fn who_waits_for_a_hanging_endpoint_in_vain_is_served_the_old_key() {
    let (a, b) = keys();
    let mut world = World::warm(&[&a]);
    world.pass(600_000);
    let Pending(mut owner, ..) = world.asks(&a);
    let (mut other, mut stranger) = (world.caller(&a), world.caller(&b));
    for _ in 0..5 {
        for flow in [&mut owner, &mut other, &mut stranger] {
            assert!(matches!(world.step(flow), Step::Wait(_)));
        }
        world.pass(1_000);
    }
    assert!(
        done(world.step(&mut other)).is_ok(),
        "before its owner knows"
    );
    assert_eq!(
        code(done(world.step(&mut stranger))),
        ErrorCode::JwksTimeout
    );
    assert!(done(world.step(&mut owner)).is_ok());
}

#[test]
fn after_stale_if_error_tokens_are_refused_with_503() {
    let (a, _) = keys();
    let mut world = World::warm(&[&a]);
    world.pass(600_000 + 86_400_000 - 1);
    assert!(world.fetches(&a, answer(503, "")).is_ok());
    world.pass(1);
    let refusal = world.verdict(&a).unwrap_err();
    assert_eq!(
        (refusal.code(), refusal.code().status()),
        (ErrorCode::JwksUnavailable, 503)
    );
    assert_eq!(refusal.retry_after(), Some(30));
}

#[test]
fn a_withdrawn_key_is_refused_when_its_set_has_aged() {
    let (a, b) = keys();
    let mut world = World::warm(&[&a, &b]);
    world.pass(599_999);
    assert!(world.verdict(&a).is_ok());
    world.pass(1);
    assert_eq!(
        code(world.fetches(&a, ok(&key_set(&[&b])))),
        ErrorCode::JwksNoMatchingKey
    );
    assert!(world.verdict(&b).is_ok());
}

#[test]
fn a_hanging_endpoint_ends_in_a_typed_error_at_the_timeout() {
    let (a, _) = keys();
    let mut world = World::new(BY_URI);
    let Pending(mut owner, id, request) = world.asks(&a);
    assert_eq!(request.timeout, Duration::from_secs(5));
    let mut other = world.caller(&a);
    for _ in 0..5 {
        assert!(matches!(world.step(&mut owner), Step::Wait(_)));
        assert!(matches!(world.step(&mut other), Step::Wait(_)));
        world.pass(1_000);
    }
    assert_eq!(
        code(world.answers(owner, id, Err(TransportError::TimedOut))),
        ErrorCode::JwksTimeout
    );
    assert_eq!(code(done(world.step(&mut other))), ErrorCode::JwksTimeout);
}

#[test]
fn who_takes_over_late_has_only_the_rest_of_its_own_time() {
    let (a, _) = keys();
    let mut world = World::new(BY_URI);
    drop(world.asks(&a));
    let mut heir = world.caller(&a);
    assert!(matches!(world.step(&mut heir), Step::Wait(_)));
    world.pass(2_000);
    let Step::Send(_, request) = world.step(&mut heir) else {
        panic!("the lease has ended")
    };
    assert_eq!(request.timeout, Duration::from_secs(3));
}

#[test]
fn cold_failures_back_off_from_a_quarter_second_up_to_the_cooldown() {
    let (a, _) = keys();
    let mut world = World::new(BY_URI);
    for pause in [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
        assert_eq!(
            code(world.fetches(&a, Err(TransportError::Failed))),
            ErrorCode::JwksUnavailable
        );
        world.pass(pause - 1);
        assert_eq!(
            code(world.verdict(&a)),
            ErrorCode::JwksUnavailable,
            "{pause}"
        );
        world.pass(1);
    }
    assert!(world.fetches(&a, ok(&key_set(&[&a]))).is_ok());
}

#[test]
fn unusable_answers_are_typed_and_leave_the_old_set() {
    let (a, _) = keys();
    let many: Vec<_> = (0..65).map(|i| TestKey::new(&format!("k{i}"), 3)).collect();
    let too_many = key_set(&many.iter().collect::<Vec<_>>());
    let deep = format!("{{\"keys\":{}{}}}", "[".repeat(200), "]".repeat(200));
    for (outcome, expected) in [
        (ok(""), ErrorCode::JwksInvalid),
        (ok("<html>"), ErrorCode::JwksInvalid),
        (ok("{\"keys\":{}}"), ErrorCode::JwksInvalid),
        (ok("{\"keys\":[{}]}"), ErrorCode::JwksInvalid),
        (ok(&too_many), ErrorCode::JwksInvalid),
        (ok(&deep), ErrorCode::JwksInvalid),
        (Err(TransportError::Redirected), ErrorCode::JwksInvalid),
        (Err(TransportError::TooLarge), ErrorCode::JwksInvalid),
        (Err(TransportError::TimedOut), ErrorCode::JwksTimeout),
        (Err(TransportError::Failed), ErrorCode::JwksUnavailable),
        (answer(301, ""), ErrorCode::JwksUnavailable),
        (answer(404, ""), ErrorCode::JwksUnavailable),
        (answer(500, &key_set(&[&a])), ErrorCode::JwksUnavailable),
    ] {
        assert_eq!(
            code(World::new(BY_URI).fetches(&a, outcome.clone())),
            expected
        );
        let mut world = World::warm(&[&a]);
        world.pass(600_000);
        assert!(world.fetches(&a, outcome).is_ok(), "the old set serves");
    }
}

#[test]
fn requests_for_keys_have_a_ceiling() {
    let (a, _) = keys();
    let Pending(_, _, request) = World::new(BY_URI).asks(&a);
    assert_eq!(request.max_response_bytes, 256 * 1024);
}

#[test]
fn one_bad_key_never_spoils_the_set() {
    let (a, _) = keys();
    let mut world = World::new(BY_URI);
    let mixed = key_set(&[&a]).replace("[", "[{\"kty\":\"RSA\"},7,");
    assert!(world.fetches(&a, ok(&mixed)).is_ok());
    assert_eq!(world.keyring.status(UnixMillis::new(world.now))[0].count, 1);
}

#[test]
fn a_set_near_its_end_is_refreshed_behind_an_answer() {
    let (a, b) = keys();
    let mut world = World::warm(&[&a]);
    world.pass(539_999);
    assert!(!world.keyring.refresh_due(UnixMillis::new(world.now)));
    world.pass(1);
    assert!(world.verdict(&a).is_ok(), "nobody waits");
    assert!(world.keyring.refresh_due(UnixMillis::new(world.now)));
    let mut refresh = world.verifier.refresh_flow();
    let tick = world.tick();
    let Step::Send(id, _) = refresh.step(&mut world.keyring, tick) else {
        panic!("refreshes")
    };
    assert!(
        !world.keyring.refresh_due(UnixMillis::new(world.now)),
        "one at a time"
    );
    let mut second = world.verifier.refresh_flow();
    assert!(
        matches!(second.step(&mut world.keyring, tick), Step::Done(Ok(()))),
        "does not wait for another's"
    );
    refresh.resolve(&mut world.keyring, id, ok(&key_set(&[&b])), tick);
    assert!(matches!(
        refresh.step(&mut world.keyring, tick),
        Step::Done(Ok(()))
    ));
    assert!(world.verdict(&b).is_ok());
}

#[test]
fn the_status_tells_of_fetches_under_way_and_of_those_in_vain() {
    let (a, b) = keys();
    let mut world = World::new(BY_URI);
    let status = |world: &World| {
        let status = &world.keyring.status(UnixMillis::new(world.now))[0];
        (status.reloading, status.cooling_down)
    };
    assert_eq!(status(&world), (false, false));
    let Pending(flow, id, _) = world.asks(&a);
    assert_eq!(status(&world), (true, false));
    assert!(world.answers(flow, id, ok(&key_set(&[&a]))).is_ok());
    assert_eq!(status(&world), (false, false));
    world.fetches(&b, ok(&key_set(&[&a]))).unwrap_err();
    assert_eq!(status(&world), (false, true), "no key of that name came");
    world.pass(60_000);
    assert_eq!(status(&world), (false, false));
}

#[test]
fn verifying_in_memory_tells_not_yet_from_never() {
    let (a, b) = keys();
    let mut world = World::new(BY_URI);
    let refusal = world.sync(&a).unwrap_err();
    assert_eq!(refusal.code(), ErrorCode::JwksUnavailable);
    assert!(refusal.retryable());
    assert!(world.fetches(&a, ok(&key_set(&[&a]))).is_ok());
    assert!(world.sync(&a).is_ok());
    assert_eq!(
        code(world.sync(&b)),
        ErrorCode::JwksUnavailable,
        "a fetch may bring it"
    );
    assert_eq!(
        code(world.fetches(&b, ok(&key_set(&[&a])))),
        ErrorCode::JwksNoMatchingKey
    );
    assert_eq!(
        code(world.sync(&b)),
        ErrorCode::JwksNoMatchingKey,
        "a fetch did not bring it"
    );
    world.pass(600_000);
    assert_eq!(
        code(world.sync(&a)),
        ErrorCode::JwksUnavailable,
        "aged, and nobody has asked anew"
    );
}

#[test]
fn verifying_in_memory_knows_when_no_fetch_would_help() {
    let (a, _) = keys();
    let mut world = World::warm(&[&a]);
    let long = "k".repeat(257);
    let token = a.sign(&format!(r#"{{"alg":"EdDSA","kid":"{long}"}}"#), CLAIMS);
    let call = Call::at(UnixMillis::new(world.now));
    let verdict = world
        .verifier
        .verify(&mut world.keyring, token.as_bytes(), call);
    assert_eq!(code(verdict), ErrorCode::JwksNoMatchingKey);
    for kid in ["1", "2", "3", "4"] {
        let key = TestKey::new(kid, 50);
        world.fetches(&key, ok(&key_set(&[&a]))).unwrap_err();
    }
    assert_eq!(
        code(world.sync(&TestKey::new("5", 50))),
        ErrorCode::JwksNoMatchingKey,
        "the endpoint is asked no more for now"
    );
}

#[test]
fn who_is_told_nothing_about_its_request_ends_at_the_timeout() {
    let (a, _) = keys();
    let mut world = World::new(BY_URI);
    let Pending(mut owner, ..) = world.asks(&a);
    for _ in 0..5 {
        assert!(matches!(world.step(&mut owner), Step::Wait(_)));
        world.pass(1_000);
    }
    assert_eq!(code(done(world.step(&mut owner))), ErrorCode::JwksTimeout);
}

/// Verifiers over so many issuers, each with keys of its own at a URL of its own.
fn of_many(issuers: usize) -> Result<(Verifier, Keyring), Error> {
    let entries = (0..issuers).map(|n| {
        let issuer = format!("https://{n}.example");
        let options =
            format!(r#"{{"issuer":"{issuer}","audience":"api","jwksUri":"{issuer}/jwks"}}"#);
        let options = VerifierOptions::from_json(&options).unwrap();
        options.resolve().unwrap()
    });
    Verifier::new(entries.collect())
}

#[test]
fn an_answer_is_for_the_issuer_that_was_asked_however_many_there_are() {
    let (good, evil) = keys();
    let (verifier, mut keyring) = of_many(258).unwrap();
    let tick = Tick {
        now: UnixMillis::new(START),
        entropy: 7,
    };
    let claims =
        |n: usize| CLAIMS.replace("https://issuer.example", &format!("https://{n}.example"));
    let mut verify = |token: &str, key: Option<&TestKey>| {
        let mut flow = verifier.verify_flow(token.as_bytes(), None, None);
        match (flow.step(&mut keyring, tick), key) {
            (Step::Send(id, _), Some(key)) => {
                flow.resolve(&mut keyring, id, ok(&key_set(&[key])), tick);
                done(flow.step(&mut keyring, tick))
            }
            (step, _) => done(step),
        }
    };
    for (entry, key) in [(0, &good), (1, &good), (256, &evil), (257, &evil)] {
        assert!(
            verify(&key.token(&claims(entry)), Some(key)).is_ok(),
            "{entry}"
        );
    }
    for entry in [0, 1] {
        assert!(verify(&good.token(&claims(entry)), None).is_ok(), "{entry}");
        let forged = evil.sign(r#"{"alg":"EdDSA","kid":"a"}"#, &claims(entry));
        let refused = verify(&forged, None);
        assert_eq!(code(refused), ErrorCode::JwsSignatureVerificationFailed);
    }
}

#[test]
fn every_issuers_keys_are_loaded_refreshed_and_carried() {
    let (a, b) = keys();
    let (verifier, mut keyring) = of_many(3).unwrap();
    let mut now = START;
    let fetched =
        |flow: &mut dyn Flow<Shared = Keyring, Output = ()>, keyring: &mut Keyring, now| {
            let tick = Tick {
                now: UnixMillis::new(now),
                entropy: 7,
            };
            let mut urls = Vec::new();
            while let Step::Send(id, request) = flow.step(keyring, tick) {
                urls.push(request.url.to_string());
                flow.resolve(keyring, id, ok(&key_set(&[&a, &b])), tick);
            }
            urls
        };
    let all = [0, 1, 2].map(|n| format!("https://{n}.example/jwks"));
    assert_eq!(
        fetched(&mut verifier.preload_flow(), &mut keyring, now),
        all
    );
    assert!(!keyring.refresh_due(UnixMillis::new(now)));

    let snapshot = keyring.snapshot();
    let (_, mut other) = of_many(3).unwrap();
    other.restore(&snapshot, UnixMillis::new(now)).unwrap();
    let status = other.status(UnixMillis::new(now));
    assert!(status.iter().all(|store| store.count == 2));

    now += 540_000;
    assert!(keyring.refresh_due(UnixMillis::new(now)));
    assert_eq!(
        fetched(&mut verifier.refresh_flow(), &mut keyring, now),
        all
    );
    assert!(!keyring.refresh_due(UnixMillis::new(now)));
}

#[test]
fn more_issuers_than_can_be_told_apart_are_refused() {
    assert_eq!(of_many(4_097).unwrap_err().code(), ErrorCode::ConfigInvalid);
    assert!(of_many(4_096).is_ok());
}

#[test]
fn an_answer_that_was_not_asked_for_is_dropped() {
    let (a, b) = keys();
    let mut world = World::warm(&[&a]);
    let mut stranger = world.caller(&b);
    for id in [0, 1 << 16, 2 << 16, 3 << 16, 1 << 40, u64::MAX] {
        let (id, tick) = (RequestId(id), world.tick());
        stranger.resolve(&mut world.keyring, id, ok(&key_set(&[&b])), tick);
        assert!(world.verdict(&a).is_ok(), "{id:?}");
    }
}

/// A clock that was a day fast is set right.
const DAY: u64 = 86_400_000;

#[test]
fn after_a_clock_is_set_back_keys_age_again() {
    let (a, b) = keys();
    let mut world = World::warm(&[&a]);
    world.now -= DAY;
    assert_eq!(
        code(world.sync(&a)),
        ErrorCode::JwksUnavailable,
        "nobody knows how old they are"
    );
    assert!(world.keyring.refresh_due(UnixMillis::new(world.now)));
    assert!(world.fetches(&b, ok(&key_set(&[&b]))).is_ok());
    assert_eq!(world.requests, 1);
    world.pass(1);
    assert_eq!(
        code(world.fetches(&a, ok(&key_set(&[&b])))),
        ErrorCode::JwksNoMatchingKey,
        "the withdrawn key is gone"
    );
}

#[test]
fn after_a_clock_is_set_back_an_outage_is_bridged_from_then_on() {
    let (a, _) = keys();
    let mut world = World::warm(&[&a]);
    world.now -= DAY;
    assert!(world.fetches(&a, Err(TransportError::Failed)).is_ok());
    assert!(world.sync(&a).is_ok());
    world.pass(DAY - 1);
    assert!(world.fetches(&a, Err(TransportError::Failed)).is_ok());
    world.pass(30_000);
    assert_eq!(
        code(world.fetches(&a, Err(TransportError::Failed))),
        ErrorCode::JwksUnavailable
    );
}

#[test]
fn after_a_clock_is_set_back_nothing_waits_for_times_that_were_its_own() {
    let (a, b) = keys();
    let mut failed = World::new(BY_URI);
    failed.fetches(&a, Err(TransportError::Failed)).unwrap_err();
    failed.now -= DAY;
    assert!(failed.fetches(&a, ok(&key_set(&[&a]))).is_ok());

    let mut abandoned = World::new(BY_URI);
    drop(abandoned.asks(&a));
    abandoned.now -= DAY;
    assert!(abandoned.fetches(&a, ok(&key_set(&[&a]))).is_ok());

    let mut flooded = World::warm(&[&a]);
    for kid in ["1", "2", "3"] {
        let key = TestKey::new(kid, 50);
        flooded.fetches(&key, ok(&key_set(&[&a]))).unwrap_err();
    }
    flooded.now -= DAY;
    assert!(flooded.fetches(&a, ok(&key_set(&[&a]))).is_ok());
    flooded.pass(1);
    assert!(flooded.fetches(&b, ok(&key_set(&[&a, &b]))).is_ok());
}

#[test]
fn clocks_of_requests_side_by_side_may_differ_a_little() {
    let (a, _) = keys();
    let mut world = World::warm(&[&a]);
    world.now -= 60_000;
    assert!(world.sync(&a).is_ok());
    assert!(world.verdict(&a).is_ok());
    assert_eq!(world.requests, 0);
}

#[test]
fn a_key_of_another_algorithm_is_never_asked_for() {
    let (a, _) = keys();
    let mut world = World::warm(&[&a]);
    let token = a.sign(r#"{"alg":"ES256","kid":"a"}"#, CLAIMS);
    let mut flow = world.verifier.verify_flow(token.as_bytes(), None, None);
    assert_eq!(
        code(done(world.step(&mut flow))),
        ErrorCode::JoseAlgNotAllowed
    );
}

#[test]
fn a_malformed_token_never_reaches_the_endpoint() {
    let mut world = World::new(BY_URI);
    let mut flow = world.verifier.verify_flow(b"a.b.c", None, None);
    assert_eq!(code(done(world.step(&mut flow))), ErrorCode::JwtInvalid);
    let mut flow = world
        .verifier
        .verify_flow(b"eyJhbGciOiJub25lIn0.e30.", None, None);
    assert_eq!(
        code(done(world.step(&mut flow))),
        ErrorCode::JoseAlgNotAllowed
    );
}

#[test]
fn snapshots_carry_keys_to_another_instance_with_their_age() {
    let (a, b) = keys();
    let mut donor = World::warm(&[&a]);
    donor.pass(100_000);
    let snapshot = donor.keyring.snapshot();
    let mut world = World::new(BY_URI);
    world.pass(100_000);
    world
        .keyring
        .restore(&snapshot, UnixMillis::new(world.now))
        .unwrap();
    assert!(world.sync(&a).is_ok());
    world.pass(499_999);
    assert!(world.sync(&a).is_ok());
    world.pass(1);
    assert!(
        world.fetches(&b, ok(&key_set(&[&b]))).is_ok(),
        "its age went on counting"
    );
    world
        .keyring
        .restore(&snapshot, UnixMillis::new(world.now))
        .unwrap();
    assert!(world.sync(&b).is_ok(), "an older snapshot replaces nothing");
}

#[test]
fn snapshots_hold_the_usable_keys_alone() {
    let (a, b) = keys();
    let twice = b.jwk().replacen('{', r#"{"kid":"b","#, 1);
    let mut donor = World::new(BY_URI);
    let set = format!(r#"{{"keys":[{twice},{}],"note":[[["deep"]]]}}"#, a.jwk());
    donor.fetches(&a, ok(&set)).unwrap();
    let snapshot = donor.keyring.snapshot();
    assert!(
        snapshot.contains(&format!(r#""jwks":{{"keys":[{}]}}"#, a.jwk())),
        "{snapshot}"
    );
}

#[test]
fn a_snapshot_with_one_bad_set_changes_nothing() {
    let (a, _) = keys();
    let (verifier, mut keyring) = of_many(2).unwrap();
    let now = UnixMillis::new(START);
    let set = |issuer: &str| {
        let keys = key_set(&[&a]);
        format!(r#"{{"version":1,"source":"{issuer}/jwks","fetchedAt":{START},"jwks":{keys}}}"#)
    };
    let snapshot = |second: &str| {
        let sets = [set("https://0.example"), set(second)].join(",");
        format!(r#"{{"version":1,"issuers":[{sets}]}}"#)
    };
    keyring
        .restore(&snapshot("https://evil.example"), now)
        .unwrap_err();
    assert_eq!(keyring.status(now)[0].count, 0);
    keyring
        .restore(&snapshot("https://1.example"), now)
        .unwrap();
    assert_eq!(keyring.status(now)[0].count, 1);
    assert_eq!(verifier.policies().len(), 2);
}

#[test]
fn a_snapshot_taken_without_a_clock_keeps_its_time() {
    let (a, _) = keys();
    let snapshot = World::warm(&[&a]).keyring.snapshot();
    let mut world = World::new(BY_URI);
    let none = UnixMillis::new(0);
    world.keyring.restore(&snapshot, none).unwrap();
    assert!(world.sync(&a).is_ok());
}

#[test]
fn an_endpoints_message_repeats_no_word_of_a_header_that_was_sent() {
    let (a, _) = keys();
    let options = by_uri_with(r#""headers":[["authorization","Bearer Sk_Live_1"]]"#);
    for (message, is_shown) in [("no such app", true), ("sk_live_1 is revoked", false)] {
        let body = format!(r#"{{"message":"{message}"}}"#);
        let error = World::new(&options)
            .fetches(&a, answer(404, &body))
            .unwrap_err();
        assert_eq!(error.to_string() == message, is_shown, "{error}");
    }
}

#[test]
fn snapshots_of_the_future_count_from_now() {
    let (a, _) = keys();
    let mut donor = World::warm(&[&a]);
    donor.pass(1);
    let snapshot = donor
        .keyring
        .snapshot()
        .replace("\"fetchedAt\":179", "\"fetchedAt\":979");
    let mut world = World::new(BY_URI);
    world
        .keyring
        .restore(&snapshot, UnixMillis::new(world.now))
        .unwrap();
    world.pass(599_999);
    assert!(world.sync(&a).is_ok());
    world.pass(1);
    assert_eq!(code(world.sync(&a)), ErrorCode::JwksUnavailable);
}

#[test]
fn snapshots_of_other_sources_and_other_text_are_refused() {
    let (a, _) = keys();
    let good = World::warm(&[&a]).keyring.snapshot();
    let mut world = World::new(BY_URI);
    for text in [
        String::new(),
        "{}".into(),
        "[]".into(),
        good.replace("issuer.example/jwks", "evil.example/jwks"),
        good.replace("\"version\":1,\"source\"", "\"version\":2,\"source\""),
        good.replace("\"fetchedAt\":", "\"fetched\":"),
        good.replace("\"keys\":[{", "\"keys\":[{\"d\":\"AA\","),
        "{\"version\":1,\"issuers\":[null,null]}".into(),
    ] {
        let refusal = world
            .keyring
            .restore(&text, UnixMillis::new(world.now))
            .unwrap_err();
        assert_eq!(refusal.option, "snapshot", "{text}");
    }
    assert_eq!(code(world.sync(&a)), ErrorCode::JwksUnavailable);
    world
        .keyring
        .restore(
            &World::new(BY_URI).keyring.snapshot(),
            UnixMillis::new(world.now),
        )
        .unwrap();
}

const METADATA: &str =
    r#"{"issuer":"https://issuer.example","jwks_uri":"https://keys.example/set"}"#;

#[test]
fn discovery_leads_to_the_key_endpoint_and_is_remembered() {
    let (a, b) = keys();
    let mut world = World::new(BY_DISCOVERY);
    let Pending(flow, id, request) = world.discovers(&a, METADATA);
    assert_eq!(request.url, "https://keys.example/set");
    assert!(world.answers(flow, id, ok(&key_set(&[&a]))).is_ok());

    world.pass(599_999);
    let Pending(flow, id, request) = world.asks(&b);
    assert_eq!(request.url, "https://keys.example/set");
    assert_eq!(
        code(world.answers(flow, id, answer(404, ""))),
        ErrorCode::JwksUnavailable
    );
    world.pass(30_000);
    let Pending(_, _, request) = world.asks(&b);
    assert_eq!(
        request.url, "https://issuer.example/.well-known/openid-configuration",
        "asked anew after a failure"
    );
}

#[test]
fn a_key_endpoint_that_moves_is_found() {
    let (a, b) = keys();
    let mut world = World::new(BY_DISCOVERY);
    for (key, uri) in [
        (&a, "https://keys.example/set"),
        (&b, "https://keys.example/moved"),
    ] {
        let metadata = METADATA.replace("https://keys.example/set", uri);
        let Pending(flow, id, request) = world.discovers(key, &metadata);
        assert_eq!(request.url, uri);
        assert!(world.answers(flow, id, ok(&key_set(&[key]))).is_ok());
        world.pass(600_000);
    }
}

#[test]
fn metadata_of_another_issuer_or_with_an_unsafe_uri_is_refused() {
    let (a, _) = keys();
    for metadata in [
        "{}",
        "[]",
        r#"{"issuer":"https://issuer.example/","jwks_uri":"https://keys.example/set"}"#,
        r#"{"issuer":"https://evil.example","jwks_uri":"https://keys.example/set"}"#,
        r#"{"issuer":"https://issuer.example"}"#,
        r#"{"issuer":"https://issuer.example","jwks_uri":"http://keys.example/set"}"#,
        r#"{"issuer":"https://issuer.example","jwks_uri":"file:///etc/passwd"}"#,
        r#"{"issuer":"https://issuer.example","jwks_uri":"//keys.example"}"#,
    ] {
        assert_eq!(
            code(World::new(BY_DISCOVERY).fetches(&a, ok(metadata))),
            ErrorCode::JwksInvalid,
            "{metadata}"
        );
    }
}

#[test]
fn a_fallback_uri_is_asked_on_404_and_remembered() {
    let (a, _) = keys();
    let options = BY_URI.replace(
        '}',
        r#","jwksFallbackUris":["https://issuer.example/second"]}"#,
    );
    let mut world = World::new(&options);
    let Pending(mut flow, id, _) = world.asks(&a);
    let tick = world.tick();
    flow.resolve(&mut world.keyring, id, answer(404, ""), tick);
    let Step::Send(id, request) = world.step(&mut flow) else {
        panic!("asks the second")
    };
    assert_eq!(request.url, "https://issuer.example/second");
    assert!(world.answers(flow, id, ok(&key_set(&[&a]))).is_ok());
    world.pass(600_000);
    let Pending(_, _, request) = world.asks(&a);
    assert_eq!(request.url, "https://issuer.example/second");
}

/// The options of [`BY_URI`] with one more.
fn by_uri_with(option: &str) -> String {
    format!("{},{option}}}", BY_URI.trim_end_matches('}'))
}

#[test]
fn keys_that_are_never_fresh_serve_the_call_that_fetched_them() {
    let (a, b) = keys();
    let mut world = World::new(&by_uri_with(r#""cacheMaxAge":0"#));
    for _ in 0..3 {
        world.fetches(&a, ok(&key_set(&[&a]))).unwrap();
    }
    let unknown = world.fetches(&b, ok(&key_set(&[&a])));
    assert_eq!(code(unknown), ErrorCode::JwksNoMatchingKey);
    assert_eq!(world.requests, 4);
}

#[test]
fn without_a_cooldown_a_call_still_fetches_once() {
    let (a, _) = keys();
    let mut world = World::new(&by_uri_with(r#""cooldownDuration":0"#));
    let refused = world.fetches(&a, Err(TransportError::Failed));
    assert_eq!(code(refused), ErrorCode::JwksUnavailable);
    assert_eq!(world.requests, 1);
}

#[test]
fn a_set_is_not_refreshed_before_half_its_time() {
    let (a, _) = keys();
    let mut world = World::new(&by_uri_with(r#""staleWhileRevalidate":600000"#));
    world.fetches(&a, ok(&key_set(&[&a]))).unwrap();
    world.pass(299_999);
    assert!(!world.keyring.refresh_due(UnixMillis::new(world.now)));
    world.pass(1);
    assert!(world.keyring.refresh_due(UnixMillis::new(world.now)));
    let mut refresh = world.verifier.refresh_flow();
    let tick = world.tick();
    let Step::Send(id, _) = refresh.step(&mut world.keyring, tick) else {
        panic!("refreshes")
    };
    refresh.resolve(&mut world.keyring, id, ok(&key_set(&[&a])), tick);
    assert!(matches!(
        refresh.step(&mut world.keyring, tick),
        Step::Done(Ok(()))
    ));
}
