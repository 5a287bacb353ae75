//! Spans of time as people write them: `90d`, `15m`, `300`, `250ms`.

use std::time::Duration;

/// Reads a number with a unit: `ms`, `s` (also without a unit), `m`, `h`, `d`, `w`, `y`.
pub fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let seconds = match unit {
        "ms" => return Some(Duration::from_millis(number)),
        "" | "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        "y" => 31_536_000,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::from_secs)
}

/// As [`parse`], in milliseconds.
pub fn parse_ms(text: &str) -> Option<i64> {
    parse(text).and_then(|span| i64::try_from(span.as_millis()).ok())
}

/// A comma-separated list of durations, for the command line.
///
/// # Errors
/// Names the item that is no duration.
pub fn parse_list(text: &str) -> Result<Vec<Duration>, String> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(|item| parse(item).ok_or_else(|| format!("`{item}` is no duration")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_understood() {
        for (text, seconds) in [
            ("300", 300),
            ("90d", 7_776_000),
            ("1y", 31_536_000),
            ("1h", 3_600),
            ("15m", 900),
        ] {
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse("250ms"), Some(Duration::from_millis(250)));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "h", "1 fortnight", "-3", "18446744073709551615y"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_list_names_its_bad_item() {
        assert_eq!(
            parse_list("1,50ms"),
            Ok(vec![Duration::from_secs(1), Duration::from_millis(50)])
        );
        assert_eq!(parse_list("1,soon"), Err("`soon` is no duration".into()));
    }
}
