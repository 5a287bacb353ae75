//! Base64 in its two alphabets (RFC 4648), strictly.

#[cfg(target_feature = "simd128")]
use crate::lanes as group_of_letters;
#[cfg(not(target_feature = "simd128"))]
use crate::table as group_of_letters;

use group_of_letters::{Alphabet, Strange};

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

const URL_LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const STANDARD_LETTERS: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static URL: Alphabet = Alphabet::new(URL_LETTERS);
static STANDARD: Alphabet = Alphabet::new(STANDARD_LETTERS);

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
        let alphabet = self.alphabet();
        let mut strange = Strange::none();
        for (group, dozen) in groups.iter().zip(dozens) {
            group_of_letters::decode(group, alphabet, dozen, &mut strange);
        }
        if !rest.is_empty() {
            let mut dozen = [0; 12];
            group_of_letters::decode(&filled(rest), alphabet, &mut dozen, &mut strange);
            out.extend_from_slice(whole_bytes(&dozen, rest.len())?);
        }
        if strange.is_none() {
            Ok(())
        } else {
            Err(NotCanonical)
        }
    }

    fn alphabet(self) -> &'static Alphabet {
        match self {
            Self::Url => &URL,
            Self::Standard => &STANDARD,
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
        let letters = match self {
            Self::Url => URL_LETTERS,
            Self::Standard => STANDARD_LETTERS,
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

/// Fewer than sixteen letters, filled up with the letter of value zero.
#[inline(always)]
fn filled(letters: &[u8]) -> [u8; 16] {
    let mut group = [b'A'; 16];
    let places = group.iter_mut().zip(letters);
    places.for_each(|(place, letter)| *place = *letter);
    group
}

/// What so many letters fill of the bytes that they and zeros stand for: a letter alone fills none,
/// and where the last one fills a part of a byte, the rest of its bits are zero.
fn whole_bytes(bytes: &[u8; 12], letters: usize) -> Result<&[u8], NotCanonical> {
    let (whole, behind) = bytes
        .split_at_checked(letters * 3 / 4)
        .ok_or(NotCanonical)?;
    match behind.first() {
        Some(0) if letters % 4 != 1 => Ok(whole),
        _ => Err(NotCanonical),
    }
}

/// The three parts between the dots of a compact token (RFC 7515 §3.1); nothing where there are
/// not exactly two dots, or where a part has other than letters of base64url.
pub fn three_segments(text: &[u8]) -> Option<[&[u8]; 3]> {
    let (groups, rest) = text.as_chunks::<16>();
    let mut dots = Dots::default();
    let mut strange = Strange::none();
    for group in groups {
        dots.take(group_of_letters::dots(group, &URL, &mut strange));
    }
    dots.take(group_of_letters::dots(&filled(rest), &URL, &mut strange));
    if dots.count != 2 || !strange.is_none() {
        return None;
    }
    let (header, rest) = text.split_at_checked(dots.first)?;
    let (payload, signature) = rest.split_at_checked(dots.last - dots.first)?;
    Some([header, payload.get(1..)?, signature.get(1..)?])
}

/// Where the dots of a text are.
#[derive(Default)]
struct Dots {
    first: usize,
    last: usize,
    count: u32,
    /// How many bytes have been looked at.
    seen: usize,
}

impl Dots {
    /// Takes the dots among the next sixteen bytes, one bit for each.
    #[inline(always)]
    fn take(&mut self, dots: u16) {
        if dots != 0 {
            if self.count == 0 {
                self.first = self.seen + dots.trailing_zeros() as usize;
            }
            self.last = self.seen + 15 - dots.leading_zeros() as usize;
            self.count += dots.count_ones();
        }
        self.seen += 16;
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
}
