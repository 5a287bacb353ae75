//! JSON read strictly: one walk over the text, no tree (RFC 8259).
//!
//! What passes here, every host's own `JSON.parse` accepts with the same meaning; what two
//! parsers might read differently is refused:
//!
//! - anything but one object (RFC 8259 §2), text around it, a byte order mark;
//! - duplicate members at the top level, compared after unescaping (RFC 7515 §4, RFC 7519 §4);
//! - text that is not UTF-8, escapes that form a lone surrogate (RFC 8259 §8.2);
//! - numbers beyond the range of a double;
//! - more than [`MAX_DEPTH`] levels of nesting. The walk is a loop, so depth costs no stack.

use std::borrow::Cow;

use crate::bytes::run;
#[cfg(target_feature = "simd128")]
use crate::lanes::special;
use crate::member::{self, Member};
use crate::number;
#[cfg(not(target_feature = "simd128"))]
use crate::table::special;

/// How deep arrays and objects may nest, in every host.
pub const MAX_DEPTH: u32 = 128;

/// A text that is not one strict JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotStrict;

/// A JSON object whose text has been checked, with its top-level members in order.
#[derive(Clone, Debug)]
pub struct Object<'a> {
    members: Vec<Member<'a>>,
}

/// One value inside a checked text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// An array; its text with the brackets.
    Array(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A number; its text.
    Number(&'a str),
    /// An object; its text with the braces.
    Object(&'a str),
    /// A string; its text between the quotes, still escaped.
    String(&'a str),
}

impl<'a> Object<'a> {
    /// Checks `bytes` whole and finds the top-level members.
    ///
    /// # Errors
    ///
    /// [`NotStrict`] for everything the module documentation lists.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, NotStrict> {
        let text = core::str::from_utf8(bytes).map_err(|_| NotStrict)?;
        let mut reader = Reader::new(text);
        reader.skip_space();
        let object = reader.object()?;
        match reader.is_at_end() {
            true => Ok(object),
            false => Err(NotStrict),
        }
    }

    /// The member called `name`, compared byte for byte after unescaping.
    pub fn member(&self, name: &str) -> Option<Value<'a>> {
        member::find(&self.members, name).map(|member| member.value)
    }

    /// The meaning of the string called `name`; `None` where there is none.
    pub fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.member(name)?.as_str()
    }

    /// Every member in order.
    pub fn members(&self) -> impl Iterator<Item = (&str, Value<'a>)> {
        self.members
            .iter()
            .map(|member| (member.name.as_ref(), member.value))
    }

    /// The value at a dotted path such as `realm_access.roles`. A member whose own name
    /// holds the whole path wins over the walk, since issuers do use dots in names.
    pub fn at_path(&self, path: &str) -> Option<Value<'a>> {
        if let Some(value) = self.member(path) {
            return Some(value);
        }
        // Names such as `https://example.com/roles` hold dots themselves, so every split is tried.
        path.match_indices('.').find_map(|(dot, _)| {
            let (name, rest) = (path.get(..dot)?, path.get(dot + 1..)?);
            self.member(name)?.as_object()?.at_path(rest)
        })
    }
}

impl<'a> Value<'a> {
    /// The string's meaning, unescaped; `None` for other kinds.
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        match self {
            Self::String(escaped) => Some(unescape(escaped)),
            _ => None,
        }
    }

    /// The number as a double; `None` for other kinds. It is always finite.
    pub fn as_f64(self) -> Option<f64> {
        match self {
            Self::Number(text) => Some(number::to_f64(text)),
            _ => None,
        }
    }

    /// The number, where it is written as a whole one that is not negative; `None` otherwise.
    pub fn as_u64(self) -> Option<u64> {
        match self {
            Self::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The object behind this value; `None` for other kinds, and for objects in which a
    /// member stands twice.
    pub fn as_object(self) -> Option<Object<'a>> {
        match self {
            Self::Object(text) => Object::parse(text.as_bytes()).ok(),
            _ => None,
        }
    }

    /// The elements of an array; `None` for other kinds.
    pub fn as_array(self) -> Option<Vec<Value<'a>>> {
        match self {
            Self::Array(text) => {
                let mut elements = Vec::new();
                Reader::new(text)
                    .elements(&mut |value| {
                        elements.push(value);
                        true
                    })
                    .ok()?;
                Some(elements)
            }
            _ => None,
        }
    }

    /// Whether the string, or one of the strings of an array that holds nothing else, is what is
    /// looked for; `None` for anything else. Each is handed on unescaped.
    pub fn any_string(self, is_it: &dyn Fn(&str) -> bool) -> Option<bool> {
        let Self::Array(text) = self else {
            return self.as_str().map(|text| is_it(&text));
        };
        let mut found = false;
        let read = Reader::new(text).elements(&mut |value| {
            let text = value.as_str();
            found |= text.as_deref().is_some_and(is_it);
            text.is_some()
        });
        read.ok().map(|()| found)
    }

    /// The elements of an array that holds strings only; `None` for anything else.
    pub fn as_strings(self) -> Option<Vec<Cow<'a, str>>> {
        let Self::Array(text) = self else {
            return None;
        };
        let mut texts = Vec::new();
        let mut reader = Reader::new(text);
        let read =
            reader.elements(&mut |value| value.as_str().map(|text| texts.push(text)).is_some());
        read.ok().map(|()| texts)
    }
}

/// A place in a text.
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// The beginning of a text.
    pub const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Whether nothing but space is left.
    pub fn is_at_end(&mut self) -> bool {
        self.skip_space();
        self.at == self.text.len()
    }

    /// Takes what opens a container, if one begins here.
    pub fn open(&mut self) -> Option<u8> {
        self.skip_space();
        let open = self.peek().filter(|byte| matches!(byte, b'{' | b'['))?;
        self.at += 1;
        Some(open)
    }

    /// Takes what closes a container, or the comma before its next element.
    pub fn close(&mut self, close: u8, first: bool) -> Result<bool, NotStrict> {
        self.skip_space();
        if self.take(close) {
            return Ok(true);
        }
        if !first {
            self.expect(b',')?;
        }
        Ok(false)
    }

    /// A name with the colon behind it, unescaped.
    #[inline(always)]
    pub fn name(&mut self) -> Result<Cow<'a, str>, NotStrict> {
        let (name, is_escaped) = self.member_name()?;
        Ok(match is_escaped {
            true => unescape(name),
            false => Cow::Borrowed(name),
        })
    }

    /// A value that is no container.
    pub fn leaf(&mut self) -> Result<Value<'a>, NotStrict> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            _ => self.scalar(),
        }
    }

    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline(always)]
    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes `byte` if it comes next.
    #[inline(always)]
    fn take(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.at += usize::from(taken);
        taken
    }

    #[inline(always)]
    fn expect(&mut self, byte: u8) -> Result<(), NotStrict> {
        if self.take(byte) {
            Ok(())
        } else {
            Err(NotStrict)
        }
    }

    /// The text since `start`. Both ends lie beside ASCII, so the slice always exists.
    #[inline(always)]
    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn object(&mut self) -> Result<Object<'a>, NotStrict> {
        self.expect(b'{')?;
        let mut members = Vec::with_capacity(16);
        self.skip_space();
        if !self.take(b'}') {
            loop {
                let name = self.name()?;
                members.push(Member::new(name, self.value()?));
                self.skip_space();
                if self.take(b'}') {
                    break;
                }
                self.expect(b',')?;
            }
        }
        match member::has_repeated(&members) {
            true => Err(NotStrict),
            false => Ok(Object { members }),
        }
    }

    /// A name with the colon behind it; whether the name is still escaped.
    #[inline(never)]
    fn member_name(&mut self) -> Result<(&'a str, bool), NotStrict> {
        self.skip_space();
        let name = self.literal()?;
        self.skip_space();
        self.expect(b':')?;
        Ok(name)
    }

    /// Hands on the elements of an array, as long as they are accepted.
    fn elements(&mut self, accept: &mut dyn FnMut(Value<'a>) -> bool) -> Result<(), NotStrict> {
        self.expect(b'[')?;
        self.skip_space();
        if self.take(b']') {
            return Ok(());
        }
        loop {
            if !accept(self.value()?) {
                return Err(NotStrict);
            }
            self.skip_space();
            if self.take(b']') {
                return Ok(());
            }
            self.expect(b',')?;
        }
    }

    #[inline(always)]
    fn value(&mut self) -> Result<Value<'a>, NotStrict> {
        self.skip_space();
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(open @ (b'{' | b'[')) => {
                self.container()?;
                let text = self.since(start);
                Ok(if open == b'{' {
                    Value::Object(text)
                } else {
                    Value::Array(text)
                })
            }
            _ => self.scalar(),
        }
    }

    fn scalar(&mut self) -> Result<Value<'a>, NotStrict> {
        let (word, value) = match self.peek() {
            Some(b't') => (&b"true"[..], Value::Bool(true)),
            Some(b'f') => (&b"false"[..], Value::Bool(false)),
            Some(b'n') => (&b"null"[..], Value::Null),
            _ => return self.number().map(Value::Number),
        };
        let end = self.at + word.len();
        if self.text.as_bytes().get(self.at..end) != Some(word) {
            return Err(NotStrict);
        }
        self.at = end;
        Ok(value)
    }

    /// Walks over a nested container. Which kinds of brackets are open is one bit each.
    fn container(&mut self) -> Result<(), NotStrict> {
        let mut is_object = 0u128;
        let mut depth = 1; // the top-level object
        loop {
            // Here a value begins.
            self.skip_space();
            match self.peek() {
                Some(open @ (b'{' | b'[')) => {
                    self.at += 1;
                    depth += 1;
                    if depth > MAX_DEPTH {
                        return Err(NotStrict);
                    }
                    is_object = is_object << 1 | u128::from(open == b'{');
                    self.skip_space();
                    if !self.take(close_of(is_object)) {
                        if is_object & 1 == 1 {
                            self.member_name()?;
                        }
                        continue;
                    }
                    is_object >>= 1;
                    depth -= 1;
                }
                Some(b'"') => drop(self.string()?),
                _ => drop(self.scalar()?),
            }
            // Here a value has ended: close what ends with it, or go on to its sibling.
            loop {
                if depth == 1 {
                    return Ok(());
                }
                self.skip_space();
                if self.take(b',') {
                    if is_object & 1 == 1 {
                        self.member_name()?;
                    }
                    break;
                }
                self.expect(close_of(is_object))?;
                is_object >>= 1;
                depth -= 1;
            }
        }
    }

    /// A string literal; yields the text between the quotes, still escaped.
    #[inline(never)]
    fn string(&mut self) -> Result<&'a str, NotStrict> {
        self.literal().map(|(text, _)| text)
    }

    /// A string literal, and whether there is an escape in it.
    #[inline(always)]
    fn literal(&mut self) -> Result<(&'a str, bool), NotStrict> {
        self.expect(b'"')?;
        let start = self.at;
        let mut is_escaped = false;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            self.at += run(rest, special);
            match self.peek().ok_or(NotStrict)? {
                b'"' => {
                    let escaped = self.since(start);
                    self.at += 1;
                    return Ok((escaped, is_escaped));
                }
                b'\\' => {
                    is_escaped = true;
                    self.escape()?;
                }
                0..=0x1f => return Err(NotStrict),
                _ => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<(), NotStrict> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 1;
                Ok(())
            }
            Some(b'u') => match self.code_unit()? {
                0xd800..=0xdbff if self.take(b'\\') && self.peek() == Some(b'u') => {
                    if matches!(self.code_unit()?, 0xdc00..=0xdfff) {
                        Ok(())
                    } else {
                        Err(NotStrict)
                    }
                }
                0xd800..=0xdfff => Err(NotStrict),
                _ => Ok(()),
            },
            _ => Err(NotStrict),
        }
    }

    /// The `uXXXX` of an escape.
    fn code_unit(&mut self) -> Result<u16, NotStrict> {
        let digits = self
            .text
            .as_bytes()
            .get(self.at + 1..self.at + 5)
            .ok_or(NotStrict)?;
        self.at += 5;
        hex_value(digits).ok_or(NotStrict)
    }

    /// A number literal (RFC 8259 §6) within the range of a double.
    fn number(&mut self) -> Result<&'a str, NotStrict> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let text = self.since(start);
        if number::is_in_range(text) {
            Ok(text)
        } else {
            Err(NotStrict)
        }
    }

    fn digits(&mut self) -> Result<(), NotStrict> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at > start {
            Ok(())
        } else {
            Err(NotStrict)
        }
    }
}

/// The bracket that closes the innermost open container.
fn close_of(is_object: u128) -> u8 {
    if is_object & 1 == 1 { b'}' } else { b']' }
}

#[inline(never)]
fn hex_value(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0u16, |value, digit| {
        Some(value << 4 | char::from(*digit).to_digit(16)? as u16)
    })
}

/// Resolves the escapes of a checked string.
#[inline(never)]
fn unescape(escaped: &str) -> Cow<'_, str> {
    // Of what is special, a checked string has backslashes alone.
    let bytes = escaped.as_bytes();
    let rest = bytes.get(run(bytes, special)..).unwrap_or_default();
    if !rest.contains(&b'\\') {
        return Cow::Borrowed(escaped);
    }
    Cow::Owned(unescape_all(escaped))
}

/// Few strings hold escapes, so this is written to be short.
#[cold]
#[inline(never)]
fn unescape_all(escaped: &str) -> String {
    let mut out = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(backslash) = rest.bytes().position(|byte| byte == b'\\') {
        let (plain, escape) = rest.split_at_checked(backslash).unwrap_or_default();
        let (meaning, length) = meaning_of(escape.as_bytes());
        out.push_str(plain);
        out.push(meaning);
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// What the escape at the front of a checked text stands for, and how long it is.
fn meaning_of(escape: &[u8]) -> (char, usize) {
    let unit = |at: usize| {
        escape
            .get(at..at + 4)
            .and_then(hex_value)
            .map_or(0, u32::from)
    };
    let plain = match escape.get(1).copied().unwrap_or_default() {
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => {
            let (code, length) = match unit(2) {
                high @ 0xd800..0xdc00 => (0x1_0000 + ((high & 0x3ff) << 10 | unit(8) & 0x3ff), 12),
                code => (code, 6),
            };
            return (char::from_u32(code).unwrap_or_default(), length);
        }
        itself => itself,
    };
    (char::from(plain), 2)
}

#[cfg(test)]
mod tests;
