//! A call's parameters: checked against the operation's row, then laid out as path, query,
//! headers and body.

use crate::json::{Json, Members};
use zeroize::Zeroizing;

use crate::api::operation::{Encoding, Fixed, FixedValue, Kind, Operation, Parameter, Place};
use crate::api::secret::Secret;
use crate::encoding::{percent_decode, percent_encode, split, split_once};
use crate::error::ConfigError;
use crate::http::Method;
use crate::options::{object, text, unknown, wipe};

/// The longest path parameter: no provider's ids come near it.
const MAX_SEGMENT_BYTES: usize = 2_048;

/// The parameter that names a tenant where the row has no place for it.
const TENANT: &str = "tenantId";

/// Checked parameters, wiped when dropped.
pub(crate) struct Parameters {
    row: &'static Operation,
    values: Members,
}

impl Parameters {
    /// Checks JSON text against the row: an object, no unknown names, the right types,
    /// nothing required missing.
    pub(crate) fn parse(row: &'static Operation, json: &str) -> Result<Self, ConfigError> {
        let parameters = Self {
            row,
            values: object("parameters", json)?,
        };
        for (name, value) in parameters.values.iter() {
            if row.tenant && name == TENANT {
                continue;
            }
            let known = row.parameters.iter().find(|known| known.name == name);
            let known = known.ok_or_else(|| unknown(name))?;
            if !accepts(known, value) {
                return Err(ConfigError::new(known.name, expectation(known.kind)));
            }
        }
        match row
            .parameters
            .iter()
            .find(|p| p.required && !parameters.has(p.name))
        {
            Some(missing) => Err(ConfigError::new(missing.name, "is required")),
            None => Ok(parameters),
        }
    }

    /// Takes out the tenant that the caller named for this call.
    pub(crate) fn take_tenant(&mut self) -> Result<Option<String>, ConfigError> {
        match self.values.remove(TENANT) {
            Some(tenant) if self.row.tenant => text(TENANT, &tenant).map(Some),
            _ => Ok(None),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.is_null())
    }

    /// The values as the caller named them.
    pub(crate) fn values(&self) -> &Members {
        &self.values
    }

    /// Everything in its place, under the provider's names; the path's `template` filled in.
    pub(crate) fn laid_out(
        &self,
        template: &str,
        context: &Context<'_>,
    ) -> Result<Layout, ConfigError> {
        let mut layout = Layout {
            path: self.path(template)?,
            query: Pairs::after('?'),
            headers: Vec::new(),
            body: Members::new(),
            secrets: Vec::new(),
        };
        for parameter in self.row.parameters {
            if let Some(value) = self.values.get(parameter.name) {
                layout.place(parameter, value);
            }
        }
        for fixed in self.row.fixed {
            if !self.sets(fixed)
                && let Some(value) = self.fixed_value(fixed.value, context)
            {
                layout.put(fixed.place, fixed.wire, value);
            }
        }
        Ok(layout)
    }

    /// Whether the caller gave the value that the row would send.
    fn sets(&self, fixed: &Fixed) -> bool {
        self.row.parameters.iter().any(|parameter| {
            parameter.place == fixed.place
                && parameter.wire == fixed.wire
                && self.values.contains_key(parameter.name)
        })
    }

    fn fixed_value(&self, value: FixedValue, context: &Context<'_>) -> Option<Json> {
        match value {
            FixedValue::Boolean(flag) => Some(flag.into()),
            FixedValue::CopyOf(name) => self.values.get(name).cloned(),
            FixedValue::Credential(_) => context.credential.map(|key| key.expose().into()),
            FixedValue::Integer(number) => Some(number.into()),
            FixedValue::NoItems => Some(Json::Array(Vec::new())),
            FixedValue::Tenant => context.tenant.map(Into::into),
            FixedValue::Text(text) => Some(text.into()),
        }
    }

    /// The path with its parameters filled in, each one percent-encoded.
    fn path(&self, template: &str) -> Result<String, ConfigError> {
        let mut path = String::new();
        for segment in split(template, b'/').skip(1) {
            path.push('/');
            match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
                Some(name) => self.push_segment(name, &mut path)?,
                None => path.push_str(segment),
            }
        }
        Ok(path)
    }

    fn push_segment(&self, name: &str, path: &mut String) -> Result<(), ConfigError> {
        let value = self.values.get(name).and_then(Json::as_str);
        let value = value.unwrap_or_default();
        check_segment(value).map_err(|problem| ConfigError::new(name.to_owned(), problem))?;
        percent_encode(value, path);
        Ok(())
    }
}

/// A call's parameters in their places.
pub(crate) struct Layout {
    path: String,
    query: Pairs,
    /// The header fields that parameters make, not yet checked.
    pub(crate) headers: Vec<(&'static str, String)>,
    body: Members,
    /// The values that must not show in any error.
    pub(crate) secrets: Vec<Secret>,
}

impl Layout {
    fn place(&mut self, parameter: &Parameter, value: &Json) {
        if parameter.kind == Kind::Secret
            && let Some(secret) = value.as_str()
        {
            self.secrets.push(Secret::new(secret));
            // Of an `Authorization`, what stands behind the scheme is a secret by itself.
            if parameter.place == Place::Header
                && let Some((_, credentials)) = split_once(secret, " ")
            {
                self.secrets.push(Secret::new(credentials));
            }
        }
        if parameter.place != Place::Path {
            self.put(
                parameter.place,
                parameter.wire,
                on_wire(parameter.kind, value),
            );
        }
    }

    fn put(&mut self, place: Place, wire: &'static str, mut value: Json) {
        match place {
            Place::Body => return self.body.insert(wire, value),
            Place::Header => self.headers.push((wire, plain(&value))),
            Place::Query => self.query.push(wire, &value),
            Place::Path => {}
        }
        wipe(&mut value);
    }

    /// Path and query.
    pub(crate) fn target(&self) -> String {
        [self.path.as_str(), &self.query.0].concat()
    }

    /// The body, if the call has one.
    pub(crate) fn body(&mut self, row: &Operation) -> Option<Zeroizing<Vec<u8>>> {
        if self.body.is_empty() && row.method != Method::Patch {
            return None;
        }
        let text = match row.encoding {
            Encoding::Form => form(&self.body),
            Encoding::Json => self.body.to_string(),
        };
        self.body.values_mut().for_each(wipe);
        Some(Zeroizing::new(text.into_bytes()))
    }
}

impl Drop for Parameters {
    fn drop(&mut self) {
        self.values.values_mut().for_each(wipe);
    }
}

/// What fixed values are taken from, besides the parameters.
pub(crate) struct Context<'a> {
    /// The credential that the row's fixed values name, if they name one.
    pub(crate) credential: Option<&'a Secret>,
    /// The tenant of the call.
    pub(crate) tenant: Option<&'a str>,
}

fn accepts(parameter: &Parameter, value: &Json) -> bool {
    if value.is_null() {
        // A null clears a member of the body; elsewhere it has no meaning.
        return parameter.place == Place::Body && !parameter.required;
    }
    match parameter.kind {
        Kind::Any => true,
        Kind::Boolean => value.as_bool().is_some(),
        Kind::Integer => value.as_u64().is_some(),
        Kind::Fields | Kind::Object => value.is_object(),
        Kind::Secret | Kind::Text => value.is_string(),
        Kind::TextList => value
            .as_array()
            .is_some_and(|items| items.iter().all(Json::is_string)),
    }
}

const fn expectation(kind: Kind) -> &'static str {
    match kind {
        Kind::Any => "cannot be null",
        Kind::Boolean => "must be true or false",
        Kind::Integer => "must be a whole number, not negative",
        Kind::Fields | Kind::Object => "must be an object",
        Kind::Secret | Kind::Text => "must be a string",
        Kind::TextList => "must be an array of strings",
    }
}

/// Refuses what could leave its path segment on the way: nothing at all, control characters
/// and dot segments, in plain sight or behind any number of percent-encodings.
pub(crate) fn check_segment(value: &str) -> Result<(), &'static str> {
    if value.is_empty() {
        return Err("must not be empty");
    }
    if value.len() > MAX_SEGMENT_BYTES {
        return Err("is too long");
    }
    let mut text = value.as_bytes().to_vec();
    loop {
        if text.iter().any(u8::is_ascii_control) {
            return Err("must not hold control characters");
        }
        let mut parts = text.split(|b| matches!(b, b'/' | b'\\'));
        if parts.any(|part| matches!(part, b"." | b"..")) {
            return Err("must not be or hold a dot segment");
        }
        let (decoded, _) = percent_decode(&text);
        // Every escape shortens the text, so this ends.
        if decoded.len() == text.len() {
            return Ok(());
        }
        text = decoded;
    }
}

/// A value as it stands in a query, a header or a form.
fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A value as it stands in a body.
fn on_wire(kind: Kind, value: &Json) -> Json {
    match (kind, value) {
        (Kind::Fields, Json::Object(fields)) => {
            let fields = fields.iter();
            Json::Object(
                fields
                    .map(|(name, value)| (snake(name), value.clone()))
                    .collect(),
            )
        }
        (_, value) => value.clone(),
    }
}

/// `createdAt` → `created_at`.
pub(crate) fn snake(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

/// Percent-encoded pairs, joined as queries and forms are.
struct Pairs(String, char);

impl Pairs {
    const fn after(opening: char) -> Self {
        Self(String::new(), opening)
    }

    fn push(&mut self, name: &str, value: &Json) {
        if let Json::Array(items) = value {
            return items.iter().for_each(|item| self.push(name, item));
        }
        match (self.0.is_empty(), self.1) {
            (true, '\0') => {}
            (true, opening) => self.0.push(opening),
            (false, _) => self.0.push('&'),
        }
        percent_encode(name, &mut self.0);
        self.0.push('=');
        percent_encode(&plain(value), &mut self.0);
    }
}

fn form(members: &Members) -> String {
    let mut pairs = Pairs::after('\0');
    for (wire, value) in members.iter() {
        pairs.push(wire, value);
    }
    pairs.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::operation::CredentialKind;
    use crate::json::json;

    const ROW: Operation = Operation::post("things.make", "/things/{id}/parts")
        .with(&[
            Parameter::path("id"),
            Parameter::text("displayName").sent_as("name").required(),
            Parameter::secret("password"),
            Parameter::flag("verified"),
            Parameter::integer("count"),
            Parameter::list("tags"),
            Parameter::object("extra"),
            Parameter::query("q"),
            Parameter::query("limit").of(Kind::Integer),
        ])
        .sending(&[
            Fixed {
                wire: "key",
                place: Place::Body,
                value: FixedValue::Credential(CredentialKind::Secret),
            },
            Fixed {
                wire: "again",
                place: Place::Body,
                value: FixedValue::CopyOf("displayName"),
            },
            Fixed {
                wire: "limit",
                place: Place::Query,
                value: FixedValue::Integer(10),
            },
        ]);

    fn parse(json: &str) -> Result<Parameters, ConfigError> {
        Parameters::parse(&ROW, json)
    }

    fn refusal(json: &str) -> String {
        parse(json).err().map(|e| e.to_string()).unwrap_or_default()
    }

    const NOTHING: Context<'static> = Context {
        credential: None,
        tenant: None,
    };

    #[test]
    fn every_parameter_goes_to_its_place_under_its_wire_name() {
        let parameters = parse(
            r#"{"id":"a b","displayName":"N","verified":true,"count":2,"tags":["x"],
                "extra":{"Keep":1},"q":"é&=","limit":5}"#,
        )
        .unwrap();
        let key = Secret::new("k");
        let context = Context {
            credential: Some(&key),
            tenant: None,
        };
        let mut layout = parameters.laid_out(ROW.path, &context).unwrap();
        let target = "/things/a%20b/parts?q=%C3%A9%26%3D&limit=5";
        assert_eq!(layout.target(), target);
        let body: Json = Json::parse(&*layout.body(&ROW).unwrap()).unwrap();
        assert_eq!(
            body,
            json!({"name":"N","again":"N","verified":true,"count":2,"tags":["x"],
                "extra":{"Keep":1},"key":"k"})
        );
    }

    #[test]
    fn a_fixed_value_gives_way_to_the_callers() {
        let parameters = parse(r#"{"id":"a","displayName":"N"}"#).unwrap();
        let layout = parameters.laid_out("/", &NOTHING).unwrap();
        assert_eq!(layout.target(), "/?limit=10");
    }

    #[test]
    fn unknown_names_are_named_and_wrong_types_refused() {
        assert_eq!(refusal(r#"{"nope":1}"#), "nope: is not known here");
        assert_eq!(refusal("[]"), "parameters: must be an object");
        // A host writes the text itself: what is left is half a character, or too deep a nesting.
        for text in ["{", r#"{"id":"\ud800"}"#] {
            assert_eq!(
                refusal(text),
                "parameters: must be JSON of whole characters, at most 128 levels deep"
            );
        }
        for (member, problem) in [
            (r#""displayName":1"#, "displayName: must be a string"),
            (r#""displayName":null"#, "displayName: must be a string"),
            (r#""verified":"yes""#, "verified: must be true or false"),
            (
                r#""count":-1"#,
                "count: must be a whole number, not negative",
            ),
            (
                r#""count":1.5"#,
                "count: must be a whole number, not negative",
            ),
            (r#""tags":["a",1]"#, "tags: must be an array of strings"),
            (r#""extra":[]"#, "extra: must be an object"),
            (r#""q":null"#, "q: must be a string"),
        ] {
            assert_eq!(refusal(&format!("{{\"id\":\"a\",{member}}}")), problem);
        }
        assert_eq!(refusal(r#"{"id":"a"}"#), "displayName: is required");
        assert_eq!(refusal(r#"{"displayName":"a"}"#), "id: is required");
    }

    #[test]
    fn a_null_clears_a_member_of_the_body() {
        let parameters = parse(r#"{"id":"a","displayName":"N","count":null}"#).unwrap();
        let mut layout = parameters.laid_out("/", &NOTHING).unwrap();
        let body = layout.body(&ROW).unwrap();
        assert!(
            core::str::from_utf8(&body)
                .unwrap()
                .contains(r#""count":null"#)
        );
    }

    #[test]
    fn ids_that_could_leave_their_segment_are_refused() {
        for id in [
            "",
            ".",
            "..",
            "%2e",
            "%2E%2e",
            ".%2E",
            "%252e",
            "%25252e%2e",
            "../x",
            "x/..",
            "a/../b",
            "..%2fx",
            "..\\x",
            "x%5c..",
            "a\0",
            "a\r\nb",
            "a%00",
            "a%0d%0a",
            "\u{7f}",
        ] {
            assert!(check_segment(id).is_err(), "{id:?}");
        }
        assert!(check_segment(&"a".repeat(2_049)).is_err());
    }

    #[test]
    fn odd_but_harmless_ids_stay_in_one_segment() {
        for id in [
            "a/b", "a?b", "#", "%2f", ";", "\\", "...", "a b", "é", "100%", "%zz", ":@",
        ] {
            assert_eq!(check_segment(id), Ok(()), "{id:?}");
            let mut path = String::new();
            percent_encode(id, &mut path);
            assert!(!path.contains(['/', '?', '#', ';', '\\']), "{id:?}");
        }
    }

    #[test]
    fn option_objects_are_sent_in_snake_case_one_level_deep() {
        let value = json!({"createdAfter": {"keepMe": 1}, "as_is": 2});
        assert_eq!(
            on_wire(Kind::Fields, &value),
            json!({"created_after": {"keepMe": 1}, "as_is": 2})
        );
        assert_eq!(on_wire(Kind::Object, &value), value);
    }

    #[test]
    fn forms_are_percent_encoded() {
        assert_eq!(
            form(&Members::from_iter([
                ("a", "x y".into()),
                ("b", "&=".into())
            ])),
            "a=x%20y&b=%26%3D"
        );
    }
}
