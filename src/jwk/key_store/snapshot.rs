//! A set as text, for a host that keeps it in KV, a cache or a file.

use super::{ConfigError, JwkSet, KeyStore, Loaded};
use crate::json::{Json, Object, Value};
use crate::time::UnixMillis;

/// A set that a host has kept.
pub(crate) struct Kept(Loaded);

impl KeyStore {
    /// The set as JSON text for a host's own storage; `None` while there is none to keep.
    pub fn snapshot(&self) -> Option<String> {
        let (remote, loaded) = (self.remote.as_ref()?, self.loaded.as_ref()?);
        Some(format!(
            "{{\"version\":1,\"source\":{},\"fetchedAt\":{},\"jwks\":{}}}",
            Json::from(remote.location.identity()),
            loaded.fetched_at.as_millis(),
            loaded.text,
        ))
    }

    /// Takes a set that [`KeyStore::snapshot`] gave out, unless a newer one is there. Its
    /// age goes on counting; a time ahead of `now` is taken as `now`, where the host has a clock.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the text is no snapshot, or one of another source's keys.
    pub fn restore(&mut self, snapshot: &str, now: UnixMillis) -> Result<(), ConfigError> {
        let kept = self.read_snapshot(snapshot, now)?;
        self.take_kept(kept);
        Ok(())
    }

    /// Reads a snapshot of this store's keys and changes nothing.
    ///
    /// # Errors
    ///
    /// Those of [`Self::restore`].
    pub(crate) fn read_snapshot(
        &self,
        snapshot: &str,
        now: UnixMillis,
    ) -> Result<Kept, ConfigError> {
        let refuse = |problem: &'static str| ConfigError::new("snapshot", problem);
        let Some(remote) = &self.remote else {
            return Err(refuse("these keys are not fetched"));
        };
        let object = Object::parse(snapshot.as_bytes()).map_err(|_| refuse("is not JSON"))?;
        let number = |name| object.member(name)?.as_u64();
        if number("version") != Some(1) {
            return Err(refuse("is of an unknown version"));
        }
        if object.text("source").as_deref() != Some(remote.location.identity()) {
            return Err(refuse("belongs to another issuer or URI"));
        }
        let fetched_at = number("fetchedAt").map(UnixMillis::new);
        let fetched_at = fetched_at.ok_or_else(|| refuse("has no fetchedAt"))?;
        let Some(Value::Object(text)) = object.member("jwks") else {
            return Err(refuse("has no jwks"));
        };
        let (set, text) =
            JwkSet::parse_and_keep(text.as_bytes()).map_err(|_| refuse("holds no usable keys"))?;
        Ok(Kept(Loaded {
            set,
            text,
            // A host that has no clock for now, as Workers at global scope, cannot tell what is ahead.
            fetched_at: match now < UnixMillis::CLOCK_FLOOR {
                true => fetched_at,
                false => fetched_at.min(now),
            },
        }))
    }

    /// Takes what was read of a snapshot, unless a newer set is there.
    pub(crate) fn take_kept(&mut self, Kept(kept): Kept) {
        let own = self.loaded.as_ref().map(|loaded| loaded.fetched_at);
        if own.is_none_or(|own| own < kept.fetched_at) {
            let failure = self.failure.take();
            self.apply(kept.set, kept.text, kept.fetched_at);
            self.failure = failure;
        }
    }
}
