//! RS256…RS512 (RSASSA-PKCS1-v1_5) and PS256…PS512 (RSASSA-PSS), RFC 7518 §3.3 and §3.5.
//!
//! The engine raises the signature to the key's exponent, or a host does (`rsa_power`). The
//! encoded message that comes out is compared here as RFC 8017 says: for PKCS#1 v1.5 the whole of
//! it with the one valid encoding (§8.2.2, no parsing), for PSS by EMSA-PSS-VERIFY (§9.1.2) with a
//! salt exactly as long as the hash and MGF1 over the same hash.

use countersign_engine::InvalidSignature;
use countersign_engine::sha2::{Hash, Sha256, Sha384, Sha512};

use super::rsa_power::{MAX_SIZE, RsaPower};
use super::{Algorithm, Lender, OTHER_KIND, SignatureAlgorithm, VerifyingKey};
use crate::error::KeyError;
use crate::jwk::{Jwk, Material};

/// RSASSA-PSS with SHA-256.
pub static PS256: Rsa = Rsa::new(Algorithm::Ps256, Padding::Pss, &SHA256);
/// RSASSA-PSS with SHA-384.
pub static PS384: Rsa = Rsa::new(Algorithm::Ps384, Padding::Pss, &SHA384);
/// RSASSA-PSS with SHA-512.
pub static PS512: Rsa = Rsa::new(Algorithm::Ps512, Padding::Pss, &SHA512);
/// RSASSA-PKCS1-v1_5 with SHA-256.
pub static RS256: Rsa = Rsa::new(Algorithm::Rs256, Padding::Pkcs1, &SHA256);
/// RSASSA-PKCS1-v1_5 with SHA-384.
pub static RS384: Rsa = Rsa::new(Algorithm::Rs384, Padding::Pkcs1, &SHA384);
/// RSASSA-PKCS1-v1_5 with SHA-512.
pub static RS512: Rsa = Rsa::new(Algorithm::Rs512, Padding::Pkcs1, &SHA512);

/// RSA with one padding and one hash.
#[derive(Clone, Copy, Debug)]
pub struct Rsa {
    id: Algorithm,
    padding: Padding,
    hash: &'static HashRow,
}

/// How a message is encoded before the signer raises it to the private exponent.
#[derive(Clone, Copy, Debug)]
enum Padding {
    /// EMSA-PKCS1-v1_5 (RFC 8017 §9.2).
    Pkcs1,
    /// EMSA-PSS with a salt as long as the hash (RFC 7518 §3.5).
    Pss,
}

/// A hash as rows know it: one code for all of them, for no hash of a padding is long.
#[derive(Debug)]
struct HashRow {
    /// The zero before `SEQUENCE { SEQUENCE { OID, NULL }, OCTET STRING`, and that up to the
    /// hash's first byte (RFC 8017 §9.2 note 1).
    info: &'static [u8],
    /// Bytes of a digest.
    length: usize,
    /// The digest of what the parts make, at the beginning of 64 bytes.
    of: fn(&[&[u8]]) -> [u8; 64],
}

static SHA256: HashRow = HashRow {
    info: b"\0\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
    length: 32,
    of: digest::<Sha256>,
};
static SHA384: HashRow = HashRow {
    info: b"\0\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
    length: 48,
    of: digest::<Sha384>,
};
static SHA512: HashRow = HashRow {
    info: b"\0\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
    length: 64,
    of: digest::<Sha512>,
};

fn digest<H: Hash>(parts: &[&[u8]]) -> [u8; 64] {
    let mut hash = H::new();
    parts.iter().for_each(|part| hash.update(part));
    wide(hash.finish().as_ref())
}

/// A digest at the beginning of 64 bytes.
fn wide(digest: &[u8]) -> [u8; 64] {
    let mut wide = [0; 64];
    let places = wide.iter_mut().zip(digest);
    places.for_each(|(place, byte)| *place = *byte);
    wide
}

impl Rsa {
    const fn new(id: Algorithm, padding: Padding, hash: &'static HashRow) -> Self {
        Self { id, padding, hash }
    }

    /// `Some` when `encoded` is an encoding of the message with this digest for a modulus of
    /// `bits` bits.
    fn check(&self, encoded: &mut [u8], bits: usize, digest: &[u8]) -> Option<()> {
        match self.padding {
            Padding::Pkcs1 => pkcs1(self.hash, encoded, digest),
            Padding::Pss => pss(self.hash, encoded, bits, digest),
        }
    }

    /// The digest of a message, which a host may compute that has this hash: the only one that is
    /// lent is SHA-256.
    fn digest(&self, lender: Option<&dyn Lender>, message: &[u8]) -> [u8; 64] {
        let lent = match lender {
            Some(lender) if self.hash.length == 32 => lender.sha256(&[&[], message]),
            _ => None,
        };
        match lent {
            Some(lent) => wide(&lent),
            None => (self.hash.of)(&[message]),
        }
    }
}

impl SignatureAlgorithm for Rsa {
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
                algorithm: *self,
            })),
            _ => Err(OTHER_KIND),
        }
    }
}

struct RsaKey {
    power: RsaPower,
    algorithm: Rsa,
}

impl VerifyingKey for RsaKey {
    fn verify(
        &mut self,
        lender: Option<&'static dyn Lender>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let mut buffer = [0; MAX_SIZE];
        let encoded = buffer.get_mut(..self.power.size());
        let encoded = encoded.ok_or(InvalidSignature)?;
        self.power.raise(lender, signature, encoded)?;
        let digest = self.algorithm.digest(lender, message);
        let digest = digest.get(..self.algorithm.hash.length);
        let digest = digest.ok_or(InvalidSignature)?;
        let checked = self.algorithm.check(encoded, self.power.bits(), digest);
        checked.ok_or(InvalidSignature)
    }
}

fn pkcs1(hash: &HashRow, encoded: &[u8], digest: &[u8]) -> Option<()> {
    // 00 01 FF … FF 00 ‖ DigestInfo ‖ hash, with at least eight FF.
    match encoded.strip_suffix(digest)?.strip_suffix(hash.info)? {
        [0, 1, ff @ ..] if ff.len() >= 8 && ff.iter().all(|b| *b == 0xff) => Some(()),
        _ => None,
    }
}

/// EMSA-PSS-VERIFY, steps numbered as in RFC 8017 §9.1.2.
fn pss(row: &HashRow, encoded: &mut [u8], bits: usize, digest: &[u8]) -> Option<()> {
    // emBits = modBits - 1: the bits above it are zero, a whole byte where modBits - 1 is
    // a multiple of eight.
    let em_bits = bits.checked_sub(1)?;
    let em_len = em_bits.div_ceil(8);
    let (above, encoded) = encoded.split_at_mut_checked(encoded.len().checked_sub(em_len)?)?;
    if above.iter().any(|b| *b != 0) {
        return None;
    }
    let db_len = em_len.checked_sub(row.length + 1)?;
    let salt_at = db_len.checked_sub(row.length)?; // step 3, with sLen = hLen
    let (db, rest) = encoded.split_at_mut_checked(db_len)?;
    let (hash, trailer) = rest.split_at_checked(row.length)?;
    let unused = 0xff_u8
        .checked_shl(8 - (8 * em_len - em_bits) as u32)
        .unwrap_or(0);
    let first = db.first_mut()?;
    if trailer != [0xbc] || *first & unused != 0 {
        return None; // steps 4 and 6
    }
    mgf1(row, hash, db); // steps 7 and 8
    *db.first_mut()? &= !unused; // step 9
    let (zeros, one_and_salt) = db.split_at_checked(salt_at.checked_sub(1)?)?;
    let [1, salt @ ..] = one_and_salt else {
        return None; // step 10
    };
    if zeros.iter().any(|b| *b != 0) {
        return None;
    }
    let again = (row.of)(&[&[0; 8], digest, salt]); // steps 12 and 13
    (again.get(..row.length)? == hash).then_some(())
}

/// Adds the mask MGF1 (RFC 8017 appendix B.2.1) to `data`.
fn mgf1(row: &HashRow, seed: &[u8], data: &mut [u8]) {
    let mut mask = [0; 64];
    for (at, byte) in data.iter_mut().enumerate() {
        let (counter, place) = (at / row.length, at % row.length);
        if place == 0 {
            mask = (row.of)(&[seed, &(counter as u32).to_be_bytes()]);
        }
        *byte ^= mask.get(place).copied().unwrap_or_default();
    }
}
