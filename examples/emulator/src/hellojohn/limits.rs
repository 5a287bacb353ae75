//! Rate limits: sliding windows per group and caller.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
};

use axum::http::{HeaderMap, HeaderValue, Method, request::Parts};

use super::{credentials, options::Limits};
use crate::locked;

const MINUTE_MS: i64 = 60_000;

/// The requests of each group and caller that still count.
#[derive(Debug)]
pub(crate) struct RateLimits {
    limits: Mutex<Limits>,
    windows: Mutex<HashMap<String, VecDeque<i64>>>,
}

/// Where a caller stands with its quota.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    limit: u32,
    remaining: u32,
    reset_s: i64,
    /// Whole seconds to wait, when the request is refused.
    pub(crate) refused_for_s: Option<u64>,
}

struct Group {
    name: &'static str,
    limit: u32,
    window_ms: i64,
    per_address: bool,
}

impl RateLimits {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits: Mutex::new(limits),
            windows: Mutex::default(),
        }
    }

    /// The limits in force.
    pub(crate) fn limits(&self) -> Limits {
        *locked(&self.limits)
    }

    /// Replaces the limits and forgets what was counted.
    pub(crate) fn replace(&self, limits: Limits) {
        *locked(&self.limits) = limits;
        locked(&self.windows).clear();
    }

    /// Counts a request and says whether it may pass. A refused one does not count.
    pub(crate) fn count(&self, parts: &Parts, now_ms: i64) -> Standing {
        let limits = self.limits();
        let group = group_of(&parts.method, parts.uri.path(), &limits);
        // All callers of an emulator share one address, 127.0.0.1.
        let caller = match group.per_address {
            true => "127.0.0.1".to_owned(),
            false => credentials::caller_key(parts),
        };
        let unlimited = limits.off || group.limit == 0;
        let limit = if unlimited { 1_000_000 } else { group.limit };
        let mut windows = locked(&self.windows);
        let window = windows
            .entry(format!("{}/{caller}", group.name))
            .or_default();
        while window
            .front()
            .is_some_and(|at| *at + group.window_ms <= now_ms)
        {
            window.pop_front();
        }
        let used = u32::try_from(window.len()).unwrap_or(u32::MAX);
        let oldest = window.front().copied().unwrap_or(now_ms);
        let wait_ms = oldest + group.window_ms - now_ms;
        let mut standing = Standing {
            limit,
            remaining: limit.saturating_sub(used.saturating_add(1)),
            reset_s: (now_ms + wait_ms + 999).div_euclid(1_000),
            refused_for_s: None,
        };
        if !unlimited && used >= limit {
            standing.refused_for_s = u64::try_from((wait_ms + 999).div_euclid(1_000)).ok();
        } else if !unlimited {
            window.push_back(now_ms);
        }
        standing
    }
}

fn group_of(method: &Method, path: &str, limits: &Limits) -> Group {
    let path = path.strip_prefix("/v1").unwrap_or(path);
    let (name, limit, window_ms, per_address) = match (method, path) {
        (&Method::POST, "/auth/sign-in" | "/auth/sign-up") => {
            ("sign-in", limits.sign_in, MINUTE_MS, true)
        }
        (&Method::POST, "/auth/token/refresh") => ("refresh", limits.refresh, MINUTE_MS, false),
        (&Method::POST, "/auth/magic-link") => ("magic-link", limits.message, 10 * MINUTE_MS, true),
        (&Method::POST, "/auth/password/forgot") => {
            ("forgot", limits.message, 10 * MINUTE_MS, true)
        }
        (&Method::POST, "/mfa/verify") => ("mfa", limits.message, 10 * MINUTE_MS, true),
        (&Method::POST, path) if path.starts_with("/webhooks/") && path.ends_with("/test") => {
            ("webhook-test", limits.webhook_test, MINUTE_MS, false)
        }
        (&Method::GET | &Method::HEAD | &Method::OPTIONS, _) => {
            ("read", limits.read, MINUTE_MS, false)
        }
        _ => ("write", limits.write, MINUTE_MS, false),
    };
    Group {
        name,
        limit,
        window_ms,
        per_address,
    }
}

impl Standing {
    /// `X-RateLimit-Limit`, `-Remaining` and `-Reset` (Unix seconds).
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        headers.insert("x-ratelimit-limit", HeaderValue::from(self.limit));
        headers.insert("x-ratelimit-remaining", HeaderValue::from(self.remaining));
        headers.insert("x-ratelimit-reset", HeaderValue::from(self.reset_s));
    }
}
