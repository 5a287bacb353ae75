//! RSA's powers beside those of `crypto-bigint` in one wasm module, for `benches/powers.mjs`.

#![allow(clippy::unwrap_used)]

#[path = "../tests/support/oracle.rs"]
#[allow(dead_code, unreachable_pub)]
mod oracle;
#[path = "../tests/support/seeded.rs"]
#[allow(dead_code)]
mod seeded;

use countersign_engine::rsa::PublicKey;
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
