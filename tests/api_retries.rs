//! When a call is sent again, told as scripts.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;

use std::time::Duration;

use api_support::{Script, answer, answer_with, failure};
use countersign::error::{Error, ErrorCode};
use countersign::flow::{Flow, RequestId, Step, Tick};
use countersign::http::TransportError;
use countersign::providers::hellojohn::HelloJohn;
use countersign::time::UnixMillis;

const USER: &str = r#"{"id":"usr_1"}"#;

fn hellojohn(more: &str) -> HelloJohn {
    let options = format!(
        r#"{{"apiUrl":"https://a.example","secretKey":"sk_live_1","publishableKey":"pk_live_1","accessToken":"at"{more}}}"#
    );
    HelloJohn::from_json(&options).unwrap()
}

/// Runs a call against a script; yields the status or code it ends with, and how many
/// requests were made.
fn outcome(script: &mut Script, operation: &str, parameters: &str, options: &str) -> String {
    let result = script.run(hellojohn("").client(), operation, parameters, options);
    match result {
        Ok(answer) => answer.status.to_string(),
        Err(error) => error.code().to_string(),
    }
}

#[test]
fn a_get_is_sent_again_after_a_passing_failure() {
    for passing in [
        answer(500, ""),
        answer(502, "<html>"),
        answer(503, "{}"),
        failure(TransportError::Failed),
        failure(TransportError::TimedOut),
    ] {
        let mut script = Script::of([passing, answer(200, USER)]);
        assert_eq!(outcome(&mut script, "users.get", USER, ""), "200");
        assert_eq!(script.sent.len(), 2);
    }
}

#[test]
fn what_will_not_pass_is_not_sent_again() {
    for (final_answer, code) in [
        (answer(400, "{}"), "ERR_API_STATUS"),
        (answer(401, "{}"), "ERR_API_STATUS"),
        (answer(404, "{}"), "ERR_API_STATUS"),
        (answer(501, "{}"), "ERR_API_STATUS"),
        (answer(200, "<html>"), "ERR_API_RESPONSE_INVALID"),
        (answer(200, "{}"), "ERR_API_RESPONSE_INVALID"),
        (answer(302, ""), "ERR_TRANSPORT"),
        (failure(TransportError::Redirected), "ERR_TRANSPORT"),
        (failure(TransportError::TooLarge), "ERR_TRANSPORT"),
    ] {
        let mut script = Script::of([final_answer]);
        assert_eq!(outcome(&mut script, "users.get", USER, ""), code);
        assert_eq!(script.sent.len(), 1);
    }
}

#[test]
fn there_are_as_many_retries_as_allowed() {
    for (options, requests) in [
        ("", 3),
        (r#"{"maxRetries":0}"#, 1),
        (r#"{"maxRetries":4}"#, 5),
    ] {
        let mut script = Script::of((0..requests).map(|_| answer(503, "")));
        assert_eq!(
            outcome(&mut script, "users.get", USER, options),
            "ERR_API_STATUS"
        );
        assert_eq!(script.sent.len(), requests);
    }
}

#[test]
fn a_post_is_sent_again_with_the_same_idempotency_key() {
    let mut script = Script::of([
        answer(503, ""),
        failure(TransportError::TimedOut),
        answer(201, USER),
    ]);
    let created = outcome(&mut script, "users.create", r#"{"email":"a@x"}"#, "");
    assert_eq!(created, "201");
    let keys: Vec<_> = script
        .sent
        .iter()
        .map(|request| request.headers.first("idempotency-key").unwrap().to_owned())
        .collect();
    assert_eq!(keys.len(), 3);
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(keys[0], "00000000-0000-4000-8000-000000000007");
    assert!(script.sent.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_post_without_an_idempotency_key_is_sent_once() {
    for trouble in [
        answer(503, ""),
        answer(429, ""),
        failure(TransportError::Failed),
        failure(TransportError::TimedOut),
    ] {
        let mut script = Script::of([trouble]);
        outcome(
            &mut script,
            "users.create",
            r#"{"email":"a@x"}"#,
            r#"{"idempotencyKey":false}"#,
        );
        assert_eq!(script.sent.len(), 1);
        assert_eq!(script.sent[0].headers.first("idempotency-key"), None);
    }
    let mut script = Script::of([answer(503, "")]);
    let off = hellojohn(r#","idempotencyKeys":false"#);
    let result = script.run(off.client(), "users.create", r#"{"email":"a@x"}"#, "");
    assert!(!result.unwrap_err().retryable());
    assert_eq!(script.sent.len(), 1);
}

#[test]
fn the_callers_own_key_goes_out_as_it_is() {
    let mut script = Script::of([answer(503, ""), answer(201, USER)]);
    outcome(
        &mut script,
        "users.create",
        r#"{"email":"a@x"}"#,
        r#"{"idempotencyKey":"order-1"}"#,
    );
    for request in &script.sent {
        assert_eq!(request.headers.first("idempotency-key"), Some("order-1"));
    }
}

#[test]
fn a_patch_is_sent_again_after_a_rate_limit_only() {
    let mut script = Script::of([
        answer_with(429, "", &[("retry-after", "1")]),
        answer(200, USER),
    ]);
    assert_eq!(outcome(&mut script, "users.update", USER, ""), "200");
    for trouble in [answer(503, ""), failure(TransportError::TimedOut)] {
        let mut script = Script::of([trouble]);
        outcome(&mut script, "users.update", USER, "");
        assert_eq!(script.sent.len(), 1);
    }
}

#[test]
fn sign_in_sign_up_mfa_and_refresh_are_never_sent_again() {
    for (operation, parameters) in [
        ("auth.signIn", r#"{"email":"a@x","password":"secret"}"#),
        ("auth.signUp", r#"{"email":"a@x","password":"secret"}"#),
        ("auth.verifyMfa", r#"{"challengeId":"c","code":"123456"}"#),
        ("auth.refresh", r#"{"refreshToken":"rt_1"}"#),
        ("auth.verifyMagicLink", r#"{"token":"tok_1"}"#),
        (
            "auth.resetPassword",
            r#"{"token":"tok_1","newPassword":"secret"}"#,
        ),
        (
            "auth.oauthCallback",
            r#"{"provider":"google","code":"c","codeVerifier":"v","redirectUri":"https://x"}"#,
        ),
        ("mfa.enroll", r#"{"userId":"u","type":"totp"}"#),
        (
            "mfa.confirm",
            r#"{"userId":"u","factorId":"f","code":"123456"}"#,
        ),
    ] {
        for trouble in [
            answer(429, ""),
            answer(503, ""),
            failure(TransportError::TimedOut),
        ] {
            let mut script = Script::of([trouble]);
            outcome(
                &mut script,
                operation,
                parameters,
                r#"{"idempotencyKey":"own"}"#,
            );
            assert_eq!(script.sent.len(), 1, "{operation}");
            assert!(script.waits.is_empty(), "{operation}");
        }
    }
}

#[test]
fn an_advised_wait_is_kept() {
    let mut script = Script::of([
        answer_with(429, "", &[("Retry-After", "7")]),
        answer_with(503, "", &[("Retry-After", "Tue, 14 Nov 2023 22:13:57 GMT")]),
        answer(200, USER),
    ]);
    assert_eq!(outcome(&mut script, "users.get", USER, ""), "200");
    assert_eq!(
        script.waits,
        [Duration::from_secs(7), Duration::from_secs(30)]
    );
}

#[test]
fn an_advised_wait_beyond_the_ceiling_is_reported_instead() {
    let mut script = Script::of([answer_with(429, "", &[("retry-after", "61")])]);
    let result = script.run(hellojohn("").client(), "users.get", USER, "");
    let error = result.unwrap_err();
    assert_eq!(error.code(), ErrorCode::ApiRateLimited);
    assert_eq!(error.retry_after(), Some(61));
    assert!(error.retryable());
    let mut script = Script::of([answer_with(429, "", &[("retry-after", "2")])]);
    outcome(&mut script, "users.get", USER, r#"{"maxRetryWait":1999}"#);
    assert!(script.waits.is_empty());
}

#[test]
fn backoff_is_jittered_between_nothing_and_a_doubling_ceiling() {
    let waits = |entropy| {
        let mut script = Script::of((0..3).map(|_| answer(503, "")));
        script.entropy = entropy;
        outcome(&mut script, "users.get", USER, "");
        script.waits
    };
    assert_eq!(waits(0), [Duration::ZERO; 0]);
    assert_eq!(
        waits(500),
        [Duration::from_millis(500), Duration::from_millis(500)]
    );
    assert_eq!(
        waits(1_001 * 501 - 1),
        [Duration::from_millis(500), Duration::from_millis(1_000)]
    );
}

#[test]
fn a_request_that_nobody_reports_on_is_taken_for_timed_out() {
    let hellojohn = hellojohn("");
    let options = r#"{"maxRetries":1,"timeout":2000}"#;
    let mut call = hellojohn
        .client()
        .call("users.get", USER, options, 0)
        .unwrap();
    let tick = |millis: u64| Tick {
        now: UnixMillis::new(1_700_000_000_000 + millis),
        entropy: 0,
    };
    let Step::Send(RequestId(1), _) = call.step(&mut (), tick(0)) else {
        panic!("not sent");
    };
    assert!(matches!(call.step(&mut (), tick(1)), Step::Wait(until) if until == tick(3_000).now));
    let Step::Send(RequestId(2), _) = call.step(&mut (), tick(3_000)) else {
        panic!("not sent again");
    };
    // The first request's answer comes after all, and nobody waits for it any more.
    call.resolve(&mut (), RequestId(1), answer(200, USER), tick(3_001));
    assert!(matches!(call.step(&mut (), tick(3_002)), Step::Wait(_)));
    let Step::Done(Err(error)) = call.step(&mut (), tick(6_000)) else {
        panic!("not over");
    };
    assert_eq!(error, Error::Transport(TransportError::TimedOut));
    // A host that steps on gets an error, not a panic and not a second answer.
    assert!(matches!(
        call.step(&mut (), tick(6_001)),
        Step::Done(Err(_))
    ));
}

#[test]
fn every_attempt_carries_the_deadline_and_the_ceiling() {
    let mut script = Script::of([answer(503, ""), answer(200, USER)]);
    outcome(&mut script, "users.get", USER, r#"{"timeout":1234}"#);
    for request in &script.sent {
        assert_eq!(request.timeout, Duration::from_millis(1_234));
        assert_eq!(request.max_response_bytes, 8 << 20);
    }
    let mut script = Script::of([answer(200, USER)]);
    outcome(&mut script, "users.get", USER, "");
    assert_eq!(script.sent[0].timeout, Duration::from_secs(10));
}

#[test]
fn answers_nested_too_deep_are_refused() {
    let deep = |levels| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let body = |levels| format!(r#"{{"id":"u","x":{}}}"#, deep(levels));
    let mut script = Script::of([answer(200, &body(100))]);
    assert_eq!(outcome(&mut script, "users.get", USER, ""), "200");
    for levels in [128, 100_000] {
        let mut script = Script::of([answer(200, &body(levels))]);
        let code = outcome(&mut script, "users.get", USER, "");
        assert_eq!(code, "ERR_API_RESPONSE_INVALID");
    }
}
