//! What the strict reader takes, the usual one takes too, with the same members.

#![no_main]

use countersign::json::{Object, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(object) = Object::parse(text) else {
        return;
    };
    let theirs: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(text).expect("strict JSON is JSON");
    assert_eq!(object.members().count(), theirs.len());
    for (name, value) in object.members() {
        let expected = &theirs[name];
        match value {
            Value::Array(_) => {
                let len = value.as_array().expect("an array has elements").len();
                assert_eq!(Some(len), expected.as_array().map(Vec::len));
            }
            Value::Bool(known) => assert_eq!(Some(known), expected.as_bool()),
            Value::Null => assert!(expected.is_null()),
            Value::Number(_) => {
                assert!(value.as_f64().is_some_and(f64::is_finite));
                assert!(expected.is_number());
            }
            // Duplicates within are found when the object is asked for.
            Value::Object(_) => drop(value.as_object()),
            Value::String(_) => assert_eq!(value.as_str().as_deref(), expected.as_str()),
        }
        let _ = (object.at_path(name), value.as_strings());
    }
});
