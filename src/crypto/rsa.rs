//! RS256…RS512 (RSASSA-PKCS1-v1_5) and PS256…PS512 (RSASSA-PSS), RFC 7518 §3.3 and §3.5.
//!
//! The engine raises the signature to the key's exponent, or a host does (`rsa_power`); the
//! encoded message that comes out is compared here as RFC 8017 says: for PKCS#1 v1.5 the whole of it with the one valid
//! encoding (§8.2.2, no parsing), for PSS by EMSA-PSS-VERIFY (§9.1.2) with a salt exactly as
//! long as the hash and MGF1 over the same hash.

use core::marker::PhantomData;

use countersign_engine::InvalidSignature;
use countersign_engine::sha2::{Hash, Sha256, Sha384, Sha512};

use super::lender::Lender;
use super::rsa_power::{MAX_SIZE, RsaPower};
use super::{Algorithm, Means, OTHER_KIND, SignatureAlgorithm, VerifyingKey};
use crate::error::KeyError;
use crate::jwk::{Jwk, Material};

/// RSASSA-PSS with SHA-256.
pub static PS256: Rsa<Pss<Sha256>> = Rsa::new(Algorithm::Ps256);
/// RSASSA-PSS with SHA-384.
pub static PS384: Rsa<Pss<Sha384>> = Rsa::new(Algorithm::Ps384);
/// RSASSA-PSS with SHA-512.
pub static PS512: Rsa<Pss<Sha512>> = Rsa::new(Algorithm::Ps512);
/// RSASSA-PKCS1-v1_5 with SHA-256.
pub static RS256: Rsa<Pkcs1<Sha256>> = Rsa::new(Algorithm::Rs256);
/// RSASSA-PKCS1-v1_5 with SHA-384.
pub static RS384: Rsa<Pkcs1<Sha384>> = Rsa::new(Algorithm::Rs384);
/// RSASSA-PKCS1-v1_5 with SHA-512.
pub static RS512: Rsa<Pkcs1<Sha512>> = Rsa::new(Algorithm::Rs512);

/// RSA with one padding.
#[derive(Debug)]
pub struct Rsa<P> {
    id: Algorithm,
    padding: PhantomData<fn() -> P>,
}

impl<P> Rsa<P> {
    const fn new(id: Algorithm) -> Self {
        Self {
            id,
            padding: PhantomData,
        }
    }
}

impl<P: Padding + 'static> SignatureAlgorithm for Rsa<P> {
    fn id(&self) -> Algorithm {
        self.id
    }

    fn fits(&self, jwk: &Jwk) -> bool {
        matches!(jwk.material(), Material::Rsa { .. })
    }

    fn key(&self, jwk: &Jwk) -> Result<Box<dyn VerifyingKey>, KeyError> {
        match jwk.material() {
            Material::Rsa { modulus, exponent } => Ok(Box::new(RsaKey {
                power: RsaPower::new(modulus, exponent)?,
                padding: PhantomData::<fn() -> P>,
            })),
            _ => Err(OTHER_KIND),
        }
    }
}

struct RsaKey<P> {
    power: RsaPower,
    padding: PhantomData<fn() -> P>,
}

impl<P: Padding> VerifyingKey for RsaKey<P> {
    fn verify(
        &mut self,
        means: &mut Means,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let mut buffer = [0; MAX_SIZE];
        let encoded = buffer.get_mut(..self.power.size());
        let encoded = encoded.ok_or(InvalidSignature)?;
        self.power.raise(means.lender, signature, encoded)?;
        let digest = digest::<P::Hash>(means.lender, message);
        P::check(encoded, self.power.bits(), digest.as_ref()).ok_or(InvalidSignature)
    }
}

/// The digest of a message, which a host may compute that has a hash of this length: the only
/// one it lends is SHA-256.
fn digest<H: Hash>(lender: Option<&dyn Lender>, message: &[u8]) -> Vec<u8> {
    let lent = match lender {
        Some(lender) if H::OUTPUT == 32 => lender.sha256(&[&[], message]),
        _ => None,
    };
    lent.map_or_else(
        || H::digest(message).as_ref().to_vec(),
        |digest| digest.to_vec(),
    )
}

/// How a message is encoded before the signer raises it to the private exponent.
pub trait Padding {
    /// The hash of the message.
    type Hash: Hash;

    /// `Some` when `encoded` is an encoding of the message with this digest for a modulus of
    /// `bits` bits.
    fn check(encoded: &mut [u8], bits: usize, digest: &[u8]) -> Option<()>;
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2).
#[derive(Debug)]
pub struct Pkcs1<H>(PhantomData<fn() -> H>);

impl<H: Hash + DigestInfo> Padding for Pkcs1<H> {
    type Hash = H;

    fn check(encoded: &mut [u8], _: usize, digest: &[u8]) -> Option<()> {
        // 00 01 FF … FF 00 ‖ DigestInfo ‖ hash, with at least eight FF.
        let hash_at = encoded.len().checked_sub(H::OUTPUT)?;
        let info_at = hash_at.checked_sub(H::PREFIX.len())?;
        let padding = encoded
            .get(..info_at)?
            .strip_prefix(&[0, 1])?
            .strip_suffix(&[0])?;
        let good = padding.len() >= 8
            && padding.iter().all(|b| *b == 0xff)
            && encoded.get(info_at..hash_at)? == H::PREFIX
            && encoded.get(hash_at..)? == digest;
        good.then_some(())
    }
}

/// The DER that stands before a hash in EMSA-PKCS1-v1_5 (RFC 8017 §9.2 note 1).
pub trait DigestInfo {
    /// `SEQUENCE { SEQUENCE { OID, NULL }, OCTET STRING` up to the hash's first byte.
    const PREFIX: &'static [u8];
}

impl DigestInfo for Sha256 {
    const PREFIX: &'static [u8] =
        b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
}

impl DigestInfo for Sha384 {
    const PREFIX: &'static [u8] =
        b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30";
}

impl DigestInfo for Sha512 {
    const PREFIX: &'static [u8] =
        b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40";
}

/// EMSA-PSS with a salt as long as the hash (RFC 7518 §3.5).
#[derive(Debug)]
pub struct Pss<H>(PhantomData<fn() -> H>);

impl<H: Hash> Padding for Pss<H> {
    type Hash = H;

    /// EMSA-PSS-VERIFY, steps numbered as in RFC 8017 §9.1.2.
    fn check(encoded: &mut [u8], bits: usize, digest: &[u8]) -> Option<()> {
        // emBits = modBits - 1: the bits above it are zero, a whole byte where modBits - 1 is
        // a multiple of eight.
        let em_bits = bits.checked_sub(1)?;
        let em_len = em_bits.div_ceil(8);
        let (above, encoded) = encoded.split_at_mut_checked(encoded.len().checked_sub(em_len)?)?;
        if above.iter().any(|b| *b != 0) {
            return None;
        }
        let db_len = em_len.checked_sub(H::OUTPUT + 1)?;
        let salt_at = db_len.checked_sub(H::OUTPUT)?; // step 3, with sLen = hLen
        let (db, rest) = encoded.split_at_mut_checked(db_len)?;
        let (hash, trailer) = rest.split_at_checked(H::OUTPUT)?;
        let unused = 0xff_u8
            .checked_shl(8 - (8 * em_len - em_bits) as u32)
            .unwrap_or(0);
        let first = db.first_mut()?;
        if trailer != [0xbc] || *first & unused != 0 {
            return None; // steps 4 and 6
        }
        mgf1::<H>(hash, db); // steps 7 and 8
        *db.first_mut()? &= !unused; // step 9
        let (zeros, one_and_salt) = db.split_at_checked(salt_at.checked_sub(1)?)?;
        let salt = one_and_salt.strip_prefix(&[1])?; // step 10
        if zeros.iter().any(|b| *b != 0) {
            return None;
        }
        let mut again = H::new(); // steps 12 and 13
        again.update(&[0; 8]);
        again.update(digest);
        again.update(salt);
        (again.finish().as_ref() == hash).then_some(())
    }
}

/// Adds the mask MGF1 (RFC 8017 appendix B.2.1) to `data`.
fn mgf1<H: Hash>(seed: &[u8], data: &mut [u8]) {
    for (counter, block) in data.chunks_mut(H::OUTPUT).enumerate() {
        let mut hash = H::new();
        hash.update(seed);
        hash.update(&(counter as u32).to_be_bytes());
        block
            .iter_mut()
            .zip(hash.finish().as_ref())
            .for_each(|(b, mask)| *b ^= mask);
    }
}
