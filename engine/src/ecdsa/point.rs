//! Points and the formulas to double and add them.
//!
//! The straight formulas are generic over the kind of element, so that the proof
//! of bounds runs through them; what branches on a value is for numbers only.
//!
//! Coordinates are tight, those taken as well as those returned.
//!
//! All formulas follow the names of the Explicit-Formulas Database
//! (<https://hyperelliptic.org/EFD/g1p/auto-shortw.html>).

use super::any::{Any, AnyField};
use super::field::{Element, Field};
use super::number::Number;

/// A point by its affine coordinates; never the zero point.
#[derive(Clone, Copy)]
pub(super) struct Affine<E> {
    pub(super) x: E,
    pub(super) y: E,
}

impl<E: Number> Affine<E> {
    /// The inverse of the point.
    #[inline(always)]
    pub(super) fn negated(&self) -> Self {
        Self {
            x: self.x,
            y: self.y.negated(),
        }
    }
}

impl Affine<Any> {
    /// Reads a point from a table's entry: one half for each coordinate.
    #[inline(never)]
    pub(super) fn from_entry_of(field: &'static AnyField, entry: &[i32]) -> Self {
        let (x, y) = entry.split_at(entry.len() / 2);
        Self {
            x: Any::from_entry(field, x),
            y: Any::from_entry(field, y),
        }
    }

    /// Writes the point as a table's entry.
    #[inline(never)]
    pub(super) fn write_entry(&self, entry: &mut [i32]) {
        let (x, y) = entry.split_at_mut(entry.len() / 2);
        self.x.write_entry(x);
        self.y.write_entry(y);
    }
}

/// A point `(X/Z², Y/Z³)`; never the zero point. The form that doubles fastest.
#[derive(Clone, Copy)]
pub(super) struct Jacobian<E> {
    pub(super) x: E,
    pub(super) y: E,
    pub(super) z: E,
}

/// A point `(X/ZZ, Y/ZZZ)` with `ZZ³ = ZZZ²`; never the zero point. The form to
/// which affine points are added fastest.
#[derive(Clone, Copy)]
pub(super) struct Extended<E> {
    pub(super) x: E,
    pub(super) y: E,
    pub(super) zz: E,
    pub(super) zzz: E,
}

/// How far an affine point lies from another point, up to the other's
/// denominators: both zero if the points are equal, only `x` if one is the
/// other's inverse.
pub(super) struct Gap<E> {
    pub(super) x: E,
    pub(super) y: E,
}

impl<E: Number> Jacobian<E> {
    /// Doubles the point. No point of an odd order doubles to zero, so there is
    /// no exception.
    #[inline(never)]
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
        let y = E::product_difference(
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
    pub(super) fn gap(&self, other: &Affine<E>) -> Gap<E> {
        let zz = self.z.squared();
        let zzz = self.z.times(&zz);
        Gap {
            x: other.x.times(&zz).minus(&self.x),
            y: other.y.times(&zzz).minus(&self.y),
        }
    }

    /// Adds the affine point that lies behind the gap; `gap.x` is not zero.
    #[inline(always)]
    pub(super) fn across(&self, gap: &Gap<E>) -> Self {
        let (h, r) = (gap.x.as_factor(), gap.y.as_factor());
        let hh = h.squared();
        let hhh = h.times(&hh);
        let v = self.x.times(&hh);
        let x = r.squared().minus(&hhh).minus(&v.doubled(1)).tidied();
        let y = E::product_difference(&r, &v.minus(&x).as_factor(), &self.y, &hhh);
        Self {
            x,
            y,
            z: self.z.times(&h),
        }
    }

    /// The same point in the form for additions.
    pub(super) fn extended(&self) -> Extended<E> {
        let zz = self.z.squared();
        Extended {
            x: self.x,
            y: self.y,
            zz,
            zzz: self.z.times(&zz),
        }
    }
}

impl<E: Number> Extended<E> {
    /// The differences that adding an affine point starts from.
    #[inline(always)]
    pub(super) fn gap(&self, other: &Affine<E>) -> Gap<E> {
        Gap {
            x: other.x.times(&self.zz).minus(&self.x),
            y: other.y.times(&self.zzz).minus(&self.y),
        }
    }

    /// Adds the affine point that lies behind the gap; `gap.x` is not zero. The
    /// sum goes to a place of its own, which spares copies.
    #[inline(never)]
    pub(super) fn across_to(&self, gap: &Gap<E>, sum: &mut Self) {
        let (p, r) = (gap.x.as_factor(), gap.y.as_factor());
        let pp = p.squared();
        let ppp = p.times(&pp);
        let q = self.x.times(&pp);
        sum.x = r.squared().minus(&ppp).minus(&q.doubled(1)).tidied();
        let along = q.minus(&sum.x).as_factor();
        sum.y.set_product_difference(&r, &along, &self.y, &ppp);
        sum.zz.set_product(&self.zz, &pp);
        sum.zzz.set_product(&self.zzz, &ppp);
    }
}

impl<E: Number> From<Affine<E>> for Jacobian<E> {
    fn from(point: Affine<E>) -> Self {
        Self {
            x: point.x,
            y: point.y,
            z: point.x.one(),
        }
    }
}

impl<E: Number> From<Affine<E>> for Extended<E> {
    fn from(point: Affine<E>) -> Self {
        let one = point.x.one();
        Self {
            x: point.x,
            y: point.y,
            zz: one,
            zzz: one,
        }
    }
}

/// Doubles by code of one field, whose operations are part of it. Most of the
/// path without tables is doublings.
#[inline(never)]
pub(super) fn double<F: Field<N>, const N: usize>(
    point: Jacobian<Any>,
    times: u32,
) -> Jacobian<Any> {
    let start: Jacobian<Element<F, N>> = point.map(Element::from_any);
    (0..times)
        .fold(start, |point, _| point.doubled())
        .map(Element::any)
}

/// Doubles by the code for all fields.
pub(super) fn double_any(point: Jacobian<Any>, times: u32) -> Jacobian<Any> {
    (0..times).fold(point, |point, _| point.doubled())
}

impl<E> Jacobian<E> {
    /// The same point with other elements for its coordinates.
    fn map<T>(&self, change: impl Fn(&E) -> T) -> Jacobian<T> {
        Jacobian {
            x: change(&self.x),
            y: change(&self.y),
            z: change(&self.z),
        }
    }
}

impl<E> Extended<E> {
    /// The same point with other elements for its coordinates.
    pub(super) fn map<T>(&self, change: impl Fn(&E) -> T) -> Extended<T> {
        Extended {
            x: change(&self.x),
            y: change(&self.y),
            zz: change(&self.zz),
            zzz: change(&self.zzz),
        }
    }
}

impl Jacobian<Any> {
    /// Adds an affine point; `None` is the zero point.
    #[inline(never)]
    pub(super) fn plus(&self, other: &Affine<Any>) -> Option<Self> {
        let gap = self.gap(other);
        if gap.x.is_zero() {
            return gap.y.is_zero().then(|| Self::from(*other).doubled());
        }
        Some(self.across(&gap))
    }
}

impl Extended<Any> {
    /// Adds an affine point; `None` is the zero point.
    #[inline(never)]
    pub(super) fn plus_affine(&self, other: &Affine<Any>) -> Option<Self> {
        self.plus_behind(&self.gap(other))
    }

    /// Adds two points, where `None` is the zero point.
    #[inline(never)]
    pub(super) fn sum(a: Option<Self>, b: Option<Self>) -> Option<Self> {
        let (Some(a), Some(b)) = (&a, &b) else {
            return a.or(b);
        };
        // The first point with the product of the denominators.
        let scaled = Self {
            x: a.x.times(&b.zz),
            y: a.y.times(&b.zzz),
            zz: a.zz.times(&b.zz),
            zzz: a.zzz.times(&b.zzz),
        };
        scaled.plus_behind(&Gap {
            x: b.x.times(&a.zz).minus(&scaled.x),
            y: b.y.times(&a.zzz).minus(&scaled.y),
        })
    }

    /// Adds the point that lies behind the gap; `None` is the zero point.
    #[inline(never)]
    fn plus_behind(&self, gap: &Gap<Any>) -> Option<Self> {
        if gap.x.is_zero() {
            let is_equal = gap.y.is_zero();
            return is_equal.then(|| self.jacobian().doubled().extended());
        }
        let mut sum = *self;
        self.across_to(gap, &mut sum);
        Some(sum)
    }

    /// The same point with `Z = ZZZ`, as `ZZZ² = ZZ³`.
    fn jacobian(&self) -> Jacobian<Any> {
        Jacobian {
            x: self.x.times(&self.zz.squared()),
            y: self.y.times(&self.zzz.squared()),
            z: self.zzz,
        }
    }
}
