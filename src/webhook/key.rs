//! Keys ready for use, and the running MACs that come from them.

use std::sync::{Mutex, PoisonError};

use countersign_engine::ed25519;
use countersign_engine::hmac::{Hmac, HmacKey, constant_time_eq};
use countersign_engine::sha2::{Sha256, Sha512};

use super::row::Hash;
use super::signature::{Kind, Signature};
use crate::crypto::{Lender, LentHmac, with_tables};

/// One secret's key, prepared once: HMAC keys hold the states behind their padded blocks.
pub(super) enum Key {
    // A key counts what it is used for, hence the lock. Several threads wait for
    // one another here only with Ed25519, which is the rare case.
    Ed25519(Box<Mutex<ed25519::PublicKey>>),
    Sha256(LentHmac),
    Sha512(HmacKey<Sha512>),
}

impl Key {
    pub(super) fn mac(hash: Hash, secret: &[u8]) -> Self {
        match hash {
            Hash::Sha256 => Self::Sha256(LentHmac::new(secret)),
            Hash::Sha512 => Self::Sha512(HmacKey::new(secret)),
        }
    }

    pub(super) fn ed25519(bytes: &[u8]) -> Option<Self> {
        let key = ed25519::PublicKey::new(bytes).ok()?;
        Some(Self::Ed25519(Box::new(Mutex::new(key))))
    }

    pub(super) fn is_ed25519(&self) -> bool {
        matches!(self, Self::Ed25519(_))
    }

    /// Starts the MAC of one message; `None` for a key that makes none.
    pub(super) fn start(&self) -> Option<RunningMac> {
        match self {
            Self::Ed25519(_) => None,
            Self::Sha256(key) => Some(RunningMac::Sha256(key.start())),
            Self::Sha512(key) => Some(RunningMac::Sha512(key.start())),
        }
    }

    /// The MAC of a message that is there as a whole; `None` for a key that makes none.
    pub(super) fn mac_of(&self, lender: Option<&dyn Lender>, message: [&[u8]; 2]) -> Option<Mac> {
        match self {
            Self::Ed25519(_) => None,
            Self::Sha256(key) => Some(Mac::Sha256(key.tag(lender, message))),
            Self::Sha512(key) => Some(Mac::Sha512(key.mac_of(&message))),
        }
    }

    /// Whether one of the signatures is this key's. All of them are tried: how long it takes
    /// does not tell which one it was.
    pub(super) fn signed(
        &self,
        signatures: &[Signature],
        mac: Option<&Mac>,
        message: &[u8],
    ) -> bool {
        let mut found = false;
        for signature in signatures {
            found |= match (self, signature.kind, mac) {
                (Self::Ed25519(key), Kind::Ed25519, _) => {
                    let mut key = key.lock().unwrap_or_else(PoisonError::into_inner);
                    with_tables(|tables| key.verify(tables, message, signature.bytes())).is_ok()
                }
                (Self::Sha256(_) | Self::Sha512(_), Kind::Mac, Some(mac)) => {
                    constant_time_eq(mac.bytes(), signature.bytes())
                }
                _ => false,
            };
        }
        found
    }
}

/// A MAC over the part of a message that has come so far.
pub(super) enum RunningMac {
    Sha256(Hmac<Sha256>),
    Sha512(Hmac<Sha512>),
}

impl RunningMac {
    pub(super) fn update(&mut self, data: &[u8]) {
        match self {
            Self::Sha256(mac) => mac.update(data),
            Self::Sha512(mac) => mac.update(data),
        }
    }

    pub(super) fn finish(self) -> Mac {
        match self {
            Self::Sha256(mac) => Mac::Sha256(mac.finish()),
            Self::Sha512(mac) => Mac::Sha512(mac.finish()),
        }
    }
}

/// The MAC of a whole message.
pub(super) enum Mac {
    Sha256([u8; 32]),
    Sha512([u8; 64]),
}

impl Mac {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Self::Sha256(bytes) => bytes,
            Self::Sha512(bytes) => bytes,
        }
    }
}
