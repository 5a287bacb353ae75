//! When a failed call is sent again, and after how long.

use core::time::Duration;

use crate::api::date;
use crate::api::options::Limits;
use crate::http::Headers;
use crate::time::UnixMillis;

const FIRST_BACKOFF_MILLIS: u64 = 500;
const LONGEST_BACKOFF_MILLIS: u64 = 8_000;

/// The longest wait that is told, in seconds: beyond 24 days timers of JavaScript fire at once, and
/// who heeds such an advice would come back immediately.
const LONGEST_ADVICE: u64 = 2_147_483;

/// What a failed attempt allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// How many retries there were before it.
    pub(crate) retries: u32,
    /// Whether the call may be sent again at all.
    pub(crate) repeatable: bool,
    /// Seconds the provider asked for.
    pub(crate) retry_after: Option<u64>,
}

impl Attempt {
    /// How long to wait before the next attempt; `None` when there is none.
    pub(crate) fn wait(self, limits: &Limits, entropy: u64) -> Option<Duration> {
        if !self.repeatable || self.retries >= limits.max_retries {
            return None;
        }
        match self.retry_after {
            Some(secs) => {
                let is_bearable = Duration::from_secs(secs) <= limits.max_retry_wait;
                is_bearable.then(|| stretched(secs.saturating_mul(1_000), entropy))
            }
            None => Some(backoff(self.retries, entropy)),
        }
    }
}

/// The advised wait and up to a tenth of it, so that callers refused together do not come
/// back together.
fn stretched(millis: u64, entropy: u64) -> Duration {
    Duration::from_millis(millis.saturating_add(below(millis / 10, entropy)))
}

/// Full jitter: anything up to a ceiling that doubles with every attempt.
fn backoff(retries: u32, entropy: u64) -> Duration {
    let ceiling = FIRST_BACKOFF_MILLIS.saturating_mul(1 << retries.min(16));
    Duration::from_millis(below(ceiling.min(LONGEST_BACKOFF_MILLIS), entropy))
}

/// A number from 0 to `most`, of which the low bits of `entropy` decide.
const fn below(most: u64, entropy: u64) -> u64 {
    match most.checked_add(1) {
        Some(count) => entropy % count,
        None => entropy,
    }
}

/// The seconds a refusal asks for: `Retry-After` (seconds or a date, RFC 9110 §10.2.3), else
/// what the body says, else the reset of the rate limit.
pub(crate) fn retry_after(
    headers: &Headers,
    in_body: Option<u64>,
    limited: bool,
    now: UnixMillis,
) -> Option<u64> {
    let from_now = |secs: u64| secs.saturating_sub(now.as_secs());
    let advised = headers.first("retry-after").and_then(|value| {
        let value = value.trim();
        digits(value).or_else(|| date::parse(value).map(from_now))
    });
    let reset = || {
        headers
            .first("x-ratelimit-reset")
            .filter(|_| limited)
            .and_then(|value| digits(value.trim()))
            .map(from_now)
    };
    advised
        .or(in_body)
        .or_else(reset)
        .or_else(|| limited.then_some(1))
        .map(|secs| secs.min(LONGEST_ADVICE))
}

/// A number of plain digits; one too large to count is as good as the largest.
fn digits(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis::from_secs(1_700_000_000);

    fn headers(fields: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::new();
        for (name, value) in fields {
            headers.append_received(*name, *value);
        }
        headers
    }

    #[test]
    fn the_first_source_that_says_something_counts() {
        let reset = ("X-RateLimit-Reset", "1700000060");
        let all = headers(&[("Retry-After", "7"), reset]);
        assert_eq!(retry_after(&all, Some(23), true, NOW), Some(7));
        let no_header = headers(&[reset]);
        assert_eq!(retry_after(&no_header, Some(23), true, NOW), Some(23));
        assert_eq!(retry_after(&no_header, None, true, NOW), Some(60));
        assert_eq!(retry_after(&headers(&[]), None, true, NOW), Some(1));
    }

    #[test]
    fn a_refusal_that_is_no_rate_limit_advises_by_header_or_body_only() {
        let reset = headers(&[("X-RateLimit-Reset", "1700000060")]);
        assert_eq!(retry_after(&reset, None, false, NOW), None);
        let advised = headers(&[("Retry-After", "3")]);
        assert_eq!(retry_after(&advised, None, false, NOW), Some(3));
    }

    #[test]
    fn dates_count_from_now_and_the_past_is_zero() {
        let ahead = headers(&[("retry-after", "Tue, 14 Nov 2023 22:13:50 GMT")]);
        assert_eq!(retry_after(&ahead, None, true, NOW), Some(30));
        let past = headers(&[("retry-after", "Tue, 14 Nov 2023 22:13:10 GMT")]);
        assert_eq!(retry_after(&past, None, true, NOW), Some(0));
        let odd = headers(&[("retry-after", "-5"), ("x-ratelimit-reset", "1")]);
        assert_eq!(retry_after(&odd, None, true, NOW), Some(0));
        let huge = headers(&[("retry-after", "99999999999999999999999")]);
        assert_eq!(retry_after(&huge, None, true, NOW), Some(LONGEST_ADVICE));
        let in_body = retry_after(&headers(&[]), Some(u64::MAX), true, NOW);
        assert_eq!(in_body, Some(LONGEST_ADVICE));
    }

    fn attempt(retries: u32, retry_after: Option<u64>) -> Attempt {
        Attempt {
            retries,
            repeatable: true,
            retry_after,
        }
    }

    #[test]
    fn backoff_doubles_to_a_ceiling_and_is_jittered_over_its_whole_span() {
        let limits = Limits {
            max_retries: 10,
            ..Limits::default()
        };
        for (retries, ceiling) in [
            (0, 500),
            (1, 1_000),
            (2, 2_000),
            (3, 4_000),
            (4, 8_000),
            (9, 8_000),
        ] {
            let wait = |entropy| attempt(retries, None).wait(&limits, entropy).unwrap();
            assert_eq!(wait(0), Duration::ZERO);
            assert_eq!(wait(ceiling), Duration::from_millis(ceiling));
            assert_eq!(wait(ceiling + 1), Duration::ZERO);
        }
    }

    #[test]
    fn an_advised_wait_is_kept_and_stretched_by_at_most_a_tenth() {
        let limits = Limits::default();
        let wait = |entropy| attempt(0, Some(10)).wait(&limits, entropy).unwrap();
        assert_eq!(wait(0), Duration::from_secs(10));
        assert_eq!(wait(1_000), Duration::from_secs(11));
        assert_eq!(wait(1_001), Duration::from_secs(10));
    }

    #[test]
    fn a_wait_beyond_the_ceiling_ends_the_call() {
        let limits = Limits::default();
        assert!(attempt(0, Some(60)).wait(&limits, 0).is_some());
        assert_eq!(attempt(0, Some(61)).wait(&limits, 0), None);
        assert_eq!(attempt(0, Some(u64::MAX)).wait(&limits, 0), None);
    }

    #[test]
    fn there_are_no_more_retries_than_allowed() {
        let limits = Limits::default();
        assert!(attempt(1, None).wait(&limits, 0).is_some());
        assert_eq!(attempt(2, None).wait(&limits, 0), None);
        let never = Attempt {
            repeatable: false,
            ..attempt(0, None)
        };
        assert_eq!(never.wait(&limits, 0), None);
    }
}
