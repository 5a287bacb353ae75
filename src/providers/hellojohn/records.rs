//! The last touch to HelloJohn's answers: aliases of fields, sign-in results, and results
//! that the provider words as refusals. Names are in camelCase by the time they get here.

use crate::json::{Json, Members};

/// Members whose content is the caller's own and is not renamed.
pub(super) const OPAQUE: &[&str] = &[
    "custom_claims",
    "metadata",
    "payload",
    "private_metadata",
    "public_metadata",
];

/// A user: its aliases resolved beside the originals. Only the id must be there.
pub(super) fn user(answer: Json, _: &Members) -> Option<Json> {
    let Json::Object(mut members) = answer else {
        return None;
    };
    if !members.contains_key("id")
        && let Some(Json::Object(inner)) = members.remove("user")
    {
        members = inner;
    }
    members.get("id")?.as_str()?;
    for (name, other) in ALIASES {
        alias(&mut members, name, other);
    }
    full_name(&mut members);
    if members.get("disabled") == Some(&Json::Bool(true)) {
        members.insert_if_absent("status", "disabled");
    }
    Some(Json::Object(members))
}

/// Members of a user, with the name that some answers have for them.
const ALIASES: [(&str, &str); 4] = [
    ("phone", "phoneNumber"),
    ("name", "displayName"),
    ("lastSignInAt", "lastLoginAt"),
    ("mfaEnabled", "mfaEnrolled"),
];

/// Gives a member the value of its alias, unless it has one.
fn alias(members: &mut Members, name: &str, other: &str) {
    if members.get(name).is_none_or(Json::is_null)
        && let Some(value) = members.get(other).cloned()
    {
        members.insert(name, value);
    }
}

fn full_name(members: &mut Members) {
    if members.get("name").is_some_and(|name| !name.is_null()) {
        return;
    }
    let (mut name, mut mark) = (String::new(), "");
    for part in ["firstName", "lastName"] {
        if let Some(part) = members.get(part).and_then(Json::as_str) {
            name.push_str(mark);
            name.push_str(part);
            mark = " ";
        }
    }
    if !name.is_empty() {
        members.insert("name", name);
    }
}

/// The first user of a list whose address is the one that was asked for, or null.
///
/// The addresses are compared, for a server that ignores the filter would otherwise hand
/// out whoever comes first.
pub(super) fn user_by_email(answer: Json, asked: &Members) -> Option<Json> {
    let email = asked.get("email")?.as_str()?;
    let listed = || {
        ["data", "users"]
            .iter()
            .find_map(|name| answer.get(name)?.as_array())
    };
    let mut items = answer.as_array().or_else(listed)?.iter();
    let is_asked = |item: &&Json| {
        let address = item.get("email").and_then(Json::as_str);
        address.is_some_and(|address| address.eq_ignore_ascii_case(email))
    };
    match items.find(is_asked) {
        Some(item) => user(item.clone(), asked),
        None => Some(Json::Null),
    }
}

/// A finished sign-in, or the open-source server's demand for a second factor.
pub(super) fn signed_in(answer: Json, asked: &Members) -> Option<Json> {
    if answer.get("mfaRequired") == Some(&Json::Bool(true)) {
        return Some(mfa_result(
            answer.get("mfaToken").or_else(|| answer.get("challengeId")),
            answer.get("availableFactors"),
        ));
    }
    let session = session(&answer)?;
    complete(answer, Some(session), asked)
}

/// A finished sign-up. It has no session where the address must be verified first.
pub(super) fn signed_up(answer: Json, asked: &Members) -> Option<Json> {
    let session = session(&answer);
    if session.is_none() && !answer.get("user").is_some_and(Json::is_object) {
        return None;
    }
    complete(answer, session, asked)
}

fn complete(answer: Json, session: Option<Json>, asked: &Members) -> Option<Json> {
    let user = match answer.get("user") {
        Some(found @ Json::Object(_)) => Some(user(found.clone(), asked)?),
        _ => None,
    };
    Some(Json::object([
        ("status", "complete".into()),
        ("user", user.into()),
        ("session", session.into()),
    ]))
}

/// The tokens of a session, nested or at the top; `None` when there is no access token.
fn session(answer: &Json) -> Option<Json> {
    session_members(answer).map(Json::Object)
}

fn session_members(answer: &Json) -> Option<Members> {
    let mut session = match answer.get("session") {
        Some(Json::Object(session)) => session.clone(),
        _ => Members::new(),
    };
    for (name, at_top) in [
        ("id", "sessionId"),
        ("accessToken", "accessToken"),
        ("refreshToken", "refreshToken"),
        ("expiresIn", "expiresIn"),
    ] {
        if !session.contains_key(name)
            && let Some(value) = answer.get(at_top)
        {
            session.insert(name.to_owned(), value.clone());
        }
    }
    alias(&mut session, "accessTokenExpiresAt", "expiresAt");
    session.get("accessToken")?.as_str()?;
    Some(session)
}

/// New tokens.
pub(super) fn tokens(answer: Json, _: &Members) -> Option<Json> {
    session(&answer)
}

/// A client-credentials token. One that does not say how long it lives does so for an hour.
pub(super) fn client_token(answer: Json, _: &Members) -> Option<Json> {
    let mut members = session_members(&answer)?;
    members.insert_if_absent("expiresIn", 3_600u64);
    for name in ["tokenType", "scope"] {
        if let Some(value) = answer.get(name) {
            members.insert(name, value.clone());
        }
    }
    Some(Json::Object(members))
}

/// The verdict of a remote verification. Anything but a plain boolean is no verdict.
pub(super) fn verdict(answer: Json, _: &Members) -> Option<Json> {
    let Json::Object(mut members) = answer else {
        return None;
    };
    let valid = members.remove("valid")?.as_bool()?;
    let error = members.remove("error");
    let payload = match members.remove("payload") {
        Some(payload @ Json::Object(_)) => Some(payload),
        _ if members.is_empty() => None,
        _ => Some(Json::Object(members)),
    };
    let payload = payload.filter(|_| valid);
    Some(Json::object([
        ("valid", valid.into()),
        ("payload", payload.into()),
        ("error", error.into()),
    ]))
}

/// A sign-in that stops at a second factor is a regular outcome, not a failure.
pub(super) fn mfa_required(status: u16, body: &Json) -> Option<Json> {
    let error = body.get("error").filter(|error| error.is_object());
    let error = error.unwrap_or(body);
    let code = error.get("code").or_else(|| error.get("error"))?.as_str()?;
    if status != 403 || !code.eq_ignore_ascii_case("mfa_required") {
        return None;
    }
    let factors = error.get("available_factors").cloned();
    let factors = factors.map(|factors| crate::api::renamed(super::DIALECT.names, factors));
    Some(mfa_result(error.get("challenge_id"), factors.as_ref()))
}

fn mfa_result(challenge: Option<&Json>, factors: Option<&Json>) -> Json {
    let factors = factors.and_then(Json::as_array).unwrap_or_default();
    Json::object([
        ("status", "mfa_required".into()),
        ("challengeId", challenge.cloned().into()),
        ("availableFactors", factors.to_vec().into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn touched(shape: crate::api::Shape, answer: Json) -> Option<Json> {
        shape(answer, &Members::new())
    }

    #[test]
    fn a_users_aliases_are_resolved_beside_the_originals() {
        let seen = touched(
            user,
            json!({"id": "u", "phoneNumber": "+1", "displayName": "N", "disabled": true,
                   "lastLoginAt": "t", "mfaEnrolled": true}),
        )
        .unwrap();
        for (name, value) in [
            ("phone", json!("+1")),
            ("name", json!("N")),
            ("status", json!("disabled")),
            ("lastSignInAt", json!("t")),
            ("mfaEnabled", json!(true)),
            ("phoneNumber", json!("+1")),
        ] {
            assert_eq!(seen[name], value);
        }
        let named = touched(user, json!({"id": "u", "name": "A", "displayName": "B"})).unwrap();
        assert_eq!(named["name"], "A");
        let parts = touched(user, json!({"id": "u", "firstName": "A", "lastName": "B"})).unwrap();
        assert_eq!(parts["name"], "A B");
        let nested = touched(user, json!({"user": {"id": "u"}})).unwrap();
        assert_eq!(nested["id"], "u");
        assert_eq!(touched(user, json!({"name": "A"})), None);
        assert_eq!(touched(user, json!([])), None);
    }

    #[test]
    fn a_lookup_by_address_never_returns_somebody_else() {
        let asked = Members::from_iter([("email".to_owned(), json!("a@x"))]);
        let page = json!({"data": [{"id": "1", "email": "b@x"}, {"id": "2", "email": "A@x"}]});
        assert_eq!(user_by_email(page, &asked).unwrap()["id"], "2");
        let others = json!({"data": [{"id": "1", "email": "b@x"}, {"id": "3"}]});
        assert_eq!(user_by_email(others, &asked), Some(Json::Null));
        assert_eq!(user_by_email(json!({}), &asked), None);
    }

    #[test]
    fn a_sign_in_is_read_from_every_shape() {
        let nested = json!({"user": {"id": "u"}, "session": {"id": "s", "accessToken": "a",
            "refreshToken": "r", "expiresAt": "t"}});
        let seen = touched(signed_in, nested).unwrap();
        assert_eq!(seen["status"], "complete");
        assert_eq!(seen["user"]["id"], "u");
        assert_eq!(seen["session"]["accessTokenExpiresAt"], "t");
        let flat =
            json!({"accessToken": "a", "refreshToken": "r", "expiresIn": 1, "sessionId": "s"});
        let seen = touched(signed_in, flat).unwrap();
        assert_eq!(seen["session"]["id"], "s");
        assert_eq!(seen["session"]["expiresIn"], 1);
        let factor = json!({"mfaRequired": true, "mfaToken": "m", "availableFactors": ["totp"]});
        let seen = touched(signed_in, factor).unwrap();
        assert_eq!(seen["status"], "mfa_required");
        assert_eq!(seen["challengeId"], "m");
        assert_eq!(touched(signed_in, json!({"user": {"id": "u"}})), None);
        let signed_up = touched(signed_up, json!({"user": {"id": "u"}})).unwrap();
        assert_eq!(signed_up["session"], Json::Null);
        assert_eq!(touched(super::signed_up, json!({})), None);
    }

    #[test]
    fn only_a_plain_boolean_is_a_verdict() {
        let good = json!({"valid": true, "userId": "u", "status": "active"});
        let seen = touched(verdict, good).unwrap();
        assert_eq!(seen["valid"], true);
        assert_eq!(seen["payload"]["userId"], "u");
        let bad = json!({"valid": false, "payload": {"sub": "u"}, "error": {"message": "m"}});
        let seen = touched(verdict, bad).unwrap();
        assert_eq!(seen["valid"], false);
        assert_eq!(seen["payload"], Json::Null);
        assert_eq!(seen["error"]["message"], "m");
        for answer in [
            json!({}),
            json!({"valid": "true"}),
            json!({"valid": 1}),
            json!(true),
        ] {
            assert_eq!(touched(verdict, answer), None);
        }
    }

    #[test]
    fn a_demand_for_a_second_factor_is_recognised_by_code_and_status() {
        let body = json!({"error": {"code": "mfa_required", "challenge_id": "c",
            "available_factors": [{"type": "totp", "factor_id": "f"}]}});
        assert_eq!(
            mfa_required(403, &body),
            Some(json!({"status": "mfa_required", "challengeId": "c",
                "availableFactors": [{"type": "totp", "factorId": "f"}]}))
        );
        assert_eq!(mfa_required(401, &body), None);
        assert_eq!(
            mfa_required(403, &json!({"error": {"code": "account_locked"}})),
            None
        );
    }

    #[test]
    fn a_client_token_lives_an_hour_unless_it_says_otherwise() {
        let seen = touched(
            client_token,
            json!({"accessToken": "a", "tokenType": "Bearer"}),
        );
        assert_eq!(seen.unwrap()["expiresIn"], 3_600);
        let seen = touched(client_token, json!({"accessToken": "a", "expiresIn": 5}));
        assert_eq!(seen.unwrap()["expiresIn"], 5);
        assert_eq!(touched(tokens, json!({})), None);
    }
}
