use alloc::vec::Vec;

use num_bigint::BigUint;

use super::reference::{Point, bytes, d, from_words, minus, order, p, point, value, words};
use super::scalar::{scalar, scalars};
use crate::ed25519::comb::{self, Comb, Multiple};
use crate::ed25519::constants::{
    BASE, BASE_ODD_MULTIPLES, D, LOW_ORDER_Y, SQRT_OF_MINUS_ONE, TWO_D,
};
use crate::ed25519::encoding::Encoding;
use crate::ed25519::field::Fe;
use crate::ed25519::ladder;
use crate::ed25519::point::Extended;
use crate::ed25519::scalar::Scalar;
use crate::seeded::Seeded;

/// The neutral element, all points of low order, some of prime order and their
/// sums: what a formula with exceptions would fail on.
fn points() -> Vec<Point> {
    let mut random = Seeded(4);
    let torsion = Point::of_order_eight();
    let low: Vec<Point> = (0u8..8).map(|k| torsion.times(&BigUint::from(k))).collect();
    let prime = [BigUint::from(1u8), BigUint::from(2u8), random.number(252)]
        .map(|scalar| Point::base().times(&scalar));
    let mixed = prime.iter().map(|point| point.add(&torsion));
    let opposite = prime.iter().map(Point::negate);
    let all = prime.iter().cloned().chain(mixed).chain(opposite);
    low.iter().cloned().chain(all).collect()
}

/// The same point with another Z.
fn rescaled(point: &Point, random: &mut Seeded) -> Extended {
    let Extended { x, y, z, t } = point.affine().extended();
    let factor = random.limbs(1);
    Extended {
        x: x * factor,
        y: y * factor,
        z: z * factor,
        t: t * factor,
    }
}

fn encoded(point: &Point) -> [u8; 32] {
    let sign = BigUint::from(u8::from(point.x.bit(0))) << 255;
    bytes(&(&point.y + sign))
}

#[test]
fn the_constants_are_those_of_the_curve() {
    assert_eq!(value(D), d());
    assert_eq!(value(TWO_D), d() * 2u8 % p());
    assert_eq!(value(SQRT_OF_MINUS_ONE.square()), p() - 1u8);
    assert_eq!(value(BASE.x), Point::base().x);
    assert_eq!(value(BASE.y), Point::base().y);
}

#[test]
fn the_constant_multiples_are_the_odd_ones_of_the_base_point() {
    for (i, multiple) in BASE_ODD_MULTIPLES.iter().enumerate() {
        let Point { x, y } = Point::base().times(&BigUint::from(2 * i + 1));
        assert_eq!(value(multiple.y_plus_x), (&y + &x) % p(), "multiple {i}");
        assert_eq!(
            value(multiple.y_minus_x),
            (&y + minus(&x)) % p(),
            "multiple {i}"
        );
        assert_eq!(
            value(multiple.xy_2d),
            x * y * 2u8 * d() % p(),
            "multiple {i}"
        );
    }
}

#[test]
fn low_order_is_known_by_y_alone() {
    let torsion = Point::of_order_eight();
    let mut found: Vec<BigUint> = (0u8..8)
        .map(|k| torsion.times(&BigUint::from(k)).y)
        .collect();
    let mut listed: Vec<BigUint> = LOW_ORDER_Y.iter().map(from_words).collect();
    found.sort();
    found.dedup();
    listed.sort();
    assert_eq!(found, listed);
}

#[test]
fn all_sums_of_two_points_agree() {
    let mut random = Seeded(5);
    for a in points() {
        for b in points() {
            let sum = rescaled(&a, &mut random).add_affine(&b.affine().addend());
            assert_eq!(point(sum.extended()), a.add(&b), "{a:?} + {b:?}");
            let sum = rescaled(&a, &mut random).add(&rescaled(&b, &mut random).addend());
            assert_eq!(point(sum.extended()), a.add(&b), "{a:?} + {b:?}");
            let difference = rescaled(&a, &mut random).add_affine(&-b.affine().addend());
            assert_eq!(
                point(difference.extended()),
                a.add(&b.negate()),
                "{a:?} - {b:?}"
            );
            let difference = rescaled(&a, &mut random).add(&-b.affine().extended().addend());
            assert_eq!(
                point(difference.extended()),
                a.add(&b.negate()),
                "{a:?} - {b:?}"
            );
        }
    }
}

#[test]
fn doublings_agree() {
    let mut random = Seeded(6);
    for a in points() {
        let doubled = rescaled(&a, &mut random).projective().double();
        assert_eq!(point(doubled.extended()), a.add(&a), "2 · {a:?}");
        let Point { x, y } = a.add(&a);
        let projective = doubled.projective();
        assert_eq!(value(projective.x), x * value(projective.z) % p());
        assert_eq!(value(projective.y), y * value(projective.z) % p());
    }
}

#[test]
fn every_point_decompresses_from_its_encoding() {
    for a in points() {
        let encoding = Encoding::from_bytes(&encoded(&a)).unwrap();
        let affine = encoding.decompress().unwrap();
        // With x = 0 there is no other parity to choose.
        assert_eq!(
            (value(affine.x), value(affine.y)),
            (a.x.clone(), a.y.clone())
        );
    }
}

#[test]
fn exactly_the_y_of_points_decompress() {
    for y in 0u32..200 {
        let encoding = Encoding::from_bytes(&bytes(&BigUint::from(y))).unwrap();
        let exists = Point::with_y(BigUint::from(y), false).is_some();
        assert_eq!(encoding.decompress().is_some(), exists, "y = {y}");
    }
}

#[test]
fn a_y_that_is_not_reduced_is_no_encoding() {
    let sign = BigUint::from(1u8) << 255;
    for excess in 0u8..19 {
        let y = p() + excess;
        assert!(Encoding::from_bytes(&bytes(&y)).is_none(), "p + {excess}");
        assert!(
            Encoding::from_bytes(&bytes(&(y + &sign))).is_none(),
            "p + {excess}, odd"
        );
    }
    assert!(Encoding::from_bytes(&bytes(&(p() - 1u8))).is_some());
}

#[test]
fn an_encoding_is_of_its_own_point_only() {
    let mut random = Seeded(7);
    for a in points() {
        for b in points() {
            let encoding = Encoding::from_bytes(&encoded(&a)).unwrap();
            assert_eq!(
                encoding.is_of(&rescaled(&b, &mut random)),
                a == b,
                "{a:?}, {b:?}"
            );
        }
    }
}

#[test]
fn a_sign_on_x_zero_encodes_nothing() {
    let mut bytes = encoded(&Point::neutral());
    bytes[31] |= 0x80;
    let encoding = Encoding::from_bytes(&bytes).unwrap();
    assert!(!encoding.is_of(&Point::neutral().affine().extended()));
}

/// `start` and `scalar` times the point of a table.
fn sum_of(comb: &Comb, start: Extended, table: &[i32], scalar: &Scalar) -> Option<Extended> {
    let mut multiples = [Multiple::NONE; 72];
    comb.collect(table, scalar, &mut multiples.iter_mut())?;
    Some(comb::add(&start, multiples.as_chunks().0))
}

#[test]
fn combs_multiply_points_of_any_order() {
    let mixed = Point::base()
        .times(&BigUint::from(3u8))
        .add(&Point::of_order_eight());
    for (point_of, width) in [(Point::base(), 8), (mixed, 7), (Point::of_order_eight(), 4)] {
        let comb = Comb::of_width(width);
        let table = comb.build(point_of.affine());
        assert_eq!(table.len(), comb.length());
        for number in scalars().iter().step_by(3) {
            let start = point_of.affine().extended();
            let sum = sum_of(&comb, start, &table, &scalar(number)).unwrap();
            assert_eq!(point(sum), point_of.times(&(number + 1u8)), "{number}");
        }
    }
}

#[test]
fn a_table_of_another_length_is_not_used() {
    let comb = Comb::of_width(4);
    let start = Point::neutral().affine().extended();
    let table = comb.build(Point::base().affine());
    assert!(sum_of(&comb, start, &table[1..], &scalar(&order().sqrt())).is_none());
    assert!(sum_of(&Comb::of_width(5), start, &table, &scalar(&order().sqrt())).is_none());
}

#[test]
fn the_ladder_adds_the_products_it_is_asked_for() {
    let mixed = Point::base()
        .times(&BigUint::from(5u8))
        .add(&Point::of_order_eight());
    let all = scalars();
    for (a, b) in all.iter().zip(all.iter().rev()).step_by(3) {
        let of_base = Point::base().times(a);
        let of_key = mixed.times(b);
        let (s, k) = (scalar(a), scalar(b));
        let product = Some((&k, mixed.affine()));
        assert_eq!(
            point(ladder::sum(Some(&s), product)),
            of_base.add(&of_key),
            "{a}, {b}"
        );
        assert_eq!(point(ladder::sum(Some(&s), None)), of_base, "{a}");
        assert_eq!(point(ladder::sum(None, product)), of_key, "{b}");
    }
    assert_eq!(point(ladder::sum(None, None)), Point::neutral());
}

#[test]
fn the_settled_constants_are_the_same_numbers() {
    assert_eq!(words(&value(BASE.x)), BASE.x.settle().to_words());
    assert!(Fe::ZERO.equals(BASE.y - BASE.y.settle()));
}
