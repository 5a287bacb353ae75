//! The decision on one request, from its header fields to what becomes of it.
//!
//! 1. Fields under the filter's own names are marked for removal, whatever happens next.
//! 2. A path with two readings is refused.
//! 3. A CORS preflight passes where that is configured.
//! 4. The route's policy, or else the first rule that fits, says what is asked. No rule:
//!    refused. Where routes name policies, a request with a field under the filter's own names is
//!    refused: the proxy looks for the route again once such a field is gone.
//! 5. The token is taken from its place; one token in several places is refused.
//! 6. One provider judges it, from the cache, with the keys in memory, or after a fetch.

use std::rc::Rc;

use super::accepted::Accepted;
use super::answer::Answer;
use super::clock::{Clock, MAX_LAG};
use super::counters::Subject;
use super::court::{Court, Verdict};
use super::credential::{Credential, TokenSources};
use super::parked::{Origin, Parked};
use super::path::NormalPath;
use super::receiving::Receiving;
use super::request::{Edit, Request};
use super::requirement::{Finding, Refusal, Requirement};
use super::rule::{Action, AmbiguousHost, Rule};
use crate::error::{ClaimReason, TokenError};
use crate::time::UnixMillis;

/// A whole configuration at work.
#[derive(Debug)]
pub struct Gate {
    pub(super) settings: Settings,
    /// The providers and what is known of their tokens.
    pub court: Court,
}

/// What stays as it was configured.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) rules: Vec<Rule>,
    pub(super) policies: Vec<(String, Action)>,
    pub(super) policy_metadata: Option<PolicyMetadata>,
    pub(super) sources: TokenSources,
    /// Whether a verified token goes on to the service.
    pub(super) forward_token: bool,
    pub(super) bypass_cors_preflight: bool,
}

/// Where a route's metadata names its policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyMetadata {
    /// The metadata's namespace.
    pub namespace: String,
    /// The key inside it.
    pub key: String,
}

/// What becomes of a request.
#[derive(Debug)]
pub enum Decision {
    /// It waits for keys.
    Park(Box<Parked>),
    /// It goes on, with these changes.
    Pass(Vec<Edit>),
    /// Its body decides.
    Receive(Box<Receiving>),
    /// It ends here.
    Refuse(Answer),
}

impl Gate {
    /// Where a route's metadata names its policy, if that is configured.
    pub fn policy_metadata(&self) -> Option<&PolicyMetadata> {
        self.settings.policy_metadata.as_ref()
    }

    /// Decides on a request. `policy` is the name that the route's metadata gives, if any.
    pub fn decide(
        &mut self,
        request: &Request,
        policy: Option<&[u8]>,
        clock: impl Clock,
    ) -> Decision {
        let Self { settings, court } = self;
        let mut spoofed = court.headers.spoofed(request);
        let Ok(path) = NormalPath::of(request.target()) else {
            return refuse(court, None, Answer::to_ambiguous_path());
        };
        if settings.bypass_cors_preflight && request.is_cors_preflight() {
            court.count(None, "cors_preflight");
            // A browser sends no credential with it, and one that is there nobody has looked at.
            let credential = settings.sources.find(request);
            credential.remove_unread(&mut spoofed);
            credential.remove(request, &mut spoofed);
            return Decision::Pass(spoofed);
        }
        if settings.policy_metadata.is_some() && !spoofed.is_empty() {
            return refuse(court, None, Answer::to_spoofed());
        }
        let action = match settings.action(request, &path, policy) {
            Ok(action) => action,
            Err(answer) => return refuse(court, None, answer),
        };
        match action {
            Action::Open => Decision::Pass(spoofed),
            Action::Require(requirement) => {
                let credential = settings.sources.find(request);
                credential.remove_unread(&mut spoofed);
                let asked = Asked {
                    requirement,
                    credential: &credential,
                    request,
                    forward_token: settings.forward_token,
                };
                asked.decide(court, spoofed, &clock)
            }
            Action::Webhook(rule) => match Receiving::begin(rule, request, spoofed, &clock) {
                Ok(receiving) => Decision::Receive(Box::new(receiving)),
                Err(refusal) => {
                    let answer = Answer::of(&refusal);
                    court.counters.add(Subject::Webhook, answer.code, 1);
                    Decision::Refuse(answer)
                }
            },
        }
    }
}

impl Settings {
    fn action(
        &self,
        request: &Request,
        path: &NormalPath,
        policy: Option<&[u8]>,
    ) -> Result<&Action, Answer> {
        if let Some(name) = policy {
            let mut policies = self.policies.iter();
            let policy = policies.find(|(own, _)| own.as_bytes() == name);
            return policy
                .map(|(_, action)| action)
                .ok_or_else(Answer::to_unknown_policy);
        }
        for rule in &self.rules {
            match rule.matcher.fits(request, path) {
                Ok(true) => return Ok(&rule.action),
                Ok(false) => {}
                Err(AmbiguousHost) => return Err(Answer::to_ambiguous_host()),
            }
        }
        Err(Answer::to_unmatched())
    }
}

fn refuse(court: &mut Court, provider: Option<usize>, answer: Answer) -> Decision {
    court.count(provider, answer.code);
    Decision::Refuse(answer)
}

/// A demand and the credential it is put to.
struct Asked<'a> {
    requirement: &'a Rc<Requirement>,
    credential: &'a Credential<'a>,
    request: &'a Request,
    forward_token: bool,
}

impl Asked<'_> {
    fn decide(&self, court: &mut Court, spoofed: Vec<Edit>, clock: &impl Clock) -> Decision {
        let token = match &self.credential.token {
            Ok(token) => token,
            Err(error) => {
                let finding = self
                    .requirement
                    .judge(&mut |_| refused(error.clone(), None));
                return self.conclude(court, finding, spoofed);
            }
        };
        let providers = &self.requirement.providers;
        let mut known = |at| {
            providers
                .iter()
                .find_map(|provider| court.known(*provider, token, at))
        };
        // What a token's times and keys allow at the end of the lag they allow now.
        let recent = clock
            .recent()
            .and_then(|recent| known(recent.after(MAX_LAG)));
        let (selected, verdict) = match recent {
            Some(known) => (Ok(known.provider), Verdict::Accepted(known)),
            None => self.ask(court, token, clock.now()),
        };
        let finding = weigh(self.requirement, selected.ok(), &verdict);
        match (&finding, selected) {
            (Finding::Pending, Ok(provider)) => {
                let mut removal = Vec::new();
                self.credential.remove(self.request, &mut removal);
                let origin = Origin {
                    requirement: self.requirement.clone(),
                    spoofed,
                    removal,
                    forward_token: self.forward_token,
                };
                match Parked::new(court, provider, token, origin) {
                    Some(parked) => Decision::Park(Box::new(parked)),
                    None => Decision::Refuse(Answer::to_unmatched()),
                }
            }
            _ => self.conclude(court, finding, spoofed),
        }
    }

    /// The provider that judges the token, if there is one, and its verdict.
    fn ask(
        &self,
        court: &mut Court,
        token: &[u8],
        now: UnixMillis,
    ) -> (Result<usize, ()>, Verdict) {
        let providers = &self.requirement.providers;
        if let Some(known) = providers
            .iter()
            .find_map(|place| court.known(*place, token, now))
        {
            return (Ok(known.provider), Verdict::Accepted(known));
        }
        match court.select(providers, token) {
            Ok(provider) => (Ok(provider), court.verify(provider, token, now)),
            Err(error) => (Err(()), Verdict::Refused(error)),
        }
    }

    fn conclude(
        &self,
        court: &mut Court,
        finding: Finding<Rc<Accepted>>,
        spoofed: Vec<Edit>,
    ) -> Decision {
        let remove = |edits: &mut Vec<Edit>| self.credential.remove(self.request, edits);
        conclude(court, finding, spoofed, remove, self.forward_token)
    }
}

/// What a verdict of the selected provider means for the whole demand.
pub(super) fn weigh(
    requirement: &Requirement,
    selected: Option<usize>,
    verdict: &Verdict,
) -> Finding<Rc<Accepted>> {
    requirement.judge(&mut |leaf| match (selected, verdict) {
        (Some(provider), _) if leaf.provider != provider => {
            refused(TokenError::claim("iss", ClaimReason::Mismatch), None)
        }
        (provider, Verdict::Refused(error)) => refused(error.clone(), provider),
        (_, Verdict::KeysNeeded) => Finding::Pending,
        (provider, Verdict::Accepted(accepted)) => match accepted.carries(leaf) {
            Ok(()) => Finding::Met(Some(accepted.clone())),
            Err(error) => refused(error, provider),
        },
    })
}

fn refused<T>(error: impl Into<crate::error::Error>, provider: Option<usize>) -> Finding<T> {
    Finding::Refused(Refusal {
        error: error.into(),
        provider,
    })
}

/// Turns a finding into a decision. A token that was looked at goes on to the service only
/// when it verified and the configuration wants it.
pub(super) fn conclude(
    court: &mut Court,
    finding: Finding<Rc<Accepted>>,
    spoofed: Vec<Edit>,
    remove: impl FnOnce(&mut Vec<Edit>),
    forward_token: bool,
) -> Decision {
    let mut edits = spoofed;
    match finding {
        Finding::Met(Some(accepted)) => {
            let subject = Subject::Provider(accepted.provider);
            court.counters.add(subject, "accepted", 1);
            court
                .counters
                .add(subject, "claim_headers_unfit", accepted.mapped.unfit);
            if !forward_token {
                remove(&mut edits);
            }
            edits.extend(accepted.mapped.edits.iter().cloned());
            Decision::Pass(edits)
        }
        Finding::Met(None) => {
            court.count(None, "anonymous");
            remove(&mut edits);
            Decision::Pass(edits)
        }
        Finding::Refused(refusal) => refuse(court, refusal.provider, Answer::of(&refusal.error)),
        // Keys that nobody fetches cannot come.
        Finding::Pending => {
            let error = crate::error::KeyError::Unavailable { retry_after: 1 };
            refuse(court, None, Answer::of(&error.into()))
        }
    }
}
