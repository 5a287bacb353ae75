//! Refreshing a session: one at a time, never twice with one token.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod api_support;

use api_support::{NOW, Script, answer, failure, json};
use countersign::flow::{Flow, RequestId, Step, Tick, drive};
use countersign::http::TransportError;
use countersign::providers::hellojohn::{HelloJohn, Refresh, RefreshState, class};
use countersign::time::UnixMillis;
use serde_json::json;

fn server() -> HelloJohn {
    let options = r#"{"apiUrl":"https://a.example","secretKey":"sk_live_1","publishableKey":"pk_live_1","masterKey":"mk_live_1"}"#;
    HelloJohn::from_json(options).unwrap()
}

const OLD: &str = r#"{"refreshToken":"rt_old_1"}"#;
const NEW: &str = r#"{"refreshToken":"rt_new_1"}"#;
const TOKENS: &str = r#"{"access_token":"a","refresh_token":"rt_new_1","expires_in":900}"#;

fn flow(parameters: &str) -> Refresh {
    Refresh::new(server().client(), parameters, "").unwrap()
}

fn tick(secs: u64) -> Tick {
    Tick {
        now: UnixMillis::from_secs(NOW + secs),
        entropy: 0,
    }
}

#[test]
fn new_tokens_are_handed_on() {
    let mut state = RefreshState::new();
    let mut script = Script::of([answer(200, TOKENS)]);
    let tokens = drive(flow(OLD), &mut state, &mut script).unwrap();
    assert_eq!(
        json(&tokens),
        json!({"accessToken": "a", "refreshToken": "rt_new_1", "expiresIn": 900})
    );
    assert!(!state.is_over());
    let mut script = Script::of([answer(200, TOKENS)]);
    assert!(drive(flow(NEW), &mut state, &mut script).is_ok());
}

#[test]
fn a_second_refresh_waits_for_nobody_and_is_refused() {
    let mut state = RefreshState::new();
    let mut first = flow(OLD);
    assert!(matches!(first.step(&mut state, tick(0)), Step::Send(..)));
    let mut second = flow(NEW);
    let Step::Done(Err(error)) = second.step(&mut state, tick(1)) else {
        panic!("not refused");
    };
    assert_eq!(
        error.to_string(),
        "refreshToken: is being refreshed already"
    );
    first.resolve(&mut state, RequestId(1), answer(200, TOKENS), tick(2));
    assert!(matches!(first.step(&mut state, tick(2)), Step::Done(Ok(_))));
    assert!(matches!(
        flow(NEW).step(&mut state, tick(3)),
        Step::Send(..)
    ));
}

#[test]
fn an_abandoned_refresh_blocks_until_its_lease_ends_and_its_token_for_good() {
    let mut state = RefreshState::new();
    let mut first = flow(OLD);
    assert!(matches!(first.step(&mut state, tick(0)), Step::Send(..)));
    drop(first);
    assert!(matches!(
        flow(NEW).step(&mut state, tick(14)),
        Step::Done(Err(_))
    ));
    let Step::Done(Err(error)) = flow(OLD).step(&mut state, tick(15)) else {
        panic!("not refused");
    };
    assert!(error.to_string().contains("may be spent"));
    assert!(matches!(
        flow(NEW).step(&mut state, tick(15)),
        Step::Send(..)
    ));
}

#[test]
fn a_refresh_whose_answer_was_lost_is_not_repeated() {
    for lost in [failure(TransportError::TimedOut), answer(502, "")] {
        let mut state = RefreshState::new();
        let mut script = Script::of([lost]);
        assert!(drive(flow(OLD), &mut state, &mut script).is_err());
        assert_eq!(script.sent.len(), 1);
        let mut script = Script::of([]);
        assert!(drive(flow(OLD), &mut state, &mut script).is_err());
        assert!(script.sent.is_empty());
    }
}

#[test]
fn a_rate_limited_refresh_may_be_tried_again() {
    let mut state = RefreshState::new();
    let mut script = Script::of([answer(429, ""), answer(200, TOKENS)]);
    assert!(drive(flow(OLD), &mut state, &mut script).is_err());
    assert!(drive(flow(OLD), &mut state, &mut script).is_ok());
}

#[test]
fn a_refused_refresh_ends_the_session() {
    for code in [
        "refresh_token_expired",
        "refresh_token_invalid",
        "session_revoked",
    ] {
        let mut state = RefreshState::new();
        let body = json!({"error": {"code": code, "message": "m"}}).to_string();
        let mut script = Script::of([answer(401, &body)]);
        let error = drive(flow(OLD), &mut state, &mut script).unwrap_err();
        assert_eq!(class(&error), "InvalidTokenError");
        assert!(state.is_over());
    }
}
