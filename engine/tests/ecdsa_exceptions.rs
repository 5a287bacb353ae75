//! Sums that meet the exceptional cases of point addition, scalars at the
//! edges, and comparisons that wrap: signatures built for the purpose, on every
//! path a verification can take.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, where a panic is a failure"
)]

mod ecdsa_reference;

use countersign_engine::TableStore;
use countersign_engine::ecdsa::{P256, P384, P521, PublicKey};
use ecdsa_reference::{Model, Modelled, Point};
use num_bigint::BigUint;

/// Uses after which a key has its combs, if the store has room for them.
const USES_UNTIL_WARM: usize = 10;

/// One key on every path: without tables, with the base point's comb alone,
/// with both combs. All verdicts must agree.
struct Paths<C: Modelled> {
    model: Model,
    key: PublicKey<C>,
    stores: [TableStore; 3],
}

impl<C: Modelled> Paths<C> {
    fn new(point: &Point) -> Self {
        let model = C::model();
        let mut key = model.key(point);
        let budgets = model.budgets();
        let mut stores = budgets.map(TableStore::new);
        let (digest, signature) = model.craft(&small(2), &small(3), &small(4));
        for store in &mut stores {
            for _ in 0..USES_UNTIL_WARM {
                assert!(key.verify(store, &digest, &signature).is_err());
            }
        }
        // The other backend keeps no tables.
        if cfg!(not(feature = "rustcrypto")) {
            assert_eq!(stores.each_ref().map(TableStore::used_bytes), budgets);
        }
        Self { model, key, stores }
    }

    fn of_secret(secret: &BigUint) -> Self {
        let model = C::model();
        Self::new(&model.multiply(secret, &model.base))
    }

    fn verdict(&mut self, u1: &BigUint, u2: &BigUint, r: &BigUint) -> bool {
        let (digest, signature) = self.model.craft(u1, u2, r);
        let stores = self.stores.each_mut();
        let verdicts = stores.map(|store| self.key.verify(store, &digest, &signature).is_ok());
        assert!(
            verdicts == [true; 3] || verdicts == [false; 3],
            "{verdicts:?} {u1} {u2}"
        );
        verdicts[0]
    }

    /// Asserts that `u1·G + u2·Q` is computed as the model computes it, where
    /// `Q` is `secret·G`.
    fn assert_sum(&mut self, secret: &BigUint, u1: &BigUint, u2: &BigUint) {
        let scalar = (u1 + u2 * secret) % &self.model.n;
        let Some((x, _)) = self.model.multiply(&scalar, &self.model.base) else {
            // The sum is the zero point: no r can be right.
            assert!(!self.verdict(u1, u2, &small(1)), "{secret} {u1} {u2}");
            return;
        };
        let r = x % &self.model.n;
        assert!(self.verdict(u1, u2, &r), "{secret} {u1} {u2}");
        assert!(!self.verdict(&(u1 + 1u32), u2, &r), "{secret} {u1} {u2}");
    }
}

fn small(number: u32) -> BigUint {
    BigUint::from(number)
}

/// Small keys, so that sums meet the multiples in the tables, with scalars that
/// make the sum equal to, or the inverse of, the next multiple to be added.
fn sums_meet_table_points<C: Modelled>() {
    let n = C::model().n;
    let far = small(1) << 70;
    for secret in [small(1), small(2), small(15), &n - 1u32, &n - 3u32] {
        let mut paths = Paths::<C>::of_secret(&secret);
        for low in [1, 5, 16, 64] {
            paths.assert_sum(&secret, &small(low), &small(low));
            paths.assert_sum(&secret, &small(low), &(&far + low));
            paths.assert_sum(&secret, &(&far + low), &small(low));
            paths.assert_sum(&secret, &small(low), &(&n - low));
        }
    }
}

/// Zero, one, the order less one, powers of two and runs of ones.
fn edge_scalars_multiply<C: Modelled>() {
    let n = C::model().n;
    let secret = &n / 3u32;
    let mut paths = Paths::<C>::of_secret(&secret);
    let bits = n.bits() as u32;
    let power = |exponent: u32| small(1) << exponent;
    let edges = [
        small(1),
        &n - 1u32,
        &n - 2u32,
        &n / 2u32,
        power(29),
        power(30),
        power(bits - 1),
        power(bits - 1) - 1u32,
        power(bits / 2) - 1u32,
    ];
    paths.assert_sum(&secret, &small(0), &small(1));
    for edge in &edges {
        paths.assert_sum(&secret, &small(0), edge);
        paths.assert_sum(&secret, edge, &(&n - edge));
        paths.assert_sum(&secret, &small(1), edge);
    }
}

/// `u1·G = −u2·Q`: the sum is the zero point, whatever `r` claims.
fn the_zero_point_has_no_coordinate<C: Modelled>() {
    let n = C::model().n;
    for secret in [small(1), small(7), &n / 5u32] {
        let mut paths = Paths::<C>::of_secret(&secret);
        for u2 in [small(1), small(3), &n / 7u32, &n - 1u32] {
            let u1 = &n - &u2 * &secret % &n;
            paths.assert_sum(&secret, &u1, &u2);
        }
    }
}

/// A point whose `x` is `n + r` for a small `r`, and one whose `x` is small,
/// claimed by an `r` that reaches it only modulo `p`.
fn r_wraps_around_the_order_only<C: Modelled>() {
    let model = C::model();
    let (n, p) = (model.n.clone(), model.p.clone());
    let (u1, u2) = (&n / 11u32, &n / 13u32);
    let key_for = |sum: &Point| {
        let opposite = model.multiply(&(&n - &u1), &model.base);
        let point = model.multiply(&u2.modinv(&n).unwrap(), &model.add(sum, &opposite));
        Paths::<C>::new(&point)
    };

    let wrapped = (1u32..).find(|r| model.lift(&(&n + *r)).is_some()).unwrap();
    let mut paths = key_for(&model.lift(&(&n + wrapped)));
    assert!(paths.verdict(&u1, &u2, &small(wrapped)));
    // That x itself is no r: it is not below the order.
    assert!(!paths.verdict(&u1, &u2, &(&n + wrapped)));

    let x = (1u32..).find(|x| model.lift(&small(*x)).is_some()).unwrap();
    let mut paths = key_for(&model.lift(&small(x)));
    assert!(paths.verdict(&u1, &u2, &small(x)));
    assert!(!paths.verdict(&u1, &u2, &(&p - &n + x)));
}

/// A valid signature with a small `s` stays the only one of its kind: `s + n` still fits the
/// field's bytes, and stands for the same number.
fn s_beyond_the_order_is_refused<C: Modelled>() {
    let model = C::model();
    let n = model.n.clone();
    let secret = &n / 3u32;
    let mut paths = Paths::<C>::of_secret(&secret);
    let nonce = &n / 17u32;
    let (x, _) = model.multiply(&nonce, &model.base).unwrap();
    let r = x % &n;
    for s in [small(1), small(2), small(1) << 100] {
        // s·k = z + r·d, solved for z.
        let z = (&s * &nonce + &n * &n - &r * &secret) % &n;
        let digest = model.digest(&z);
        let mut verdict = |s: &BigUint| {
            let signature = [model.encode(&r), model.encode(s)].concat();
            let stores = paths.stores.each_mut();
            stores.map(|store| paths.key.verify(store, &digest, &signature).is_ok())
        };
        assert_eq!(verdict(&s), [true; 3], "{s}");
        assert_eq!(verdict(&(&s + &n)), [false; 3], "{s} + n");
        assert_eq!(verdict(&(&n - &s)), [true; 3], "n - {s}");
    }
}

macro_rules! on_every_curve {
    ($($property:ident: $p256:ident $p384:ident $p521:ident;)*) => {
        $(
            #[test]
            fn $p256() {
                $property::<P256>();
            }

            #[test]
            fn $p384() {
                $property::<P384>();
            }

            #[test]
            fn $p521() {
                $property::<P521>();
            }
        )*
    };
}

on_every_curve! {
    sums_meet_table_points: p256_sums_meet_table_points p384_sums_meet_table_points p521_sums_meet_table_points;
    edge_scalars_multiply: p256_edge_scalars_multiply p384_edge_scalars_multiply p521_edge_scalars_multiply;
    the_zero_point_has_no_coordinate: p256_zero_point_has_no_coordinate p384_zero_point_has_no_coordinate p521_zero_point_has_no_coordinate;
    s_beyond_the_order_is_refused: p256_refuses_s_beyond_the_order p384_refuses_s_beyond_the_order p521_refuses_s_beyond_the_order;
    r_wraps_around_the_order_only: p256_r_wraps_around_the_order_only p384_r_wraps_around_the_order_only p521_r_wraps_around_the_order_only;
}
