use core::error::Error;
use core::fmt;

/// Why a key is refused. The caller's configuration or the issuer's key set is
/// at fault, never a signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyError {
    /// The RSA exponent is even, below 3 or needs more than 64 bits.
    Exponent,
    /// The key, or one of its numbers, is longer or shorter than its kind
    /// allows: a coordinate without its leading zero bytes, an RSA modulus of
    /// more than 8192 bits.
    Length,
    /// The point generates one of the small subgroups, so that signatures
    /// under it hold for messages nobody signed (RFC 8032 §5.1.7, cofactor).
    LowOrder,
    /// A coordinate is not reduced: the same point has a second encoding.
    NonCanonical,
    /// The coordinates satisfy no curve equation, or are the point at infinity.
    NotOnCurve,
    /// The RSA modulus is even or has fewer than 2048 bits.
    WeakModulus,
}

impl fmt::Display for KeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Exponent => "the RSA exponent is not an odd number from 3 to 2^64 - 1",
            Self::Length => "the key has a wrong length",
            Self::LowOrder => "the public point is of low order",
            Self::NonCanonical => "a coordinate of the key is not reduced",
            Self::NotOnCurve => "the public point is not on the curve",
            Self::WeakModulus => "the RSA modulus is even or shorter than 2048 bits",
        })
    }
}

impl Error for KeyError {}

/// The signature does not belong to this key and message. It says no more, so
/// that a sender of forged signatures learns nothing from it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidSignature;

impl fmt::Display for InvalidSignature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the signature is not valid")
    }
}

impl Error for InvalidSignature {}
