//! The last touch to PropelAuth's answers: names in camelCase, maps out of lists, and results
//! that the provider words as refusals.

use crate::api::{Names, renamed};
use crate::json::{Json, Members};

/// Members whose content is the product's own and is not renamed.
const NAMES: Names = Names::Camel {
    opaque: &[
        "extra_properties",
        "metadata",
        "org_metadata",
        "properties",
        "user_signup_query_parameters",
    ],
};

/// Any answer with its names in camelCase.
pub(super) fn camel(answer: Json, _: &Members) -> Option<Json> {
    Some(renamed(NAMES, answer))
}

/// A map whose own names are data: only the names inside its values change.
pub(super) fn map_of_records(answer: Json, _: &Members) -> Option<Json> {
    let Json::Object(mut members) = answer else {
        return None;
    };
    for value in members.values_mut() {
        *value = renamed(NAMES, value.take());
    }
    Some(Json::Object(members))
}

/// A list of users as a map by id.
pub(super) fn by_user_id(answer: Json, _: &Members) -> Option<Json> {
    keyed(answer, "user_id")
}

/// A list of users as a map by e-mail address.
pub(super) fn by_email(answer: Json, _: &Members) -> Option<Json> {
    keyed(answer, "email")
}

/// A list of users as a map by user name.
pub(super) fn by_username(answer: Json, _: &Members) -> Option<Json> {
    keyed(answer, "username")
}

fn keyed(answer: Json, key: &str) -> Option<Json> {
    let Json::Array(items) = answer else {
        return None;
    };
    let mut map = Vec::with_capacity(items.len());
    for item in items {
        let key = item.get(key)?.as_str()?.to_owned();
        map.push((key, renamed(NAMES, item)));
    }
    Some(Json::Object(map.into_iter().collect()))
}

/// 404: false.
pub(super) fn missing_is_false(status: u16, _: &Json) -> Option<Json> {
    (status == 404).then_some(Json::Bool(false))
}

/// 404: null.
pub(super) fn missing_is_null(status: u16, _: &Json) -> Option<Json> {
    (status == 404).then_some(Json::Null)
}

/// 401: nobody is signed in.
pub(super) fn signed_out(status: u16, _: &Json) -> Option<Json> {
    (status == 401).then_some(Json::Null)
}

/// 400 or 401: the session is gone.
pub(super) fn session_gone(status: u16, _: &Json) -> Option<Json> {
    matches!(status, 400 | 401).then_some(Json::Null)
}

/// A grant that is not there is no error, but a no.
pub(super) fn grant_not_found(status: u16, body: &Json) -> Option<Json> {
    let text = |at: Option<&Json>, expected: &str| at.and_then(Json::as_str) == Some(expected);
    let found = !matches!(status, 401 | 429)
        && text(body.get("error_code"), "invalid_request_fields")
        && text(body["field_errors"].get("grant"), "grant_not_found");
    found.then_some(Json::Bool(false))
}
