//! Points and the formulas to double and add them.
//!
//! The straight formulas are generic over the limb, so that the proof of bounds
//! runs through them; what branches on a value is for numbers only.
//!
//! Coordinates are tight, those taken as well as those returned.
//!
//! All formulas follow the names of the Explicit-Formulas Database
//! (<https://hyperelliptic.org/EFD/g1p/auto-shortw.html>).

use super::field::{Element, Field};
use super::limb::Limb;

/// A point by its affine coordinates; never the zero point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Affine<F, const N: usize, L = i64> {
    pub(super) x: Element<F, N, L>,
    pub(super) y: Element<F, N, L>,
}

impl<F: Field<N>, const N: usize, L: Limb> Affine<F, N, L> {
    /// The inverse of the point.
    #[inline(always)]
    pub(super) fn negated(&self) -> Self {
        Self {
            x: self.x,
            y: self.y.negated(),
        }
    }
}

impl<F: Field<N>, const N: usize> Affine<F, N> {
    /// Reads a point from a table's entry of `2·N` limbs.
    #[inline(always)]
    pub(super) fn from_entry(entry: &[i32]) -> Option<Self> {
        let x: &[i32; N] = entry.first_chunk()?;
        let y: &[i32; N] = entry.last_chunk()?;
        let [x, y] = [x, y].map(|limbs| Element::from_limbs(limbs.map(i64::from)));
        Some(Self { x, y })
    }

    /// Writes the point as a table's entry of `2·N` limbs.
    pub(super) fn write_entry(&self, entry: &mut [i32]) {
        let limbs = self.x.limbs.iter().chain(&self.y.limbs);
        for (to, from) in entry.iter_mut().zip(limbs) {
            *to = *from as i32;
        }
    }
}

/// A point `(X/Z², Y/Z³)`; never the zero point. The form that doubles fastest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jacobian<F, const N: usize, L = i64> {
    pub(super) x: Element<F, N, L>,
    pub(super) y: Element<F, N, L>,
    pub(super) z: Element<F, N, L>,
}

/// A point `(X/ZZ, Y/ZZZ)` with `ZZ³ = ZZZ²`; never the zero point. The form to
/// which affine points are added fastest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extended<F, const N: usize, L = i64> {
    pub(super) x: Element<F, N, L>,
    pub(super) y: Element<F, N, L>,
    pub(super) zz: Element<F, N, L>,
    pub(super) zzz: Element<F, N, L>,
}

/// How far an affine point lies from another point, up to the other's
/// denominators: both zero if the points are equal, only `x` if one is the
/// other's inverse.
pub(super) struct Gap<F, const N: usize, L = i64> {
    pub(super) x: Element<F, N, L>,
    pub(super) y: Element<F, N, L>,
}

impl<F: Field<N>, const N: usize, L: Limb> Jacobian<F, N, L> {
    /// Doubles the point. No point of an odd order doubles to zero, so there is
    /// no exception.
    pub(super) fn doubled(&self) -> Self {
        let delta = self.z.squared();
        let gamma = self.y.squared();
        let beta = self.x.times(&gamma);
        let alpha = self
            .x
            .minus(&delta)
            .tripled()
            .tidied()
            .times(&self.x.plus(&delta).as_factor());
        let x = alpha.squared().minus(&beta.doubled(3)).tidied();
        let y = Element::product_difference(
            &alpha,
            &beta.doubled(2).minus(&x).tidied(),
            &gamma.doubled(3).tidied(),
            &gamma,
        );
        Self {
            x,
            y,
            z: self.y.doubled(1).times(&self.z),
        }
    }

    /// The differences that adding an affine point starts from.
    #[inline(always)]
    pub(super) fn gap(&self, other: &Affine<F, N, L>) -> Gap<F, N, L> {
        let zz = self.z.squared();
        let zzz = self.z.times(&zz);
        Gap {
            x: other.x.times(&zz).minus(&self.x),
            y: other.y.times(&zzz).minus(&self.y),
        }
    }

    /// Adds the affine point that lies behind the gap; `gap.x` is not zero.
    #[inline(always)]
    pub(super) fn across(&self, gap: &Gap<F, N, L>) -> Self {
        let (h, r) = (gap.x.as_factor(), gap.y.as_factor());
        let hh = h.squared();
        let hhh = h.times(&hh);
        let v = self.x.times(&hh);
        let x = r.squared().minus(&hhh).minus(&v.doubled(1)).tidied();
        let y = Element::product_difference(&r, &v.minus(&x).as_factor(), &self.y, &hhh);
        Self {
            x,
            y,
            z: self.z.times(&h),
        }
    }

    /// The same point in the form for additions.
    pub(super) fn extended(&self) -> Extended<F, N, L> {
        let zz = self.z.squared();
        Extended {
            x: self.x,
            y: self.y,
            zz,
            zzz: self.z.times(&zz),
        }
    }
}

impl<F: Field<N>, const N: usize, L: Limb> Extended<F, N, L> {
    /// The differences that adding an affine point starts from.
    #[inline(always)]
    pub(super) fn gap(&self, other: &Affine<F, N, L>) -> Gap<F, N, L> {
        Gap {
            x: other.x.times(&self.zz).minus(&self.x),
            y: other.y.times(&self.zzz).minus(&self.y),
        }
    }

    /// Adds the affine point that lies behind the gap; `gap.x` is not zero.
    #[inline(always)]
    pub(super) fn across(&self, gap: &Gap<F, N, L>) -> Self {
        let (p, r) = (gap.x.as_factor(), gap.y.as_factor());
        let pp = p.squared();
        let ppp = p.times(&pp);
        let q = self.x.times(&pp);
        let x = r.squared().minus(&ppp).minus(&q.doubled(1)).tidied();
        let y = Element::product_difference(&r, &q.minus(&x).as_factor(), &self.y, &ppp);
        Self {
            x,
            y,
            zz: self.zz.times(&pp),
            zzz: self.zzz.times(&ppp),
        }
    }
}

impl<F: Field<N>, const N: usize> From<Affine<F, N>> for Jacobian<F, N> {
    fn from(point: Affine<F, N>) -> Self {
        Self {
            x: point.x,
            y: point.y,
            z: Element::ONE,
        }
    }
}

impl<F: Field<N>, const N: usize> From<Affine<F, N>> for Extended<F, N> {
    fn from(point: Affine<F, N>) -> Self {
        Self {
            x: point.x,
            y: point.y,
            zz: Element::ONE,
            zzz: Element::ONE,
        }
    }
}

impl<F: Field<N>, const N: usize> Jacobian<F, N> {
    /// Adds an affine point; `None` is the zero point.
    #[inline(never)]
    pub(super) fn plus(&self, other: &Affine<F, N>) -> Option<Self> {
        let gap = self.gap(other);
        if gap.x.is_zero() {
            return gap.y.is_zero().then(|| Self::from(*other).doubled());
        }
        Some(self.across(&gap))
    }
}

impl<F: Field<N>, const N: usize> Extended<F, N> {
    /// Adds an affine point; `None` is the zero point.
    #[inline(always)]
    pub(super) fn plus(&self, other: &Affine<F, N>) -> Option<Self> {
        let gap = self.gap(other);
        if gap.x.is_zero() {
            return gap
                .y
                .is_zero()
                .then(|| Jacobian::from(*other).doubled().extended());
        }
        Some(self.across(&gap))
    }
}
