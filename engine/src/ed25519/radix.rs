//! Between 32-bit words and limbs of fewer bits, both least significant first.

/// Cuts a number below 2^256 into limbs of `bits` bits (29 or 30).
pub(super) const fn limbs_from_words(words: &[u32; 8], bits: u32) -> [i32; 9] {
    let mut limbs = [0; 9];
    let mut waiting = 0u64;
    let mut waiting_bits = 0;
    let mut next_word = 0;
    let mut k = 0;
    while k < 9 {
        if waiting_bits < bits && next_word < 8 {
            waiting |= (words[next_word] as u64) << waiting_bits;
            waiting_bits += 32;
            next_word += 1;
        }
        limbs[k] = (waiting & ((1 << bits) - 1)) as i32;
        waiting >>= bits;
        waiting_bits = waiting_bits.saturating_sub(bits);
        k += 1;
    }
    limbs
}

/// Joins limbs in `0..2^bits` (29 or 30) to a number, which must be below 2^256.
pub(super) const fn words_from_limbs(limbs: &[i32; 9], bits: u32) -> [u32; 8] {
    let mut words = [0; 8];
    let mut waiting = 0u64;
    let mut waiting_bits = 0;
    let mut next_limb = 0;
    let mut k = 0;
    while k < 8 {
        while waiting_bits < 32 && next_limb < 9 {
            waiting |= (limbs[next_limb] as u64) << waiting_bits;
            waiting_bits += bits;
            next_limb += 1;
        }
        words[k] = waiting as u32;
        waiting >>= 32;
        waiting_bits = waiting_bits.saturating_sub(32);
        k += 1;
    }
    words
}

/// Reads a little-endian number of 256 bits.
pub(super) const fn words_from_bytes(bytes: &[u8; 32]) -> [u32; 8] {
    let mut words = [0; 8];
    let mut k = 0;
    while k < 32 {
        words[k / 4] |= (bytes[k] as u32) << (8 * (k % 4));
        k += 1;
    }
    words
}

/// Compares two numbers.
pub(super) fn is_below(number: &[u32; 8], limit: &[u32; 8]) -> bool {
    number.iter().rev().lt(limit.iter().rev())
}
