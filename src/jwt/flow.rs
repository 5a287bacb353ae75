//! Verification and key loading in several steps, for hosts that fetch.

use super::access::Requirement;
use super::explain::Trace;
use super::known::KnownHeaders;
use super::token::Token;
use super::verifier::{Call, Inspected, Keyring, Verified, Verifier};
use crate::error::{Error, TokenError};
use crate::flow::{Flow, Outcome, RequestId, Step, Tick};
use crate::jwk::{Fetch, KeyStore, Lookup, Need};
use crate::time::UnixMillis;

/// Requests of several stores share one flow: the store's position rides in the id. No verifier has
/// as many stores as would run over into the number of a fetch.
pub(super) const STORES: u64 = 4_096;

/// Verifies one token, fetching keys where they are needed.
#[derive(Debug)]
pub struct Verify {
    verifier: Verifier,
    token: Vec<u8>,
    date: Option<UnixMillis>,
    requirement: Option<Requirement>,
    fetch: Fetch,
    inspected: Option<Result<Inspected, Error>>,
    renewal: Renewal,
}

/// Whether the key is being fetched anew because it did not verify the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Renewal {
    NotYet,
    UnderWay,
    Over,
}

impl Verify {
    pub(super) fn new(
        verifier: Verifier,
        token: &[u8],
        date: Option<UnixMillis>,
        requirement: Option<Requirement>,
    ) -> Self {
        let inspected = inspect(&verifier, token);
        // A refused token is not kept.
        let token = if inspected.is_ok() {
            token.to_vec()
        } else {
            Vec::new()
        };
        Self {
            verifier,
            token,
            date,
            requirement,
            fetch: Fetch::new(),
            inspected: Some(inspected),
            renewal: Renewal::NotYet,
        }
    }

    fn judge(
        &mut self,
        keyring: &mut Keyring,
        keys: &[usize],
        now: UnixMillis,
    ) -> Result<Verified, Error> {
        let inspected = self
            .inspected
            .take()
            .unwrap_or(Err(crate::error::KeyError::NoMatch.into()))?;
        let call = Call {
            now,
            date: self.date,
            requirement: self.requirement.as_ref(),
        };
        self.verifier.judge(
            keyring,
            &Token::parse(&self.token)?,
            inspected,
            keys,
            call,
            &mut Trace::default(),
        )
    }
}

fn inspect(verifier: &Verifier, token: &[u8]) -> Result<Inspected, Error> {
    let (token, none) = (Token::parse(token)?, KnownHeaders::default());
    verifier.inspect(&token, &none, &mut Trace::default())
}

impl Flow for Verify {
    type Shared = Keyring;
    type Output = Verified;

    fn step(&mut self, keyring: &mut Keyring, tick: Tick) -> Step<Verified> {
        let call = Call {
            now: tick.now,
            date: self.date,
            requirement: self.requirement.as_ref(),
        };
        if let Some(verdict) = self.verifier.recall(keyring, &self.token, call) {
            return Step::Done(verdict);
        }
        let Some(Ok(inspected)) = &self.inspected else {
            return Step::Done(self.judge(keyring, &[], tick.now));
        };
        let need = match self.renewal {
            Renewal::UnderWay => Need::Renewal,
            Renewal::NotYet | Renewal::Over => Need::Key {
                kid: inspected.header.kid(),
                algorithm: inspected.algorithm,
            },
        };
        let issuer = inspected.issuer;
        let Some(store) = keyring.stores.get_mut(issuer) else {
            return Step::Done(self.judge(keyring, &[], tick.now));
        };
        match store.obtain(&mut self.fetch, need, tick.now) {
            Lookup::Ready(_) if self.renewal == Renewal::UnderWay => {
                self.renewal = Renewal::Over;
                self.fetch = Fetch::new();
                self.step(keyring, tick)
            }
            Lookup::Ready(keys) => {
                let verdict = self.judge(keyring, &keys, tick.now);
                if self.is_worth_a_renewal(&verdict, keyring, issuer, tick.now) {
                    self.inspected = Some(inspect(&self.verifier, &self.token));
                    self.renewal = Renewal::UnderWay;
                    self.fetch = Fetch::new();
                    return self.step(keyring, tick);
                }
                Step::Done(verdict)
            }
            Lookup::Send(id, request) => Step::Send(outer_id(issuer, id), request),
            Lookup::Wait(until) => Step::Wait(until),
            // No new key could be had, so the old one's verdict stands.
            Lookup::Refused(_) if self.renewal == Renewal::UnderWay => {
                Step::Done(Err(TokenError::SignatureInvalid.into()))
            }
            Lookup::Refused(refusal) => Step::Done(Err(refusal)),
        }
    }

    fn resolve(&mut self, keyring: &mut Keyring, id: RequestId, outcome: Outcome, tick: Tick) {
        resolve(keyring, id, outcome, tick);
    }
}

impl Verify {
    /// Whether the signature failed under a key that may have been replaced since.
    fn is_worth_a_renewal(
        &self,
        verdict: &Result<Verified, Error>,
        keyring: &Keyring,
        issuer: usize,
        now: UnixMillis,
    ) -> bool {
        let store = keyring.stores.get(issuer);
        self.renewal == Renewal::NotYet
            && matches!(verdict, Err(Error::Token(TokenError::SignatureInvalid)))
            && store.is_some_and(|store| store.renewal_due(now))
    }
}

/// Fetches the keys of every issuer that has none to use, one after the other.
#[derive(Debug, Default)]
pub struct Preload(EachStore);

/// Fetches anew where a set is near its end and nobody else does.
#[derive(Debug, Default)]
pub struct Refresh(EachStore);

impl Preload {
    pub(super) fn new() -> Self {
        Self::default()
    }
}

impl Refresh {
    pub(super) fn new() -> Self {
        Self::default()
    }
}

impl Flow for Preload {
    type Shared = Keyring;
    type Output = ();

    fn step(&mut self, keyring: &mut Keyring, tick: Tick) -> Step<()> {
        self.0.step(Need::AnySet, keyring, tick)
    }

    fn resolve(&mut self, keyring: &mut Keyring, id: RequestId, outcome: Outcome, tick: Tick) {
        resolve(keyring, id, outcome, tick);
    }
}

impl Flow for Refresh {
    type Shared = Keyring;
    type Output = ();

    fn step(&mut self, keyring: &mut Keyring, tick: Tick) -> Step<()> {
        self.0.step(Need::Refresh, keyring, tick)
    }

    fn resolve(&mut self, keyring: &mut Keyring, id: RequestId, outcome: Outcome, tick: Tick) {
        resolve(keyring, id, outcome, tick);
    }
}

/// Brings every store in turn to what is needed.
#[derive(Debug, Default)]
struct EachStore {
    at: usize,
    fetch: Fetch,
}

impl EachStore {
    fn step(&mut self, need: Need<'_>, keyring: &mut Keyring, tick: Tick) -> Step<()> {
        while let Some(store) = keyring.stores.get_mut(self.at) {
            match store.obtain(&mut self.fetch, need, tick.now) {
                Lookup::Ready(_) => {
                    self.at += 1;
                    self.fetch = Fetch::new();
                }
                Lookup::Send(id, request) => return Step::Send(outer_id(self.at, id), request),
                Lookup::Wait(until) => return Step::Wait(until),
                Lookup::Refused(refusal) => return Step::Done(Err(refusal)),
            }
        }
        Step::Done(Ok(()))
    }
}

/// Which fetch a request belongs to: those of one have one number, whatever stage they are of.
pub(crate) const fn fetch_number(id: RequestId) -> u64 {
    KeyStore::fetch_number(RequestId(id.0 / STORES))
}

fn outer_id(store: usize, id: RequestId) -> RequestId {
    RequestId(id.0 * STORES + store as u64)
}

fn resolve(keyring: &mut Keyring, id: RequestId, outcome: Outcome, tick: Tick) {
    let store: Option<&mut KeyStore> = keyring.stores.get_mut((id.0 % STORES) as usize);
    if let Some(store) = store {
        store.resolve(RequestId(id.0 / STORES), outcome, tick.now);
    }
}
