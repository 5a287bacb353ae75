//! Reading a provider's options: one reader for all of them.
//!
//! Options come as JSON text. A name that nobody knows is refused, and every mistake names
//! its option. Absent, `null` and given are three things: `null` switches a check off where
//! that is possible and is a mistake elsewhere.
//!
//! What is read and cannot be is remembered, so that a provider takes one option after the
//! other and asks for the first mistake at its end, with [`Settings::check`].

use core::time::Duration;

use crate::api::{BaseUrl, Client, CredentialKind, Dialect, Limits, Secret, check_segment};
use crate::crypto::SignatureAlgorithm;
use crate::error::{ConfigError, Error, KeyError};
use crate::http::Headers;
use crate::json::Json;
use crate::jwk::{CacheTimes, JwkSet, KeySource, Location, Remote};
use crate::jwt::{AccessClaims, ClaimRule, DEFAULT_TOKEN_CACHE, Policy};
use crate::options::{Options, Setting, millis, text_of};
use crate::url::check_url;
use crate::webhook::{self, Scheme, Webhook};

/// The options as they came in; wiped when dropped.
pub(crate) struct Settings(Options);

/// A configured provider: its options, and what is made of them once.
pub(crate) struct Configuration {
    /// The options.
    pub(crate) settings: Settings,
    /// The client that makes calls.
    pub(crate) client: Client,
}

/// A credential of a client: its kind, its option, and the prefixes that show that another one
/// was put in its place.
pub(crate) struct Credential(
    pub(crate) CredentialKind,
    pub(crate) &'static str,
    pub(crate) &'static [&'static str],
);

/// What is alike for all of a provider's tokens, whoever configures it.
pub(crate) struct TokenRow {
    /// The algorithms that they are signed with.
    pub(crate) algorithms: &'static [&'static dyn SignatureAlgorithm],
    /// Claims that must be there.
    pub(crate) required: &'static [&'static str],
    /// `clockTolerance` where it is not given, and at most, in seconds.
    pub(crate) tolerance: (u64, u64),
    /// The key cache where no option says otherwise, and where it is not as everybody's.
    pub(crate) times: Option<CacheTimes>,
    /// Whether a token is refused while several keys fit it.
    pub(crate) refuse_ambiguous_key: bool,
    /// Whether a token whose `iat` lies ahead is refused.
    pub(crate) refuse_future_iat: bool,
}

/// A cache for keys that hardly ever change: they are asked for once an hour.
pub(crate) const HOURLY: CacheTimes = CacheTimes {
    max_age: Duration::from_secs(3_600),
    cooldown: Duration::from_secs(60),
    timeout: Duration::from_secs(10),
    stale_while_revalidate: Duration::from_secs(60),
    stale_if_error: Duration::from_secs(86_400),
};

impl Settings {
    /// Reads JSON text that has members of these names only, each a word of `names`.
    pub(crate) fn parse(json: &str, names: &str) -> Result<Self, ConfigError> {
        Options::parse("options", json, names).map(Self)
    }

    /// Passes when every option that was read could be.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        self.0.check()
    }

    /// Remembers a mistake, unless there was one before.
    pub(crate) fn refuse(&self, option: &'static str, problem: &'static str) {
        self.0.refuse(ConfigError::new(option, problem));
    }

    /// What was read, or nothing and a mistake to remember.
    pub(crate) fn kept<T>(&self, read: Result<T, ConfigError>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(problem) => {
                self.0.refuse(problem);
                None
            }
        }
    }

    /// The option's value, whatever it is.
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    /// Whether the option is there, be it as `null`.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.get(name).is_some()
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, name: &'static str) -> Option<bool> {
        self.0.flag(name)
    }

    /// A string that is not empty and fits a header.
    pub(crate) fn text(&self, name: &'static str) -> Option<&str> {
        self.kept(text_of(name, self.get(name)?))
    }

    /// A string that must be given.
    pub(crate) fn required(&self, name: &'static str) -> &str {
        if !self.contains(name) {
            self.refuse(name, "must be given");
        }
        self.text(name).unwrap_or_default()
    }

    /// A string that can be one segment of a path.
    pub(crate) fn segment(&self, name: &'static str) -> Option<&str> {
        let text = self.text(name)?;
        if let Err(problem) = check_segment(text) {
            self.refuse(name, problem);
        }
        Some(text)
    }

    /// Which of these words a string is; `problem` lists them.
    pub(crate) fn word(
        &self,
        name: &'static str,
        words: &[&str],
        problem: &'static str,
    ) -> Option<usize> {
        let given = self.text(name)?;
        let word = words.iter().position(|word| *word == given);
        if word.is_none() {
            self.refuse(name, problem);
        }
        word
    }

    /// A string or a list of strings; an empty list is a mistake, not a switch.
    pub(crate) fn list(&self, name: &'static str) -> Option<Vec<String>> {
        let items = match self.get(name)? {
            Json::Array(items) if items.is_empty() => {
                self.refuse(name, "must not be an empty list");
                return None;
            }
            Json::Array(items) => items.as_slice(),
            one => core::slice::from_ref(one),
        };
        let mut texts = Vec::new();
        for item in items {
            texts.push(self.kept(text_of(name, item))?.to_owned());
        }
        Some(texts)
    }

    /// A string or a list of strings, or `null`.
    pub(crate) fn choice(&self, name: &'static str) -> Setting<Vec<String>> {
        match self.get(name) {
            Some(Json::Null) => Setting::Off,
            _ => self.list(name).map_or(Setting::Absent, Setting::Given),
        }
    }

    /// Credentials, of which any may match.
    pub(crate) fn secrets(&self, name: &'static str) -> Vec<Secret> {
        let secrets = self.list(name).unwrap_or_default();
        secrets.into_iter().map(Secret::new).collect()
    }

    /// The base URL in `name`, else the provider's own.
    pub(crate) fn base(
        &self,
        name: &'static str,
        default: &'static str,
    ) -> Result<BaseUrl, ConfigError> {
        BaseUrl::parse(name, self.text(name).unwrap_or(default))
    }

    /// The client with every option that is about calls.
    pub(crate) fn client(
        &self,
        dialect: &'static Dialect,
        base: BaseUrl,
        limits: Limits,
        credentials: &[Credential],
    ) -> Client {
        let mut client = Client::new(dialect, base).with_limits(self.limits(limits));
        for Credential(kind, option, foreign) in credentials {
            let Some(secret) = self.text(option) else {
                continue;
            };
            if foreign.iter().any(|prefix| secret.starts_with(prefix)) {
                self.refuse(option, "holds a key of another kind");
            }
            client = client.with_credential(*kind, Secret::new(secret));
        }
        client
    }

    /// Times and counts of the client.
    pub(crate) fn limits(&self, defaults: Limits) -> Limits {
        let mut limits = defaults;
        for (name, value) in self.0.iter() {
            self.kept(limits.set(name, value));
        }
        limits
    }

    /// A number of seconds, or text such as `"5s"`, with an upper bound.
    pub(crate) fn seconds(&self, name: &'static str, default: u64, most: u64) -> Duration {
        if !self.contains(name) {
            return Duration::from_secs(default);
        }
        let span = self.0.span(name).unwrap_or_default();
        if span > Duration::from_secs(most) {
            let problem = format!("must be seconds from 0 to {most}");
            self.0.refuse(ConfigError::new(name, problem));
        }
        span
    }

    /// The rules for a provider's tokens, but for who issued them to whom.
    pub(crate) fn policy(&self, row: &TokenRow, rule: Box<dyn ClaimRule>) -> Policy {
        let (default, most) = row.tolerance;
        Policy {
            token_cache: DEFAULT_TOKEN_CACHE,
            algorithms: row.algorithms.to_vec(),
            issuers: None,
            audiences: None,
            subjects: None,
            typ: None,
            required_claims: owned(row.required),
            clock_tolerance: self.seconds("clockTolerance", default, most),
            max_token_age: None,
            refuse_future_iat: row.refuse_future_iat,
            refuse_ambiguous_key: row.refuse_ambiguous_key,
            rule: Some(rule),
            access: AccessClaims::default(),
        }
    }

    /// Where the keys are: `jwks` or `jwksUri`, else the provider's own place.
    pub(crate) fn key_source(&self, row: &TokenRow, default: Location) -> Result<KeySource, Error> {
        let url = self.text("jwksUri");
        let location = match (self.get("jwks"), url) {
            (Some(_), Some(_)) => {
                return Err(ConfigError::new("jwksUri", "cannot stand beside jwks").into());
            }
            (Some(set), None) => return supplied(set),
            (None, Some(url)) => {
                check_url("jwksUri", url)?;
                Location::Urls(vec![url.to_owned()])
            }
            (None, None) => default,
        };
        Ok(KeySource::Remote(self.remote(
            row,
            location,
            Headers::new(),
        )))
    }

    /// Keys that are fetched, with the options of their cache.
    pub(crate) fn remote(&self, row: &TokenRow, location: Location, headers: Headers) -> Remote {
        let mut times = row.times.unwrap_or_default();
        for (name, least, time) in [
            ("cacheMaxAge", 1, &mut times.max_age),
            ("cooldownDuration", 1, &mut times.cooldown),
            ("timeoutDuration", 1, &mut times.timeout),
            ("staleWhileRevalidate", 0, &mut times.stale_while_revalidate),
            ("staleIfError", 0, &mut times.stale_if_error),
        ] {
            let Some(value) = self.get(name) else {
                continue;
            };
            if let Some(given) = self.kept(millis(name, value, least)) {
                *time = given;
            }
        }
        Remote {
            location,
            headers,
            times,
        }
    }
}

/// Keys that an option holds.
pub(crate) fn supplied(set: &Json) -> Result<KeySource, Error> {
    if !set.is_object() {
        return Err(ConfigError::new("jwks", "must be a JWK Set").into());
    }
    match JwkSet::parse(set.to_string().as_bytes()) {
        Ok(set) if !set.is_empty() => Ok(KeySource::Set(set)),
        _ => Err(KeyError::Invalid("jwks holds no usable key").into()),
    }
}

/// The verifier of a provider's webhooks: under `given` secrets, or under its own where there
/// is none.
pub(crate) fn webhook(
    scheme: &str,
    own: &[Secret],
    mut given: Vec<webhook::Secret>,
) -> Result<Webhook, Error> {
    if given.is_empty() {
        given = own.iter().map(|secret| secret.expose().into()).collect();
    }
    if given.is_empty() {
        return Err(ConfigError::new("webhookSecret", "is needed to verify webhooks").into());
    }
    let options = webhook::Options::new(Scheme::named(scheme)?, given);
    Ok(Webhook::new(options)?)
}

/// Texts of a row as those of a policy.
pub(crate) fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Whether a text has the form of a UUID (RFC 9562 §4), in either case.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn settings(options: Json) -> Settings {
        Settings::parse(&options.to_string(), "own list").unwrap()
    }

    #[test]
    fn unknown_names_are_refused_and_known_ones_read() {
        let refused = Settings::parse(r#"{"ovn":1}"#, "own").err().unwrap();
        assert_eq!(refused.option, "ovn");
        let settings = settings(json!({"own": "x", "list": ["a", "b"]}));
        assert_eq!(settings.text("own"), Some("x"));
        assert_eq!(settings.list("list").unwrap(), ["a", "b"]);
        assert_eq!(settings.list("own").unwrap(), ["x"]);
        assert_eq!(settings.word("own", &["w", "x"], "must be w or x"), Some(1));
        assert_eq!(settings.check(), Ok(()));
        assert_eq!(settings.required("jwksUri"), "");
        assert_eq!(settings.check().unwrap_err().option, "jwksUri");
    }

    #[test]
    fn the_first_mistake_is_the_one_that_is_told() {
        let settings = settings(json!({"own": 1, "list": []}));
        assert_eq!(settings.list("list"), None);
        assert_eq!(settings.text("own"), None);
        assert_eq!(settings.word("own", &["w"], "must be w"), None);
        assert_eq!(settings.check().unwrap_err().option, "list");
    }

    #[test]
    fn a_null_is_no_string_but_can_switch_off() {
        let settings = settings(json!({"own": null, "list": []}));
        assert_eq!(settings.choice("own"), Setting::Off);
        assert!(settings.contains("own"));
        assert_eq!(settings.choice("jwks"), Setting::Absent);
        assert_eq!(settings.check(), Ok(()));
        assert_eq!(settings.choice("list"), Setting::Absent);
        assert_eq!(settings.check().unwrap_err().option, "list");
    }

    #[test]
    fn a_null_is_no_string() {
        let settings = settings(json!({"own": null}));
        assert_eq!(settings.text("own"), None);
        assert_eq!(settings.check().unwrap_err().option, "own");
    }

    #[test]
    fn the_tolerance_is_bounded() {
        let read = |value: Json| {
            let settings = settings(json!({ "own": value }));
            let span = settings.seconds("own", 30, 120);
            settings.check().map(|()| span)
        };
        let left_out = settings(json!({})).seconds("own", 30, 120);
        assert_eq!(left_out, Duration::from_secs(30));
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
}
