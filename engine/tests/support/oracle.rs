//! RSA cases that strain carries, and their powers by `crypto-bigint`.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

use super::seeded::Seeded;

/// A key of the oracle.
pub(crate) struct RsaCase {
    pub(crate) modulus: Vec<u8>,
    pub(crate) exponent: u64,
    parameters: BoxedMontyParams,
}

impl RsaCase {
    /// Any odd modulus, product of two primes or not: the arithmetic is the
    /// same. Most are short, as the time grows with the square of the length.
    pub(crate) fn random(seeded: &mut Seeded) -> Self {
        let bits = match seeded.below(16) {
            0 => 4096,
            // Moduli that fill limbs of 28 bits, or almost.
            1 => 28 * (74 + seeded.below(54)) - 3 + seeded.below(3),
            2 => 2048 + seeded.below(2048),
            3 if seeded.below(8) == 0 => 8193 - 1 - seeded.below(64),
            _ => 2048,
        };
        let exponent = match seeded.below(8) {
            0 => 3,
            1 => 17,
            2 => (seeded.next() >> seeded.below(62)) | 3,
            _ => 65537,
        };
        Self::new(modulus(seeded, bits), exponent)
    }

    pub(crate) fn new(modulus: Vec<u8>, exponent: u64) -> Self {
        let odd = Odd::new(BoxedUint::from_be_slice_vartime(&modulus)).into_option();
        Self {
            parameters: BoxedMontyParams::new_vartime(odd.unwrap()),
            modulus,
            exponent,
        }
    }

    /// A number of the modulus's length; one in eight lies close below or at
    /// the modulus, and some lie above it.
    pub(crate) fn signature(&self, seeded: &mut Seeded) -> Vec<u8> {
        let length = self.modulus.len();
        let mut signature = match seeded.below(8) {
            0 => {
                let mut close = self.modulus.clone();
                let from = length - 1 - seeded.below(8);
                close[from..].copy_from_slice(&seeded.bytes(length - from));
                close
            }
            1..4 => seeded.bytes(length),
            _ => seeded.runs(length),
        };
        if seeded.below(4) > 0 && signature >= self.modulus {
            signature[0] = 0;
        }
        signature
    }

    /// What the public operation must return: `None` for a number that is not
    /// below the modulus.
    pub(crate) fn power(&self, signature: &[u8]) -> Option<Vec<u8>> {
        if signature >= &self.modulus[..] {
            return None;
        }
        let precision = self.parameters.bits_precision();
        let base = BoxedUint::from_be_slice(signature, precision).unwrap();
        let bits = u64::BITS - self.exponent.leading_zeros();
        let power = BoxedMontyForm::new(base, &self.parameters)
            .pow_bounded_exp(&BoxedUint::from(self.exponent), bits)
            .retrieve()
            .to_be_bytes();
        Some(power[power.len() - self.modulus.len()..].to_vec())
    }
}

fn modulus(seeded: &mut Seeded, bits: usize) -> Vec<u8> {
    let length = bits.div_ceil(8);
    let mut modulus = match seeded.below(4) {
        0 => vec![0xff; length],
        1 => seeded.runs(length),
        _ => seeded.bytes(length),
    };
    let top = 8 * length - bits;
    modulus[0] = modulus[0] & (0xff >> top) | 0x80 >> top;
    modulus[length - 1] |= 1;
    modulus
}
