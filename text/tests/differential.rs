//! The quick readers against slow ones that are plain to see through.

#[path = "support/random.rs"]
#[allow(dead_code, reason = "some of it is for the tests of modules")]
mod random;

use countersign_text::{Base64, Object, Value, three_segments, to_f64};
use random::Random;

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Bit by bit, and good only if it is what the bytes are encoded as.
fn plainly_decoded(alphabet: Base64, text: &[u8]) -> Option<Vec<u8>> {
    let last_two = match alphabet {
        Base64::Url => b"-_",
        Base64::Standard => b"+/",
    };
    let letters = [LETTERS, last_two].concat();
    let mut bits = Vec::new();
    for byte in text.iter().filter(|byte| **byte != b'=') {
        let value = letters.iter().position(|letter| letter == byte)?;
        bits.extend((0..6).rev().map(|bit| value >> bit & 1));
    }
    let bytes: Vec<u8> = bits
        .chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | *bit as u8))
        .collect();
    (alphabet.encode(&bytes).as_bytes() == text).then_some(bytes)
}

fn assert_decodes_alike(text: &[u8]) {
    for alphabet in [Base64::Url, Base64::Standard] {
        let theirs = plainly_decoded(alphabet, text);
        assert_eq!(alphabet.decode(text).ok(), theirs, "{text:?}");
    }
}

#[test]
fn every_byte_in_every_place_decodes_as_it_does_bit_by_bit() {
    for length in [1, 2, 3, 4, 7, 15, 16, 17, 18, 19, 20, 32, 33, 35] {
        for at in 0..length {
            for byte in 0..=255 {
                let mut text = vec![b'x'; length];
                text[at] = byte;
                assert_decodes_alike(&text);
            }
        }
    }
}

#[test]
fn random_bytes_decode_to_themselves_and_random_letters_alike() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let all = [LETTERS, b"-_+/="].concat();
    for _ in 0..20_000 {
        let bytes: Vec<u8> = (0..random.below(120))
            .map(|_| random.next() as u8)
            .collect();
        for alphabet in [Base64::Url, Base64::Standard] {
            let text = alphabet.encode(&bytes);
            assert_eq!(alphabet.decode(text.as_bytes()).as_deref(), Ok(&*bytes));
        }
        let length = random.below(80);
        let text: Vec<u8> = (0..length).map(|_| random.pick(&all)).collect();
        assert_decodes_alike(&text);
    }
}

fn plainly_cut(text: &[u8]) -> Option<[&[u8]; 3]> {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let parts: Vec<&[u8]> = text.split(|byte| *byte == b'.').collect();
    let parts: [&[u8]; 3] = parts.try_into().ok()?;
    parts
        .iter()
        .all(|part| part.iter().all(is_letter))
        .then_some(parts)
}

#[test]
fn every_byte_in_every_place_is_cut_as_it_is_plainly() {
    for place in 0..60 {
        for byte in 0..=255 {
            let mut text = b"aaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbb.cccccccccccccccc".to_vec();
            text[place] = byte;
            assert_eq!(three_segments(&text), plainly_cut(&text), "{text:?}");
        }
    }
}

#[test]
fn random_dots_and_letters_are_cut_as_they_are_plainly() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut good = 0;
    for _ in 0..100_000 {
        let length = random.below(70);
        let mut text: Vec<u8> = (0..length).map(|_| random.pick(b"aZ09-_")).collect();
        for _ in 0..random.below(4) {
            let at = random.below(text.len() + 1);
            text.insert(at, random.pick(b"......  =+/\x00\xff"));
        }
        let cut = plainly_cut(&text);
        good += usize::from(cut.is_some());
        assert_eq!(three_segments(&text), cut, "{text:?}");
    }
    assert!(good > 1_000, "{good}");
}

/// What serde_json makes of an object's member `a`.
fn member_by_serde(text: &[u8]) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(text).ok()?;
    Some(value.get("a")?.as_str()?.to_owned())
}

fn member_by_us(text: &[u8]) -> Option<String> {
    let object = Object::parse(text).ok()?;
    Some(object.member("a")?.as_str()?.into_owned())
}

#[test]
fn every_byte_in_every_place_of_a_string_is_read_as_serde_json_does() {
    for length in [1, 2, 6, 7, 8, 9, 15, 16, 17, 25] {
        for at in 0..length {
            for byte in 0..=255 {
                let mut text = vec![b'x'; length];
                text[at] = byte;
                let text = [b"{\"a\":\"", &*text, b"\"}"].concat();
                assert_eq!(member_by_us(&text), member_by_serde(&text), "{text:?}");
            }
        }
    }
}

#[test]
fn strings_of_random_pieces_are_read_as_serde_json_does() {
    let pieces: [&[u8]; 16] = [
        b"plain",
        b"x",
        b"twenty letters or so",
        b"\\n",
        b"\\\\",
        b"\\\"",
        b"\\u0041",
        b"\\ud83d\\ude00",
        "é".as_bytes(),
        "😀".as_bytes(),
        b"\\ud800",
        b"\\",
        b"\"",
        b"\x1f",
        b"\x80",
        b"\x7f",
    ];
    let mut random = Random(0x1234_5678_9abc_def1);
    let mut good = 0;
    for _ in 0..100_000 {
        // The last pieces spoil a text; most texts have none of them.
        let among = if random.below(4) == 0 { 16 } else { 10 };
        let inside: Vec<u8> = (0..random.below(9))
            .flat_map(|_| pieces[random.below(among)])
            .copied()
            .collect();
        let text = [b"{ \"a\" : \"", &*inside, b"\", \"b\":[1]}"].concat();
        good += usize::from(member_by_us(&text).is_some());
        assert_eq!(
            member_by_us(&text),
            member_by_serde(&text),
            "{}",
            String::from_utf8_lossy(&text)
        );
    }
    assert!(good > 50_000, "{good}");
}

#[test]
fn members_are_found_and_repeated_names_refused_as_by_comparing_texts() {
    let mut random = Random(0xdead_beef_0bad_cafe);
    let mut refused = 0;
    for _ in 0..50_000 {
        // Of few letters and like beginnings, so that many are nearly the same.
        let names: Vec<String> = (0..random.below(20))
            .map(|_| {
                let start = ["", "email_ve", "email_verified", "iss"][random.below(4)];
                let end: String = (0..random.below(4))
                    .map(|_| char::from(random.pick(b"ab\0")))
                    .collect();
                format!("{start}{end}")
            })
            .collect();
        let members: Vec<String> = names
            .iter()
            .enumerate()
            .map(|(at, name)| format!("{}:{at}", serde_json::to_string(name).unwrap()))
            .collect();
        let text = format!("{{{}}}", members.join(","));
        let is_repeated = (1..names.len()).any(|at| names[..at].contains(&names[at]));
        refused += usize::from(is_repeated);
        match Object::parse(text.as_bytes()) {
            Err(_) => assert!(is_repeated, "{text}"),
            Ok(object) => {
                assert!(!is_repeated, "{text}");
                for wanted in names.iter().map(String::as_str).chain([
                    "",
                    "iss",
                    "email_ve",
                    "email_verified\0",
                ]) {
                    let at = names.iter().position(|name| name == wanted);
                    assert_eq!(
                        object.member(wanted).and_then(Value::as_f64),
                        at.map(|at| at as f64),
                        "{wanted} in {text}"
                    );
                }
            }
        }
    }
    assert!((1_000..49_000).contains(&refused), "{refused}");
}

#[test]
fn whole_numbers_are_what_the_standard_library_reads() {
    let mut random = Random(0x0123_4567_89ab_cdef);
    for _ in 0..50_000 {
        let length = 1 + random.below(18);
        let number = random.next() % 10u64.pow(length as u32);
        for literal in [
            format!("{number}"),
            format!("-{number}"),
            format!("{number}.0"),
            format!("{number}e0"),
        ] {
            let exact: f64 = literal.parse().unwrap();
            let close = (to_f64(&literal) - exact).abs() <= exact.abs() * 1e-15;
            assert!(
                to_f64(&literal) == exact || (length > 15 && close),
                "{literal}"
            );
        }
    }
}
