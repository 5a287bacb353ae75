//! Tables change the speed of a verification, never its verdict.

// The other backend keeps no tables.
#![cfg(not(feature = "rustcrypto"))]
// A test may fail by `unwrap`, also in its helpers.
#![allow(clippy::unwrap_used)]

mod ed25519_support;

use countersign_engine::TableStore;
use countersign_engine::ed25519::PublicKey;
use ed25519_support::{ROOM_FOR_ONE_KEY, ROOM_FOR_THE_BASE, Signer, WARM};

const BASE_BYTES: usize = 29 * 256 * 27 * 4;
const KEY_BYTES: usize = 32 * 128 * 27 * 4;

struct Used {
    key: PublicKey,
    good: [u8; 64],
    bad: [u8; 64],
}

impl Used {
    fn new(seed: u64) -> Self {
        let signer = Signer::new(seed, 0);
        let good = signer.sign(b"message", 0).0;
        let bad = signer.sign(b"another", 0).0;
        Self {
            key: PublicKey::new(&signer.public_key()).unwrap(),
            good,
            bad,
        }
    }

    fn verify_both(&mut self, tables: &mut TableStore) {
        assert!(self.key.verify(tables, b"message", &self.good).is_ok());
        assert!(self.key.verify(tables, b"message", &self.bad).is_err());
    }
}

#[test]
fn a_key_gets_tables_after_some_uses_and_verdicts_stay() {
    let mut tables = TableStore::default();
    let mut used = Used::new(1);
    used.verify_both(&mut tables);
    assert_eq!(tables.used_bytes(), 0);
    for _ in 0..WARM {
        used.verify_both(&mut tables);
    }
    assert_eq!(tables.used_bytes(), BASE_BYTES + KEY_BYTES);
}

#[test]
fn keys_share_the_base_point() {
    let mut tables = TableStore::default();
    for seed in 1..=3 {
        let mut used = Used::new(seed);
        (0..WARM).for_each(|_| used.verify_both(&mut tables));
    }
    assert_eq!(tables.used_bytes(), BASE_BYTES + 3 * KEY_BYTES);
}

#[test]
fn keys_that_push_each_other_out_keep_their_verdicts() {
    let mut tables = TableStore::new(ROOM_FOR_ONE_KEY);
    let mut keys = [1, 2, 3].map(Used::new);
    // So many that the comb of the key before rests and makes room.
    for _ in 0..3 {
        for used in &mut keys {
            (0..600).for_each(|_| used.verify_both(&mut tables));
        }
    }
    for _ in 0..2 * WARM {
        keys.iter_mut()
            .for_each(|used| used.verify_both(&mut tables));
    }
    assert!(tables.used_bytes() <= ROOM_FOR_ONE_KEY);
}

#[test]
fn small_budgets_hold_what_fits() {
    for (budget, held) in [(0, 0), (BASE_BYTES - 1, 0), (ROOM_FOR_THE_BASE, BASE_BYTES)] {
        let mut tables = TableStore::new(budget);
        let mut used = Used::new(4);
        (0..WARM).for_each(|_| used.verify_both(&mut tables));
        // Whatever fits: with no room for the base point's, the key's may be.
        assert!(tables.used_bytes() <= budget, "{budget}");
        assert!(tables.used_bytes() >= held, "{budget}");
    }
}

#[test]
fn a_key_may_change_its_store_at_any_time() {
    let mut stores = [0, ROOM_FOR_THE_BASE, ROOM_FOR_ONE_KEY, 8 << 20].map(TableStore::new);
    let mut used = Used::new(5);
    for round in 0..2 * WARM {
        for tables in stores.iter_mut().skip(round % 3) {
            used.verify_both(tables);
        }
    }
}

#[test]
fn spoilt_signatures_stay_invalid_on_every_path() {
    let mut tables = TableStore::default();
    let mut used = Used::new(6);
    for byte in 0..64 {
        let mut spoilt = used.good;
        spoilt[byte] ^= 1;
        assert!(
            used.key.verify(&mut tables, b"message", &spoilt).is_err(),
            "byte {byte}"
        );
    }
    used.verify_both(&mut tables);
}
