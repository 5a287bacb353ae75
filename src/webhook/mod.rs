//! Webhooks: whether a delivery comes from who holds the secret, as it was signed, now, and
//! for the first time.
//!
//! A [`Webhook`] is made once from a [`Scheme`] and the [`Secret`]s, which is where every
//! mistake of configuration shows. It judges deliveries whole ([`Webhook::verify`]) or as
//! they stream in ([`Webhook::start`]), with the same verdict. It has no clock: the host gives
//! the time.
//!
//! # Order of verification
//!
//! 1. Headers that the scheme names: each at most once, at most 8 KiB, visible ASCII; at
//!    most 16 entries of signatures, counted before any is decoded.
//! 2. Signatures of the versions that the scheme has, decoded to their full length. The
//!    sender's header chooses neither the hash nor the kind of key: a MAC is never tried
//!    under a public key, nor the other way round.
//! 3. Timestamp: 1 to 12 digits, no further from now than the tolerance in either
//!    direction, the edges included. Its text goes into the MAC as it was received.
//! 4. Id: no character that could move its end within the signed bytes.
//! 5. Body, as bytes: over the ceiling it is refused before it is hashed.
//!    Where a host lends its hash ([`Webhook::borrow_from`]) it hashes bodies that are there as
//!    a whole; pieces are hashed here, because a hash that fails half-way could not be made up for.
//! 6. Every signature against every secret in constant time, without an early end.
//! 7. JSON, where the scheme promises it.
//!
//! # What this does not do
//!
//! - It does not remember deliveries. Within the tolerance a recorded delivery verifies again:
//!   claim [`Event::replay_key`] in a [`ReplayStore`], as [`Webhook::verify_once`] does. Where
//!   a scheme signs no timestamp (`github`, `shopify`, the body-only ones) a recorded delivery
//!   verifies for ever.
//! - It does not vouch for headers that the scheme does not sign, such as `X-GitHub-Event`.
//! - It does not sign.
//!
//! # Example
//!
//! ```
//! use countersign::http::Headers;
//! use countersign::time::UnixMillis;
//! use countersign::webhook::{Options, Scheme, Webhook};
//!
//! let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
//! let webhook = Webhook::new(Options::new(Scheme::named("standard")?, [secret]))?;
//!
//! let mut headers = Headers::new();
//! headers.append_received("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek");
//! headers.append_received("webhook-timestamp", "1614265330");
//! headers.append_received("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
//! let now = UnixMillis::from_secs(1_614_265_400);
//! let event = webhook.verify(&headers, br#"{"test": 2432232314}"#, now)?;
//! assert_eq!(event.id.as_deref(), Some("msg_p5jXN8AQM9LWM0D4loKWxJek"));
//! # Ok::<(), countersign::error::Error>(())
//! ```

mod content;
mod delivery;
mod envelope;
mod event;
mod json_string;
mod key;
mod preset;
mod replay;
mod row;
mod scheme;
mod secret;
mod signature;
mod stream;

use core::fmt;
use core::time::Duration;
use std::sync::Arc;

use crate::crypto::Lender;
use crate::error::{ConfigError, Error, WebhookError};
use crate::http::Headers;
use crate::time::UnixMillis;

pub use delivery::{MAX_HEADER_BYTES, Received};
pub use event::Event;
pub use replay::{MemoryReplayStore, ReplayStore};
pub use row::{Encoding, Fields, Format, Hash, SchemeRow, SecretEncoding};
pub use scheme::Scheme;
pub use secret::{MAX_SECRETS, Secret};
pub use signature::MAX_SIGNATURES;
pub use stream::Stream;

use delivery::Delivery;
use envelope::Wanted;
use key::{Key, Mac};

/// How far a timestamp may lie from now unless said otherwise: what most senders document.
pub const DEFAULT_TOLERANCE: Duration = Duration::from_secs(300);

/// The widest tolerance: a day. Beyond it a timestamp protects nobody.
pub const MAX_TOLERANCE: Duration = Duration::from_secs(86_400);

/// How many bytes a body may have unless said otherwise: 1 MiB.
pub const DEFAULT_MAX_BODY_BYTES: usize = 1 << 20;

/// What a [`Webhook`] is made from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// How the sender signs.
    pub scheme: Scheme,
    /// The secrets, 1 to [`MAX_SECRETS`]. Any may match; each costs the same work.
    pub secrets: Vec<Secret>,
    /// How far a timestamp may lie from now in either direction, the edge included.
    /// Default: [`DEFAULT_TOLERANCE`]; at most [`MAX_TOLERANCE`]. It cannot be given for a scheme
    /// that signs no timestamp.
    pub tolerance: Option<Duration>,
    /// The most bytes a body may have. Default: [`DEFAULT_MAX_BODY_BYTES`].
    pub max_body_bytes: Option<usize>,
    /// How long a [`ReplayStore`] is to remember a delivery. Default: twice the tolerance,
    /// which is how long one verifies; never less. Without a default where no timestamp is signed.
    pub replay_ttl: Option<Duration>,
}

impl Options {
    /// Takes what every webhook needs; the rest stands at its default.
    pub fn new(scheme: Scheme, secrets: impl IntoIterator<Item: Into<Secret>>) -> Self {
        Self {
            scheme,
            secrets: secrets.into_iter().map(Into::into).collect(),
            tolerance: None,
            max_body_bytes: None,
            replay_ttl: None,
        }
    }
}

/// Verifies the deliveries of one sender. Cheap to clone; clones share their keys.
#[derive(Clone)]
pub struct Webhook {
    rules: Arc<Rules>,
    lender: Option<&'static dyn Lender>,
}

/// What holds for every delivery.
struct Rules {
    scheme: Scheme,
    keys: Vec<Key>,
    tolerance: Duration,
    max_body_bytes: usize,
    replay_ttl: Option<Duration>,
}

impl Webhook {
    /// Checks the options and prepares the keys.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] naming the option: `secrets` when there is none, there are too many, or
    /// one is blank, not in its scheme's encoding, too short or long for it, or a key of
    /// the wrong kind; `tolerance` when it is over its ceiling or the scheme signs no timestamp;
    /// `maxBodyBytes` when it is 0; `replayTtl` when it is 0 or shorter than a delivery verifies.
    pub fn new(options: Options) -> Result<Self, ConfigError> {
        let tolerance = tolerance(&options)?;
        let replay_ttl = replay_ttl(&options, tolerance)?;
        let max_body_bytes = options.max_body_bytes.unwrap_or(DEFAULT_MAX_BODY_BYTES);
        if max_body_bytes == 0 {
            return Err(ConfigError::new("maxBodyBytes", "must not be 0"));
        }
        if !(1..=MAX_SECRETS).contains(&options.secrets.len()) {
            return Err(ConfigError::new(
                "secrets",
                "must be given, 1 to 16 of them",
            ));
        }
        let mut keys = Vec::with_capacity(options.secrets.len());
        for secret in &options.secrets {
            keys.push(secret.key(&options.scheme)?);
        }
        Ok(Self {
            rules: Arc::new(Rules {
                scheme: options.scheme,
                keys,
                tolerance,
                max_body_bytes,
                replay_ttl,
            }),
            lender: None,
        })
    }

    /// Has long bodies hashed by a host from now on, where they are there as a whole and it
    /// hashes them faster. A secret's padded block (RFC 2104 §2) is a part of what it hashes.
    pub fn borrow_from(&mut self, lender: &'static dyn Lender) {
        self.lender = Some(lender);
    }

    /// How the sender signs.
    pub fn scheme(&self) -> &Scheme {
        &self.rules.scheme
    }

    /// Verifies a whole delivery.
    ///
    /// # Errors
    ///
    /// [`WebhookError`] by its code:
    ///
    /// - `ERR_WEBHOOK_HEADER_MISSING`, `…_HEADER_DUPLICATE`: a header that the scheme names is
    ///   not there, or there twice, even with one value;
    /// - `ERR_WEBHOOK_HEADER_INVALID`: a header is too long or holds other than visible ASCII,
    ///   no signature in it is of a version, an encoding and a length that the scheme has, or
    ///   the id could end elsewhere;
    /// - `ERR_WEBHOOK_TOO_MANY_SIGNATURES`: more than [`MAX_SIGNATURES`] entries;
    /// - `ERR_WEBHOOK_TIMESTAMP_INVALID`, `…_EXPIRED`, `…_FUTURE`: not 1 to 12 digits, or two
    ///   that differ; older, or further ahead, than the tolerance;
    /// - those of [`Stream::finish`].
    pub fn verify(&self, headers: &Headers, body: &[u8], now: UnixMillis) -> Result<Event, Error> {
        self.start(headers, now)?.finish_with(body)
    }

    /// Judges the headers of a delivery whose body comes in pieces.
    ///
    /// # Errors
    ///
    /// Those of [`Self::verify`] that headers and time decide.
    pub fn start(&self, headers: &Headers, now: UnixMillis) -> Result<Stream, Error> {
        self.start_received(&headers.iter().collect::<Vec<_>>(), now)
    }

    /// The same of names and values as a host holds them. Headers that the scheme does not name
    /// ([`Scheme::header_names`]) make no difference, there or not.
    ///
    /// # Errors
    ///
    /// Those of [`Self::start`].
    pub fn start_received(&self, headers: Received<'_>, now: UnixMillis) -> Result<Stream, Error> {
        let delivery = Delivery::read(&self.rules.scheme, headers)?;
        delivery.check_time(now, self.rules.tolerance)?;
        Ok(Stream::new(self.rules.clone(), self.lender, delivery))
    }

    /// Verifies a whole delivery and claims it, so that it is accepted once.
    ///
    /// Give it back with [`ReplayStore::release`] when handling it fails.
    ///
    /// # Errors
    ///
    /// Those of [`Self::verify`] and [`Self::replay_ttl`], and `ERR_WEBHOOK_REPLAYED` when the
    /// store knows the delivery.
    pub fn verify_once(
        &self,
        headers: &Headers,
        body: &[u8],
        now: UnixMillis,
        store: &impl ReplayStore,
    ) -> Result<Event, Error> {
        let ttl = self.replay_ttl()?;
        let event = self.verify(headers, body, now)?;
        if store.claim(&event.replay_key, ttl, now) {
            Ok(event)
        } else {
            Err(WebhookError::Replayed.into())
        }
    }

    /// How long a [`ReplayStore`] has to remember a delivery. A host that has one asks for this
    /// when it is configured, not with the first delivery.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] on `replayTtl` when it was not given and the scheme signs no timestamp,
    /// so that nothing says when a delivery stops verifying.
    pub fn replay_ttl(&self) -> Result<Duration, ConfigError> {
        self.rules.replay_ttl.ok_or_else(|| {
            ConfigError::new(
                "replayTtl",
                "must be given, as this scheme signs no timestamp",
            )
        })
    }
}

fn tolerance(options: &Options) -> Result<Duration, ConfigError> {
    match options.tolerance {
        Some(_) if !options.scheme.signs_timestamp() => Err(ConfigError::new(
            "tolerance",
            "cannot be kept, as this scheme signs no timestamp",
        )),
        Some(tolerance) if tolerance > MAX_TOLERANCE => Err(ConfigError::new(
            "tolerance",
            "must not be more than 86400 seconds",
        )),
        tolerance => Ok(tolerance.unwrap_or(DEFAULT_TOLERANCE)),
    }
}

fn replay_ttl(options: &Options, tolerance: Duration) -> Result<Option<Duration>, ConfigError> {
    // From the earliest moment a delivery verifies to the latest.
    let window = options
        .scheme
        .signs_timestamp()
        .then_some(tolerance.saturating_mul(2));
    match options.replay_ttl {
        Some(Duration::ZERO) => Err(ConfigError::new("replayTtl", "must not be 0")),
        Some(ttl) if window.is_some_and(|window| ttl < window) => Err(ConfigError::new(
            "replayTtl",
            "must not be less than twice the tolerance",
        )),
        Some(ttl) => Ok(Some(ttl)),
        None => Ok(window.map(|window| window.max(Duration::from_secs(1)))),
    }
}

impl Rules {
    /// The first secret that made one of the signatures. All of them are tried.
    fn matching_secret(
        &self,
        delivery: &Delivery,
        macs: &[Option<Mac>],
        message: &[u8],
    ) -> Option<usize> {
        let mut first = None;
        for (index, (key, mac)) in self.keys.iter().zip(macs).enumerate() {
            let signed = key.signed(&delivery.signatures, mac.as_ref(), message);
            if signed && first.is_none() {
                first = Some(index);
            }
        }
        first
    }

    /// What is read from the body.
    fn wanted(&self) -> Wanted {
        let traits = self.scheme.traits;
        Wanted {
            event_type: traits.type_member,
            id: traits.id_member,
            whole: traits.json,
        }
    }
}

/// Keys are never shown.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("scheme", &self.rules.scheme.name())
            .finish_non_exhaustive()
    }
}
