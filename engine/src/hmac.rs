//! HMAC (RFC 2104) with the hash states behind the padded secret kept, which
//! saves two of the compressions of every message.
//!
//! Time depends on lengths alone, never on the secret or on a tag.

use alloc::boxed::Box;
use core::hint::black_box;

use crate::hash::Hash;

pub use crate::padded::PaddedSecret;

pub(crate) mod sealed {
    use crate::hash::Hash;

    /// What HMAC needs of a hash function.
    pub trait Keyed {
        /// Hashes a secret and leaves no copy of the state behind.
        fn digest_of_secret(secret: &[u8]) -> Self::Output
        where
            Self: Hash;
        /// Pads and returns the digest, where the state lies, so that no copy of it is left.
        fn end(&mut self) -> Self::Output
        where
            Self: Hash;
        /// Overwrites everything that came from the input.
        fn wipe(&mut self);
    }
}

/// A secret, ready to authenticate any number of messages. Wiped when dropped.
pub struct HmacKey<H: Hash> {
    /// On the heap: a move leaves no copy behind.
    states: Box<States<H>>,
}

/// The hash states behind both paddings of a secret.
struct States<H> {
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
        let mut states = Box::new(States {
            inner: H::new(),
            outer: H::new(),
        });
        let mut padded = PaddedSecret::<H>::new(secret);
        states.inner.update(padded.as_ref());
        padded.turn();
        states.outer.update(padded.as_ref());
        Self { states }
    }

    /// Starts a message that comes in pieces.
    pub fn start(&self) -> Hmac<H> {
        Hmac {
            inner: self.states.inner.clone(),
            outer: self.states.outer.clone(),
        }
    }

    /// Returns the tag of `data`.
    pub fn mac(&self, data: &[u8]) -> H::Output {
        self.mac_of(&[data])
    }

    /// Returns the tag of what `parts` make, one behind the other.
    #[inline(never)]
    pub fn mac_of(&self, parts: &[&[u8]]) -> H::Output {
        let mut mac = self.start();
        parts.iter().for_each(|part| mac.update(part));
        // Where it lies: by a move a copy would stay behind.
        mac.end()
    }

    /// Returns the tag, from the digest of the padded secret with the data behind it: the inner
    /// hash (RFC 2104 §2), for a caller that has it computed elsewhere.
    #[inline(never)]
    pub fn tag_over(&self, inner: &H::Output) -> H::Output {
        let mut outer = self.states.outer.clone();
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
        self.states.inner.wipe();
        self.states.outer.wipe();
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
        self.end()
    }

    fn end(&mut self) -> H::Output {
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
