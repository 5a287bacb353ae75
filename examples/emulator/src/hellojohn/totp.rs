//! Codes of authenticator apps: TOTP (RFC 6238) with SHA-1, 30 s, six digits.

use hmac::{Hmac, Mac};
use sha1::Sha1;

/// Whether `code` is right now, or was or will be one step away.
pub(crate) fn fits(secret: &[u8], code: &str, now_s: i64) -> bool {
    let step = now_s.div_euclid(30);
    (step - 1..=step + 1).any(|step| code_at(secret, step) == code)
}

/// The code of a 30-second step (RFC 4226 §5.3).
pub(crate) fn code_at(secret: &[u8], step: i64) -> String {
    // HMAC takes keys of every length (RFC 2104 §2), so this cannot fail.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else {
        return String::new();
    };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash.last().copied().unwrap_or(0) & 0x0f);
    let number = hash
        .iter()
        .skip(offset)
        .take(4)
        .fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

/// RFC 4648 base 32 without padding, as authenticator apps take it.
pub(crate) fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let mut block = [0; 8];
        for (slot, byte) in block.iter_mut().skip(3).zip(chunk) {
            *slot = *byte;
        }
        let block = u64::from_be_bytes(block);
        let letters = (chunk.len() * 8).div_ceil(5);
        for position in 0..letters {
            let letter = usize::try_from((block >> (35 - 5 * position)) & 31).unwrap_or(0);
            text.extend(ALPHABET.get(letter).map(|byte| char::from(*byte)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, the last six of eight digits.
    #[test]
    fn codes_equal_the_rfc_vectors() {
        let secret = b"12345678901234567890";
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
        ] {
            assert_eq!(code_at(secret, time / 30), code);
            assert!(fits(secret, code, time + 30));
            assert!(!fits(secret, code, time + 90));
        }
    }

    /// RFC 4648 §10.
    #[test]
    fn base32_equals_the_rfc_vectors() {
        for (bytes, text) in [("f", "MY"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
    }
}
