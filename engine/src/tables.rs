//! Precomputed multiples of points, shared by all keys of a host under one
//! budget of bytes.
//!
//! Verifying with precomputed multiples ("a comb") of the key and of the base
//! point takes a quarter of the time, but building a comb costs as much as
//! several verifications and takes a hundred kilobytes and more. So a key earns
//! its comb by [`USES_BEFORE_COMB`] verifications. When the budget is full, the
//! comb that was used least recently makes room, but only one that rests: if more
//! keys are in use than the budget holds, some have combs and the others go
//! without, for combs that push each other out cost more than they save.
//!
//! A table is found by what it was computed from: the group, the shape, and the
//! whole encoded point. So a key may be used with any store at any time, two
//! objects for the same key share one table, and no mix-up of stores can make
//! one key use another's table.
//!
//! # Security
//! Tables hold multiples of public points only. Which tables exist, and so how
//! long a verification takes, depends on public data alone.

use alloc::vec::Vec;

/// How many verifications a key makes without a comb before one is built for
/// it. They are counted anew when its comb had to make room for others, so that
/// more keys than the budget holds cannot make every verification build one.
pub(crate) const USES_BEFORE_COMB: u32 = 8;

/// How many uses of tables a comb outlasts that is not used itself. A verification
/// makes two.
const USES_BEFORE_EVICTION: u64 = 1024;

/// The budget of [`TableStore::default`]: room for the combs of 14 P-256 keys or
/// 17 Ed25519 keys, and of their base point.
const DEFAULT_BUDGET_BYTES: usize = 8 << 20;

/// The longest encoded point: two coordinates of P-521.
const MAX_POINT_BYTES: usize = 132;

/// Holds the precomputed tables of all keys and base points of a host.
///
/// Pass the same store to every verification. Nothing depends on it but speed:
/// a store that is new, too small or another one gives the same verdicts.
///
/// # Example
/// ```
/// use countersign_engine::TableStore;
///
/// let tables = TableStore::new(1 << 20);
/// assert_eq!(tables.budget_bytes(), 1 << 20);
/// assert_eq!(tables.used_bytes(), 0);
/// ```
#[derive(Debug)]
pub struct TableStore {
    budget_bytes: usize,
    used_bytes: usize,
    /// Counts uses; an entry's `last_use` is the count at its latest one.
    uses: u64,
    entries: Vec<Entry>,
}

impl TableStore {
    /// Creates a store that never holds more than `budget_bytes` of tables.
    /// With a budget of zero every verification computes its multiples anew.
    pub const fn new(budget_bytes: usize) -> Self {
        Self {
            budget_bytes,
            used_bytes: 0,
            uses: 0,
            entries: Vec::new(),
        }
    }

    /// The most bytes of tables this store will hold.
    pub const fn budget_bytes(&self) -> usize {
        self.budget_bytes
    }

    /// The bytes of tables it holds now.
    pub const fn used_bytes(&self) -> usize {
        self.used_bytes
    }

    /// Marks a table as used and says whether it is here. `handle` remembers
    /// its place for the next time.
    fn touch(&mut self, handle: &mut Handle) -> bool {
        if !self.is_at(handle) {
            match self.entries.iter().position(|entry| entry.id == handle.id) {
                Some(place) => handle.place = place,
                None => return false,
            }
        }
        self.uses += 1;
        if let Some(entry) = self.entries.get_mut(handle.place) {
            entry.last_use = self.uses;
        }
        true
    }

    fn is_at(&self, handle: &Handle) -> bool {
        self.entries
            .get(handle.place)
            .is_some_and(|entry| entry.id == handle.id)
    }

    /// The table itself. Looks elsewhere too: an eviction may have moved it.
    fn table(&self, handle: &Handle) -> Option<&[i32]> {
        let here = self
            .entries
            .get(handle.place)
            .filter(|entry| entry.id == handle.id);
        let entry = here.or_else(|| self.entries.iter().find(|entry| entry.id == handle.id))?;
        Some(&entry.table)
    }

    /// Builds and keeps a table if room can be made for its `length` limbs
    /// without removing `protected`. Says whether it is here now.
    fn admit(
        &mut self,
        handle: &mut Handle,
        protected: Option<&TableId>,
        length: usize,
        build: &dyn Fn() -> Vec<i32>,
    ) -> bool {
        if !self.make_room(length * size_of::<i32>(), protected) {
            return false;
        }
        let mut table = build();
        table.shrink_to_fit();
        self.used_bytes += table.capacity() * size_of::<i32>();
        self.uses += 1;
        handle.place = self.entries.len();
        self.entries.push(Entry {
            id: handle.id,
            last_use: self.uses,
            table,
        });
        true
    }

    fn make_room(&mut self, bytes: usize, protected: Option<&TableId>) -> bool {
        let kept = self
            .entries
            .iter()
            .filter(|entry| !self.may_go(entry, protected));
        let kept_bytes: usize = kept.map(Entry::bytes).sum();
        if bytes.saturating_add(kept_bytes) > self.budget_bytes {
            return false;
        }
        while self.used_bytes.saturating_add(bytes) > self.budget_bytes {
            self.evict_least_recently_used(protected);
        }
        true
    }

    /// Whether a table may make room: a comb at rest, or one of the few multiples
    /// that are computed anew in no time.
    fn may_go(&self, entry: &Entry, protected: Option<&TableId>) -> bool {
        let rests = self.uses - entry.last_use >= USES_BEFORE_EVICTION;
        Some(&entry.id) != protected && (rests || entry.id.shape == Shape::Window)
    }

    fn evict_least_recently_used(&mut self, protected: Option<&TableId>) {
        let candidates = self.entries.iter().enumerate();
        let oldest = candidates
            .filter(|(_, entry)| self.may_go(entry, protected))
            .min_by_key(|(_, entry)| entry.last_use);
        if let Some((place, _)) = oldest {
            let evicted = self.entries.swap_remove(place);
            self.used_bytes -= evicted.bytes();
        }
    }
}

impl Default for TableStore {
    /// A store with a budget of 8 MiB.
    fn default() -> Self {
        Self::new(DEFAULT_BUDGET_BYTES)
    }
}

#[derive(Debug)]
struct Entry {
    id: TableId,
    last_use: u64,
    table: Vec<i32>,
}

impl Entry {
    fn bytes(&self) -> usize {
        self.table.capacity() * size_of::<i32>()
    }
}

/// The group a table's points belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "each signature algorithm names its own group")]
pub(crate) enum Group {
    Ed25519,
    P256,
    P384,
    P521,
}

/// What a table is for: the signed-window comb, which needs no doublings, or
/// the few multiples that the path with doublings uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Comb,
    Window,
}

/// Whose multiples a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Base,
    Key([u8; MAX_POINT_BYTES]),
}

/// What a table was computed from, whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TableId {
    group: Group,
    shape: Shape,
    owner: Owner,
}

/// A table's identity, and where in the store it was seen last.
#[derive(Clone, Debug)]
struct Handle {
    id: TableId,
    place: usize,
}

impl Handle {
    fn new(group: Group, shape: Shape, owner: Owner) -> Self {
        Self {
            id: TableId {
                group,
                shape,
                owner,
            },
            place: 0,
        }
    }
}

/// The combs a verification can use. Where one is missing, that part of the sum
/// is computed with doublings.
pub(crate) struct Combs<'store> {
    pub(crate) base: Option<&'store [i32]>,
    pub(crate) key: Option<&'store [i32]>,
}

/// Computes a group's combs for a [`KeyTables`].
pub(crate) trait CombSource {
    /// The limbs in the comb of the base point.
    fn base_length(&self) -> usize;

    /// The limbs in the comb of a key.
    fn key_length(&self) -> usize;

    /// Builds the base point's comb.
    fn base_comb(&self) -> Vec<i32>;

    /// Builds the key's comb.
    fn key_comb(&self) -> Vec<i32>;
}

/// One key's dealings with the store: which tables it wants, and whether it has
/// been used often enough to have them built.
#[derive(Clone, Debug)]
pub(crate) struct KeyTables {
    base_window: Handle,
    base_comb: Handle,
    key_comb: Handle,
    uses_without_comb: u32,
}

impl KeyTables {
    /// Names the tables of a key by its encoded point, of at most 132 bytes.
    /// The encoding must be unique in its group: equal bytes, equal point.
    pub(crate) fn new(group: Group, encoded_point: &[u8]) -> Self {
        let mut point = [0; MAX_POINT_BYTES];
        for (to, from) in point.iter_mut().zip(encoded_point) {
            *to = *from;
        }
        Self {
            base_window: Handle::new(group, Shape::Window, Owner::Base),
            base_comb: Handle::new(group, Shape::Comb, Owner::Base),
            key_comb: Handle::new(group, Shape::Comb, Owner::Key(point)),
            uses_without_comb: 0,
        }
    }

    /// Counts one verification and returns the combs it may use. Builds one that
    /// this key has earned and that fits into the budget: the base point's first,
    /// as every key profits from it, the key's at its next use, so that no
    /// verification waits for both.
    #[inline(never)]
    pub(crate) fn combs<'store>(
        &mut self,
        store: &'store mut TableStore,
        source: &dyn CombSource,
    ) -> Combs<'store> {
        let has_base = store.touch(&mut self.base_comb);
        let has_key = store.touch(&mut self.key_comb);
        if has_base && has_key {
            self.uses_without_comb = 0;
        } else if self.uses_without_comb < USES_BEFORE_COMB {
            self.uses_without_comb += 1;
        } else if has_base || !self.admit_base_comb(store, source) {
            self.uses_without_comb = 0;
            if !has_key {
                self.admit_key_comb(store, source);
            }
        }
        let store = &*store;
        Combs {
            base: store.table(&self.base_comb),
            key: store.table(&self.key_comb),
        }
    }

    fn admit_base_comb(&mut self, store: &mut TableStore, source: &dyn CombSource) -> bool {
        store.admit(&mut self.base_comb, None, source.base_length(), &|| {
            source.base_comb()
        })
    }

    /// Never removes the base point's comb for the key's.
    fn admit_key_comb(&mut self, store: &mut TableStore, source: &dyn CombSource) {
        let protected = Some(&self.base_comb.id);
        store.admit(&mut self.key_comb, protected, source.key_length(), &|| {
            source.key_comb()
        });
    }

    /// Returns the base point's few multiples for the path with doublings,
    /// building them at first use; `None` if the budget has no room for them.
    pub(crate) fn base_window<'store>(
        &mut self,
        store: &'store mut TableStore,
        length: usize,
        build: &dyn Fn() -> Vec<i32>,
    ) -> Option<&'store [i32]> {
        if !store.touch(&mut self.base_window) {
            store.admit(&mut self.base_window, None, length, build);
        }
        store.table(&self.base_window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    /// Combs of one thousand bytes each, all limbs the given mark.
    struct Marks(i32);

    impl CombSource for Marks {
        fn base_length(&self) -> usize {
            250
        }

        fn key_length(&self) -> usize {
            250
        }

        fn base_comb(&self) -> Vec<i32> {
            vec![-1; 250]
        }

        fn key_comb(&self) -> Vec<i32> {
            vec![self.0; 250]
        }
    }

    fn key(mark: u8) -> KeyTables {
        KeyTables::new(Group::P256, &[mark])
    }

    /// Uses a key `times` times and returns the marks of the combs it then has.
    fn mark_after(
        times: u32,
        key: &mut KeyTables,
        store: &mut TableStore,
        mark: i32,
    ) -> (Option<i32>, Option<i32>) {
        let mut marks = (None, None);
        for _ in 0..times {
            let combs = key.combs(store, &Marks(mark));
            let first = |comb: Option<&[i32]>| comb.map(|limbs| limbs[0]);
            marks = (first(combs.base), first(combs.key));
        }
        marks
    }

    #[test]
    fn eight_uses_earn_the_base_point_a_comb_and_the_next_one_the_key() {
        let (mut store, mut key) = (TableStore::default(), key(7));
        assert_eq!(
            mark_after(USES_BEFORE_COMB, &mut key, &mut store, 7),
            (None, None)
        );
        assert_eq!(mark_after(1, &mut key, &mut store, 7), (Some(-1), None));
        assert_eq!(store.used_bytes(), 1000);
        assert_eq!(mark_after(1, &mut key, &mut store, 7), (Some(-1), Some(7)));
        assert_eq!(store.used_bytes(), 2000);
    }

    #[test]
    fn two_objects_for_one_key_share_its_comb() {
        let mut store = TableStore::default();
        mark_after(10, &mut key(7), &mut store, 7);
        assert_eq!(
            mark_after(1, &mut key(7), &mut store, 8),
            (Some(-1), Some(7))
        );
    }

    #[test]
    fn a_key_never_sees_the_comb_of_another_in_the_same_place_of_another_store() {
        let (mut first, mut second) = (TableStore::default(), TableStore::default());
        let (mut seven, mut eight) = (key(7), key(8));
        mark_after(10, &mut seven, &mut first, 7);
        mark_after(10, &mut eight, &mut second, 8);
        assert_eq!(mark_after(1, &mut seven, &mut second, 7), (Some(-1), None));
    }

    #[test]
    fn equal_bytes_in_another_group_are_another_key() {
        let mut store = TableStore::default();
        mark_after(10, &mut key(7), &mut store, 7);
        let mut other = KeyTables::new(Group::Ed25519, &[7]);
        assert_eq!(mark_after(1, &mut other, &mut store, 9), (None, None));
    }

    /// As if other tables had been used for long.
    fn rest(store: &mut TableStore) {
        store.uses += USES_BEFORE_EVICTION;
    }

    #[test]
    fn keys_in_use_do_not_push_each_other_out() {
        /// Counts what it builds.
        struct Counted<'a>(&'a core::cell::Cell<usize>);

        impl CombSource for Counted<'_> {
            fn base_length(&self) -> usize {
                250
            }

            fn key_length(&self) -> usize {
                250
            }

            fn base_comb(&self) -> Vec<i32> {
                self.key_comb()
            }

            fn key_comb(&self) -> Vec<i32> {
                self.0.set(self.0.get() + 1);
                vec![0; 250]
            }
        }

        let built = core::cell::Cell::new(0);
        let mut store = TableStore::new(3000);
        let mut keys = [1, 2, 3, 4].map(key);
        for _ in 0..200 {
            for key in &mut keys {
                key.combs(&mut store, &Counted(&built));
            }
        }
        // The base point's and those of two keys, once.
        assert_eq!((built.get(), store.used_bytes()), (3, 3000));
        // A key that is used alone has its comb in the end.
        for _ in 0..USES_BEFORE_EVICTION {
            keys[3].combs(&mut store, &Counted(&built));
        }
        assert_eq!((built.get(), store.used_bytes()), (4, 3000));
    }

    #[test]
    fn the_least_recently_used_comb_makes_room() {
        let mut store = TableStore::new(3000);
        let (mut one, mut two, mut three) = (key(1), key(2), key(3));
        mark_after(10, &mut one, &mut store, 1);
        mark_after(10, &mut two, &mut store, 2);
        rest(&mut store);
        mark_after(1, &mut one, &mut store, 1);
        mark_after(10, &mut three, &mut store, 3);
        assert_eq!(mark_after(1, &mut one, &mut store, 1), (Some(-1), Some(1)));
        assert_eq!(
            mark_after(1, &mut three, &mut store, 3),
            (Some(-1), Some(3))
        );
        assert_eq!(mark_after(1, &mut two, &mut store, 2), (Some(-1), None));
        assert_eq!(store.used_bytes(), 3000);
    }

    #[test]
    fn a_key_that_lost_its_comb_must_earn_it_again() {
        let mut store = TableStore::new(2000);
        let (mut one, mut two) = (key(1), key(2));
        mark_after(10, &mut one, &mut store, 1);
        rest(&mut store);
        mark_after(10, &mut two, &mut store, 2);
        rest(&mut store);
        assert_eq!(
            mark_after(USES_BEFORE_COMB, &mut one, &mut store, 1),
            (Some(-1), None)
        );
        assert_eq!(mark_after(1, &mut one, &mut store, 1), (Some(-1), Some(1)));
    }

    #[test]
    fn a_comb_that_an_eviction_moved_is_found() {
        let mut store = TableStore::new(2000);
        let mut one = key(1);
        assert!(one.base_window(&mut store, 4, &|| vec![3; 4]).is_some());
        assert_eq!(mark_after(10, &mut one, &mut store, 1), (Some(-1), Some(1)));
        rest(&mut store);
        assert_eq!(
            mark_after(10, &mut key(2), &mut store, 2),
            (Some(-1), Some(2))
        );
        assert_eq!(store.used_bytes(), 2000);
    }

    #[test]
    fn the_base_point_never_makes_room_for_a_key() {
        let mut store = TableStore::new(1999);
        assert_eq!(mark_after(40, &mut key(7), &mut store, 7), (Some(-1), None));
        assert_eq!(store.used_bytes(), 1000);
    }

    #[test]
    fn a_store_without_budget_holds_nothing() {
        let mut store = TableStore::new(0);
        assert_eq!(mark_after(40, &mut key(7), &mut store, 7), (None, None));
        assert!(key(7).base_window(&mut store, 4, &|| vec![1; 4]).is_none());
        assert_eq!(store.used_bytes(), 0);
    }

    #[test]
    fn the_base_window_is_built_once() {
        let mut store = TableStore::default();
        let first = key(7)
            .base_window(&mut store, 4, &|| vec![1; 4])
            .map(<[i32]>::to_vec);
        let second = key(8)
            .base_window(&mut store, 4, &|| vec![2; 4])
            .map(<[i32]>::to_vec);
        assert_eq!(first, Some(vec![1; 4]));
        assert_eq!(second, first);
    }
}
