//! Text forms of bytes: strict base64url and base64, hex, and percent-encoding for URLs; and of
//! numbers in bytes, the shortest.
//!
//! Decoding accepts exactly one spelling of each byte string (RFC 4648 §3.5): no white space,
//! no stray padding, no letter of the other alphabet, unused bits zero. Two different texts
//! therefore never decode to the same bytes.

pub use countersign_text::{Base64, NotCanonical};

/// Decodes an even number of hex digits of either case.
///
/// # Errors
///
/// [`NotCanonical`] on an odd length or any other character.
pub fn decode_hex(text: &[u8]) -> Result<Vec<u8>, NotCanonical> {
    if !text.len().is_multiple_of(2) {
        return Err(NotCanonical);
    }
    // Without branches, as nobody foresees which digits are letters.
    let mut odd = 0;
    let mut digit = |byte: u8| {
        let value = HEX_VALUES[byte as usize];
        odd |= value;
        value & 15
    };
    let pairs = text.as_chunks().0.iter();
    let bytes = pairs.map(|[high, low]| digit(*high) << 4 | digit(*low));
    let bytes = bytes.collect();
    if odd < 16 {
        Ok(bytes)
    } else {
        Err(NotCanonical)
    }
}

/// A big-endian number without leading zeros (RFC 7518 §2).
pub(crate) fn shortest(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// What a character stands for as a hex digit of either case.
pub(crate) fn hex_value(digit: u8) -> Option<u8> {
    Some(HEX_VALUES[digit as usize]).filter(|value| *value < 16)
}

/// The same; 16 for a character that is none.
static HEX_VALUES: [u8; 256] = {
    let mut values = [16; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789abcdef"[value as usize];
        values[digit as usize] = value;
        values[digit.to_ascii_uppercase() as usize] = value;
        value += 1;
    }
    values
};

/// Encodes `bytes` as lower-case hex digits.
pub fn encode_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        text.push(hex_digit(byte >> 4));
        text.push(hex_digit(*byte));
    }
    text
}

/// The lower four bits as a digit.
fn hex_digit(byte: u8) -> char {
    char::from_digit(u32::from(byte & 15), 16).unwrap_or_default()
}

/// Cuts a text at the first place where `mark` stands. The standard library's own search brings
/// along tables for printing what it could not cut.
pub(crate) fn split_once<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text.as_bytes(), mark.as_bytes())?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

/// Where `mark` stands for the first time. Of most places the first byte says that it is not there.
pub(crate) fn find(text: &[u8], mark: &[u8]) -> Option<usize> {
    let (first, others) = mark.split_first()?;
    let mut behind = 0;
    loop {
        let rest = text.get(behind..)?;
        behind += rest.iter().position(|byte| byte == first)? + 1;
        if text.get(behind..)?.starts_with(others) {
            return Some(behind - 1);
        }
    }
}

/// The parts of a text between the places where `mark` stands, which is ASCII.
pub(crate) fn split(text: &str, mark: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let text = rest?;
        let end = text.bytes().position(|byte| byte == mark);
        rest = end.and_then(|end| text.get(end + 1..));
        text.get(..end.unwrap_or(text.len()))
    })
}

/// A text without those of `bytes`, all ASCII, that stand at its ends.
pub(crate) fn trim<'a>(text: &'a str, bytes: &[u8]) -> &'a str {
    let stays = |byte| !bytes.contains(&byte);
    let begin = text.bytes().position(stays);
    let end = text.bytes().rposition(stays);
    let inside = begin
        .zip(end)
        .and_then(|(begin, end)| text.get(begin..=end));
    inside.unwrap_or_default()
}

/// Whether `part` stands somewhere in a text.
pub(crate) fn contains(text: &str, part: &str) -> bool {
    split_once(text, part).is_some()
}

/// The text with `with` wherever `mark` stood.
pub(crate) fn replace(text: &str, mark: &str, with: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = split_once(rest, mark) {
        replaced.push_str(before);
        replaced.push_str(with);
        rest = behind;
    }
    replaced.push_str(rest);
    replaced
}

/// Appends `text` to a URL with everything outside the unreserved characters
/// (RFC 3986 §2.3) percent-encoded: fit for one path segment or one query value.
pub fn percent_encode(text: &str, url: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push('%');
            url.push(hex_digit(byte >> 4).to_ascii_uppercase());
            url.push(hex_digit(byte).to_ascii_uppercase());
        }
    }
}

/// Decodes percent-escapes (RFC 3986 §2.1), and says whether all that begin like one are whole. One
/// that is broken stays as it is.
pub(crate) fn percent_decode(text: &[u8]) -> (Vec<u8>, bool) {
    let mut decoded = Vec::with_capacity(text.len());
    let (mut rest, mut all_whole) = (text, true);
    loop {
        match (escape(rest), rest) {
            (Some((byte, behind)), _) => {
                decoded.push(byte);
                rest = behind;
            }
            (None, [byte, behind @ ..]) => {
                decoded.push(*byte);
                all_whole &= *byte != b'%';
                rest = behind;
            }
            (None, []) => return (decoded, all_whole),
        }
    }
}

/// What the escape at the front stands for, where there is one, and the text behind it.
fn escape(text: &[u8]) -> Option<(u8, &[u8])> {
    let ([b'%', high, low], behind) = text.split_first_chunk()? else {
        return None;
    };
    Some((hex_value(*high)? << 4 | hex_value(*low)?, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_escapes_are_decoded_and_broken_ones_stay() {
        let rows: [(&str, &[u8], bool); 9] = [
            ("", b"", true),
            ("a-b", b"a-b", true),
            ("%2e%2E", b"..", true),
            ("%00%fF", &[0, 255], true),
            ("%252e", b"%2e", true),
            ("%", b"%", false),
            ("a%2", b"a%2", false),
            ("%g0%41", b"%g0A", false),
            ("%%41%4", b"%A%4", false),
        ];
        for (text, bytes, all_whole) in rows {
            let decoded = percent_decode(text.as_bytes());
            assert_eq!(decoded, (bytes.to_vec(), all_whole), "{text}");
        }
        for byte in 0..=255u8 {
            let value = char::from(byte).to_digit(16).map(|value| value as u8);
            assert_eq!(hex_value(byte), value, "{byte}");
        }
    }

    #[test]
    fn texts_are_searched_as_the_standard_library_does() {
        for text in ["", "a", "ab", "aab", "abab", "é-ab-é", "aaaa", "bé"] {
            for mark in ["a", "ab", "aa", "é", "abc", "bé"] {
                assert_eq!(
                    split_once(text, mark),
                    text.split_once(mark),
                    "{text} {mark}"
                );
                assert_eq!(contains(text, mark), text.contains(mark), "{text} {mark}");
                assert_eq!(replace(text, mark, "<>"), text.replace(mark, "<>"));
            }
            assert!(split(text, b'a').eq(text.split('a')), "{text}");
            assert_eq!(trim(text, b"ab"), text.trim_matches(['a', 'b']), "{text}");
        }
    }

    #[test]
    fn hex_takes_either_case_and_whole_bytes_only() {
        assert_eq!(decode_hex(b"00fFa5").unwrap(), [0, 255, 165]);
        assert_eq!(encode_hex(&[0, 255, 165]), "00ffa5");
        for text in [
            "0", "0g", "+1", "0x", " 0", "/0", ":0", "@0", "G0", "`0", "0\u{ff}",
        ] {
            assert_eq!(decode_hex(text.as_bytes()), Err(NotCanonical), "{text:?}");
        }
    }

    #[test]
    fn percent_encoding_leaves_no_delimiter() {
        let mut url = String::new();
        percent_encode("a/b?c#d%2f..\\\r\né~-_", &mut url);
        assert_eq!(url, "a%2Fb%3Fc%23d%252f..%5C%0D%0A%C3%A9~-_");
    }
}
