//! Digests and tags against `sha2` and `hmac`.

use crate::support::seeded::Seeded;
use crate::tally::Tally;
use ::hmac::{Hmac, KeyInit, Mac};
use ::sha2::Digest;
use countersign_engine::hmac::HmacKey;
use countersign_engine::sha2::{Hash, Sha256, Sha384, Sha512};

pub(crate) fn digests_agree(mut tally: Tally, seed: u64) {
    let mut seeded = Seeded(seed);
    while !tally.is_full() {
        let length = seeded.below(300);
        let input = seeded.runs(length);
        digest_agrees::<Sha256, ::sha2::Sha256>(&mut tally, &mut seeded, &input);
        digest_agrees::<Sha384, ::sha2::Sha384>(&mut tally, &mut seeded, &input);
        digest_agrees::<Sha512, ::sha2::Sha512>(&mut tally, &mut seeded, &input);
    }
}

pub(crate) fn tags_agree(mut tally: Tally, seed: u64) {
    let mut seeded = Seeded(seed);
    while !tally.is_full() {
        let length = seeded.below(200);
        let secret = seeded.runs(length);
        let length = seeded.below(300);
        let input = seeded.runs(length);
        tag_agrees::<Sha256, Hmac<::sha2::Sha256>>(&mut tally, &secret, &input);
        tag_agrees::<Sha384, Hmac<::sha2::Sha384>>(&mut tally, &secret, &input);
        tag_agrees::<Sha512, Hmac<::sha2::Sha512>>(&mut tally, &secret, &input);
    }
}

/// Hashes the input in two pieces, one of which may be empty.
fn digest_agrees<H: Hash, O: Digest>(tally: &mut Tally, seeded: &mut Seeded, input: &[u8]) {
    let (head, tail) = input.split_at(seeded.below(input.len() + 1));
    let mut hash = H::new();
    hash.update(head);
    hash.update(tail);
    let oracle = O::digest(input);
    tally.judge(Some(hash.finish().as_ref()), Some(&oracle[..]));
}

fn tag_agrees<H: Hash, O: Mac + KeyInit>(tally: &mut Tally, secret: &[u8], input: &[u8]) {
    let mut oracle = <O as KeyInit>::new_from_slice(secret).unwrap();
    oracle.update(input);
    let expected = oracle.finalize().into_bytes();
    let tag = HmacKey::<H>::new(secret).mac(input);
    tally.judge(Some(tag.as_ref()), Some(&expected[..]));
}
