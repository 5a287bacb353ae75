//! What a verified delivery says of itself.

use crate::time::UnixMillis;

/// A delivery that has been verified. Only verification makes one; the body stays with the
/// caller, as the bytes that were received.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The event's or delivery's id: the header's where the signature covers it, otherwise
    /// the body's where the sender puts one there. Never an unsigned header's.
    pub id: Option<String>,
    /// When the sender signed, to the second, where the signature covers it.
    pub timestamp: Option<UnixMillis>,
    /// The kind of event, such as `user.created`, where the body names it. Never an unsigned
    /// header's.
    pub event_type: Option<String>,
    /// Which of the configured secrets signed, counted from 0: the first that matches.
    pub secret_index: usize,
    /// The name under which a [`super::ReplayStore`] remembers this delivery: the id where
    /// the signature covers it, otherwise 64 hex digits of a digest of the MACs. Senders that
    /// sign the id keep it over their retries; others sign every retry anew, so there `id`
    /// tells repeated events.
    pub replay_key: String,
}
