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
    let rules = field.list()?.into_iter().map(|field| {
        let path = field.path.clone();
        let mut fields = field.object()?;
        let matcher = matcher(fields.required("match")?)?;
        let action = action(&path, &mut fields, demands)?;
        fields.finish()?;
        Ok(Rule { matcher, action })
    });
    rules.collect()
}

pub(super) fn policies(
    field: Field,
    demands: &mut Demands<'_>,
) -> Result<Vec<(String, Action)>, ConfigError> {
    let policies = field.object()?.rest().map(|(name, field)| {
        let path = field.path.clone();
        let mut fields = field.object()?;
        let action = action(&path, &mut fields, demands)?;
        fields.finish()?;
        Ok((name, action))
    });
    policies.collect()
}

fn action(
    path: &str,
    fields: &mut Fields,
    demands: &mut Demands<'_>,
) -> Result<Action, ConfigError> {
    match (fields.take("require"), fields.take("webhook")) {
        (Some(field), None) if field.value == "none" => Ok(Action::Open),
        (Some(field), None) => Ok(Action::Require(demands.read(field)?)),
        (None, Some(field)) => Ok(Action::Webhook(sender(field)?)),
        _ => Err(wrong(path, "must have one of require and webhook")),
    }
}

fn matcher(field: Field) -> Result<Match, ConfigError> {
    let path = field.path.clone();
    let mut fields = field.object()?;
    let path = match (fields.take("exact"), fields.take("prefix")) {
        (Some(field), None) => PathMatch::Exact(normal_path(field)?),
        (None, Some(field)) => PathMatch::Prefix(normal_path(field)?),
        _ => return Err(wrong(&path, "must have one of exact and prefix")),
    };
    let methods = match fields.take("methods") {
        None => Vec::new(),
        Some(field) => {
            let path = field.path.clone();
            let methods = field.some_texts()?;
            if !methods.iter().all(|method| is_token(method)) {
                return Err(wrong(&path, "holds something that is no method"));
            }
            methods
        }
    };
    let hosts = fields.take("hosts").map(Field::some_texts).transpose()?;
    fields.finish()?;
    Ok(Match {
        path,
        methods,
        hosts: hosts.unwrap_or_default(),
    })
}

fn normal_path(field: Field) -> Result<NormalPath, ConfigError> {
    let path = field.path.clone();
    let text = field.text()?;
    if text.contains('?') {
        return Err(wrong(&path, "cannot hold a query, which no rule looks at"));
    }
    NormalPath::of(text.as_bytes())
        .map_err(|_| wrong(&path, "is a path that every request is refused for"))
}

fn sender(field: Field) -> Result<Sender, ConfigError> {
    let path = field.path.clone();
    let mut fields = field.object()?;
    let scheme = scheme(fields.required("scheme")?)?;
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
    fields.finish()?;
    let webhook = Webhook::new(options);
    Ok(Sender {
        webhook: webhook.map_err(|error| rename(&path, &error))?,
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
fn scheme(field: Field) -> Result<Scheme, ConfigError> {
    let path = field.path.clone();
    let webhook = path.strip_suffix(".scheme").unwrap_or(&path).to_owned();
    if field.value.is_string() {
        return Scheme::named(&field.text()?).map_err(|error| wrong(&path, error.problem.clone()));
    }
    let members = field.object()?.rest();
    let row: Members = members
        .map(|(name, field)| (camel(&name), field.value))
        .collect();
    let row = SchemeRow::from_json(&row.to_string()).map_err(|error| {
        wrong(
            &format!("{path}.{}", snake(&error.option)),
            error.problem.clone(),
        )
    })?;
    Scheme::new(row).map_err(|error| rename(&webhook, &error))
}

fn rename(path: &str, error: &ConfigError) -> ConfigError {
    let name = match error.option.as_ref() {
        "tolerance" => "tolerance_s".to_owned(),
        option => snake(option),
    };
    wrong(&format!("{path}.{name}"), error.problem.clone())
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
