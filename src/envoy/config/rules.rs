//! Reading rules and policies.

use core::time::Duration;

use super::demand::Demands;
use super::fields::{Field, Fields};
use crate::envoy::path::NormalPath;
use crate::envoy::receiving::Sender;
use crate::envoy::rule::{Action, Match, PathMatch, Rule};
use crate::error::ConfigError;
use crate::http::is_token;
use crate::json::{Json, Members};
use crate::url::is_host;
use crate::webhook::{
    DEFAULT_MAX_BODY_BYTES, MAX_TOLERANCE, Options, Scheme, SchemeRow, Secret, Webhook,
};

/// The largest body that a webhook rule can allow: 1 GiB.
const MAX_BODY_BYTES: u64 = 1 << 30;

pub(super) fn rules(field: Field<'_>, demands: &mut Demands<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for field in field.list() {
        let mut fields = field.object();
        let matcher = matcher(fields.required("match"));
        let action = action(fields, demands);
        let rule = matcher.zip(action);
        rules.extend(rule.map(|(matcher, action)| Rule { matcher, action }));
    }
    rules
}

pub(super) fn policies(field: Field<'_>, demands: &mut Demands<'_>) -> Vec<(String, Action)> {
    let mut policies = Vec::new();
    for (name, field) in field.object().rest() {
        let action = action(field.object(), demands);
        policies.extend(action.map(|action| (name, action)));
    }
    policies
}

/// Reads what is left of a rule or a policy.
fn action(mut fields: Fields<'_>, demands: &mut Demands<'_>) -> Option<Action> {
    let action = match (fields.take("require"), fields.take("webhook")) {
        (Some(field), None) if field.value == "none" => Some(Action::Open),
        (Some(field), None) => Some(Action::Require(demands.read(field))),
        (None, Some(field)) => sender(field).map(Action::Webhook),
        _ => {
            fields.are_wrong("must have one of require and webhook");
            None
        }
    };
    fields.finish();
    action
}

fn matcher(field: Field<'_>) -> Option<Match> {
    let mut fields = field.object();
    let path = match (fields.take("exact"), fields.take("prefix")) {
        (Some(field), None) => normal_path(&field).map(PathMatch::Exact),
        (None, Some(field)) => normal_path(&field).map(PathMatch::Prefix),
        _ => {
            fields.are_wrong("must have one of exact and prefix");
            None
        }
    };
    let methods = fields.some_texts("methods").unwrap_or_default();
    if !methods.iter().all(|method| is_method(method)) {
        fields.member_is_wrong("methods", "holds something that is no method in capitals");
    }
    let hosts = fields.some_texts("hosts").unwrap_or_default();
    if !hosts.iter().all(|host| is_pattern(host)) {
        let problem = "holds something that is no host in ASCII without port, nor *. and a domain";
        fields.member_is_wrong("hosts", problem);
    }
    fields.finish();
    path.map(|path| Match {
        path,
        methods,
        hosts,
    })
}

/// A rule for what no request says would be passed over, and the next one decides.
fn is_method(method: &str) -> bool {
    is_token(method) && !method.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// As a request names it, once port and last dot are gone.
fn is_pattern(host: &str) -> bool {
    match host.strip_prefix("*.") {
        Some(domain) => !domain.starts_with('[') && is_host(domain),
        None => is_host(host),
    }
}

fn normal_path(field: &Field<'_>) -> Option<NormalPath> {
    let text = field.value.as_str().unwrap_or_default();
    let problem = match NormalPath::of(text.as_bytes()) {
        _ if text.is_empty() => "must be text that is not empty",
        _ if text.contains('?') => "cannot hold a query, which no rule looks at",
        Ok(path) => return Some(path),
        Err(_) if !text.starts_with('/') => "must begin with /",
        Err(_) => "is a path that every request is refused for",
    };
    field.is_wrong(problem);
    None
}

fn sender(field: Field<'_>) -> Option<Sender> {
    let (field, read) = field.split();
    let mut fields = read.object();
    let scheme = scheme(fields.required("scheme"), &field);
    let secrets = secrets(fields.required("secrets"));
    let tolerance = fields.take("tolerance_s");
    let tolerance = tolerance.map(|field| field.count(MAX_TOLERANCE.as_secs()));
    let max_body_bytes = match fields.take("max_body_bytes") {
        None => DEFAULT_MAX_BODY_BYTES as u64,
        Some(field) => field.count(MAX_BODY_BYTES),
    };
    let mut options = Options::new(scheme?, secrets);
    options.tolerance = tolerance.map(Duration::from_secs);
    options.max_body_bytes = Some(max_body_bytes as usize);
    let webhook = noted(Webhook::new(options), &field);
    fields.finish();
    Some(Sender::new(webhook?, max_body_bytes))
}

/// One secret or a list, of which any may match.
fn secrets(field: Field<'_>) -> Vec<Secret> {
    let texts = match field.value {
        Json::String(_) => vec![field.text()],
        _ => field.some_texts(),
    };
    texts.into_iter().map(Secret::from).collect()
}

/// The name of a built-in scheme, or a row of one's own with names in snake case.
fn scheme(field: Field<'_>, webhook: &Field<'_>) -> Option<Scheme> {
    if let Json::String(name) = &field.value {
        let named = Scheme::named(name);
        if let Err(error) = &named {
            field.is_wrong(&error.problem);
        }
        return named.ok();
    }
    let (field, read) = field.split();
    let mut row = Members::new();
    for (name, field) in read.object().rest() {
        row.insert(camel(&name), field.value);
    }
    let row = noted(SchemeRow::from_json(&row.to_string()), &field)?;
    noted(Scheme::new(row), webhook)
}

/// What a reader with names of its own made of a field, or a note under the name here.
fn noted<T>(read: Result<T, ConfigError>, field: &Field<'_>) -> Option<T> {
    match read {
        Ok(read) => Some(read),
        Err(error) => {
            note(&error, field);
            None
        }
    }
}

fn note(error: &ConfigError, field: &Field<'_>) {
    let name = match error.option.as_ref() {
        "tolerance" => String::from("tolerance_s"),
        option => snake(option),
    };
    field.is_wrong_below(&name, &error.problem);
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
