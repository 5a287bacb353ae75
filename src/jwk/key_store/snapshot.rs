//! A set as text, for a host that keeps it in KV, a cache or a file.

use super::{ConfigError, JwkSet, KeyStore};
use crate::json::{Json, Object, Value};
use crate::time::UnixMillis;

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
    /// age goes on counting; a time ahead of `now` is taken as `now`.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when the text is no snapshot, or one of another source's keys.
    pub fn restore(&mut self, snapshot: &str, now: UnixMillis) -> Result<(), ConfigError> {
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
        let fetched_at = number("fetchedAt")
            .map(|millis| UnixMillis::new(millis).min(now))
            .ok_or_else(|| refuse("has no fetchedAt"))?;
        let Some(Value::Object(text)) = object.member("jwks") else {
            return Err(refuse("has no jwks"));
        };
        let set = JwkSet::parse(text.as_bytes()).map_err(|_| refuse("holds no usable keys"))?;
        if self
            .loaded
            .as_ref()
            .is_none_or(|loaded| loaded.fetched_at < fetched_at)
        {
            let failure = self.failure.take();
            self.apply(set, text.to_owned(), fetched_at);
            self.failure = failure;
        }
        Ok(())
    }
}
