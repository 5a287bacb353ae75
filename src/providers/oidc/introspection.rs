//! Asking the issuer about a token (RFC 7662): for opaque tokens, and where revocation must
//! show at once.

use core::fmt;
use core::time::Duration;

use countersign_engine::sha2::Sha256;

use super::Oidc;
use super::config::introspection_client;
use crate::api::{Answer, Body, Call, Secret, failed, unusable};
use crate::error::{ConfigError, Error};
use crate::flow::{Flow, Outcome, RequestId, Step, Tick};
use crate::http::{Headers, Method, Request, Response, TransportError};
use crate::json::{Json, Members, Object};
use crate::jwk::discovery_url;
use crate::options::wipe;
use crate::providers::prepared;
use crate::time::UnixMillis;
use crate::url::check_url;

/// The operation's name.
pub(super) const NAME: &str = "introspect";

/// How much of the issuer's metadata is read.
const MAX_METADATA: usize = 256 * 1024;

/// How many answers are remembered.
const MAX_KEPT: usize = 256;

/// What outlives an introspection: where the endpoint is, and answers that may be remembered.
/// Tokens are kept as digests only.
#[derive(Default)]
pub struct Introspections {
    endpoint: Option<String>,
    kept: Vec<Kept>,
}

struct Kept {
    digest: [u8; 32],
    until: UnixMillis,
    status: u16,
    text: String,
}

impl Introspections {
    /// Nothing known yet.
    pub const fn new() -> Self {
        Self {
            endpoint: None,
            kept: Vec::new(),
        }
    }

    fn find(&self, digest: &[u8; 32], now: UnixMillis) -> Option<Answer> {
        let mut kept = self.kept.iter();
        let kept = kept.find(|kept| now < kept.until && kept.digest == *digest)?;
        Some(Answer {
            status: kept.status,
            body: Body::Json(kept.text.clone()),
            page: None,
            metadata: Vec::new(),
        })
    }

    /// Remembers an answer; those that are over, and that were kept longest, make room.
    fn keep(&mut self, digest: [u8; 32], now: UnixMillis, until: UnixMillis, answer: &Answer) {
        self.kept
            .retain(|kept| now < kept.until && kept.digest != digest);
        if self.kept.len() >= MAX_KEPT {
            self.kept.remove(0);
        }
        self.kept.push(Kept {
            digest,
            until,
            status: answer.status,
            text: answer.json().unwrap_or_default().to_owned(),
        });
    }
}

impl fmt::Debug for Introspections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspections")
            .field("kept", &self.kept.len())
            .finish_non_exhaustive()
    }
}

/// One introspection. It yields the issuer's answer, which has `active`, as JSON.
///
/// A token counts as active when the issuer says so, and when the answer's `exp`, `nbf`, `iss`
/// and the audience agree wherever they are there: an answer need not repeat them, for the issuer
/// answers to this client alone (RFC 7662 §4).
///
/// A yes is remembered only where `introspectionCache` asks for it, and never past the token's
/// `exp`; a no is not remembered.
pub struct Introspect {
    oidc: Oidc,
    token: Secret,
    digest: [u8; 32],
    cache: Duration,
    timeout: Duration,
    options: String,
    entropy: u128,
    stage: Stage,
}

enum Stage {
    Start,
    Metadata {
        until: UnixMillis,
    },
    /// With the reason, until it is told.
    Failed(Option<Error>),
    Asking(Box<Call>),
}

/// Requests for metadata and for the verdict, told apart.
const METADATA: RequestId = RequestId(u64::MAX);

impl Introspect {
    /// Prepares an introspection; `options` are those of the call.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] without `clientId` and `clientSecret`, for a token that cannot be one, or
    /// a wrong option.
    pub fn new(oidc: &Oidc, token: &str, options: &str, entropy: u128) -> Result<Self, Error> {
        if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(ConfigError::new("token", "must be visible ASCII, not empty").into());
        }
        let mut introspect = Self {
            digest: Sha256::digest(token.as_bytes()),
            token: Secret::new(token),
            cache: oidc.introspection_cache(),
            timeout: Duration::ZERO,
            oidc: oidc.clone(),
            options: options.to_owned(),
            entropy,
            stage: Stage::Start,
        };
        // What is wrong with it is told before anything is sent.
        introspect.timeout = introspect.ask(None)?.timeout();
        Ok(introspect)
    }

    /// The call to the endpoint that is known by now.
    fn ask(&self, endpoint: Option<&str>) -> Result<Box<Call>, Error> {
        let authorization = self.oidc.authorization()?;
        let mut parameters = Json::object([
            ("token", self.token.expose().into()),
            ("authorization", authorization.expose().into()),
        ]);
        let text = zeroize::Zeroizing::new(parameters.to_string());
        wipe(&mut parameters);
        let found = match endpoint {
            Some(endpoint) => {
                let dialect = self.oidc.client().dialect();
                let settings = self.oidc.settings();
                Some(introspection_client(endpoint, dialect, settings)?)
            }
            None => None,
        };
        let client = found.as_ref().unwrap_or_else(|| self.oidc.client());
        prepared(client, NAME, &text, &self.options, self.entropy)
    }

    /// The stage in which the endpoint that is known by now is asked.
    fn asking(&self, endpoint: Option<&str>) -> Stage {
        match self.ask(endpoint) {
            Ok(call) => Stage::Asking(call),
            Err(error) => Stage::Failed(Some(error)),
        }
    }

    /// Asks for the issuer's metadata.
    fn discover(&mut self, now: UnixMillis) -> Request {
        self.stage = Stage::Metadata {
            until: now.after(self.timeout).after(Duration::from_secs(1)),
        };
        Request {
            method: Method::Get,
            url: discovery_url(self.oidc.main_issuer()),
            headers: Headers::new(),
            body: None,
            timeout: self.timeout,
            max_response_bytes: MAX_METADATA,
        }
    }

    fn judge(&self, answer: &mut Answer, state: &mut Introspections, now: UnixMillis) {
        let body = match Json::parse(answer.json().unwrap_or_default()) {
            Ok(Json::Object(members)) => members,
            _ => Members::new(),
        };
        if !self.agrees(&body, now) {
            *answer = Answer::of_value(answer.status, &Json::object([("active", false.into())]));
        } else if !self.cache.is_zero() {
            let exp = body.get("exp").and_then(Json::as_f64);
            let exp = exp.map_or(u64::MAX, |secs| secs.max(0.0) as u64);
            let until = now.after(self.cache).min(UnixMillis::from_secs(exp));
            state.keep(self.digest, now, until, answer);
        }
    }

    /// Whether nothing in a positive answer contradicts it.
    fn agrees(&self, body: &Members, now: UnixMillis) -> bool {
        let date = |name: &str| match body.get(name) {
            None => Some(None),
            Some(value) => value.as_f64().map(Some),
        };
        let now = now.as_secs_f64();
        body.get("active") == Some(&Json::Bool(true))
            && date("exp").is_some_and(|exp| exp.is_none_or(|exp| now < exp))
            && date("nbf").is_some_and(|nbf| nbf.is_none_or(|nbf| nbf <= now))
            && body
                .get("iss")
                .is_none_or(|iss| iss.as_str().is_some_and(|iss| self.oidc.is_issuer(iss)))
            && self.oidc.accepts_audience(body)
    }
}

impl Flow for Introspect {
    type Shared = Introspections;
    type Output = Answer;

    fn step(&mut self, state: &mut Introspections, tick: Tick) -> Step<Answer> {
        if matches!(self.stage, Stage::Start) {
            if let Some(answer) = state.find(&self.digest, tick.now) {
                return Step::Done(Ok(answer));
            }
            if !self.oidc.has_introspection_endpoint() && state.endpoint.is_none() {
                return Step::Send(METADATA, self.discover(tick.now));
            }
            self.stage = self.asking(state.endpoint.as_deref());
        }
        match &mut self.stage {
            Stage::Asking(call) => {
                let mut step = call.step(&mut (), tick);
                if let Step::Done(Ok(answer)) = &mut step {
                    self.judge(answer, state, tick.now);
                }
                step
            }
            Stage::Metadata { until } if tick.now < *until => Step::Wait(*until),
            Stage::Failed(error) => Step::Done(Err(error.take().unwrap_or_else(timed_out))),
            Stage::Start | Stage::Metadata { .. } => Step::Done(Err(timed_out())),
        }
    }

    fn resolve(&mut self, state: &mut Introspections, id: RequestId, outcome: Outcome, tick: Tick) {
        match &mut self.stage {
            Stage::Asking(call) if id != METADATA => call.resolve(&mut (), id, outcome, tick),
            Stage::Metadata { .. } if id == METADATA => {
                let found = outcome.map_err(Error::from);
                let found = found.and_then(|response| endpoint(self.oidc.main_issuer(), &response));
                self.stage = match found {
                    Ok(endpoint) => {
                        let stage = self.asking(Some(&endpoint));
                        // One that cannot be asked is not worth remembering.
                        if matches!(stage, Stage::Asking(_)) {
                            state.endpoint = Some(endpoint);
                        }
                        stage
                    }
                    Err(error) => Stage::Failed(Some(error)),
                };
            }
            _ => {}
        }
    }
}

fn timed_out() -> Error {
    TransportError::TimedOut.into()
}

/// The endpoint that the issuer's metadata name. Metadata of another issuer are refused
/// (OpenID Connect Discovery 1.0 §4.3).
fn endpoint(issuer: &str, response: &Response) -> Result<String, Error> {
    let found = || {
        let metadata = Object::parse(&response.body).ok()?;
        let same = metadata.member("issuer")?.as_str()? == issuer;
        let endpoint = metadata.member("introspection_endpoint")?.as_str()?;
        let fit = same && check_url("introspectionEndpoint", &endpoint).is_ok();
        fit.then(|| endpoint.into_owned())
    };
    match response.status {
        300..400 => Err(TransportError::Redirected.into()),
        200 => found().ok_or_else(|| unusable(200).into()),
        status => Err(failed(status).into()),
    }
}

/// Only that it is one is shown.
impl fmt::Debug for Introspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspect").finish_non_exhaustive()
    }
}
