//! A call to PropelAuth's API: the common one, and what this provider's results need besides.

use core::fmt;

use super::errors::{add_plain_message, bad_request};
use crate::api::{Answer, Body, Call, Place};
use crate::error::{ApiErrorKind, Error};
use crate::flow::{Flow, Outcome, RequestId, Step, Tick};
use crate::http::Request;
use crate::json::{Json, Members};

/// One call under way.
///
/// - An operation that takes a body sends one, if only an empty object.
/// - A success without content is `true`: such calls say only that something was done.
/// - A refusal that is a result is one whatever its body is, or whether it has any.
/// - An API key that is of the other kind than was asked for is refused.
pub struct ApiCall(Box<Call>);

impl ApiCall {
    pub(super) fn new(call: Box<Call>) -> Self {
        Self(call)
    }

    /// An operation that takes a body gets one, though nothing was given for it.
    fn add_body(&self, request: &mut Request) {
        let mut parameters = self.0.operation().parameters.iter();
        let takes_body = parameters.any(|parameter| parameter.place == Place::Body);
        let json = ("content-type", "application/json");
        if takes_body && request.body.is_none() && request.headers.append(json.0, json.1).is_ok() {
            request.body = Some(b"{}".to_vec());
        }
    }

    fn finish(&self, result: &mut Result<Answer, Error>) {
        let operation = self.0.operation();
        match result {
            Ok(answer) if answer.body == Body::Empty => {
                answer.body = Body::Json("true".to_owned());
            }
            Ok(answer) => {
                let mut kinds = KINDS.iter();
                let kind = kinds.find(|kind| kind.operation == operation.name);
                if let Some(problem) = kind.and_then(|kind| kind.narrow(answer)) {
                    *result = Err(bad_request("api_key_token", problem));
                }
            }
            Err(Error::Api(error)) if error.kind != ApiErrorKind::ResponseInvalid => {
                let recover = operation.recover;
                match recover.and_then(|recover| recover(error.status, &Json::Null)) {
                    Some(value) => *result = Ok(Answer::of_value(error.status, &value)),
                    None => add_plain_message(error),
                }
            }
            Err(_) => {}
        }
    }
}

/// A kind of API key that an operation asks for.
struct KeyKind {
    operation: &'static str,
    /// What the answer must have.
    required: &'static str,
    /// What shows that the key is of another kind.
    foreign: &'static [&'static str],
    /// The answer's members that are about this kind.
    members: &'static [&'static str],
    problem: &'static str,
}

const KINDS: [KeyKind; 2] = [
    KeyKind {
        operation: "validatePersonalApiKey",
        required: "user",
        foreign: &["org"],
        members: &["user", "metadata"],
        problem: "Not a personal API Key",
    },
    KeyKind {
        operation: "validateOrgApiKey",
        required: "org",
        foreign: &[],
        members: &["org", "user", "userInOrg", "metadata"],
        problem: "Not an org API Key",
    },
];

impl KeyKind {
    /// Leaves the members of this kind in the answer, or tells the problem with it.
    fn narrow(&self, answer: &mut Answer) -> Option<&'static str> {
        let found = match Json::parse(answer.json().unwrap_or_default()) {
            Ok(Json::Object(found)) => found,
            _ => Members::new(),
        };
        let has = |name: &&str| found.get(name).is_some_and(|value| !value.is_null());
        if !has(&self.required) || self.foreign.iter().any(has) {
            return Some(self.problem);
        }
        let of_kind = |(name, _): &(String, Json)| self.members.contains(&name.as_str());
        let kept: Members = found.into_iter().filter(of_kind).collect();
        answer.body = Body::Json(kept.to_string());
        None
    }
}

impl Flow for ApiCall {
    type Shared = ();
    type Output = Answer;

    fn step(&mut self, shared: &mut (), tick: Tick) -> Step<Answer> {
        let mut step = self.0.step(shared, tick);
        match &mut step {
            Step::Done(result) => self.finish(result),
            Step::Send(_, request) => self.add_body(request),
            Step::Wait(_) => {}
        }
        step
    }

    fn resolve(&mut self, shared: &mut (), id: RequestId, outcome: Outcome, tick: Tick) {
        self.0.resolve(shared, id, outcome, tick);
    }
}

/// Parameters and credentials stay out of sight.
impl fmt::Debug for ApiCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
