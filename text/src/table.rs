//! Sixteen base64 letters or JSON bytes, looked at one by one.

use crate::bytes::is_plain;

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

/// Looks at sixteen letters of base64url and dots, and says which are dots, the first in the
/// lowest bit.
#[inline]
pub(crate) fn dots(bytes: &[u8; 16], strange: &mut Strange) -> u16 {
    let values = values_of([b'-', b'_']);
    bytes.iter().rev().fold(0, |dots, byte| match byte {
        b'.' => dots << 1 | 1,
        letter => {
            strange.0 |= values[usize::from(*letter)];
            dots << 1
        }
    })
}

/// Writes the bytes that sixteen letters stand for.
#[inline]
pub(crate) fn decode(
    letters: &[u8; 16],
    last_two: [u8; 2],
    bytes: &mut [u8; 12],
    strange: &mut Strange,
) {
    let values = values_of(last_two);
    let (quads, (triples, _)) = (letters.as_chunks::<4>().0, bytes.as_chunks_mut::<3>());
    for (quad, triple) in quads.iter().zip(triples) {
        let [_, three @ ..] = bits_of(values, quad, &mut strange.0).to_be_bytes();
        *triple = three;
    }
}

/// Whether sixteen bytes all stand for themselves inside a JSON text.
#[inline]
pub(crate) fn all_plain(bytes: &[u8; 16]) -> bool {
    bytes.iter().fold(true, |all, byte| all & is_plain(*byte))
}

/// The value of every letter of the alphabet that ends so.
const fn values_of([sixty_two, _]: [u8; 2]) -> &'static [u8; 256] {
    match sixty_two {
        b'-' => &URL_VALUES,
        _ => &STANDARD_VALUES,
    }
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
