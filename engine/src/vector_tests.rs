//! The code on wasm's vectors, compared with the code that stands in its place elsewhere: every
//! operation, on limbs at the ends of their ranges and on random ones. With that, what the proofs
//! of bounds and the tests show of the one holds for the other.
//!
//! Its instructions are those of `instructions` here, one by one in plain Rust.

#[path = "columns/simd128.rs"]
mod columns;
#[path = "pair/simd128.rs"]
mod pair;

use alloc::vec::Vec;
use core::array;
use core::ops::{Add, Neg, Sub};

use crate::columns::Columns as PlainColumns;
use crate::limb::{Limb, RAISE};
use crate::pair::Pair as PlainPair;
use crate::seeded::Seeded;
use columns::Columns;
use pair::Pair;

/// The widths that limbs are split by.
const WIDTHS: [u32; 5] = [20, 23, 24, 28, 29];

const CASES: usize = 2000;

impl Seeded {
    /// Two limbs of up to so many bits and a sign.
    fn pair(&mut self, bits: u32) -> [i64; 2] {
        let most = ((1u64 << bits) - 1) as i64;
        array::from_fn(|_| self.between(-most, most))
    }
}

/// Asserts that one operation does the same to both kinds of pairs.
fn agree<const N: usize>(
    limbs: [[i64; 2]; N],
    vectors: impl Fn([Pair; N]) -> Pair,
    plain: impl Fn([PlainPair; N]) -> PlainPair,
) {
    let found = vectors(limbs.map(Pair::of)).lanes();
    assert_eq!(found, plain(limbs.map(PlainPair::of)).lanes(), "{limbs:?}");
}

#[test]
fn pairs_are_added_subtracted_negated_and_shifted_alike() {
    let mut seeded = Seeded(1);
    for _ in 0..CASES {
        let [a, b] = [seeded.pair(62), seeded.pair(62)];
        agree([a, b], |[a, b]| a.add(b), |[a, b]| a.add(b));
        agree([a, b], |[a, b]| a.sub(b), |[a, b]| a.sub(b));
        agree([a], |[a]| a.neg(), |[a]| a.neg());
        let bits = seeded.below(30) as u32;
        let small = seeded.pair(62 - bits);
        agree([small], |[a]| a << bits, |[a]| a << bits);
        let constant = seeded.between(i64::MIN, i64::MAX);
        agree(
            [],
            |[]| Pair::constant(constant),
            |[]| PlainPair::constant(constant),
        );
    }
}

#[test]
fn factors_of_32_bits_are_multiplied_alike() {
    let mut seeded = Seeded(2);
    let mut limbs = || array::from_fn(|_| seeded.between(i32::MIN.into(), i32::MAX.into()));
    for _ in 0..CASES {
        agree(
            [limbs(), limbs()],
            |[a, b]| a.factor() * b.factor(),
            |[a, b]| a.factor() * b.factor(),
        );
    }
}

#[test]
fn limbs_are_split_alike_down_to_the_lowest() {
    let mut seeded = Seeded(3);
    for bits in WIDTHS {
        let half = 1 << (bits - 1);
        for _ in 0..CASES {
            let limbs = array::from_fn(|_| seeded.between(-RAISE, i64::MAX));
            agree([limbs], |[a]| a.split(bits).0, |[a]| a.split(bits).0);
            agree([limbs], |[a]| a.split(bits).1, |[a]| a.split(bits).1);
            let limbs = limbs.map(|limb| limb.min(i64::MAX - half));
            agree(
                [limbs],
                |[a]| a.split_balanced(bits).0,
                |[a]| a.split_balanced(bits).0,
            );
            agree(
                [limbs],
                |[a]| a.split_balanced(bits).1,
                |[a]| a.split_balanced(bits).1,
            );
        }
    }
}

#[test]
fn rows_are_read_alike() {
    fn rows<const N: usize>(seeded: &mut Seeded) {
        let mut row =
            || array::from_fn(|_| seeded.between(i32::MIN.into(), i32::MAX.into()) as i32);
        let rows: [[i32; N]; 2] = [row(), row()];
        for negative in [[false, false], [false, true], [true, false], [true, true]] {
            let found = Pair::rows(rows.each_ref(), negative).map(Pair::lanes);
            let expected = PlainPair::rows(rows.each_ref(), negative).map(PlainPair::lanes);
            assert_eq!(found, expected, "{rows:?} {negative:?}");
        }
    }
    let mut seeded = Seeded(4);
    for _ in 0..CASES / 20 {
        rows::<1>(&mut seeded);
        rows::<8>(&mut seeded);
        rows::<9>(&mut seeded);
        rows::<11>(&mut seeded);
    }
}

/// A row of limbs, often all of them the largest, with the zeros that stand behind a number.
fn row(seeded: &mut Seeded, limbs: usize, width: u32) -> Vec<u32> {
    let largest = (1 << width) - 1;
    let full = seeded.below(3) == 0;
    let limb = |_| match full {
        true => largest,
        false => seeded.between(0, largest.into()) as u32,
    };
    let mut row: Vec<_> = (0..limbs).map(limb).collect();
    row.extend([0; 5]);
    row
}

/// In the four shapes in which `montgomery::product` adds them.
#[test]
fn columns_are_added_alike() {
    let mut seeded = Seeded(5);
    for (limbs, width) in [(8, 28), (76, 28), (124, 28), (132, 27), (304, 27)] {
        let rows = [(); 2].map(|()| row(&mut seeded, limbs, width));
        let [number, other] = rows.each_ref().map(Vec::as_slice);
        for start in (0..limbs).step_by(4) {
            let shapes = [
                (start + 4, number, &other[limbs - 4 - start..]),
                (start, number, &other[limbs - 4 - start..]),
                (limbs - start, number, &other[start + 1..]),
                (start / 2, number, &other[limbs - 4 - start..]),
                ((limbs - start) / 2 - 2, number, &other[start + 1..]),
            ];
            for (count, row, shifted) in shapes {
                let (mut vectors, mut plain) = (Columns::new(), PlainColumns::new());
                vectors.add(count, row, shifted);
                plain.add(count, row, shifted);
                assert_eq!(
                    vectors.sums(),
                    plain.sums(),
                    "{limbs} limbs from {start}, {count}"
                );
                if count <= limbs / 2 {
                    vectors.double();
                    plain.double();
                }
                vectors.add(count / 4 * 2, row, shifted);
                plain.add(count / 4 * 2, row, shifted);
                assert_eq!(
                    vectors.sums(),
                    plain.sums(),
                    "{limbs} limbs from {start}, {count}"
                );
            }
        }
    }
}
