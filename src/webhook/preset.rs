//! The built-in schemes, one row each. Sources are the senders' own published descriptions.

use std::borrow::Cow;

use super::row::{Encoding, Fields, Format, Hash, SchemeRow, SecretEncoding};

/// A built-in scheme: the fields of a [`SchemeRow`], where a header or a prefix that is empty is
/// none, and what else it does.
#[derive(Clone, Copy)]
pub(super) struct Preset {
    pub(super) name: &'static str,
    signature_header: &'static str,
    timestamp_header: &'static str,
    id_header: &'static str,
    /// Fields are `t` for the timestamp and `v1` for a signature.
    format: Format,
    signed_content: &'static str,
    encoding: Encoding,
    signature_prefix: &'static str,
    secret_prefix: &'static str,
    secret_encoding: SecretEncoding,
    pub(super) traits: Traits,
}

/// What a built-in scheme does beyond the fields that callers can set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traits {
    /// Other spellings of the signature, timestamp and id headers. They are in force when
    /// their signature header is there and the row's own is not.
    pub(super) other_headers: Option<&'static [&'static str; 3]>,
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
    /// The least and the most bytes that the key of an HMAC may have.
    pub(super) key_bytes: (usize, usize),
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
        key_bytes: (1, usize::MAX),
    };
}

/// A caller's own scheme: nothing is known of its bodies, but `type` is what most call it.
pub(super) static CUSTOM: Traits = Traits {
    type_member: Some("type"),
    ..Traits::NONE
};

impl Preset {
    pub(super) fn row(&self) -> SchemeRow {
        let header = |name: &'static str| (!name.is_empty()).then_some(Cow::Borrowed(name));
        let fields = Fields {
            timestamp: Some("t".into()),
            signature: "v1".into(),
        };
        SchemeRow {
            signature_header: self.signature_header.into(),
            timestamp_header: header(self.timestamp_header),
            id_header: header(self.id_header),
            format: self.format,
            fields: (self.format == Format::Fields).then_some(fields),
            signed_content: self.signed_content.into(),
            encoding: self.encoding,
            hash: Hash::Sha256,
            signature_prefix: self.signature_prefix.into(),
            secret_prefix: self.secret_prefix.into(),
            secret_encoding: self.secret_encoding,
        }
    }
}

/// Signs the body alone and writes hexadecimal digits.
const PLAIN: Preset = Preset {
    name: "",
    signature_header: "",
    timestamp_header: "",
    id_header: "",
    format: Format::Value,
    signed_content: "{body}",
    encoding: Encoding::Hex,
    signature_prefix: "",
    secret_prefix: "",
    secret_encoding: SecretEncoding::Utf8,
    traits: Traits::NONE,
};

/// The built-in schemes in the order of their names.
pub(super) static ALL: [Preset; 10] = [
    GITHUB,
    HELLOJOHN,
    HELLOJOHN_BODY,
    HELLOJOHN_HOOK,
    PROPELAUTH,
    SHOPIFY,
    SLACK,
    STANDARD,
    STRIPE,
    SVIX,
];

/// The event's kind is in `X-GitHub-Event`, which is not signed: it is not reported, and a
/// receiver that reads it must treat it as the network's word.
const GITHUB: Preset = Preset {
    name: "github",
    signature_header: "X-Hub-Signature-256",
    signature_prefix: "sha256=",
    ..PLAIN
};

/// One row for three formats: `v1=…` or the bare digits with a timestamp header, or
/// `t=…,v1=…` without one. The whole secret is the key, `whsec_` included.
const HELLOJOHN: Preset = Preset {
    name: "hellojohn",
    signature_header: "X-HelloJohn-Signature",
    timestamp_header: "X-HelloJohn-Timestamp",
    format: Format::Fields,
    signed_content: "{timestamp}.{body}",
    traits: Traits {
        bare_signature: true,
        ..HELLOJOHN_BODY.traits
    },
    ..PLAIN
};

/// The same sender's format that signs the body alone: a recorded delivery stays good for
/// ever, so it has to be chosen by name.
const HELLOJOHN_BODY: Preset = Preset {
    name: "hellojohn-body",
    signature_header: "HelloJohn-Signature",
    signature_prefix: "sha256=",
    traits: Traits {
        json: true,
        type_member: Some("type"),
        id_member: Some("id"),
        ..Traits::NONE
    },
    ..PLAIN
};

/// The same sender's auth hooks, with a secret of their own.
const HELLOJOHN_HOOK: Preset = Preset {
    name: "hellojohn-hook",
    signature_header: "HelloJohn-Hook-Signature",
    ..HELLOJOHN_BODY
};

/// Svix's format with this sender's body; versions other than `v1` are passed over.
const PROPELAUTH: Preset = Preset {
    name: "propelauth",
    traits: Traits {
        ed25519_prefix: None,
        unusable_is_mismatch: true,
        type_member: Some("event_type"),
        key_bytes: STANDARD.traits.key_bytes,
        ..SVIX.traits
    },
    ..SVIX
};

/// The topic is in `X-Shopify-Topic`, which is not signed: it is not reported.
const SHOPIFY: Preset = Preset {
    name: "shopify",
    signature_header: "X-Shopify-Hmac-Sha256",
    encoding: Encoding::Base64,
    ..PLAIN
};

const SLACK: Preset = Preset {
    name: "slack",
    signature_header: "X-Slack-Signature",
    timestamp_header: "X-Slack-Request-Timestamp",
    signed_content: "v0:{timestamp}:{body}",
    signature_prefix: "v0=",
    traits: Traits {
        type_member: Some("type"),
        id_member: Some("event_id"),
        ..Traits::NONE
    },
    ..PLAIN
};

/// Standard Webhooks 1.0.0: `v1` is HMAC-SHA256, `v1a` is Ed25519 with a `whpk_` key.
const STANDARD: Preset = Preset {
    name: "standard",
    signature_header: "webhook-signature",
    timestamp_header: "webhook-timestamp",
    id_header: "webhook-id",
    format: Format::List,
    signed_content: "{id}.{timestamp}.{body}",
    encoding: Encoding::Base64,
    signature_prefix: "v1,",
    secret_prefix: "whsec_",
    secret_encoding: SecretEncoding::Base64,
    traits: Traits {
        ed25519_prefix: Some("v1a,"),
        type_member: Some("type"),
        key_bytes: (24, 64),
        ..Traits::NONE
    },
    ..PLAIN
};

/// The whole secret is the key, `whsec_` included.
const STRIPE: Preset = Preset {
    name: "stripe",
    signature_header: "Stripe-Signature",
    format: Format::Fields,
    signed_content: "{timestamp}.{body}",
    traits: Traits {
        type_member: Some("type"),
        id_member: Some("id"),
        ..Traits::NONE
    },
    ..PLAIN
};

/// Standard Webhooks under Svix's header names; customers of a higher tier send Standard
/// Webhooks' own. Svix's documentation shows a key of 18 bytes, its service accepts up to 75.
const SVIX: Preset = Preset {
    name: "svix",
    signature_header: "svix-signature",
    timestamp_header: "svix-timestamp",
    id_header: "svix-id",
    traits: Traits {
        other_headers: Some(&[
            STANDARD.signature_header,
            STANDARD.timestamp_header,
            STANDARD.id_header,
        ]),
        key_bytes: (16, 75),
        ..STANDARD.traits
    },
    ..STANDARD
};

#[cfg(test)]
mod tests {
    use super::super::Scheme;

    #[test]
    fn every_built_in_row_passes_the_checks_of_a_callers_own() {
        for name in Scheme::NAMES {
            assert_eq!(Scheme::named(name).unwrap().name(), name);
        }
    }

    #[test]
    fn the_rows_stand_in_the_order_of_their_names() {
        assert_eq!(super::ALL.map(|preset| preset.name), Scheme::NAMES);
        assert!(Scheme::NAMES.is_sorted());
    }
}
