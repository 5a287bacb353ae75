//! One delivery on its way in.

use core::fmt;
use std::sync::Arc;

use countersign_engine::sha2::Sha256;

use crate::crypto::Lender;
use crate::encoding::encode_hex;
use crate::error::{Error, WebhookError};

use super::delivery::Delivery;
use super::envelope::Envelope;
use super::event::Event;
use super::key::{Mac, RunningMac};
use super::{Rules, signature::Kind};

/// A delivery whose headers have passed and whose body comes in pieces.
///
/// Memory stays flat however long the body is: one running MAC per secret, and nothing of the
/// body itself. Ed25519 is the exception, as it reads its message twice: where a secret is a
/// public key *and* the delivery carries such a signature, the body is held, up to its ceiling.
///
/// Nothing is verified before [`Self::finish`] returns an [`Event`]: whoever acts on the pieces
/// before then acts on what anybody may have sent.
pub struct Stream {
    rules: Arc<Rules>,
    lender: Option<&'static dyn Lender>,
    delivery: Delivery,
    /// One for each secret; none before the first piece of the body.
    macs: Vec<Option<RunningMac>>,
    /// The whole message, where Ed25519 needs it.
    message: Option<Vec<u8>>,
    envelope: Envelope,
    received: usize,
}

impl Stream {
    pub(super) fn new(
        rules: Arc<Rules>,
        lender: Option<&'static dyn Lender>,
        delivery: Delivery,
    ) -> Self {
        let has_ed25519 = rules.keys.iter().any(|key| key.is_ed25519())
            && delivery.signatures.iter().any(|s| s.kind == Kind::Ed25519);
        Self {
            macs: Vec::new(),
            message: has_ed25519.then(|| delivery.before_body.clone()),
            envelope: Envelope::new(rules.wanted()),
            received: 0,
            delivery,
            lender,
            rules,
        }
    }

    /// Takes the next piece of the body. How the body is cut makes no difference.
    ///
    /// # Errors
    ///
    /// `ERR_WEBHOOK_TOO_LARGE` when the body is over its ceiling; every later call says so
    /// too.
    pub fn update(&mut self, piece: &[u8]) -> Result<(), Error> {
        self.take(piece)?;
        self.start_macs();
        for mac in self.macs.iter_mut().flatten() {
            mac.update(piece);
        }
        Ok(())
    }

    /// Says of a body that is collected first whether it is too long already.
    ///
    /// # Errors
    ///
    /// `ERR_WEBHOOK_TOO_LARGE` when `length` bytes more are over the ceiling.
    pub fn expect(&self, length: usize) -> Result<(), Error> {
        self.check(self.received.saturating_add(length))
    }

    /// Counts and reads a piece, but does not hash it.
    fn take(&mut self, piece: &[u8]) -> Result<(), Error> {
        self.received = self.received.saturating_add(piece.len());
        self.check(self.received)?;
        if let Some(message) = &mut self.message {
            message.extend_from_slice(piece);
        }
        self.envelope.feed(piece);
        Ok(())
    }

    fn start_macs(&mut self) {
        if !self.macs.is_empty() {
            return;
        }
        self.macs = self.rules.keys.iter().map(|key| key.start()).collect();
        for mac in self.macs.iter_mut().flatten() {
            mac.update(&self.delivery.before_body);
        }
    }

    fn check(&self, length: usize) -> Result<(), Error> {
        if length > self.rules.max_body_bytes {
            Err(WebhookError::TooLarge.into())
        } else {
            Ok(())
        }
    }

    /// Ends the body and judges it.
    ///
    /// # Errors
    ///
    /// `ERR_WEBHOOK_TOO_LARGE` when the body was over its ceiling,
    /// `ERR_WEBHOOK_SIGNATURE_INVALID` when no signature is any secret's, and
    /// `ERR_WEBHOOK_PAYLOAD_INVALID` when the scheme promises a JSON object and the body,
    /// though rightly signed, is none.
    pub fn finish(self) -> Result<Event, Error> {
        self.finish_with(&[])
    }

    /// Takes the last piece of the body, ends it and judges it: [`Self::update`] and
    /// [`Self::finish`] in one. A body that is there as a whole may be hashed by the host.
    ///
    /// # Errors
    ///
    /// Those of [`Self::finish`].
    pub fn finish_with(mut self, piece: &[u8]) -> Result<Event, Error> {
        let macs = self.end(piece)?;
        self.judge(&macs)
    }

    /// The same for a host that only lets the delivery pass: it asks for no name and no kind.
    ///
    /// # Errors
    ///
    /// Those of [`Self::finish`].
    pub fn confirm_with(mut self, piece: &[u8]) -> Result<(), Error> {
        let macs = self.end(piece)?;
        self.signer(&macs)?;
        self.envelope.finish()?;
        Ok(())
    }

    /// The MACs over the whole message, of which this is the last piece.
    fn end(&mut self, piece: &[u8]) -> Result<Vec<Option<Mac>>, Error> {
        if self.received == 0 {
            self.take(piece)?;
            let message = [&self.delivery.before_body, piece];
            let keys = self.rules.keys.iter();
            return Ok(keys.map(|key| key.mac_of(self.lender, message)).collect());
        }
        self.update(piece)?;
        let macs = core::mem::take(&mut self.macs).into_iter();
        Ok(macs.map(|mac| mac.map(RunningMac::finish)).collect())
    }

    /// Which secret signed.
    fn signer(&self, macs: &[Option<Mac>]) -> Result<usize, WebhookError> {
        let message = self.message.as_deref().unwrap_or_default();
        let signer = self.rules.matching_secret(&self.delivery, macs, message);
        signer.ok_or(WebhookError::SignatureInvalid)
    }

    fn judge(self, macs: &[Option<Mac>]) -> Result<Event, Error> {
        let secret_index = self.signer(macs)?;
        let members = self.envelope.finish()?;
        let replay_key = match &self.delivery.id {
            Some(id) => id.clone(),
            None => digest(macs.iter().flatten()),
        };
        Ok(Event {
            id: self.delivery.id.or(members.id),
            timestamp: self.delivery.timestamp,
            event_type: members.event_type,
            secret_index,
            replay_key,
        })
    }
}

/// Names a delivery by the MACs under all secrets. The one that verified would not do: a
/// delivery that is signed twice for a rotation could be sent again with either signature
/// taken out, and would then have another name.
fn digest<'a>(macs: impl Iterator<Item = &'a Mac>) -> String {
    let mut hash = Sha256::new();
    macs.for_each(|mac| hash.update(mac.bytes()));
    encode_hex(&hash.finish())
}

/// The state depends on secrets, so nothing of it is shown.
impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}
