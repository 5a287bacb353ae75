//! SHA-2 against the examples of FIPS 180-4 (also RFC 6234 §8.5).

mod support;

use countersign_engine::sha2::{Hash, Sha256, Sha384, Sha512};
use support::hex;

#[test]
fn digests_are_those_of_the_standards_examples() {
    let examples: [(&[u8], &str, &str, &str); 4] = [
        (
            b"",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        ),
        (
            b"abc",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
        (
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            "3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05abfe8f450de5f36bc6b0455a8520bc4e6f5fe95b1fe3c8452b",
            "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c33596fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445",
        ),
        (
            b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
            "09330c33f71147e83d192fc782cd1b4753111b173b3b05d22fa08086e3b0f712fcc7c71a557e2db966c3e9fa91746039",
            "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
        ),
    ];
    for (message, sha256, sha384, sha512) in examples {
        assert_eq!(hex(&Sha256::digest(message)), sha256);
        assert_eq!(hex(&Sha384::digest(message)), sha384);
        assert_eq!(hex(&Sha512::digest(message)), sha512);
    }
}

#[test]
fn a_million_bytes_give_the_standards_digest() {
    let message = vec![b'a'; 1_000_000];
    assert_eq!(
        hex(&Sha256::digest(&message)),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    );
    assert_eq!(
        hex(&Sha384::digest(&message)),
        "9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985"
    );
    assert_eq!(
        hex(&Sha512::digest(&message)),
        "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b"
    );
}

#[test]
fn the_cut_of_the_input_makes_no_difference() {
    every_cut::<Sha256>();
    every_cut::<Sha384>();
    every_cut::<Sha512>();
}

#[test]
fn a_copy_goes_its_own_way() {
    let mut hash = Sha256::new();
    hash.update(b"a");
    let mut copy = hash.clone();
    copy.update(b"bc");
    hash.update(b"b");
    assert_eq!(copy.finish(), Sha256::digest(b"abc"));
    assert_eq!(hash.finish(), Sha256::digest(b"ab"));
}

#[test]
fn lengths_are_what_the_digests_have() {
    assert_eq!(
        (Sha256::OUTPUT, Sha256::BLOCK),
        (Sha256::digest(b"").len(), 64)
    );
    assert_eq!(
        (Sha384::OUTPUT, Sha384::BLOCK),
        (Sha384::digest(b"").len(), 128)
    );
    assert_eq!(
        (Sha512::OUTPUT, Sha512::BLOCK),
        (Sha512::digest(b"").len(), 128)
    );
}

/// Hashes messages around the block length in two and in three pieces.
fn every_cut<H: Hash>() {
    let message: Vec<u8> = (0..=u8::MAX).cycle().take(3 * H::BLOCK + 1).collect();
    for length in 0..message.len() {
        let whole = H::digest(&message[..length]);
        for cut in (0..=length).step_by(7) {
            let mut hash = H::new();
            hash.update(&message[..cut / 2]);
            hash.update(&message[cut / 2..cut]);
            hash.update(&message[cut..length]);
            assert_eq!(hash.finish(), whole, "length {length}, cut at {cut}");
        }
    }
}
