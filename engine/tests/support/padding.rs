//! The padding schemes of RFC 8017, as the engine's callers apply them.

use countersign_engine::rsa::PublicKey;
use countersign_engine::sha2::Hash;

/// Everything of a `DigestInfo` before the digest (RFC 8017 §9.2, note 1).
pub(crate) fn digest_info(output: usize) -> [u8; 19] {
    let length = output as u8;
    let hash = length / 16 - 1;
    [
        0x30,
        17 + length,
        0x30,
        13,
        6,
        9,
        0x60,
        0x86,
        0x48,
        1,
        0x65,
        3,
        4,
        2,
        hash,
        5,
        0,
        4,
        length,
    ]
}

/// RSASSA-PKCS1-v1_5 verification (RFC 8017 §8.2.2): by comparison.
pub(crate) fn pkcs1<H: Hash>(key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
    let mut encoded = vec![0; key.size()];
    if key.power(signature, &mut encoded).is_err() {
        return false;
    }
    let digest = H::digest(message);
    let end = [&[0], &digest_info(H::OUTPUT)[..], digest.as_ref()].concat();
    let mut expected = vec![0xff; key.size() - end.len()];
    expected[..2].copy_from_slice(&[0, 1]);
    expected.extend(end);
    encoded == expected
}

/// RSASSA-PSS verification (RFC 8017 §8.1.2) with MGF1 over the same hash.
pub(crate) fn pss<H: Hash>(key: &PublicKey, message: &[u8], signature: &[u8], salt: usize) -> bool {
    let mut encoded = vec![0; key.size()];
    if key.power(signature, &mut encoded).is_err() {
        return false;
    }
    // The encoded message has one bit less than the modulus (§8.1.2 step 2c).
    let bits = key.bits() - 1;
    let (above, encoded) = encoded.split_at(key.size() - bits.div_ceil(8));
    let (masked, end) = encoded.split_at(encoded.len() - H::OUTPUT - 1);
    let (hash, trailer) = end.split_at(H::OUTPUT);
    let unused = 8 * encoded.len() - bits;
    if above.iter().any(|byte| *byte != 0) || trailer != [0xbc] || masked[0] >> (8 - unused) != 0 {
        return false;
    }
    let mask = mgf1::<H>(hash, masked.len());
    let mut block: Vec<u8> = masked
        .iter()
        .zip(mask)
        .map(|(byte, mask)| byte ^ mask)
        .collect();
    block[0] &= 0xff >> unused;
    let (zeros, rest) = block.split_at(block.len() - salt - 1);
    if zeros.iter().any(|byte| *byte != 0) || rest[0] != 1 {
        return false;
    }
    let digest = H::digest(message);
    let hashed = H::digest(&[&[0; 8], digest.as_ref(), &rest[1..]].concat());
    hashed.as_ref() == hash
}

/// MGF1 (RFC 8017 §B.2.1).
fn mgf1<H: Hash>(seed: &[u8], length: usize) -> Vec<u8> {
    let blocks = (0..length.div_ceil(H::OUTPUT) as u32).flat_map(|counter| {
        H::digest(&[seed, &counter.to_be_bytes()].concat())
            .as_ref()
            .to_vec()
    });
    blocks.take(length).collect()
}
