//! One column of a product of long numbers, for any target.

/// A running sum of products of limbs. The caller bounds it below `2^64`.
pub(crate) struct Column(u64);

impl Column {
    pub(crate) fn new() -> Self {
        Self(0)
    }

    /// Adds the products of the limbs that stand side by side, in groups of
    /// four as far as both rows reach.
    #[inline(always)]
    pub(crate) fn add(&mut self, left: &[u32], right: &[u32]) {
        let (left, _) = left.as_chunks::<4>();
        let (right, _) = right.as_chunks::<4>();
        for (left, right) in left.iter().zip(right) {
            self.0 += products(left, right);
        }
    }

    /// Adds exactly `count` products, or as many as both rows have.
    #[inline(always)]
    pub(crate) fn add_exactly(&mut self, count: usize, left: &[u32], right: &[u32]) {
        self.0 += products(left.get(..count).unwrap_or(left), right);
    }

    pub(crate) fn add_scalar(&mut self, product: u64) {
        self.0 += product;
    }

    pub(crate) fn double(&mut self) {
        self.0 *= 2;
    }

    pub(crate) fn sum(&self) -> u64 {
        self.0
    }
}

#[inline(always)]
fn products(left: &[u32], right: &[u32]) -> u64 {
    left.iter()
        .zip(right)
        .map(|(left, right)| u64::from(*left) * u64::from(*right))
        .sum()
}
