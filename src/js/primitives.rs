//! What the JavaScript host lends: RSA's `s ^ e mod n` and SHA-256 of a long message, where it
//! has `node:crypto`.
//!
//! The façade's `primitives.ts` looks for the functions and calls them; it reads and writes this
//! module's memory where it is told to. Here it is decided when asking is worth it, and the hash
//! is probed; the core probes RSA key by key.

use std::cell::{Cell, RefCell};

use countersign_engine::sha2::Sha256;
use wasm_bindgen::prelude::*;

use crate::crypto::{Lender, Offer, Power};
use crate::encoding::Base64;

#[wasm_bindgen]
extern "C" {
    /// The functions of the façade. None of them keeps an address beyond its call.
    #[derive(Clone)]
    pub type Host;

    /// Whether the host is asked: never where this is negative, at the first use where it is 0, and
    /// otherwise after [`PATIENCE`] uses.
    #[wasm_bindgen(method, structural, catch)]
    fn patience(this: &Host) -> Result<f64, JsValue>;

    /// From how many bytes on the host's hash is the faster one, the way to it included.
    #[wasm_bindgen(method, structural, catch, js_name = hashFrom)]
    fn hash_from(this: &Host) -> Result<f64, JsValue>;

    /// The host's own form of a public key, from its members in a JWK; `undefined` for none.
    #[wasm_bindgen(method, structural, catch, js_name = rsaKey)]
    fn rsa_key(this: &Host, n: &str, e: &str) -> Result<JsValue, JsValue>;

    /// Reads a signature at one address and writes as many bytes to another; `false` where the host
    /// throws, or gives another number of bytes.
    #[wasm_bindgen(method, structural, js_name = rsaPower)]
    fn rsa_power(this: &Host, key: &JsValue, from: usize, length: usize, to: usize) -> bool;

    /// Hashes what stands at one address, with what stands at another behind it, and writes 32
    /// bytes to a third; `false` as above.
    #[wasm_bindgen(method, structural)]
    fn sha256(
        this: &Host,
        from: usize,
        length: usize,
        then: usize,
        then_length: usize,
        to: usize,
    ) -> bool;
}

/// Below how many bytes no host is asked: it would load `node:crypto` for nothing.
const SHORT: usize = 384;

/// Up to how many bytes a message is laid out in one piece, which the host hashes in one call.
const ONE_PIECE: usize = 16 << 10;

thread_local! {
    static HOST: RefCell<Option<Host>> = const { RefCell::new(None) };
    static HASHING: Cell<Hashing> = const { Cell::new(Hashing::NotYet(0)) };
    /// Where messages are laid out in one piece.
    static PIECE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

#[derive(Clone, Copy)]
enum Hashing {
    /// The host has not been asked, after this many messages.
    NotYet(u32),
    Never,
    /// The host hashes messages of this length and longer ones.
    Probed(usize),
}

/// Takes what this instance may borrow.
#[wasm_bindgen]
pub fn lend(host: Host) {
    HOST.set(Some(host));
}

/// The host, for a new verifier of tokens or webhooks to borrow from.
pub(super) fn lender() -> Option<&'static dyn Lender> {
    // The façade says only whether to wait at all.
    match host()?.patience().ok()? {
        patience if patience < 0.0 => None,
        0.0 => Some(&JsHost { patience: 0 }),
        _ => Some(&JsHost { patience: PATIENCE }),
    }
}

/// After how many uses of a key, or long messages, the host is asked: a process that verifies
/// once does not load `node:crypto` for it.
const PATIENCE: u32 = 8;

fn host() -> Option<Host> {
    HOST.with_borrow(Option::clone)
}

struct JsHost {
    patience: u32,
}

impl Lender for JsHost {
    fn rsa(&self, modulus: &[u8], exponent: &[u8], uses: u32) -> Offer {
        if uses < self.patience {
            return Offer::Later;
        }
        let [n, e] = [modulus, exponent].map(|number| Base64::Url.encode(number));
        let key = host().and_then(|host| {
            let key = host.rsa_key(&n, &e).ok()?;
            (!key.is_undefined()).then_some(JsRsaKey { host, key })
        });
        match key {
            Some(key) => Offer::Power(Box::new(key)),
            None => Offer::Never,
        }
    }

    fn sha256(&self, parts: &[&[u8]]) -> Option<[u8; 32]> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if length < SHORT || length < self.hashes_from()? {
            return None;
        }
        let hash = hash(parts);
        if hash.is_none() {
            HASHING.set(Hashing::Never);
        }
        hash
    }
}

impl JsHost {
    /// How long a message must be for the host, once its hash has given known answers. It is asked
    /// for them once.
    fn hashes_from(&self) -> Option<usize> {
        let now = match HASHING.get() {
            Hashing::NotYet(messages) if messages < self.patience => {
                Hashing::NotYet(messages.saturating_add(1))
            }
            Hashing::NotYet(_) => agreed_length().map_or(Hashing::Never, Hashing::Probed),
            asked => asked,
        };
        HASHING.set(now);
        match now {
            Hashing::Probed(length) => Some(length),
            _ => None,
        }
    }
}

/// From which length on the host hashes, if it hashes as the engine does, in one piece and in two.
fn agreed_length() -> Option<usize> {
    let length = host()?.hash_from().ok()?;
    agrees().then_some(length as usize)
}

fn agrees() -> bool {
    let message: Vec<u8> = (0..=ONE_PIECE).map(|at| (at % 251) as u8).collect();
    let (begin, rest) = message.split_at(ONE_PIECE / 2);
    hash(&[begin]) == Some(Sha256::digest(begin))
        && hash(&[begin, rest]) == Some(Sha256::digest(&message))
}

fn hash(parts: &[&[u8]]) -> Option<[u8; 32]> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    // All but a long last part are laid out in one piece.
    let (last, before) = match parts.split_last() {
        Some((last, before)) if length > ONE_PIECE => (*last, before),
        _ => (&[][..], parts),
    };
    let mut piece = PIECE.take();
    // Growing while it is written would leave copies behind.
    piece.reserve(before.iter().map(|part| part.len()).sum());
    before.iter().for_each(|part| piece.extend_from_slice(part));
    let mut digest = [0; 32];
    let (from, then) = (piece.as_ptr() as usize, last.as_ptr() as usize);
    let to = digest.as_mut_ptr() as usize;
    let written = HOST.with_borrow(|host| {
        let host = host.as_ref()?;
        Some(host.sha256(from, piece.len(), then, last.len(), to))
    });
    // The first part may be secret. As this memory is used again, no compiler leaves the wiping out.
    piece.fill(0);
    piece.clear();
    PIECE.set(piece);
    (written == Some(true)).then_some(digest)
}

/// A public key in the host's form, which lives as long as the key it was made for.
struct JsRsaKey {
    host: Host,
    key: JsValue,
}

impl Power for JsRsaKey {
    fn power(&self, signature: &[u8], out: &mut [u8]) -> bool {
        let (from, to) = (signature.as_ptr() as usize, out.as_mut_ptr() as usize);
        let length = signature.len().min(out.len());
        self.host.rsa_power(&self.key, from, length, to)
    }
}
