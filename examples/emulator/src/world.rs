//! What all providers share: the clock, the source of ids and the origin.

use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// The emulator's surroundings, one per server.
#[derive(Debug)]
pub struct World {
    /// Time as the emulator tells it.
    pub clock: Clock,
    /// Ids, secrets and key seeds.
    pub ids: Ids,
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub origin: String,
}

/// The host's clock plus an offset that a test may set.
#[derive(Debug, Default)]
pub struct Clock {
    offset_ms: AtomicI64,
}

impl Clock {
    /// Milliseconds since the Unix epoch.
    pub fn now_ms(&self) -> i64 {
        let host = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |age| i64::try_from(age.as_millis()).unwrap_or(i64::MAX));
        host.saturating_add(self.offset_ms.load(Ordering::Relaxed))
    }

    /// Whole seconds since the Unix epoch.
    pub fn now_s(&self) -> i64 {
        self.now_ms().div_euclid(1_000)
    }

    /// Runs ahead of the host by `seconds` from now on, behind it when negative.
    pub fn shift(&self, seconds: i64) {
        self.offset_ms
            .store(seconds.saturating_mul(1_000), Ordering::Relaxed);
    }

    /// The offset in seconds.
    pub fn offset_s(&self) -> i64 {
        self.offset_ms.load(Ordering::Relaxed).div_euclid(1_000)
    }
}

/// Ids and secrets, all derived from one seed: the same seed and the same
/// requests give the same ids.
#[derive(Debug)]
pub struct Ids {
    seed: [u8; 32],
    counter: AtomicU64,
    aside: AtomicU64,
}

impl Ids {
    /// From a text, or from the system's randomness when there is none.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new(seed: Option<&str>) -> std::io::Result<Self> {
        let mut bytes = [0; 32];
        match seed {
            Some(text) => bytes = Sha256::digest(text.as_bytes()).into(),
            None => getrandom::fill(&mut bytes).map_err(std::io::Error::other)?,
        }
        Ok(Self {
            seed: bytes,
            counter: AtomicU64::new(0),
            aside: AtomicU64::new(0),
        })
    }

    /// Starts the sequence again.
    pub fn restart(&self) {
        self.counter.store(0, Ordering::Relaxed);
    }

    /// The next id: `prefix` and 26 letters and digits.
    pub fn next(&self, prefix: &str) -> String {
        spelled(prefix, &self.next_bytes(), 26)
    }

    /// The next secret: `prefix` and 48 letters and digits.
    pub fn next_secret(&self, prefix: &str) -> String {
        spelled(prefix, &self.next_bytes(), 48)
    }

    /// An id from a second sequence: for requests and deliveries, whose number
    /// depends on timing and must not shift the ids of what is created.
    pub fn next_aside(&self, prefix: &str) -> String {
        let turn = self.aside.fetch_add(1, Ordering::Relaxed);
        spelled(prefix, &self.digest(b"aside", &turn.to_be_bytes()), 26)
    }

    /// The next 32 bytes.
    pub fn next_bytes(&self) -> [u8; 32] {
        let turn = self.counter.fetch_add(1, Ordering::Relaxed);
        self.digest(b"next", &turn.to_be_bytes())
    }

    /// A secret that depends on the seed and `name` alone.
    pub fn named_secret(&self, prefix: &str, name: &str) -> String {
        spelled(prefix, &self.named_bytes(name), 48)
    }

    /// 32 bytes that depend on the seed and `name` alone.
    pub fn named_bytes(&self, name: &str) -> [u8; 32] {
        self.digest(b"name", name.as_bytes())
    }

    fn digest(&self, domain: &[u8], input: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(domain);
        hash.update(input);
        hash.finalize().into()
    }
}

/// Five bits to a letter, in the alphabet of Crockford's base 32.
fn spelled(prefix: &str, bytes: &[u8], length: usize) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut text = String::from(prefix);
    let (mut buffer, mut bits, mut written) = (0_u32, 0_u32, 0);
    for byte in bytes {
        buffer = (buffer << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 && written < length {
            bits -= 5;
            let letter = usize::try_from((buffer >> bits) & 31).unwrap_or(0);
            text.extend(ALPHABET.get(letter).map(|byte| char::from(*byte)));
            written += 1;
        }
        buffer &= 31;
    }
    text
}

/// RFC 3339 in UTC with milliseconds, which sorts as text.
pub fn rfc3339(unix_ms: i64) -> String {
    let time = Timestamp::from_millisecond(unix_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{time:.3}")
}

/// Milliseconds since the Unix epoch of an RFC 3339 time.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    text.parse::<Timestamp>()
        .ok()
        .map(|time| time.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let (one, two) = (
            Ids::new(Some("x")).expect("seeded"),
            Ids::new(Some("x")).expect("seeded"),
        );
        assert_eq!(one.next("usr_"), two.next("usr_"));
        assert_ne!(one.next("usr_"), one.next("usr_"));
    }

    #[test]
    fn ids_have_their_length_and_alphabet() {
        let ids = Ids::new(Some("x")).expect("seeded");
        let id = ids.next("usr_");
        assert_eq!(id.len(), 4 + 26);
        assert!(id.bytes().skip(4).all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(ids.next_secret("sk_").len(), 3 + 48);
    }

    #[test]
    fn times_are_written_with_milliseconds_and_read_back() {
        assert_eq!(rfc3339(1_709_900_000_000), "2024-03-08T12:13:20.000Z");
        assert_eq!(
            parse_rfc3339("2024-03-08T12:13:20Z"),
            Some(1_709_900_000_000)
        );
    }

    #[test]
    fn the_clock_runs_ahead_by_its_offset() {
        let clock = Clock::default();
        let before = clock.now_s();
        clock.shift(3_600);
        assert!((3_600..3_605).contains(&(clock.now_s() - before)));
    }
}
