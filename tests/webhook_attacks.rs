//! Published attacks on webhook verification, one or more tests for each.

#![cfg(not(target_arch = "wasm32"))]
// Clippy knows a test by its attribute, not the functions that tests share.
#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "most of it is for other tests")]
#[path = "support/random.rs"]
mod random;
mod webhook_support;

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use countersign::error::{Error, ErrorCode};
use countersign::http::Headers;
use countersign::time::UnixMillis;
use countersign::webhook::{
    Encoding, Event, Hash, MAX_SIGNATURES, MemoryReplayStore, Options, ReplayStore, Scheme,
    SchemeRow, Webhook,
};
use random::Random;
use webhook_support::*;

fn good() -> String {
    v1(KEY, "msg_1", &NOW.to_string(), BODY)
}

/// The code for a delivery of `msg_1` at [`NOW`] under other signature headers.
fn code_of(webhook: &Webhook, signature: &str) -> ErrorCode {
    let headers = standard_headers("msg_1", &NOW.to_string(), signature);
    verify(webhook, &headers, BODY).unwrap_err().code()
}

fn accepts(webhook: &Webhook, signature: &str) -> bool {
    let headers = standard_headers("msg_1", &NOW.to_string(), signature);
    verify(webhook, &headers, BODY).is_ok()
}

// Compare to the shorter length: CVE-2024-21491, RUSTSEC-2024-0010.

#[test]
fn an_empty_or_shortened_signature_matches_nothing() {
    let whole = sha256(KEY, &[format!("msg_1.{NOW}.").as_bytes(), BODY].concat());
    for length in 0..32 {
        let short = format!("v1,{}", base64(&whole[..length]));
        assert_eq!(
            code_of(&standard(), &short),
            ErrorCode::WebhookHeaderInvalid
        );
    }
    let long = format!("v1,{}", base64(&[&whole[..], &[0]].concat()));
    assert_eq!(code_of(&standard(), &long), ErrorCode::WebhookHeaderInvalid);
    assert!(accepts(&standard(), &format!("v1,{}", base64(&whole))));
}

#[test]
fn a_signature_has_one_spelling() {
    let good = good();
    let url_safe = good.replace('+', "-").replace('/', "_");
    let unpadded = good.trim_end_matches('=');
    let loose_bits = format!("{}J=", unpadded.strip_suffix(|_| true).unwrap());
    for other in [
        unpadded,
        &format!("{good}="),
        &good.to_lowercase(),
        &loose_bits,
    ] {
        assert!(!accepts(&standard(), other), "{other}");
    }
    assert!(url_safe == good || !accepts(&standard(), &url_safe));
}

// Any signature accepted: CVE-2025-53548.

#[test]
fn a_well_formed_signature_of_nobody_is_refused() {
    let nobody = format!("v1,{}", base64(&[0; 32]));
    assert_eq!(
        code_of(&standard(), &nobody),
        ErrorCode::WebhookSignatureInvalid
    );
    let many = vec![nobody; MAX_SIGNATURES].join(" ");
    assert_eq!(
        code_of(&standard(), &many),
        ErrorCode::WebhookSignatureInvalid
    );
}

#[test]
fn any_of_several_signatures_is_found_at_every_place() {
    let nobody = format!("v1,{}", base64(&[0; 32]));
    for place in 0..MAX_SIGNATURES {
        let mut list = vec![nobody.clone(); MAX_SIGNATURES];
        list[place] = good();
        assert!(accepts(&standard(), &list.join(" ")), "{place}");
    }
}

#[test]
fn every_changed_bit_of_the_signature_refuses_in_the_same_way() {
    let whole = sha256(KEY, &[format!("msg_1.{NOW}.").as_bytes(), BODY].concat());
    for bit in 0..256 {
        let mut changed = whole.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let header = format!("v1,{}", base64(&changed));
        assert_eq!(
            code_of(&standard(), &header),
            ErrorCode::WebhookSignatureInvalid
        );
    }
}

#[test]
fn changing_any_signed_part_refuses() {
    let signature = good();
    let now = NOW.to_string();
    let later = (NOW + 1).to_string();
    for (id, timestamp, body) in [
        ("msg_2", now.as_str(), BODY),
        ("msg_1", later.as_str(), BODY),
        ("msg_1", now.as_str(), &BODY[1..]),
        ("msg_1", now.as_str(), b""),
    ] {
        let headers = standard_headers(id, timestamp, &signature);
        assert_code(
            verify(&standard(), &headers, body),
            ErrorCode::WebhookSignatureInvalid,
        );
    }
}

// Timestamp missing, NaN, float, hex, Unicode digits, junk tail. Each is rightly signed, since
// the literal text is: only the format can refuse it.

#[test]
fn a_timestamp_is_one_to_twelve_ascii_digits() {
    for timestamp in [
        "",
        "NaN",
        "Infinity",
        "1700000000.0",
        "1700000000.5",
        "1.7e9",
        "0x6553f100",
        "+1700000000",
        "-1700000000",
        " 1700000000",
        "1700000000 ",
        "1700000000abc",
        "1_700_000_000",
        "1700000000,1700000000",
        "１７００００００００",
        "١٧٠٠٠٠٠٠٠٠",
        "1700000000000",
        "99999999999999999999999",
    ] {
        let signature = v1(KEY, "msg_1", timestamp, BODY);
        let headers = standard_headers("msg_1", timestamp, &signature);
        let result = verify(&standard(), &headers, BODY);
        assert_code(result, ErrorCode::WebhookTimestampInvalid);
    }
    let headers = headers(&[("webhook-id", "msg_1"), ("webhook-signature", &good())]);
    assert_code(
        verify(&standard(), &headers, BODY),
        ErrorCode::WebhookHeaderMissing,
    );
}

#[test]
fn a_field_without_a_usable_timestamp_is_refused() {
    let webhook = webhook("stripe", [KEY]);
    let header = |text: &str| {
        let message = [text.as_bytes(), b".", BODY].concat();
        format!("t={text},v1={}", hex(&sha256(KEY, &message)))
    };
    for text in ["NaN", "", "0x1", "1700000000.0"] {
        let headers = headers(&[("Stripe-Signature", &header(text))]);
        assert_code(
            verify(&webhook, &headers, BODY),
            ErrorCode::WebhookTimestampInvalid,
        );
    }
    let message = [b".", BODY].concat();
    let without = format!("v1={}", hex(&sha256(KEY, &message)));
    assert_code(
        verify(&webhook, &headers(&[("Stripe-Signature", &without)]), BODY),
        ErrorCode::WebhookHeaderInvalid,
    );
    let twice = format!("t={NOW},{}", header(&NOW.to_string()));
    assert_code(
        verify(&webhook, &headers(&[("Stripe-Signature", &twice)]), BODY),
        ErrorCode::WebhookTimestampInvalid,
    );
}

#[test]
fn the_literal_text_of_the_timestamp_is_signed() {
    let padded = format!("00{NOW}");
    let as_sent = standard_headers("msg_1", &padded, &v1(KEY, "msg_1", &padded, BODY));
    assert!(verify(&standard(), &as_sent, BODY).is_ok());
    let printed_again = standard_headers("msg_1", &padded, &good());
    assert_code(
        verify(&standard(), &printed_again, BODY),
        ErrorCode::WebhookSignatureInvalid,
    );
}

// Old, future, far future: Stripe's libraries bound the past alone.

#[test]
fn the_tolerance_is_inclusive_to_the_millisecond_on_both_sides() {
    let (webhook, headers) = (standard(), signed(BODY));
    let at = |millis| webhook.verify(&headers, BODY, UnixMillis::new(millis));
    let (first, last) = ((NOW - 300) * 1_000, (NOW + 300) * 1_000);
    assert!(at(first).is_ok());
    assert!(at(last).is_ok());
    assert_code(at(first - 1), ErrorCode::WebhookTimestampFuture);
    assert_code(at(last + 1), ErrorCode::WebhookTimestampExpired);
}

#[test]
fn timestamps_from_the_ends_of_time_are_refused() {
    for (timestamp, code) in [
        ("0", ErrorCode::WebhookTimestampExpired),
        ("1", ErrorCode::WebhookTimestampExpired),
        ("253402300800", ErrorCode::WebhookTimestampFuture),
        ("999999999999", ErrorCode::WebhookTimestampFuture),
    ] {
        let headers = standard_headers("msg_1", timestamp, &v1(KEY, "msg_1", timestamp, BODY));
        assert_code(verify(&standard(), &headers, BODY), code);
    }
}

#[test]
fn a_tolerance_of_zero_takes_the_exact_second_only() {
    let mut exact = options("standard", [WHSEC]);
    exact.tolerance = Some(Duration::ZERO);
    let webhook = Webhook::new(exact).unwrap();
    assert!(verify_at(&webhook, &signed(BODY), BODY, NOW).is_ok());
    assert_code(
        verify_at(&webhook, &signed(BODY), BODY, NOW + 1),
        ErrorCode::WebhookTimestampExpired,
    );
    assert_code(
        verify_at(&webhook, &signed(BODY), BODY, NOW - 1),
        ErrorCode::WebhookTimestampFuture,
    );
}

// Duplicate or conflicting headers: Node joins them with ", ".

#[test]
fn a_header_that_stands_twice_is_refused_even_with_one_value() {
    let now = NOW.to_string();
    let good = good();
    let fields = [
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", now.as_str()),
        ("webhook-signature", good.as_str()),
    ];
    for (name, value) in fields {
        for (name, value) in [(name.to_uppercase(), value), (name.to_owned(), "other")] {
            for first in [true, false] {
                let mut twice = fields.to_vec();
                let at = if first { 0 } else { 3 };
                twice.insert(at, (&name, value));
                let error = verify(&standard(), &headers(&twice), BODY).unwrap_err();
                assert_eq!(error.code(), ErrorCode::WebhookHeaderDuplicate);
                assert!(error.to_string().contains(&name.to_lowercase()));
            }
        }
    }
}

#[test]
fn signature_headers_that_a_host_has_joined_are_refused_in_either_order() {
    let now = NOW.to_string();
    let (good, bad) = (good(), format!("v1,{}", base64(&[7; 32])));
    for joined in [format!("{good}, {bad}"), format!("{bad}, {good}")] {
        let headers = standard_headers("msg_1", &now, &joined);
        let error = verify(&standard(), &headers, BODY).unwrap_err();
        assert_eq!(error.code(), ErrorCode::WebhookHeaderDuplicate, "{joined}");
    }
    let list = standard_headers("msg_1", &now, &format!("{bad} {good}"));
    assert!(verify(&standard(), &list, BODY).is_ok());
}

#[test]
fn headers_that_a_host_has_joined_are_refused() {
    let now = NOW.to_string();
    let joined = |value: &str| format!("{value}, {value}");
    let id = standard_headers(&joined("msg_1"), &now, &good());
    assert_code(
        verify(&standard(), &id, BODY),
        ErrorCode::WebhookHeaderInvalid,
    );
    let timestamp = standard_headers("msg_1", &joined(&now), &good());
    assert_code(
        verify(&standard(), &timestamp, BODY),
        ErrorCode::WebhookTimestampInvalid,
    );
    let hub = format!("sha256={}", hex(&sha256(KEY, BODY)));
    let headers = headers(&[("X-Hub-Signature-256", &joined(&hub))]);
    assert_code(
        verify(&webhook("github", [KEY]), &headers, BODY),
        ErrorCode::WebhookHeaderInvalid,
    );
}

// CR, LF, NUL in header values.

#[test]
fn header_values_hold_visible_ascii_only() {
    let now = NOW.to_string();
    for bad in ["\r", "\n", "\0", "\r\nwebhook-id: msg_2", "\u{7f}", "\t"] {
        let tails = [
            standard_headers(&format!("msg_1{bad}"), &now, &good()),
            standard_headers("msg_1", &format!("{now}{bad}"), &good()),
            standard_headers("msg_1", &now, &format!("{}{bad}", good())),
        ];
        for headers in tails {
            assert_code(
                verify(&standard(), &headers, BODY),
                ErrorCode::WebhookHeaderInvalid,
            );
        }
    }
    let signed_beside =
        |other: &str| standard_headers("msg_1", &now, &format!("{} {other}", good()));
    assert!(verify(&standard(), &signed_beside("v2,x"), BODY).is_ok());
    for other in ["v2,\u{e9}", "\0", "v2,\u{7f}", "\u{200b}"] {
        assert_code(
            verify(&standard(), &signed_beside(other), BODY),
            ErrorCode::WebhookHeaderInvalid,
        );
    }
    for id in ["", "msg 1", "msg_é", "msg_1\u{200b}"] {
        let headers = standard_headers(id, &now, &v1(KEY, id, &now, BODY));
        assert_code(
            verify(&standard(), &headers, BODY),
            ErrorCode::WebhookHeaderInvalid,
        );
    }
}

// Many signatures.

#[test]
fn sixteen_signatures_are_read_and_seventeen_are_not() {
    let nobody = format!("v1,{}", base64(&[0; 32]));
    for filler in [nobody.as_str(), "v2,x", "x"] {
        let sixteen = [vec![filler; 15].join(" "), good()].join(" ");
        assert!(accepts(&standard(), &sixteen));
        let seventeen = format!("{sixteen} {filler}");
        assert_eq!(
            code_of(&standard(), &seventeen),
            ErrorCode::WebhookTooManySignatures
        );
    }
    let message = [format!("{NOW}.").as_bytes(), BODY].concat();
    let entry = format!("v1={}", hex(&sha256(KEY, &message)));
    let fields = |count| format!("t={NOW},{}", vec![entry.as_str(); count].join(","));
    let stripe = webhook("stripe", [KEY]);
    let with = |count| headers(&[("Stripe-Signature", &fields(count))]);
    assert!(verify(&stripe, &with(16), BODY).is_ok());
    assert_code(
        verify(&stripe, &with(17), BODY),
        ErrorCode::WebhookTooManySignatures,
    );
}

#[test]
fn ten_thousand_signatures_cost_nothing_to_refuse() {
    let webhook = standard();
    let entry = format!("v1,{} ", base64(&[0; 32]));
    let many = standard_headers("msg_1", &NOW.to_string(), &entry.repeat(10_000));
    let blank = standard_headers("msg_1", &NOW.to_string(), &" ".repeat(500_000));
    let now = UnixMillis::from_secs(NOW);
    for (headers, code) in [
        (many, ErrorCode::WebhookTooManySignatures),
        (blank, ErrorCode::WebhookHeaderInvalid),
    ] {
        // The fastest of several, so that a busy machine does not decide.
        let fastest = (0..5).map(|_| {
            let start = Instant::now();
            assert_code(webhook.verify(&headers, BODY, now), code);
            start.elapsed()
        });
        assert!(fastest.min().unwrap() < Duration::from_millis(20));
    }
}

#[test]
fn a_header_of_more_than_eight_kibibytes_is_refused() {
    let pad = |length: usize| format!("v2,{} {}", "x".repeat(length - 4 - good().len()), good());
    assert_eq!(pad(8_192).len(), 8_192);
    assert!(accepts(&standard(), &pad(8_192)));
    assert_eq!(
        code_of(&standard(), &pad(8_193)),
        ErrorCode::WebhookHeaderInvalid
    );
    let (now, long) = (NOW.to_string(), "a".repeat(257));
    let headers = standard_headers(&long, &now, &v1(KEY, &long, &now, BODY));
    assert_code(
        verify(&standard(), &headers, BODY),
        ErrorCode::WebhookHeaderInvalid,
    );
}

// Version or hash downgrade, a MAC under an Ed25519 configuration.

const PUBLIC_KEY: &str = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";

#[test]
fn a_public_key_verifies_no_mac_that_was_made_with_it() {
    let public = countersign::encoding::Base64::Standard
        .decode(PUBLIC_KEY.trim_start_matches("whpk_").as_bytes())
        .unwrap();
    let now = NOW.to_string();
    let webhook = webhook("standard", [PUBLIC_KEY]);
    for key in [&public[..], PUBLIC_KEY.as_bytes()] {
        let forged = v1(key, "msg_1", &now, BODY);
        assert_eq!(
            code_of(&webhook, &forged),
            ErrorCode::WebhookSignatureInvalid
        );
        let renamed = forged.replace("v1,", "v1a,");
        assert_eq!(code_of(&webhook, &renamed), ErrorCode::WebhookHeaderInvalid);
    }
}

#[test]
fn a_signature_counts_under_its_own_version_only() {
    let encoded = good().replace("v1,", "");
    for version in [
        "", "v0,", "v2,", "v1a,", "V1,", "v1=", "v1", "v10,", "v1,v1,",
    ] {
        let header = format!("{version}{encoded}");
        assert_eq!(
            code_of(&standard(), &header),
            ErrorCode::WebhookHeaderInvalid,
            "{version}"
        );
    }
    assert!(accepts(&standard(), &format!("v2,{encoded} {}", good())));
}

fn own(row: SchemeRow, key: &[u8]) -> Webhook {
    Webhook::new(Options::new(Scheme::new(row).unwrap(), [key])).unwrap()
}

#[test]
fn the_configuration_alone_chooses_the_hash() {
    let row = |hash| SchemeRow {
        hash,
        ..SchemeRow::new("X-Signature", "{body}", Encoding::Hex)
    };
    let (short, long) = (hex(&sha256(KEY, BODY)), hex(&sha512(KEY, BODY)));
    let with = |signature: &str| headers(&[("X-Signature", signature)]);
    let (narrow, wide) = (own(row(Hash::Sha256), KEY), own(row(Hash::Sha512), KEY));
    assert!(verify(&narrow, &with(&short), BODY).is_ok());
    assert!(verify(&wide, &with(&long), BODY).is_ok());
    for (webhook, signature) in [(&narrow, &long), (&wide, &short)] {
        assert_code(
            verify(webhook, &with(signature), BODY),
            ErrorCode::WebhookHeaderInvalid,
        );
    }
    let sha1 = format!("sha1={}", &short[..40]);
    let headers = headers(&[
        ("X-Hub-Signature", sha1.as_str()),
        ("X-Hub-Signature-256", sha1.as_str()),
    ]);
    assert_code(
        verify(&webhook("github", [KEY]), &headers, BODY),
        ErrorCode::WebhookHeaderInvalid,
    );
}

#[test]
fn a_delivery_of_one_scheme_is_none_of_another() {
    let now = NOW.to_string();
    let message = [format!("{NOW}.").as_bytes(), BODY].concat();
    let stripe = format!("t={NOW},v1={}", hex(&sha256(KEY, &message)));
    let everything = headers(&[
        ("Stripe-Signature", &stripe),
        ("X-Slack-Request-Timestamp", &now),
        ("X-Slack-Signature", &stripe.replace("v1=", "v0=")),
        ("X-Hub-Signature-256", &stripe),
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", &now),
        ("webhook-signature", &stripe),
    ]);
    assert!(verify(&webhook("stripe", [KEY]), &everything, BODY).is_ok());
    for scheme in ["slack", "github", "standard"] {
        assert_code(
            verify(&webhook(scheme, [KEY]), &everything, BODY),
            ErrorCode::WebhookHeaderInvalid,
        );
    }
}

// Body re-serialised, decoded, with a byte order mark.

#[test]
fn the_bytes_are_signed_and_not_their_meaning() {
    let body = "{\"type\":\"a\",\"n\":1.0,\"s\":\"Zoë\"}".as_bytes();
    let headers = signed(body);
    assert!(verify(&standard(), &headers, body).is_ok());
    for other in [
        "{\"type\": \"a\", \"n\": 1.0, \"s\": \"Zoë\"}".as_bytes(),
        "{\"type\":\"a\",\"n\":1,\"s\":\"Zoë\"}".as_bytes(),
        "{\"type\":\"a\",\"n\":1.0,\"s\":\"Zo\\u00eb\"}".as_bytes(),
        "{\"n\":1.0,\"type\":\"a\",\"s\":\"Zoë\"}".as_bytes(),
        "\u{feff}{\"type\":\"a\",\"n\":1.0,\"s\":\"Zoë\"}".as_bytes(),
        "{\"type\":\"a\",\"n\":1.0,\"s\":\"Zoe\u{308}\"}".as_bytes(),
        "{\"type\":\"a\",\"n\":1.0,\"s\":\"Zoë\"}\n".as_bytes(),
    ] {
        assert_code(
            verify(&standard(), &headers, other),
            ErrorCode::WebhookSignatureInvalid,
        );
    }
}

#[test]
fn bytes_that_decode_to_the_same_text_are_different_bodies() {
    // A lenient UTF-8 decoder makes U+FFFD of each.
    let bodies: [&[u8]; 3] = [
        b"{\"a\":\"\xff\"}",
        b"{\"a\":\"\xfe\"}",
        "{\"a\":\"\u{fffd}\"}".as_bytes(),
    ];
    for signed_body in bodies {
        let headers = signed(signed_body);
        for body in bodies {
            assert_eq!(
                verify(&standard(), &headers, body).is_ok(),
                body == signed_body
            );
        }
    }
}

#[test]
fn a_signed_byte_order_mark_belongs_to_the_body() {
    let body = "\u{feff}{\"type\":\"a\"}".as_bytes();
    let event = verify(&standard(), &signed(body), body).unwrap();
    assert_eq!(event.event_type, None, "what follows it is not JSON");
}

#[test]
fn a_body_over_its_ceiling_is_refused_and_one_at_it_is_not() {
    let mut small = options("standard", [WHSEC]);
    small.max_body_bytes = Some(64);
    let webhook = Webhook::new(small).unwrap();
    let (at, over) = (vec![b'a'; 64], vec![b'a'; 65]);
    assert!(verify(&webhook, &signed(&at), &at).is_ok());
    assert_code(
        verify(&webhook, &signed(&over), &over),
        ErrorCode::WebhookTooLarge,
    );
    let at = vec![b'a'; 1 << 20];
    let over = vec![b'a'; (1 << 20) + 1];
    let now = UnixMillis::from_secs(NOW);
    assert!(standard().verify(&signed(&at), &at, now).is_ok());
    assert_code(
        standard().verify(&signed(&over), &over, now),
        ErrorCode::WebhookTooLarge,
    );
}

#[test]
fn a_stream_that_went_over_its_ceiling_stays_refused() {
    let mut small = options("standard", [WHSEC]);
    small.max_body_bytes = Some(8);
    let webhook = Webhook::new(small).unwrap();
    let mut stream = webhook
        .start(&signed(b"12345678"), UnixMillis::from_secs(NOW))
        .unwrap();
    assert!(stream.expect(8).is_ok());
    assert_code(stream.expect(9), ErrorCode::WebhookTooLarge);
    assert!(stream.update(b"12345678").is_ok());
    assert!(stream.expect(0).is_ok());
    assert_code(stream.expect(1), ErrorCode::WebhookTooLarge);
    assert_code(stream.expect(usize::MAX), ErrorCode::WebhookTooLarge);
    assert_code(stream.update(b"9"), ErrorCode::WebhookTooLarge);
    assert_code(stream.update(b""), ErrorCode::WebhookTooLarge);
    assert_code(stream.finish(), ErrorCode::WebhookTooLarge);
}

// `id.timestamp.body` border shift: accepted by standardwebhooks and svix.

#[test]
fn the_border_between_id_and_timestamp_cannot_be_moved() {
    // Signed: "msg_1" at "1700000000" with a body that begins with digits and a dot.
    let body = format!("{NOW}.{{}}").into_bytes();
    let signature = v1(KEY, "msg_1", &NOW.to_string(), &body);
    let first = standard_headers("msg_1", &NOW.to_string(), &signature);
    assert!(verify(&standard(), &first, &body).is_ok());
    // The same bytes read as another delivery.
    let shifted = standard_headers(&format!("msg_1.{NOW}"), &NOW.to_string(), &signature);
    assert_code(
        verify(&standard(), &shifted, b"{}"),
        ErrorCode::WebhookHeaderInvalid,
    );
}

#[test]
fn a_callers_own_delimiter_is_guarded_too() {
    let row = SchemeRow {
        id_header: Some("X-Id".into()),
        ..SchemeRow::new("X-Signature", "{id}:{body}", Encoding::Hex)
    };
    let webhook = own(row, KEY);
    let check = |id: &str, body: &[u8]| {
        let message = [id.as_bytes(), b":", body].concat();
        let signature = hex(&sha256(KEY, &message));
        verify(
            &webhook,
            &headers(&[("X-Id", id), ("X-Signature", &signature)]),
            body,
        )
    };
    assert!(check("a.1", b"b:c").is_ok());
    assert_code(check("a.1:b", b"c"), ErrorCode::WebhookHeaderInvalid);
}

// Replay.

#[test]
fn a_delivery_is_accepted_once_and_again_after_its_release() {
    let (webhook, headers) = (standard(), signed(BODY));
    let store = MemoryReplayStore::default();
    let once = |secs| webhook.verify_once(&headers, BODY, UnixMillis::from_secs(secs), &store);
    let event = once(NOW).unwrap();
    assert_code(once(NOW), ErrorCode::WebhookReplayed);
    assert_code(once(NOW + 300), ErrorCode::WebhookReplayed);
    store.release(&event.replay_key);
    assert!(once(NOW + 300).is_ok());
}

#[test]
fn a_delivery_is_remembered_for_as_long_as_it_verifies() {
    let (webhook, headers) = (standard(), signed(BODY));
    let store = MemoryReplayStore::default();
    let once = |secs| webhook.verify_once(&headers, BODY, UnixMillis::from_secs(secs), &store);
    assert!(once(NOW - 300).is_ok(), "the earliest moment");
    assert_code(once(NOW + 300), ErrorCode::WebhookReplayed);
    assert_code(once(NOW + 301), ErrorCode::WebhookTimestampExpired);
}

#[test]
fn a_refused_delivery_claims_nothing() {
    let store = MemoryReplayStore::default();
    let forged = standard_headers(
        "msg_1",
        &NOW.to_string(),
        &v1(OTHER_KEY, "msg_1", "1", BODY),
    );
    let now = UnixMillis::from_secs(NOW);
    assert_code(
        standard().verify_once(&forged, BODY, now, &store),
        ErrorCode::WebhookSignatureInvalid,
    );
    assert!(store.is_empty());
    assert!(
        standard()
            .verify_once(&signed(BODY), BODY, now, &store)
            .is_ok()
    );
}

#[test]
fn of_sixty_four_threads_with_one_delivery_one_wins() {
    let (webhook, headers) = (standard(), signed(BODY));
    let store = MemoryReplayStore::default();
    let (barrier, wins) = (Barrier::new(64), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                barrier.wait();
                let now = UnixMillis::from_secs(NOW);
                match webhook.verify_once(&headers, BODY, now, &store) {
                    Ok(_) => wins.fetch_add(1, Ordering::SeqCst),
                    Err(error) => {
                        assert_eq!(error.code(), ErrorCode::WebhookReplayed);
                        0
                    }
                };
            });
        }
    });
    assert_eq!(wins.into_inner(), 1);
}

fn stripe_headers(keys: &[&[u8]]) -> Headers {
    let message = [format!("{NOW}.").as_bytes(), BODY].concat();
    let entries: Vec<_> = keys
        .iter()
        .map(|key| format!(",v1={}", hex(&sha256(key, &message))))
        .collect();
    headers(&[("Stripe-Signature", &format!("t={NOW}{}", entries.concat()))])
}

#[test]
fn a_signature_without_its_name_is_none() {
    let message = [format!("{NOW}.").as_bytes(), BODY].concat();
    let signature = hex(&sha256(KEY, &message));
    let stripe = webhook("stripe", [KEY]);
    assert!(verify(&stripe, &stripe_headers(&[KEY]), BODY).is_ok());
    let bare = format!("t={NOW},{signature}");
    let headers = headers(&[("Stripe-Signature", &bare)]);
    assert_code(
        verify(&stripe, &headers, BODY),
        ErrorCode::WebhookHeaderInvalid,
    );
}

#[test]
fn taking_a_signature_out_or_respelling_it_makes_no_new_delivery() {
    let webhook = webhook("stripe", [KEY, OTHER_KEY]);
    let key_of = |headers: &Headers| verify(&webhook, headers, BODY).unwrap().replay_key;
    let whole = key_of(&stripe_headers(&[KEY, OTHER_KEY]));
    assert_eq!(whole, key_of(&stripe_headers(&[KEY])));
    assert_eq!(whole, key_of(&stripe_headers(&[OTHER_KEY])));
    let upper = stripe_headers(&[KEY])
        .first("Stripe-Signature")
        .unwrap()
        .to_uppercase()
        .replace("T=", "t=")
        .replace("V1=", "v1=");
    assert_eq!(whole, key_of(&headers(&[("Stripe-Signature", &upper)])));
}

#[test]
fn an_unsigned_id_is_neither_reported_nor_a_replay_key() {
    let row = SchemeRow {
        id_header: Some("X-Delivery".into()),
        ..SchemeRow::new("X-Signature", "{body}", Encoding::Hex)
    };
    let webhook = own(row, KEY);
    let signature = hex(&sha256(KEY, BODY));
    let with = |id: &str| -> Event {
        let headers = headers(&[("X-Delivery", id), ("X-Signature", &signature)]);
        verify(&webhook, &headers, BODY).unwrap()
    };
    let (first, second) = (with("1"), with("2"));
    assert_eq!(first.id, None);
    assert_eq!(first.replay_key, second.replay_key);
    assert_eq!(first.replay_key.len(), 64);
    assert!(
        !first.replay_key.contains(&signature),
        "a digest, not the MAC"
    );
}

#[test]
fn an_id_in_the_body_is_no_replay_key() {
    let body = br#"{"id":"evt_1","type":"a"}"#;
    let message = [format!("{NOW}.").as_bytes(), body].concat();
    let header = format!("t={NOW},v1={}", hex(&sha256(KEY, &message)));
    let event = verify(
        &webhook("stripe", [KEY]),
        &headers(&[("Stripe-Signature", &header)]),
        body,
    );
    assert_ne!(event.unwrap().replay_key, "evt_1");
}

// Rotation.

#[test]
fn either_secret_of_a_rotation_verifies_and_is_named() {
    let webhook = webhook("standard", [OTHER_WHSEC, WHSEC]);
    let now = NOW.to_string();
    let old = v1(KEY, "msg_1", &now, BODY);
    let new = v1(OTHER_KEY, "msg_1", &now, BODY);
    for (signature, index) in [
        (old.clone(), 1),
        (new.clone(), 0),
        (format!("{old} {new}"), 0),
        (format!("{new} {old}"), 0),
    ] {
        let headers = standard_headers("msg_1", &now, &signature);
        let event = verify(&webhook, &headers, BODY).unwrap();
        assert_eq!(
            (event.secret_index, event.replay_key.as_str()),
            (index, "msg_1")
        );
    }
    assert_eq!(
        code_of(&standard(), &new),
        ErrorCode::WebhookSignatureInvalid
    );
}

// Nothing secret is shown.

#[test]
fn no_error_and_no_debug_output_shows_a_secret_or_a_value() {
    let canary = "whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5";
    let short = "whsec_Y2FuYXJ5";
    let options = options("standard", [canary]);
    let mut shown = format!("{options:?}");
    let webhook = Webhook::new(options).unwrap();
    let now = NOW.to_string();
    let headers = standard_headers("canary", &now, &v1(KEY, "canary", &now, BODY));
    let stream = webhook.start(&headers, UnixMillis::from_secs(NOW)).unwrap();
    shown += &format!("{webhook:?} {stream:?}");
    let errors: [Error; 4] = [
        webhook
            .verify(&headers, BODY, UnixMillis::from_secs(NOW))
            .unwrap_err(),
        webhook
            .start(
                &standard_headers("canary.", &now, &good()),
                UnixMillis::from_secs(NOW),
            )
            .unwrap_err(),
        webhook
            .start(
                &standard_headers("a", "canary", &good()),
                UnixMillis::from_secs(NOW),
            )
            .unwrap_err(),
        Webhook::new(webhook_support::options("standard", [short]))
            .unwrap_err()
            .into(),
    ];
    for error in errors {
        shown += &format!("{error} {error:?}");
    }
    for secret in ["canary", "Y2FuYXJ5", &good()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn no_header_text_makes_verification_trap() {
    let mut random = Random::new(1);
    let alphabet: Vec<char> = "v1a,= .tT0123456789abcdef+/\r\n\0é😀{}\"\\"
        .chars()
        .collect();
    let webhooks = Scheme::NAMES.map(|name| webhook(name, [WHSEC]));
    for _ in 0..3_000 {
        let length = random.below(64);
        let text: String = (0..length).map(|_| *random.pick(&alphabet)).collect();
        for webhook in &webhooks {
            let scheme = webhook.scheme();
            let mut fields = vec![(scheme.signature_header(), text.as_str())];
            let now = NOW.to_string();
            fields.extend(scheme.timestamp_header().map(|name| (name, now.as_str())));
            fields.extend(scheme.id_header().map(|name| (name, text.as_str())));
            let result = verify(webhook, &headers(&fields), text.as_bytes());
            assert!(result.is_err());
        }
    }
}
