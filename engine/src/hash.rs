use crate::hmac::sealed::Keyed;

/// A hash function of the SHA-2 family. Sealed: the three of [`crate::sha2`]
/// are all there are.
///
/// # Example
///
/// ```
/// use countersign_engine::sha2::{Hash, Sha256};
///
/// fn fingerprint<H: Hash>(parts: [&[u8]; 2]) -> H::Output {
///     let mut hash = H::new();
///     parts.iter().for_each(|part| hash.update(part));
///     hash.finish()
/// }
/// assert_eq!(fingerprint::<Sha256>([b"ab", b"c"]), Sha256::digest(b"abc"));
/// ```
pub trait Hash: Clone + Keyed {
    /// Length of the digest in bytes.
    const OUTPUT: usize;
    /// Length of the block the function works on, in bytes.
    const BLOCK: usize;
    /// The digest: an array of [`Self::OUTPUT`] bytes.
    type Output: AsRef<[u8]> + AsMut<[u8]> + Copy + PartialEq + core::fmt::Debug;

    /// Starts with nothing absorbed.
    fn new() -> Self;

    /// Absorbs `data` behind what came before. How the input is cut into calls
    /// makes no difference.
    fn update(&mut self, data: &[u8]);

    /// Pads and returns the digest.
    fn finish(self) -> Self::Output;

    /// Hashes `data` at once.
    fn digest(data: &[u8]) -> Self::Output {
        let mut hash = Self::new();
        hash.update(data);
        hash.finish()
    }
}
