//! What a host may lend: pure functions that it computes faster than a wasm module can.
//!
//! A pure function cannot change a verdict. Decoding, padding, comparison and the verdict stay
//! here; what is lent is RSA's `s ^ e mod n` and the hash of a long message, which hardware and
//! decades of assembler serve best. The core has no host of its own and borrows nothing unless
//! an adapter hands it a [`Lender`].
//!
//! Nothing lent is trusted before it has given known answers, and whatever is refused, throws
//! or has another length than it must have is computed here instead, with the same verdict.

use core::fmt;

/// A host that lends pure functions.
pub trait Lender: Sync {
    /// The public operation of one RSA key, big-endian numbers without leading zeros, which has
    /// served `uses` verifications so far.
    fn rsa(&self, modulus: &[u8], exponent: &[u8], uses: u32) -> Offer;

    /// SHA-256 (FIPS 180-4) of the message that `parts` make, of which the first may be secret:
    /// no copy of it may stay. `None` where the message is too short to be worth it, where the
    /// host has no such function or where it fails.
    fn sha256(&self, parts: &[&[u8]]) -> Option<[u8; 32]>;
}

/// What a host answers when it is asked for one key's public operation.
pub enum Offer {
    /// It prepares the key when it has been used more.
    Later,
    /// It cannot take this key, and is not asked again.
    Never,
    /// It lends the operation, to be probed first.
    Power(Box<dyn Power>),
}

/// `s ^ e mod n` under the one key it was made for (RFC 8017 §5.2.2).
pub trait Power {
    /// Fills `out` with the result, big-endian with leading zeros; both have the modulus' length,
    /// and `signature` is below it. `false` where the host fails: it is not asked again.
    fn power(&self, signature: &[u8], out: &mut [u8]) -> bool;
}

impl fmt::Debug for dyn Lender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lender")
    }
}
