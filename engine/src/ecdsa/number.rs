//! What the formulas for points do with a field element.

/// An element of a prime field, in the redundant form of [`super::field`].
///
/// The same formulas run on three kinds of it: elements of one field, whose
/// operations are compiled into the formula (`field::Element<F, N>`); elements
/// of whichever field (`any::Any`); and, in the proof of bounds, elements whose
/// limbs are intervals.
pub(super) trait Number: Copy {
    /// One, in the field of `self`.
    fn one(&self) -> Self;

    /// `self·other`, tight. One factor may be loose, both if the field allows it.
    fn times(&self, other: &Self) -> Self;

    /// Becomes `a·b`, as by [`Self::times`]. Spares a copy.
    #[inline(always)]
    fn set_product(&mut self, a: &Self, b: &Self) {
        *self = a.times(b);
    }

    /// `self²`, tight. May be loose if the field allows it.
    fn squared(&self) -> Self;

    /// Becomes `a·b − c·d`, tight. `a` and `b` may be loose if the field allows it.
    fn set_product_difference(&mut self, a: &Self, b: &Self, c: &Self, d: &Self);

    /// `a·b − c·d`, tight. `a` and `b` may be loose if the field allows it.
    #[inline(always)]
    fn product_difference(a: &Self, b: &Self, c: &Self, d: &Self) -> Self {
        let mut difference = *a;
        difference.set_product_difference(a, b, c, d);
        difference
    }

    /// `self + other` limb by limb: two tight elements give a loose one.
    fn plus(&self, other: &Self) -> Self;

    /// `self − other` limb by limb: two tight elements give a loose one.
    fn minus(&self, other: &Self) -> Self;

    /// `self·2^bits` limb by limb.
    fn doubled(&self, bits: u32) -> Self;

    /// `−self`, as tight as before.
    fn negated(&self) -> Self;

    /// The same element, tight. Limbs may be thirteen times too large.
    fn tidied(&self) -> Self;

    /// The same loose element, fit to be multiplied with another such factor.
    fn as_factor(&self) -> Self;

    /// `3·self` limb by limb.
    #[inline(always)]
    fn tripled(&self) -> Self {
        self.plus(&self.doubled(1))
    }
}
