//! The configuration: JSON in, a [`Gate`] out, or the path of the field that is wrong.

mod demand;
mod fields;
mod forward;
mod preset;
mod provider;
mod rules;

pub use preset::{FieldName, PRESETS, Preset};
pub use provider::{Provider, Route};

use self::fields::{Field, Fields, Problems};
use super::accepted::TokenCache;
use super::counters::{Counters, RESERVED};
use super::court::Court;
use super::gate::{Gate, PolicyMetadata, Settings};
use crate::error::ConfigError;
use crate::jwt::{DEFAULT_TOKEN_CACHE, MAX_TOKEN_CACHE};

impl Gate {
    /// Reads a whole configuration.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] with the path of the field, such as `rules[2].match.prefix`: unknown, of
    /// the wrong type, out of range, in conflict with another one, or missing. No value is
    /// shown, as it may be a secret.
    pub fn configure(text: &[u8]) -> Result<Self, ConfigError> {
        let problems = Problems::default();
        let gate = gate(Fields::of(text, &problems));
        problems.check().map(|()| gate)
    }
}

fn gate(mut fields: Fields<'_>) -> Gate {
    let providers = fields.take("providers").map(providers).unwrap_or_default();
    let mut settings = settings(&mut fields, &providers);
    let forward = forward::forward(&mut fields);
    forward.check(&settings.sources, &fields);
    settings.forward_token = forward.token;
    let cache = token_cache(&mut fields);
    fields.finish();
    Gate {
        settings,
        court: Court {
            providers,
            headers: forward.headers,
            cache: TokenCache::new(cache),
            counters: Counters::default(),
        },
    }
}

fn settings(fields: &mut Fields<'_>, providers: &[Provider]) -> Settings {
    let mut demands = demand::Demands::new(providers);
    let mut settings = Settings::default();
    if let Some(field) = fields.take("policies") {
        settings.policies = rules::policies(field, &mut demands);
    }
    settings.rules = rules::rules(fields.required("rules"), &mut demands);
    if let Some(field) = fields.take("policy_metadata") {
        settings.policy_metadata = Some(policy_metadata(field));
    } else if !settings.policies.is_empty() {
        fields.member_is_wrong("policies", "are of no use without policy_metadata");
    }
    settings.sources = forward::sources(fields);
    settings.bypass_cors_preflight = fields.flag("bypass_cors_preflight");
    settings
}

fn providers(field: Field<'_>) -> Vec<Provider> {
    let mut providers = Vec::new();
    for (name, field) in field.object().rest() {
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !plain || name.is_empty() || RESERVED.contains(&name.as_str()) {
            field.is_wrong("is no name for a provider, as metrics carry it: letters, digits and _");
        }
        providers.extend(Provider::read(name, field));
    }
    providers
}

fn policy_metadata(field: Field<'_>) -> PolicyMetadata {
    let mut fields = field.object();
    let metadata = PolicyMetadata {
        namespace: fields.required("namespace").text(),
        key: fields.required("key").text(),
    };
    fields.finish();
    metadata
}

fn token_cache(fields: &mut Fields<'_>) -> usize {
    match fields.take("token_cache") {
        None => DEFAULT_TOKEN_CACHE,
        Some(field) if field.value == false => 0,
        Some(field) => field.count(MAX_TOKEN_CACHE as u64) as usize,
    }
}
