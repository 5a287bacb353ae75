//! Ed25519 verdicts against `ed25519-dalek`'s `verify_strict`.

use crate::ed25519_spoilt::spoil;
use crate::ed25519_support::{ROOM_FOR_ONE_KEY, ROOM_FOR_THE_BASE, Signer};
use crate::support::seeded::Seeded;
use crate::tally::Tally;
use countersign_engine::TableStore;
use countersign_engine::ed25519::PublicKey;
use curve25519_dalek::Scalar;
use curve25519_dalek::constants::EIGHT_TORSION;
use ed25519_dalek::{Signature, VerifyingKey};

const CASES_PER_KEY: usize = 800;
/// Signatures that share a nonce and so R, which is what takes time to make.
/// Their S and k are all different.
const CASES_PER_NONCE: usize = 20;

pub(crate) fn agrees(mut tally: Tally, seed: u64) {
    let mut seeded = Seeded(seed);
    while !tally.is_full() {
        // New ones, for the tables of the key before do not make room so soon.
        let mut stores = [0, ROOM_FOR_THE_BASE, ROOM_FOR_ONE_KEY].map(TableStore::new);
        // Every other key is of mixed order.
        let torsion = seeded.below(8) * seeded.below(2);
        let signer = Signer::new(seeded.next(), torsion);
        let bytes = signer.public_key();
        let oracle = VerifyingKey::from_bytes(&bytes).unwrap();
        let mut key = PublicKey::new(&bytes).unwrap();
        let mut nonce = nonce(&mut seeded);
        for case in 0..CASES_PER_KEY {
            if case % CASES_PER_NONCE == 0 {
                nonce = self::nonce(&mut seeded);
            }
            let length = seeded.below(150);
            let mut message = seeded.bytes(length);
            let good = signer.sign_again(&message, &nonce.0, &nonce.1);
            let signature = match seeded.below(2) {
                0 => good.to_vec(),
                _ => spoil(&mut seeded, &signer, &mut message, &good),
            };
            // Two of eight without tables, one with the base point's alone.
            let store = [0, 0, 1, 2, 2, 2, 2, 2][seeded.below(8)];
            let ours = key.verify(&mut stores[store], &message, &signature);
            let theirs = Signature::from_slice(&signature)
                .and_then(|signature| oracle.verify_strict(&message, &signature));
            tally.judge(ours.ok(), theirs.ok());
        }
    }
    tally.assert_both_verdicts_occurred();
}

/// A nonce, one in eight of them small, and R encoded, one in eight of them with
/// a component of low order.
fn nonce(seeded: &mut Seeded) -> (Scalar, [u8; 32]) {
    let mut wide = [0; 64];
    let length = if seeded.below(8) == 0 { 1 } else { 64 };
    wide[..length].copy_from_slice(&seeded.bytes(length));
    let nonce = Scalar::from_bytes_mod_order_wide(&wide);
    let torsion = EIGHT_TORSION[if seeded.below(8) == 0 {
        seeded.below(8)
    } else {
        0
    }];
    let r = curve25519_dalek::EdwardsPoint::mul_base(&nonce) + torsion;
    (nonce, r.compress().to_bytes())
}
