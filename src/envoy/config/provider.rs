//! One configured provider: its verifier, its keys, and how they are fetched.

use super::fields::{Field, Fields, wrong};
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
    pub(super) fn read(name: String, field: Field) -> Result<Self, ConfigError> {
        let path = field.path.clone();
        let mut fields = field.object()?;
        let preset = preset(&mut fields)?;
        let (clusters, options) = options(preset, fields)?;
        let (policy, source) = preset
            .build(options)
            .map_err(|error| rename(preset, &path, error))?;
        let route = route(&path, clusters, &source)?;
        let (verifier, keyring) =
            Verifier::new(vec![(policy, source)]).map_err(|error| rename(preset, &path, error))?;
        Ok(Self {
            name,
            verifier,
            keyring,
            route,
        })
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

    /// The rules of its tokens.
    pub fn policy(&self) -> Option<&Policy> {
        self.verifier.policies().first()
    }
}

fn preset(fields: &mut Fields) -> Result<&'static Preset, ConfigError> {
    let Some(field) = fields.take("preset") else {
        return PRESETS
            .first()
            .ok_or_else(|| wrong("preset", "there is none"));
    };
    let Field { path, value } = field;
    let id = value.as_str().unwrap_or_default();
    let preset = PRESETS.iter().find(|preset| preset.id == id);
    preset.ok_or_else(|| {
        let known: Vec<_> = PRESETS.iter().map(|preset| preset.id).collect();
        wrong(&path, &["is none of ", &known.join(", ")].concat())
    })
}

/// The clusters as written, and the options under the names of the provider's own reader.
fn options(preset: &Preset, fields: Fields) -> Result<([Option<String>; 2], Members), ConfigError> {
    let mut options = Members::new();
    let mut clusters = [None, None];
    let mut jwks = None;
    for (name, field) in fields.rest() {
        match name.as_str() {
            "jwks" => jwks = Some(field.object()?),
            _ => option(preset, &name, field, &mut options)?,
        }
    }
    if let Some(mut jwks) = jwks {
        clusters = [jwks.text("cluster")?, jwks.text("discovery_cluster")?];
        for (name, field) in jwks.rest() {
            option(preset, &["jwks.", &name].concat(), field, &mut options)?;
        }
    }
    Ok((clusters, options))
}

fn option(
    preset: &Preset,
    name: &str,
    field: Field,
    options: &mut Members,
) -> Result<(), ConfigError> {
    let known = preset.fields().find(|(own, _)| *own == name);
    let Some((_, option)) = known else {
        return Err(wrong(&field.path, "is not a known field"));
    };
    let timed = name.ends_with("_s") || name.ends_with("_ms");
    if timed && !matches!(field.value, Json::Number(_)) {
        return Err(wrong(&field.path, "must be a number"));
    }
    if name == "jwks.inline" && !field.value.is_object() {
        return Err(wrong(&field.path, "must be a JWK Set"));
    }
    options.insert(option, field.value);
    Ok(())
}

fn route(
    path: &str,
    [cluster, discovery]: [Option<String>; 2],
    source: &KeySource,
) -> Result<Option<Route>, ConfigError> {
    let KeySource::Remote(remote) = source else {
        return match cluster.or(discovery) {
            Some(_) => Err(wrong(
                &format!("{path}.jwks.cluster"),
                "is of no use, as the keys are configured",
            )),
            None => Ok(None),
        };
    };
    let Some(cluster) = cluster else {
        return Err(wrong(
            &format!("{path}.jwks.cluster"),
            "must name the cluster of the key endpoint",
        ));
    };
    if discovery.is_some() && !matches!(remote.location, Location::Discovery { .. }) {
        return Err(wrong(
            &format!("{path}.jwks.discovery_cluster"),
            "is of no use, as the key endpoint is given",
        ));
    }
    Ok(Some(Route {
        discovery_cluster: discovery.unwrap_or_else(|| cluster.clone()),
        cluster,
    }))
}

/// Blames the field that was written instead of the option it became.
fn rename(preset: &Preset, path: &str, error: Error) -> ConfigError {
    match error {
        Error::Config(error) => {
            let option = match error.option.as_ref() {
                // What one field of a generic provider may become.
                "jwk" | "pem" => "key",
                "tokenVerificationMetadata" => "verifierKey",
                option => option,
            };
            let field = preset.fields().find(|(_, own)| *own == option);
            let name = field.map_or(option, |(name, _)| name);
            wrong(&[path, ".", name].concat(), &error.problem)
        }
        Error::Key(KeyError::Invalid(problem)) => {
            let only_key = preset.own.iter().any(|(name, _)| *name == "verifier_key");
            let name = if only_key { "verifier_key" } else { "jwks" };
            wrong(&[path, ".", name].concat(), problem)
        }
        error => wrong(path, &error.to_string()),
    }
}
