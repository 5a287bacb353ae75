//! The tables computed ahead, of all keys of a thread: several verifiers of one issuer share
//! them, and however many verifiers there are, they stay within one budget.

use core::cell::RefCell;

use countersign_engine::TableStore;

/// The most memory that the precomputed tables of a thread take, in bytes: 8 MiB. A wasm module is
/// one thread.
pub const TABLE_BYTES: usize = 8 << 20;

thread_local! {
    static TABLES: RefCell<TableStore> = const { RefCell::new(TableStore::new(TABLE_BYTES)) };
}

/// Runs a verification with this thread's tables.
pub(crate) fn with_tables<Verdict>(verify: impl FnOnce(&mut TableStore) -> Verdict) -> Verdict {
    TABLES.with_borrow_mut(verify)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{EDDSA, SignatureAlgorithm, VerifyingKey};
    use crate::jwk::Jwk;

    /// RFC 8032 §7.1, test 1: a key, and its signature of nothing.
    const POINT: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    const SIGNATURE: &str = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

    #[test]
    fn keys_that_are_prepared_twice_share_their_tables() {
        let [point, signature] =
            [POINT, SIGNATURE].map(|text| crate::encoding::decode_hex(text.as_bytes()).unwrap());
        let jwk = Jwk::from_ed25519(point.try_into().unwrap());
        let used = || with_tables(|tables| tables.used_bytes());
        let verify = |key: &mut dyn VerifyingKey| {
            (0..20).for_each(|_| assert!(key.verify(None, b"", &signature).is_ok()));
        };
        verify(&mut *EDDSA.key(&jwk).unwrap());
        let of_one = used();
        assert!(of_one > 0);
        for _ in 0..20 {
            verify(&mut *EDDSA.key(&jwk).unwrap());
        }
        assert_eq!(used(), of_one);
    }
}
