//! One API call: sent, judged, sent again where that is safe.
//!
//! ```text
//! Ready ──step──▶ InFlight ──resolve──▶ Over(result)
//!   ▲                 │
//!   └─step, in time── Waiting ◀── a refusal or failure that may pass
//! ```

use core::fmt;
use core::time::Duration;

use zeroize::Zeroizing;

use crate::api::answer::{self, Answer, Body, Content};
use crate::api::base::BaseUrl;
use crate::api::client::Dialect;
use crate::api::operation::{AnswerKind, Encoding, Operation, Repeat};
use crate::api::options::Limits;
use crate::api::parameters::Parameters;
use crate::api::refusal;
use crate::api::retry::Attempt;
use crate::api::secret::Secret;
use crate::error::{ApiError, ApiErrorKind, ConfigError, Error};
use crate::flow::{Flow, Outcome, RequestId, Step, Tick};
use crate::http::{Headers, Method, Request, Response, TransportError};
use crate::json::Json;
use crate::time::UnixMillis;

/// How much of an answer is read.
const MAX_RESPONSE_BYTES: usize = 8 << 20;

/// How long after an attempt's deadline a host may still report, before the call takes the
/// attempt for lost.
const GRACE: Duration = Duration::from_secs(1);

/// Everything that stays the same from attempt to attempt.
pub(crate) struct Plan {
    pub(crate) row: &'static Operation,
    pub(crate) dialect: &'static Dialect,
    pub(crate) base: BaseUrl,
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) bearer: Option<Secret>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) body: Option<Zeroizing<Vec<u8>>>,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) parameters: Parameters,
    pub(crate) limits: Limits,
}

impl Plan {
    /// The request of any attempt: they are all alike.
    fn request(&self) -> Result<Request, ConfigError> {
        if !self.base.is_origin_of(&self.url) {
            return Err(ConfigError::new(self.row.name, "leads to another origin"));
        }
        Ok(Request {
            method: self.row.method,
            url: self.url.clone(),
            headers: self.request_headers()?,
            body: self.body.as_ref().map(|body| body.to_vec()),
            timeout: self.limits.timeout,
            max_response_bytes: MAX_RESPONSE_BYTES,
        })
    }

    fn request_headers(&self) -> Result<Headers, ConfigError> {
        let mut headers = Headers::new();
        let mut add = |name: &'static str, value: &str| {
            headers
                .append(name, value)
                .map_err(|_| ConfigError::new(name, "holds characters that no header may"))
        };
        let accepted = match self.row.answer {
            AnswerKind::Bytes => "*/*",
            _ => "application/json",
        };
        add("accept", accepted)?;
        if let Some(bearer) = &self.bearer {
            let value = Zeroizing::new(format!("Bearer {}", bearer.expose()));
            add("authorization", &value)?;
        }
        if self.body.is_some() {
            add("content-type", media_type(self.row.encoding))?;
        }
        if let Some(key) = &self.idempotency_key {
            add("idempotency-key", key)?;
        }
        for (name, value) in &self.headers {
            add(name, value)?;
        }
        Ok(headers)
    }

    /// Whether the call may be sent again when nobody knows whether it was executed.
    fn is_repeatable(&self) -> bool {
        match self.row.repeat {
            Repeat::Always => true,
            Repeat::ByMethod => {
                self.row.method.is_idempotent()
                    || (self.row.method == Method::Post && self.idempotency_key.is_some())
            }
            Repeat::Never => false,
        }
    }

    /// Whether a refusal allows the same call again. A rate limit says that the call was not
    /// executed, which a `PATCH` may rely on; a `POST` without its key stays with one attempt.
    fn may_repeat(&self, error: &ApiError) -> bool {
        match error.kind {
            ApiErrorKind::RateLimited => {
                self.is_repeatable()
                    || (self.row.repeat == Repeat::ByMethod && self.row.method == Method::Patch)
            }
            ApiErrorKind::ResponseInvalid => false,
            ApiErrorKind::Status => {
                self.is_repeatable() && error.status >= 500 && error.status != 501
            }
        }
    }

    fn judge(&self, mut response: Response, now: UnixMillis) -> Result<Answer, Error> {
        let status = response.status;
        let is_success = self.row.success.includes(status);
        let content = match is_success {
            true => {
                let asked = self.parameters.values();
                answer::read(self.row, self.dialect.names, asked, &mut response)
            }
            false => self.recovered(&response),
        };
        match content {
            Some((body, page)) => Ok(Answer {
                status,
                body,
                page,
                metadata: self.metadata(&response.headers),
            }),
            None if is_success => Err(refusal::unusable(status).into()),
            None => Err(self.refused(&response, now).into()),
        }
    }

    fn recovered(&self, response: &Response) -> Option<Content> {
        let recover = self.row.recover?;
        let body = Json::parse(&response.body).ok()?;
        let value = recover(response.status, &body)?;
        Some((Body::Json(value.to_string()), None))
    }

    fn refused(&self, response: &Response, now: UnixMillis) -> ApiError {
        let read = self.dialect.read;
        let mut error = refusal::error(self.row, read, response, &self.secrets, now);
        error.retryable = error.kind == ApiErrorKind::RateLimited || self.may_repeat(&error);
        error
    }

    fn metadata(&self, headers: &Headers) -> Vec<(&'static str, String)> {
        let mut metadata = Vec::new();
        for (name, field) in self.dialect.exposed {
            if let Some(value) = headers.first(field) {
                metadata.push((*name, value.to_owned()));
            }
        }
        metadata
    }
}

const fn media_type(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Form => "application/x-www-form-urlencoded",
        Encoding::Json => "application/json",
    }
}

/// A call under way.
pub struct Call {
    plan: Plan,
    state: State,
    retries: u32,
    sent: u64,
}

enum State {
    InFlight { id: RequestId, until: UnixMillis },
    Over(Option<Result<Answer, Error>>),
    Ready,
    Waiting(UnixMillis),
}

impl Call {
    /// Prepares a call; nothing is sent yet.
    pub(crate) fn new(plan: Plan) -> Result<Self, ConfigError> {
        let state = if plan.row.answer == AnswerKind::Url {
            let url = Json::from(plan.url.as_str());
            State::Over(Some(Ok(Answer::of_value(0, &url))))
        } else {
            // What could be wrong with it is the caller's to hear before anything is sent.
            plan.request()?;
            State::Ready
        };
        Ok(Self {
            plan,
            state,
            retries: 0,
            sent: 0,
        })
    }

    /// The operation's row.
    pub fn operation(&self) -> &'static Operation {
        self.plan.row
    }

    /// The value of a parameter, as the caller named it.
    pub(crate) fn parameter(&self, name: &str) -> Option<&Json> {
        self.plan.parameters.values().get(name)
    }

    /// How long one attempt may take.
    pub fn timeout(&self) -> Duration {
        self.plan.limits.timeout
    }

    fn send(&mut self, now: UnixMillis) -> Step<Answer> {
        match self.plan.request() {
            Ok(request) => {
                self.sent += 1;
                let id = RequestId(self.sent);
                let until = now.after(request.timeout).after(GRACE);
                self.state = State::InFlight { id, until };
                Step::Send(id, request)
            }
            Err(error) => Step::Done(Err(error.into())),
        }
    }

    fn settle(&mut self, outcome: Outcome, tick: Tick) {
        let result = match outcome {
            Ok(response) if (300..400).contains(&response.status) => {
                Err(TransportError::Redirected.into())
            }
            Ok(response) => self.plan.judge(response, tick.now),
            Err(error) => Err(error.into()),
        };
        self.state = match self.wait_after(&result, tick.entropy) {
            Some(wait) => {
                self.retries += 1;
                State::Waiting(tick.now.after(wait))
            }
            None => State::Over(Some(result)),
        };
    }

    fn wait_after(&self, result: &Result<Answer, Error>, entropy: u64) -> Option<Duration> {
        let repeatable = match result {
            Err(Error::Api(error)) => self.plan.may_repeat(error),
            Err(Error::Transport(TransportError::Failed | TransportError::TimedOut)) => {
                self.plan.is_repeatable()
            }
            _ => false,
        };
        let attempt = Attempt {
            retries: self.retries,
            repeatable,
            retry_after: result.as_ref().err().and_then(Error::retry_after),
        };
        attempt.wait(&self.plan.limits, entropy)
    }
}

impl Flow for Call {
    type Shared = ();
    type Output = Answer;

    fn step(&mut self, _: &mut (), tick: Tick) -> Step<Answer> {
        if let State::InFlight { until, .. } = self.state
            && until <= tick.now
        {
            self.settle(Err(TransportError::TimedOut), tick);
        }
        match &mut self.state {
            State::InFlight { until, .. } => Step::Wait(*until),
            State::Waiting(until) if tick.now < *until => Step::Wait(*until),
            State::Ready | State::Waiting(_) => self.send(tick.now),
            State::Over(result) => Step::Done(
                result
                    .take()
                    .unwrap_or_else(|| Err(ConfigError::new("call", "is over").into())),
            ),
        }
    }

    fn resolve(&mut self, _: &mut (), id: RequestId, outcome: Outcome, tick: Tick) {
        if matches!(self.state, State::InFlight { id: current, .. } if current == id) {
            self.settle(outcome, tick);
        }
    }
}

/// Parameters and credentials stay out of sight.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.plan.row.name)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}
