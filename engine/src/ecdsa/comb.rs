//! The comb: for every window of a scalar, all multiples that its digit can
//! ask for. A multiplication is then one addition for each window.

use super::curve::Parameters;
use super::field::{Element, Field, invert_all};
use super::limb::Limb;
use super::point::{Affine, Extended, Jacobian};
use super::scalar::Scalar;
use alloc::vec;
use alloc::vec::Vec;
use core::marker::PhantomData;

/// How many windows are filled at a time, sharing inversions: more need more
/// scratch memory, fewer more inversions.
const WINDOWS_AT_ONCE: usize = 16;

/// The sizes of a curve's comb.
struct Shape<C, const N: usize, const M: usize>(PhantomData<C>);

impl<C: Parameters<N, M>, const N: usize, const M: usize> Shape<C, N, M> {
    /// The windows of a scalar, with a bit to spare for the last carry.
    const WINDOWS: usize = (C::BITS + 1).div_ceil(C::COMB_WIDTH) as usize;

    /// The multiples kept for each window: 1 to 2^(width − 1) times its point.
    /// Negative digits take the inverse of the point.
    const MULTIPLES: usize = 1 << (C::COMB_WIDTH - 1);

    /// The limbs of a window.
    const WINDOW_LENGTH: usize = Self::MULTIPLES * 2 * N;
}

/// The limbs in a comb of the curve `C`.
pub(super) const fn length<C: Parameters<N, M>, const N: usize, const M: usize>() -> usize {
    Shape::<C, N, M>::WINDOWS * Shape::<C, N, M>::WINDOW_LENGTH
}

/// Adds `scalar` times the point of the comb to a sum; `None` is the zero point.
#[inline(never)]
pub(super) fn add<C: Parameters<N, M>, const N: usize, const M: usize>(
    mut sum: Option<Extended<C, N>>,
    comb: &[i32],
    scalar: &Scalar<M>,
) -> Option<Extended<C, N>> {
    let digits = scalar.window_digits(C::COMB_WIDTH, Shape::<C, N, M>::WINDOWS);
    for (digit, window) in digits.zip(comb.chunks_exact(Shape::<C, N, M>::WINDOW_LENGTH)) {
        let Some(multiple) = multiple(window, digit) else {
            continue;
        };
        sum = match sum {
            Some(sum) => sum.plus(&multiple),
            None => Some(multiple.into()),
        };
    }
    sum
}

/// The multiple by a digit; `None` for the digit zero.
#[inline(always)]
fn multiple<F: Field<N>, const N: usize>(window: &[i32], digit: i32) -> Option<Affine<F, N>> {
    let place = (digit.unsigned_abs() as usize).checked_sub(1)?;
    let point = Affine::from_entry(window.chunks_exact(2 * N).nth(place)?)?;
    Some(if digit < 0 { point.negated() } else { point })
}

/// Builds the comb of a point of the curve's order.
#[inline(never)]
pub(super) fn build<C: Parameters<N, M>, const N: usize, const M: usize>(
    point: &Affine<C, N>,
) -> Vec<i32> {
    let window_length = Shape::<C, N, M>::WINDOW_LENGTH;
    let mut comb = vec![0; length::<C, N, M>()];
    let points = window_points::<C, N, M>(point);
    for (window, point) in comb.chunks_exact_mut(window_length).zip(&points) {
        point.write_entry(window);
    }
    for group in comb.chunks_mut(WINDOWS_AT_ONCE * window_length) {
        let mut filled = 1;
        while filled < Shape::<C, N, M>::MULTIPLES {
            double_multiples::<C, N>(group, window_length, filled);
            filled *= 2;
        }
    }
    comb
}

/// Computes `2^(width·i)` times the point for each window `i`.
fn window_points<C: Parameters<N, M>, const N: usize, const M: usize>(
    point: &Affine<C, N>,
) -> Vec<Affine<C, N>> {
    let mut next = Jacobian::from(*point);
    let mut points = Vec::with_capacity(Shape::<C, N, M>::WINDOWS);
    for _ in 0..Shape::<C, N, M>::WINDOWS {
        points.push(next);
        for _ in 0..C::COMB_WIDTH {
            next = next.doubled();
        }
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
fn double_multiples<F: Field<N>, const N: usize>(
    group: &mut [i32],
    window_length: usize,
    filled: usize,
) {
    let mut inverses = Vec::with_capacity(WINDOWS_AT_ONCE * filled);
    for window in group.chunks_exact(window_length) {
        let multiples = entries::<F, N>(window).take(filled);
        let Some(last) = multiples.clone().nth(filled - 1) else {
            continue;
        };
        let others = multiples.take(filled - 1);
        inverses.extend(others.map(|multiple| multiple.x.minus(&last.x)));
        inverses.push(last.y.doubled(1));
    }
    let mut scratch = inverses.clone();
    invert_all(&mut inverses, &mut scratch);
    for (window, inverses) in group
        .chunks_exact_mut(window_length)
        .zip(inverses.chunks(filled))
    {
        extend_window(window, filled, inverses);
    }
}

/// The points of a window's entries.
fn entries<F: Field<N>, const N: usize>(
    window: &[i32],
) -> impl Iterator<Item = Affine<F, N>> + Clone + '_ {
    window.chunks_exact(2 * N).filter_map(Affine::from_entry)
}

/// Writes the multiples `filled + 1` to `2·filled`, given the inverses of the
/// slopes' denominators.
fn extend_window<F: Field<N>, const N: usize>(
    window: &mut [i32],
    filled: usize,
    inverses: &[Element<F, N>],
) {
    let (known, unknown) = window.split_at_mut(filled * 2 * N);
    let multiples = known
        .chunks_exact(2 * N)
        .filter_map(Affine::<F, N>::from_entry);
    let Some(last) = multiples.clone().nth(filled - 1) else {
        return;
    };
    for (place, ((multiple, inverse), entry)) in multiples
        .zip(inverses)
        .zip(unknown.chunks_exact_mut(2 * N))
        .enumerate()
    {
        let rise = if place + 1 < filled {
            multiple.y.minus(&last.y)
        } else {
            last.tangent_rise(&Element::ONE)
        };
        last.plus_along(&multiple, &rise.times(inverse))
            .write_entry(entry);
    }
}

impl<F: Field<N>, const N: usize, L: Limb> Affine<F, N, L> {
    /// The third point on the line of a given slope through two points, mirrored.
    pub(super) fn plus_along(&self, other: &Self, slope: &Element<F, N, L>) -> Self {
        let x = slope.squared().minus(&self.x).minus(&other.x).tidied();
        let along = self.x.minus(&x).as_factor();
        Self {
            x,
            y: slope.times(&along).minus(&self.y).tidied(),
        }
    }

    /// `3·x² − 3`, which over `2·y` is the slope of the tangent.
    pub(super) fn tangent_rise(&self, one: &Element<F, N, L>) -> Element<F, N, L> {
        self.x.squared().minus(one).tripled().tidied()
    }
}
