//! What the Ed25519 tests share: every verdict is asked for on every path, and
//! signatures can be made that no honest signer makes.

// Every test binary uses its own part of this, and a test may fail by `unwrap`.
#![allow(dead_code, clippy::unwrap_used)]

use countersign_engine::TableStore;
use countersign_engine::ed25519::PublicKey;
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::{EdwardsPoint, Scalar};
use sha2::{Digest, Sha512};

/// Room for the combs of the base point and of one key.
pub(crate) const ROOM_FOR_ONE_KEY: usize = 1300 << 10;

/// Room for the base point's comb, but not for a key's beside it.
pub(crate) const ROOM_FOR_THE_BASE: usize = 800 << 10;

/// Verifications after which a key has all the combs it can have.
pub(crate) const WARM: usize = 10;

/// The order L of the base point, little-endian.
pub(crate) const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// Verifies without tables, with the base point's alone, and with the key's.
pub(crate) struct Judge([TableStore; 3]);

/// One key for each path of a [`Judge`].
pub(crate) struct JudgedKey([PublicKey; 3]);

impl Judge {
    pub(crate) fn new() -> Self {
        Self([0, ROOM_FOR_THE_BASE, ROOM_FOR_ONE_KEY].map(TableStore::new))
    }

    /// Uses a key until it has the tables of its paths, and forgets those of the key before, which
    /// do not make room so soon; `None` if it is refused.
    pub(crate) fn key(&mut self, bytes: &[u8]) -> Option<JudgedKey> {
        *self = Self::new();
        let mut keys = [(); 3].map(|()| PublicKey::new(bytes).ok());
        let mut plausible = [0; 64];
        plausible[..32].copy_from_slice(ED25519_BASEPOINT_POINT.compress().as_bytes());
        for (key, tables) in keys.iter_mut().flatten().zip(&mut self.0) {
            for _ in 0..WARM {
                assert!(key.verify(tables, b"", &plausible).is_err());
            }
        }
        let [cold, half, warm] = keys;
        Some(JudgedKey([cold?, half?, warm?]))
    }

    /// The one verdict that all paths reach.
    pub(crate) fn verdict(
        &mut self,
        keys: &mut JudgedKey,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let [cold, half, warm] = &mut keys.0;
        let [no_tables, base_tables, all_tables] = &mut self.0;
        let verdict = cold.verify(no_tables, message, signature).is_ok();
        assert_eq!(
            half.verify(base_tables, message, signature).is_ok(),
            verdict
        );
        assert_eq!(warm.verify(all_tables, message, signature).is_ok(), verdict);
        verdict
    }
}

/// A signer that may add points of low order to its key and to R.
pub(crate) struct Signer {
    secret: Scalar,
    key: EdwardsPoint,
}

impl Signer {
    /// The key is `secret` times the base point, plus `torsion` times a point
    /// of order eight.
    pub(crate) fn new(secret: u64, torsion: usize) -> Self {
        // A large scalar for a small seed.
        let secret = Scalar::hash_from_bytes::<Sha512>(&secret.to_le_bytes());
        Self {
            secret,
            key: secret * ED25519_BASEPOINT_POINT + EIGHT_TORSION[torsion % 8],
        }
    }

    pub(crate) fn public_key(&self) -> [u8; 32] {
        self.key.compress().to_bytes()
    }

    pub(crate) fn secret(&self) -> Scalar {
        self.secret
    }

    /// Signs with `torsion` times a point of order eight in R. Also returns k.
    pub(crate) fn sign(&self, message: &[u8], torsion: usize) -> ([u8; 64], Scalar) {
        let nonce = Scalar::hash_from_bytes::<Sha512>(&[self.secret.as_bytes(), message].concat());
        self.sign_with_nonce(message, nonce, EIGHT_TORSION[torsion % 8])
    }

    /// Signs with R = `nonce` times the base point, plus `torsion`.
    pub(crate) fn sign_with_nonce(
        &self,
        message: &[u8],
        nonce: Scalar,
        torsion: EdwardsPoint,
    ) -> ([u8; 64], Scalar) {
        let r = (nonce * ED25519_BASEPOINT_POINT + torsion).compress();
        let k = self.challenge(r.as_bytes(), message);
        (self.sign_again(message, &nonce, r.as_bytes()), k)
    }

    /// Signs with an R that was computed for `nonce` before.
    pub(crate) fn sign_again(&self, message: &[u8], nonce: &Scalar, r: &[u8; 32]) -> [u8; 64] {
        let s = nonce + self.challenge(r, message) * self.secret;
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(r);
        signature[32..].copy_from_slice(s.as_bytes());
        signature
    }

    /// k = SHA-512(R ‖ A ‖ M) mod L.
    pub(crate) fn challenge(&self, r: &[u8], message: &[u8]) -> Scalar {
        let hash = Sha512::new()
            .chain_update(r)
            .chain_update(self.public_key());
        Scalar::from_hash(hash.chain_update(message))
    }
}

/// Adds L to the S of a signature.
pub(crate) fn with_s_plus_order(signature: &[u8; 64]) -> [u8; 64] {
    let mut changed = *signature;
    let mut carry = 0;
    for (byte, order) in changed[32..].iter_mut().zip(ORDER) {
        carry += u16::from(*byte) + u16::from(order);
        *byte = carry as u8;
        carry >>= 8;
    }
    changed
}

pub(crate) fn from_hex(hex: &str) -> Vec<u8> {
    let digit = |place: usize| u8::from_str_radix(&hex[place..place + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(digit).collect()
}

/// p + `excess`, with the sign bit or without, little-endian.
pub(crate) fn unreduced(excess: u8, sign: bool) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xed + excess;
    bytes[31] = if sign { 0xff } else { 0x7f };
    bytes
}
