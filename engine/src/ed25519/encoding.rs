//! Points as 32 bytes: the y-coordinate, and the parity of x in the top bit
//! (RFC 8032 §5.1.2, §5.1.3).

use super::constants::{D, LOW_ORDER_Y, SQRT_OF_MINUS_ONE};
use super::field::{Fe, P};
use super::point::{Affine, Extended};
use super::radix::{is_below, words_from_bytes};
use crate::limb::Limb;

/// An encoded point whose y-coordinate is below p. Whether the curve has such a
/// point is not known.
pub(super) struct Encoding {
    y: [u32; 8],
    x_is_odd: bool,
}

impl Encoding {
    /// Splits the bytes; `None` if y is not reduced.
    #[inline(never)]
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let mut y = words_from_bytes(bytes);
        let x_is_odd = y[7] >> 31 == 1;
        y[7] &= 0x7fff_ffff;
        is_below(&y, &P).then_some(Self { y, x_is_odd })
    }

    /// Says whether the order of the point divides the cofactor 8. This also
    /// covers the two spellings with x = 0 and the parity bit set, which RFC
    /// 8032 §5.1.3 step 4 refuses: both points with x = 0 are of low order.
    #[inline(never)]
    pub(super) fn is_low_order(&self) -> bool {
        LOW_ORDER_Y.contains(&self.y)
    }

    /// Finds the point with reduced coordinates; `None` if the curve has none
    /// with this y.
    #[inline(never)]
    pub(super) fn decompress(&self) -> Option<Affine> {
        let y = Fe::from_words(&self.y).settle();
        let root = RootCandidate::of_y(y);
        let x = if root.vxx.equals(root.u) {
            root.x
        } else if root.vxx.equals(-root.u) {
            root.x * SQRT_OF_MINUS_ONE
        } else {
            return None;
        };
        let x = if is_odd(x) == self.x_is_odd { x } else { -x };
        Some(Affine { x, y })
    }

    /// Says whether this is the encoding of `point`. Since y is below p here,
    /// this is the same as comparing the 32 bytes, but takes one division
    /// instead of two, and none if y differs.
    #[inline(never)]
    pub(super) fn is_of(&self, point: &Extended) -> bool {
        // Z is never zero, as the formulas are complete.
        let y_is_equal = (Fe::from_words(&self.y) * point.z).equals(point.y);
        y_is_equal && is_odd(point.x.divide(point.z)) == self.x_is_odd
    }
}

fn is_odd(number: Fe) -> bool {
    number.to_words()[0] & 1 == 1
}

/// The curve's equation solved for x² = u/v, with u = y² − 1 and v = d·y² + 1,
/// and x = u·v³·(u·v⁷)^((p−5)/8) (RFC 8032 §5.1.3 steps 2 and 3). If u/v has a
/// root, then v·x² is u, or −u and the root is x times a root of −1.
pub(super) struct RootCandidate<L> {
    pub(super) x: Fe<L>,
    pub(super) vxx: Fe<L>,
    pub(super) u: Fe<L>,
}

impl<L: Limb> RootCandidate<L> {
    #[inline(never)]
    pub(super) fn of_y(y: Fe<L>) -> Self {
        let one = Fe::constant(Fe::ONE);
        let yy = y.square();
        let u = yy - one;
        let v = yy * Fe::constant(D) + one;
        let v3 = v.square() * v;
        let v7 = v3.square() * v;
        let x = u * v3 * (u * v7).power_p_minus_5_over_8();
        Self {
            x,
            vxx: v * x.square(),
            u,
        }
    }
}
