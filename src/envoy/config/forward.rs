//! What goes on to the service, and where tokens are taken from.

use std::rc::Rc;

use super::fields::{Field, Fields};
use crate::envoy::claim_headers::{ClaimHeaders, is_same_name};
use crate::envoy::credential::{HeaderSource, TokenSources};
use crate::http::is_token;
use crate::json::Json;

/// Fields that mean something to the proxy or to every server: no claim may stand in them.
const NOT_FOR_CLAIMS: [&str; 9] = [
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "te",
    "transfer-encoding",
    "upgrade",
];

#[derive(Default)]
pub(super) struct Forward {
    pub(super) token: bool,
    pub(super) headers: ClaimHeaders,
}

pub(super) fn forward(fields: &mut Fields<'_>) -> Forward {
    let mut forward = Forward::default();
    let Some(field) = fields.take("forward") else {
        return forward;
    };
    let mut fields = field.object();
    forward.token = fields.flag("authorization");
    if let Some(field) = fields.take("claim_headers") {
        for (claim, field) in field.object().rest() {
            let name = header_name(&field);
            if forward.carries(&name) {
                field.is_wrong("is the header of another claim too");
            }
            forward.headers.claims.push((claim, name));
        }
    }
    if let Some(field) = fields.take("payload_header") {
        let name = header_name(&field);
        if forward.carries(&name) {
            field.is_wrong("is the header of a claim too");
        }
        forward.headers.payload = Some(name);
    }
    fields.finish();
    forward
}

impl Forward {
    /// A header cannot carry the token in and claims out.
    pub(super) fn check(&self, sources: &TokenSources, fields: &Fields<'_>) {
        for HeaderSource { name, .. } in &sources.headers {
            let payload = self.headers.payload.as_ref();
            if self.carries(name) || payload.is_some_and(|own| is_same(own, name)) {
                let problem = [name, " carries claims, so no token can come in it"].concat();
                fields.member_is_wrong("token.from_headers", &problem);
            }
        }
    }

    fn carries(&self, name: &Rc<str>) -> bool {
        let mut claims = self.headers.claims.iter();
        claims.any(|(_, other)| is_same(other, name))
    }
}

/// Many servers take `_` for `-`.
fn is_same(one: &str, other: &str) -> bool {
    is_same_name(one, other.as_bytes())
}

fn header_name(field: &Field<'_>) -> Rc<str> {
    let name = field.value.as_str().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    let problem = match name.as_str() {
        "" => "must be text that is not empty",
        name if !is_token(name) => "is not a header name",
        name if NOT_FOR_CLAIMS.contains(&name) => {
            "has a meaning of its own and cannot carry claims"
        }
        name => return name.into(),
    };
    field.is_wrong(problem);
    name.into()
}

pub(super) fn sources(fields: &mut Fields<'_>) -> TokenSources {
    let mut sources = TokenSources::default();
    let Some(field) = fields.take("token") else {
        return sources;
    };
    let mut fields = field.object();
    if let Some(field) = fields.take("from_headers") {
        sources.headers = header_sources(field);
    }
    if let Some(field) = fields.take("from_cookies") {
        sources.cookies = field.texts();
    }
    if let Some(field) = fields.take("from_params") {
        sources.params = field.texts();
    }
    if sources.headers.is_empty() && sources.cookies.is_empty() && sources.params.is_empty() {
        fields.are_wrong("leaves no place for a token");
    }
    fields.finish();
    sources
}

/// A name alone carries a bearer credential; `{ "name", "prefix" }` something else.
fn header_sources(field: Field<'_>) -> Vec<HeaderSource> {
    let mut sources: Vec<HeaderSource> = Vec::new();
    for field in field.list() {
        let (field, read) = field.split();
        let (name, prefix) = match &read.value {
            Json::String(_) => (read.text(), None),
            _ => named_with_prefix(read.object()),
        };
        let name: Rc<str> = name.to_ascii_lowercase().into();
        if !is_token(&name) {
            field.is_wrong("is not a header name");
        }
        if sources.iter().any(|other| is_same(&other.name, &name)) {
            field.is_wrong("is named twice");
        }
        sources.push(HeaderSource { name, prefix });
    }
    sources
}

fn named_with_prefix(mut fields: Fields<'_>) -> (String, Option<String>) {
    let name = fields.required("name").text();
    let prefix = fields.required("prefix");
    let text = prefix.value.as_str().map(str::to_owned);
    if text.is_none() {
        prefix.is_wrong("must be text");
    }
    fields.finish();
    (name, text)
}
