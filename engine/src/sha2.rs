//! SHA-256, SHA-384 and SHA-512 (FIPS 180-4).
//!
//! Input is absorbed block by block from where it lies; only an incomplete
//! block is copied. Nothing is allocated, and the time depends on the length of
//! the input alone.

mod compress;
mod constants;

use zeroize::Zeroize;

use crate::hmac::sealed::Keyed;

use compress::{compress_32, compress_64};
use constants::{START_256, START_384, START_512};

pub use crate::hash::Hash;

macro_rules! hash {
    (
        $name:ident, $word:ty, $output:literal, $block:literal, $length:ty,
        $start:ident, $compress:ident, $doc:literal
    ) => {
        #[doc = $doc]
        #[derive(Clone)]
        pub struct $name {
            state: [$word; 8],
            /// The incomplete block: its first `length % BLOCK` bytes count.
            block: [u8; $block],
            /// Bytes absorbed so far.
            length: u64,
        }

        impl $name {
            /// Starts with nothing absorbed.
            pub fn new() -> Self {
                Self {
                    state: $start,
                    block: [0; $block],
                    length: 0,
                }
            }

            /// Absorbs `data` behind what came before.
            pub fn update(&mut self, mut data: &[u8]) {
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
                    $compress(&mut self.state, &[self.block]);
                    data = rest;
                }
                let (blocks, rest) = data.as_chunks();
                $compress(&mut self.state, blocks);
                copy_to(&mut self.block, 0, rest);
            }

            /// Pads (FIPS 180-4 §5.1) and returns the digest.
            pub fn finish(mut self) -> [u8; $output] {
                let bits = (<$length>::from(self.length) << 3).to_be_bytes();
                let filled = self.filled();
                let mut padded = [[0; $block]; 2];
                let bytes = padded.as_flattened_mut();
                copy_to(bytes, 0, &self.block);
                bytes.iter_mut().skip(filled).for_each(|byte| *byte = 0);
                copy_to(bytes, filled, &[0x80]);
                let end = match filled + 1 + bits.len() > $block {
                    true => 2 * $block,
                    false => $block,
                };
                copy_to(bytes, end - bits.len(), &bits);
                let (blocks, _) = bytes.as_chunks();
                $compress(
                    &mut self.state,
                    blocks.get(..end / $block).unwrap_or_default(),
                );
                self.output()
            }

            /// Hashes `data` at once.
            pub fn digest(data: &[u8]) -> [u8; $output] {
                <Self as Hash>::digest(data)
            }

            fn filled(&self) -> usize {
                (self.length % $block) as usize
            }

            fn output(&self) -> [u8; $output] {
                let mut output = [0; $output];
                let (words, _) = output.as_chunks_mut();
                for (bytes, word) in words.iter_mut().zip(self.state) {
                    *bytes = word.to_be_bytes();
                }
                output
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
            type Block = [u8; $block];

            fn zero_block() -> Self::Block {
                [0; $block]
            }

            fn wipe(&mut self) {
                self.state.zeroize();
                self.block.zeroize();
            }
        }
    };
}

hash!(
    Sha256,
    u32,
    32,
    64,
    u64,
    START_256,
    compress_32,
    "SHA-256 (FIPS 180-4 §6.2)."
);
hash!(
    Sha384,
    u64,
    48,
    128,
    u128,
    START_384,
    compress_64,
    "SHA-384 (FIPS 180-4 §6.5)."
);
hash!(
    Sha512,
    u64,
    64,
    128,
    u128,
    START_512,
    compress_64,
    "SHA-512 (FIPS 180-4 §6.4)."
);

/// Copies `data` to `target` from `start` on. All callers stay within bounds;
/// beyond them nothing is written.
fn copy_to(target: &mut [u8], start: usize, data: &[u8]) {
    if let Some(room) = target.get_mut(start..start + data.len()) {
        room.copy_from_slice(data);
    }
}
