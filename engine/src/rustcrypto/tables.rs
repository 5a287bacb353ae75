/// Takes the place of the store of precomputed tables: the RustCrypto crates
/// keep none per key, so nothing is held and the budget is never used.
#[derive(Debug)]
pub struct TableStore {
    budget_bytes: usize,
}

impl TableStore {
    /// Makes an empty store; `budget_bytes` bounds the tables of all keys.
    pub const fn new(budget_bytes: usize) -> Self {
        Self { budget_bytes }
    }

    /// The most bytes of tables this store would hold.
    pub const fn budget_bytes(&self) -> usize {
        self.budget_bytes
    }

    /// The bytes of tables it holds: none.
    pub const fn used_bytes(&self) -> usize {
        0
    }
}

impl Default for TableStore {
    /// A store with a budget of 8 MiB.
    fn default() -> Self {
        Self::new(8 << 20)
    }
}
