//! A slow and plain model of the three curves: affine points, big integers.

use countersign_engine::ecdsa::{Curve, P256, P384, P521, PublicKey};
use num_bigint::BigUint;

/// A point; `None` is the zero point.
pub(crate) type Point = Option<(BigUint, BigUint)>;

/// The numbers of `y² = x³ − 3x + b`.
pub(crate) struct Model {
    pub(crate) p: BigUint,
    pub(crate) n: BigUint,
    pub(crate) b: BigUint,
    pub(crate) base: Point,
    pub(crate) bytes: usize,
    /// What a comb takes, that of the base point as well as a key's.
    #[allow(dead_code, reason = "not every test fills stores")]
    pub(crate) comb_bytes: usize,
}

/// A curve with its model.
pub(crate) trait Modelled: Curve {
    fn model() -> Model;
}

fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).unwrap()
}

fn power(exponent: u32) -> BigUint {
    BigUint::from(1u32) << exponent
}

impl Modelled for P256 {
    fn model() -> Model {
        Model {
            p: power(256) - power(224) + power(192) + power(96) - 1u32,
            n: number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
            b: number("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
            base: Some((
                number("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
                number("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
            )),
            bytes: 32,
            comb_bytes: 29 * 256 * 2 * 9 * 4,
        }
    }
}

impl Modelled for P384 {
    fn model() -> Model {
        Model {
            p: power(384) - power(128) - power(96) + power(32) - 1u32,
            n: number(
                "ffffffffffffffffffffffffffffffffffffffffffffffff\
                 c7634d81f4372ddf581a0db248b0a77aecec196accc52973",
            ),
            b: number(
                "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe814112\
                 0314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
            ),
            base: Some((
                number(
                    "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b98\
                     59f741e082542a385502f25dbf55296c3a545e3872760ab7",
                ),
                number(
                    "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147c\
                     e9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
                ),
            )),
            bytes: 48,
            comb_bytes: 55 * 64 * 2 * 14 * 4,
        }
    }
}

impl Modelled for P521 {
    fn model() -> Model {
        Model {
            p: power(521) - 1u32,
            n: number(
                "1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa\
                 51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
            ),
            b: number(
                "051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e1\
                 56193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
            ),
            base: Some((
                number(
                    "0c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dba\
                     a14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
                ),
                number(
                    "11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c\
                     97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650",
                ),
            )),
            bytes: 66,
            comb_bytes: 87 * 32 * 2 * 18 * 4,
        }
    }
}

impl Model {
    fn minus(&self, a: &BigUint, b: &BigUint) -> BigUint {
        (a + &self.p - b % &self.p) % &self.p
    }

    pub(crate) fn add(&self, a: &Point, b: &Point) -> Point {
        let (Some((x1, y1)), Some((x2, y2))) = (a, b) else {
            return a.clone().or_else(|| b.clone());
        };
        let (rise, run) = if x1 != x2 {
            (self.minus(y2, y1), self.minus(x2, x1))
        } else if y1 == y2 {
            (
                self.minus(&(x1 * x1 * 3u32), &BigUint::from(3u32)),
                y1 * 2u32,
            )
        } else {
            return None;
        };
        let slope = rise * run.modinv(&self.p).unwrap() % &self.p;
        let x = self.minus(&(&slope * &slope), &(x1 + x2));
        let y = self.minus(&(slope * self.minus(x1, &x)), y1);
        Some((x, y))
    }

    /// Takes the shorter way round: by the scalar, or back by its complement.
    pub(crate) fn multiply(&self, scalar: &BigUint, point: &Point) -> Point {
        let complement = &self.n - scalar;
        if complement < *scalar {
            let (x, y) = self.multiply(&complement, point)?;
            return Some((x, &self.p - y));
        }
        let mut sum = None;
        for bit in (0..scalar.bits()).rev() {
            sum = self.add(&sum, &sum);
            if scalar.bit(bit) {
                sum = self.add(&sum, point);
            }
        }
        sum
    }

    /// A point with this `x`, if there is one. All
    /// three moduli are 3 modulo 4.
    pub(crate) fn lift(&self, x: &BigUint) -> Point {
        let square = self.minus(&(x * x * x + &self.b), &(x * 3u32));
        let y = square.modpow(&((&self.p + 1u32) / 4u32), &self.p);
        (&y * &y % &self.p == square).then(|| (x.clone(), y))
    }

    /// A number as bytes of the field's length.
    pub(crate) fn encode(&self, number: &BigUint) -> Vec<u8> {
        let bytes = number.to_bytes_be();
        let mut padded = vec![0; self.bytes - bytes.len()];
        padded.extend(bytes);
        padded
    }

    /// A digest of the field's length that stands for this number.
    pub(crate) fn digest(&self, number: &BigUint) -> Vec<u8> {
        let surplus_bits = 8 * self.bytes as u64 - self.n.bits();
        self.encode(&(number << surplus_bits))
    }

    /// The signature and digest for which a verification computes
    /// `u1·G + u2·Q` and compares it with `r`.
    pub(crate) fn craft(&self, u1: &BigUint, u2: &BigUint, r: &BigUint) -> (Vec<u8>, Vec<u8>) {
        let s = r * u2.modinv(&self.n).unwrap() % &self.n;
        let z = u1 * &s % &self.n;
        (self.digest(&z), [self.encode(r), self.encode(&s)].concat())
    }

    /// Budgets without room for a comb, for the base point's alone, and for both.
    #[allow(dead_code, reason = "not every test fills stores")]
    pub(crate) fn budgets(&self) -> [usize; 3] {
        [0, 1, 2].map(|combs| combs * self.comb_bytes)
    }

    pub(crate) fn key<C: Curve>(&self, point: &Point) -> PublicKey<C> {
        let (x, y) = point.as_ref().unwrap();
        PublicKey::new(&self.encode(x), &self.encode(y)).unwrap()
    }
}
