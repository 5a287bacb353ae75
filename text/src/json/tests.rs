//! What the reader takes and refuses.

use super::*;
use crate::random::Random;

fn parse(text: &str) -> Result<Object<'_>, NotStrict> {
    Object::parse(text.as_bytes())
}

#[test]
fn members_are_found_with_their_kinds() {
    let object = parse(r#" {"s":"a\"\u00e9\ud83d\ude00\/","n":-1.5e3,"t":true,"f":false,"z":null,"o":{"a":[1,{}]},"l":[ "x" , "y" ]} "#).unwrap();
    assert_eq!(object.member("s").unwrap().as_str().unwrap(), "a\"é😀/");
    assert_eq!(object.member("n").unwrap().as_f64(), Some(-1500.0));
    assert_eq!(object.member("t"), Some(Value::Bool(true)));
    assert_eq!(object.member("f"), Some(Value::Bool(false)));
    assert_eq!(object.member("z"), Some(Value::Null));
    assert_eq!(object.member("o"), Some(Value::Object(r#"{"a":[1,{}]}"#)));
    assert_eq!(
        object.member("l").unwrap().as_strings().unwrap(),
        ["x", "y"]
    );
    assert_eq!(object.member("constructor"), None);
    assert_eq!(object.members().count(), 7);
}

#[test]
fn a_string_is_looked_for_among_strings_alone() {
    for (value, found) in [
        (r#""a""#, Some(true)),
        (r#""\u0061""#, Some(true)),
        (r#""b""#, Some(false)),
        (r#"["b","\u0061"]"#, Some(true)),
        (r#"["a","a"]"#, Some(true)),
        (r#"[ "A" ]"#, Some(false)),
        ("[]", Some(false)),
        (r#"["a",1]"#, None),
        (r#"[null,"a"]"#, None),
        (r#"[["a"]]"#, None),
        (r#"{"a":"a"}"#, None),
        ("null", None),
        ("1", None),
    ] {
        let text = format!(r#"{{"x":{value}}}"#);
        let value = parse(&text).unwrap().member("x").unwrap();
        assert_eq!(value.any_string(&|text| text == "a"), found, "{text}");
    }
}

#[test]
fn paths_reach_into_objects_and_prefer_whole_names() {
    let object =
        parse(r#"{"a":{"b":{"c":1}},"a.b":2,"https://x.example/r":{"roles":["r"]}}"#).unwrap();
    assert_eq!(object.at_path("a.b"), Some(Value::Number("2")));
    assert_eq!(object.at_path("a.b.c"), Some(Value::Number("1")));
    assert_eq!(
        object.at_path("https://x.example/r.roles"),
        Some(Value::Array(r#"["r"]"#))
    );
    assert_eq!(object.at_path("a.x"), None);
    assert_eq!(object.at_path(""), None);
}

#[test]
fn duplicate_members_are_refused_in_every_spelling() {
    assert!(parse(r#"{"a":1,"b":2,"a":3}"#).is_err());
    assert!(parse(r#"{"sub":1,"s\u0075b":2}"#).is_err());
    let many: Vec<_> = (0..40).map(|i| format!("\"k{i}\":0")).collect();
    assert!(parse(&format!("{{{}}}", many.join(","))).is_ok());
    assert!(parse(&format!("{{{},\"k7\":0}}", many.join(","))).is_err());
    assert!(
        parse(r#"{"o":{"a":1,"a":2}}"#).is_ok(),
        "nested ones are the host's to read"
    );
}

#[test]
fn what_parsers_may_read_differently_is_refused() {
    for text in [
        "",
        " ",
        "null",
        "[]",
        "1",
        "\"a\"",
        "{",
        "}",
        "{}x",
        "{}{}",
        "\u{feff}{}",
        "{a:1}",
        "{'a':1}",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{,}"#,
        r#"{"a":1 "b":2}"#,
        r#"{"a":[1,]}"#,
        r#"{"a":[,1]}"#,
        r#"{"a":[}"#,
        r#"{"a":{]}"#,
        r#"{"a":[1}}"#,
        r#"{"a":01}"#,
        r#"{"a":.5}"#,
        r#"{"a":1.}"#,
        r#"{"a":+1}"#,
        r#"{"a":1e}"#,
        r#"{"a":-}"#,
        r#"{"a":NaN}"#,
        r#"{"a":Infinity}"#,
        r#"{"a":1e400}"#,
        r#"{"a":-1e400}"#,
        r#"{"a":tru}"#,
        r#"{"a":True}"#,
        r#"{"a":nulll}"#,
        r#"{"a":"\x"}"#,
        r#"{"a":"\u12"}"#,
        r#"{"a":"\u12g4"}"#,
        r#"{"a":"\ud800"}"#,
        r#"{"a":"\udc00"}"#,
        r#"{"a":"\ud800\u0041"}"#,
        r#"{"a":"\ud800x"}"#,
        r#"{"\ud800":1}"#,
        "{\"a\":\"\n\"}",
        "{\"a\":\"\0\"}",
        "{\"a\":1}//",
        "{/**/}",
        r#"{"a":"b}"#,
        r#"{"a":0x1}"#,
        r#"{"a":1}}"#,
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
    assert!(Object::parse(b"{\"a\":\"\xff\"}").is_err());
    assert!(Object::parse(b"{\"a\":\"\xc0\xaf\"}").is_err(), "overlong");
    assert!(
        Object::parse(b"{\"a\":\"\xed\xa0\x80\"}").is_err(),
        "surrogate"
    );
}

#[test]
fn nesting_ends_at_the_documented_depth() {
    let nested = |levels: usize| {
        format!(
            "{{\"a\":{}{}}}",
            "[".repeat(levels - 1),
            "]".repeat(levels - 1)
        )
    };
    assert!(parse(&nested(128)).is_ok());
    assert!(parse(&nested(129)).is_err());
    assert!(parse(&nested(1_000_000)).is_err());
    let objects = format!("{{\"a\":{}1{}}}", "{\"a\":".repeat(127), "}".repeat(127));
    assert!(parse(&objects).is_ok());
}

/// A second opinion on text that is one edit away from good.
#[test]
fn verdicts_agree_with_serde_json_on_mutated_text() {
    let seed = br#"{"a":[1,-2.5e1,{"b":"\u0041x\\"},[],true],"c":{"d":null,"e":""},"f":"g"}"#;
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..200_000 {
        let mut text = seed.to_vec();
        random.edit(&mut text, b"{}[],:\"\\ 0-.eEtfnu\x00\xff");
        let theirs = serde_json::from_slice::<serde_json::Map<_, serde_json::Value>>(&text);
        match Object::parse(&text) {
            Ok(_) => assert!(theirs.is_ok(), "{}", String::from_utf8_lossy(&text)),
            Err(_) => {
                let duplicated = theirs.as_ref().is_ok_and(|map| map.len() < 3);
                assert!(
                    theirs.is_err() || duplicated,
                    "{}",
                    String::from_utf8_lossy(&text)
                );
            }
        }
    }
}
