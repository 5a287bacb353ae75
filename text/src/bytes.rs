//! Whole texts compared and told apart, a word at a time.

#[cfg(target_feature = "simd128")]
use crate::lanes::not_plain;
#[cfg(not(target_feature = "simd128"))]
use crate::table::not_plain;

/// A number that differs between texts, and for one text between seeds: good for finding a text
/// again, good for nothing secret.
pub fn fingerprint(seed: u64, text: &[u8]) -> u64 {
    let (groups, rest) = text.as_chunks::<32>();
    // Four words at a time, each to a sum of its own, so that no product waits for another.
    let start = seed ^ text.len() as u64;
    let (mut first, mut second) = (start, start.rotate_left(8));
    let (mut third, mut fourth) = (start.rotate_left(16), start.rotate_left(24));
    for group in groups {
        let words = words_of(group);
        first = mix(first, words[0]);
        second = mix(second, words[1]);
        third = mix(third, words[2]);
        fourth = mix(fourth, words[3]);
    }
    let print = mix(mix(mix(mix(seed, first), second), third), fourth);
    let print = rest.chunks(8).fold(print, |print, bytes| {
        let word = bytes
            .iter()
            .fold(0, |word, byte| word << 8 | u64::from(*byte));
        mix(print, word)
    });
    let print = mix(print, seed);
    print ^ print >> 32
}

#[inline(always)]
fn words_of(group: &[u8; 32]) -> [u64; 4] {
    let (words, _) = group.as_chunks::<8>();
    let word = |at: usize| u64::from_le_bytes(words[at]);
    [word(0), word(1), word(2), word(3)]
}

#[inline(always)]
fn mix(print: u64, word: u64) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let product = (print ^ word).wrapping_mul(FACTOR);
    product ^ product >> 29
}

/// Whether two texts are the same, in time that depends on where they differ.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let (Some(end), Some(other_end)) = (one.last_chunk(), other.last_chunk()) else {
        return one == other;
    };
    // What fills no group stands in the last 32 bytes, with bytes that are looked at again.
    let mut groups = one.as_chunks().0.iter().zip(other.as_chunks().0);
    groups.all(|(a, b)| same_words(a, b)) && same_words(end, other_end)
}

#[inline(always)]
fn same_words(one: &[u8; 32], other: &[u8; 32]) -> bool {
    let (ours, theirs) = (words_of(one), words_of(other));
    let differs = |at: usize| ours[at] ^ theirs[at];
    differs(0) | differs(1) | differs(2) | differs(3) == 0
}

/// How many bytes at the front stand for themselves inside a JSON text: ASCII but control
/// characters, quotes and backslashes. Sixteen are looked at together.
pub fn plain_run(text: &[u8]) -> usize {
    let whole = run(text, not_plain);
    let rest = text.get(whole..).unwrap_or_default();
    whole + rest.iter().take_while(|byte| is_plain(**byte)).count()
}

/// How many bytes at the front are none of those that `found` finds in groups of `N`; where fewer
/// are left, there may be more of them.
#[inline(always)]
pub(crate) fn run<const N: usize>(bytes: &[u8], found: impl Fn(&[u8; N]) -> u16) -> usize {
    let mut length = 0;
    for group in bytes.as_chunks().0 {
        let places = found(group);
        if places != 0 {
            return length + places.trailing_zeros() as usize;
        }
        length += N;
    }
    length
}

/// Whether a byte stands for itself inside a JSON text.
#[inline(always)]
pub(crate) fn is_plain(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7f) & (byte != b'"') & (byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_run_ends_before_the_first_byte_that_means_something() {
        for end in 0..50 {
            for byte in 0..=255 {
                let mut text = [b'~'; 50];
                text[end] = byte;
                let plain = matches!(byte, b' '..=0x7f) && byte != b'"' && byte != b'\\';
                assert_eq!(
                    plain_run(&text),
                    if plain { 50 } else { end },
                    "{end} {byte}"
                );
            }
            assert_eq!(plain_run(&b"a".repeat(end)), end);
        }
    }

    #[test]
    fn texts_are_the_same_only_where_every_byte_is() {
        let text: Vec<u8> = (0..100).collect();
        for length in 0..text.len() {
            let one = &text[..length];
            assert!(same(one, &text[..length]));
            assert!(!same(one, &text[..length + 1]));
            for at in 0..length {
                let mut other = one.to_vec();
                other[at] ^= 0x80;
                assert!(!same(one, &other), "{length} {at}");
                assert_ne!(fingerprint(1, one), fingerprint(1, &other), "{length} {at}");
            }
        }
    }

    #[test]
    fn differences_do_not_make_up_for_each_other() {
        let one = [b'a'; 70];
        for first in 0..one.len() {
            for second in 0..first {
                let mut other = one;
                other[first] ^= 1;
                other[second] ^= 1;
                assert!(!same(&one, &other), "{second} {first}");
            }
            assert!(!same(&one, &one[..first]), "{first}");
        }
    }

    #[test]
    fn fingerprints_differ_by_seed_and_length() {
        assert_ne!(fingerprint(1, b"abc"), fingerprint(2, b"abc"));
        assert_ne!(fingerprint(1, b""), fingerprint(1, b"\0"));
        assert_ne!(fingerprint(1, &[0; 8]), fingerprint(1, &[0; 16]));
        assert_eq!(fingerprint(7, b"abc"), fingerprint(7, b"abc"));
    }

    /// A table of 128 places over the lowest bits fills evenly.
    #[test]
    fn the_lowest_bits_of_similar_texts_spread() {
        let mut places = [0u32; 128];
        for number in 0..12_800 {
            let text = format!("eyJhbGciOiJFUzI1NiJ9.token-{number}.signature");
            places[fingerprint(0x5eed, text.as_bytes()) as usize % 128] += 1;
        }
        assert!(
            places.iter().all(|count| (50..170).contains(count)),
            "{places:?}"
        );
    }
}
