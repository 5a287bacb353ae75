use alloc::vec;
use alloc::vec::Vec;
use core::marker::PhantomData;

use zeroize::{Zeroize, Zeroizing};

use crate::hash::Hash;

/// XORed to the secret before the message (RFC 2104 §2).
const INNER_PAD: u8 = 0x36;

/// XORed to the secret before the inner hash (RFC 2104 §2).
const OUTER_PAD: u8 = 0x5c;

/// A secret filled up to a block and padded: what HMAC hashes before the
/// message (RFC 2104 §2). It is as good as the secret, and wiped when dropped.
///
/// # Example
///
/// ```
/// use countersign_engine::hmac::{HmacKey, PaddedSecret};
/// use countersign_engine::sha2::Sha256;
///
/// let padded = PaddedSecret::<Sha256>::new(b"secret");
/// let inner = Sha256::digest(&[padded.as_ref(), b"message"].concat());
/// let key = HmacKey::<Sha256>::new(b"secret");
/// assert_eq!(key.tag_over(&inner), key.mac(b"message"));
/// ```
pub struct PaddedSecret<H> {
    /// On the heap: a move leaves no copy behind.
    block: Zeroizing<Vec<u8>>,
    hash: PhantomData<fn() -> H>,
}

impl<H: Hash> PaddedSecret<H> {
    /// Takes a secret of any length; one longer than [`Hash::BLOCK`] is hashed
    /// first (RFC 2104 §2).
    #[inline(never)]
    pub fn new(secret: &[u8]) -> Self {
        let mut padded = Self {
            block: Zeroizing::new(vec![INNER_PAD; H::BLOCK]),
            hash: PhantomData,
        };
        if secret.len() <= H::BLOCK {
            padded.add(secret);
        } else {
            let mut digest = H::digest_of_secret(secret);
            padded.add(digest.as_ref());
            digest.as_mut().zeroize();
        }
        padded
    }

    /// Changes the pad to that of the hash over the inner one.
    pub(crate) fn turn(&mut self) {
        let change = |byte: &mut u8| *byte ^= INNER_PAD ^ OUTER_PAD;
        self.block.iter_mut().for_each(change);
    }

    fn add(&mut self, bytes: &[u8]) {
        let places = self.block.iter_mut().zip(bytes);
        places.for_each(|(place, byte)| *place ^= byte);
    }
}

impl<H> AsRef<[u8]> for PaddedSecret<H> {
    /// The block.
    fn as_ref(&self) -> &[u8] {
        &self.block
    }
}
