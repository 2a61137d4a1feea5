//! Go's way to write times: a layout is the moment `Mon Jan 2 15:04:05 MST 2006` written as wanted.
//!
//! One reader of layouts serves the writer and the parser.

mod read;

use super::calendar::{SECOND, date_of, days_of, weekday_of};
use super::number::push_int;
use super::zone::Zone;
pub use read::{GoLayout, Shown};

/// Names of the months.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Names of the days of the week.
pub(crate) const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Name of a month, 1 to 12.
pub fn month_name(month: i64) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|i| MONTHS.get(i)).copied().unwrap_or_default()
}

/// Name of a day of the week, Sunday is 0.
pub fn weekday_name(day: i64) -> &'static str {
    usize::try_from(day).ok().and_then(|i| WEEKDAYS.get(i)).copied().unwrap_or_default()
}

/// An element of a layout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    LongMonth,
    Month,
    NumMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    SpaceDay,
    ZeroDay,
    SpaceYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperPm,
    LowerPm,
    Zone,
    /// `Z07:00` and its like: `Z` for UTC, colons, number of fields.
    Offset(bool, bool, u8),
    /// Fraction of a second: separator, digits, whether trailing zeros go.
    Fraction(u8, u8, bool),
}

/// Text before the first element, the element, and the rest.
fn next_part(layout: &str) -> (&str, Option<Part>, &str) {
    let bytes = layout.as_bytes();
    for i in 0..bytes.len() {
        let at = bytes.get(i..).unwrap_or_default();
        if let Some((part, len)) = part_at(at) {
            let (head, tail) = (layout.get(..i), layout.get(i + len..));
            return (head.unwrap_or_default(), Some(part), tail.unwrap_or_default());
        }
    }
    (layout, None, "")
}

const FIXED: [(&str, Part); 33] = [
    ("January", Part::LongMonth),
    ("Jan", Part::Month),
    ("Monday", Part::LongWeekday),
    ("Mon", Part::Weekday),
    ("MST", Part::Zone),
    ("01", Part::ZeroMonth),
    ("02", Part::ZeroDay),
    ("03", Part::ZeroHour12),
    ("04", Part::ZeroMinute),
    ("05", Part::ZeroSecond),
    ("06", Part::Year),
    ("002", Part::ZeroYearDay),
    ("15", Part::Hour),
    ("1", Part::NumMonth),
    ("2006", Part::LongYear),
    ("2", Part::Day),
    ("__2", Part::SpaceYearDay),
    ("_2", Part::SpaceDay),
    ("3", Part::Hour12),
    ("4", Part::Minute),
    ("5", Part::Second),
    ("PM", Part::UpperPm),
    ("pm", Part::LowerPm),
    ("-070000", Part::Offset(false, false, 3)),
    ("-07:00:00", Part::Offset(false, true, 3)),
    ("-0700", Part::Offset(false, false, 2)),
    ("-07:00", Part::Offset(false, true, 2)),
    ("-07", Part::Offset(false, false, 1)),
    ("Z070000", Part::Offset(true, false, 3)),
    ("Z07:00:00", Part::Offset(true, true, 3)),
    ("Z0700", Part::Offset(true, false, 2)),
    ("Z07:00", Part::Offset(true, true, 2)),
    ("Z07", Part::Offset(true, false, 1)),
];

fn part_at(at: &[u8]) -> Option<(Part, usize)> {
    if let [sep @ (b'.' | b','), digit @ (b'0' | b'9'), ..] = at {
        // `.000` or `.999` is a fraction where no further digit follows.
        let len = at.iter().skip(1).take_while(|b| *b == digit).count();
        if !at.get(len + 1).is_some_and(u8::is_ascii_digit) {
            return Some((Part::Fraction(*sep, len.min(9) as u8, *digit == b'9'), len + 1));
        }
        return None;
    }
    // The year of `_2006` stays itself, behind a literal underscore.
    if at.starts_with(b"_2006") {
        return None;
    }
    let fits = |text: &str, part: Part| match part {
        // `Month` is no element, `Mon` in it neither; the same for `Janet`.
        Part::Month | Part::Weekday => !at.get(text.len()).is_some_and(u8::is_ascii_lowercase),
        _ => true,
    };
    let found = FIXED.iter().find(|(text, part)| at.starts_with(text.as_bytes()) && fits(text, *part));
    let (text, part) = found?;
    Some((*part, text.len()))
}

fn push_padded(out: &mut String, n: i64, width: usize, pad: char) {
    let digits = n.unsigned_abs().checked_ilog10().unwrap_or(0) as usize + 1;
    if n < 0 {
        out.push('-');
    }
    for _ in digits..width {
        out.push(pad);
    }
    push_int(out, n.checked_abs().unwrap_or(i64::MAX));
}

/// A moment taken apart, for the writer.
struct Moment {
    days: i64,
    second: i64,
    nanos: i64,
    offset: i64,
}

/// Appends a moment in a layout of Go.
pub fn format_go_layout(out: &mut String, ns: i64, layout: &str, zone: &Zone) {
    let (days, rest) = zone.local(ns);
    let t = Moment { days, second: rest / SECOND, nanos: rest % SECOND, offset: i64::from(zone.offset(ns)) };
    let mut rest = layout;
    loop {
        let (head, part, tail) = next_part(rest);
        out.push_str(head);
        let Some(part) = part else { return };
        push_part(out, part, &t, ns, zone);
        rest = tail;
    }
}

fn push_part(out: &mut String, part: Part, t: &Moment, ns: i64, zone: &Zone) {
    let date = date_of(t.days);
    let year_day = t.days - days_of(date.year, 1, 1) + 1;
    let (hour, minute, second) = (t.second / 3600, t.second / 60 % 60, t.second % 60);
    let hour12 = if hour % 12 == 0 { 12 } else { hour % 12 };
    let month = month_name(i64::from(date.month));
    let weekday = weekday_name(i64::from(weekday_of(t.days)));
    let short = |name: &'static str| name.get(..3).unwrap_or(name);
    match part {
        Part::LongMonth => out.push_str(month),
        Part::Month => out.push_str(short(month)),
        Part::NumMonth => push_int(out, i64::from(date.month)),
        Part::ZeroMonth => push_padded(out, i64::from(date.month), 2, '0'),
        Part::LongWeekday => out.push_str(weekday),
        Part::Weekday => out.push_str(short(weekday)),
        Part::Day => push_int(out, i64::from(date.day)),
        Part::SpaceDay => push_padded(out, i64::from(date.day), 2, ' '),
        Part::ZeroDay => push_padded(out, i64::from(date.day), 2, '0'),
        Part::SpaceYearDay => push_padded(out, year_day, 3, ' '),
        Part::ZeroYearDay => push_padded(out, year_day, 3, '0'),
        Part::Hour => push_padded(out, hour, 2, '0'),
        Part::Hour12 => push_int(out, hour12),
        Part::ZeroHour12 => push_padded(out, hour12, 2, '0'),
        Part::Minute => push_int(out, minute),
        Part::ZeroMinute => push_padded(out, minute, 2, '0'),
        Part::Second => push_int(out, second),
        Part::ZeroSecond => push_padded(out, second, 2, '0'),
        Part::LongYear => push_padded(out, date.year, 4, '0'),
        Part::Year => push_padded(out, date.year.rem_euclid(100), 2, '0'),
        Part::UpperPm => out.push_str(if hour >= 12 { "PM" } else { "AM" }),
        Part::LowerPm => out.push_str(if hour >= 12 { "pm" } else { "am" }),
        Part::Zone => {
            if !zone.push_abbreviation(out, ns) {
                push_offset(out, t.offset, false, if t.offset % 3600 == 0 { 1 } else { 2 });
            }
        }
        Part::Offset(true, _, _) if t.offset == 0 => out.push('Z'),
        Part::Offset(_, colon, fields) => push_offset(out, t.offset, colon, fields),
        Part::Fraction(sep, digits, trim) => push_fraction(out, t.nanos, sep, digits, trim),
    }
}

fn push_offset(out: &mut String, seconds: i64, colon: bool, fields: u8) {
    out.push(if seconds < 0 { '-' } else { '+' });
    let n = seconds.abs();
    for (i, value) in [n / 3600, n / 60 % 60, n % 60].into_iter().take(usize::from(fields)).enumerate() {
        if colon && i > 0 {
            out.push(':');
        }
        push_padded(out, value, 2, '0');
    }
}

fn push_fraction(out: &mut String, nanos: i64, sep: u8, digits: u8, trim: bool) {
    let start = out.len();
    out.push(char::from(sep));
    let mut unit = SECOND / 10;
    for _ in 0..digits {
        out.push(char::from(b'0' + (nanos / unit.max(1) % 10) as u8));
        unit /= 10;
    }
    if trim {
        let kept = out.trim_end_matches('0').len();
        out.truncate(if kept <= start + 1 { start } else { kept });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const T: i64 = 1_577_882_096_123_456_789; // 2020-01-01T12:34:56.123456789Z, a Wednesday

    fn text(ns: i64, layout: &str, zone: &str) -> String {
        let mut out = String::new();
        format_go_layout(&mut out, ns, layout, &Zone::parse(zone).unwrap());
        out
    }

    fn read(text: &str, layout: &str) -> Option<i64> {
        let Shown { local, nanos, offset } = GoLayout::new(layout)?.read(text)?;
        let seconds = i128::from(local - offset.unwrap_or(0));
        i64::try_from(seconds * i128::from(SECOND) + i128::from(nanos)).ok()
    }

    #[test]
    fn every_element() {
        let table = [
            ("2006-01-02 15:04:05.000", "2020-01-01 12:34:56.123"),
            ("Jan 2, 2006 at 3:04pm (MST)", "Jan 1, 2020 at 12:34pm (UTC)"),
            ("Mon Jan _2 15:04:05 2006", "Wed Jan  1 12:34:56 2020"),
            ("Monday, 02-Jan-06 15:04:05 MST", "Wednesday, 01-Jan-20 12:34:56 UTC"),
            ("02 Jan 06 15:04 -0700", "01 Jan 20 12:34 +0000"),
            ("2006-01-02T15:04:05.999999999Z07:00", "2020-01-01T12:34:56.123456789Z"),
            ("03:04:05PM 1/2", "12:34:56PM 1/1"),
            ("002 __2 January", "001   1 January"),
            ("4:5 -07 -07:00 Z0700", "34:56 +00 +00:00 Z"),
            ("15h,000000", "12h,123456"),
            ("Month Monster _2006", "Month Monster _2020"),
            ("no elements é", "no elements é"),
            ("", ""),
        ];
        for (layout, want) in table {
            assert_eq!(text(T, layout, "UTC"), want, "{layout}");
        }
        assert_eq!(text(0, "15:04:05.999|.000", "UTC"), "00:00:00|.000");
        assert_eq!(
            text(T, "2006-01-02T15:04:05Z07:00 MST", "Europe/Berlin"),
            "2020-01-01T13:34:56+01:00 CET"
        );
        assert_eq!(text(T, "15:04 -0700 MST", "-05:30"), "07:04 -0530 -0530");
        assert_eq!(text(T, "MST", "+02:00"), "+02");
    }

    #[test]
    fn texts_are_read() {
        let table = [
            ("2020-01-01 12:34:56.123456789", "2006-01-02 15:04:05", Some(T)),
            ("2020-01-01T13:34:56.123456789+01:00", "2006-01-02T15:04:05Z07:00", Some(T)),
            ("2020-01-01T12:34:56.123456789Z", "2006-01-02T15:04:05.999999999Z07:00", Some(T)),
            ("01/02/2006 03:04:05 PM", "01/02/2006 03:04:05 PM", Some(1_136_214_245 * SECOND)),
            ("Mon Jan  2 15:04:05 2006", "Mon Jan _2 15:04:05 2006", Some(1_136_214_245 * SECOND)),
            ("2006-01-02 15:04:05 UTC", "2006-01-02 15:04:05 MST", Some(1_136_214_245 * SECOND)),
            ("2006 002 15:04:05", "2006 002 15:04:05", Some(1_136_214_245 * SECOND)),
            ("2020-02-30", "2006-01-02", None),
            ("2020-13-01", "2006-01-02", None),
            ("2020-01-01x", "2006-01-02", None),
            ("2020-01", "2006-01-02", None),
            ("24:00", "15:04", None),
            ("20-01-02", "2006-01-02", None),
            ("02 Foo 2020", "02 Jan 2006", None),
            ("13PM", "3PM", None),
            ("2020 EST", "2006 MST", None),
            ("1/2/06 3:04:05 PM", "1/2/06 3:04:05 PM", Some(1_136_214_245 * SECOND)),
            ("january 2 2006 03:04:05pm", "January 2 2006 03:04:05pm", Some(1_136_214_245 * SECOND)),
            ("20060102150405", "20060102150405", Some(1_136_214_245 * SECOND)),
            ("2006年01月02日 15:04:05", "2006年01月02日 15:04:05", Some(1_136_214_245 * SECOND)),
            (
                "Monday, 02-Jan-06 16:04:05 +0100",
                "Monday, 02-Jan-06 15:04:05 -0700",
                Some(1_136_214_245 * SECOND),
            ),
            ("00:00:01.250", "15:04:05.000", Some(1_250_000_000)),
            ("00:00:01.25", "15:04:05", Some(1_250_000_000)),
            ("12AM", "3PM", Some(0)),
            ("12PM", "3PM", Some(43_200 * SECOND)),
            ("12:34:56.12", "15:04:05.000", None),
        ];
        for (text, layout, want) in table {
            assert_eq!(read(text, layout), want, "{text} as {layout}");
        }
        assert_eq!(GoLayout::new("no time"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(ns in any::<i64>()) {
            for layout in ["2006-01-02T15:04:05.999999999Z07:00", "Mon, 02 Jan 2006 15:04:05.000000000 -0700",
                "2006 002 03:04:05.999999999 pm"] {
                prop_assert_eq!(read(&text(ns, layout, "UTC"), layout), Some(ns));
            }
        }

        #[test]
        fn any_layout_is_answered(ns in any::<i64>(), layout in "[-_.,ZJanMonST0-9:7é ]{0,20}", t in "\\PC{0,20}") {
            let _ = (text(ns, &layout, "Europe/Berlin"), read(&t, &layout));
        }
    }
}
