//! Times by a layout of Go's: the reference time `Mon Jan 2 15:04:05 MST 2006`, written as the data
//! write theirs.

use crate::value::calendar::days_of;
use crate::value::layout::{MONTHS, WEEKDAYS};

/// A piece of a layout.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Piece {
    Year,
    ShortYear,
    MonthName,
    ShortMonthName,
    /// One or two digits, or exactly two.
    Month(bool),
    WeekdayName,
    ShortWeekdayName,
    Day(bool),
    /// Padded with a space.
    SpaceDay,
    DayOfYear,
    Hour,
    Hour12(bool),
    Minute(bool),
    Second(bool),
    /// With its point.
    Decimals,
    AmPm,
    ZoneName,
    Offset,
    Literal(u8),
}

/// A layout taken apart.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Layout(Vec<Piece>);

/// Longest first where one begins like another.
const PIECES: &[(&str, Piece)] = &[
    ("January", Piece::MonthName),
    ("Jan", Piece::ShortMonthName),
    ("Monday", Piece::WeekdayName),
    ("Mon", Piece::ShortWeekdayName),
    ("MST", Piece::ZoneName),
    ("2006", Piece::Year),
    ("002", Piece::DayOfYear),
    ("01", Piece::Month(true)),
    ("02", Piece::Day(true)),
    ("03", Piece::Hour12(true)),
    ("04", Piece::Minute(true)),
    ("05", Piece::Second(true)),
    ("06", Piece::ShortYear),
    ("15", Piece::Hour),
    ("_2", Piece::SpaceDay),
    ("Z07:00:00", Piece::Offset),
    ("Z070000", Piece::Offset),
    ("Z07:00", Piece::Offset),
    ("Z0700", Piece::Offset),
    ("Z07", Piece::Offset),
    ("-07:00:00", Piece::Offset),
    ("-070000", Piece::Offset),
    ("-07:00", Piece::Offset),
    ("-0700", Piece::Offset),
    ("-07", Piece::Offset),
    ("PM", Piece::AmPm),
    ("pm", Piece::AmPm),
    ("1", Piece::Month(false)),
    ("2", Piece::Day(false)),
    ("3", Piece::Hour12(false)),
    ("4", Piece::Minute(false)),
    ("5", Piece::Second(false)),
];

/// A time as read.
pub(super) struct Read {
    /// Seconds since 1970 that a clock in Greenwich shows.
    pub(super) local: i64,
    /// Decimals of the second.
    pub(super) nanos: i64,
    /// Seconds east of Greenwich, if the text says so.
    pub(super) offset: Option<i64>,
}

impl Layout {
    /// Takes a layout apart; `None` if nothing in it stands for a part of a time.
    pub(super) fn new(layout: &str) -> Option<Layout> {
        let mut pieces = Vec::new();
        let mut rest = layout;
        while let Some(first) = rest.bytes().next() {
            let (piece, len) = match decimals(rest) {
                Some(len) => (Piece::Decimals, len),
                None => PIECES
                    .iter()
                    .find(|(text, _)| rest.starts_with(text))
                    .map_or((Piece::Literal(first), 1), |(text, piece)| (*piece, text.len())),
            };
            pieces.push(piece);
            rest = rest.get(len..).unwrap_or_else(|| rest.get(next_char(rest)..).unwrap_or_default());
        }
        pieces.iter().any(|p| !matches!(p, Piece::Literal(_))).then_some(Layout(pieces))
    }

    /// Reads a time.
    pub(super) fn read(&self, text: &str) -> Option<Read> {
        let mut parts = Parts::default();
        let mut rest = text;
        for (i, piece) in self.0.iter().enumerate() {
            rest = parts.take(*piece, rest)?;
            // Decimals may follow seconds though the layout has none.
            let written = matches!(self.0.get(i + 1), Some(Piece::Decimals));
            if matches!(piece, Piece::Second(_)) && !written && rest.starts_with(['.', ',']) {
                rest = parts.take(Piece::Decimals, rest)?;
            }
        }
        if rest.is_empty() { parts.finish() } else { None }
    }
}

/// Length of `.000`, `,999` and the like at the beginning.
fn decimals(layout: &str) -> Option<usize> {
    let rest = layout.strip_prefix(['.', ','])?;
    let digit = rest.chars().next().filter(|c| matches!(c, '0' | '9'))?;
    let len = rest.bytes().take_while(|b| char::from(*b) == digit).count();
    let ends = !rest.get(len..).is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()));
    ends.then_some(len + 1)
}

fn next_char(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}

struct Parts {
    year: i64,
    month: i64,
    day: i64,
    day_of_year: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanos: i64,
    pm: Option<bool>,
    offset: Option<i64>,
}

impl Default for Parts {
    fn default() -> Parts {
        Parts {
            year: 1970,
            month: 1,
            day: 1,
            day_of_year: None,
            hour: 0,
            minute: 0,
            second: 0,
            nanos: 0,
            pm: None,
            offset: None,
        }
    }
}

impl Parts {
    /// Reads one piece; gives the text behind it.
    fn take<'a>(&mut self, piece: Piece, text: &'a str) -> Option<&'a str> {
        let (value, rest) = match piece {
            Piece::Literal(byte) => {
                let found = text.as_bytes().first() == Some(&byte);
                // Layouts are compared by bytes; an offset inside a character is passed over whole.
                return if found { text.get(1..).or_else(|| text.get(next_char(text)..)) } else { None };
            }
            Piece::MonthName => name(text, &MONTHS, usize::MAX)?,
            Piece::ShortMonthName => name(text, &MONTHS, 3)?,
            Piece::WeekdayName => name(text, &WEEKDAYS, usize::MAX)?,
            Piece::ShortWeekdayName => name(text, &WEEKDAYS, 3)?,
            Piece::Year => number(text, 4, 4)?,
            Piece::DayOfYear => number(text, 3, 3)?,
            Piece::SpaceDay => number(text.strip_prefix(' ').unwrap_or(text), 1, 2)?,
            Piece::ShortYear | Piece::Hour => number(text, 2, 2)?,
            Piece::Month(two)
            | Piece::Day(two)
            | Piece::Hour12(two)
            | Piece::Minute(two)
            | Piece::Second(two) => number(text, if two { 2 } else { 1 }, 2)?,
            Piece::Decimals => return self.take_decimals(text),
            Piece::AmPm => {
                let half = text.get(..2)?;
                self.pm = Some(half.eq_ignore_ascii_case("pm"));
                let known = half.eq_ignore_ascii_case("pm") || half.eq_ignore_ascii_case("am");
                return if known { text.get(2..) } else { None };
            }
            Piece::ZoneName => return self.take_zone(text),
            Piece::Offset => return self.take_offset(text),
        };
        match piece {
            Piece::Year => self.year = value,
            Piece::ShortYear => self.year = value + if value >= 69 { 1900 } else { 2000 },
            Piece::MonthName | Piece::ShortMonthName => self.month = value + 1,
            Piece::Month(_) => self.month = value,
            Piece::Day(_) | Piece::SpaceDay => self.day = value,
            Piece::DayOfYear => self.day_of_year = Some(value),
            Piece::Hour | Piece::Hour12(_) => self.hour = value,
            Piece::Minute(_) => self.minute = value,
            Piece::Second(_) => self.second = value,
            _ => {}
        }
        Some(rest)
    }

    fn take_decimals<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        // Go's `.999` may be absent.
        let Some(rest) = text.strip_prefix(['.', ',']) else { return Some(text) };
        let len = rest.bytes().take_while(u8::is_ascii_digit).count();
        let mut unit = 100_000_000;
        self.nanos = 0;
        for digit in rest.bytes().take(len) {
            self.nanos += i64::from(digit - b'0') * unit;
            unit /= 10;
        }
        if len == 0 { None } else { rest.get(len..) }
    }

    /// Only names that say the offset: others mean different things in different places.
    fn take_zone<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        for name in ["UTC", "GMT"] {
            if let Some(rest) = text.strip_prefix(name) {
                self.offset = Some(0);
                return Some(rest);
            }
        }
        None
    }

    fn take_offset<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        if let Some(rest) = text.strip_prefix('Z') {
            self.offset = Some(0);
            return Some(rest);
        }
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let (hours, rest) = number(text.strip_prefix(['+', '-'])?, 2, 2)?;
        let (minutes, rest) = match number(rest.strip_prefix(':').unwrap_or(rest), 2, 2) {
            Some(found) => found,
            None => (0, rest),
        };
        self.offset = Some(sign * (hours * 3_600 + minutes * 60));
        Some(rest)
    }

    fn finish(self) -> Option<Read> {
        let hour = match self.pm {
            None => self.hour,
            Some(_) if self.hour == 0 || self.hour > 12 => return None,
            Some(pm) => self.hour % 12 + if pm { 12 } else { 0 },
        };
        let in_range = (1..=12).contains(&self.month)
            && (1..=31).contains(&self.day)
            && hour < 24
            && self.minute < 60
            && self.second <= 60;
        if !in_range {
            return None;
        }
        let days = match self.day_of_year {
            Some(day) => days_of(self.year, 1, 1) + day - 1,
            None => days_of(self.year, self.month, self.day),
        };
        let local = days * 86_400 + hour * 3_600 + self.minute * 60 + self.second;
        Some(Read { local, nanos: self.nanos, offset: self.offset })
    }
}

/// A number of so many digits at the beginning, and the text behind it.
fn number(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let len = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if len < least {
        return None;
    }
    Some((text.get(..len)?.parse().ok()?, text.get(len..)?))
}

/// The index of the name at the beginning, of which so many letters are written.
fn name<'a>(text: &'a str, names: &[&str], letters: usize) -> Option<(i64, &'a str)> {
    names.iter().enumerate().find_map(|(i, name)| {
        let short = name.get(..letters.min(name.len()))?;
        let head = text.get(..short.len())?;
        head.eq_ignore_ascii_case(short).then(|| Some((i as i64, text.get(short.len()..)?)))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(layout: &str, text: &str) -> Option<i64> {
        let read = Layout::new(layout).unwrap().read(text)?;
        Some((read.local - read.offset.unwrap_or(0)) * 1_000_000_000 + read.nanos)
    }

    #[test]
    fn layouts_of_all_kinds() {
        let want = Some(1_577_934_245_000_000_000);
        for (layout, text) in [
            ("2006-01-02 15:04:05", "2020-01-02 03:04:05"),
            ("02/01/2006 15:04:05", "02/01/2020 03:04:05"),
            ("1/2/06 3:04:05 PM", "1/2/20 3:04:05 AM"),
            ("Mon Jan _2 15:04:05 MST 2006", "Thu Jan  2 03:04:05 UTC 2020"),
            ("Monday, 02-Jan-06 15:04:05 -0700", "Thursday, 02-Jan-20 04:04:05 +0100"),
            ("January 2 2006 03:04:05pm", "january 2 2020 03:04:05am"),
            ("2006-01-02T15:04:05Z07:00", "2020-01-02T03:04:05Z"),
            ("2006-01-02T15:04:05.999999999Z07:00", "2020-01-02T03:04:05Z"),
            ("20060102150405", "20200102030405"),
            ("2006 002 15.04.05", "2020 002 03.04.05"),
            ("2006年01月02日 15:04:05", "2020年01月02日 03:04:05"),
        ] {
            assert_eq!(read(layout, text), want, "{layout} {text}");
        }
        assert_eq!(read("15:04:05.000", "00:00:01.250"), Some(1_250_000_000));
        assert_eq!(read("15:04:05", "00:00:01.25"), Some(1_250_000_000), "decimals the layout has not");
        assert_eq!(read("3PM", "12AM"), Some(0));
        assert_eq!(read("3PM", "12PM"), Some(43_200_000_000_000));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (layout, text) in [
            ("2006-01-02", "2020-13-02"),
            ("2006-01-02", "2020-01-02x"),
            ("2006-01-02", "20-01-02"),
            ("02 Jan 2006", "02 Foo 2020"),
            ("15:04", "25:00"),
            ("3PM", "13PM"),
            ("2006 MST", "2020 EST"),
        ] {
            assert_eq!(read(layout, text), None, "{layout} {text}");
        }
        assert_eq!(Layout::new("no time"), None);
    }
}
