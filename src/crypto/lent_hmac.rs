//! HMAC with SHA-256 (RFC 2104), for a host that computes its longer hash.

use countersign_engine::hmac::{Hmac, HmacKey, PaddedSecret};
use countersign_engine::sha2::Sha256;

use super::Lender;

/// A secret, ready to authenticate any number of messages here, or with a host's hash.
pub(crate) struct LentHmac {
    key: HmacKey<Sha256>,
    /// What a host hashes before the message.
    padded: PaddedSecret<Sha256>,
}

impl LentHmac {
    pub(crate) fn new(secret: &[u8]) -> Self {
        Self {
            key: HmacKey::new(secret),
            padded: PaddedSecret::new(secret),
        }
    }

    /// Starts a message that comes in pieces. None of them is hashed by a host, because a hash
    /// that fails half-way could not be made up for.
    pub(crate) fn start(&self) -> Hmac<Sha256> {
        self.key.start()
    }

    /// The tag of the message that two parts make.
    pub(crate) fn tag(&self, lender: Option<&dyn Lender>, [one, other]: [&[u8]; 2]) -> [u8; 32] {
        let lent = lender.and_then(|lender| lender.sha256(&[self.padded.as_ref(), one, other]));
        match lent {
            // What is wrong about it makes a tag that nobody has signed with.
            Some(inner) => self.key.tag_over(&inner),
            None => self.key.mac_of(&[one, other]),
        }
    }
}
