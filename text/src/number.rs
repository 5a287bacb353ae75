//! Number literals (RFC 8259 §6) without the tables that exact conversions bring along.

/// The digits of the least number that rounds to infinity as a double (2^1024 − 2^970).
const LIMIT: &[u8] =
    b"17976931348623158079372897140530341507993413271003782693617377898044496829276475\
    09466490179775872070963302864166928879109465555478519404026306574886715058206819\
    08902000708383676273854845817711531764475730270069855571366959622842914819860834\
    936475292719074168444365510704342711559699508093042880177904174497792";

/// The power of ten of its first digit.
const LIMIT_POWER: i64 = 308;

/// A literal as `d₁.d₂d₃… × 10^power`, its first digit not zero.
struct Decimal<'a> {
    whole: &'a [u8],
    fraction: &'a [u8],
    power: i64,
}

impl<'a> Decimal<'a> {
    /// Takes a well-formed literal apart; `None` for zero, however it is written.
    #[cold]
    #[inline(never)]
    fn of(literal: &'a str) -> Option<Self> {
        let literal = literal.as_bytes();
        let literal = literal.strip_prefix(b"-").unwrap_or(literal);
        let (mantissa, exponent) = cut(literal, |byte| byte | 32 == b'e');
        let (whole, fraction) = cut(mantissa, |byte| byte == b'.');
        let (zeros, fraction) = match whole {
            b"0" => without_zeros(fraction),
            _ => (0, fraction),
        };
        let whole = whole.strip_prefix(b"0").unwrap_or(whole);
        let first = whole.len() as i64 - 1 - zeros as i64;
        let power = saturating(exponent).saturating_add(first);
        let is_zero = whole.is_empty() && fraction.is_empty();
        (!is_zero).then_some(Self {
            whole,
            fraction,
            power,
        })
    }

    fn digits(&self) -> Vec<u8> {
        [self.whole, self.fraction].concat()
    }
}

/// What stands before the first byte of a kind, and what behind it.
fn cut(text: &[u8], is_mark: fn(u8) -> bool) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| is_mark(*byte));
    let (before, behind) = text
        .split_at_checked(end.unwrap_or(text.len()))
        .unwrap_or_default();
    (before, behind.get(1..).unwrap_or_default())
}

/// How many zeros lead, and the digits behind them.
fn without_zeros(digits: &[u8]) -> (usize, &[u8]) {
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    (zeros, digits.get(zeros..).unwrap_or_default())
}

/// An exponent that no number of digits in memory makes up for.
const BEYOND_MEASURE: i64 = 1 << 40;

/// An exponent; one beyond all measure is as good as the greatest.
fn saturating(exponent: &[u8]) -> i64 {
    let size = exponent.iter().fold(0, |size, digit| match size {
        0..BEYOND_MEASURE if digit.is_ascii_digit() => size * 10 + i64::from(digit & 15),
        _ => size,
    });
    match exponent.first() {
        Some(b'-') => -size,
        _ => size,
    }
}

/// Whether a well-formed literal is a finite double: whether JavaScript and this crate's other
/// hosts read a number, not infinity.
pub(crate) fn is_in_range(literal: &str) -> bool {
    // Most numbers are dates and counts.
    if literal.len() < 300 && !literal.bytes().any(|byte| byte | 32 == b'e') {
        return true;
    }
    Decimal::of(literal).is_none_or(|decimal| match decimal.power {
        LIMIT_POWER => *decimal.digits() < *LIMIT,
        power => power < LIMIT_POWER,
    })
}

/// The double next to a well-formed literal: exactly that for 15 digits and 22 powers of ten,
/// which no date or count exceeds, and within a few units of the last place beyond.
pub fn to_f64(literal: &str) -> f64 {
    if let Some(whole) = short_whole(literal) {
        return whole as f64;
    }
    long_to_f64(literal)
}

/// Few numbers come here, so this is written to be short.
#[cold]
#[inline(never)]
fn long_to_f64(literal: &str) -> f64 {
    let Some(decimal) = Decimal::of(literal) else {
        return 0.0;
    };
    let mut value = 0u64;
    let mut taken = 0;
    for digit in decimal.digits().iter().take(18) {
        value = value * 10 + u64::from(digit & 15);
        taken += 1;
    }
    // Zeros at the end would cost exactness for nothing.
    while value.is_multiple_of(10) && value != 0 {
        value /= 10;
        taken -= 1;
    }
    let size = scaled(value as f64, decimal.power - (taken - 1));
    if literal.starts_with('-') {
        -size
    } else {
        size
    }
}

/// A number of at most 15 digits and nothing else: most are dates and counts.
fn short_whole(literal: &str) -> Option<u64> {
    let digits = literal.as_bytes();
    if digits.len() > 15 {
        return None;
    }
    digits.iter().try_fold(0, |value, digit| {
        digit
            .is_ascii_digit()
            .then(|| value * 10 + u64::from(digit & 15))
    })
}

fn scaled(mut value: f64, power: i64) -> f64 {
    // Beyond these a double is zero or has been refused.
    let power = power.clamp(-400, 400);
    let mut left = power.unsigned_abs() as usize;
    while left > 0 {
        // A double holds the first 22 powers of ten exactly.
        let step = left.min(22);
        let factor = (0..step).fold(1.0, |factor, _| factor * 10.0);
        value = if power > 0 {
            value * factor
        } else {
            value / factor
        };
        left -= step;
    }
    // Rounding on the way may lead past the largest double, which is in range.
    value.min(f64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn the_largest_double_is_finite() {
        for literal in ["1.7976931348623157e308", "1.7976931348623158e308"] {
            assert!(
                is_in_range(literal) && to_f64(literal).is_finite(),
                "{literal}"
            );
        }
    }

    #[test]
    fn the_range_ends_where_a_double_becomes_infinite() {
        let limit = core::str::from_utf8(LIMIT).unwrap();
        assert!(!is_in_range(limit));
        assert!(!is_in_range(&format!("-{limit}")));
        assert!(!is_in_range(&format!("{limit}.0")));
        assert!(!is_in_range(&format!("{limit}0e-1")));
        let below = format!("{}1", &limit[..limit.len() - 1]);
        assert!(is_in_range(&below) && below.parse::<f64>().unwrap().is_finite());
        assert!(is_in_range(&format!("{below}.999")));
        for literal in [
            "1e309",
            "1e400",
            "-1e400",
            "1e99999999999999999999",
            "0.1e310",
        ] {
            assert!(!is_in_range(literal), "{literal}");
        }
        for literal in [
            "0e400",
            "0.000e999",
            "1e-99999999999999999999",
            "1e308",
            "10e307",
            "0.1e309",
        ] {
            assert!(is_in_range(literal), "{literal}");
        }
        assert!(!is_in_range(&"9".repeat(400)));
        assert!(is_in_range(&"9".repeat(299)));
        assert!(is_in_range(&format!("0.{}", "9".repeat(400))));
    }

    /// The standard library converts exactly, with the help of large tables.
    #[test]
    fn conversions_are_exact_for_dates_and_close_beyond() {
        for literal in [
            "0",
            "-0",
            "0.0",
            "1",
            "-1.5e3",
            "1700000000",
            "1700000000.123",
            "1700000000.5",
            "253402300799",
            "0.1",
            "0.000001",
            "1e22",
            "1e-22",
            "123456789012345e7",
            "9007199254740991",
            "1000000000000000000000",
        ] {
            assert_eq!(
                to_f64(literal),
                literal.parse::<f64>().unwrap(),
                "{literal}"
            );
        }
        for literal in [
            "1.7976931348623157e308",
            "2.2250738585072014e-308",
            "123456789012345678901234567890",
            "1e-300",
            "3.141592653589793238462643383279",
        ] {
            let exact: f64 = literal.parse().unwrap();
            assert!((to_f64(literal) / exact - 1.0).abs() < 1e-14, "{literal}");
        }
        assert_eq!(to_f64("1e-400"), 0.0);
    }

    #[test]
    fn ranges_agree_with_the_standard_library_on_random_literals() {
        let mut sequence = Random(0x2545_f491_4f6c_dd1d);
        for _ in 0..50_000 {
            let random = sequence.next();
            let digits = random % 1_000_000_000_000;
            let power = (random >> 40) as i64 % 340;
            let literal = format!("{}.{digits}e{power}", random % 18);
            assert_eq!(
                is_in_range(&literal),
                literal.parse::<f64>().unwrap().is_finite(),
                "{literal}"
            );
            let exact: f64 = format!("{digits}e-7").parse().unwrap();
            assert_eq!(to_f64(&format!("{digits}e-7")), exact);
        }
    }
}
