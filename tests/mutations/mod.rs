//! Tokens for the differential test: good ones, and good ones that were tampered with.

#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};

use crate::support::random::Random;
use crate::support::signature;
use countersign::encoding::Base64;

/// Algorithms that share a key.
#[derive(Clone, Copy)]
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) algorithms: &'static [&'static str],
}

pub(crate) const FAMILIES: [Family; 5] = [
    Family {
        name: "HMAC",
        algorithms: &["HS256", "HS384", "HS512"],
    },
    Family {
        name: "Ed25519",
        algorithms: &["EdDSA"],
    },
    Family {
        name: "P-256",
        algorithms: &["ES256"],
    },
    Family {
        name: "P-384",
        algorithms: &["ES384"],
    },
    Family {
        name: "RSA",
        algorithms: &["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
    },
];

/// One token, with the family of [`FAMILIES`] whose key judges it.
pub(crate) struct Case {
    pub(crate) token: Vec<u8>,
    pub(crate) judge: usize,
    /// What was done to it, for the report of a failure.
    pub(crate) history: Vec<&'static str>,
}

/// A token on its way: texts, then segments, then the whole.
struct Draft {
    alg: &'static str,
    judge: usize,
    header: Vec<u8>,
    payload: Vec<u8>,
    history: Vec<&'static str>,
}

/// Makes a token: one in six untouched, the others with one to three mutations. Of those, 30 %
/// are signed afterwards, so that the signature passes and the claims are reached.
pub(crate) fn generate(random: &mut Random, now: u64) -> Case {
    let original = draft(random, now);
    let mut mutant = Draft {
        header: original.header.clone(),
        payload: original.payload.clone(),
        history: Vec::new(),
        ..original
    };
    let resigned = random.chance(30);
    let rounds = random.below(6).min(3);
    for _ in 0..rounds {
        mutate_draft(random, &mut mutant, now);
    }
    let mut segments = [&mutant.header, &mutant.payload].map(|text| Base64::Url.encode(text));
    if rounds > 0 && random.chance(20) {
        mutant.history.push("respell");
        respell(random, &mut segments);
    }
    let [header, payload] = &segments;
    let signed = match resigned || rounds == 0 {
        true => format!("{header}.{payload}"),
        false => [&original.header, &original.payload]
            .map(|text| Base64::Url.encode(text))
            .join("."),
    };
    let mut seal = signature(mutant.alg, signed.as_bytes());
    if rounds > 0 && random.chance(8) {
        mutant.history.push("respell signature");
        respell(random, std::slice::from_mut(&mut seal));
    }
    let mut token = format!("{header}.{payload}.{seal}").into_bytes();
    if rounds > 0 && random.chance(20) {
        mutant.history.push("bytes");
        mutate_bytes(random, &mut token);
    }
    Case {
        token,
        judge: mutant.judge,
        history: mutant.history,
    }
}

/// A good token of a random algorithm. The slower a family signs, the seldomer it comes.
fn draft(random: &mut Random, now: u64) -> Draft {
    let judge = match random.below(100) {
        0..50 => 0,
        50..80 => 1,
        80..92 => 2,
        92..96 => 3,
        _ => 4,
    };
    let alg = *random.pick(FAMILIES[judge].algorithms);
    let mut header = json!({ "alg": alg });
    if random.chance(50) {
        header["typ"] = json!("JWT");
    }
    if random.chance(20) {
        header["kid"] = json!(random.text(8));
    }
    let mut claims = json!({
        "iss": "https://issuer.example",
        "aud": random.pick(&[json!("api"), json!(["other", "api"]), json!(["api"])]),
        "sub": random.text(10),
        "exp": now + 600,
    });
    if random.chance(50) {
        claims["iat"] = json!(now - 60);
    }
    if random.chance(30) {
        claims["nbf"] = json!(now - 60);
    }
    if random.chance(50) {
        // A name of its own: these are not to replace the claims above by chance.
        claims["data"] = Value::Object(random.object(3));
    }
    Draft {
        alg,
        judge,
        header: header.to_string().into_bytes(),
        payload: claims.to_string().into_bytes(),
        history: Vec::new(),
    }
}

fn mutate_draft(random: &mut Random, draft: &mut Draft, now: u64) {
    match random.below(9) {
        0 | 1 => {
            draft.history.push("payload tree");
            mutate_tree(random, &mut draft.payload);
        }
        2 => {
            draft.history.push("header tree");
            mutate_tree(random, &mut draft.header);
        }
        3 | 4 => {
            draft.history.push("header swap");
            swap_header(random, &mut draft.header);
        }
        5 => {
            draft.history.push("key swap");
            draft.judge = random.below(FAMILIES.len());
        }
        6 | 7 => {
            draft.history.push("time shift");
            shift_time(random, &mut draft.payload, now);
        }
        _ => {
            draft.history.push("text");
            let text = match random.chance(50) {
                true => &mut draft.header,
                false => &mut draft.payload,
            };
            mutate_text(random, text);
        }
    }
}

/// Replaces, removes, renames or adds a member.
fn mutate_tree(random: &mut Random, text: &mut Vec<u8>) {
    const NAMES: [&str; 14] = [
        "alg", "typ", "kid", "crit", "b64", "zip", "jku", "cty", "iss", "aud", "sub", "exp", "nbf",
        "iat",
    ];
    let Ok(Value::Object(mut members)) = serde_json::from_slice::<Value>(text) else {
        return;
    };
    let names: Vec<String> = members.keys().cloned().collect();
    if names.is_empty() {
        return;
    }
    let name = random.pick(&names).clone();
    match random.below(6) {
        0 | 1 => {
            members.insert(name, odd_value(random));
        }
        2 => {
            members.remove(&name);
        }
        3 => {
            let value = members.remove(&name).unwrap_or_default();
            members.insert((*random.pick(&NAMES)).to_owned(), value);
        }
        4 => {
            members.insert((*random.pick(&NAMES)).to_owned(), odd_value(random));
        }
        _ => {
            // One value in another's place: text for numbers, lists for text.
            let value = members[random.pick(&names)].clone();
            let wrapped = random.chance(30);
            members.insert(name, if wrapped { json!([value]) } else { value });
        }
    }
    *text = Value::Object(members).to_string().into_bytes();
}

/// A random value, or one that some reader is known to stumble over.
fn odd_value(random: &mut Random) -> Value {
    match random.below(12) {
        0 => Value::Null,
        1 => json!(""),
        2 => json!([]),
        3 => json!({}),
        4 => json!(0),
        5 => json!(-1),
        6 => json!(u64::MAX),
        7 => json!(1e300),
        8 => json!("api"),
        9 => json!(["https://issuer.example"]),
        10 => json!("1790000600"),
        _ => random.json(2),
    }
}

/// Another algorithm's name, a spelling of none, an extension or a key of the attacker's.
fn swap_header(random: &mut Random, text: &mut Vec<u8>) {
    const ALGORITHMS: [&str; 12] = [
        "none", "None", "NONE", "", "hs256", "HS256", "HS512", "RS256", "PS256", "ES256", "ES384",
        "EdDSA",
    ];
    let Ok(Value::Object(mut members)) = serde_json::from_slice::<Value>(text) else {
        return;
    };
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    match random.below(8) {
        0..=3 => set("alg", json!(random.pick(&ALGORITHMS))),
        4 => set("crit", json!([random.pick(&["exp", "b64", "x"])])),
        5 => set("b64", json!(random.chance(50))),
        6 => set(
            "jwk",
            json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }),
        ),
        _ => set("kid", json!(random.text(300))),
    };
    *text = Value::Object(members).to_string().into_bytes();
}

/// Moves a date, or writes it otherwise. Nothing lies within half a minute of now: the other
/// side reads the clock itself.
fn shift_time(random: &mut Random, text: &mut Vec<u8>, now: u64) {
    let Ok(Value::Object(mut members)) = serde_json::from_slice::<Value>(text) else {
        return;
    };
    let name = *random.pick(&["exp", "exp", "nbf", "iat"]);
    let distance = 30 + random.next() % (1 << (6 + random.below(30)));
    let date = match random.chance(50) {
        true => now + distance,
        false => now.saturating_sub(distance),
    };
    let value = match random.below(8) {
        0..=4 => json!(date),
        5 => json!(date as f64 + 0.5),
        6 => json!(date.to_string()),
        _ => json!(-(date as i64)),
    };
    members.insert(name.to_owned(), value);
    *text = Value::Object(members).to_string().into_bytes();
}

/// Does to the text what no tree can hold.
fn mutate_text(random: &mut Random, text: &mut Vec<u8>) {
    let insert = |text: &mut Vec<u8>, at: usize, what: &[u8]| {
        text.splice(at..at, what.iter().copied());
    };
    match random.below(7) {
        0 => {
            const DOUBLES: [&str; 6] = [
                r#""alg":"none","#,
                r#""exp":9999999999,"#,
                r#""sub":"admin","#,
                r#""aud":"api","#,
                r#""\u0061ud":"api","#,
                r#""data":1,"data":2,"#,
            ];
            let double = random.pick(&DOUBLES).as_bytes();
            insert(text, 1.min(text.len()), double);
        }
        1 => insert(text, 0, b"\xef\xbb\xbf"),
        2 => {
            let at = text.len();
            insert(
                text,
                at,
                random.pick(&[" ", "\n\t", "x", "\0", "{}"]).as_bytes(),
            );
        }
        3 => {
            let wrapped = [b"[", text.as_slice(), b"]"].concat();
            *text = wrapped;
        }
        4 => {
            let depth = 1 + random.below(200);
            let deep = format!(r#""deep":{}1{},"#, "[".repeat(depth), "]".repeat(depth));
            insert(text, 1.min(text.len()), deep.as_bytes());
        }
        5 => {
            const ODD: [&str; 6] = [
                r#""odd":"\ud800","#,
                r#""odd":1e400,"#,
                r#""odd":01,"#,
                r#""odd":NaN,"#,
                r#""odd":"\u0000","#,
                r#""odd":-0.0E-5,"#,
            ];
            let odd = random.pick(&ODD).as_bytes();
            insert(text, 1.min(text.len()), odd);
        }
        _ => mutate_bytes(random, text),
    }
}

/// Flips, removes, doubles or inserts a byte.
fn mutate_bytes(random: &mut Random, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        return;
    }
    let at = random.below(bytes.len());
    match random.below(4) {
        0 => bytes[at] ^= 1 << random.below(8),
        1 => {
            bytes.remove(at);
        }
        2 => bytes.insert(at, bytes[at]),
        _ => bytes.insert(at, random.next() as u8),
    }
}

/// Writes the same bytes otherwise, as lenient readers take them.
fn respell(random: &mut Random, segments: &mut [String]) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = random.below(segments.len());
    let segment = &mut segments[at];
    match random.below(5) {
        0 => segment.push('='),
        1 => segment.push_str("=="),
        2 => segment.insert(
            random.below(segment.len() + 1),
            *random.pick(&[' ', '\n', '\r', '.']),
        ),
        3 => *segment = segment.replace('-', "+").replace('_', "/"),
        _ => {
            // The last letter's unused bits.
            if let Some(last) = segment.pop() {
                let value = LETTERS.iter().position(|l| char::from(*l) == last);
                let other = value.unwrap_or(0) ^ 1;
                segment.push(char::from(LETTERS[other]));
            }
        }
    }
}
