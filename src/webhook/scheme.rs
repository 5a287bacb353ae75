//! A [`SchemeRow`] that has been checked once, so that verification cannot meet one that
//! contradicts itself.

use crate::encoding::contains;
use crate::error::ConfigError;
use crate::http::is_token;

use super::content::SignedContent;
use super::preset::{self, Traits};
use super::row::{Format, SchemeRow};

/// How a sender signs: a checked [`SchemeRow`], or one of the built-in ones.
///
/// # Example
///
/// ```
/// use countersign::webhook::{Encoding, Scheme, SchemeRow};
///
/// let stripe = Scheme::named("stripe")?;
/// let own = Scheme::new(SchemeRow {
///     signature_prefix: "v1=".into(),
///     timestamp_header: Some("X-Time".into()),
///     ..SchemeRow::new("X-Signature", "{timestamp}.{body}", Encoding::Hex)
/// })?;
/// assert_eq!((stripe.name(), own.name()), ("stripe", "custom"));
/// # Ok::<(), countersign::error::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scheme {
    name: &'static str,
    pub(super) row: SchemeRow,
    pub(super) content: SignedContent,
    pub(super) traits: &'static Traits,
}

impl Scheme {
    /// The names that [`Self::named`] knows.
    pub const NAMES: [&'static str; 10] = [
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

    /// Checks a caller's own scheme.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the field, such as `scheme.signedContent`, when: a header name
    /// is not an RFC 9110 token or serves twice; `{body}` is not there exactly once and
    /// last; a placeholder is unknown, stands twice, or has no header or field to come
    /// from; `{id}` runs into what follows without text between; **a timestamp is
    /// received that is not part of the signed content**, so that checking its age would prove
    /// nothing; field names or prefixes hold separators; `fields` and `format` disagree.
    pub fn new(row: SchemeRow) -> Result<Self, ConfigError> {
        Self::with_traits("custom", row, &preset::CUSTOM)
    }

    /// A built-in scheme.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] on `scheme` for a name that is not in [`Self::NAMES`].
    pub fn named(name: &str) -> Result<Self, ConfigError> {
        let preset = preset::ALL.iter().find(|preset| preset.name == name);
        let preset = preset.ok_or_else(|| ConfigError::new("scheme", unknown()))?;
        Self::with_traits(preset.name, preset.row(), &preset.traits)
    }

    fn with_traits(
        name: &'static str,
        row: SchemeRow,
        traits: &'static Traits,
    ) -> Result<Self, ConfigError> {
        let content = SignedContent::parse(&row.signed_content)?;
        check_headers(&row)?;
        check_fields(&row)?;
        check_prefixes(&row)?;
        check_sources(&row, &content)?;
        Ok(Self {
            name,
            row,
            content,
            traits,
        })
    }

    /// The built-in scheme's name, or `custom`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The header that carries the signatures, as errors name it.
    pub fn signature_header(&self) -> &str {
        &self.row.signature_header
    }

    /// The header that carries the timestamp, as errors name it.
    pub fn timestamp_header(&self) -> Option<&str> {
        self.row.timestamp_header.as_deref()
    }

    /// The header that carries the delivery's id, as errors name it.
    pub fn id_header(&self) -> Option<&str> {
        self.row.id_header.as_deref()
    }

    /// Every header that it may read, those of another family included.
    pub fn header_names(&self) -> Vec<&str> {
        let own = [
            Some(self.signature_header()),
            self.timestamp_header(),
            self.id_header(),
        ];
        let others = self.traits.other_headers.into_iter().flatten().copied();
        own.into_iter()
            .flatten()
            .chain(others)
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// Whether the signature covers a timestamp, so that old deliveries can be told.
    pub fn signs_timestamp(&self) -> bool {
        self.content.has_timestamp()
    }

    /// Whether the signature covers the delivery's id, so that it can serve as a replay key.
    pub fn signs_id(&self) -> bool {
        self.content.has_id()
    }
}

fn wrong(field: &'static str, problem: &'static str) -> ConfigError {
    ConfigError::new(field, problem)
}

fn check_headers(row: &SchemeRow) -> Result<(), ConfigError> {
    let names = [
        ("scheme.signatureHeader", Some(&*row.signature_header)),
        ("scheme.timestampHeader", row.timestamp_header.as_deref()),
        ("scheme.idHeader", row.id_header.as_deref()),
    ];
    for (at, (field, name)) in names.into_iter().enumerate() {
        let Some(name) = name else { continue };
        if !is_token(name) {
            return Err(wrong(field, "is not a header name"));
        }
        let mut earlier = names.iter().take(at).filter_map(|(_, name)| *name);
        if earlier.any(|other| other.eq_ignore_ascii_case(name)) {
            return Err(wrong(field, "names a header that has another part already"));
        }
    }
    Ok(())
}

fn check_fields(row: &SchemeRow) -> Result<(), ConfigError> {
    let Some(fields) = &row.fields else {
        return match row.format {
            Format::Fields => Err(wrong("scheme.fields", "must be given for format 'fields'")),
            _ => Ok(()),
        };
    };
    if row.format != Format::Fields {
        return Err(wrong("scheme.fields", "belong to format 'fields' only"));
    }
    if !is_field_name(&fields.signature) {
        return Err(wrong("scheme.fields.signature", "is not a field name"));
    }
    match &fields.timestamp {
        Some(name) if !is_field_name(name) => {
            Err(wrong("scheme.fields.timestamp", "is not a field name"))
        }
        Some(name) if *name == fields.signature => Err(wrong(
            "scheme.fields.timestamp",
            "is the signature's name too",
        )),
        _ => Ok(()),
    }
}

/// Whether `name` can be told from its value and its neighbours.
fn is_field_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_graphic() && b != b'=' && b != b',')
}

/// What is said of a name that no built-in scheme has.
fn unknown() -> String {
    let known = Scheme::NAMES.join(", ");
    ["there is no scheme of this name; there are ", &known].concat()
}

fn check_prefixes(row: &SchemeRow) -> Result<(), ConfigError> {
    let prefix = &row.signature_prefix;
    if !prefix.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(wrong(
            "scheme.signaturePrefix",
            "holds something other than visible ASCII",
        ));
    }
    if row.format == Format::Fields && contains(prefix, ",") {
        return Err(wrong(
            "scheme.signaturePrefix",
            "holds the comma that separates fields",
        ));
    }
    Ok(())
}

/// Whether everything that is signed is received, and every received timestamp is signed.
fn check_sources(row: &SchemeRow, content: &SignedContent) -> Result<(), ConfigError> {
    let in_field = row.fields.as_ref().is_some_and(|f| f.timestamp.is_some());
    match (content.has_timestamp(), row.timestamp_header.is_some()) {
        (true, false) if !in_field => {
            return Err(wrong(
                "scheme.timestampHeader",
                "must be given, as {timestamp} is signed",
            ));
        }
        (false, true) => {
            return Err(wrong(
                "scheme.timestampHeader",
                "is not part of signedContent, so its age would prove nothing",
            ));
        }
        (false, false) if in_field => {
            return Err(wrong(
                "scheme.fields.timestamp",
                "is not part of signedContent, so its age would prove nothing",
            ));
        }
        _ => {}
    }
    if content.has_id() && row.id_header.is_none() {
        return Err(wrong("scheme.idHeader", "must be given, as {id} is signed"));
    }
    Ok(())
}
