//! How a column writes time.

use jiff::tz::TimeZone;

use super::iso;
use crate::input::point::Precision;
use crate::value::time::{GoLayout, Shown};

/// Format of a time column.
#[derive(Clone, Debug)]
pub(super) enum TimeFormat {
    /// A number of units since 1970.
    Unix(Precision),
    /// As RFC 3339 or ISO 8601 write it.
    Iso,
    /// A number of nanoseconds, or ISO: what each cell looks like.
    NumberOrIso(Precision),
    /// By a layout of Go's.
    Layout(GoLayout),
    /// By percent signs, as `strftime` has it.
    Strftime(String),
}

impl TimeFormat {
    /// A format as users write it.
    pub(super) fn named(text: &str) -> Result<TimeFormat, String> {
        Ok(match text {
            "unix" | "unix_s" => TimeFormat::Unix(Precision::Seconds),
            "unix_ms" => TimeFormat::Unix(Precision::Millis),
            "unix_us" => TimeFormat::Unix(Precision::Micros),
            "unix_ns" => TimeFormat::Unix(Precision::Nanos),
            "rfc3339" | "RFC3339" | "RFC3339Nano" | "iso" => TimeFormat::Iso,
            _ if text.contains('%') => TimeFormat::Strftime(text.to_owned()),
            _ => match GoLayout::new(text) {
                Some(layout) => TimeFormat::Layout(layout),
                None => {
                    return Err(format!(
                        "unknown time format `{text}`: expected unix, unix_ms, unix_us, unix_ns, rfc3339, a \
                         layout such as `2006-01-02 15:04:05` or `%Y-%m-%d %H:%M:%S`"
                    ));
                }
            },
        })
    }

    /// The format of a column with these cells, if there is only one way to read them.
    pub(super) fn guess<'a>(cells: impl Iterator<Item = &'a [u8]>) -> Result<TimeFormat, String> {
        let mut found: Option<TimeFormat> = None;
        for cell in cells.map(<[u8]>::trim_ascii).filter(|cell| !cell.is_empty()) {
            let format = guess_cell(cell)?;
            match &found {
                Some(known) if known.name() != format.name() => {
                    return Err(format!(
                        "times are written in more than one way: {} and {}",
                        known.name(),
                        format.name()
                    ));
                }
                _ => found = Some(format),
            }
        }
        found.ok_or_else(|| "no row has a time".to_owned())
    }

    /// What users call it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            TimeFormat::Unix(Precision::Nanos) => "unix nanoseconds",
            TimeFormat::Unix(Precision::Micros) => "unix microseconds",
            TimeFormat::Unix(Precision::Millis) => "unix milliseconds",
            TimeFormat::Unix(_) => "unix seconds",
            TimeFormat::Iso => "RFC 3339",
            TimeFormat::NumberOrIso(_) => "numbers or RFC 3339",
            TimeFormat::Layout(_) | TimeFormat::Strftime(_) => "as given",
        }
    }

    /// Whether a time without an offset is read in the time zone given.
    pub(super) fn has_zone(&self) -> bool {
        !matches!(self, TimeFormat::Unix(_))
    }

    /// Nanoseconds since 1970.
    pub(super) fn read(&self, cell: &[u8], zone: Option<&TimeZone>) -> Option<i64> {
        let cell = cell.trim_ascii();
        match self {
            TimeFormat::Unix(precision) => unix(cell, *precision),
            TimeFormat::Iso => iso::parse(cell, zone),
            TimeFormat::NumberOrIso(precision) => unix(cell, *precision).or_else(|| iso::parse(cell, zone)),
            TimeFormat::Layout(layout) => {
                let Shown { local, nanos, offset } = layout.read(std::str::from_utf8(cell).ok()?)?;
                at(local, nanos, offset, zone)
            }
            TimeFormat::Strftime(format) => strftime(format, cell, zone),
        }
        .filter(|time| Precision::Nanos.to_nanos(*time).is_some())
    }
}

fn at(local: i64, nanos: i64, offset: Option<i64>, zone: Option<&TimeZone>) -> Option<i64> {
    let offset = match (offset, zone) {
        (Some(offset), _) => offset,
        (None, None) => 0,
        (None, Some(zone)) => iso::zone_offset(local, zone)?,
    };
    local.checked_sub(offset)?.checked_mul(1_000_000_000)?.checked_add(nanos)
}

fn strftime(format: &str, cell: &[u8], zone: Option<&TimeZone>) -> Option<i64> {
    let parsed = jiff::fmt::strtime::parse(format, std::str::from_utf8(cell).ok()?).ok()?;
    if let Ok(time) = parsed.to_timestamp() {
        return i64::try_from(time.as_nanosecond()).ok();
    }
    let shown = parsed.to_datetime().or_else(|_| parsed.to_date().map(|d| d.at(0, 0, 0, 0))).ok()?;
    let time = zone.unwrap_or(&TimeZone::UTC).to_ambiguous_timestamp(shown).compatible().ok()?;
    i64::try_from(time.as_nanosecond()).ok()
}

/// A whole number of units, or one with decimals.
fn unix(cell: &[u8], precision: Precision) -> Option<i64> {
    let (negative, digits) = cell.strip_prefix(b"-").map_or((false, cell), |rest| (true, rest));
    let point = memchr::memchr(b'.', digits);
    let (whole, decimals) = match point {
        Some(at) => (digits.get(..at)?, digits.get(at + 1..)?),
        None => (digits, &digits[..0]),
    };
    if whole.is_empty() || point.is_some() && decimals.is_empty() {
        return None;
    }
    let mut nanos = number(whole)?.checked_mul(precision.nanos())?;
    let mut unit = precision.nanos();
    for digit in decimals {
        unit /= 10;
        nanos = nanos.checked_add(value_of(*digit)? * unit)?;
    }
    Some(if negative { -nanos } else { nanos })
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0i64, |number, digit| number.checked_mul(10)?.checked_add(value_of(*digit)?))
}

fn value_of(digit: u8) -> Option<i64> {
    (digit as char).to_digit(10).map(i64::from)
}

fn guess_cell(cell: &[u8]) -> Result<TimeFormat, String> {
    let digits = cell.iter().take_while(|b| b.is_ascii_digit()).count();
    let rest = cell.get(digits..).unwrap_or_default();
    let decimals = rest.strip_prefix(b".").is_some_and(|d| !d.is_empty() && d.iter().all(u8::is_ascii_digit));
    if digits > 0 && (rest.is_empty() || decimals) {
        return match digits {
            10 => Ok(TimeFormat::Unix(Precision::Seconds)),
            13 => Ok(TimeFormat::Unix(Precision::Millis)),
            16 => Ok(TimeFormat::Unix(Precision::Micros)),
            19 => Ok(TimeFormat::Unix(Precision::Nanos)),
            _ => Err(format!("the unit of `{}` is not clear", String::from_utf8_lossy(cell))),
        };
    }
    if iso::parse(cell, None).is_some() {
        return Ok(TimeFormat::Iso);
    }
    Err(format!("`{}` can be read in more than one way or not at all", String::from_utf8_lossy(cell)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(cells: &[&str]) -> Result<&'static str, String> {
        TimeFormat::guess(cells.iter().map(|c| c.as_bytes())).map(|f| f.name())
    }

    #[test]
    fn what_is_no_number_is_no_time() {
        for cell in ["20\u{11}\u{1}", "1.\u{11}", "", "-", "1.", "99999999999999999999"] {
            assert_eq!(unix(cell.as_bytes(), Precision::Seconds), None, "{cell:?}");
        }
        assert_eq!(unix(b"-1.5", Precision::Seconds), Some(-1_500_000_000));
    }

    #[test]
    fn units_are_told_by_magnitude() {
        assert_eq!(guess(&["1577836800", ""]), Ok("unix seconds"));
        assert_eq!(guess(&["1577836800.5"]), Ok("unix seconds"));
        assert_eq!(guess(&["1577836800000"]), Ok("unix milliseconds"));
        assert_eq!(guess(&["1577836800000000"]), Ok("unix microseconds"));
        assert_eq!(guess(&["1577836800000000000"]), Ok("unix nanoseconds"));
        assert_eq!(guess(&["2020-01-01T00:00:00Z", "2020-01-01 00:00:10"]), Ok("RFC 3339"));
        assert!(guess(&["12345"]).unwrap_err().contains("`12345` is not clear"));
        assert!(guess(&["1577836800", "1577836800000"]).unwrap_err().contains("more than one way"));
        assert!(guess(&["01/02/2020"]).unwrap_err().contains("`01/02/2020`"));
        assert!(guess(&["", ""]).unwrap_err().contains("no row"));
    }

    #[test]
    fn formats_by_name() {
        let read = |format: &str, cell: &str| TimeFormat::named(format).unwrap().read(cell.as_bytes(), None);
        let want = Some(1_577_934_245_500_000_000);
        for (format, cell) in [
            ("unix", "1577934245.5"),
            ("unix_ms", " 1577934245500 "),
            ("unix_us", "1577934245500000"),
            ("unix_ns", "1577934245500000000"),
            ("rfc3339", "2020-01-02T03:04:05.5Z"),
            ("02.01.2006 15:04:05", "02.01.2020 03:04:05.5"),
            ("%d/%m/%Y %H:%M:%S%.f", "02/01/2020 03:04:05.5"),
            ("%Y-%m-%dT%H:%M:%S%.f%z", "2020-01-02T04:04:05.5+0100"),
        ] {
            assert_eq!(read(format, cell), want, "{format}");
        }
        assert_eq!(read("%d/%m/%Y", "02/01/2020"), Some(1_577_923_200_000_000_000));
        assert_eq!(read("unix", "-1.5"), Some(-1_500_000_000));
        for cell in ["", "-", "1.", ".5", "1e3", "9223372037", "x"] {
            assert_eq!(read("unix", cell), None, "{cell}");
        }
        assert!(TimeFormat::named("seconds").unwrap_err().contains("unknown time format"));
    }

    #[test]
    fn layouts_are_read_in_the_zone_given() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        for format in ["2006-01-02 15:04", "%Y-%m-%d %H:%M", "rfc3339"] {
            let read = TimeFormat::named(format).unwrap().read(b"2020-07-01 12:00", Some(&berlin));
            assert_eq!(read, Some(1_593_597_600_000_000_000), "{format}");
        }
    }
}
