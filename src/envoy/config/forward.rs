//! What goes on to the service, and where tokens are taken from.

use std::rc::Rc;

use super::fields::{Field, Fields, wrong};
use crate::envoy::claim_headers::ClaimHeaders;
use crate::envoy::credential::{HeaderSource, TokenSources};
use crate::error::ConfigError;
use crate::http::is_token;

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

pub(super) fn forward(fields: &mut Fields) -> Result<Forward, ConfigError> {
    let mut forward = Forward::default();
    let Some(field) = fields.take("forward") else {
        return Ok(forward);
    };
    let mut fields = field.object()?;
    if let Some(field) = fields.take("authorization") {
        forward.token = field.flag()?;
    }
    if let Some(field) = fields.take("claim_headers") {
        for (claim, field) in field.object()?.rest() {
            let path = field.path.clone();
            let name = header_name(field)?;
            let is_taken = forward
                .headers
                .claims
                .iter()
                .any(|(_, other)| *other == name);
            if is_taken {
                return Err(wrong(&path, "is the header of another claim too"));
            }
            forward.headers.claims.push((claim, name));
        }
    }
    if let Some(field) = fields.take("payload_header") {
        let path = field.path.clone();
        let name = header_name(field)?;
        if forward
            .headers
            .claims
            .iter()
            .any(|(_, other)| *other == name)
        {
            return Err(wrong(&path, "is the header of a claim too"));
        }
        forward.headers.payload = Some(name);
    }
    fields.finish()?;
    Ok(forward)
}

impl Forward {
    /// A header cannot carry the token in and claims out.
    pub(super) fn check(&self, sources: &TokenSources) -> Result<(), ConfigError> {
        let claims = self.headers.claims.iter().map(|(_, name)| name);
        for name in claims.chain(&self.headers.payload) {
            if sources.headers.iter().any(|source| *source.name == **name) {
                let problem = "carries claims, so no token can come in it";
                return Err(wrong("token.from_headers", format!("{name} {problem}")));
            }
        }
        Ok(())
    }
}

fn header_name(field: Field) -> Result<Rc<str>, ConfigError> {
    let path = field.path.clone();
    let name = field.text()?.to_ascii_lowercase();
    if !is_token(&name) {
        return Err(wrong(&path, "is not a header name"));
    }
    if NOT_FOR_CLAIMS.contains(&name.as_str()) {
        return Err(wrong(
            &path,
            "has a meaning of its own and cannot carry claims",
        ));
    }
    Ok(name.into())
}

pub(super) fn sources(fields: &mut Fields) -> Result<TokenSources, ConfigError> {
    let Some(field) = fields.take("token") else {
        return Ok(TokenSources::default());
    };
    let path = field.path.clone();
    let mut fields = field.object()?;
    let headers = fields
        .take("from_headers")
        .map(header_sources)
        .transpose()?;
    let cookies = fields.take("from_cookies").map(Field::texts).transpose()?;
    let params = fields.take("from_params").map(Field::texts).transpose()?;
    fields.finish()?;
    let sources = TokenSources {
        headers: headers.unwrap_or_else(|| TokenSources::default().headers),
        cookies: cookies.unwrap_or_default(),
        params: params.unwrap_or_default(),
    };
    if sources.headers.is_empty() && sources.cookies.is_empty() && sources.params.is_empty() {
        return Err(wrong(&path, "leaves no place for a token"));
    }
    Ok(sources)
}

/// A name alone carries a bearer credential; `{ "name", "prefix" }` something else.
fn header_sources(field: Field) -> Result<Vec<HeaderSource>, ConfigError> {
    let mut sources: Vec<HeaderSource> = Vec::new();
    for field in field.list()? {
        let path = field.path.clone();
        let source = if field.value.is_string() {
            HeaderSource::bearer(&field.text()?.to_ascii_lowercase())
        } else {
            let mut fields = field.object()?;
            let name = fields.required("name")?.text()?.to_ascii_lowercase();
            let prefix = fields.required("prefix")?;
            let problem = wrong(&prefix.path, "must be text");
            let prefix = prefix.value.as_str().ok_or(problem)?.to_owned();
            fields.finish()?;
            HeaderSource {
                name,
                prefix: Some(prefix),
            }
        };
        if !is_token(&source.name) {
            return Err(wrong(&path, "is not a header name"));
        }
        if sources.iter().any(|other| other.name == source.name) {
            return Err(wrong(&path, "is named twice"));
        }
        sources.push(source);
    }
    Ok(sources)
}
