//! The built-in schemes, one row each. Sources are the senders' own published descriptions.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::row::{Encoding, Fields, Format, Hash, SchemeRow, SecretEncoding};

/// A built-in scheme.
pub(super) struct Preset {
    pub(super) row: SchemeRow,
    pub(super) traits: Traits,
}

/// What a built-in scheme does beyond the fields that callers can set.
#[derive(Clone, Debug)]
pub(super) struct Traits {
    /// Other spellings of the signature, timestamp and id headers. They are in force when
    /// their signature header is there and the row's own is not.
    pub(super) other_headers: Option<[&'static str; 3]>,
    /// What stands before an Ed25519 signature, where secrets may be public keys.
    pub(super) ed25519_prefix: Option<&'static str>,
    /// Whether a field without a name is a signature.
    pub(super) bare_signature: bool,
    /// Whether a header without one usable signature counts as one that does not verify
    /// instead of as malformed.
    pub(super) unusable_is_mismatch: bool,
    /// Whether the body is promised to be a JSON object.
    pub(super) json: bool,
    /// The body's top-level member that names the kind of event.
    pub(super) type_member: Option<&'static str>,
    /// The body's top-level member that is the event's id, where no header's id is signed.
    pub(super) id_member: Option<&'static str>,
    /// How many bytes the key of an HMAC may have.
    pub(super) key_bytes: RangeInclusive<usize>,
}

impl Traits {
    const NONE: Self = Self {
        other_headers: None,
        ed25519_prefix: None,
        bare_signature: false,
        unusable_is_mismatch: false,
        json: false,
        type_member: None,
        id_member: None,
        key_bytes: 1..=usize::MAX,
    };

    /// A caller's own scheme: nothing is known of its bodies, but `type` is what most call it.
    pub(super) const CUSTOM: Self = Self {
        type_member: Some("type"),
        ..Self::NONE
    };
}

const fn text(text: &'static str) -> Cow<'static, str> {
    Cow::Borrowed(text)
}

/// The defaults of every optional field.
pub(super) const PLAIN: SchemeRow = SchemeRow {
    signature_header: text(""),
    timestamp_header: None,
    id_header: None,
    format: Format::Value,
    fields: None,
    signed_content: text(""),
    encoding: Encoding::Hex,
    hash: Hash::Sha256,
    signature_prefix: text(""),
    secret_prefix: text(""),
    secret_encoding: SecretEncoding::Utf8,
};

pub(super) const NAMES: [&str; 10] = [
    "github",
    "hellojohn",
    "hellojohn-body",
    "hellojohn-hook",
    "propelauth",
    "shopify",
    "slack",
    "standard",
    "stripe",
    "svix",
];

/// The built-in scheme of a name.
pub(super) fn named(name: &str) -> Option<Preset> {
    Some(match name {
        "github" => github(),
        "hellojohn" => hellojohn(),
        "hellojohn-body" => hellojohn_body(),
        "hellojohn-hook" => hellojohn_hook(),
        "propelauth" => propelauth(),
        "shopify" => shopify(),
        "slack" => slack(),
        "standard" => standard(),
        "stripe" => stripe(),
        "svix" => svix(),
        _ => return None,
    })
}

/// The event's kind is in `X-GitHub-Event`, which is not signed: it is not reported, and a
/// receiver that reads it must treat it as the network's word.
fn github() -> Preset {
    Preset {
        row: SchemeRow {
            signature_header: text("X-Hub-Signature-256"),
            signed_content: text("{body}"),
            signature_prefix: text("sha256="),
            ..PLAIN
        },
        traits: Traits::NONE,
    }
}

/// One row for three formats: `v1=…` or the bare digits with a timestamp header, or
/// `t=…,v1=…` without one. The whole secret is the key, `whsec_` included.
fn hellojohn() -> Preset {
    Preset {
        row: SchemeRow {
            signature_header: text("X-HelloJohn-Signature"),
            timestamp_header: Some(text("X-HelloJohn-Timestamp")),
            format: Format::Fields,
            fields: Some(Fields {
                timestamp: Some(text("t")),
                signature: text("v1"),
            }),
            signed_content: text("{timestamp}.{body}"),
            ..PLAIN
        },
        traits: Traits {
            bare_signature: true,
            ..HELLOJOHN_TRAITS
        },
    }
}

/// The same sender's format that signs the body alone: a recorded delivery stays good for
/// ever, so it has to be chosen by name.
fn hellojohn_body() -> Preset {
    Preset {
        row: SchemeRow {
            signature_header: text("HelloJohn-Signature"),
            signed_content: text("{body}"),
            signature_prefix: text("sha256="),
            ..PLAIN
        },
        traits: HELLOJOHN_TRAITS,
    }
}

/// The same sender's auth hooks, with a secret of their own.
fn hellojohn_hook() -> Preset {
    Preset {
        row: SchemeRow {
            signature_header: text("HelloJohn-Hook-Signature"),
            signed_content: text("{body}"),
            signature_prefix: text("sha256="),
            ..PLAIN
        },
        traits: HELLOJOHN_TRAITS,
    }
}

const HELLOJOHN_TRAITS: Traits = Traits {
    json: true,
    type_member: Some("type"),
    id_member: Some("id"),
    ..Traits::NONE
};

/// Svix's format with this sender's body; versions other than `v1` are passed over.
fn propelauth() -> Preset {
    Preset {
        row: svix().row,
        traits: Traits {
            ed25519_prefix: None,
            unusable_is_mismatch: true,
            type_member: Some("event_type"),
            key_bytes: 24..=64,
            ..svix().traits
        },
    }
}

/// The topic is in `X-Shopify-Topic`, which is not signed: it is not reported.
fn shopify() -> Preset {
    Preset {
        row: SchemeRow {
            signature_header: text("X-Shopify-Hmac-Sha256"),
            signed_content: text("{body}"),
            encoding: Encoding::Base64,
            ..PLAIN
        },
        traits: Traits::NONE,
    }
}

fn slack() -> Preset {
    Preset {
        row: SchemeRow {
            signature_header: text("X-Slack-Signature"),
            timestamp_header: Some(text("X-Slack-Request-Timestamp")),
            signed_content: text("v0:{timestamp}:{body}"),
            signature_prefix: text("v0="),
            ..PLAIN
        },
        traits: Traits {
            type_member: Some("type"),
            id_member: Some("event_id"),
            ..Traits::NONE
        },
    }
}

/// Standard Webhooks 1.0.0: `v1` is HMAC-SHA256, `v1a` is Ed25519 with a `whpk_` key.
fn standard() -> Preset {
    Preset {
        row: SchemeRow {
            signature_header: text("webhook-signature"),
            timestamp_header: Some(text("webhook-timestamp")),
            id_header: Some(text("webhook-id")),
            format: Format::List,
            signed_content: text("{id}.{timestamp}.{body}"),
            encoding: Encoding::Base64,
            signature_prefix: text("v1,"),
            secret_prefix: text("whsec_"),
            secret_encoding: SecretEncoding::Base64,
            ..PLAIN
        },
        traits: Traits {
            ed25519_prefix: Some("v1a,"),
            type_member: Some("type"),
            key_bytes: 24..=64,
            ..Traits::NONE
        },
    }
}

/// The whole secret is the key, `whsec_` included.
fn stripe() -> Preset {
    Preset {
        row: SchemeRow {
            signature_header: text("Stripe-Signature"),
            format: Format::Fields,
            fields: Some(Fields {
                timestamp: Some(text("t")),
                signature: text("v1"),
            }),
            signed_content: text("{timestamp}.{body}"),
            ..PLAIN
        },
        traits: Traits {
            type_member: Some("type"),
            id_member: Some("id"),
            ..Traits::NONE
        },
    }
}

/// Standard Webhooks under Svix's header names; customers of a higher tier send Standard
/// Webhooks' own. Svix's documentation shows a key of 18 bytes, its service accepts up to 75.
fn svix() -> Preset {
    Preset {
        row: SchemeRow {
            signature_header: text("svix-signature"),
            timestamp_header: Some(text("svix-timestamp")),
            id_header: Some(text("svix-id")),
            ..standard().row
        },
        traits: Traits {
            other_headers: Some(["webhook-signature", "webhook-timestamp", "webhook-id"]),
            key_bytes: 16..=75,
            ..standard().traits
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::Scheme;

    #[test]
    fn every_built_in_row_passes_the_checks_of_a_callers_own() {
        for name in Scheme::NAMES {
            assert_eq!(Scheme::named(name).unwrap().name(), name);
        }
    }
}
