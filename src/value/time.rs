//! Moments as events print them, and rounding.

use super::calendar::{DAY, Date, SECOND, date_of, days_in, days_of};
pub use super::layout::{GoLayout, Shown, format_go_layout, month_name, weekday_name};
pub use super::zone::Zone;

/// Appends a moment as `2020-09-13T12:26:40.5Z`: UTC, up to nine digits of a second, no trailing zeros.
pub fn push_rfc3339_nano(out: &mut String, ns: i64) {
    let (days, rest) = (ns.div_euclid(DAY), ns.rem_euclid(DAY));
    let Date { year, month, day } = date_of(days);
    let second = (rest / SECOND) as u32;
    // The year of 64 bits of nanoseconds has four digits.
    let ([c1, c2], [y1, y2]) = (two(year as u32 / 100), two(year as u32 % 100));
    let ([n1, n2], [d1, d2]) = (two(month), two(day));
    let ([h1, h2], [m1, m2], [s1, s2]) = (two(second / 3600), two(second / 60 % 60), two(second % 60));
    let text = [c1, c2, y1, y2, b'-', n1, n2, b'-', d1, d2, b'T', h1, h2, b':', m1, m2, b':', s1, s2];
    out.push_str(std::str::from_utf8(&text).unwrap_or_default());
    let nanos = (rest % SECOND) as u32;
    if nanos > 0 {
        push_fraction(out, nanos);
    }
    out.push('Z');
}

/// The point, and as many of nine digits as are needed.
fn push_fraction(out: &mut String, mut nanos: u32) {
    let mut width = 9;
    while nanos.is_multiple_of(10) {
        nanos /= 10;
        width -= 1;
    }
    let mut buf = *b".000000000";
    for place in buf.iter_mut().skip(1).take(width).rev() {
        *place = b'0' + (nanos % 10) as u8;
        nanos /= 10;
    }
    out.push_str(buf.get(..=width).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default());
}

fn two(n: u32) -> [u8; 2] {
    [b'0' + (n / 10 % 10) as u8, b'0' + (n % 10) as u8]
}

/// Reads `2020-09-13T12:26:40.5Z` or with an offset; `None` for anything else and out of range.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let (head, tail) = (bytes.get(..19)?, bytes.get(19..)?);
    let seps = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if seps.iter().any(|&(i, b)| head.get(i) != Some(&b)) {
        return None;
    }
    let part = |at: usize, width: usize| digits(head.get(at..at + width)?);
    let (year, month, day) = (part(0, 4)?, part(5, 2)?, part(8, 2)?);
    let (hour, minute, second) = (part(11, 2)?, part(14, 2)?, part(17, 2)?);
    let date_ok = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    if !date_ok || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (nanos, tail) = fraction(tail)?;
    let of_day = hour * 3600 + minute * 60 + second - offset(tail)?;
    let ns = i128::from(days_of(year, month, day)) * i128::from(DAY)
        + i128::from(of_day) * i128::from(SECOND)
        + i128::from(nanos);
    i64::try_from(ns).ok()
}

fn digits(bytes: &[u8]) -> Option<i64> {
    let digit = |b: &u8| b.is_ascii_digit().then(|| i64::from(b - b'0'));
    bytes.iter().try_fold(0i64, |n, b| Some(n * 10 + digit(b)?))
}

/// Nanoseconds of `.5`, and what follows; digits after the ninth do not count.
fn fraction(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let [b'.' | b',', rest @ ..] = bytes else { return Some((0, bytes)) };
    let len = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let (number, tail) = rest.split_at_checked(len).filter(|_| len > 0)?;
    let used = number.get(..len.min(9))?;
    Some((digits(used)? * 10i64.pow(9 - used.len() as u32), tail))
}

/// Seconds of `Z` or `+02:00`.
fn offset(bytes: &[u8]) -> Option<i64> {
    match bytes {
        b"Z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?);
            let seconds = hours * 3600 + minutes * 60;
            (hours <= 24 && minutes <= 60).then_some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

/// Appends a moment as messages print it: `2020-09-13 12:26:40.5 +0000 UTC`.
pub fn push_go_time(out: &mut String, ns: i64, zone: &Zone) {
    format_go_layout(out, ns, "2006-01-02 15:04:05.999999999 -0700 MST", zone);
}

/// Day of the year in UTC, the first is 1.
pub fn year_day(ns: i64) -> i64 {
    let days = ns.div_euclid(DAY);
    days - days_of(date_of(days).year, 1, 1) + 1
}

/// A moment in UTC so many years, months and days later; a day that a month lacks counts on.
pub fn add_date(ns: i64, years: i64, months: i64, days: i64) -> i64 {
    const MOST: i64 = 1_000_000;
    let (day, rest) = (ns.div_euclid(DAY), ns.rem_euclid(DAY));
    let date = date_of(day);
    let year = date.year + years.clamp(-MOST, MOST);
    let month = i64::from(date.month) + months.clamp(-MOST, MOST);
    let later = days_of(year, month, 1) + i64::from(date.day) - 1 + days.clamp(-MOST, MOST);
    later.saturating_mul(DAY).saturating_add(rest)
}

/// How far a moment lies behind a multiple of `d`, counted from the year 1.
fn behind(ns: i64, d: i64) -> i64 {
    if DAY % d == 0 {
        // From year 1 to 1970 it is a whole number of days.
        return ns.rem_euclid(d);
    }
    const EPOCH: i128 = 62_135_596_800 * SECOND as i128;
    (i128::from(ns) + EPOCH).rem_euclid(i128::from(d)) as i64
}

/// Rounds down to a multiple of `d`, counted from the year 1; nothing happens for `d` ≤ 0.
pub fn truncate(ns: i64, d: i64) -> i64 {
    if d <= 0 { ns } else { ns.saturating_sub(behind(ns, d)) }
}

/// Rounds to the nearest multiple of `d`, counted from the year 1, halves up; nothing for `d` ≤ 0.
pub fn round(ns: i64, d: i64) -> i64 {
    if d <= 0 {
        return ns;
    }
    let r = behind(ns, d);
    if r < d - r { ns.saturating_sub(r) } else { ns.saturating_add(d - r) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::with;
    use proptest::prelude::*;

    #[test]
    fn moments_print() {
        let table = [
            (0, "1970-01-01T00:00:00Z", "1970-01-01 00:00:00 +0000 UTC"),
            (1_600_000_000_500_000_000, "2020-09-13T12:26:40.5Z", "2020-09-13 12:26:40.5 +0000 UTC"),
            (-1, "1969-12-31T23:59:59.999999999Z", "1969-12-31 23:59:59.999999999 +0000 UTC"),
            (1_000, "1970-01-01T00:00:00.000001Z", "1970-01-01 00:00:00.000001 +0000 UTC"),
            (i64::MAX, "2262-04-11T23:47:16.854775807Z", "2262-04-11 23:47:16.854775807 +0000 UTC"),
            (i64::MIN, "1677-09-21T00:12:43.145224192Z", "1677-09-21 00:12:43.145224192 +0000 UTC"),
        ];
        for (ns, rfc, go) in table {
            assert_eq!(with(|s| push_rfc3339_nano(s, ns)), rfc);
            assert_eq!(with(|s| push_go_time(s, ns, &Zone::utc())), go);
            assert_eq!(parse_rfc3339(rfc), Some(ns));
        }
        let berlin = Zone::parse("Europe/Berlin").unwrap();
        assert_eq!(with(|s| push_go_time(s, 0, &berlin)), "1970-01-01 01:00:00 +0100 CET");
        assert_eq!(parse_rfc3339("1970-01-01T01:00:00+01:00"), Some(0));
        assert_eq!(parse_rfc3339("0001-01-01T00:00:00Z"), None, "out of range");
        for bad in [
            "1970-01-01",
            "",
            "1970-01-01T00:00:00",
            "1970-01-01 00:00:00Z",
            "1970-02-29T00:00:00Z",
            "1970-01-01T24:00:00Z",
            "1970-01-01T00:00:00.Z",
            "1970-01-01T00:00:00+1:00",
            "1970-01-01T00:00:00Zx",
            "197é-01-01T00:00:00Z",
        ] {
            assert_eq!(parse_rfc3339(bad), None, "{bad}");
        }
    }

    #[test]
    fn days_of_the_year() {
        let at = |text| parse_rfc3339(text).unwrap();
        assert_eq!(year_day(at("2020-12-31T23:00:00Z")), 366);
        assert_eq!(add_date(at("2020-01-31T01:00:00Z"), 0, 1, 0), at("2020-03-02T01:00:00Z"));
        assert_eq!(add_date(at("2020-01-31T01:00:00Z"), -1, -1, -1), at("2018-12-30T01:00:00Z"));
        assert_eq!(add_date(0, i64::MAX, i64::MAX, i64::MAX), i64::MAX, "stays in range");
    }

    #[test]
    fn rounding_counts_from_year_one() {
        const W: i64 = 7 * DAY;
        assert_eq!(truncate(1_600_000_000 * SECOND, W), 1_599_436_800 * SECOND, "a Monday");
        assert_eq!(truncate(7, 5), 5);
        assert_eq!(round(15, 10), 20);
        assert_eq!(round(14, 10), 10);
        assert_eq!(truncate(-1, 10), -10);
        assert_eq!((truncate(7, 0), round(7, -1)), (7, 7));
        assert_eq!(truncate(0, 7 * SECOND), -4 * SECOND);
        assert_eq!(truncate(i64::MIN, i64::MAX), i64::MIN, "stays in range");
    }

    proptest! {
        #[test]
        fn rounding_is_near(ns in -1_000_000_000_000_000_000i64..1_000_000_000_000_000_000, d in 1i64..1_000_000_000_000_000) {
            let t = truncate(ns, d);
            prop_assert!(t <= ns && ns - t < d);
            prop_assert_eq!(truncate(t, d), t);
            let r = round(ns, d);
            prop_assert!((r - ns).abs() <= d / 2 + 1 && (r == t || r == t + d));
        }

        #[test]
        fn rfc3339_reads_back(ns in any::<i64>()) {
            prop_assert_eq!(parse_rfc3339(&with(|s| push_rfc3339_nano(s, ns))), Some(ns));
        }
    }
}
