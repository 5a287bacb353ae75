//! Division modulo an odd number by the "safegcd" division steps of Bernstein
//! and Yang (<https://eprint.iacr.org/2019/266>), thirty steps at a time.
//!
//! # Security
//! The running time depends on the inputs. Every input of a signature
//! verification is public, so nothing is given away; do not use this with
//! secrets.
//!
//! # Bounds
//! A column adds two products of a matrix row, whose entries add up to 2^30 at
//! most, with limbs below 2^30, one product of a limb of the modulus with a
//! correction below 2^31, and a carry: below 2^62 in all.
//!
//! Numbers are held as limbs of 30 bits, least significant first, as many as the
//! modulus has, with zeros behind. Between rounds the top limb may be negative,
//! all others lie in `0..2^30`.

const LIMB_BITS: u32 = 30;
const MASK: i32 = (1 << LIMB_BITS) - 1;

/// The most limbs a modulus has: those of P-521.
pub(crate) const MAX_LIMBS: usize = 18;

/// A number and the zeros behind it.
pub(crate) type Limbs = [i32; MAX_LIMBS];

/// An odd modulus greater than one, with what division by it needs.
pub(crate) struct Modulus {
    limbs: Limbs,
    /// How many limbs count, 18 at most.
    length: usize,
    /// The modulus' inverse modulo 2^30.
    inverse: i32,
}

impl Modulus {
    /// Prepares an odd modulus given as 30-bit limbs, of which `length` count.
    /// It must be below 2^(30·length − 2), so that sums keep their sign.
    pub(crate) const fn new(limbs: Limbs, length: usize) -> Self {
        Self {
            limbs,
            length,
            inverse: inverse_of_odd(limbs[0]),
        }
    }

    /// The modulus' limbs.
    pub(crate) const fn limbs(&self) -> &Limbs {
        &self.limbs
    }

    /// How many limbs count.
    pub(crate) const fn length(&self) -> usize {
        self.length
    }

    /// The modulus' inverse modulo 2^30, in `0..2^30`.
    pub(crate) const fn inverse(&self) -> i32 {
        self.inverse
    }

    /// Computes `numerator / denominator` modulo the modulus; both must be in
    /// `0..modulus`, and so is the result. A zero denominator gives zero.
    #[inline(never)]
    pub(crate) fn divide(&self, numerator: &Limbs, denominator: &Limbs) -> Limbs {
        let mut pair = Pair {
            f: self.limbs,
            g: *denominator,
            length: self.length,
        };
        let mut quotients = Quotients {
            of_f: [0; MAX_LIMBS],
            of_g: *numerator,
        };
        let mut eta = -1;
        while !pair.g_is_zero() {
            let (next, matrix) = thirty_steps(eta, pair.f[0] as u32, pair.g[0] as u32);
            eta = next;
            quotients.advance(&matrix, self);
            pair.advance(&matrix);
        }
        self.normalise(quotients.of_f, pair.f_is_negative())
    }

    /// Brings a value from `-2·modulus..modulus` to `0..modulus`, negated on demand.
    fn normalise(&self, value: Limbs, negate: bool) -> Limbs {
        let mut result = self.add_if_negative(value);
        if negate {
            result = self.carry(result.map(|limb| -limb));
        }
        self.add_if_negative(result)
    }

    fn add_if_negative(&self, mut value: Limbs) -> Limbs {
        if value.iter().any(|limb| *limb < 0) {
            for (limb, modulus) in value.iter_mut().zip(&self.limbs) {
                *limb += modulus;
            }
        }
        self.carry(value)
    }

    /// Carries so that all limbs but the top one lie in `0..2^30`.
    fn carry(&self, mut value: Limbs) -> Limbs {
        let mut carry = 0;
        for limb in value.iter_mut().take(self.length - 1) {
            *limb += carry;
            carry = *limb >> LIMB_BITS;
            *limb &= MASK;
        }
        if let Some(top) = value.get_mut(self.length - 1) {
            *top += carry;
        }
        value
    }
}

/// What thirty division steps do to `(f, g)`: `2^30·f' = u·f + v·g` and
/// `2^30·g' = q·f + r·g`, where `|u| + |v|` and `|q| + |r|` are at most 2^30.
struct Matrix {
    u: i32,
    v: i32,
    q: i32,
    r: i32,
}

/// The two numbers whose greatest common divisor is sought; `length` limbs of
/// each are in use, and it shrinks with the numbers.
struct Pair {
    f: Limbs,
    g: Limbs,
    length: usize,
}

impl Pair {
    fn g_is_zero(&self) -> bool {
        self.g.iter().take(self.length).all(|limb| *limb == 0)
    }

    fn f_is_negative(&self) -> bool {
        self.f[self.length - 1] < 0
    }

    fn advance(&mut self, matrix: &Matrix) {
        let [u, v, q, r] = [matrix.u, matrix.v, matrix.q, matrix.r].map(i64::from);
        let mut next_f = 0;
        let mut next_g = 0;
        for i in 0..self.length.min(MAX_LIMBS) {
            let (f, g) = (i64::from(self.f[i]), i64::from(self.g[i]));
            next_f += u * f + v * g;
            next_g += q * f + r * g;
            // The lowest limb of either sum is zero: that is what the matrix is for.
            if i > 0 {
                self.f[i - 1] = next_f as i32 & MASK;
                self.g[i - 1] = next_g as i32 & MASK;
            }
            next_f >>= LIMB_BITS;
            next_g >>= LIMB_BITS;
        }
        self.f[self.length - 1] = next_f as i32;
        self.g[self.length - 1] = next_g as i32;
        self.shorten();
    }

    /// Drops the top limb of both numbers when it holds nothing but their signs.
    fn shorten(&mut self) {
        let (top_f, top_g) = (self.f[self.length - 1], self.g[self.length - 1]);
        let only_signs = (top_f == 0 || top_f == -1) && (top_g == 0 || top_g == -1);
        if self.length > 1 && only_signs {
            self.length -= 1;
            self.f[self.length - 1] |= top_f << LIMB_BITS;
            self.g[self.length - 1] |= top_g << LIMB_BITS;
        }
    }
}

/// The multipliers carried along: `f = of_f·denominator/numerator` and likewise
/// for `g`, modulo the modulus. Both stay in `-2·modulus..modulus`.
struct Quotients {
    of_f: Limbs,
    of_g: Limbs,
}

impl Quotients {
    fn advance(&mut self, matrix: &Matrix, modulus: &Modulus) {
        let [u, v, q, r] = [matrix.u, matrix.v, matrix.q, matrix.r].map(i64::from);
        let correction_f = self.correction(matrix.u, matrix.v, modulus);
        let correction_g = self.correction(matrix.q, matrix.r, modulus);
        let mut next_f = 0;
        let mut next_g = 0;
        for i in 0..modulus.length.min(MAX_LIMBS) {
            let (f, g) = (i64::from(self.of_f[i]), i64::from(self.of_g[i]));
            let m = i64::from(modulus.limbs[i]);
            next_f += u * f + v * g + m * correction_f;
            next_g += q * f + r * g + m * correction_g;
            if i > 0 {
                self.of_f[i - 1] = next_f as i32 & MASK;
                self.of_g[i - 1] = next_g as i32 & MASK;
            }
            next_f >>= LIMB_BITS;
            next_g >>= LIMB_BITS;
        }
        self.of_f[modulus.length - 1] = next_f as i32;
        self.of_g[modulus.length - 1] = next_g as i32;
    }

    /// How many times the modulus joins `a·of_f + b·of_g` so that the sum is
    /// divisible by 2^30 and stays in range.
    fn correction(&self, a: i32, b: i32, modulus: &Modulus) -> i64 {
        let top = modulus.length - 1;
        let for_sign = (a & (self.of_f[top] >> 31)) + (b & (self.of_g[top] >> 31));
        let low = a
            .wrapping_mul(self.of_f[0])
            .wrapping_add(b.wrapping_mul(self.of_g[0]));
        let for_divisibility = modulus.inverse.wrapping_mul(low).wrapping_add(for_sign) & MASK;
        i64::from(for_sign - for_divisibility)
    }
}

/// Runs thirty division steps on the low words of `f` (odd) and `g`. `eta` is
/// the negated `delta` of the paper.
fn thirty_steps(mut eta: i32, mut f: u32, mut g: u32) -> (i32, Matrix) {
    let (mut u, mut v, mut q, mut r) = (1u32, 0u32, 0u32, 1u32);
    let mut left = LIMB_BITS as i32;
    loop {
        // The sentinel bits stop the count at the steps that are left.
        let zeros = (g | (u32::MAX << left)).trailing_zeros();
        g >>= zeros;
        u <<= zeros;
        v <<= zeros;
        eta -= zeros as i32;
        left -= zeros as i32;
        if left == 0 {
            let [u, v, q, r] = [u, v, q, r].map(|entry| entry as i32);
            return (eta, Matrix { u, v, q, r });
        }
        if eta < 0 {
            eta = -eta;
            (f, g) = (g, f.wrapping_neg());
            (u, q) = (q, u.wrapping_neg());
            (v, r) = (r, v.wrapping_neg());
        }
        // Up to eight bits of g vanish at once, while eta's sign cannot change.
        let bits = left.min(eta + 1).min(8) as u32;
        let multiple = g.wrapping_mul(negated_inverse_byte(f)) & ((1 << bits) - 1);
        g = g.wrapping_add(f.wrapping_mul(multiple));
        q = q.wrapping_add(u.wrapping_mul(multiple));
        r = r.wrapping_add(v.wrapping_mul(multiple));
    }
}

/// Returns `-1/f` modulo 256 for an odd `f`.
fn negated_inverse_byte(f: u32) -> u32 {
    u32::from(NEGATED_INVERSES[(f >> 1 & 127) as usize])
}

/// `-1/(2i + 1)` modulo 256 at index `i`.
static NEGATED_INVERSES: [u8; 128] = {
    let mut table = [0; 128];
    let mut i = 0;
    while i < 128 {
        table[i] = (inverse_of_odd(2 * i as i32 + 1) as u8).wrapping_neg();
        i += 1;
    }
    table
};

/// Inverts an odd number modulo 2^30: Newton's step doubles the right bits.
const fn inverse_of_odd(number: i32) -> i32 {
    let mut inverse = number;
    let mut right_bits = 3;
    while right_bits < LIMB_BITS {
        inverse = inverse.wrapping_mul(2i32.wrapping_sub(number.wrapping_mul(inverse)));
        right_bits *= 2;
    }
    inverse & MASK
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::seeded::Seeded;
    use num_bigint::BigInt;

    /// 2^61 − 1, a prime.
    const PRIME: u64 = (1 << 61) - 1;

    fn limbs(value: u64) -> Limbs {
        let mut limbs = [0; MAX_LIMBS];
        limbs[..3].copy_from_slice(
            &[value & MASK as u64, value >> 30 & MASK as u64, value >> 60].map(|limb| limb as i32),
        );
        limbs
    }

    fn value(limbs: Limbs) -> u64 {
        assert!(limbs[3..].iter().all(|limb| *limb == 0));
        limbs
            .iter()
            .rev()
            .skip(MAX_LIMBS - 3)
            .fold(0, |sum, limb| (sum << 30) + u64::from(*limb as u32))
    }

    fn product(a: u64, b: u64) -> u64 {
        (u128::from(a) * u128::from(b) % u128::from(PRIME)) as u64
    }

    #[test]
    fn a_quotient_times_its_denominator_is_the_numerator() {
        let modulus = Modulus::new(limbs(PRIME), 3);
        let mut denominator = 1;
        let mut numerator = PRIME - 1;
        for step in 0..2000 {
            let quotient = value(modulus.divide(&limbs(numerator), &limbs(denominator)));
            assert!(quotient < PRIME, "step {step}");
            assert_eq!(product(quotient, denominator), numerator, "step {step}");
            denominator = product(denominator, 0x9e37_79b9_7f4a_7c15 % PRIME);
            numerator = product(numerator, 48271);
        }
    }

    #[test]
    fn edge_denominators_divide() {
        let modulus = Modulus::new(limbs(PRIME), 3);
        for denominator in [1, 2, PRIME - 1, PRIME - 2, PRIME / 2, 1 << 30, 1 << 60] {
            let inverse = value(modulus.divide(&limbs(1), &limbs(denominator)));
            assert_eq!(product(inverse, denominator), 1, "{denominator}");
        }
    }

    #[test]
    fn dividing_by_zero_gives_zero() {
        let modulus = Modulus::new(limbs(PRIME), 3);
        assert_eq!(value(modulus.divide(&limbs(7), &limbs(0))), 0);
    }

    #[test]
    fn columns_fit_63_bits() {
        let mut carry = 0i128;
        for _ in 0..MAX_LIMBS {
            let column = carry + (1 << 30) * (1 << 30) + (1 << 30) * (1 << 31);
            assert!(column < 1 << 62);
            carry = column >> LIMB_BITS;
        }
    }

    /// Rows that add up to 2^30 at most, and clear thirty bits of what they multiply.
    #[test]
    fn matrices_stay_small_and_clear_the_lowest_limb() {
        let mut seeded = Seeded(1);
        let ends = [0, 1, 3, 1 << 29, u32::MAX >> 2, u32::MAX - 1, u32::MAX];
        for case in 0..20_000 {
            let word = |seeded: &mut Seeded| match seeded.below(4) {
                0 => ends[seeded.below(ends.len())],
                _ => seeded.next() as u32,
            };
            let (f, g) = (word(&mut seeded) | 1, word(&mut seeded));
            let eta = seeded.below(80) as i32 - 40;
            let (_, matrix) = thirty_steps(eta, f, g);
            let [u, v, q, r] = [matrix.u, matrix.v, matrix.q, matrix.r].map(i64::from);
            for (of_f, of_g) in [(u, v), (q, r)] {
                assert!(of_f.abs() + of_g.abs() <= 1 << 30, "case {case}");
                let sum = of_f * i64::from(f) + of_g * i64::from(g);
                assert_eq!(sum & i64::from(MASK), 0, "case {case}");
            }
            assert_eq!((u * r - v * q).abs(), 1 << 30, "case {case}");
        }
    }

    fn number(limbs: &Limbs, length: usize) -> BigInt {
        let limbs = limbs[..length].iter().rev();
        limbs.fold(BigInt::ZERO, |sum, limb| (sum << LIMB_BITS) + *limb)
    }

    /// Round by round: both quotients stay in range and stand for what they should, and the greatest
    /// common divisor is reached.
    #[test]
    fn every_round_keeps_what_a_division_rests_on() {
        let mut seeded = Seeded(2);
        // 2^521 − 1, 2^255 − 19, 2^256 − 2^224 + 2^192 + 2^96 − 1 and 2^61 − 1.
        let power = |exponent: u32| BigInt::from(1) << exponent;
        let p256 = power(256) - power(224) + power(192) + power(96) - 1;
        let moduli = [
            (power(521) - 1, 18),
            (power(255) - 19, 9),
            (p256, 9),
            (power(61) - 1, 3),
        ];
        for (prime, length) in moduli {
            let limbs = |number: &BigInt| -> Limbs {
                core::array::from_fn(|at| {
                    let limb: BigInt = (number >> (LIMB_BITS as usize * at)) % power(LIMB_BITS);
                    i32::try_from(limb).unwrap()
                })
            };
            let modulus = Modulus::new(limbs(&prime), length);
            for _ in 0..40 {
                let [numerator, denominator] = core::array::from_fn(|_| {
                    let bytes = seeded.runs(66);
                    BigInt::from_bytes_be(num_bigint::Sign::Plus, &bytes) % &prime
                });
                let (mut of_f, mut of_g) = (limbs(&BigInt::ZERO), limbs(&numerator));
                let mut pair = Pair {
                    f: *modulus.limbs(),
                    g: limbs(&denominator),
                    length,
                };
                let mut eta = -1;
                while !pair.g_is_zero() {
                    let (next, matrix) = thirty_steps(eta, pair.f[0] as u32, pair.g[0] as u32);
                    eta = next;
                    let mut quotients = Quotients { of_f, of_g };
                    quotients.advance(&matrix, &modulus);
                    pair.advance(&matrix);
                    (of_f, of_g) = (quotients.of_f, quotients.of_g);
                    for (quotient, of) in [(&of_f, &pair.f), (&of_g, &pair.g)] {
                        let quotient = number(quotient, length);
                        assert!(quotient > -2 * &prime && quotient < prime);
                        let of = number(of, pair.length);
                        assert_eq!(
                            (quotient * &denominator - of * &numerator) % &prime,
                            BigInt::ZERO
                        );
                    }
                }
                if denominator != BigInt::ZERO {
                    let divisor = number(&pair.f, pair.length);
                    assert!(divisor == BigInt::from(1) || divisor == BigInt::from(-1));
                }
                let quotient = modulus.divide(&limbs(&numerator), &limbs(&denominator));
                let quotient = number(&quotient, MAX_LIMBS);
                let product = match denominator == BigInt::ZERO {
                    true => BigInt::ZERO,
                    false => numerator,
                };
                assert_eq!(quotient * denominator % &prime, product);
            }
        }
    }

    #[test]
    fn every_negated_inverse_is_right() {
        for f in (1..256u32).step_by(2) {
            assert_eq!(f.wrapping_mul(negated_inverse_byte(f)) & 255, 255, "{f}");
        }
    }
}
