//! One public key of one curve: its checks, and verification with it.

use super::comb;
use super::curve::{self, Parameters};
use super::digits;
use super::field::Element;
use super::point::{Affine, Extended};
use super::scalar::{LIMB_BITS, Scalar};
use super::sealed::VerifyingKey;
use super::window::{self, Term, Window};
use crate::tables::{CombSource, KeyTables, TableStore};
use crate::{InvalidSignature, KeyError};
use alloc::vec::Vec;
use core::marker::PhantomData;

/// A key of the curve `C`, whose field has `N` limbs and whose scalars have `M`.
#[derive(Clone, Debug)]
pub struct Key<C, const N: usize, const M: usize> {
    point: Affine<C, N>,
    /// The key's odd multiples, from its first verification on.
    window: Option<Window<C, N>>,
    tables: KeyTables,
}

impl<C: Parameters<N, M>, const N: usize, const M: usize> VerifyingKey for Key<C, N, M> {
    /// Checks that the coordinates name a point of the curve (SP 800-56A rev. 3
    /// §5.6.2.3.3). All curves here have a prime order, so every such point but
    /// the zero point, which has no coordinates, is of that order.
    fn new(x: &[u8], y: &[u8]) -> Result<Self, KeyError> {
        let point = Affine {
            x: coordinate::<C, N, M>(x)?,
            y: coordinate::<C, N, M>(y)?,
        };
        if !curve::contains(&point.x, &point.y) {
            return Err(KeyError::NotOnCurve);
        }
        let mut encoded = [0; 2 * 66];
        for (to, from) in encoded.iter_mut().zip(x.iter().chain(y)) {
            *to = *from;
        }
        Ok(Self {
            point,
            window: None,
            tables: KeyTables::new(C::GROUP, &encoded),
        })
    }

    /// FIPS 186-5 §6.4.2.
    fn verify(
        &mut self,
        store: &mut TableStore,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let (r, s) = halves::<C, N, M>(signature).ok_or(InvalidSignature)?;
        let z = Scalar::from_digest(digest, C::BITS);
        let [u1, u2] = Scalar::quotients::<C, N>([&z, &r], &s);
        let sum = sum(self, store, &u1, &u2).ok_or(InvalidSignature)?;
        if has_coordinate(&sum, &r) {
            Ok(())
        } else {
            Err(InvalidSignature)
        }
    }
}

/// Computes `u1·G + u2·Q` with the tables there are; `None` is the zero point.
fn sum<C: Parameters<N, M>, const N: usize, const M: usize>(
    key: &mut Key<C, N, M>,
    store: &mut TableStore,
    u1: &Scalar<M>,
    u2: &Scalar<M>,
) -> Option<Extended<C, N>> {
    let source = Source::<C, N, M> {
        key: key.point,
        scalars: PhantomData,
    };
    let combs = key.tables.combs(store, &source);
    match (combs.base, combs.key) {
        (Some(base), Some(key)) => comb::add(comb::add(None, base, u1), key, u2),
        (Some(base), None) => {
            let window = key.window.get_or_insert_with(|| Window::new(&key.point));
            let sum = window::sum(&[Term { scalar: u2, window }])?;
            comb::add(Some(sum.extended()), base, u1)
        }
        (None, _) => {
            let base = base_window(&mut key.tables, store);
            let window = key.window.get_or_insert_with(|| Window::new(&key.point));
            let terms = [
                Term {
                    scalar: u1,
                    window: &base,
                },
                Term { scalar: u2, window },
            ];
            window::sum(&terms).map(|sum| sum.extended())
        }
    }
}

/// Reads a coordinate: of the field's exact length, and reduced.
fn coordinate<C: Parameters<N, M>, const N: usize, const M: usize>(
    bytes: &[u8],
) -> Result<Element<C, N>, KeyError> {
    if bytes.len() != C::BYTES {
        return Err(KeyError::Length);
    }
    let limbs = digits::limbs_of_bytes::<M>(bytes, LIMB_BITS);
    if !digits::is_below(&limbs, &C::PRIME.limbs().map(i64::from)) {
        return Err(KeyError::NonCanonical);
    }
    Ok(Element::from_canonical(digits::repack(
        &limbs,
        LIMB_BITS,
        C::LIMB_BITS,
    )))
}

/// Splits a signature into `r` and `s`, both in `1..n`.
fn halves<C: Parameters<N, M>, const N: usize, const M: usize>(
    signature: &[u8],
) -> Option<(Scalar<M>, Scalar<M>)> {
    if signature.len() != 2 * C::BYTES {
        return None;
    }
    let (r, s) = signature.split_at_checked(C::BYTES)?;
    let read = |half| Scalar::from_signature_half(half, &C::ORDER);
    Some((read(r)?, read(s)?))
}

/// Says whether the point's affine `x` is `r` modulo the order. Instead of
/// dividing `X` by `ZZ`, multiplies `r` by it. As `p < 2·n`, the only other `x`
/// with that remainder is `r + n`, where that is below `p`.
fn has_coordinate<C: Parameters<N, M>, const N: usize, const M: usize>(
    point: &Extended<C, N>,
    r: &Scalar<M>,
) -> bool {
    let is_x = |candidate: &Scalar<M>| {
        let candidate = Element::from_canonical(candidate.field_limbs(C::LIMB_BITS));
        candidate.times(&point.zz).minus(&point.x).is_zero()
    };
    is_x(r)
        || r.plus_order_below_prime::<C, N>()
            .is_some_and(|wrapped| is_x(&wrapped))
}

fn base_point<C: Parameters<N, M>, const N: usize, const M: usize>() -> Affine<C, N> {
    Affine {
        x: Element::from_canonical(C::BASE_X),
        y: Element::from_canonical(C::BASE_Y),
    }
}

/// The base point's odd multiples: kept in the store, if its budget allows.
fn base_window<C: Parameters<N, M>, const N: usize, const M: usize>(
    tables: &mut KeyTables,
    store: &mut TableStore,
) -> Window<C, N> {
    let build = || Window::new(&base_point::<C, N, M>());
    let length = Window::<C, N>::LENGTH;
    let kept = tables.base_window(store, length, || build().as_table().to_vec());
    kept.map_or_else(build, Window::from_table)
}

/// Where a key's combs come from.
struct Source<C, const N: usize, const M: usize> {
    key: Affine<C, N>,
    scalars: PhantomData<[(); M]>,
}

impl<C: Parameters<N, M>, const N: usize, const M: usize> CombSource for Source<C, N, M> {
    const BASE_LENGTH: usize = comb::length::<C, N, M>();
    const KEY_LENGTH: usize = comb::length::<C, N, M>();

    fn base_comb(&self) -> Vec<i32> {
        comb::build::<C, N, M>(&base_point::<C, N, M>())
    }

    fn key_comb(&self) -> Vec<i32> {
        comb::build::<C, N, M>(&self.key)
    }
}
