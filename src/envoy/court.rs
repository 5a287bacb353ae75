//! The providers, their keys, and the tokens that are known to be good.

use std::rc::Rc;

use super::accepted::{Accepted, TokenCache};
use super::claim_headers::ClaimHeaders;
use super::config::Provider;
use super::counters::{Counters, Subject};
use crate::error::{ClaimReason, Error, KeyError, TokenError};
use crate::flow::{Outcome, RequestId, Tick};
use crate::jwt::{Call, Claims, Verified, Verify, dangerous_decode};
use crate::time::UnixMillis;

/// Everything that changes while requests are judged.
#[derive(Debug)]
pub struct Court {
    pub(super) providers: Vec<Provider>,
    pub(super) headers: ClaimHeaders,
    pub(super) cache: TokenCache,
    /// What has been counted and not told yet.
    pub(super) counters: Counters,
}

/// What is known of a token.
#[derive(Debug)]
pub(super) enum Verdict {
    Accepted(Rc<Accepted>),
    /// Only a fetch can tell.
    KeysNeeded,
    Refused(Error),
}

impl Court {
    /// Picks the provider that is to judge a token. Among several, the `iss` that nobody has
    /// verified yet picks one, whose rules check it again after the signature.
    ///
    /// # Errors
    ///
    /// What a verifier of several issuers says of such a token.
    pub(super) fn select(&self, providers: &[usize], token: &[u8]) -> Result<usize, Error> {
        if let [only] = providers {
            return Ok(*only);
        }
        let decoded = dangerous_decode(token)?;
        let iss = Claims::parse(&decoded.payload)?.string("iss")?;
        let iss = iss.ok_or(TokenError::claim("iss", ClaimReason::Missing))?;
        let issues = |place: &&usize| {
            let policy = self.providers.get(**place).and_then(Provider::policy);
            let issuers = policy.and_then(|policy| policy.issuers.as_deref());
            issuers.unwrap_or_default().iter().any(|own| *own == iss)
        };
        let selected = providers.iter().find(issues).copied();
        selected.ok_or_else(|| TokenError::claim("iss", ClaimReason::Mismatch).into())
    }

    /// A token that was accepted before and still would be at this moment.
    pub(super) fn known(
        &mut self,
        provider: usize,
        token: &[u8],
        now: UnixMillis,
    ) -> Option<Rc<Accepted>> {
        let own = self.providers.get(provider)?;
        let judge = (&own.verifier, &own.keyring);
        self.cache.find(provider, token, judge, now)
    }

    /// Judges a token with the keys in memory.
    pub(super) fn verify(&mut self, provider: usize, token: &[u8], now: UnixMillis) -> Verdict {
        let Some(own) = self.providers.get_mut(provider) else {
            return Verdict::Refused(KeyError::NoMatch.into());
        };
        match own.verifier.verify(&mut own.keyring, token, Call::at(now)) {
            Ok(verified) => Verdict::Accepted(self.admit(provider, token, verified)),
            Err(Error::Key(
                KeyError::SetInvalid | KeyError::TimedOut | KeyError::Unavailable { .. },
            )) if own.route.is_some() => Verdict::KeysNeeded,
            Err(refusal) => Verdict::Refused(refusal),
        }
    }

    /// Verification that may fetch.
    pub(super) fn flow(&self, provider: usize, token: &[u8]) -> Option<Verify> {
        let own = self.providers.get(provider)?;
        Some(own.verifier.verify_flow(token, None, None))
    }

    /// Keeps a token that a verifier has accepted.
    pub(super) fn admit(
        &mut self,
        provider: usize,
        token: &[u8],
        verified: Verified,
    ) -> Rc<Accepted> {
        let accepted = Rc::new(Accepted::new(provider, token, verified, &self.headers));
        self.cache.keep(accepted.clone());
        accepted
    }

    /// Hands the outcome of a fetch to the keys that asked for it.
    pub fn resolve(&mut self, provider: usize, id: RequestId, outcome: Outcome, now: UnixMillis) {
        let Some(own) = self.providers.get_mut(provider) else {
            return;
        };
        let mut flow = own.verifier.preload_flow();
        let tick = Tick { now, entropy: 0 };
        crate::flow::Flow::resolve(&mut flow, &mut own.keyring, id, outcome, tick);
    }

    /// When a provider's keys were fetched.
    pub(super) fn fetched_at(&self, provider: usize, now: UnixMillis) -> Option<UnixMillis> {
        let status = self.providers.get(provider)?.keyring.status(now);
        status.first()?.fetched_at
    }

    /// What was counted since the last time, under the metrics' names.
    pub fn take_counts(&mut self) -> Vec<(String, u64)> {
        let Self {
            counters,
            providers,
            ..
        } = self;
        counters.take(|place| {
            let name = providers.get(place).map_or("", |own| own.name.as_str());
            name.to_owned()
        })
    }

    pub(super) fn count(&mut self, provider: Option<usize>, outcome: &'static str) {
        let subject = provider.map_or(Subject::Request, Subject::Provider);
        self.counters.add(subject, outcome, 1);
    }
}
