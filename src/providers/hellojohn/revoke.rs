//! Ending all sessions of a user. The provider has no single call for it that is documented,
//! so this lists the active ones and ends each.

use crate::json::Json;
use crate::providers::prepared;

use crate::api::{Answer, Call, Client, Walk, check_segment, unusable};
use crate::error::{ConfigError, Error};
use crate::flow::{Flow, Outcome, RequestId, Step, Tick};

/// A flow that ends every active session of one user and yields `{"revoked": count}`.
///
/// All pages are read before anything is deleted, because deleting shifts pages. A session
/// that is gone by its turn counts as revoked; any other failure ends the flow, and what was
/// revoked by then stays so.
#[derive(Debug)]
pub struct RevokeAll {
    client: Client,
    user: String,
    options: String,
    walk: Walk,
    call: Box<Call>,
    listing: bool,
    sessions: Vec<String>,
    calls: u64,
    revoked: u64,
}

impl RevokeAll {
    /// Prepares the flow; `options` are those of every call it makes.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] as for [`Client::call`].
    pub fn new(client: &Client, user_id: &str, options: &str) -> Result<Self, Error> {
        check_segment(user_id).map_err(|problem| ConfigError::new("userId", problem))?;
        let parameters =
            Json::object([("userId", user_id.into()), ("status", "active".into())]).to_string();
        Ok(Self {
            walk: client.walk("sessions.list", &parameters)?,
            call: prepared(client, "sessions.list", &parameters, options, 0)?,
            client: client.clone(),
            user: user_id.to_owned(),
            options: options.to_owned(),
            listing: true,
            sessions: Vec::new(),
            calls: 0,
            revoked: 0,
        })
    }

    /// Goes on to the call after one that yielded `answer`; `false` when there is none.
    fn go_on(&mut self, answer: &Answer) -> Result<bool, Error> {
        self.calls += 1;
        if self.listing {
            self.sessions.extend(ids(answer, &self.user)?);
            let page = answer.page.as_ref();
            if let Some(parameters) = page.and_then(|page| self.walk.advance(page)) {
                return self.prepare("sessions.list", &parameters);
            }
            self.listing = false;
        } else {
            self.revoked += 1;
        }
        let Some(id) = self.sessions.pop() else {
            return Ok(false);
        };
        let parameters = Json::object([("id", id.into())]).to_string();
        self.prepare("sessions.revoke", &parameters)
    }

    fn prepare(&mut self, operation: &str, parameters: &str) -> Result<bool, Error> {
        self.call = prepared(&self.client, operation, parameters, &self.options, 0)?;
        Ok(true)
    }

    /// Request ids of one call after the other, told apart.
    fn outer(&self, id: RequestId) -> RequestId {
        RequestId(self.calls << 16 | id.0)
    }
}

/// The ids of a user's sessions on a page. One without an id could not be ended, so it is an error.
///
/// Those that name another user are left out: a server that ignores the filter lists everybody's.
fn ids(answer: &Answer, user: &str) -> Result<Vec<String>, Error> {
    let page: Option<Json> = answer.json().and_then(|text| Json::parse(text).ok());
    let is_theirs = |item: &&Json| {
        let named = item.get("userId").and_then(Json::as_str);
        named.is_none_or(|named| named == user)
    };
    let ids = page.as_ref().and_then(|page| {
        let items = page.get("data")?.as_array()?.iter();
        items
            .filter(is_theirs)
            .map(|item| item.get("id")?.as_str().map(str::to_owned))
            .collect()
    });
    ids.ok_or_else(|| unusable(answer.status).into())
}

/// A session that is not there any more is what was wanted.
fn gone(error: &Error) -> bool {
    matches!(error, Error::Api(error) if error.status == 404)
}

impl Flow for RevokeAll {
    type Shared = ();
    type Output = Answer;

    fn step(&mut self, shared: &mut (), tick: Tick) -> Step<Answer> {
        loop {
            let mut step = self.call.step(shared, tick);
            match &mut step {
                Step::Done(Err(error)) if !self.listing && gone(error) => {
                    step = Step::Done(Ok(Answer::of_value(404, &Json::Null)));
                }
                Step::Send(id, _) => *id = self.outer(*id),
                Step::Done(_) | Step::Wait(_) => {}
            }
            let Step::Done(Ok(answer)) = &mut step else {
                return step;
            };
            match self.go_on(answer) {
                Ok(true) => {}
                Ok(false) => {
                    let value = Json::object([("revoked", self.revoked.into())]);
                    *answer = Answer::of_value(answer.status, &value);
                    return step;
                }
                Err(error) => return Step::Done(Err(error)),
            }
        }
    }

    fn resolve(&mut self, shared: &mut (), id: RequestId, outcome: Outcome, tick: Tick) {
        if id.0 >> 16 == self.calls {
            let inner = RequestId(id.0 & 0xffff);
            self.call.resolve(shared, inner, outcome, tick);
        }
    }
}
