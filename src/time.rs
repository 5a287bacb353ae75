//! Points in time as the core knows them: given by the host, never read from a clock.
//!
//! Two types, because two worlds meet here: a host's clock counts whole milliseconds
//! ([`UnixMillis`]), a token's claims count seconds, with fractions allowed
//! ([`NumericDate`], RFC 7519 §2). Neither can overflow, wrap or be NaN.

use core::time::Duration;

use crate::error::ConfigError;

/// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMillis(u64);

impl UnixMillis {
    /// The earliest moment that a host's own clock may claim: 2024-01-01T00:00:00Z.
    ///
    /// A clock below it is broken or not running (Workers report 0 at global scope);
    /// judging `exp` by it would let every expired token pass.
    pub const CLOCK_FLOOR: Self = Self(1_704_067_200_000);

    /// The moment `millis` milliseconds after the epoch.
    pub const fn new(millis: u64) -> Self {
        Self(millis)
    }

    /// The moment `secs` seconds after the epoch; the far end of time instead of overflow.
    pub const fn from_secs(secs: u64) -> Self {
        Self(thousandfold(secs))
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn as_secs(self) -> u64 {
        self.0 / 1_000
    }

    /// Seconds since the epoch with their fraction, exact for the next 285,000 years.
    pub const fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1_000.0
    }

    /// The moment `duration` later; the far end of time instead of overflow.
    pub const fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis_of(duration)))
    }

    /// The moment `millis` milliseconds later; the far end of time instead of overflow.
    pub(crate) const fn after_millis(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds that have passed since `earlier`; 0 when `earlier` lies ahead.
    pub(crate) const fn millis_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The moment `duration` earlier; the epoch instead of underflow.
    pub const fn before(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis_of(duration)))
    }

    /// The time that has passed since `earlier`; zero when `earlier` lies ahead.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.millis_since(earlier))
    }
}

/// The moment to judge at: one that the caller has named, or the host's own time, which must be
/// credible.
///
/// # Errors
///
/// [`ConfigError`] when the host's clock stands before [`UnixMillis::CLOCK_FLOOR`], as Workers'
/// clock does outside of requests.
pub fn moment(now: UnixMillis, date: Option<UnixMillis>) -> Result<UnixMillis, ConfigError> {
    match date {
        Some(date) => Ok(date),
        None if now < UnixMillis::CLOCK_FLOOR => Err(ConfigError::new(
            "currentDate",
            "the host's clock stands before 2024; some hosts have no clock at global scope",
        )),
        None => Ok(now),
    }
}

/// Whole milliseconds of a duration. In 64 bits, as [`Duration`]'s own 128 are software in a
/// wasm module.
pub(crate) const fn millis_of(duration: Duration) -> u64 {
    thousandfold(duration.as_secs()).saturating_add(duration.subsec_millis() as u64)
}

const fn thousandfold(count: u64) -> u64 {
    if count > u64::MAX / 1_000 {
        u64::MAX
    } else {
        count * 1_000
    }
}

/// A JSON numeric date (RFC 7519 §2): seconds since the epoch, possibly with a fraction,
/// always finite.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct NumericDate(f64);

impl NumericDate {
    /// Takes a number of seconds; `None` for NaN and the infinities.
    pub fn new(secs: f64) -> Option<Self> {
        secs.is_finite().then_some(Self(secs))
    }

    /// Seconds since the epoch.
    pub const fn as_secs_f64(self) -> f64 {
        self.0
    }

    /// Whether `now` is at or past this date by at least `tolerance`
    /// (`exp` is exclusive, RFC 7519 §4.1.4).
    pub fn has_passed(self, now: UnixMillis, tolerance: Duration) -> bool {
        now.as_secs_f64() - self.0 >= tolerance.as_secs_f64()
    }

    /// Whether this date lies ahead of `now` by more than `tolerance`
    /// (`nbf` is inclusive, RFC 7519 §4.1.5).
    pub fn is_ahead(self, now: UnixMillis, tolerance: Duration) -> bool {
        self.0 - now.as_secs_f64() > tolerance.as_secs_f64()
    }

    /// Whether more than `age` has passed between this date and `now`.
    pub fn is_older_than(self, age: Duration, now: UnixMillis) -> bool {
        now.as_secs_f64() - self.0 > age.as_secs_f64()
    }

    /// This date on the host's scale, rounded down; the epoch when it lies before it.
    pub fn to_millis(self) -> UnixMillis {
        // A float cast saturates: negative becomes 0, huge becomes u64::MAX.
        UnixMillis((self.0 * 1_000.0) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis::from_secs(1_000);

    fn date(secs: f64) -> NumericDate {
        NumericDate::new(secs).unwrap()
    }

    #[test]
    fn exp_is_exclusive_and_nbf_inclusive() {
        assert!(date(1_000.0).has_passed(NOW, Duration::ZERO));
        assert!(!date(1_000.5).has_passed(NOW, Duration::ZERO));
        assert!(!date(1_000.0).is_ahead(NOW, Duration::ZERO));
        assert!(date(1_000.001).is_ahead(NOW, Duration::ZERO));
    }

    #[test]
    fn tolerance_moves_both_edges_by_its_full_length() {
        let five = Duration::from_secs(5);
        assert!(!date(995.5).has_passed(NOW, five));
        assert!(date(995.0).has_passed(NOW, five));
        assert!(!date(1_005.0).is_ahead(NOW, five));
        assert!(date(1_005.5).is_ahead(NOW, five));
    }

    #[test]
    fn extremes_saturate() {
        assert!(NumericDate::new(f64::NAN).is_none());
        assert!(NumericDate::new(f64::INFINITY).is_none());
        assert!(!date(f64::MAX).has_passed(UnixMillis::new(u64::MAX), Duration::ZERO));
        assert!(date(f64::MIN).has_passed(UnixMillis::new(0), Duration::MAX));
        assert_eq!(date(f64::MAX).to_millis(), UnixMillis::new(u64::MAX));
        assert_eq!(date(-1.0).to_millis(), UnixMillis::new(0));
        assert_eq!(
            UnixMillis::new(u64::MAX).after(Duration::MAX),
            UnixMillis::new(u64::MAX)
        );
        assert_eq!(UnixMillis::new(5).before(Duration::MAX), UnixMillis::new(0));
        assert_eq!(UnixMillis::new(5).since(UnixMillis::new(9)), Duration::ZERO);
    }
}
