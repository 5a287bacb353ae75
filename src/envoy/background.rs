//! Keys before anybody asks for them: fetched at the start, and anew before they run out.

use super::court::Court;
use super::outbox::Outbox;
use crate::flow::{Flow, RequestId, Step, Tick};
use crate::http::Request;
use crate::jwt::{Keyring, Preload, Refresh};
use crate::time::UnixMillis;

/// What is under way for each provider without a request's asking.
#[derive(Debug, Default)]
pub struct Background {
    jobs: Vec<Option<Job>>,
}

#[derive(Debug)]
enum Job {
    Preload(Preload),
    Refresh(Refresh),
}

impl Background {
    /// Whether nothing is under way.
    pub fn is_idle(&self) -> bool {
        self.jobs.iter().all(Option::is_none)
    }

    /// Starts and continues what is due. The key store says when an endpoint that fails may be
    /// asked again.
    pub fn run(&mut self, court: &mut Court, outbox: &mut Outbox, now: UnixMillis) {
        self.jobs.resize_with(court.providers.len(), || None);
        let mut requests = Vec::new();
        for (place, (own, job)) in court.providers.iter_mut().zip(&mut self.jobs).enumerate() {
            if own.route.is_none() {
                continue;
            }
            if job.is_none() {
                let fresh = own
                    .keyring
                    .status(now)
                    .first()
                    .is_some_and(|keys| keys.fresh);
                if !fresh {
                    *job = Some(Job::Preload(own.verifier.preload_flow()));
                } else if own.keyring.refresh_due(now) {
                    *job = Some(Job::Refresh(own.verifier.refresh_flow()));
                }
            }
            match job.as_mut().map(|job| job.step(&mut own.keyring, now)) {
                None | Some(Next::Wait) => {}
                Some(Next::Over) => *job = None,
                Some(Next::Fetch(id, request)) => requests.push((place, id, request)),
            }
        }
        for request in requests {
            outbox.push(court, request, now);
        }
    }
}

enum Next {
    Fetch(RequestId, Request),
    Over,
    Wait,
}

impl Job {
    fn step(&mut self, keyring: &mut Keyring, now: UnixMillis) -> Next {
        let tick = Tick { now, entropy: 0 };
        let step = match self {
            Self::Preload(flow) => flow.step(keyring, tick),
            Self::Refresh(flow) => flow.step(keyring, tick),
        };
        match step {
            Step::Send(id, request) => Next::Fetch(id, request),
            Step::Wait(_) => Next::Wait,
            Step::Done(_) => Next::Over,
        }
    }
}
