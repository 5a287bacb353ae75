//! HTTP dates in the three forms that a recipient must read (RFC 9110 §5.6.7).

use core::ops::RangeInclusive;

/// Seconds since the epoch of an HTTP date; `None` when it is none.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let (day, month, year, clock) = match split(text)? {
        // Sun, 06 Nov 1994 08:49:37 GMT and Sunday, 06-Nov-94 08:49:37 GMT
        [_, day, month, year, clock, b"GMT"] => (day, month, year, clock),
        // Sun Nov  6 08:49:37 1994
        [_, month, day, clock, year, b""] => (day, month, year, clock),
        _ => return None,
    };
    let days = days_since_epoch(year_of(year)?, month_of(month)?, number(day, 1..=31)?)?;
    Some(days * 86_400 + seconds_of(clock)?)
}

/// The parts of a date, and nothing in the place of those that are not there; `None` for more.
fn split(text: &str) -> Option<[&[u8]; 6]> {
    let mut parts = [&b""[..]; 6];
    let found = text.as_bytes().split(|byte| b" ,-".contains(byte));
    for (at, part) in found.filter(|part| !part.is_empty()).enumerate() {
        *parts.get_mut(at)? = part;
    }
    Some(parts)
}

fn number(digits: &[u8], range: RangeInclusive<u64>) -> Option<u64> {
    let mut value = 0_u64;
    for digit in digits {
        let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
        value = value.saturating_mul(10).saturating_add(digit.into());
    }
    (!digits.is_empty() && range.contains(&value)).then_some(value)
}

/// Two digits stand for 1970 to 2069.
fn year_of(digits: &[u8]) -> Option<u64> {
    match digits.len() {
        2 => number(digits, 0..=99).map(|year| if year < 70 { 2000 + year } else { 1900 + year }),
        4 => number(digits, 1970..=9999),
        _ => None,
    }
}

fn month_of(name: &[u8]) -> Option<u64> {
    const NAMES: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let at = NAMES.chunks_exact(3).position(|known| known == name)?;
    Some(at as u64 + 1)
}

fn seconds_of(clock: &[u8]) -> Option<u64> {
    let mut parts = clock.split(|byte| *byte == b':');
    let mut part = |most| number(parts.next()?, 0..=most);
    let seconds = part(23)? * 3_600 + part(59)? * 60 + part(60)?;
    parts.next().is_none().then_some(seconds)
}

/// Days of the Gregorian calendar, counted in years that start in March so that leap days
/// come last.
fn days_since_epoch(year: u64, month: u64, day: u64) -> Option<u64> {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    (year * 365 + leap_days + (153 * month + 2) / 5 + day - 1).checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 9110 §5.6.7.
    #[test]
    fn the_three_forms_name_one_moment() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(parse(text), Some(784_111_777), "{text}");
        }
    }

    #[test]
    fn calendars_corners_hold() {
        assert_eq!(parse("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(parse("Tue, 29 Feb 2000 00:00:00 GMT"), Some(951_782_400));
        assert_eq!(parse("Wed, 01 Mar 2000 00:00:00 GMT"), Some(951_868_800));
        assert_eq!(
            parse("Fri, 31 Dec 9999 23:59:59 GMT"),
            Some(253_402_300_799)
        );
    }

    #[test]
    fn anything_else_is_no_date() {
        for text in [
            "",
            "soon",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 1994 08::49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37:00 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT GMT",
            "Sun, 6x Nov 1994 08:49:37 GMT",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1969 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
