//! Points of the curve −x² + y² = 1 + d·x²·y² and their addition.
//!
//! The formulas are those of RFC 8032 §5.1.4, from Hisil, Wong, Carter and
//! Dawson, "Twisted Edwards Curves Revisited" (<https://eprint.iacr.org/2008/522>,
//! §3.1 and §3.3). They are complete: −1 is a square modulo p and d is not, so
//! no denominator vanishes for any two points of the curve, equal, opposite,
//! neutral or of low order. There are no exceptional cases to catch.
//!
//! The formulas are functions of their own, never inlined: what runs hundreds of
//! times must not be part of what runs once, for a WebAssembly host optimises a
//! function from its next call on.
//!
//! Unless noted, coordinates are reduced (see [`super::field`]). The comments
//! give the bound of a sum in multiples of a reduced number, which the interval
//! tests confirm.

use core::ops::Neg;

use super::constants::TWO_D;
use super::field::Fe;
use crate::limb::Limb;
use crate::pair::Pair;

/// (x, y).
#[derive(Clone, Copy)]
pub(super) struct Affine<L = i64> {
    pub(super) x: Fe<L>,
    pub(super) y: Fe<L>,
}

/// (x, y) as X/Z and Y/Z.
#[derive(Clone, Copy)]
pub(super) struct Projective<L = i64> {
    pub(super) x: Fe<L>,
    pub(super) y: Fe<L>,
    pub(super) z: Fe<L>,
}

/// (x, y) as X/Z and Y/Z with T = X·Y/Z.
#[derive(Clone, Copy)]
pub(super) struct Extended<L = i64> {
    pub(super) x: Fe<L>,
    pub(super) y: Fe<L>,
    pub(super) z: Fe<L>,
    pub(super) t: Fe<L>,
}

/// The result of an addition before its last multiplications: x = E/G and
/// y = H/F. What follows decides how many of them are needed.
#[derive(Clone, Copy)]
pub(super) struct Completed<L = i64> {
    e: Fe<L>,
    f: Fe<L>,
    g: Fe<L>,
    h: Fe<L>,
}

/// A summand with Z = 1: y + x, y − x and 2·d·x·y. Limbs of the sums are at
/// most twice reduced ones, so all fit 32 bits.
#[derive(Clone, Copy)]
pub(super) struct AffineAddend<L = i64> {
    pub(super) y_plus_x: Fe<L>,
    pub(super) y_minus_x: Fe<L>,
    pub(super) xy_2d: Fe<L>,
}

/// A summand with any Z: Y + X, Y − X, Z and 2·d·T.
#[derive(Clone, Copy)]
pub(super) struct ProjectiveAddend<L = i64> {
    y_plus_x: Fe<L>,
    y_minus_x: Fe<L>,
    z: Fe<L>,
    t_2d: Fe<L>,
}

impl<L: Limb> Affine<L> {
    pub(super) fn extended(&self) -> Extended<L> {
        Extended {
            x: self.x,
            y: self.y,
            z: Fe::constant(Fe::ONE),
            t: self.x * self.y,
        }
    }

    #[inline(never)]
    pub(super) fn addend(&self) -> AffineAddend<L> {
        AffineAddend {
            y_plus_x: self.y + self.x,
            y_minus_x: self.y - self.x,
            xy_2d: self.x * self.y * Fe::constant(TWO_D),
        }
    }
}

impl<L: Limb> Neg for Affine<L> {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            x: -self.x,
            y: self.y,
        }
    }
}

impl<L: Limb> Projective<L> {
    /// Doubles: 4 squarings.
    #[inline(never)]
    pub(super) fn double(&self) -> Completed<L> {
        let a = self.x.square();
        let b = self.y.square();
        let c = self.z.square();
        let h = a + b; // 2
        let e = h - (self.x + self.y).square(); // 3
        let g = a - b; // 2
        let f = c + c + g; // 4
        Completed { e, f, g, h }
    }
}

impl<L: Limb> Extended<L> {
    #[inline(never)]
    pub(super) fn addend(&self) -> ProjectiveAddend<L> {
        ProjectiveAddend {
            y_plus_x: self.y + self.x,
            y_minus_x: self.y - self.x,
            z: self.z,
            t_2d: self.t * Fe::constant(TWO_D),
        }
    }
    pub(super) fn projective(&self) -> Projective<L> {
        Projective {
            x: self.x,
            y: self.y,
            z: self.z,
        }
    }

    /// Adds: 3 multiplications.
    #[inline(never)]
    pub(super) fn add_affine(&self, addend: &AffineAddend<L>) -> Completed<L> {
        let a = (self.y - self.x) * addend.y_minus_x;
        let b = (self.y + self.x) * addend.y_plus_x;
        let c = self.t * addend.xy_2d;
        let d = self.z + self.z;
        Completed {
            e: b - a,
            f: d - c,
            g: d + c,
            h: b + a,
        } // 2, 3, 3, 2
    }

    /// Adds: 7 multiplications. The sum goes to a place of its own, which spares
    /// copies.
    #[inline(never)]
    pub(super) fn add_affine_to(&self, addend: &AffineAddend<L>, sum: &mut Self) {
        let a = (self.y - self.x) * addend.y_minus_x;
        let b = (self.y + self.x) * addend.y_plus_x;
        let c = self.t * addend.xy_2d;
        let d = self.z + self.z;
        let (e, f, g, h) = (b - a, d - c, d + c, b + a); // 2, 3, 3, 2
        sum.x.set_product(&e, &f);
        sum.y.set_product(&g, &h);
        sum.z.set_product(&f, &g);
        sum.t.set_product(&e, &h);
    }

    /// Adds: 4 multiplications.
    #[inline(never)]
    pub(super) fn add(&self, addend: &ProjectiveAddend<L>) -> Completed<L> {
        let a = (self.y - self.x) * addend.y_minus_x;
        let b = (self.y + self.x) * addend.y_plus_x;
        let c = self.t * addend.t_2d;
        let half_d = self.z * addend.z;
        let d = half_d + half_d;
        Completed {
            e: b - a,
            f: d - c,
            g: d + c,
            h: b + a,
        } // 2, 3, 3, 2
    }
}

impl Extended {
    /// The neutral element (0, 1).
    pub(super) fn neutral() -> Self {
        Affine {
            x: Fe::ZERO,
            y: Fe::ONE,
        }
        .extended()
    }

    /// Two points side by side.
    pub(super) fn in_lanes([a, b]: [&Self; 2]) -> Extended<Pair> {
        let both = |a: Fe, b: Fe| Fe(core::array::from_fn(|k| Pair::of([a.0[k], b.0[k]])));
        Extended {
            x: both(a.x, b.x),
            y: both(a.y, b.y),
            z: both(a.z, b.z),
            t: both(a.t, b.t),
        }
    }
}

impl Extended<Pair> {
    /// The first point or, if `lane` is not zero, the second one.
    pub(super) fn lane(&self, lane: usize) -> Extended {
        let one = |both: Fe<Pair>| {
            Fe(both.0.map(|pair| {
                let [first, second] = pair.lanes();
                if lane == 0 { first } else { second }
            }))
        };
        Extended {
            x: one(self.x),
            y: one(self.y),
            z: one(self.z),
            t: one(self.t),
        }
    }
}

impl<L: Limb> Completed<L> {
    /// The neutral element (0, 1).
    pub(super) fn neutral() -> Self {
        let [zero, one] = [Fe::ZERO, Fe::ONE].map(Fe::constant);
        Self {
            e: zero,
            f: one,
            g: one,
            h: one,
        }
    }

    /// 3 multiplications; enough before a doubling and at the end.
    #[inline(never)]
    pub(super) fn projective(&self) -> Projective<L> {
        Projective {
            x: self.e * self.f,
            y: self.g * self.h,
            z: self.f * self.g,
        }
    }

    /// 4 multiplications; needed before an addition.
    #[inline(never)]
    pub(super) fn extended(&self) -> Extended<L> {
        Extended {
            x: self.e * self.f,
            y: self.g * self.h,
            z: self.f * self.g,
            t: self.e * self.h,
        }
    }
}

impl<L: Limb> Neg for AffineAddend<L> {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            y_plus_x: self.y_minus_x,
            y_minus_x: self.y_plus_x,
            xy_2d: -self.xy_2d,
        }
    }
}

impl<L: Limb> Neg for ProjectiveAddend<L> {
    type Output = Self;

    fn neg(self) -> Self {
        Self {
            y_plus_x: self.y_minus_x,
            y_minus_x: self.y_plus_x,
            z: self.z,
            t_2d: -self.t_2d,
        }
    }
}
