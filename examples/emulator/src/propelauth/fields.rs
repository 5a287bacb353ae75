//! Reads request bodies and query strings, naming the field that is wrong.

use std::collections::HashMap;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{StatusCode, request::Parts},
};
use serde_json::{Map, Value, json};

use super::answers::Refusal;

/// The members of a JSON object in the body; empty when there is no body.
#[derive(Debug, Default)]
pub(crate) struct Fields(Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        const UNREADABLE: Refusal = Refusal::plain(StatusCode::BAD_REQUEST, "Invalid JSON");
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|_| UNREADABLE)?;
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|_| UNREADABLE)
    }
}

impl Fields {
    /// Any value but null.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A string.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(Refusal::field(name, "must be a string")),
        }
    }

    /// A string that must be there and not empty.
    pub(crate) fn required(&self, name: &str) -> Result<String, Refusal> {
        self.text(name)?
            .filter(|text| !text.is_empty())
            .ok_or_else(|| Refusal::field(name, "is required"))
    }

    /// An e-mail address that must be there.
    pub(crate) fn email(&self, name: &str) -> Result<String, Refusal> {
        let email = self.required(name)?;
        match email.split_once('@') {
            Some((local, domain)) if !local.is_empty() && domain.contains('.') => Ok(email),
            _ => Err(Refusal::field(name, "is not an e-mail address")),
        }
    }

    /// A boolean; false where it is not there.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.value(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(Refusal::field(name, "must be true or false")),
        }
    }

    /// A whole number.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, Refusal> {
        self.value(name)
            .map(|value| {
                value
                    .as_i64()
                    .ok_or_else(|| Refusal::field(name, "must be a whole number"))
            })
            .transpose()
    }

    /// A list of strings; empty where it is not there.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let wrong = || Refusal::field(name, "must be a list of strings");
        let items = match self.value(name) {
            None => return Ok(Vec::new()),
            Some(items) => items.as_array().ok_or_else(wrong)?,
        };
        items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong))
            .collect()
    }

    /// As a query string's parameters, for searches that come in a body.
    pub(crate) fn as_params(&self) -> Params {
        let given = self.0.iter().filter(|(_, value)| !value.is_null());
        let shown = given.map(|(name, value)| {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            (name.clone(), text)
        });
        Params(shown.collect())
    }

    /// Sets every member of `target` that the body has under one of these names, null included.
    pub(crate) fn copy(&self, names: &[&str], target: &mut Map<String, Value>) {
        for name in names {
            if let Some(value) = self.0.get(*name) {
                target.insert((*name).to_owned(), value.clone());
            }
        }
    }
}

/// The query string.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params(HashMap<String, String>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        Query::from_request_parts(parts, state)
            .await
            .map(|Query(params)| Self(params))
            .map_err(|_| Refusal::plain(StatusCode::BAD_REQUEST, "Invalid query"))
    }
}

impl Params {
    /// A parameter that is there.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether a parameter is `true`, in any spelling of its letters.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name)
            .is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    /// A number of a page, or of items on it.
    fn number(&self, name: &str, default: usize) -> Result<usize, Refusal> {
        match self.text(name) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .map_err(|_| Refusal::field(name, "must be a whole number")),
        }
    }

    /// One page of `items`, which go under `name`, their number under `total`.
    pub(crate) fn page(
        &self,
        name: &str,
        total: &str,
        items: Vec<Value>,
    ) -> Result<Value, Refusal> {
        let size = self.number("page_size", 10)?;
        let number = self.number("page_number", 0)?;
        if !(1..=100).contains(&size) {
            return Err(Refusal::field("page_size", "must be from 1 to 100"));
        }
        let count = items.len();
        let start = number.saturating_mul(size);
        let shown: Vec<Value> = items.into_iter().skip(start).take(size).collect();
        let more = start.saturating_add(shown.len()) < count;
        Ok(json!({
            name: shown,
            total: count,
            "current_page": number,
            "page_size": size,
            "has_more_results": more,
        }))
    }
}
