//! Auth providers for JavaScript: their configuration, their tokens, calls and webhooks, all
//! behind one set of exports.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::call;
use super::error::{Failure, Given, given};
use super::fields::Fields;
use super::job;
use super::memory;
use super::slab::{self, Object};
use super::verifier::Tokens;
use super::webhook::{self, Configured as ConfiguredWebhook};
use crate::api::{AnswerKind, Operation, Place};
use crate::encoding::split;
use crate::error::{ConfigError, Error};
use crate::json::Json;
use crate::jwt::Verifier;
use crate::options;
use crate::providers::{self, Configured, Provider};

struct Client {
    provider: &'static Provider,
    configured: Rc<dyn Configured>,
}

impl Object for Client {}

impl Client {
    fn failure(&self, error: impl Into<Error>) -> Failure {
        Failure::of(Some(self.provider), error)
    }
}

fn known(provider: &str) -> Result<&'static Provider, ConfigError> {
    providers::find(provider).ok_or_else(|| ConfigError::new("provider", "is not known"))
}

/// Leaves the environment variables that may stand in for options, as JSON text.
#[wasm_bindgen(js_name = providerEnvironment)]
pub fn environment(length: usize) -> f64 {
    given(|| {
        let provider = known(memory::written(length).fields().text())?;
        let variables = provider.environment.iter();
        let variables = variables.map(|(option, names)| (*option, names.to_vec().into()));
        Ok(Json::object(variables).to_string())
    })
}

/// Leaves every operation as JSON text: its name, its path parameters in order, whether it takes
/// other parameters, whether it is a list, and whether it is a URL instead of a request.
#[wasm_bindgen(js_name = providerOperations)]
pub fn operations(length: usize) -> f64 {
    given(|| {
        let provider = known(memory::written(length).fields().text())?;
        let rows = provider.dialect.rows();
        Ok(Json::Array(rows.map(operation).collect()).to_string())
    })
}

fn operation(row: &Operation) -> Json {
    let path: Vec<_> = split(row.path, b'/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .collect();
    let others = row.tenant || row.parameters.iter().any(|p| p.place != Place::Path);
    Json::object([
        ("name", row.name.into()),
        ("path", path.into()),
        ("others", others.into()),
        ("list", row.paging.is_some().into()),
        ("url", (row.answer == AnswerKind::Url).into()),
    ])
}

/// Makes a client of a provider and gives its handle. The provider is read, and the options as JSON
/// text. `public` says that the code runs where anybody can read its memory, as in a browser, and
/// `replay` that the caller has a replay store.
///
/// Fails with `ERR_CONFIG_INVALID` naming the option.
#[wasm_bindgen(js_name = createProvider)]
pub fn create(length: usize, public: bool, replay: bool) -> f64 {
    given(|| {
        let written = memory::written(length);
        let mut fields = written.fields();
        let provider = known(fields.text())?;
        let configured = (provider.configure)(fields.text())?;
        if replay && provider.webhook_scheme.is_none() {
            let problem = "is for webhooks, of which this provider sends none";
            return Err(ConfigError::new("replayStore", problem).into());
        }
        if let Some(option) = configured.server_credential().filter(|_| public) {
            let problem = "must not be in a browser, where anybody can read it; dangerouslyAllowBrowser insists";
            return Err(ConfigError::new(option, problem).into());
        }
        let configured = configured.into();
        Ok(slab::keep(Client {
            provider,
            configured,
        }))
    })
}

/// Runs what an export does for a client with what was written for it. They differ in no more than
/// that, so it is here that they find the client and fail.
#[inline(never)]
fn serve(client: f64, length: usize, run: fn(&Client, Fields<'_>) -> Result<f64, Failure>) -> f64 {
    given(|| {
        let client = slab::find::<Client>(client)?;
        run(&client, memory::written(length).fields())
    })
}

/// Makes the verifier of a client's tokens and gives its handle.
///
/// Fails when nothing binds a token to this caller.
#[wasm_bindgen(js_name = providerVerifier)]
pub fn verifier(client: f64) -> f64 {
    serve(client, 0, |client, _| {
        let (verifier, keyring) = Verifier::new(vec![client.configured.issuer()?])?;
        let tokens = Tokens::new(verifier, keyring, false);
        Ok(slab::keep(
            tokens.of_provider(client.provider, client.configured.clone()),
        ))
    })
}

/// Makes the verifier of a client's webhooks under secrets, which are read, or under the client's
/// own where there is none, and gives its handle. `replay` says that the caller has a replay store.
///
/// Fails when there is no secret, and with `replay` where no timestamp is signed.
#[wasm_bindgen(js_name = providerWebhook)]
pub fn webhook(client: f64, length: usize, replay: bool) -> f64 {
    given(|| {
        let client = slab::find::<Client>(client)?;
        let secrets = webhook::secrets(memory::written(length).fields());
        let webhook = client.configured.webhook(secrets)?;
        let webhook = ConfiguredWebhook::new(webhook, Some(client.provider), replay)?;
        Ok(slab::keep(webhook))
    })
}

/// Reads a verified delivery's body and leaves the event as JSON text.
///
/// Fails with `ERR_WEBHOOK_PAYLOAD_INVALID`.
#[wasm_bindgen(js_name = providerEvent)]
pub fn event(client: f64, body: &[u8]) -> f64 {
    given(|| {
        let client = slab::find::<Client>(client)?;
        let event = client.configured.event(body);
        let event = event.map_err(|error| client.failure(error))?;
        Ok(event.to_string())
    })
}

/// Begins a call. The operation is read, and parameters and options as JSON texts of objects.
///
/// Fails with `ERR_CONFIG_INVALID` naming what is wrong.
#[wasm_bindgen(js_name = startProviderCall)]
pub fn start_call(client: f64, length: usize) -> f64 {
    serve(client, length, |client, mut fields| {
        let (operation, parameters, options) = (fields.text(), fields.text(), fields.text());
        let configured = &client.configured;
        let flow = configured.call(operation, parameters, options, call::entropy()?);
        // A call that cannot be made may fail as the provider would have it fail.
        let flow = flow.map_err(|error| match error {
            Error::Api(_) => client.failure(error),
            error => error.into(),
        })?;
        Ok(job::begin(flow, (), call::leave, Some(client.provider)))
    })
}

/// Leaves the URL of an operation that a browser is sent to. The operation is read, and its
/// parameters as JSON text.
///
/// Fails with `ERR_CONFIG_INVALID` naming what is wrong.
#[wasm_bindgen(js_name = providerUrl)]
pub fn url(client: f64, length: usize) -> f64 {
    serve(client, length, |client, mut fields| {
        let url = client.configured.url(fields.text(), fields.text())?;
        Ok(url.number())
    })
}

/// Begins to walk through the pages of a list and gives the walk's handle. The operation is read,
/// and its parameters as JSON text.
///
/// Fails when the operation is no list.
#[wasm_bindgen(js_name = providerWalk)]
pub fn walk(client: f64, length: usize) -> f64 {
    serve(client, length, |client, mut fields| {
        let api = client.configured.client();
        let walk = api.walk(fields.text(), fields.text())?;
        Ok(slab::keep(call::Pages::new(walk)))
    })
}

/// Asks the provider a question about what was verified, and leaves the answer as JSON text. The
/// question is read, and facts as the JSON text of an object.
///
/// Fails with `ERR_FORBIDDEN` where the question demands something that is not there.
#[wasm_bindgen(js_name = providerJudge)]
pub fn judge(client: f64, length: usize) -> f64 {
    serve(client, length, |client, mut fields| {
        let question = fields.text();
        let facts = options::object("facts", fields.text())?;
        let answer = client.configured.judge(question, &facts);
        let answer = answer.map_err(|error| client.failure(error))?;
        Ok(answer.to_string().number())
    })
}
