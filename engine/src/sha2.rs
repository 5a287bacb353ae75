//! SHA-256, SHA-384 and SHA-512 (FIPS 180-4).
//!
//! Input is absorbed block by block from where it lies; only an incomplete
//! block is copied. Nothing is allocated, and the time depends on the length of
//! the input alone.

mod compress;
mod constants;
#[cfg(any(test, target_feature = "simd128"))]
mod lanes;

use zeroize::optimization_barrier;

use crate::hmac::sealed::Keyed;

#[cfg(not(target_feature = "simd128"))]
use compress::compress_32;
use compress::compress_64;
use constants::{START_256, START_384, START_512};
#[cfg(target_feature = "simd128")]
use lanes::compress_32;

pub use crate::hash::Hash;

/// What absorbs input in blocks, for one word size. Its functions are called,
/// never copied into callers: six hash functions and tags share them.
macro_rules! absorber {
    ($name:ident, $word:ty, $block:literal, $length:ty, $compress:ident) => {
        #[derive(Clone)]
        struct $name {
            state: [$word; 8],
            /// The incomplete block: its first `length % BLOCK` bytes count.
            block: [u8; $block],
            /// Bytes absorbed so far.
            length: u64,
        }

        impl $name {
            const fn new(state: [$word; 8]) -> Self {
                Self {
                    state,
                    block: [0; $block],
                    length: 0,
                }
            }

            #[inline(never)]
            fn update(&mut self, mut data: &[u8]) {
                let filled = self.filled();
                self.length = self.length.wrapping_add(data.len() as u64);
                if filled > 0 {
                    let (head, rest) = data
                        .split_at_checked($block - filled)
                        .unwrap_or((data, &[]));
                    copy_to(&mut self.block, filled, head);
                    if filled + head.len() < $block {
                        return;
                    }
                    self.absorb_block();
                    data = rest;
                }
                let (blocks, rest) = data.as_chunks();
                $compress(&mut self.state, blocks);
                copy_to(&mut self.block, 0, rest);
            }

            /// Pads (FIPS 180-4 §5.1); the state then is the digest.
            #[inline(never)]
            fn pad(&mut self) {
                let bits = (<$length>::from(self.length) << 3).to_be_bytes();
                let filled = self.filled();
                copy_to(&mut self.block, filled, &[0x80]);
                let room = self.block.iter_mut().skip(filled + 1);
                room.for_each(|byte| *byte = 0);
                if filled + 1 + bits.len() > $block {
                    self.absorb_block();
                    self.block = [0; $block];
                }
                copy_to(&mut self.block, $block - bits.len(), &bits);
                self.absorb_block();
            }

            fn absorb_block(&mut self) {
                $compress(&mut self.state, core::slice::from_ref(&self.block));
            }

            fn filled(&self) -> usize {
                (self.length % $block) as usize
            }

            /// The first bytes of the state, as many as `output` has.
            #[inline(never)]
            fn write(&self, output: &mut [u8]) {
                let (words, _) = output.as_chunks_mut();
                for (bytes, word) in words.iter_mut().zip(self.state) {
                    *bytes = word.to_be_bytes();
                }
            }

            /// Overwrites everything that came from the input.
            #[inline(never)]
            fn wipe(&mut self) {
                *self = Self::new([0; 8]);
                optimization_barrier(self);
            }
        }
    };
}

absorber!(Absorber32, u32, 64, u64, compress_32);
absorber!(Absorber64, u64, 128, u128, compress_64);

macro_rules! hash {
    (
        $name:ident, $absorber:ident, $output:literal, $block:literal, $start:ident, $doc:literal
    ) => {
        #[doc = $doc]
        #[derive(Clone)]
        pub struct $name($absorber);

        impl $name {
            /// Starts with nothing absorbed.
            pub fn new() -> Self {
                Self($absorber::new($start))
            }

            /// Absorbs `data` behind what came before.
            pub fn update(&mut self, data: &[u8]) {
                self.0.update(data);
            }

            /// Pads (FIPS 180-4 §5.1) and returns the digest.
            pub fn finish(mut self) -> [u8; $output] {
                self.end()
            }

            /// Hashes `data` at once.
            pub fn digest(data: &[u8]) -> [u8; $output] {
                <Self as Hash>::digest(data)
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl Hash for $name {
            const OUTPUT: usize = $output;
            const BLOCK: usize = $block;
            type Output = [u8; $output];

            fn new() -> Self {
                Self::new()
            }

            fn update(&mut self, data: &[u8]) {
                self.update(data);
            }

            fn finish(self) -> Self::Output {
                self.finish()
            }
        }

        impl Keyed for $name {
            fn digest_of_secret(secret: &[u8]) -> [u8; $output] {
                let mut hash = Self::new();
                hash.update(secret);
                let digest = hash.end();
                hash.wipe();
                digest
            }

            fn end(&mut self) -> [u8; $output] {
                self.0.pad();
                let mut output = [0; $output];
                self.0.write(&mut output);
                output
            }

            fn wipe(&mut self) {
                self.0.wipe();
            }
        }
    };
}

hash!(
    Sha256,
    Absorber32,
    32,
    64,
    START_256,
    "SHA-256 (FIPS 180-4 §6.2)."
);
hash!(
    Sha384,
    Absorber64,
    48,
    128,
    START_384,
    "SHA-384 (FIPS 180-4 §6.5)."
);
hash!(
    Sha512,
    Absorber64,
    64,
    128,
    START_512,
    "SHA-512 (FIPS 180-4 §6.4)."
);

/// Copies `data` to `target` from `start` on. All callers stay within bounds;
/// beyond them nothing is written.
fn copy_to(target: &mut [u8], start: usize, data: &[u8]) {
    if let Some(room) = target.get_mut(start..start + data.len()) {
        room.copy_from_slice(data);
    }
}

#[cfg(all(test, not(target_feature = "simd128")))]
mod tests {
    use super::*;
    use crate::seeded::Seeded;

    #[test]
    fn blocks_are_compressed_alike_with_vectors_and_without() {
        let mut seeded = Seeded(6);
        for count in (0..4).cycle().take(400) {
            let state = core::array::from_fn(|_| seeded.next() as u32);
            let bytes = seeded.runs(64 * count);
            let (blocks, _) = bytes.as_chunks();
            let (mut plain, mut vectors) = (state, state);
            compress_32(&mut plain, blocks);
            lanes::compress_32(&mut vectors, blocks);
            assert_eq!(vectors, plain, "{state:x?} {blocks:x?}");
        }
    }

    /// A message so long that its bits need more than 32 of them, and the count of its bytes all
    /// but that. Hashing it whole takes its time, hence a start in the middle.
    #[test]
    fn lengths_beyond_32_bits_are_counted() {
        for (before, bits) in [
            (1 << 29, "0000000100000208"),
            ((1 << 61) - 128, "fffffffffffffe08"),
        ] {
            let mut hash = Sha256::new();
            hash.0.length = before;
            hash.update(&[0x61; 65]);
            let mut last = [0; 64];
            last[..2].copy_from_slice(&[0x61, 0x80]);
            last[56..].copy_from_slice(&u64::from_str_radix(bits, 16).unwrap().to_be_bytes());
            let mut expected = START_256;
            compress_32(&mut expected, &[[0x61; 64], last]);
            assert_eq!(
                hash.finish(),
                *expected.map(u32::to_be_bytes).as_flattened()
            );
        }
    }
}
