//! Keeps tokens, passwords and secrets out of the log and the request log.

use serde_json::Value;

/// What stands in the place of a secret.
pub const MASK: &str = "***";

/// Members of JSON bodies and query strings whose value is never shown.
const SECRET_NAMES: &[&str] = &[
    "password",
    "current_password",
    "new_password",
    "password_hash",
    "token",
    "access_token",
    "refresh_token",
    "id_token",
    "captcha_token",
    "code",
    "code_verifier",
    "secret",
    "client_secret",
    "signing_secret",
    "secret_key",
    "api_key",
    "api_secret",
    "confirm_password",
    "idToken",
    "refreshToken",
    "reset_token",
];

/// How values begin that are secret wherever they stand, path segments included.
const SECRET_PREFIXES: &[&str] = &[
    "eyJ", "sk_", "mk_", "rt_", "whsec_", "invt_", "mlt_", "prt_",
];

/// `value` with every secret member masked, at any depth.
pub fn masked(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| (name.clone(), masked_member(name, member)))
            .collect(),
        Value::Array(items) => items.iter().map(masked).collect(),
        Value::String(text) => Value::String(masked_word(text).to_owned()),
        other => other.clone(),
    }
}

fn masked_member(name: &str, value: &Value) -> Value {
    let secret = SECRET_NAMES
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known));
    if secret && !value.is_null() {
        return Value::String(MASK.to_owned());
    }
    masked(value)
}

/// `path` with secret segments masked: an invitation's token is part of its path.
pub fn masked_path(path: &str) -> String {
    let segments: Vec<&str> = path.split('/').map(masked_word).collect();
    segments.join("/")
}

/// `query` with secret values masked.
pub fn masked_query(query: &str) -> String {
    let pairs: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if SECRET_NAMES.contains(&name) => format!("{name}={MASK}"),
            Some((name, value)) => format!("{name}={}", masked_word(value)),
            None => pair.to_owned(),
        })
        .collect();
    pairs.join("&")
}

fn masked_word(text: &str) -> &str {
    let secret = SECRET_PREFIXES
        .iter()
        .any(|prefix| text.starts_with(prefix));
    if secret { MASK } else { text }
}

/// Which kind of credential an `Authorization` header holds, from its first letters.
pub fn credential_kind(header: &str) -> &'static str {
    let Some((scheme, value)) = header.split_once(' ') else {
        return "other";
    };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return if scheme.eq_ignore_ascii_case("basic") {
            "basic"
        } else {
            "other"
        };
    }
    match value {
        value if value.starts_with("sk_") => "secret_key",
        value if value.starts_with("pk_") => "publishable_key",
        value if value.starts_with("mk_") => "master_key",
        value if value.starts_with("eyJ") => "jwt",
        _ => "bearer",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_masked_at_any_depth() {
        let body = json!({"email": "a@b.c", "password": "p", "x": [{"refresh_token": "rt_1"}], "y": "sk_test_1", "code": null});
        assert_eq!(
            masked(&body),
            json!({"email": "a@b.c", "password": "***", "x": [{"refresh_token": "***"}], "y": "***", "code": null})
        );
    }

    #[test]
    fn a_token_in_a_path_or_query_is_masked() {
        assert_eq!(
            masked_path("/v1/invitations/invt_ABC/accept"),
            "/v1/invitations/***/accept"
        );
        assert_eq!(
            masked_query("limit=5&token=abc&x=eyJhb"),
            "limit=5&token=***&x=***"
        );
    }

    #[test]
    fn credentials_are_told_apart_without_their_value() {
        assert_eq!(credential_kind("Bearer sk_live_1"), "secret_key");
        assert_eq!(credential_kind("bearer pk_live_1"), "publishable_key");
        assert_eq!(credential_kind("Bearer eyJhb.x.y"), "jwt");
        assert_eq!(credential_kind("Basic dXNlcg=="), "basic");
        assert_eq!(credential_kind("nonsense"), "other");
    }
}
