//! A verifier's options as users type them, and what they come to.
//!
//! Precedence is one rule everywhere: what is given wins over a provider's default, and that
//! over the default here. `null` switches a check off where that is possible; leaving an
//! option out never does.

use core::time::Duration;

use super::access::{AccessClaims, Organizations};
use super::policy::{DEFAULT_TOKEN_CACHE, MAX_CLOCK_TOLERANCE, Policy};
use crate::crypto::{self, SignatureAlgorithm};
use crate::error::{ConfigError, Error, KeyError};
use crate::http::Headers;
use crate::json::Json;
use crate::jwk::{CacheTimes, Jwk, JwkSet, KeySource, Location, Remote};
use crate::options::{Options, Setting};

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
    /// Default 60 000.
    pub stale_while_revalidate: Option<Duration>,
    /// How long past its end a set serves while its endpoint fails, given in milliseconds.
    /// Default 86 400 000.
    pub stale_if_error: Option<Duration>,
    /// How many verified tokens are remembered; 0, or `false` where options are JSON, for none.
    /// Default 1 000.
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

const NAMES: &[&str] = &[
    "algorithms",
    "audience",
    "cacheMaxAge",
    "clockTolerance",
    "cooldownDuration",
    "headers",
    "issuer",
    "jwk",
    "jwks",
    "jwksFallbackUris",
    "jwksUri",
    "maxTokenAge",
    "pem",
    "permissionsClaim",
    "requiredClaims",
    "rolesClaim",
    "scopesClaim",
    "secret",
    "staleIfError",
    "staleWhileRevalidate",
    "subject",
    "timeoutDuration",
    "tokenCache",
    "typ",
];

impl VerifierOptions {
    /// Reads the options from a JSON object.
    ///
    /// # Errors
    ///
    /// `ERR_CONFIG_INVALID` naming the option: unknown, or of the wrong type.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        let options = Options::parse("options", json, NAMES)?;
        let read = Self {
            issuer: options.setting("issuer"),
            audience: options.setting("audience"),
            jwks_uri: options.string("jwksUri"),
            jwks_fallback_uris: options.strings("jwksFallbackUris").unwrap_or_default(),
            jwks: options.string("jwks"),
            jwk: options.string("jwk"),
            pem: options.string("pem"),
            secret: options.bytes("secret").map(SecretBytes),
            algorithms: options.strings("algorithms"),
            subject: options.setting("subject"),
            typ: options.string("typ"),
            required_claims: options.strings("requiredClaims"),
            clock_tolerance: options.span("clockTolerance"),
            max_token_age: options.span("maxTokenAge"),
            cache_max_age: options.millis("cacheMaxAge"),
            cooldown_duration: options.millis("cooldownDuration"),
            timeout_duration: options.millis("timeoutDuration"),
            stale_while_revalidate: options.millis("staleWhileRevalidate"),
            stale_if_error: options.millis("staleIfError"),
            token_cache: match options.get("tokenCache") {
                Some(Json::Bool(false)) => Some(0),
                _ => options.count("tokenCache"),
            },
            roles_claim: options.string("rolesClaim"),
            permissions_claim: options.string("permissionsClaim"),
            scopes_claim: options.string("scopesClaim"),
            headers: header_fields(&options),
        };
        options.check()?;
        Ok(read)
    }

    /// Checks the options and turns them into rules and a source of keys.
    ///
    /// # Errors
    ///
    /// `ERR_CONFIG_INVALID` naming the option; `ERR_JWK_INVALID` when a configured key is
    /// malformed, weak or fits no accepted algorithm.
    pub fn resolve(&self) -> Result<(Policy, KeySource), Error> {
        let issuers = list("issuer", &self.issuer)?;
        let source = self.source(issuers.as_deref())?;
        let policy = Policy {
            token_cache: self.token_cache.unwrap_or(DEFAULT_TOKEN_CACHE),
            algorithms: self.accepted_algorithms(&source)?,
            issuers,
            audiences: match list("audience", &self.audience)? {
                None if self.audience == Setting::Absent => {
                    return refuse("audience", "must be given; null accepts tokens for anyone");
                }
                audiences => audiences,
            },
            subjects: list("subject", &self.subject)?,
            typ: non_empty("typ", self.typ.as_ref())?,
            required_claims: match &self.required_claims {
                Some(claims) => claims.clone(),
                None => vec!["exp".to_owned()],
            },
            clock_tolerance: tolerance(self.clock_tolerance)?,
            max_token_age: match self.max_token_age {
                Some(Duration::ZERO) => return refuse("maxTokenAge", "must be more than 0"),
                age => age,
            },
            refuse_future_iat: false,
            refuse_ambiguous_key: false,
            rule: None,
            access: AccessClaims {
                roles: path("rolesClaim", self.roles_claim.as_ref())?,
                permissions: path("permissionsClaim", self.permissions_claim.as_ref())?,
                scopes: path("scopesClaim", self.scopes_claim.as_ref())?,
                organizations: Organizations::Unknown,
            },
        };
        Ok((policy, source))
    }

    /// The one source of keys; none at all with one issuer means discovery.
    fn source(&self, issuers: Option<&[String]>) -> Result<KeySource, Error> {
        let given = [
            self.jwks_uri.is_some(),
            self.jwks.is_some(),
            self.jwk.is_some() || self.pem.is_some(),
            self.secret.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() > 1 {
            return refuse(
                "jwksUri",
                "give one of jwksUri, jwks, key and secret, not several",
            );
        }
        if let Some(text) = &self.jwks {
            let set = JwkSet::parse(text.as_bytes())
                .map_err(|_| KeyError::Invalid("jwks holds no usable key"))?;
            return match set.is_empty() {
                true => Err(KeyError::Invalid("jwks holds no key").into()),
                false => Ok(KeySource::Set(set)),
            };
        }
        if let Some(text) = &self.jwk {
            return Ok(KeySource::Keys(JwkSet::of(Jwk::from_json(
                text.as_bytes(),
            )?)?));
        }
        if let Some(text) = &self.pem {
            return Ok(KeySource::Keys(JwkSet::of(Jwk::from_pem(text)?)?));
        }
        if let Some(secret) = &self.secret {
            if secret.0.is_empty() {
                return refuse("secret", "must not be empty");
            }
            // HMAC pads with zeros: a buffer that was never filled equals every shorter one.
            if secret.0.iter().all(|b| *b == 0) {
                return refuse("secret", "must not be all zeros");
            }
            let secret = Jwk::from_secret(&secret.0)
                .map_err(|error| ConfigError::new("secret", reason(error)))?;
            return Ok(KeySource::Keys(JwkSet::of(secret)?));
        }
        self.remote(issuers)
    }

    fn remote(&self, issuers: Option<&[String]>) -> Result<KeySource, Error> {
        if self.issuer == Setting::Absent {
            return refuse(
                "issuer",
                "must be given with remote keys; null accepts any issuer of those keys",
            );
        }
        let location = match (&self.jwks_uri, issuers) {
            (Some(url), _) => Location::Urls(
                [
                    std::slice::from_ref(url),
                    self.jwks_fallback_uris.as_slice(),
                ]
                .concat(),
            ),
            (None, Some([issuer])) => Location::Discovery {
                issuer: issuer.clone(),
            },
            (None, _) => {
                return refuse(
                    "jwksUri",
                    "give jwksUri, jwks, key or secret, or one issuer to discover them from",
                );
            }
        };
        let mut headers = Headers::new();
        for (name, value) in &self.headers {
            let appended = headers.append(name.as_str(), value.as_str());
            appended.map_err(|_| ConfigError::new("headers", "a field is not fit to be sent"))?;
        }
        let defaults = CacheTimes::default();
        let times = CacheTimes {
            max_age: self.cache_max_age.unwrap_or(defaults.max_age),
            cooldown: self.cooldown_duration.unwrap_or(defaults.cooldown),
            timeout: match self.timeout_duration {
                Some(Duration::ZERO) => return refuse("timeoutDuration", "must be more than 0"),
                timeout => timeout.unwrap_or(defaults.timeout),
            },
            stale_while_revalidate: self
                .stale_while_revalidate
                .unwrap_or(defaults.stale_while_revalidate),
            stale_if_error: self.stale_if_error.unwrap_or(defaults.stale_if_error),
        };
        Ok(KeySource::Remote(Remote {
            location,
            headers,
            times,
        }))
    }

    fn accepted_algorithms(
        &self,
        source: &KeySource,
    ) -> Result<Vec<&'static dyn SignatureAlgorithm>, Error> {
        let fit = match source {
            KeySource::Keys(set) | KeySource::Set(set) => set.algorithms(),
            KeySource::Remote(_) => crypto::ALL
                .into_iter()
                .filter(|algorithm| !algorithm.id().is_symmetric())
                .collect(),
        };
        if fit.is_empty() {
            return Err(KeyError::Invalid("no configured key is for verifying signatures").into());
        }
        let Some(names) = &self.algorithms else {
            return Ok(fit);
        };
        if names.is_empty() {
            return refuse("algorithms", "must not be empty");
        }
        let mut accepted = Vec::new();
        for name in names {
            let algorithm = crypto::by_name(name).ok_or_else(|| {
                ConfigError::new("algorithms", "names an algorithm that is not supported")
            })?;
            if algorithm.id().is_symmetric() != self.secret.is_some() {
                return refuse(
                    "algorithms",
                    "HS256, HS384 and HS512 go with secret, all others with public keys",
                );
            }
            accepted.push(algorithm);
        }
        let usable =
            |algorithm: &&dyn SignatureAlgorithm| fit.iter().any(|f| f.id() == algorithm.id());
        match accepted.iter().any(usable) {
            true => Ok(accepted),
            false => Err(KeyError::Invalid("no configured key fits an accepted algorithm").into()),
        }
    }
}

fn refuse<T>(option: &'static str, problem: &'static str) -> Result<T, Error> {
    Err(ConfigError::new(option, problem).into())
}

fn reason(error: KeyError) -> &'static str {
    match error {
        KeyError::Invalid(reason) => reason,
        _ => "cannot be used",
    }
}

/// The accepted values of a claim; `None` where none is asked for.
fn list(
    option: &'static str,
    setting: &Setting<Vec<String>>,
) -> Result<Option<Vec<String>>, Error> {
    match setting {
        Setting::Absent | Setting::Off => Ok(None),
        Setting::Given(values) if values.is_empty() || values.iter().any(String::is_empty) => {
            refuse(option, "must not be empty; null switches the check off")
        }
        Setting::Given(values) => Ok(Some(values.clone())),
    }
}

fn header_fields(options: &Options) -> Vec<(String, String)> {
    let field = |pair: &Json| match pair.as_array()? {
        [name, value] => Some((name.as_str()?.to_owned(), value.as_str()?.to_owned())),
        _ => None,
    };
    let Some(given) = options.get("headers") else {
        return Vec::new();
    };
    let fields = given.as_array().unwrap_or(&[Json::Null]);
    let fields = fields.iter().map(field).collect::<Option<_>>();
    fields.unwrap_or_else(|| {
        options.refuse(ConfigError::new("headers", "must be pairs of strings"));
        Vec::new()
    })
}

fn non_empty(option: &'static str, value: Option<&String>) -> Result<Option<String>, Error> {
    match value {
        Some(value) if value.is_empty() => refuse(option, "must not be empty"),
        value => Ok(value.cloned()),
    }
}

fn path(option: &'static str, path: Option<&String>) -> Result<Vec<String>, Error> {
    Ok(non_empty(option, path)?.into_iter().collect())
}

fn tolerance(given: Option<Duration>) -> Result<Duration, Error> {
    match given.unwrap_or_default() {
        tolerance if tolerance <= MAX_CLOCK_TOLERANCE => Ok(tolerance),
        _ => refuse("clockTolerance", "must be from 0 to 300 seconds"),
    }
}

impl SecretBytes {
    /// Takes bytes into custody.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(zeroize::Zeroizing::new(bytes))
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
