//! RSA's public operation: the engine's, or a host's once it has answered as the engine does.

use countersign_engine::InvalidSignature;
use countersign_engine::rsa::PublicKey;

use super::lender::{Lender, Offer, Power};
use super::refused;
use crate::encoding::shortest;
use crate::error::KeyError;

/// The longest result: a modulus of 8192 bits.
pub(super) const MAX_SIZE: usize = 1024;

/// One public key, and who raises to its exponent.
pub(super) struct RsaPower {
    key: PublicKey,
    modulus: Box<[u8]>,
    exponent: Box<[u8]>,
    borrowed: Borrowed,
}

enum Borrowed {
    /// The host has not lent anything yet, after this many verifications.
    NotYet(u32),
    Never,
    Probed(Box<dyn Power>),
}

impl RsaPower {
    /// # Errors
    ///
    /// [`KeyError::Invalid`] for a weak or malformed key.
    pub(super) fn new(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        Ok(Self {
            key: PublicKey::new(modulus, exponent).map_err(refused)?,
            modulus: shortest(modulus).into(),
            exponent: shortest(exponent).into(),
            borrowed: Borrowed::NotYet(0),
        })
    }

    pub(super) fn size(&self) -> usize {
        self.key.size()
    }

    pub(super) fn bits(&self) -> usize {
        self.key.bits()
    }

    /// Writes `signature ^ e mod n` to `out`, which has [`Self::size`] bytes.
    ///
    /// # Errors
    ///
    /// [`InvalidSignature`] unless the signature has as many bytes and is below the modulus
    /// (RFC 8017 §5.2.2 step 1). No host is asked about any other.
    pub(super) fn raise(
        &mut self,
        lender: Option<&dyn Lender>,
        signature: &[u8],
        out: &mut [u8],
    ) -> Result<(), InvalidSignature> {
        if signature.len() != self.modulus.len() || *signature >= *self.modulus {
            return Err(InvalidSignature);
        }
        if let Some(lender) = lender {
            self.borrow_from(lender);
            if let Borrowed::Probed(host) = &self.borrowed {
                if host.power(signature, out) {
                    return Ok(());
                }
                self.borrowed = Borrowed::Never;
            }
        }
        self.key.power(signature, out)
    }

    /// Asks the host once it is worth it, and lets it answer for this very key what is known.
    fn borrow_from(&mut self, lender: &dyn Lender) {
        let Borrowed::NotYet(uses) = self.borrowed else {
            return;
        };
        self.borrowed = match lender.rsa(&self.modulus, &self.exponent, uses) {
            Offer::Power(host) if self.agrees(&*host) => Borrowed::Probed(host),
            Offer::Later => Borrowed::NotYet(uses.saturating_add(1)),
            Offer::Power(_) | Offer::Never => Borrowed::Never,
        };
    }

    /// Whether a host gives the engine's answers to numbers that no sender has chosen.
    fn agrees(&self, host: &dyn Power) -> bool {
        // 1 stays 1, with every zero in front of it; the other number fills every place but
        // the first, which leaves it below the modulus.
        let [mut number, mut ours, mut theirs] = [(); 3].map(|()| vec![0; self.size()]);
        [0, 0x9d].into_iter().all(|factor| {
            for (place, byte) in number.iter_mut().enumerate() {
                *byte = (place as u8).wrapping_mul(factor);
            }
            if let (0, Some(last)) = (factor, number.last_mut()) {
                *last = 1;
            }
            self.key.power(&number, &mut ours).is_ok()
                && host.power(&number, &mut theirs)
                && ours == theirs
        })
    }
}
