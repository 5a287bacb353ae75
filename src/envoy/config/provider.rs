//! One configured provider: its verifier, its keys, and how they are fetched.

use super::fields::{Field, Fields};
use super::preset::{PRESETS, Preset};
use crate::envoy::requirement::Rights;
use crate::error::{ConfigError, Error, KeyError};
use crate::json::{Json, Members};
use crate::jwk::{KeySource, Location};
use crate::jwt::{Keyring, Policy, Requirement, Verifier};

/// A provider that rules can name.
#[derive(Debug)]
pub struct Provider {
    /// Its name in the configuration.
    pub name: String,
    /// Judges its tokens.
    pub verifier: Verifier,
    /// Its keys.
    pub keyring: Keyring,
    /// How its key endpoint is reached; `None` for keys that are configured.
    pub route: Option<Route>,
}

/// The proxy's clusters behind a key endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The cluster of the key endpoint.
    pub cluster: String,
    /// The cluster of the issuer's metadata, where the keys are discovered.
    pub discovery_cluster: String,
}

impl Provider {
    /// `None` where a mistake kept it from being made; it has been noted.
    pub(super) fn read(name: String, field: Field<'_>) -> Option<Self> {
        let (field, read) = field.split();
        let mut fields = read.object();
        let preset = preset(&mut fields)?;
        let (clusters, options) = options(preset, fields);
        let made = preset.build(options).and_then(|(policy, source)| {
            let route = route(&field, clusters, &source);
            let (verifier, keyring) = Verifier::new(vec![(policy, source)])?;
            Ok((route, verifier, keyring))
        });
        match made {
            Ok((route, verifier, keyring)) => Some(Self {
                name,
                verifier,
                keyring,
                route,
            }),
            Err(error) => {
                note(preset, &field, error);
                None
            }
        }
    }

    /// A demand that its tokens can meet.
    ///
    /// # Errors
    ///
    /// As [`Requirement::validate`].
    pub(super) fn rights(&self, demand: Requirement) -> Result<Rights, ConfigError> {
        let access = self.policy().map(|policy| policy.access.clone());
        let access = access.unwrap_or_default();
        demand.validate(&access)?;
        Ok(Rights { demand, access })
    }

    /// What the workers share its keys under, where they are fetched: keys that came through
    /// another cluster are not those of this configuration.
    pub(in crate::envoy) fn shared_name(&self) -> Option<String> {
        let route = self.route.as_ref()?;
        Some(
            [
                &self.name,
                " ",
                &route.cluster,
                " ",
                &route.discovery_cluster,
            ]
            .concat(),
        )
    }

    /// The rules of its tokens.
    pub fn policy(&self) -> Option<&Policy> {
        self.verifier.policies().first()
    }
}

fn preset(fields: &mut Fields<'_>) -> Option<&'static Preset> {
    let Some(field) = fields.take("preset") else {
        return PRESETS.first();
    };
    let id = field.value.as_str().unwrap_or_default();
    let preset = PRESETS.iter().find(|preset| preset.id == id);
    if preset.is_none() {
        let known: Vec<_> = PRESETS.iter().map(|preset| preset.id).collect();
        field.is_wrong(&["is none of ", &known.join(", ")].concat());
    }
    preset
}

/// The clusters as written, and the options under the names of the provider's own reader.
fn options(preset: &Preset, fields: Fields<'_>) -> ([Option<String>; 2], Members) {
    let mut options = Members::new();
    let mut clusters = [None, None];
    let mut jwks = None;
    for (name, field) in fields.rest() {
        match name.as_str() {
            "jwks" => jwks = Some(field.object()),
            _ => option(preset, &name, field, &mut options),
        }
    }
    if let Some(mut jwks) = jwks {
        clusters = ["cluster", "discovery_cluster"].map(|name| jwks.text(name));
        for (name, field) in jwks.rest() {
            option(preset, &["jwks.", &name].concat(), field, &mut options);
        }
    }
    (clusters, options)
}

fn option(preset: &Preset, name: &str, field: Field<'_>, options: &mut Members) {
    let known = preset.fields().find(|(own, _)| *own == name);
    let Some((_, option)) = known else {
        return field.is_wrong("is not a known field");
    };
    let timed = name.ends_with("_s") || name.ends_with("_ms");
    if timed && !matches!(field.value, Json::Number(_)) {
        field.is_wrong("must be a number");
    }
    if name == "jwks.inline" && !field.value.is_object() {
        field.is_wrong("must be a JWK Set");
    }
    options.insert(option, field.value);
}

fn route(
    field: &Field<'_>,
    [cluster, discovery]: [Option<String>; 2],
    source: &KeySource,
) -> Option<Route> {
    let (name, problem) = match (source, cluster, discovery) {
        (KeySource::Remote(remote), Some(cluster), discovery) => {
            if discovery.is_some() && !matches!(remote.location, Location::Discovery { .. }) {
                let problem = "is of no use, as the key endpoint is given";
                field.is_wrong_below("jwks.discovery_cluster", problem);
            }
            return Some(Route {
                discovery_cluster: discovery.unwrap_or_else(|| cluster.clone()),
                cluster,
            });
        }
        (KeySource::Remote(_), None, _) => {
            ("jwks.cluster", "must name the cluster of the key endpoint")
        }
        (_, None, None) => return None,
        _ => ("jwks.cluster", "is of no use, as the keys are configured"),
    };
    field.is_wrong_below(name, problem);
    None
}

/// Blames the field that was written instead of the option it became.
fn note(preset: &Preset, field: &Field<'_>, error: Error) {
    match error {
        Error::Config(error) => {
            let option = match error.option.as_ref() {
                // What one field of a generic provider may become.
                "jwk" | "pem" => "key",
                "tokenVerificationMetadata" => "verifierKey",
                option => option,
            };
            let own = preset.fields().find(|(_, own)| *own == option);
            let name = own.map_or(option, |(name, _)| name);
            field.is_wrong_below(name, &error.problem);
        }
        Error::Key(KeyError::Invalid(problem)) => {
            let only_key = preset.own.iter().any(|(name, _)| *name == "verifier_key");
            let name = if only_key { "verifier_key" } else { "jwks" };
            field.is_wrong_below(name, problem);
        }
        error => field.is_wrong(&error.to_string()),
    }
}
