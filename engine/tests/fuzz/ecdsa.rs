//! ECDSA verdicts against the RustCrypto curves.
//!
//! Signatures are made by arithmetic on scalars alone: with the nonce `k`, the
//! secret `d` and `r` at hand, `s·k = z + r·d` makes a valid signature of any
//! digest `z`, and `u1 + u2·d = k` one for any scalar that a verification is to
//! multiply by.

use crate::ecdsa_oracle::Oracle;
use crate::ecdsa_reference::{Model, Modelled};
use crate::support::seeded::Seeded;
use crate::tally::Tally;
use countersign_engine::TableStore;
use countersign_engine::ecdsa::PublicKey;
use num_bigint::BigUint;

const CASES_PER_KEY: usize = 800;
/// Signatures that share a nonce, and so `r`.
const CASES_PER_NONCE: usize = 40;

pub(crate) fn agrees<O: Oracle<Curve: Modelled>>(mut tally: Tally, seed: u64) {
    let mut seeded = Seeded(seed);
    let model = O::Curve::model();
    while !tally.is_full() {
        // New ones, for the tables of the key before do not make room so soon.
        let mut stores = model.budgets().map(TableStore::new);
        let signer = Signer::<O>::new(&mut seeded, &model);
        let mut key = signer.key();
        let mut nonce = signer.nonce(&mut seeded);
        for case in 0..CASES_PER_KEY {
            if case % CASES_PER_NONCE == 0 {
                nonce = signer.nonce(&mut seeded);
            }
            let (mut z, mut signature) = signer.signed(&mut seeded, &nonce);
            if seeded.below(2) == 0 {
                spoil(&mut seeded, &model, &mut z, &mut signature);
            }
            // Two of eight without tables, one with the base point's alone.
            let store = [0, 0, 1, 2, 2, 2, 2, 2][seeded.below(8)];
            let ours = key.verify(&mut stores[store], &model.digest(&z), &signature);
            let theirs = signer.oracle.accepts(&model.encode(&z), &signature);
            tally.judge(ours.ok(), theirs.then_some(()));
        }
    }
    tally.assert_both_verdicts_occurred();
}

/// A key pair.
struct Signer<'model, O> {
    oracle: O,
    secret: BigUint,
    model: &'model Model,
}

/// What a signature is made with: `k`, `1/k` and `r`.
struct Nonce {
    k: BigUint,
    inverse: BigUint,
    r: BigUint,
}

impl<'model, O: Oracle<Curve: Modelled>> Signer<'model, O> {
    /// One secret in eight is small or close to the order, so that sums meet
    /// the multiples in the tables.
    fn new(seeded: &mut Seeded, model: &'model Model) -> Self {
        let secret = match seeded.below(8) {
            0 => strained(seeded, model),
            _ => random(seeded, model),
        };
        Self {
            oracle: O::new(&model.encode(&secret)),
            secret,
            model,
        }
    }

    fn key(&self) -> PublicKey<O::Curve> {
        let point = self.oracle.point();
        let (x, y) = point.split_at(O::FIELD_BYTES);
        PublicKey::new(x, y).unwrap()
    }

    fn nonce(&self, seeded: &mut Seeded) -> Nonce {
        let k = match seeded.below(4) {
            0 => strained(seeded, self.model),
            _ => random(seeded, self.model),
        };
        let point = O::new(&self.model.encode(&k)).point();
        let x = BigUint::from_bytes_be(&point[..O::FIELD_BYTES]);
        Nonce {
            inverse: k.modinv(&self.model.n).unwrap(),
            r: x % &self.model.n,
            k,
        }
    }

    /// A valid signature and the number its digest stands for. The digest, `s`,
    /// or one of the scalars of the verification is made to strain carries.
    fn signed(&self, seeded: &mut Seeded, nonce: &Nonce) -> (BigUint, Vec<u8>) {
        let n = &self.model.n;
        let of_s = |s: &BigUint| (s * &nonce.k + n * n - &nonce.r * &self.secret) % n;
        let (z, s) = match seeded.below(16) {
            0..8 => {
                let z = match seeded.below(2) {
                    0 => strained(seeded, self.model),
                    _ => random(seeded, self.model),
                };
                let s = (&z + &nonce.r * &self.secret) * &nonce.inverse % n;
                (z, s)
            }
            8..14 => {
                let s = strained(seeded, self.model);
                (of_s(&s), s)
            }
            14 => {
                let u2 = strained(seeded, self.model);
                let s = &nonce.r * u2.modinv(n).unwrap() % n;
                (of_s(&s), s)
            }
            _ => {
                let u1 = strained(seeded, self.model);
                let u2 = (&nonce.k + n - u1) * self.secret.modinv(n).unwrap() % n;
                let s = &nonce.r * u2.modinv(n).unwrap_or_default() % n;
                (of_s(&s), s)
            }
        };
        let signature = [self.model.encode(&nonce.r), self.model.encode(&s)].concat();
        (z, signature)
    }
}

/// Any number in `1..n`.
fn random(seeded: &mut Seeded, model: &Model) -> BigUint {
    in_range(BigUint::from_bytes_be(&seeded.bytes(model.bytes)), model)
}

/// A number in `1..n` that is small, close to `n`, close to a power of two, or
/// of runs of equal bytes.
fn strained(seeded: &mut Seeded, model: &Model) -> BigUint {
    let small = BigUint::from(seeded.below(200));
    let number = match seeded.below(6) {
        0 => small,
        1 => &model.n - small,
        2 => (BigUint::from(1u32) << seeded.below(model.n.bits() as usize)) + small,
        3 => (BigUint::from(1u32) << (8 + seeded.below(model.n.bits() as usize - 8))) - small,
        _ => BigUint::from_bytes_be(&seeded.runs(model.bytes)),
    };
    in_range(number, model)
}

fn in_range(number: BigUint, model: &Model) -> BigUint {
    number % (&model.n - 1u32) + 1u32
}

/// Changes the signature or the digest; some of the changes leave it valid.
fn spoil(seeded: &mut Seeded, model: &Model, z: &mut BigUint, signature: &mut Vec<u8>) {
    let bytes = model.bytes;
    let half = bytes * seeded.below(2);
    let number = BigUint::from_bytes_be(&signature[half..half + bytes]);
    let mut replace = |number: &BigUint| {
        if number.bits() <= 8 * bytes as u64 {
            signature[half..half + bytes].copy_from_slice(&model.encode(number));
        }
    };
    match seeded.below(12) {
        0 => replace(&(&model.n - &number)),
        1 => replace(&(&model.n + &number)),
        2 => replace(&BigUint::ZERO),
        3 => replace(&model.n),
        4 => replace(&random(seeded, model)),
        5 => replace(&strained(seeded, model)),
        6 => *z = random(seeded, model),
        7 => *z = strained(seeded, model),
        8 => signature.truncate(seeded.below(2 * bytes)),
        9 => signature.push(seeded.next() as u8),
        10 => signature.rotate_left(bytes),
        _ => signature[half + seeded.below(bytes)] ^= 1 << seeded.below(8),
    }
}
