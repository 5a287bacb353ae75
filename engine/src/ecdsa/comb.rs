//! The comb: for every window of a scalar, all multiples that its digit can
//! ask for. A multiplication is then one addition for each window.

use super::any::{Any, AnyField, invert_all};
use super::curve::Curve;
use super::number::Number;
use super::point::{Affine, Jacobian};
use alloc::vec;
use alloc::vec::Vec;

/// How many windows are filled at a time, sharing inversions: more need more
/// scratch memory, fewer more inversions.
const WINDOWS_AT_ONCE: usize = 8;

/// The sizes of a curve's comb.
pub(super) struct Shape {
    pub(super) width: u32,
    /// The windows of a scalar, with a bit to spare for the last carry.
    pub(super) windows: usize,
    /// The multiples kept for each window: 1 to 2^(width − 1) times its point.
    /// Negative digits take the inverse of the point.
    multiples: usize,
    /// The limbs of a multiple.
    pub(super) entry: usize,
}

impl Shape {
    pub(super) const fn new(bits: u32, width: u32, field_limbs: usize) -> Self {
        Self {
            width,
            windows: (bits + 1).div_ceil(width) as usize,
            multiples: 1 << (width - 1),
            entry: 2 * field_limbs,
        }
    }

    /// The limbs of a comb.
    pub(super) const fn length(&self) -> usize {
        self.windows * self.window()
    }

    /// The limbs of a window.
    pub(super) const fn window(&self) -> usize {
        self.multiples * self.entry
    }
}

/// Builds the comb of a point of the curve's order.
#[inline(never)]
pub(super) fn build(point: &Affine<Any>, curve: &Curve, shape: &Shape) -> Vec<i32> {
    let field = curve.field;
    let mut comb = vec![0; shape.length()];
    let points = window_points(point, curve, shape);
    for (window, point) in comb.chunks_exact_mut(shape.window()).zip(&points) {
        point.write_entry(window.get_mut(..shape.entry).unwrap_or_default());
    }
    for group in comb.chunks_mut(WINDOWS_AT_ONCE * shape.window()) {
        let mut filled = 1;
        while filled < shape.multiples {
            double_multiples(group, shape, field, filled);
            filled *= 2;
        }
    }
    comb
}

/// Computes `2^(width·i)` times the point for each window `i`.
fn window_points(point: &Affine<Any>, curve: &Curve, shape: &Shape) -> Vec<Affine<Any>> {
    let mut next = Jacobian::from(*point);
    let mut points = Vec::with_capacity(shape.windows);
    for _ in 0..shape.windows {
        points.push(next);
        next = (curve.double)(next, shape.width);
    }
    let mut inverses: Vec<_> = points.iter().map(|point| point.z).collect();
    let mut scratch = inverses.clone();
    invert_all(&mut inverses, &mut scratch);
    let pairs = points.iter().zip(&inverses);
    pairs
        .map(|(point, inverse)| point.with_inverse_of_z(inverse))
        .collect()
}

/// Given the first `filled` multiples of some windows, computes as many more:
/// to each of them the last is added, and the last itself is doubled. In affine
/// coordinates, as all divisions share one inversion. There are no exceptional
/// cases, because the points' order is a large prime.
fn double_multiples(group: &mut [i32], shape: &Shape, field: &'static AnyField, filled: usize) {
    let known = filled * shape.entry;
    let mut inverses = Vec::with_capacity(WINDOWS_AT_ONCE * filled);
    for window in group.chunks_exact(shape.window()) {
        let (known, _) = window.split_at(known);
        let (others, last) = known.split_at(known.len() - shape.entry);
        let last = Affine::from_entry_of(field, last);
        for other in others.chunks_exact(shape.entry) {
            let other = Affine::from_entry_of(field, other);
            inverses.push(other.x.minus(&last.x));
        }
        inverses.push(last.y.doubled(1));
    }
    let mut scratch = inverses.clone();
    invert_all(&mut inverses, &mut scratch);
    let windows = group.chunks_exact_mut(shape.window());
    for (window, inverses) in windows.zip(inverses.chunks(filled)) {
        let (known, unknown) = window.split_at_mut(known);
        extend(known, unknown, shape, inverses);
    }
}

/// Writes as many multiples as are known behind them, given the inverses of the
/// slopes' denominators.
fn extend(known: &[i32], unknown: &mut [i32], shape: &Shape, inverses: &[Any]) {
    let Some(field) = inverses.first().map(Any::field) else {
        return;
    };
    let (_, last) = known.split_at(known.len() - shape.entry);
    let last = Affine::from_entry_of(field, last);
    let entries = known
        .chunks_exact(shape.entry)
        .zip(unknown.chunks_exact_mut(shape.entry));
    for (place, ((multiple, entry), inverse)) in entries.zip(inverses).enumerate() {
        let multiple = Affine::from_entry_of(field, multiple);
        let rise = if place + 1 < inverses.len() {
            multiple.y.minus(&last.y)
        } else {
            last.tangent_rise()
        };
        last.plus_along(&multiple, &rise.times(inverse))
            .write_entry(entry);
    }
}

impl<E: Number> Affine<E> {
    /// The third point on the line of a given slope through two points, mirrored.
    pub(super) fn plus_along(&self, other: &Self, slope: &E) -> Self {
        let x = slope.squared().minus(&self.x).minus(&other.x).tidied();
        let along = self.x.minus(&x).as_factor();
        Self {
            x,
            y: slope.times(&along).minus(&self.y).tidied(),
        }
    }

    /// `3·x² − 3`, which over `2·y` is the slope of the tangent.
    pub(super) fn tangent_rise(&self) -> E {
        let one = self.x.one();
        self.x.squared().minus(&one).tripled().tidied()
    }
}
