//! The verifier: the order of checks, written once.

use std::sync::Arc;

use super::access::Requirement;
use super::claims::Claims;
use super::explain::{Check, Explanation, Trace};
use super::flow::{Preload, Refresh, STORES, Verify};
use super::header::Header;
use super::known::{Dates, Grounds, KnownHeaders, KnownTokens};
use super::policy::Policy;
use super::token::Token;
use crate::crypto::{Algorithm, Lender, SignatureAlgorithm};
use crate::encoding::Base64;
use crate::error::{ClaimReason, ConfigError, Error, KeyError, Malformed, TokenError};
use crate::json::{Json, Members, Value};
use crate::jwk::{KeySource, KeyStatus, KeyStore};
use crate::time::{self, UnixMillis};

/// Verifies the tokens of one issuer or several. Cheap to clone; all that changes is in its
/// [`Keyring`].
#[derive(Clone, Debug)]
pub struct Verifier {
    issuers: Arc<[Policy]>,
}

/// The keys of a verifier's issuers and what was computed from them.
#[derive(Debug)]
pub struct Keyring {
    pub(super) stores: Vec<KeyStore>,
    lender: Option<&'static dyn Lender>,
    headers: KnownHeaders,
    tokens: KnownTokens,
}

/// The circumstances of one verification.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The host's clock.
    pub now: UnixMillis,
    /// The moment to judge the token at, where it is not `now`.
    pub date: Option<UnixMillis>,
    /// What the resource demands beyond a good token.
    pub requirement: Option<&'a Requirement>,
}

impl Call<'_> {
    /// A verification at the host's own time.
    pub const fn at(now: UnixMillis) -> Self {
        Self {
            now,
            date: None,
            requirement: None,
        }
    }

    /// The moment that counts for claims.
    ///
    /// # Errors
    ///
    /// `ERR_CONFIG_INVALID` when the host's clock cannot be right.
    fn moment(&self) -> Result<UnixMillis, ConfigError> {
        time::moment(self.now, self.date)
    }
}

/// A token that has passed every check. Only a verifier makes one.
#[derive(Clone)]
pub struct Verified {
    judged: Arc<Judged>,
    header: Arc<Header>,
    algorithm: Algorithm,
    recalled_as: u64,
}

/// What a verified token says, and what its verdict rested on: kept in one place, so that a token
/// that comes again is handed on by a few words.
struct Judged {
    payload: Vec<u8>,
    grounds: Grounds,
}

/// How it was verified, anew or by recollection, makes no difference.
impl PartialEq for Verified {
    fn eq(&self, other: &Self) -> bool {
        self.payload() == other.payload()
            && self.header == other.header
            && self.algorithm == other.algorithm
    }
}

impl Eq for Verified {}

impl Verified {
    /// The payload's JSON text: strict, and exactly the bytes that were signed.
    pub fn payload(&self) -> &[u8] {
        &self.judged.payload
    }

    /// The header's JSON text.
    pub fn header(&self) -> &[u8] {
        self.header.json()
    }

    /// Whether both tokens had the same header, and it was read but once.
    pub fn shares_header(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.header, &other.header)
    }

    /// The number under which the keyring recalled it, never given to another token of that
    /// keyring; 0 where it was verified anew.
    pub fn recalled_as(&self) -> u64 {
        self.recalled_as
    }

    /// The algorithm that the signature was verified with.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The name of the key, if the token gave one.
    pub fn kid(&self) -> Option<&str> {
        self.header.kid()
    }

    /// The claims as a tree.
    pub fn members(&self) -> Members {
        match Json::parse(self.payload()) {
            Ok(Json::Object(members)) => members,
            // The verifier has read the same bytes as an object.
            _ => Members::new(),
        }
    }

    /// The claims as a type of the caller's.
    ///
    /// # Errors
    ///
    /// Whatever `C` makes of a payload that does not fit it.
    pub fn claims<'a, C: serde::Deserialize<'a>>(&'a self) -> Result<C, serde_json::Error> {
        serde_json::from_slice(self.payload())
    }
}

/// Claims are personal data: only how the token was verified is shown.
impl core::fmt::Debug for Verified {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Verified")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// A token whose form has passed, with the entry that will judge it.
#[derive(Debug)]
pub(super) struct Inspected {
    pub(super) header: Arc<Header>,
    pub(super) algorithm: &'static dyn SignatureAlgorithm,
    pub(super) issuer: usize,
}

impl Verifier {
    /// A verifier over its issuers, and the keyring that goes with it.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] without any issuer or with more than 4 096, when several issuers are not
    /// told apart by distinct `iss` values, or when a URL of theirs cannot be asked.
    pub fn new(issuers: Vec<(Policy, KeySource)>) -> Result<(Self, Keyring), Error> {
        let (mut policies, mut stores) = (Vec::new(), Vec::new());
        for (policy, source) in issuers {
            let store = KeyStore::new(source)?;
            stores.push(match policy.refuse_ambiguous_key {
                true => store.with_unambiguous_key(),
                false => store,
            });
            policies.push(policy);
        }
        check_distinct(&policies)?;
        let most = policies.iter().map(|policy| policy.token_cache);
        let most = most.fold(0, usize::max);
        Ok((
            Self {
                issuers: policies.into(),
            },
            Keyring {
                stores,
                lender: None,
                headers: KnownHeaders::default(),
                tokens: KnownTokens::new(most),
            },
        ))
    }

    /// The entries' policies, in order.
    pub fn policies(&self) -> &[Policy] {
        &self.issuers
    }

    /// Verifies with the keys in memory.
    ///
    /// # Errors
    ///
    /// Any token or key error of [`crate::error`]; `ERR_JWKS_UNAVAILABLE` when the keys would
    /// have to be fetched first; `ERR_CONFIG_INVALID` when the host has no clock.
    pub fn verify(
        &self,
        keyring: &mut Keyring,
        token: &[u8],
        call: Call<'_>,
    ) -> Result<Verified, Error> {
        match self.recall(keyring, token, call) {
            Some(verdict) => verdict,
            None => self.verify_traced(keyring, token, call, &mut Trace::default()),
        }
    }

    /// The verdict on a token that was verified before, where all of its grounds still hold.
    pub(super) fn recall(
        &self,
        keyring: &mut Keyring,
        token: &[u8],
        call: Call<'_>,
    ) -> Option<Result<Verified, Error>> {
        let known = keyring.tokens.find(token)?;
        let verified = Verified {
            recalled_as: known.number,
            ..known.verified.clone()
        };
        if !self.stands(keyring, &verified, call) {
            // Whatever is wrong with it, the whole verification says in the right words.
            keyring.tokens.forget(token);
            return None;
        }
        let policy = self.issuers.get(verified.judged.grounds.issuer)?;
        let granted = call.requirement.map_or(Ok(()), |requirement| {
            requirement.check(&Claims::parse(verified.payload())?, &policy.access)
        });
        Some(granted.map(|()| verified).map_err(Error::from))
    }

    /// Whether a verdict that this verifier has given would be given again.
    pub(crate) fn stands(&self, keyring: &Keyring, verified: &Verified, call: Call<'_>) -> bool {
        let grounds = &verified.judged.grounds;
        let policy = self.issuers.get(grounds.issuer);
        let found = policy.zip(keyring.stores.get(grounds.issuer));
        let at = found.zip(call.moment().ok());
        at.is_some_and(|((policy, store), moment)| grounds.hold(policy, store, moment, call.now))
    }

    /// Verifies, fetching keys where they are needed.
    pub fn verify_flow(
        &self,
        token: &[u8],
        date: Option<UnixMillis>,
        requirement: Option<Requirement>,
    ) -> Verify {
        Verify::new(self.clone(), token, date, requirement)
    }

    /// Fetches the keys of every issuer that has none to use.
    pub fn preload_flow(&self) -> Preload {
        Preload::new()
    }

    /// Fetches anew where a set is near its end; meant to run behind an answer.
    pub fn refresh_flow(&self) -> Refresh {
        Refresh::new()
    }

    /// Verifies with the keys in memory and says what became of every check.
    pub fn explain(&self, keyring: &mut Keyring, token: &[u8], call: Call<'_>) -> Explanation {
        let mut trace = Trace::default();
        let verdict = self.verify_traced(keyring, token, call, &mut trace);
        Explanation::new(&trace, verdict.err())
    }

    fn verify_traced(
        &self,
        keyring: &mut Keyring,
        token: &[u8],
        call: Call<'_>,
        trace: &mut Trace,
    ) -> Result<Verified, Error> {
        trace.enter(Check::Structure);
        let token = Token::parse(token)?;
        let inspected = self.inspect(&token, &keyring.headers, trace)?;
        trace.enter(Check::Key);
        let store = there(keyring.stores.get(inspected.issuer))?;
        let keys = store.in_memory(inspected.header.kid(), inspected.algorithm, call.now)?;
        self.judge(keyring, &token, inspected, &keys, call, trace)
    }

    /// Reads the header and finds the entry and the algorithm.
    pub(super) fn inspect(
        &self,
        token: &Token<'_>,
        known: &KnownHeaders,
        trace: &mut Trace,
    ) -> Result<Inspected, Error> {
        trace.enter(Check::Header);
        let header = match known.find(token.header()) {
            Some(header) => header,
            None => Arc::new(Header::decode(token.header())?),
        };
        let issuer = self.entry_for(token, trace)?;
        trace.enter(Check::Algorithm);
        let policy = there(self.issuers.get(issuer))?;
        let algorithm = policy.algorithm(header.alg())?;
        Ok(Inspected {
            header,
            algorithm,
            issuer,
        })
    }

    /// The entry that is to judge the token. Among several, the `iss` that nobody has verified
    /// yet picks one; the policy checks it again after the signature.
    fn entry_for(&self, token: &Token<'_>, trace: &mut Trace) -> Result<usize, TokenError> {
        if self.issuers.len() == 1 {
            return Ok(0);
        }
        trace.enter(Check::Issuer);
        let payload = decode_payload(token)?;
        let iss = Claims::parse(&payload)?.string("iss")?;
        let Some(iss) = iss else {
            return Err(TokenError::claim("iss", ClaimReason::Missing));
        };
        match self.issuers.iter().position(|policy| policy.is_from(&iss)) {
            Some(entry) => {
                // Nobody has verified it: an explanation must not say that it has passed.
                trace.put_off(Check::Issuer);
                Ok(entry)
            }
            None => Err(TokenError::claim("iss", ClaimReason::Mismatch)),
        }
    }

    /// Checks the signature with the chosen keys, then what the token says.
    pub(super) fn judge(
        &self,
        keyring: &mut Keyring,
        token: &Token<'_>,
        inspected: Inspected,
        keys: &[usize],
        call: Call<'_>,
        trace: &mut Trace,
    ) -> Result<Verified, Error> {
        let Inspected {
            header,
            algorithm,
            issuer,
        } = inspected;
        trace.enter(Check::Signature);
        let signature = Base64::Url
            .decode(token.signature())
            .map_err(|_| TokenError::Malformed(Malformed::Encoding))?;
        let store = there(keyring.stores.get_mut(issuer))?;
        let generation = store.generation();
        let set = there(store.set_mut())?;
        set.verify(
            keys,
            algorithm,
            keyring.lender,
            token.signing_input(),
            &signature,
        )?;
        keyring.headers.remember(token.header(), &header);

        trace.enter(Check::Payload);
        let payload = decode_payload(token)?;
        let claims = Claims::parse(&payload)?;
        let policy = there(self.issuers.get(issuer))?;
        policy.check(&header, &claims, call.moment()?, trace)?;
        let granted = call.requirement.map_or(Ok(()), |requirement| {
            trace.enter(Check::Access);
            requirement.check(&claims, &policy.access)
        });
        let grounds = Grounds {
            issuer,
            generation,
            dates: Dates::of_claims(&claims)?,
        };
        let verified = Verified {
            judged: Arc::new(Judged { payload, grounds }),
            header,
            algorithm: algorithm.id(),
            recalled_as: 0,
        };
        keyring.tokens.remember(token.text(), &verified);
        granted?;
        Ok(verified)
    }
}

impl Keyring {
    /// Whether the cache of tokens waits for [`Keyring::seed`], from the second token on. Until it
    /// has one, it keeps none.
    pub fn wants_seed(&self) -> bool {
        self.tokens.wants_seed()
    }

    /// Lends the cache of tokens its randomness, once: 64 bits that differ between instances.
    pub fn seed(&mut self, seed: u64) {
        self.tokens.seed(seed);
    }

    /// Has functions borrowed from a host from now on, where it lends them faster. A secret's padded
    /// block (RFC 2104 §2) is a part of what it hashes.
    pub fn borrow_from(&mut self, lender: &'static dyn Lender) {
        self.lender = Some(lender);
    }

    /// What each issuer's store holds, in the order of the entries.
    pub fn status(&self, now: UnixMillis) -> Vec<KeyStatus> {
        self.stores.iter().map(|store| store.status(now)).collect()
    }

    /// Whether some set is near its end and nobody fetches it: time for
    /// [`Verifier::refresh_flow`].
    pub fn refresh_due(&self, now: UnixMillis) -> bool {
        self.stores.iter().any(|store| store.refresh_due(now))
    }

    /// Every fetched set as JSON text: `{"version":1,"issuers":[…]}`, with `null` where there
    /// is none.
    pub fn snapshot(&self) -> String {
        let mut text = String::from("{\"version\":1,\"issuers\":[");
        let mut before = "";
        for store in &self.stores {
            let set = store.snapshot();
            text.push_str(before);
            text.push_str(set.as_deref().unwrap_or("null"));
            before = ",";
        }
        text.push_str("]}");
        text
    }

    /// Takes the sets of a snapshot where they are newer than what is there.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] when it is no snapshot of this verifier's issuers.
    pub fn restore(&mut self, snapshot: &str, now: UnixMillis) -> Result<(), ConfigError> {
        let refuse = || ConfigError::new("snapshot", "is not a snapshot of this verifier's keys");
        let object = crate::json::Object::parse(snapshot.as_bytes()).map_err(|_| refuse())?;
        let sets = object
            .member("issuers")
            .and_then(|sets| sets.as_array())
            .ok_or_else(refuse)?;
        if sets.len() != self.stores.len() {
            return Err(refuse());
        }
        // All are read before any is taken.
        let mut kept = Vec::with_capacity(sets.len());
        for (store, set) in self.stores.iter().zip(sets) {
            kept.push(match set {
                Value::Object(text) => Some(store.read_snapshot(text, now)?),
                Value::Null => None,
                _ => return Err(refuse()),
            });
        }
        for (store, kept) in self.stores.iter_mut().zip(kept) {
            kept.into_iter().for_each(|kept| store.take_kept(kept));
        }
        Ok(())
    }
}

/// What an entry has under its number: as good as no key where there is none.
fn there<T>(found: Option<T>) -> Result<T, KeyError> {
    match found {
        Some(found) => Ok(found),
        None => Err(KeyError::NoMatch),
    }
}

/// Several entries are told apart by `iss`, so each needs its own, and no two the same.
fn check_distinct(policies: &[Policy]) -> Result<(), ConfigError> {
    match policies.len() {
        1 => Ok(()),
        _ => check_several(policies),
    }
}

/// Kept apart, as most verifiers have one issuer.
#[inline(never)]
fn check_several(policies: &[Policy]) -> Result<(), ConfigError> {
    let refuse = |problem| Err(ConfigError::new("issuer", problem));
    if policies.is_empty() {
        return refuse("there must be at least one issuer");
    }
    if policies.len() as u64 > STORES {
        return refuse("there must be at most 4096 issuers");
    }
    for (at, policy) in policies.iter().enumerate() {
        let Some(issuers) = &policy.issuers else {
            return refuse("must be given for each of several issuers");
        };
        for (place, issuer) in issuers.iter().enumerate() {
            let before = issuers.iter().take(place).any(|other| other == issuer);
            if before || policies.iter().take(at).any(|other| other.is_from(issuer)) {
                return refuse("must differ between several issuers");
            }
        }
    }
    Ok(())
}

fn decode_payload(token: &Token<'_>) -> Result<Vec<u8>, TokenError> {
    Base64::Url
        .decode(token.payload())
        .map_err(|_| TokenError::Malformed(Malformed::Encoding))
}

/// Header and payload of a token that **nobody has verified**, as JSON text.
#[derive(Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The header's JSON text.
    pub header: Vec<u8>,
    /// The payload's JSON text.
    pub payload: Vec<u8>,
}

/// Reads a token without verifying anything.
///
/// # Errors
///
/// `ERR_JWT_INVALID`, `ERR_TOKEN_TOO_LARGE` or `ERR_JOSE_NOT_SUPPORTED` for what a
/// verifier would refuse by its form alone.
///
/// # Security
///
/// Anybody can write such a token. Use the result for display and debugging only.
pub fn dangerous_decode(token: &[u8]) -> Result<Decoded, Error> {
    let token = Token::parse(token)?;
    let header = Header::decode(token.header())?;
    let payload = decode_payload(&token)?;
    Claims::parse(&payload)?;
    Ok(Decoded {
        header: header.into_json(),
        payload,
    })
}
