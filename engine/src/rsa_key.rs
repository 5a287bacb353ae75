//! What makes an RSA public key acceptable, whatever computes with it.

use crate::KeyError;

/// The smallest modulus in bits (RFC 7518 §3.3, NIST SP 800-131A).
const SMALLEST: usize = 2048;

/// The largest modulus in bits. Cost grows with the square of the length, so a
/// hostile key could otherwise keep a host busy.
const LARGEST: usize = 8192;

/// Strips leading zero bytes of a modulus and checks its size and parity.
pub(crate) fn modulus(bytes: &[u8]) -> Result<&[u8], KeyError> {
    let bytes = significant(bytes);
    match bits(bytes) {
        length if length < SMALLEST => Err(KeyError::WeakModulus),
        length if length > LARGEST => Err(KeyError::Length),
        _ if is_even(bytes) => Err(KeyError::WeakModulus),
        _ => Ok(bytes),
    }
}

/// Reads a public exponent: odd and `3 <= e < 2^64`. One is refused because
/// every number is then its own signature, an even one because it is no
/// permutation, a huge one because of its cost.
pub(crate) fn exponent(bytes: &[u8]) -> Result<u64, KeyError> {
    let bytes = significant(bytes);
    if bytes.len() > size_of::<u64>() || is_even(bytes) {
        return Err(KeyError::Exponent);
    }
    match bytes
        .iter()
        .fold(0, |value, byte| value << 8 | u64::from(*byte))
    {
        value if value < 3 => Err(KeyError::Exponent),
        value => Ok(value),
    }
}

/// The length in bits of a number without leading zero bytes.
pub(crate) fn bits(significant: &[u8]) -> usize {
    let unused = significant.first().map_or(0, |byte| byte.leading_zeros());
    (8 * significant.len()).saturating_sub(unused as usize)
}

fn significant(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

fn is_even(bytes: &[u8]) -> bool {
    bytes.last().is_none_or(|byte| byte % 2 == 0)
}
