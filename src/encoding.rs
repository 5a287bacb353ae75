//! Text forms of bytes: strict base64url and base64, hex, and percent-encoding for URLs.
//!
//! Decoding accepts exactly one spelling of each byte string (RFC 4648 §3.5): no white space,
//! no stray padding, no letter of the other alphabet, unused bits zero. Two different texts
//! therefore never decode to the same bytes.

/// A text that is not the canonical encoding of any byte string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotCanonical;

/// Which base64 letters and padding are in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base64 {
    /// The URL-safe alphabet without padding (RFC 7515 §2).
    Url,
    /// The standard alphabet with its padding (RFC 4648 §4).
    Standard,
}

const INVALID: u8 = 0xff;
const URL_VALUES: [u8; 256] = letter_values(b'-', b'_');
const STANDARD_VALUES: [u8; 256] = letter_values(b'+', b'/');

const fn letter_values(sixty_two: u8, sixty_three: u8) -> [u8; 256] {
    let mut values = [INVALID; 256];
    let mut i = 0;
    while i < 26 {
        values[b'A' as usize + i] = i as u8;
        values[b'a' as usize + i] = i as u8 + 26;
        i += 1;
    }
    i = 0;
    while i < 10 {
        values[b'0' as usize + i] = i as u8 + 52;
        i += 1;
    }
    values[sixty_two as usize] = 62;
    values[sixty_three as usize] = 63;
    values
}

impl Base64 {
    /// Decodes `text` into a new vector.
    ///
    /// # Errors
    ///
    /// [`NotCanonical`] when `text` is not the one encoding of some bytes.
    pub fn decode(self, text: &[u8]) -> Result<Vec<u8>, NotCanonical> {
        let mut out = Vec::with_capacity(text.len() / 4 * 3 + 2);
        self.decode_into(text, &mut out)?;
        Ok(out)
    }

    /// Decodes `text` to the end of `out`, which on failure may hold a part of it.
    ///
    /// # Errors
    ///
    /// [`NotCanonical`] when `text` is not the one encoding of some bytes.
    pub fn decode_into(self, text: &[u8], out: &mut Vec<u8>) -> Result<(), NotCanonical> {
        let values = match self {
            Self::Url => &URL_VALUES,
            Self::Standard => &STANDARD_VALUES,
        };
        let letters = self.without_padding(text)?;
        let mut quads = letters.chunks_exact(4);
        for quad in &mut quads {
            let bits = sextets(values, quad)?;
            out.extend_from_slice(&[(bits >> 16) as u8, (bits >> 8) as u8, bits as u8]);
        }
        let rest = quads.remainder();
        let bits = sextets(values, rest)?;
        match rest.len() {
            0 => Ok(()),
            2 if bits & 0x0f == 0 => {
                out.push((bits >> 4) as u8);
                Ok(())
            }
            3 if bits & 0x03 == 0 => {
                out.extend_from_slice(&[(bits >> 10) as u8, (bits >> 2) as u8]);
                Ok(())
            }
            _ => Err(NotCanonical),
        }
    }

    /// Checks and cuts the padding that the standard alphabet demands.
    fn without_padding(self, text: &[u8]) -> Result<&[u8], NotCanonical> {
        if self == Self::Url {
            return Ok(text);
        }
        if !text.len().is_multiple_of(4) {
            return Err(NotCanonical);
        }
        Ok(text
            .strip_suffix(b"==")
            .or(text.strip_suffix(b"="))
            .unwrap_or(text))
    }

    /// Encodes `bytes`.
    pub fn encode(self, bytes: &[u8]) -> String {
        let letters: &[u8; 64] = match self {
            Self::Url => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
            Self::Standard => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        };
        let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
        for chunk in bytes.chunks(3) {
            let bits = chunk.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b))
                << (8 * (3 - chunk.len()));
            for i in 0..=chunk.len() {
                text.push(char::from(letters[(bits >> (18 - 6 * i) & 63) as usize]));
            }
            if self == Self::Standard {
                (chunk.len()..3).for_each(|_| text.push('='));
            }
        }
        text
    }
}

/// The bits of up to four letters, the first one highest.
fn sextets(values: &[u8; 256], letters: &[u8]) -> Result<u32, NotCanonical> {
    let mut bits = 0;
    let mut seen = 0;
    for letter in letters {
        let value = values[usize::from(*letter)];
        seen |= value;
        bits = bits << 6 | u32::from(value & 63);
    }
    // Letters have values below 64; INVALID sets the top bits.
    if seen > 63 {
        Err(NotCanonical)
    } else {
        Ok(bits)
    }
}

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

    /// RFC 4648 §10.
    #[test]
    fn rfc_4648_vectors_hold_both_ways() {
        let rows: [(&str, &str); 7] = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, text) in rows {
            assert_eq!(Base64::Standard.encode(plain.as_bytes()), text);
            assert_eq!(
                Base64::Standard.decode(text.as_bytes()).unwrap(),
                plain.as_bytes()
            );
            let bare = text.trim_end_matches('=');
            assert_eq!(Base64::Url.encode(plain.as_bytes()), bare);
            assert_eq!(
                Base64::Url.decode(bare.as_bytes()).unwrap(),
                plain.as_bytes()
            );
        }
    }

    /// RFC 7515 appendix C.
    #[test]
    fn the_url_alphabet_is_its_own() {
        assert_eq!(Base64::Url.encode(&[3, 236, 255, 224, 193]), "A-z_4ME");
        assert_eq!(
            Base64::Standard.encode(&[3, 236, 255, 224, 193]),
            "A+z/4ME="
        );
        assert_eq!(Base64::Url.decode(b"A+z/4ME"), Err(NotCanonical));
        assert_eq!(Base64::Standard.decode(b"A-z_4ME="), Err(NotCanonical));
    }

    #[test]
    fn only_the_canonical_spelling_is_accepted() {
        for text in [
            "Zg==", "Zh", "Zm9", "Z", "Zm9vY", " Zg", "Zg\n", "Z g", "Zg=", "=", "é",
        ] {
            assert_eq!(
                Base64::Url.decode(text.as_bytes()),
                Err(NotCanonical),
                "{text:?}"
            );
        }
        for text in [
            "Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "====", "Zm=9", "A===",
        ] {
            assert_eq!(
                Base64::Standard.decode(text.as_bytes()),
                Err(NotCanonical),
                "{text:?}"
            );
        }
    }

    #[test]
    fn every_pair_of_letters_decodes_to_at_most_one_spelling() {
        let mut seen = std::collections::HashMap::new();
        for first in 0..=255u8 {
            for second in 0..=255u8 {
                if let Ok(bytes) = Base64::Url.decode(&[first, second]) {
                    assert!(seen.insert(bytes, [first, second]).is_none());
                }
            }
        }
        assert_eq!(seen.len(), 256);
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
