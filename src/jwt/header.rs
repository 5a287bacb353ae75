//! The JOSE header (RFC 7515 §4).

use crate::encoding::Base64;
use crate::error::{Malformed, TokenError};
use crate::json::{Object, Value};

/// What a token says about its own signature; nothing in it is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    text: Vec<u8>,
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
}

/// Members that change what is signed or how the payload is read. None is supported:
/// `crit` (RFC 7515 §4.1.11) because no extension is, `b64` because RFC 7797 §7 forbids it in
/// JWTs, `enc` and `zip` because they belong to JWE.
const UNSUPPORTED: [&str; 4] = ["b64", "crit", "enc", "zip"];

impl Header {
    /// Decodes a header segment.
    ///
    /// # Errors
    ///
    /// `ERR_JWT_INVALID` when it is not the canonical base64url of a strict JSON object with a
    /// string `alg`, or when `kid` or `typ` are not strings; `ERR_JOSE_NOT_SUPPORTED` when it
    /// asks for an extension or for encryption.
    pub fn decode(segment: &[u8]) -> Result<Self, TokenError> {
        let text = Base64::Url
            .decode(segment)
            .map_err(|_| TokenError::Malformed(Malformed::Encoding))?;
        let object = Object::parse(&text).map_err(|_| MALFORMED)?;
        if let Some(name) = UNSUPPORTED
            .into_iter()
            .find(|name| object.member(name).is_some())
        {
            return Err(TokenError::Unsupported(name.into()));
        }
        let alg = text_member(&object, "alg")?.ok_or(MALFORMED)?;
        let (kid, typ) = (text_member(&object, "kid")?, text_member(&object, "typ")?);
        Ok(Self {
            alg,
            kid,
            typ,
            text,
        })
    }

    /// The header as JSON text.
    pub fn json(&self) -> &[u8] {
        &self.text
    }

    pub(crate) fn into_json(self) -> Vec<u8> {
        self.text
    }

    /// The name of the algorithm that the token claims to be signed with.
    pub fn alg(&self) -> &str {
        &self.alg
    }

    /// The name of the key that the token claims to be signed with.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The token's media type.
    pub fn typ(&self) -> Option<&str> {
        self.typ.as_deref()
    }
}

const MALFORMED: TokenError = TokenError::Malformed(Malformed::Header);

fn text_member(object: &Object<'_>, name: &str) -> Result<Option<String>, TokenError> {
    match object.member(name).map(Value::as_str) {
        None => Ok(None),
        Some(Some(text)) => Ok(Some(text.into_owned())),
        Some(None) => Err(MALFORMED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(text: &str) -> Result<Header, TokenError> {
        Header::decode(Base64::Url.encode(text.as_bytes()).as_bytes())
    }

    #[test]
    fn names_are_read_as_they_stand() {
        let header = decode(
            r#"{"typ":"at+jwt","kid":"k\u0031","alg":"ES256","jku":"https://evil.example"}"#,
        )
        .unwrap();
        assert_eq!(
            (header.alg(), header.kid(), header.typ()),
            ("ES256", Some("k1"), Some("at+jwt"))
        );
    }

    #[test]
    fn extensions_and_encryption_are_not_supported() {
        for member in [
            "\"crit\":[]",
            "\"crit\":[\"exp\"]",
            "\"crit\":null",
            "\"b64\":true",
            "\"b64\":false",
            "\"enc\":\"A128GCM\"",
            "\"zip\":\"DEF\"",
            "\"cr\\u0069t\":1",
        ] {
            let error = decode(&format!("{{\"alg\":\"ES256\",{member}}}")).unwrap_err();
            assert!(matches!(error, TokenError::Unsupported(_)), "{member}");
        }
    }

    #[test]
    fn headers_that_are_no_strict_object_with_alg_are_malformed() {
        for text in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"alg":1}"#,
            r#"{"alg":null}"#,
            r#"{"alg":["ES256"]}"#,
            r#"{"alg":"ES256","alg":"ES256"}"#,
            r#"{"alg":"ES256","\u0061lg":"none"}"#,
            r#"{"alg":"ES256","kid":1}"#,
            r#"{"alg":"ES256","typ":{}}"#,
            r#"{"alg":"ES256"} x"#,
        ] {
            assert_eq!(decode(text).unwrap_err(), MALFORMED, "{text}");
        }
        assert_eq!(
            Header::decode(b"e31").unwrap_err(),
            TokenError::Malformed(Malformed::Encoding)
        );
    }
}
