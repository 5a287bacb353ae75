//! A JSON text as a tree, read from options, answers and events, and written back.

use core::fmt;

use serde::{Serialize, Serializer};

use super::{MAX_DEPTH, NotStrict, Reader, Value, repeated, to_f64};

/// A JSON value.
///
/// Two are equal when they mean the same; the order of members has no meaning (RFC 8259 §4).
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Json {
    /// An array.
    Array(Vec<Json>),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    #[default]
    Null,
    /// A number as it was written.
    Number(String),
    /// An object.
    Object(Members),
    /// A string.
    String(String),
}

/// The members of an object, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Members(Vec<(String, Json)>);

impl Json {
    /// Reads one JSON text; of members that stand twice the last one counts, as for
    /// `JSON.parse`.
    ///
    /// # Errors
    ///
    /// [`NotStrict`] for what is not JSON in UTF-8, for numbers beyond the range of a double,
    /// and for more than [`MAX_DEPTH`] levels of nesting.
    pub fn parse(text: impl AsRef<[u8]>) -> Result<Self, NotStrict> {
        let text = core::str::from_utf8(text.as_ref()).map_err(|_| NotStrict)?;
        let mut reader = Reader::new(text);
        let json = read(&mut reader, 0)?;
        match reader.is_at_end() {
            true => Ok(json),
            false => Err(NotStrict),
        }
    }

    /// An object of these members.
    pub fn object<'a>(members: impl IntoIterator<Item = (&'a str, Self)>) -> Self {
        let mut object = Members::new();
        for (name, value) in members {
            object.0.push((name.to_owned(), value));
        }
        Self::Object(object)
    }

    /// The member of this name; `None` where this is no object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// The elements of an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// A boolean.
    pub const fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// A number; exact for what dates and counts need.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(text) => Some(to_f64(text)),
            _ => None,
        }
    }

    /// The members of an object.
    pub const fn as_object(&self) -> Option<&Members> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// A string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// A number that is written as a whole one and is not negative.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Whether it is `null`.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is an object.
    pub const fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    /// Whether it is a string.
    pub const fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }

    /// The value, with `null` left in its place.
    pub fn take(&mut self) -> Self {
        core::mem::take(self)
    }
}

impl Members {
    /// None yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The member of this name.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value)
    }

    /// The member of this name, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        let found = self.0.iter_mut().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    /// Whether there is a member of this name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Gives a member its value, in the place of the one that was there.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Json>) {
        self.put(name.into(), value.into());
    }

    fn put(&mut self, name: String, value: Json) {
        match self.get_mut(&name) {
            Some(known) => *known = value,
            None => self.0.push((name, value)),
        }
    }

    /// Gives a member its value, unless it has one.
    pub fn insert_if_absent(&mut self, name: &str, value: impl Into<Json>) {
        if !self.contains_key(name) {
            self.0.push((name.to_owned(), value.into()));
        }
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    /// Every member in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Every member in order, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&mut String, &mut Json)> {
        self.0.iter_mut().map(|(name, value)| (name, value))
    }

    /// Every value in order, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Json> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Of members that stand twice, the last one alone.
    fn without_repeated(mut self) -> Self {
        let names: Vec<&str> = self.iter().map(|(name, _)| name).collect();
        let repeated = repeated(&names);
        let mut repeated = repeated.iter();
        self.0.retain(|_| repeated.next() != Some(&true));
        self
    }
}

impl PartialEq for Members {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self
                .iter()
                .all(|(name, value)| other.get(name) == Some(value))
    }
}

impl<N: Into<String>> FromIterator<(N, Json)> for Members {
    fn from_iter<I: IntoIterator<Item = (N, Json)>>(members: I) -> Self {
        let mut object = Self::new();
        for (name, value) in members {
            object.0.push((name.into(), value));
        }
        object
    }
}

impl IntoIterator for Members {
    type Item = (String, Json);
    type IntoIter = std::vec::IntoIter<(String, Json)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// `null` where there is no such member, so that one can look deep without asking at each step.
impl core::ops::Index<&str> for Json {
    type Output = Self;

    fn index(&self, name: &str) -> &Self {
        self.get(name).unwrap_or(&Self::Null)
    }
}

impl PartialEq<bool> for Json {
    fn eq(&self, flag: &bool) -> bool {
        self.as_bool() == Some(*flag)
    }
}

impl PartialEq<&str> for Json {
    fn eq(&self, text: &&str) -> bool {
        self.as_str() == Some(*text)
    }
}

impl PartialEq<u64> for Json {
    fn eq(&self, number: &u64) -> bool {
        self.as_u64() == Some(*number)
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<Members> for Json {
    fn from(members: Members) -> Self {
        Self::Object(members)
    }
}

impl<T: Into<Self>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

fn read(reader: &mut Reader<'_>, depth: u32) -> Result<Json, NotStrict> {
    let Some(open) = reader.open() else {
        return reader.leaf().map(leaf);
    };
    if depth == MAX_DEPTH {
        return Err(NotStrict);
    }
    if open == b'[' {
        let mut items = Vec::new();
        while !reader.close(b']', items.is_empty())? {
            items.push(read(reader, depth + 1)?);
        }
        return Ok(Json::Array(items));
    }
    let mut members = Members::new();
    while !reader.close(b'}', members.is_empty())? {
        let name = reader.name()?.into_owned();
        members.0.push((name, read(reader, depth + 1)?));
    }
    Ok(Json::Object(members.without_repeated()))
}

fn leaf(value: Value<'_>) -> Json {
    match value {
        Value::Bool(flag) => Json::Bool(flag),
        Value::Number(text) => Json::Number(text.to_owned()),
        Value::String(_) => Json::String(value.as_str().unwrap_or_default().into_owned()),
        Value::Array(_) | Value::Null | Value::Object(_) => Json::Null,
    }
}

/// As what it is, for hosts that take values instead of text. A number that is no whole one goes
/// as a double.
impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Array(items) => items.serialize(serializer),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Null => serializer.serialize_unit(),
            Self::Number(text) => match self.as_u64() {
                Some(whole) => serializer.serialize_u64(whole),
                None => serializer.serialize_f64(to_f64(text)),
            },
            Self::Object(members) => serializer.collect_map(members.iter()),
            Self::String(text) => serializer.serialize_str(text),
        }
    }
}

/// Writes the shortest text that means the same (RFC 8259).
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    f.write_str(if at == 0 { "[" } else { "," })?;
                    item.fmt(f)?;
                }
                f.write_str(if items.is_empty() { "[]" } else { "]" })
            }
            Self::Bool(true) => f.write_str("true"),
            Self::Bool(false) => f.write_str("false"),
            Self::Null => f.write_str("null"),
            Self::Number(text) => f.write_str(text),
            Self::Object(members) => members.fmt(f),
            Self::String(text) => quote(text, f),
        }
    }
}

impl fmt::Display for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, value)) in self.iter().enumerate() {
            f.write_str(if at == 0 { "{" } else { "," })?;
            quote(name, f)?;
            f.write_str(":")?;
            value.fmt(f)?;
        }
        f.write_str(if self.is_empty() { "{}" } else { "}" })
    }
}

/// Only what must be escaped is (RFC 8259 §7).
fn quote(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..=0x1f => "",
            _ => continue,
        };
        // The bytes that are escaped are ASCII, so both ends are character boundaries.
        f.write_str(text.get(plain..at).unwrap_or_default())?;
        match escape {
            "" => write!(f, "\\u{byte:04x}")?,
            escape => f.write_str(escape)?,
        }
        plain = at + 1;
    }
    f.write_str(text.get(plain..).unwrap_or_default())?;
    f.write_str("\"")
}

/// A tree as it would be written.
#[cfg(test)]
macro_rules! json {
    ($($json:tt)*) => {
        $crate::json::Json::parse(serde_json::json!($($json)*).to_string()).unwrap()
    };
}
#[cfg(test)]
pub(crate) use json;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::random::Random;

    fn written(text: &str) -> String {
        Json::parse(text).unwrap().to_string()
    }

    #[test]
    fn what_is_read_is_written_in_order_and_spelling() {
        for text in [
            "null",
            "true",
            "[]",
            "{}",
            "[1,-2.50e+7,[null,{}]]",
            r#"{"z":1.0,"a":{"b":[]},"":"é😀"}"#,
            "12345678901234567890123",
            r#""\u0000\u001f\n\r\t\"\\/""#,
        ] {
            assert_eq!(written(text), text);
        }
        assert_eq!(
            written(" { \"a\" : [ 1 , \"\\u0041\\/\" ] } "),
            r#"{"a":[1,"A/"]}"#
        );
    }

    #[test]
    fn hosts_may_take_it_as_what_it_is() {
        let text = r#"{"a":[1,-2,0.5,true,null],"b":{"c":"x"}}"#;
        let json = Json::parse(text).unwrap();
        let theirs: serde_json::Value =
            serde_json::from_str(r#"{"a":[1,-2.0,0.5,true,null],"b":{"c":"x"}}"#).unwrap();
        assert_eq!(serde_json::to_value(&json).unwrap(), theirs);
    }

    #[test]
    fn the_last_of_members_that_stand_twice_counts() {
        assert_eq!(written(r#"{"a":1,"b":2,"a":3}"#), r#"{"b":2,"a":3}"#);
        let many: Vec<_> = (0..40).map(|at| format!("\"k{}\":{at}", at % 37)).collect();
        let json = Json::parse(format!("{{{}}}", many.join(","))).unwrap();
        assert_eq!(json.as_object().unwrap().len(), 37);
        assert_eq!(json["k0"].as_u64(), Some(37));
        assert_eq!(json["k3"].as_u64(), Some(3));
    }

    #[test]
    fn equality_does_not_ask_for_the_order() {
        assert_eq!(
            json!({"a": 1, "b": [2]}),
            Json::parse(r#"{"b":[2],"a":1}"#).unwrap()
        );
        assert_ne!(json!({"a": 1}), json!({"a": 2}));
        assert_ne!(json!({"a": 1}), json!({"b": 1}));
        assert_ne!(json!({}), json!([]));
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            "nul",
            "[1,]",
            "{\"a\":}",
            "1 2",
            "\u{feff}1",
            "1e400",
            "\"\\ud800\"",
            "[",
            "{\"a\"",
        ] {
            assert!(Json::parse(text).is_err(), "{text}");
        }
        assert!(Json::parse(b"\"\xff\"").is_err());
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(Json::parse(nested(128)).is_ok());
        assert!(Json::parse(nested(129)).is_err());
        assert!(Json::parse("[".repeat(1_000_000)).is_err());
    }

    #[test]
    fn members_keep_their_place() {
        let mut members: Members = [("a", Json::Null), ("b", true.into())]
            .into_iter()
            .collect();
        members.insert("a", 7u64);
        members.insert("c", "x");
        members.insert_if_absent("b", false);
        assert_eq!(members.to_string(), r#"{"a":7,"b":true,"c":"x"}"#);
        assert_eq!(members.remove("b"), Some(true.into()));
        assert!(!members.contains_key("b") && members.len() == 2);
    }

    /// Its grammar and the standard one agree, and what it writes means the same.
    #[test]
    fn verdicts_agree_with_serde_json_on_mutated_text() {
        let seed = br#"{"a":[1,-2.5e1,{"b":"\u0041x\\"},[],true],"c":{"d":null,"e":""},"f":"g"}"#;
        let mut random = Random::new(1);
        for _ in 0..100_000 {
            let mut text = seed.to_vec();
            let at = random.below(text.len());
            let byte = *random.pick(b"{}[],:\"\\ 0-.eEtfnu\x00\xff");
            match random.below(4) {
                0 | 1 => text[at] = byte,
                2 => text.insert(at, byte),
                _ => drop(text.remove(at)),
            }
            let theirs = serde_json::from_slice::<serde_json::Value>(&text);
            match Json::parse(&text) {
                Ok(json) => assert_eq!(
                    serde_json::from_str::<serde_json::Value>(&json.to_string()).unwrap(),
                    theirs.unwrap()
                ),
                Err(NotStrict) => assert!(theirs.is_err(), "{}", String::from_utf8_lossy(&text)),
            }
        }
    }
}
