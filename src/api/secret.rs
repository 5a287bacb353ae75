//! Credentials in memory: never shown, wiped when dropped.

use core::fmt;

use countersign_engine::hmac::constant_time_eq;
use zeroize::Zeroizing;

use crate::encoding::{percent_encode, replace};
use crate::json::Json;

/// A credential or password. Its `Debug` output shows nothing and its memory is wiped when
/// it is dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over; the caller's own copies are the caller's to wipe.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Compares in a time that depends on the lengths alone.
    pub fn is(&self, other: &str) -> bool {
        constant_time_eq(self.0.as_bytes(), other.as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Replaces every occurrence of every secret, also as it stands in a URL or inside a JSON
/// string: servers like to echo what they refuse.
///
/// Secrets shorter than four characters are left alone, or texts would turn into noise.
pub(crate) fn redact(text: &str, secrets: &[Secret]) -> String {
    let mut forms = Vec::new();
    for plain in secrets.iter().map(Secret::expose) {
        if plain.len() >= 4 {
            forms.extend(spellings(plain));
        }
    }
    let mut text = text.to_owned();
    // The longest first: one may begin with another, whose removal would leave its end behind.
    while let Some(most) = forms.iter().map(|form| form.len()).max() {
        for form in forms.iter().filter(|form| form.len() == most) {
            text = replace(&text, form, "[redacted]");
        }
        forms.retain(|form| form.len() < most);
    }
    text
}

/// A secret as it is, in a URL and inside a JSON string.
fn spellings(plain: &str) -> [Zeroizing<String>; 3] {
    let mut in_url = Zeroizing::new(String::new());
    percent_encode(plain, &mut in_url);
    let quoted = Zeroizing::new(Json::from(plain).to_string());
    let in_json = quoted.get(1..quoted.len() - 1).unwrap_or(plain);
    [plain.to_owned().into(), in_url, in_json.to_owned().into()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_shows_nothing_of_a_secret() {
        assert_eq!(format!("{:?}", Secret::new("canary")), "Secret(…)");
    }

    #[test]
    fn secrets_compare_by_content() {
        let secret = Secret::new("abcd");
        assert!(secret.is("abcd"));
        assert!(!secret.is("abce"));
        assert!(!secret.is("abc"));
    }

    #[test]
    fn an_echoed_secret_is_redacted_wherever_it_stands() {
        let secrets = [Secret::new("sk_live_1"), Secret::new("ab")];
        assert_eq!(
            redact("key sk_live_1 or sk_live_1: ab", &secrets),
            "key [redacted] or [redacted]: ab"
        );
        let nested = [Secret::new("pass"), Secret::new("pass-word-1")];
        assert_eq!(
            redact("pass-word-1, pass", &nested),
            "[redacted], [redacted]"
        );
        let odd = [Secret::new("p\"/w")];
        assert_eq!(
            redact(r#"p"/w {"password":"p\"/w"} /x/p%22%2Fw"#, &odd),
            r#"[redacted] {"password":"[redacted]"} /x/[redacted]"#
        );
    }
}
