//! A verifier's options as users type them, and what they come to.
//!
//! Precedence is one rule everywhere: what is given wins over a provider's default, and that
//! over the default here. `null` switches a check off where that is possible; leaving an
//! option out never does.
//!
//! Hosts of WebAssembly compile a function when it is called for the first time. Making a verifier
//! is among the first things that a process does, so what few verifiers need (keys that are
//! fetched, header fields) stands in functions of its own, which are not inlined.

use core::mem::take;
use core::time::Duration;

use super::access::{AccessClaims, Organizations};
use super::policy::{DEFAULT_TOKEN_CACHE, MAX_CLOCK_TOLERANCE, MAX_TOKEN_CACHE, Policy};
use crate::crypto::{self, SignatureAlgorithm};
use crate::error::{ConfigError, Error, KeyError};
use crate::http::Headers;
use crate::json::Json;
use crate::jwk::{CacheTimes, Jwk, JwkSet, KeySource, Location, Remote};
use crate::options::{Options, Setting, object};

/// Bytes that are wiped when dropped and never shown.
#[derive(Clone)]
pub struct SecretBytes(zeroize::Zeroizing<Vec<u8>>);

/// The options of one issuer. Names, units and defaults are those of the JavaScript API; a
/// JWK or a set is given as its JSON text.
#[derive(Clone, Debug, Default)]
pub struct VerifierOptions {
    /// Accepted values of `iss`. Needed with remote keys; `null` switches the check off.
    pub issuer: Setting<Vec<String>>,
    /// Accepted values of `aud`. Must be given; `null` switches the check off.
    pub audience: Setting<Vec<String>>,
    /// The URL of the issuer's key set.
    pub jwks_uri: Option<String>,
    /// Further URLs, each asked where the one before answers 404.
    pub jwks_fallback_uris: Vec<String>,
    /// A key set, as JSON text.
    pub jwks: Option<String>,
    /// One public key, as the JSON text of its JWK.
    pub jwk: Option<String>,
    /// One public key or certificate, as PEM.
    pub pem: Option<String>,
    /// A shared secret for HMAC.
    pub secret: Option<SecretBytes>,
    /// Accepted algorithms. Default: every asymmetric one that fits the keys; with a secret,
    /// HMAC with every hash that is no longer than it.
    pub algorithms: Option<Vec<String>>,
    /// Accepted values of `sub`.
    pub subject: Setting<Vec<String>>,
    /// The header's `typ`.
    pub typ: Option<String>,
    /// Claims that must be there. Default `["exp"]`.
    pub required_claims: Option<Vec<String>>,
    /// How far the issuer's clock may be off, given in seconds. Default 0, at most 300 s.
    pub clock_tolerance: Option<Duration>,
    /// How long after `iat` a token is accepted, given in seconds. Default: no limit.
    pub max_token_age: Option<Duration>,
    /// How long a fetched set is fresh, given in milliseconds. Default 600 000.
    pub cache_max_age: Option<Duration>,
    /// Time between two requests for an unknown key, given in milliseconds. Default 30 000.
    pub cooldown_duration: Option<Duration>,
    /// How long a caller waits for keys, given in milliseconds. Default 5 000.
    pub timeout_duration: Option<Duration>,
    /// How long before its end a set is refreshed behind an answer, given in milliseconds.
    /// Default 60 000; never more than half of `cache_max_age`.
    pub stale_while_revalidate: Option<Duration>,
    /// How long past its end a set serves while its endpoint fails, given in milliseconds.
    /// Default 86 400 000.
    pub stale_if_error: Option<Duration>,
    /// How many verified tokens are remembered; 0, or `false` where options are JSON, for none.
    /// Default 1 000, at most [`MAX_TOKEN_CACHE`]. None is before the host lends its randomness to
    /// [`Keyring::seed`](super::Keyring::seed).
    pub token_cache: Option<usize>,
    /// Path of the roles claim.
    pub roles_claim: Option<String>,
    /// Path of the permissions claim.
    pub permissions_claim: Option<String>,
    /// Path of the scopes claim.
    pub scopes_claim: Option<String>,
    /// Header fields for requests to the key endpoint.
    pub headers: Vec<(String, String)>,
}

/// Where an option goes; which place it is says what the option must be.
enum Place<'a> {
    Cache(&'a mut Option<usize>),
    Headers(&'a mut Vec<(String, String)>),
    Millis(&'a mut Option<Duration>),
    Secret(&'a mut Option<SecretBytes>),
    Setting(&'a mut Setting<Vec<String>>),
    Span(&'a mut Option<Duration>),
    Text(&'a mut Option<String>),
    Texts(&'a mut Option<Vec<String>>),
    Urls(&'a mut Vec<String>),
}

/// An option with its place.
type Row = (&'static str, fn(&mut VerifierOptions) -> Place<'_>);

/// Every option, in the order in which they are read: of several mistakes the first is told.
const ROWS: &[Row] = &[
    ("issuer", |to| Place::Setting(&mut to.issuer)),
    ("audience", |to| Place::Setting(&mut to.audience)),
    ("subject", |to| Place::Setting(&mut to.subject)),
    ("jwksUri", |to| Place::Text(&mut to.jwks_uri)),
    ("jwks", |to| Place::Text(&mut to.jwks)),
    ("jwk", |to| Place::Text(&mut to.jwk)),
    ("pem", |to| Place::Text(&mut to.pem)),
    ("typ", |to| Place::Text(&mut to.typ)),
    ("rolesClaim", |to| Place::Text(&mut to.roles_claim)),
    ("permissionsClaim", |to| {
        Place::Text(&mut to.permissions_claim)
    }),
    ("scopesClaim", |to| Place::Text(&mut to.scopes_claim)),
    ("jwksFallbackUris", |to| {
        Place::Urls(&mut to.jwks_fallback_uris)
    }),
    ("algorithms", |to| Place::Texts(&mut to.algorithms)),
    ("requiredClaims", |to| Place::Texts(&mut to.required_claims)),
    ("clockTolerance", |to| Place::Span(&mut to.clock_tolerance)),
    ("maxTokenAge", |to| Place::Span(&mut to.max_token_age)),
    ("cacheMaxAge", |to| Place::Millis(&mut to.cache_max_age)),
    ("cooldownDuration", |to| {
        Place::Millis(&mut to.cooldown_duration)
    }),
    ("timeoutDuration", |to| {
        Place::Millis(&mut to.timeout_duration)
    }),
    ("staleWhileRevalidate", |to| {
        Place::Millis(&mut to.stale_while_revalidate)
    }),
    ("staleIfError", |to| Place::Millis(&mut to.stale_if_error)),
    ("secret", |to| Place::Secret(&mut to.secret)),
    ("tokenCache", |to| Place::Cache(&mut to.token_cache)),
    ("headers", |to| Place::Headers(&mut to.headers)),
];

impl Place<'_> {
    /// Reads an option that is there.
    fn take(self, options: &Options, name: &'static str) {
        match self {
            Self::Cache(place) => *place = cache_size(options, name),
            Self::Headers(place) => *place = header_fields(options, name),
            Self::Millis(place) => *place = options.millis(name),
            Self::Secret(place) => *place = options.bytes(name).map(SecretBytes),
            Self::Setting(place) => *place = options.setting(name),
            Self::Span(place) => *place = options.span(name),
            Self::Text(place) => *place = options.string(name),
            Self::Texts(place) => *place = options.strings(name),
            Self::Urls(place) => *place = options.strings(name).unwrap_or_default(),
        }
    }
}

impl VerifierOptions {
    /// Reads the options from a JSON object.
    ///
    /// # Errors
    ///
    /// `ERR_CONFIG_INVALID` naming the option: unknown, or of the wrong type.
    #[inline(never)]
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let is_known = |name: &str| ROWS.iter().any(|(known, _)| *known == name);
        let options = Options::known(object("options", json)?, &is_known)?;
        let mut read = Self::default();
        for (name, place) in ROWS {
            if options.get(name).is_some() {
                place(&mut read).take(&options, name);
            }
        }
        options.check().map(|()| read)
    }

    /// Checks the options and turns them into rules and a source of keys.
    ///
    /// # Errors
    ///
    /// `ERR_CONFIG_INVALID` naming the option; `ERR_JWK_INVALID` when a configured key is
    /// malformed, weak or fits no accepted algorithm.
    #[inline(never)]
    pub fn resolve(mut self) -> Result<(Policy, KeySource), Error> {
        check_list("issuer", &self.issuer)?;
        let source = self.source()?;
        let algorithms = self.accepted_algorithms(&source)?;
        self.check_rules()?;
        Ok((self.policy(algorithms), source))
    }

    /// What has passed every check, as rules.
    fn policy(&mut self, algorithms: Vec<&'static dyn SignatureAlgorithm>) -> Policy {
        let values = |claim: &mut Setting<_>| take(claim).into_given();
        let path = |claim: &mut Option<String>| claim.take().into_iter().collect();
        let required = || vec!["exp".to_owned()];
        Policy {
            token_cache: self.token_cache.unwrap_or(DEFAULT_TOKEN_CACHE),
            algorithms,
            issuers: values(&mut self.issuer),
            audiences: values(&mut self.audience),
            subjects: values(&mut self.subject),
            typ: self.typ.take(),
            required_claims: self.required_claims.take().unwrap_or_else(required),
            clock_tolerance: self.clock_tolerance.unwrap_or_default(),
            max_token_age: self.max_token_age,
            refuse_future_iat: false,
            refuse_ambiguous_key: false,
            rule: None,
            access: AccessClaims {
                roles: path(&mut self.roles_claim),
                permissions: path(&mut self.permissions_claim),
                scopes: path(&mut self.scopes_claim),
                organizations: Organizations::Unknown,
            },
        }
    }

    /// Checks what is asked of tokens beside their keys.
    fn check_rules(&self) -> Result<(), ConfigError> {
        check_list("audience", &self.audience)?;
        if self.audience == Setting::Absent {
            refuse("audience", "must be given; null accepts tokens for anyone")?;
        }
        check_list("subject", &self.subject)?;
        check_text("typ", &self.typ)?;
        if self.clock_tolerance > Some(MAX_CLOCK_TOLERANCE) {
            refuse("clockTolerance", "must be from 0 to 300 seconds")?;
        }
        if self.max_token_age == Some(Duration::ZERO) {
            refuse("maxTokenAge", "must be more than 0")?;
        }
        if self.token_cache > Some(MAX_TOKEN_CACHE) {
            refuse("tokenCache", "must not be more than 100000")?;
        }
        check_text("rolesClaim", &self.roles_claim)?;
        check_text("permissionsClaim", &self.permissions_claim)?;
        check_text("scopesClaim", &self.scopes_claim)
    }

    /// The one source of keys; none at all with one issuer means discovery.
    fn source(&self) -> Result<KeySource, Error> {
        let given = [
            self.jwks_uri.is_some(),
            self.jwks.is_some(),
            self.jwk.is_some(),
            self.pem.is_some(),
            self.secret.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() > 1 {
            let problem = "give one of jwksUri, jwks, key and secret, not several";
            return Err(ConfigError::new("jwksUri", problem).into());
        }
        let key = match (&self.jwk, &self.pem, &self.secret) {
            (Some(text), ..) => Jwk::from_json(text.as_bytes())?,
            (_, Some(text), _) => Jwk::from_pem(text)?,
            (.., Some(secret)) => secret.key()?,
            _ => return self.published(),
        };
        Ok(KeySource::Keys(JwkSet::of(key)?))
    }

    /// The keys that an issuer publishes, given or to be fetched.
    #[inline(never)]
    fn published(&self) -> Result<KeySource, Error> {
        let Some(text) = &self.jwks else {
            return Ok(KeySource::Remote(self.remote()?));
        };
        match JwkSet::parse(text.as_bytes()) {
            Err(_) => Err(KeyError::Invalid("jwks holds no usable key").into()),
            Ok(set) if set.is_empty() => Err(KeyError::Invalid("jwks holds no key").into()),
            Ok(set) => Ok(KeySource::Set(set)),
        }
    }

    fn remote(&self) -> Result<Remote, ConfigError> {
        Ok(Remote {
            location: self.location()?,
            headers: self.request_headers()?,
            times: self.cache_times()?,
        })
    }

    fn location(&self) -> Result<Location, ConfigError> {
        if self.issuer == Setting::Absent {
            let problem = match self.jwks_uri {
                Some(_) => "must be given with remote keys; null accepts any issuer of those keys",
                None => "must be given to discover its keys, or else jwksUri, jwks, key or secret",
            };
            refuse("issuer", problem)?;
        }
        if let Some(url) = &self.jwks_uri {
            let mut urls = vec![url.clone()];
            urls.extend_from_slice(&self.jwks_fallback_uris);
            return Ok(Location::Urls(urls));
        }
        match self.issuer.given().map(Vec::as_slice) {
            Some([issuer]) => Ok(Location::Discovery {
                issuer: issuer.clone(),
            }),
            _ => Err(ConfigError::new(
                "jwksUri",
                "give jwksUri, jwks, key or secret, or one issuer to discover them from",
            )),
        }
    }

    fn request_headers(&self) -> Result<Headers, ConfigError> {
        let mut headers = Headers::new();
        for (name, value) in &self.headers {
            if headers.append(name.as_str(), value.as_str()).is_err() {
                refuse("headers", "a field is not fit to be sent")?;
            }
        }
        Ok(headers)
    }

    fn cache_times(&self) -> Result<CacheTimes, ConfigError> {
        if self.timeout_duration == Some(Duration::ZERO) {
            refuse("timeoutDuration", "must be more than 0")?;
        }
        let mut times = CacheTimes::default();
        for (given, time) in [
            (self.cache_max_age, &mut times.max_age),
            (self.cooldown_duration, &mut times.cooldown),
            (self.timeout_duration, &mut times.timeout),
            (
                self.stale_while_revalidate,
                &mut times.stale_while_revalidate,
            ),
            (self.stale_if_error, &mut times.stale_if_error),
        ] {
            *time = given.unwrap_or(*time);
        }
        Ok(times)
    }

    #[inline(never)]
    fn accepted_algorithms(
        &self,
        source: &KeySource,
    ) -> Result<Vec<&'static dyn SignatureAlgorithm>, Error> {
        let mut fit = Vec::new();
        for algorithm in crypto::ALL {
            if source.serves(algorithm) {
                fit.push(algorithm);
            }
        }
        let problem = match &self.algorithms {
            _ if fit.is_empty() => "no configured key is for verifying signatures",
            None => return Ok(fit),
            Some(names) => {
                let named = self.named_algorithms(names)?;
                if named.iter().any(|named| source.serves(*named)) {
                    return Ok(named);
                }
                "no configured key fits an accepted algorithm"
            }
        };
        Err(KeyError::Invalid(problem).into())
    }

    fn named_algorithms(
        &self,
        names: &[String],
    ) -> Result<Vec<&'static dyn SignatureAlgorithm>, ConfigError> {
        let mut named = Vec::new();
        for name in names {
            let problem = match crypto::by_name(name) {
                None => "names an algorithm that is not supported",
                Some(algorithm) if algorithm.id().is_symmetric() != self.secret.is_some() => {
                    "HS256, HS384 and HS512 go with secret, all others with public keys"
                }
                Some(algorithm) => {
                    named.push(algorithm);
                    continue;
                }
            };
            refuse("algorithms", problem)?;
        }
        if named.is_empty() {
            refuse("algorithms", "must not be empty")?;
        }
        Ok(named)
    }
}

fn refuse(option: &'static str, problem: &'static str) -> Result<(), ConfigError> {
    Err(ConfigError::new(option, problem))
}

/// Passes where a claim has accepted values, or none is asked for.
fn check_list(option: &'static str, setting: &Setting<Vec<String>>) -> Result<(), ConfigError> {
    match setting.given() {
        Some(values) if values.is_empty() || values.iter().any(String::is_empty) => {
            refuse(option, "must not be empty; null switches the check off")
        }
        _ => Ok(()),
    }
}

fn check_text(option: &'static str, text: &Option<String>) -> Result<(), ConfigError> {
    match text.as_deref() {
        Some("") => refuse(option, "must not be empty"),
        _ => Ok(()),
    }
}

/// `false` is another word for 0.
fn cache_size(options: &Options, name: &'static str) -> Option<usize> {
    match options.get(name) {
        Some(Json::Bool(false)) => Some(0),
        _ => options.count(name),
    }
}

#[inline(never)]
fn header_fields(options: &Options, name: &'static str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let given = options.get(name);
    let given = given.map(|given| given.as_array().unwrap_or(&[Json::Null]));
    for pair in given.unwrap_or_default() {
        match pair.as_array() {
            Some([Json::String(field), Json::String(value)]) => {
                fields.push((field.clone(), value.clone()));
            }
            _ => options.refuse(ConfigError::new(name, "must be pairs of strings")),
        }
    }
    fields
}

impl SecretBytes {
    /// Takes bytes into custody.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(zeroize::Zeroizing::new(bytes))
    }

    #[inline(never)]
    fn key(&self) -> Result<Jwk, ConfigError> {
        let problem = if crypto::is_blank(&self.0) {
            "must not be empty or all zeros"
        } else {
            match Jwk::from_secret(&self.0) {
                Ok(key) => return Ok(key),
                Err(KeyError::Invalid(reason)) => reason,
                Err(_) => "cannot be used",
            }
        };
        Err(ConfigError::new("secret", problem))
    }
}

impl core::fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SecretBytes(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = "-----BEGIN PUBLIC KEY-----\\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\\n-----END PUBLIC KEY-----";
    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn resolve(options: &str) -> Result<(Policy, KeySource), Error> {
        VerifierOptions::from_json(options)?.resolve()
    }

    fn refused_option(options: &str) -> String {
        match resolve(options) {
            Err(Error::Config(error)) => error.option.to_string(),
            other => panic!("{options}: {other:?}"),
        }
    }

    fn names(policy: &Policy) -> Vec<&str> {
        policy
            .algorithms
            .iter()
            .map(|algorithm| algorithm.id().as_str())
            .collect()
    }

    #[test]
    fn defaults_are_closed() {
        let (policy, source) = resolve(r#"{"issuer":"https://i.example","audience":"a"}"#).unwrap();
        assert_eq!(
            policy.issuers.as_deref(),
            Some(&["https://i.example".to_owned()][..])
        );
        assert_eq!(policy.required_claims, ["exp"]);
        assert_eq!(policy.clock_tolerance, Duration::ZERO);
        assert!(names(&policy).iter().all(|name| !name.starts_with("HS")));
        let KeySource::Remote(remote) = source else {
            panic!()
        };
        assert_eq!(
            remote.location,
            Location::Discovery {
                issuer: "https://i.example".into()
            }
        );
        assert_eq!(remote.times, CacheTimes::default());
    }

    #[test]
    fn algorithms_follow_the_keys() {
        let (policy, _) = resolve(&format!(r#"{{"audience":null,"pem":"{PEM}"}}"#)).unwrap();
        assert_eq!(names(&policy), ["EdDSA", "Ed25519"]);
        let (policy, _) = resolve(&format!(r#"{{"audience":null,"secret":"{SECRET}"}}"#)).unwrap();
        assert_eq!(names(&policy), ["HS256"]);
        let (policy, _) = resolve(&format!(
            r#"{{"audience":null,"secret":"{SECRET}{SECRET}"}}"#
        ))
        .unwrap();
        assert_eq!(names(&policy), ["HS256", "HS384", "HS512"]);
    }

    #[test]
    fn wrong_options_are_named() {
        let pem = format!(r#""pem":"{PEM}""#);
        for (options, option) in [
            (format!("{{{pem}}}"), "audience"),
            (format!(r#"{{{pem},"audience":[]}}"#), "audience"),
            (format!(r#"{{{pem},"audience":""}}"#), "audience"),
            (format!(r#"{{{pem},"audience":null,"issuer":[]}}"#), "issuer"),
            (format!(r#"{{{pem},"audience":null,"subject":[]}}"#), "subject"),
            (format!(r#"{{{pem},"audience":null,"typ":""}}"#), "typ"),
            (format!(r#"{{{pem},"audience":null,"algorithms":[]}}"#), "algorithms"),
            (format!(r#"{{{pem},"audience":null,"algorithms":["none"]}}"#), "algorithms"),
            (format!(r#"{{{pem},"audience":null,"algorithms":["HS256"]}}"#), "algorithms"),
            (format!(r#"{{{pem},"audience":null,"clockTolerance":301}}"#), "clockTolerance"),
            (format!(r#"{{{pem},"audience":null,"clockTolerance":-1}}"#), "clockTolerance"),
            (format!(r#"{{{pem},"audience":null,"clockTolerance":"6 min"}}"#), "clockTolerance"),
            (format!(r#"{{{pem},"audience":null,"maxTokenAge":0}}"#), "maxTokenAge"),
            (format!(r#"{{{pem},"audience":null,"tokenCache":100001}}"#), "tokenCache"),
            (format!(r#"{{{pem},"audience":null,"maxTokenAge":"soon"}}"#), "maxTokenAge"),
            (format!(r#"{{{pem},"audience":null,"rolesClaim":""}}"#), "rolesClaim"),
            (format!(r#"{{{pem},"audience":null,"jwksUri":"https://a.example"}}"#), "jwksUri"),
            (r#"{"audience":null}"#.into(), "issuer"),
            (r#"{"audience":null,"issuer":null}"#.into(), "jwksUri"),
            (r#"{"audience":null,"issuer":["https://a.example","https://b.example"]}"#.into(), "jwksUri"),
            (r#"{"audience":null,"jwksUri":"https://a.example"}"#.into(), "issuer"),
            (r#"{"audience":null,"issuer":null,"jwksUri":"https://a.example","cacheMaxAge":-1}"#.into(), "cacheMaxAge"),
            (r#"{"audience":null,"issuer":null,"jwksUri":"https://a.example","timeoutDuration":0}"#.into(), "timeoutDuration"),
            (r#"{"audience":null,"issuer":null,"jwksUri":"https://a.example","headers":[["a","b\r\nc"]]}"#.into(), "headers"),
            (r#"{"audience":null,"secret":"short"}"#.into(), "secret"),
            (r#"{"audience":null,"secret":""}"#.into(), "secret"),
            (format!(r#"{{"audience":null,"secret":{:?}}}"#, [0; 64]), "secret"),
            (r#"{"audience":null,"secret":[1,256]}"#.into(), "secret"),
            (r#"{"audience":null,"secret":{}}"#.into(), "secret"),
            (r#"{"audience":null,"headers":[["a"]]}"#.into(), "headers"),
            (r#"{"audience":null,"headers":{}}"#.into(), "headers"),
            (r#"{"audiance":"a"}"#.into(), "audiance"),
            (format!(r#"{{{pem},"audience":null,"jwk":"{{}}"}}"#), "jwksUri"),
            (format!(r#"{{{pem},"audience":null,"jwks":"{{}}"}}"#), "jwksUri"),
            (format!(r#"{{{pem},"audience":null,"secret":"{SECRET}"}}"#), "jwksUri"),
            (format!(r#"{{"audience":null,"secret":"{PEM}"}}"#), "secret"),
            (format!(r#"{{"audience":null,"secret":"{SECRET}","algorithms":["ES256"]}}"#), "algorithms"),
        ] {
            assert_eq!(refused_option(&options), option, "{options}");
        }
    }

    #[test]
    fn a_key_that_fits_no_accepted_algorithm_is_refused() {
        for options in [
            format!(r#"{{"audience":null,"pem":"{PEM}","algorithms":["ES256"]}}"#),
            r#"{"audience":null,"jwks":"{\"keys\":[]}"}"#.to_owned(),
            r#"{"audience":null,"jwks":"{}"}"#.to_owned(),
            r#"{"audience":null,"jwk":"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"use\":\"enc\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}"}"#.to_owned(),
            r#"{"audience":null,"jwk":"{\"kty\":\"oct\",\"k\":\"AAAA\"}"}"#.to_owned(),
            format!(r#"{{"audience":null,"secret":"{SECRET}","algorithms":["HS512"]}}"#),
        ] {
            assert!(
                matches!(resolve(&options), Err(Error::Key(KeyError::Invalid(_)))),
                "{options}"
            );
        }
    }
}
