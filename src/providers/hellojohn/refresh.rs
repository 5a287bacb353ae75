//! Refreshing a session: one attempt at a time, and never twice with the same token.
//!
//! HelloJohn's refresh tokens rotate: the old one dies at once, and whoever shows it again
//! is taken for a thief, which ends the session. So a client must not run two refreshes at
//! once, and must not repeat one whose answer it never saw.

use core::time::Duration;

use crate::api::{Answer, Call, Client, Secret};
use crate::error::{ConfigError, Error};
use crate::flow::{Flow, Outcome, RequestId, Step, Tick};
use crate::json::Json;
use crate::options::text_of;
use crate::providers::prepared;
use crate::time::UnixMillis;

/// How much longer than its own deadline a refresh may hold the session.
const MARGIN: Duration = Duration::from_secs(5);

/// What outlives a refresh of one session.
#[derive(Debug, Default)]
pub struct RefreshState {
    lease: Option<Lease>,
    leases: u64,
    spent: Option<Secret>,
    ended: bool,
}

#[derive(Clone, Copy, Debug)]
struct Lease {
    number: u64,
    until: UnixMillis,
}

impl RefreshState {
    /// A session that was never refreshed.
    pub const fn new() -> Self {
        Self {
            lease: None,
            leases: 0,
            spent: None,
            ended: false,
        }
    }

    /// Whether the provider has refused the session for good: the host should clear it.
    pub const fn is_over(&self) -> bool {
        self.ended
    }

    fn take(&mut self, token: &Secret, now: UnixMillis, hold: Duration) -> Result<u64, Error> {
        let refused = |problem| Err(ConfigError::new("refreshToken", problem).into());
        if self.lease.is_some_and(|lease| now < lease.until) {
            return refused("is being refreshed already");
        }
        if self
            .spent
            .as_ref()
            .is_some_and(|spent| spent.is(token.expose()))
        {
            return refused("may be spent: an earlier refresh sent it and saw no new one");
        }
        self.leases += 1;
        self.lease = Some(Lease {
            number: self.leases,
            until: now.after(hold),
        });
        // From here on the token counts as spent, also if this flow is dropped half-way.
        self.spent = Some(token.clone());
        self.ended = false;
        Ok(self.leases)
    }

    fn release(&mut self, number: u64, result: &Result<Answer, Error>) {
        if self.lease.is_none_or(|lease| lease.number != number) {
            return;
        }
        self.lease = None;
        if let Err(Error::Api(error)) = result {
            self.ended = error.status == 401;
            if error.status == 429 || error.status == 400 || error.status == 422 {
                // Refused before it was looked at: the token is as good as before.
                self.spent = None;
            }
        }
    }
}

/// One refresh, under the lease of its session's [`RefreshState`].
///
/// It yields the new tokens, which the host must store before it uses them. It fails with
/// [`ConfigError`] without a request when another one is under way, or when the same token
/// was sent before and no answer came back.
pub struct Refresh {
    call: Box<Call>,
    token: Secret,
    hold: Duration,
    lease: Option<u64>,
}

impl Refresh {
    /// Prepares a refresh; `parameters` holds the `refreshToken`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] as for [`Client::call`].
    pub fn new(client: &Client, parameters: &str, options: &str) -> Result<Self, Error> {
        let call = prepared(client, "auth.refresh", parameters, options, 0)?;
        let token = call.parameter("refreshToken").unwrap_or(&Json::Null);
        let token = Secret::new(text_of("refreshToken", token)?);
        Ok(Self {
            hold: call.timeout().saturating_add(MARGIN),
            call,
            token,
            lease: None,
        })
    }
}

impl Refresh {
    /// The token that is to be exchanged.
    pub const fn token(&self) -> &Secret {
        &self.token
    }
}

impl Flow for Refresh {
    type Shared = RefreshState;
    type Output = Answer;

    fn step(&mut self, state: &mut RefreshState, tick: Tick) -> Step<Answer> {
        let lease = match self.lease {
            Some(lease) => lease,
            None => match state.take(&self.token, tick.now, self.hold) {
                Ok(lease) => *self.lease.insert(lease),
                Err(error) => return Step::Done(Err(error)),
            },
        };
        let step = self.call.step(&mut (), tick);
        if let Step::Done(result) = &step {
            state.release(lease, result);
        }
        step
    }

    fn resolve(&mut self, _: &mut RefreshState, id: RequestId, outcome: Outcome, tick: Tick) {
        self.call.resolve(&mut (), id, outcome, tick);
    }
}

impl core::fmt::Debug for Refresh {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Refresh").finish_non_exhaustive()
    }
}
