//! What the Ed25519 tests share: every verdict is asked for on every path.

use countersign_engine::TableStore;
use countersign_engine::ed25519::PublicKey;

/// Room for the combs of the base point and of one key.
pub const ROOM_FOR_ONE_KEY: usize = 700 << 10;

/// Room for the base point's comb, but not for a key's beside it.
pub const ROOM_FOR_THE_BASE: usize = 500 << 10;

/// Verifications after which a key has the combs it can have.
const WARM: usize = 10;

/// The stores every vector is verified with.
pub struct Stores([TableStore; 3]);

impl Stores {
    pub fn new() -> Self {
        Self([0, ROOM_FOR_THE_BASE, ROOM_FOR_ONE_KEY].map(TableStore::new))
    }

    /// Verifies without tables, with the base point's alone, and with the
    /// key's, and returns the one verdict that all of them must reach.
    pub fn verdict(&mut self, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        let Ok(mut key) = PublicKey::new(key) else {
            return false;
        };
        let mut once = |tables: &mut TableStore| key.verify(tables, message, signature).is_ok();
        let cold = once(&mut self.0[0]);
        for tables in &mut self.0 {
            for use_count in 0..WARM {
                assert_eq!(once(tables), cold, "use {use_count} of {tables:?}");
            }
        }
        cold
    }
}
