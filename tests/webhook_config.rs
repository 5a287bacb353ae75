//! Mistakes of configuration show when a webhook is made, by the name of the option.

#![cfg(not(target_arch = "wasm32"))]
// Clippy knows a test by its attribute, not the functions that tests share.
#![allow(clippy::unwrap_used)]

mod webhook_support;

use countersign::error::ErrorCode;
use countersign::http::Headers;
use countersign::webhook::{
    Encoding, Fields, Format, Hash, Options, Scheme, SchemeRow, Secret, SecretEncoding, Webhook,
};
use webhook_support::*;

fn row() -> SchemeRow {
    SchemeRow::new("X-Signature", "{body}", Encoding::Hex)
}

#[track_caller]
fn refused(row: SchemeRow, option: &str) {
    assert_eq!(Scheme::new(row).unwrap_err().option, option);
}

#[test]
fn a_plain_row_is_a_scheme() {
    let scheme = Scheme::new(row()).unwrap();
    assert_eq!(scheme.name(), "custom");
    assert_eq!(scheme.signature_header(), "X-Signature");
    assert_eq!(
        (scheme.timestamp_header(), scheme.id_header()),
        (None, None)
    );
    assert!(!scheme.signs_timestamp() && !scheme.signs_id());
}

#[test]
fn header_names_have_to_be_tokens_and_differ() {
    for name in [
        "",
        "X Signature",
        "X-Signature:",
        "X-Sign\u{e4}ture",
        "X\r\nY",
    ] {
        let signature_header = name.into();
        refused(
            SchemeRow {
                signature_header,
                ..row()
            },
            "scheme.signatureHeader",
        );
    }
    let timed = |name: &'static str| SchemeRow {
        timestamp_header: Some(name.into()),
        signed_content: "{timestamp}.{body}".into(),
        ..row()
    };
    refused(timed("x-signature"), "scheme.timestampHeader");
    refused(timed("x y"), "scheme.timestampHeader");
    assert!(Scheme::new(timed("X-Time")).is_ok());
    refused(
        SchemeRow {
            id_header: Some("X-TIME".into()),
            ..timed("X-Time")
        },
        "scheme.idHeader",
    );
}

#[test]
fn the_body_stands_once_and_last_in_what_is_signed() {
    for content in [
        "",
        "{timestamp}",
        "{body}{body}",
        "{body}.{body}",
        "{body}.{timestamp}",
        "{body} ",
    ] {
        refused(
            SchemeRow {
                timestamp_header: Some("X-Time".into()),
                signed_content: content.into(),
                ..row()
            },
            "scheme.signedContent",
        );
    }
}

#[test]
fn a_timestamp_that_is_not_signed_is_refused() {
    refused(
        SchemeRow {
            timestamp_header: Some("X-Time".into()),
            ..row()
        },
        "scheme.timestampHeader",
    );
    refused(
        SchemeRow {
            format: Format::Fields,
            fields: Some(Fields {
                timestamp: Some("t".into()),
                signature: "v1".into(),
            }),
            ..row()
        },
        "scheme.fields.timestamp",
    );
}

#[test]
fn what_is_signed_has_to_be_received() {
    let content = |content: &'static str| SchemeRow {
        signed_content: content.into(),
        ..row()
    };
    refused(content("{timestamp}.{body}"), "scheme.timestampHeader");
    refused(content("{id}.{body}"), "scheme.idHeader");
}

#[test]
fn fields_belong_to_their_format_and_have_names() {
    let fields = |timestamp: Option<&'static str>, signature: &'static str| SchemeRow {
        format: Format::Fields,
        fields: Some(Fields {
            timestamp: timestamp.map(Into::into),
            signature: signature.into(),
        }),
        signed_content: "{timestamp}.{body}".into(),
        ..row()
    };
    assert!(Scheme::new(fields(Some("t"), "v1")).is_ok());
    for name in ["", "v=1", "v,1", "v 1", "v\n"] {
        refused(fields(Some("t"), name), "scheme.fields.signature");
        refused(fields(Some(name), "v1"), "scheme.fields.timestamp");
    }
    refused(fields(Some("v1"), "v1"), "scheme.fields.timestamp");
    refused(fields(None, "v1"), "scheme.timestampHeader");
    let without = SchemeRow {
        fields: None,
        ..fields(Some("t"), "v1")
    };
    refused(without, "scheme.fields");
    for format in [Format::Value, Format::List] {
        let misplaced = SchemeRow {
            format,
            ..fields(Some("t"), "v1")
        };
        refused(misplaced, "scheme.fields");
    }
}

#[test]
fn prefixes_cannot_hold_separators() {
    let prefixed = |prefix: &'static str, format| SchemeRow {
        signature_prefix: prefix.into(),
        format,
        ..row()
    };
    for prefix in ["v1 ", "v1\n", "v\u{e9}"] {
        refused(prefixed(prefix, Format::Value), "scheme.signaturePrefix");
    }
    let fields = Some(Fields {
        timestamp: None,
        signature: "v1".into(),
    });
    refused(
        SchemeRow {
            fields,
            ..prefixed("a,", Format::Fields)
        },
        "scheme.signaturePrefix",
    );
    assert!(Scheme::new(prefixed("v1,", Format::List)).is_ok());
}

/// A delivery of a caller's own scheme with this signature header.
fn check(row: SchemeRow, secret: impl Into<Secret>, header: &str) -> bool {
    let webhook = Webhook::new(Options::new(Scheme::new(row).unwrap(), [secret])).unwrap();
    let headers: Headers = headers(&[("X-Signature", header)]);
    verify(&webhook, &headers, BODY).is_ok()
}

#[test]
fn lists_are_read_between_commas_and_spaces() {
    let list = |prefix: &'static str| SchemeRow {
        format: Format::List,
        signature_prefix: prefix.into(),
        ..row()
    };
    let (good, other) = (hex(&sha256(KEY, BODY)), hex(&[0; 32]));
    for header in [
        format!("{other},{good}"),
        format!("{other} {good}"),
        format!("{other} , {good}"),
        format!(" {good} "),
    ] {
        assert!(check(list(""), KEY, &header), "{header}");
    }
    assert!(check(list("a="), KEY, &format!("b={other}, a={good}")));
    assert!(!check(list("a="), KEY, &format!("a={other}, b={good}")));
    assert!(check(list("v1,"), KEY, &format!("v0,{other} v1,{good}")));
}

#[test]
fn every_field_of_a_callers_row_has_its_effect() {
    let row = SchemeRow {
        hash: Hash::Sha512,
        encoding: Encoding::Base64,
        signature_prefix: "s=".into(),
        secret_prefix: "sk_".into(),
        secret_encoding: SecretEncoding::Base64,
        ..row()
    };
    let good = format!("s={}", base64(&sha512(KEY, BODY)));
    let secret = base64(KEY);
    assert!(check(row.clone(), format!("sk_{secret}"), &good));
    assert!(check(row.clone(), secret, &good));
    assert!(check(row.clone(), KEY, &good));
    assert!(!check(row.clone(), KEY, &good[2..]));
    assert!(!check(row, KEY, &format!("s={}", hex(&sha512(KEY, BODY)))));
}

#[test]
fn a_row_is_read_from_the_names_that_hosts_use() {
    let text = r#"{
        "signatureHeader": "X-Signature", "timestampHeader": "X-Time", "idHeader": "X-Id",
        "format": "fields", "fields": {"timestamp": "t", "signature": "v1"},
        "signedContent": "{id}.{timestamp}.{body}", "encoding": "base64", "hash": "sha512",
        "signaturePrefix": "p", "secretPrefix": "sk_", "secretEncoding": "utf8"
    }"#;
    let row = SchemeRow::from_json(text).unwrap();
    assert_eq!(
        row,
        SchemeRow {
            signature_header: "X-Signature".into(),
            timestamp_header: Some("X-Time".into()),
            id_header: Some("X-Id".into()),
            format: Format::Fields,
            fields: Some(Fields {
                timestamp: Some("t".into()),
                signature: "v1".into()
            }),
            signed_content: "{id}.{timestamp}.{body}".into(),
            encoding: Encoding::Base64,
            hash: Hash::Sha512,
            signature_prefix: "p".into(),
            secret_prefix: "sk_".into(),
            secret_encoding: SecretEncoding::Utf8,
        }
    );
    let short = r#"{"signatureHeader":"X-Signature","signedContent":"{body}","encoding":"hex"}"#;
    assert_eq!(SchemeRow::from_json(short).unwrap(), self::row());
    for wrong in [
        r#"{"signatureHeader":"X","signedContent":"{body}"}"#,
        r#"{"signatureHeader":"X","signedContent":"{body}","encoding":"HEX"}"#,
        r#"{"signatureHeader":"X","signedContent":"{body}","encoding":"hex","hash":"sha1"}"#,
        r#"{"signatureHeader":"X","signedContent":"{body}","encoding":"hex","prefix":"v1="}"#,
    ] {
        assert!(SchemeRow::from_json(wrong).is_err(), "{wrong}");
    }
}

#[track_caller]
fn secret_refused(scheme: &str, secret: impl Into<Secret>) {
    let error = Webhook::new(options(scheme, [secret])).unwrap_err();
    assert_eq!(error.option, "secrets");
}

#[test]
fn a_name_of_no_scheme_is_answered_with_those_that_there_are() {
    let error = Scheme::named("strpe").unwrap_err();
    assert_eq!(error.option, "scheme");
    for name in Scheme::NAMES {
        assert!(error.problem.contains(name), "{error}");
    }
}

#[test]
fn blank_secrets_are_refused_in_every_scheme() {
    for scheme in Scheme::NAMES {
        for blank in ["", " ", "\t\r\n", "\u{a0}"] {
            secret_refused(scheme, blank);
        }
        secret_refused(scheme, "whsec_\n");
        secret_refused(
            scheme,
            " whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        );
        secret_refused(scheme, &b""[..]);
        secret_refused(scheme, &b" \n"[..]);
        // HMAC cannot tell these apart (RFC 2104 §2).
        secret_refused(scheme, &[0; 32][..]);
        // One zero among other bytes is a byte like others.
        let holding_a_zero = [&[7; 31][..], &[0]].concat();
        assert!(Webhook::new(options(scheme, [holding_a_zero])).is_ok());
    }
    for scheme in ["standard", "svix"] {
        secret_refused(scheme, format!("whsec_{}", base64(&[0; 32])));
    }
    secret_refused("standard", "whsec_");
}

#[test]
fn standard_secrets_are_base64_of_24_to_64_bytes() {
    let secret = |length: usize| format!("whsec_{}", base64(&vec![7; length]));
    for length in [1, 16, 23, 65, 128] {
        secret_refused("standard", secret(length));
        secret_refused("standard", vec![7; length]);
    }
    for length in [24, 32, 64] {
        assert!(Webhook::new(options("standard", [secret(length)])).is_ok());
        assert!(Webhook::new(options("standard", [vec![7; length]])).is_ok());
    }
    let good = base64(KEY);
    for wrong in [
        good.trim_end_matches('=').to_owned(),
        good.replace('M', "-"),
        format!("whsec_whsec_{good}"),
        format!("WHSEC_{good}"),
        good.replacen('M', "M ", 1),
        "not base64, but long enough to be a secret".to_owned(),
    ] {
        secret_refused("standard", wrong);
    }
}

#[test]
fn a_secrets_text_is_not_taken_for_its_bytes() {
    for scheme in ["standard", "svix", "propelauth"] {
        secret_refused(scheme, WHSEC.as_bytes());
    }
    // Here the text is the key.
    assert!(Webhook::new(options("stripe", [WHSEC.as_bytes()])).is_ok());
}

#[test]
fn keys_of_the_wrong_kind_are_refused() {
    let public = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";
    for scheme in Scheme::NAMES {
        let made = Webhook::new(options(scheme, [public]));
        assert_eq!(
            made.is_ok(),
            matches!(scheme, "standard" | "svix"),
            "{scheme}"
        );
    }
    let private = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
    secret_refused("standard", private);
    for bytes in [vec![7; 31], vec![7; 33], vec![0; 32], vec![0xff; 32]] {
        secret_refused("standard", format!("whpk_{}", base64(&bytes)));
    }
    secret_refused("standard", "whpk_");
    let made = Webhook::new(options("standard", [private])).unwrap_err();
    assert!(made.to_string().contains("private key"), "{made}");
}

#[test]
fn there_are_one_to_sixteen_secrets() {
    for count in [0, 17] {
        let made = Webhook::new(options("stripe", vec![KEY; count]));
        assert_eq!(made.unwrap_err().option, "secrets");
    }
    assert!(Webhook::new(options("stripe", vec![KEY; 16])).is_ok());
}

#[test]
fn one_bad_secret_spoils_the_configuration() {
    let made = Webhook::new(options("standard", [WHSEC, "whsec_MDEy"]));
    assert_eq!(made.unwrap_err().option, "secrets");
}

#[test]
fn a_tolerance_needs_a_signed_timestamp_and_has_a_ceiling() {
    let with = |scheme: &str, tolerance| {
        let mut options = options(scheme, [WHSEC]);
        options.tolerance = Some(secs(tolerance));
        Webhook::new(options)
            .map(|_| ())
            .map_err(|e| e.option.clone())
    };
    for scheme in ["github", "shopify", "hellojohn-body", "hellojohn-hook"] {
        assert_eq!(with(scheme, 300), Err("tolerance".into()));
    }
    assert_eq!(with("standard", 86_400), Ok(()));
    assert_eq!(with("standard", 86_401), Err("tolerance".into()));
    assert_eq!(with("standard", 0), Ok(()));
}

#[test]
fn a_wider_tolerance_has_its_effect() {
    let mut options = options("standard", [WHSEC]);
    options.tolerance = Some(secs(3_600));
    let webhook = Webhook::new(options).unwrap();
    assert!(verify_at(&webhook, &signed(BODY), BODY, NOW + 3_600).is_ok());
    assert_code(
        verify_at(&webhook, &signed(BODY), BODY, NOW + 3_601),
        ErrorCode::WebhookTimestampExpired,
    );
}

#[test]
fn a_body_ceiling_of_nothing_is_refused() {
    let mut options = options("standard", [WHSEC]);
    options.max_body_bytes = Some(0);
    assert_eq!(Webhook::new(options).unwrap_err().option, "maxBodyBytes");
}

#[test]
fn deliveries_are_remembered_for_twice_the_tolerance() {
    let ttl = |scheme: &str, tolerance: Option<u64>, ttl: Option<u64>| {
        let mut options = options(scheme, [WHSEC]);
        options.tolerance = tolerance.map(secs);
        options.replay_ttl = ttl.map(secs);
        let ttl = Webhook::new(options).and_then(|webhook| webhook.replay_ttl());
        ttl.map_err(|e| e.option.to_string())
    };
    let refused = Err("replayTtl".to_owned());
    assert_eq!(ttl("standard", None, None), Ok(secs(600)));
    assert_eq!(ttl("standard", Some(60), None), Ok(secs(120)));
    assert_eq!(ttl("standard", Some(0), None), Ok(secs(1)));
    assert_eq!(ttl("standard", None, Some(3_600)), Ok(secs(3_600)));
    assert_eq!(ttl("standard", None, Some(599)), refused);
    assert_eq!(ttl("standard", None, Some(0)), refused);
    assert_eq!(ttl("github", None, None), refused);
    assert_eq!(ttl("github", None, Some(1)), Ok(secs(1)));
}

#[test]
fn without_a_signed_timestamp_remembering_needs_a_given_time() {
    let webhook = webhook("github", [KEY]);
    let signature = format!("sha256={}", hex(&sha256(KEY, BODY)));
    let headers = headers(&[("X-Hub-Signature-256", &signature)]);
    let store = countersign::webhook::MemoryReplayStore::default();
    let now = countersign::time::UnixMillis::from_secs(NOW);
    assert_code(
        webhook.verify_once(&headers, BODY, now, &store),
        ErrorCode::ConfigInvalid,
    );
}
