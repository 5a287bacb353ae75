//! HMAC with SHA-256 (RFC 2104), for a host that computes its longer hash.

use countersign_engine::hmac::{Hmac, HmacKey};
use countersign_engine::sha2::Sha256;
use zeroize::Zeroizing;

use super::Lender;

/// XORed to the secret before the message (RFC 2104 §2).
const INNER_PAD: u8 = 0x36;

/// A secret, ready to authenticate any number of messages here, or with a host's hash.
pub(crate) struct LentHmac {
    key: HmacKey<Sha256>,
    /// The secret filled up to a block and padded: what a host hashes before the message.
    padded: Zeroizing<[u8; 64]>,
}

impl LentHmac {
    pub(crate) fn new(secret: &[u8]) -> Self {
        Self {
            key: HmacKey::new(secret),
            padded: padded(secret),
        }
    }

    /// Starts a message that comes in pieces. None of them is hashed by a host, because a hash
    /// that fails half-way could not be made up for.
    pub(crate) fn start(&self) -> Hmac<Sha256> {
        self.key.start()
    }

    /// The tag of the message that two parts make.
    pub(crate) fn tag(&self, lender: Option<&dyn Lender>, [one, other]: [&[u8]; 2]) -> [u8; 32] {
        let lent = lender.and_then(|lender| lender.sha256(&[self.padded.as_slice(), one, other]));
        match lent {
            // What is wrong about it makes a tag that nobody has signed with.
            Some(inner) => self.key.tag_over(&inner),
            None => {
                let mut mac = self.start();
                mac.update(one);
                mac.update(other);
                mac.finish()
            }
        }
    }
}

fn padded(secret: &[u8]) -> Zeroizing<[u8; 64]> {
    let mut block = Zeroizing::new([INNER_PAD; 64]);
    let short = match secret.len() <= block.len() {
        true => secret,
        false => &Sha256::digest(secret),
    };
    block.iter_mut().zip(short).for_each(|(b, s)| *b ^= *s);
    block
}
