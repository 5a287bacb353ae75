//! The curves of RustCrypto behind one trait.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, where a panic is a failure"
)]
#![allow(dead_code, reason = "not every test signs")]

use countersign_engine::ecdsa::{Curve, P256, P384, P521};

/// One key of the oracle.
pub(crate) trait Oracle {
    type Curve: Curve;
    const FIELD_BYTES: usize;
    fn new(secret: &[u8]) -> Self;
    fn point(&self) -> Vec<u8>;
    fn sign(&self, digest: &[u8]) -> Vec<u8>;
    fn accepts(&self, digest: &[u8], signature: &[u8]) -> bool;
}

macro_rules! oracle {
    ($name:ident, $curve:ident, $krate:ident, $bytes:literal) => {
        pub(crate) struct $name($krate::ecdsa::SigningKey);

        impl Oracle for $name {
            type Curve = $curve;
            const FIELD_BYTES: usize = $bytes;

            fn new(secret: &[u8]) -> Self {
                Self($krate::ecdsa::SigningKey::from_slice(secret).unwrap())
            }

            fn point(&self) -> Vec<u8> {
                self.0.verifying_key().to_sec1_point(false).as_bytes()[1..].to_vec()
            }

            fn sign(&self, digest: &[u8]) -> Vec<u8> {
                use $krate::ecdsa::signature::hazmat::PrehashSigner;
                let signature: $krate::ecdsa::Signature = self.0.sign_prehash(digest).unwrap();
                signature.to_bytes().to_vec()
            }

            fn accepts(&self, digest: &[u8], signature: &[u8]) -> bool {
                use $krate::ecdsa::signature::hazmat::PrehashVerifier;
                let Ok(signature) = $krate::ecdsa::Signature::from_slice(signature) else {
                    return false;
                };
                self.0
                    .verifying_key()
                    .verify_prehash(digest, &signature)
                    .is_ok()
            }
        }
    };
}

oracle!(OracleP256, P256, p256, 32);
oracle!(OracleP384, P384, p384, 48);
oracle!(OracleP521, P521, p521, 66);
