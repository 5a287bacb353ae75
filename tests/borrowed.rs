//! A host lends pure functions: verdicts are the same with it and without, whatever it answers.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;
mod webhook_support;

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use countersign::crypto::{Lender, Offer, Power};
use countersign::error::{Error, ErrorCode};
use countersign::jwt::Call;
use countersign::time::UnixMillis;
use countersign::webhook::{Options, Scheme, Webhook};
use countersign_engine::rsa::PublicKey;
use countersign_engine::sha2::Sha256;
use support::{CLAIMS, token};
use webhook_support as hooks;

const RSA: [&str; 6] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

const CALL: Call<'_> = Call::at(UnixMillis::from_secs(support::NOW));

/// How many numbers a host is asked for when it is probed.
const PROBES: usize = 2;

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// Answers that are wrong in one bit.
    Wrong,
    /// No answer, with half of one written.
    Fails,
}

/// A host, one of whose functions is faulty from its `sound`th call on.
struct Host {
    power: Fault,
    hash: Fault,
    sound: usize,
    /// After how many uses of a key it is ready.
    ready: u32,
    asked: AtomicUsize,
    powers: AtomicUsize,
    hashes: AtomicUsize,
}

impl Host {
    fn new(power: Fault, sound: usize, ready: u32) -> &'static Self {
        Self::with(power, Fault::None, sound, ready)
    }

    fn hashing(hash: Fault, sound: usize) -> &'static Self {
        Self::with(Fault::None, hash, sound, 0)
    }

    fn with(power: Fault, hash: Fault, sound: usize, ready: u32) -> &'static Self {
        Box::leak(Box::new(Self {
            power,
            hash,
            sound,
            ready,
            asked: AtomicUsize::new(0),
            powers: AtomicUsize::new(0),
            hashes: AtomicUsize::new(0),
        }))
    }

    fn faulty(&self, fault: Fault, call: usize) -> Fault {
        if call < self.sound {
            Fault::None
        } else {
            fault
        }
    }
}

struct HostKey {
    host: &'static Host,
    key: PublicKey,
}

/// What is lent refers to the host, which lives for ever.
struct Lent(&'static Host);

impl Lender for Lent {
    fn rsa(&self, modulus: &[u8], exponent: &[u8], uses: u32) -> Offer {
        self.0.asked.fetch_add(1, Relaxed);
        if uses < self.0.ready {
            return Offer::Later;
        }
        match PublicKey::new(modulus, exponent) {
            Ok(key) => Offer::Power(Box::new(HostKey { host: self.0, key })),
            Err(_) => Offer::Never,
        }
    }

    fn sha256(&self, parts: &[&[u8]]) -> Option<[u8; 32]> {
        let call = self.0.hashes.fetch_add(1, Relaxed);
        let mut hash = Sha256::digest(&parts.concat());
        match self.0.faulty(self.0.hash, call) {
            Fault::None => {}
            Fault::Wrong => hash[31] ^= 1,
            Fault::Fails => return None,
        }
        Some(hash)
    }
}

impl Power for HostKey {
    fn power(&self, signature: &[u8], out: &mut [u8]) -> bool {
        let call = self.host.powers.fetch_add(1, Relaxed);
        self.key.power(signature, out).unwrap();
        match self.host.faulty(self.host.power, call) {
            Fault::None => {}
            Fault::Wrong => *out.last_mut().unwrap() ^= 1,
            Fault::Fails => {
                out[..8].fill(0xff);
                return false;
            }
        }
        true
    }
}

fn lend(host: &'static Host) -> &'static dyn Lender {
    Box::leak(Box::new(Lent(host)))
}

/// A token of `alg`, and the same with the last letter of its signature's first half changed.
fn tokens(alg: &str) -> [String; 2] {
    let good = token(alg, CLAIMS);
    let mut forged = good.clone().into_bytes();
    let at = forged.len() - 100;
    forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
    [good, String::from_utf8(forged).unwrap()]
}

/// Verdicts on a good token and a forged one, `rounds` times.
fn verdicts(alg: &str, host: Option<&'static Host>, rounds: usize) -> Vec<Result<(), ErrorCode>> {
    let (verifier, mut keyring) = support::verifier(alg, &[]);
    if let Some(host) = host {
        keyring.borrow_from(lend(host));
    }
    let tokens = tokens(alg);
    let mut judge = |token: &String| {
        let verdict = verifier.verify(&mut keyring, token.as_bytes(), CALL);
        verdict.map(|_| ()).map_err(|error| error.code())
    };
    (0..rounds)
        .flat_map(|_| tokens.each_ref().map(&mut judge))
        .collect()
}

#[test]
fn every_rsa_verdict_is_the_same_with_a_host_and_without() {
    for alg in RSA {
        let host = Host::new(Fault::None, 0, 0);
        assert_eq!(
            verdicts(alg, Some(host), 3),
            verdicts(alg, None, 3),
            "{alg}"
        );
        assert_eq!(host.asked.load(Relaxed), 1, "{alg}");
        assert_eq!(host.powers.load(Relaxed), PROBES + 6, "{alg}");
    }
}

#[test]
fn other_algorithms_ask_no_host() {
    for alg in ["HS256", "ES256", "EdDSA"] {
        let host = Host::new(Fault::Wrong, 0, 0);
        assert_eq!(
            verdicts(alg, Some(host), 2),
            verdicts(alg, None, 2),
            "{alg}"
        );
        assert_eq!(host.asked.load(Relaxed), 0, "{alg}");
    }
}

#[test]
fn a_host_that_fails_its_probe_is_not_asked_again() {
    for fault in [Fault::Wrong, Fault::Fails] {
        for sound in 0..PROBES {
            let host = Host::new(fault, sound, 0);
            assert_eq!(verdicts("RS256", Some(host), 3), verdicts("RS256", None, 3));
            assert_eq!(host.asked.load(Relaxed), 1);
            assert_eq!(host.powers.load(Relaxed), sound + 1);
        }
    }
}

#[test]
fn a_host_that_fails_later_is_not_asked_again_and_changes_no_verdict() {
    for alg in RSA {
        let host = Host::new(Fault::Fails, PROBES + 2, 0);
        assert_eq!(
            verdicts(alg, Some(host), 3),
            verdicts(alg, None, 3),
            "{alg}"
        );
        assert_eq!(host.powers.load(Relaxed), PROBES + 3, "{alg}");
    }
}

#[test]
fn a_host_that_lies_after_its_probe_has_tokens_refused() {
    for alg in RSA {
        let host = Host::new(Fault::Wrong, PROBES, 0);
        let refused = Err(ErrorCode::JwsSignatureVerificationFailed);
        assert_eq!(verdicts(alg, Some(host), 2), [refused; 4], "{alg}");
    }
}

#[test]
fn a_host_is_asked_again_until_it_finds_the_key_worth_it() {
    let host = Host::new(Fault::None, 0, 4);
    assert_eq!(verdicts("RS256", Some(host), 3), verdicts("RS256", None, 3));
    assert_eq!(host.asked.load(Relaxed), 5);
    assert_eq!(host.powers.load(Relaxed), PROBES + 2);
}

#[test]
fn no_host_is_asked_about_a_number_that_is_no_signature() {
    let (verifier, mut keyring) = support::verifier("RS256", &[]);
    let host = Host::new(Fault::None, 0, 0);
    keyring.borrow_from(lend(host));
    let [good, _] = tokens("RS256");
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let short = signature.get(..signature.len() - 2).unwrap();
    let above = format!("{}w", "_".repeat(signature.len() - 1));
    for wrong in [short.to_owned(), format!("{signature}AA"), above] {
        let token = format!("{signed}.{wrong}");
        let verdict = verifier.verify(&mut keyring, token.as_bytes(), CALL);
        assert_eq!(
            verdict.unwrap_err().code(),
            ErrorCode::JwsSignatureVerificationFailed
        );
    }
    assert_eq!(host.asked.load(Relaxed), 0);
}

#[test]
fn a_token_of_rsa_or_hmac_with_sha256_is_hashed_by_the_host() {
    for (alg, hashes) in [
        ("RS256", 4),
        ("PS256", 4),
        ("HS256", 4),
        ("RS384", 0),
        ("PS512", 0),
        ("HS384", 0),
        ("HS512", 0),
        ("ES256", 0),
    ] {
        let host = Host::hashing(Fault::None, 0);
        assert_eq!(
            verdicts(alg, Some(host), 2),
            verdicts(alg, None, 2),
            "{alg}"
        );
        assert_eq!(host.hashes.load(Relaxed), hashes, "{alg}");
        let host = Host::hashing(Fault::Fails, 1);
        assert_eq!(
            verdicts(alg, Some(host), 2),
            verdicts(alg, None, 2),
            "{alg}"
        );
    }
    let refused = Err(ErrorCode::JwsSignatureVerificationFailed);
    for alg in ["PS256", "HS256"] {
        let host = Host::hashing(Fault::Wrong, 0);
        assert_eq!(verdicts(alg, Some(host), 2), [refused; 4], "{alg}");
    }
}

/// Judges a delivery signed with the second of two secrets.
fn deliver(host: Option<&'static Host>, body: &[u8], streamed: bool) -> Result<usize, ErrorCode> {
    let scheme = Scheme::named("standard").unwrap();
    let mut webhook =
        Webhook::new(Options::new(scheme, [hooks::OTHER_WHSEC, hooks::WHSEC])).unwrap();
    if let Some(host) = host {
        webhook.borrow_from(lend(host));
    }
    let timestamp = hooks::NOW.to_string();
    let signature = hooks::v1(hooks::KEY, "msg_1", &timestamp, body);
    let headers = hooks::standard_headers("msg_1", &timestamp, &signature);
    let now = UnixMillis::from_secs(hooks::NOW);
    let event = match streamed {
        false => webhook.verify(&headers, body, now),
        true => webhook.start(&headers, now).and_then(|mut stream| {
            let (first, second) = body.split_at(body.len() / 2);
            stream.update(first)?;
            stream.finish_with(second)
        }),
    };
    event
        .map(|event| event.secret_index)
        .map_err(|error: Error| error.code())
}

fn body(length: usize) -> Vec<u8> {
    format!(r#"{{"type":"a","note":"{}"}}"#, "x".repeat(length)).into_bytes()
}

#[test]
fn a_whole_body_is_hashed_by_the_host_under_every_secret() {
    for length in [0, 1, 63, 64, 1_000, 70_000] {
        let host = Host::hashing(Fault::None, 0);
        assert_eq!(deliver(Some(host), &body(length), false), Ok(1), "{length}");
        assert_eq!(host.hashes.load(Relaxed), 2, "{length}");
    }
}

#[test]
fn a_body_in_pieces_asks_no_host() {
    let host = Host::hashing(Fault::Wrong, 0);
    assert_eq!(deliver(Some(host), &body(1_000), true), Ok(1));
    assert_eq!(host.hashes.load(Relaxed), 0);
}

#[test]
fn a_host_that_does_not_hash_changes_no_verdict() {
    for sound in 0..3 {
        let host = Host::hashing(Fault::Fails, sound);
        assert_eq!(deliver(Some(host), &body(1_000), false), Ok(1));
    }
}

#[test]
fn a_host_that_hashes_wrongly_has_deliveries_refused() {
    let host = Host::hashing(Fault::Wrong, 0);
    let refused = Err(ErrorCode::WebhookSignatureInvalid);
    assert_eq!(deliver(Some(host), &body(1_000), false), refused);
}

#[test]
fn a_body_over_its_ceiling_is_refused_before_a_host_hashes_it() {
    let host = Host::hashing(Fault::None, 0);
    let refused = Err(ErrorCode::WebhookTooLarge);
    assert_eq!(deliver(Some(host), &body(1 << 20), false), refused);
    assert_eq!(host.hashes.load(Relaxed), 0);
}

#[test]
fn a_secret_longer_than_a_block_is_hashed_first() {
    let secret = "a secret of more than sixty-four bytes, which HMAC hashes before it pads it";
    let mut webhook =
        Webhook::new(Options::new(Scheme::named("github").unwrap(), [secret])).unwrap();
    let host = Host::hashing(Fault::None, 0);
    webhook.borrow_from(lend(host));
    let body = body(700);
    let signature = format!(
        "sha256={}",
        hooks::hex(&hooks::sha256(secret.as_bytes(), &body))
    );
    let headers = hooks::headers(&[("x-hub-signature-256", &signature)]);
    let event = webhook.verify(&headers, &body, UnixMillis::from_secs(hooks::NOW));
    assert_eq!(event.map(|event| event.secret_index), Ok(0));
    assert_eq!(host.hashes.load(Relaxed), 1);
}
