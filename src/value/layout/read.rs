//! Reading times written in a layout.

use super::{MONTHS, Part, WEEKDAYS, next_part};
use crate::value::calendar::{DAY, SECOND, days_in, days_of};

/// What has been read of a moment.
struct Found {
    year: i64,
    month: i64,
    day: i64,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanos: i64,
    pm: Option<bool>,
    offset: Option<i64>,
}

/// A layout taken apart, to read many times with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GoLayout {
    /// Elements, each with the text before it.
    parts: Vec<(String, Part)>,
    /// The text behind the last.
    tail: String,
}

/// A moment as a text has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Seconds since 1970 that the clock shows, wherever it hangs.
    pub local: i64,
    /// Nanoseconds of the second.
    pub nanos: i64,
    /// Seconds east of Greenwich, if the text says so.
    pub offset: Option<i64>,
}

impl GoLayout {
    /// Takes a layout apart; `None` if nothing in it stands for a part of a time.
    pub fn new(layout: &str) -> Option<GoLayout> {
        let (mut parts, mut rest) = (Vec::new(), layout);
        loop {
            let (head, part, tail) = next_part(rest);
            let Some(part) = part else {
                let tail = head.to_owned();
                return (!parts.is_empty()).then_some(GoLayout { parts, tail });
            };
            parts.push((head.to_owned(), part));
            rest = tail;
        }
    }

    /// Reads a text; `None` where it does not fit. What the layout leaves out is as on the first of January 1970. Of
    /// the names of zones only `UTC` and `GMT` are known: others mean different things in different places.
    pub fn read(&self, text: &str) -> Option<Shown> {
        let mut found = Found {
            year: 1970,
            month: 1,
            day: 1,
            year_day: None,
            hour: 0,
            minute: 0,
            second: 0,
            nanos: 0,
            pm: None,
            offset: None,
        };
        let mut rest = text;
        for (at, (head, part)) in self.parts.iter().enumerate() {
            rest = found.read(*part, skip_literal(rest, head)?)?;
            // A fraction may follow seconds even where the layout has none.
            let seconds = matches!(part, Part::Second | Part::ZeroSecond);
            let told = matches!(self.parts.get(at + 1), Some((head, Part::Fraction(..))) if head.is_empty());
            if seconds && !told && has_fraction(rest) {
                rest = found.fraction(rest, usize::MAX)?;
            }
        }
        if skip_literal(rest, &self.tail)?.is_empty() { found.shown() } else { None }
    }
}

/// Literal text must be there; a run of blanks stands for any number of blanks.
fn skip_literal<'a>(mut text: &'a str, literal: &str) -> Option<&'a str> {
    let mut literal = literal;
    while !literal.is_empty() {
        if literal.starts_with(' ') {
            if !text.is_empty() && !text.starts_with(' ') {
                return None;
            }
            literal = literal.trim_start_matches(' ');
            text = text.trim_start_matches(' ');
        } else {
            let c = literal.chars().next()?;
            text = text.strip_prefix(c)?;
            literal = literal.get(c.len_utf8()..)?;
        }
    }
    Some(text)
}

/// A number of `min` to `max` digits.
fn digits(text: &str, min: usize, max: usize) -> Option<(i64, &str)> {
    let len = text.bytes().take(max).take_while(u8::is_ascii_digit).count();
    if len < min {
        return None;
    }
    let (number, rest) = text.split_at_checked(len)?;
    Some((number.parse().ok()?, rest))
}

fn name<'a>(text: &'a str, names: &[&str], width: Option<usize>) -> Option<(i64, &'a str)> {
    names.iter().zip(1i64..).find_map(|(full, i)| {
        let wanted = width.map_or(*full, |w| full.get(..w).unwrap_or(full));
        let got = text.get(..wanted.len())?;
        got.eq_ignore_ascii_case(wanted).then(|| (i, text.get(wanted.len()..).unwrap_or_default()))
    })
}

impl Found {
    fn read<'a>(&mut self, part: Part, text: &'a str) -> Option<&'a str> {
        let rest = match part {
            Part::LongMonth => set(&mut self.month, name(text, &MONTHS, None)?),
            Part::Month => set(&mut self.month, name(text, &MONTHS, Some(3))?),
            Part::NumMonth => set(&mut self.month, digits(text, 1, 2)?),
            Part::ZeroMonth => set(&mut self.month, digits(text, 2, 2)?),
            Part::LongWeekday => name(text, &WEEKDAYS, None)?.1,
            Part::Weekday => name(text, &WEEKDAYS, Some(3))?.1,
            Part::Day => set(&mut self.day, digits(text, 1, 2)?),
            Part::SpaceDay => set(&mut self.day, digits(text.strip_prefix(' ').unwrap_or(text), 1, 2)?),
            Part::ZeroDay => set(&mut self.day, digits(text, 2, 2)?),
            Part::ZeroYearDay | Part::SpaceYearDay => {
                let (day, rest) = digits(text.trim_start_matches(' '), 1, 3)?;
                self.year_day = Some(day);
                rest
            }
            Part::Hour => set(&mut self.hour, digits(text, 2, 2)?),
            Part::Hour12 => set(&mut self.hour, digits(text, 1, 2).filter(|(hour, _)| *hour <= 12)?),
            Part::ZeroHour12 => set(&mut self.hour, digits(text, 2, 2).filter(|(hour, _)| *hour <= 12)?),
            Part::Minute => set(&mut self.minute, digits(text, 1, 2)?),
            Part::ZeroMinute => set(&mut self.minute, digits(text, 2, 2)?),
            Part::Second | Part::ZeroSecond => {
                let least = if part == Part::ZeroSecond { 2 } else { 1 };
                set(&mut self.second, digits(text, least, 2)?)
            }
            Part::LongYear => set(&mut self.year, digits(text, 4, 4)?),
            Part::Year => {
                let (year, rest) = digits(text, 2, 2)?;
                self.year = if year >= 69 { year + 1900 } else { year + 2000 };
                rest
            }
            Part::UpperPm | Part::LowerPm => {
                let (half, rest) = name(text, &["AM", "PM"], None)?;
                self.pm = Some(half == 2);
                rest
            }
            Part::Zone => self.zone_name(text)?,
            Part::Offset(z, colon, fields) => self.offset(text, z, colon, fields)?,
            Part::Fraction(_, _, true) if !has_fraction(text) => text,
            Part::Fraction(_, _, true) => self.fraction(text, usize::MAX)?,
            Part::Fraction(_, count, false) => self.fraction(text, usize::from(count))?,
        };
        Some(rest)
    }

    /// Separator and digits; exactly `count` of them unless that is `usize::MAX`.
    fn fraction<'a>(&mut self, text: &'a str, count: usize) -> Option<&'a str> {
        let body = text.strip_prefix(['.', ','])?;
        let len = body.bytes().take_while(u8::is_ascii_digit).count();
        let len = if count == usize::MAX { len } else { count };
        let (number, rest) = body.split_at_checked(len)?;
        let mut unit = SECOND;
        self.nanos = 0;
        for b in number.bytes() {
            unit /= 10;
            self.nanos += unit * i64::from(b.is_ascii_digit().then(|| b - b'0')?);
        }
        Some(rest)
    }

    fn zone_name<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        self.offset = Some(0);
        ["UTC", "GMT"].iter().find_map(|name| text.strip_prefix(name))
    }

    fn offset<'a>(&mut self, text: &'a str, z: bool, colon: bool, fields: u8) -> Option<&'a str> {
        if let Some(rest) = text.strip_prefix('Z').filter(|_| z) {
            self.offset = Some(0);
            return Some(rest);
        }
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let mut rest = text.strip_prefix(['+', '-'])?;
        let mut total = 0;
        for (i, unit) in [3600, 60, 1].into_iter().take(usize::from(fields)).enumerate() {
            if colon && i > 0 {
                rest = rest.strip_prefix(':')?;
            }
            let (n, tail) = digits(rest, 2, 2)?;
            if n > if i == 0 { 24 } else { 60 } {
                return None;
            }
            total += n * unit;
            rest = tail;
        }
        self.offset = Some(sign * total);
        Some(rest)
    }

    fn shown(self) -> Option<Shown> {
        let hour = match self.pm {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let clock_ok = hour < 24 && self.minute < 60 && self.second < 60;
        let date_ok =
            (1..=12).contains(&self.month) && (1..=days_in(self.year, self.month)).contains(&self.day);
        if !clock_ok || !date_ok {
            return None;
        }
        let days = match self.year_day {
            Some(day) if (1..=365 + i64::from(days_in(self.year, 2) == 29)).contains(&day) => {
                days_of(self.year, 1, 1) + day - 1
            }
            Some(_) => return None,
            None => days_of(self.year, self.month, self.day),
        };
        let local = days * (DAY / SECOND) + hour * 3600 + self.minute * 60 + self.second;
        Some(Shown { local, nanos: self.nanos, offset: self.offset })
    }
}

fn set<'a>(place: &mut i64, (value, rest): (i64, &'a str)) -> &'a str {
    *place = value;
    rest
}

fn has_fraction(text: &str) -> bool {
    matches!(text.as_bytes(), [b'.' | b',', b'0'..=b'9', ..])
}
