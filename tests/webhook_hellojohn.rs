//! HelloJohn's formats: the vectors and cases of its contract, with the reason each code
//! stands for there.

#![cfg(not(target_arch = "wasm32"))]
// Clippy knows a test by its attribute, not the functions that tests share.
#![allow(clippy::unwrap_used)]

mod webhook_support;

use countersign::error::{Error, ErrorCode};
use countersign::http::Headers;
use countersign::webhook::{Event, Webhook};
use webhook_support::*;

const CLOCK: u64 = 1_709_900_000;
const SECRET_1: &str = "whsec_test_5f2b8c1d9e7a4630";
const SECRET_2: &str = "whsec_test_0d1e2f3a4b5c6d7e";
const EVENT: &str = r#"{"id":"evt_01TESTEVT000001","type":"user.created","created_at":"2024-03-08T12:13:20Z","tenant_id":"tnt_01TESTAAAA000001","data":{"user":{"id":"usr_01TESTAAAA000001","email":"alice@example.com","name":"Zoë"}}}"#;
const S1: &str = "047a64fb017eb5ef03c5453eed215ec0baac9927b3a7b6e0280552f700f6113a";
const S2: &str = "a1b9e6e0db425c848faa33210017c878137e02aeef0015f7cc38df0ebf4413df";
const S3: &str = "52d2362b7d72d1470ac61e122f271337343d3f0fc84026911d67a0b671e9a2f6";
const S4: &str = "639af087050e690a3a98df0d5d299493a47f54b5827d71e1f30f10e817cdad10";
const S5: &str = "d5dc34249051b0cf3bc47ed6a5e1cd902123e9985a7d6f1c09ebb55e528772ca";
const S6: &str = "3460c55062859f865f1c40aafac3ca01221469144c95632fd58533c79e8f0d7c";

fn pair(signature: &str, timestamp: &str) -> Headers {
    headers(&[
        ("X-HelloJohn-Signature", signature),
        ("X-HelloJohn-Timestamp", timestamp),
    ])
}

fn alone(signature: &str) -> Headers {
    headers(&[("x-hellojohn-signature", signature)])
}

fn one() -> Webhook {
    webhook("hellojohn", [SECRET_1])
}

fn check(webhook: &Webhook, headers: &Headers, body: &str) -> Result<Event, Error> {
    verify_at(webhook, headers, body.as_bytes(), CLOCK)
}

#[test]
fn the_body_is_the_contracts() {
    assert_eq!(EVENT.len(), 209);
}

#[test]
fn case_1_the_header_pair_verifies_and_names_the_event() {
    let event = check(&one(), &pair(&format!("v1={S1}"), "1709900000"), EVENT).unwrap();
    assert_eq!(event.event_type.as_deref(), Some("user.created"));
    assert_eq!(event.id.as_deref(), Some("evt_01TESTEVT000001"));
}

#[test]
fn case_2_the_other_formats_are_told_apart_by_themselves() {
    for headers in [
        alone(&format!("t=1709900000,v1={S1}")),
        pair(S1, "1709900000"),
        pair(&format!("v1={}", S1.to_uppercase()), "1709900000"),
        pair(&format!("t=1709900000, v1={S1}"), "1709900000"),
    ] {
        assert!(check(&one(), &headers, EVENT).is_ok());
    }
}

#[test]
fn case_3_any_configured_secret_may_have_signed() {
    let headers = pair(&format!("v1={S2}"), "1709900000");
    let both = webhook("hellojohn", [SECRET_1, SECRET_2]);
    assert_eq!(check(&both, &headers, EVENT).unwrap().secret_index, 1);
    assert_code(
        check(&one(), &headers, EVENT),
        ErrorCode::WebhookSignatureInvalid,
    );
}

#[test]
fn case_4_any_of_several_signatures_may_match() {
    let headers = pair(&format!("v1={S2},v1={S1}"), "1709900000");
    assert!(check(&one(), &headers, EVENT).is_ok());
}

#[test]
fn cases_5_and_6_three_hundred_seconds_pass_and_one_more_does_not() {
    let headers = pair(&format!("v1={S1}"), "1709900000");
    let at = |now| verify_at(&one(), &headers, EVENT.as_bytes(), now);
    assert!(at(1_709_900_300).is_ok());
    assert!(at(1_709_899_700).is_ok());
    assert_code(at(1_709_900_301), ErrorCode::WebhookTimestampExpired);
    assert_code(at(1_709_899_699), ErrorCode::WebhookTimestampFuture);
}

#[test]
fn case_7_another_timestamp_is_another_message() {
    assert_code(
        check(&one(), &pair(&format!("v1={S1}"), "1709900001"), EVENT),
        ErrorCode::WebhookSignatureInvalid,
    );
}

#[test]
fn case_8_two_timestamps_that_differ_are_refused() {
    let headers = pair(&format!("t=1709900000,v1={S1}"), "1709900001");
    assert_code(
        check(&one(), &headers, EVENT),
        ErrorCode::WebhookTimestampInvalid,
    );
    let twice = alone(&format!("t=1709900000,t=1709900000,v1={S1}"));
    assert_code(
        check(&one(), &twice, EVENT),
        ErrorCode::WebhookTimestampInvalid,
    );
}

#[test]
fn a_delivery_without_any_timestamp_names_the_header_that_is_missing() {
    for headers in [alone(S1), alone(&format!("v1={S1}"))] {
        let error = check(&one(), &headers, EVENT).unwrap_err();
        assert_eq!(error.code(), ErrorCode::WebhookHeaderMissing);
        assert!(error.to_string().contains("X-HelloJohn-Timestamp"));
    }
}

#[test]
fn case_9_the_whole_secret_and_the_exact_bytes_are_signed() {
    let stripped = pair(&format!("v1={S4}"), "1709900000");
    let good = pair(&format!("v1={S1}"), "1709900000");
    let newline = format!("{EVENT}\n");
    let spaced = EVENT.replace(':', ": ");
    for (headers, body) in [(&stripped, EVENT), (&good, &newline), (&good, &spaced)] {
        assert_code(
            check(&one(), headers, body),
            ErrorCode::WebhookSignatureInvalid,
        );
    }
}

#[test]
fn case_10_a_signed_newline_belongs_to_the_body() {
    let headers = pair(&format!("v1={S5}"), "1709900000");
    assert!(check(&one(), &headers, &format!("{EVENT}\n")).is_ok());
}

#[test]
fn case_11_the_body_only_formats_have_to_be_chosen() {
    let body_only = headers(&[("HelloJohn-Signature", &format!("sha256={S3}"))]);
    let error = check(&one(), &body_only, EVENT).unwrap_err();
    assert_eq!(error.code(), ErrorCode::WebhookHeaderMissing);
    assert!(error.to_string().contains("X-HelloJohn-Signature"));
    let chosen = webhook("hellojohn-body", [SECRET_1]);
    let event = check(&chosen, &body_only, EVENT).unwrap();
    assert_eq!(event.id.as_deref(), Some("evt_01TESTEVT000001"));
    assert_eq!(event.timestamp, None);
    let hook = headers(&[("HelloJohn-Hook-Signature", &format!("sha256={S3}"))]);
    assert!(check(&webhook("hellojohn-hook", [SECRET_1]), &hook, EVENT).is_ok());
    assert_code(
        check(&chosen, &hook, EVENT),
        ErrorCode::WebhookHeaderMissing,
    );
}

#[test]
fn case_12_a_header_without_one_usable_signature_is_malformed() {
    for signature in ["v1=abc", &format!("v0={S1}"), "", "v1=", ",", &S1[1..]] {
        assert_code(
            check(&one(), &pair(signature, "1709900000"), EVENT),
            ErrorCode::WebhookHeaderInvalid,
        );
    }
}

#[test]
fn case_13_an_empty_body_may_be_signed_but_is_no_event() {
    let headers = pair(&format!("v1={S6}"), "1709900000");
    assert_code(
        check(&one(), &headers, ""),
        ErrorCode::WebhookPayloadInvalid,
    );
}

#[test]
fn a_signed_body_that_is_no_json_object_is_refused_after_its_signature() {
    for body in [
        "[]",
        "null",
        "{",
        "{}{}",
        r#"{"type":"a","type":"b"}"#,
        "\u{feff}{}",
    ] {
        let message = format!("1709900000.{body}");
        let good = hex(&sha256(SECRET_1.as_bytes(), message.as_bytes()));
        assert_code(
            check(&one(), &pair(&good, "1709900000"), body),
            ErrorCode::WebhookPayloadInvalid,
        );
        assert_code(
            check(&one(), &pair(S1, "1709900000"), body),
            ErrorCode::WebhookSignatureInvalid,
        );
    }
}

#[test]
fn every_retry_has_its_own_replay_key_and_the_same_event_id() {
    let retry = |timestamp: u64| {
        let message = format!("{timestamp}.{EVENT}");
        let good = hex(&sha256(SECRET_1.as_bytes(), message.as_bytes()));
        let headers = pair(&good, &timestamp.to_string());
        check(&one(), &headers, EVENT).unwrap()
    };
    let (first, second) = (retry(CLOCK), retry(CLOCK + 1));
    assert_ne!(first.replay_key, second.replay_key);
    assert_eq!(first.id, second.id);
}
