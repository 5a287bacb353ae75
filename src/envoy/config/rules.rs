//! Reading rules and policies.

use core::time::Duration;

use super::demand::Demands;
use super::fields::{Field, Fields, wrong};
use crate::envoy::path::NormalPath;
use crate::envoy::receiving::Sender;
use crate::envoy::rule::{Action, Match, PathMatch, Rule};
use crate::error::ConfigError;
use crate::http::is_token;
use crate::json::{Json, Members};
use crate::webhook::{
    DEFAULT_MAX_BODY_BYTES, MAX_TOLERANCE, Options, Scheme, SchemeRow, Secret, Webhook,
};

/// The largest body that a webhook rule can allow: 1 GiB.
const MAX_BODY_BYTES: u64 = 1 << 30;

pub(super) fn rules(field: Field, demands: &mut Demands<'_>) -> Result<Vec<Rule>, ConfigError> {
    let mut rules = Vec::new();
    for field in field.list()? {
        let mut fields = field.object()?;
        rules.push(Rule {
            matcher: matcher(fields.required("match")?)?,
            action: action(fields, demands)?,
        });
    }
    Ok(rules)
}

pub(super) fn policies(
    field: Field,
    demands: &mut Demands<'_>,
) -> Result<Vec<(String, Action)>, ConfigError> {
    let mut policies = Vec::new();
    for (name, field) in field.object()?.rest() {
        policies.push((name, action(field.object()?, demands)?));
    }
    Ok(policies)
}

/// Reads what is left of a rule or a policy.
fn action(mut fields: Fields, demands: &mut Demands<'_>) -> Result<Action, ConfigError> {
    let action = match (fields.take("require"), fields.take("webhook")) {
        (Some(field), None) if field.value == "none" => Action::Open,
        (Some(field), None) => Action::Require(demands.read(field)?),
        (None, Some(field)) => Action::Webhook(sender(field)?),
        _ => return Err(wrong(&fields.path, "must have one of require and webhook")),
    };
    fields.finish()?;
    Ok(action)
}

fn matcher(field: Field) -> Result<Match, ConfigError> {
    let mut fields = field.object()?;
    let path = match (fields.take("exact"), fields.take("prefix")) {
        (Some(field), None) => PathMatch::Exact(normal_path(&field)?),
        (None, Some(field)) => PathMatch::Prefix(normal_path(&field)?),
        _ => return Err(wrong(&fields.path, "must have one of exact and prefix")),
    };
    let methods = fields.some_texts("methods")?.unwrap_or_default();
    if !methods.iter().all(|method| is_token(method)) {
        let path = [&fields.path, ".methods"].concat();
        return Err(wrong(&path, "holds something that is no method"));
    }
    let hosts = fields.some_texts("hosts")?.unwrap_or_default();
    fields.finish()?;
    Ok(Match {
        path,
        methods,
        hosts,
    })
}

fn normal_path(field: &Field) -> Result<NormalPath, ConfigError> {
    let text = field.value.as_str().unwrap_or_default();
    let problem = match NormalPath::of(text.as_bytes()) {
        _ if text.is_empty() => "must be text that is not empty",
        _ if text.contains('?') => "cannot hold a query, which no rule looks at",
        Ok(path) => return Ok(path),
        Err(_) => "is a path that every request is refused for",
    };
    Err(wrong(&field.path, problem))
}

fn sender(field: Field) -> Result<Sender, ConfigError> {
    let mut fields = field.object()?;
    let scheme = scheme(fields.required("scheme")?, &fields.path)?;
    let secrets = secrets(fields.required("secrets")?)?;
    let mut options = Options::new(scheme, secrets);
    if let Some(field) = fields.take("tolerance_s") {
        let seconds = field.count(MAX_TOLERANCE.as_secs())?;
        options.tolerance = Some(Duration::from_secs(seconds));
    }
    let max_body_bytes = match fields.take("max_body_bytes") {
        None => DEFAULT_MAX_BODY_BYTES as u64,
        Some(field) => field.count(MAX_BODY_BYTES)?,
    };
    options.max_body_bytes = Some(max_body_bytes as usize);
    let webhook = Webhook::new(options).map_err(|error| rename(&fields.path, &error))?;
    fields.finish()?;
    Ok(Sender {
        webhook,
        max_body_bytes,
    })
}

/// One secret or a list, of which any may match.
fn secrets(field: Field) -> Result<Vec<Secret>, ConfigError> {
    let texts = match field.value {
        Json::String(_) => vec![field.text()?],
        _ => field.some_texts()?,
    };
    Ok(texts.into_iter().map(Secret::from).collect())
}

/// The name of a built-in scheme, or a row of one's own with names in snake case.
fn scheme(field: Field, webhook: &str) -> Result<Scheme, ConfigError> {
    if let Json::String(name) = &field.value {
        return Scheme::named(name).map_err(|error| wrong(&field.path, &error.problem));
    }
    let fields = field.object()?;
    let path = fields.path.clone();
    let mut row = Members::new();
    for (name, field) in fields.rest() {
        row.insert(camel(&name), field.value);
    }
    let row = SchemeRow::from_json(&row.to_string()).map_err(|error| rename(&path, &error))?;
    Scheme::new(row).map_err(|error| rename(webhook, &error))
}

fn rename(path: &str, error: &ConfigError) -> ConfigError {
    let name = match error.option.as_ref() {
        "tolerance" => String::from("tolerance_s"),
        option => snake(option),
    };
    wrong(&[path, ".", &name].concat(), &error.problem)
}

fn camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        camel.push_str(&first.to_ascii_uppercase());
        camel.push_str(rest);
    }
    camel
}

fn snake(camel: &str) -> String {
    let mut snake = String::with_capacity(camel.len() + 4);
    for letter in camel.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
