//! Four neighbouring columns of a product of long numbers, for any target.

/// Running sums of products of limbs. The caller bounds them below `2^64`.
pub(crate) struct Columns([u64; 4]);

impl Columns {
    pub(crate) fn new() -> Self {
        Self([0; 4])
    }

    /// Adds the products of `count` limbs, an even number, with as many of `shifted`: for the
    /// first column from its start, for each further one from a limb later. Where a row is too
    /// short for that, its end does not count.
    #[inline(always)]
    pub(crate) fn add(&mut self, count: usize, limbs: &[u32], shifted: &[u32]) {
        let limbs = limbs.get(..count).unwrap_or(limbs);
        for (shift, sum) in self.0.iter_mut().enumerate() {
            let row = shifted.get(shift..).unwrap_or_default();
            let products = limbs.iter().zip(row);
            *sum += products
                .map(|(limb, other)| u64::from(*limb) * u64::from(*other))
                .sum::<u64>();
        }
    }

    /// Doubles what has been added so far.
    pub(crate) fn double(&mut self) {
        self.0 = self.0.map(|sum| 2 * sum);
    }

    /// The sums, from the first column to the last.
    pub(crate) fn sums(&self) -> [u64; 4] {
        self.0
    }
}
