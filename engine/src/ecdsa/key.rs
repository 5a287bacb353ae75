//! One public key: its checks, and verification with it.

use super::any::Any;
use super::comb;
use super::curve::Curve;
use super::digits::{self, SCALAR_BITS};
use super::number::Number;
use super::point::{Affine, Extended};
use super::scalar::Scalar;
use super::sum::{self, Part};
use super::window::{self, Term, Window};
use crate::tables::{CombSource, KeyTables, TableStore};
use crate::{InvalidSignature, KeyError};
use alloc::vec::Vec;

/// A key of a curve.
#[derive(Clone)]
pub(super) struct Key {
    source: Source,
    /// The key's odd multiples, from its first verification on.
    window: Option<Window>,
    tables: KeyTables,
}

impl Key {
    /// Checks that the coordinates name a point of the curve (SP 800-56A rev. 3
    /// §5.6.2.3.3). All curves here have a prime order, so every such point but
    /// the zero point, which has no coordinates, is of that order.
    #[inline(never)]
    pub(super) fn new(curve: &'static Curve, x: &[u8], y: &[u8]) -> Result<Self, KeyError> {
        let point = Affine {
            x: coordinate(curve, x)?,
            y: coordinate(curve, y)?,
        };
        if !curve.contains(&point) {
            return Err(KeyError::NotOnCurve);
        }
        let mut encoded = [0; 2 * 66];
        for (to, from) in encoded.iter_mut().zip(x.iter().chain(y)) {
            *to = *from;
        }
        Ok(Self {
            source: Source { curve, point },
            window: None,
            tables: KeyTables::new(curve.group, &encoded),
        })
    }

    /// FIPS 186-5 §6.4.2.
    #[inline(never)]
    pub(super) fn verify(
        &mut self,
        store: &mut TableStore,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let curve = self.source.curve;
        let (r, s) = halves(curve, signature).ok_or(InvalidSignature)?;
        let z = Scalar::from_digest(digest, curve.bits);
        let [u1, u2] = Scalar::quotients(curve, [&z, &r], &s);
        let sum = self.sum(store, &u1, &u2).ok_or(InvalidSignature)?;
        if has_coordinate(curve, &sum, &r) {
            Ok(())
        } else {
            Err(InvalidSignature)
        }
    }

    /// Computes `u1·G + u2·Q` with the tables there are; `None` is the zero point.
    fn sum(&mut self, store: &mut TableStore, u1: &Scalar, u2: &Scalar) -> Option<Extended<Any>> {
        let Source { curve, point } = self.source;
        let combs = self.tables.combs(store, &self.source);
        let base = combs.base.map(|comb| Part {
            comb,
            shape: &curve.comb,
            scalar: u1,
        });
        let key = combs.key.map(|comb| Part {
            comb,
            shape: &curve.comb,
            scalar: u2,
        });
        if let (Some(base), Some(key)) = (&base, &key) {
            return sum::of_parts(curve, &[base, key]);
        }
        let window = self.window.get_or_insert_with(|| Window::new(&point));
        let of_key = Term { scalar: u2, window };
        if let Some(base) = &base {
            let of_key = window::sum(&[of_key], curve).map(|sum| sum.extended());
            return Extended::sum(of_key, sum::of_parts(curve, &[base]));
        }
        let base = base_window(curve, &mut self.tables, store);
        let of_base = Term {
            scalar: u1,
            window: &base,
        };
        window::sum(&[of_base, of_key], curve).map(|sum| sum.extended())
    }
}

/// Reads a coordinate: of the field's exact length, and reduced.
fn coordinate(curve: &Curve, bytes: &[u8]) -> Result<Any, KeyError> {
    if bytes.len() != curve.bytes() {
        return Err(KeyError::Length);
    }
    let limbs = digits::limbs_of_bytes(bytes, SCALAR_BITS);
    let prime = curve.field.prime.limbs().map(i64::from);
    if !digits::is_below(&limbs, &prime) {
        return Err(KeyError::NonCanonical);
    }
    let limbs = digits::repack(&limbs, SCALAR_BITS, curve.field.limb_bits);
    Ok(Any::from_canonical(curve.field, &limbs))
}

/// Splits a signature into `r` and `s`, both in `1..n`.
fn halves(curve: &Curve, signature: &[u8]) -> Option<(Scalar, Scalar)> {
    if signature.len() != 2 * curve.bytes() {
        return None;
    }
    let (r, s) = signature.split_at_checked(curve.bytes())?;
    let read = |half| Scalar::from_signature_half(half, &curve.order);
    Some((read(r)?, read(s)?))
}

/// Says whether the point's affine `x` is `r` modulo the order. Instead of
/// dividing `X` by `ZZ`, multiplies `r` by it. As `p < 2·n`, the only other `x`
/// with that remainder is `r + n`, where that is below `p`.
fn has_coordinate(curve: &Curve, point: &Extended<Any>, r: &Scalar) -> bool {
    let is_x = |candidate: &Scalar| {
        let candidate = curve.element(candidate);
        candidate.times(&point.zz).minus(&point.x).is_zero()
    };
    is_x(r)
        || r.plus_order_below_prime(curve)
            .is_some_and(|wrapped| is_x(&wrapped))
}

/// The base point's odd multiples: kept in the store, if its budget allows.
fn base_window(curve: &Curve, tables: &mut KeyTables, store: &mut TableStore) -> Window {
    let build = || Window::new(&curve.base_point());
    let kept = tables.base_window(store, Window::LENGTH, &|| build().as_table().to_vec());
    match kept {
        Some(table) => Window::from_table(curve.field, table),
        None => build(),
    }
}

/// Where a key's combs come from.
#[derive(Clone, Copy)]
struct Source {
    curve: &'static Curve,
    point: Affine<Any>,
}

impl CombSource for Source {
    fn base_length(&self) -> usize {
        self.curve.comb.length()
    }

    fn key_length(&self) -> usize {
        self.curve.comb.length()
    }

    fn base_comb(&self) -> Vec<i32> {
        comb::build(&self.curve.base_point(), self.curve, &self.curve.comb)
    }

    fn key_comb(&self) -> Vec<i32> {
        comb::build(&self.point, self.curve, &self.curve.comb)
    }
}
