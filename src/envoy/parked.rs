//! A request that waits for its issuer's keys.

use std::rc::Rc;

use super::court::{Court, Verdict};
use super::gate::{Decision, conclude, weigh};
use super::request::Edit;
use super::requirement::Requirement;
use crate::flow::{Flow, RequestId, Step, Tick};
use crate::http;
use crate::jwt::Verify;
use crate::time::UnixMillis;

/// The most requests that wait at a time in one worker. Further ones are answered at once
/// that the keys are not there.
pub const MAX_PARKED: usize = 1_024;

/// A request that waits, with all that is needed to let it go on.
#[derive(Debug)]
pub struct Parked {
    provider: usize,
    token: Vec<u8>,
    flow: Verify,
    origin: Origin,
}

/// What the request asked for and how it is to be changed.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) requirement: Rc<Requirement>,
    pub(super) spoofed: Vec<Edit>,
    pub(super) removal: Vec<Edit>,
    pub(super) forward_token: bool,
}

/// What a waiting request wants next.
#[derive(Debug)]
pub enum Progress {
    /// It waits no longer.
    Decided(Decision),
    /// This request for keys is to be made, for this provider.
    Fetch(usize, RequestId, http::Request),
    /// Nothing has changed.
    Waits,
}

impl Parked {
    pub(super) fn new(
        court: &Court,
        provider: usize,
        token: &[u8],
        origin: Origin,
    ) -> Option<Self> {
        Some(Self {
            provider,
            token: token.to_vec(),
            flow: court.flow(provider, token)?,
            origin,
        })
    }

    /// Looks whether there are keys by now.
    pub fn advance(&mut self, court: &mut Court, now: UnixMillis) -> Progress {
        let Some(own) = court.providers.get_mut(self.provider) else {
            return Progress::Waits;
        };
        let verdict = match self.flow.step(&mut own.keyring, Tick { now, entropy: 0 }) {
            Step::Send(id, request) => return Progress::Fetch(self.provider, id, request),
            Step::Wait(_) => return Progress::Waits,
            Step::Done(Ok(verified)) => {
                Verdict::Accepted(court.admit(self.provider, &self.token, verified))
            }
            Step::Done(Err(refusal)) => Verdict::Refused(refusal),
        };
        Progress::Decided(self.decide(court, &verdict))
    }

    /// Answers without waiting any longer.
    pub fn give_up(&mut self, court: &mut Court) -> Decision {
        let error = crate::error::KeyError::Unavailable { retry_after: 1 };
        self.decide(court, &Verdict::Refused(error.into()))
    }

    fn decide(&mut self, court: &mut Court, verdict: &Verdict) -> Decision {
        let origin = &mut self.origin;
        let finding = weigh(&origin.requirement, Some(self.provider), verdict);
        let spoofed = core::mem::take(&mut origin.spoofed);
        let mut removal = core::mem::take(&mut origin.removal);
        let remove = |edits: &mut Vec<Edit>| edits.append(&mut removal);
        conclude(court, finding, spoofed, remove, origin.forward_token)
    }
}
