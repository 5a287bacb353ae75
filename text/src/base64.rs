//! Base64 in its two alphabets (RFC 4648), strictly.

#[cfg(target_feature = "simd128")]
use crate::lanes as group_of_letters;
#[cfg(not(target_feature = "simd128"))]
use crate::table as group_of_letters;

use group_of_letters::Strange;

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
        let mut out = Vec::new();
        self.decode_into(text, &mut out)?;
        Ok(out)
    }

    /// Decodes `text` to the end of `out`, which on failure may hold a part of it.
    ///
    /// # Errors
    ///
    /// [`NotCanonical`] when `text` is not the one encoding of some bytes.
    pub fn decode_into(self, text: &[u8], out: &mut Vec<u8>) -> Result<(), NotCanonical> {
        let letters = self.without_padding(text)?;
        let (groups, rest) = letters.as_chunks::<16>();
        let begin = out.len();
        out.reserve_exact(letters.len() / 4 * 3 + 2);
        out.resize(begin + groups.len() * 12, 0);
        let (dozens, _) = out
            .get_mut(begin..)
            .unwrap_or_default()
            .as_chunks_mut::<12>();
        let mut strange = Strange::none();
        for (group, dozen) in groups.iter().zip(dozens) {
            group_of_letters::decode(group, self.last_two(), dozen, &mut strange);
        }
        self.decode_rest(rest, out)?;
        if strange.is_none() {
            Ok(())
        } else {
            Err(NotCanonical)
        }
    }

    /// Decodes the last letters, of which the very last may not fill a byte.
    fn decode_rest(self, letters: &[u8], out: &mut Vec<u8>) -> Result<(), NotCanonical> {
        let values = values_of(self.last_two());
        let (quads, rest) = letters.as_chunks::<4>();
        let mut seen = 0;
        for quad in quads {
            let [_, bytes @ ..] = bits_of(values, quad, &mut seen).to_be_bytes();
            out.extend_from_slice(&bytes);
        }
        let bits = bits_of(values, rest, &mut seen);
        // Letters have values below 64; INVALID sets the top bits.
        match rest.len() {
            _ if seen > 63 => return Err(NotCanonical),
            0 => {}
            2 if bits & 0x0f == 0 => out.push((bits >> 4) as u8),
            3 if bits & 0x03 == 0 => {
                out.extend_from_slice(&[(bits >> 10) as u8, (bits >> 2) as u8]);
            }
            _ => return Err(NotCanonical),
        }
        Ok(())
    }

    /// The letters in which the alphabets differ.
    const fn last_two(self) -> [u8; 2] {
        match self {
            Self::Url => [b'-', b'_'],
            Self::Standard => [b'+', b'/'],
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

/// The value of every letter of the alphabet that ends so.
pub(crate) const fn values_of([sixty_two, _]: [u8; 2]) -> &'static [u8; 256] {
    match sixty_two {
        b'-' => &URL_VALUES,
        _ => &STANDARD_VALUES,
    }
}

/// The bits of letters, the first one highest, as far as there is room; `seen` gathers their values.
#[inline]
pub(crate) fn bits_of(values: &[u8; 256], letters: &[u8], seen: &mut u8) -> u32 {
    letters.iter().fold(0, |bits, letter| {
        let value = values[usize::from(*letter)];
        *seen |= value;
        bits << 6 | u32::from(value & 63)
    })
}

/// The three parts between the dots of a compact token (RFC 7515 §3.1); nothing where there are
/// not exactly two dots, or where a part has other than letters of base64url.
pub fn three_segments(text: &[u8]) -> Option<[&[u8]; 3]> {
    let (header, rest) = text.split_at_checked(text.iter().position(|byte| *byte == b'.')?)?;
    let (payload, signature) =
        rest.split_at_checked(rest.iter().rposition(|byte| *byte == b'.')?)?;
    // Both begin with the dot that they were cut at; the same dot, where there is but one.
    let parts = [header, payload.get(1..)?, signature.get(1..)?];
    parts.iter().all(|part| are_letters(part)).then_some(parts)
}

/// Whether all of `text` are letters of base64url.
fn are_letters(text: &[u8]) -> bool {
    let (groups, rest) = text.as_chunks::<16>();
    let (mut strange, mut seen) = (Strange::none(), 0);
    for group in groups {
        group_of_letters::check(group, Base64::Url.last_two(), &mut strange);
    }
    bits_of(&URL_VALUES, rest, &mut seen);
    seen < 64 && strange.is_none()
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
}
