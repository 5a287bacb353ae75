//! HMAC (RFC 2104) by the `hmac` crate, which caches the states behind the
//! padded key and wipes them when they are dropped.

use subtle::ConstantTimeEq;

use crate::hash::Hash;

pub use crate::padded::PaddedSecret;

pub(crate) mod sealed {
    use crate::hash::Hash;

    /// What HMAC needs of a hash function.
    pub trait Keyed {
        type Mac: Clone;
        fn key(secret: &[u8]) -> Self::Mac;
        fn digest_of_secret(secret: &[u8]) -> Self::Output
        where
            Self: Hash;
        fn absorb(mac: &mut Self::Mac, data: &[u8]);
        fn tag(mac: Self::Mac) -> Self::Output
        where
            Self: Hash;
    }
}

/// A secret, ready to authenticate any number of messages.
pub struct HmacKey<H: Hash> {
    mac: H::Mac,
    /// The state behind the secret with the outer pad, which the crate keeps to itself.
    outer: H,
}

impl<H: Hash> HmacKey<H> {
    /// Takes a secret of any length; one longer than [`Hash::BLOCK`] is hashed
    /// first (RFC 2104 §2).
    ///
    /// # Security
    /// A short or empty secret is taken as it is; the caller sets the minimum.
    pub fn new(secret: &[u8]) -> Self {
        let mut padded = PaddedSecret::<H>::new(secret);
        padded.turn();
        let mut outer = H::new();
        outer.update(padded.as_ref());
        Self {
            mac: H::key(secret),
            outer,
        }
    }

    /// Starts a message that comes in pieces.
    pub fn start(&self) -> Hmac<H> {
        Hmac(self.mac.clone())
    }

    /// Returns the tag of `data`.
    pub fn mac(&self, data: &[u8]) -> H::Output {
        self.mac_of(&[data])
    }

    /// Returns the tag of what `parts` make, one behind the other.
    pub fn mac_of(&self, parts: &[&[u8]]) -> H::Output {
        let mut mac = self.start();
        parts.iter().for_each(|part| mac.update(part));
        mac.finish()
    }

    /// Returns the tag, from the digest of the padded secret with the data behind it: the inner
    /// hash (RFC 2104 §2), for a caller that has it computed elsewhere.
    pub fn tag_over(&self, inner: &H::Output) -> H::Output {
        let mut outer = self.outer.clone();
        outer.update(inner.as_ref());
        outer.finish()
    }

    /// Whether `tag` is the whole tag of `data`; a truncated tag is not.
    pub fn verify(&self, data: &[u8], tag: &[u8]) -> bool {
        constant_time_eq(self.mac(data).as_ref(), tag)
    }
}

/// A message that is being authenticated.
pub struct Hmac<H: Hash>(H::Mac);

impl<H: Hash> Hmac<H> {
    /// Absorbs `data` behind what came before.
    pub fn update(&mut self, data: &[u8]) {
        H::absorb(&mut self.0, data);
    }

    /// Returns the tag. Compare it with [`constant_time_eq`], never with `==`.
    pub fn finish(self) -> H::Output {
        H::tag(self.0)
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths
/// alone.
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}
