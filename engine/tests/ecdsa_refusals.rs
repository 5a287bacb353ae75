//! Keys and signatures that are refused before any arithmetic.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, where a panic is a failure"
)]

mod ecdsa_reference;

use countersign_engine::ecdsa::{P256, P384, P521, PublicKey};
use countersign_engine::{InvalidSignature, KeyError, TableStore};
use ecdsa_reference::Modelled;
use num_bigint::BigUint;

fn refused<C: Modelled>(x: &[u8], y: &[u8]) -> KeyError {
    PublicKey::<C>::new(x, y).err().unwrap()
}

fn wrong_keys_are_refused<C: Modelled>() {
    let model = C::model();
    let (x, y) = model.base.clone().unwrap();
    let (good_x, good_y) = (model.encode(&x), model.encode(&y));
    assert!(PublicKey::<C>::new(&good_x, &good_y).is_ok());

    let padded = [&[0], &*good_x].concat();
    assert_eq!(refused::<C>(&padded, &good_y), KeyError::Length);
    assert_eq!(refused::<C>(&good_x[1..], &good_y), KeyError::Length);
    assert_eq!(refused::<C>(&good_x, &good_y[1..]), KeyError::Length);
    assert_eq!(refused::<C>(&[], &[]), KeyError::Length);

    let all_ones = vec![0xff; model.bytes];
    assert_eq!(
        refused::<C>(&model.encode(&model.p), &good_y),
        KeyError::NonCanonical
    );
    assert_eq!(
        refused::<C>(&good_x, &model.encode(&model.p)),
        KeyError::NonCanonical
    );
    assert_eq!(refused::<C>(&all_ones, &all_ones), KeyError::NonCanonical);

    let zero = vec![0; model.bytes];
    let next_y = model.encode(&(&y + 1u32));
    assert_eq!(refused::<C>(&zero, &zero), KeyError::NotOnCurve);
    assert_eq!(refused::<C>(&good_x, &next_y), KeyError::NotOnCurve);
    assert_eq!(refused::<C>(&good_y, &good_x), KeyError::NotOnCurve);

    let opposite = model.encode(&(&model.p - &y));
    assert!(PublicKey::<C>::new(&good_x, &opposite).is_ok());
}

/// The same point with `x + p`, which is shorter than the bytes, is refused.
fn a_second_encoding_is_refused<C: Modelled>() {
    let model = C::model();
    let x = (0u32..)
        .find(|x| model.lift(&BigUint::from(*x)).is_some())
        .unwrap();
    let (x, y) = model.lift(&BigUint::from(x)).unwrap();
    assert!(PublicKey::<C>::new(&model.encode(&x), &model.encode(&y)).is_ok());
    let unreduced = model.encode(&(&x + &model.p));
    assert_eq!(
        refused::<C>(&unreduced, &model.encode(&y)),
        KeyError::NonCanonical
    );
}

fn wrong_signatures_are_refused<C: Modelled>() {
    let model = C::model();
    let mut tables = TableStore::default();
    let mut key: PublicKey<C> = model.key(&model.base);
    let (u1, u2) = (BigUint::from(3u32), BigUint::from(4u32));
    let (r, _) = model.multiply(&BigUint::from(7u32), &model.base).unwrap();
    let (digest, good) = model.craft(&u1, &u2, &(r % &model.n));
    assert_eq!(key.verify(&mut tables, &digest, &good), Ok(()));

    let order = model.encode(&model.n);
    let zero = vec![0; model.bytes];
    let all_ones = vec![0xff; model.bytes];
    let (r, s) = good.split_at(model.bytes);
    let padded = [&[0], &*good].concat();
    let wrong: [&[u8]; 14] = [
        &[],
        &good[1..],
        &good[..good.len() - 1],
        &padded,
        &[&*good, &[0]].concat(),
        r,
        &[&zero, s].concat(),
        &[r, &zero].concat(),
        &[&*zero, &*zero].concat(),
        &[&order, s].concat(),
        &[r, &order].concat(),
        &[&*order, &*order].concat(),
        &[&*all_ones, &*all_ones].concat(),
        &[s, r].concat(),
    ];
    for signature in wrong {
        assert_eq!(
            key.verify(&mut tables, &digest, signature),
            Err(InvalidSignature)
        );
    }
    assert_eq!(key.verify(&mut tables, &[], &good), Err(InvalidSignature));
}

fn debug_output_tells_nothing<C: Modelled>() {
    let model = C::model();
    let key: PublicKey<C> = model.key(&model.base);
    assert_eq!(format!("{key:?}"), "PublicKey { .. }");
}

#[test]
fn p256_refuses_wrong_keys_and_signatures() {
    wrong_keys_are_refused::<P256>();
    a_second_encoding_is_refused::<P256>();
    wrong_signatures_are_refused::<P256>();
    debug_output_tells_nothing::<P256>();
}

#[test]
fn p384_refuses_wrong_keys_and_signatures() {
    wrong_keys_are_refused::<P384>();
    a_second_encoding_is_refused::<P384>();
    wrong_signatures_are_refused::<P384>();
    debug_output_tells_nothing::<P384>();
}

#[test]
fn p521_refuses_wrong_keys_and_signatures() {
    wrong_keys_are_refused::<P521>();
    a_second_encoding_is_refused::<P521>();
    wrong_signatures_are_refused::<P521>();
    debug_output_tells_nothing::<P521>();
}
