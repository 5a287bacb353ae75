//! Reading a provider's options: what is alike for all of them.
//!
//! Options come as JSON text. A name that nobody knows is refused, and every mistake names
//! its option. Absent, `null` and given are three things: `null` switches a check off where
//! that is possible and is a mistake elsewhere.

use core::time::Duration;

use crate::api::{BaseUrl, Limits};
use crate::error::{ConfigError, Error, KeyError};
use crate::http::Headers;
use crate::json::{Json, Members};
use crate::jwk::{CacheTimes, JwkSet, KeySource, Location, Remote};
use crate::options::{Options, millis, object, text, unknown, wipe};

/// Options that every provider of this kind takes.
const COMMON: &[&str] = &[
    "cacheMaxAge",
    "clockTolerance",
    "cooldownDuration",
    "jwks",
    "jwksUri",
    "maxRetries",
    "maxRetryWait",
    "staleIfError",
    "staleWhileRevalidate",
    "timeout",
    "timeoutDuration",
];

/// The options as they came in; wiped when dropped.
#[derive(Clone)]
pub(crate) struct Settings(Members);

impl Settings {
    /// Reads JSON text with these names and the common ones.
    pub(crate) fn parse(json: &str, names: &[&str]) -> Result<Self, ConfigError> {
        let settings = Self(object("options", json)?);
        let known = |name: &str| names.contains(&name) || COMMON.contains(&name);
        let stranger = settings.0.iter().find(|(name, _)| !known(name));
        match stranger.map(|(name, _)| unknown(name)) {
            Some(problem) => Err(problem),
            None => Ok(settings),
        }
    }

    /// A string that is not empty and fits a header.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<String>, ConfigError> {
        self.0.get(name).map(|value| text(name, value)).transpose()
    }

    /// A string that must be given.
    pub(crate) fn required(&self, name: &'static str) -> Result<String, ConfigError> {
        self.text(name)?
            .ok_or_else(|| ConfigError::new(name, "must be given"))
    }

    /// Whether the option is there, be it as `null`.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether the option is `null`.
    pub(crate) fn is_off(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(Json::is_null)
    }

    /// A string or a list of strings; an empty list is a mistake, not a switch.
    pub(crate) fn list(&self, name: &'static str) -> Result<Option<Vec<String>>, ConfigError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Json::Array(items)) if items.is_empty() => {
                Err(ConfigError::new(name, "must not be an empty list"))
            }
            Some(Json::Array(items)) => {
                let items = items.iter().map(|item| text(name, item));
                items.collect::<Result<_, _>>().map(Some)
            }
            Some(one) => Ok(Some(vec![text(name, one)?])),
        }
    }

    /// The base URL in `name`, else the provider's own.
    pub(crate) fn base(
        &self,
        name: &'static str,
        default: &'static str,
    ) -> Result<BaseUrl, ConfigError> {
        let given = self.text(name)?;
        BaseUrl::parse(name, given.as_deref().unwrap_or(default))
    }

    /// Times and counts of the client.
    pub(crate) fn limits(&self) -> Result<Limits, ConfigError> {
        let mut limits = Limits::default();
        for (name, value) in self.0.iter() {
            limits.set(name, value)?;
        }
        Ok(limits)
    }

    /// `clockTolerance`: seconds, or text such as `"5s"`.
    pub(crate) fn clock_tolerance(&self, default: u64, most: u64) -> Result<Duration, ConfigError> {
        self.seconds("clockTolerance", default, most)
    }

    /// A number of seconds, or text such as `"5s"`, with an upper bound.
    pub(crate) fn seconds(
        &self,
        name: &'static str,
        default: u64,
        most: u64,
    ) -> Result<Duration, ConfigError> {
        let Some(value) = self.0.get(name) else {
            return Ok(Duration::from_secs(default));
        };
        let alone = Members::from_iter([(name, value.clone())]);
        let span = Options::known(alone, &[name])?.span(name);
        span.filter(|span| *span <= Duration::from_secs(most))
            .ok_or_else(|| ConfigError::new(name, format!("must be seconds from 0 to {most}")))
    }

    /// Where the keys are: `jwks` or `jwksUri`, else the provider's own place.
    pub(crate) fn key_source(
        &self,
        default: Location,
        times: CacheTimes,
    ) -> Result<KeySource, Error> {
        let location = match (self.0.get("jwks"), self.text("jwksUri")?) {
            (Some(_), Some(_)) => {
                return Err(ConfigError::new("jwksUri", "cannot stand beside jwks").into());
            }
            (Some(set), None) => return supplied(set),
            (None, Some(url)) => {
                crate::url::check_url("jwksUri", &url)?;
                Location::Urls(vec![url])
            }
            (None, None) => default,
        };
        Ok(KeySource::Remote(Remote {
            location,
            headers: Headers::new(),
            times: self.cache(times)?,
        }))
    }

    fn cache(&self, defaults: CacheTimes) -> Result<CacheTimes, ConfigError> {
        let mut times = defaults;
        for (name, least, time) in [
            ("cacheMaxAge", 1, &mut times.max_age),
            ("cooldownDuration", 1, &mut times.cooldown),
            ("timeoutDuration", 1, &mut times.timeout),
            ("staleWhileRevalidate", 0, &mut times.stale_while_revalidate),
            ("staleIfError", 0, &mut times.stale_if_error),
        ] {
            if let Some(value) = self.0.get(name) {
                *time = millis(name, value, least)?;
            }
        }
        Ok(times)
    }
}

impl Drop for Settings {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

fn supplied(set: &Json) -> Result<KeySource, Error> {
    if !set.is_object() {
        return Err(ConfigError::new("jwks", "must be a JWK Set").into());
    }
    match JwkSet::parse(set.to_string().as_bytes()) {
        Ok(set) if !set.is_empty() => Ok(KeySource::Set(set)),
        _ => Err(KeyError::Invalid("jwks holds no usable key").into()),
    }
}

/// Whether a text has the form of a UUID (RFC 9562 §4), in either case.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Members of a user as (public name, claim).
pub(crate) type Projection = &'static [(&'static str, &'static str)];

/// The user that a verified payload describes: one member per row, `null` where the claim is
/// missing, and the whole payload as `raw`.
pub(crate) fn project(rows: Projection, claims: Members) -> Members {
    let rows = rows
        .iter()
        .map(|(name, claim)| (*name, claims.get(claim).cloned().into()));
    let mut user: Members = rows.collect();
    user.insert("raw", claims);
    user
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn settings(options: Json) -> Settings {
        Settings::parse(&options.to_string(), &["own", "list"]).unwrap()
    }

    #[test]
    fn unknown_names_are_refused_and_known_ones_read() {
        let refused = Settings::parse(r#"{"ovn":1}"#, &["own"]).err().unwrap();
        assert_eq!(refused.option, "ovn");
        let settings = settings(json!({"own": "x", "list": ["a", "b"]}));
        assert_eq!(settings.text("own").unwrap().as_deref(), Some("x"));
        assert_eq!(settings.list("list").unwrap().unwrap(), ["a", "b"]);
        assert_eq!(settings.list("own").unwrap().unwrap(), ["x"]);
        assert!(settings.required("jwksUri").is_err());
    }

    #[test]
    fn a_null_is_no_string_but_can_switch_off() {
        let settings = settings(json!({"own": null, "list": []}));
        assert!(settings.is_off("own") && !settings.is_off("list"));
        assert!(settings.contains("own"));
        assert!(settings.text("own").is_err());
        assert!(settings.list("list").is_err());
    }

    #[test]
    fn the_tolerance_is_bounded() {
        let read =
            |value: Json| settings(json!({ "clockTolerance": value })).clock_tolerance(30, 120);
        assert_eq!(
            settings(json!({})).clock_tolerance(30, 120),
            Ok(Duration::from_secs(30))
        );
        assert_eq!(read(json!(120)), Ok(Duration::from_secs(120)));
        assert_eq!(read(json!("5s")), Ok(Duration::from_secs(5)));
        for value in [
            json!(121),
            json!(-1),
            json!("5"),
            json!("NaNs"),
            json!(null),
            json!([]),
        ] {
            assert!(read(value.clone()).is_err(), "{value}");
        }
    }

    #[test]
    fn uuids_are_told_by_their_form() {
        assert!(is_uuid("3f8b2f64-5d0e-4f1c-9e52-7a6b1c2d3e44"));
        assert!(is_uuid("3F8B2F64-5D0E-4F1C-9E52-7A6B1C2D3E44"));
        for text in [
            "",
            "3f8b2f645d0e4f1c9e527a6b1c2d3e44",
            "3f8b2f64-5d0e-4f1c-9e52-7a6b1c2d3e4g",
            "3f8b2f64/5d0e-4f1c-9e52-7a6b1c2d3e44",
        ] {
            assert!(!is_uuid(text), "{text}");
        }
    }

    #[test]
    fn a_user_has_every_member_of_its_rows() {
        let claims = json!({"sub": "u", "x": 1}).as_object().cloned().unwrap();
        let user = project(&[("id", "sub"), ("mail", "email")], claims);
        let expected = json!({"id": "u", "mail": null, "raw": {"sub": "u", "x": 1}});
        assert_eq!(Json::Object(user), expected);
    }
}
