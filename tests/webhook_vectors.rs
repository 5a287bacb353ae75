//! The examples that senders publish, and what each scheme makes of its own deliveries.

#![cfg(not(target_arch = "wasm32"))]
// Clippy knows a test by its attribute, not the functions that tests share.
#![allow(clippy::unwrap_used)]

mod webhook_support;

use countersign::error::ErrorCode;
use countersign::time::UnixMillis;
use countersign::webhook::Scheme;
use webhook_support::*;

/// The vector that the libraries of standard-webhooks/standard-webhooks share.
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIMESTAMP: &str = "1614265330";
const PAYLOAD: &[u8] = br#"{"test": 2432232314}"#;
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

/// The Ed25519 vector of svix-server's `test_asymmetric_key_signing`; its signature is the
/// `v1a` one in the specification's example headers.
const PUBLIC_KEY: &str = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";
const ED25519_SIGNATURE: &str =
    "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==";

#[test]
fn standard_webhooks_own_vector_verifies() {
    let webhook = webhook("standard", [SECRET]);
    let headers = standard_headers(ID, TIMESTAMP, SIGNATURE);
    let event = verify_at(&webhook, &headers, PAYLOAD, 1_614_265_330).unwrap();
    assert_eq!(event.id.as_deref(), Some(ID));
    assert_eq!(event.timestamp, Some(UnixMillis::from_secs(1_614_265_330)));
    assert_eq!(event.event_type, None);
    assert_eq!(event.secret_index, 0);
    assert_eq!(event.replay_key, ID);
}

#[test]
fn standard_webhooks_ed25519_vector_verifies() {
    let webhook = webhook("standard", [PUBLIC_KEY]);
    let headers = standard_headers(ID, TIMESTAMP, ED25519_SIGNATURE);
    let event = verify_at(&webhook, &headers, PAYLOAD, 1_614_265_330).unwrap();
    assert_eq!(event.replay_key, ID);
    let tampered = verify_at(&webhook, &headers, b"{}", 1_614_265_330);
    assert_code(tampered, ErrorCode::WebhookSignatureInvalid);
}

#[test]
fn either_kind_of_key_finds_its_signature_in_a_header_with_both() {
    let both = format!("{SIGNATURE} {ED25519_SIGNATURE}");
    let headers = standard_headers(ID, TIMESTAMP, &both);
    for (secrets, index) in [
        (vec![SECRET], 0),
        (vec![PUBLIC_KEY], 0),
        (vec![PUBLIC_KEY, SECRET], 0),
        (vec![WHSEC, PUBLIC_KEY], 1),
        (vec![WHSEC, SECRET, PUBLIC_KEY], 1),
    ] {
        let event = verify_at(
            &webhook("standard", secrets),
            &headers,
            PAYLOAD,
            1_614_265_330,
        );
        assert_eq!(event.unwrap().secret_index, index);
    }
}

/// docs.svix.com, "Verifying Webhooks Manually"; the same values under the header names that
/// the page calls white-labelled.
#[test]
fn svix_published_example_verifies_under_either_family_of_headers() {
    let webhook = webhook("svix", ["whsec_plJ3nmyCDGBKInavdOK15jsl"]);
    let body = br#"{"event_type":"ping","data":{"success":true}}"#;
    for family in ["svix", "webhook", "SVIX", "Webhook"] {
        let headers = headers(&[
            (&format!("{family}-id"), "msg_loFOjxBNrRLzqYUf"),
            (&format!("{family}-timestamp"), "1731705121"),
            (
                &format!("{family}-signature"),
                "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
            ),
        ]);
        let event = verify_at(&webhook, &headers, body, 1_731_705_121).unwrap();
        assert_eq!(event.id.as_deref(), Some("msg_loFOjxBNrRLzqYUf"));
    }
}

#[test]
fn svix_headers_are_taken_from_one_family() {
    let now = NOW.to_string();
    let signature = v1(KEY, "msg_1", &now, BODY);
    let mixed = headers(&[
        ("svix-id", "msg_1"),
        ("webhook-timestamp", &now),
        ("svix-signature", &signature),
    ]);
    assert_code(
        verify(&webhook("svix", [WHSEC]), &mixed, BODY),
        ErrorCode::WebhookHeaderMissing,
    );
    let plain = signed(BODY);
    assert!(verify(&webhook("svix", [WHSEC]), &plain, BODY).is_ok());
    let branded = [
        ("svix-id", "msg_1"),
        ("svix-timestamp", &now),
        ("svix-signature", &signature),
    ];
    let mut both = branded.to_vec();
    both.push(("webhook-signature", "v1,other"));
    assert!(verify(&webhook("svix", [WHSEC]), &headers(&both), BODY).is_ok());
    let branded = headers(&branded);
    assert_code(
        verify(&standard(), &branded, BODY),
        ErrorCode::WebhookHeaderMissing,
    );
}

/// docs.github.com, "Validating webhook deliveries".
#[test]
fn github_documented_vector_verifies() {
    let webhook = webhook("github", ["It's a Secret to Everybody"]);
    let headers = headers(&[
        (
            "X-Hub-Signature-256",
            "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        ),
        ("X-GitHub-Event", "push"),
        ("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"),
    ]);
    let event = verify(&webhook, &headers, b"Hello, World!").unwrap();
    // What is not signed is not vouched for.
    assert_eq!(
        (event.id, event.event_type, event.timestamp),
        (None, None, None)
    );
    assert_eq!(event.replay_key.len(), 64);
}

/// api.slack.com, "Verifying requests from Slack".
#[test]
fn slack_documented_vector_verifies() {
    let webhook = webhook("slack", ["8f742231b10e8888abcd99yyyzzz85a5"]);
    let body = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    let headers = headers(&[
        ("X-Slack-Request-Timestamp", "1531420618"),
        (
            "X-Slack-Signature",
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        ),
    ]);
    let event = verify_at(&webhook, &headers, body, 1_531_420_618).unwrap();
    assert_eq!(event.event_type, None, "a form has no type");
    assert_eq!(event.timestamp, Some(UnixMillis::from_secs(1_531_420_618)));
}

#[test]
fn slack_events_carry_their_type_and_id() {
    let body = br#"{"type":"event_callback","event_id":"Ev1","event":{"type":"message"}}"#;
    let message = [format!("v0:{NOW}:").as_bytes(), body].concat();
    let headers = headers(&[
        ("X-Slack-Request-Timestamp", &NOW.to_string()),
        (
            "X-Slack-Signature",
            &format!("v0={}", hex(&sha256(KEY, &message))),
        ),
    ]);
    let event = verify(&webhook("slack", [KEY]), &headers, body).unwrap();
    assert_eq!(event.event_type.as_deref(), Some("event_callback"));
    assert_eq!(event.id.as_deref(), Some("Ev1"));
}

/// docs.stripe.com shows the header's form but no secret to check it with, so the signature
/// is computed; `v0` and the spaces some proxies add are passed over.
#[test]
fn stripe_deliveries_verify_with_the_whole_secret() {
    let secret = "whsec_test_secret";
    let body = br#"{"id":"evt_1","object":"event","type":"invoice.paid"}"#;
    let message = [format!("{NOW}.").as_bytes(), body].concat();
    let good = hex(&sha256(secret.as_bytes(), &message));
    let stripped = hex(&sha256(b"test_secret", &message));
    let webhook = webhook("stripe", [secret]);
    for header in [
        format!("t={NOW},v1={good}"),
        format!("t={NOW},v1={stripped},v1={good},v0={stripped}"),
        format!("v1={good}, t={NOW}"),
    ] {
        let event = verify(&webhook, &headers(&[("Stripe-Signature", &header)]), body).unwrap();
        assert_eq!(event.event_type.as_deref(), Some("invoice.paid"));
        assert_eq!(event.id.as_deref(), Some("evt_1"));
    }
    for header in [
        format!("t={NOW},v1={stripped}"),
        format!("t={NOW},v1={stripped},v0={good}"),
    ] {
        let headers = headers(&[("Stripe-Signature", &header)]);
        assert_code(
            verify(&webhook, &headers, body),
            ErrorCode::WebhookSignatureInvalid,
        );
    }
}

/// docs.stripe.com, "Verify webhook signatures manually": the header as printed there.
#[test]
fn stripe_documented_header_is_read() {
    let header = "t=1492774577,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39";
    let headers = headers(&[("stripe-signature", header)]);
    let webhook = webhook("stripe", ["whsec_x"]);
    assert_code(
        verify_at(&webhook, &headers, b"{}", 1_492_774_577),
        ErrorCode::WebhookSignatureInvalid,
    );
}

/// Shopify publishes the algorithm without an example; the vector was computed elsewhere
/// (sqlpage's documentation of its `hmac` function, under "Shopify").
#[test]
fn shopify_deliveries_verify_in_base64() {
    let webhook = webhook("shopify", ["test-webhook-secret"]);
    let body = br#"{"id":1234567890,"email":"customer@example.com","total_price":"123.45"}"#;
    let headers = headers(&[
        (
            "X-Shopify-Hmac-SHA256",
            "QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gw=",
        ),
        ("X-Shopify-Topic", "orders/create"),
    ]);
    let event = verify(&webhook, &headers, body).unwrap();
    assert_eq!((event.id, event.event_type), (None, None));
}

const PROPELAUTH_SECRET: &str = "whsec_YzWLHJGfEMDRiRkxH37yQLaPd85Nh9oj";
const PROPELAUTH_ID: &str = "msg_2zTestVector0000000000001";
const PROPELAUTH_BODY: &str = r#"{"event_type":"user.role_changed_within_org","user_id":"5b0e1c52-6f0b-4a39-9d0e-3a1a5f6f2c11","org_id":"0c1f7a2e-8f41-4f0e-9a53-5d3c1b7e9a01","new_role":"Owner"}"#;
const PROPELAUTH_SIGNATURE: &str = "v1,pLZKErs0bfyn1Ht82LyE5Kmk+M5Ri3WPnpdHF9CrqIs=";
const PROPELAUTH_OTHER: &str = "v1,h1Y+mMBCkFe4iM3H3Ptb2MDoMPjSHZLl6bjmcyx50L4=";
const PROPELAUTH_NOW: u64 = 1_790_000_600;

fn propelauth(signature: &str) -> countersign::http::Headers {
    headers(&[
        ("SVIX-ID", PROPELAUTH_ID),
        ("SVIX-TIMESTAMP", "1790000600"),
        ("SVIX-SIGNATURE", signature),
    ])
}

#[test]
fn propelauth_vector_and_its_accepted_variants_verify() {
    let body = PROPELAUTH_BODY.as_bytes();
    for secret in [PROPELAUTH_SECRET, &PROPELAUTH_SECRET[6..]] {
        let webhook = webhook("propelauth", [secret]);
        for (signature, now) in [
            (PROPELAUTH_SIGNATURE.to_owned(), PROPELAUTH_NOW),
            (PROPELAUTH_SIGNATURE.to_owned(), PROPELAUTH_NOW + 300),
            (PROPELAUTH_SIGNATURE.to_owned(), PROPELAUTH_NOW - 300),
            (
                format!("{PROPELAUTH_OTHER} {PROPELAUTH_SIGNATURE}"),
                PROPELAUTH_NOW,
            ),
            (format!("v1a,AAAA {PROPELAUTH_SIGNATURE}"), PROPELAUTH_NOW),
        ] {
            let event = verify_at(&webhook, &propelauth(&signature), body, now).unwrap();
            assert_eq!(
                event.event_type.as_deref(),
                Some("user.role_changed_within_org")
            );
            assert_eq!(event.id.as_deref(), Some(PROPELAUTH_ID));
        }
    }
}

#[test]
fn propelauth_refusals_are_those_of_its_contract() {
    let webhook = webhook("propelauth", [PROPELAUTH_SECRET]);
    let body = PROPELAUTH_BODY.as_bytes();
    let bare = PROPELAUTH_SIGNATURE.replace("v1,", "");
    for signature in [
        PROPELAUTH_OTHER,
        &PROPELAUTH_SIGNATURE.replace("v1,", "v2,"),
        &bare,
    ] {
        let result = verify_at(&webhook, &propelauth(signature), body, PROPELAUTH_NOW);
        assert_code(result, ErrorCode::WebhookSignatureInvalid);
    }
    let admin = PROPELAUTH_BODY.replace("Owner", "Admin");
    let good = propelauth(PROPELAUTH_SIGNATURE);
    let at = |now, body: &str| verify_at(&webhook, &good, body.as_bytes(), now);
    assert_code(
        at(PROPELAUTH_NOW, &admin),
        ErrorCode::WebhookSignatureInvalid,
    );
    assert_code(
        at(PROPELAUTH_NOW + 301, PROPELAUTH_BODY),
        ErrorCode::WebhookTimestampExpired,
    );
    assert_code(
        at(PROPELAUTH_NOW - 301, PROPELAUTH_BODY),
        ErrorCode::WebhookTimestampFuture,
    );
    let with = |id: Option<&str>, timestamp: &str| {
        let mut fields = vec![
            ("svix-timestamp", timestamp),
            ("svix-signature", PROPELAUTH_SIGNATURE),
        ];
        fields.extend(id.map(|id| ("svix-id", id)));
        verify_at(&webhook, &headers(&fields), body, PROPELAUTH_NOW)
    };
    assert_code(
        with(Some("msg_other"), "1790000600"),
        ErrorCode::WebhookSignatureInvalid,
    );
    assert_code(with(None, "1790000600"), ErrorCode::WebhookHeaderMissing);
    assert_code(
        with(Some(PROPELAUTH_ID), "1790000600abc"),
        ErrorCode::WebhookTimestampInvalid,
    );
}

#[test]
fn unknown_schemes_are_a_mistake_of_configuration() {
    for name in ["", "Stripe", "paddle", "custom"] {
        assert_eq!(Scheme::named(name).unwrap_err().option, "scheme");
    }
}
