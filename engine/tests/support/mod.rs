//! What several suites share; none uses all of it.
#![allow(dead_code, clippy::unwrap_used)]

pub(crate) mod examples;
pub(crate) mod oracle;
pub(crate) mod padding;
pub(crate) mod seeded;

/// Writes bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads hexadecimal digits.
pub(crate) fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|index| u8::from_str_radix(&hex[index..index + 2], 16).unwrap())
        .collect()
}

/// A big-endian number plus a small one.
pub(crate) fn plus(number: &[u8], small: u8) -> Vec<u8> {
    let mut other = vec![0; number.len()];
    other[number.len() - 1] = small;
    add(number, &other).unwrap()
}

/// The sum of two big-endian numbers of one length, if it has that length.
pub(crate) fn add(left: &[u8], right: &[u8]) -> Option<Vec<u8>> {
    let mut sum = left.to_vec();
    let mut carry = 0;
    for (byte, other) in sum.iter_mut().zip(right).rev() {
        let total = u16::from(*byte) + u16::from(*other) + carry;
        *byte = total as u8;
        carry = total >> 8;
    }
    (carry == 0).then_some(sum)
}

/// The difference of two big-endian numbers of one length, the left the larger.
pub(crate) fn subtract(left: &[u8], right: &[u8]) -> Vec<u8> {
    let complement: Vec<u8> = right.iter().map(|byte| !byte).collect();
    let mut difference = left.to_vec();
    let mut carry = 1;
    for (byte, other) in difference.iter_mut().zip(complement).rev() {
        let total = u16::from(*byte) + u16::from(other) + carry;
        *byte = total as u8;
        carry = total >> 8;
    }
    difference
}
