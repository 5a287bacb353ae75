//! Sixteen base64 letters or JSON bytes, looked at one by one.

use crate::base64::{bits_of, values_of};
use crate::bytes::is_plain;

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

/// Looks at sixteen letters, of which the last two of the alphabet are given.
#[inline]
pub(crate) fn check(letters: &[u8; 16], last_two: [u8; 2], strange: &mut Strange) {
    bits_of(values_of(last_two), letters, &mut strange.0);
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
