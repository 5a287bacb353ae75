//! SHA-256, SHA-384 and SHA-512 (FIPS 180-4) by the `sha2` crate.

use ::hmac::{Hmac, KeyInit, Mac};
use ::sha2::Digest;

use crate::hmac::sealed::Keyed;

pub use crate::hash::Hash;

macro_rules! hash {
    ($name:ident, $output:literal, $block:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Default)]
        pub struct $name(::sha2::$name);

        impl $name {
            /// Starts with nothing absorbed.
            pub fn new() -> Self {
                Self::default()
            }

            /// Absorbs `data` behind what came before.
            pub fn update(&mut self, data: &[u8]) {
                Digest::update(&mut self.0, data);
            }

            /// Pads and returns the digest.
            pub fn finish(self) -> [u8; $output] {
                self.0.finalize().into()
            }

            /// Hashes `data` at once.
            pub fn digest(data: &[u8]) -> [u8; $output] {
                ::sha2::$name::digest(data).into()
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
            type Mac = Hmac<::sha2::$name>;

            fn key(secret: &[u8]) -> Self::Mac {
                match Self::Mac::new_from_slice(secret) {
                    Ok(mac) => mac,
                    // HMAC takes a secret of any length, so this arm never runs.
                    Err(_) => Self::Mac::new(&Default::default()),
                }
            }

            fn digest_of_secret(secret: &[u8]) -> [u8; $output] {
                Self::digest(secret)
            }

            fn absorb(mac: &mut Self::Mac, data: &[u8]) {
                mac.update(data);
            }

            fn tag(mac: Self::Mac) -> [u8; $output] {
                mac.finalize().into_bytes().into()
            }
        }
    };
}

hash!(Sha256, 32, 64, "SHA-256 (FIPS 180-4 §6.2).");
hash!(Sha384, 48, 128, "SHA-384 (FIPS 180-4 §6.5).");
hash!(Sha512, 64, 128, "SHA-512 (FIPS 180-4 §6.4).");
