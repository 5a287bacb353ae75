//! The walk over a text: a loop, so that depth costs no stack.

use std::borrow::Cow;

use super::escapes::{code_unit, unescape};
use super::{MAX_DEPTH, NotStrict, Object, Value};
use crate::bytes::run;
#[cfg(target_feature = "simd128")]
use crate::lanes::special;
use crate::member::{self, Member};
use crate::number;
#[cfg(not(target_feature = "simd128"))]
use crate::table::special;

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
    ///
    /// # Errors
    ///
    /// [`NotStrict`] where there is neither.
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
    ///
    /// # Errors
    ///
    /// [`NotStrict`] where no name or no colon stands here.
    #[inline(always)]
    pub fn name(&mut self) -> Result<Cow<'a, str>, NotStrict> {
        let (name, is_escaped) = self.member_name()?;
        Ok(match is_escaped {
            true => unescape(name),
            false => Cow::Borrowed(name),
        })
    }

    /// A value that is no container.
    ///
    /// # Errors
    ///
    /// [`NotStrict`] where no such value stands here.
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
    pub(super) fn skip_space(&mut self) {
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

    pub(super) fn object(&mut self) -> Result<Object<'a>, NotStrict> {
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
    pub(super) fn elements(
        &mut self,
        accept: &mut dyn FnMut(Value<'a>) -> bool,
    ) -> Result<(), NotStrict> {
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
        code_unit(digits).ok_or(NotStrict)
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
