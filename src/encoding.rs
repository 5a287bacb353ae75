//! Text forms of bytes: strict base64url and base64, hex, and percent-encoding for URLs.
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
    let digit = |b: u8| char::from(b).to_digit(16).ok_or(NotCanonical);
    text.chunks_exact(2)
        .map(|pair| Ok((digit(pair[0])? << 4 | digit(pair[1])?) as u8))
        .collect()
}

/// Encodes `bytes` as lower-case hex digits.
pub fn encode_hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble & 15)]);
    bytes
        .iter()
        .flat_map(|b| [digit(b >> 4), digit(*b)])
        .collect()
}

/// Cuts a text at the first place where `mark` stands. The standard library's own search brings
/// along tables for printing what it could not cut.
pub(crate) fn split_once<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    let mut windows = text.as_bytes().windows(mark.len().max(1));
    let at = windows.position(|window| window == mark.as_bytes())?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
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
            for nibble in [byte >> 4, byte & 15] {
                url.push(char::from(b"0123456789ABCDEF"[usize::from(nibble)]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        }
    }

    #[test]
    fn hex_takes_either_case_and_whole_bytes_only() {
        assert_eq!(decode_hex(b"00fFa5").unwrap(), [0, 255, 165]);
        assert_eq!(encode_hex(&[0, 255, 165]), "00ffa5");
        for text in ["0", "0g", "+1", "0x", " 0"] {
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
