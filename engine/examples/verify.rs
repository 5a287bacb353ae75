//! Every algorithm of the engine behind bare exports of a wasm module:
//! `benches/size.mjs` weighs the module, `benches/speed.mjs` times it.
//!
//! The host writes keys, messages and signatures one behind the other into
//! [`input`] and says how long the message is.

#![allow(clippy::unwrap_used)]

use countersign_engine::ecdsa::{self, P256, P384, P521};
use countersign_engine::hmac::HmacKey;
use countersign_engine::sha2::{Hash, Sha256, Sha384, Sha512};
use countersign_engine::{TableStore, ed25519, rsa};
use std::cell::RefCell;

/// Room for the longest input: a message of 64 KiB and what goes with it.
const INPUT_BYTES: usize = (64 << 10) + 4096;

/// What stays from call to call: the input and, of each algorithm, one key.
struct State {
    input: Vec<u8>,
    tables: TableStore,
    p256: Option<ecdsa::PublicKey<P256>>,
    p384: Option<ecdsa::PublicKey<P384>>,
    p521: Option<ecdsa::PublicKey<P521>>,
    ed25519: Option<ed25519::PublicKey>,
    rsa: Option<rsa::PublicKey>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State {
        input: vec![0; INPUT_BYTES],
        tables: TableStore::default(),
        p256: None,
        p384: None,
        p521: None,
        ed25519: None,
        rsa: None,
    });
}

fn with<T>(work: impl FnOnce(&mut State) -> T) -> T {
    STATE.with(|state| work(&mut state.borrow_mut()))
}

/// Where the host writes input.
#[unsafe(no_mangle)]
pub extern "C" fn input() -> *mut u8 {
    with(|state| state.input.as_mut_ptr())
}

/// Forgets all tables.
#[unsafe(no_mangle)]
pub extern "C" fn forget_tables() {
    with(|state| state.tables = TableStore::default());
}

/// A curve's two exports. The key is read from the start of the input as x ‖ y,
/// behind it stand message and signature.
macro_rules! curve {
    ($key:ident, $verify:ident, $field:ident, $bytes:literal, $hash:ident) => {
        /// Makes the key; says whether it is one.
        #[unsafe(no_mangle)]
        pub extern "C" fn $key() -> bool {
            with(|state| {
                let (x, y) = state.input[..2 * $bytes].split_at($bytes);
                state.$field = ecdsa::PublicKey::new(x, y).ok();
                state.$field.is_some()
            })
        }

        /// Verifies `rounds` times; returns how often the signature was valid.
        #[unsafe(no_mangle)]
        pub extern "C" fn $verify(message_length: usize, rounds: u32) -> u32 {
            with(|state| {
                let (message, rest) = state.input[2 * $bytes..].split_at(message_length);
                let key = state.$field.as_mut().unwrap();
                let mut verify = || {
                    let digest = $hash::digest(message);
                    key.verify(&mut state.tables, &digest, &rest[..2 * $bytes])
                };
                (0..rounds).map(|_| u32::from(verify().is_ok())).sum()
            })
        }
    };
}

curve!(p256_key, p256_verify, p256, 32, Sha256);
curve!(p384_key, p384_verify, p384, 48, Sha384);
curve!(p521_key, p521_verify, p521, 66, Sha512);

/// Makes a key of the first 32 bytes; says whether it is one.
#[unsafe(no_mangle)]
pub extern "C" fn ed25519_key() -> bool {
    with(|state| {
        state.ed25519 = ed25519::PublicKey::new(&state.input[..32]).ok();
        state.ed25519.is_some()
    })
}

/// Verifies the message and the signature that follow the key.
#[unsafe(no_mangle)]
pub extern "C" fn ed25519_verify(message_length: usize, rounds: u32) -> u32 {
    with(|state| {
        let (message, rest) = state.input[32..].split_at(message_length);
        let key = state.ed25519.as_mut().unwrap();
        let mut verify = || key.verify(&mut state.tables, message, &rest[..64]);
        (0..rounds).map(|_| u32::from(verify().is_ok())).sum()
    })
}

/// Makes a key of a modulus of `length` bytes and the exponent 65537.
#[unsafe(no_mangle)]
pub extern "C" fn rsa_key(length: usize) -> bool {
    with(|state| {
        state.rsa = rsa::PublicKey::new(&state.input[..length], &[1, 0, 1]).ok();
        state.rsa.is_some()
    })
}

/// Raises the signature behind the modulus and leaves the power behind it;
/// returns how often there was one.
#[unsafe(no_mangle)]
pub extern "C" fn rsa_power(rounds: u32) -> u32 {
    with(|state| {
        let key = state.rsa.as_ref().unwrap();
        let (signature, out) = state.input[key.size()..].split_at_mut(key.size());
        let out = &mut out[..key.size()];
        let mut power = || key.power(signature, out);
        (0..rounds).map(|_| u32::from(power().is_ok())).sum()
    })
}

/// The exports of one hash function; both leave their result at the start of
/// the input.
macro_rules! hash {
    ($digest:ident, $mac:ident, $hash:ident) => {
        /// Hashes the first `length` bytes.
        #[unsafe(no_mangle)]
        pub extern "C" fn $digest(length: usize, rounds: u32) {
            with(|state| {
                for _ in 0..rounds {
                    let digest = $hash::digest(&state.input[..length]);
                    state.input[..$hash::OUTPUT].copy_from_slice(&digest);
                }
            });
        }

        /// Authenticates the first `length` bytes; the secret is 32 bytes of 7.
        #[unsafe(no_mangle)]
        pub extern "C" fn $mac(length: usize, rounds: u32) {
            let key = HmacKey::<$hash>::new(&[7; 32]);
            with(|state| {
                for _ in 0..rounds {
                    let tag = key.mac(&state.input[..length]);
                    state.input[..$hash::OUTPUT].copy_from_slice(&tag);
                }
            });
        }
    };
}

hash!(sha256, hmac256, Sha256);
hash!(sha384, hmac384, Sha384);
hash!(sha512, hmac512, Sha512);
