//! Every way to spoil a signature that came to mind.

use crate::ed25519_support::{ORDER, Signer, unreduced, with_s_plus_order};
use crate::support::seeded::Seeded;
use curve25519_dalek::constants::EIGHT_TORSION;

/// Spoils a good signature, or leaves it alone.
pub(crate) fn spoil(
    random: &mut Seeded,
    signer: &Signer,
    message: &mut [u8],
    good: &[u8; 64],
) -> Vec<u8> {
    let mut changed = good.to_vec();
    match random.below(16) {
        0 => flip_a_bit(random, &mut changed),
        1 => flip_a_bit(random, message),
        2 => changed.truncate(random.below(64)),
        3 => changed.push(random.next() as u8),
        4 => changed = with_s_plus_order(good).to_vec(),
        5 => changed[32..].copy_from_slice(&ORDER),
        6 => changed[32..].fill(0),
        7 => {
            changed[..32].copy_from_slice(&unreduced(random.below(19) as u8, random.below(2) == 0))
        }
        8 => changed[..32].copy_from_slice(EIGHT_TORSION[random.below(8)].compress().as_bytes()),
        9 => changed.rotate_left(32),
        10 => changed = random.bytes(64),
        11 => changed[31] ^= 0x80,
        12 => changed = signer.sign(message, random.below(8)).0.to_vec(),
        13 => {
            let torsion = EIGHT_TORSION[random.below(8)];
            changed = signer
                .sign_with_nonce(message, 0u8.into(), torsion)
                .0
                .to_vec();
        }
        _ => {}
    }
    changed
}

fn flip_a_bit(random: &mut Seeded, bytes: &mut [u8]) {
    if !bytes.is_empty() {
        let bit = random.below(8 * bytes.len());
        bytes[bit / 8] ^= 1 << (bit % 8);
    }
}
