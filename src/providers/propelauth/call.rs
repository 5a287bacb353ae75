//! A call to PropelAuth's API: the common one, and what this provider's results need besides.

use core::fmt;

use super::errors::{bad_request, with_plain_message};
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
    fn with_body(&self, mut request: Request) -> Request {
        let mut parameters = self.0.operation().parameters.iter();
        let takes_body = parameters.any(|parameter| parameter.place == Place::Body);
        let json = ("content-type", "application/json");
        if takes_body && request.body.is_none() && request.headers.append(json.0, json.1).is_ok() {
            request.body = Some(b"{}".to_vec());
        }
        request
    }

    fn finished(&self, result: Result<Answer, Error>) -> Result<Answer, Error> {
        let operation = self.0.operation();
        match result {
            Ok(answer) if answer.body == Body::Empty => Ok(Answer {
                body: Body::Json("true".to_owned()),
                ..answer
            }),
            Ok(answer) => of_its_kind(operation.name, answer),
            Err(Error::Api(error)) if error.kind != ApiErrorKind::ResponseInvalid => {
                let result = operation.recover;
                match result.and_then(|result| result(error.status, &Json::Null)) {
                    Some(value) => Ok(Answer {
                        status: error.status,
                        body: Body::Json(value.to_string()),
                        page: None,
                        metadata: Vec::new(),
                    }),
                    None => Err(with_plain_message(*error).into()),
                }
            }
            Err(error) => Err(error),
        }
    }
}

/// A validated API key of the kind that was asked for, with the members of that kind.
fn of_its_kind(operation: &str, answer: Answer) -> Result<Answer, Error> {
    let (members, problem): (&[&str], _) = match operation {
        "validatePersonalApiKey" => (&["user", "metadata"], "Not a personal API Key"),
        "validateOrgApiKey" => (
            &["org", "user", "userInOrg", "metadata"],
            "Not an org API Key",
        ),
        _ => return Ok(answer),
    };
    let text = answer.json().unwrap_or_default();
    let found = match Json::parse(text) {
        Ok(Json::Object(found)) => found,
        _ => Members::new(),
    };
    let has = |name: &str| found.get(name).is_some_and(|value| !value.is_null());
    let fits = match operation {
        "validatePersonalApiKey" => has("user") && !has("org"),
        _ => has("org"),
    };
    if !fits {
        return Err(bad_request("api_key_token", problem));
    }
    let kept = found
        .into_iter()
        .filter(|(name, _)| members.contains(&name.as_str()));
    let kept = Json::Object(kept.collect());
    Ok(Answer {
        body: Body::Json(kept.to_string()),
        ..answer
    })
}

impl Flow for ApiCall {
    type Shared = ();
    type Output = Answer;

    fn step(&mut self, shared: &mut (), tick: Tick) -> Step<Answer> {
        match self.0.step(shared, tick) {
            Step::Done(result) => Step::Done(self.finished(result)),
            Step::Send(id, request) => Step::Send(id, self.with_body(request)),
            Step::Wait(until) => Step::Wait(until),
        }
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
