//! Rules that make matching requests go wrong.

use std::{collections::BTreeMap, sync::Mutex};

use axum::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::locked;

/// One rule: which requests, how often, and what happens to them.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Which requests; all of them when absent.
    #[serde(default, rename = "match")]
    pub matches: Match,
    /// How many requests are left alone first. Default 0.
    #[serde(default)]
    pub skip: u64,
    /// How many requests it then hits. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// What happens.
    pub fault: Fault,
}

/// Which requests a rule is about.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// HTTP method, in any case. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Start of the path. Default: all. The controls never match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// What happens to a request. `latency_ms` and `execute` go with everything,
/// of the others one is given.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// Wait this long first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<u64>,
    /// Carry the request out before its answer is lost or replaced, as when a
    /// gateway fails after the server has worked. Default false.
    #[serde(skip_serializing_if = "is_false")]
    pub execute: bool,
    /// Answer with this status instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Body of that answer: a string as it is, anything else as JSON.
    /// Default: an error object that fits the status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Headers of the answer. Alone, they are set on the true answer.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// `Retry-After` of the answer, as given: seconds or an HTTP date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<Value>,
    /// Close the connection without an answer.
    #[serde(skip_serializing_if = "is_false")]
    pub drop: bool,
    /// Never answer.
    #[serde(skip_serializing_if = "is_false")]
    pub stall: bool,
    /// Answer with a redirect to this URL (302, or `status`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
    /// Break off in the middle of the true answer.
    #[serde(skip_serializing_if = "is_false")]
    pub truncate: bool,
    /// Answer with JSON of this many bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_bytes: Option<u64>,
    /// Wait this long between pieces of the body (true or `body_bytes`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drip_ms: Option<u64>,
    /// Bytes per piece. Default 1 when dripping the true answer, else 16384.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk_bytes: Option<usize>,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Fault {
    /// What it does, in one word, for the request log.
    pub fn name(&self) -> &'static str {
        match self {
            Self { drop: true, .. } => "drop",
            Self { stall: true, .. } => "stall",
            Self {
                redirect: Some(_), ..
            } => "redirect",
            Self {
                body_bytes: Some(_),
                ..
            } => "body_bytes",
            Self {
                status: Some(_), ..
            } => "status",
            Self { truncate: true, .. } => "truncate",
            Self {
                drip_ms: Some(_), ..
            } => "drip",
            Self { headers, .. } if !headers.is_empty() => "headers",
            _ => "latency",
        }
    }
}

/// The rules in force, first match first.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Vec<Rule>>,
}

impl Faults {
    /// Adds rules after those in force.
    pub fn add(&self, rules: Vec<Rule>) {
        locked(&self.rules).extend(rules);
    }

    /// Removes every rule.
    pub fn clear(&self) {
        locked(&self.rules).clear();
    }

    /// The rules in force, with what is left of `skip` and `times`.
    pub fn list(&self) -> Vec<Rule> {
        locked(&self.rules).clone()
    }

    /// The fault for a request; uses up one of the rule's `times`.
    pub fn take(&self, method: &Method, path: &str) -> Option<Fault> {
        let mut rules = locked(&self.rules);
        let position = rules.iter().position(|rule| rule.covers(method, path))?;
        let rule = rules.get_mut(position)?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        let fault = rule.fault.clone();
        if let Some(times) = rule.times.as_mut() {
            *times -= 1;
            if *times == 0 {
                rules.remove(position);
            }
        }
        Some(fault)
    }
}

impl Rule {
    fn covers(&self, method: &Method, path: &str) -> bool {
        let Match {
            method: wanted,
            path: prefix,
        } = &self.matches;
        self.times != Some(0)
            && wanted
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()))
            && prefix
                .as_ref()
                .is_none_or(|prefix| path.starts_with(prefix))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(rules: Value) -> Faults {
        let faults = Faults::default();
        faults.add(serde_json::from_value(rules).expect("rules"));
        faults
    }

    #[test]
    fn a_rule_hits_as_often_as_it_says_after_those_it_skips() {
        let faults = faults(json!([{"skip": 1, "times": 2, "fault": {"status": 503}}]));
        let hits: Vec<bool> = (0..4)
            .map(|_| faults.take(&Method::GET, "/v1/users").is_some())
            .collect();
        assert_eq!(hits, [false, true, true, false]);
        assert!(faults.list().is_empty());
    }

    #[test]
    fn method_and_path_must_both_match() {
        let faults = faults(
            json!([{"match": {"method": "post", "path": "/v1/users"}, "fault": {"drop": true}}]),
        );
        assert!(faults.take(&Method::GET, "/v1/users").is_none());
        assert!(faults.take(&Method::POST, "/v1/sessions").is_none());
        assert_eq!(
            faults.take(&Method::POST, "/v1/users/x").map(|f| f.name()),
            Some("drop")
        );
    }

    #[test]
    fn a_misspelt_member_is_refused() {
        let rule = serde_json::from_value::<Rule>(json!({"fault": {"latency": 5}}));
        assert!(rule.is_err());
    }
}
