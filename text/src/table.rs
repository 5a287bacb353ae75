//! Base64 letters and JSON bytes without vectors: by tables, and by words.

use crate::bytes::is_plain;

const INVALID: u8 = 0xff;

/// The value of every letter.
pub(crate) struct Alphabet([u8; 256]);

impl Alphabet {
    pub(crate) const fn new(letters: &[u8; 64]) -> Self {
        let mut values = [INVALID; 256];
        let mut value = 0;
        while value < 64 {
            values[letters[value] as usize] = value as u8;
            value += 1;
        }
        Self(values)
    }
}

/// Whether anything but letters has been met: letters have values below 64.
pub(crate) struct Strange(u8);

impl Strange {
    pub(crate) fn none() -> Self {
        Self(0)
    }

    pub(crate) fn is_none(&self) -> bool {
        self.0 < 64
    }
}

/// Looks at sixteen letters and dots, and says which are dots, the first in the lowest bit.
#[inline]
pub(crate) fn dots(bytes: &[u8; 16], alphabet: &Alphabet, strange: &mut Strange) -> u16 {
    bytes.iter().rev().fold(0, |dots, byte| match byte {
        b'.' => dots << 1 | 1,
        letter => {
            strange.0 |= alphabet.0[usize::from(*letter)];
            dots << 1
        }
    })
}

/// Writes the bytes that sixteen letters stand for.
#[inline]
pub(crate) fn decode(
    letters: &[u8; 16],
    alphabet: &Alphabet,
    bytes: &mut [u8; 12],
    strange: &mut Strange,
) {
    let (quads, (triples, _)) = (letters.as_chunks::<4>().0, bytes.as_chunks_mut::<3>());
    for (quad, triple) in quads.iter().zip(triples) {
        let [_, three @ ..] = bits_of(&alphabet.0, quad, &mut strange.0).to_be_bytes();
        *triple = three;
    }
}

/// Which of eight bytes end or interrupt a JSON string, the first in the lowest bit: quotes,
/// backslashes and control characters. Only the first of them is sure to be told.
#[inline]
pub(crate) fn special(bytes: &[u8; 8]) -> u16 {
    match special_bytes(u64::from_le_bytes(*bytes)) {
        0 => 0,
        tops => 1 << (tops.trailing_zeros() / 8),
    }
}

/// The same of sixteen bytes, and what is no ASCII.
#[inline]
pub(crate) fn not_plain(bytes: &[u8; 16]) -> u16 {
    // Of this a compiler makes vectors, and mostly it is all.
    if bytes.iter().fold(true, |all, byte| all & is_plain(*byte)) {
        return 0;
    }
    let first = bytes.iter().position(|byte| !is_plain(*byte));
    first.map_or(0, |first| 1 << first)
}

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = ONES << 7;

/// The top bits of the bytes that end or interrupt a string. Above the lowest such byte there may be
/// others' bits too.
#[inline]
fn special_bytes(word: u64) -> u64 {
    // What is below `limit` borrows from its top bit; what had the top bit set is no ASCII.
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word;
    let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (equal(b'"') | equal(b'\\') | below(word, 0x20)) & TOPS
}

/// The bits of letters, the first one highest, as far as there is room; `seen` gathers their values.
#[inline]
fn bits_of(values: &[u8; 256], letters: &[u8], seen: &mut u8) -> u32 {
    letters.iter().fold(0, |bits, letter| {
        let value = values[usize::from(*letter)];
        *seen |= value;
        bits << 6 | u32::from(value & 63)
    })
}
