//! HMAC (RFC 2104) with the hash states behind the padded secret kept, which
//! saves two of the compressions of every message.
//!
//! Time depends on lengths alone, never on the secret or on a tag.

use core::hint::black_box;

use zeroize::Zeroize;

use crate::hash::Hash;

pub(crate) mod sealed {
    use crate::hash::Hash;

    /// What HMAC needs of a hash function.
    pub trait Keyed {
        type Block: AsRef<[u8]> + AsMut<[u8]>;
        fn zero_block() -> Self::Block;
        /// Pads and returns the digest, where the state lies, so that no copy of it is left.
        fn end(&mut self) -> Self::Output
        where
            Self: Hash;
        /// Overwrites everything that came from the input.
        fn wipe(&mut self);
    }
}

/// XORed to the secret before the message (RFC 2104 §2).
const INNER_PAD: u8 = 0x36;

/// XORed to the secret before the inner hash (RFC 2104 §2).
const OUTER_PAD: u8 = 0x5c;

/// A secret, ready to authenticate any number of messages. Wiped when dropped.
pub struct HmacKey<H: Hash> {
    inner: H,
    outer: H,
}

impl<H: Hash> HmacKey<H> {
    /// Takes a secret of any length; one longer than [`Hash::BLOCK`] is hashed
    /// first (RFC 2104 §2).
    ///
    /// # Security
    /// A short or empty secret is taken as it is; the caller sets the minimum.
    #[inline(never)]
    pub fn new(secret: &[u8]) -> Self {
        let mut block = H::zero_block();
        let padded = block.as_mut();
        match padded.get_mut(..secret.len()) {
            Some(room) => room.copy_from_slice(secret),
            None => {
                let digest = H::digest(secret);
                let bytes = padded.iter_mut().zip(digest.as_ref());
                bytes.for_each(|(byte, hashed)| *byte = *hashed);
            }
        }
        let key = Self {
            inner: absorb_padded(padded, INNER_PAD),
            outer: absorb_padded(padded, OUTER_PAD ^ INNER_PAD),
        };
        padded.zeroize();
        key
    }

    /// Starts a message that comes in pieces.
    pub fn start(&self) -> Hmac<H> {
        Hmac {
            inner: self.inner.clone(),
            outer: self.outer.clone(),
        }
    }

    /// Returns the tag of `data`.
    #[inline(never)]
    pub fn mac(&self, data: &[u8]) -> H::Output {
        let mut mac = self.start();
        mac.update(data);
        mac.finish()
    }

    /// Returns the tag, from the digest of the padded secret with the data behind it: the inner
    /// hash (RFC 2104 §2), for a caller that has it computed elsewhere.
    #[inline(never)]
    pub fn tag_over(&self, inner: &H::Output) -> H::Output {
        let mut outer = self.outer.clone();
        outer.update(inner.as_ref());
        let tag = outer.end();
        outer.wipe();
        tag
    }

    /// Whether `tag` is the whole tag of `data`; a truncated tag is not.
    pub fn verify(&self, data: &[u8], tag: &[u8]) -> bool {
        constant_time_eq(self.mac(data).as_ref(), tag)
    }
}

impl<H: Hash> Drop for HmacKey<H> {
    fn drop(&mut self) {
        self.inner.wipe();
        self.outer.wipe();
    }
}

/// A message that is being authenticated. Wiped when dropped.
pub struct Hmac<H: Hash> {
    inner: H,
    outer: H,
}

impl<H: Hash> Hmac<H> {
    /// Absorbs `data` behind what came before.
    pub fn update(&mut self, data: &[u8]) {
        self.inner.update(data);
    }

    /// Returns the tag. Compare it with [`constant_time_eq`], never with `==`.
    pub fn finish(mut self) -> H::Output {
        let inner = self.inner.end();
        self.outer.update(inner.as_ref());
        self.outer.end()
    }
}

impl<H: Hash> Drop for Hmac<H> {
    fn drop(&mut self) {
        self.inner.wipe();
        self.outer.wipe();
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths
/// alone.
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let difference = left
        .iter()
        .zip(right)
        .fold(0, |difference, (left, right)| difference | (left ^ right));
    // The barrier keeps the optimiser from leaving the loop at the first
    // difference.
    black_box(difference) == 0
}

/// Changes the padded secret to its next pad and starts a hash with it.
fn absorb_padded<H: Hash>(padded: &mut [u8], pad: u8) -> H {
    padded.iter_mut().for_each(|byte| *byte ^= pad);
    let mut hash = H::new();
    hash.update(padded);
    hash
}
