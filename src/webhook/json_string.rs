//! Judges a JSON text literal byte by byte: UTF-8 (RFC 3629), escapes (RFC 8259 §7), and no
//! surrogate alone (RFC 8259 §8.2).

use crate::encoding::hex_value;

/// Where inside a text the scanner is.
#[derive(Default)]
pub(super) struct Text {
    /// Continuation bytes that must still come, and the range of the next one
    /// (RFC 3629 §4).
    continuation: u8,
    range: (u8, u8),
    escape: Escape,
    /// A high surrogate was escaped, so a low one must follow.
    high_surrogate: bool,
}

#[derive(Clone, Copy, Default)]
enum Escape {
    Backslash,
    /// The digits read so far and their value.
    CodeUnit(u8, u16),
    #[default]
    None,
}

/// What a byte is to the text it stands in.
pub(super) enum TextStep {
    End,
    Inside,
}

impl Text {
    /// Whether any plain byte may come next.
    pub(super) fn is_plain(&self) -> bool {
        self.continuation == 0 && matches!(self.escape, Escape::None) && !self.high_surrogate
    }

    /// Judges the next byte; `None` when it cannot stand here.
    pub(super) fn step(&mut self, byte: u8) -> Option<TextStep> {
        match self.escape {
            Escape::Backslash => self.step_escape(byte)?,
            Escape::CodeUnit(digits, value) => self.step_code_unit(digits, value, byte)?,
            Escape::None if self.continuation > 0 => self.step_continuation(byte)?,
            Escape::None if byte == b'\\' => self.escape = Escape::Backslash,
            Escape::None if self.high_surrogate => return None,
            Escape::None if byte == b'"' => return Some(TextStep::End),
            Escape::None if is_plain(byte) => {}
            Escape::None => self.begin_continuation(byte)?,
        }
        Some(TextStep::Inside)
    }

    fn step_escape(&mut self, byte: u8) -> Option<()> {
        self.escape = match byte {
            b'u' => Escape::CodeUnit(0, 0),
            _ if self.high_surrogate => return None,
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Escape::None,
            _ => return None,
        };
        Some(())
    }

    fn step_code_unit(&mut self, digits: u8, value: u16, byte: u8) -> Option<()> {
        let value = value << 4 | u16::from(hex_value(byte)?);
        if digits < 3 {
            self.escape = Escape::CodeUnit(digits + 1, value);
            return Some(());
        }
        self.escape = Escape::None;
        let low = matches!(value, 0xdc00..=0xdfff);
        if low != self.high_surrogate {
            return None;
        }
        self.high_surrogate = matches!(value, 0xd800..=0xdbff);
        Some(())
    }

    fn step_continuation(&mut self, byte: u8) -> Option<()> {
        let (lowest, highest) = self.range;
        if !(lowest..=highest).contains(&byte) {
            return None;
        }
        self.continuation -= 1;
        self.range = (0x80, 0xbf);
        Some(())
    }

    /// The first byte of a character beyond ASCII; overlong forms, surrogates and what lies
    /// beyond Unicode are shut out by the range of the second (RFC 3629 §4).
    fn begin_continuation(&mut self, byte: u8) -> Option<()> {
        (self.continuation, self.range) = match byte {
            0xc2..=0xdf => (1, (0x80, 0xbf)),
            0xe0 => (2, (0xa0, 0xbf)),
            0xed => (2, (0x80, 0x9f)),
            0xe1..=0xef => (2, (0x80, 0xbf)),
            0xf0 => (3, (0x90, 0xbf)),
            0xf1..=0xf3 => (3, (0x80, 0xbf)),
            0xf4 => (3, (0x80, 0x8f)),
            _ => return None,
        };
        Some(())
    }
}

/// Whether a byte stands for itself in a text.
pub(super) fn is_plain(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7f) && byte != b'"' && byte != b'\\'
}
