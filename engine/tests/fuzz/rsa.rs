//! RSA powers against `crypto-bigint`.

use crate::support::oracle::RsaCase;
use crate::support::seeded::Seeded;
use crate::tally::Tally;
use countersign_engine::rsa::PublicKey;

/// Making the oracle's key costs more than a power.
const SIGNATURES: usize = 40;

pub(crate) fn agrees(mut tally: Tally, seed: u64) {
    let mut seeded = Seeded(seed);
    while !tally.is_full() {
        let oracle = RsaCase::random(&mut seeded);
        let key = PublicKey::new(&oracle.modulus, &oracle.exponent.to_be_bytes()).unwrap();
        for _ in 0..SIGNATURES {
            let signature = oracle.signature(&mut seeded);
            let mut out = vec![0; key.size()];
            let power = key.power(&signature, &mut out).ok().map(|()| out);
            tally.judge(power, oracle.power(&signature));
        }
    }
    tally.assert_both_verdicts_occurred();
}
