//! Dates and times as ISO 8601 and RFC 3339 write them, read from fixed places.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::value::calendar::days_of;

/// Nanoseconds since 1970 of `2020-01-02T03:04:05.678Z` and its kin: a space or nothing for the `T`,
/// seconds and decimals if any, an offset, `Z`, or else the time zone given.
pub(super) fn parse(text: &[u8], zone: Option<&TimeZone>) -> Option<i64> {
    let mut c = Cursor { text, at: 0 };
    let year = c.number(4)?;
    c.byte(b'-')?;
    let month = c.number(2)?;
    c.byte(b'-')?;
    let day = c.number(2)?;
    let (mut hour, mut minute, mut second, mut nanos) = (0, 0, 0, 0);
    if c.one_of(b"Tt ") {
        hour = c.number(2)?;
        c.byte(b':')?;
        minute = c.number(2)?;
        if c.one_of(b":") {
            second = c.number(2)?;
            if c.one_of(b".,") {
                nanos = c.decimals()?;
            }
        }
    }
    let offset = c.offset()?;
    if c.at < text.len() || month == 0 || month > 12 || day == 0 || day > days_in(year, month) {
        return None;
    }
    // A leap second is the first of the next minute, as in Unix time.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let local = days_of(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    let seconds = match (offset, zone) {
        (Some(offset), _) => local - offset,
        (None, None) => local,
        (None, Some(zone)) => local - zone_offset(local, zone)?,
    };
    seconds.checked_mul(1_000_000_000)?.checked_add(nanos)
}

/// Seconds east of Greenwich that a zone's clocks are ahead when they show this time. A time that they
/// show twice is the first, one that they skip is read with the offset before.
pub(super) fn zone_offset(local: i64, zone: &TimeZone) -> Option<i64> {
    let shown: DateTime = TimeZone::UTC.to_datetime(jiff::Timestamp::from_second(local).ok()?);
    let real = zone.to_ambiguous_timestamp(shown).compatible().ok()?;
    Some(local - real.as_second())
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn one_of(&mut self, bytes: &[u8]) -> bool {
        let is = self.peek().is_some_and(|b| bytes.contains(&b));
        self.at += usize::from(is);
        is
    }

    fn byte(&mut self, byte: u8) -> Option<()> {
        self.one_of(&[byte]).then_some(())
    }

    fn number(&mut self, digits: usize) -> Option<i64> {
        let mut number = 0;
        for _ in 0..digits {
            let digit = self.peek().filter(u8::is_ascii_digit)?;
            number = number * 10 + i64::from(digit - b'0');
            self.at += 1;
        }
        Some(number)
    }

    /// Decimals of a second as nanoseconds; more than nine are dropped.
    fn decimals(&mut self) -> Option<i64> {
        let (mut nanos, mut unit, start) = (0, 100_000_000, self.at);
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            nanos += i64::from(digit - b'0') * unit;
            unit /= 10;
            self.at += 1;
        }
        (self.at > start).then_some(nanos)
    }

    /// Seconds of `Z`, `+01:00` or `+0100`; none if the text says nothing.
    fn offset(&mut self) -> Option<Option<i64>> {
        if self.one_of(b"Zz") {
            return Some(Some(0));
        }
        let sign = match self.peek() {
            None => return Some(None),
            Some(b'+') => 1,
            Some(b'-') => -1,
            Some(_) => return None,
        };
        self.at += 1;
        let hours = self.number(2)?;
        self.one_of(b":");
        let minutes = if self.peek().is_some() { self.number(2)? } else { 0 };
        Some(Some(sign * (hours * 3_600 + minutes * 60)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn forms() {
        let want = Some(1_577_934_245_000_000_000);
        for text in [
            "2020-01-02T03:04:05Z",
            "2020-01-02 03:04:05",
            "2020-01-02t03:04:05z",
            "2020-01-02T03:04:05.000Z",
            "2020-01-02T04:04:05+01:00",
            "2020-01-01T21:34:05-0530",
            "2020-01-02 05:04:05+02",
        ] {
            assert_eq!(parse(text.as_bytes(), None), want, "{text}");
        }
        assert_eq!(parse(b"2020-01-02", None), Some(1_577_923_200_000_000_000));
        assert_eq!(parse(b"2020-01-02T03:04", None), Some(1_577_934_240_000_000_000));
        assert_eq!(parse(b"1970-01-01T00:00:00.1234567891Z", None), Some(123_456_789));
        for text in [
            "",
            "2020",
            "2020-13-01",
            "2020-02-30",
            "2020-1-2",
            "2020-01-02T25:00",
            "2020-01-02T03:04:05.Z",
            "2020-01-02T03:04:05Zx",
            "01/02/2020",
            "2020-01-02T03:04:05 CET",
            "9999-01-01",
        ] {
            assert_eq!(parse(text.as_bytes(), None), None, "{text}");
        }
    }

    #[test]
    fn zones_count_only_where_no_offset_is_given() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let at = |text: &str| parse(text.as_bytes(), Some(&berlin));
        let utc = |text: &str| parse(text.as_bytes(), None);
        assert_eq!(at("2020-07-01 12:00:00"), utc("2020-07-01T10:00:00Z"));
        assert_eq!(at("2020-01-01 12:00:00"), utc("2020-01-01T11:00:00Z"));
        assert_eq!(at("2020-01-01T12:00:00Z"), utc("2020-01-01T12:00:00Z"));
        assert_eq!(at("2020-10-25 02:30:00"), utc("2020-10-25T00:30:00Z"), "shown twice");
        assert_eq!(at("2020-03-29 02:30:00"), utc("2020-03-29T01:30:00Z"), "skipped");
    }

    proptest! {
        #[test]
        fn agrees_with_the_calendar_of_jiff(seconds in -9_000_000_000i64..9_000_000_000, nanos in 0i32..1_000_000_000) {
            let time = jiff::Timestamp::new(seconds, nanos).unwrap();
            prop_assert_eq!(parse(time.to_string().as_bytes(), None), i64::try_from(time.as_nanosecond()).ok());
        }
    }
}
