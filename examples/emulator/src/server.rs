//! Accepts connections, finds the provider, applies faults and keeps the log.
//!
//! The accept loop is our own rather than `axum::serve`, because a fault may
//! close the connection without an answer, which only hyper's service can do.

use std::{convert::Infallible, sync::Arc, time::Instant};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;
use tracing::{debug, info, warn};

use crate::{
    controls, cors, fault_answers,
    faults::{Fault, Faults},
    options::Options,
    provider::{self, Installed},
    redaction,
    requests::{RequestLog, Seen},
    world::{Clock, Ids, World},
};

/// Bodies longer than this are refused with 413.
const MAX_BODY_BYTES: usize = 2 * 1024 * 1024;

/// The id of the request, for handlers that put it into their answer.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The emulator, bound to its port and not yet answering.
pub struct Server {
    listener: TcpListener,
    emulator: Arc<Emulator>,
    controls: Option<Router>,
}

/// Everything that answers requests.
pub struct Emulator {
    /// Clock, ids and origin.
    pub world: Arc<World>,
    /// The providers, the default one first.
    pub providers: Vec<Installed>,
    /// Faults in force.
    pub faults: Faults,
    /// Requests seen.
    pub requests: RequestLog,
}

/// A fault asks for the connection to be closed without an answer.
#[derive(Debug)]
pub struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("dropped by a fault")
    }
}

impl std::error::Error for Dropped {}

impl Server {
    /// Binds 127.0.0.1 and seeds the providers.
    ///
    /// # Errors
    /// When the port is taken or the system has no randomness.
    pub async fn bind(options: Options) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
        let world = Arc::new(World {
            clock: Clock::default(),
            ids: Ids::new(options.seed.as_deref())?,
            origin: format!("http://{}", listener.local_addr()?),
        });
        let emulator = Arc::new(Emulator {
            providers: provider::all(&world, &options),
            world,
            faults: Faults::default(),
            requests: RequestLog::default(),
        });
        let controls = (!options.no_controls).then(|| controls::routes(&emulator));
        Ok(Self {
            listener,
            emulator,
            controls,
        })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn origin(&self) -> &str {
        &self.emulator.world.origin
    }

    /// The line that says where everything is.
    pub fn ready_line(&self) -> Value {
        let providers: Map<String, Value> = self
            .emulator
            .providers
            .iter()
            .map(|installed| {
                (
                    installed.provider.name().to_owned(),
                    installed.provider.ready(),
                )
            })
            .collect();
        json!({"ready": true, "url": self.origin(), "provider": providers})
    }

    /// Answers until the future is dropped.
    ///
    /// # Errors
    /// Never by itself; a connection that cannot be accepted is logged.
    pub async fn run(self) -> std::io::Result<()> {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    self.emulator.requests.count_connection();
                    let emulator = Arc::clone(&self.emulator);
                    tokio::spawn(converse(emulator, self.controls.clone(), stream));
                }
                Err(error) => {
                    warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
            }
        }
    }
}

async fn converse(emulator: Arc<Emulator>, controls: Option<Router>, stream: TcpStream) {
    // Small answers must not wait for Nagle; a fault drips single bytes.
    let _ = stream.set_nodelay(true);
    let service =
        service_fn(move |request| answer(Arc::clone(&emulator), controls.clone(), request));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        debug!(%error, "connection ended early");
    }
}

async fn answer(
    emulator: Arc<Emulator>,
    controls: Option<Router>,
    request: hyper::Request<Incoming>,
) -> Result<Response, Dropped> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return Ok(StatusCode::PAYLOAD_TOO_LARGE.into_response());
        }
        Err(_) => return Err(Dropped),
    };
    if controls::is_control(parts.uri.path()) {
        return Ok(control(controls, parts, body).await);
    }
    emulator.serve(parts, body).await
}

async fn control(controls: Option<Router>, parts: Parts, body: Bytes) -> Response {
    debug!(method = %parts.method, path = parts.uri.path(), "control");
    if !cors::is_local(&parts.headers) {
        return (StatusCode::FORBIDDEN, "controls answer loopback only").into_response();
    }
    if let Some(preflight) = cors::preflight(&parts) {
        return preflight;
    }
    let origin = parts.headers.get(header::ORIGIN).cloned();
    let mut response = match controls {
        Some(router) => call(router, parts, body).await,
        None => StatusCode::NOT_FOUND.into_response(),
    };
    cors::allow(origin.as_ref(), response.headers_mut());
    response
}

impl Emulator {
    async fn serve(&self, mut parts: Parts, body: Bytes) -> Result<Response, Dropped> {
        let started = Instant::now();
        let id = self.world.ids.next_aside("req_");
        parts.extensions.insert(RequestId(id.clone()));
        let fault = self.faults.take(&parts.method, parts.uri.path());
        let mut seen = Seen::new(&parts, &body, &id, self.world.clock.now_ms());
        seen.fault = fault.as_ref().map(Fault::name);
        let entry = self.requests.arrived(seen);
        let method = parts.method.clone();
        let path = redaction::masked_path(parts.uri.path());

        let outcome = self.outcome(fault, parts, body).await;

        let status = outcome.as_ref().map(|response| response.status().as_u16());
        let took = started.elapsed();
        self.requests
            .answered(entry, status.as_ref().ok().copied(), took);
        let shown = status.map_or_else(|_| "dropped".to_owned(), |status| status.to_string());
        info!(%method, path, status = shown, ms = took.as_millis(), request_id = id, "request");
        outcome
    }

    async fn outcome(
        &self,
        fault: Option<Fault>,
        parts: Parts,
        body: Bytes,
    ) -> Result<Response, Dropped> {
        if let Some(preflight) = cors::preflight(&parts) {
            return Ok(preflight);
        }
        let origin = parts.headers.get(header::ORIGIN).cloned();
        let mut response = match fault {
            Some(fault) => fault_answers::apply(fault, || self.dispatch(parts, body)).await?,
            None => self.dispatch(parts, body).await,
        };
        cors::allow(origin.as_ref(), response.headers_mut());
        Ok(response)
    }

    async fn dispatch(&self, parts: Parts, body: Bytes) -> Response {
        let path = parts.uri.path();
        let wanted = self
            .providers
            .iter()
            .find(|installed| installed.provider.serves(path))
            .or_else(|| self.providers.first());
        match wanted {
            Some(installed) => call(installed.routes.clone(), parts, body).await,
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

async fn call(router: Router, parts: Parts, body: Bytes) -> Response {
    let request = Request::from_parts(parts, Body::from(body));
    let answered: Result<Response, Infallible> = router.oneshot(request).await;
    match answered {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
