//! Reads two members of a JSON body while it streams by.
//!
//! The body is never held: the scanner keeps one bit per level of nesting and the member it
//! is reading. So a delivery gets the same verdict whether it comes in one piece or in many.
//! What the scanner takes for an object, [`crate::json::Object`] takes too, with two
//! differences that keeping no names brings: duplicates are noticed among the wanted members
//! only, and a number may have no more than [`MAX_NUMBER_BYTES`].

use countersign_text::plain_run;

use crate::error::{Error, WebhookError};
use crate::json::{Json, MAX_DEPTH};

use super::json_string::{Text, TextStep};

/// The longest number that is read.
const MAX_NUMBER_BYTES: usize = 512;

/// The longest name or wanted text, with its quotes and escapes; a longer one is read, but
/// not reported.
const MAX_TEXT_BYTES: usize = 1 << 10;

/// The members that are looked for, as the body spells them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wanted {
    pub(super) event_type: Option<&'static str>,
    pub(super) id: Option<&'static str>,
    /// Whether the body has to be a JSON object from end to end. Otherwise scanning stops as
    /// soon as both members are found, and a body of another kind has none.
    pub(super) whole: bool,
}

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Members {
    pub(super) event_type: Option<String>,
    pub(super) id: Option<String>,
}

/// The body is not one strict JSON object.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotObject;

impl From<NotObject> for Error {
    fn from(_: NotObject) -> Self {
        WebhookError::PayloadInvalid.into()
    }
}

/// The scanner.
pub(super) struct Envelope {
    wanted: Wanted,
    found: Members,
    seen_type: bool,
    seen_id: bool,
    /// The wanted member whose value comes next.
    next: Option<Member>,
    state: State,
    /// Which open containers are objects, the innermost in the lowest bit.
    objects: u128,
    depth: u32,
    in_name: bool,
    text: Text,
    /// The number, name or wanted text that is being read.
    buffer: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Member {
    Id,
    Type,
}

#[derive(Clone, Copy)]
enum State {
    Broken,
    Colon,
    CommaOrEnd,
    End,
    /// Everything that is wanted was found.
    Enough,
    FirstName,
    FirstValue,
    Name,
    Number,
    Start,
    Text,
    Value,
    /// The rest of `true`, `false` or `null`.
    Word(&'static [u8]),
}

impl Envelope {
    pub(super) fn new(wanted: Wanted) -> Self {
        let mut envelope = Self {
            wanted,
            found: Members::default(),
            seen_type: wanted.event_type.is_none(),
            seen_id: wanted.id.is_none(),
            next: None,
            state: State::Start,
            objects: 0,
            depth: 0,
            in_name: false,
            text: Text::default(),
            buffer: Vec::new(),
        };
        envelope.stop_when_complete();
        envelope
    }

    /// Reads the next part of the body.
    pub(super) fn feed(&mut self, mut bytes: &[u8]) {
        while let Some((byte, rest)) = bytes.split_first() {
            if matches!(self.state, State::Broken | State::Enough) {
                return;
            }
            bytes = rest;
            self.step(*byte);
            if matches!(self.state, State::Text) && self.text.is_plain() {
                let (plain, behind) = bytes.split_at_checked(plain_run(bytes)).unwrap_or_default();
                self.keep(plain);
                bytes = behind;
            }
        }
    }

    /// Says what was found.
    ///
    /// # Errors
    ///
    /// [`NotObject`] where the whole body had to be an object and is not.
    pub(super) fn finish(self) -> Result<Members, NotObject> {
        match self.state {
            State::End | State::Enough => Ok(self.found),
            _ if self.wanted.whole => Err(NotObject),
            _ => Ok(Members::default()),
        }
    }

    fn step(&mut self, byte: u8) {
        match self.state {
            State::Text => self.step_text(byte),
            State::Number if is_numeric(byte) => self.keep(&[byte]),
            State::Number => {
                self.end_number();
                self.step(byte);
            }
            State::Word(rest) => {
                self.state = match rest.split_first() {
                    Some((expected, [])) if *expected == byte => State::CommaOrEnd,
                    Some((expected, rest)) if *expected == byte => State::Word(rest),
                    _ => State::Broken,
                };
            }
            _ if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') => {}
            _ => self.step_between(byte),
        }
    }

    /// A byte between texts, numbers and words.
    fn step_between(&mut self, byte: u8) {
        let in_object = self.objects & 1 == 1;
        match (self.state, byte) {
            (State::Start, b'{') => self.open(true),
            (State::FirstName | State::Name, b'"') => self.begin_text(true),
            (State::FirstName, b'}') => self.close(),
            (State::Colon, b':') => self.state = State::Value,
            (State::FirstValue, b']') => self.close(),
            (State::FirstValue | State::Value, _) => self.begin_value(byte),
            (State::CommaOrEnd, b',') if in_object => self.state = State::Name,
            (State::CommaOrEnd, b',') => self.state = State::Value,
            (State::CommaOrEnd, b'}') if in_object => self.close(),
            (State::CommaOrEnd, b']') if !in_object => self.close(),
            _ => self.state = State::Broken,
        }
    }

    fn begin_value(&mut self, byte: u8) {
        if byte == b'"' {
            return self.begin_text(false);
        }
        // Only texts are reported; the member has been seen all the same.
        self.next = None;
        match byte {
            b'{' => self.open(true),
            b'[' => self.open(false),
            b't' => self.state = State::Word(b"rue"),
            b'f' => self.state = State::Word(b"alse"),
            b'n' => self.state = State::Word(b"ull"),
            b'-' | b'0'..=b'9' => {
                self.state = State::Number;
                self.buffer.clear();
                self.keep(&[byte]);
            }
            _ => self.state = State::Broken,
        }
        self.stop_when_complete();
    }

    fn open(&mut self, object: bool) {
        if self.depth == MAX_DEPTH {
            self.state = State::Broken;
            return;
        }
        self.depth += 1;
        self.objects = self.objects << 1 | u128::from(object);
        self.state = if object {
            State::FirstName
        } else {
            State::FirstValue
        };
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.objects >>= 1;
        self.state = if self.depth == 0 {
            State::End
        } else {
            State::CommaOrEnd
        };
    }

    fn end_number(&mut self) {
        // Grammar (RFC 8259 §6) and the range of a double in one.
        let is_number = is_plain_integer(&self.buffer)
            || self.buffer.len() <= MAX_NUMBER_BYTES && Json::parse(&self.buffer).is_ok();
        self.state = if is_number {
            State::CommaOrEnd
        } else {
            State::Broken
        };
    }

    fn begin_text(&mut self, name: bool) {
        self.in_name = name;
        self.text = Text::default();
        self.state = State::Text;
        self.buffer.clear();
        // Most names and kinds fit, so that there is one allocation and not one for each part.
        self.buffer.reserve(64);
        self.keep(b"\"");
    }

    fn step_text(&mut self, byte: u8) {
        match self.text.step(byte) {
            Some(TextStep::Inside) => self.keep(&[byte]),
            Some(TextStep::End) => self.end_text(),
            None => self.state = State::Broken,
        }
    }

    fn end_text(&mut self) {
        self.keep(b"\"");
        let text = || text_of(&self.buffer);
        if !self.in_name {
            self.state = State::CommaOrEnd;
            match self.next.take() {
                Some(Member::Type) => self.found.event_type = text(),
                Some(Member::Id) => self.found.id = text(),
                None => {}
            }
            self.stop_when_complete();
            return;
        }
        self.state = State::Colon;
        if self.depth != 1 {
            return;
        }
        let name = text();
        let name = name.as_deref();
        if name.is_some() && name == self.wanted.event_type {
            self.begin_member(Member::Type);
        } else if name.is_some() && name == self.wanted.id {
            self.begin_member(Member::Id);
        }
    }

    fn begin_member(&mut self, member: Member) {
        let seen = match member {
            Member::Id => &mut self.seen_id,
            Member::Type => &mut self.seen_type,
        };
        if core::mem::replace(seen, true) {
            // Two readers may take two of them.
            self.state = State::Broken;
        }
        self.next = Some(member);
    }

    fn stop_when_complete(&mut self) {
        let complete = self.seen_type && self.seen_id && self.next.is_none();
        if complete && !self.wanted.whole && !matches!(self.state, State::Broken) {
            self.state = State::Enough;
        }
    }

    /// Keeps bytes where something will be made of them. One byte beyond the ceiling is kept,
    /// which spoils the reading and so marks it as too long.
    fn keep(&mut self, bytes: &[u8]) {
        let of_interest = match self.state {
            State::Number => true,
            _ if self.in_name => self.depth == 1,
            _ => self.next.is_some(),
        };
        if of_interest {
            let room = (MAX_TEXT_BYTES + 1).saturating_sub(self.buffer.len());
            let kept = bytes.get(..room).unwrap_or(bytes);
            self.buffer.extend_from_slice(kept);
        }
    }
}

/// The text between the quotes; `None` where it was too long to be kept.
fn text_of(quoted: &[u8]) -> Option<String> {
    let inside = quoted.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    // Its bytes have been judged one by one: without an escape it is its own meaning.
    if quoted.len() <= MAX_TEXT_BYTES && !inside.contains(&b'\\') {
        return core::str::from_utf8(inside).ok().map(str::to_owned);
    }
    match Json::parse(quoted) {
        Ok(Json::String(text)) => Some(text),
        _ => None,
    }
}

/// Whether a number is of the kind that most are: digits, and few enough for any double.
fn is_plain_integer(number: &[u8]) -> bool {
    matches!(number, [b'1'..=b'9', rest @ ..] if rest.len() < 15 && rest.iter().all(u8::is_ascii_digit))
}

fn is_numeric(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Object;

    const WHOLE: Wanted = Wanted {
        event_type: Some("type"),
        id: Some("id"),
        whole: true,
    };
    const GLANCE: Wanted = Wanted {
        whole: false,
        ..WHOLE
    };

    fn scan(wanted: Wanted, body: &[u8]) -> Result<Members, NotObject> {
        let mut envelope = Envelope::new(wanted);
        envelope.feed(body);
        envelope.finish()
    }

    fn members(event_type: Option<&str>, id: Option<&str>) -> Members {
        Members {
            event_type: event_type.map(str::to_owned),
            id: id.map(str::to_owned),
        }
    }

    #[test]
    fn top_level_members_are_found_in_any_order_and_spelling() {
        for body in [
            r#"{"id":"evt_1","type":"user.créated"}"#,
            r#" { "a" : [ { "type" : "no" } ] , "t\u0079pe" : "user.cr\u00e9ated", "id" : "evt_1" } "#,
        ] {
            let both = members(Some("user.cr\u{e9}ated"), Some("evt_1"));
            assert_eq!(scan(WHOLE, body.as_bytes()), Ok(both), "{body}");
        }
        assert_eq!(scan(WHOLE, b"{}"), Ok(members(None, None)));
        let nested =
            br#"{"data":{"type":"inner","id":"inner"},"n":-1.5e3,"l":[true,false,null,[]]}"#;
        assert_eq!(scan(WHOLE, nested), Ok(members(None, None)));
        let other_kinds = br#"{"type":7,"id":null}"#;
        assert_eq!(scan(WHOLE, other_kinds), Ok(members(None, None)));
        for kind in [
            "7",
            "null",
            "true",
            "[]",
            "{}",
            r#"{"a":"no"}"#,
            r#"["no"]"#,
        ] {
            let body = format!(r#"{{"type":{kind},"a":"no","id":{kind},"b":"no"}}"#);
            let found = scan(WHOLE, body.as_bytes());
            assert_eq!(found, Ok(members(None, None)), "{body}");
        }
    }

    #[test]
    fn a_wanted_member_that_stands_twice_is_refused() {
        assert_eq!(scan(WHOLE, br#"{"type":"a","type":"b"}"#), Err(NotObject));
        assert_eq!(scan(WHOLE, br#"{"id":1,"\u0069d":"b"}"#), Err(NotObject));
        assert_eq!(
            scan(GLANCE, br#"{"type":"a","type":"b","id":"c"}"#),
            Ok(members(None, None))
        );
    }

    #[test]
    fn a_glance_ends_when_both_are_found_and_forgives_other_bodies() {
        let found = members(Some("a"), Some("b"));
        assert_eq!(scan(GLANCE, br#"{"type":"a","id":"b",,,"#), Ok(found));
        assert_eq!(
            scan(GLANCE, br#"{"type":"a","id":7,,,"#),
            Ok(members(Some("a"), None)),
        );
        for body in [
            "",
            "token=1&type=a",
            "[1]",
            r#"{"type":"a""#,
            r#"{"type":"a","id":?"#,
            "\u{feff}{}",
        ] {
            assert_eq!(scan(GLANCE, body.as_bytes()), Ok(members(None, None)));
            assert_eq!(scan(WHOLE, body.as_bytes()), Err(NotObject), "{body}");
        }
    }

    #[test]
    fn texts_hold_well_formed_utf8_and_whole_surrogate_pairs() {
        let in_text = |bytes: &[u8]| scan(WHOLE, &[b"{\"a\":\"", bytes, b"\"}"].concat());
        for good in ["\u{7ff}", "\u{d7ff}\u{e000}", "\u{10ffff}", r"\ud83d\ude00"] {
            assert!(in_text(good.as_bytes()).is_ok(), "{good}");
        }
        let bad: [&[u8]; 10] = [
            b"\x80",
            b"\xc0\xaf",
            b"\xe0\x9f\xbf",
            b"\xed\xa0\x80",
            b"\xf0\x8f\xbf\xbf",
            b"\xf4\x90\x80\x80",
            b"\xe2\x82",
            br"\ud83d",
            br"\ude00",
            br"\ud83d\u0041",
        ];
        for bad in bad {
            assert_eq!(in_text(bad), Err(NotObject), "{bad:x?}");
        }
        for between in [r"\n", r"\\", r#"\""#, "a", "\u{e9}"] {
            let torn = format!(r"\ud83d{between}\ude00");
            assert_eq!(in_text(torn.as_bytes()), Err(NotObject), "{torn}");
        }
    }

    /// Every first byte, followed by the bytes at the edges of what RFC 3629 §4 allows.
    #[test]
    fn texts_are_utf8_as_the_standard_library_judges_it() {
        const EDGES: [u8; 9] = [b'a', 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];
        let judge = |bytes: &[u8]| {
            let mut text = super::Text::default();
            let whole = bytes.iter().all(|b| text.step(*b).is_some()) && text.is_plain();
            assert_eq!(whole, core::str::from_utf8(bytes).is_ok(), "{bytes:x?}");
        };
        for first in 0x80..=0xff {
            judge(&[first]);
            for second in EDGES {
                judge(&[first, second]);
                for third in EDGES {
                    judge(&[first, second, third]);
                    for fourth in EDGES {
                        judge(&[first, second, third, fourth]);
                    }
                }
            }
        }
    }

    #[test]
    fn a_long_text_is_read_but_not_reported() {
        let long = "a".repeat(MAX_TEXT_BYTES);
        let body = format!(r#"{{"type":"{long}","id":"b","{long}":1}}"#);
        let found = scan(WHOLE, body.as_bytes());
        assert_eq!(found, Ok(members(None, Some("b"))));
        let longest = "a".repeat(MAX_TEXT_BYTES - 2);
        let body = format!(r#"{{"type":"{longest}"}}"#);
        let found = scan(WHOLE, body.as_bytes());
        assert_eq!(found, Ok(members(Some(&longest), None)));
        let number = "9".repeat(MAX_NUMBER_BYTES - 2);
        let body = format!(r#"{{"n":0.{number}}}"#);
        assert!(scan(WHOLE, body.as_bytes()).is_ok());
        let number = "9".repeat(MAX_NUMBER_BYTES + 1);
        let body = format!(r#"{{"n":0.{number}}}"#);
        assert_eq!(scan(WHOLE, body.as_bytes()), Err(NotObject));
    }

    #[test]
    fn nesting_ends_where_the_tokens_reader_ends_it() {
        let nested = |n: usize| format!("{{\"a\":{}{}}}", "[".repeat(n), "]".repeat(n));
        assert!(scan(WHOLE, nested(127).as_bytes()).is_ok());
        assert!(scan(WHOLE, nested(128).as_bytes()).is_err());
        assert!(scan(WHOLE, nested(1_000_000).as_bytes()).is_err());
        for (open, close) in [(128, "]".repeat(129)), (128, "]".repeat(127) + "}")] {
            let unbalanced = format!("{{\"a\":{}{close}", "[".repeat(open));
            assert!(scan(WHOLE, unbalanced.as_bytes()).is_err());
        }
    }

    /// One edit away from good text, the verdict is that of the reader for tokens, and how
    /// the text is cut makes no difference.
    #[test]
    fn verdicts_agree_with_the_tokens_reader_on_mutated_text() {
        let seed = "{\"a\":[1,-2.5e1,{\"b\":\"\\u0041\\ud83d\\ude00\\\\\"},[],true],\"type\":{\"d\":null,\"e\":\"\"},\"id\":\"gé€😀\"}".as_bytes();
        let mut random = 0x2545_f491_4f6c_dd1du64;
        for _ in 0..40_000 {
            let mut text = seed.to_vec();
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let at = random as usize % text.len();
            let byte = b"{}[],:\"\\ 0-.eEtfnud8\x00\xff\xc3\xed\xa0"[(random >> 32) as usize % 25];
            match random >> 60 {
                0..=7 => text[at] = byte,
                8..=11 => text.insert(at, byte),
                _ => drop(text.remove(at)),
            }
            let shown = String::from_utf8_lossy(&text);
            let whole = scan(WHOLE, &text);
            assert_eq!(whole.is_ok(), Object::parse(&text).is_ok(), "{shown}");
            let mut envelope = Envelope::new(WHOLE);
            let (first, second) = text.split_at((random >> 8) as usize % text.len());
            envelope.feed(first);
            second.iter().for_each(|b| envelope.feed(&[*b]));
            assert_eq!(envelope.finish(), whole, "{shown}");
        }
    }
}
