//! The proxy's clock, read no more often than needed.
//!
//! Asking the proxy for the time costs as much as everything else that a known token needs. Each
//! worker looks around twice a second anyway, so most requests can be judged by the moment of
//! that look: what holds then and [`MAX_LAG`] later holds now as well.

use core::time::Duration;

use crate::time::UnixMillis;

/// How far a look may lie back: many times as long as between two of them.
pub const MAX_LAG: Duration = Duration::from_secs(5);

/// A clock.
pub trait Clock {
    /// The time.
    fn now(&self) -> UnixMillis;

    /// A moment no more than [`MAX_LAG`] ago, where one is known without asking.
    fn recent(&self) -> Option<UnixMillis>;
}

/// A moment as a clock that stands still.
impl Clock for UnixMillis {
    fn now(&self) -> UnixMillis {
        *self
    }

    fn recent(&self) -> Option<UnixMillis> {
        None
    }
}
