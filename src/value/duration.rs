//! Durations: the text of scripts (InfluxQL) and the text of messages and configuration (Go).

use super::number::push_int;
use super::quote::quoted;

const MICRO: i64 = 1_000;
const MILLI: i64 = 1_000 * MICRO;
const SECOND: i64 = 1_000 * MILLI;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// Why a text is no duration of a script.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DurationError {
    /// Not digits and units.
    #[error("invalid duration")]
    Invalid,
    /// More than 64 bits of nanoseconds.
    #[error("overflowed duration {number}{unit}: choose a smaller duration or INF")]
    Overflowed {
        /// The last number.
        number: i64,
        /// Its unit.
        unit: &'static str,
    },
}

/// Why a text is no duration of a configuration, in Go's words.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("time: {problem} {}", quoted(text))]
pub struct GoDurationError {
    problem: String,
    text: Box<str>,
}

/// Appends nanoseconds as scripts write them: `90s`, `1h`, `1500ms`.
pub fn push_influx(out: &mut String, ns: i64) {
    const UNITS: [(i64, &str); 8] = [
        (WEEK, "w"),
        (DAY, "d"),
        (HOUR, "h"),
        (MINUTE, "m"),
        (SECOND, "s"),
        (MILLI, "ms"),
        (MICRO, "u"),
        (1, "ns"),
    ];
    if ns == 0 {
        out.push_str("0s");
        return;
    }
    let (size, unit) = UNITS.into_iter().find(|(size, _)| ns % size == 0).unwrap_or((1, "ns"));
    push_int(out, ns / size);
    out.push_str(unit);
}

/// Reads `1h30m`, `-5s`, `10ms`: digits and a unit, any number of times.
pub fn parse_influx(s: &str) -> Result<i64, DurationError> {
    if s.len() < 2 {
        return Err(DurationError::Invalid);
    }
    let (negative, mut rest) = match s.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, s),
    };
    let mut total = 0i64;
    let mut last = (0, "");
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at_checked(digits).ok_or(DurationError::Invalid)?;
        let number = number.parse::<i64>().map_err(|_| DurationError::Invalid)?;
        let (size, unit, tail) = influx_unit(tail).ok_or(DurationError::Invalid)?;
        total = total.wrapping_add(number.wrapping_mul(size));
        last = (number, unit);
        rest = tail;
    }
    if total < 0 && !negative {
        return Err(DurationError::Overflowed { number: last.0, unit: last.1 });
    }
    Ok(if negative { total.wrapping_neg() } else { total })
}

/// The unit a text begins with, and what follows it.
fn influx_unit(s: &str) -> Option<(i64, &'static str, &str)> {
    const UNITS: [(&str, i64); 9] = [
        ("ns", 1),
        ("u", MICRO),
        ("µ", MICRO),
        ("ms", MILLI),
        ("s", SECOND),
        ("m", MINUTE),
        ("h", HOUR),
        ("d", DAY),
        ("w", WEEK),
    ];
    UNITS.into_iter().find_map(|(unit, size)| s.strip_prefix(unit).map(|rest| (size, unit, rest)))
}

/// Appends nanoseconds as messages print them: `1m30s`, `1.5s`, `0s`.
pub fn push_go(out: &mut String, ns: i64) {
    if ns < 0 {
        out.push('-');
    }
    let n = ns.unsigned_abs();
    let second = SECOND.unsigned_abs();
    if n == 0 {
        out.push_str("0s");
    } else if n < second {
        let (size, unit) = match n {
            0..1_000 => (1, "ns"),
            1_000..1_000_000 => (1_000, "µs"),
            _ => (1_000_000, "ms"),
        };
        push_fraction(out, n, size);
        out.push_str(unit);
    } else {
        let minutes = n / (60 * second);
        if minutes >= 60 {
            push_int(out, (minutes / 60) as i64);
            out.push('h');
        }
        if minutes > 0 {
            push_int(out, (minutes % 60) as i64);
            out.push('m');
        }
        push_fraction(out, n % (60 * second), second);
        out.push('s');
    }
}

/// `n / size` (a power of ten) as a decimal without trailing zeros.
fn push_fraction(out: &mut String, n: u64, size: u64) {
    push_int(out, (n / size) as i64);
    let (mut rest, mut unit) = (n % size, size);
    if rest > 0 {
        out.push('.');
    }
    while rest > 0 {
        unit /= 10;
        out.push(char::from(b'0' + (rest / unit) as u8));
        rest %= unit;
    }
}

/// Reads `1m30s`, `1.5h`, `-2us`, `0`: the durations of configuration and command line.
pub fn parse_go(s: &str) -> Result<i64, GoDurationError> {
    let fail = |problem: String| GoDurationError { problem, text: s.into() };
    let invalid = || fail("invalid duration".to_owned());
    let (negative, mut rest) = match s.as_bytes().first() {
        Some(b'-') => (true, s.get(1..).unwrap_or_default()),
        Some(b'+') => (false, s.get(1..).unwrap_or_default()),
        _ => (false, s),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total = 0u64;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, tail) = rest.split_at_checked(end).ok_or_else(invalid)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return Err(invalid());
        }
        let end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(end).ok_or_else(invalid)?;
        if unit.is_empty() {
            return Err(fail("missing unit in duration".to_owned()));
        }
        let size = go_unit(unit).ok_or_else(|| fail(format!("unknown unit {} in duration", quoted(unit))))?;
        total = scaled(whole, fraction, size)
            .and_then(|n| total.checked_add(n))
            .filter(|&n| n <= 1 << 63)
            .ok_or_else(invalid)?;
        rest = tail;
    }
    match negative {
        true => 0i64.checked_sub_unsigned(total),
        false => i64::try_from(total).ok(),
    }
    .ok_or_else(invalid)
}

/// `whole.fraction × size`; what is smaller than a nanosecond is cut off.
fn scaled(whole: &str, fraction: &str, size: u64) -> Option<u64> {
    let mut n = if whole.is_empty() { 0 } else { whole.parse::<u64>().ok()? }.checked_mul(size)?;
    let mut unit = size as f64;
    let mut part = 0.0;
    for b in fraction.bytes().take(18) {
        unit /= 10.0;
        part += f64::from(b - b'0') * unit;
    }
    // The sum of decimal parts may fall short of the integer it means by a rounding error.
    n = n.checked_add((part + 1e-6) as u64)?;
    Some(n)
}

fn go_unit(unit: &str) -> Option<u64> {
    let size = match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => MICRO,
        "ms" => MILLI,
        "s" => SECOND,
        "m" => MINUTE,
        "h" => HOUR,
        _ => return None,
    };
    Some(size.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::with;
    use proptest::prelude::*;

    #[test]
    fn influx_text() {
        let table = [
            (0, "0s"),
            (90 * SECOND, "90s"),
            (HOUR, "1h"),
            (15 * DAY, "15d"),
            (14 * DAY, "2w"),
            (1500 * MILLI, "1500ms"),
            (-5 * SECOND, "-5s"),
            (1500, "1500ns"),
            (2000, "2u"),
        ];
        for (ns, text) in table {
            assert_eq!(with(|s| push_influx(s, ns)), text);
            assert_eq!(parse_influx(text), Ok(ns));
        }
        assert_eq!(parse_influx("1h30m"), Ok(90 * MINUTE));
        assert_eq!(parse_influx("5µ3us"), Err(DurationError::Invalid));
        assert_eq!(parse_influx("5µ3u"), Ok(8 * MICRO));
        for bad in ["", "5", "s", "-", "5x", "1.5s", "5 s", "1h5", "5n", "99999999999999999999s", "-s"] {
            assert_eq!(parse_influx(bad), Err(DurationError::Invalid), "{bad}");
        }
        let overflow = parse_influx("20000w").unwrap_err().to_string();
        assert_eq!(overflow, "overflowed duration 20000w: choose a smaller duration or INF");
    }

    #[test]
    fn go_text() {
        let table = [
            (0, "0s"),
            (1, "1ns"),
            (1500, "1.5µs"),
            (MILLI, "1ms"),
            (1_500_000_000, "1.5s"),
            (MINUTE, "1m0s"),
            (90 * SECOND, "1m30s"),
            (HOUR, "1h0m0s"),
            (100 * HOUR + 1, "100h0m0.000000001s"),
            (-1500 * MILLI, "-1.5s"),
            (i64::MIN, "-2562047h47m16.854775808s"),
        ];
        for (ns, text) in table {
            assert_eq!(with(|s| push_go(s, ns)), text);
            assert_eq!(parse_go(text), Ok(ns), "{text}");
        }
    }

    #[test]
    fn go_durations_of_configuration() {
        let good = [
            ("0", 0),
            ("+5s", 5 * SECOND),
            ("1.5h", 90 * MINUTE),
            (".5s", 500 * MILLI),
            ("1us", MICRO),
            ("5.s", 5 * SECOND),
            ("0.3ms", 300_000),
        ];
        for (text, ns) in good {
            assert_eq!(parse_go(text), Ok(ns), "{text}");
        }
        let bad = [
            ("", "time: invalid duration \"\""),
            ("5", "time: missing unit in duration \"5\""),
            ("5x", "time: unknown unit \"x\" in duration \"5x\""),
            (".s", "time: invalid duration \".s\""),
            ("-", "time: invalid duration \"-\""),
            ("abc", "time: invalid duration \"abc\""),
            ("3000000h", "time: invalid duration \"3000000h\""),
            ("9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\""),
        ];
        for (text, want) in bad {
            assert_eq!(parse_go(text).unwrap_err().to_string(), want);
        }
    }

    proptest! {
        #[test]
        fn texts_read_back(ns in any::<i64>()) {
            prop_assert_eq!(parse_go(&with(|s| push_go(s, ns))), Ok(ns));
            if ns != i64::MIN {
                prop_assert_eq!(parse_influx(&with(|s| push_influx(s, ns))), Ok(ns));
            }
        }

        #[test]
        fn any_text_is_answered(s in "\\PC{0,12}") {
            let _ = (parse_go(&s), parse_influx(&s));
        }
    }
}
