//! Options as callers write them: JSON objects whose members have known names and types.
//!
//! One reader for all of them, so that every part of the package names the same mistake in the
//! same words.

use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zeroize::{Zeroize, Zeroizing};

use crate::encoding::split;
use crate::error::ConfigError;
use crate::json::{self, Json, Members};

/// The longest time that an option may ask for, about ten years: no cache means to live longer,
/// and no sum of two overflows.
const MAX_MILLIS: f64 = 315_360_000_000.0;

/// An option that may be left out, set to `null`, or given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Setting<T> {
    /// Left out: the default holds.
    #[default]
    Absent,
    /// `null`: switched off.
    Off,
    /// Given.
    Given(T),
}

impl<T> Setting<T> {
    /// What is given, if anything is.
    pub fn into_given(self) -> Option<T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Absent | Self::Off => None,
        }
    }

    /// What is given, if anything is.
    pub const fn given(&self) -> Option<&T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Absent | Self::Off => None,
        }
    }
}

/// The members of an options object, wiped when dropped.
///
/// Reading one that is not what it can be yields nothing and is remembered, so that a reader
/// takes one option after the other and asks at its end, with [`Options::check`].
pub(crate) struct Options {
    members: Members,
    /// The first one. Behind a lock, as configured providers are shared between threads.
    problem: Mutex<Option<ConfigError>>,
}

impl Options {
    /// Reads JSON text that has members of these names only, the words of `names`; an empty text
    /// is an empty object.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming `option` when the text is no object, or the unknown member.
    pub(crate) fn parse(
        option: &'static str,
        json: &str,
        names: &str,
    ) -> Result<Self, ConfigError> {
        Self::known(object(option, json)?, &is_word_of(names))
    }

    /// Takes an object that has known members only.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the unknown member.
    pub(crate) fn known(
        members: Members,
        is_known: &dyn Fn(&str) -> bool,
    ) -> Result<Self, ConfigError> {
        let problem = Mutex::new(None);
        let options = Self { members, problem };
        let stranger = options.iter().find(|(name, _)| !is_known(name));
        match stranger.map(|(name, _)| unknown(name)) {
            Some(problem) => Err(problem),
            None => Ok(options),
        }
    }

    /// Passes when every option that was read could be.
    ///
    /// # Errors
    ///
    /// The first problem.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.problem().take().map_or(Ok(()), Err)
    }

    /// Remembers a problem, unless there was one before.
    pub(crate) fn refuse(&self, problem: ConfigError) {
        self.problem().get_or_insert(problem);
    }

    fn problem(&self) -> MutexGuard<'_, Option<ConfigError>> {
        self.problem.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The option's value, whatever it is.
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.members.get(name)
    }

    /// Every option with its value.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.members.iter()
    }

    /// Any string.
    pub(crate) fn string(&self, name: &'static str) -> Option<String> {
        let value = self.get(name)?;
        let text = value.as_str().map(str::to_owned);
        self.known_as(name, "must be a string", text)
    }

    /// A string that is fit for a header field; see [`text`].
    pub(crate) fn text(&self, name: &'static str) -> Option<String> {
        match text(name, self.get(name)?) {
            Ok(text) => Some(text),
            Err(problem) => {
                self.refuse(problem);
                None
            }
        }
    }

    /// Bytes: those of a string, or a list of them.
    #[inline(never)]
    pub(crate) fn bytes(&self, name: &'static str) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = bytes(self.get(name)?);
        self.known_as(name, "must be a string or bytes", bytes)
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, name: &'static str) -> Option<bool> {
        let flag = self.get(name)?.as_bool();
        self.known_as(name, "must be true or false", flag)
    }

    /// A list of strings.
    pub(crate) fn strings(&self, name: &'static str) -> Option<Vec<String>> {
        let list = strings(self.get(name)?);
        self.known_as(name, "must be a list of strings", list)
    }

    /// A string or a list of them, or `null`.
    pub(crate) fn setting(&self, name: &'static str) -> Setting<Vec<String>> {
        let list = match self.get(name) {
            None => return Setting::Absent,
            Some(Json::Null) => return Setting::Off,
            Some(Json::String(one)) => Some(vec![one.clone()]),
            Some(many) => strings(many),
        };
        let problem = "must be a string or a list of strings";
        self.known_as(name, problem, list)
            .map_or(Setting::Absent, Setting::Given)
    }

    /// A whole number that is not negative.
    pub(crate) fn count(&self, name: &'static str) -> Option<usize> {
        let count = self.get(name)?.as_u64();
        let count = count.and_then(|count| usize::try_from(count).ok());
        self.known_as(name, "must be a whole number, not negative", count)
    }

    /// A number of milliseconds, up to ten years.
    pub(crate) fn millis(&self, name: &'static str) -> Option<Duration> {
        let time = duration(self.get(name)?.as_f64());
        self.known_as(name, "must be a number of milliseconds, 0 or more", time)
    }

    /// Seconds as a number, or as text such as `"5s"` and `"5 min"`; up to ten years.
    pub(crate) fn span(&self, name: &'static str) -> Option<Duration> {
        let seconds = match self.get(name)? {
            Json::String(text) => parse_span(text),
            number => number.as_f64(),
        };
        let problem = "must be a number of seconds, or text such as \"5 min\"";
        self.known_as(name, problem, duration(seconds.map(|secs| secs * 1_000.0)))
    }

    fn known_as<T>(
        &self,
        name: &'static str,
        problem: &'static str,
        value: Option<T>,
    ) -> Option<T> {
        if value.is_none() {
            self.refuse(ConfigError::new(name, problem));
        }
        value
    }
}

impl Drop for Options {
    fn drop(&mut self) {
        self.members.values_mut().for_each(wipe);
    }
}

/// Says of a name whether it is one of these words.
pub(crate) fn is_word_of(words: &str) -> impl Fn(&str) -> bool {
    move |name| !name.is_empty() && split(words, b' ').any(|word| word == name)
}

/// Reads a JSON object; an empty text is an empty one.
pub(crate) fn object(option: &'static str, json: &str) -> Result<Members, ConfigError> {
    if json.is_empty() {
        return Ok(Members::new());
    }
    let problem = match Json::parse(json) {
        Ok(Json::Object(members)) => return Ok(members),
        Ok(_) => "must be an object",
        Err(_) => "must be JSON of whole characters, at most 128 levels deep",
    };
    Err(ConfigError::new(option, problem))
}

/// An option that nobody knows; its name is cut, for it may be anything.
pub(crate) fn unknown(name: &str) -> ConfigError {
    let name: String = name.chars().take(64).collect();
    ConfigError::new(name, "is not known here")
}

/// Reads a string that is not empty and fits a header field.
pub(crate) fn text(option: &'static str, value: &Json) -> Result<String, ConfigError> {
    text_of(option, value).map(str::to_owned)
}

/// The same, where it stands.
pub(crate) fn text_of<'a>(option: &'static str, value: &'a Json) -> Result<&'a str, ConfigError> {
    match value.as_str() {
        Some(text) if !text.is_empty() && text.bytes().all(|b| matches!(b, b' '..=b'~')) => {
            Ok(text)
        }
        _ => Err(ConfigError::new(
            option,
            "must be a string of visible ASCII characters, not empty",
        )),
    }
}

/// Reads a duration in whole milliseconds, up to a day.
pub(crate) fn millis(
    option: &'static str,
    value: &Json,
    least: u64,
) -> Result<Duration, ConfigError> {
    value
        .as_u64()
        .filter(|millis| (least..=86_400_000).contains(millis))
        .map(Duration::from_millis)
        .ok_or_else(|| ConfigError::new(option, "must be milliseconds, a whole number up to a day"))
}

/// Wipes every text in a value.
pub(crate) fn wipe(value: &mut Json) {
    match value {
        Json::String(text) => text.zeroize(),
        Json::Array(items) => items.iter_mut().for_each(wipe),
        Json::Object(members) => members.values_mut().for_each(wipe),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

fn duration(millis: Option<f64>) -> Option<Duration> {
    let millis = millis.filter(|millis| (0.0..=MAX_MILLIS).contains(millis))?;
    Some(Duration::from_micros((millis * 1_000.0) as u64))
}

fn strings(value: &Json) -> Option<Vec<String>> {
    let items = value.as_array()?;
    let mut strings = Vec::with_capacity(items.len());
    for item in items {
        strings.push(item.as_str()?.to_owned());
    }
    Some(strings)
}

fn bytes(value: &Json) -> Option<Zeroizing<Vec<u8>>> {
    let items = match value {
        Json::String(text) => return Some(text.as_bytes().to_vec().into()),
        _ => value.as_array()?,
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(items.len()));
    for item in items {
        bytes.push(u8::try_from(item.as_u64()?).ok()?);
    }
    Some(bytes)
}

/// A number, perhaps a space, and a unit.
fn parse_span(text: &str) -> Option<f64> {
    let mut bytes = text.bytes();
    let unit_at = bytes.position(|b| b.is_ascii_alphabetic() || b == b' ')?;
    let (number, unit) = text.split_at_checked(unit_at)?;
    let unit = unit.strip_prefix(" ").unwrap_or(unit);
    let mut units = UNITS.iter();
    let (_, factor) = units.find(|(names, _)| split(names, b' ').any(|name| name == unit))?;
    let mut parts = 0;
    let plain = split(number, b'.').all(|part| {
        parts += 1;
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
    });
    (plain && parts <= 2).then(|| json::to_f64(number) * factor)
}

/// The names of each unit of time, and its seconds.
const UNITS: [(&str, f64); 5] = [
    ("s sec secs second seconds", 1.0),
    ("m min mins minute minutes", 60.0),
    ("h hr hrs hour hours", 3_600.0),
    ("d day days", 86_400.0),
    ("w week weeks", 604_800.0),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_people_write_them() {
        for (text, expected) in [
            ("5s", 5.0),
            ("5 min", 300.0),
            ("1.5 hours", 5_400.0),
            ("2d", 172_800.0),
            ("1 week", 604_800.0),
        ] {
            assert_eq!(parse_span(text), Some(expected));
        }
        for text in [
            "", "5", "s", "-5s", "5 s ago", "5  s", "five s", "1e3s", "5ms", "1.2.3s", ".5s", "1.s",
        ] {
            assert_eq!(parse_span(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_unknown_or_of_the_wrong_type_is_named() {
        let options = |json| Options::parse("options", json, "a");
        let named = |error: ConfigError| error.option.to_string();
        assert_eq!(named(options("[]").err().unwrap()), "options");
        assert_eq!(named(options(r#"{"b":1}"#).err().unwrap()), "b");
        assert!(options("").is_ok_and(|none| none.get("a").is_none()));
        let read: [fn(&Options); 6] = [
            |options| assert!(options.string("a").is_none()),
            |options| assert!(options.text("a").is_none()),
            |options| assert!(options.flag("a").is_none()),
            |options| assert!(options.strings("a").is_none()),
            |options| assert!(options.count("a").is_none()),
            |options| assert_eq!(options.setting("a"), Setting::Absent),
        ];
        for read in read {
            let wrong = options(r#"{"a":-1}"#).unwrap();
            read(&wrong);
            assert_eq!(named(wrong.check().unwrap_err()), "a");
        }
        for json in [
            r#"{"a":-1}"#,
            r#"{"a":1e300}"#,
            r#"{"a":null}"#,
            r#"{"a":[]}"#,
        ] {
            let wrong = options(json).unwrap();
            assert_eq!((wrong.span("a"), wrong.millis("a")), (None, None), "{json}");
            assert_eq!(named(wrong.check().unwrap_err()), "a", "{json}");
        }
        let one = options(r#"{"a":1}"#).unwrap();
        assert_eq!(one.span("a"), Some(Duration::from_secs(1)));
        assert_eq!(one.millis("a"), Some(Duration::from_millis(1)));
        assert_eq!(one.count("a"), Some(1));
        assert_eq!(one.check(), Ok(()));
        let off = options(r#"{"a":null}"#).unwrap();
        assert_eq!(off.setting("a"), Setting::Off);
    }
}
