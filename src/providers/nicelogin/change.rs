//! A changed password: two calls in a row.

use core::fmt;

use super::NiceLogin;
use crate::api::{Answer, Call};
use crate::error::{ConfigError, Error};
use crate::flow::{Flow, Outcome, RequestId, Step, Tick};
use crate::json::{Json, Members};
use crate::options::{object, unknown, wipe};

/// A flow that asks for a reset token and resets the password with it. It yields `true` or
/// `false`, as the second call does.
///
/// It is not atomic: when the second call fails, the reset token that the first one made
/// stays good for a day. [`failed_step`](Self::failed_step) tells where it stopped.
pub struct ChangePassword {
    nicelogin: NiceLogin,
    parameters: Members,
    options: String,
    call: Box<Call>,
    second: bool,
}

impl ChangePassword {
    /// Prepares the flow. `parameters` are `email`, `currentPassword` and `newPassword`,
    /// `options` those of both calls.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming what is wrong, before anything is sent.
    pub fn new(nicelogin: &NiceLogin, parameters: &str, options: &str) -> Result<Self, Error> {
        let mut parameters = object("parameters", parameters)?;
        check(&parameters)?;
        let first = Json::object([("email", parameters.get("email").cloned().into())]).to_string();
        let call = nicelogin.prepared("requestPasswordReset", &first, options, 0)?;
        // The second call is tried out with a token of no meaning: what is wrong with it is
        // told before the first one is sent.
        parameters.insert("resetToken", "x");
        nicelogin.prepared("resetPassword", &parameters.to_string(), options, 0)?;
        Ok(Self {
            nicelogin: nicelogin.clone(),
            parameters,
            options: options.to_owned(),
            call,
            second: false,
        })
    }

    /// The operation that is under way, or that failed.
    pub fn failed_step(&self) -> &'static str {
        self.call.operation().name
    }

    /// Prepares the second call with what the first one yielded.
    fn go_on(&mut self, answer: &Answer) -> Result<(), Error> {
        let token = Json::parse(answer.json().unwrap_or_default())
            .map_err(|_| ConfigError::new("resetToken", "is not JSON"))?;
        self.parameters.insert("resetToken", token);
        let parameters = self.parameters.to_string();
        self.call = self
            .nicelogin
            .prepared("resetPassword", &parameters, &self.options, 0)?;
        self.second = true;
        Ok(())
    }
}

fn check(parameters: &Members) -> Result<(), ConfigError> {
    const NAMES: [&str; 3] = ["email", "currentPassword", "newPassword"];
    match parameters.iter().find(|(name, _)| !NAMES.contains(name)) {
        Some((name, _)) => Err(unknown(name)),
        None => Ok(()),
    }
}

impl Flow for ChangePassword {
    type Shared = ();
    type Output = Answer;

    fn step(&mut self, (): &mut (), tick: Tick) -> Step<Answer> {
        loop {
            match self.call.step(&mut (), tick) {
                Step::Done(Ok(answer)) if !self.second => {
                    if let Err(error) = self.go_on(&answer) {
                        return Step::Done(Err(error));
                    }
                }
                Step::Send(id, request) => return Step::Send(self.outer(id), request),
                other => return other,
            }
        }
    }

    fn resolve(&mut self, (): &mut (), id: RequestId, outcome: Outcome, tick: Tick) {
        // An answer of the first call that comes late is none of the second one's.
        let id = RequestId(id.0 ^ (u64::from(self.second) << 32));
        self.call.resolve(&mut (), id, outcome, tick);
    }
}

impl ChangePassword {
    /// Request ids of the two calls, told apart.
    fn outer(&self, id: RequestId) -> RequestId {
        RequestId(u64::from(self.second) << 32 | id.0)
    }
}

impl Drop for ChangePassword {
    fn drop(&mut self) {
        self.parameters.values_mut().for_each(wipe);
    }
}

/// Parameters hold passwords: only the step is shown.
impl fmt::Debug for ChangePassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangePassword")
            .field("step", &self.failed_step())
            .finish_non_exhaustive()
    }
}
