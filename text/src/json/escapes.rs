//! What the escapes of a checked string stand for (RFC 8259 §7).

use std::borrow::Cow;

use crate::bytes::run;
#[cfg(target_feature = "simd128")]
use crate::lanes::special;
#[cfg(not(target_feature = "simd128"))]
use crate::table::special;

/// Resolves the escapes of a checked string.
#[inline(never)]
pub(super) fn unescape(escaped: &str) -> Cow<'_, str> {
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
            .and_then(code_unit)
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

/// The UTF-16 code unit that hex digits spell (RFC 8259 §7).
#[inline(never)]
pub(super) fn code_unit(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0u16, |value, digit| {
        Some(value << 4 | char::from(*digit).to_digit(16)? as u16)
    })
}
