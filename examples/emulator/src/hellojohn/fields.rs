//! Reads request bodies and query strings, naming the field that is wrong.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::request::Parts,
};
use serde_json::{Map, Value};

use super::{
    HelloJohn,
    errors::{ApiError, Outcome},
};
use crate::{durations, world};

/// The members of a JSON object in the body; empty when there is no body.
#[derive(Debug, Default)]
pub(crate) struct Fields(Map<String, Value>);

impl FromRequest<Arc<HelloJohn>> for Fields {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &Arc<HelloJohn>) -> Outcome<Self> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|_| ApiError::malformed("The body could not be read"))?;
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(ApiError::malformed("The body must be a JSON object")),
            Err(_) => Err(ApiError::malformed("The body is not JSON")),
        }
    }
}

impl Fields {
    /// Any value but null.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether the member is there, null included.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A string.
    pub(crate) fn text(&self, name: &str) -> Outcome<Option<String>> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(ApiError::invalid(name, "must be a string")),
        }
    }

    /// A string that must be there and not empty.
    pub(crate) fn required(&self, name: &str) -> Outcome<String> {
        self.text(name)?
            .filter(|text| !text.is_empty())
            .ok_or_else(|| ApiError::invalid(name, "is required"))
    }

    /// One of a few strings.
    pub(crate) fn choice(&self, name: &str, choices: &[&str]) -> Outcome<Option<String>> {
        let text = self.text(name)?;
        match &text {
            Some(given) if !choices.contains(&given.as_str()) => Err(not_among(name, choices)),
            _ => Ok(text),
        }
    }

    /// A boolean.
    pub(crate) fn flag(&self, name: &str) -> Outcome<Option<bool>> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(ApiError::invalid(name, "must be true or false")),
        }
    }

    /// An object.
    pub(crate) fn object(&self, name: &str) -> Outcome<Option<Value>> {
        match self.value(name) {
            None => Ok(None),
            Some(object @ Value::Object(_)) => Ok(Some(object.clone())),
            Some(_) => Err(ApiError::invalid(name, "must be an object")),
        }
    }

    /// The members of an object, to be read the same way.
    pub(crate) fn inner(&self, name: &str) -> Outcome<Self> {
        match self.object(name)? {
            Some(Value::Object(members)) => Ok(Self(members)),
            _ => Ok(Self::default()),
        }
    }

    /// A list of strings.
    pub(crate) fn texts(&self, name: &str) -> Outcome<Option<Vec<String>>> {
        let wrong = || ApiError::invalid(name, "must be a list of strings");
        match self.value(name) {
            None => Ok(None),
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong))
                .collect::<Outcome<Vec<String>>>()
                .map(Some),
            Some(_) => Err(wrong()),
        }
    }

    /// A span of time in milliseconds: `"7d"`, or a number of seconds.
    pub(crate) fn span_ms(&self, name: &str) -> Outcome<Option<i64>> {
        let span = match self.value(name) {
            None => return Ok(None),
            Some(Value::String(text)) => durations::parse_ms(text),
            Some(Value::Number(number)) => number
                .as_i64()
                .filter(|seconds| *seconds > 0)
                .and_then(|seconds| seconds.checked_mul(1_000)),
            Some(_) => None,
        };
        span.map(Some)
            .ok_or_else(|| ApiError::invalid(name, "must be a duration such as 1h or 7d"))
    }

    /// As query parameters, for the searches that send theirs in a body.
    pub(crate) fn as_params(&self) -> Params {
        let shown = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Params(
            self.0
                .iter()
                .filter(|(_, value)| !value.is_null() && !value.is_object())
                .map(|(name, value)| (name.clone(), shown(value)))
                .collect(),
        )
    }
}

fn not_among(name: &str, choices: &[&str]) -> ApiError {
    ApiError::invalid(name, &format!("must be one of {}", choices.join(", ")))
}

/// The query string.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(HashMap<String, String>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Outcome<Self> {
        Query::<HashMap<String, String>>::try_from_uri(&parts.uri)
            .map(|Query(pairs)| Self(pairs))
            .map_err(|_| ApiError::malformed("The query string cannot be read"))
    }
}

impl Params {
    /// From names and the values that are there.
    pub(crate) fn from_pairs<const N: usize>(pairs: [(&str, Option<String>); N]) -> Self {
        Self(
            pairs
                .into_iter()
                .filter_map(|(name, value)| Some((name.to_owned(), value?)))
                .collect(),
        )
    }

    /// A value that is not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    }

    /// A value that must be there.
    pub(crate) fn required(&self, name: &str) -> Outcome<&str> {
        self.text(name)
            .ok_or_else(|| ApiError::invalid(name, "is required"))
    }

    /// One of a few values.
    pub(crate) fn choice(&self, name: &str, choices: &[&str]) -> Outcome<Option<&str>> {
        match self.text(name) {
            Some(given) if !choices.contains(&given) => Err(not_among(name, choices)),
            given => Ok(given),
        }
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, name: &str) -> Outcome<Option<bool>> {
        Ok(self
            .choice(name, &["true", "false"])?
            .map(|text| text == "true"))
    }

    /// A time in RFC 3339, as milliseconds since the Unix epoch.
    pub(crate) fn time(&self, name: &str) -> Outcome<Option<i64>> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        world::parse_rfc3339(text)
            .map(Some)
            .ok_or_else(|| ApiError::invalid(name, "must be an RFC 3339 time"))
    }

    /// Everything but the place in the list: what a cursor belongs to.
    pub(crate) fn fingerprint(&self) -> String {
        let mut pairs: Vec<String> = self
            .0
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "cursor" | "limit"))
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.sort();
        pairs.join("&")
    }

    /// These parameters and those of `other`, which win.
    pub(crate) fn merged(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}
