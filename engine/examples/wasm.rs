//! The engine as a bare wasm module, for `benches/wasm.mjs`: speed, and the
//! differential test of the vector path, which only a wasm host can run.

#![allow(clippy::unwrap_used)]

#[path = "../tests/support/oracle.rs"]
#[allow(dead_code, unreachable_pub)]
mod oracle;
#[path = "../tests/support/seeded.rs"]
#[allow(dead_code)]
mod seeded;

use countersign_engine::hmac::HmacKey;
use countersign_engine::rsa::PublicKey;
use countersign_engine::sha2::{Sha256, Sha512};
use oracle::RsaCase;
use seeded::Seeded;

/// Compares `cases` powers with those of `crypto-bigint`; returns how many
/// differ.
#[unsafe(no_mangle)]
pub extern "C" fn disagreements(seed: u32, cases: u32) -> u32 {
    let mut seeded = Seeded(u64::from(seed));
    let mut count = 0;
    for _ in 0..cases.div_ceil(8) {
        let oracle = RsaCase::random(&mut seeded);
        let key = PublicKey::new(&oracle.modulus, &oracle.exponent.to_be_bytes());
        for _ in 0..8 {
            let signature = oracle.signature(&mut seeded);
            let mut out = vec![0; oracle.modulus.len()];
            let power = key
                .as_ref()
                .ok()
                .and_then(|key| key.power(&signature, &mut out).ok());
            count += u32::from(power.map(|()| out) != oracle.power(&signature));
        }
    }
    count
}

/// Raises a number `rounds` times to 65537 modulo one of `bits` bits.
#[unsafe(no_mangle)]
pub extern "C" fn rsa(bits: u32, rounds: u32) -> u32 {
    let mut modulus = Seeded(7).bytes(bits as usize / 8);
    modulus[0] |= 0x80;
    *modulus.last_mut().unwrap() |= 1;
    let key = PublicKey::new(&modulus, &[1, 0, 1]).unwrap();
    let mut signature = modulus.clone();
    signature[0] = 0;
    let mut out = vec![0; key.size()];
    for _ in 0..rounds {
        key.power(&signature, &mut out).unwrap();
        signature[1..].copy_from_slice(&out[1..]);
    }
    u32::from(signature[1])
}

/// Makes a key of `bits` bits `rounds` times.
#[unsafe(no_mangle)]
pub extern "C" fn rsa_key(bits: u32, rounds: u32) -> u32 {
    let mut modulus = Seeded(8).bytes(bits as usize / 8);
    modulus[0] |= 0x80;
    *modulus.last_mut().unwrap() |= 1;
    let made = (0..rounds).map(|_| PublicKey::new(&modulus, &[1, 0, 1]).unwrap().size() as u32);
    made.sum()
}

/// Hashes `length` bytes `rounds` times.
#[unsafe(no_mangle)]
pub extern "C" fn sha256(length: u32, rounds: u32) -> u32 {
    let mut input = vec![7; length as usize];
    (0..rounds).for_each(|_| input[0] = Sha256::digest(&input)[0]);
    u32::from(input[0])
}

/// Hashes `length` bytes `rounds` times.
#[unsafe(no_mangle)]
pub extern "C" fn sha512(length: u32, rounds: u32) -> u32 {
    let mut input = vec![7; length as usize];
    (0..rounds).for_each(|_| input[0] = Sha512::digest(&input)[0]);
    u32::from(input[0])
}

/// Authenticates `length` bytes `rounds` times.
#[unsafe(no_mangle)]
pub extern "C" fn hmac256(length: u32, rounds: u32) -> u32 {
    let key = HmacKey::<Sha256>::new(&[0x55; 32]);
    let mut input = vec![7; length as usize];
    (0..rounds).for_each(|_| input[0] = key.mac(&input)[0]);
    u32::from(input[0])
}
